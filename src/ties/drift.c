/* SPDX-License-Identifier: GPL-3.0-or-later
 * drift.c - silence against the own rhythm. */
#include "ties/drift.h"

#include <math.h>
#include <stdlib.h>

static const double state_from[] = { 2, 3, 8 };

double tie_drift_ratio(const struct tie_reading *r) { return r->silence_days / MAX(r->gap, 1.); }

bool tie_drift_eligible(const struct tie_reading *r, int house_days, unsigned about)
{
    return r->days >= TIE_DRIFT_DAYS_MIN && r->gap > 0 && house_days > TIE_HOUSE_DAYS_MIN && !about;
}

tie_drift tie_drift_state(const struct tie_reading *r, int house_days, unsigned about)
{
    if (!tie_drift_eligible(r, house_days, about)) return TIE_STEADY;
    double ratio = tie_drift_ratio(r);
    int state = TIE_STEADY;
    while (state < COUNT(state_from) && ratio >= state_from[state]) state++;
    return (tie_drift)state;
}

double tie_drift_value(const struct tie_reading *r) { return r->warmth * sqrt(r->gap); }

static int by_stake(const void *x, const void *y)
{
    const struct tie_drifting *a = x, *b = y;
    int la = MIN(a->layer, TIE_FIFTY + 1), lb = MIN(b->layer, TIE_FIFTY + 1);
    la = MAX(la, TIE_FIFTEEN);
    lb = MAX(lb, TIE_FIFTEEN);
    if (la != lb) return la - lb;
    if (a->value != b->value) return a->value > b->value ? -1 : 1;
    return (a->other > b->other) - (a->other < b->other);
}

void tie_drift_sort(struct tie_drifting *at, int n)
{
    if (n > 1) qsort(at, (size_t)n, sizeof *at, by_stake);
}

int tie_odds_bin(double r)
{
    static const double below[] = { .5, 1, 2, 3, 5, 8 };
    int bin = 0;
    while (bin < COUNT(below) && r >= below[bin]) bin++;
    return bin + (r > 12);
}

bool tie_odds_say(const struct tie_odds *o, const struct tie_reading *r, double *out)
{
    int bin = tie_odds_bin(tie_drift_ratio(r));
    if (o->cases[bin] < TIE_ODDS_MIN) return false;
    double share = (double)o->back[bin] / o->cases[bin];
    if (fabs(share - tie_chance(r->warmth, TIE_ODDS_DAYS)) > TIE_ODDS_CONTRADICT) return false;
    *out = share;
    return true;
}

bool tie_above_rhythm(int days_in_30, int days_before, double gap_before)
{
    return days_before >= TIE_DRIFT_DAYS_MIN && gap_before > 0 && days_in_30 > 30 / gap_before;
}

int tie_one_way(const struct tie_line *l, int side)
{
    const struct tie_dir *d = &l->dir[side];
    return d->run >= TIE_ONE_WAY_DAYS && !l->dir[!side].n ? d->run : 0;
}
