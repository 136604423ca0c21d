/* SPDX-License-Identifier: GPL-3.0-or-later
 * quote_text.h - a text as its letters and digits, and finding a line in it. */
#pragma once
#include "kit/mail/quote.h"

enum { QUOTE_LETTERS = 15 }; /* fewer prove nothing */

struct quote_text {
    int64_t number;
    struct str run; /* letters and digits of all lines, one after the other */
    int32_t *start; /* of each line in run; one more at the end */
    int lines;
    int32_t *slots; /* line numbers + 1 by hash of the line */
    uint32_t slot_mask;
    uint64_t *grams; /* which runs of eight bytes begin at even places, as bits by hash */
    uint32_t gram_mask;
};

/* Appends line's letters and digits in lower case to out; how many letters that were. */
int quote_letters(struct arena *, struct str line, struct buf *out);
int quote_line_ends(struct str text); /* how many LF it holds */
/* The number of a line that is exactly these letters, or -1. */
int quote_find_line(const struct quote_text *, struct str letters);
/* Where these letters stand in the running text, or -1. */
ptrdiff_t quote_find_run(const struct quote_text *, struct str letters);
int quote_line_at(const struct quote_text *, ptrdiff_t run_at);
