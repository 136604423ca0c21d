/* SPDX-License-Identifier: GPL-3.0-or-later
 * engine.c - the state of a pair, its update, and what is read from it. */
#include "ties/engine.h"

#include "kit/base/hash.h"
#include "ties/line.h"

#include <float.h>
#include <math.h>

_Alignas(64) float tie_decay[TIE_DECAY_DAYS][TIE_MEMORIES];

static const double half_life[TIE_MEMORIES] = { 1, 7, 30, 365 };
/* they fall about as half-life^(-2/3) and add up to 1 */
static const double weight[TIE_MEMORIES] = { .70, .20, .08, .02 };

void tie_start(void)
{
    for (int g = 0; g < TIE_DECAY_DAYS; g++)
        for (int k = 0; k < TIE_MEMORIES; k++) {
            float left = (float)exp2(-g / half_life[k]);
            tie_decay[g][k] = left < FLT_MIN ? 0 : left; /* denormals are slow, and mean nothing */
        }
}

uint64_t tie_decay_hash(void)
{
    return hash_fast((struct str){ (const char *)tie_decay, sizeof tie_decay });
}

void tie_update(struct tie_line *l, int side, uint32_t at, int32_t offset)
{
    line_update(l, side, at, offset);
}

bool tie_replay_pair(uint32_t a, uint32_t b, const struct tie_event *e, ptrdiff_t n, uint32_t until,
                     int32_t offset, struct tie_line *out)
{
    struct tie_line l = { .a = MIN(a, b), .b = MAX(a, b) };
    if (a == b) return false;
    for (ptrdiff_t i = 0; i < n; i++) {
        bool forth = e[i].from == l.a && e[i].to == l.b;
        bool back = e[i].from == l.b && e[i].to == l.a;
        if ((!forth && !back) || (i > 0 && e[i].at < e[i - 1].at)) return false;
        if (e[i].at <= until) line_update(&l, back, e[i].at, offset);
    }
    *out = l;
    return true;
}

double tie_memory(const struct tie_line *l, int side, int32_t today, int32_t offset)
{
    const struct tie_dir *d = &l->dir[side];
    if (!d->n) return 0;
    const float *left = tie_faded(today - tie_day(d->last, offset));
    double sum = 0;
    for (int k = 0; k < TIE_MEMORIES; k++) sum += weight[k] * (double)d->s[k] * (double)left[k];
    return sum;
}

double tie_year(const struct tie_line *l, int side, int32_t today, int32_t offset)
{
    const struct tie_dir *d = &l->dir[side];
    if (!d->n) return 0;
    const int year = TIE_MEMORIES - 1;
    return (double)d->s[year] * (double)tie_faded(today - tie_day(d->last, offset))[year];
}

double tie_closeness(double out, double in) { return sqrt((out + TIE_FLOOR) * (in + TIE_FLOOR)); }

double tie_warmth(double out, double in) { return MAX(out, in) + TIE_WEAKER_SIDE * MIN(out, in); }

double tie_rhythm(double warmth) { return warmth > 0 ? TIE_RHYTHM / warmth : HUGE_VAL; }

double tie_reciprocity(double out, double in)
{
    return out + in > 0 ? 2 * MIN(out, in) / (out + in) : 0;
}

double tie_asymmetry(double out, double in) { return (out - in) / (out + in + 2 * TIE_FLOOR); }

double tie_chance(double warmth, double days) { return -expm1(-days * warmth / TIE_RHYTHM); }

struct tie_reading tie_read(const struct tie_line *l, uint32_t me, uint32_t at, int32_t offset)
{
    int side = tie_side(l, me);
    const struct tie_dir *mine = &l->dir[side], *theirs = &l->dir[!side];
    int32_t today = tie_day(at, offset);
    double out = tie_memory(l, side, today, offset), in = tie_memory(l, !side, today, offset);
    double warmth = tie_warmth(out, in);
    return (struct tie_reading){
        .me = me,
        .other = side ? l->a : l->b,
        .out = out,
        .in = in,
        .closeness = tie_closeness(out, in),
        .warmth = warmth,
        .rhythm_days = tie_rhythm(warmth),
        .reciprocity = tie_reciprocity(out, in),
        .asymmetry = tie_asymmetry(out, in),
        .gap = (double)l->gap,
        .silence_days = today - tie_day(tie_last(l), offset),
        .days = l->days,
        .n_out = mine->n,
        .n_in = theirs->n,
        .run_out = mine->run,
        .run_in = theirs->run,
        .last_out = mine->last,
        .last_in = theirs->last,
    };
}
