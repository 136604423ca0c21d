/* SPDX-License-Identifier: GPL-3.0-or-later
 * me.h - what the house keeps of somebody, as they see it themselves, and what they may do about
 * it.
 *
 * Reading only, for the viewer and about the viewer: no function here takes a person. Sentences are
 * theirs where they wrote them or got them; what somebody else wrote of them is said to be there
 * and not repeated. Ties come in words and without layers: who stands how near to whom is told to
 * the near one only. */
#pragma once
#include "facts/grant.h"
#include "people/look.h"
#include "post/outbox.h"
#include "talk/own.h"

enum {
    ME_FACTS = 500,
    ME_GRANTS = 100,
    ME_TALKS = 40,
    ME_WAITS = 40,
    ME_LOOKS = 60,
    ME_TIES = 40,
    ME_SHUT = 20,
    ME_NAMES = 20
};

struct me_fact {
    struct fact fact;
    struct str says;   /* "likes the table by the window" */
    struct str from;   /* "You said so; Mia wrote it down on 3 May 2026." */
    struct str source; /* the sentence it was read from; empty: there is none, or not for you */
    struct str state, purposes, basis, audience;
    struct fact_weighing weighed; /* empty: it does not rest on that */
};
struct me_facts {
    struct me_fact *at;
    int n;
};
/* One that is about the viewer; else E_NOTFOUND, in the same words as what is not there. */
err me_fact(struct ctx *, id fact, struct me_fact *out) MUST_USE;

struct me_tie {
    id other;
    struct str name, words, rests;
};
/* What somebody may say yes to, and whether they did. */
struct me_consent {
    fact_purpose purpose;
    struct str words;
    struct grant grant; /* id 0: no yes holds */
    id receipt;         /* event; 0: none was written */
};
struct me_grant {
    struct grant grant;
    struct str what, audience;
    id receipt; /* of its last step */
    bool open;  /* waits for their word */
};
/* One of the viewer's own; else E_NOTFOUND, in the same words as what is not there. */
err me_grant(struct ctx *, id grant, struct me_grant *out) MUST_USE;

struct me {
    struct person who;
    struct str house;
    int64_t now;
    bool keeper;
    bool merged; /* a keeper said that two entries are you */
    struct me_facts facts;
    struct me_consent consents[PURPOSE_LAST];
    struct me_grant *asked, *given; /* asked: for which an answer is waited; given: all others */
    int n_asked, n_given;
    struct me_tie *ties;
    int n_ties;
    struct own_talks talks;
    struct own_waits waits;
    struct looks looks;
    struct handles handles;
    struct person_names names;
    struct outbox_shuts shut;
    struct str card;     /* "Mia brought an address book with you in it on 3 May 2026." or empty */
    int64_t stranger_on; /* known only from the letters of others: when that is forgotten; 0: no */
    int64_t told_at;     /* when they were told that they may object; 0: not yet */
};
void me_read(struct ctx *, struct me *out);
/* All of it for a program, but for sessions, which have a page of their own. */
struct str me_json(struct ctx *, const struct me *);

/* ---- records, counted --------------------------------------------------------- */

/* Every table in which something is the viewer's: by their number, by a handle of theirs (a keyed
 * hash), or by the number of something of theirs. Each is shown somewhere on their pages or
 * withheld for a reason, and a test looks for what this list forgot. */
struct me_held {
    const char *table;
    struct str what;  /* "Letters you wrote or got" */
    struct str where; /* where they are shown; or why they are not */
    bool withheld;
    struct me_key {
        int64_t a, b; /* what tells the row from others of its table, as far as numbers do */
    } * at;           /* NULL where keys were not asked for */
    int n;
};
struct me_helds {
    struct me_held *at;
    int n;
};
void me_held(struct ctx *, bool keys, struct me_helds *out);
