/* SPDX-License-Identifier: GPL-3.0-or-later
 * live.h - open pages learn that something changed: a thread that looks at the log's end behind
 * each commit of this process and, while anybody listens, each half second, for other processes
 * write too. What is said is a number of the log; the page fetches the rest like any page. */
#pragma once
#include "kit/net/http.h"
#include "kit/store/work.h"
#include "kit/web/page.h"

struct live;
/* Both of them stay open longer. */
struct live *live_open(struct arena *, struct http_server *, struct store *);
void live_close(struct live *);
extern const struct route live_routes[];
