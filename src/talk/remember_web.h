/* SPDX-License-Identifier: GPL-3.0-or-later
 * remember_web.h - a sentence of a message becomes a fact about somebody, and points back to it. */
#pragma once
#include "facts/fact_web.h"
#include "talk/talk_web.h"

extern const struct route remember_routes[];

enum { REMEMBER_PEOPLE = 12 };
struct remember_view {
    struct message message;
    struct idea_sentences sentences;
    struct str words; /* selected before */
    struct idea_span span;
    bool selected; /* they were found */
    struct person people[REMEMBER_PEOPLE];
    int n_people; /* whom it may be about: who is in it, but for the viewer */
    id about;
};

/* Facts that were read from messages of a conversation, as far as the viewer may see them. */
struct remembered {
    id message;
    struct fact_line line;
};
struct remembereds {
    struct remembered *at;
    int n;
};
void remember_of(struct ctx *, id conversation, struct remembereds *out);
