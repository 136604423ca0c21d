/* SPDX-License-Identifier: GPL-3.0-or-later
 * chain.h - what appending and erasing share; inside log only. */
#pragma once
#include "kit/base/hash.h"
#include "log/event.h"

struct str body_hash(struct ctx *, id body); /* empty when there is none */
struct str body_name(struct tx *, id body);  /* the same, at hand for the one kept last */
void body_empty(struct tx *, id body);       /* forgets bytes and hash; the number stays */
void chain_sum(struct str salt, struct str data, struct str body, uint8_t out[HASH_BYTES]);
void erasure_apply(struct tx *, const struct event *);
const struct concept *const *log_wired(int *n);
