/* SPDX-License-Identifier: GPL-3.0-or-later
 * grant_web.h - what somebody agreed to, as keepers see it: asking for a yes in plain words, and
 * writing down what was said across the counter. */
#pragma once
#include "facts/fact_web.h"
#include "facts/grant.h"

extern const struct route grant_routes[];

struct grant_line {
    struct grant grant;
    struct str what, lasts, until, seen; /* in words */
    struct str steps; /* "asked by Mia on 3 May 2026; given on their page today" */
    bool open;        /* waits for an answer */
};
struct grant_view {
    struct person who;
    struct str first_name;
    struct grant_line *at; /* newest first */
    int n;
    struct fact_choices seen_by;
    bool minor; /* a parent has to say it */
};
