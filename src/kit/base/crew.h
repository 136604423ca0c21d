/* SPDX-License-Identifier: GPL-3.0-or-later
 * crew.h - the same computation over many things, on all processors.
 *
 * For work that knows no database: it gets its number, and a lane's arena for what it makes. */
#pragma once
#include "kit/base/ctx.h"

enum { CREW_LANES = 8 };
struct crew {
    struct arena *lane[CREW_LANES]; /* what the work makes lives here until crew_clear() */
    int lanes;                      /* as many as processors, at most CREW_LANES */
};
/* Ends with the arena. limit_bytes: of each lane. */
struct crew *crew_open(struct arena *, size_t limit_bytes);
void crew_clear(struct crew *);
size_t crew_used(const struct crew *); /* bytes, of all lanes */
/* Calls fn for each number below n, in no order and several at once; returns after the last. Few
 * are done by the caller alone. Dies when a lane's arena is full. */
void crew_run(struct ctx *, struct crew *, int n, void (*fn)(void *arg, struct arena *, int i),
              void *arg);
