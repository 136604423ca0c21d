/* SPDX-License-Identifier: GPL-3.0-or-later
 * outbox.h - what leaves the house: a row a recipient, filled in the transaction that appends the
 * letter, and delivered later, outside of any transaction.
 *
 * At most once would lose letters, so it is at least once: a row is claimed with a lease, handed
 * to its channel, and what came of it is written down. Where the program ends in between, even in
 * the middle of DATA, the same bytes with the same Message-ID go again once the lease is over; a
 * Message-ID tells that it is the same letter.
 *
 * Before every delivery stands the gate: nobody is written to who has died, left, is not to be
 * contacted or is left in peace, nor an address that takes no mail any more. */
#pragma once
#include "people/person.h"
#include "post/channel.h"

enum {
    OUTBOX_LEASE_S = MINUTE, /* renewed while it is carried, see outbox_renew() */
    OUTBOX_RENEW_S = 15,
    OUTBOX_CARRY_S = 17 * MINUTE, /* longer than a channel may take for one delivery */
    OUTBOX_PATIENCE_S = 30 * DAY, /* of a channel that can't know when somebody is back */
    OUTBOX_LATE_S = 5 * DAY /* a letter that has not gone by then hardly will: its keeper is told */
};

typedef enum {
    OUTBOX_QUEUED,
    OUTBOX_HANDED,
    OUTBOX_REFUSED,  /* by who was to take it */
    OUTBOX_RETURNED, /* handed over, and sent back later */
    OUTBOX_GIVEN_UP, /* tried for as long as the channel tries */
    OUTBOX_HELD      /* not sent: the gate */
} outbox_state;

struct outbox_letter {
    id message; /* its event, which holds the bytes */
    channel channel;
    id account; /* mailbox it goes out from; 0: the channel needs none */
    bool copy;  /* the account wants a copy laid into its Sent folder */
    bool relay; /* passed on: of the message only what a copy keeps, see kit/mail/relay.h */
    bool apart; /* it concerns nobody who keeps the house: on no list, in no count of theirs */
};
struct outbox_to {
    int64_t handle;
    struct str address; /* as the channel writes it; empty where it is fetched */
    struct str head;    /* header lines of this copy alone, each with CRLF; may be empty */
};
/* By the viewer, in the transaction that appended the message. Each handle once. */
void outbox_put(struct tx *, const struct outbox_letter *, const struct outbox_to *, int n);
/* A letter that is in no message, such as the one that lets somebody in: raw goes as it is, through
 * the same gate, and is forgotten once it is done with. asked: who gets it asked for it just now;
 * for a day it then also goes to who is not to be contacted or is left in peace. */
void outbox_notice(struct tx *, id account, const struct outbox_to *, struct str raw, bool asked);

/* No mail that waits is sent any more, and why; how many. A house from a backup does not know
 * whether it went out since. */
int64_t outbox_hold_all(struct tx *, struct str why);

/* Why nothing may be sent to that handle; empty: it may. unknown handles may be written to. What is
 * queued to who is left in peace until a day waits for that day; all else is not sent. */
struct str outbox_gate(struct ctx *, int64_t handle);

/* Delivers one that is due. False when none is, or the ceiling is reached. Several threads and
 * programs at once. The arena is of this step alone. */
bool outbox_step(struct store *, struct arena *, const atomic_bool *cancel);
/* Does this program carry anything? Then its leases are renewed each OUTBOX_RENEW_S, so that those
 * of a program that ended in the middle are soon over, also where several share a database. */
bool outbox_carries(struct ctx *);
void outbox_renew(struct tx *);

/* What the program allows; set once at its start. */
struct outbox_rules {
    int64_t hour_most; /* letters handed over within an hour, recipients counted */
    int64_t carrier;   /* names this program in a lease: drawn at its start */
};
extern struct outbox_rules outbox_rules;

/* ---- for pages ------------------------------------------------------------ */

struct outbox_row {
    id id, message, person;
    channel channel;
    struct str name, address; /* of whom it goes to */
    outbox_state state;
    int tries;
    int64_t made, next_at, tried_at, done_at;
    struct str said;
};
struct outbox_rows {
    struct outbox_row *at;
    int n;
};

/* For other lists of rows: handle h and person p of table outbox o. */
#define OUTBOX_COLUMNS                                                                             \
    "o.id, o.message, coalesce(p.id, 0), coalesce(p.name, ''), o.address, o.state, o.tries, "      \
    "o.next_at, o.tried_at, o.done_at, o.said, o.made, o.channel"
struct outbox_row outbox_row(struct rows *);

struct outbox_counts {
    int64_t queued, stuck, failed; /* stuck: tried for more than an hour; failed: in two weeks */
    int64_t late;                  /* of the stuck: for more than OUTBOX_LATE_S */
    int64_t ours;                  /* sent back in two weeks for how this house sends */
    bool full;                     /* the ceiling of the hour is reached and more is due */
};
/* Of the viewer's letters; of all where there is no viewer. */
void outbox_count(struct ctx *, struct outbox_counts *out);
/* The viewer's that wait for another try, or failed in two weeks; newest first. */
void outbox_list(struct ctx *, int max, struct outbox_rows *out);

/* ---- addresses that take no mail ------------------------------------------- */

typedef enum {
    RETURN_SOFT = 1, /* five in 14 days shut the address */
    RETURN_GONE,     /* shuts it */
    RETURN_OURS,     /* about the letter or this house */
    RETURN_COMPLAINT /* not to be contacted from now on */
} outbox_return;
struct outbox_report {
    id message; /* which of ours */
    int64_t handle;
    outbox_return what;
    struct str said;
};
/* Believed: the caller knows that the message was ours and went there. Appends events. */
void outbox_report(struct tx *, const struct outbox_report *);
/* Did that message of ours go to that handle? */
bool outbox_went_to(struct ctx *, id message, int64_t handle);

struct outbox_shut {
    int64_t handle, at;
    id person;
    struct str name, address, said;
};
struct outbox_shuts {
    struct outbox_shut *at; /* newest first */
    int n;
};
/* A person's; of 0 those that letters came back from which the viewer may see. */
void outbox_shut_list(struct ctx *, id person, int max, struct outbox_shuts *out);
/* A keeper says that it takes mail again. E_NOTFOUND. */
err outbox_open(struct tx *, int64_t handle) MUST_USE;

extern const struct concept outbox_concept;
