/* SPDX-License-Identifier: GPL-3.0-or-later
 * client.h - asking the world for a page (libcurl), carefully: https only, also where it is sent on
 * to, nothing that is not a public address, and never longer or more than said. Waits on the
 * network, so never inside a transaction. */
#pragma once
#include "kit/base/base.h"

#include <stdatomic.h>

/* The body of an answer 200 of at most `most` bytes, within so many seconds; false: none. cancel
 * (if given) may be set by another thread. */
bool client_get(struct arena *, const char *url, ptrdiff_t most, int seconds,
                const atomic_bool *cancel, struct str *out);

/* Where a service is said to be (SRV records): the first choice. False: nothing is said, or that
 * there is none. */
bool client_service(struct arena *, struct str name, struct str *host, int *port);

/* Is this somewhere that everybody can reach, and no machine next door? For tests. */
struct sockaddr;
bool client_is_public(const struct sockaddr *);
