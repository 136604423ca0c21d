/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kit/mail/param.h"

#include "kit/base/text.h"
#include "kit/mail/charset.h"
#include "kit/mail/codec.h"

enum { PIECES = 64 }; /* of one parameter (RFC 2231 continuations) */

struct piece {
    struct str value;
    bool set, percent;
};

struct str param_word(struct arena *a, struct str value)
{
    ptrdiff_t end = str_chr(value, ';');
    struct str word = str_trim(end < 0 ? value : str_upto(value, end));
    ptrdiff_t n = 0;
    while (n < word.n && (unsigned char)word.p[n] > ' ' && (unsigned char)word.p[n] < 0x7F) n++;
    return str_lower(a, str_upto(word, n));
}

/* Takes "quoted" or a bare word up to ';'. */
static struct str take_value(struct arena *a, struct str *rest)
{
    *rest = str_trim(*rest);
    if (!rest->n || *rest->p != '"') {
        ptrdiff_t end = str_chr(*rest, ';');
        struct str v = end < 0 ? *rest : str_upto(*rest, end);
        *rest = end < 0 ? str_from(*rest, rest->n) : str_from(*rest, end);
        return str_trim(v);
    }
    struct buf b = { .a = a };
    ptrdiff_t i = 1;
    for (; i < rest->n && rest->p[i] != '"'; i++) {
        if (rest->p[i] == '\\' && i + 1 < rest->n &&
            (rest->p[i + 1] == '"' || rest->p[i + 1] == '\\'))
            i++;
        if (rest->p[i] != '\r' && rest->p[i] != '\n') buf_char(&b, rest->p[i]);
    }
    *rest = str_from(*rest, i + 1);
    return buf_str(&b);
}

/* "name", "name*", "name*2", "name*2*": which piece it is, or -1. */
static int piece_of(struct str written, struct str name, bool *percent)
{
    *percent = false;
    if (!str_ibegins(written, name)) return -1;
    struct str s = str_from(written, name.n);
    if (!s.n) return 0;
    if (*s.p != '*') return -1;
    s = str_from(s, 1);
    if (!s.n) return *percent = true, 0;
    if (s.p[s.n - 1] == '*') *percent = true, s.n--;
    int64_t v;
    return str_int(s, &v) && v >= 0 && v < PIECES ? (int)v : -1;
}

static struct str put_together(struct arena *a, struct piece *pieces)
{
    struct buf b = { .a = a };
    struct str charset = S("");
    for (int i = 0; i < PIECES && pieces[i].set; i++) {
        struct str v = pieces[i].value;
        if (!pieces[i].percent) {
            buf_add(&b, v);
            continue;
        }
        struct str tail = v, name, lang;
        if (i == 0 && str_chr(v, '\'') >= 0 && str_cut(&tail, '\'', &name) &&
            str_cut(&tail, '\'', &lang)) {
            charset = name;
            v = tail;
        }
        codec_percent(v, &b);
    }
    if (pieces[0].percent) return charset_utf8(a, buf_str(&b), charset, NULL);
    return header_decode(a, buf_str(&b));
}

struct str param_get(struct arena *a, struct str value, struct str name)
{
    struct piece pieces[PIECES] = { 0 };
    ptrdiff_t at = str_chr(value, ';');
    struct str rest = at < 0 ? str_from(value, value.n) : str_from(value, at);
    while (rest.n) {
        while (rest.n && (*rest.p == ';' || (unsigned char)*rest.p <= ' '))
            rest = str_from(rest, 1);
        ptrdiff_t n = 0;
        while (n < rest.n && rest.p[n] != '=' && rest.p[n] != ';') n++;
        struct str written = str_trim(str_upto(rest, n));
        rest = str_from(rest, n);
        if (!rest.n || *rest.p == ';') continue;
        rest = str_from(rest, 1);
        struct str v = take_value(a, &rest);
        ptrdiff_t end = str_chr(rest, ';');
        rest = end < 0 ? str_from(rest, rest.n) : str_from(rest, end);
        bool percent;
        int i = piece_of(written, name, &percent);
        /* the extended form wins over the plain one; otherwise the first counts */
        if (i >= 0 && (!pieces[i].set || (percent && !pieces[i].percent)))
            pieces[i] = (struct piece){ v, true, percent };
    }
    return pieces[0].set ? put_together(a, pieces) : S("");
}
