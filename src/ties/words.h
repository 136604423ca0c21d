/* SPDX-License-Identifier: GPL-3.0-or-later
 * words.h - what is said of a tie, to one of its two sides: sentences, never numbers of the model.
 *
 * The only numbers are days and counts, rounded as people speak. Closeness, warmth, rank and
 * shares stay unsaid. An empty string means: say nothing. All strings live in the arena. */
#pragma once
#include "ties/drift.h"
#include "ties/engine.h"

/* Why nothing, or something else, is said; each may hold for either person. */
enum {
    TIE_SILENT_OFF = 1,       /* the person switched the engine off                   */
    TIE_SILENT_UNSETTLED = 2, /* an identity suggestion on either is open             */
    TIE_SILENT_HOLIDAY = 4,   /* holidays or a pause were declared                    */
    TIE_SILENT_ELSEWHERE = 8, /* most recent contact is where the house can't see it */
};

/* The other person and the circumstances, as the caller knows them. */
struct tie_about {
    struct str name;
    struct str he, him; /* "she", "her"; empty: the name is said instead           */
    int64_t now;        /* the time of the reading                                 */
    int32_t offset;     /* of the house                                            */
    int house_days;     /* age of the house's log                                  */
    unsigned about;     /* TIE_LEFT ... of drift.h                                 */
    unsigned silent;    /* TIE_SILENT_ ...                                         */
    int stale_days;     /* days since the mailbox or channel was last fetched      */
    struct str stale;   /* its name, said when stale_days outlast the rhythm       */
    bool has_odds;      /* odds come from tie_odds_say(): share that came back     */
    double odds;
    int days_out, days_in; /* active days of each side, for tie_say_close(); 0: unsaid */
    bool propose_stop;     /* the sender is of the house, the receiver a regular      */
};

/* How the tie stands, in one or two sentences: in rhythm, quiet, lost, one-way, new. */
struct str tie_say_state(struct arena *, const struct tie_reading *, const struct tie_about *);
/* "As close as a monthly exchange, and even: 12 days from you, 10 from her." */
struct str tie_say_close(struct arena *, const struct tie_reading *, const struct tie_about *);
/* "as warm as somebody you hear from every 9 days"; empty when cold. */
struct str tie_say_warm(struct arena *, const struct tie_reading *);
/* "You write more than you used to: on 8 of the last 30 days, every 9 days before." */
struct str tie_say_above(struct arena *, int days_in_30, double gap_before);
/* Who would move out of a full layer: "There's room for 15; Ben would move out. You wrote each
 * other every 11 days, last 20 days ago." */
struct str tie_say_room(struct arena *, int size, struct str name, const struct tie_reading *);
/* "Ana knows you both: weekly with you, monthly with him." him may be empty: the name. */
struct str tie_say_introducer(struct arena *, struct str by, double closeness_to_you,
                              double closeness_to_them, struct str him, struct str name);

/* Parts. */
struct str tie_say_days(struct arena *, int64_t days); /* "31 days", "about 3 months" */
struct str tie_say_every(struct arena *, double days); /* "every 9 days" */
struct str tie_say_odds(struct arena *, double share); /* "about 4 in 10" */
struct str tie_say_often(double closeness);            /* "weekly", "monthly" */
/* "even", "mostly you", "mostly her" */
struct str tie_say_balance(struct arena *, const struct tie_reading *, const struct tie_about *);
