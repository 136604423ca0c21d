/* SPDX-License-Identifier: GPL-3.0-or-later
 * imap_talk.h - one command and its answer: what imap.c and imap_mail.c share, and the one place
 * that knows libetpan. */
#pragma once
#include "kit/mail/imap_line.h"

#include <libetpan/libetpan.h>

struct imap {
    struct imap_line *line;
    mailimap *s;
    struct imap_server server; /* user and password are gone once signed in */
    uint32_t validity;         /* of the selected folder; 0: none is */
    bool no_idle;              /* the server refused it */
};

/* The library leaves out a list that is empty. */
static inline clistiter *imap_first(const clist *list) { return list ? clist_begin(list) : NULL; }

/* Not yet connected; closed with the context's arena. */
struct imap *imap_new(struct ctx *, const struct imap_server *, struct imap_stop *);
bool imap_offers(const struct imap *, const char *name); /* by its last CAPABILITY */

enum imap_answer {
    ANSWER_OK,
    ANSWER_NO,  /* refused, or not understood */
    ANSWER_NONE /* the connection is of no more use: imap_broken() */
};
err imap_broken(struct ctx *, const struct imap *);

/* For all commands but those that carry mail; a list of 5 million numbers has its place in it. */
enum { SMALL_LITERAL = 64 * KIB, SMALL_TOTAL = 64 * MIB };
/* Before each command: how much may come. Mail gets a longer deadline. */
void imap_allow(struct imap *, int64_t literal_bytes, int64_t total_bytes);
void imap_allow_small(struct imap *);
/* As IMAP's quoted string; false when s can't be one. */
bool imap_quote(struct arena *, struct str s, struct str *out);

bool imap_put_bytes(struct imap *, struct str);
bool imap_flush(struct imap *);
bool imap_put(struct imap *, struct str text); /* a whole command, with its tag */
/* The answer to the last command; untagged data that came is in s->imap_response_info. */
enum imap_answer imap_answer(struct imap *);
enum imap_answer imap_answer_read(struct imap *); /* when its first line was read already */
enum imap_answer imap_command(struct imap *, struct str text);
enum imap_answer imap_small(struct imap *, struct str text); /* allowed and done */
/* A command about the selected folder; *said is never ANSWER_NONE after OK. E_CONFLICT: renewed. */
err imap_in_folder(struct ctx *, struct imap *, struct str text, enum imap_answer *said);
