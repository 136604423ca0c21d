/* SPDX-License-Identifier: GPL-3.0-or-later
 * mailboxes.c - which mailboxes are read by this program: one thread looks after the others. */
#include "app/mailboxes.h"

#include "app/mailbox_read.h"
#include "kit/base/date.h"
#include "kit/base/hash.h"
#include "kit/base/trace.h"

#include <stdlib.h>
#include <time.h>

enum { LOOK_MS = 2000, HURRY_MS = 100, HURRY = 15, RENEW_S = 20, OWN = 64 * KIB };

struct mailboxes_run {
    struct home *home;
    struct desk news, history;
    int64_t me;                   /* names this program in a lease */
    struct mailbox_reader *first; /* of those that run, or have ended */
    struct arena *round;
    int64_t renewed;
    int waiting;  /* mailboxes of snug.conf whose keeper is not here yet */
    int64_t seen; /* sum of all changes: what is shared is looked at when it differs */
    pthread_t thread;
    pthread_mutex_t lock; /* of the two below */
    pthread_cond_t told;
    bool closing;
    int hurry; /* looks that follow each other quickly, after something was changed */
};
/* The deed that changed something knows nothing of us. */
static struct mailboxes_run *running;

static void hurry(void)
{
    struct mailboxes_run *m = running;
    if (!m) return;
    pthread_mutex_lock(&m->lock);
    m->hurry = HURRY; /* it is not committed yet */
    pthread_cond_signal(&m->told);
    pthread_mutex_unlock(&m->lock);
}

/* ---- leases ----------------------------------------------------------------- */

struct lease {
    id mailbox;
    int64_t me;
    bool mine;
};

static err claim(struct tx *t, void *arg)
{
    struct lease *l = arg;
    l->mine = mailbox_claim(t, l->mailbox, l->me);
    return OK;
}

static err release(struct tx *t, void *arg)
{
    struct lease *l = arg;
    mailbox_release(t, l->mailbox, l->me);
    return OK;
}

static bool leased(struct mailboxes_run *m, id mailbox, write_fn *fn)
{
    struct lease l = { .mailbox = mailbox, .me = m->me };
    struct work w = { .a = m->round };
    return work_write(m->home->store, &w, fn, &l) == OK && l.mine;
}

/* ---- readers ------------------------------------------------------------------ */

static struct mailbox_reader *reader_of(struct mailboxes_run *m, id mailbox)
{
    struct mailbox_reader *r = m->first;
    while (r && r->mailbox != mailbox) r = r->next;
    return r;
}

static void start(struct mailboxes_run *m, const struct mailbox *box)
{
    struct arena *own = arena_open(OWN);
    struct mailbox_reader *r = NEW(own, struct mailbox_reader, 1);
    *r = (struct mailbox_reader){ .home = m->home,
                                  .news = &m->news,
                                  .history = &m->history,
                                  .mailbox = box->id,
                                  .keeper = box->keeper,
                                  .change = box->change,
                                  .own = own,
                                  .stop = imap_stop_new(own),
                                  .next = m->first };
    if (!r->stop || pthread_create(&r->thread, NULL, mailbox_read_main, r) != 0) {
        trace_line(TRACE_ERROR, "mailbox", "id=%" PRId64 " started=0", box->id);
        arena_close(own);
        return;
    }
    m->first = r;
}

static void cancel(struct mailbox_reader *r)
{
    atomic_store(&r->cancelled, true);
    imap_stop_cancel(r->stop);
}

static void end(struct mailboxes_run *m, struct mailbox_reader *r)
{
    struct mailbox_reader **at = &m->first;
    cancel(r);
    (void)pthread_join(r->thread, NULL);
    (void)leased(m, r->mailbox, release);
    while (*at != r) at = &(*at)->next;
    *at = r->next;
    arena_close(r->own);
}

static bool wants_reader(const struct mailbox *b)
{
    return b->state == MAILBOX_READS || b->state == MAILBOX_NEW;
}

static const struct mailbox *find(const struct mailboxes *list, id mailbox)
{
    for (int i = 0; i < list->n; i++)
        if (list->at[i].id == mailbox) return &list->at[i];
    return NULL;
}

/* What was changed, stopped or disconnected is read no further. */
static void end_some(struct mailboxes_run *m, const struct mailboxes *list)
{
    bool renew = clock_now() - m->renewed >= RENEW_S;
    for (struct mailbox_reader *r = m->first, *next; r; r = next) {
        const struct mailbox *b = find(list, r->mailbox);
        next = r->next;
        if (atomic_load(&r->ended) || !b || b->change != r->change || b->state == MAILBOX_BY_HAND ||
            (renew && !leased(m, r->mailbox, claim)))
            end(m, r);
    }
    if (renew) m->renewed = clock_now();
}

static err read_list(struct ctx *c, void *arg)
{
    mailbox_list(c, 0, arg);
    return OK;
}

/* Somebody has become a keeper since the program started. */
static void connect_waiting(struct mailboxes_run *m)
{
    struct str why = S("");
    if (mailboxes_conf_waiting(m->home, m->round) == m->waiting) return;
    if (mailboxes_conf(m->home, m->round, &m->waiting, &why) == OK) return;
    trace_line(TRACE_ERROR, "mailbox", "conf=0");
    m->waiting = 0;
}

static void look_after(struct mailboxes_run *m)
{
    struct mailboxes list;
    struct work w = { .a = m->round };
    int64_t sum = 0;
    if (m->waiting) connect_waiting(m);
    if (work_read(m->home->store, &w, read_list, &list) != OK) return;
    end_some(m, &list);
    for (int i = 0; i < list.n; i++) {
        const struct mailbox *b = &list.at[i];
        sum += b->change;
        if (wants_reader(b) && !reader_of(m, b->id) && leased(m, b->id, claim)) start(m, b);
    }
    for (int i = 0; sum != m->seen && i < list.n; i++)
        mailbox_read_share(m->home, m->round, &list.at[i]);
    m->seen = sum;
}

static struct timespec in_ms(int ms)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    int64_t ns = t.tv_nsec + (int64_t)ms * 1000000;
    return (struct timespec){ t.tv_sec + ns / 1000000000, ns % 1000000000 };
}

/* Until there is something to do; false: the end. */
static bool wait_for_it(struct mailboxes_run *m)
{
    pthread_mutex_lock(&m->lock);
    if (m->hurry) m->hurry--;
    struct timespec until = in_ms(m->hurry ? HURRY_MS : LOOK_MS);
    if (!m->closing) (void)pthread_cond_timedwait(&m->told, &m->lock, &until);
    bool on = !m->closing;
    pthread_mutex_unlock(&m->lock);
    return on;
}

static void *run_main(void *arg)
{
    struct mailboxes_run *m = arg;
    (void)pthread_setname_np(pthread_self(), "snug-mailboxes");
    do {
        look_after(m);
        arena_clear(m->round);
    } while (wait_for_it(m));
    for (struct mailbox_reader *r = m->first; r; r = r->next) cancel(r);
    while (m->first) end(m, m->first);
    return NULL;
}

/* ---- the door --------------------------------------------------------------------- */

void mailboxes_readers_open(struct mailboxes_readers *r)
{
    for (int i = 0; i < 2; i++) {
        r->news[i] = mail_parser_open(1);
        r->history[i] = mail_parser_open(1);
    }
}

void mailboxes_readers_close(struct mailboxes_readers *r)
{
    for (int i = 0; i < 2; i++) {
        mail_parser_close(r->news[i]);
        mail_parser_close(r->history[i]);
    }
}

static void set_desk(struct desk *d, struct mail_parser *const parsers[2])
{
    d->parsers[0] = parsers[0];
    d->parsers[1] = parsers[1];
    pthread_mutex_init(&d->lock, NULL);
}

struct mailboxes_run *mailboxes_open(struct home *h, const struct mailboxes_readers *readers,
                                     int waiting)
{
    struct mailboxes_run *m = NEW(h->a, struct mailboxes_run, 1);
    m->home = h;
    m->waiting = waiting;
    set_desk(&m->news, readers->news);
    set_desk(&m->history, readers->history);
    random_bytes(&m->me, sizeof m->me);
    m->round = arena_open(64 * MIB);
    m->renewed = clock_now();
    pthread_mutex_init(&m->lock, NULL);
    pthread_cond_init(&m->told, NULL);
    if (pthread_create(&m->thread, NULL, run_main, m) != 0) abort();
    running = m;
    mailbox_changed = hurry;
    return m;
}

void mailboxes_close(struct mailboxes_run *m)
{
    mailbox_changed = NULL;
    running = NULL;
    pthread_mutex_lock(&m->lock);
    m->closing = true;
    pthread_cond_signal(&m->told);
    pthread_mutex_unlock(&m->lock);
    (void)pthread_join(m->thread, NULL);
    arena_close(m->round);
    pthread_cond_destroy(&m->told);
    pthread_mutex_destroy(&m->lock);
    pthread_mutex_destroy(&m->news.lock);
    pthread_mutex_destroy(&m->history.lock);
}
