/* SPDX-License-Identifier: GPL-3.0-or-later
 * parts.h - single parts of mails (attachments), read in a process without rights. */
#pragma once
#include "kit/base/base.h"

struct parts;
struct parts *parts_open(struct arena *); /* while the program has one thread */
void parts_close(struct parts *);
/* For talk_part_reader: from several threads, one after the other. */
err parts_read(void *parts, struct arena *, struct str raw, struct str path, struct str *bytes,
               struct str *why) MUST_USE;
