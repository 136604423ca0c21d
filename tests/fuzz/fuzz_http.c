/* SPDX-License-Identifier: GPL-3.0-or-later
 * A request as the library hands it over: a method, a target and lines of headers. What passes the
 * guard has a path without tricks; addresses stay inside or are of the four kinds. */
#include "kit/net/guard.h"
#include "kit/web/cookie.h"
#include "kit/web/form.h"
#include "kit/web/html.h"
#include "kit/web/route.h"

#include "fuzz.h"

enum { HEADERS = 40 };

static void path_is_plain(struct str path)
{
    struct str rest = path, part;
    must(path.n > 0 && *path.p == '/');
    must_be_line(path);
    while (str_cut(&rest, '/', &part)) must(!str_eq(part, S(".")) && !str_eq(part, S("..")));
}

static void addresses(struct arena *a, struct str s)
{
    struct str in = url_inside(a, s).s, out = url_outside(a, s).s, decoded = url_decode(a, s, true);
    must(in.n > 0 && *in.p == '/' && (in.n == 1 || (in.p[1] != '/' && in.p[1] != '\\')));
    must(str_eq(out, S("#")) || url_is_outside(out));
    must(decoded.n <= s.n);
    struct buf b = { .a = a };
    url_encode(&b, s);
    must(str_eq(url_decode(a, buf_str(&b), true), s));
    struct url to = url_to(a, "/x/%.*s?q=%.*s", STR(s), STR(s));
    for (ptrdiff_t i = 0; i < to.s.n; i++) must(!strchr("<>\"'&\\ ", to.s.p[i]));
    b = (struct buf){ .a = a };
    html_text(&b, s);
    for (ptrdiff_t i = 0; i < b.n; i++) must(!strchr("<>\"", b.p[i]) || !b.p[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const http_method methods[] = { HTTP_GET, HTTP_POST, HTTP_DELETE };
    struct arena *a = arena_open((size_t)256 * MIB);
    struct str rest = { (const char *)data, (ptrdiff_t)n }, target = S(""), line, path, query;
    struct http_header list[HEADERS];
    struct path_vars vars;
    int many = 0;
    str_line(&rest, &target);
    addresses(a, target);
    while (many < HEADERS && str_line(&rest, &line)) {
        struct str name = S("");
        if (!str_cut(&line, ':', &name)) break;
        list[many++] = (struct http_header){ name, str_trim(line) };
    }
    struct guard_request rq = { methods[n % COUNT(methods)], n % 2, target, list, many };
    bool whole = http_split_target(a, target, &path, &query);
    int judged = http_guard(&rq);
    must(judged == 0 || judged == 400 || judged == 431 || judged == 501);
    if (whole) {
        struct form f;
        path_is_plain(path);
        form_query(a, query, &f);
        must(f.n <= FORM_FIELDS);
        for (int i = 0; i < f.n; i++) must(text_valid(f.at[i].name) && text_valid(f.at[i].value));
        if (route_match("/talk/:message/files/:path**", path, &vars)) must(vars.n == 2);
    }
    struct http_request got = { .headers = list, .headers_n = many };
    cookie_find(&got, S("snug"));
    arena_close(a);
    return 0;
}
