/* SPDX-License-Identifier: GPL-3.0-or-later
 * talk_web.h - the pages of talk: conversations, one person with all that passed, search. */
#pragma once
#include "kit/web/page.h"
#include "people/people_web.h"
#include "talk/draft.h"
#include "talk/idea.h"
#include "talk/participant.h"

extern const struct route talk_routes[], talk_person_routes[], search_routes[], erase_routes[],
    stranger_routes[], with_routes[], part_routes[];

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

struct write_view;
struct thread_item {
    const struct message *m;
    const struct message
        *answers;       /* the one it answers, when that is not the one just above; or NULL */
    bool parted;        /* what it answers stands in another conversation */
    bool other_subject; /* it changes the subject */
    struct shown_list shown;
    struct recipients to;
    struct files files;
    struct str why, strange; /* strange: see talk_strange() */
    bool cut;
    struct outbox_rows sent; /* what became of a letter of ours */
    bool ideas;              /* some touch it */
};
struct thread {
    const struct talk_view *v;
    struct thread_item *at;
    int n;
    struct idea_touches ideas;
    id asked;                  /* the message of the address */
    struct participants parts; /* who was added */
    struct str subject;
    struct url answer; /* a letter to the last one who wrote; or empty */
    struct str answer_name;
    struct drafts drafts;           /* the viewer's own: being written, on their way */
    bool soon;                      /* something on it changes within minutes: look again */
    const struct write_view *write; /* the form at its end; or NULL */
    struct str settled_line;        /* of the message that settles it */
};
/* The conversation of a message as its page shows it. E_NOTFOUND also when it is not to be seen. */
err talk_thread(struct ctx *, id message, struct thread *out) MUST_USE;
hook_fn talk_give_file; /* :message and :path* of whoever may see the message */

struct part_candidate { /* somebody who may be added */
    struct person_line who;
    struct handles handles;
};
struct part_view {
    id message;
    struct str subject, words; /* words: what was looked for */
    int before;                /* messages the viewer may read in it */
    struct participants list;
    struct part_candidate *found;
    int n_found;
    struct meeting fresh; /* what was looked for is an address nobody was met by; else uri empty */
};
