/* SPDX-License-Identifier: GPL-3.0-or-later
 * ledger.h - erased.log: what was erased, outside of the database, so that a database brought back
 * from a backup is cleared of it again. A line an erasure: time, what was asked for, and its record
 * in hexadecimal: numbers and keyed hashes, no words.
 *
 * The line is on the disk before the erasure is committed: one that was asked for and did not come
 * to its end comes to it when the house is opened next. */
#pragma once
#include "app/house.h"

/* From now on erasures are written there. */
void ledger_open(struct home *);
/* Erases again what the database does not know as erased. E_INVALID: the ledger is damaged. */
err ledger_replay(struct home *, struct str *why) MUST_USE;
/* Is there none, or one that is empty? */
bool ledger_missing(struct arena *, struct str dir);
/* One ledger of several, each line once, the oldest first; in place of what stands at `to`, and
 * nothing if none of them is there. E_INVALID: one of them is damaged. */
err ledger_join(struct arena *, const struct str *files, int n, struct str to,
                struct str *why) MUST_USE;
/* Brings what the house's ledger says to the folder of its copies as well, if there is one. */
err ledger_spread(struct arena *, struct str from, struct str folder, struct str *why) MUST_USE;
