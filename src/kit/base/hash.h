/* SPDX-License-Identifier: GPL-3.0-or-later
 * hash.h - keyed and plain hashes, randomness, the keys of a house (libsodium). */
#pragma once
#include "kit/base/base.h"

/* Keys drawn from keys/house.key. What is found again by a short number or by
 * content is found by a keyed hash, so that nobody outside can guess or collide it. */
struct secret {
    uint8_t name_key[16]; /* hash_name: external ids, message ids  */
    uint8_t body_key[32]; /* hash_body: addresses of stored bodies */
    uint8_t form_key[32]; /* masks of form tokens                  */
};
enum { HASH_BYTES = 32, BODY_HASH_BYTES = 16, HASH_WORD_BYTES = 16, HASH_WORD = 26 };

void hash_start(void); /* once, before anything else here; ends the program if it can't */
/* Derives the keys of a house from its 32-byte master key. */
void secret_derive(struct secret *out, const uint8_t master[32]);

/* SipHash-2-4, never 0: the number by which a text is found in an index. */
int64_t hash_name(const struct secret *, struct str);
/* Keyed BLAKE2b, 16 bytes, in the arena: where a body is stored. */
struct str hash_body(const struct secret *, struct arena *, struct str);

/* Keyed BLAKE2b-256 with the form key over a purpose and a text: what the house signs for itself
 * (form tokens, notices, stored cookies). Two purposes never give the same value. */
void hash_sign(const struct secret *, struct str purpose, struct str text, uint8_t out[HASH_BYTES]);
/* 128 bits of that as a word of HASH_WORD lower-case letters and digits (base32): for addresses. */
struct str hash_sign_word(struct arena *, const struct secret *, struct str purpose,
                          struct str text);

/* Plain BLAKE2b-256 over several pieces, for the chain of the log. */
struct hasher {
    uint64_t state[64]; /* holds libsodium's state; checked in hash.c */
};
void hasher_start(struct hasher *);
void hasher_add(struct hasher *, struct str);
void hasher_int(struct hasher *, int64_t); /* eight bytes, little-endian */
void hasher_ints(struct hasher *, const int64_t *, int n);
void hasher_end(struct hasher *, uint8_t out[HASH_BYTES]);

uint64_t hash_fast(struct str); /* FNV-1a 64: tables in memory only, never stored */
void random_bytes(void *out, size_t n);
struct str random_token(struct arena *); /* 256 bits, base64url, 43 characters */
/* What is stored of such a token: it is as long and as random as a key, so one plain hash hides
 * it. */
struct str hash_token(struct arena *, struct str token);
struct str hash_hex(struct arena *, struct str bytes);
/* RFC 4648 base 32 without padding: for what people type, and where case is lost. */
struct str hash_base32(struct arena *, struct str bytes);
/* SHA-256 in hex, for what others have to check by a usual sum; names and keys of ours are
 * BLAKE2b. */
struct str hash_sha256_hex(struct arena *, struct str bytes);
bool hash_same(struct str a, struct str b); /* constant time for equal lengths */
