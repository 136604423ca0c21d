/* SPDX-License-Identifier: GPL-3.0-or-later
 * talk_web.c - conversations and the deeds about them. */
#include "talk/talk_web.h"

#include "kit/base/text.h"
#include "talk/circle_web.h"
#include "talk/draft_web.h"
#include "talk/remember_web.h"
#include "talk/talk_html.h"

enum { LIST_PAGE = 40, JOIN_FOUND = 15, DRAFTS = 20, IDEAS = 500, SOON = 2 * MINUTE };

static page_fn show_talk, show_conversation, show_raw, show_join;
static deed_fn do_split, do_join, do_undo, do_close, do_open, do_kind, do_settle;

const struct route talk_routes[] = {
    PAGE("/talk", NEED_KEEPER, show_talk, "conversations, newest first"),
    PAGE("/talk/:message", NEED_KEEPER, show_conversation,
         "one conversation, named by any message in it"),
    PAGE("/talk/:message/raw", NEED_KEEPER, show_raw,
         "a message byte for byte as it came; blind copies are told to its writer only"),
    PAGE("/talk/:message/join", NEED_KEEPER, show_join, "look for a conversation to join with"),
    HOOK("GET", "/talk/:message/files/:path*", NEED_KEEPER, talk_give_file,
         "a file that came with a message"),
    DEED("/talk/:message/split", NEED_KEEPER, do_split,
         "begin a new conversation with this message"),
    DEED("/talk/:message/join", NEED_KEEPER, do_join, "make two conversations one"),
    DEED("/talk/undo/:event", NEED_KEEPER, do_undo,
         "take back a split, a join, a closing or what was said of a conversation"),
    DEED("/talk/:message/close", NEED_KEEPER, do_close,
         "say that nothing waits in this conversation"),
    DEED("/talk/:message/kind", NEED_KEEPER, do_kind,
         "say what a conversation is: talk, a question, an idea, a problem, praise"),
    DEED("/talk/:message/settle", NEED_KEEPER, do_settle,
         "say that this message settles its question or problem"),
    DEED("/talk/:message/open", NEED_KEEPER, do_open,
         "open a conversation to the whole house, or shut it"),
    { 0 },
};

/* ---- the list ------------------------------------------------------------ */

static err show_talk(struct ctx *c, struct page *p)
{
    struct talk_lines m;
    int64_t before = form_int(p, "before", 0);
    bool all = form_int(p, "all", 0) != 0;
    talk_kind kind = talk_kind_of(query_str(p, "kind"));
    struct url next = { S("") };
    if (kind > KIND_TALK) talk_list_kind(c, kind, before, LIST_PAGE, &m);
    else talk_list(c, 0, !all, before, LIST_PAGE, &m);
    if (m.n == LIST_PAGE) {
        int64_t last = m.at[m.n - 1].last_at;
        next = kind > KIND_TALK
                   ? url_to(c->a, "/talk?kind=%s&before=%" PRId64, talk_kind_word(kind), last)
               : all ? url_to(c->a, "/talk?all=1&before=%" PRId64, last)
                     : url_to(c->a, "/talk?before=%" PRId64, last);
    }
    page_title(p, "Conversations");
    talk_page_html(&p->out, c, &m, all, kind, before != 0, next, draft_count(c, DRAFTS));
    return OK;
}

/* ---- one conversation ---------------------------------------------------- */

struct str talk_to(struct arena *a, const struct recipients *to)
{
    enum { NAMED = 3 };
    struct buf o = { .a = a };
    for (int i = 0; i < to->n && i < NAMED; i++) {
        buf_add(&o, i == 0 ? S("to ") : i == to->n - 1 ? S(" and ") : S(", "));
        buf_add(&o, to->at[i].name);
    }
    if (to->n > NAMED) buf_fmt(&o, " and %d more", to->n - NAMED);
    return buf_str(&o);
}

const char *talk_kind_says(talk_kind k)
{
    static const char *const says[] = {
        "", "talk", "a question", "an idea", "a problem", "praise"
    };
    return k >= 0 && k < COUNT(says) ? says[k] : "";
}

struct str talk_spoken(unsigned marks)
{
    return marks & TALK_MARK_PHONED ? S("by telephone") : S("spoken");
}

struct str talk_with(struct arena *a, const struct recipients *to, unsigned marks)
{
    struct str names = talk_to(a, to);
    return str_fmt(a, "%s%.*s",
                   marks & TALK_MARK_PHONED ? "on the telephone with " : "talked with ",
                   STR(str_from(names, 3)));
}

struct str talk_bytes(struct arena *a, int64_t n)
{
    if (n < 1000) return str_fmt(a, "%" PRId64 " bytes", n);
    if (n < 1000 * 1000) return str_fmt(a, "%" PRId64 " kB", (n + 500) / 1000);
    return str_fmt(a, "%" PRId64 ".%" PRId64 " MB", n / 1000000, n / 100000 % 10);
}

/* Behind a cut a message keeps what it answers. In the middle of a long conversation the parent may
 * merely stand in an earlier stretch; and what the viewer may not see is not spoken of. */
static bool parted(struct ctx *c, const struct talk_view *v, int i, int *asked)
{
    enum { ASK = 5 };
    const struct message *m = &v->messages.at[i];
    if (!m->parent || v->earlier) return false;
    for (int k = 0; k < v->messages.n; k++)
        if (v->messages.at[k].id == m->parent) return false;
    return (*asked)++ < ASK && may_see(c, m->parent);
}

static const struct message *answered(const struct messages *list, int i)
{
    id parent = list->at[i].parent;
    if (!parent || (i && list->at[i - 1].id == parent)) return NULL;
    for (int k = i - 1; k >= 0; k--)
        if (list->at[k].id == parent) return &list->at[k];
    return NULL;
}

/* A letter to the last one who wrote from outside, unless they are not to be written to. */
static void offer_answer(struct ctx *c, struct thread *t)
{
    struct person who;
    for (int i = t->n - 1; i >= 0; i--) {
        const struct message *m = t->at[i].m;
        if (m->author_ours || m->class < TALK_LIST || !m->author ||
            str_chr(m->author_handle, '@') < 1)
            continue;
        if (person_get(c, m->author, &who) != OK || !person_may_be_written(&who, c->now)) return;
        struct buf b = { .a = c->a };
        buf_add(&b, S("mailto:"));
        url_encode(&b, m->author_handle);
        buf_add(&b, S("?subject="));
        url_encode(&b, talk_re(c->a, m->subject));
        t->answer = url_outside(c->a, buf_str(&b));
        t->answer_name = m->author_name;
        return;
    }
}

/* Words may be quoted out of a letter that the viewer may not see: no link leads there. */
static void drop_unseen(struct ctx *c, struct thread *t)
{
    int n = 0, most = 0;
    for (int i = 0; i < t->n; i++) most += t->at[i].shown.n;
    id *source = NEW(c->a, id, most + 1);
    for (int i = 0; i < t->n; i++)
        for (int k = 0; k < t->at[i].shown.n; k++) {
            const struct shown *s = &t->at[i].shown.at[k];
            if (s->source && !s->by) source[n++] = s->source;
        }
    talk_see_of(c, source, n);
    n = 0;
    for (int i = 0; i < t->n; i++)
        for (int k = 0; k < t->at[i].shown.n; k++) {
            struct shown *s = &t->at[i].shown.at[k];
            if (s->source && !s->by) s->source = source[n++];
        }
}

static bool is_touched(const struct idea_touches *ideas, id message)
{
    for (int i = 0; i < ideas->n; i++)
        if (ideas->at[i].message == message) return true;
    return false;
}

/* What was remembered of it, and what those want who wrote last. */
static void lay_out_facts(struct ctx *c, struct thread *t)
{
    struct remembereds *m = NEW(c->a, struct remembereds, 1);
    remember_of(c, t->v->messages.at[0].conversation, m);
    t->facts = m;
    for (int i = 0; i < t->n; i++)
        for (int k = 0; k < m->n; k++) t->at[i].facts |= m->at[k].message == t->at[i].m->id;
    for (int i = t->n - 1; i >= 0 && t->minds.n < FACT_MINDS; i--) {
        const struct message *x = t->at[i].m;
        if (!x->author_ours && x->class >= TALK_DIRECT) fact_mind_also(c, &t->minds, x->author);
    }
}

static void lay_out(struct ctx *c, const struct talk_view *v, struct thread *t)
{
    int64_t base = 0;
    int asked = 0;
    t->v = v;
    t->at = NEW(c->a, struct thread_item, v->messages.n + 1);
    idea_touches(c, v->messages.at[0].conversation, IDEAS, &t->ideas);
    for (int i = 0; i < v->messages.n; i++) {
        const struct message *m = &v->messages.at[i];
        struct thread_item *x = &t->at[t->n++];
        *x = (struct thread_item){ .m = m,
                                   .answers = answered(&v->messages, i),
                                   .to = v->to[i],
                                   .files = v->files[i],
                                   .why = v->why[i],
                                   .other_subject = base && m->base && m->base != base,
                                   .cut = v->texts[i].cut,
                                   .ideas = is_touched(&t->ideas, m->id),
                                   .parted = parted(c, v, i, &asked) };
        if (m->base) base = m->base;
        talk_shown(c->a, &v->texts[i], &v->messages, &x->shown);
    }
    drop_unseen(c, t);
    t->subject = v->messages.at[0].subject.n ? v->messages.at[0].subject : S("(no subject)");
}

/* The rows of each message stand together. */
static void lay_out_sent(struct ctx *c, struct thread *t)
{
    const struct messages *m = &t->v->messages;
    struct outbox_rows all;
    draft_sent(c, m->at[0].conversation, m->at[0].at, m->at[m->n - 1].at, &all);
    for (int i = 0; i < t->n; i++)
        for (int k = 0; k < all.n; k++) {
            if (all.at[k].message != t->at[i].m->id) continue;
            if (!t->at[i].sent.n) t->at[i].sent.at = &all.at[k];
            t->at[i].sent.n++;
        }
}

/* The last message that somebody wrote; without a mailbox a letter in a program of one's own. */
static void offer_writing(struct ctx *c, struct thread *t)
{
    struct write_view *w = NEW(c->a, struct write_view, 1);
    draft_of_conversation(c, t->v->messages.at[0].conversation, DRAFTS, &t->drafts);
    for (int i = t->n - 1; i >= 0 && !t->v->later; i--) {
        const struct message *m = t->at[i].m;
        if (m->class < TALK_LIST || !m->author || (m->marks & TALK_MARK_ERASED)) continue;
        if (draft_answer(c, m->id, &t->drafts, w)) t->write = w;
        break;
    }
    if (!t->v->later && !t->write) offer_answer(c, t);
    for (int i = 0; i < t->drafts.n; i++)
        t->soon |= t->drafts.at[i].due && t->drafts.at[i].due < c->now + SOON;
    for (int i = 0; i < t->n; i++)
        for (int k = 0; k < t->at[i].sent.n; k++)
            t->soon |= !t->at[i].sent.at[k].state && t->at[i].sent.at[k].next_at < c->now + SOON;
}

err talk_thread(struct ctx *c, id message, struct thread *out)
{
    struct talk_view *v = NEW(c->a, struct talk_view, 1);
    *out = (struct thread){ .asked = message, .answer = { S("") } };
    TRY(talk_view(c, message, v));
    lay_out(c, v, out);
    return OK;
}

static err show_conversation(struct ctx *c, struct page *p)
{
    struct thread t;
    if (talk_circle_elsewhere(c, p, page_id(p, "message"))) return OK;
    TRY(talk_thread(c, page_id(p, "message"), &t));
    if (t.v->settled.id) t.settled_line = talk_line_of(c, t.v->settled.id);
    talk_participants(c, t.asked, &t.parts);
    for (int i = 0; t.parts.n && i < t.n; i++) t.at[i].strange = talk_strange(c, t.at[i].m->id);
    lay_out_sent(c, &t);
    lay_out_facts(c, &t);
    offer_writing(c, &t);
    page_title(p, "%.*s", STR(t.subject));
    talk_thread_html(&p->out, c, p, &t);
    return OK;
}

static err show_raw(struct ctx *c, struct page *p)
{
    struct str raw;
    TRY(talk_raw(c, page_id(p, "message"), &raw));
    page_answer(p, 200, S("text/plain; charset=utf-8"), raw);
    return OK;
}

/* ---- files --------------------------------------------------------------- */

struct wish {
    id message;
    struct str path, name, raw;
};

static err find_file(struct ctx *c, void *arg)
{
    struct wish *w = arg;
    struct files f;
    struct message m;
    TRY(talk_message(c, w->message, &m));
    talk_files(c, w->message, &f);
    for (int i = 0; i < f.n; i++) {
        if (!str_eq(f.at[i].path, w->path)) continue;
        w->name = f.at[i].name.n ? f.at[i].name : S("file");
        return talk_raw(c, w->message, &w->raw);
    }
    return fail(c, E_NOTFOUND, "no such file came with this message");
}

static err say_plainly(struct page *p, int status, struct str why)
{
    page_answer(p, status, S("text/plain; charset=utf-8"), str_fmt(p->a, "%.*s\n", STR(why)));
    return OK;
}

err talk_give_file(struct page *p)
{
    struct wish w = { .message = page_id(p, "message"), .path = page_var(p, "path") };
    struct str why = S(""), bytes;
    if (page_read(p, find_file, &w, &why) != OK) return say_plainly(p, 404, why);
    if (!talk_part_reader.read)
        return say_plainly(p, 503, S("Files can't be opened here just now."));
    if (talk_part_reader.read(talk_part_reader.arg, p->a, w.raw, w.path, &bytes, &why) != OK)
        return say_plainly(p, 422, why);
    page_download(p, w.name, S("application/octet-stream"),
                  bytes); /* saved, never shown: its type is a stranger's word */
    return OK;
}

/* ---- deeds --------------------------------------------------------------- */

static void back_to(struct page *p, id message)
{
    page_go(p, url_to(p->a, "/talk/%" PRId64 "#m%" PRId64, message, message));
}

static void can_undo(struct page *p, id event)
{
    page_undo(p, url_to(p->a, "/talk/undo/%" PRId64, event), "Undo");
}

static err do_split(struct tx *t, struct page *p)
{
    id message = page_id(p, "message"), event;
    TRY(talk_split(t, message, &event));
    page_notice(p, "A new conversation begins here.");
    can_undo(p, event);
    back_to(p, message);
    return OK;
}

static err show_join(struct ctx *c, struct page *p)
{
    struct message one;
    struct find_hits m = { .n = 0 };
    struct find_query q;
    struct str words = query_str(p, "q");
    TRY(talk_message(c, page_id(p, "message"), &one));
    if (words.n && talk_find_read(c, words, p->piece, &q) != OK) p->problem = c->why;
    else if (words.n) talk_find_by(c, &q, 0, JOIN_FOUND, &m);
    page_title(p, "Join with another conversation");
    if (p->piece) join_rows_html(&p->out, c, p, one.id, words, &m);
    else join_page_html(&p->out, c, p, &one, words, &m);
    return OK;
}

static err do_join(struct tx *t, struct page *p)
{
    id message = page_id(p, "message"), event;
    TRY(talk_join(t, message, form_int(p, "with", 0), &event));
    page_notice(p, "They are one conversation now.");
    can_undo(p, event);
    back_to(p, message);
    return OK;
}

static err do_undo(struct tx *t, struct page *p)
{
    struct event e;
    id event = page_id(p, "event");
    TRY(talk_undo(t, event));
    TRY(log_get(&t->c, event, &e));
    page_notice(p, "Taken back.");
    back_to(p, e.subject);
    return OK;
}

static err do_close(struct tx *t, struct page *p)
{
    id message = page_id(p, "message"), event;
    struct str back = person_deed_str(p, "back");
    TRY(talk_close(t, message, &event));
    page_notice(p, "Nothing waits here, until somebody writes again.");
    can_undo(p, event);
    back_to(p, message);
    if (back.n) page_go(p, url_inside(p->a, back));
    return OK;
}

static err do_open(struct tx *t, struct page *p)
{
    id message = page_id(p, "message");
    bool open = person_deed_int(p, "open", 0) != 0;
    TRY(talk_open(t, message, open));
    page_notice(p, open ? "Every keeper of this house may read it now, and what will be said in it."
                        : "Only those who are in it may read it now.");
    page_undo(p,
              open ? url_to(p->a, "/talk/%" PRId64 "/open?open=0", message)
                   : url_to(p->a, "/talk/%" PRId64 "/open?open=1", message),
              "Undo");
    back_to(p, message);
    return OK;
}

static err do_kind(struct tx *t, struct page *p)
{
    id message = page_id(p, "message"), event;
    talk_kind kind = talk_kind_of(form_str(p, "kind"));
    TRY(talk_set_kind(t, message, kind, &event));
    page_notice(p, "This is %s now.", talk_kind_says(kind));
    can_undo(p, event);
    back_to(p, message);
    return OK;
}

static err do_settle(struct tx *t, struct page *p)
{
    id message = page_id(p, "message"), event;
    TRY(talk_settled_by(t, message, &event));
    page_notice(p, "This settles it.");
    can_undo(p, event);
    back_to(p, message);
    return OK;
}
