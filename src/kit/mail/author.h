/* SPDX-License-Identifier: GPL-3.0-or-later
 * author.h - who wrote, and what kind of mail it is, out of the headers. */
#pragma once
#include "kit/mail/header.h"
#include "kit/mail/message.h"
#include "kit/mail/mime.h"

/* Fills author, author_how and author_why from what was read before. */
void author_find(struct arena *, const struct headers *, struct mail *);
/* Fills class, class_why and class_header. */
void class_find(struct arena *, const struct headers *, const struct mime_node *root,
                struct mail *);
