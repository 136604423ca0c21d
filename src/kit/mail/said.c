/* SPDX-License-Identifier: GPL-3.0-or-later
 * said.c - questions, thanks and acknowledgements in the new words of a mail. */
#include "kit/mail/said.h"

#include "kit/base/hash.h"
#include "kit/base/text.h"
#include "kit/mail/said_words.h"

enum { SHORT_WORDS = 12, LINE_LETTERS = 160, LOOK_BYTES = 64 * KIB };

/* A sentence of a text, blanks and line ends as they are. */
static bool take_sentence(struct str *rest, struct str *out)
{
    struct str s = *rest;
    while (s.n && (*s.p == ' ' || (*s.p >= '\t' && *s.p <= '\r'))) s = str_from(s, 1);
    ptrdiff_t n = 0;
    for (; n < s.n; n++) {
        bool gap = n + 1 >= s.n || s.p[n + 1] == ' ' || s.p[n + 1] == '\n' || s.p[n + 1] == '\r';
        if (strchr(".!?", s.p[n]) && s.p[n] && gap) break;
        if (s.p[n] == '\n' && n + 1 < s.n &&
            (s.p[n + 1] == '\n' || s.p[n + 1] == '-' || s.p[n + 1] == '*'))
            break;
        if (str_begins(str_from(s, n), S("\xEF\xBC\x9F")) ||
            str_begins(str_from(s, n), S("\xE3\x80\x82"))) {
            n += 2; /* full-width ? and full stop */
            break;
        }
    }
    *out = str_trim(str_upto(s, n + 1));
    *rest = str_from(s, n + 1);
    return out->n > 0;
}

/* Words with links left out: a ? in a link asks nothing. */
static struct str without_links(struct arena *a, struct str s)
{
    if (str_find(s, S("://")) < 0 && str_ifind(s, S("www.")) < 0 && str_chr(s, '@') < 0) return s;
    struct buf b = { .a = a };
    struct str rest = s;
    while (rest.n) {
        ptrdiff_t n = 0;
        while (n < rest.n && rest.p[n] != ' ' && rest.p[n] != '\n' && rest.p[n] != '\t') n++;
        struct str word = str_upto(rest, n);
        bool link =
            str_find(word, S("://")) >= 0 || str_ibegins(word, S("www.")) || str_chr(word, '@') > 0;
        /* "have you seen https://example.org?" still asks */
        if (!link) buf_add(&b, word);
        else if (str_ends(word, S("?"))) buf_add(&b, S("?"));
        buf_add(&b, str_upto(str_from(rest, n), 1));
        rest = str_from(rest, n + 1);
    }
    return buf_str(&b);
}

static bool asks(struct arena *a, struct str sentence)
{
    for (ptrdiff_t i = 0; i < sentence.n; i++) {
        if (sentence.p[i] != '?') continue;
        bool word = i > 0 && sentence.p[i - 1] != ' ' && sentence.p[i - 1] != '(' &&
                    sentence.p[i - 1] != '?';
        bool ends = i + 1 >= sentence.n || strchr(" \n\r\t?!.)\"'", sentence.p[i + 1]);
        if ((word && ends) || (i + 1 == sentence.n && i > 0)) return true;
    }
    if (str_find(sentence, S("\xEF\xBC\x9F")) >= 0 || str_find(sentence, S("\xD8\x9F")) >= 0)
        return true;
    struct str folded = said_fold(a, sentence);
    return said_holds(SAID_ASKS, folded) && !said_holds(SAID_POLITE, folded);
}

static int count_words(struct arena *a, struct str text)
{
    struct str rest = text_fold(a, text), word;
    int n = 0;
    while (text_word(&rest, &word)) n++;
    return n;
}

/* Lines that are greeting or farewell say nothing. */
static bool is_frame(struct arena *a, struct str sentence)
{
    struct str s = said_fold(a, sentence);
    return s.n == 0 || (s.n < 60 && said_begins(SAID_GREETS, s) && count_words(a, sentence) <= 4) ||
           (s.n < 60 && said_begins(SAID_CLOSES, s) && count_words(a, sentence) <= 6);
}

/* The text without its greeting and from its farewell on. */
static struct str core(struct arena *a, struct str text)
{
    struct buf b = { .a = a };
    struct str rest = text, line;
    bool any = false;
    while (str_line(&rest, &line)) {
        struct str s = said_fold(a, line);
        bool greets = !any && s.n && s.n < 60 && said_begins(SAID_GREETS, s) &&
                      count_words(a, line) <= 4 && !said_holds(SAID_THANKS, s) &&
                      !said_holds(SAID_WILLS, s);
        if (greets) continue;
        if (any && s.n < 60 && said_begins(SAID_CLOSES, s) && count_words(a, line) <= 6) break;
        any |= s.n > 0;
        buf_add(&b, line);
        buf_char(&b, '\n');
    }
    return str_trim(buf_str(&b));
}

static struct str shorten(struct arena *a, struct str sentence)
{
    return text_short(a, text_oneline(a, sentence), LINE_LETTERS);
}

/* The question, else the first sentence that is neither greeting nor a word or two. */
static struct str proof(struct arena *a, struct str text, bool *question)
{
    struct str rest = text, sentence, first = S(""), any = S("");
    *question = false;
    while (take_sentence(&rest, &sentence)) {
        if (asks(a, without_links(a, sentence))) {
            *question = true;
            return shorten(a, sentence);
        }
        if (first.n || is_frame(a, sentence)) continue; /* only a question would still be better */
        if (!any.n) any = sentence;
        if (count_words(a, sentence) >= 3) first = sentence;
    }
    return shorten(a, first.n ? first : any.n ? any : str_trim(text));
}

struct said said_read(struct arena *a, struct str text)
{
    struct said s = { 0 };
    text = str_trim(str_upto(text, LOOK_BYTES));
    while (text.n && ((unsigned char)text.p[text.n - 1] & 0xC0) == 0x80 && !text_valid(text))
        text.n--;
    struct str own = core(a, text);
    s.words = count_words(a, text);
    s.empty = s.words == 0;
    s.line = proof(a, own.n ? own : text, &s.question);
    int words = count_words(a, own.n ? own : text);
    struct str folded = said_fold(a, own.n ? own : text);
    if (s.question || words == 0 || words > SHORT_WORDS) return s;
    bool thanks = said_holds(SAID_THANKS, folded), wills = said_holds(SAID_WILLS, folded);
    s.acknowledgement = wills;
    s.thanks_only = thanks && !wills && !said_holds(SAID_TURNS, folded);
    return s;
}

uint64_t said_same(struct arena *a, struct str text)
{
    struct buf b = { .a = a };
    struct str rest = text_fold(a, text), word;
    while (text_word(&rest, &word)) {
        buf_add(&b, word);
        buf_char(&b, ' ');
    }
    return hash_fast(buf_str(&b));
}
