/* SPDX-License-Identifier: GPL-3.0-or-later
 * thread_mail.h - what a letter says of its place: made here for all that leaves and all that is
 * noted in the shape of a mail. Inside talk only. */
#pragma once
#include "kit/mail/message.h"
#include "talk/talk.h"

/* The header lines of a message that is here. */
struct headers thread_head(struct ctx *, const struct message *);
bool thread_names_any(const struct headers *); /* does it say what it answers? */

struct thread_place {
    struct mail_ids in_reply_to, references; /* without <>, oldest first */
};
/* What an answer to that message names (RFC 5322, 3.6.4): its id, and behind those that it names
 * itself its id again. What names nothing but was put into its place here, by a reply address or by
 * hand, stands behind what it was put to; a guess by subject is told to nobody. Both are empty for
 * a message without an id, unless others have had it from here: see thread_id(). */
void thread_of(struct ctx *, const struct message *, struct str domain, struct thread_place *out);
/* The id under which a mail that has none goes out from here, always the same; empty: it has one.
 * By its thread_head(); domain: of who sends it. */
struct str thread_id(struct ctx *, const struct message *, const struct headers *,
                     struct str domain);
/* By what key an id is found here: that of the message for one that thread_id() made. */
int64_t thread_key(struct ctx *, struct str name);
