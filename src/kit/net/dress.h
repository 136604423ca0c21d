/* SPDX-License-Identifier: GPL-3.0-or-later
 * dress.h - answers that libevent gives by itself (a body too large, a head too long, no method it
 * knows) never reach http.c, and have no headers of ours. They are added as the first line is
 * written. */
#pragma once
#include "kit/net/http.h"

struct evbuffer;
/* Was the first line of a refusal all that was written so far? Then adds the headers that error
 * gives. */
void http_dress(struct evbuffer *output, http_error_fn *error, void *arg);
