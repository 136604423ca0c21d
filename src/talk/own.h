/* SPDX-License-Identifier: GPL-3.0-or-later
 * own.h - letters as the person's own: what they wrote themselves, and what was addressed to them.
 * These they may see on the page that says what is kept of them, whoever else may see them, and
 * though nobody passed them on: this is the one door to words that does not ask the table sight,
 * and it opens for the viewer's own letters only. */
#pragma once
#include "talk/talk.h"

/* Did the viewer write that message, or was it addressed to them? */
bool talk_own(struct ctx *, id message);
/* A place in the text of such a message, on one line; empty: it is not theirs, or has no words
 * (any more). */
struct str talk_own_words(struct ctx *, id message, int64_t at, int64_t n);
/* The beginning of its new words, on one line, at most some 160 letters. */
struct str talk_own_line(struct ctx *, id message);

struct own_talk {
    id message; /* the last of the viewer's own in it */
    struct str subject;
    int64_t last_at;
    int messages; /* own ones */
    bool open;    /* it stands among the conversations they take part in: /with/:message */
    id public;    /* a letter of theirs in it that anybody may read; 0: none */
};
struct own_talks {
    struct own_talk *at;
    int n, all;
};
/* Conversations with own letters, the newest first, at most max; all: how many there are. */
void talk_own_talks(struct ctx *, int max, struct own_talks *out);

struct own_wait {
    id keeper, message;
    struct str keeper_name;
    bool theirs; /* the viewer waits for an answer; else an answer is waited for from them */
    int64_t since;
    struct str line;
};
struct own_waits {
    struct own_wait *at;
    int n;
};
/* Who waits for whom between the viewer and those who keep the house, oldest first, at most max. */
void talk_own_waits(struct ctx *, int max, struct own_waits *out);

/* What the viewer wrote, in stretches of about OWN_BYTES, as far as whole letters go: of those, the
 * numbers of the last messages, ascending, at most max. */
enum { OWN_BYTES = 8 * MIB };
int talk_own_stretches(struct ctx *, id *last, int max);
/* Such a stretch as an mbox: messages behind after, up to the last one. */
struct str talk_own_mbox(struct ctx *, id after, id last);
