/* SPDX-License-Identifier: GPL-3.0-or-later
 * said.c - questions, thanks and acknowledgements in the new words of a mail. */
#include "kit/mail/said.h"

#include "kit/base/hash.h"
#include "kit/base/text.h"
#include "kit/mail/said_words.h"

enum {
    SHORT_WORDS = 12,
    LINE_LETTERS = 160,
    LOOK_BYTES = 64 * KIB,
    FRAME_BYTES = 200,
    FRAME_FOLDED = 60
};

/* The first bytes of what may end a sentence. */
static const bool may_end[256] = {
    ['.'] = true, ['!'] = true, ['?'] = true, ['\n'] = true, [0xEF] = true, [0xE3] = true
};

/* Does a sentence end with the character at s.p[i]? Then how many bytes that has, else 0. */
static int end_at(struct str s, ptrdiff_t i)
{
    char next = i + 1 < s.n ? s.p[i + 1] : '\n';
    switch (s.p[i]) {
    case '.':
    case '!':
    case '?': return next == ' ' || next == '\n' || next == '\r';
    case '\n': return i + 1 < s.n && (next == '\n' || next == '-' || next == '*');
    case '\xEF': return str_begins(str_from(s, i), S("\xEF\xBC\x9F")) ? 3 : 0; /* full-width ? */
    case '\xE3': return str_begins(str_from(s, i), S("\xE3\x80\x82")) ? 3 : 0; /* full stop */
    default: return 0;
    }
}

/* A sentence of a text, blanks and line ends as they are. */
static bool take_sentence(struct str *rest, struct str *out)
{
    struct str s = *rest;
    while (s.n && (*s.p == ' ' || (*s.p >= '\t' && *s.p <= '\r'))) s = str_from(s, 1);
    ptrdiff_t n = 0;
    int end = 1;
    while (n < s.n && !(may_end[(unsigned char)s.p[n]] && (end = end_at(s, n)))) n++;
    if (n == s.n) end = 0;
    *out = str_trim(str_upto(s, n + end));
    *rest = str_from(s, n + end);
    return out->n > 0;
}

static bool is_link(struct str word)
{
    return str_ibegins(word, S("www.")) || str_chr(word, '@') > 0 || str_find(word, S("://")) >= 0;
}

static bool may_link(struct str s)
{
    return str_chr(s, '@') >= 0 || str_find(s, S("://")) >= 0 || str_ifind(s, S("www.")) >= 0;
}

/* Words with links left out: a ? in a link asks nothing. */
static struct str without_links(struct arena *a, struct str s)
{
    if (!may_link(s)) return s;
    struct buf b = { .a = a };
    struct str rest = s;
    while (rest.n) {
        ptrdiff_t n = 0;
        while (n < rest.n && rest.p[n] != ' ' && rest.p[n] != '\n' && rest.p[n] != '\t') n++;
        struct str word = str_upto(rest, n);
        /* "have you seen https://example.org?" still asks */
        if (!is_link(word)) buf_add(&b, word);
        else if (str_ends(word, S("?"))) buf_add(&b, S("?"));
        buf_add(&b, str_upto(str_from(rest, n), 1));
        rest = str_from(rest, n + 1);
    }
    return buf_str(&b);
}

/* Does it hold a byte that one of those begins with? */
static bool may_mark(struct str s)
{
    return str_chr(s, '?') >= 0 || str_chr(s, '\xEF') >= 0 || str_chr(s, '\xD8') >= 0;
}

static bool has_mark(struct str s)
{
    for (ptrdiff_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\xEF' && str_begins(str_from(s, i), S("\xEF\xBC\x9F"))) return true;
        if (s.p[i] == '\xD8' && str_begins(str_from(s, i), S("\xD8\x9F"))) return true;
        if (s.p[i] != '?') continue;
        bool word = i > 0 && s.p[i - 1] != ' ' && s.p[i - 1] != '(' && s.p[i - 1] != '?';
        bool ends = i + 1 >= s.n || strchr(" \n\r\t?!.)\"'", s.p[i + 1]);
        if ((word && ends) || (i + 1 == s.n && i > 0)) return true;
    }
    return false;
}

static bool is(unsigned kinds, said_kind k) { return kinds >> k & 1; }

/* phrase: the whole text holds a phrase that asks; else a sentence can only where a link that stood
 * between its words was left out. */
static bool asks(struct arena *a, struct str sentence, bool phrase)
{
    if (!phrase && !may_mark(sentence) && !may_link(sentence)) return false;
    struct str words = without_links(a, sentence);
    if (has_mark(words)) return true;
    if (!phrase && words.p == sentence.p) return false;
    unsigned holds = said_holds(said_fold(a, words));
    return is(holds, SAID_ASKS) && !is(holds, SAID_POLITE);
}

enum frame { NO_FRAME, BLANK_LINE, GREETING, FAREWELL };

/* Lines that are greeting or farewell say nothing. */
static enum frame frame_of(struct arena *a, struct str line)
{
    if (line.n > FRAME_BYTES || said_begins_none(line)) return NO_FRAME;
    struct str s = said_fold(a, line);
    if (!s.n) return BLANK_LINE;
    if (s.n >= FRAME_FOLDED) return NO_FRAME;
    unsigned begins = said_begins(s);
    if (is(begins, SAID_GREETS) && said_words(s) <= 4) return GREETING;
    return is(begins, SAID_CLOSES) && said_words(s) <= 6 ? FAREWELL : NO_FRAME;
}

/* "Hi, thanks" greets and says something. */
static bool only_greets(struct arena *a, struct str line)
{
    unsigned holds = said_holds(said_fold(a, line));
    return !is(holds, SAID_THANKS) && !is(holds, SAID_WILLS);
}

/* The text without its greeting and from its farewell on. */
static struct str core(struct arena *a, struct str text)
{
    struct str rest = text, line, at = text;
    const char *from = NULL;
    for (; str_line(&rest, &line); at = rest) {
        enum frame f = frame_of(a, line);
        if (f == BLANK_LINE || (!from && f == GREETING && only_greets(a, line))) continue;
        if (from && f == FAREWELL) return str_trim((struct str){ from, at.p - from });
        if (!from) from = at.p;
    }
    return from ? str_trim((struct str){ from, text.p + text.n - from }) : S("");
}

static struct str shorten(struct arena *a, struct str sentence)
{
    return text_short(a, text_oneline(a, sentence), LINE_LETTERS);
}

/* The question, else the first sentence that is neither greeting nor a word or two. */
static struct str proof(struct arena *a, struct str text, bool phrase, bool *question)
{
    struct str rest = text, sentence, first = S(""), any = S("");
    bool may_ask = phrase || may_mark(text) || may_link(text);
    *question = false;
    /* behind the first only a question would still be better */
    while ((may_ask || !first.n) && take_sentence(&rest, &sentence)) {
        if (may_ask && asks(a, sentence, phrase)) {
            *question = true;
            return shorten(a, sentence);
        }
        if (first.n || frame_of(a, sentence)) continue;
        if (!any.n) any = sentence;
        if (said_words(said_fold(a, sentence)) >= 3) first = sentence;
    }
    return shorten(a, first.n ? first : any.n ? any : str_trim(text));
}

struct str said_first_line(struct str text)
{
    struct str line = S("");
    while (!line.n && str_line(&text, &line)) line = str_trim(line);
    return line;
}

bool said_stop(struct arena *a, struct str line)
{
    enum { LONGEST = 100 };
    return line.n <= LONGEST && said_stops(said_fold(a, line));
}

/* A part of a text that ends with lines, folded, where all of it is folded already: most of the
 * time it is nearly all. */
static struct str fold_part(struct arena *a, struct str text, struct str whole, struct str part)
{
    struct str before = said_fold(a, (struct str){ text.p, part.p - text.p });
    struct str behind = said_fold(a, str_from(text, part.p - text.p + part.n));
    ptrdiff_t from = MAX(before.n - 1, 0), to = whole.n - MAX(behind.n - 1, 0);
    return to - from > 1 ? str_from(str_upto(whole, to), from) : S("");
}

struct said said_read(struct arena *a, struct str text)
{
    struct said s = { 0 };
    text = str_trim(str_upto(text, LOOK_BYTES));
    while (text.n && ((unsigned char)text.p[text.n - 1] & 0xC0) == 0x80 && !text_valid(text))
        text.n--;
    struct str whole = said_fold(a, text), own = core(a, text);
    s.words = said_words(whole);
    s.same = hash_fast(whole);
    s.empty = s.words == 0;
    if (!own.n) own = text;
    struct str folded = own.n == text.n ? whole : fold_part(a, text, whole, own);
    unsigned holds = said_holds(folded);
    s.line = proof(a, own, is(holds, SAID_ASKS), &s.question);
    int words = said_words(folded);
    if (s.question || words == 0 || words > SHORT_WORDS) return s;
    s.acknowledgement = is(holds, SAID_WILLS);
    s.thanks_only = is(holds, SAID_THANKS) && !s.acknowledgement && !is(holds, SAID_TURNS);
    return s;
}
