/* SPDX-License-Identifier: GPL-3.0-or-later
 * person_view.h - what the page of one person shows; for person_web.c and its template. */
#pragma once
#include "talk/talk_web.h"

enum { CHART_MONTHS = 24 };
struct contact_bar {
    int x, width, up, down;
    struct str year, says; /* year: below the first month of one */
};
struct contact_chart {
    struct contact_bar at[CHART_MONTHS];
    int n, width, height, middle;
    struct str says; /* all of it in words */
    struct str them;
};
struct person_view {
    struct person who;
    struct str short_name, mark, why_no_tie;
    int64_t now;
    struct handles handles;
    struct person_names names;
    struct person_pairs alike;
    struct person_lines merged, common, people;
    struct org_touches touch;
    struct talk_lines talk;
    struct url older, write;
    struct outbox_shuts shut; /* addresses of theirs that take no mail */
    struct tie_view tie;
    struct tie_said said;
    struct contact_chart chart;
    struct fact_view facts;
    struct fact_minds minds;
    bool has_chart, may_write, may_want, can_know, can_note, all_kinds, keeper, mail;
};
