/* SPDX-License-Identifier: GPL-3.0-or-later
 * sign.h - what others can check without asking us: Ed25519 (libsodium). */
#pragma once
#include "kit/base/base.h"

enum { SIGN_SEED_BYTES = 32 };
struct sign_key {
    uint8_t secret[64];
    uint8_t shown[32]; /* the public half */
};
void sign_key_of(struct sign_key *out, const uint8_t seed[SIGN_SEED_BYTES]);
/* The public half, and a signature over a text: base64url without padding. */
struct str sign_key_text(struct arena *, const struct sign_key *);
struct str sign_text(struct arena *, const struct sign_key *, struct str text);
/* False also when one of the two is not base64url in its shortest form, or of another length. */
bool sign_holds(struct arena *, struct str key, struct str text, struct str signature);
