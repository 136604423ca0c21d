/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kit/base/sign.h"

#include <sodium.h>

_Static_assert(crypto_sign_SECRETKEYBYTES == 64 && crypto_sign_PUBLICKEYBYTES == 32, "Ed25519");

void sign_key_of(struct sign_key *out, const uint8_t seed[SIGN_SEED_BYTES])
{
    crypto_sign_seed_keypair(out->shown, out->secret, seed);
}

static struct str as_text(struct arena *a, const uint8_t *bytes, size_t n)
{
    size_t room = sodium_base64_encoded_len(n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char *z = NEW(a, char, (ptrdiff_t)room);
    sodium_bin2base64(z, room, bytes, n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return str_c(z);
}

static bool of_text(struct arena *a, struct str text, uint8_t *out, size_t n)
{
    size_t got;
    if (sodium_base642bin(out, n, text.p, (size_t)text.n, NULL, &got, NULL,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
        return false;
    return got == n && str_eq(as_text(a, out, n), text);
}

struct str sign_key_text(struct arena *a, const struct sign_key *k)
{
    return as_text(a, k->shown, sizeof k->shown);
}

struct str sign_text(struct arena *a, const struct sign_key *k, struct str text)
{
    uint8_t signature[crypto_sign_BYTES];
    crypto_sign_detached(signature, NULL, (const uint8_t *)text.p, (unsigned long long)text.n,
                         k->secret);
    return as_text(a, signature, sizeof signature);
}

bool sign_holds(struct arena *a, struct str key, struct str text, struct str signature)
{
    uint8_t k[crypto_sign_PUBLICKEYBYTES], s[crypto_sign_BYTES];
    return of_text(a, key, k, sizeof k) && of_text(a, signature, s, sizeof s) &&
           crypto_sign_verify_detached(s, (const uint8_t *)text.p, (unsigned long long)text.n, k) ==
               0;
}
