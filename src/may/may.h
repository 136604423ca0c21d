/* SPDX-License-Identifier: GPL-3.0-or-later
 * may.h - who may see what. Pages get other people's messages only joined with the table
 * sight: `JOIN sight s ON s.message=m.id AND s.who=$viewer`. */
#pragma once
#include "people/keeper.h"

void may_grant(struct tx *, id message, id who);
/* The conversation of that message is open to the house from then on; at 0: no more. Whose messages
 * they are is talk's to say: it lends sight of them when it settles. */
void may_open(struct tx *, id message, int64_t at);
bool may_see(struct ctx *, id message); /* may the viewer? */
/* May they, also if it is not open to the house? */
bool may_see_own(struct ctx *, id who, id message);
extern const struct concept may_concept;
