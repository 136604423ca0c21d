/* SPDX-License-Identifier: GPL-3.0-or-later
 * drift.h - ties that go quiet, ties that run above their rhythm, light in one direction only.
 *
 * Silence is measured by the pair's own rhythm: r = silence / gap. r makes the right
 * sentence and a weak order; what is at stake (warmth, rare contact) makes the order.
 * Lost from 8 gaps on: Navarro et al. 2017 on phones. */
#pragma once
#include "ties/engine.h"
#include "ties/layer.h"

enum {
    TIE_DRIFT_DAYS_MIN = 5,  /* active days before anything is said of a rhythm    */
    TIE_HOUSE_DAYS_MIN = 60, /* the log has to be older than that                  */
    TIE_DRIFT_A_DAY = 5,     /* at most so many a keeper; about half will be wrong */
    TIE_ONE_WAY_DAYS = 3,    /* unanswered days until it is one-way light          */
    TIE_ONE_WAY_SENDER = 5,  /* until the sender is told                           */
    TIE_ODDS_BINS = 8,
    TIE_ODDS_MIN = 50,  /* cases before a bin of odds is spoken   */
    TIE_ODDS_DAYS = 30, /* "come back within a month"                         */
};
#define TIE_ODDS_CONTRADICT .15 /* further than that from tie_chance(): nothing is said */

/* Why a tie is left alone, whatever its silence. */
enum {
    TIE_LEFT = 1,
    TIE_DECEASED = 2,
    TIE_PAUSED = 4,
    TIE_LEAVE_ALONE = 8, /* a wish that was stated */
};

typedef enum tie_drift { TIE_STEADY, TIE_MENTION, TIE_ALARM, TIE_LOST } tie_drift;

/* silence / max(gap, 1). */
double tie_drift_ratio(const struct tie_reading *);
/* house_days: age of the house's log; about: the flags above. */
bool tie_drift_eligible(const struct tie_reading *, int house_days, unsigned about);
/* From 2 gaps a mention, from 3 an alarm, from 8 lost; TIE_STEADY when not eligible. */
tie_drift tie_drift_state(const struct tie_reading *, int house_days, unsigned about);
/* warmth * sqrt(gap): what is at stake. */
double tie_drift_value(const struct tie_reading *);

struct tie_drifting {
    uint32_t other;
    tie_layer layer;
    tie_drift state;
    double value;
};
/* First the fifteen, then the fifty, then by falling value; equal ones by person number. */
void tie_drift_sort(struct tie_drifting *, int n);

/* What came of silences in this house: bins of r, cases and how many were back in 30 days. */
struct tie_odds {
    uint32_t cases[TIE_ODDS_BINS], back[TIE_ODDS_BINS];
};
/* r < .5, < 1, < 2, < 3, < 5, < 8, <= 12, above: 0 .. 7. */
int tie_odds_bin(double r);
/* The house's own share, or false: too few cases, or it contradicts the formula. */
bool tie_odds_say(const struct tie_odds *, const struct tie_reading *, double *out) MUST_USE;

/* More active days in the last 30 than a rhythm of gap days (as it was 30 days ago) foretells. */
bool tie_above_rhythm(int days_in_30, int days_before, double gap_before);

/* Unanswered active days of the side that writes (0: a to b) if the other never wrote and
 * there are at least TIE_ONE_WAY_DAYS of them; else 0. */
int tie_one_way(const struct tie_line *, int side);
