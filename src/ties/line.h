/* SPDX-License-Identifier: GPL-3.0-or-later
 * line.h - the update rule, inlined into the loops of the engine and the table; for those two only.
 */
#pragma once
#include "ties/engine.h"

static inline uint16_t line_add(uint16_t n, int one)
{
    return (uint16_t)(n + (one & (n < TIE_FULL)));
}

static inline uint16_t line_first(int32_t day)
{
    return (uint16_t)MAX(0, MIN(day - TIE_EPOCH_DAY, TIE_FULL));
}

/* tie_day() for times of the log: a day is 2^7 * 675 seconds, which leaves a division of 32 bits
 * that is one multiplication. Two days are lent, so that an offset can't go below zero. */
static inline int32_t line_day(uint32_t at, int32_t offset)
{
    uint64_t lent = (uint64_t)at + (uint64_t)(offset + 2 * DAY);
    return (int32_t)((uint32_t)(lent >> 7) / 675) - 2;
}

typedef float line_four __attribute__((vector_size(16)));

/* The one place where a state changes. Written in float32 steps that no compiler may fuse or
 * reorder, so that live and replayed lines are equal to the last bit; and without a branch,
 * as nothing about the next event of a big log can be foretold: a new direction has memories
 * of 0, which fade to 0, and a day that is counted fades by 1 and gains 0. */
static inline void line_update(struct tie_line *l, int side, uint32_t at, int32_t offset)
{
    struct tie_dir *me = &l->dir[side], *other = &l->dir[!side];
    int32_t today = line_day(at, offset);
    bool new_pair = tie_empty(l), new_side = !me->n;
    int32_t pair_days = new_pair ? 0 : today - line_day(tie_last(l), offset);
    int32_t side_days = new_side ? 1 : today - line_day(me->last, offset);

    l->first = new_pair ? line_first(today) : l->first;
    l->days = line_add(l->days, new_pair || pair_days > 0);
    float g = (float)pair_days, gap = l->gap;
    float moved = gap == 0.f ? g : gap + .3f * (g - gap);
    l->gap = pair_days > 0 ? moved : gap;

    line_four s, left;
    memcpy(&s, me->s, sizeof s);
    memcpy(&left, tie_faded(side_days), sizeof left);
    s = s * left + (float)(side_days > 0);
    memcpy(me->s, &s, sizeof s);
    me->run = line_add(me->run, side_days > 0);
    me->last = at;
    me->n = line_add(me->n, 1);
    other->run = 0;
}
