/* SPDX-License-Identifier: GPL-3.0-or-later
 * quote.h - which lines of a mail its writer wrote. Lines are marked, never deleted. */
#pragma once
#include "kit/base/base.h"

typedef enum quote_kind {
    QUOTE_NEW,
    QUOTE_QUOTED,      /* said before, by somebody                       */
    QUOTE_ATTRIBUTION, /* "On Monday Ada wrote:", Outlook's header block */
    QUOTE_SIGNATURE,
    QUOTE_FOOTER,   /* what a list or a service put below */
    QUOTE_FORWARDED /* somebody else's mail, passed on    */
} quote_kind;

/* lines lines of one kind. For quoted lines found in an ancestor: its number and the line in it
 * (from 0) the run begins with; the following lines follow there too. source 0: not known. */
struct quote_run {
    int lines;
    quote_kind kind;
    int64_t source;
    int source_line;
};
struct quote_marks {
    struct quote_run *at;
    int n;
};

/* A text others may quote, made ready once; lives in the arena and keeps nothing of text.
 * number is the caller's, not 0. */
struct quote_text;
const struct quote_text *quote_prepare(struct arena *, struct str text, int64_t number);

/* Marks each line of text. ancestors: nearest first. footer: last lines known from other mails
 * of the same list, or NULL.
 * A line counts as quoted when its letters and digits, in lower case, are 15 or more and are
 * one of an ancestor's lines or stand in its running text; then come >, attributions, Outlook
 * blocks, "-- " and known footers. The result is the same for the same input. */
struct quote_marks quote_mark(struct arena *, struct str text,
                              const struct quote_text *const *ancestors, int n,
                              const struct quote_text *footer);

/* Only the lines marked new, without empty lines at both ends. Borrows when that is one piece. */
struct str quote_new_text(struct arena *, struct str text, struct quote_marks);
/* For storing: a few bytes per run, and back. False when the bytes are no marks. */
struct str quote_pack(struct arena *, struct quote_marks);
bool quote_unpack(struct arena *, struct str packed, struct quote_marks *out) MUST_USE;
