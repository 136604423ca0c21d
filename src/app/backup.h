/* SPDX-License-Identifier: GPL-3.0-or-later
 * backup.h - copies of a house, made while it is used: a folder each, which is a house itself, with
 * its database, settings, keys, ledger, and backup.info: what has to be found in it again.
 *
 * A copy is made under another name, read back and proved, and only then gets its own: there is
 * none by halves. Houses in PostgreSQL are not copied: that is pg_dump's. */
#pragma once
#include "app/house.h"

#include <stdatomic.h>

struct backup {
    struct str dir; /* where it stands */
    id events;      /* how long its log is */
    bool keyless;   /* the key is a credential of systemd, and so not in it */
    int gone;       /* older ones that made room */
};
/* A copy in a new folder. E_CONFLICT: the name is taken. E_PEER: it could not be made or proved;
 * then nothing is left of it. stop, when given, ends it early. */
err backup_make(const struct home *, struct arena *, struct str to, const atomic_bool *stop,
                struct backup *out, struct str *why) MUST_USE;
/* A copy named by the time, in a folder that holds such of this house and nothing else; the oldest
 * beyond keep go. The ledger is copied to that folder as well. E_CONFLICT: somebody else is at it.
 */
err backup_turn(const struct home *, struct arena *, struct str folder, int64_t keep,
                const atomic_bool *stop, struct backup *out, struct str *why) MUST_USE;
/* Makes one if the plan of the house says that it is time, and notes what came of it for pages to
 * see (log_copied). *again_at: not before that moment. */
void backup_step(struct home *, struct arena *, int64_t *again_at, const atomic_bool *stop);
/* The newest copy in such a folder; empty if there is none. */
struct str backup_newest(struct arena *, struct str folder);
/* Takes "FOLDER every day keep 7" apart. E_INVALID. */
err backup_plan_read(struct home *, struct str *why) MUST_USE;

/* 2026-11-21T214005Z: names that sort as they were made. */
struct str backup_name(struct arena *, int64_t at);

/* Proves what lies in the folder of a copy against its backup.info (which an older one may not
 * have): the log's chain, all bodies under this key, and the tables where the schema is ours. */
struct backup_proof {
    id events;
    struct str made, tables; /* when, as it says; empty: it does not */
    int64_t erased;          /* how often something was erased from it */
    bool forgetful;          /* more often than its ledger says */
};
err backup_prove(struct arena *, struct str dir, const struct secret *, struct backup_proof *out,
                 struct str *why) MUST_USE;
/* The small files of one folder into another, which is there. */
err backup_copy_small(struct arena *, struct str from, struct str to, struct str keys_from,
                      struct str *why) MUST_USE;
/* A folder of a copy and the files in it; what else lies there stays, and the folder with it. */
void backup_drop(struct arena *, struct str dir);
