/* SPDX-License-Identifier: GPL-3.0-or-later
 * channel.h - one way on which words leave the house: mail is one, others are a struct more and
 * change nothing elsewhere. The outbox asks, keeps and repeats; a channel only carries. */
#pragma once
#include "log/event.h"

#include <stdatomic.h>

/* One letter on its way to one recipient. What the channel makes of it lives in the arena of the
 * context that ready() gets. */
struct channel_parcel {
    id row, message, keeper, account;
    struct str address; /* to whom, as the channel writes it */
    struct str raw;     /* the bytes of this copy, the same at every try */
    bool relay;         /* passed on: raw is the message as it came, */
    struct str head;    /* to go out under these header lines */
    void *way;          /* the channel's own, from ready() to deliver() and stop() */
};

typedef enum {
    CHANNEL_HANDED,  /* taken: who took it answers for it from now on */
    CHANNEL_LATER,   /* the same bytes again, later; they may have arrived */
    CHANNEL_REFUSED, /* the same again would be refused again */
    CHANNEL_STOPPED  /* nothing is wrong with the letter: the account needs its keeper */
} channel_outcome;
typedef enum { CHANNEL_SAYS_NOTHING, CHANNEL_SAYS_SOFT, CHANNEL_SAYS_GONE } channel_says;
struct channel_result {
    channel_outcome outcome;
    channel_says address; /* REFUSED: what that says of the recipient's address */
    struct str said;      /* one sentence, safe to show */
};

struct post_channel {
    channel number;
    const char *name;
    int64_t patience_s; /* how long it is tried */
    /* In reading work, the viewer being the keeper: whatever deliver() needs from the database.
     * E_NOTFOUND: it can never go out, the context's sentence says why. */
    err (*ready)(struct ctx *, struct channel_parcel *);
    /* Outside of any work; may wait on the network until *cancel. Several threads at once. */
    struct channel_result (*deliver)(struct arena *, const struct channel_parcel *,
                                     const atomic_bool *cancel);
    /* After CHANNEL_STOPPED: the account waits for its keeper. */
    void (*stop)(struct tx *, const struct channel_parcel *, struct str said);
};
/* Once, at the start of the program; a later one of the same number takes the place. */
void channel_add(const struct post_channel *);
const struct post_channel *channel_get(channel); /* NULL: there is none */
