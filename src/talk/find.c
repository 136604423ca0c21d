/* SPDX-License-Identifier: GPL-3.0-or-later
 * find.c - reading the line of words: what is asked for. */
#include "talk/find.h"

#include "kit/base/date.h"
#include "kit/base/hash.h"
#include "kit/base/text.h"

#include <stdlib.h>

enum {
    FROM = 1u << ROLE_FROM,
    GOT = 1u << ROLE_TO | 1u << ROLE_CC | 1u << ROLE_BCC | 1u << ROLE_ENVELOPE
};

/* One term of the line: -key:"value". */
struct term {
    struct str key, value;
    bool negated, quoted, last;
};

static bool blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

static const char *const keys[] = {
    "from", "to", "with", "in", "before", "after", "has", "subject"
};
enum { KEY_FROM, KEY_TO, KEY_WITH, KEY_IN, KEY_BEFORE, KEY_AFTER, KEY_HAS, KEY_SUBJECT, KEY_NONE };

static int key_of(struct str s)
{
    for (int i = 0; i < KEY_NONE; i++)
        if (str_ieq(s, str_c(keys[i]))) return i;
    return KEY_NONE;
}

/* A word before a colon is a key only if it is one of ours: addresses and "Re:" are words. */
static struct str take_key(struct str *rest)
{
    ptrdiff_t n = 0;
    while (n < rest->n && n < 10 && ((rest->p[n] | 0x20) >= 'a' && (rest->p[n] | 0x20) <= 'z')) n++;
    if (n == rest->n || n == 0 || rest->p[n] != ':' || key_of(str_upto(*rest, n)) == KEY_NONE)
        return S("");
    struct str key = str_upto(*rest, n);
    *rest = str_from(*rest, n + 1);
    return key;
}

static bool take_term(struct str *rest, struct term *out)
{
    while (rest->n && blank(*rest->p)) *rest = str_from(*rest, 1);
    if (!rest->n) return false;
    *out = (struct term){ .negated = rest->n > 1 && *rest->p == '-' && !blank(rest->p[1]) };
    if (out->negated) *rest = str_from(*rest, 1);
    out->key = take_key(rest);
    out->quoted = rest->n && *rest->p == '"';
    if (out->quoted) *rest = str_from(*rest, 1);
    ptrdiff_t n = 0;
    while (n < rest->n && (out->quoted ? rest->p[n] != '"' : !blank(rest->p[n]))) n++;
    out->value = str_upto(*rest, n);
    bool closed = out->quoted && n < rest->n;
    *rest = str_from(*rest, n + closed);
    out->last = !rest->n && !closed;
    return true;
}

/* ---- who ----------------------------------------------------------------- */

static int by_number(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
    return (a > b) - (a < b);
}

static void handles_of(struct ctx *c, id person, struct find_who *w)
{
    EACH (r, c, SQL("SELECT key FROM handle WHERE person=$1 LIMIT $2"), I(person), I(FIND_KEYS))
        w->keys[w->n++] = row_int(&r, 0);
}

/* Names with a word that begins so, and addresses with a part that begins so. */
static void handles_like(struct ctx *c, struct str typed, struct find_who *w)
{
    struct str from = text_fold(c->a, typed),
               end = str_fmt(c->a, "%.*s\xF4\x8F\xBF\xBF", STR(from));
    EACH (r, c,
          SQL("SELECT h.key FROM person p JOIN handle h ON h.person=p.id WHERE p.id IN(SELECT id "
              "FROM person WHERE fold>=$1 AND fold<$2 UNION SELECT person FROM name_part WHERE "
              "part>=$1 AND part<$2) ORDER BY p.met DESC, p.fold, h.key LIMIT $3"),
          T(from), T(end), I(FIND_KEYS))
        w->keys[w->n++] = row_int(&r, 0);
    int named = w->n;
    EACH (r, c,
          SQL("SELECT key FROM handle WHERE key IN(SELECT handle FROM address_part WHERE part>=$1 "
              "AND part<$2) ORDER BY uri LIMIT $3"),
          T(from), T(end), I(FIND_KEYS - named)) {
        int64_t key = row_int(&r, 0);
        bool there = false;
        for (int i = 0; i < named; i++) there = there || w->keys[i] == key;
        if (!there) w->keys[w->n++] = key;
    }
}

static void find_handles(struct ctx *c, struct find_who *w)
{
    w->keys = NEW(c->a, int64_t, FIND_KEYS);
    if (str_ieq(w->typed, S("me"))) handles_of(c, c->viewer, w);
    id exact =
        w->n ? 0 : person_of_uri(c, str_fmt(c->a, "mailto:%.*s", STR(str_lower(c->a, w->typed))));
    if (exact)
        w->keys[w->n++] =
            hash_name(c->secret, str_fmt(c->a, "mailto:%.*s", STR(str_lower(c->a, w->typed))));
    if (!w->n) handles_like(c, w->typed, w);
    qsort(w->keys, (size_t)w->n, sizeof *w->keys, by_number);
}

static err add_who(struct ctx *c, struct find_query *q, const struct term *t, int key)
{
    if (!t->value.n)
        return fail(c, E_INVALID, "%s: wants a name or an address, like %s:anna", keys[key],
                    keys[key]);
    if (q->n_who == FIND_WHO)
        return fail(c, E_INVALID, "that is more than %d people in one search", FIND_WHO);
    struct find_who *w = &q->who[q->n_who++];
    *w = (struct find_who){ .roles = key == KEY_FROM ? FROM
                                     : key == KEY_TO ? GOT
                                                     : FROM | GOT,
                            .negated = t->negated,
                            .typed = t->value };
    find_handles(c, w);
    return OK;
}

/* ---- where, when, what --------------------------------------------------- */

static const struct {
    const char *word;
    unsigned classes;
} places[] = {
    { "people", 1u << TALK_DIRECT },
    { "direct", 1u << TALK_DIRECT },
    { "talk", 1u << TALK_DIRECT | 1u << TALK_LIST },
    { "list", 1u << TALK_LIST },
    { "lists", 1u << TALK_LIST },
    { "bulk", 1u << TALK_BULK },
    { "newsletter", 1u << TALK_BULK },
    { "newsletters", 1u << TALK_BULK },
    { "machine", 1u << TALK_MACHINE },
    { "machines", 1u << TALK_MACHINE },
    { "calendar", 1u << TALK_CALENDAR },
    { "automatic", 1u << TALK_AUTO_REPLY | 1u << TALK_BOUNCE },
    { "bounce", 1u << TALK_BOUNCE },
    { "bounces", 1u << TALK_BOUNCE },
};

static err add_in(struct ctx *c, struct find_query *q, const struct term *t)
{
    if (!t->value.n)
        return fail(
            c, E_INVALID,
            "in: wants people, lists, newsletters, machines, calendar or the name of a folder");
    if (q->n_in == FIND_IN)
        return fail(c, E_INVALID, "that is more than %d places in one search", FIND_IN);
    struct find_in *in = &q->in[q->n_in++];
    *in = (struct find_in){ .negated = t->negated };
    for (int i = 0; i < COUNT(places); i++)
        if (str_ieq(t->value, str_c(places[i].word))) in->classes = places[i].classes;
    if (!in->classes) in->folder = hash_name(c->secret, text_fold(c->a, t->value));
    return OK;
}

/* 7d, 2w, 3m, 1y: so long ago; months and years by the calendar. */
static bool ago(struct ctx *c, struct str s, int64_t *out)
{
    int64_t n;
    if (s.n < 2 || !str_int(str_upto(s, s.n - 1), &n) || n < 0 || n > 100000) return false;
    struct civil d = date_civil(c->now, c->offset_s);
    int64_t month = (int64_t)d.year * 12 + d.month - 1;
    switch (s.p[s.n - 1] | 0x20) {
    case 'd': *out = c->now - n * DAY; return true;
    case 'w': *out = c->now - n * 7 * DAY; return true;
    case 'm': month -= n; break;
    case 'y': month -= n * 12; break;
    default: return false;
    }
    if (month < 12) return false;
    d.year = (int)(month / 12);
    d.month = (int)(month % 12) + 1;
    while (!date_valid(d)) d.day--; /* 31 May less three months is 28 or 29 February */
    *out = date_seconds(d, c->offset_s);
    return true;
}

/* A date means its first second in the house; with a time it is UTC as written. */
static err add_when(struct ctx *c, struct find_query *q, const struct term *t, int key)
{
    int64_t at, end;
    bool before = (key == KEY_BEFORE) != t->negated;
    if (!ago(c, t->value, &at)) {
        if (!date_parse_iso(t->value, &at, &end))
            return fail(c, E_INVALID,
                        "%s: wants a date like 2024-05-01, a month like 2024-05, or a span like "
                        "7d, 3m or 1y",
                        keys[key]);
        if (str_chr(t->value, 'T') < 0) at -= c->offset_s;
    }
    if (before) q->before = MIN(q->before, at);
    else q->after = MAX(q->after, at);
    return OK;
}

static err add_has(struct ctx *c, struct find_query *q, const struct term *t)
{
    int want = t->negated ? -1 : 1;
    if (str_ieq(t->value, S("file")) || str_ieq(t->value, S("files"))) q->file = want;
    else if (str_ieq(t->value, S("question"))) q->question = want;
    else return fail(c, E_INVALID, "has: knows file and question: has:file, has:question");
    return OK;
}

static err add_words(struct ctx *c, struct find_query *q, const struct term *t, bool typing,
                     bool subject)
{
    bool open = typing && t->last && !t->negated;
    search_last last = str_ends(t->value, S("*")) ? SEARCH_BEGUN
                       : open                     ? SEARCH_TYPED
                                                  : SEARCH_WHOLE;
    int had = q->words.n;
    if (!search_add(c->a, &q->words, subject ? SEARCH_SUBJECT : SEARCH_ANY, t->value, t->negated,
                    last)) {
        if (q->words.n < SEARCH_TERMS) return OK; /* "&" and the like: no word in it */
        return fail(c, E_INVALID, "that is more than %d words in one search", SEARCH_TERMS);
    }
    if (!t->negated) q->positive += q->words.n - had;
    if (!t->negated && !subject)
        q->people =
            q->people.n ? str_fmt(c->a, "%.*s %.*s", STR(q->people), STR(t->value)) : t->value;
    return OK;
}

static err add_term(struct ctx *c, struct find_query *q, const struct term *t, bool typing)
{
    int key = t->key.n ? key_of(t->key) : KEY_NONE;
    switch (key) {
    case KEY_FROM:
    case KEY_TO:
    case KEY_WITH: return add_who(c, q, t, key);
    case KEY_IN: return add_in(c, q, t);
    case KEY_BEFORE:
    case KEY_AFTER: return add_when(c, q, t, key);
    case KEY_HAS: return add_has(c, q, t);
    default: return add_words(c, q, t, typing, key == KEY_SUBJECT);
    }
}

err talk_find_read(struct ctx *c, struct str query, bool typing, struct find_query *out)
{
    struct str rest = text_utf8(c->a, query);
    *out = (struct find_query){ .after = INT64_MIN, .before = INT64_MAX, .people = S("") };
    for (struct term t; take_term(&rest, &t);) {
        err e = add_term(c, out, &t, typing);
        if (e != OK && !(typing && t.last)) return e;
    }
    out->asks = out->words.n || out->n_who || out->n_in || out->file || out->question ||
                out->after != INT64_MIN || out->before != INT64_MAX;
    return OK;
}
