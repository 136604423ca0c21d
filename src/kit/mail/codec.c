/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kit/mail/codec.h"

static int value_of(char c)
{
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

void base64_add(struct base64 *b, struct str s, struct buf *out)
{
    for (ptrdiff_t i = 0; i < s.n; i++) {
        if (s.p[i] == '=') *b = (struct base64){ 0 };
        int v = value_of(s.p[i]);
        if (v < 0) continue;
        b->bits = ((b->bits << 6) | (unsigned)v) & 0xFFFF;
        b->n += 6;
        if (b->n < 8) continue;
        b->n -= 8;
        buf_char(out, (char)(b->bits >> b->n));
        b->bits &= (1u << b->n) - 1;
    }
}

void base64_settle(struct base64 *b)
{
    if (b->bits == 0) b->n = 0;
}

static int hex(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static void decode(struct str s, char mark, struct buf *out)
{
    for (ptrdiff_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == mark && i + 2 < s.n && hex(s.p[i + 1]) >= 0 && hex(s.p[i + 2]) >= 0) {
            c = (char)(hex(s.p[i + 1]) * 16 + hex(s.p[i + 2]));
            i += 2;
        } else if (c == '_' && mark == '=') {
            c = ' ';
        }
        buf_char(out, c);
    }
}

void codec_q(struct str s, struct buf *out) { decode(s, '=', out); }
void codec_percent(struct str s, struct buf *out) { decode(s, '%', out); }
