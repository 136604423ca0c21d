/* SPDX-License-Identifier: GPL-3.0-or-later
 * quote.c - marking lines: first what ancestors prove, then what programs write around quotes. */
#include "kit/mail/quote.h"

#include "kit/base/pack.h"
#include "kit/mail/quote_text.h"
#include "kit/mail/quote_words.h"

enum { LINES_MAX = 200000, SIGNATURE_LINES = 20 };

struct line {
    struct str s, letters;
    int letters_n;
    quote_kind kind;
    bool prefixed, blank, fixed; /* fixed: kind was found by structure */
    bool asked, wrote;           /* does it say that somebody wrote? asked: known already */
    const struct quote_text *source;
    ptrdiff_t run_at; /* in the source's running text */
};
struct marking {
    struct arena *a;
    struct line *at;
    int n;
    const struct quote_text *const *ancestors;
    int ancestors_n;
};

/* "> words", ">> words", "AB> words" */
static bool has_prefix(struct str s)
{
    ptrdiff_t i = 0;
    while (i < s.n && i < 3 && (s.p[i] == ' ' || s.p[i] == '\t')) i++;
    if (i < s.n && s.p[i] == '>') return true;
    ptrdiff_t n = 0;
    while (i == 0 && n < 4 && n < s.n && s.p[n] >= 'A' && s.p[n] <= 'Z') n++;
    return n >= 2 && n <= 3 && n + 1 < s.n && s.p[n] == '>' && s.p[n + 1] == ' ';
}

static void split(struct marking *m, struct str text)
{
    struct str rest = text, line;
    int n = quote_line_ends(text);
    m->at = NEW(m->a, struct line, MIN(n, LINES_MAX) + 1);
    struct buf letters = { .a = m->a };
    (void)buf_room(&letters, text.n + 64);
    while (m->n <= n && m->n < LINES_MAX && str_line(&rest, &line)) {
        struct line *l = &m->at[m->n++];
        ptrdiff_t from = letters.n;
        l->s = line;
        l->letters_n = quote_letters(m->a, line, &letters);
        l->letters = (struct str){ letters.p + from,
                                   letters.n - from }; /* stays valid when the buffer grows */
        l->prefixed = has_prefix(line);
        l->blank = str_trim(line).n == 0;
    }
}

/* ---- (a) what ancestors prove ------------------------------------------ */

/* The oldest ancestor that has it said it; whole lines before running text. */
static void match_line(const struct marking *m, struct line *l)
{
    for (int i = m->ancestors_n - 1; i >= 0 && !l->source; i--) {
        int at = quote_find_line(m->ancestors[i], l->letters);
        if (at < 0) continue;
        l->source = m->ancestors[i];
        l->run_at = l->source->start[at];
    }
    for (int i = m->ancestors_n - 1; i >= 0 && !l->source; i--) {
        ptrdiff_t at = quote_find_run(m->ancestors[i], l->letters);
        if (at < 0) continue;
        l->source = m->ancestors[i];
        l->run_at = at;
    }
    if (l->source) l->kind = QUOTE_QUOTED;
}

/* A short line proves nothing by itself, but it does where it goes on a quote word by word. */
static bool goes_on(const struct line *l, const struct quote_text *q, ptrdiff_t at)
{
    return at >= 0 && at + l->letters.n <= q->run.n &&
           memcmp(q->run.p + at, l->letters.p, (size_t)l->letters.n) == 0;
}

static void match_short(struct line *l, const struct line *by, bool behind)
{
    if (!by || !by->source || l->source || !l->letters.n || l->letters_n >= QUOTE_LETTERS) return;
    ptrdiff_t at = behind ? by->run_at + by->letters.n : by->run_at - l->letters.n;
    if (!goes_on(l, by->source, at)) return;
    l->source = by->source;
    l->run_at = at;
    l->kind = QUOTE_QUOTED;
}

static void match(struct marking *m)
{
    const struct line *last = NULL;
    for (int i = 0; i < m->n; i++) {
        struct line *l = &m->at[i];
        if (l->letters_n >= QUOTE_LETTERS) match_line(m, l);
        else match_short(l, last, true);
        if (l->letters.n) last = l;
    }
    last = NULL;
    for (int i = m->n - 1; i >= 0; i--) {
        match_short(&m->at[i], last, false);
        if (m->at[i].letters.n) last = &m->at[i];
    }
    for (int i = 0; i < m->n; i++) /* (b) */
        if (m->at[i].prefixed) m->at[i].kind = QUOTE_QUOTED;
}

/* ---- (c) attributions and blocks --------------------------------------- */

static bool open_line(const struct marking *m, int i)
{
    return i < m->n && !m->at[i].prefixed && m->at[i].kind == QUOTE_NEW && !m->at[i].fixed;
}

static void set(struct marking *m, int from, int to, quote_kind kind)
{
    for (int i = from; i < to && i < m->n; i++) {
        m->at[i].kind = kind;
        m->at[i].fixed = true;
        m->at[i].source = NULL;
    }
}

static int next_words(const struct marking *m, int i)
{
    while (i < m->n && m->at[i].blank) i++;
    return i;
}

/* Each line may be the first, second or third of one. */
static bool says_wrote(struct line *l)
{
    if (!l->asked) l->wrote = quote_says_wrote(l->s);
    l->asked = true;
    return l->wrote;
}

/* Lines i.. that together say "On Monday Ada wrote:"; how many, or 0. */
static int attribution_at(const struct marking *m, int i)
{
    for (int n = 1; n <= 3 && open_line(m, i + n - 1) && !m->at[i + n - 1].blank; n++) {
        if (!says_wrote(&m->at[i + n - 1])) continue;
        int next = next_words(m, i + n);
        bool quotes = next < m->n && (m->at[next].prefixed || m->at[next].kind == QUOTE_QUOTED);
        if (n == 1) return quotes || quote_begins_attribution(m->at[i].s) ? 1 : 0;
        return quote_begins_attribution(m->at[i].s) ? n : 0;
    }
    return 0;
}

/* An Outlook block of header lines at i; how many lines, or 0. Without a rule above it needs
 * a recipient or a time of sending: a patch in a mail begins with the other ones. */
static int block_at(const struct marking *m, int i, bool ruled)
{
    if (!quote_is_from_head(m->at[i].s)) return 0;
    int heads = 0, end = i + 1;
    bool sent = ruled;
    for (int k = i + 1; k < m->n && k < i + 14 && !m->at[k].prefixed; k++) {
        if (m->at[k].blank) {
            if (heads >= 2) break;
            continue;
        }
        if (quote_is_other_head(m->at[k].s)) heads++, sent |= !quote_is_patch_head(m->at[k].s);
        else if (k > end + 2 || heads == 0) break; /* a folded list of addresses is no end */
        end = k + 1;
    }
    return heads >= 2 && sent ? end - i : 0;
}

/* What stands below a block: quoted without prefix. Where the ancestors prove most of it, the
 * rest is an answer between the lines; where they prove little, they are not held. */
static void below_block(struct marking *m, int from, quote_kind kind)
{
    int long_lines = 0, proven = 0;
    for (int i = from; i < m->n; i++) {
        if (m->at[i].prefixed || m->at[i].letters_n < QUOTE_LETTERS) continue;
        long_lines++;
        proven += m->at[i].source != NULL;
    }
    if (kind == QUOTE_QUOTED && proven * 2 >= long_lines && proven) return;
    for (int i = from; i < m->n; i++)
        if (open_line(m, i) && !m->at[i].blank) set(m, i, i + 1, kind);
}

static int mark_block(struct marking *m, int i)
{
    bool forward = quote_is_forward(m->at[i].s), original = quote_is_original(m->at[i].s);
    int start = i;
    if (forward || original || quote_is_rule(m->at[i].s)) start = next_words(m, i + 1);
    int n = start < m->n && !m->at[start].prefixed ? block_at(m, start, start != i) : 0;
    if (!n && !forward && !original) return i;
    int end = n ? start + n : i + 1;
    set(m, i, end, QUOTE_ATTRIBUTION);
    below_block(m, end, forward ? QUOTE_FORWARDED : QUOTE_QUOTED);
    return end - 1;
}

static void mark_introductions(struct marking *m)
{
    for (int i = 0; i < m->n; i++) {
        if (!open_line(m, i) || m->at[i].blank) continue;
        int n = attribution_at(m, i);
        if (n) {
            set(m, i, i + n, QUOTE_ATTRIBUTION);
            i += n - 1;
        } else {
            i = mark_block(m, i);
        }
    }
}

/* ---- (d), (e) signatures and footers ----------------------------------- */

static bool is_delimiter(struct str s)
{
    return str_eq(s, S("-- ")) || str_eq(s, S("--")) || str_eq(s, S("--\xC2\xA0"));
}

/* The end of what stands below a delimiter: the next quote, introduction, or rest of the text. */
static int signature_end(const struct marking *m, int i)
{
    int end = i + 1;
    while (end < m->n && !m->at[end].prefixed && m->at[end].kind != QUOTE_ATTRIBUTION &&
           m->at[end].kind != QUOTE_FORWARDED && end - i <= SIGNATURE_LINES * 4)
        end++;
    return end;
}

static int last_words(const struct marking *m)
{
    int i = m->n;
    while (i > 0 && m->at[i - 1].blank) i--;
    return i;
}

static void mark_signature(struct marking *m)
{
    for (int i = 0; i < m->n; i++) {
        struct line *l = &m->at[i];
        if (l->prefixed || l->fixed) continue;
        if ((i + 1 == m->n || m->at[i + 1].blank) && l->kind == QUOTE_NEW && quote_is_device(l->s))
            set(m, i, i + 1, QUOTE_SIGNATURE);
        if (!is_delimiter(l->s)) continue;
        int end = signature_end(m, i);
        bool exact = l->s.n == 3;
        if (!exact && end - i > SIGNATURE_LINES / 2 + 2) continue; /* "--" alone may be a rule */
        if (exact && end - i > SIGNATURE_LINES * 4) continue;
        set(m, i, end, QUOTE_SIGNATURE);
        i = end - 1;
    }
}

static void mark_footer(struct marking *m, const struct quote_text *known)
{
    int last = last_words(m), from = last;
    for (int i = last - 1; known && i >= 0 && !m->at[i].prefixed; i--) {
        struct line *l = &m->at[i];
        if (l->letters_n >= QUOTE_LETTERS && quote_find_line(known, l->letters) < 0) break;
        if (l->letters_n >= QUOTE_LETTERS) from = i;
    }
    for (int i = MAX(0, last - 25); i < last; i++) {
        if (m->at[i].prefixed || !quote_is_list_footer(m->at[i].s)) continue;
        from = MIN(from, i);
        while (from > 0 && !m->at[from - 1].prefixed &&
               (quote_is_rule(m->at[from - 1].s) || is_delimiter(m->at[from - 1].s)))
            from--;
        break;
    }
    for (int i = from; i < last; i++) /* a rule with "mailing list" under it */
        if (!m->at[i].prefixed) set(m, i, i + 1, QUOTE_FOOTER);
    for (int i = MAX(0, last - 8); i + 1 < last; i++)
        if (open_line(m, i) && quote_is_rule(m->at[i].s) &&
            str_ifind(m->at[i + 1].s, S("mailing list")) >= 0)
            set(m, i, last, QUOTE_FOOTER);
}

/* ---- runs -------------------------------------------------------------- */

/* An empty line goes with its neighbours when they agree. */
static void settle_blanks(struct marking *m)
{
    int last = -1;
    for (int i = 0; i < m->n; i++) {
        if (m->at[i].blank && !m->at[i].prefixed) continue;
        bool same = last >= 0 && m->at[last].kind == m->at[i].kind;
        for (int k = last + 1; k < i && same; k++) m->at[k].kind = m->at[i].kind;
        last = i;
    }
}

static struct quote_run run_of(const struct line *l)
{
    struct quote_run r = { .lines = 1, .kind = l->kind };
    if (l->kind == QUOTE_QUOTED && l->source) {
        r.source = l->source->number;
        r.source_line = quote_line_at(l->source, l->run_at);
    }
    return r;
}

/* Does next go on where run ends? Short lines without a source of their own may. */
static bool joins(const struct quote_run *run, const struct quote_run *next, bool words)
{
    if (run->kind != next->kind) return false;
    if (run->source && !next->source) return !words;
    return run->source == next->source &&
           (!run->source || run->source_line + run->lines == next->source_line);
}

static struct quote_marks runs(struct marking *m)
{
    struct quote_marks out = { NEW(m->a, struct quote_run, MAX(m->n, 1)), 0 };
    for (int i = 0; i < m->n; i++) {
        struct quote_run r = run_of(&m->at[i]);
        if (out.n && joins(&out.at[out.n - 1], &r, m->at[i].letters.n > 0))
            out.at[out.n - 1].lines++;
        else out.at[out.n++] = r;
    }
    return out;
}

struct quote_marks quote_mark(struct arena *a, struct str text,
                              const struct quote_text *const *ancestors, int n,
                              const struct quote_text *footer)
{
    struct marking m = { .a = a, .ancestors = ancestors, .ancestors_n = n };
    split(&m, text);
    match(&m);
    mark_introductions(&m);
    mark_signature(&m);
    mark_footer(&m, footer);
    settle_blanks(&m);
    return runs(&m);
}

struct str quote_new_text(struct arena *a, struct str text, struct quote_marks marks)
{
    struct buf b = { .a = a };
    struct str rest = text, only = S("");
    int pieces = 0;
    for (int i = 0; i < marks.n && rest.n; i++) {
        const char *from = rest.p;
        struct str line;
        for (int k = 0; k < marks.at[i].lines && str_cut(&rest, '\n', &line); k++) {}
        if (marks.at[i].kind != QUOTE_NEW) continue;
        struct str piece = { from, rest.p - from };
        if (!str_trim(piece).n && i + 1 < marks.n && pieces == 0) continue;
        if (pieces++ == 0) {
            only = piece;
            continue;
        }
        if (pieces == 2) buf_add(&b, only);
        buf_add(&b, piece);
    }
    struct str s = pieces > 1 ? buf_str(&b) : only;
    while (s.n && (s.p[s.n - 1] == '\n' || s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t' ||
                   s.p[s.n - 1] == '\r'))
        s.n--;
    struct str line, left = s;
    while (str_cut(&left, '\n', &line) && !str_trim(line).n) s = left;
    return s;
}

struct str quote_pack(struct arena *a, struct quote_marks marks)
{
    struct buf b = { .a = a };
    for (int i = 0; i < marks.n; i++) { /* one record a run; kind is the tag */
        struct buf v = { .a = a };
        rec_int(&v, 1, marks.at[i].lines);
        if (marks.at[i].source) {
            rec_int(&v, 2, marks.at[i].source);
            rec_int(&v, 3, marks.at[i].source_line);
        }
        rec_str(&b, marks.at[i].kind + 1, buf_str(&v));
    }
    return buf_str(&b);
}

bool quote_unpack(struct arena *a, struct str packed, struct quote_marks *out)
{
    struct quote_marks m = { NEW(a, struct quote_run, packed.n / 4 + 1), 0 };
    struct field run, f;
    while (rec_next(&packed, &run)) {
        struct quote_run r = { .kind = (quote_kind)(run.tag - 1) };
        if (run.tag < 1 || run.tag > QUOTE_FORWARDED + 1) return false;
        while (rec_next(&run.value, &f)) {
            int64_t v = field_int(f);
            if (f.tag == 1) r.lines = (int)v;
            else if (f.tag == 2) r.source = v;
            else if (f.tag == 3) r.source_line = (int)v;
        }
        if (run.value.n || r.lines < 1) return false;
        m.at[m.n++] = r;
    }
    if (packed.n) return false;
    *out = m;
    return true;
}
