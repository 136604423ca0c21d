/* SPDX-License-Identifier: GPL-3.0-or-later
 * codec.h - the small encodings of headers: base64 over word borders, Q, percent. */
#pragma once
#include "kit/base/base.h"

struct base64 {
    unsigned bits;
    int n; /* of bits not yet given out */
};
/* Decodes what s holds of the alphabet, ignoring the rest; keeps bits over for the next piece. */
void base64_add(struct base64 *, struct str s, struct buf *out);
/* At the end of an encoded word: bits that are only padding are dropped. */
void base64_settle(struct base64 *);

void codec_q(struct str s, struct buf *out);       /* RFC 2047 Q: _ is a blank */
void codec_percent(struct str s, struct buf *out); /* %41; bad ones stay */
