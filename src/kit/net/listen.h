/* SPDX-License-Identifier: GPL-3.0-or-later
 * listen.h - a listening socket: 127.0.0.1:PORT, [::1]:PORT or unix:/path. */
#pragma once
#include "kit/base/base.h"

/* Non-blocking, closed on exec; port 0 takes a free one. Where it ended up in *where ("127.0.0.1:
 * 41873"); -1 with *why when it can't. A socket file that nobody answers on is replaced. */
int listen_open(struct arena *, struct str listen, struct str *where, struct str *why);
void listen_forget(struct str listen); /* takes the file of a unix socket away */
/* The program may have that many connections and some files more open, as far as the system lets
 * it. */
void listen_raise(int connections);
bool listen_is_local(
    struct str listen); /* loopback or unix socket; else a proxy should stand before it */
