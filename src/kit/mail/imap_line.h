/* SPDX-License-Identifier: GPL-3.0-or-later
 * imap_line.h - the bytes below IMAP: TCP, TLS (OpenSSL), a deadline, cancelling, and a guard that
 * looks at what a server sends before the library does. Never calls die(): it runs inside of it. */
#pragma once
#include "kit/mail/imap.h"

#include <stdatomic.h>

struct imap_stop {
    int wake, cancel; /* eventfds; cancel is never emptied */
    atomic_bool cancelled;
};

enum imap_fault {
    LINE_FINE,
    LINE_NO_HOST,   /* the name can't be found */
    LINE_NO_ANSWER, /* nobody answers there */
    LINE_NOT_HERE,  /* in clear, but not this machine */
    LINE_CERTIFICATE,
    LINE_TLS,
    LINE_LATE,
    LINE_CANCELLED,
    LINE_BYE, /* the server ended it with a word */
    LINE_LOST,
    LINE_TOO_MUCH, /* more than was allowed to come */
};

struct imap_line; /* lives in an arena, closed with it */
struct imap_line *imap_line_new(struct arena *, struct imap_stop *);
enum imap_fault imap_line_fault(const struct imap_line *); /* the first one; then all else fails */
void imap_line_close(struct imap_line *);

/* What may happen from now on: for so many seconds, with literals up to literal_bytes, and
 * total_bytes in all. Past it the line fails. */
void imap_line_allow(struct imap_line *, int seconds, int64_t literal_bytes, int64_t total_bytes);
bool imap_line_connect(struct imap_line *, const struct imap_server *);
void imap_line_adopt(struct imap_line *, int fd);
bool imap_line_tls(struct imap_line *, const struct imap_server *);
/* Bytes came that nobody has read yet. */
bool imap_line_pending(const struct imap_line *);

/* At least one byte, or -1. "* BYE" at the start of a line ends the line. */
ptrdiff_t imap_line_read(struct imap_line *, void *, size_t n);
ptrdiff_t imap_line_write(struct imap_line *, const void *, size_t n); /* all of it, or -1 */

enum imap_wait { WAIT_BYTES, WAIT_WOKEN, WAIT_TIME, WAIT_FAILED };
enum imap_wait imap_line_wait(struct imap_line *, int seconds); /* for bytes or imap_stop_wake() */
