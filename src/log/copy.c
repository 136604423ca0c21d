/* SPDX-License-Identifier: GPL-3.0-or-later
 * copy.c - what is noted of copies of the house. */
#include "log/event.h"

#include "kit/base/hash.h"

enum { ONLY = 1 };

void log_copied(struct tx *t, struct str why)
{
    int64_t now = t->c.now, done = why.n ? 0 : now;
    db_do(t,
          SQL("INSERT INTO copied(key, tried, done, said) VALUES($1, $2, $3, $4) ON CONFLICT(key) "
              "DO UPDATE SET tried=excluded.tried, said=excluded.said, "
              "done=greatest(copied.done, excluded.done)"),
          I(ONLY), I(now), I(done), T(why));
}

void log_copied_never(struct tx *t) { db_do(t, SQL("DELETE FROM copied")); }

void log_copy_last(struct ctx *c, struct log_copy *out)
{
    *out = (struct log_copy){ .said = S("") };
    EACH (r, c, SQL("SELECT tried, done, said FROM copied WHERE key=$1"), I(ONLY))
        *out = (struct log_copy){ row_int(&r, 0), row_int(&r, 1), row_str(&r, 2) };
}

struct str log_link(struct ctx *c, id event)
{
    struct str chain = S("");
    EACH (r, c, SQL("SELECT chain FROM event WHERE id=$1"), I(event)) chain = row_blob(&r, 0);
    return hash_hex(c->a, chain);
}
