/* SPDX-License-Identifier: GPL-3.0-or-later
 * stranger.h - people whom the house has met in the mail of others and nowhere else.
 *
 * They never wrote to the house, nobody of it wrote to them, and no keeper said anything about
 * them: somebody else put their address beside ours. The house keeps their address and counts,
 * and only for 30 days: five days before that Today says so, and then name, address and counts are
 * erased, while the messages stay with those who wrote them. Whoever writes, is written to, or is
 * said to be known in the meantime stays. Somebody who occurs again afterwards is met anew, with
 * another 30 days. */
#pragma once
#include "talk/talk.h"

enum { STRANGER_KEPT_S = 30 * DAY, STRANGER_TOLD_S = 25 * DAY, STRANGER_LIST = 200 };

bool stranger_is(struct ctx *, id person);

struct stranger {
    id person;
    struct str name, handle;
    int64_t first_at, goes_at; /* when the house first heard of them, when they are forgotten */
    int messages;              /* of others, that name them */
};
struct strangers {
    struct stranger *at;
    int n;
};
/* Those who are forgotten within five days, the soonest first; at most max. */
void stranger_list(struct ctx *, int max, struct strangers *out);
/* How many those are, as far as the last look knows, and when the first goes; 0: none. */
int stranger_count(struct ctx *, int64_t *first);

/* Looks through people from number *after on, a piece of them in this work, and notes who is to be
 * forgotten and when. *after is 0 once all were looked at. */
err stranger_look(struct tx *, id *after) MUST_USE;
/* Forgets those whose time has come, a piece of them; *gone: how many, 0: none was left. */
err stranger_forget(struct tx *, int *gone) MUST_USE;
