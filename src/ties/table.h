/* SPDX-License-Identifier: GPL-3.0-or-later
 * table.h - all pairs of a house in memory, for replaying a log of any length.
 *
 * Lines of 64 bytes without a gap between them, found by an index in open addressing (8 bytes
 * a slot, never more than half of them empty once it has grown): 75 to 80 bytes a pair.
 * Events are taken in batches, so that the lines of a batch travel from memory together.
 * Lines never move; growing only streams through the index. One thread at a time. */
#pragma once
#include "ties/engine.h"

struct tie_table;

/* Room for about so many pairs (0: unknown); it grows. Its memory lives outside the arena,
 * is given back with it, and ends the program when there is none. */
struct tie_table *tie_table_open(struct arena *, uint64_t pairs, int32_t offset);

/* Adds n events in order of (at, event id), over all calls. Events to oneself or with a person
 * 0 are passed over. So are events earlier than their pair's last: they are counted as late
 * and mean that the log was not in order. Exact repeats are the caller's to drop. */
void tie_table_add(struct tie_table *, const struct tie_event *, ptrdiff_t n);

uint64_t tie_table_pairs(const struct tie_table *);
uint64_t tie_table_late(const struct tie_table *);
uint64_t tie_table_bytes(const struct tie_table *); /* of lines and index */
int32_t tie_table_offset(const struct tie_table *);
/* The line of {a, b} in either order, NULL when they never wrote. Stays where it is. */
const struct tie_line *tie_table_find(const struct tie_table *, uint32_t a, uint32_t b);
/* Puts in a whole line (a stored row); false when its pair is there already or it is no pair. */
bool tie_table_put(struct tie_table *, const struct tie_line *) MUST_USE;

/* Every line once, in the order of first events: start with *at = 0; NULL at the end. */
const struct tie_line *tie_table_next(const struct tie_table *, uint64_t *at);
/* Every line in order of (a, b): tie_table_pairs() pointers in the arena (8 bytes a pair). */
const struct tie_line **tie_table_sorted(const struct tie_table *, struct arena *);
