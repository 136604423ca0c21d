/* SPDX-License-Identifier: GPL-3.0-or-later
 * circle.h - a few people who sit together: a name, a why, a size that is set when it is made, and
 * nobody above the others. Whoever is in it may invite, by a link that works once; nobody can be
 * put out, everybody may leave. Only members know that there is one, unless its maker chose that
 * keepers may; what is not the viewer's to know is answered like what does not exist.
 *
 * Somebody may come in under a mask: a name of their choice, made for this circle alone. To the
 * others a mask is a row of table person with that name and a random address, on no list and no
 * page; who is behind it stands in table persona and, sealed, in the log. What a mask hides is the
 * link between two names. It does not hide how somebody writes, when they write, or that whoever
 * gave out a link to one person alone can tell who came by it; who runs the machine can look.
 * There is no veil: nothing is shuffled in time. */
#pragma once
#include "people/keeper.h"

enum {
    CIRCLE_SIZE = 15, /* when nothing is chosen */
    CIRCLE_LEAST = 2,
    CIRCLE_MEMBERS_MOST = 150,
    CIRCLE_NAME_MOST = 80, /* bytes */
    CIRCLE_WHY_MOST = 300,
    CIRCLES_MOST = 100,     /* one is in */
    CIRCLE_INVITES = 20,    /* open at a time, of one circle */
    CIRCLE_LINK_S = 7 * DAY /* a link holds for */
};

struct circle {
    id id;
    struct str name, why;
    int size, members; /* members: 0 where the viewer is none */
    bool cards;        /* a card list: members are not told who the others are */
    bool told;         /* keepers may know that there is one */
    int64_t made;
};
struct circles {
    struct circle *at;
    int n;
};
/* E_NOTFOUND: there is none, or the viewer may not know. */
err circle_get(struct ctx *, id circle, struct circle *out) MUST_USE;
struct str circle_name(struct ctx *, id circle);      /* empty: as E_NOTFOUND */
void circles_mine(struct ctx *, struct circles *out); /* by name; at most CIRCLES_MOST */
/* Those that a keeper may know of and is not in; none for others. */
void circles_told(struct ctx *, struct circles *out);
bool circle_any(struct ctx *, id person); /* is that person in one? */

/* A place in a circle. */
struct circle_seat {
    id face; /* who they are to the others: the person, or the row of their mask */
    bool masked;
    struct str name;
    int64_t at; /* since */
    channel way;
};
bool circle_seat(struct ctx *, id circle, struct circle_seat *out); /* the viewer's */
struct circle_seats {
    struct circle_seat *at;
    int n;
};
/* Who is in it, by name; of a card list the viewer alone, of a circle of others nobody. */
void circle_members(struct ctx *, id circle, struct circle_seats *out);

struct circle_new {
    struct str name, why;
    int size; /* 0: CIRCLE_SIZE */
    bool cards, told;
};
/* The viewer is its first member. E_INVALID: no name or why, too long, a size that is none. */
err circle_make(struct tx *, const struct circle_new *, id *out) MUST_USE;
/* By any member. E_NOTFOUND, E_INVALID. */
err circle_change(struct tx *, id circle, struct str name, struct str why) MUST_USE;
/* How the viewer gets what is said there: CHANNEL_MAIL or CHANNEL_WEB. E_INVALID: a mask reads and
 * writes in the browser only, for a letter goes through the hands of others. */
err circle_way(struct tx *, id circle, channel way) MUST_USE;
err circle_leave(struct tx *, id circle) MUST_USE;

/* ---- invitations ----------------------------------------------------------- */

/* *token is for the link and nothing else; only its hash is kept. whom: for whom it is, if that is
 * an address; the house meets them by this. NULL: for whoever has it and is known here. E_CONFLICT:
 * it is full, or too many links are open. */
err circle_invite(struct tx *, id circle, const struct meeting *whom, struct str *token) MUST_USE;
struct circle_link {
    id event;
    int64_t until;
};
struct circle_links {
    struct circle_link *at;
    int n;
};
void circle_links(struct ctx *, id circle, struct circle_links *out); /* the viewer's open ones */
err circle_uninvite(struct tx *, id event) MUST_USE;                  /* one's own */
/* What a link leads to: name and why, and whether there is room (members<size). E_NOTFOUND: no such
 * link, used, too old. */
err circle_by_link(struct ctx *, struct str token, struct circle *out) MUST_USE;
/* The viewer comes in; mask: the name of it, empty: under their own. Uses the link up. E_NOTFOUND
 * as above; E_CONFLICT: in it already, or full by now; E_INVALID: a mask that is called like a
 * member, or like nobody. */
struct circle_entry {
    struct str token, mask;
    channel way; /* 0: in the browser */
};
err circle_join(struct tx *, const struct circle_entry *, id *circle) MUST_USE;

/* ---- for what ranks above: delivering ----------------------------------------- */

/* Those who are in it and get letters, under their own names. */
void circle_by_mail(struct ctx *, id circle, id *persons, int max, int *n);
/* How somebody who is in it under their own name gets what is said; CHANNEL_NONE: they are not in
 * it, or masked. */
channel circle_way_of(struct ctx *, id circle, id person);
bool circle_has(struct ctx *, id circle, id person); /* is in it now, masked or not */
/* Runs under the name by which the viewer is known there: c->viewer becomes the face, until it is
 * set back by who called. False: the viewer is not in it. */
bool circle_as(struct ctx *, id circle, id *before);

/* Events of circles that hold words of that person, who is about to be erased: whose masks they
 * wore, and where they were asked in by an address that goes. How many, at most max. */
int circle_events(struct ctx *, id person, const struct erasure *, id *out, int max);

extern const struct concept circles_concept;
