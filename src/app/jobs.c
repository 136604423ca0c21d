/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/jobs.h"

#include "app/backup.h"
#include "facts/grant.h"
#include "kit/base/date.h"
#include "kit/base/trace.h"
#include "kit/mail/imap.h"
#include "kit/web/session.h"
#include "people/link.h"
#include "post/post_mail.h"
#include "talk/come.h"
#include "talk/draft.h"
#include "talk/stranger.h"
#include "today/morning.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

/* Two carry: while one waits for a slow server the other goes on. */
enum { WORKERS = 5, PAUSE_MS = 500, ARENA = 512 * MIB };

typedef bool step_fn(struct jobs *, struct arena *); /* false: nothing is due */
struct worker {
    struct jobs *jobs;
    step_fn *step;
    const char *name;
    pthread_t thread;
};
struct strangers_round {
    bool on, looked; /* under way; at everybody: what is left is to forget */
    int64_t began;
    id after; /* whom was looked at last */
    int gone;
};
struct jobs {
    struct home *home;
    pthread_mutex_t lock;
    pthread_cond_t ended;
    atomic_bool stop;
    struct imap_stop *copies; /* of what step_copies() waits for */
    int64_t swept, renewed;   /* of the thread of drafts, as what follows */
    struct strangers_round strangers;
    int64_t copied; /* when the thread of backups looks again */

    struct worker at[WORKERS];
};

/* Where links of letters lead. */
static struct str origin_of(const struct home *h, struct arena *a)
{
    return h->conf.url.n ? h->conf.url : str_fmt(a, "http://%.*s", STR(h->conf.listen));
}

static err sweep(struct tx *t, void *unused)
{
    (void)unused;
    session_sweep(t);
    link_sweep(t);
    return OK;
}

/* What may be kept no longer goes: what is agreed to first, with what rests on it. Reading leaves
 * it out from the very second, so that an hour more or less shows nothing. */
static err sweep_facts(struct tx *t, void *more)
{
    enum { AT_ONCE = 200 };
    int n = grant_sweep(t, AT_ONCE);
    n += fact_sweep(t, AT_ONCE);
    *(bool *)more = n >= AT_ONCE;
    return OK;
}

/* Sessions and links that have ended are forgotten. */
static void sweep_hourly(struct jobs *j, struct arena *a)
{
    struct work w = { .a = a };
    if (clock_now() - j->swept < HOUR) return;
    j->swept = clock_now();
    err e = work_write(j->home->store, &w, sweep, NULL);
    for (bool more = true; e == OK && more;) e = work_write(j->home->store, &w, sweep_facts, &more);
    if (e != OK) trace_line(TRACE_WARN, "sweep", "ok=0");
}

static err look_piece(struct tx *t, void *after) { return stranger_look(t, after); }
static err forget_piece(struct tx *t, void *gone) { return stranger_forget(t, gone); }

/* Who is known only from the mail of others is forgotten after a month. One piece a step, so that
 * whoever writes in between waits for that only, and letters that are due go in between. True while
 * there is more of it. */
static bool strangers_step(struct jobs *j, struct arena *a)
{
    struct strangers_round *r = &j->strangers;
    struct work w = { .a = a };
    int gone = 0;
    if (!r->on) {
        if (clock_now() - r->began < DAY / 2) return false;
        *r = (struct strangers_round){ .on = true, .began = clock_now() };
    }
    err e = r->looked ? work_write(j->home->store, &w, forget_piece, &gone)
                      : work_write(j->home->store, &w, look_piece, &r->after);
    r->gone += gone;
    r->on = e == OK && (!r->looked || gone);
    r->looked = !r->after;
    if (!r->on && (e != OK || r->gone))
        trace_line(e == OK ? TRACE_INFO : TRACE_WARN, "strangers", "gone=%d", r->gone);
    return r->on;
}

static err look(struct ctx *c, void *carries)
{
    *(bool *)carries = outbox_carries(c);
    return OK;
}
static err renew(struct tx *t, void *unused)
{
    (void)unused;
    outbox_renew(t);
    return OK;
}

/* Most of the time nothing is on its way, and nothing is written. */
static void renew_leases(struct jobs *j, struct arena *a)
{
    bool carries = false;
    struct work looking = { .a = a }, renewing = { .a = a };
    if (clock_now() - j->renewed < OUTBOX_RENEW_S) return;
    j->renewed = clock_now();
    if (work_read(j->home->store, &looking, look, &carries) != OK || !carries) return;
    if (work_write(j->home->store, &renewing, renew, NULL) != OK)
        trace_line(TRACE_WARN, "renew", "ok=0");
}

static bool step_drafts(struct jobs *j, struct arena *a)
{
    renew_leases(j, a);
    sweep_hourly(j, a);
    bool more = strangers_step(j, a);
    return draft_step(j->home->store, a) ||
           morning_step(j->home->store, a, origin_of(j->home, a)) || more;
}
static bool step_copies(struct jobs *j, struct arena *a)
{
    return outbox_copy_step(j->home->store, a, j->copies) ||
           talk_poll_step(j->home->store, a, &j->stop);
}
static bool step_outbox(struct jobs *j, struct arena *a)
{
    return outbox_step(j->home->store, a, &j->stop);
}

static bool step_backup(struct jobs *j, struct arena *a)
{
    backup_step(j->home, a, &j->copied, &j->stop);
    return false;
}

static void pause_a_while(struct jobs *j)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += (long)PAUSE_MS * 1000000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_mutex_lock(&j->lock);
    if (!atomic_load(&j->stop)) pthread_cond_timedwait(&j->ended, &j->lock, &until);
    pthread_mutex_unlock(&j->lock);
}

static void *worker_main(void *arg)
{
    struct worker *w = arg;
    struct arena *a = arena_open(ARENA);
    (void)pthread_setname_np(pthread_self(), w->name);
    while (!atomic_load(&w->jobs->stop)) {
        bool more = w->step(w->jobs, a);
        arena_clear(a);
        if (!more) pause_a_while(w->jobs);
    }
    arena_close(a);
    return NULL;
}

struct jobs *jobs_open(struct home *h)
{
    struct jobs *j = NEW(h->a, struct jobs, 1);
    sigset_t all, before;
    *j = (struct jobs){ .home = h,
                        .copies = imap_stop_new(h->a),
                        .at = { { j, step_drafts, "snug-drafts", 0 },
                                { j, step_outbox, "snug-outbox", 0 },
                                { j, step_outbox, "snug-outbox", 0 },
                                { j, step_copies, "snug-copies", 0 },
                                { j, step_backup, "snug-backup", 0 } } };
    if (!j->copies) abort();
    pthread_mutex_init(&j->lock, NULL);
    pthread_cond_init(&j->ended, NULL);
    sigfillset(&all); /* signals are the server's */
    pthread_sigmask(SIG_SETMASK, &all, &before);
    for (int i = 0; i < WORKERS; i++)
        if (pthread_create(&j->at[i].thread, NULL, worker_main, &j->at[i]) != 0) abort();
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return j;
}

void jobs_close(struct jobs *j)
{
    pthread_mutex_lock(&j->lock);
    atomic_store(&j->stop, true);
    imap_stop_cancel(j->copies);
    pthread_cond_broadcast(&j->ended);
    pthread_mutex_unlock(&j->lock);
    for (int i = 0; i < WORKERS; i++) pthread_join(j->at[i].thread, NULL);
    pthread_cond_destroy(&j->ended);
    pthread_mutex_destroy(&j->lock);
}

int64_t jobs_run(struct home *h)
{
    static step_fn *const steps[] = { step_drafts, step_outbox, step_copies };
    struct jobs j = { .home = h, .copies = imap_stop_new(h->a) };
    struct arena *a = arena_open(ARENA);
    int64_t done = 0;
    for (int i = 0; i < COUNT(steps) && j.copies; i++)
        for (; steps[i](&j, a); arena_clear(a)) done++;
    arena_close(a);
    return done;
}
