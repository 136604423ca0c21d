/* SPDX-License-Identifier: GPL-3.0-or-later
 * charset.h - from what senders call their charset to UTF-8 (iconv), and headers' encoded words. */
#pragma once
#include "kit/base/base.h"

/* Always valid UTF-8; what can't be converted becomes U+FFFD. The name is read as mail programs
 * mean it (iso-8859-1 is windows-1252, gb2312 is gb18030 ...); unknown or none: UTF-8 if valid,
 * else windows-1252. *unsure (if asked) is set when the name was of no use; it is never cleared.
 * Borrows when the bytes are UTF-8 already. */
struct str charset_utf8(struct arena *, struct str bytes, struct str name, bool *unsure);
/* Opens every known converter, so that a process without files has them. */
void charset_preload(void);

/* A header's value, unfolded, to UTF-8: RFC 2047 words also inside quotes, without blanks around
 * them, and cut in the middle of a character; raw 8-bit bytes. Nothing is cleaned: see
 * text_oneline(). */
struct str header_decode(struct arena *, struct str value);
