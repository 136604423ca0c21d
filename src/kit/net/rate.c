/* SPDX-License-Identifier: GPL-3.0-or-later
 * rate.c - token buckets in a table that never grows. */
#include "kit/net/rate.h"

#include <math.h>

enum { PROBES = 8 };

void rate_open(struct rate *r, struct arena *a, int cap)
{
    int n = 16;
    while (n < cap) n *= 2;
    *r = (struct rate){ NEW(a, struct rate_bucket, n), n };
}

static double filled(const struct rate_bucket *b, const struct rate_class *c, int64_t now_us)
{
    double t = b->tokens + (double)MAX(0, now_us - b->at_us) / 1e6 * c->per_second;
    return MIN(t, c->burst);
}

/* The bucket of that key, or the one that makes room for it: whoever was away for longest. */
static struct rate_bucket *bucket(const struct rate *r, uint64_t key)
{
    struct rate_bucket *oldest = NULL;
    for (uint64_t i = 0; i < PROBES; i++) {
        struct rate_bucket *b = &r->at[(key + i) & (uint64_t)(r->cap - 1)];
        if (b->key == key) return b;
        if (!oldest || b->at_us < oldest->at_us) oldest = b;
    }
    return oldest;
}

static int seconds_until(double tokens, const struct rate_class *c)
{
    if (tokens >= 1) return 0;
    double s = c->per_second > 0 ? ceil((1 - tokens) / c->per_second) : 3600;
    return s < 1 ? 1 : s > 3600 ? 3600 : (int)s;
}

int rate_take(struct rate *r, const struct rate_class *c, uint64_t key, int64_t now_us)
{
    if (!key) key = 1;
    struct rate_bucket *b = bucket(r, key);
    if (b->key != key) *b = (struct rate_bucket){ key, c->burst, now_us };
    b->tokens = filled(b, c, now_us);
    b->at_us = now_us;
    int wait = seconds_until(b->tokens, c);
    if (!wait) b->tokens -= 1;
    return wait;
}

int rate_wait(const struct rate *r, const struct rate_class *c, uint64_t key, int64_t now_us)
{
    if (!key) key = 1;
    const struct rate_bucket *b = bucket(r, key);
    return b->key == key ? seconds_until(filled(b, c, now_us), c) : 0;
}
