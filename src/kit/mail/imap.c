/* SPDX-License-Identifier: GPL-3.0-or-later
 * imap.c - connecting, signing in, folders, and which messages are in them. */
#include "kit/mail/imap_talk.h"

#include "kit/base/text.h"

#include <stdlib.h>

/* ---- opening --------------------------------------------------------------- */

/* What was said before may be of somebody in between: forget it. */
static void forget_offers(struct imap *m)
{
    struct mailimap_connection_info *info = m->s->imap_connection_info;
    if (!info || !info->imap_capability) return;
    mailimap_capability_data_free(info->imap_capability);
    info->imap_capability = NULL;
}

static err ask_offers(struct ctx *c, struct imap *m)
{
    forget_offers(m);
    return imap_small(m, S("CAPABILITY")) == ANSWER_NONE ? imap_broken(c, m) : OK;
}

static err start_tls(struct ctx *c, struct imap *m)
{
    TRY(ask_offers(c, m));
    enum imap_answer said = imap_offers(m, "STARTTLS") ? imap_small(m, S("STARTTLS")) : ANSWER_NO;
    if (said == ANSWER_NONE) return imap_broken(c, m);
    if (said == ANSWER_NO)
        return fail(c, E_PEER,
                    "The server does not offer STARTTLS at this port, and without it "
                    "the password could be read on the way. Try TLS at port 993.");
    if (m->s->imap_stream->read_buffer_len > 0 || imap_line_pending(m->line))
        return fail(c, E_PEER,
                    "The server spoke before encryption had begun; somebody may have "
                    "put words into its mouth. Nothing was sent.");
    if (!imap_line_tls(m->line, &m->server)) return imap_broken(c, m);
    return ask_offers(c, m);
}

/* The server says that it is not about the password: RFC 5530. */
static bool not_now(const struct imap *m)
{
    static const char *const codes[] = { "UNAVAILABLE", "LIMIT", "INUSE", "SERVERBUG" };
    const struct mailimap_response_info *info = m->s->imap_response_info;
    for (int i = 0; info && i < COUNT(codes); i++)
        if (str_ieq(str_c(info->rsp_atom), str_c(codes[i]))) return true;
    return false;
}

static err denied(struct ctx *c, const struct imap *m)
{
    const struct autoconf_provider *p = autoconf_provider(m->server.host);
    if (p && p->hint.n)
        return fail(c, E_DENIED, "The server does not take this user and password. %.*s",
                    STR(p->hint));
    return fail(c, E_DENIED,
                "The server does not take this user and password. With some "
                "providers it has to be an app password, made in the settings of "
                "the mail account.");
}

static err log_in(struct ctx *c, struct imap *m)
{
    struct str user, password;
    if (!imap_quote(c->a, m->server.user, &user) ||
        !imap_quote(c->a, m->server.password, &password))
        return fail(c, E_INVALID, "User and password must each be one line.");
    if (imap_offers(m, "LOGINDISABLED"))
        return fail(c, E_PEER, "This server takes no passwords on such a connection.");
    imap_allow_small(m);
    enum imap_answer said =
        imap_command(m, str_fmt(c->a, "LOGIN %.*s %.*s", STR(user), STR(password)));
    if (said == ANSWER_NONE) return imap_broken(c, m);
    if (said == ANSWER_NO && not_now(m))
        return fail(c, E_PEER, "The server can't let anybody in at the moment.");
    if (said == ANSWER_NO) return denied(c, m);
    m->server.user = m->server.password = S("");
    return ask_offers(c, m);
}

static err greet(struct ctx *c, struct imap *m)
{
    int said = mailimap_connect(m->s, m->s->imap_stream);
    bool in = said == MAILIMAP_NO_ERROR_AUTHENTICATED;
    if (!in && said != MAILIMAP_NO_ERROR_NON_AUTHENTICATED) return imap_broken(c, m);
    if (m->server.safety == MAIL_STARTTLS && in)
        return fail(c, E_PEER,
                    "The server skipped the part where encryption begins; somebody "
                    "may stand in between. Nothing was sent.");
    if (m->server.safety == MAIL_STARTTLS) TRY(start_tls(c, m));
    else TRY(ask_offers(c, m));
    return in ? OK : log_in(c, m);
}

err imap_open(struct ctx *c, const struct imap_server *s, struct imap_stop *stop, struct imap **out)
{
    if (s->host.n == 0 || s->host.n > 253 || s->port < 0 || s->port > 65535)
        return fail(c, E_INVALID, "The server needs a name, and a port from 1 to 65535.");
    struct imap *m = imap_new(c, s, stop);
    bool there = imap_line_connect(m->line, s);
    if (there && s->safety == MAIL_TLS) there = imap_line_tls(m->line, s);
    err e = there ? greet(c, m) : imap_broken(c, m);
    if (e == OK) *out = m;
    else imap_close(m);
    return e;
}

err imap_open_fd(struct ctx *c, int fd, const struct imap_server *s, struct imap_stop *stop,
                 struct imap **out)
{
    struct imap *m = imap_new(c, s, stop);
    imap_line_adopt(m->line, fd);
    err e = greet(c, m);
    if (e == OK) *out = m;
    else imap_close(m);
    return e;
}

int imap_delay_s(int tries, uint64_t random)
{
    int base = 5;
    for (int i = 1; i < tries && base < HOUR; i++) base *= 2;
    base = MIN(base, HOUR);
    int quarter = base / 4;
    return base - quarter + (int)(random % (uint64_t)(2 * quarter + 1));
}

/* ---- folders --------------------------------------------------------------- */

static enum imap_role role_said(const char *flag)
{
    static const struct {
        const char *flag;
        enum imap_role role;
    } roles[] = { { "Sent", IMAP_SENT },       { "Drafts", IMAP_DRAFTS },
                  { "Trash", IMAP_TRASH },     { "Junk", IMAP_JUNK },
                  { "Spam", IMAP_JUNK },       { "All", IMAP_ALL },
                  { "Archive", IMAP_ARCHIVE }, { "AllMail", IMAP_ALL },
                  { "Flagged", IMAP_FLAGGED }, { "Starred", IMAP_FLAGGED } };
    struct str said = str_c(flag);
    if (str_begins(said, S("\\"))) said = str_from(said, 1);
    for (int i = 0; i < COUNT(roles); i++)
        if (str_ieq(said, str_c(roles[i].flag))) return roles[i].role;
    return IMAP_NO_ROLE;
}

static void folder_flags(const struct mailimap_mbx_list_flags *flags, struct imap_folder *f)
{
    if (!flags) return;
    f->closed = flags->mbf_type == MAILIMAP_MBX_LIST_FLAGS_SFLAG &&
                flags->mbf_sflag == MAILIMAP_MBX_LIST_SFLAG_NOSELECT;
    for (clistiter *i = imap_first(flags->mbf_oflags); i; i = clist_next(i)) {
        const struct mailimap_mbx_list_oflag *o = clist_content(i);
        if (o->of_type != MAILIMAP_MBX_LIST_OFLAG_FLAG_EXT) continue;
        enum imap_role role = role_said(o->of_flag_ext);
        if (role) f->role = role;
        struct str word = str_c(o->of_flag_ext);
        if (str_ieq(word, S("NonExistent")) || str_ieq(word, S("\\NonExistent"))) f->closed = true;
    }
}

static void guess_roles(struct imap_folders *f)
{
    bool said[IMAP_ROLES] = { 0 };
    for (int i = 0; i < f->n; i++) said[f->at[i].role] = true;
    for (int i = 0; i < f->n; i++) {
        struct imap_folder *at = &f->at[i];
        enum imap_role role = imap_folder_role(at->name, at->level);
        if (at->role || at->closed || !role || said[role]) continue;
        at->role = role;
        at->guessed = role != IMAP_INBOX;
        said[role] = true;
    }
}

err imap_folders(struct ctx *c, struct imap *m, struct imap_folders *out)
{
    bool special = imap_offers(m, "SPECIAL-USE") && imap_offers(m, "LIST-EXTENDED");
    enum imap_answer said =
        special ? imap_small(m, S("LIST \"\" \"*\" RETURN (SPECIAL-USE)")) : ANSWER_NO;
    if (said == ANSWER_NO) said = imap_small(m, S("LIST \"\" \"*\""));
    if (said != ANSWER_OK) return imap_broken(c, m);
    const clist *list = m->s->imap_response_info->rsp_mailbox_list;
    struct imap_folders f = { NEW(c->a, struct imap_folder, clist_count(list)), 0 };
    for (clistiter *i = imap_first(list); i; i = clist_next(i)) {
        const struct mailimap_mailbox_list *b = clist_content(i);
        if (!b->mb_name || !*b->mb_name) continue;
        struct imap_folder *at = &f.at[f.n++];
        at->raw = str_dup(c->a, str_c(b->mb_name));
        at->name = imap_folder_name(c->a, at->raw);
        at->level = b->mb_delimiter;
        folder_flags(b->mb_flag, at);
    }
    guess_roles(&f);
    *out = f;
    return OK;
}

/* ---- selecting -------------------------------------------------------------- */

static uint64_t highest_modseq(const struct imap *m)
{
    const clist *list = m->s->imap_response_info->rsp_extension_list;
    for (clistiter *i = imap_first(list); i; i = clist_next(i)) {
        const struct mailimap_extension_data *e = clist_content(i);
        if (e->ext_extension->ext_id != MAILIMAP_EXTENSION_CONDSTORE ||
            e->ext_type != MAILIMAP_CONDSTORE_TYPE_RESP_TEXT_CODE)
            continue;
        const struct mailimap_condstore_resptextcode *code = e->ext_data;
        if (code->cs_type == MAILIMAP_CONDSTORE_RESPTEXTCODE_HIGHESTMODSEQ)
            return code->cs_data.cs_modseq_value;
    }
    return 0;
}

err imap_select(struct ctx *c, struct imap *m, struct str raw, struct imap_state *out)
{
    struct str name;
    if (!imap_quote(c->a, raw, &name)) return fail(c, E_INVALID, "No folder can have this name.");
    m->validity = 0;
    if (m->s->imap_selection_info) mailimap_selection_info_free(m->s->imap_selection_info);
    m->s->imap_selection_info = mailimap_selection_info_new();
    if (!m->s->imap_selection_info) die(c, "no memory for a mail folder");
    const char *more = imap_offers(m, "CONDSTORE") ? " (CONDSTORE)" : "";
    enum imap_answer said = imap_small(m, str_fmt(c->a, "EXAMINE %.*s%s", STR(name), more));
    if (said == ANSWER_NONE) return imap_broken(c, m);
    if (said == ANSWER_NO) return fail(c, E_NOTFOUND, "The server does not open this folder.");
    const struct mailimap_selection_info *s = m->s->imap_selection_info;
    if (s->sel_uidvalidity == 0)
        return fail(c, E_PEER, "This server gives its messages no lasting numbers.");
    m->validity = s->sel_uidvalidity;
    *out =
        (struct imap_state){ s->sel_uidvalidity, s->sel_uidnext, s->sel_exists, highest_modseq(m) };
    return OK;
}

static int highest_first(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x < y) - (x > y);
}

static void search_result(struct ctx *c, const struct imap *m, uint32_t after,
                          struct imap_uids *out)
{
    const clist *list = m->s->imap_response_info->rsp_search_result;
    struct imap_uids u = { NULL, 0 };
    if (list) u.at = NEW(c->a, uint32_t, clist_count(list));
    for (clistiter *i = imap_first(list); i; i = clist_next(i)) {
        uint32_t uid = *(const uint32_t *)clist_content(i);
        if (uid > after) u.at[u.n++] = uid; /* n:* also names the last one when it is below n */
    }
    if (u.n) qsort(u.at, (size_t)u.n, sizeof *u.at, highest_first);
    int kept = 0;
    for (int i = 0; i < u.n; i++)
        if (i == 0 || u.at[i] != u.at[i - 1]) u.at[kept++] = u.at[i];
    u.n = kept;
    *out = u;
}

err imap_uids(struct ctx *c, struct imap *m, uint32_t after, struct imap_uids *out)
{
    *out = (struct imap_uids){ NULL, 0 };
    if (after == UINT32_MAX) return OK;
    struct str text =
        after ? str_fmt(c->a, "UID SEARCH UID %" PRIu32 ":*", after + 1) : S("UID SEARCH ALL");
    enum imap_answer said;
    uint32_t before = m->s->imap_selection_info ? m->s->imap_selection_info->sel_exists : 0;
    imap_allow_small(m);
    TRY(imap_in_folder(c, m, text, &said));
    if (said == ANSWER_NO) return fail(c, E_PEER, "The mail server does not list this folder.");
    struct imap_uids found;
    search_result(c, m, after, &found);
    uint32_t least = MIN(before, m->s->imap_selection_info->sel_exists);
    if (after == 0 && (uint32_t)found.n < least)
        return fail(c, E_PEER, "The mail server listed only %d of %" PRIu32 " messages.", found.n,
                    least);
    *out = found;
    return OK;
}
