/* SPDX-License-Identifier: GPL-3.0-or-later
 * backup.h - a consistent copy of a database that others are using (SQLite's online backup). */
#pragma once
#include "kit/base/base.h"

#include <stdatomic.h>

/* from and to are files; to is new, and one file: without a write-ahead log beside it, so that it
 * can be read where nothing can be written. The copy is read whole before it says OK; E_PEER with
 * *why. It is as the database was at one moment, and writers go on meanwhile. stop, when given,
 * ends it early. */
err backup_sqlite(struct arena *, struct str from, struct str to, const atomic_bool *stop,
                  struct str *why) MUST_USE;
/* Makes the file whole by itself, which takes that nobody else has it open. E_CONFLICT: somebody
 * has. E_PEER: it is damaged, or none. */
err backup_sole(struct arena *, struct str path, struct str *why) MUST_USE;
