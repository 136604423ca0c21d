/* SPDX-License-Identifier: GPL-3.0-or-later
 * http_answer.c - requests and answers as plain data. */
#include "kit/net/http.h"

const char *const http_method_names[5] = { "GET", "HEAD", "POST", "PUT", "DELETE" };

struct str http_header(const struct http_request *r, struct str name)
{
    for (int i = 0; i < r->headers_n; i++)
        if (str_ieq(r->headers[i].name, name)) return r->headers[i].value;
    return S("");
}

static struct str one_line(struct arena *a, struct str s)
{
    char *p = NEW(a, char, s.n + 1); /* NUL-terminated: the loop's thread hands it to the library */
    ptrdiff_t n = 0;
    for (ptrdiff_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] >= 0x20 && s.p[i] != 0x7f) p[n++] = s.p[i];
    return (struct str){ p, n };
}

void http_put(struct http_answer *an, struct str name, struct str value)
{
    if (an->headers_n == an->headers_cap) {
        int cap = an->headers_cap ? an->headers_cap * 2 : 16;
        struct http_header *more = NEW(an->a, struct http_header, cap);
        if (an->headers_n) memcpy(more, an->headers, sizeof *more * (size_t)an->headers_n);
        an->headers = more;
        an->headers_cap = cap;
    }
    an->headers[an->headers_n++] =
        (struct http_header){ one_line(an->a, name), one_line(an->a, value) };
}

void http_text(struct http_answer *an, int status, struct str words)
{
    an->status = status;
    an->body = words;
    http_put(an, S("Content-Type"), S("text/plain; charset=utf-8"));
}

const char *http_reason(int status)
{
    static const struct {
        int status;
        const char *reason;
    } all[] = {
        { 200, "OK" },
        { 201, "Created" },
        { 202, "Accepted" },
        { 204, "No Content" },
        { 301, "Moved Permanently" },
        { 303, "See Other" },
        { 304, "Not Modified" },
        { 308, "Permanent Redirect" },
        { 400, "Bad Request" },
        { 401, "Unauthorized" },
        { 403, "Forbidden" },
        { 404, "Not Found" },
        { 405, "Method Not Allowed" },
        { 406, "Not Acceptable" },
        { 409, "Conflict" },
        { 410, "Gone" },
        { 413, "Content Too Large" },
        { 415, "Unsupported Media Type" },
        { 422, "Unprocessable Content" },
        { 429, "Too Many Requests" },
        { 431, "Request Header Fields Too Large" },
        { 500, "Internal Server Error" },
        { 501, "Not Implemented" },
        { 502, "Bad Gateway" },
        { 503, "Service Unavailable" },
    };
    for (int i = 0; i < COUNT(all); i++)
        if (all[i].status == status) return all[i].reason;
    return "Status";
}
