/* SPDX-License-Identifier: GPL-3.0-or-later
 * hash.c - the one file that includes libsodium's hashing. */
#include "kit/base/hash.h"

#include <sodium.h>
#include <stdlib.h>

_Static_assert(sizeof(crypto_generichash_state) <= sizeof(struct hasher), "hasher holds the state");
_Static_assert(crypto_shorthash_BYTES == 8 && crypto_shorthash_KEYBYTES == 16, "SipHash-2-4");

void hash_start(void)
{
    if (sodium_init() < 0) abort();
}

static void derive(uint8_t *out, size_t n, uint64_t number, const uint8_t master[32])
{
    if (crypto_kdf_derive_from_key(out, n, number, "snughous", master) != 0) abort();
}

void secret_derive(struct secret *out, const uint8_t master[32])
{
    derive(out->name_key, sizeof out->name_key, 1, master);
    derive(out->body_key, sizeof out->body_key, 2, master);
    derive(out->form_key, sizeof out->form_key, 3, master);
}

int64_t hash_name(const struct secret *s, struct str text)
{
    uint8_t h[8];
    crypto_shorthash(h, (const uint8_t *)text.p, (size_t)text.n, s->name_key);
    int64_t v;
    memcpy(&v, h, sizeof v);
    return v ? v : 1;
}

struct str hash_body(const struct secret *s, struct arena *a, struct str body)
{
    char *h = NEW(a, char, BODY_HASH_BYTES);
    crypto_generichash((uint8_t *)h, BODY_HASH_BYTES, (const uint8_t *)body.p, (size_t)body.n,
                       s->body_key, sizeof s->body_key);
    return (struct str){ h, BODY_HASH_BYTES };
}

void hash_sign(const struct secret *s, struct str purpose, struct str text, uint8_t out[HASH_BYTES])
{
    crypto_generichash_state st;
    uint64_t n = (uint64_t)purpose.n; /* its length first, so that purpose and text can't shift */
    crypto_generichash_init(&st, s->form_key, sizeof s->form_key, HASH_BYTES);
    crypto_generichash_update(&st, (const uint8_t *)&n, sizeof n);
    crypto_generichash_update(&st, (const uint8_t *)purpose.p, (unsigned long long)purpose.n);
    crypto_generichash_update(&st, (const uint8_t *)text.p, (unsigned long long)text.n);
    crypto_generichash_final(&st, out, HASH_BYTES);
}

struct str hash_sign_word(struct arena *a, const struct secret *s, struct str purpose,
                          struct str text)
{
    uint8_t sum[HASH_BYTES];
    hash_sign(s, purpose, text, sum);
    return str_lower(a, hash_base32(a, (struct str){ (char *)sum, HASH_WORD_BYTES }));
}

/* libsodium wants its state at a multiple of 64, which a struct by value can't promise. */
void hasher_start(struct hasher *h)
{
    crypto_generichash_state st;
    crypto_generichash_init(&st, NULL, 0, HASH_BYTES);
    memcpy(h, &st, sizeof st);
}

void hasher_add(struct hasher *h, struct str piece)
{
    crypto_generichash_state st;
    memcpy(&st, h, sizeof st);
    crypto_generichash_update(&st, (const uint8_t *)piece.p, (unsigned long long)piece.n);
    memcpy(h, &st, sizeof st);
}

void hasher_ints(struct hasher *h, const int64_t *v, int n)
{
    uint8_t b[16 * 8];
    for (int at = 0; at < n;) {
        ptrdiff_t k = 0;
        for (; k < (ptrdiff_t)sizeof b && at < n; at++)
            for (int i = 0; i < 8; i++) b[k++] = (uint8_t)((uint64_t)v[at] >> (8 * i));
        hasher_add(h, (struct str){ (const char *)b, k });
    }
}

void hasher_int(struct hasher *h, int64_t v) { hasher_ints(h, &v, 1); }

void hasher_end(struct hasher *h, uint8_t out[HASH_BYTES])
{
    crypto_generichash_state st;
    memcpy(&st, h, sizeof st);
    crypto_generichash_final(&st, out, HASH_BYTES);
}

uint64_t hash_fast(struct str s)
{
    uint64_t h = 0xcbf29ce484222325u;
    for (ptrdiff_t i = 0; i < s.n; i++) h = (h ^ (uint8_t)s.p[i]) * 0x100000001b3u;
    return h;
}

void random_bytes(void *out, size_t n) { randombytes_buf(out, n); }

struct str random_token(struct arena *a)
{
    uint8_t raw[32];
    randombytes_buf(raw, sizeof raw);
    char *z = NEW(a, char, 48);
    sodium_bin2base64(z, 48, raw, sizeof raw, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return str_c(z);
}

struct str hash_token(struct arena *a, struct str token)
{
    struct hasher h;
    uint8_t *out = NEW(a, uint8_t, HASH_BYTES);
    hasher_start(&h);
    hasher_add(&h, token);
    hasher_end(&h, out);
    return (struct str){ (char *)out, HASH_BYTES };
}

struct str hash_hex(struct arena *a, struct str bytes)
{
    char *z = NEW(a, char, bytes.n * 2 + 1);
    sodium_bin2hex(z, (size_t)bytes.n * 2 + 1, (const uint8_t *)bytes.p, (size_t)bytes.n);
    return (struct str){ z, bytes.n * 2 };
}

struct str hash_base32(struct arena *a, struct str bytes)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    struct buf o = { .a = a };
    unsigned bits = 0, have = 0;
    for (ptrdiff_t i = 0; i < bytes.n; i++) {
        bits = (bits << 8 | (uint8_t)bytes.p[i]) & 0xfff;
        for (have += 8; have >= 5; have -= 5) buf_char(&o, letters[bits >> (have - 5) & 31]);
    }
    if (have) buf_char(&o, letters[bits << (5 - have) & 31]);
    return buf_str(&o);
}

struct str hash_sha256_hex(struct arena *a, struct str bytes)
{
    uint8_t sum[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(sum, (const uint8_t *)bytes.p, (size_t)bytes.n);
    return hash_hex(a, (struct str){ (char *)sum, sizeof sum });
}

bool hash_same(struct str a, struct str b)
{
    return a.n == b.n && sodium_memcmp(a.p, b.p, (size_t)a.n) == 0;
}
