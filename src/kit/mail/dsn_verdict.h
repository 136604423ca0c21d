/* SPDX-License-Identifier: GPL-3.0-or-later
 * dsn_verdict.h - what a report or a refusal means for whoever sent: the same words for what a
 * server says at once (smtp.h, at the recipient) and for what comes back later (mail_dsn).
 *
 * It judges words, not who says them: believe a report only if the Message-ID it returns, or the
 * address it came to, is one of ours. */
#pragma once
#include "kit/mail/message.h"

typedef enum dsn_verdict {
    DSN_NONE,     /* it says nothing that can be judged */
    DSN_FINE,     /* delivered, relayed, expanded */
    DSN_TRYING,   /* late, and still being tried by the server that has it */
    DSN_SOFT,     /* not this time: the mailbox is full, the server is away, or it can't be told */
    DSN_GONE,     /* the address takes no mail any more: unknown, disabled, no such domain */
    DSN_OURS,     /* about the letter or who sent it (policy, size, form), not about the address */
    DSN_COMPLAINT /* the recipient called it unwanted (RFC 5965) */
} dsn_verdict;

/* action: as in mail_dsn, empty for what a server said at once; status: RFC 3463, may be empty,
 * then it is looked for in said; said: the server's words. A message that failed for ever with a
 * status of 4.x (it was tried for too long) is DSN_SOFT. */
dsn_verdict dsn_judge(struct str action, struct str status, struct str said);
dsn_verdict dsn_judge_report(const struct mail_dsn *);
