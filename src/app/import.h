/* SPDX-License-Identifier: GPL-3.0-or-later
 * import.h - reading mail a person gives into the house.
 *
 * Newest first, in blocks; inside a block by time. Reading runs in processes of its own while
 * the block before is written. Each step is one transaction, so that killing it anywhere and
 * running it again gives the same house. */
#pragma once
#include "app/house.h"
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
};
/* E_NOTFOUND, E_INVALID when there is nothing to read. What was skipped stands in table skipped. */
err import_path(struct home *, const struct import_opts *, struct import_counts *out,
                struct str *why) MUST_USE;

/* Mail made by the program itself (the sample house): the same path, bytes from a function. */
struct import_feed;
struct import_feed *import_feed_open(struct home *, struct mail_parser *const parsers[2],
                                     id keeper);
err import_feed_put(struct import_feed *, struct str raw, int64_t at) MUST_USE;
err import_feed_close(struct import_feed *, struct import_counts *out) MUST_USE;
