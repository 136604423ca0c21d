/* SPDX-License-Identifier: GPL-3.0-or-later
 * talk_mail.h - how a mail becomes a message of the house. */
#pragma once
#include "kit/mail/parse.h"
#include "log/event.h"
#include "talk/talk.h"

struct mail_hints {
    struct str folder; /* label it lay in */
    struct str name;   /* log_name() of its bytes */
    int64_t arrived;   /* when it came, as far as its place tells; 0: not known */
    int64_t about;     /* a neighbour's time, for mail without any date */
};
/* The token of a reply address (participant.h) it came to; empty: none. In what is noted of a mail
 * such an address stands without it. */
struct str talk_reply_token(struct arena *, const struct mail *);

typedef enum { TAKEN_NEW, TAKEN_SEEN, TAKEN_SIGHTED, TAKEN_ERASED } taken;
/* A mail made ready to be taken. Borrows the result and the hints. */
struct talk_mail {
    const struct mail_result *from;
    const struct mail_hints *hints;
    struct str id; /* its Message-ID, or a name made of its words */
    struct event e;
};
/* All that can be made of a mail outside of the transaction, by any thread, into c->a. */
void talk_mail_ready(struct ctx *, const struct mail_result *, const struct mail_hints *,
                     struct talk_mail *out);
/* Notes it (the caller settles): new; seen before, byte for byte; another copy of one that is held;
 * or left out, because it was erased here, or its writer and it is older than that. The actor of
 * the event is the viewer: whose mail it is. All of the mail lives as long as the piece of work. */
taken talk_take_mail(struct tx *, const struct talk_mail *);
/* Bytes of that name are here; whoever brings them once more may read their message as well.
 * Returns it; 0: nobody could make sense of them, or they came in another house's shape. */
id talk_seen_again(struct tx *, struct str name);
/* What a report of another server says of a letter of ours; of others nothing is noted. */
void talk_note_report(struct tx *, const struct mail_dsn *);
/* The first line may answer a letter of ours that asked about a fact (ask.h). */
void talk_note_answer(struct tx *, const struct mail *);
/* Bytes of our own making, read here as any mail is. E_INVALID: past a limit of reading. */
err talk_own_read(struct arena *, struct str raw, struct mail_result *out,
                  struct str *why) MUST_USE;
/* A letter made into such bytes and read. E_INVALID: it can't be made, with the reason. */
struct mail_letter;
err talk_own_write(struct ctx *, const struct mail_letter *, struct mail_result *out) MUST_USE;
/* Takes it and settles; its message, or the one it is another copy of; 0: erased. arrived: as in
 * the hints. way: how it came, CHANNEL_NONE: as it says itself. */
taken talk_own_bring(struct tx *, const struct mail_result *, int64_t arrived, channel way,
                     id *message);
/* The same of what was never here: dies when it was. */
id talk_own_take(struct tx *, const struct mail_result *, int64_t arrived, channel way);
/* Bytes no reader could make sense of: kept, and listed with the reason. */
taken talk_take_unreadable(struct tx *, struct str raw, struct str why, const struct mail_hints *);
