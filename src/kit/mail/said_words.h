/* SPDX-License-Identifier: GPL-3.0-or-later
 * said_words.h - phrases by what they do, in twelve languages: data, and asking it. */
#pragma once
#include "kit/base/base.h"

typedef enum {
    SAID_ASKS,   /* a question without its mark: "could you", "let me know" */
    SAID_THANKS, /* "thank you" */
    SAID_WILLS,  /* "will do", "on it": understood, and nothing more */
    SAID_TURNS,  /* "but", "however": thanks with more behind it */
    SAID_GREETS, /* "dear", "hi" */
    SAID_CLOSES, /* "kind regards" */
    SAID_POLITE  /* "if you have any questions": sounds like asking */
} said_kind;

/* Words folded (no case, no accents) with single blanks between, one before and one behind; empty
 * when there is no word. */
struct str said_fold(struct arena *, struct str text);
int said_words(struct str folded);
/* Is it, as a whole, one of the words by which somebody wants no more mail? */
bool said_stops(struct str folded);
/* The kinds, as bits 1u << kind, of which a phrase stands there as whole words: anywhere, or at the
 * beginning. */
unsigned said_holds(struct str folded);
unsigned said_begins(struct str folded);
/* Seen at once, of a text as it stands: it has words, and said_begins() of them folded would be 0.
 * False where that takes more than a look. */
bool said_begins_none(struct str text);
