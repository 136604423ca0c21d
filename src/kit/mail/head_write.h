/* SPDX-License-Identifier: GPL-3.0-or-later
 * head_write.h - header lines, written. */
#pragma once
#include "kit/mail/address.h"

struct head_out {
    struct buf *out;
    struct str refused; /* the first header that could not be written; empty: none */
};

/* The one place where a header line is made. value is one line of printable ASCII and is folded
 * at its blanks; anything else (a CR, LF or NUL above all), a blank at its ends, two in a row, or
 * a word too long for a line is refused, and nothing is written. An empty value writes nothing. */
void headers_put(struct head_out *, struct str name, struct str value);

/* Values of headers, made of words of people: plain where that is possible, else quoted (phrases)
 * or encoded words. Bytes that are no UTF-8 are mended. Control characters stay for headers_put()
 * to refuse. */
struct str headers_text(struct arena *, struct str words);
struct str headers_phrase(struct arena *, struct str words);
/* "Ada Berg <ada@x.example>, ..."; false when one can't be written. */
bool headers_addrs(struct arena *, const struct mail_addrs *, struct str *out) MUST_USE;
/* "; filename=..." as RFC 2231 wants it. */
struct str headers_param(struct arena *, const char *name, struct str value);
/* "<a@x> <b@x>": the first id and as many of the last as there is room for (RFC 5322 wants the
 * whole line of ancestors, old servers cut long headers at their end). What can't be written is
 * left out. */
struct mail_ids;
struct str headers_ids(struct arena *, const struct mail_ids *);
/* List-Unsubscribe: page (https:, may be empty), which then also takes a single click (RFC 8058),
 * and the address to write to. */
void headers_unsubscribe(struct head_out *, struct arena *, struct str page, struct str address);
/* Can it stand between < and >? */
bool headers_angle(struct str s);
