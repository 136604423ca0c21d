/* SPDX-License-Identifier: GPL-3.0-or-later
 * dsn.h - delivery status (RFC 3464) and abuse reports (RFC 5965). */
#pragma once
#include "kit/mail/message.h"
#include "kit/mail/mime.h"

void dsn_read(struct arena *, const struct mime_node *root, struct mail_dsn *);
