/* SPDX-License-Identifier: GPL-3.0-or-later
 * http.h - the HTTP server: one thread owns every connection, a bounded pool of workers answers.
 * A worker sees a parsed copy of the request and fills an answer; both live in one arena, which
 * is closed when the last byte has been handed on. */
#pragma once
#include "kit/base/base.h"

typedef enum { HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_PUT, HTTP_DELETE } http_method;
extern const char *const http_method_names[5];

struct http_header {
    struct str name, value;
};
struct http_request {
    http_method method;
    struct str target; /* as it came: what signatures are made over       */
    struct str path;   /* decoded once, valid UTF-8, without dot segments */
    struct str query;  /* behind '?', as it came                          */
    const struct http_header *headers;
    int headers_n;
    struct str body;
    struct str remote; /* address of the client, without port; "unix" when nobody said */
    bool https;        /* a proxy that we believe says so                 */
    int64_t came_us;   /* clock_us() when it was whole                    */
};
/* The first header of that name (case ignored); empty when there is none. */
struct str http_header(const struct http_request *, struct str name);

struct http_answer {
    struct arena *a; /* the request's own                                    */
    int status;      /* 200 unless set; from 400 up the connection is closed */
    struct http_header *headers;
    int headers_n, headers_cap;
    struct str body; /* in the arena, or for ever                            */
    jmp_buf *full;   /* where a full arena lands: re-arm with arena_catch() after a piece of work */
    int64_t whose;   /* not 0: a GET that went well stays open behind its body, see http_tell() */
};
/* Adds a header; bytes that could end a line are left out of the value. */
void http_put(struct http_answer *, struct str name, struct str value);
void http_text(struct http_answer *, int status, struct str words); /* text/plain */
const char *http_reason(int status);

/* Answers one request, on a worker's thread. */
typedef void http_serve_fn(void *arg, const struct http_request *, struct http_answer *);
/* Asked first, on the loop's thread: true when answered. Must not wait for anything. */
typedef bool http_quick_fn(void *arg, const struct http_request *, struct http_answer *);
/* Dresses the answers the server gives by itself (guard, full queue, full arena). */
typedef void http_error_fn(void *arg, struct http_answer *);

struct http_opts {
    struct str listen;         /* "127.0.0.1:8080", "[::1]:0", "unix:/run/snug/http.sock" */
    int workers;               /* 3 if 0                                                  */
    int queue;                 /* pieces that wait at most; 256 if 0                      */
    int connections;           /* open at once at most; 2048 if 0                         */
    int deadline_ms;           /* accept, or the last answer, to whole request; 15000     */
    int idle_s;                /* silence that ends a connection; 10                      */
    ptrdiff_t body_bytes;      /* 4 MiB if 0                                              */
    size_t arena_bytes;        /* per request; 64 MiB if 0                                */
    const struct str *believe; /* proxies whose X-Forwarded-For and -Proto are believed,  */
    int believe_n;             /* besides whoever comes through the unix socket           */
    int lives, lives_each;     /* answers that stay open, in all and of one; 1000 and 8   */
    int live_beat_s;           /* a sign of life so often, and the time to take it; 20    */
    int live_life_s;           /* then the answer ends, and is asked for anew; 600        */
    ptrdiff_t live_backlog;    /* bytes not taken that end it; 64 KiB if 0                */
    bool signals;              /* SIGTERM and SIGINT stop this server                     */
    http_serve_fn *serve;
    http_quick_fn *quick; /* may be NULL */
    http_error_fn *error; /* may be NULL */
    void *arg;
};
struct http_server;
/* Binds the listener; NULL with *why (in a) when it can't. */
struct http_server *http_open(struct arena *a, const struct http_opts *, struct str *why);
struct str http_where(const struct http_server *); /* "127.0.0.1:41873": the port that was chosen */
/* Runs the loop on the calling thread until http_stop(); what runs is finished, what waits
 * answered. */
void http_run(struct http_server *);
void http_stop(struct http_server *); /* from any thread */
/* From any thread: these bytes, copied, go to all answers of that one that stay open. Who takes
 * them too slowly is cut off; one answer more than there may be is refused with 503. */
void http_tell(struct http_server *, int64_t whose, struct str bytes);
/* From any thread: of whom there are open answers, at most so many; how many. */
int http_listening(struct http_server *, int64_t *whose, int most);
void http_close(struct http_server *);
