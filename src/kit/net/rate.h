/* SPDX-License-Identifier: GPL-3.0-or-later
 * rate.h - token buckets per key (who, and which class of route). Pure: time is given. */
#pragma once
#include "kit/base/base.h"

struct rate_class {
    double per_second; /* how fast a bucket fills */
    double burst;      /* how much it holds       */
};
struct rate_bucket {
    uint64_t key;
    double tokens;
    int64_t at_us;
};
/* A fixed table: a newcomer takes the place of whoever was away for longest. */
struct rate {
    struct rate_bucket *at;
    int cap; /* a power of two */
};
void rate_open(struct rate *, struct arena *, int cap);
/* Takes one token; 0 when there was one, else the seconds to wait (from 1). Key: who and class. */
int rate_take(struct rate *, const struct rate_class *, uint64_t key, int64_t now_us);
/* As rate_take, but takes nothing: would it be refused now? */
int rate_wait(const struct rate *, const struct rate_class *, uint64_t key, int64_t now_us);
