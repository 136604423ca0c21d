/* SPDX-License-Identifier: GPL-3.0-or-later
 * http.c - the server on libevent: every evhttp call stands here, and runs on one thread. */
#include "kit/net/http.h"

#include "kit/base/date.h"
#include "kit/base/trace.h"
#include "kit/net/dress.h"
#include "kit/net/guard.h"
#include "kit/net/listen.h"
#include "kit/net/live.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/http_struct.h>
#include <event2/keyvalq_struct.h>
#include <event2/listener.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    HEADER_BYTES = 16 * KIB,
    SWEEP_MS = 200,
    CONN_SLOTS = 2048,
    GRACE_MS = 5000,
    WORKERS_MOST = 64
};

/* A connection, from accept to close. The bufferevent is referenced here, because evhttp tells of
 * a close only once a request came; the sweep finds the others by their missing callbacks. */
struct conn {
    struct conn *next; /* of its slot */
    struct bufferevent *bev;
    struct http_server *s;
    int64_t since_us; /* accept, or the last answer */
    bool busy;        /* a request is being answered: no deadline */
};
struct job {
    struct job *next;
    struct http_server *s;
    struct evhttp_request *r;
    struct arena *a, *spare; /* spare: for the answer when a is full */
    struct http_request rq;
    struct http_answer an;
};
struct job_queue {
    struct job *first, **last;
    int n;
};
struct http_server {
    struct http_opts o;
    struct str where;
    struct event_base *base;
    struct evhttp *http;
    struct evhttp_bound_socket *bound;
    struct event *wake_event, *sweep, *signals[2];
    struct conn *conns[CONN_SLOTS];
    int conn_n;
    bool full, stopping; /* the loop's thread only */
    int64_t stop_us;
    int wake;
    atomic_bool stop_asked;
    struct http_lives lives;

    pthread_mutex_t lock;
    pthread_cond_t wanted;
    struct job_queue todo, done;
    bool quit;
    pthread_t threads[WORKERS_MOST];
    int threads_n;
};

static void queue_add(struct job_queue *q, struct job *j)
{
    j->next = NULL;
    if (!q->first) q->last = &q->first;
    *q->last = j;
    q->last = &j->next;
    q->n++;
}

static struct job *queue_take(struct job_queue *q)
{
    struct job *j = q->first;
    if (j) {
        q->first = j->next;
        q->n--;
    }
    return j;
}

/* ---- connections ----------------------------------------------------------- */

static struct conn **conn_place(struct http_server *s, const struct bufferevent *bev)
{
    struct conn **c = &s->conns[((uintptr_t)bev >> 5) % CONN_SLOTS];
    while (*c && (*c)->bev != bev) c = &(*c)->next;
    return c;
}

/* What is written while no request of this connection was handed to us, libevent says by itself. */
static void on_output(struct evbuffer *out, const struct evbuffer_cb_info *info, void *arg)
{
    struct conn *c = arg;
    if (!c->busy && info->n_added) http_dress(out, c->s->o.error, c->s->o.arg);
}

static void listener_set(struct http_server *s, bool on)
{
    if (!s->bound || s->full == !on) return;
    struct evconnlistener *l = evhttp_bound_socket_get_listener(s->bound);
    if (on) evconnlistener_enable(l);
    else evconnlistener_disable(l);
    s->full = !on;
}

static void conn_drop(struct http_server *s, struct conn **place)
{
    struct conn *c = *place;
    *place = c->next;
    evbuffer_remove_cb(bufferevent_get_output(c->bev), on_output, c);
    bufferevent_decref(c->bev);
    free(c);
    s->conn_n--;
    if (s->conn_n < s->o.connections) listener_set(s, true);
}

/* evhttp takes its callbacks away when it lets go of a connection. */
static bool conn_dead(const struct conn *c)
{
    bufferevent_event_cb on_event;
    bufferevent_getcb(c->bev, NULL, NULL, &on_event, NULL);
    return !on_event;
}

static void conn_cut(struct conn *c)
{
    int fd = bufferevent_getfd(c->bev);
    if (fd >= 0) shutdown(fd, SHUT_RDWR); /* evhttp reads the end, and closes */
}

static void conns_sweep(struct http_server *s)
{
    int64_t now = clock_us();
    for (int i = 0; i < CONN_SLOTS; i++)
        for (struct conn **p = &s->conns[i]; *p;) {
            struct conn *c = *p;
            int64_t waited_ms = (now - c->since_us) / 1000;
            if (waited_ms > 0 && conn_dead(c)) {
                conn_drop(s, p);
                continue;
            }
            if (!c->busy && (s->stopping || waited_ms > s->o.deadline_ms)) conn_cut(c);
            p = &c->next;
        }
}

static struct bufferevent *on_accept(struct event_base *base, void *arg)
{
    struct http_server *s = arg;
    struct bufferevent *bev = bufferevent_socket_new(base, -1, BEV_OPT_CLOSE_ON_FREE);
    struct conn *c = calloc(1, sizeof *c);
    if (!bev || !c) abort();
    bufferevent_incref(bev);
    *c = (struct conn){ .bev = bev, .s = s, .since_us = clock_us() };
    if (s->o.error) evbuffer_add_cb(bufferevent_get_output(bev), on_output, c);
    *conn_place(s, bev) = c;
    s->conn_n++;
    if (s->conn_n >= s->o.connections) conns_sweep(s);
    if (s->conn_n >= s->o.connections) listener_set(s, false);
    return bev;
}

static void on_close(struct evhttp_connection *evcon, void *arg)
{
    struct http_server *s = arg;
    struct conn **p = conn_place(s, evhttp_connection_get_bufferevent(evcon));
    http_live_gone(&s->lives, evcon);
    if (*p) conn_drop(s, p);
}

static void on_answered(struct evhttp_request *r, void *arg)
{
    struct evhttp_connection *evcon = evhttp_request_get_connection(r);
    struct conn **p = evcon ? conn_place(arg, evhttp_connection_get_bufferevent(evcon)) : NULL;
    if (!p || !*p) return;
    (*p)->busy = false;
    (*p)->since_us = clock_us();
}

/* ---- answers --------------------------------------------------------------- */

static void job_free(struct job *j)
{
    struct arena *a = j->a, *spare = j->spare; /* the job lies in a */
    if (spare) arena_close(spare);
    arena_close(a);
}

static void body_sent(const void *body, size_t n, void *job)
{
    (void)body, (void)n;
    job_free(job);
}

/* The answer of the server itself: the guard's, the full queue's, the full arena's. */
static void answer_error(struct http_server *s, struct http_answer *an, int status)
{
    an->headers_n = 0;
    http_text(an, status, str_c(http_reason(status)));
    if (status == 503) http_put(an, S("Retry-After"), S("2"));
    if (s->o.error) s->o.error(s->o.arg, an);
}

/* On the loop's thread; takes the job. */
static void job_send(struct job *j)
{
    struct http_server *s = j->s;
    struct evhttp_connection *evcon = evhttp_request_get_connection(j->r);
    if (!evcon) { /* the client has left */
        evhttp_request_free(j->r);
        job_free(j);
        return;
    }
    struct evkeyvalq *out = evhttp_request_get_output_headers(j->r);
    bool stays =
        j->an.whose && j->rq.method == HTTP_GET && (j->an.status ? j->an.status : 200) == 200;
    if (stays && (s->stopping || !http_live_room(&s->lives, j->an.whose))) {
        trace_line(TRACE_INFO, "live_full", "n=%d", s->lives.n);
        answer_error(s, &j->an, 503);
        stays = false;
    }
    int status = j->an.status ? j->an.status : 200;
    for (int i = 0; i < j->an.headers_n; i++)
        evhttp_add_header(out, j->an.headers[i].name.p, j->an.headers[i].value.p);
    if (status >= 400 || s->stopping) evhttp_add_header(out, "Connection", "close");
    bool head = j->rq.method == HTTP_HEAD, empty = status == 204 || status == 304;
    if (head && !empty) {
        char n[24];
        snprintf(n, sizeof n, "%td", j->an.body.n);
        evhttp_add_header(out, "Content-Length", n);
    }
    evhttp_request_set_on_complete_cb(j->r, on_answered, s);
    struct evhttp_request *r = j->r;
    if (stays) {
        http_live_begin(&s->lives, r, j->an.whose, j->an.body);
        job_free(j);
        return;
    }
    r->flags &= ~EVHTTP_USER_OWNED; /* or nobody frees it when the client leaves in the middle of
                                       the answer */
    if (head || empty || j->an.body.n == 0) {
        job_free(j);
        evhttp_send_reply(r, status, http_reason(status), NULL);
        return;
    }
    struct evbuffer *body = evbuffer_new();
    if (!body || evbuffer_add_reference(body, j->an.body.p, (size_t)j->an.body.n, body_sent, j) < 0)
        abort();
    evhttp_send_reply(r, status, http_reason(status), body);
    evbuffer_free(body);
}

static void on_wake(evutil_socket_t fd, short what, void *arg)
{
    (void)what;
    struct http_server *s = arg;
    uint64_t n;
    if (read((int)fd, &n, sizeof n) < 0 && errno != EAGAIN) abort();
    pthread_mutex_lock(&s->lock);
    struct job_queue done = s->done;
    s->done = (struct job_queue){ 0 };
    pthread_mutex_unlock(&s->lock);
    for (struct job *j; (j = queue_take(&done));) job_send(j);
    http_live_flush(&s->lives);
    if (atomic_load(&s->stop_asked) && !s->stopping) {
        s->stopping = true;
        http_live_cut(&s->lives);
        s->stop_us = clock_us();
        evhttp_del_accept_socket(s->http, s->bound);
        s->bound = NULL;
        conns_sweep(s);
    }
}

static void on_sweep(evutil_socket_t fd, short what, void *arg)
{
    (void)fd, (void)what;
    struct http_server *s = arg;
    conns_sweep(s);
    http_live_beat(&s->lives);
    if (!s->stopping) return;
    if (s->conn_n == 0 || clock_us() - s->stop_us > GRACE_MS * 1000)
        event_base_loopexit(s->base, NULL);
}

static void on_signal(evutil_socket_t number, short what, void *arg)
{
    (void)number, (void)what;
    http_stop(arg);
}

/* ---- requests -------------------------------------------------------------- */

static http_method method_of(struct evhttp_request *r)
{
    switch (evhttp_request_get_command(r)) {
    case EVHTTP_REQ_HEAD: return HTTP_HEAD;
    case EVHTTP_REQ_POST: return HTTP_POST;
    case EVHTTP_REQ_PUT: return HTTP_PUT;
    case EVHTTP_REQ_DELETE: return HTTP_DELETE;
    default: return HTTP_GET;
    }
}

static void copy_headers(struct job *j)
{
    struct evkeyvalq *in = evhttp_request_get_input_headers(j->r);
    struct evkeyval *h;
    int n = 0;
    TAILQ_FOREACH(h, in, next) n++;
    struct http_header *all = NEW(j->a, struct http_header, MAX(n, 1));
    n = 0;
    TAILQ_FOREACH(h, in, next)
    all[n++] = (struct http_header){ str_dup(j->a, str_c(h->key)), str_dup(j->a, str_c(h->value)) };
    j->rq.headers = all;
    j->rq.headers_n = n;
}

static bool believed(const struct http_server *s, struct str remote)
{
    if (str_begins(s->o.listen, S("unix:"))) return true;
    for (int i = 0; i < s->o.believe_n; i++)
        if (str_eq(s->o.believe[i], remote)) return true;
    return false;
}

/* X-Forwarded-*: the last address is the one that the believed proxy saw itself. */
static void set_remote(struct job *j, struct evhttp_connection *evcon)
{
    char *address = NULL;
    ev_uint16_t port = 0;
    evhttp_connection_get_peer(evcon, &address, &port);
    bool local = str_begins(j->s->o.listen, S("unix:"));
    j->rq.remote = local || !address ? S("unix") : str_dup(j->a, str_c(address));
    if (!believed(j->s, j->rq.remote)) return;
    struct str via = http_header(&j->rq, S("X-Forwarded-For"));
    struct str last = str_trim(str_from(via, str_rchr(via, ',') + 1));
    if (last.n > 0 && last.n < 64) j->rq.remote = last;
    j->rq.https = str_eq(http_header(&j->rq, S("X-Forwarded-Proto")), S("https"));
}

static void copy_body(struct job *j)
{
    struct evbuffer *in = evhttp_request_get_input_buffer(j->r);
    size_t n = evbuffer_get_length(in);
    if (!n) return;
    char *p = NEW(j->a, char, (ptrdiff_t)n);
    evbuffer_copyout(in, p, n);
    evbuffer_drain(in, n);
    j->rq.body = (struct str){ p, (ptrdiff_t)n };
}

/* Fills the request; the status of a refusal, or 0. */
static int job_fill(struct job *j)
{
    j->rq.came_us = clock_us();
    j->rq.method = method_of(j->r);
    j->rq.target = str_dup(j->a, str_c(evhttp_request_get_uri(j->r)));
    copy_headers(j);
    bool http11 = j->r->major > 1 || (j->r->major == 1 && j->r->minor >= 1);
    int refused = http_guard(&(struct guard_request){ j->rq.method, http11, j->rq.target,
                                                      j->rq.headers, j->rq.headers_n });
    if (refused) return refused;
    if (!http_split_target(j->a, j->rq.target, &j->rq.path, &j->rq.query)) return 400;
    set_remote(j, evhttp_request_get_connection(j->r));
    copy_body(j);
    return 0;
}

static bool job_queue_up(struct http_server *s, struct job *j)
{
    pthread_mutex_lock(&s->lock);
    bool room = s->todo.n < s->o.queue;
    if (room) {
        evhttp_request_own(j->r);
        queue_add(&s->todo, j);
        pthread_cond_signal(&s->wanted);
    }
    pthread_mutex_unlock(&s->lock);
    return room;
}

static void on_request(struct evhttp_request *r, void *arg)
{
    struct http_server *s = arg;
    struct evhttp_connection *evcon = evhttp_request_get_connection(r);
    struct conn **c = conn_place(s, evhttp_connection_get_bufferevent(evcon));
    if (*c) (*c)->busy = true;
    evhttp_connection_set_closecb(evcon, on_close, s);

    struct arena *a = arena_open(s->o.arena_bytes);
    struct job *j = NEW(a, struct job, 1);
    *j = (struct job){ .s = s, .r = r, .a = a, .an = { .a = a } };
    int refused = job_fill(j);
    if (refused) {
        trace_line(TRACE_INFO, "refused", "status=%d", refused);
        answer_error(s, &j->an, refused);
    } else if (s->o.quick && s->o.quick(s->o.arg, &j->rq, &j->an)) {
        /* answered */
    } else if (job_queue_up(s, j)) {
        return;
    } else {
        trace_line(TRACE_WARN, "queue_full", "n=%d", s->o.queue);
        answer_error(s, &j->an, 503);
    }
    job_send(j);
}

/* ---- workers ---------------------------------------------------------------- */

static void job_serve(struct http_server *s, struct job *j)
{
    jmp_buf full;
    j->an.full = &full;
    arena_catch(j->a, &full);
    if (setjmp(full) == 0) {
        s->o.serve(s->o.arg, &j->rq, &j->an);
    } else {
        trace_line(TRACE_ERROR, "arena_full", "bytes=%zu", arena_used(j->a));
        j->spare = arena_open(MIB);
        j->an = (struct http_answer){ .a = j->spare };
        answer_error(s, &j->an, 500);
    }
    arena_catch(j->a, NULL);
    j->an.full = NULL;
}

static void wake(struct http_server *s)
{
    uint64_t one = 1;
    while (write(s->wake, &one, sizeof one) < 0 && errno == EINTR) {}
}

static void *worker_main(void *arg)
{
    struct http_server *s = arg;
    pthread_mutex_lock(&s->lock);
    for (;;) {
        while (!s->todo.first && !s->quit) pthread_cond_wait(&s->wanted, &s->lock);
        struct job *j = queue_take(&s->todo);
        if (!j) break;
        pthread_mutex_unlock(&s->lock);
        job_serve(s, j);
        pthread_mutex_lock(&s->lock);
        bool was_empty = !s->done.first; /* one wake serves many answers */
        queue_add(&s->done, j);
        if (was_empty) wake(s);
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

/* ---- life -------------------------------------------------------------------- */

static void defaults(struct http_opts *o)
{
    if (!o->workers) o->workers = 3;
    o->workers = MIN(o->workers, (int)WORKERS_MOST);
    if (!o->queue) o->queue = 256;
    if (!o->connections) o->connections = 2048;
    if (!o->lives) o->lives = 1000;
    if (!o->lives_each) o->lives_each = 8;
    if (!o->live_beat_s) o->live_beat_s = 20;
    if (!o->live_life_s) o->live_life_s = 600;
    if (!o->live_backlog) o->live_backlog = 64 * KIB;
    if (!o->deadline_ms) o->deadline_ms = 15000;
    if (!o->idle_s) o->idle_s = 10;
    if (!o->body_bytes) o->body_bytes = 4 * MIB;
    if (!o->arena_bytes) o->arena_bytes = 64 * MIB;
}

static void server_events(struct http_server *s, int fd)
{
    s->base = event_base_new();
    s->http = s->base ? evhttp_new(s->base) : NULL;
    s->bound = s->http ? evhttp_accept_socket_with_handle(s->http, fd) : NULL;
    if (!s->bound) abort();
    evhttp_set_timeout(s->http, s->o.idle_s);
    evhttp_set_max_headers_size(s->http, HEADER_BYTES);
    evhttp_set_max_body_size(s->http, s->o.body_bytes);
    evhttp_set_allowed_methods(s->http, EVHTTP_REQ_GET | EVHTTP_REQ_HEAD | EVHTTP_REQ_POST |
                                            EVHTTP_REQ_PUT | EVHTTP_REQ_DELETE);
    evhttp_set_default_content_type(s->http, NULL);
    evhttp_set_bevcb(s->http, on_accept, s);
    evhttp_set_gencb(s->http, on_request, s);
    s->wake_event = event_new(s->base, s->wake, EV_READ | EV_PERSIST, on_wake, s);
    event_add(s->wake_event, NULL);
    s->sweep = event_new(s->base, -1, EV_PERSIST, on_sweep, s);
    event_add(s->sweep, &(struct timeval){ 0, SWEEP_MS * 1000 });
    for (int i = 0; s->o.signals && i < 2; i++) {
        s->signals[i] = evsignal_new(s->base, i ? SIGINT : SIGTERM, on_signal, s);
        event_add(s->signals[i], NULL);
    }
}

struct http_server *http_open(struct arena *a, const struct http_opts *o, struct str *why)
{
    struct str where;
    int fd = listen_open(a, o->listen, &where, why);
    if (fd < 0) return NULL;
    signal(SIGPIPE, SIG_IGN);
    struct http_server *s = NEW(a, struct http_server, 1);
    s->o = *o;
    defaults(&s->o);
    listen_raise(s->o.connections);
    http_live_open(&s->lives, &s->o);
    s->where = where;
    s->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->wanted, NULL);
    server_events(s, fd);
    for (; s->threads_n < s->o.workers; s->threads_n++)
        if (pthread_create(&s->threads[s->threads_n], NULL, worker_main, s) != 0) abort();
    return s;
}

struct str http_where(const struct http_server *s) { return s->where; }

void http_run(struct http_server *s) { event_base_dispatch(s->base); }

void http_stop(struct http_server *s)
{
    atomic_store(&s->stop_asked, true);
    wake(s);
}

void http_tell(struct http_server *s, int64_t whose, struct str bytes)
{
    if (http_live_put(&s->lives, whose, bytes)) wake(s);
}

int http_listening(struct http_server *s, int64_t *whose, int most)
{
    return http_live_owners(&s->lives, whose, most);
}

void http_close(struct http_server *s)
{
    pthread_mutex_lock(&s->lock);
    s->quit = true; /* workers finish what waits first */
    pthread_cond_broadcast(&s->wanted);
    pthread_mutex_unlock(&s->lock);
    for (int i = 0; i < s->threads_n; i++) pthread_join(s->threads[i], NULL);
    for (struct job *j; (j = queue_take(&s->done));) job_send(j);
    for (int i = 0; i < 2; i++)
        if (s->signals[i]) event_free(s->signals[i]);
    event_free(s->sweep);
    event_free(s->wake_event);
    evhttp_free(s->http);
    for (int i = 0; i < CONN_SLOTS; i++)
        while (s->conns[i]) conn_drop(s, &s->conns[i]);
    http_live_close(&s->lives);
    event_base_free(s->base);
    close(s->wake);
    pthread_mutex_destroy(&s->lock);
    pthread_cond_destroy(&s->wanted);
    if (str_begins(s->o.listen, S("unix:"))) listen_forget(s->o.listen);
}
