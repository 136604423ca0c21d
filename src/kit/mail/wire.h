/* SPDX-License-Identifier: GPL-3.0-or-later
 * wire.h - requests and results between a parser and its workers, as bytes. What comes from a
 * worker is not believed: lengths are checked, text must be UTF-8. */
#pragma once
#include "kit/mail/parse.h"

/* Before each request; path and raw follow. */
struct wire_ask {
    uint32_t flags, path_n;
    uint64_t raw_n;
};
enum { WIRE_PART = 1 << 16 }; /* flag: one part, not the mail */

/* Before each answer; bytes follow. */
struct wire_answer {
    uint32_t failed, magic;
    uint64_t n;
};
enum { WIRE_MAGIC = 0x534E5547 };

/* The bytes of an answer that is not a failure. */
struct str wire_put(struct arena *, struct str raw, const struct mail_result *, bool part);
/* Fills mail, packed or part and type; false when the bytes can't be right. */
bool wire_take(struct arena *, struct str raw, struct str bytes, struct mail_result *,
               bool part) MUST_USE;
