/* SPDX-License-Identifier: GPL-3.0-or-later
 * draft_mail.h - drafts and mail; inside talk only. */
#pragma once
#include "kit/mail/compose.h"
#include "kit/mail/header.h"
#include "talk/draft.h"

/* The header lines of a message that is here. */
struct headers draft_head(struct ctx *, const struct message *);
