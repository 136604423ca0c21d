/* SPDX-License-Identifier: GPL-3.0-or-later
 * tie.h - the directed relation between two persons, computed from what passed between them.
 *
 * talk says who addressed whom (tie_contacts); a pair counts once both sides are of the house
 * or have been met (the evidence gate), then in full, from the first event on. */
#pragma once
#include "people/person.h"
#include "ties/axes.h"
#include "ties/drift.h"
#include "ties/engine.h"
#include "ties/layer.h"

struct contact {
    id from, to;
    id opens; /* the person with whom it went both ways by this event, or 0 */
};
/* Replaces the interactions of one event by these (none: takes them away). Persons as they are
 * known now; a message to oneself is left out. first: there are none of it yet. */
void tie_contacts(struct tx *, id event, int64_t at, bool first, const struct contact *, int n);

/* The state of one pair; false when there is none. */
bool tie_get(struct ctx *, id me, id other, struct tie_line *out);
struct tie_lines {
    struct tie_line *at;
    int n;
};
/* Two who write each other, and how close they are today. */
struct tie_bond {
    id a, b;
    double closeness;
};
struct tie_bonds {
    struct tie_bond *at;
    int n;
};
/* Ties of two days and more, both ways, between living persons, with contact after `since`, as far
 * as the viewer may read what made them; most days first, at most max. */
void tie_bonds(struct ctx *, int64_t since, int max, struct tie_bonds *out);

struct tie_said {
    int wanted; /* tie_layer + 1; 0: not said */
    int64_t fine_at;
};
struct tie_said tie_said(struct ctx *, id owner, id other);
/* wanted: tie_layer + 1, or 0 to take it back. */
err tie_want(struct tx *, id other, int wanted) MUST_USE;
/* "It's fine": silences the drift of this tie until the next contact. */
err tie_leave_be(struct tx *, id other) MUST_USE;
err tie_watch(struct tx *, id other) MUST_USE; /* takes "it's fine" back */
/* E_DENIED: they switched it off themselves, and the viewer is somebody else. */
err tie_set_engine(struct tx *, id person, bool on) MUST_USE;

int tie_house_days(struct ctx *); /* age of the house's log: since its first interaction */

/* ---- one person's ties from live rows; for that person only ---------------------- */

struct tie_own {
    id other;
    struct str name;
    person_kind kind;
    bool ours;              /* a colleague                                  */
    unsigned about, silent; /* TIE_LEFT ... of drift.h; TIE_SILENT_OFF ...  */
    struct tie_said said;
    tie_layer layer, wanted; /* as it is; as declared, else as it is         */
    struct tie_reading reading;
    struct tie_line line;
};
struct tie_owns {
    struct tie_own *at; /* closest first */
    int n;
    id me;
    int house_days,
        stale_days; /* stale_days: since the mailbox was last read; the caller's to set */
};
/* All ties of a person with their layers, in two statements; at most 5,000 of each direction. */
void tie_layers_of(struct ctx *, id me, struct tie_owns *out);
/* The same without those of whom nothing is to be said: fewer than five days, the last of them long
 * ago. They can't stand nearer than the widest layer. */
void tie_lately_of(struct ctx *, id me, struct tie_owns *out);
/* The same without those that can stand in no layer: quiet for a year, and fewer than five days. */
void tie_near_of(struct ctx *, id me, struct tie_owns *out);
const struct tie_own *tie_own_find(const struct tie_owns *, id other); /* or NULL */
/* The sentence for one of them; empty: nothing is said. */
struct str tie_own_say(struct ctx *, const struct tie_owns *, const struct tie_own *);

/* Everything a person page says of one pair. */
struct tie_view {
    bool known;              /* false: no tie, the words may say why not            */
    struct str words;        /* how it stands                                       */
    struct str close;        /* how close, and why                                  */
    struct str room;         /* who would move out if it came as close as wanted    */
    tie_layer layer, wanted; /* TIE_KNOWN: no layer                                 */
    bool wanted_said;
    bool fine; /* "it's fine" was said and holds                      */
    tie_drift drift;
    struct tie_reading reading;
    struct tie_axes axes; /* how close, and who could name whom                  */
};
/* stale_days: since the mailbox was last read (talk_fresh()), 0 if it is read daily. */
struct tie_view tie_view(struct ctx *, id me, id other, int stale_days);
/* One more in that layer: who would move out, in words; empty while there is room. */
struct str tie_room(struct ctx *, const struct tie_owns *, tie_layer);
const char *tie_layer_word(tie_layer); /* "innermost", "close" ... */

/* Who drifts from the owner, most at stake first, at most max; *more: how many there are in all.
 * Nobody whose rhythm is slower than the mailbox is stale (TIE-24). */
struct drift {
    struct person who;
    struct tie_reading reading;
    tie_drift state;
    struct str words; /* the sentence */
};
struct drifts {
    struct drift *at;
    int n;
    int all;
};
void tie_drifts(struct ctx *, const struct tie_owns *, int max, struct drifts *out);
void tie_drifting(struct ctx *, id keeper, int max, struct drifts *out); /* the same from scratch */
/* Who wrote clearly more in the last 30 days than their rhythm foretold, at most max. */
void tie_joys(struct ctx *, const struct tie_owns *, int max, struct drifts *out);
/* Light in one direction: who writes and was never answered, and whom the owner writes in vain. */
void tie_one_ways(struct ctx *, const struct tie_owns *, int max, struct drifts *out);

/* Ties of the last year among the `near` closest of the owner's acquaintances, as far as the owner
 * may read what made them; one statement for each of those. colleagues: also those of keepers, who
 * know everybody. */
void tie_around(struct ctx *, const struct tie_owns *, int near, bool colleagues,
                struct tie_lines *out);

/* Two of the owner's acquaintances who don't know each other but share a third (TIE-19). */
struct tie_meet {
    id a, b, by;
    struct str a_name, b_name, words;
    int shared;
};
struct tie_meets {
    struct tie_meet *at;
    int n;
};
void tie_should_meet(struct ctx *, const struct tie_owns *, int max, struct tie_meets *out);

extern const struct concept ties_concept;
