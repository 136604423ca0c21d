/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kit/mail/head_write.h"

#include "kit/base/text.h"
#include "kit/mail/compose.h"
#include "kit/mail/encode.h"

enum {
    FOLD = 76,        /* where a line is folded if it can be; RFC 2047 asks for no more */
    LINE_MOST = 998,  /* RFC 5322 */
    PLAIN_WORD = 60,  /* a longer one is encoded, because that can be folded */
    PARAM_PIECE = 12, /* bytes of a parameter's piece: 36 letters */
    ANGLE_MOST = 900,
    ADDRESS_MOST = 254 /* RFC 5321 */
};

/* Is it printable ASCII with single blanks between words of at most `most` letters? */
static bool one_line(struct str s, ptrdiff_t most)
{
    ptrdiff_t word = 0;
    for (ptrdiff_t i = 0; i < s.n; i++) {
        if (s.p[i] < ' ' || s.p[i] > '~') return false;
        if (s.p[i] == ' ' && !word) return false;
        word = s.p[i] == ' ' ? 0 : word + 1;
        if (word > most) return false;
    }
    return !s.n || word;
}

void headers_put(struct head_out *h, struct str name, struct str value)
{
    if (!value.n) return;
    if (!one_line(value, LINE_MOST - name.n - 2)) {
        if (!h->refused.n) h->refused = name;
        return;
    }
    buf_add(h->out, name);
    buf_char(h->out, ':');
    ptrdiff_t column = name.n + 1;
    bool first = true; /* stays on the line of the name: some programs take no empty one */
    for (struct str word; str_cut(&value, ' ', &word); first = false) {
        if (!first && column + 1 + word.n > FOLD) {
            buf_add(h->out, S("\r\n"));
            column = 0;
        }
        buf_char(h->out, ' ');
        buf_add(h->out, word);
        column += 1 + word.n;
    }
    buf_add(h->out, S("\r\n"));
}

/* A control character: encoded it would pass headers_put() and come out again at the reader. */
static bool has_control(struct str s)
{
    for (ptrdiff_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7F) return true;
    return false;
}

static bool plain(struct str s) { return one_line(s, PLAIN_WORD) && str_find(s, S("=?")) < 0; }

struct str headers_text(struct arena *a, struct str s)
{
    if (plain(s) || has_control(s)) return s;
    struct buf b = { .a = a };
    codec_words_write(text_utf8(a, s), &b);
    return buf_str(&b);
}

static bool atom_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr("!#$%&'*+-/=?^_`{|}~", c));
}

/* "..." with what needs it escaped */
static struct str quote(struct arena *a, struct str s)
{
    struct buf b = { .a = a };
    buf_char(&b, '"');
    for (ptrdiff_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"' || s.p[i] == '\\') buf_char(&b, '\\');
        buf_char(&b, s.p[i]);
    }
    buf_char(&b, '"');
    return buf_str(&b);
}

struct str headers_phrase(struct arena *a, struct str s)
{
    if (!plain(s)) return headers_text(a, s);
    for (ptrdiff_t i = 0; i < s.n; i++)
        if (!atom_letter(s.p[i]) && s.p[i] != ' ') return quote(a, s);
    return s;
}

bool headers_angle(struct str s)
{
    for (ptrdiff_t i = 0; i < s.n; i++)
        if (s.p[i] <= ' ' || s.p[i] > '~' || s.p[i] == '<' || s.p[i] == '>') return false;
    return s.n > 0 && s.n <= ANGLE_MOST && str_find(s, S("=?")) < 0;
}

struct str headers_ids(struct arena *a, const struct mail_ids *ids)
{
    struct buf b = { .a = a };
    int skip_to = MAX(ids->n - MAIL_REFERENCES_MOST + 1, 1);
    for (int i = 0; i < ids->n; i = i ? i + 1 : skip_to) {
        if (!headers_angle(ids->at[i])) continue;
        if (b.n) buf_char(&b, ' ');
        buf_char(&b, '<');
        buf_add(&b, ids->at[i]);
        buf_char(&b, '>');
    }
    return buf_str(&b);
}

void headers_unsubscribe(struct head_out *h, struct arena *a, struct str page, struct str address)
{
    struct buf b = { .a = a };
    bool click = str_begins(page, S("https://")) && headers_angle(page);
    if (click) buf_fmt(&b, "<%.*s>", STR(page));
    if (click && address.n) buf_add(&b, S(", "));
    if (address.n) buf_fmt(&b, "<mailto:%.*s?subject=unsubscribe>", STR(address));
    headers_put(h, S("List-Unsubscribe"), buf_str(&b));
    if (click) headers_put(h, S("List-Unsubscribe-Post"), S("List-Unsubscribe=One-Click"));
}

/* Words between single dots, or one in quotes. */
static bool local_part(struct str s)
{
    if (s.n >= 2 && *s.p == '"' && s.p[s.n - 1] == '"') {
        for (ptrdiff_t i = 1; i < s.n - 1; i++) {
            if (s.p[i] == '"') return false;
            if (s.p[i] == '\\' && ++i == s.n - 1) return false;
            if (s.p[i] <= ' ' || s.p[i] > '~') return false;
        }
        return true;
    }
    bool dot = true;
    for (ptrdiff_t i = 0; i < s.n; i++) {
        if (s.p[i] == '.' ? dot : !atom_letter(s.p[i])) return false;
        dot = s.p[i] == '.';
    }
    return !dot;
}

static bool host_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c && strchr(".-_[]", c));
}

bool address_wire(struct arena *a, struct str addr, struct str *out)
{
    struct str domain = mail_domain(mail_key(a, addr));
    ptrdiff_t at = str_rchr(addr, '@');
    if (!domain.n || at < 1 || !local_part(str_upto(addr, at))) return false;
    for (ptrdiff_t i = 0; i < domain.n; i++)
        if (!host_letter(domain.p[i])) return false;
    struct str wire = str_fmt(a, "%.*s@%.*s", (int)at, addr.p, STR(domain));
    if (wire.n > ADDRESS_MOST) return false;
    *out = wire;
    return true;
}

bool headers_addrs(struct arena *a, const struct mail_addrs *l, struct str *out)
{
    struct buf b = { .a = a };
    for (int i = 0; i < l->n; i++) {
        struct str addr;
        if (!address_wire(a, l->at[i].addr, &addr)) return false;
        if (i) buf_add(&b, S(", "));
        struct str name = headers_phrase(a, l->at[i].name);
        buf_add(&b, name); /* not by a format, which would end at a NUL */
        if (name.n) buf_add(&b, S(" <"));
        buf_add(&b, addr);
        if (name.n) buf_char(&b, '>');
    }
    *out = buf_str(&b);
    return true;
}

struct str headers_param(struct arena *a, const char *name, struct str v)
{
    if (plain(v) && v.n <= PLAIN_WORD) {
        struct str quoted = quote(a, v);
        return str_fmt(a, "; %s=%.*s", name, STR(quoted));
    }
    if (has_control(v)) return v;
    struct buf b = { .a = a };
    v = text_utf8(a, v);
    bool whole = v.n <= PARAM_PIECE;
    for (int i = 0; v.n; i++) {
        struct str piece = codec_whole(v, PARAM_PIECE);
        v = str_from(v, piece.n);
        if (whole) buf_fmt(&b, "; %s*=", name);
        else buf_fmt(&b, "; %s*%d*=", name, i);
        if (!i) buf_add(&b, S("utf-8''"));
        codec_percent_write(piece, &b);
    }
    return buf_str(&b);
}
