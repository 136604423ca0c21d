/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/live.h"

#include "talk/talk.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

enum { TICK_MS = 500, OWNERS = 1000, LOOK_ARENA = 4 * MIB };

struct live {
    struct http_server *server;
    struct store *store;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t moved;
    bool stop, dirty;
    bool came; /* somebody began to listen: what was said meanwhile may have missed them */
    id seen, seen_before; /* the log's end at the last look, and at the one before */
};
static struct live *the_live; /* set once, before the server runs */

/* ---- looking --------------------------------------------------------------- */

struct look {
    id since, end;
    int64_t whose[OWNERS];
    id news[OWNERS];
    int n;
};

static err look(struct ctx *c, void *arg)
{
    struct look *l = arg;
    l->end = log_end(c);
    for (int i = 0; i < l->n; i++) {
        c->viewer = l->whose[i];
        l->news[i] = l->end > l->since ? talk_news(c, l->since) : 0;
    }
    return OK;
}

static struct str words_of(struct arena *a, id number)
{
    return str_fmt(a, "id: %" PRId64 "\ndata: %" PRId64 "\n\n", number, number);
}

static void tell(struct live *x, bool came)
{
    struct work w = { .a = arena_open(LOOK_ARENA) };
    struct look *l = NEW(w.a, struct look, 1);
    l->n = http_listening(x->server, l->whose, OWNERS);
    l->since = came ? x->seen_before : x->seen;
    if (work_read(x->store, &w, look, l) == OK) {
        for (int i = 0; x->seen && i < l->n; i++)
            if (l->news[i]) http_tell(x->server, l->whose[i], words_of(w.a, l->news[i]));
        x->seen_before = x->seen ? x->seen : l->end;
        x->seen = l->end;
    }
    arena_close(w.a);
}

/* ---- the thread -------------------------------------------------------------- */

static void wait_a_tick(struct live *x)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += (long)TICK_MS * 1000000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    while (!x->stop && !x->dirty && !x->came)
        if (pthread_cond_timedwait(&x->moved, &x->lock, &until) == ETIMEDOUT) return;
}

static void *run(void *arg)
{
    struct live *x = arg;
    int64_t anybody;
    pthread_mutex_lock(&x->lock);
    while (!x->stop) {
        bool came = x->came;
        x->dirty = x->came = false;
        pthread_mutex_unlock(&x->lock);
        tell(x, came);
        bool listened = came || http_listening(x->server, &anybody, 1) > 0;
        pthread_mutex_lock(&x->lock);
        if (listened) wait_a_tick(x);
        else
            while (!x->stop && !x->came) pthread_cond_wait(&x->moved, &x->lock);
    }
    pthread_mutex_unlock(&x->lock);
    return NULL;
}

static void note(struct live *x, bool *what)
{
    pthread_mutex_lock(&x->lock);
    *what = true;
    pthread_cond_signal(&x->moved);
    pthread_mutex_unlock(&x->lock);
}

static void committed(void *arg) { note(arg, &((struct live *)arg)->dirty); }

struct live *live_open(struct arena *a, struct http_server *server, struct store *store)
{
    struct live *x = NEW(a, struct live, 1);
    x->server = server;
    x->store = store;
    pthread_mutex_init(&x->lock, NULL);
    pthread_cond_init(&x->moved, NULL);
    if (pthread_create(&x->thread, NULL, run, x) != 0) abort();
    store_on_commit(store, committed, x);
    the_live = x;
    return x;
}

void live_close(struct live *x)
{
    store_on_commit(x->store, NULL, NULL);
    note(x, &x->stop);
    pthread_join(x->thread, NULL);
    the_live = NULL;
    pthread_cond_destroy(&x->moved);
    pthread_mutex_destroy(&x->lock);
}

/* ---- the route ----------------------------------------------------------------- */

static err news_since(struct ctx *c, void *arg)
{
    id *number = arg;
    *number = talk_news(c, *number);
    return OK;
}

/* What the page knows of comes with it; after a pause the browser says it by itself. */
static err listen(struct page *p)
{
    struct str why, last = http_header(p->rq, S("Last-Event-ID"));
    id number = form_int(p, "since", 0);
    int64_t again;
    if (last.n && str_int(last, &again)) number = MAX(number, again);
    TRY(page_read(p, news_since, &number, &why));
    struct str first = number ? words_of(p->a, number) : S("");
    page_header(p, S("Cache-Control"), S("no-store"));
    page_stay(p, p->viewer, S("text/event-stream"),
              str_fmt(p->a, "retry: 3000\n\n%.*s", STR(first)));
    if (the_live) note(the_live, &the_live->came);
    return OK;
}

const struct route live_routes[] = {
    HOOK("GET", "/live", NEED_KEEPER, listen,
         "stays open and says that something changed, for pages that show it"),
    { 0 },
};
