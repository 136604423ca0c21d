/* SPDX-License-Identifier: GPL-3.0-or-later
 * backup.h - a consistent copy of a database that others are using (SQLite's online backup). */
#pragma once
#include "kit/base/base.h"

/* from and to are files; to is new. Checks the copy before it says OK; E_PEER with *why. */
err backup_sqlite(struct arena *, struct str from, struct str to, struct str *why) MUST_USE;
