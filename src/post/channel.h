/* SPDX-License-Identifier: GPL-3.0-or-later
 * channel.h - one way on which words enter and leave the house: mail, the web, the counter; a
 * further one is a struct more and changes nothing elsewhere. The outbox asks, keeps and repeats,
 * and talk takes what comes (talk/come.h); a channel only carries. A function that is NULL is
 * something that does not happen on it. */
#pragma once
#include "log/event.h"

#include <stdatomic.h>

/* What came in. */
struct channel_came {
    struct str bytes; /* as the channel brought them */
    int64_t at;       /* when; 0: just now, or the bytes tell */
    id about;         /* the message it was said to; 0: the bytes tell, or it begins something */
    id keeper;        /* polled: who has the account it came to; 0: the house's first keeper */
    const void *own;  /* the channel's own, besides the bytes */
};
struct mail_result; /* kit/mail/parse.h */
/* false: the house could not take it just now; it is brought again. */
typedef bool channel_take(void *arg, const struct channel_came *);

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
    const char *name, *reads; /* "mail"; how one who takes part reads: "by mail" */
    int64_t patience_s;       /* how long it is tried */
    bool fetched; /* what is delivered lies in the house until they come for it: the gate keeps
                     nothing back, for nobody is called upon, and it has no ceiling */

    /* Makes of it what the house keeps of every message: a mail (RFC 5322) with a Message-ID, the
     * same each time it comes, and what is in it. For a context of any kind; its viewer is who
     * brings it. E_DENIED, E_INVALID, E_NOTFOUND: it can't be taken, the sentence is for them.
     * NULL: nothing comes in. */
    err (*parse)(struct ctx *, const struct channel_came *, struct mail_result *out);
    /* Outside of any work: looks once, and gives each that came to take. False: there was nothing.
     * NULL: it is brought, by a deed of a page, or by who waits for it (app/mailboxes.h). */
    bool (*poll)(struct arena *, const atomic_bool *cancel, channel_take *take, void *arg);
    /* In reading work, the viewer being the keeper: whatever deliver() needs from the database.
     * E_NOTFOUND: it can never go out, the context's sentence says why. NULL: nothing. */
    err (*ready)(struct ctx *, struct channel_parcel *);
    /* Outside of any work; may wait on the network until *cancel. Several threads at once. NULL:
     * nobody is reached by it, so nobody can take part by it. */
    struct channel_result (*deliver)(struct arena *, const struct channel_parcel *,
                                     const atomic_bool *cancel);
    /* After CHANNEL_STOPPED: the account waits for its keeper. NULL: it has no accounts. */
    void (*stop)(struct tx *, const struct channel_parcel *, struct str said);
};
/* Once, at the start of the program; a later one of the same number takes the place. */
void channel_add(const struct post_channel *);
const struct post_channel *channel_get(channel); /* NULL: there is none */
enum { CHANNELS_MOST = 16 };
const char *channel_reads(channel); /* "by mail" */
