/* SPDX-License-Identifier: GPL-3.0-or-later
 * body.h - what a message says and what hangs on it, out of its tree of parts. */
#pragma once
#include "kit/mail/message.h"
#include "kit/mail/mime.h"

/* Fills text, text_at, text_from_html, parts, has_attachment, method, dsn and marks. */
void body_read(struct arena *, struct str raw, const struct mime_node *root, struct mail *);
struct str body_path(struct arena *, const struct mime_node *); /* "1.2" */
