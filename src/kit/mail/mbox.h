/* SPDX-License-Identifier: GPL-3.0-or-later
 * mbox.h - files of many messages: mboxo, mboxrd, mboxcl, mboxcl2, LF or CRLF; any size. */
#pragma once
#include "kit/base/base.h"

/* One message of the file: bytes [at, at + bytes) without its From_ line and without the empty
 * line that only separates it from the next. */
struct mbox_entry {
    int64_t from_at; /* where its From_ line begins */
    int64_t at, bytes;
    int64_t date; /* of the From_ line, unix seconds; 0: none that can be read */
};

struct mbox;
/* Reads fd (which must allow pread) from its beginning, a window at a time; fd stays the
 * caller's. */
struct mbox *mbox_open(struct arena *, int fd);
/* The same for bytes [at, at + bytes) of it; entries count from at. */
struct mbox *mbox_open_range(struct arena *, int fd, int64_t at, int64_t bytes);
/* The next message; false at the end, or where reading failed. A file that does not begin with a
 * From_ line has none: mbox_looks() says so beforehand. */
bool mbox_next(struct mbox *, struct mbox_entry *out);
bool mbox_looks(struct str first_bytes);

/* Undoes ">From " as mboxrd does (one > less); borrows when there is nothing to undo. */
struct str mbox_unquote(struct arena *, struct str message);
/* Appends a message as mboxrd, its From_ line before it and an empty line behind it. */
void mbox_write(struct buf *, struct str message, struct str sender, int64_t date);
