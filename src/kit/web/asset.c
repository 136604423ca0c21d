/* SPDX-License-Identifier: GPL-3.0-or-later
 * asset.c - files that are part of the program: style, script, the lamp. */
#include "kit/web/own.h"

#include <stdlib.h>

struct url asset_url(const char *name)
{
    for (const struct asset *f = assets; f->name; f++)
        if (!strcmp(f->name, name)) return (struct url){ str_c(f->path) };
    fprintf(stderr, "level=error event=no_asset name=%s\n", name);
    abort(); /* a fault of the program, seen by the first test that shows the page */
}

bool asset_serve(const struct http_request *rq, struct http_answer *an)
{
    if (rq->method != HTTP_GET && rq->method != HTTP_HEAD) return false;
    struct str path = rq->path;
    if (str_eq(path, S("/favicon.ico")))
        path = asset_url("lamp.svg").s; /* asked for where no page said where */
    if (!str_begins(path, S("/assets/"))) return false;
    for (const struct asset *f = assets; f->name; f++) {
        if (!str_eq(path, str_c(f->path))) continue;
        bool zip = f->gzip && str_find(http_header(rq, S("Accept-Encoding")), S("gzip")) >= 0;
        an->status = 200;
        an->body = zip ? (struct str){ (const char *)f->gzip, f->gzip_n }
                       : (struct str){ (const char *)f->bytes, f->n };
        http_put(an, S("Content-Type"), str_c(f->type));
        http_put(an, S("Cache-Control"), S("public, max-age=31536000, immutable"));
        http_put(an, S("Vary"), S("Accept-Encoding"));
        if (zip) http_put(an, S("Content-Encoding"), S("gzip"));
        return true;
    }
    return false;
}
