/* SPDX-License-Identifier: GPL-3.0-or-later
 * parse.h - from foreign bytes to struct mail, in processes that can do no harm.
 *
 * A worker is a process without files, network or database: it gets bytes and gives back
 * values. Each message has limits; a worker that passes one is replaced, and only the message
 * at fault fails. The loop of a caller:
 *
 *     for (;;) {
 *         while (more && mail_parser_room(p)) mail_parser_put(p, tag++, raw, flags);
 *         if (!mail_parser_next(p, a, &r)) break;
 *         ... r.tag, r.mail or r.why ...
 *     }
 *
 * Not for several threads at once. */
#pragma once
#include "kit/mail/message.h"

/* Grows when the result of reading a message changes: what failed may then be tried again. */
enum { MAIL_PARSER_VERSION = 1 };

enum {
    MAIL_LIMIT_CPU_S = 2,
    MAIL_LIMIT_MEMORY = 256 * MIB,
    MAIL_LIMIT_DEPTH = 50,
    MAIL_LIMIT_PARTS = 1000,
    MAIL_LIMIT_HEADERS = 1 * MIB,
    MAIL_LIMIT_ADDRESSES = 2000,
    MAIL_LIMIT_TEXT = 4 * MIB
};

/* Reads one message in this process. OK or E_INVALID with a sentence in *why (past a limit; a
 * message is never refused for being odd). What mail holds lives in the arena or borrows raw.
 * For tests, for the worker itself and for bytes of our own making. */
err mail_parse(struct arena *, struct str raw, struct mail *out, struct str *why) MUST_USE;
/* pack_bytes() of what is kept of a message: its text, where that is no slice of the raw bytes
 * (text_at < 0), and then the raw bytes. Words that stand in both take no room twice, and the text
 * is read without unpacking what comes behind. */
struct str mail_pack(struct arena *, const struct mail *, struct str raw);
/* The decoded bytes of one part, by its path, and its type. E_NOTFOUND: no such part. Text is
 * as the sender's charset has it. */
err mail_part_read(struct arena *, struct str raw, struct str path, struct str *bytes,
                   struct str *type) MUST_USE;

struct mail_parser;
/* Starts the workers; call it while the program has one thread. Ends the program if the system
 * gives no process. Closing kills what is in flight. */
struct mail_parser *mail_parser_open(int workers);
void mail_parser_close(struct mail_parser *);

enum {
    MAIL_PUT_PACK = 1 << 0 /* also give back mail_pack() of it */
};
/* Queues a message; borrows raw until its result was taken; never waits. */
void mail_parser_put(struct mail_parser *, uint64_t tag, struct str raw, unsigned flags);
/* Queues a wish for one part of a message (an attachment to be shown). */
void mail_parser_put_part(struct mail_parser *, uint64_t tag, struct str raw, struct str path);
bool mail_parser_room(const struct mail_parser *); /* few enough in flight to put one more */

struct mail_result {
    uint64_t tag;
    bool ok;
    struct str why;        /* not ok: one sentence, safe to show */
    struct str raw;        /* the bytes that were put */
    struct mail mail;      /* ok, put by mail_parser_put() */
    struct str packed;     /* MAIL_PUT_PACK */
    struct str part, type; /* ok, put by mail_parser_put_part() */
};
/* Waits for the next result of any message; all of it lives as long as the arena. False when
 * nothing is in flight. */
bool mail_parser_next(struct mail_parser *, struct arena *, struct mail_result *out);
