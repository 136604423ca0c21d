/* SPDX-License-Identifier: GPL-3.0-or-later
 * search.c - one cutting into words, two engines. */
#include "kit/store/search.h"

#include "kit/base/text.h"
#include "kit/store/driver.h"

const char search_schema[] =
#include "kit/store/search_sql.inc"
    ;

enum { WORD_BYTES = 64, MOST_WORDS = 65536, MOST_BYTES = 512 * KIB, SHORT = 3, MERGE_PAGES = 500 };

/* ---- words --------------------------------------------------------------- */

static ptrdiff_t letter_bytes(struct str s)
{
    ptrdiff_t n = 1;
    while (n < s.n && ((unsigned char)s.p[n] & 0xC0) == 0x80) n++;
    return n;
}

/* Scripts written without blanks: Han, Hiragana, Katakana. By the bytes of U+3040..U+30FF,
 * U+3400..U+9FFF, U+F900..U+FAFF and the planes 2 and 3. */
static bool stands_alone(struct str s)
{
    const unsigned char *p = (const unsigned char *)s.p;
    if (p[0] < 0xE3 || s.n < 3) return false;
    if (p[0] == 0xE3) return (p[1] >= 0x81 && p[1] <= 0x83) || p[1] >= 0x90;
    if (p[0] == 0xEF) return p[1] >= 0xA4 && p[1] <= 0xAB;
    return (p[0] >= 0xE4 && p[0] <= 0xE9) || (p[0] == 0xF0 && p[1] >= 0xA0);
}

struct cutter {
    struct str rest, run; /* run: what is left of a word of text_word() */
};

static bool plain(unsigned char c) { return (c | 32u) - 'a' < 26 || (unsigned)c - '0' < 10; }

/* Nearly all words of nearly all texts: ASCII between ASCII. False leaves it to text_word(). */
static bool plain_word(struct str *rest, struct str *word)
{
    const unsigned char *p = (const unsigned char *)rest->p, *end = p + rest->n, *at;
    while (p < end && *p < 128 && !plain(*p)) p++;
    for (at = p; p < end && plain(*p); p++) {}
    *rest = str_from(*rest, (const char *)at - rest->p);
    if (at == p || (p < end && *p >= 128)) return false;
    *word = (struct str){ (const char *)at, p - at };
    *rest = str_from(*rest, p - at);
    if (word->n > WORD_BYTES) word->n = WORD_BYTES;
    return true;
}

static bool next_word(struct cutter *c, struct str *word)
{
    if (!c->run.n && plain_word(&c->rest, word)) return true;
    if (!c->run.n && !text_word(&c->rest, &c->run)) return false;
    struct str run = c->run;
    ptrdiff_t n = letter_bytes(run), keep;
    if (!stands_alone(run))
        while (n < run.n && ((unsigned char)run.p[n] < 0xE3 || !stands_alone(str_from(run, n))))
            n += letter_bytes(str_from(run, n));
    keep = MIN(n, WORD_BYTES);
    while (keep < n && ((unsigned char)run.p[keep] & 0xC0) == 0x80) keep--;
    *word = str_upto(run, keep);
    c->run = str_from(run, n);
    return true;
}

/* The first `letters` letters of a word, or all. */
static struct str start_of(struct str word, int letters)
{
    ptrdiff_t n = 0;
    while (letters-- && n < word.n) n += letter_bytes(str_from(word, n));
    return str_upto(word, n);
}

/* ---- what a document says ------------------------------------------------ */

/* Which starts were seen: those of a to z and digits in bits, others in a table of their bytes. */
enum { CODES = 37 };
struct seen {
    struct arena *a;
    uint64_t bits[(CODES * CODES * CODES + 63) / 64];
    uint64_t *others;
    size_t room, n;
};

static bool seen_other(struct seen *s, uint64_t key)
{
    if (s->n * 2 >= s->room) {
        uint64_t *old = s->others;
        size_t had = s->room;
        s->room = had ? had * 4 : 256;
        s->others = NEW(s->a, uint64_t, (ptrdiff_t)s->room);
        s->n = 0;
        for (size_t i = 0; i < had; i++)
            if (old[i]) (void)seen_other(s, old[i]);
    }
    size_t at = (key * 0x9E3779B97F4A7C15u) >> 32 & (s->room - 1);
    while (s->others[at] && s->others[at] != key) at = (at + 1) & (s->room - 1);
    if (s->others[at]) return true;
    s->others[at] = key;
    s->n++;
    return false;
}

/* 1 to 36, or 0: another letter. */
static unsigned code_of(char c)
{
    unsigned letter = (unsigned char)c - (unsigned)'a', digit = (unsigned char)c - (unsigned)'0';
    return letter < 26 ? letter + 1 : digit < 10 ? digit + 27 : 0;
}

/* The place in `bits` of a start of at most three letters; 0: it has none. */
static unsigned plain_start(struct str start)
{
    unsigned place = 0;
    for (ptrdiff_t k = 0; k < SHORT; k++) {
        unsigned code = k < start.n ? code_of(start.p[k]) : 0;
        if (k < start.n && !code) return 0;
        place = place * CODES + code;
    }
    return place;
}

static bool seen_plain(struct seen *s, unsigned place)
{
    bool was = s->bits[place / 64] >> (place % 64) & 1;
    s->bits[place / 64] |= UINT64_C(1) << (place % 64);
    return was;
}

static bool seen_start(struct seen *s, struct str start)
{
    uint64_t key[2] = { 0 };
    unsigned place = start.n <= SHORT ? plain_start(start) : 0;
    if (place) return seen_plain(s, place);
    memcpy(key, start.p, (size_t)MIN(start.n, (ptrdiff_t)sizeof key));
    return seen_other(s, key[0] ^ key[1] * UINT64_C(0x9E3779B97F4A7C15));
}

static void add_word(struct buf *b, struct str word)
{
    char *p = buf_room(b, word.n + 1);
    memcpy(p, word.p, (size_t)word.n);
    p[word.n] = ' ';
    b->n += word.n + 1;
}

static void add_starts(struct buf *b, struct seen *s, struct str word)
{
    unsigned place = plain_start(str_upto(word, SHORT));
    if (place) {
        if (seen_plain(s, place)) return; /* and what is shorter with it */
        add_word(b, str_upto(word, SHORT));
        if (!seen_plain(s, place - place % (CODES * CODES))) add_word(b, str_upto(word, 1));
        if (!seen_plain(s, place - place % CODES)) add_word(b, str_upto(word, 2));
        return;
    }
    for (int k = 1; k <= SHORT; k++)
        if (!seen_start(s, start_of(word, k))) add_word(b, start_of(word, k));
}

static void add_position(struct buf *b, struct str word, int position, char weight)
{
    char *p = buf_room(b, word.n + 20);
    p += snprintf(p, (size_t)word.n + 20, "'%.*s':%d%c ", STR(word), position, weight);
    b->n = p - b->p;
}

struct cutting {
    struct arena *a;
    struct buf field, starts, vector;
    struct seen seen;
    int words, position;
    ptrdiff_t bytes;
};

static struct str cut_field(struct cutting *k, struct str text, int field, engine e)
{
    struct cutter cut = { .rest = text };
    k->field = (struct buf){ .a = k->a };
    if (e == ENGINE_SQLITE) (void)buf_room(&k->field, text.n + 1);
    for (struct str w; k->words < MOST_WORDS && k->bytes < MOST_BYTES && next_word(&cut, &w);
         k->words++) {
        k->bytes += w.n;
        if (e == ENGINE_POSTGRES) {
            add_position(&k->vector, w, k->position++, (char)('A' + field));
            continue;
        }
        add_word(&k->field, w);
        add_starts(&k->starts, &k->seen, w);
    }
    k->position++; /* a gap: no phrase goes from field to field */
    return buf_str(&k->field);
}

void search_cut(struct arena *a, engine e, const struct search_doc *d, struct search_cut *out)
{
    struct str texts[SEARCH_FIELDS] = { d->who, d->subject, d->body };
    struct cutting k = { .a = a, .starts = { .a = a }, .vector = { .a = a }, .position = 1 };
    k.seen.a = a;
    *out = (struct search_cut){ .number = d->number };
    if (e == ENGINE_POSTGRES)
        (void)buf_room(&k.vector, 2 * (d->who.n + d->subject.n + d->body.n) + 1);
    for (int i = 0; i < SEARCH_FIELDS; i++) out->field[i] = cut_field(&k, texts[i], i, e);
    out->starts = buf_str(&k.starts);
    out->vector = buf_str(&k.vector);
}

void search_put(struct tx *t, const struct search_cut *d)
{
    if (db_engine(&t->c) == ENGINE_POSTGRES)
        db_do(t, SQL("INSERT INTO search_doc(number, doc) VALUES($1, CAST($2 AS tsvector))"),
              I(d->number), T(d->vector));
    else
        db_do(t,
              SQL("INSERT INTO search(rowid, who, subject, body, starts) VALUES($1,$2,$3,$4,$5)"),
              I(d->number), T(d->field[0]), T(d->field[1]), T(d->field[2]), T(d->starts));
}

void search_drop(struct tx *t, const struct search_cut *d)
{
    if (db_engine(&t->c) == ENGINE_POSTGRES)
        db_do(t, SQL("DELETE FROM search_doc WHERE number=$1"), I(d->number));
    else
        db_do(t,
              SQL("INSERT INTO search(search, rowid, who, subject, body, starts) "
                  "VALUES('delete',$1,$2,$3,$4,$5)"),
              I(d->number), T(d->field[0]), T(d->field[1]), T(d->field[2]), T(d->starts));
}

void search_clear(struct tx *t)
{
    if (db_engine(&t->c) == ENGINE_POSTGRES) db_do(t, SQL("DELETE FROM search_doc"));
    else db_do(t, SQL("INSERT INTO search(search) VALUES('delete-all')"));
}

void search_settle(struct tx *t)
{
    if (db_engine(&t->c) == ENGINE_POSTGRES) {
        (void)db_int(&t->c, 0,
                     SQL("SELECT gin_clean_pending_list(CAST('search_words' AS regclass))"));
        db_do(t, SQL("ANALYZE search_doc")); /* how common each word is decides the plan */
    } else db_do(t, SQL("INSERT INTO search(search, rank) VALUES('merge', $1)"), I(MERGE_PAGES));
}

void search_scrub(struct tx *t)
{
    if (db_engine(&t->c) == ENGINE_POSTGRES) db_do(t, SQL("REINDEX INDEX search_words"));
    else db_do(t, SQL("INSERT INTO search(search) VALUES('optimize')"));
}

/* ---- what was typed ------------------------------------------------------ */

static bool is_short(struct str word) { return text_letters(word) <= SHORT; }

bool search_add(struct arena *a, struct search_words *out, search_field field, struct str typed,
                bool negated, search_last last)
{
    if (out->n == SEARCH_TERMS) return false;
    struct search_term t = { .field = field, .negated = negated, .last = last };
    struct cutter cut = { .rest = text_fold(a, text_utf8(a, typed)) };
    while (t.n < SEARCH_PHRASE && next_word(&cut, &t.word[t.n])) t.n++;
    if (!t.n) return false;
    /* a word hardly begun is looked for by itself: as the end of a phrase it would be slow */
    if (last && t.n > 1 && !negated && is_short(t.word[t.n - 1]) && out->n + 1 < SEARCH_TERMS) {
        struct search_term begun = {
            .field = field, .last = last, .n = 1, .word = { t.word[--t.n] }
        };
        t.last = SEARCH_WHOLE;
        out->at[out->n++] = begun;
    }
    out->at[out->n++] = t;
    return true;
}

static bool blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/* Takes one term's text: a quoted phrase, or up to the next blank. */
static struct str take_term(struct str *rest, bool *quoted)
{
    *quoted = rest->n && *rest->p == '"';
    if (*quoted) *rest = str_from(*rest, 1);
    ptrdiff_t n = 0;
    while (n < rest->n && (*quoted ? rest->p[n] != '"' : !blank(rest->p[n]))) n++;
    struct str got = str_upto(*rest, n);
    *quoted = *quoted && n < rest->n; /* one still open is being typed */
    *rest = str_from(*rest, n + *quoted);
    return got;
}

void search_parse(struct arena *a, struct search_words *out, struct str typed, bool typing)
{
    out->n = 0;
    while (typed.n) {
        search_field field = SEARCH_ANY;
        if (blank(*typed.p)) {
            typed = str_from(typed, 1);
            continue;
        }
        bool negated = *typed.p == '-', quoted;
        if (negated) typed = str_from(typed, 1);
        if (str_ibegins(typed, S("who:"))) field = SEARCH_WHO;
        if (str_ibegins(typed, S("subject:"))) field = SEARCH_SUBJECT;
        if (field) typed = str_from(typed, str_chr(typed, ':') + 1);
        struct str text = take_term(&typed, &quoted);
        bool open = typing && !typed.n && !quoted && !negated;
        search_last last = str_ends(text, S("*")) ? SEARCH_BEGUN
                           : open                 ? SEARCH_TYPED
                                                  : SEARCH_WHOLE;
        (void)search_add(a, out, field, text, negated, last);
    }
}

/* ---- asking -------------------------------------------------------------- */

/* The one column that is never asked with the others holds only what is short: a term with a longer
 * word finds nothing there, and needs no fields named, which costs a third. */
static bool all_short(const struct search_term *t)
{
    bool all = true;
    for (int i = 0; i < t->n; i++) all = all && is_short(t->word[i]);
    return all;
}

/* Words hold letters and digits only: inside quotes nothing of them can be read as an operator. */
static void fts_term(struct buf *q, const struct search_term *t)
{
    static const char *const fields[] = { "{who subject body} : ", "who : ", "subject : ",
                                          "body : " };
    if (t->last && t->n == 1 && t->field == SEARCH_ANY && is_short(t->word[0])) {
        buf_fmt(q, "starts : \"%.*s\"", STR(t->word[0]));
        return;
    }
    if (t->field != SEARCH_ANY || all_short(t)) buf_fmt(q, "%s", fields[t->field]);
    buf_char(q, '"');
    for (int i = 0; i < t->n; i++) buf_fmt(q, "%s%.*s", i ? " " : "", STR(t->word[i]));
    buf_fmt(q, "\"%s", t->last ? " *" : "");
}

static void pg_term(struct buf *q, const struct search_term *t)
{
    static const char *const weights[] = { "", "A", "B", "C" };
    for (int i = 0; i < t->n; i++) {
        bool open = t->last && i == t->n - 1;
        buf_fmt(q, "%s'%.*s'", i ? " <-> " : "", STR(t->word[i]));
        if (open || t->field) buf_fmt(q, ":%s%s", open ? "*" : "", weights[t->field]);
    }
}

/* The question in the engine's words; empty when nothing positive is asked. */
static struct str question(struct ctx *c, const struct search_words *w)
{
    bool pg = db_engine(c) == ENGINE_POSTGRES;
    struct buf q = { .a = c->a };
    for (int negated = 0; negated < 2; negated++) {
        int n = 0;
        for (int i = 0; i < w->n; i++) {
            if (w->at[i].negated != (bool)negated) continue;
            if (!n++) buf_fmt(&q, "%s(", !negated ? "" : pg ? " & !" : " NOT ");
            else buf_fmt(&q, "%s", pg ? (negated ? " | " : " & ") : (negated ? " OR " : " AND "));
            buf_char(&q, '(');
            (pg ? pg_term : fts_term)(&q, &w->at[i]);
            buf_char(&q, ')');
        }
        if (!n && !negated) return S("");
        if (n) buf_char(&q, ')');
    }
    return buf_str(&q);
}

static int ask(struct ctx *c, const struct search_words *w, int64_t before, int64_t after,
               int64_t *numbers, int max)
{
    struct str q = question(c, w);
    int n = 0;
    if (!q.n) return 0;
    if (db_engine(c) == ENGINE_POSTGRES) {
        const char *why = "";
        /* a plan for each question: the numbers backwards for common words, the index for rare ones
         */
        if (!c->db->drv->script(c->db, "SET LOCAL plan_cache_mode=force_custom_plan", &why))
            die(c, "%s", why);
        EACH (r, c,
              SQL("SELECT number FROM search_doc WHERE doc @@ CAST($1 AS tsquery) AND number<$2 "
                  "AND number>$3"
                  " ORDER BY number DESC LIMIT $4"),
              T(q), I(before), I(after), I(max))
            numbers[n++] = row_int(&r, 0);
        return n;
    }
    EACH (r, c,
          SQL("SELECT rowid FROM search WHERE search MATCH $1 AND rowid<$2 AND rowid>$3"
              " ORDER BY rowid DESC LIMIT $4"),
          T(q), I(before), I(after), I(max))
        numbers[n++] = row_int(&r, 0);
    return n;
}

/* The same with the word that is being typed taken as it stands; false: there is none, or one so
 * short that all that begins with it is found as quickly. */
static bool as_it_stands(const struct search_words *w, struct search_words *out)
{
    bool any = false;
    *out = *w;
    for (int i = 0; i < out->n; i++) {
        struct search_term *t = &out->at[i];
        if (t->last != SEARCH_TYPED || t->negated || is_short(t->word[t->n - 1])) continue;
        t->last = SEARCH_WHOLE;
        any = true;
    }
    return any;
}

int search_find(struct ctx *c, const struct search_words *w, int64_t before, int64_t after,
                int64_t *numbers, int max)
{
    struct search_words whole;
    if (!before) before = INT64_MAX;
    if (as_it_stands(w, &whole) && ask(c, &whole, before, after, numbers, max) == max) return max;
    return ask(c, w, before, after, numbers, max);
}
