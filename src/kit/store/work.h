/* SPDX-License-Identifier: GPL-3.0-or-later
 * work.h - a piece of work: an arena, a transaction and the one catch of die().
 *
 * A store holds the connections of one house: readers of its own for every thread that reads,
 * and one writer thread that takes what waits (at most 128 pieces or 5 ms), runs each piece in
 * its own savepoint inside one transaction, commits once and only then answers each. */
#pragma once
#include "kit/store/db.h"

struct store;
struct store_opts {
    struct str where; /* file, or postgresql://...                        */
    bool threads;     /* true: snug serve; false: one command, one thread */
    int readers;      /* most readers at once, with threads               */
    int offset_s;     /* for ctx.offset_s                                 */
    int patience_ms;  /* the most one statement may take; 0: 2 s to read, 5 s to write.
                       * More for commands that rebuild or import. */
};
/* NULL with *why when it can't be opened. Does not touch the schema: see migrate.h. */
struct store *store_open(struct arena *, const struct store_opts *, const struct secret *,
                         struct str *why);
void store_close(struct store *);
/* False once the disk did not sync what was written to it: then nothing is written any more, and
 * with threads SIGTERM is sent to the program. Asked when the store is not used any more. */
bool store_sound(const struct store *);

struct work {
    struct arena *a; /* the answer lives here after the work is done */
    id viewer;
    int64_t now;    /* 0: clock_now() */
    struct str why; /* out: what to tell the viewer when the work failed */
    bool broken;    /* out: it died; 500 */
    int queries;    /* out: SQL statements */
};
typedef err read_fn(struct ctx *, void *arg);
typedef err write_fn(struct tx *, void *arg);
/* In a snapshot that can't write. Not from inside another work_read(): the last reader would wait
 * for itself. */
err work_read(struct store *, struct work *, read_fn *, void *arg) MUST_USE;
/* Returns after COMMIT (or after rollback, with the error of fn). E_PEER with broken set when it
 * died. */
err work_write(struct store *, struct work *, write_fn *, void *arg) MUST_USE;

/* fn is called on the writer's thread behind each commit and must not wait. NULL: no more. */
void store_on_commit(struct store *, void (*fn)(void *arg), void *arg);

/* Once this work is committed, and before it is answered, what it deleted leaves the files as well:
 * search_scrub(), then what the engine has to do (SQLite cuts its log off, PostgreSQL vacuums).
 * As long as somebody reads what was there before it can't; then it is tried again after every
 * later piece of work, every few seconds, and when the store is closed. */
void work_scrub(struct tx *);
bool store_scrubbed(struct store *); /* nothing of it is left to do */

/* Lets an expected failure inside a piece of writing work be undone by itself (a savepoint). */
err work_try(struct tx *, write_fn *, void *arg) MUST_USE;
