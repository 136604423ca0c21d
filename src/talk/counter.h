/* SPDX-License-Identifier: GPL-3.0-or-later
 * counter.h - a contact that left no letter: said face to face or by telephone, and noted by a
 * keeper who was there. It is a message like others, from that keeper, and counts both ways. */
#pragma once
#include "talk/talk.h"

enum { COUNTER_MOST = 4000, COUNTER_OTHERS = 5, COUNTER_WAITS = 5 };
struct counter {
    id who;          /* or 0, and */
    struct str name; /* of somebody whom the house meets by this */
    bool phoned;
    int64_t at; /* 0: now */
    struct str words;
    const id *others; /* who was there besides, at most COUNTER_OTHERS */
    int n_others;
    id about; /* a message that is thereby dealt with; 0: something new */
};
/* E_INVALID: no words, too long, a time to come, nobody. E_NOTFOUND: no such person or message. */
err counter_note(struct tx *, const struct counter *, id *message, id *who) MUST_USE;
/* As if it had not been noted; only by who did. E_NOTFOUND. */
err counter_back(struct tx *, id message) MUST_USE;

/* What of that person's waits on the viewer, longest first. */
void counter_waits(struct ctx *, id who, struct waitings *out);
/* The one human of exactly that name; 0: nobody, or several. */
id counter_named(struct ctx *, struct str name);
