/* SPDX-License-Identifier: GPL-3.0-or-later
 * import_contacts.h - an address book (vCards, or a table with a row a person) into the house, as
 * one act: seen before it is done, and taken back as one. */
#pragma once
#include "app/house.h"
#include "people/card.h"

struct import_contacts {
    struct str path;
    id keeper;    /* who brings them; 0: the first keeper */
    bool preview; /* say what would be done and change nothing */
    /* found: */
    int64_t source; /* number to take it back by */
    int made, joined, seen, refused;
    struct str mapping;      /* of a table's columns; or empty */
    struct card_notes notes; /* what was left out */
    struct card_done *done;  /* of each card of cards; how 0: refused, see notes */
    struct cards cards;
};
/* By its first bytes, and for tables by the names of the columns. */
bool import_is_contacts(struct arena *, struct str path);
/* E_INVALID with *why; nothing is changed then. */
err import_contacts(struct home *, struct import_contacts *, struct str *why) MUST_USE;
/* All address books of a source as one act; their strings live in the source's context. A table is
 * taken only if there is no doubt about its columns; what is not taken is among the source's skips,
 * in a preview among the notes. How many books were read: none, and nothing was done. */
struct source;
err import_contacts_beside(struct ctx *, struct home *, struct source *, struct import_contacts *,
                           int *books, struct str *why) MUST_USE;
/* Takes an import of contacts back, for good: the log loses the words of its cards as well, and all
 * tables are made anew of what is left, which in a big house takes minutes. E_NOTFOUND when there
 * is none of that number. */
struct import_back {
    int64_t source;
    bool yes; /* else nothing is changed, and it is said what would be */
    /* found: */
    int cards, stay; /* stay: addresses that occur in mail, once it is done */
};
err import_revert(struct home *, struct import_back *, struct str *why) MUST_USE;
