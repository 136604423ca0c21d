/* SPDX-License-Identifier: GPL-3.0-or-later
 * live.h - answers that stay open, inside the server: each holds its connection and a few bytes,
 * no worker and no arena. But for the two that say so all runs on the loop's thread. */
#pragma once
#include "kit/net/http.h"

#include <pthread.h>

struct evhttp_connection;
struct evhttp_request;
struct live;
struct http_lives {
    const struct http_opts *o;
    struct live *first;
    int n;
    struct word *words, **last_word; /* to be told */
    pthread_mutex_t lock;            /* of both: other threads tell, and ask who listens */
};
void http_live_open(struct http_lives *, const struct http_opts *);
void http_live_close(struct http_lives *);
bool http_live_room(const struct http_lives *, int64_t whose);
/* Sends the head and these bytes; the request is kept from then on. Headers stand in it already. */
void http_live_begin(struct http_lives *, struct evhttp_request *, int64_t whose, struct str bytes);
/* From any thread: told when the loop comes by; true: nothing was waiting, so it has to be woken.
 */
bool http_live_put(struct http_lives *, int64_t whose, struct str bytes);
void http_live_flush(struct http_lives *);
void http_live_beat(struct http_lives *); /* heartbeats, and the end of those that are old */
void http_live_cut(struct http_lives *);  /* all of them: the server stops */
/* The client has left, or was cut. */
void http_live_gone(struct http_lives *, struct evhttp_connection *);
/* From any thread. */
int http_live_owners(struct http_lives *, int64_t *whose, int most);
