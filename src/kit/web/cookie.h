/* SPDX-License-Identifier: GPL-3.0-or-later
 * cookie.h - cookies in and out (RFC 6265). */
#pragma once
#include "kit/net/http.h"

/* The value of that cookie; empty when there is none, or two that differ. */
struct str cookie_find(const struct http_request *, struct str name);
/* Sets a cookie: HttpOnly, SameSite=Lax, Path=/, and Secure when the house is served by https.
 * max_age_s 0: until the browser closes; below 0: forget it. */
void cookie_set(struct http_answer *, struct str name, struct str value, int64_t max_age_s,
                bool secure);
