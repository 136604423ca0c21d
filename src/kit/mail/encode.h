/* SPDX-License-Identifier: GPL-3.0-or-later
 * encode.h - the small encodings of mail, written: base64, quoted-printable, encoded words,
 * percent. codec.h reads them. What they write is ASCII without any control character but the
 * CRLF that ends a line. */
#pragma once
#include "kit/base/base.h"

/* In lines of 76 letters, each ended by CRLF; no bytes, no line. */
void codec_base64_lines(struct str bytes, struct buf *out);
void codec_base64_write(struct str bytes, struct buf *out); /* in one piece */
/* Text to quoted-printable (RFC 2045): lines end with LF or CRLF, the last one is ended, and no
 * line begins with "From ", which some programs would change on the way. */
void codec_quoted_write(struct str text, struct buf *out);
/* Text to as many encoded words (RFC 2047) as it needs, with one blank between them; none is
 * longer than 64 letters and none cuts a character. */
void codec_words_write(struct str text, struct buf *out);
void codec_percent_write(struct str bytes, struct buf *out); /* RFC 2231 */
/* The first bytes of s that are whole characters, at most max of them, at least one character. */
struct str codec_whole(struct str s, ptrdiff_t max);
