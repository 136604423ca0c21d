/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kit/mail/vcard.h"

#include "kit/mail/charset.h"

enum { FIELDS_MOST = 2000 };

bool vcard_looks(struct str s)
{
    if (str_begins(s, S("\xEF\xBB\xBF"))) s = str_from(s, 3);
    return str_ibegins(str_trim(s), S("BEGIN:VCARD"));
}

void vcard_open(struct vcards *v, struct str text)
{
    if (str_begins(text, S("\xEF\xBB\xBF"))) text = str_from(text, 3);
    *v = (struct vcards){ text, 1 };
}

/* ---- lines --------------------------------------------------------------- */

static bool one_line(struct vcards *v, struct str *line)
{
    ptrdiff_t n = 0;
    if (!v->rest.n) return false;
    while (n < v->rest.n && v->rest.p[n] != '\n' && v->rest.p[n] != '\r') n++;
    bool crlf = n + 1 < v->rest.n && v->rest.p[n] == '\r' && v->rest.p[n + 1] == '\n';
    *line = str_upto(v->rest, n);
    v->rest = str_from(v->rest, n + 1 + crlf);
    v->line++;
    return true;
}

static bool is_quoted_printable(struct str line)
{
    ptrdiff_t colon = str_chr(line, ':');
    return colon > 0 && str_ifind(str_upto(line, colon), S("QUOTED-PRINTABLE")) >= 0;
}

/* A line with those that continue it: by a blank, or in quoted-printable by a = at the end. */
static bool whole_line(struct vcards *v, struct arena *a, struct str *line, int *at)
{
    struct str more;
    *at = v->line;
    if (!one_line(v, line)) return false;
    bool soft = is_quoted_printable(*line);
    if (!(soft && str_ends(*line, S("="))) &&
        !(v->rest.n && (*v->rest.p == ' ' || *v->rest.p == '\t')))
        return true;
    struct buf o = { .a = a };
    buf_add(&o, *line);
    for (;;) {
        bool open = soft && o.n && o.p[o.n - 1] == '=';
        bool folded = v->rest.n && (*v->rest.p == ' ' || *v->rest.p == '\t');
        if ((!open && !folded) || !one_line(v, &more)) break;
        if (open) o.n--;
        buf_add(&o, folded && !open ? str_from(more, 1) : more);
    }
    *line = buf_str(&o);
    return true;
}

/* ---- a field ------------------------------------------------------------- */

/* The first colon outside quotes. */
static ptrdiff_t value_at(struct str line)
{
    bool quoted = false;
    for (ptrdiff_t i = 0; i < line.n; i++) {
        if (line.p[i] == '"') quoted = !quoted;
        if (line.p[i] == ':' && !quoted) return i;
    }
    return str_chr(line, ':');
}

static int hex(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

static struct str unquoted(struct arena *a, struct str s)
{
    struct buf o = { .a = a };
    for (ptrdiff_t i = 0; i < s.n; i++) {
        bool code = s.p[i] == '=' && i + 2 < s.n && hex(s.p[i + 1]) >= 0 && hex(s.p[i + 2]) >= 0;
        if (code && hex(s.p[i + 1]) * 16 + hex(s.p[i + 2]) == '\n')
            buf_add(&o, S("\\n")); /* stays escaped */
        else if (code && hex(s.p[i + 1]) * 16 + hex(s.p[i + 2]) == '\r')
            ;
        else buf_char(&o, code ? (char)(hex(s.p[i + 1]) * 16 + hex(s.p[i + 2])) : s.p[i]);
        if (code) i += 2;
    }
    return buf_str(&o);
}

struct str vcard_param(struct str params, struct str name)
{
    while (params.n) {
        ptrdiff_t n = 0;
        for (bool quoted = false; n < params.n && (quoted || params.p[n] != ';'); n++)
            if (params.p[n] == '"') quoted = !quoted;
        struct str one = str_upto(params, n);
        params = str_from(params, n + 1);
        ptrdiff_t is = str_chr(one, '=');
        if (is < 0 || !str_ieq(str_trim(str_upto(one, is)), name)) continue;
        one = str_trim(str_from(one, is + 1));
        return one.n > 1 && *one.p == '"' ? str_upto(str_from(one, 1), one.n - 2) : one;
    }
    return S("");
}

static struct str upper(struct arena *a, struct str s)
{
    struct str o = str_dup(a, s);
    char *p = NEW(a, char, s.n + 1);
    for (ptrdiff_t i = 0; i < s.n; i++)
        p[i] = (char)(o.p[i] >= 'a' && o.p[i] <= 'z' ? o.p[i] - 32 : o.p[i]);
    return (struct str){ p, s.n };
}

static bool read_field(struct arena *a, struct str line, struct vcard_field *out)
{
    ptrdiff_t colon = value_at(line);
    if (colon <= 0) return false;
    struct str head = str_upto(line, colon), value = str_from(line, colon + 1);
    ptrdiff_t semi = str_chr(head, ';');
    out->params = semi < 0 ? S("") : str_from(head, semi + 1);
    if (semi >= 0) head = str_upto(head, semi);
    ptrdiff_t dot = str_rchr(head, '.');
    out->group = str_upto(head, MAX(dot, 0));
    out->name = upper(a, str_trim(str_from(head, dot + 1)));
    if (is_quoted_printable(line)) value = unquoted(a, value);
    out->value = charset_utf8(a, value, vcard_param(out->params, S("CHARSET")), NULL);
    return out->name.n > 0;
}

/* ---- a card -------------------------------------------------------------- */

bool vcard_next(struct vcards *v, struct arena *a, struct vcard *out)
{
    struct str line = S("");
    int at = 0;
    do
        if (!whole_line(v, a, &line, &at)) return false;
    while (!str_ieq(str_trim(line), S("BEGIN:VCARD")));
    *out = (struct vcard){ .line = at };
    int cap = 0;
    for (struct vcards before = *v; whole_line(v, a, &line, &at); before = *v) {
        struct str word = str_trim(line);
        struct vcard_field f = { .line = at };
        if (str_ieq(word, S("BEGIN:VCARD"))) { /* the one before was never ended */
            *v = before;
            return true;
        }
        if (str_ieq(word, S("END:VCARD"))) return out->whole = true;
        if (!word.n || !read_field(a, line, &f) || str_eq(f.name, S("VERSION")) ||
            out->n == FIELDS_MOST)
            continue;
        if (out->n == cap) {
            struct vcard_field *more = NEW(a, struct vcard_field, cap ? cap * 2 : 16);
            if (out->n) memcpy(more, out->at, sizeof *more * (size_t)out->n);
            out->at = more;
            cap = cap ? cap * 2 : 16;
        }
        out->at[out->n++] = f;
    }
    return true;
}

bool vcard_part(struct str *rest, char sep, struct str *part)
{
    if (!rest->p) return false;
    for (ptrdiff_t i = 0; i < rest->n; i++) {
        if (rest->p[i] == '\\') {
            i++;
            continue;
        }
        if (rest->p[i] != sep) continue;
        *part = str_upto(*rest, i);
        *rest = str_from(*rest, i + 1);
        return true;
    }
    *part = *rest;
    *rest = (struct str){ NULL, 0 };
    return true;
}

struct str vcard_text(struct arena *a, struct str s)
{
    if (str_chr(s, '\\') < 0) return s;
    struct buf o = { .a = a };
    for (ptrdiff_t i = 0; i < s.n; i++) {
        bool escape = s.p[i] == '\\' && i + 1 < s.n;
        if (!escape) buf_char(&o, s.p[i]);
        else if (s.p[++i] == 'n' || s.p[i] == 'N') buf_char(&o, '\n');
        else buf_char(&o, s.p[i]);
    }
    return buf_str(&o);
}
