/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kit/base/secretbox.h"

#include <sodium.h>

/* A sealed value: the form's number, a random nonce, the box. */
enum {
    FORM = 1,
    NONCE = crypto_secretbox_NONCEBYTES,
    HEAD = 1 + NONCE,
    LONGER = HEAD + crypto_secretbox_MACBYTES
};
_Static_assert((int)LONGER == (int)SECRET_SEAL_BYTES, "the door says how much longer it gets");
_Static_assert(crypto_secretbox_KEYBYTES == (int)HASH_BYTES, "a signature is a key");

/* One key for each purpose; form tokens and the like are signed for other purposes. */
static void key_for(const struct secret *s, struct str purpose, uint8_t key[HASH_BYTES])
{
    hash_sign(s, S("secretbox"), purpose, key);
}

struct str secret_seal(const struct secret *s, struct arena *a, struct str purpose,
                       struct str plain)
{
    uint8_t key[HASH_BYTES];
    uint8_t *p = NEW(a, uint8_t, plain.n + LONGER);
    p[0] = FORM;
    random_bytes(p + 1, NONCE);
    key_for(s, purpose, key);
    crypto_secretbox_easy(p + HEAD, (const uint8_t *)plain.p, (unsigned long long)plain.n, p + 1,
                          key);
    sodium_memzero(key, sizeof key);
    return (struct str){ (const char *)p, plain.n + LONGER };
}

bool secret_unseal(const struct secret *s, struct arena *a, struct str purpose, struct str sealed,
                   struct str *out)
{
    uint8_t key[HASH_BYTES];
    if (sealed.n < LONGER || *sealed.p != FORM) return false;
    const uint8_t *p = (const uint8_t *)sealed.p;
    uint8_t *plain = NEW(a, uint8_t, sealed.n - LONGER + 1);
    key_for(s, purpose, key);
    int bad = crypto_secretbox_open_easy(plain, p + HEAD, (unsigned long long)(sealed.n - HEAD),
                                         p + 1, key);
    sodium_memzero(key, sizeof key);
    if (bad) return false;
    *out = (struct str){ (const char *)plain, sealed.n - LONGER };
    return true;
}
