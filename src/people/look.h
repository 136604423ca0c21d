/* SPDX-License-Identifier: GPL-3.0-or-later
 * look.h - which keeper looked at what the house keeps of somebody, on which day, and why: an
 * event without values, once for each keeper, person, day and kind of look. Shown to that person
 * on their own page. */
#pragma once
#include "people/person.h"

/* Numbers stand in the log. */
typedef enum {
    LOOK_PAGE = 1, /* their page                                        */
    LOOK_COUNTER,  /* the page on which a talk with them is noted       */
    LOOK_FACTS,    /* what is noted of them, in a list or a terminal    */
    LOOK_PAPER,    /* a code on paper was made, to let them in          */
    LOOK_LAST = LOOK_PAPER
} look_kind;
struct str look_words(look_kind); /* "opened the page about you" */

/* Is a look of the viewer at that person to be noted? Not at oneself, at colleagues, or at what is
 * nobody; and not if it was noted today. */
bool look_due(struct ctx *, id person, look_kind);
/* Notes it, if it is due. */
void look_note(struct tx *, id person, look_kind);

struct look {
    id event, keeper;
    struct str keeper_name;
    int64_t at;
    look_kind kind;
};
struct looks {
    struct look *at;
    int n;
};
/* The newest first, at most max; for the person themselves and for owners, nobody else. */
void look_list(struct ctx *, id person, int max, struct looks *out);

void look_apply(struct tx *, const struct event *);
