/* SPDX-License-Identifier: GPL-3.0-or-later
 * work.c - the one catch of die(), the readers, and the one writer with its queue. */
#include "kit/store/work.h"

#include "kit/base/date.h"
#include "kit/base/trace.h"
#include "kit/store/driver.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

enum { READERS = 16, TRIES = 20, GROUP = 128, GROUP_US = 5000 };

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
    bool threads;
    int offset_s;
    struct db *writer, *readers[READERS];
    int n_readers, most_readers, busy_readers;
    pthread_mutex_t lock;
    pthread_cond_t reader_free, wanted, finished;
    struct piece *first, **last;
    pthread_t thread;
    bool stop;
    struct arena *a;
};

/* Runs fn with die() and a full arena caught. The transaction is the caller's. */
static err guarded(struct store *s, struct db *db, struct work *w, read_fn *fn, void *arg)
{
    jmp_buf stop;
    struct tx *t = NULL;
    volatile err e = E_PEER;
    db->again = false;
    arena_catch(w->a, &stop);
    if (setjmp(stop) == 0) {
        t = NEW(w->a, struct tx, 1);
        t->c = (struct ctx){ .a = w->a, .db = db, .secret = s->secret, .viewer = w->viewer, .stop = &stop,
                             .offset_s = s->offset_s, .now = w->now ? w->now : clock_now() };
        e = fn(&t->c, arg);
        w->why = t->c.why;
        w->queries += t->c.queries;
        w->broken = false;
    } else {
        db->drv->reset(db);
        w->why = S("Something broke here. Nothing was changed.");
        w->broken = true;
        e = E_PEER;
    }
    arena_catch(w->a, NULL);
    return e;
}

static bool sql_ok(struct db *db, const char *sql)
{
    const char *why = "";
    if (db->drv->script(db, sql, &why)) return true;
    trace_line(TRACE_ERROR, "sql", "msg=\"%s\" in=\"%s\"", why, sql);
    return false;
}

static struct db *fresh(struct store *s, struct db *old, enum db_mode mode, struct work *w)
{
    if (old && !old->lost) return old;
    db_close(old);
    return db_open(w->a, s->where, mode, &w->why);
}

static void wait_a_bit(int try)
{
    unsigned noise;
    noise = (unsigned)clock_us() % 20;
    usleep((2 + noise) * 1000u << MIN(try, 5));
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
    const char *begin = db->drv->engine == ENGINE_SQLITE
                            ? "BEGIN"
                            : "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY";
    if (!sql_ok(db, begin)) return w->broken = true, E_PEER;
    err e = guarded(s, db, w, fn, arg);
    sql_ok(db, "ROLLBACK");
    return e;
}

err work_read(struct store *s, struct work *w, read_fn *fn, void *arg)
{
    struct db *db = take_reader(s);
    err e = E_PEER;
    for (int try = 0; try < TRIES; try++) {
        w->broken = true;
        db = fresh(s, db, DB_READ, w);
        if (!db) break;
        e = read_once(s, db, w, fn, arg);
        if (!w->broken || !db->again) break;
        wait_a_bit(try);
    }
    give_reader(s, db);
    return e;
}

/* ---- writing ------------------------------------------------------------- */

static err run_writing(struct ctx *c, void *arg)
{
    struct piece *p = arg;
    return p->fn((struct tx *)c, p->arg); /* guarded() made the ctx inside a tx */
}

/* Each piece in its own savepoint: one that fails takes nobody with it. */
static void run_piece(struct store *s, struct piece *p)
{
    struct db *db = s->writer;
    if (!sql_ok(db, "SAVEPOINT piece")) {
        p->w->broken = true;
        p->err = E_PEER;
        return;
    }
    p->err = guarded(s, db, p->w, run_writing, p);
    if (p->err != OK) sql_ok(db, "ROLLBACK TO piece");
    sql_ok(db, "RELEASE piece");
}

static bool group_once(struct store *s, struct piece *first, int n)
{
    struct db *db = s->writer;
    const char *begin = db->drv->engine == ENGINE_SQLITE ? "BEGIN IMMEDIATE" : "BEGIN";
    if (!sql_ok(db, begin)) return false;
    /* on PostgreSQL several processes may write one house: one at a time, as the log is one chain */
    bool alone = db->drv->engine == ENGINE_SQLITE ||
                 sql_ok(db, "SELECT pg_advisory_xact_lock(hashtext(current_schema())::bigint)");
    bool again = !alone;
    for (struct piece *p = first; p && n-- && !again; p = p->next) {
        run_piece(s, p);
        again = p->w->broken && db->again;
    }
    if (!again && sql_ok(db, "COMMIT")) return true;
    if (!db->lost) sql_ok(db, "ROLLBACK");
    db->again = db->again || again;
    return false;
}

static void run_group(struct store *s, struct piece *first, int n)
{
    for (int try = 0; try < TRIES; try++) {
        s->writer = fresh(s, s->writer, DB_WRITE, first->w);
        if (s->writer && group_once(s, first, n)) return;
        if (s->writer && !s->writer->again && !s->writer->lost) break;
        wait_a_bit(try);
    }
    int left = n;
    for (struct piece *p = first; p && left--; p = p->next) {
        p->err = E_PEER;
        p->w->broken = true;
        p->w->why = S("This could not be stored. Nothing was changed; please try again.");
    }
}

static void *writer_main(void *arg)
{
    struct store *s = arg;
    pthread_mutex_lock(&s->lock);
    for (;;) {
        while (!s->first && !s->stop) pthread_cond_wait(&s->wanted, &s->lock);
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
    if (!sql_ok(db, "SAVEPOINT attempt")) die(&t->c, "no savepoint");
    err e = fn(t, arg);
    if (e != OK) sql_ok(db, "ROLLBACK TO attempt");
    if (!sql_ok(db, "RELEASE attempt")) die(&t->c, "savepoint lost");
    return e;
}

/* ---- opening ------------------------------------------------------------- */

struct store *store_open(struct arena *a, const struct store_opts *o, const struct secret *secret, struct str *why)
{
    struct store *s = NEW(a, struct store, 1);
    *s = (struct store){ .a = a, .where = str_dup(a, o->where), .secret = secret, .threads = o->threads, .offset_s = o->offset_s,
                         .most_readers = MAX(1, MIN(o->readers, READERS)) };
    s->last = &s->first;
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->reader_free, NULL);
    pthread_cond_init(&s->wanted, NULL);
    pthread_cond_init(&s->finished, NULL);
    s->writer = db_open(a, s->where, DB_WRITE, why);
    if (!s->writer) return NULL;
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
    db_close(s->writer);
}
