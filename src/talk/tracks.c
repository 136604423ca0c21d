/* SPDX-License-Identifier: GPL-3.0-or-later
 * tracks.c - which conversations are drawn, and their messages: a fixed number of statements for
 * each 64 of them, off one index. */
#include "talk/tracks.h"

#include "talk/find.h"
#include "talk/in_list.h"
#include "talk/incoming.h"

#include <stdlib.h>

enum { FOUND = 500, NAMED = 3 };

/* A list of numbers that is put in order once. */
struct numbers {
    int64_t *at;
    int n, most;
};

static void add(struct numbers *l, int64_t x)
{
    if (x && l->n < l->most) l->at[l->n++] = x;
}

static int by_number(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
    return (a > b) - (a < b);
}

/* As add(), where the same few come over and over. */
static void add_again(struct numbers *l, int64_t x)
{
    for (int i = l->n - 1; i >= 0 && i >= l->n - 3; i--)
        if (l->at[i] == x) return;
    add(l, x);
}

static void order(struct numbers *l)
{
    int n = 0;
    if (l->n) qsort(l->at, (size_t)l->n, sizeof *l->at, by_number);
    for (int i = 0; i < l->n; i++)
        if (!n || l->at[n - 1] != l->at[i]) l->at[n++] = l->at[i];
    l->n = n;
}

static int place_of(const struct numbers *l, int64_t x)
{
    const int64_t *at = l->n ? bsearch(&x, l->at, (size_t)l->n, sizeof *l->at, by_number) : NULL;
    return at ? (int)(at - l->at) : -1;
}

/* ---- which conversations -------------------------------------------------- */

static void pick_messages(struct ctx *c, const id *messages, int n, struct numbers *out)
{
    for (int from = 0; from < n; from += IN_LIST_N) {
        struct val *v = in_list(c->a, messages + from, MIN(n - from, IN_LIST_N), 1);
        in_list_int(v, 1, c->viewer);
        IN_EACH(r, c,
                SQL("SELECT m.conversation FROM message m JOIN sight s ON s.message=m.id AND "
                    "s.who=$1 WHERE m.id IN(" IN_LIST_2 ")"),
                v)
        add(out, row_int(&r, 0));
    }
}

static void pick_who(struct ctx *c, id asked, int64_t from, int64_t to, struct numbers *out)
{
    struct person p;
    if (person_get(c, asked, &p) != OK) return;
    if (p.kind == PERSON_ORG)
        EACH (r, c,
              SQL("SELECT k.id FROM conversation k WHERE k.id IN(SELECT b.conversation FROM person "
                  "o JOIN member b ON b.person=o.id WHERE o.org=$2 AND o.org<>0) AND "
                  "k.last_at>=$3 AND k.first_at<=$4" LINE_SEEN_WITH(
                      "x.org") " ORDER BY k.last_at DESC, k.id DESC LIMIT $5"),
              I(c->viewer), I(p.id), I(from), I(to), I(TRACK_LANES + 1))
            add(out, row_int(&r, 0));
    else
        EACH (r, c,
              SQL("SELECT k.id FROM member b JOIN conversation k ON k.id=b.conversation WHERE "
                  "b.person=$2 AND b.last_at>=$3 AND k.first_at<=$4" LINE_SEEN_WITH(
                      "x.id") " ORDER BY b.last_at DESC, k.id DESC LIMIT $5"),
              I(c->viewer), I(p.id), I(from), I(to), I(TRACK_LANES + 1))
            add(out, row_int(&r, 0));
}

static void pick_last(struct ctx *c, int64_t from, int64_t to, struct numbers *out)
{
    EACH (r, c,
          SQL("SELECT k.id FROM conversation k WHERE k.last_at>=$2 AND k.first_at<=$3 AND "
              "k.direct=1" LINE_SEEN " ORDER BY k.last_at DESC, k.id DESC LIMIT $4"),
          I(c->viewer), I(from), I(to), I(TRACK_LANES + 1))
        add(out, row_int(&r, 0));
}

static err pick_found(struct ctx *c, struct str words, struct numbers *out)
{
    struct find_query q;
    struct find_hits m = { .n = 0 };
    id *hit = NEW(c->a, id, FOUND);
    int n = 0;
    TRY(talk_find_read(c, words, false, &q));
    do {
        talk_find_by(c, &q, m.next, FIND_MOST, &m);
        for (int i = 0; i < m.n && n < FOUND; i++) hit[n++] = m.at[i].message;
    } while (m.next && m.n && n < FOUND);
    pick_messages(c, hit, n, out);
    return OK;
}

static void pick_idea(struct ctx *c, id idea, struct numbers *out)
{
    struct idea i;
    struct idea_places m;
    if (idea_get(c, idea, &i) != OK) return;
    idea_places(c, idea, TRACK_LANES, &m);
    for (int k = 0; k < m.n; k++) add(out, m.at[k].conversation);
}

static err pick(struct ctx *c, const struct track_ask *q, struct numbers *out)
{
    enum { MOST = 8 * TRACK_LANES };
    int64_t from = q->from ? q->from : INT64_MIN, to = q->to ? q->to : INT64_MAX;
    *out = (struct numbers){ NEW(c->a, int64_t, MOST), 0, MOST };
    pick_messages(c, q->talk, q->n_talk, out);
    for (int i = 0; i < q->n_who; i++) pick_who(c, q->who[i], from, to, out);
    if (q->idea) pick_idea(c, q->idea, out);
    if (q->words.n) TRY(pick_found(c, q->words, out));
    if (!q->n_talk && !q->n_who && !q->idea && !q->words.n) pick_last(c, from, to, out);
    order(out);
    return OK;
}

/* ---- their messages, conversation by conversation -------------------------- */

struct row {
    int64_t at, conversation, message, parent, author;
    int writer, lane; /* places; lane -1: it has none in the span */
};

static int by_time(const void *x, const void *y)
{
    const struct row *a = x, *b = y;
    if (a->at != b->at) return a->at < b->at ? -1 : 1;
    return (a->message > b->message) - (a->message < b->message);
}

static int read_rows(struct ctx *c, const struct numbers *k, struct row *rows)
{
    int n = 0;
    for (int from = 0; from < k->n && n < TRACK_MARKS; from += IN_LIST_N) {
        struct val *v = in_list(c->a, k->at + from, MIN(k->n - from, IN_LIST_N), 2);
        in_list_int(v, 1, c->viewer);
        in_list_int(v, 2, TRACK_MARKS - n);
        IN_EACH(r, c,
                SQL("SELECT m.conversation, m.id, m.at, m.parent, m.author FROM message m CROSS "
                    "JOIN sight s WHERE m.conversation IN(" IN_LIST_3
                    ") AND s.message=m.id AND s.who=$1 LIMIT $2"),
                v)
        rows[n++] = (struct row){ .conversation = row_int(&r, 0),
                                  .message = row_int(&r, 1),
                                  .at = row_int(&r, 2),
                                  .parent = row_int(&r, 3),
                                  .author = row_int(&r, 4) };
    }
    return n;
}

/* Who stands behind the addresses that wrote. */
struct writer {
    id person;
    struct str name;
    bool ours;
};
struct writers {
    struct numbers handle;
    struct writer *at;
};

/* The last one is nobody. */
static void read_writers(struct ctx *c, struct row *rows, int n, struct writers *w)
{
    w->handle = (struct numbers){ NEW(c->a, int64_t, n + 1), 0, n };
    for (int i = 0; i < n; i++) add_again(&w->handle, rows[i].author);
    order(&w->handle);
    w->at = NEW(c->a, struct writer, w->handle.n + 1);
    for (int from = 0; from < w->handle.n; from += IN_LIST_N) {
        struct val *v = in_list(c->a, w->handle.at + from, MIN(w->handle.n - from, IN_LIST_N), 1);
        in_list_int(v, 1, IN_LIST_N);
        IN_EACH(r, c,
                SQL("SELECT h.key, p.id, p.name, p.ours FROM handle h JOIN person p ON "
                    "p.id=h.person WHERE h.key IN(" IN_LIST_2 ") LIMIT $1"),
                v)
        w->at[place_of(&w->handle, row_int(&r, 0))] =
            (struct writer){ row_int(&r, 1), row_str(&r, 2), row_bool(&r, 3) };
    }
    w->at[w->handle.n].name = S("somebody who was erased");
    for (int i = 0; i < n; i++) {
        int at = place_of(&w->handle, rows[i].author);
        rows[i].writer = at >= 0 && w->at[at].person ? at : w->handle.n;
    }
}

/* ---- lanes ---------------------------------------------------------------- */

struct laying {
    struct ctx *c;
    const struct track_ask *ask;
    struct row *row;
    int rows;
    struct writers writers;
    struct numbers key; /* of lanes: conversations, or persons */
    struct tracks *out;
};

static int64_t key_of(const struct laying *l, const struct row *r)
{
    return l->ask->people ? l->writers.at[r->writer].person + 1 : r->conversation;
}

static bool in_span(const struct tracks *t, int64_t at) { return at >= t->from && at < t->to; }

static void find_span(struct laying *l)
{
    struct tracks *t = l->out;
    for (int i = 0; i < l->rows; i++) {
        t->first = i ? MIN(t->first, l->row[i].at) : l->row[i].at;
        t->last = i ? MAX(t->last, l->row[i].at) : l->row[i].at;
    }
    t->from = l->ask->from ? l->ask->from : t->first;
    t->to = MAX(l->ask->to ? l->ask->to : t->last + 1, t->from + 1);
    int64_t least = l->ask->from || l->ask->to ? TRACK_LEAST_S : DAY;
    if (t->to - t->from < least) {
        t->from -= (least - (t->to - t->from)) / 2;
        t->to = t->from + least;
    }
}

static void make_lanes(struct laying *l)
{
    struct tracks *t = l->out;
    l->key = (struct numbers){ NEW(l->c->a, int64_t, l->rows + 1), 0, l->rows };
    for (int i = 0; i < l->rows; i++)
        if (in_span(t, l->row[i].at)) add_again(&l->key, key_of(l, &l->row[i]));
    order(&l->key);
    for (int i = 0; i < l->rows; i++) l->row[i].lane = place_of(&l->key, key_of(l, &l->row[i]));
    if (l->rows) qsort(l->row, (size_t)l->rows, sizeof *l->row, by_time);
    t->lanes = l->key.n;
    t->lane = NEW(l->c->a, struct track_lane, t->lanes + 1);
    for (int i = 0; i < t->lanes; i++) t->lane[i].name = t->lane[i].with = S("");
}

static void make_marks(struct laying *l)
{
    struct tracks *t = l->out;
    struct arena *a = l->c->a;
    t->mark = NEW(a, struct track_mark, l->rows + 1);
    t->names = l->writers.handle.n + 1;
    t->name = NEW(a, struct str, t->names);
    for (int i = 0; i < t->names; i++) t->name[i] = l->writers.at[i].name;
    for (int i = 0; i < l->rows; i++) {
        const struct row *r = &l->row[i];
        const struct writer *w = &l->writers.at[r->writer];
        if (!in_span(t, r->at)) continue;
        struct track_lane *x = &t->lane[r->lane];
        if (!x->marks++) {
            x->first = r->at;
            x->message = r->message;
            x->who = w->person;
            if (l->ask->people) x->name = w->name;
        }
        x->last = r->at;
        t->mark[t->marks++] = (struct track_mark){ .message = r->message,
                                                   .author = w->person,
                                                   .at = r->at,
                                                   .lane = r->lane,
                                                   .name = r->writer,
                                                   .answers = -1,
                                                   .conversation = r->conversation,
                                                   .ours = w->ours };
    }
}

/* From messages to places among the marks. */
struct place {
    int64_t message;
    int mark;
};

static int by_message(const void *x, const void *y)
{
    return by_number(&((const struct place *)x)->message, &((const struct place *)y)->message);
}

static void find_answers(struct laying *l)
{
    struct tracks *t = l->out;
    struct place *p = NEW(l->c->a, struct place, t->marks + 1), key = { 0, 0 };
    for (int i = 0; i < t->marks; i++) p[i] = (struct place){ t->mark[i].message, i };
    if (t->marks) qsort(p, (size_t)t->marks, sizeof *p, by_message);
    for (int i = 0, k = 0; i < l->rows && k < t->marks; i++) {
        if (l->row[i].message != t->mark[k].message) continue;
        key.message = l->row[i].parent;
        const struct place *at =
            key.message ? bsearch(&key, p, (size_t)t->marks, sizeof *p, by_message) : NULL;
        t->mark[k++].answers = at ? at->mark : -1;
    }
}

/* ---- what lanes are called ------------------------------------------------- */

void track_subjects(struct ctx *c, const struct track_mark *m, int n, struct str *out)
{
    id *ids = NEW(c->a, id, n + 1);
    for (int i = 0; i < n; i++) ids[i] = m[i].message;
    for (int from = 0; from < n; from += IN_LIST_N) {
        int some = MIN(n - from, IN_LIST_N);
        struct val *v = in_list(c->a, ids + from, some, 1);
        in_list_int(v, 1, c->viewer);
        IN_EACH(r, c,
                SQL("SELECT m.id, m.subject FROM message m JOIN sight s ON s.message=m.id AND "
                    "s.who=$1 WHERE m.id IN(" IN_LIST_2 ")"),
                v)
        for (int i = from; i < from + some; i++)
            if (ids[i] == row_int(&r, 0)) out[i] = row_str(&r, 1);
    }
}

/* The first message of each conversation that may be seen, also before the span. */
static void name_talks(struct laying *l)
{
    struct tracks *t = l->out;
    struct track_mark *first = NEW(l->c->a, struct track_mark, t->lanes + 1);
    struct str *subject = NEW(l->c->a, struct str, t->lanes + 1);
    for (int i = l->rows - 1; i >= 0; i--)
        if (l->row[i].lane >= 0) first[l->row[i].lane].message = l->row[i].message;
    for (int i = 0; i < t->lanes; i++) subject[i] = S("");
    track_subjects(l->c, first, t->lanes, subject);
    for (int i = 0; i < t->lanes; i++)
        t->lane[i].name = subject[i].n ? subject[i] : S("(no subject)");
}

static void add_with(struct arena *a, struct track_lane *x, struct str name, int n)
{
    if (n < NAMED) x->with = n ? str_fmt(a, "%.*s, %.*s", STR(x->with), STR(name)) : name;
    if (n == NAMED) x->with = str_fmt(a, "%.*s and more", STR(x->with));
}

/* Who wrote from outside; where nobody did, to whom it went. */
static void name_with(struct laying *l)
{
    struct tracks *t = l->out;
    struct arena *a = l->c->a;
    id(*met)[NAMED + 1] = (id(*)[NAMED + 1]) NEW(a, id, (NAMED + 1) * (t->lanes + 1));
    int *n = NEW(a, int, t->lanes + 1), lonely = 0;
    for (int i = 0; i < t->marks; i++) {
        const struct track_mark *m = &t->mark[i];
        bool known = m->ours || !m->author || n[m->lane] > NAMED;
        for (int k = 0; k < n[m->lane] && !known; k++) known = met[m->lane][k] == m->author;
        if (known) continue;
        add_with(a, &t->lane[m->lane], t->name[m->name], n[m->lane]);
        met[m->lane][n[m->lane]++] = m->author;
    }
    id *ask = NEW(a, id, t->lanes + 1);
    int *lane = NEW(a, int, t->lanes + 1);
    for (int i = 0; i < t->lanes; i++)
        if (!n[i]) {
            ask[lonely] = t->lane[i].message;
            lane[lonely++] = i;
        }
    struct recipients *to = NEW(a, struct recipients, lonely + 1);
    talk_recipients_of(l->c, ask, lonely, to);
    for (int i = 0; i < lonely; i++)
        for (int k = 0; k < to[i].n && k <= NAMED; k++)
            add_with(a, &t->lane[lane[i]], to[i].at[k].name, k);
}

/* ---- their order ----------------------------------------------------------- */

struct ranked {
    struct track_lane lane;
    int was;
};

static int latest_first(const void *x, const void *y)
{
    const struct ranked *a = x, *b = y;
    if (a->lane.last != b->lane.last) return a->lane.last > b->lane.last ? -1 : 1;
    return (a->was > b->was) - (a->was < b->was);
}

static int first_first(const void *x, const void *y)
{
    const struct ranked *a = x, *b = y;
    if (a->lane.first != b->lane.first) return a->lane.first < b->lane.first ? -1 : 1;
    return (a->was > b->was) - (a->was < b->was);
}

/* The lanes that are drawn; what belongs to others is left out. */
static void order_lanes(struct laying *l)
{
    struct tracks *t = l->out;
    struct ranked *r = NEW(l->c->a, struct ranked, t->lanes + 1);
    int *to = NEW(l->c->a, int, t->lanes + 1);
    for (int i = 0; i < t->lanes; i++) r[i] = (struct ranked){ t->lane[i], i };
    if (t->lanes) qsort(r, (size_t)t->lanes, sizeof *r, l->ask->first ? first_first : latest_first);
    for (int i = 0; i < t->lanes; i++) {
        t->lane[i] = r[i].lane;
        to[r[i].was] = i;
    }
    for (int i = 0; i < t->marks; i++) t->mark[i].lane = to[t->mark[i].lane];
}

/* Of more conversations than are drawn those go that were silent longest. */
static void keep_latest(struct ctx *c, struct numbers *k, struct tracks *out)
{
    struct numbers kept = { NEW(c->a, int64_t, TRACK_LANES), 0, TRACK_LANES };
    struct row *last = NEW(c->a, struct row, k->n + 1);
    int n = 0;
    out->cut = k->n > TRACK_LANES;
    if (!out->cut) return;
    for (int from = 0; from < k->n; from += IN_LIST_N) {
        struct val *v = in_list(c->a, k->at + from, MIN(k->n - from, IN_LIST_N), 1);
        in_list_int(v, 1, IN_LIST_N);
        IN_EACH(r, c,
                SQL("SELECT id, last_at FROM conversation WHERE id IN(" IN_LIST_2 ") LIMIT $1"), v)
        last[n++] = (struct row){ .at = row_int(&r, 1), .message = row_int(&r, 0) };
    }
    qsort(last, (size_t)n, sizeof *last, by_time);
    for (int i = n - 1; i >= 0; i--) add(&kept, last[i].message);
    order(&kept);
    *k = kept;
}

err track_read(struct ctx *c, const struct track_ask *q, struct tracks *out)
{
    struct numbers talks;
    struct row *rows = NEW(c->a, struct row, TRACK_MARKS);
    *out = (struct tracks){ .from = c->now, .to = c->now };
    TRY(pick(c, q, &talks));
    keep_latest(c, &talks, out);
    struct laying l = { .c = c, .ask = q, .row = rows, .out = out };
    l.rows = read_rows(c, &talks, rows);
    out->first = out->last = c->now;
    read_writers(c, rows, l.rows, &l.writers);
    find_span(&l);
    make_lanes(&l); /* from here on by time */
    make_marks(&l);
    find_answers(&l);
    if (!q->people) {
        name_talks(&l);
        name_with(&l);
    }
    order_lanes(&l);
    out->cut = out->cut || l.rows == TRACK_MARKS;
    return OK;
}
