/* SPDX-License-Identifier: GPL-3.0-or-later
 * card.h - contacts that a keeper brings from an address book: a card finds or makes one person by
 * its handles. It adds handles, a name where there is no better one, an organisation, a death.
 * All cards of one import can be taken back; who then occurs in mail stays. */
#pragma once
#include "people/person.h"

struct card {
    struct str key; /* names the card for ever: its UID or, without one, its words */
    struct str name, org;
    person_kind kind;   /* PERSON_HUMAN or PERSON_ORG */
    struct meeting *at; /* its handles */
    int n;
    int64_t dead_at; /* 0: no */
    bool mute;       /* do not contact */
    struct str path; /* where it stood */
    int line;
};
struct cards {
    struct card *at;
    int n, cap;
    struct str path; /* of the file that is being read: each card that is added bears it */
};
/* What was left out of a file, and why. */
struct card_note {
    struct str path;
    int line; /* 0: the whole file */
    struct str what, why;
};
struct card_notes {
    struct card_note *at;
    int n, cap;
    struct str path; /* as in struct cards */
};
void card_add(struct arena *, struct cards *, const struct card *);
void card_say(struct arena *, struct card_notes *, int line, struct str what, struct str why);

/* A phone number or an address of the web as a handle; false: it is none. */
bool card_phone(struct arena *, struct str written, struct meeting *out);
bool card_link(struct arena *, struct str written, struct meeting *out);
/* 2021-03-04, 20210304, with or without a time behind it; false: no such day. */
bool card_day(struct str written, int64_t *out) MUST_USE;

typedef enum { CARD_MADE = 1, CARD_JOINED, CARD_SEEN } card_how;
struct card_done {
    card_how how;
    id person;
    struct str name; /* of the person */
    int others;      /* handles of the card that belong to somebody else and stay there */
};
/* source: number of the import, to take it back by. E_INVALID when there is nothing to know them
 * by. */
err card_take(struct tx *, const struct card *, int64_t source, struct card_done *out) MUST_USE;
/* The events of that import's cards, oldest first; how many. */
int card_of_source(struct ctx *, int64_t source, id *out, int max);
/* Handles that came with this card and no other card names. Taking it back removes them but for
 * those that stay, because they occur in mail. */
struct card_handles {
    int64_t *at;
    int n;
};
void card_brought(struct ctx *, id event, struct card_handles *out);
err card_take_back(struct tx *, id event, const struct card_handles *stays) MUST_USE;
/* Cards that were taken back lose their words, in the log as well: numbers and keyed hashes stay.
 * So do the names that keepers gave to whoever was only on such a card. The tables are made anew of
 * what is left. The same contacts may come again. after: end of the log before they were taken
 * back. */
err card_forget(struct tx *, id after) MUST_USE;

/* A person as a vCard 4.0. */
void card_write(struct ctx *, struct buf *, const struct person *);

void card_apply(struct tx *, const struct event *);
