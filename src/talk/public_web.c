/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "talk/public_web.h"

#include "kit/base/date.h"
#include "kit/web/web.h"
#include "talk/public_html.h"

static page_fn show_list, show_public, show_plan, show_feed, show_robots;
static deed_fn do_public, do_me_too;
static hook_fn give_public_file;

const struct route public_routes[] = {
    PAGE("/public", NEED_NOBODY, show_list, "conversations that are open to everybody"),
    PAGE("/public/:message", NEED_NOBODY, show_public, "one of them"),
    PAGE("/public/feed.atom", NEED_NOBODY, show_feed, "the newest of them, for feed readers"),
    PAGE("/robots.txt", NEED_NOBODY, show_robots, "where robots are welcome"),
    HOOK("GET", "/public/:message/files/:of/:path*", NEED_NOBODY, give_public_file,
         "a file that was opened with one of them"),
    DEED("/public/:message/me-too", NEED_NOBODY, do_me_too, "say “me too”, once a browser"),
    PAGE("/talk/:message/public", NEED_KEEPER, show_plan,
         "what strangers would read of a conversation, before it is opened to them"),
    DEED("/talk/:message/public", NEED_KEEPER, do_public,
         "open a conversation to strangers, or shut it to them"),
    { 0 },
};

struct str public_count(struct arena *a, int n)
{
    if (n <= 0) return S("");
    if (n < PUBLIC_FEW) return S("A few say “me too”.");
    return str_fmt(a, "%d say “me too”.", n);
}

/* ---- for strangers ------------------------------------------------------- */

static err show_list(struct ctx *c, struct page *p)
{
    struct public_talks m;
    struct url next = { S("") };
    public_list(c, form_int(p, "before", 0), PUBLIC_LIST, &m);
    if (m.n == PUBLIC_LIST) next = url_to(p->a, "/public?before=%" PRId64, m.at[m.n - 1].changed);
    p->welcome = true;
    page_title(p, "Open conversations");
    public_list_html(&p->out, c, p, &m, next);
    return OK;
}

static err show_public(struct ctx *c, struct page *p)
{
    struct public_talk t;
    struct public_items m;
    TRY(public_get(c, page_id(p, "message"), &t, &m));
    p->welcome = true;
    page_title(p, "%.*s", STR(t.subject));
    public_page_html(&p->out, c, p, &t, &m);
    return OK;
}

static err show_robots(struct ctx *c, struct page *p)
{
    (void)c;
    page_answer(p, 200, S("text/plain; charset=utf-8"),
                S("User-agent: *\nAllow: /public\nAllow: /assets/\nDisallow: /\n"));
    return OK;
}

/* ---- the feed (RFC 4287) ------------------------------------------------- */

/* XML knows fewer characters than text does. */
static void xml(struct buf *o, struct str s)
{
    struct buf clean = { .a = o->a };
    for (ptrdiff_t i = 0; i < s.n; i++)
        buf_char(&clean, (unsigned char)s.p[i] < 32 && !strchr("\t\n", s.p[i]) ? ' ' : s.p[i]);
    html_text(o, buf_str(&clean));
}

static void element(struct buf *o, const char *name, struct str words)
{
    buf_fmt(o, "<%s>", name);
    xml(o, words);
    buf_fmt(o, "</%s>\n", name);
}

static void entry(struct ctx *c, struct buf *o, struct str origin, const struct public_talk *t,
                  const struct public_items *m)
{
    buf_add(o, S("<entry>\n"));
    element(o, "title", t->subject.n ? t->subject : S("(no subject)"));
    element(o, "id", str_fmt(c->a, "urn:uuid:%.*s", STR(t->uuid)));
    element(o, "published", date_iso(c->a, t->at));
    element(o, "updated", date_iso(c->a, t->changed));
    buf_fmt(o, "<link rel=\"alternate\" type=\"text/html\" href=\"%.*s/public/%" PRId64 "\"/>\n",
            STR(origin), t->message);
    buf_add(o, S("<content type=\"text\">"));
    for (int i = 0; i < m->n; i++) {
        if (i) buf_add(o, S("\n\n"));
        xml(o, str_fmt(c->a, "%.*s: %.*s", STR(m->at[i].name), STR(m->at[i].words)));
    }
    buf_add(o, S("</content>\n</entry>\n"));
}

static err show_feed(struct ctx *c, struct page *p)
{
    enum { ENTRIES = 20 };
    struct public_talks m;
    struct house h;
    struct buf o = { .a = c->a };
    struct str origin = web_house_of(p)->origin;
    house_get(c, &h);
    public_list(c, 0, ENTRIES, &m);
    int64_t changed = m.n ? m.at[0].changed : h.founded;
    buf_add(&o, S("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
                  "<feed xmlns=\"http://www.w3.org/2005/Atom\">\n"));
    element(&o, "title", h.name);
    element(&o, "id", str_fmt(c->a, "urn:uuid:%.*s", STR(public_uuid(c, 0))));
    element(&o, "updated", date_iso(c->a, changed));
    buf_add(&o, S("<author>"));
    element(&o, "name", h.name);
    buf_fmt(&o,
            "</author>\n<link rel=\"self\" type=\"application/atom+xml\" "
            "href=\"%.*s/public/feed.atom\"/>\n<link rel=\"alternate\" type=\"text/html\" "
            "href=\"%.*s/public\"/>\n",
            STR(origin), STR(origin));
    for (int i = 0; i < m.n; i++) {
        struct public_talk t;
        struct public_items items;
        TRY(public_get(c, m.at[i].message, &t, &items));
        entry(c, &o, origin, &t, &items);
    }
    buf_add(&o, S("</feed>\n"));
    p->welcome = true;
    page_answer(p, 200, S("application/atom+xml; charset=utf-8"), buf_str(&o));
    return OK;
}

/* ---- files --------------------------------------------------------------- */

struct wish {
    id talk, message;
    struct str path, name, raw;
};

static err find_file(struct ctx *c, void *arg)
{
    struct wish *w = arg;
    return public_file_of(c, w->talk, w->message, w->path, &w->raw, &w->name);
}

static err give_public_file(struct page *p)
{
    struct wish w = { .talk = page_id(p, "message"),
                      .message = page_id(p, "of"),
                      .path = page_var(p, "path") };
    struct str why = S(""), bytes;
    TRY(page_read(p, find_file, &w, &why));
    if (!talk_part_reader.read ||
        talk_part_reader.read(talk_part_reader.arg, p->a, w.raw, w.path, &bytes, &why) != OK) {
        page_answer(p, 503, S("text/plain; charset=utf-8"), S("This file can't be opened now.\n"));
        return OK;
    }
    page_download(p, w.name.n ? w.name : S("file"), S("application/octet-stream"), bytes);
    return OK;
}

/* ---- deeds --------------------------------------------------------------- */

static err do_me_too(struct tx *t, struct page *p)
{
    id talk = page_id(p, "message");
    err e = public_me_too(t, talk, page_browser(p));
    if (e != OK && e != E_CONFLICT) return e;
    page_notice(p, e == OK ? "Thank you: that is counted, without your name."
                           : "You have said so already.");
    page_go(p, url_to(p->a, "/public/%" PRId64, talk));
    return OK;
}

static public_names names_of(const struct page *p)
{
    return str_eq(person_deed_str(p, "names"), S("whole")) ? PUBLIC_NAMES : PUBLIC_FIRST_NAMES;
}

static err show_plan(struct ctx *c, struct page *p)
{
    struct public_talk t;
    struct public_items m;
    id message = page_id(p, "message"), upto = 0;
    TRY(public_plan(c, message, names_of(p), &t, &m));
    for (int i = 0; i < m.n; i++) upto = MAX(upto, m.at[i].message);
    page_title(p, "Open it to everybody?");
    public_plan_html(&p->out, c, p, message, upto, &t, &m);
    return OK;
}

/* Each as MESSAGE/PATH. */
static void read_ticks(struct page *p, struct public_files *out)
{
    int at = 0;
    *out = (struct public_files){ NEW(p->a, struct public_file, p->form.n + 1), 0 };
    for (const struct form_field *f; (f = form_next(&p->form, "file", &at));) {
        struct str rest = f->value, number;
        int64_t message;
        if (str_cut(&rest, '/', &number) && str_int(number, &message))
            out->at[out->n++] = (struct public_file){ message, rest };
    }
}

static err do_public(struct tx *t, struct page *p)
{
    id message = page_id(p, "message");
    struct public_files ticks;
    read_ticks(p, &ticks);
    if (person_deed_int(p, "open", 0)) {
        TRY(public_open(t, message, names_of(p), form_int(p, "upto", 0), &ticks));
        page_notice(p, "Everybody can read it now.");
        page_undo(p, url_to(p->a, "/talk/%" PRId64 "/public?open=0", message), "Shut it again");
    } else {
        TRY(public_shut(t, message));
        page_notice(p,
                    "Nobody from outside can read it any more. What others copied stays copied.");
    }
    page_go(p, url_to(p->a, "/talk/%" PRId64, message));
    return OK;
}
