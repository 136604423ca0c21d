/* SPDX-License-Identifier: GPL-3.0-or-later
 * draft_mail.h - drafts and mail; inside talk only. */
#pragma once
#include "kit/mail/compose.h"
#include "kit/mail/header.h"
#include "talk/draft.h"

/* The address to which one who takes part answers: the mailbox's, with their token. */
struct str draft_reply_address(struct ctx *, const struct mailbox *, id participation);
struct head_out;
void draft_put_addr(struct head_out *, struct arena *, struct str header, struct str name,
                    struct str address);
/* An answer stands in the conversation of what it answers, also if that carries no id to name. */
void draft_hold_together(struct tx *, id message, id about);
