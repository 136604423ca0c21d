/* SPDX-License-Identifier: GPL-3.0-or-later
 * driver.h - what an engine gives to kit/store; included nowhere else. */
#pragma once
#include "kit/store/db.h"

/* Names one commit, so that it is found again when its answer was lost: the writer is a
 * random number of the process, the number grows with each group it writes. */
struct mark {
    int64_t writer, number;
};

struct driver {
    engine engine;
    void (*close)(struct db *);
    /* Starts a statement; next() steps it. Dies in c when the engine refuses. */
    void (*start)(struct ctx *c, struct sql q, const struct val *v, struct rows *out);
    bool (*next)(struct rows *);
    void (*done)(struct rows *);
    int64_t (*get_int)(struct rows *, int col);
    double (*get_real)(struct rows *, int col);
    struct str (*get_bytes)(struct rows *, int col, bool text); /* copied into the arena */
    bool (*is_null)(struct rows *, int col);
    int64_t (*run)(struct ctx *c, struct sql q, const struct val *v); /* rows touched */
    /* Several statements without parameters; false with *why in static or connection memory. */
    bool (*script)(struct db *, const char *sql, const char **why);
    /* Starts a transaction: with a mark one that writes, without one a snapshot that can't.
     * *before: the mark is there already; all that is left to do is to commit. */
    bool (*begin)(struct db *, const struct mark *, bool *before, const char **why);
    /* Ends what was begun, if it still stands; false: the connection is of no use any more. */
    bool (*rollback)(struct db *, const char **why);
    void (*reset)(struct db *); /* after die(): no statement is half read any more */
    /* What was deleted and committed leaves the files. Outside of any transaction; false with *why
     * when it can't, mostly because somebody still reads what was there before. */
    bool (*scrub)(struct db *, const char **why);
};

/* What the disk has to do with the last failure. DISK_UNSURE: a sync failed, and nobody knows what
 * of it the disk holds; asking again may be answered with yes and still be wrong. */
enum disk { DISK_WELL, DISK_FULL, DISK_FAILS, DISK_UNSURE };

/* Each engine's struct db begins with this. */
struct db {
    const struct driver *drv;
    enum disk disk;  /* DISK_WELL, or what it said against the last thing that was tried */
    bool again;      /* the last failure was "try again" (locked, serialisation, link broken) */
    bool lost;       /* the connection is of no use any more */
    bool scrub;      /* work_scrub() was asked for since the last commit */
    int patience_ms; /* the most one statement, or one step of it, may take */
};
enum { PATIENCE_READ_MS = 2000, PATIENCE_WRITE_MS = 5000 };

struct db *db_sqlite_open(struct arena *, struct str path, enum db_mode, struct str *why);
struct db *db_pg_open(struct arena *, struct str url, enum db_mode, struct str *why);
