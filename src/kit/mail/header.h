/* SPDX-License-Identifier: GPL-3.0-or-later
 * header.h - the header lines of a message or part, as they stand. */
#pragma once
#include "kit/base/base.h"

struct header {
    struct str name, value; /* value still folded and encoded */
};
struct headers {
    struct header *at;
    int n;
    ptrdiff_t body; /* where the body begins */
};
/* Lines that are no header are left out; a From_ line at the top is skipped. */
struct headers headers_read(struct arena *, struct str raw);
/* The first of that name; empty value when there is none (headers_has tells them apart). */
struct str headers_get(const struct headers *, struct str name);
bool headers_has(const struct headers *, struct str name);
int headers_count(const struct headers *, struct str name);
