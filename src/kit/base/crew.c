/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kit/base/crew.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdatomic.h>
#include <unistd.h>

enum { AT_ONCE = 8 }; /* numbers a thread takes */

struct run {
    void (*fn)(void *, struct arena *, int);
    void *arg;
    int n;
    atomic_int next;
    atomic_bool full;
};
struct lane {
    struct run *run;
    struct arena *a;
    pthread_t thread;
};

static void end(void *arg)
{
    struct crew *w = arg;
    for (int i = 0; i < w->lanes; i++) arena_close(w->lane[i]);
}

struct crew *crew_open(struct arena *a, size_t limit_bytes)
{
    struct crew *w = NEW(a, struct crew, 1);
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    w->lanes = (int)MAX(1, MIN(n, CREW_LANES));
    for (int i = 0; i < w->lanes; i++) w->lane[i] = arena_open(limit_bytes);
    arena_defer(a, end, w);
    return w;
}

void crew_clear(struct crew *w)
{
    for (int i = 0; i < w->lanes; i++) arena_clear(w->lane[i]);
}

size_t crew_used(const struct crew *w)
{
    size_t n = 0;
    for (int i = 0; i < w->lanes; i++) n += arena_used(w->lane[i]);
    return n;
}

static void *work(void *arg)
{
    struct lane *l = arg;
    struct run *r = l->run;
    jmp_buf full;
    arena_catch(l->a, &full);
    if (setjmp(full)) {
        atomic_store(&r->full, true);
    } else {
        for (int at; !atomic_load(&r->full) && (at = atomic_fetch_add(&r->next, AT_ONCE)) < r->n;)
            for (int i = at; i < MIN(at + AT_ONCE, r->n); i++) r->fn(r->arg, l->a, i);
    }
    arena_catch(l->a, NULL);
    return NULL;
}

static void *other(void *arg)
{
    (void)pthread_setname_np(pthread_self(), "snug-crew");
    return work(arg);
}

void crew_run(struct ctx *c, struct crew *w, int n, void (*fn)(void *, struct arena *, int),
              void *arg)
{
    struct run r = { .fn = fn, .arg = arg, .n = n };
    struct lane lanes[CREW_LANES];
    int want = MIN(w->lanes, 1 + n / (4 * AT_ONCE)), got = 1;
    lanes[0] = (struct lane){ .run = &r, .a = w->lane[0] };
    for (int i = 1; i < want; i++) lanes[i] = (struct lane){ .run = &r, .a = w->lane[i] };
    /* where the system gives no thread the others do its part */
    while (got < want && pthread_create(&lanes[got].thread, NULL, other, &lanes[got]) == 0) got++;
    (void)work(&lanes[0]);
    for (int i = 1; i < got; i++) (void)pthread_join(lanes[i].thread, NULL);
    if (atomic_load(&r.full)) die(c, "a computation needs more memory than it may have");
}
