/* SPDX-License-Identifier: GPL-3.0-or-later
 * signed.h - numbers that leave the house and come back, in words that only it can make: their
 * digits, and the hash_sign_word() of those. Inside talk only. */
#pragma once
#include "kit/base/ctx.h"
#include "kit/base/hash.h"

enum { SIGNED_DIGITS = 16 };
struct str talk_signed_digits(struct arena *, int64_t number); /* hexadecimal */
/* The number whose digits those words begin with; false: it was not signed so. */
bool talk_signed_number(struct ctx *, struct str purpose, struct str words, struct str signature,
                        int64_t *out);
