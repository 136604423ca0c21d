/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kit/web/cookie.h"

struct str cookie_find(const struct http_request *r, struct str name)
{
    struct str found = S("");
    bool any = false;
    for (int i = 0; i < r->headers_n; i++) {
        if (!str_ieq(r->headers[i].name, S("Cookie"))) continue;
        struct str rest = r->headers[i].value, pair, key;
        while (str_cut(&rest, ';', &pair)) {
            pair = str_trim(pair);
            if (str_chr(pair, '=') < 0) continue;
            str_cut(&pair, '=', &key);
            if (!str_eq(key, name)) continue;
            if (any && !str_eq(found, pair)) return S(""); /* somebody planted a second one */
            found = pair;
            any = true;
        }
    }
    return found;
}

void cookie_set(struct http_answer *an, struct str name, struct str value, int64_t max_age_s,
                bool secure)
{
    struct buf b = { .a = an->a };
    buf_fmt(&b, "%.*s=%.*s; Path=/; HttpOnly; SameSite=Lax", STR(name), STR(value));
    if (max_age_s) buf_fmt(&b, "; Max-Age=%" PRId64, MAX(max_age_s, 0));
    if (secure) buf_add(&b, S("; Secure"));
    http_put(an, S("Set-Cookie"), buf_str(&b));
}
