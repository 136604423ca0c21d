/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kit/mail/quote_text.h"

#include "kit/base/text.h"

/* 0: left out; 1: not ASCII; else the byte in lower case */
static unsigned char table[256];

static void fill_table(void)
{
    if (table[255]) return;
    for (int c = 0; c < 256; c++) {
        bool kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        table[c] = (unsigned char)(c >= 0x80 ? 1 : c >= 'A' && c <= 'Z' ? c + 32 : kept ? c : 0);
    }
}

/* A piece without ASCII; marks are dropped wherever they stand, so pieces may be cut there. */
static int fold_letters(struct arena *a, struct str piece, struct buf *out)
{
    struct str folded = text_fold(a, piece), word;
    int letters = 0;
    while (text_word(&folded, &word)) {
        buf_add(out, word);
        letters += text_letters(word);
    }
    return letters;
}

static ptrdiff_t ascii_letters(struct str s, char *out, ptrdiff_t *letters)
{
    ptrdiff_t n = 0, i = 0;
    for (; i < s.n; i++) {
        unsigned char c = table[(unsigned char)s.p[i]];
        if (c == 1) break;
        out[n] = (char)c;
        n += c != 0;
    }
    *letters = n;
    return i;
}

int quote_letters(struct arena *a, struct str line, struct buf *out)
{
    ptrdiff_t letters = 0, n;
    fill_table();
    for (;;) {
        ptrdiff_t plain = ascii_letters(line, buf_room(out, line.n + 1), &n), end = plain;
        out->n += n;
        letters += n;
        if (plain == line.n) return (int)letters;
        while (end < line.n && table[(unsigned char)line.p[end]] == 1) end++;
        letters += fold_letters(a, str_from(str_upto(line, end), plain), out);
        line = str_from(line, end);
    }
}

static uint64_t mix(uint64_t x)
{
    x *= 0x9E3779B97F4A7C15u;
    return x ^ (x >> 29);
}

static uint64_t hash(struct str s)
{
    uint64_t h = (uint64_t)s.n, w;
    ptrdiff_t i = 0;
    for (; i + 8 <= s.n; i += 8) {
        memcpy(&w, s.p + i, 8);
        h = mix(h ^ w);
    }
    w = 0;
    if (i < s.n) memcpy(&w, s.p + i, (size_t)(s.n - i));
    h = mix(h ^ w);
    return h ^ (h >> 32);
}

static struct str line_letters(const struct quote_text *q, int line)
{
    return (struct str){ q->run.p + q->start[line], q->start[line + 1] - q->start[line] };
}

static uint32_t power_above(uint64_t n)
{
    uint32_t size = 16;
    while (size < n && size < (1u << 30)) size *= 2;
    return size;
}

static uint64_t gram_at(const char *p)
{
    uint64_t w;
    memcpy(&w, p, 8);
    return mix(w) >> 20;
}

static void index_grams(struct arena *a, struct quote_text *q)
{
    uint32_t size = power_above((uint64_t)q->run.n * 4);
    q->grams = NEW(a, uint64_t, size / 64 + 1);
    q->gram_mask = size - 1;
    for (ptrdiff_t i = 0; i + 8 <= q->run.n; i += 2) {
        uint64_t bit = gram_at(q->run.p + i) & q->gram_mask;
        q->grams[bit / 64] |= (uint64_t)1 << (bit % 64);
    }
}

static void index_lines(struct arena *a, struct quote_text *q)
{
    uint32_t size = power_above((uint64_t)q->lines * 2);
    q->slots = NEW(a, int32_t, size);
    q->slot_mask = size - 1;
    for (int i = 0; i < q->lines; i++) {
        struct str s = line_letters(q, i);
        if (s.n < QUOTE_LETTERS || quote_find_line(q, s) >= 0)
            continue; /* the first such line counts */
        uint32_t at = (uint32_t)hash(s) & q->slot_mask;
        while (q->slots[at]) at = (at + 1) & q->slot_mask;
        q->slots[at] = i + 1;
    }
}

int quote_line_ends(struct str text)
{
    int n = 0;
    for (ptrdiff_t at; (at = str_chr(text, '\n')) >= 0; n++) text = str_from(text, at + 1);
    return n;
}

const struct quote_text *quote_prepare(struct arena *a, struct str text, int64_t number)
{
    struct quote_text *q = NEW(a, struct quote_text, 1);
    struct buf run = { .a = a };
    struct str rest = str_upto(text, 16 * MIB), line;
    int lines = quote_line_ends(rest);
    q->start = NEW(a, int32_t, lines + 2);
    (void)buf_room(&run, rest.n + 64);
    q->number = number;
    while (str_line(&rest, &line)) {
        q->start[q->lines++] = (int32_t)run.n;
        (void)quote_letters(a, line, &run);
    }
    q->start[q->lines] = (int32_t)run.n;
    q->run = buf_str(&run);
    index_lines(a, q);
    index_grams(a, q);
    return q;
}

int quote_find_line(const struct quote_text *q, struct str letters)
{
    uint32_t at = (uint32_t)hash(letters) & q->slot_mask;
    for (; q->slots[at]; at = (at + 1) & q->slot_mask)
        if (str_eq(line_letters(q, q->slots[at] - 1), letters)) return q->slots[at] - 1;
    return -1;
}

static bool has_gram(const struct quote_text *q, const char *p)
{
    uint64_t bit = gram_at(p) & q->gram_mask;
    return q->grams[bit / 64] >> (bit % 64) & 1;
}

/* At one of two neighbours it has to stand at an even place. */
static bool may_hold(const struct quote_text *q, const char *p)
{
    return has_gram(q, p) || has_gram(q, p + 1);
}

ptrdiff_t quote_find_run(const struct quote_text *q, struct str letters)
{
    if (letters.n < 9 || letters.n > q->run.n) return -1;
    if (!may_hold(q, letters.p) || !may_hold(q, letters.p + letters.n - 9) ||
        !may_hold(q, letters.p + (letters.n - 9) / 2))
        return -1;
    return str_find(q->run, letters);
}

int quote_line_at(const struct quote_text *q, ptrdiff_t run_at)
{
    int low = 0, high = q->lines - 1;
    while (low < high) {
        int middle = (low + high + 1) / 2;
        if (q->start[middle] <= run_at) low = middle;
        else high = middle - 1;
    }
    while (low < q->lines - 1 && q->start[low + 1] <= run_at) low++;
    return low;
}
