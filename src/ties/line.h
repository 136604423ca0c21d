/* SPDX-License-Identifier: GPL-3.0-or-later
 * line.h - the update rule, inlined into the loops of the engine and the table; for those two only. */
#pragma once
#include "ties/engine.h"

static inline uint16_t line_more(uint16_t n) { return (uint16_t)(n + (n < TIE_FULL)); }

static inline uint16_t line_first(int32_t day)
{
    return (uint16_t)MAX(0, MIN(day - TIE_EPOCH_DAY, TIE_FULL));
}

/* The one place where a state changes. Written out in float32 with no step that a compiler
 * may fuse or reorder, so that live and replayed lines are equal to the last bit. */
static inline void line_update(struct tie_line *l, int side, uint32_t at, int32_t offset)
{
    struct tie_dir *me = &l->dir[side], *other = &l->dir[!side];
    int32_t today = tie_day(at, offset);
    if (tie_empty(l)) {
        l->first = line_first(today);
        l->days = 1;
    } else {
        int32_t g = today - tie_day(tie_last(l), offset);
        if (g > 0) {
            l->days = line_more(l->days);
            float days = (float)g;
            l->gap = l->gap == 0.f ? days : l->gap + .3f * (days - l->gap);
        }
    }
    if (!me->n) {
        for (int k = 0; k < TIE_MEMORIES; k++) me->s[k] = 1.f;
        me->run = 1;
    } else {
        int32_t g = today - tie_day(me->last, offset);
        if (g > 0) {
            const float *left = tie_faded(g);
            for (int k = 0; k < TIE_MEMORIES; k++) me->s[k] = me->s[k] * left[k] + 1.f;
            me->run = line_more(me->run);
        }
    }
    other->run = 0;
    me->last = at;
    me->n = line_more(me->n);
}
