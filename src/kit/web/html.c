/* SPDX-License-Identifier: GPL-3.0-or-later
 * html.c - escaping, and plain words as markup. */
#include "kit/web/html.h"

static struct str entity(char c)
{
    switch (c) {
    case '<': return S("&lt;");
    case '>': return S("&gt;");
    case '&': return S("&amp;");
    case '"': return S("&quot;");
    case '\'': return S("&#39;");
    case '`': return S("&#96;");
    default: return S("");
    }
}

static const bool special[256] = {
    [0] = true, ['<'] = true, ['>'] = true, ['&'] = true, ['"'] = true, ['\''] = true, ['`'] = true
};

void html_text(struct buf *o, struct str s)
{
    ptrdiff_t from = 0;
    for (ptrdiff_t i = 0; i < s.n; i++) {
        if (!special[(unsigned char)s.p[i]]) continue;
        struct str e = entity(s.p[i]);
        buf_add(o, (struct str){ s.p + from, i - from });
        buf_add(o, e); /* a NUL is left out */
        from = i + 1;
    }
    buf_add(o, (struct str){ s.p + from, s.n - from });
}

void html_cstr(struct buf *o, const char *s) { html_text(o, str_c(s)); }
void html_safe(struct buf *o, struct html h) { buf_add(o, h.s); }
/* By hand: drawings are made of thousands of numbers, and printf takes most of their time. */
void html_int(struct buf *o, int64_t n)
{
    char digits[20];
    int at = sizeof digits;
    uint64_t rest = n < 0 ? -(uint64_t)n : (uint64_t)n;
    do digits[--at] = (char)('0' + rest % 10);
    while (rest /= 10);
    if (n < 0) buf_char(o, '-');
    buf_add(o, (struct str){ digits + at, (ptrdiff_t)sizeof digits - at });
}
void html_url(struct buf *o, struct url u) { html_text(o, u.s); }
struct html html_of(const struct buf *b) { return (struct html){ buf_str(b) }; }

/* ---- plain words ------------------------------------------------------------ */

/* The address that begins here: as far as no blank or bracket, without the stop of the sentence. */
static struct str address_at(struct str s)
{
    if (!str_begins(s, S("https://")) && !str_begins(s, S("http://"))) return S("");
    ptrdiff_t n = 0, open = 0;
    for (; n < s.n; n++) {
        unsigned char c = (unsigned char)s.p[n];
        if (c <= ' ' || c == 0x7f || strchr("<>\"`{}|\\^", c)) break;
        open += c == '(';
        if (c == ')' && open-- <= 0) break;
    }
    while (n > 0 && strchr(".,;:!?'", s.p[n - 1])) n--;
    return n > str_chr(s, ':') + 3 ? str_upto(s, n) : S("");
}

static void line_with_links(struct buf *o, struct str line)
{
    ptrdiff_t from = 0;
    for (ptrdiff_t i = str_chr(line, ':') < 0 ? line.n : 0; i < line.n; i++) {
        struct str u = line.p[i] == 'h' ? address_at(str_from(line, i)) : S("");
        if (!u.n) continue;
        html_text(o, (struct str){ line.p + from, i - from });
        buf_add(o, S("<a href=\""));
        html_text(o, u);
        buf_add(o, S("\" rel=\"nofollow noopener noreferrer ugc\">"));
        html_text(o, u);
        buf_add(o, S("</a>"));
        from = i + u.n;
        i = from - 1;
    }
    html_text(o, str_from(line, from));
}

void html_words_html(struct buf *o, struct str text)
{
    struct str line;
    bool open = false;
    while (str_line(&text, &line)) {
        bool empty = str_trim(line).n == 0;
        if (empty && open) buf_add(o, S("</p>\n"));
        if (!empty) {
            buf_add(o, open ? S("<br>\n") : S("<p>"));
            line_with_links(o, line);
        }
        open = !empty;
    }
    if (open) buf_add(o, S("</p>\n"));
}

struct html html_plain(struct arena *a, struct str text)
{
    struct buf o = { .a = a };
    html_words_html(&o, text);
    return html_of(&o);
}
