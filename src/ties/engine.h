/* SPDX-License-Identifier: GPL-3.0-or-later
 * engine.h - how close two persons are, computed from the days on which they wrote.
 *
 * Each direction of a pair holds four fading memories of active days. A pair is one
 * line of 64 bytes, updated in constant time per interaction and read lazily: nothing
 * runs at night and reading changes nothing. All of it is pure computation; which
 * events count, and with which weight, is decided by whoever feeds it.
 *
 * Persons are numbered from 1. Times are unix seconds (0 .. 2^32-1). A day begins at
 * midnight of the house, whose offset from UTC (seconds, within a day either way) is
 * fixed for its whole life: another offset is another history and needs a replay.
 *
 * Sources: updates of decaying ties after Ahmad, Porter and Beguerisse-Diaz; distinct days
 * instead of messages after Urena-Carrion et al. 2020; weights over several half-lives
 * after the power law of forgetting of Anderson and Schooler 1991. */
#pragma once
#include "kit/base/base.h"

enum {
    TIE_MEMORIES = 4,      /* half-lives of 1, 7, 30 and 365 days               */
    TIE_DECAY_DAYS = 8192, /* longer silences decay like the last entry         */
    TIE_EPOCH_DAY = 10957, /* 2000-01-01 as a day since 1970-01-01              */
    TIE_FULL = 65535,      /* where the small counters stop                     */
    TIE_CC_WEIGHT = 0,     /* a copy is no interaction                          */
    TIE_DIRECT_MAX = 12,   /* a message to more direct recipients counts for none */
};
#define TIE_FLOOR       .03   /* one weak sign a month old; keeps the mean of both sides from 0 */
#define TIE_WEAKER_SIDE .3    /* what the weaker side adds to warmth */
#define TIE_RHYTHM      17.02 /* sum of weight * half-life / ln 2: warmth times days between days */

struct tie_dir {
    float s[TIE_MEMORIES]; /* valid on the day of last                             */
    uint32_t last;         /* second of the last interaction                       */
    uint16_t n;            /* interactions, stops at TIE_FULL; 0 = never           */
    uint16_t run;          /* active days since the other side last wrote, the same */
};

/* One pair of persons, a < b. dir[0] is a to b, dir[1] is b to a. All zero = empty. */
struct tie_line {
    uint32_t a, b;
    uint16_t first; /* first active day since 2000-01-01; earlier is 0       */
    uint16_t days;  /* active days in either direction, stops at TIE_FULL    */
    float gap;      /* running mean of days between active days; 0 = only one */
    struct tie_dir dir[2];
};
_Static_assert(sizeof(struct tie_line) == 64, "a line of ties fills one line of cache");

/* One interaction, a row of the log: from addressed words to to. */
struct tie_event {
    uint32_t at, from, to;
};
_Static_assert(sizeof(struct tie_event) == 12, "rows of the log are packed");

/* What is left of a memory after g days: tie_decay[g][k]. Filled by tie_start(). */
extern _Alignas(64) float tie_decay[TIE_DECAY_DAYS][TIE_MEMORIES];

/* Fills the decay table: once, before anything else here. The only use of libm in the state. */
void tie_start(void);
/* FNV-1a of the decay table. Stored states are worth reading only under the same number. */
uint64_t tie_decay_hash(void);

/* Day of the house, since 1970-01-01. */
static inline int32_t tie_day(int64_t at, int32_t offset)
{
    int64_t t = at + offset, day = t / DAY;
    return (int32_t)(day - (t % DAY < 0));
}

/* The decay over days days; negative counts as none. */
static inline const float *tie_faded(int32_t days)
{
    return tie_decay[MAX(0, MIN(days, TIE_DECAY_DAYS - 1))];
}

static inline bool tie_empty(const struct tie_line *l) { return !l->dir[0].n && !l->dir[1].n; }
/* Second of the last interaction in either direction; 0 when there is none. */
static inline uint32_t tie_last(const struct tie_line *l)
{
    return MAX(l->dir[0].last, l->dir[1].last);
}
/* An interaction at this time can't be added any more: the pair has to be replayed from
 * the log (gap and run depend on the order). Within one second the order is that of the
 * event ids; a caller whose ids may arrive out of order replays at equality too. */
static inline bool tie_late(const struct tie_line *l, uint32_t at)
{
    return !tie_empty(l) && at < tie_last(l);
}

/* Adds one interaction in direction side (0: a to b), not late, to a line whose a and b
 * are set. A second message on a day that is counted adds nothing to the memories. */
void tie_update(struct tie_line *, int side, uint32_t at, int32_t offset);

/* The line of the pair {a, b} from its events, which are in order of (at, event id); those
 * after until are left out. False, with *out untouched, when an event is of another pair or
 * out of order, or a = b. Without events the line is empty but for its names.
 * Equal, bit for bit, to adding the same events one by one. */
bool tie_replay_pair(uint32_t a, uint32_t b, const struct tie_event *, ptrdiff_t n, uint32_t until,
                     int32_t offset, struct tie_line *out) MUST_USE;
/* A rebuild of everything is the cheaper way when so many of all pairs have late events. */
static inline bool tie_rebuild_is_cheaper(int64_t dirty, int64_t pairs)
{
    return dirty > pairs / 10;
}

/* ---- reading, on the day of time at; at an earlier time than tie_last() replay first ---- */

/* One direction's memory in fresh days: the weighted sum of what is left of its four. */
double tie_memory(const struct tie_line *, int side, int32_t today, int32_t offset);
/* The memory of a year alone: what attention is measured by. */
double tie_year(const struct tie_line *, int side, int32_t today, int32_t offset);

static inline int tie_side(const struct tie_line *l, uint32_t me) { return me == l->a ? 0 : 1; }

double tie_closeness(double out, double in);   /* geometric mean of both directions */
double tie_warmth(double out, double in);      /* whichever way: sooner or later contact */
double tie_rhythm(double warmth);              /* days; HUGE_VAL when cold */
double tie_reciprocity(double out, double in); /* 0 .. 1; 0 without contact */
double tie_asymmetry(double out, double in);   /* -1 (only they) .. 1 (only I) */
/* Chance of contact in either direction within so many days. Overstates on platforms that die. */
double tie_chance(double warmth, double days);

struct tie_reading {
    uint32_t me, other;
    double out, in; /* my memory of writing to the other, and theirs to me */
    double closeness, warmth;
    double rhythm_days; /* as warm as one heard from every so many days */
    double reciprocity, asymmetry;
    double gap;       /* own rhythm in days, 0 = only one active day */
    int silence_days; /* since the last interaction of either */
    int days;         /* active days */
    int n_out, n_in, run_out, run_in;
    uint32_t last_out, last_in; /* meaningful where n is not 0 */
};
/* The tie as me, one of the two, has it at time at. */
struct tie_reading tie_read(const struct tie_line *, uint32_t me, uint32_t at, int32_t offset);
