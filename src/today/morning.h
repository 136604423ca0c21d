/* SPDX-License-Identifier: GPL-3.0-or-later
 * morning.h - Today as a letter in the morning, for keepers who want it. */
#pragma once
#include "kit/store/work.h"
#include "today/today.h"

enum { MORNING_NEVER = -1, MORNING_FIRST = 4, MORNING_LAST = 12 }; /* hours of the house's day */

int morning_hour(struct ctx *, id keeper); /* or MORNING_NEVER */
/* From the next such hour on. E_INVALID: no such hour. */
err morning_set(struct tx *, int hour) MUST_USE; /* of the viewer */

/* Whose letter is due; 0: nobody's. */
id morning_due(struct ctx *);
/* They get none any more today; false when they had it already. */
bool morning_done(struct tx *, id keeper);

/* Writes to one keeper whose hour has come, once a day. False when there is none. The arena is of
 * this step alone. */
bool morning_step(struct store *, struct arena *, struct str origin);
