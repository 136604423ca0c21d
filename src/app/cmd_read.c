/* SPDX-License-Identifier: GPL-3.0-or-later
 * cmd_read.c - snug today, people, show, search: the house in a terminal. */
#include "app/command.h"
#include "kit/base/date.h"
#include "kit/base/json.h"
#include "talk/find.h"
#include "today/today.h"

enum { LIST_MOST = 200, THREAD_MOST = 1000 };

/* As whom: --as ADDRESS, else the first keeper. What the viewer may not see isn't shown here
 * either. */
struct asking {
    struct call *k;
    struct str as, words;
    id viewer;
    int64_t number;
    person_kind kind;
    struct str out;
};

static err find_viewer(struct ctx *c, void *arg)
{
    struct asking *q = arg;
    return call_viewer(c, q->as, &q->viewer);
}

static int answer(struct asking *q, read_fn *fn)
{
    struct work who = { .a = q->k->a }, w = { .a = q->k->a };
    if (work_read(q->k->home.store, &who, find_viewer, q) != OK) return call_fail(who.why);
    w.viewer = q->viewer;
    if (work_read(q->k->home.store, &w, fn, q) != OK) return call_fail(w.why);
    fwrite(q->out.p, 1, (size_t)q->out.n, stdout);
    return EXIT_OK;
}

static struct asking asking(struct call *k)
{
    struct asking q = { .k = k, .as = S(""), .words = S("") };
    call_option(k, "as", &q.as);
    return q;
}

static struct str line(struct arena *a, struct str s) { return str_fmt(a, "%.*s\n", STR(s)); }

/* ---- today --------------------------------------------------------------- */

static err read_today(struct ctx *c, void *arg)
{
    struct asking *q = arg;
    struct today t;
    today_read(c, &t);
    q->out = q->k->json ? line(c->a, today_json(c->a, &t)) : today_text(c->a, &t);
    return OK;
}

static int run_today(struct call *k)
{
    struct asking q = asking(k);
    return k->n ? call_usage(k, &today_command) : answer(&q, read_today);
}
const struct command today_command = { "today", "[--json] [--as ADDRESS]",
                                       "who waits, who drifts away, who is new", WANTS_HOUSE,
                                       run_today };

/* ---- people -------------------------------------------------------------- */

static err read_people(struct ctx *c, void *arg)
{
    struct asking *q = arg;
    struct person_lines list;
    struct buf o = { .a = c->a };
    struct json *all = json_begin_list(c->a);
    person_find(c,
                &(struct person_query){
                    .words = q->words, .kind = q->kind, .after = S(""), .max = LIST_MOST },
                &list);
    for (int i = 0; i < list.n; i++) {
        const struct person_line *p = &list.at[i];
        struct json *j = q->k->json ? json_nest(all, NULL) : NULL;
        if (!j) {
            buf_fmt(&o, "%6" PRId64 "  %.*s", p->id, STR(p->name));
            if (p->org_name.n) buf_fmt(&o, ", %.*s", STR(p->org_name));
            buf_fmt(&o, "  <%.*s>%s\n", STR(p->handle),
                    p->dead   ? "  deceased"
                    : p->gone ? "  left"
                    : p->mute ? "  do not contact"
                              : "");
            continue;
        }
        json_add_int(j, "id", p->id);
        json_add_str(j, "name", p->name);
        json_add_str(j, "kind", str_c(person_kind_word(p->kind)));
        json_add_str(j, "organisation", p->org_name);
        json_add_str(j, "handle", p->handle);
        json_add_bool(j, "ours", p->ours);
        json_add_bool(j, "met", p->met);
    }
    if (!q->k->json && !list.n) buf_add(&o, S("Nobody found.\n"));
    q->out = q->k->json ? line(c->a, json_write(all)) : buf_str(&o);
    return OK;
}

static int run_people(struct call *k)
{
    struct asking q = asking(k);
    struct str kind;
    if (call_option(k, "kind", &kind) && !(q.kind = person_kind_of(kind)))
        return call_fail(S("--kind is person, organisation, role, list or machine"));
    if (k->n > 1) return call_usage(k, &people_command);
    if (k->n) q.words = str_c(k->words[0]);
    return answer(&q, read_people);
}
const struct command people_command = { "people", "[--json] [--kind KIND] [--as ADDRESS] [WORDS]",
                                        "people by name or address", WANTS_HOUSE, run_people };

/* ---- show ---------------------------------------------------------------- */

static err read_conversation(struct ctx *c, void *arg)
{
    struct asking *q = arg;
    struct messages list;
    struct buf o = { .a = c->a };
    struct json *all = json_begin_list(c->a);
    TRY(talk_conversation(c, q->number, THREAD_MOST, &list));
    for (int i = 0; i < list.n; i++) {
        const struct message *m = &list.at[i];
        struct str text, when = date_iso(c->a, m->at);
        TRY(talk_text(c, m, &text));
        if (!q->k->json) {
            buf_fmt(&o, "%s%.*s, %.*s: %.*s  [%" PRId64 "]\n\n", i ? "\n" : "", STR(when),
                    STR(m->author_name), STR(m->subject), m->id);
            buf_add(&o, str_trim(text));
            buf_char(&o, '\n');
            continue;
        }
        struct json *j = json_nest(all, NULL);
        json_add_int(j, "id", m->id);
        json_add_int(j, "conversation", m->conversation);
        json_add_int(j, "parent", m->parent);
        json_add_bool(j, "guessed", m->guessed);
        json_add_str(j, "at", when);
        json_add_str(j, "from", m->author_name);
        json_add_str(j, "subject", m->subject);
        json_add_str(j, "class", str_c(talk_class_word(m->class)));
        json_add_str(j, "text", text);
    }
    q->out = q->k->json ? line(c->a, json_write(all)) : buf_str(&o);
    return OK;
}

static err read_raw(struct ctx *c, void *arg)
{
    struct asking *q = arg;
    return talk_raw(c, q->number, &q->out);
}

static err read_person(struct ctx *c, void *arg)
{
    struct asking *q = arg;
    struct person p;
    struct handles h;
    struct talk_lines talks;
    struct buf o = { .a = c->a };
    TRY(person_get(c, q->number, &p));
    person_handles(c, p.id, &h);
    talk_list(c, p.id, false, 0, 20, &talks);
    buf_fmt(&o, "%.*s%s%.*s\n", STR(p.name), p.org_name.n ? ", " : "", STR(p.org_name));
    for (int i = 0; i < h.n; i++) buf_fmt(&o, "  %.*s\n", STR(h.at[i].uri));
    for (int i = 0; i < talks.n; i++) {
        struct str day = date_day(c->a, talks.at[i].last_at, c->offset_s);
        buf_fmt(&o, "  %.*s  %.*s  [%" PRId64 "]\n", STR(day), STR(talks.at[i].subject),
                talks.at[i].message);
    }
    q->out = buf_str(&o);
    return OK;
}

static int run_show(struct call *k)
{
    struct asking q = asking(k);
    bool raw = call_flag(k, "raw");
    if (k->n != 2 || !str_int(str_c(k->words[1]), &q.number)) return call_usage(k, &show_command);
    if (strcmp(k->words[0], "person") == 0) return answer(&q, read_person);
    if (strcmp(k->words[0], "message") == 0) return answer(&q, raw ? read_raw : read_conversation);
    return call_usage(k, &show_command);
}
const struct command show_command = {
    "show", "[--json] [--as ADDRESS] person NUMBER | [--raw] message NUMBER",
    "a person, or the conversation a message is in", WANTS_HOUSE, run_show
};

/* ---- search -------------------------------------------------------------- */

static err read_search(struct ctx *c, void *arg)
{
    struct asking *q = arg;
    struct find_hits hits;
    struct buf o = { .a = c->a };
    struct json *all = json_begin_list(c->a);
    TRY(talk_find(c, q->words, 0, FIND_MOST, &hits));
    for (int i = 0; i < hits.n; i++) {
        const struct find_hit *h = &hits.at[i];
        struct buf excerpt = { .a = c->a };
        for (int s = 0; s < h->spans; s++) buf_add(&excerpt, h->excerpt[s].words);
        struct str day = date_day(c->a, h->at, c->offset_s), said = str_trim(buf_str(&excerpt));
        if (!q->k->json) {
            buf_fmt(&o, "%.*s  %.*s: %.*s  [%" PRId64 "]\n            %.*s\n", STR(day),
                    STR(h->author_name), STR(h->subject), h->message, STR(said));
            continue;
        }
        struct json *j = json_nest(all, NULL);
        json_add_int(j, "message", h->message);
        json_add_str(j, "at", date_iso(c->a, h->at));
        json_add_str(j, "from", h->author_name);
        json_add_str(j, "subject", h->subject);
        json_add_str(j, "excerpt", said);
    }
    if (!q->k->json && !hits.n) buf_add(&o, S("Nothing found.\n"));
    q->out = q->k->json ? line(c->a, json_write(all)) : buf_str(&o);
    return OK;
}

static int run_search(struct call *k)
{
    struct asking q = asking(k);
    struct buf words = { .a = k->a };
    if (!k->n) return call_usage(k, &search_command);
    for (int i = 0; i < k->n; i++) buf_fmt(&words, "%s%s", i ? " " : "", k->words[i]);
    q.words = buf_str(&words);
    return answer(&q, read_search);
}
const struct command search_command = {
    "search", "[--json] [--as ADDRESS] WORDS...",
    "messages by words, \"phrases\", from: to: with: subject: in: before: after: has:", WANTS_HOUSE,
    run_search
};
