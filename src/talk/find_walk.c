/* SPDX-License-Identifier: GPL-3.0-or-later
 * find_walk.c - going back through the messages until enough of them fit.
 *
 * Candidates come, newest first, from the full text index, from what somebody wrote, from one
 * person's messages when those are few, or from all messages by time; what else was asked is
 * checked in batches, so that the number of statements depends on how far it looks, not on how much
 * it finds. */
#include "talk/find.h"
#include "talk/in_list.h"
#include "talk/incoming.h"

#include "kit/base/hash.h"
#include "kit/base/text.h"

#include <stdlib.h>

enum {
    BATCH = IN_LIST_N,
    STEP = 512,
    FEW = 1000,
    MOMENT_S = 4,
    SLACK = 1 << 16,
    TEXT_HEAD = 32 * KIB,
    EXCERPT = 200,
    LEAD = 60
};

struct candidate {
    int64_t moment, at, folder;
    id message;
    talk_class class;
    unsigned said;
    int files;
    bool fits;
};
struct walk {
    struct ctx *c;
    const struct find_query *q;
    struct search_words words; /* the query's, and names that narrow them */
    int64_t before, after;     /* moments */
    const struct find_who *by; /* whoever wrote: their messages come off an index; NULL: none */
    int64_t *driver;           /* one person's moments, newest first; NULL: none */
    int drivers, at;
    int looked;
    bool ended;
    struct candidate *list;
    int n;
};

/* ---- candidates ---------------------------------------------------------- */

/* The only handle they wrote from is among the indexed words: the index finds both at once. */
static void narrow(struct walk *w)
{
    for (int i = 0; i < w->q->n_who; i++) {
        const struct find_who *f = &w->q->who[i];
        if (f->negated || f->n != 1 || f->roles != 1u << ROLE_FROM) continue;
        EACH (r, w->c, SQL("SELECT shown FROM handle WHERE key=$1"), I(f->keys[0])) {
            struct str shown = row_str(&r, 0);
            bool plain = str_ifind(shown, S("xn--")) < 0;
            for (ptrdiff_t k = 0; k < shown.n; k++)
                plain = plain && (unsigned char)shown.p[k] < 0x80;
            if (plain) (void)search_add(w->c->a, &w->words, SEARCH_WHO, shown, false, SEARCH_WHOLE);
        }
    }
}

static struct val *handle_list(struct arena *a, const struct find_who *f, int more)
{
    return in_list(a, f->keys, MIN(f->n, IN_LIST_N), more);
}

/* Messages of somebody who is not in many: all of them, sorted. */
static void choose_driver(struct walk *w)
{
    for (int i = 0; i < w->q->n_who && !w->driver && !w->by; i++) {
        const struct find_who *f = &w->q->who[i];
        if (f->negated || f->n > IN_LIST_N) continue;
        if (f->roles == 1u << ROLE_FROM) {
            w->by = f;
            continue;
        }
        struct val *v = handle_list(w->c->a, f, 1);
        in_list_int(v, 1, FEW + 1);
        int64_t n =
            db_int_(w->c, 0,
                    SQL("SELECT count(*) FROM (SELECT 1 FROM recipient WHERE handle IN(" IN_LIST_2
                        ") LIMIT $1) x"),
                    v);
        if (n > FEW) continue;
        w->driver = NEW(w->c->a, int64_t, n + 1);
        v = handle_list(w->c->a, f, 1);
        in_list_int(v, 1, n);
        IN_EACH(r, w->c,
                SQL("SELECT DISTINCT m.moment FROM recipient r JOIN message m ON m.id=r.message "
                    "WHERE r.handle IN(" IN_LIST_2 ")"
                    " ORDER BY m.moment DESC LIMIT $1"),
                v)
        w->driver[w->drivers++] = row_int(&r, 0);
    }
}

static int take_driven(struct walk *w, int64_t *out)
{
    int n = 0;
    while (w->at < w->drivers && w->driver[w->at] >= w->before) w->at++;
    while (n < BATCH && w->at < w->drivers && w->driver[w->at] > w->after)
        out[n++] = w->driver[w->at++];
    return n;
}

static int downwards(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
    return (a < b) - (a > b);
}

/* The newest of what was written from each address, and of these the newest. */
static int take_written(struct walk *w, int64_t *out)
{
    int64_t *all = NEW(w->c->a, int64_t, (ptrdiff_t)w->by->n * BATCH + 1);
    int n = 0;
    for (int i = 0; i < w->by->n; i++)
        EACH (r, w->c,
              SQL("SELECT moment FROM message WHERE author=$1 AND moment<$2 AND moment>$3 ORDER BY "
                  "moment DESC LIMIT $4"),
              I(w->by->keys[i]), I(w->before), I(w->after), I(BATCH))
            all[n++] = row_int(&r, 0);
    if (n > 1) qsort(all, (size_t)n, sizeof *all, downwards);
    n = MIN(n, BATCH);
    memcpy(out, all, (size_t)n * sizeof *all);
    return n;
}

static bool row_fits(const struct find_query *, const struct candidate *);

/* Without words or a person the rows themselves say most: a longer step, of which what fits is a
 * batch. */
static int take_by_time(struct walk *w, int64_t *out)
{
    int n = 0, seen = 0;
    EACH (r, w->c,
          SQL("SELECT moment, at, folder, class, said, files FROM message WHERE moment<$1 AND "
              "moment>$2 ORDER BY moment DESC LIMIT $3"),
          I(w->before), I(w->after), I(STEP)) {
        struct candidate x = { .moment = row_int(&r, 0),
                               .at = row_int(&r, 1),
                               .folder = row_int(&r, 2),
                               .class = (talk_class)row_int(&r, 3),
                               .said = (unsigned)row_int(&r, 4),
                               .files = (int)row_int(&r, 5) };
        seen++;
        w->before = x.moment;
        if (row_fits(w->q, &x)) out[n++] = x.moment;
        if (n == BATCH) return w->looked += seen, n;
    }
    w->ended = seen < STEP;
    w->looked += seen;
    return n;
}

static int take(struct walk *w, int64_t *out)
{
    if (!w->q->positive && !w->driver && !w->by) return take_by_time(w, out);
    int n = w->q->positive ? search_find(w->c, &w->words, w->before, w->after, out, BATCH)
            : w->by        ? take_written(w, out)
                           : take_driven(w, out);
    w->ended = n < BATCH;
    if (n) w->before = out[n - 1];
    w->looked += n;
    return n;
}

/* ---- checks -------------------------------------------------------------- */

static int newest_first(const void *x, const void *y)
{
    int64_t a = ((const struct candidate *)x)->moment, b = ((const struct candidate *)y)->moment;
    return (a < b) - (a > b);
}

static void load(struct walk *w, const int64_t *moments, int n)
{
    struct val *v = in_list(w->c->a, moments, n, 1);
    in_list_int(v, 1, w->c->viewer);
    w->n = 0;
    IN_EACH(r, w->c,
            SQL("SELECT m.moment, m.at, m.folder, m.id, m.class, m.said, m.files FROM message m "
                "WHERE m.moment IN(" IN_LIST_2
                ") AND EXISTS(SELECT 1 FROM sight s WHERE s.who=$1 AND s.message=m.id)"),
            v)
    w->list[w->n++] = (struct candidate){ .moment = row_int(&r, 0),
                                          .at = row_int(&r, 1),
                                          .folder = row_int(&r, 2),
                                          .message = row_int(&r, 3),
                                          .class = (talk_class)row_int(&r, 4),
                                          .said = (unsigned)row_int(&r, 5),
                                          .files = (int)row_int(&r, 6) };
    qsort(w->list, (size_t)w->n, sizeof *w->list, newest_first);
}

static bool in_place(const struct find_in *in, const struct candidate *x)
{
    bool there = in->classes ? (in->classes >> x->class & 1) != 0 : x->folder == in->folder;
    return there != in->negated;
}

static bool row_fits(const struct find_query *q, const struct candidate *x)
{
    if (x->at < q->after || x->at >= q->before) return false;
    if (q->file && (q->file > 0) != (x->files > 0)) return false;
    if (q->question && (q->question > 0) != ((x->said & SAID_QUESTION) != 0)) return false;
    for (int i = 0; i < q->n_in; i++)
        if (!in_place(&q->in[i], x)) return false;
    return true;
}

static bool known_key(const struct find_who *f, int64_t key)
{
    int low = 0, high = f->n;
    while (low < high) {
        int mid = (low + high) / 2;
        if (f->keys[mid] < key) low = mid + 1;
        else high = mid;
    }
    return low < f->n && f->keys[low] == key;
}

static struct candidate *candidate_of(struct walk *w, id message)
{
    for (int i = 0; i < w->n; i++)
        if (w->list[i].message == message) return &w->list[i];
    return NULL;
}

/* The roles that were asked about, from the lowest to the highest. */
static void roles_asked(const struct find_query *q, int *lowest, int *highest)
{
    unsigned all = 0;
    for (int i = 0; i < q->n_who; i++) all |= q->who[i].roles;
    *lowest = 0;
    *highest = ROLE_ENVELOPE;
    while (*lowest < *highest && !(all >> *lowest & 1)) ++*lowest;
    while (*highest > *lowest && !(all >> *highest & 1)) --*highest;
}

/* Which of the people that were asked for are in which message: bits by place in the query. Of a
 * letter to many only the roles that were asked about are read. */
static void check_people(struct walk *w)
{
    int lowest, highest;
    unsigned *met = NEW(w->c->a, unsigned, w->n + 1);
    int64_t *ids = NEW(w->c->a, int64_t, w->n + 1);
    int n = 0;
    for (int i = 0; i < w->n; i++)
        if (w->list[i].fits) ids[n++] = w->list[i].message;
    if (!n || !w->q->n_who) return;
    roles_asked(w->q, &lowest, &highest);
    struct val *v = in_list(w->c->a, ids, n, 3);
    in_list_int(v, 1, lowest);
    in_list_int(v, 2, highest);
    in_list_int(v, 3, w->c->viewer);
    IN_EACH(r, w->c,
            SQL("SELECT r.message, r.role, r.handle FROM recipient r WHERE r.message IN(" IN_LIST_4
                ") AND r.role>=$1 AND r.role<=$2 AND " RECIPIENT_SEEN("$3") " LIMIT 16000"),
            v)
    {
        struct candidate *x = candidate_of(w, row_int(&r, 0));
        unsigned role = 1u << row_int(&r, 1);
        int64_t key = row_int(&r, 2);
        for (int k = 0; x && k < w->q->n_who; k++)
            if ((w->q->who[k].roles & role) && known_key(&w->q->who[k], key))
                met[x - w->list] |= 1u << k;
    }
    for (int i = 0; i < w->n; i++)
        for (int k = 0; k < w->q->n_who; k++)
            if (((met[i] >> k & 1) != 0) == w->q->who[k].negated) w->list[i].fits = false;
}

/* Words that shall be absent, when there is none that shall be present. */
static void check_absent(struct walk *w, int64_t highest, int64_t lowest)
{
    enum { MOST = 4 * BATCH };
    int64_t *hit = NEW(w->c->a, int64_t, MOST);
    if (w->q->positive) return;
    for (int i = 0; i < w->q->words.n; i++) {
        struct search_words one = { .n = 1, .at = { w->q->words.at[i] } };
        one.at[0].negated = false;
        int n = search_find(w->c, &one, highest + 1, lowest - 1, hit, MOST);
        for (int k = 0; k < n; k++)
            for (int j = 0; j < w->n; j++)
                if (w->list[j].moment == hit[k]) w->list[j].fits = false;
    }
}

static void check(struct walk *w, const int64_t *moments, int n)
{
    load(w, moments, n);
    for (int i = 0; i < w->n; i++) w->list[i].fits = row_fits(w->q, &w->list[i]);
    check_people(w);
    if (w->q->words.n) check_absent(w, moments[0], moments[n - 1]);
}

/* ---- hits ---------------------------------------------------------------- */

struct found {
    int64_t *moments;
    id *ids;
    int n;
};

static bool anybody(const struct find_query *q, struct find_hits *out)
{
    for (int i = 0; i < q->n_who; i++)
        if (!q->who[i].n && !q->who[i].negated) {
            out->nobody = q->who[i].typed;
            return false;
        }
    return true;
}

/* Moments grow with time but for messages of one moment, which lie a little above. */
static void bound(struct walk *w, int64_t before)
{
    const struct find_query *q = w->q;
    w->before = q->before == INT64_MAX ? INT64_MAX : MAX(q->before, 0) / MOMENT_S + SLACK;
    if (before) w->before = MIN(w->before, before);
    w->after = q->after == INT64_MIN ? -1 : MAX(q->after, 0) / MOMENT_S - 1;
}

static void walk(struct walk *w, int max, struct found *out, struct find_hits *hits)
{
    int64_t moments[BATCH];
    struct arena *whole = w->c->a, *round = arena_child(whole);
    w->c->a = round;
    while (out->n < max && !w->ended && w->looked < FIND_LOOKS) {
        int n = take(w, moments);
        if (n) check(w, moments, n);
        for (int i = 0; n && i < w->n && out->n < max; i++) {
            if (!w->list[i].fits) continue;
            out->moments[out->n] = w->list[i].moment;
            out->ids[out->n++] = w->list[i].message;
        }
        arena_clear(round);
    }
    w->c->a = whole;
    arena_close(round);
    if (out->n == max) hits->next = out->moments[max - 1];
    else if (!w->ended) hits->next = w->before;
    hits->searched_to = hits->next * MOMENT_S;
}

static void hit_rows(struct ctx *c, const struct found *f, struct find_hits *out)
{
    struct val *v = in_list(c->a, f->ids, f->n, 1);
    in_list_int(v, 1, c->viewer);
    IN_EACH(r, c,
            SQL("SELECT m.id, m.at, m.subject, coalesce(p.id, 0), coalesce(p.name, ''), "
                "coalesce(p.ours, 0), m.class, m.files"
                " FROM message m JOIN sight s ON s.message=m.id AND s.who=$1 LEFT JOIN handle h ON "
                "h.key=m.author"
                " LEFT JOIN person p ON p.id=h.person WHERE m.id IN(" IN_LIST_2
                ") ORDER BY m.moment DESC"),
            v)
    out->at[out->n++] = (struct find_hit){ .message = row_int(&r, 0),
                                           .at = row_int(&r, 1),
                                           .subject = row_str(&r, 2),
                                           .author = row_int(&r, 3),
                                           .author_name = row_str(&r, 4),
                                           .author_ours = row_bool(&r, 5),
                                           .class = (talk_class)row_int(&r, 6),
                                           .files = (int)row_int(&r, 7) };
}

static struct find_hit *hit_of(struct find_hits *out, id message)
{
    for (int i = 0; i < out->n; i++)
        if (out->at[i].message == message) return &out->at[i];
    return NULL;
}

static void hit_people(struct ctx *c, const struct found *f, struct find_hits *out)
{
    struct recipients *to = NEW(c->a, struct recipients, f->n + 1);
    talk_recipients_of(c, f->ids, f->n, to);
    for (int i = 0; i < f->n; i++) {
        struct find_hit *h = to[i].n ? hit_of(out, f->ids[i]) : NULL;
        if (!h) continue;
        h->to = to[i].at->person == c->viewer ? S("you") : to[i].at->name;
        if (to[i].n > 1) h->to = str_fmt(c->a, "%.*s and %d more", STR(h->to), to[i].n - 1);
    }
}

/* ---- excerpts ------------------------------------------------------------ */

static bool ascii(struct str s)
{
    for (ptrdiff_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] >= 0x80) return false;
    return true;
}

static bool word_hits(struct arena *a, const struct search_words *w, struct str word)
{
    struct str plain = ascii(word) ? word : text_fold(a, word);
    for (int i = 0; i < w->n; i++) {
        const struct search_term *t = &w->at[i];
        if (t->negated || t->field == SEARCH_WHO || t->field == SEARCH_SUBJECT) continue;
        for (int k = 0; k < t->n; k++) {
            bool open = t->last && k == t->n - 1;
            if (open ? str_ibegins(plain, t->word[k]) : str_ieq(plain, t->word[k])) return true;
        }
    }
    return false;
}

static void add_span(struct find_hit *h, struct str words, bool hit)
{
    if (words.n && h->spans < FIND_SPANS) h->excerpt[h->spans++] = (struct find_span){ words, hit };
}

/* The blank before which an excerpt begins: some words before the hit, never inside of one. */
static ptrdiff_t lead_of(struct str text, ptrdiff_t hit)
{
    ptrdiff_t from = MAX(hit - LEAD, 0);
    while (from > 0 && from < hit && text.p[from] != ' ') from++;
    while (from < hit && text.p[from] == ' ') from++;
    return from;
}

/* Where the first of the words stands, or -1. */
static ptrdiff_t first_hit(struct arena *a, const struct search_words *w, struct str text)
{
    struct str rest = text, word;
    while (w->n && text_word(&rest, &word))
        if (word_hits(a, w, word)) return word.p - text.p;
    return -1;
}

/* The text around the hit in one line, and where in it the hit stands: as much as an excerpt
 * takes, and no more than needed of a long letter. */
static struct str around_hit(struct arena *a, struct str text, ptrdiff_t *hit)
{
    for (ptrdiff_t room = 8 * EXCERPT;; room *= 8) {
        ptrdiff_t at = MAX(*hit, 0), from = MAX(at - room, 0), to = MIN(at + room, text.n);
        struct str before = text_oneline(a, (struct str){ text.p + from, at - from }),
                   line = text_oneline(a, (struct str){ text.p + from, to - from });
        bool whole = from == 0 && to == text.n;
        if (!whole && (line.n - before.n < 5 * EXCERPT || (from && before.n < 2 * LEAD))) continue;
        if (*hit >= 0) *hit = MIN(before.n + (before.n > 0 && line.p[before.n] == ' '), line.n);
        return line;
    }
}

static void cut_excerpt(struct ctx *c, const struct search_words *w, struct str letter,
                        struct find_hit *h)
{
    ptrdiff_t first = first_hit(c->a, w, letter);
    struct str text = around_hit(c->a, letter, &first), rest, word;
    ptrdiff_t from = first >= 0 ? lead_of(text, first) : 0, done = from;
    struct str shown = text_short(c->a, str_from(text, from), EXCERPT);
    bool cut = str_ends(shown, S("\xE2\x80\xA6"));
    struct str window = str_upto(str_from(text, from), cut ? shown.n - 3 : shown.n);
    h->excerpt = NEW(c->a, struct find_span, FIND_SPANS + 2);
    if (from) add_span(h, S("\xE2\x80\xA6 "), false);
    for (rest = window;
         w->n && first >= 0 && text_word(&rest, &word) && h->spans < FIND_SPANS - 3;) {
        if (!word_hits(c->a, w, word)) continue;
        ptrdiff_t at = word.p - text.p;
        add_span(h, (struct str){ text.p + done, at - done }, false);
        add_span(h, word, true);
        done = at + word.n;
    }
    add_span(h, (struct str){ text.p + done, from + window.n - done }, false);
    if (cut) add_span(h, S(" \xE2\x80\xA6"), false);
}

static void excerpts(struct ctx *c, const struct find_query *q, const struct found *f,
                     struct find_hits *out)
{
    struct talk_texts t;
    talk_texts_of(c, f->ids, f->n, TEXT_HEAD, &t);
    for (int i = 0; i < t.n; i++) {
        struct find_hit *h = hit_of(out, t.at[i].message);
        if (h) cut_excerpt(c, &q->words, text_utf8(c->a, talk_new_words(c->a, &t.at[i])), h);
    }
}

void talk_find_by(struct ctx *c, const struct find_query *q, int64_t before, int max,
                  struct find_hits *out)
{
    max = MAX(1, MIN(max, FIND_MOST));
    *out = (struct find_hits){ .at = NEW(c->a, struct find_hit, max), .nobody = S("") };
    struct found f = { NEW(c->a, int64_t, max), NEW(c->a, id, max), 0 };
    struct walk w = {
        .c = c, .q = q, .words = q->words, .list = NEW(c->a, struct candidate, BATCH)
    };
    if (!q->asks || !anybody(q, out)) return;
    bound(&w, before);
    if (q->positive) narrow(&w);
    else choose_driver(&w);
    walk(&w, max, &f, out);
    for (int from = 0; from < f.n; from += IN_LIST_N) {
        struct found part = { f.moments + from, f.ids + from, MIN(f.n - from, IN_LIST_N) };
        hit_rows(c, &part, out);
        hit_people(c, &part, out);
        excerpts(c, q, &part, out);
    }
}

err talk_find(struct ctx *c, struct str query, int64_t before, int max, struct find_hits *out)
{
    struct find_query q;
    TRY(talk_find_read(c, query, false, &q));
    talk_find_by(c, &q, before, max, out);
    return OK;
}
