/* SPDX-License-Identifier: GPL-3.0-or-later
 * idea_span.c - the sentences of a message, and finding words in it again. */
#include "kit/base/text.h"
#include "talk/idea.h"

enum { SENTENCES = 200 };

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

static bool tellable(const struct talk_part *p)
{
    return p->kind == PART_NEW || p->kind == PART_FORWARDED;
}

/* Behind a stop: the end, or a blank and no small letter, as "e.g. this" has. */
static bool ends_there(struct str rest)
{
    if (rest.n && !is_blank(rest.p[0])) return false;
    rest = str_trim(rest);
    return !rest.n || rest.p[0] < 'a' || rest.p[0] > 'z';
}

/* A full stop, or one in another script, and what may stand behind it. */
static ptrdiff_t stop_at(struct str s, ptrdiff_t i)
{
    static const struct str wide[] = { S_INIT("…"), S_INIT("。"), S_INIT("！"), S_INIT("？") };
    static const struct str behind[] = { S_INIT("\""), S_INIT("'"), S_INIT(")"),
                                         S_INIT("”"),  S_INIT("’"), S_INIT("»") };
    ptrdiff_t n = strchr(".!?", s.p[i]) ? 1 : 0;
    for (int k = 0; k < COUNT(wide) && !n; k++)
        if (str_begins(str_from(s, i), wide[k])) n = wide[k].n;
    if (!n) return 0;
    bool more = true;
    while (more && i + n < s.n) {
        more = s.p[i + n] == '.' || s.p[i + n] == '!' || s.p[i + n] == '?';
        if (more) n++;
        for (int k = 0; k < COUNT(behind) && !more; k++)
            if (str_begins(str_from(s, i + n), behind[k])) {
                n += behind[k].n;
                more = true;
            }
    }
    return n > 2 || ends_there(str_from(s, i + n)) ? n : 0;
}

/* An empty line, or one that begins a point of a list, ends a sentence without a stop. */
static bool breaks_at(struct str s, ptrdiff_t i)
{
    if (s.p[i] != '\n') return false;
    struct str next = str_from(s, i + 1), line = S("");
    (void)str_line(&next, &line);
    line = str_trim(line);
    return !line.n || (line.n > 1 && strchr("-*+", line.p[0]) && line.p[1] == ' ');
}

static void add(struct arena *a, struct idea_sentences *out, struct str text, const char *from,
                const char *to)
{
    while (from < to && is_blank(*from)) from++;
    while (to > from && is_blank(to[-1])) to--;
    struct str words = { from, MIN(to - from, IDEA_SPAN) };
    while (words.n && words.p + words.n < to && (words.p[words.n] & 0xC0) == 0x80) words.n--;
    if (out->n == SENTENCES || text_letters(words) < 2) return;
    out->at[out->n++] =
        (struct idea_sentence){ { words.p - text.p, words.n }, text_oneline(a, words) };
}

void idea_sentences(struct arena *a, const struct talk_text *t, struct idea_sentences *out)
{
    struct talk_parts parts;
    talk_parts_of(a, t, &parts);
    *out = (struct idea_sentences){ NEW(a, struct idea_sentence, SENTENCES), 0 };
    for (int k = 0; k < parts.n; k++) {
        struct str s = parts.at[k].words;
        ptrdiff_t from = 0;
        if (!tellable(&parts.at[k])) continue;
        for (ptrdiff_t i = 0; i < s.n;) {
            ptrdiff_t n = stop_at(s, i);
            if (!n && !breaks_at(s, i)) {
                i++;
                continue;
            }
            i += MAX(n, 1);
            add(a, out, t->words, s.p + from, s.p + i);
            from = i;
        }
        add(a, out, t->words, s.p + from, s.p + s.n);
    }
}

/* How many bytes of s say the same as words, blanks apart; 0: they do not. */
static ptrdiff_t same_words(struct str s, struct str words)
{
    ptrdiff_t i = 0, k = 0;
    for (;;) {
        while (k < words.n && is_blank(words.p[k])) k++;
        if (k == words.n) return i;
        while (i < s.n && is_blank(s.p[i])) i++;
        if (i == s.n || s.p[i] != words.p[k]) return 0;
        i++;
        k++;
    }
}

bool idea_find_words(struct arena *a, const struct talk_text *t, struct str words,
                     struct idea_span *out)
{
    struct talk_parts parts;
    words = str_trim(words);
    if (words.n < 2 || words.n > IDEA_SPAN) return false;
    talk_parts_of(a, t, &parts);
    for (int k = 0; k < parts.n; k++) {
        struct str s = parts.at[k].words;
        for (ptrdiff_t i = 0; i < s.n && tellable(&parts.at[k]); i++) {
            ptrdiff_t n = s.p[i] == words.p[0] ? same_words(str_from(s, i), words) : 0;
            if (!n || n > IDEA_SPAN) continue;
            *out = (struct idea_span){ s.p + i - t->words.p, n };
            return true;
        }
    }
    return false;
}

bool idea_span_read(struct str text, struct idea_span *out)
{
    struct str at;
    return str_cut(&text, '-', &at) && str_int(at, &out->at) && str_int(text, &out->size);
}

static bool between_letters(struct str s, int64_t at)
{
    return at == s.n || ((unsigned char)s.p[at] & 0xC0) != 0x80;
}

bool idea_span_good(const struct talk_text *t, struct idea_span s)
{
    return s.at >= 0 && s.size > 0 && s.size <= IDEA_SPAN && s.at <= t->words.n &&
           s.size <= t->words.n - s.at && between_letters(t->words, s.at) &&
           between_letters(t->words, s.at + s.size);
}

struct str idea_span_words(struct arena *a, const struct talk_text *t, struct idea_span s)
{
    return idea_span_good(t, s) ? text_oneline(a, str_upto(str_from(t->words, s.at), s.size))
                                : S("");
}
