/* SPDX-License-Identifier: GPL-3.0-or-later
 * guard.h - what a request may not be, judged before routing whatever the library let through. */
#pragma once
#include "kit/net/http.h"

struct guard_request {
    http_method method;
    bool http11;
    struct str target;
    const struct http_header *headers;
    int headers_n;
};
/* 0 when it may pass, else the status of the refusal: 400, 431 or 501. */
int http_guard(const struct guard_request *);
/* The path of a target decoded once, and its query; false when the path may not be: NUL, an
 * encoded slash, a dot segment, a control byte, or bytes that are no UTF-8. */
bool http_split_target(struct arena *, struct str target, struct str *path, struct str *query);
