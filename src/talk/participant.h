/* SPDX-License-Identifier: GPL-3.0-or-later
 * participant.h - who takes part in a conversation besides those its mail names.
 *
 * Somebody who was added reads by mail or in the browser. What comes into the conversation from
 * then on is passed to them once, on their way and no other; what was said before only if the one
 * who added them said so. Which message was passed to whom is an event of its own, so that
 * conversations that join, old mail that is imported later, and a rebuild show nobody anything
 * they were not given. What somebody was given stays theirs when they leave. */
#pragma once
#include "talk/talk.h"

enum { PARTICIPANTS_MOST = 200 };

struct participant {
    id event;          /* that added them; names the participation */
    id message;        /* names the conversation */
    id person, keeper; /* who takes part, who added them */
    struct str name;
    int64_t at;
    channel way; /* how they read */
    int64_t handle;
    struct str uri, address; /* of it: "mailto:ada@x", and as written */
    int past;                /* how many messages of before they were given */
};
struct participants {
    struct participant *at;
    int n;
};
/* Those who take part now in the conversation of a message the viewer may see, in the order they
 * came; at most PARTICIPANTS_MOST. */
void talk_participants(struct ctx *, id message, struct participants *out);
/* E_NOTFOUND when there is none, they left, or the viewer may not see that conversation. */
err talk_participant(struct ctx *, id event, struct participant *out) MUST_USE;

bool talk_takes_part(struct ctx *, id person); /* or did, somewhere, and was not erased */
/* Does the viewer take part in the conversation of that message now? */
bool talk_own_part(struct ctx *, id message, struct participant *out);

struct participant_new {
    id message, person;
    channel way;
    struct str uri;             /* which of the person's handles; for the web any */
    bool past;                  /* also what was said before, as far as the viewer may read it */
    const struct meeting *meet; /* instead of person and uri: an address, also of somebody the house
                                   has not met; it meets them by this */
};
/* One mail address as somebody typed it, and what to call them (may be empty). E_INVALID: it is
 * none, or more than one. */
err talk_typed(struct ctx *, struct str address, struct str name, struct meeting *out) MUST_USE;
enum { TALK_NAME_LETTERS = 100 };
/* With the first one those outside who stand in its mail take part as well, by mail: else an answer
 * to one of them would not reach the others. E_CONFLICT: takes part already. E_DENIED: the person
 * is marked (left, deceased, do not contact, paused). E_INVALID: no such address, or a way that is
 * none. */
err talk_add(struct tx *, const struct participant_new *, id *event) MUST_USE;
/* One who sits in a circle and gets letters takes part in what is said there: inside talk. */
void participant_seat(struct tx *, id message, id person);
/* By a keeper who may see it, or by the person. */
err talk_part(struct tx *, id event) MUST_USE;

/* ---- passing on ----------------------------------------------------------- */

/* Passes a message that has just come, or was just written, on to those who take part and were not
 * reached by it already: not its writer, nobody whose address stands in it. Only what a person
 * wrote who is of the house or takes part; mail of strangers and machines stays with the keepers.
 * Nor what was noted of spoken words. Returns to whom it was, but for its writer: see
 * talk_relay(). Asking again passes nothing a second time. */
void talk_pass(struct tx *, id message, struct participants *to);

/* ---- reply addresses ------------------------------------------------------- */

/* The token of a participation, lower-case base32 of 128 bits that only this house can make. */
struct str reply_token(struct ctx *, id event);
/* The participation a token belongs to, also one that ended; 0: none. Case does not matter. */
id reply_token_find(struct ctx *, struct str token);
/* Does that look like one? */
bool reply_token_is(struct str);

/* Whose reply address somebody else used for that message; empty: nobody's. */
struct str talk_strange(struct ctx *, id message);

/* ---- going out, and coming back (relay_mail.c) ------------------------------ */

/* talk_pass(), and a row of the outbox for each it was passed to, on their channel. By mail that
 * is a copy: from the one who wrote, by way of the house, to that one alone, with an address of
 * their own to answer to. In the work that took or wrote the message, once it is settled. */
void talk_relay(struct tx *, id message);

/* To somebody who was added with the past: at most the last 50 messages of it. */
void talk_relay_past(struct tx *, id event);

/* A mail that has just arrived (not one of old mail that is read in) at that address of ours: a
 * reply address brings it into its conversation; if somebody else used it, that is noted, and
 * nobody but the keepers gets it. Then talk_relay(). token: mail_reply_token(); may be empty. */
void talk_arrived(struct tx *, id message, struct str token);

/* What somebody who takes part says in the browser (come.h). E_NOTFOUND: no such conversation,
 * E_DENIED: they take no part in it any more, E_INVALID: no words, or too many. */
err talk_say(struct tx *, id about, struct str words, id *message) MUST_USE;
enum { TALK_SAY_BYTES = 64 * KIB, TALK_SAY_HOUR = 60 /* messages an hour */ };
/* The words of what somebody typed to say. E_INVALID: none, too many, or too often. */
err talk_say_words(struct ctx *, id who, struct str typed, struct str *out) MUST_USE;
