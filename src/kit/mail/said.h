/* SPDX-License-Identifier: GPL-3.0-or-later
 * said.h - what a mail's new words ask of its reader, by phrase lists of twelve languages. */
#pragma once
#include "kit/base/base.h"

struct said {
    int words;            /* without signature */
    bool question;        /* a ? outside links, or an asking phrase */
    bool thanks_only;     /* at most 12 words of thanks and nothing else */
    bool acknowledgement; /* at most 12 words of "will do" and nothing else */
    bool empty;           /* nothing was written */
    uint64_t same;        /* a name for the same words said twice: case, accents, marks ignored */
    struct str line;      /* the sentence that proves a wait: the question, else the first that
                             says something; one line, short, borrowed or in the arena */
};
/* text: only the new lines (quote_new_text). With an attachment an empty text says something:
 * it is neither thanks nor acknowledgement. */
struct said said_read(struct arena *, struct str text);
/* The first line that is not blank, without blanks around it; or empty. Borrows. */
struct str said_first_line(struct str text);
/* Is that line a word to be left alone, and nothing else: "STOP", "unsubscribe", "abmelden"? */
bool said_stop(struct arena *, struct str line);
