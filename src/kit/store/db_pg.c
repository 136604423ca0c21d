/* SPDX-License-Identifier: GPL-3.0-or-later
 * db_pg.c - storage on PostgreSQL; the one file that includes libpq. */
#include "kit/store/driver.h"

struct db *db_pg_open(struct arena *a, struct str url, enum db_mode mode, struct str *why)
{
    (void)url, (void)mode;
    *why = str_fmt(a, "PostgreSQL is not built in");
    return NULL;
}
