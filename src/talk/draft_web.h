/* SPDX-License-Identifier: GPL-3.0-or-later
 * draft_web.h - writing: the form, drafts, letters on their way. */
#pragma once
#include "talk/draft.h"
#include "talk/talk_web.h"

extern const struct route draft_routes[];

/* The form as it is shown. */
struct write_view {
    struct draft d;
    struct draft_people to;
    struct draft_files files;
    struct files passed;   /* of a message that is passed on: what came with it */
    struct str writer;     /* line of recipients that answers the writer only; or empty */
    struct str quote;      /* a sentence that may be quoted; or empty */
    struct str from;       /* "Mia Moon <mia@pub.example>"; empty: there is no mailbox */
    struct str about, who; /* subject and writer of what it is about */
    struct str said, when; /* why it could not go out; moment to send at, as typed */
    struct str zone;       /* "UTC+1" */
    struct html preview;   /* of the words */
    struct str objection;  /* what it ends with, or empty */
    bool whole;            /* on a page of its own */
};
/* An answer to that message, on the page of its conversation; goes on with a draft that is there.
 * False: there is no mailbox to send it from. */
bool draft_answer(struct ctx *, id message, const struct drafts *, struct write_view *out);

/* "queued", "handed over at 09:14", "tried again at 10:15: the server's sentence" */
struct str draft_state(struct ctx *, const struct outbox_row *);
/* "in 20 seconds", "at 09:14", "on 3 May 2027 at 09:14" */
struct str draft_when(struct ctx *, int64_t at);
