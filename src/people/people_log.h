/* SPDX-License-Identifier: GPL-3.0-or-later
 * people_log.h - fields of the records in people's events; numbers are for ever. */
#pragma once
#include "people/person.h"

enum {
    REC_NAME = 1,
    REC_KIND = 2,
    REC_MARK = 3,
    REC_VALUE = 4,
    REC_HANDLE = 5,
    REC_ROLE = 6,
    REC_MEETING = 7,
    REC_SAMPLE = 8,
    REC_ORG = 9,
    REC_SOURCE = 10,
    REC_ORG_KEY = 11 /* instead of REC_ORG: what erasing leaves */
};

/* An address inside a record: a record of its own. */
void meeting_put(struct buf *, int tag, const struct meeting *);
struct meeting meeting_of(struct str record);
/* The one way to change a name: what it is found by changes with it. */
void person_call(struct tx *, id who, struct str name);
/* Of a person and of an address that have just been made; there: false takes them away again. */
void person_parts(struct tx *, id who, struct str fold);
void handle_parts(struct tx *, int64_t key, struct str uri, bool there);
/* Column mute of a person. */
enum { MUTE_SAID = 1, MUTE_MERGED = 2 };
enum { MERGES_MOST = 20 }; /* one into the next */
/* Who is not to be contacted only because somebody became one with them: is any such left? */
void person_mute_again(struct tx *, id who);
/* What erasing leaves of people's records, and what it does to their tables (erase.c). */
bool person_left(struct tx *, const struct event *, const struct erasure *, struct buf *out);
void person_erased(struct tx *, const struct event *);
/* Every address of theirs is among those that go. */
bool person_goes(struct ctx *, id person, const struct erasure *);
int64_t card_org_key(struct ctx *, struct str name); /* of an organisation named by a card */
/* The events of the house and its keepers. */
void keeper_apply(struct tx *, const struct event *);
void takeout_apply(struct tx *, const struct event *);
