/* SPDX-License-Identifier: GPL-3.0-or-later
 * ids.c - message ids out of headers as they really are, and base subjects. */
#include "kit/mail/charset.h"
#include "kit/mail/message.h"

enum { IDS_MAX = 1000 };

struct ids {
    struct arena *a;
    struct str *at;
    int n, cap;
};

static bool blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

static void push(struct ids *l, struct str raw)
{
    struct str id = str_trim(raw);
    bool inner = false;
    for (ptrdiff_t i = 0; i < id.n; i++)
        if (blank(id.p[i]) || id.p[i] == '<' || id.p[i] == '>' || id.p[i] == 0) inner = true;
    if (inner) { /* folded in the middle */
        struct buf b = { .a = l->a };
        for (ptrdiff_t i = 0; i < id.n; i++)
            if (!blank(id.p[i]) && id.p[i] != '<' && id.p[i] != '>' && id.p[i])
                buf_char(&b, id.p[i]);
        id = buf_str(&b);
    }
    if (!id.n || id.n > 998 || l->n == IDS_MAX) return;
    for (int i = 0; i < l->n; i++)
        if (str_eq(l->at[i], id)) return;
    if (l->n == l->cap) {
        int cap = l->cap ? l->cap * 2 : 8;
        struct str *at = NEW(l->a, struct str, cap);
        if (l->n) memcpy(at, l->at, sizeof *at * (size_t)l->n);
        l->at = at;
        l->cap = cap;
    }
    l->at[l->n++] = id;
}

/* "Message from Ada <ada@example.org> of Monday <id@example.org>": the first is a person */
static bool names_person(struct str before) { return str_ifind(before, S("from")) >= 0; }

static void read_bracketed(struct ids *l, struct str s)
{
    struct str before = str_upto(s, 0);
    while (s.n) {
        ptrdiff_t open = str_chr(s, '<');
        if (open < 0) break;
        before = str_upto(s, open);
        s = str_from(s, open + 1);
        ptrdiff_t close = str_chr(s, '>'), again = str_chr(s, '<');
        if (again >= 0 && (close < 0 || again < close)) close = again; /* never closed */
        struct str id = close < 0 ? s : str_upto(s, close);
        if (!(names_person(before) && str_chr(str_from(s, id.n), '<') >= 0)) push(l, id);
        s = str_from(s, id.n + (again == close ? 0 : 1));
    }
}

static bool take_word(struct str *rest, struct str *word)
{
    while (rest->n && (blank(*rest->p) || strchr(",;\"", *rest->p))) *rest = str_from(*rest, 1);
    ptrdiff_t n = 0;
    while (n < rest->n && !blank(rest->p[n]) && !strchr(",;\"", rest->p[n])) n++;
    *word = str_upto(*rest, n);
    *rest = str_from(*rest, n);
    return n > 0;
}

static void read_bare(struct ids *l, struct str s)
{
    struct str rest = s, word;
    while (take_word(&rest, &word))
        if (str_chr(word, '@') <= 0) return; /* prose */
    while (take_word(&s, &word)) push(l, word);
}

struct mail_ids mail_ids_read(struct arena *a, struct str value)
{
    struct ids l = { .a = a };
    if (str_find(value, S("=?")) >= 0)
        value = header_decode(a, value); /* some programs encode ids like words */
    if (str_chr(value, '<') >= 0) read_bracketed(&l, value);
    else read_bare(&l, value);
    return (struct mail_ids){ l.at, l.n };
}

/* ---- subjects ---------------------------------------------------------- */

/* clang-format off */
static const char *const answer_words[] = {
    "re", "aw", "sv", "antw", "antwort", "vs", "res", "odp", "ynt", "rif", "r", "ref", "bls", "回复",
    "答复", "回覆", "답장",
};
/* clang-format on */
/* clang-format off */
static const char *const forward_words[] = {
    "fw", "fwd", "wg", "tr", "rv", "vl", "vb", "enc", "doorst", "pd", "i", "i̇lt", "ilt", "转发",
    "轉寄", "전달",
};
/* clang-format on */

static bool listed(const char *const *list, int n, struct str word)
{
    for (int i = 0; i < n; i++) {
        if (!str_ieq(word, str_c(list[i]))) continue;
        return word.n > 1 || (*word.p >= 'A' && *word.p <= 'Z'); /* Outlook's Italian R: and I: */
    }
    return false;
}

/* Length of the colon (also a full-width one) at the beginning of s, or 0. */
static ptrdiff_t colon(struct str s)
{
    return str_begins(s, S(":")) ? 1 : str_begins(s, S("：")) ? 3 : 0;
}

/* "Re:", "RE[2] :", "Re^3:": its length or 0. */
static ptrdiff_t prefix_length(struct str s, bool *answer)
{
    ptrdiff_t n = 0;
    while (n < s.n && n < 16 && !strchr(":[(^ ", s.p[n]) && !str_begins(str_from(s, n), S("：")))
        n++;
    struct str word = str_upto(s, n);
    bool is_answer = listed(answer_words, COUNT(answer_words), word);
    if (!word.n || (!is_answer && !listed(forward_words, COUNT(forward_words), word))) return 0;
    ptrdiff_t i = n;
    if (i < s.n && strchr("[(^", s.p[i])) {
        bool closes = s.p[i] != '^';
        ptrdiff_t digits = ++i;
        while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9') i++;
        if (i == digits) return 0;
        if (closes && (i >= s.n || (s.p[i] != ']' && s.p[i] != ')'))) return 0;
        i += closes;
    }
    while (i < s.n && s.p[i] == ' ') i++;
    ptrdiff_t end = colon(str_from(s, i));
    if (!end) return 0;
    if (is_answer) *answer = true;
    return i + end;
}

static struct str strip_once(struct str s, bool *answer)
{
    s = str_trim(s);
    if (s.n >= 5 && str_ieq(str_from(s, s.n - 5), S("(fwd)")))
        return str_trim(str_upto(s, s.n - 5));
    if (s.n && *s.p == '[') {
        bool ignored = false;
        struct str inner = { s.p + 1, s.n - 2 };
        if (s.n > 2 && s.p[s.n - 1] == ']' && str_chr(inner, '[') < 0 &&
            prefix_length(inner, &ignored))
            return inner; /* "[Fwd: cups]" */
        ptrdiff_t close = str_chr(s, ']');
        if (close > 0 && str_chr(str_from(str_upto(s, close), 1), '[') < 0)
            return str_trim(str_from(s, close + 1));
        return s;
    }
    return str_trim(str_from(s, prefix_length(s, answer)));
}

static struct str collapse(struct arena *a, struct str s)
{
    bool twice = false;
    for (ptrdiff_t i = 0; i < s.n; i++)
        if ((blank(s.p[i]) && s.p[i] != ' ') || (i && s.p[i] == ' ' && s.p[i - 1] == ' '))
            twice = true;
    if (!twice) return str_trim(s);
    struct buf b = { .a = a };
    for (ptrdiff_t i = 0; i < s.n; i++) {
        if (!blank(s.p[i])) buf_char(&b, s.p[i]);
        else if (b.n && b.p[b.n - 1] != ' ') buf_char(&b, ' ');
    }
    return str_trim(buf_str(&b));
}

struct str mail_subject_base(struct arena *a, struct str subject, bool *reply)
{
    bool answer = false;
    struct str s = collapse(a, subject);
    for (;;) {
        struct str next = strip_once(s, &answer);
        if (!next.n || next.n == s.n) break;
        s = next;
    }
    if (reply) *reply = answer;
    return s;
}
