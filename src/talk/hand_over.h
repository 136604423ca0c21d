/* SPDX-License-Identifier: GPL-3.0-or-later
 * hand_over.h - what a keeper holds that would be nobody's if they left: who waits on them,
 * mailboxes, drafts, and what only they may read. Counts, no words: whoever lets them go need not
 * read it. */
#pragma once
#include "people/keeper.h"

struct talk_held {
    int64_t waits;  /* people who wait on them for an answer, and they on those */
    int64_t alone;  /* letters no other keeper may read */
    int64_t drafts; /* begun, or to go out at a later hour */
    int64_t mailboxes;
};
void talk_held(struct ctx *, id keeper, struct talk_held *out);
/* What is in no event, in the work that lets them go: drafts and mailboxes are the heir's; what was
 * to go out later waits for the heir to say so. The rest follows from EVENT_KEEPER_LEFT. */
void talk_hand_over(struct tx *, id from, id heir);
