/* SPDX-License-Identifier: GPL-3.0-or-later
 * mime.h - the tree of parts in a message (GMime), as plain values. */
#pragma once
#include "kit/mail/header.h"

typedef enum { MIME_PLAIN, MIME_BASE64, MIME_QUOTED, MIME_UU } mime_encoding;

struct mime_node {
    struct str type;         /* "text/plain", lower case; never empty          */
    struct str content_type; /* the header's value, unfolded; may be empty     */
    struct str disposition;  /* the same                                       */
    struct str content_id;
    struct str
        body; /* a slice of the raw message, still encoded; of message/rfc822 the whole of it */
    mime_encoding encoding;
    bool unclosed; /* multipart without its closing boundary */
    struct mime_node *parent, *child, *next;
    int place; /* among its parent's children, from 1 */
};

void mime_start(void); /* before forking: what GMime sets up once */
/* E_INVALID with a sentence when nested deeper than depth, or in more than parts pieces. */
err mime_read(struct arena *, struct str raw, const struct headers *, int depth, int parts,
              struct mime_node **out, struct str *why) MUST_USE;
/* At most limit decoded bytes (*cut: there were more). Borrows what isn't encoded. */
struct str mime_decode(struct arena *, const struct mime_node *, ptrdiff_t limit, bool *cut);
