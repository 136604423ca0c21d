/* SPDX-License-Identifier: GPL-3.0-or-later
 * erase.h - erasing a message, or a person: what that takes with it, and doing it.
 *
 * A message loses its subject, its words, its files and its bytes. That somebody wrote to somebody
 * on that day stays, and so does its place in the conversation. Who occurs in it alone loses name
 * and address.
 *
 * A person loses every address and name, what keepers noted of them, their cards and ties. With
 * them go the messages they wrote, those that the house wrote to nobody else outside, and reports
 * that such letters came back. From the messages of others their name goes; what others wrote, the
 * bytes included, stays theirs. Letters of the house itself that wait to go out and name them, or
 * what goes, are taken back. */
#pragma once
#include "talk/talk.h"

struct erase_plan {
    struct erasure what;
    id *events; /* whose records change */
    int n_events;
    struct str name; /* the subject, or the person's name */
    /* what to say beforehand */
    int wrote, told; /* of a person: messages they wrote; the house wrote to them alone */
    int reports;     /* machines' reports that a letter to them came back */
    int mentioned;   /* messages of others that lose their name */
    int answers;     /* messages that stay and may quote what goes */
    int files, handles, cards, others; /* others: persons who occur nowhere else */
};
/* Or the event of one that could not be read, for whose mail it was. E_NOTFOUND: there is none, or
 * it is not the viewer's to see. E_CONFLICT: erased already. */
err erase_message_plan(struct ctx *, id message, struct erase_plan *out) MUST_USE;
/* For owners, and for whom it is about: else E_DENIED. E_INVALID: keepers of the house, today's and
 * former ones, and organisations, which go with their last person. */
err erase_person_plan(struct ctx *, id person, struct erase_plan *out) MUST_USE;
/* Of people the house knows only from the mail of others (stranger.h): names and addresses go, all
 * messages stay. Nobody is kept from being met again. */
void erase_strangers_plan(struct ctx *, const id *persons, int n, struct erase_plan *out);
err erase_do(struct tx *, struct erase_plan *, erase_reason) MUST_USE;
erase_reason erase_reason_of(struct str word); /* "asked", "unneeded", "mistake"; else 0 */
/* What a ledger says was erased, in a house that does not know of it (any more). */
err erase_again(struct tx *, const struct erasure *) MUST_USE;
/* What goes, what stays, and that it can't be undone; a sentence each. */
enum { ERASE_SENTENCES = 9 };
int erase_say(struct arena *, const struct erase_plan *, struct str *lines, int most);
