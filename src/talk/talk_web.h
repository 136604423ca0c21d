/* SPDX-License-Identifier: GPL-3.0-or-later
 * talk_web.h - the pages of talk: conversations, one person with all that passed, search. */
#pragma once
#include "kit/web/page.h"
#include "people/people_web.h"
#include "talk/talk.h"

extern const struct route talk_routes[], talk_person_routes[], search_routes[], erase_routes[];

/* Opens one part of a mail. The bytes are foreign: read() has to hand them to a process without
 * rights (kit/mail/parse.h: mail_parser_put_part) and is called outside any piece of work, from
 * several threads. Set once by the program before it serves; without it files can't be opened.
 * E_NOTFOUND, E_INVALID with *why, safe to show. */
struct talk_reader {
    err (*read)(void *arg, struct arena *, struct str raw, struct str path, struct str *bytes,
                struct str *why);
    void *arg;
};
extern struct talk_reader talk_part_reader;

/* A run of lines as it is shown. */
typedef enum {
    SHOWN_WORDS,
    SHOWN_ANSWERED,
    SHOWN_BEFORE,
    SHOWN_SIGNATURE,
    SHOWN_FORWARDED
} shown_kind;
struct shown {
    shown_kind kind;
    struct str words;         /* without the marks of quoting */
    struct str line;          /* of what is answered: one line of it */
    id source;                /* the message that said it, or 0 */
    const struct message *by; /* that message, if it stands on the page */
};
struct shown_list {
    struct shown *at;
    int n;
};
struct str talk_to(struct arena *, const struct recipients *); /* "to Ada, Bo and 3 more" */
const char *talk_kind_says(talk_kind);                         /* "a question" */
struct str talk_spoken(unsigned marks);                        /* "spoken", "by telephone" */
/* "talked with Ada and Bo": of a note of what was said. */
struct str talk_with(struct arena *, const struct recipients *, unsigned marks);
struct str talk_bytes(struct arena *, int64_t n); /* "12 kB" */
struct find_hit;
/* On one line, for blanks around a mark would part words from their stops. */
struct html talk_find_excerpt(struct arena *, const struct find_hit *);
void talk_shown(struct arena *, const struct talk_text *, const struct messages *,
                struct shown_list *out);

struct thread_item {
    const struct message *m;
    const struct message
        *answers;       /* the one it answers, when that is not the one just above; or NULL */
    bool parted;        /* what it answers stands in another conversation */
    bool other_subject; /* it changes the subject */
    struct shown_list shown;
    struct recipients to;
    struct files files;
    struct str why;
    bool cut;
};
struct thread {
    const struct talk_view *v;
    struct thread_item *at;
    int n;
    id asked; /* the message of the address */
    struct str subject;
    struct url answer; /* a letter to the last one who wrote; or empty */
    struct str answer_name;
    struct str settled_line; /* of the message that settles it */
};
