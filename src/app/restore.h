/* SPDX-License-Identifier: GPL-3.0-or-later
 * restore.h - a house from a backup: proved first, put beside the place it is for, cleared of what
 * was erased after it, and only then given its name. Nothing of the backup itself is changed. */
#pragma once
#include "app/backup.h"

struct restore {
    struct str from, to;
    struct str ledger; /* a file with later erasures; empty: those that are found */
    bool over;         /* a house that stands there is set aside */
    struct backup_proof proof;
    int64_t erased;   /* how much was erased again */
    int64_t held;     /* letters that were about to go out, and do not */
    struct str aside; /* where the house that stood there is now; empty: none did */
    bool told;        /* later erasures could be known: by another ledger than the backup's */
};
/* E_INVALID: what is asked for can't be, and nothing was changed. E_CONFLICT: a house stands there,
 * or is in use. E_PEER: the backup does not hold; then too nothing was changed. */
err restore_house(struct arena *, struct restore *, struct str *why) MUST_USE;
