/* SPDX-License-Identifier: GPL-3.0-or-later
 * tracks_web.c - the page of tracks: what was asked for, the ways from here, picture or list. */
#include "talk/tracks_web.h"

#include "kit/base/date.h"
#include "kit/web/web.h"
#include "talk/tracks_html.h"

enum { SHORT_FIELDS = 120, NAMED = 8 };

static page_fn show_tracks;

const struct route track_routes[] = {
    PAGE("/tracks", NEED_KEEPER, show_tracks,
         "conversations or people as lanes on one time axis; with ?as=list as a list"),
    { 0 },
};

/* ---- what was asked for ---------------------------------------------------- */

static int read_ids(const struct page *p, const char *name, id *out)
{
    int n = 0, at = 0;
    int64_t x;
    for (const struct form_field *f; n < TRACK_CHOSEN && (f = form_next(&p->query, name, &at));)
        if (str_int(str_trim(f->value), &x) && x > 0) out[n++] = x;
    return n;
}

/* Seconds, or a day as a date field gives it. */
static int64_t read_time(struct ctx *c, const struct page *p, const char *name, bool end)
{
    struct str v = query_str(p, name);
    int64_t from, to;
    if (str_int(v, &from)) return MAX(MIN(from, (int64_t)253370764800), (int64_t)-62135596800);
    if (!date_parse_iso(v, &from, &to)) return 0;
    return (end ? to : from) - c->offset_s;
}

static bool chosen(const struct track_ask *q)
{
    return q->n_talk || q->n_who || q->idea || q->words.n;
}

static void read_ask(struct ctx *c, const struct page *p, struct track_ask *q)
{
    struct str by = query_str(p, "by");
    *q = (struct track_ask){ .words = str_upto(query_str(p, "q"), 1000),
                             .idea = form_int(p, "idea", 0),
                             .from = read_time(c, p, "from", false),
                             .to = read_time(c, p, "to", true),
                             .first = str_eq(query_str(p, "order"), S("first")) };
    q->n_talk = read_ids(p, "talk", q->talk);
    q->n_who = read_ids(p, "who", q->who);
    if (q->n_talk) q->words = S("");                    /* ticked among what was found */
    bool one = q->n_talk == 1 && !q->n_who && !q->idea; /* of one, or of all: who writes when */
    q->people = str_eq(by, S("people")) || ((one || !chosen(q)) && !str_eq(by, S("talk")));
    if (q->from && q->to && q->to <= q->from) q->to = 0;
}

/* ---- addresses --------------------------------------------------------------- */

static struct str fields_of(struct arena *a, const struct track_ask *q)
{
    struct buf o = { .a = a };
    for (int i = 0; i < q->n_talk; i++) buf_fmt(&o, "&talk=%" PRId64, q->talk[i]);
    for (int i = 0; i < q->n_who; i++) buf_fmt(&o, "&who=%" PRId64, q->who[i]);
    if (q->idea) buf_fmt(&o, "&idea=%" PRId64, q->idea);
    if (q->words.n) {
        buf_add(&o, S("&q="));
        url_encode(&o, q->words);
    }
    return buf_str(&o);
}

struct way_of {
    bool people, first, list;
    int64_t from, to;
};

static struct url address(struct arena *a, const struct track_page *v, struct way_of w)
{
    struct buf o = { .a = a };
    buf_fmt(&o, "%.*s", STR(v->fields));
    if (w.people || !v->chosen || v->ask->n_talk == 1)
        buf_fmt(&o, "&by=%s", w.people ? "people" : "talk");
    if (w.first) buf_add(&o, S("&order=first"));
    if (w.list) buf_add(&o, S("&as=list"));
    if (w.from) buf_fmt(&o, "&from=%" PRId64, w.from);
    if (w.to) buf_fmt(&o, "&to=%" PRId64, w.to);
    if (!v->chosen && !w.from && !w.to) buf_add(&o, S("&all=1"));
    struct str all = buf_str(&o);
    return (struct url){ str_fmt(a, "/tracks?%.*s", STR(str_from(all, 1))) };
}

static struct way_of same(const struct track_page *v)
{
    return (struct way_of){ v->ask->people, v->ask->first, v->list, v->ask->from, v->ask->to };
}

struct url track_place(struct arena *a, const struct track_page *v, int64_t from, int64_t to)
{
    struct way_of w = same(v);
    w.from = from;
    w.to = to;
    return address(a, v, w);
}

struct url track_other(struct arena *a, const struct track_page *v, const char *more)
{
    struct way_of w = same(v);
    struct str m = str_c(more);
    if (str_begins(m, S("by="))) w.people = str_eq(m, S("by=people"));
    if (str_begins(m, S("order="))) w.first = str_eq(m, S("order=first"));
    if (str_begins(m, S("as="))) w.list = str_eq(m, S("as=list"));
    return address(a, v, w);
}

/* A message, or a closer look at several. */
struct url track_dot_to(struct arena *a, const struct track_page *v, const struct track_dot *d)
{
    const struct track_mark *m = &v->t.mark[d->first];
    int64_t from = m->at, to = v->t.mark[d->last].at, room = MAX((to - from) / 10, (int64_t)MINUTE);
    if (d->n == 1 || to - from < 2 * MINUTE)
        return url_to(a, "/talk/%" PRId64 "#m%" PRId64, m->message, m->message);
    if (v->ask->people && v->fields.n <= SHORT_FIELDS)
        return track_place(a, v, from - room, to + room);
    if (v->ask->people && m->author)
        return url_to(a, "/tracks?who=%" PRId64 "&from=%" PRId64 "&to=%" PRId64, m->author,
                      from - room, to + room);
    return url_to(a, "/tracks?talk=%" PRId64 "&from=%" PRId64 "&to=%" PRId64, m->message,
                  from - room, to + room);
}

/* Four steps from here; the least span holds ten minutes, the widest all there is. */
static void find_ways(struct ctx *c, struct track_page *v)
{
    const struct tracks *t = &v->t;
    int64_t span = t->to - t->from, half = span / 2, middle = t->from + half,
            wide = MAX(3 * span, (int64_t)HOUR), close = MAX(span / 3, (int64_t)TRACK_LEAST_S);
    const struct track_ask *q = v->ask;
    bool before = q->from && (!v->chosen || t->first < t->from),
         behind = q->to && t->to < c->now && (!v->chosen || t->last >= t->to),
         whole = !before && !behind;
    struct url none = { S("") };
    v->way[0] =
        (struct track_way){ "Earlier",
                            before ? track_place(c->a, v, t->from - half, t->to - half) : none };
    v->way[1] = (struct track_way){
        "Closer",
        span > TRACK_LEAST_S ? track_place(c->a, v, middle - close / 2, middle + close / 2) : none
    };
    v->way[2] =
        (struct track_way){ "Wider",
                            whole ? none
                                  : track_place(c->a, v, MAX(middle - wide / 2, 1),
                                                MIN(middle + wide / 2, MAX(c->now, t->to))) };
    v->way[3] = (struct track_way){ "All of it", whole ? none : track_place(c->a, v, 0, 0) };
    v->way[4] =
        (struct track_way){ "Later",
                            behind ? track_place(c->a, v, t->from + half, t->to + half) : none };
}

/* ---- in words ------------------------------------------------------------------ */

struct str track_when(struct ctx *c, int64_t at)
{
    struct civil d = date_civil(at, c->offset_s);
    return str_fmt(c->a, "%.*s, %02d:%02d", STR(date_people(c->a, at, c->offset_s)), d.hour,
                   d.minute);
}

static struct str span_says(struct ctx *c, int64_t from, int64_t to)
{
    struct civil a = date_civil(from, c->offset_s), b = date_civil(to, c->offset_s);
    struct str end = date_people(c->a, to, c->offset_s);
    bool day = a.year == b.year && a.month == b.month && a.day == b.day;
    if (day)
        return str_fmt(c->a, "%.*s, %02d:%02d to %02d:%02d", STR(end), a.hour, a.minute, b.hour,
                       b.minute);
    if (a.year == b.year && a.month == b.month) return str_fmt(c->a, "%d to %.*s", a.day, STR(end));
    if (a.year == b.year)
        return str_fmt(c->a, "%d %s to %.*s", a.day, date_months[a.month - 1], STR(end));
    return str_fmt(c->a, "%.*s to %.*s", STR(date_people(c->a, from, c->offset_s)), STR(end));
}

struct str track_dot_says(struct ctx *c, const struct track_page *v, const struct track_dot *d)
{
    const struct track_mark *m = &v->t.mark[d->first];
    if (d->n == 1)
        return str_fmt(c->a, "%.*s, %.*s", STR(v->t.name[m->name]), STR(track_when(c, m->at)));
    return str_fmt(c->a, "%d messages, %.*s", d->n,
                   STR(span_says(c, m->at, v->t.mark[d->last].at)));
}

static void name_who(struct ctx *c, struct track_page *v)
{
    v->who.at = NEW(c->a, struct person_line, NAMED);
    for (int i = 0; i < v->ask->n_who && v->who.n < NAMED; i++) {
        struct person p;
        if (person_get(c, v->ask->who[i], &p) == OK)
            v->who.at[v->who.n++] = (struct person_line){ .id = p.id, .name = p.name };
    }
}

static void describe(struct ctx *c, struct track_page *v)
{
    const struct tracks *t = &v->t;
    v->span = span_says(c, t->from, t->to - 1);
    v->what = str_fmt(c->a, "%d %s, %d %s", t->lanes,
                      v->ask->people  ? (t->lanes == 1 ? "person" : "people")
                      : t->lanes == 1 ? "conversation"
                                      : "conversations",
                      t->marks, t->marks == 1 ? "message" : "messages");
    name_who(c, v);
}

/* In the order of the lanes: the latest first, or from the beginning. */
static void pick_listed(struct ctx *c, struct track_page *v)
{
    int all = v->t.marks;
    v->n = MIN(all, TRACK_LISTED);
    v->listed = NEW(c->a, struct track_mark, v->n + 1);
    v->subject = NEW(c->a, struct str, v->n + 1);
    for (int i = 0; i < v->n; i++) v->listed[i] = v->t.mark[v->ask->first ? i : all - 1 - i];
    track_subjects(c, v->listed, v->n, v->subject);
    if (v->n == all) return;
    int64_t last = v->listed[v->n - 1].at;
    v->further = v->ask->first ? track_place(c->a, v, last, v->t.to)
                               : track_place(c->a, v, v->t.from, last + 1);
}

static err show_tracks(struct ctx *c, struct page *p)
{
    struct track_ask *q = NEW(c->a, struct track_ask, 1);
    struct track_page v = { .ask = q,
                            .list = str_eq(query_str(p, "as"), S("list")),
                            .further = { S("") } };
    read_ask(c, p, q);
    v.chosen = chosen(q);
    if (!v.chosen && !q->from && !q->to && !form_on(p, "all")) {
        q->from = c->now - TRACK_USUAL;
        q->to = c->now + 1;
    }
    v.fields = fields_of(c->a, q);
    if (track_read(c, q, &v.t) != OK) p->problem = c->why;
    describe(c, &v);
    find_ways(c, &v);
    track_draw(c, &v.t, q->idea, &v.picture);
    if (v.list) pick_listed(c, &v);
    p->wide = true;
    page_title(p, "Tracks");
    if (p->piece) tracks_piece_html(&p->out, c, p, &v);
    else tracks_page_html(&p->out, c, p, &v);
    return OK;
}
