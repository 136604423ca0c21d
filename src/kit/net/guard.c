/* SPDX-License-Identifier: GPL-3.0-or-later
 * guard.c - a request that two readers could read in two ways is refused. */
#include "kit/net/guard.h"

#include "kit/base/text.h"

enum { MOST_HEADERS = 100 };

/* RFC 9110, 5.6.2: token */
static bool is_token(struct str s)
{
    for (ptrdiff_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && (c == 0 || !strchr("!#$%&'*+-.^_`|~", c))) return false;
    }
    return s.n > 0;
}

static bool has_control(struct str s, bool tab_too)
{
    for (ptrdiff_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if ((c < 0x20 && (c != '\t' || tab_too)) || c == 0x7f) return true;
    }
    return false;
}

static bool digits_only(struct str s)
{
    for (ptrdiff_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9') return false;
    return s.n > 0;
}

int http_guard(const struct guard_request *r)
{
    int hosts = 0, lengths = 0, encodings = 0;
    bool odd_encoding = false, bare_zero = true;
    if (r->headers_n > MOST_HEADERS) return 431;
    for (int i = 0; i < r->headers_n; i++) {
        struct str name = r->headers[i].name, value = r->headers[i].value;
        /* a blank before the colon of Transfer-Encoding is a well-known way to be read twice */
        if (str_ieq(str_trim(name), S("Transfer-Encoding")) && !is_token(name)) return 501;
        if (!is_token(name)) return 400;
        if (str_ieq(name, S("Transfer-Encoding"))) {
            encodings++;
            odd_encoding |= !str_eq(value, S("chunked"));
        } else if (has_control(value, false)) return 400;
        if (str_ieq(name, S("Host"))) hosts++;
        if (str_ieq(name, S("Content-Length"))) {
            lengths++;
            if (!digits_only(value)) return 400;
            bare_zero = str_eq(value, S("0"));
        }
    }
    if (lengths > 1 || (lengths && encodings) || encodings > 1) return 400;
    if (odd_encoding) return 501;
    if (hosts > 1 || (hosts == 0 && r->http11)) return 400;
    /* the library doesn't read the body of these: its bytes would be taken for the next request */
    bool no_body = r->method == HTTP_GET || r->method == HTTP_HEAD || r->method == HTTP_DELETE;
    if (no_body && (encodings || !bare_zero)) return 400;
    return has_control(r->target, true) ? 400 : 0;
}

static int hex(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool decode_path(struct arena *a, struct str raw, struct str *out)
{
    char *p = NEW(a, char, raw.n + 1);
    ptrdiff_t n = 0;
    for (ptrdiff_t i = 0; i < raw.n; i++) {
        char c = raw.p[i];
        if (c == '%') {
            if (i + 2 >= raw.n || hex(raw.p[i + 1]) < 0 || hex(raw.p[i + 2]) < 0) return false;
            c = (char)(hex(raw.p[i + 1]) * 16 + hex(raw.p[i + 2]));
            if (c == '/' || c == '\\') return false;
            i += 2;
        }
        p[n++] = c;
    }
    *out = (struct str){ p, n };
    return !has_control(*out, true) && text_valid(*out);
}

bool http_split_target(struct arena *a, struct str target, struct str *path, struct str *query)
{
    for (int i = 0; i < 2; i++) { /* absolute form, RFC 9112, 3.2.2 */
        struct str scheme = i ? S("https://") : S("http://");
        if (!str_ibegins(target, scheme)) continue;
        target = str_from(target, scheme.n);
        ptrdiff_t slash = str_chr(target, '/');
        target = slash < 0 ? S("/") : str_from(target, slash);
        break;
    }
    if (!str_begins(target, S("/"))) return false;
    ptrdiff_t hash = str_chr(target, '#');
    if (hash >= 0) return false;
    ptrdiff_t q = str_chr(target, '?');
    *query = q < 0 ? S("") : str_from(target, q + 1);
    if (!decode_path(a, q < 0 ? target : str_upto(target, q), path)) return false;
    struct str rest = *path, segment;
    while (str_cut(&rest, '/', &segment))
        if (str_eq(segment, S(".")) || str_eq(segment, S(".."))) return false;
    return true;
}
