/* SPDX-License-Identifier: GPL-3.0-or-later
 * own.h - what page.c, token.c and web.c know of a page on its way; nobody else includes it. */
#pragma once
#include "kit/base/hash.h"
#include "kit/web/web.h"

#include <pthread.h>

enum { NOTICE_SECONDS = 5 * MINUTE, NOTICE_BYTES = 400, WRONG = 1, ENTRY, PEER, ORDINARY, NAMED };

struct web {
    const struct web_house *house;
    struct web_limits limits;
    struct rate rate;
    pthread_mutex_t lock; /* of rate */
    bool https;
    struct str cookie, guest_cookie, notice_cookie, browser_cookie; /* names */
    struct str host;                                                /* of the origin, with port */
};

/* What is said once on the next page. */
struct notice {
    struct str words, undo_path, undo_label;
};

struct page_own {
    struct http_answer *answer;
    page_fn *again;
    struct notice notice; /* to be said on the next page */
    struct notice said;   /* came with this request      */
    struct str go;
    bool answered;         /* page_answer() was called    */
    struct str type, body; /* by page_answer()            */
    struct buf whole;      /* the page with its frame     */
    int status;
    struct str cookie, guest, browser; /* as they came, or as they will be set */
    bool set_cookie, set_guest, set_browser, clear_notice;
    bool owes; /* see web_house.role_of */
    struct str why;
    write_fn *after; /* by page_after() */
    void *after_arg;
    int queries;
};

/* token.c */
bool token_good(struct page *, struct str action, struct str token);
/* Came the request from a page of this house? strict: a browser must have said so. */
bool origin_good(const struct web *, const struct http_request *, bool strict);
struct str notice_pack(const struct page *, const struct notice *, int64_t now);
bool notice_unpack(const struct page *, struct str cookie, int64_t now, struct notice *out);
/* asset.c */
struct asset {
    const char *name, *path, *type; /* path: /assets/ and the name with its hash */
    const unsigned char *bytes, *gzip;
    ptrdiff_t n, gzip_n;
};
extern const struct asset assets[]; /* made by tools/embed.c; ends with {0} */
bool asset_serve(const struct http_request *, struct http_answer *);
/* page.c */
void headers_common(const struct web *, struct http_answer *, bool script);
