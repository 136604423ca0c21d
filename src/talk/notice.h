/* SPDX-License-Identifier: GPL-3.0-or-later
 * notice.h - letters the house writes by itself, because somebody asked for them: a link to come in
 * by, word of a conversation one was added to, Today in the morning. They are in no conversation
 * and not in the log; the outbox forgets their words once they are done with. They say that a
 * machine wrote them (Auto-Submitted), so that no machine answers. */
#pragma once
#include "log/event.h"
#include "talk/stop.h"

struct notice_letter {
    id keeper;                /* whose account it goes out from, if they have one; 0: the owner's */
    struct str name, address; /* to whom */
    struct str subject, text;
    struct str html; /* the same; may be empty */
    bool asked;      /* they asked for it themselves just now, see outbox_notice() */
    id answers;      /* the message that a machine answers here; 0: none */
    stop_scope stop; /* what its way out stops */
};
/* Into the outbox, with this work. E_INVALID: no keeper has a mailbox to send from, or the address
 * can't be written to. */
err notice_send(struct tx *, const struct notice_letter *) MUST_USE;
/* What such a letter says: subject and text of its bytes, decoded. */
struct str notice_words(struct ctx *, struct str raw);
bool notice_possible(struct ctx *); /* has any keeper a mailbox to send from? */
