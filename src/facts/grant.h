/* SPDX-License-Identifier: GPL-3.0-or-later
 * grant.h - what a person agreed to: a chain of events, each with who, when, how, and the words
 * that were agreed to. Two states permit, and no other. */
#pragma once
#include "facts/fact.h"

/* Numbers stand in the log. A state without a decision in grant_permits() does not compile. */
typedef enum {
    GRANT_REQUESTED = 1,
    GRANT_GIVEN,
    GRANT_RENEWED,
    GRANT_DEFERRED,
    GRANT_REFUSED,
    GRANT_WITHDRAWN, /* by the person */
    GRANT_REVOKED,   /* by somebody else */
    GRANT_EXPIRED,
    GRANT_INVALIDATED,
    GRANT_UNKNOWN
} grant_state;
bool grant_permits(grant_state);
bool grant_open(grant_state); /* waits for an answer */
struct str grant_state_word(grant_state);

/* How it was said. */
typedef enum {
    GRANT_BY_PAGE = 1, /* a button the person pressed */
    GRANT_BY_MAIL,
    GRANT_BY_WORD, /* said to a keeper, who writes it down */
    GRANT_BY_PAPER,
    GRANT_BY_CLOCK /* its time was over */
} grant_way;

enum { GRANT_DAYS = 730, GRANT_KEYS_MOST = 200 };
struct grant_new {
    id person;
    unsigned purposes;
    struct str keys; /* words of fact keys with blanks between; empty: any that is not special */
    struct audience audience;
    int days;            /* 0: GRANT_DAYS, which is the most */
    bool special;        /* for special facts; has to name the keys */
    bool parent;         /* a parent speaks, for somebody under age */
    struct str language; /* of the words that were shown; "": en */
    grant_way way;
};
/* Asked for, or given at once. Given by the person themselves, or by a keeper to whom they said
 * so (GRANT_BY_WORD, GRANT_BY_PAPER). What is special is not permitted by what a keeper wrote down
 * until the person says so. E_DENIED, E_INVALID with a sentence. */
err grant_request(struct tx *, const struct grant_new *, id *out) MUST_USE;
err grant_give(struct tx *, const struct grant_new *, id *out) MUST_USE;

/* The next step of one that there is. E_NOTFOUND: none, or not the viewer's. E_CONFLICT: it can't
 * go from its state into that one; withdrawing can always be done. With a step into a state that
 * doesn't permit, all facts that rest on it alone go in the same transaction. */
err grant_step(struct tx *, id grant, grant_state, grant_way) MUST_USE;

struct grant {
    id id, person;
    grant_state state;
    bool permits; /* by state and by time */
    int64_t begun, changed, until;
    int64_t lasts; /* seconds, from each yes on */
    unsigned purposes;
    struct str keys;
    bool special, seen, parent;
    int64_t audience;
    struct str principal, language, notice, terms;
};
struct grants {
    struct grant *at;
    int n;
};
err grant_get(struct ctx *, id grant, struct grant *out) MUST_USE;
void grant_list(struct ctx *, id person, int max, struct grants *out); /* the newest first */
/* What for, and which facts: "look after you as you like it (kept for it: Likes)" */
struct str grant_words(struct ctx *, const struct grant *);
struct str grant_lasts(struct arena *, const struct grant *); /* "for two years" */
/* One that permits that key for those purposes now; 0: none. */
id grant_covering(struct ctx *, id person, struct str key, unsigned purposes);

struct grant_step_line {
    id event, actor;
    int64_t at;
    grant_way way;
    grant_state state;
};
struct grant_chain {
    struct grant_step_line *at;
    int n;
};
void grant_chain(struct ctx *, id grant, int max, struct grant_chain *out); /* oldest first */
int grant_sweep(struct tx *, int max); /* those whose time is over expire; how many */

/* The words somebody agrees to, in that language ("en" where there are none), and what stands of
 * them in the log: their SHA-256 in hex. */
struct str grant_notice(struct arena *, struct str language);
struct str grant_notice_hash(struct arena *, struct str language);
