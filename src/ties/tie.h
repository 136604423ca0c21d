/* SPDX-License-Identifier: GPL-3.0-or-later
 * tie.h - the directed relation between two persons, computed from what passed between them.
 *
 * talk says who addressed whom (tie_contacts); a pair counts once both sides are of the house
 * or have been met (the evidence gate), then in full, from the first event on. */
#pragma once
#include "people/person.h"
#include "ties/drift.h"
#include "ties/engine.h"
#include "ties/layer.h"

struct contact {
    id from, to;
    id opens; /* the person with whom it went both ways by this event, or 0 */
};
/* Replaces the interactions of one event by these (none: takes them away). Persons as they are
 * known now; a message to oneself is left out. */
void tie_contacts(struct tx *, id event, int64_t at, const struct contact *, int n);
/* After a merge, a split, a gate that opened, an engine switched on or off. */
void tie_person_changed(struct tx *, id person);

/* The state of one pair; false when there is none. */
bool tie_get(struct ctx *, id me, id other, struct tie_line *out);
struct tie_lines {
    struct tie_line *at;
    int n;
};
/* All ties of a person, at most max, in no particular order. */
void tie_of(struct ctx *, id person, int max, struct tie_lines *out);
/* All ties between living persons of the house's log with contact after `since`, at most max. */
void tie_all(struct ctx *, int64_t since, int max, struct tie_lines *out);

struct tie_said {
    int wanted; /* tie_layer + 1; 0: not said */
    int64_t fine_at;
};
struct tie_said tie_said(struct ctx *, id owner, id other);
/* wanted: tie_layer + 1, or 0 to take it back. */
err tie_want(struct tx *, id other, int wanted) MUST_USE;
/* "It's fine": silences the drift of this tie until the next contact. */
err tie_leave_be(struct tx *, id other) MUST_USE;
err tie_set_engine(struct tx *, id person, bool on) MUST_USE;

/* Who drifts from this keeper, most at stake first. */
struct drift {
    struct person who;
    struct tie_reading reading;
    tie_drift state;
    struct str words; /* the sentence */
};
struct drifts {
    struct drift *at;
    int n;
};
void tie_drifting(struct ctx *, id keeper, int max, struct drifts *out);
int tie_house_days(struct ctx *); /* age of the house's log: since its first interaction */

extern const struct concept ties_concept;
