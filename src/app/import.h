/* SPDX-License-Identifier: GPL-3.0-or-later
 * import.h - reading mail a person gives into the house, and the address books beside it.
 *
 * Newest first, in blocks; inside a block by time. Reading runs in processes of its own while
 * the block before is written. Each step is one transaction, so that killing it anywhere and
 * running it again gives the same house. */
#pragma once
#include "app/house.h"
#include "app/import_contacts.h"
#include "kit/mail/parse.h"

struct import_counts {
    int64_t total, done, fresh, seen, sighted, unreadable, skipped,
        erased; /* erased: of the skipped */
};
struct import_opts {
    struct str path;
    id keeper;                      /* whose mail it is; 0: the first keeper's */
    struct mail_parser *parsers[2]; /* opened before the house, while there is one thread */
    void (*progress)(void *arg, const struct import_counts *);
    void *arg;
    int64_t limit_bytes; /* largest message */
    bool preview;        /* only of the address books: what would be done */
    /* found: of the address books beside the mail, taken in before it; without source: there are
     * none. Its strings live as long as the house is open. */
    struct import_contacts *contacts;
};
/* E_NOTFOUND, E_INVALID when there is nothing to read. What was skipped stands in table skipped. */
err import_path(struct home *, const struct import_opts *, struct import_counts *out,
                struct str *why) MUST_USE;

/* Mail made by the program itself (the sample house): the same path, bytes from a function. */
struct import_feed;
struct import_feed *import_feed_open(struct home *, struct mail_parser *const parsers[2],
                                     id keeper);
err import_feed_put(struct import_feed *, struct str raw, int64_t at) MUST_USE;

/* Mail from anywhere else, a mailbox: the caller is told of each batch, in the transaction that
 * writes it, so that where reading stands is never ahead of what was read nor behind it. These may
 * be called again when that transaction is tried again, by another thread than the caller's. */
struct import_wrote {
    int64_t lowest, highest; /* of the places in it */
    int n, skipped;
    id after;       /* last event before it */
    const id *seen; /* messages in it that were here before, byte for byte */
    int n_seen;
};
struct import_by {
    int batch;         /* so many are written at once at most; 0: as many as go best */
    bool newest_first; /* so they come; each batch is written from its end */
    bool arriving;     /* it has just come: it is passed on to who takes part, see talk_arrived() */
    void (*left_out)(struct tx *, void *arg, int64_t place, struct str why);
    void (*wrote)(struct tx *, void *arg, const struct import_wrote *);
    void *arg;
};
void import_feed_by(struct import_feed *, const struct import_by *); /* before the first mail */
struct import_came {
    struct str raw;      /* copied */
    struct str left_out; /* why there is no raw */
    struct str folder;   /* label; outlives the feed */
    int64_t arrived, about, place;
};
err import_feed_come(struct import_feed *, const struct import_came *) MUST_USE;
err import_feed_close(struct import_feed *, struct import_counts *out) MUST_USE;
