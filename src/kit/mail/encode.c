/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kit/mail/encode.h"

enum {
    LINE = 76,
    BASE64_LINE = LINE / 4 * 3, /* bytes that fill a line */
    WORD = 39                   /* bytes of an encoded word: 52 letters and 12 around them */
};

void codec_base64_write(struct str s, struct buf *out)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (ptrdiff_t i = 0; i < s.n; i += 3) {
        unsigned bits = 0;
        for (int k = 0; k < 3; k++)
            bits = bits << 8 | (i + k < s.n ? (unsigned char)s.p[i + k] : 0u);
        for (int k = 0; k < 4; k++)
            buf_char(out, i + k <= s.n ? letters[bits >> (18 - 6 * k) & 63] : '=');
    }
}

void codec_base64_lines(struct str s, struct buf *out)
{
    for (; s.n; s = str_from(s, BASE64_LINE)) {
        codec_base64_write(str_upto(s, BASE64_LINE), out);
        buf_add(out, S("\r\n"));
    }
}

struct str codec_whole(struct str s, ptrdiff_t max)
{
    ptrdiff_t n = MIN(max, s.n);
    while (n > 0 && n < s.n && ((unsigned char)s.p[n] & 0xC0) == 0x80) n--;
    if (n || !s.n) return str_upto(s, n);
    for (n = 1; n < s.n && ((unsigned char)s.p[n] & 0xC0) == 0x80;) n++;
    return str_upto(s, n);
}

void codec_words_write(struct str s, struct buf *out)
{
    while (s.n) {
        struct str piece = codec_whole(s, WORD);
        buf_add(out, S("=?utf-8?B?"));
        codec_base64_write(piece, out);
        buf_add(out, S("?="));
        s = str_from(s, piece.n);
        if (s.n) buf_char(out, ' ');
    }
}

static void add_hex(char mark, char c, struct buf *out)
{
    static const char digits[] = "0123456789ABCDEF";
    char hex[] = { mark, digits[(unsigned char)c >> 4], digits[c & 15] };
    buf_add(out, (struct str){ hex, 3 });
}

void codec_percent_write(struct str s, struct buf *out)
{
    for (ptrdiff_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     c == '.' || c == '-' || c == '_';
        if (plain) buf_char(out, c);
        else add_hex('%', c, out);
    }
}

/* One line without its end. */
static void quoted_line(struct str s, struct buf *out)
{
    ptrdiff_t column = 0;
    for (ptrdiff_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool plain = (c >= ' ' && c <= '~' && c != '=') || c == '\t';
        if ((c == ' ' || c == '\t') && i + 1 == s.n) plain = false; /* would be cut off */
        if (column + (plain ? 1 : 3) > LINE - (i + 1 < s.n)) { /* room for the '=' of a soft end */
            buf_add(out, S("=\r\n"));
            column = 0;
        }
        if (!column && str_begins(str_from(s, i), S("From "))) plain = false;
        if (plain) buf_char(out, c);
        else add_hex('=', c, out);
        column += plain ? 1 : 3;
    }
    buf_add(out, S("\r\n"));
}

void codec_quoted_write(struct str text, struct buf *out)
{
    for (struct str line; str_line(&text, &line);) quoted_line(line, out);
}
