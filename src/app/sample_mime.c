/* SPDX-License-Identifier: GPL-3.0-or-later
 * sample_mime.c - the few encodings the sample's mail needs, written plainly. */
#include "app/sample_in.h"
#include "kit/base/date.h"

bool sample_ascii(struct str s)
{
    for (ptrdiff_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] >= 0x80) return false;
    return true;
}

/* ---- base64, quoted-printable, ISO-8859-1 ---- */

static void base64_run(struct buf *b, struct str s)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (ptrdiff_t i = 0; i < s.n; i += 3) {
        unsigned v = 0;
        for (int k = 0; k < 3; k++) v = v << 8 | (i + k < s.n ? (unsigned char)s.p[i + k] : 0);
        buf_char(b, digits[v >> 18]);
        buf_char(b, digits[v >> 12 & 63]);
        buf_char(b, i + 1 < s.n ? digits[v >> 6 & 63] : '=');
        buf_char(b, i + 2 < s.n ? digits[v & 63] : '=');
    }
}

void sample_base64(struct buf *b, struct str s)
{
    for (; s.n > 0; s = str_from(s, 57)) {
        base64_run(b, str_upto(s, 57));
        buf_add(b, S("\r\n"));
    }
}

void sample_qp(struct buf *b, struct str text)
{
    static const char hex[] = "0123456789ABCDEF";
    struct str line;
    while (str_line(&text, &line)) {
        int width = 0;
        for (ptrdiff_t i = 0; i < line.n; i++) {
            unsigned char c = (unsigned char)line.p[i];
            bool last = i == line.n - 1;
            bool plain = (c >= 33 && c <= 126 && c != '=') || ((c == ' ' || c == '\t') && !last);
            if (width + (plain ? 1 : 3) > 75) {
                buf_add(b, S("=\r\n"));
                width = 0;
            }
            if (plain) buf_char(b, (char)c);
            else {
                buf_char(b, '=');
                buf_char(b, hex[c >> 4]);
                buf_char(b, hex[c & 15]);
            }
            width += plain ? 1 : 3;
        }
        buf_add(b, S("\r\n"));
    }
}

bool sample_latin1(struct arena *a, struct str text, struct str *out)
{
    char *p = NEW(a, char, text.n + 1);
    ptrdiff_t n = 0;
    for (ptrdiff_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        if (c >= 0x80) {
            if (c > 0xc3 || i + 1 >= text.n) return false;
            c = (unsigned char)((c << 6) | ((unsigned char)text.p[++i] & 63));
        }
        p[n++] = (char)c;
    }
    *out = (struct str){ p, n };
    return true;
}

/* ---- headers ---- */

/* RFC 2047: words of at most 75 characters, cut between letters. */
static void encoded_words(struct buf *b, struct str s)
{
    int ascii = 0;
    for (ptrdiff_t i = 0; i < s.n; i++) ascii += (unsigned char)s.p[i] < 0x80;
    bool q = ascii * 2 > s.n;
    for (bool first = true; s.n > 0; first = false) {
        ptrdiff_t n = MIN(s.n, q ? 18 : 42);
        while (n < s.n && ((unsigned char)s.p[n] & 0xc0) == 0x80) n--;
        if (!first) buf_add(b, S("\r\n "));
        buf_fmt(b, "=?UTF-8?%c?", q ? 'Q' : 'B');
        if (!q) base64_run(b, str_upto(s, n));
        for (ptrdiff_t i = 0; q && i < n; i++) {
            unsigned char c = (unsigned char)s.p[i];
            if (c == ' ') buf_char(b, '_');
            else if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'))
                buf_char(b, (char)c);
            else buf_fmt(b, "=%02X", c);
        }
        buf_add(b, S("?="));
        s = str_from(s, n);
    }
}

void sample_header(struct buf *b, const char *name, struct str value)
{
    buf_fmt(b, "%s: ", name);
    if (sample_ascii(value)) buf_add(b, value);
    else encoded_words(b, value);
    buf_add(b, S("\r\n"));
}

void sample_phrase(struct buf *b, struct str name)
{
    if (!sample_ascii(name)) {
        encoded_words(b, name);
        return;
    }
    bool atom = true;
    for (ptrdiff_t i = 0; i < name.n; i++)
        if (strchr("()<>[]:;@\\,.\"", name.p[i])) atom = false;
    buf_fmt(b, atom ? "%.*s" : "\"%.*s\"", STR(name));
}

void sample_date(struct buf *b, int64_t at)
{
    static const char *const days[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
    int offset = sample_offset(at);
    struct civil c = date_civil(at, offset);
    buf_fmt(b, "%s, %02d %.3s %04d %02d:%02d:%02d +%02d00", days[c.weekday], c.day,
            date_months[c.month - 1], c.year, c.hour, c.minute, c.second, offset / HOUR);
}

/* ---- text ---- */

void sample_crlf(struct buf *b, struct str text)
{
    struct str line;
    while (str_line(&text, &line)) {
        buf_add(b, line);
        buf_add(b, S("\r\n"));
    }
}

static int letters(struct str s)
{
    int n = 0;
    for (ptrdiff_t i = 0; i < s.n; i++) n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
    return n;
}

static void fill_line(struct buf *b, struct str line, int width, bool flowed, int *at)
{
    struct str word;
    while (str_cut(&line, ' ', &word)) {
        if (!word.n) continue;
        int n = letters(word);
        if (*at && *at + 1 + n > width) {
            buf_add(b, flowed ? S(" \n") : S("\n"));
            *at = 0;
        }
        if (*at) buf_char(b, ' ');
        buf_add(b, word);
        *at += n + (*at > 0);
    }
}

void sample_fill(struct buf *b, struct str text, int width, bool flowed)
{
    struct str line;
    int at = 0;
    while (str_line(&text, &line)) {
        bool stays = !line.n || line.p[0] == '>' || line.p[0] == ' ' || line.p[0] == '*';
        if (stays && at) {
            buf_char(b, '\n');
            at = 0;
        }
        if (!stays) {
            fill_line(b, line, width, flowed, &at);
            continue;
        }
        buf_add(b, line);
        buf_char(b, '\n');
    }
    if (at) buf_char(b, '\n');
}

void sample_html(struct buf *b, struct str text)
{
    struct str line;
    buf_add(b, S("<div dir=\"ltr\">"));
    while (str_line(&text, &line)) {
        for (ptrdiff_t i = 0; i < line.n; i++) {
            if (line.p[i] == '<') buf_add(b, S("&lt;"));
            else if (line.p[i] == '>') buf_add(b, S("&gt;"));
            else if (line.p[i] == '&') buf_add(b, S("&amp;"));
            else buf_char(b, line.p[i]);
        }
        buf_add(b, S("<br>\n"));
    }
    buf_add(b, S("</div>\n"));
}
