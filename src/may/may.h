/* SPDX-License-Identifier: GPL-3.0-or-later
 * may.h - who may see what, and whom an audience reaches.
 *
 * Pages get other people's messages only joined with the table sight:
 * `JOIN sight s ON s.message=m.id AND s.who=$viewer`, and what has an audience only with
 * `AND REACHED("x.audience", "$2")`. Both are derived from the log and settled in the transaction
 * that changes them. Nothing remembers an answer: each page reads one snapshot of them, so what was
 * taken back is gone with the commit that took it back, and there is no epoch to count. */
#pragma once
#include "circles/circle.h"

/* ---- audiences ------------------------------------------------------------ */

typedef enum { PARTY_PERSON = 1, PARTY_CIRCLE, PARTY_KEEPERS, PARTY_PUBLIC } party_kind;
struct party {
    party_kind kind;
    id who; /* person or circle; 0 for keepers and public */
};
/* No beats yes beats unsaid: who is in none is not reached, whatever any says; none alone reaches
 * nobody. Persons are followed through merges. Keepers are today's; who has left the house is not
 * reached as a person either, but stays a member of their circles. */
struct audience {
    const struct party *any, *none;
    int n_any, n_none;
};
enum { AUDIENCE_PARTS_MOST = 200 };

/* Into a record, in one order whatever order it was given in, each part once. */
void audience_put(struct buf *, int tag, const struct audience *);
/* E_INVALID: nobody in it, too many parts, or a kind or number that can't be. */
err audience_check(struct ctx *, const struct audience *) MUST_USE;
void audience_of(struct arena *, struct str record, struct audience *out);
/* In an apply: keeps it and marks it to be resolved; its key. */
int64_t audience_keep(struct tx *, const struct audience *);
void audience_read(struct ctx *, int64_t key, struct audience *out);
struct audience audience_keepers(void); /* everybody who keeps the house, and nobody else */
bool audience_reaches(struct ctx *, int64_t key, id who);
/* "Anna, and the circle Tuesday table, but not Bert" */
struct str audience_words(struct ctx *, int64_t key);
/* A condition: does the audience reach that viewer? Whoever is named beats everybody. */
#define REACHED(audience_, viewer_)                                                                \
    "coalesce((SELECT g.yes FROM reach g WHERE g.audience=" audience_ " AND g.who IN(0, " viewer_  \
    ") ORDER BY g.who DESC LIMIT 1), 0)=1"

/* ---- one answer ------------------------------------------------------------ */

typedef enum { MAY_SEE = 1, MAY_ANSWER, MAY_CHANGE, MAY_PASS_ON } verb;
typedef enum {
    THING_MESSAGE = 1,
    THING_PERSON,
    THING_FACT,
    THING_GRANT,
    THING_CIRCLE,
    THING_LAST = THING_CIRCLE
} thing_kind;
/* May the viewer? What is not there nobody may. A kind without a rule dies. Lists don't ask it row
 * by row: they join what the rules read. */
bool may(struct ctx *, verb, thing_kind, id thing);
/* A concept's rule for its kind of thing; once, when the program starts. */
typedef bool may_rule_fn(struct ctx *, verb, id thing);
void may_rule(thing_kind, may_rule_fn *);

/* ---- messages -------------------------------------------------------------- */

void may_grant(struct tx *, id message, id who);
/* The conversation of that message is open to the house from then on; at 0: no more. Whose messages
 * they are is talk's to say: it lends sight of them when it settles. */
void may_open(struct tx *, id message, int64_t at);
bool may_see(struct ctx *, id message); /* may the viewer? */
/* May they, also if it is not open to the house? */
bool may_see_own(struct ctx *, id who, id message);

void may_settle(struct tx *); /* audience.c's: whom audiences reach */

extern const struct concept may_concept;
