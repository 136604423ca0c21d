/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "post/mailbox_web.h"

#include "post/mailbox_html.h"

enum { SKIPS = 100, FOLDERS = 1000, WORD = 320, SECRET = 1000, AGAIN_S = 2 };

struct url mailbox_url(struct arena *a, id mailbox, const char *deed)
{
    return *deed ? url_to(a, "/mailboxes/%" PRId64 "/%s", mailbox, deed)
                 : url_to(a, "/mailboxes/%" PRId64, mailbox);
}

struct str mailbox_field(const struct page *p, const char *name, struct str kept)
{
    return p->problem.n ? form_str(p, name) : kept;
}

struct str mailbox_port(const struct page *p, const char *name, int kept)
{
    if (p->problem.n) return form_str(p, name);
    return kept ? str_fmt(p->a, "%d", kept) : S("");
}

/* ---- pages ------------------------------------------------------------------- */

static void read_shown(struct ctx *c, struct mailbox_shown *s, int skips)
{
    ptrdiff_t at = str_rchr(s->box.address, '@');
    mailbox_folders(c, s->box.id, &s->folders);
    mailbox_skips(c, s->box.id, skips, &s->skips);
    s->words = mailbox_words(c, &s->box, &s->folders);
    s->folder_words = NEW(c->a, struct str, s->folders.n + 1);
    for (int i = 0; i < s->folders.n; i++)
        s->folder_words[i] = mailbox_folder_words(c, &s->folders.at[i]);
    s->hint = mailbox_hint(str_from(s->box.address, at + 1));
    if (!s->hint.n) s->hint = mailbox_hint(s->box.imap.host);
}

static err show_list(struct ctx *c, struct page *p)
{
    struct mailboxes boxes;
    mailbox_list(c, c->viewer, &boxes);
    struct mailbox_lines l = { NEW(c->a, struct mailbox_shown, boxes.n + 1), boxes.n };
    for (int i = 0; i < boxes.n; i++) {
        l.at[i].box = boxes.at[i];
        read_shown(c, &l.at[i], 0);
    }
    page_title(p, "Mailboxes");
    mailbox_list_html(&p->out, p, &l);
    return OK;
}

static err show_one(struct ctx *c, struct page *p)
{
    struct mailbox_shown s;
    TRY(mailbox_get(c, page_id(p, "box"), &s.box));
    read_shown(c, &s, SKIPS);
    if (s.box.state == MAILBOX_NEW) /* its servers answer within seconds: look again by itself */
        page_header(p, S("Refresh"), str_fmt(p->a, "%d", AGAIN_S));
    page_title(p, "%.*s", STR(s.box.address));
    mailbox_page_html(&p->out, p, c, &s);
    return OK;
}

/* ---- deeds --------------------------------------------------------------------- */

static err read_server(struct ctx *c, const struct page *p, const char *kind,
                       struct mailbox_server *out)
{
    struct str host = str_fmt(p->a, "%s_host", kind), port = str_fmt(p->a, "%s_port", kind),
               safety = str_fmt(p->a, "%s_safety", kind), typed = form_str(p, str_z(p->a, port));
    int64_t number = 0;
    out->host = form_str(p, str_z(p->a, host));
    if (typed.n && (!str_int(typed, &number) || number < 1 || number > 65535))
        return fail(c, E_INVALID, "A port is a number from 1 to 65535.");
    out->port = (int)number;
    typed = form_str(p, str_z(p->a, safety));
    out->safety = str_eq(typed, S("starttls")) ? MAILBOX_STARTTLS
                  : str_eq(typed, S("plain"))  ? MAILBOX_PLAIN
                                               : MAILBOX_TLS;
    return OK;
}

static err read_settings(struct ctx *c, const struct page *p, struct mailbox_settings *s)
{
    *s = (struct mailbox_settings){ .address = form_str(p, "address"),
                                    .name = form_str(p, "name"),
                                    .login = form_str(p, "login"),
                                    .plus = form_on(p, "plus"),
                                    .password = form_str(p, "password") };
    TRY(read_server(c, p, "imap", &s->imap));
    return read_server(c, p, "smtp", &s->smtp);
}

static err connect_one(struct tx *t, struct page *p)
{
    struct mailbox_settings s;
    id box;
    page_again(p, show_list);
    TRY(read_settings(&t->c, p, &s));
    err e = mailbox_add(t, &s, &box);
    if (e == E_CONFLICT) return fail(&t->c, E_INVALID, "%.*s", STR(t->c.why));
    TRY(e);
    page_go(p, mailbox_url(p->a, box, ""));
    return OK;
}

static err change_one(struct tx *t, struct page *p)
{
    struct mailbox_settings s;
    id box = page_id(p, "box");
    page_again(p, show_one);
    TRY(read_settings(&t->c, p, &s));
    TRY(mailbox_change(t, box, &s));
    page_go(p, mailbox_url(p->a, box, ""));
    return OK;
}

static err choose_folders(struct tx *t, struct page *p)
{
    id box = page_id(p, "box"), *chosen = NEW(p->a, id, FOLDERS);
    struct mailbox_folders all;
    int n = 0;
    page_again(p, show_one);
    mailbox_folders(&t->c, box, &all);
    for (int i = 0; i < all.n; i++)
        if (form_on(p, str_z(p->a, str_fmt(p->a, "folder-%" PRId64, all.at[i].id))))
            chosen[n++] = all.at[i].id;
    TRY(mailbox_choose(t, box, chosen, n));
    page_notice(p, "These folders are read, the newest mail first.");
    page_go(p, mailbox_url(p->a, box, ""));
    return OK;
}

static err stop_one(struct tx *t, struct page *p)
{
    id box = page_id(p, "box");
    TRY(mailbox_stop(t, box));
    page_notice(p, "It is read no further. What was read stays.");
    page_undo(p, mailbox_url(p->a, box, "go-on"), "Go on");
    page_go(p, mailbox_url(p->a, box, ""));
    return OK;
}

static err go_on(struct tx *t, struct page *p)
{
    id box = page_id(p, "box");
    TRY(mailbox_go_on(t, box));
    page_go(p, mailbox_url(p->a, box, ""));
    return OK;
}

static err remove_one(struct tx *t, struct page *p)
{
    TRY(mailbox_remove(t, page_id(p, "box")));
    page_notice(p, "It is disconnected and its password forgotten. What was read stays here.");
    page_go(p, URL("/mailboxes"));
    return OK;
}

static err share(struct tx *t, struct page *p, bool open)
{
    id box;
    TRY(mailbox_share(t, page_id(p, "folder"), open, &box));
    if (open)
        page_notice(p, "Every keeper may read what came by this folder, and what is to come. It "
                       "takes a moment.");
    else page_notice(p, "What was opened for this folder's sake is shut again. It takes a moment.");
    page_undo(p,
              url_to(p->a, "/mailboxes/folders/%" PRId64 "/%s", page_id(p, "folder"),
                     open ? "shut" : "open"),
              "Take that back");
    page_go(p, mailbox_url(p->a, box, ""));
    return OK;
}

static err open_folder(struct tx *t, struct page *p) { return share(t, p, true); }
static err shut_folder(struct tx *t, struct page *p) { return share(t, p, false); }

const struct route mailbox_routes[] = {
    PAGE("/mailboxes", NEED_KEEPER, show_list, "your mailboxes that are read, and connecting one"),
    DEED("/mailboxes", NEED_KEEPER, connect_one, "connect a mailbox"),
    PAGE("/mailboxes/:box", NEED_KEEPER, show_one,
         "how far a mailbox was read, its folders and its settings"),
    DEED("/mailboxes/:box/settings", NEED_KEEPER, change_one,
         "change password and servers of a mailbox"),
    DEED("/mailboxes/:box/folders", NEED_KEEPER, choose_folders, "choose which folders are read"),
    DEED("/mailboxes/:box/stop", NEED_KEEPER, stop_one, "read a mailbox no further"),
    DEED("/mailboxes/:box/go-on", NEED_KEEPER, go_on, "read a mailbox again"),
    DEED("/mailboxes/:box/disconnect", NEED_KEEPER, remove_one,
         "forget a mailbox and its password"),
    DEED("/mailboxes/folders/:folder/open", NEED_KEEPER, open_folder,
         "let every keeper read the mail of a folder"),
    DEED("/mailboxes/folders/:folder/shut", NEED_KEEPER, shut_folder, "take that back"),
    { 0 },
};
