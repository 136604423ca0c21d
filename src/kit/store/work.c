/* SPDX-License-Identifier: GPL-3.0-or-later
 * work.c - the one catch of die(), the readers, and the one writer with its queue. */
#include "kit/store/work.h"

#include "kit/base/date.h"
#include "kit/base/trace.h"
#include "kit/store/driver.h"
#include "kit/store/search.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

enum { READERS = 16, TRIES = 20, GROUP = 128, GROUP_US = 5000 };
enum { LONGEST = 4 }; /* no more tries after so many times the patience of one statement */

struct piece {
    struct work *w;
    write_fn *fn;
    void *arg;
    err err;
    bool done;
    struct piece *next;
};
struct store {
    struct str where;
    const struct secret *secret;
    int offset_s;
    bool threads, remote;
    int patience_ms;
    struct mark mark; /* of the last group */
    struct db *writer, *readers[READERS];
    int n_readers, most_readers, busy_readers;
    pthread_mutex_t lock;
    pthread_cond_t reader_free, wanted, finished;
    struct piece *first, **last;
    pthread_t thread;
    bool stop;
    void (*told)(void *); /* behind each commit */
    void *told_arg;
    bool scrub;   /* what was deleted has still to leave the files */
    bool unsound; /* a sync failed: nothing is written any more */
    struct arena *a;
};

/* What to tell the viewer, when the disk is the reason; otherwise is said what is given. */
static struct str because(const struct db *db, struct str otherwise)
{
    switch (db ? db->disk : DISK_WELL) {
    case DISK_FULL:
        return S("The disk of this house is full, so nothing was changed. Somebody has to make "
                 "room; then please try again.");
    case DISK_FAILS:
    case DISK_UNSURE:
        return S("The disk of this house fails, so nothing was changed. Whoever runs the house "
                 "finds more in its log.");
    case DISK_WELL: break;
    }
    return otherwise;
}

/* Runs fn with die() and a full arena caught. The transaction is the caller's. */
static err guarded(struct store *s, struct db *db, struct work *w, read_fn *fn, void *arg)
{
    jmp_buf stop;
    struct tx *t = NULL;
    volatile err e = E_PEER;
    db->again = false;
    db->disk = DISK_WELL;
    arena_catch(w->a, &stop);
    if (setjmp(stop) == 0) {
        t = NEW(w->a, struct tx, 1);
        t->a = w->a;
        t->c = (struct ctx){ .a = w->a,
                             .db = db,
                             .secret = s->secret,
                             .viewer = w->viewer,
                             .stop = &stop,
                             .offset_s = s->offset_s,
                             .now = w->now ? w->now : clock_now() };
        e = fn(&t->c, arg);
        w->why = e == OK ? S("") : t->c.why; /* of what was dealt with on the way nothing is said */
        w->queries += t->c.queries;
        w->broken = false;
    } else {
        db->drv->reset(db);
        w->why = because(db, S("Something broke here. Nothing was changed."));
        w->broken = true;
        e = E_PEER;
    }
    arena_catch(w->a, NULL);
    return e;
}

static bool sql_ok(struct db *db, const char *sql)
{
    const char *why = "";
    if (db->lost) return false;
    if (db->drv->script(db, sql, &why)) return true;
    trace_line(TRACE_ERROR, "sql", "msg=\"%s\" in=\"%s\"", why, sql);
    return false;
}

/* What failed is undone. A connection on which even that fails would hold its transaction for ever:
 * the next piece of work opens another. */
static void undo(struct db *db)
{
    const char *why = "";
    bool again = db->again;
    enum disk disk = db->disk;
    if (!db->lost && !db->drv->rollback(db, &why)) {
        trace_line(TRACE_ERROR, "rollback", "msg=\"%s\"", why);
        db->lost = true;
    }
    db->again = again;
    db->disk = disk;
}

static bool begin_ok(struct db *db, const struct mark *m, bool *before)
{
    const char *why = "";
    db->disk = DISK_WELL;
    if (db->drv->begin(db, m, before, &why)) return true;
    trace_line(TRACE_WARN, "begin", "msg=\"%s\"", why);
    return false;
}

/* The reason of a refusal may name hosts and users: it is for the operator. */
static struct db *connect_to(struct store *s, enum db_mode mode)
{
    struct arena *a = arena_open(64 * KIB);
    struct str why = S("");
    struct db *db = db_open(a, s->where, mode, &why);
    if (db && s->patience_ms) db->patience_ms = s->patience_ms;
    if (!db) trace_line(TRACE_ERROR, "store", "msg=\"%.*s\"", STR(why));
    arena_close(a);
    return db;
}

static struct db *fresh(struct store *s, struct db *old, enum db_mode mode)
{
    if (old && !old->lost) return old;
    db_close(old);
    return connect_to(s, mode);
}

/* 2 to 22 ms, doubled with each try up to five times. False: enough of it. */
static bool wait_a_bit(const struct store *s, int try, int64_t began_us, int patience_ms)
{
    unsigned noise = (unsigned)clock_us() % 20;
    if (s->patience_ms) patience_ms = s->patience_ms;
    if (clock_us() - began_us > LONGEST * (int64_t)1000 * patience_ms) return false;
    usleep((2 + noise) * 1000u << MIN(try, 5));
    return true;
}

/* ---- reading ------------------------------------------------------------- */

static struct db *take_reader(struct store *s)
{
    pthread_mutex_lock(&s->lock);
    while (s->busy_readers >= s->most_readers) pthread_cond_wait(&s->reader_free, &s->lock);
    s->busy_readers++;
    struct db *db = s->n_readers ? s->readers[--s->n_readers] : NULL;
    pthread_mutex_unlock(&s->lock);
    return db;
}

static void give_reader(struct store *s, struct db *db)
{
    pthread_mutex_lock(&s->lock);
    s->busy_readers--;
    if (db) s->readers[s->n_readers++] = db;
    pthread_cond_signal(&s->reader_free);
    pthread_mutex_unlock(&s->lock);
}

static err read_once(struct store *s, struct db *db, struct work *w, read_fn *fn, void *arg)
{
    bool before;
    if (!begin_ok(db, NULL, &before)) return E_PEER;
    err e = guarded(s, db, w, fn, arg);
    undo(db);
    return e;
}

err work_read(struct store *s, struct work *w, read_fn *fn, void *arg)
{
    struct db *db = take_reader(s);
    int64_t began_us = clock_us();
    err e = E_PEER;
    for (int try = 0; try < TRIES; try++) {
        w->broken = true;
        w->why = S("The house's records can't be read just now; please try again.");
        db = fresh(s, db, DB_READ);
        if (db) e = read_once(s, db, w, fn, arg);
        if (db ? !w->broken || !db->again : !s->remote) break;
        if (!wait_a_bit(s, try, began_us, PATIENCE_READ_MS)) break;
    }
    give_reader(s, db);
    return e;
}

/* ---- writing ------------------------------------------------------------- */

struct memo {
    const void *name;
    void *memory;
    void (*end)(struct tx *, void *);
    struct memo *next;
};

void *tx_memo(struct tx *t, const void *name, ptrdiff_t size, void (*end)(struct tx *, void *))
{
    struct memo *m = t->memos;
    while (m && m->name != name) m = m->next;
    if (m) return m->memory;
    m = NEW(t->a, struct memo, 1);
    *m = (struct memo){ name, arena_alloc(t->a, size, 1), end, t->memos };
    t->memos = m;
    return m->memory;
}

static void end_memos(struct tx *t)
{
    for (struct memo *m = t->memos; m; m = m->next)
        if (m->end) m->end(t, m->memory);
}

static err run_writing(struct ctx *c, void *arg)
{
    struct piece *p = arg;
    struct tx *t = (struct tx *)c; /* guarded() made the ctx inside a tx */
    err e = p->fn(t, p->arg);
    if (e == OK) end_memos(t);
    return e;
}

/* Each piece in its own savepoint: one that fails takes nobody with it. One that is alone needs
 * none, and is spared what SQLite would keep of each page it changes. False when that could not be
 * kept (link broken, transaction gone): then the group has failed. */
static bool run_piece(struct store *s, struct piece *p, bool alone)
{
    struct db *db = s->writer;
    p->w->broken = true;
    p->err = E_PEER;
    if (!alone && !sql_ok(db, "SAVEPOINT piece")) return false;
    p->err = guarded(s, db, p->w, run_writing, p);
    if (p->w->broken && (db->again || db->lost)) return false;
    if (alone) return true;
    if (p->err != OK && !sql_ok(db, "ROLLBACK TO piece")) return false;
    return sql_ok(db, "RELEASE piece");
}

/* Runs pieces until GROUP_US have passed; *n: how many it took. */
static bool group_once(struct store *s, struct piece *first, int *n)
{
    struct db *db = s->writer;
    int64_t began_us = clock_us();
    bool before, alone = *n == 1, well = begin_ok(db, &s->mark, &before);
    if (well && !before) {
        int most = *n, took = 0;
        for (struct piece *p = first; well && took < most; p = p->next) {
            if (took && clock_us() - began_us > GROUP_US) break;
            well = run_piece(s, p, alone);
            took++;
        }
        if (well) *n = took;
        if (well && alone && first->err != OK) return undo(db), true;
    }
    if (well && sql_ok(db, "COMMIT")) return true;
    undo(db);
    return false;
}

/* A commit whose answer is lost may have gone through: the mark tells the next try. */
static bool group_ok(struct store *s, struct piece *first, int *n)
{
    int64_t began_us = clock_us();
    if (s->unsound) return false;
    s->mark.number++;
    for (int try = 0; try < TRIES; try++) {
        s->writer = fresh(s, s->writer, DB_WRITE);
        if (s->writer && group_once(s, first, n)) return true;
        if (s->writer ? !s->writer->again && !s->writer->lost : !s->remote) break;
        if (!wait_a_bit(s, try, began_us, PATIENCE_WRITE_MS)) break;
    }
    return false;
}

/* ---- what was deleted leaves the files ------------------------------------ */

enum { SCRUB_PATIENCE_MS = 600000, SCRUB_AGAIN_S = 5 };

void work_scrub(struct tx *t) { t->c.db->scrub = true; }

static err scrub_index(struct tx *t, void *unused)
{
    (void)unused;
    search_scrub(t);
    return OK;
}

/* The index first: what it gives up is deleted in a transaction of its own. */
static bool scrub_once(struct store *s)
{
    const char *why = "the store is lost";
    struct work w = { .a = arena_open(16 * MIB) };
    struct piece p = { .w = &w, .fn = scrub_index };
    int one = 1, patience_ms = s->writer ? s->writer->patience_ms : 0;
    if (s->writer) s->writer->patience_ms = SCRUB_PATIENCE_MS;
    bool ok = group_ok(s, &p, &one) && p.err == OK && s->writer->drv->scrub(s->writer, &why);
    if (s->writer && patience_ms) s->writer->patience_ms = patience_ms;
    if (!ok) trace_line(TRACE_WARN, "scrub", "msg=\"%s\"", why);
    arena_close(w.a);
    return ok;
}

bool store_scrubbed(struct store *s)
{
    pthread_mutex_lock(&s->lock);
    bool done = !s->scrub;
    pthread_mutex_unlock(&s->lock);
    return done;
}

static void scrub_if_due(struct store *s)
{
    if (s->writer && s->writer->scrub) s->scrub = true;
    if (!s->scrub) return;
    if (s->writer) s->writer->scrub = false;
    s->scrub = !scrub_once(s);
}

void store_on_commit(struct store *s, void (*fn)(void *), void *arg)
{
    pthread_mutex_lock(&s->lock);
    s->told = fn;
    s->told_arg = arg;
    pthread_mutex_unlock(&s->lock);
}

static void tell(struct store *s)
{
    pthread_mutex_lock(&s->lock);
    if (s->told) s->told(s->told_arg);
    pthread_mutex_unlock(&s->lock);
}

/* The disk may hold less than the system believes, and say yes when it is asked again: only who
 * opens the house anew finds out what there is. A server ends, in good order, to be started anew.
 */
static void look_at_disk(struct store *s)
{
    if (s->unsound || !s->writer || s->writer->disk != DISK_UNSURE) return;
    trace_line(TRACE_ERROR, "disk", "msg=\"a sync failed: nothing more is written\"");
    s->unsound = true;
    if (s->threads) (void)kill(getpid(), SIGTERM);
}

bool store_sound(const struct store *s) { return !s->unsound; }

/* What spoils the transaction itself (disk full, a check at commit) spoils it for all in
 * it: then each has one of its own. */
static void run_group(struct store *s, struct piece *first, int n)
{
    bool alone = false;
    for (struct piece *p = first; n > 0;) {
        int took = alone ? 1 : n;
        bool well = group_ok(s, p, &took);
        bool hopeless = !s->writer || s->writer->again || s->writer->lost;
        if (!well && took > 1 && !hopeless) {
            alone = true;
            continue;
        }
        for (; took > 0; took--, n--, p = p->next) {
            if (well) continue;
            p->err = E_PEER;
            p->w->broken = true;
            p->w->why =
                because(s->writer,
                        S("This could not be stored. Nothing was changed; please try again."));
        }
    }
    look_at_disk(s);
    scrub_if_due(s);
    tell(s);
}

/* Until there is something to write, or what is left to scrub is to be tried again. */
static void wait_for_work(struct store *s)
{
    struct timespec until;
    if (!s->scrub) {
        pthread_cond_wait(&s->wanted, &s->lock);
        return;
    }
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += SCRUB_AGAIN_S;
    if (pthread_cond_timedwait(&s->wanted, &s->lock, &until) != ETIMEDOUT) return;
    pthread_mutex_unlock(&s->lock);
    scrub_if_due(s);
    pthread_mutex_lock(&s->lock);
}

static void *writer_main(void *arg)
{
    struct store *s = arg;
    pthread_mutex_lock(&s->lock);
    for (;;) {
        while (!s->first && !s->stop) wait_for_work(s);
        if (!s->first) break;
        struct piece *first = s->first, *p = first;
        int n = 1;
        while (n < GROUP && p->next) p = p->next, n++;
        s->first = p->next;
        if (!s->first) s->last = &s->first;
        p->next = NULL;
        pthread_mutex_unlock(&s->lock);
        run_group(s, first, n);
        pthread_mutex_lock(&s->lock);
        for (struct piece *q = first; q; q = q->next) q->done = true;
        pthread_cond_broadcast(&s->finished);
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

err work_write(struct store *s, struct work *w, write_fn *fn, void *arg)
{
    struct piece p = { .w = w, .fn = fn, .arg = arg };
    if (!s->threads) {
        run_group(s, &p, 1);
        return p.err;
    }
    pthread_mutex_lock(&s->lock);
    *s->last = &p;
    s->last = &p.next;
    pthread_cond_signal(&s->wanted);
    while (!p.done) pthread_cond_wait(&s->finished, &s->lock);
    pthread_mutex_unlock(&s->lock);
    return p.err;
}

err work_try(struct tx *t, write_fn *fn, void *arg)
{
    struct db *db = t->c.db;
    end_memos(t);
    if (!sql_ok(db, "SAVEPOINT attempt")) die(&t->c, "no savepoint");
    err e = fn(t, arg);
    if (e != OK && !sql_ok(db, "ROLLBACK TO attempt")) die(&t->c, "savepoint lost");
    if (e != OK) t->memos = NULL;
    if (!sql_ok(db, "RELEASE attempt")) die(&t->c, "savepoint lost");
    return e;
}

/* ---- opening ------------------------------------------------------------- */

struct store *store_open(struct arena *a, const struct store_opts *o, const struct secret *secret,
                         struct str *why)
{
    struct store *s = NEW(a, struct store, 1);
    *s = (struct store){ .a = a,
                         .where = str_dup(a, o->where),
                         .secret = secret,
                         .threads = o->threads,
                         .offset_s = o->offset_s,
                         .most_readers = MAX(1, MIN(o->readers, READERS)) };
    s->last = &s->first;
    s->patience_ms = o->patience_ms;
    s->remote = str_begins(o->where, S("postgres"));
    if (getrandom(&s->mark.writer, sizeof s->mark.writer, 0) != sizeof s->mark.writer) abort();
    s->mark.writer &= INT64_MAX;
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->reader_free, NULL);
    pthread_cond_init(&s->wanted, NULL);
    pthread_cond_init(&s->finished, NULL);
    s->writer = db_open(a, s->where, DB_WRITE, why);
    if (!s->writer) return NULL;
    if (s->patience_ms) s->writer->patience_ms = s->patience_ms;
    if (s->threads && pthread_create(&s->thread, NULL, writer_main, s) != 0) abort();
    return s;
}

void store_close(struct store *s)
{
    if (s->threads) {
        pthread_mutex_lock(&s->lock);
        s->stop = true;
        pthread_cond_signal(&s->wanted);
        pthread_mutex_unlock(&s->lock);
        pthread_join(s->thread, NULL);
    }
    for (int i = 0; i < s->n_readers; i++) db_close(s->readers[i]);
    s->n_readers = 0;
    scrub_if_due(s);
    db_close(s->writer);
}
