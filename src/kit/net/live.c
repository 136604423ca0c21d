/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kit/net/live.h"

#include "kit/base/date.h"
#include "kit/base/trace.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/http_struct.h>
#include <stdlib.h>
#include <sys/socket.h>

struct live {
    struct live *next;
    struct evhttp_request *r; /* ours until the connection goes */
    int64_t whose, since_us, told_us;
    bool cut;
};

struct word {
    struct word *next;
    int64_t whose;
    ptrdiff_t n;
    char bytes[];
};

void http_live_open(struct http_lives *l, const struct http_opts *o)
{
    *l = (struct http_lives){ .o = o };
    l->last_word = &l->words;
    pthread_mutex_init(&l->lock, NULL);
}

void http_live_close(struct http_lives *l)
{
    while (l->words) {
        struct word *w = l->words;
        l->words = w->next;
        free(w);
    }
    pthread_mutex_destroy(&l->lock);
}

bool http_live_room(const struct http_lives *l, int64_t whose)
{
    int own = 0;
    for (const struct live *x = l->first; x; x = x->next) own += x->whose == whose;
    return l->n < l->o->lives && own < l->o->lives_each;
}

static struct bufferevent *bev_of(const struct live *x)
{
    struct evhttp_connection *evcon = evhttp_request_get_connection(x->r);
    return evcon ? evhttp_connection_get_bufferevent(evcon) : NULL;
}

/* evhttp reads the end, and closes; http_live_gone() follows. */
static void cut(struct live *x)
{
    struct bufferevent *bev = bev_of(x);
    int fd = bev ? bufferevent_getfd(bev) : -1;
    x->cut = true;
    if (fd >= 0) shutdown(fd, SHUT_RDWR);
}

static void say(struct http_lives *l, struct live *x, struct str bytes)
{
    struct bufferevent *bev = bev_of(x);
    if (!bev || x->cut) return;
    if ((ptrdiff_t)evbuffer_get_length(bufferevent_get_output(bev)) > l->o->live_backlog) {
        trace_line(TRACE_INFO, "live_slow", "n=%d", l->n);
        cut(x);
        return;
    }
    struct evbuffer *out = evbuffer_new();
    if (!out || evbuffer_add(out, bytes.p, (size_t)bytes.n) < 0) abort();
    evhttp_send_reply_chunk(x->r, out);
    evbuffer_free(out);
    x->told_us = clock_us();
}

void http_live_begin(struct http_lives *l, struct evhttp_request *r, int64_t whose,
                     struct str bytes)
{
    struct live *x = calloc(1, sizeof *x);
    if (!x) abort();
    *x = (struct live){ .r = r, .whose = whose, .since_us = clock_us() };
    pthread_mutex_lock(&l->lock);
    x->next = l->first;
    l->first = x;
    l->n++;
    pthread_mutex_unlock(&l->lock);
    evhttp_send_reply_start(r, 200, http_reason(200));
    /* the client is silent by nature; what it does not take in time ends it */
    bufferevent_set_timeouts(bev_of(x), NULL, &(struct timeval){ l->o->live_beat_s, 0 });
    say(l, x, bytes);
}

bool http_live_put(struct http_lives *l, int64_t whose, struct str bytes)
{
    struct word *w = malloc(sizeof *w + (size_t)bytes.n);
    if (!w) abort();
    *w = (struct word){ .whose = whose, .n = bytes.n };
    memcpy(w->bytes, bytes.p, (size_t)bytes.n);
    pthread_mutex_lock(&l->lock);
    bool first = !l->words;
    *l->last_word = w;
    l->last_word = &w->next;
    pthread_mutex_unlock(&l->lock);
    return first;
}

void http_live_flush(struct http_lives *l)
{
    pthread_mutex_lock(&l->lock);
    struct word *w = l->words;
    l->words = NULL;
    l->last_word = &l->words;
    pthread_mutex_unlock(&l->lock);
    while (w) {
        struct word *told = w;
        for (struct live *x = l->first; x; x = x->next)
            if (x->whose == w->whose) say(l, x, (struct str){ w->bytes, w->n });
        w = w->next;
        free(told);
    }
}

/* Asked again from time to time: who may listen may have changed. */
static void end(struct live *x)
{
    x->cut = true;
    x->r->flags &= ~EVHTTP_USER_OWNED;
    evhttp_send_reply_end(x->r);
}

static struct live *take(struct http_lives *l, struct live **place)
{
    struct live *x = *place;
    pthread_mutex_lock(&l->lock);
    *place = x->next;
    l->n--;
    pthread_mutex_unlock(&l->lock);
    return x;
}

void http_live_beat(struct http_lives *l)
{
    int64_t now = clock_us();
    for (struct live **p = &l->first; *p;) {
        struct live *x = *p;
        if (!x->cut && now - x->since_us > (int64_t)l->o->live_life_s * 1000000) {
            take(l, p);
            end(x);
            free(x);
            continue;
        }
        if (now - x->told_us > (int64_t)l->o->live_beat_s * 1000000) say(l, x, S(":\n\n"));
        p = &x->next;
    }
}

void http_live_cut(struct http_lives *l)
{
    for (struct live *x = l->first; x; x = x->next) cut(x);
}

/* Of a connection that failed evhttp has let go of the request: it is ours to free. Otherwise it
 * goes with the connection. */
void http_live_gone(struct http_lives *l, struct evhttp_connection *evcon)
{
    for (struct live **p = &l->first; *p; p = &(*p)->next) {
        struct evhttp_connection *of = evhttp_request_get_connection((*p)->r);
        if (of && of != evcon) continue;
        struct live *x = take(l, p);
        if (of) x->r->flags &= ~EVHTTP_USER_OWNED;
        else evhttp_request_free(x->r);
        free(x);
        return;
    }
}

int http_live_owners(struct http_lives *l, int64_t *whose, int most)
{
    int n = 0;
    pthread_mutex_lock(&l->lock);
    for (const struct live *x = l->first; x && n < most; x = x->next) {
        bool known = false;
        for (int i = 0; i < n && !known; i++) known = whose[i] == x->whose;
        if (!known) whose[n++] = x->whose;
    }
    pthread_mutex_unlock(&l->lock);
    return n;
}
