/* SPDX-License-Identifier: GPL-3.0-or-later
 * compose.h - from values to the bytes of a message (RFC 5322, MIME).
 *
 * What is written is ASCII with CRLF line ends and no line longer than 998 bytes, and the same
 * values give the same bytes, so that what is sent again is the same message. Every header line
 * goes through one function, which refuses what could end a line; that, and bytes that can be
 * foretold, is why this is own code and not GMime's writer.
 *
 * Text goes out as it is, not as format=flowed: quoted-printable carries lines of any length, the
 * reader's program breaks them, and lines that are quoted in an answer are the lines that were
 * written. */
#pragma once
#include "kit/mail/message.h"

enum {
    MAIL_REFERENCES_MOST = 40, /* ids in References: the first, and the last of the others */
    MAIL_FILE_NAME_MOST = 400  /* bytes of a file's name */
};

typedef enum mail_auto {                      /* Auto-Submitted (RFC 3834) */
                         MAIL_AUTO_NO,        /* a person wrote it: no such header */
                         MAIL_AUTO_GENERATED, /* digests and notices */
                         MAIL_AUTO_REPLIED    /* an answer nobody wrote */
} mail_auto;

struct mail_file {
    struct str name;  /* UTF-8, no path; may be empty */
    struct str type;  /* "image/png"; empty or message/...: application/octet-stream */
    struct str bytes; /* goes as base64 */
};

/* What is to be written; what is empty is left out. Of addresses only name and addr are read. */
struct mail_letter {
    struct str id;                            /* Message-ID without <>, see mail_id_make() */
    struct mail_addrs from, to, cc, reply_to; /* from and to: at least one */
    struct str subject;
    int64_t date;      /* unix seconds */
    int date_offset_s; /* the writer's zone, whole minutes */
    /* Without <>, oldest first. Ids of others that can't be written are left out. */
    struct mail_ids in_reply_to, references;
    mail_auto automatic;
    struct str contact; /* "spoken", "phoned": no letter, but a note of what was said; or empty */
    struct str list_id, list_name; /* "pub.corner.example", "The pub" */
    struct str text;               /* UTF-8 */
    struct str html;               /* the same as HTML, complete and safe; empty: text only */
    const struct mail_file *files;
    int n_files;
};

/* Writes it. E_INVALID with a sentence in *why, safe to show, when a value can't be written: an
 * address that is none or that other servers can't take (address_wire()), a control character in
 * a header, a name of a file that is too long, no from or to. Bytes that are no UTF-8 are mended.
 */
err mail_compose(struct arena *, const struct mail_letter *, struct str *raw,
                 struct str *why) MUST_USE;

/* A new Message-ID without <>: 128 random bits and the domain, which must be one. */
struct str mail_id_make(struct arena *, struct str domain);

/* An address as it goes on the wire, in headers and to a server: ASCII, its domain as A-labels,
 * at most 254 bytes. False when it can't: no address, or a local part that is neither a plain nor
 * a quoted word. */
bool address_wire(struct arena *, struct str addr, struct str *out) MUST_USE;
