/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "talk/signed.h"

struct str talk_signed_digits(struct arena *a, int64_t number)
{
    return str_fmt(a, "%0*" PRIx64, SIGNED_DIGITS, (uint64_t)number);
}

bool talk_signed_number(struct ctx *c, struct str purpose, struct str words, struct str signature,
                        int64_t *out)
{
    uint64_t number = 0;
    if (words.n < SIGNED_DIGITS || signature.n != HASH_WORD ||
        !hash_same(signature, hash_sign_word(c->a, c->secret, purpose, words)))
        return false;
    for (int i = 0; i < SIGNED_DIGITS; i++)
        number =
            number << 4 | (uint64_t)(words.p[i] <= '9' ? words.p[i] - '0' : words.p[i] - 'a' + 10);
    *out = (int64_t)number;
    return true;
}
