/* SPDX-License-Identifier: GPL-3.0-or-later
 * secretbox.h - secrets of others that a house has to keep and to say again, such as the password
 * of a mailbox: encrypted under a key that is not in the database (libsodium's secretbox). */
#pragma once
#include "kit/base/hash.h"

enum { SECRET_SEAL_BYTES = 41 }; /* longer than what is sealed */

/* purpose says what it is and whose ("smtp password", "7"), so that a sealed value is of no use
 * in another place. Sealing twice gives different bytes. The result lives in the arena. */
struct str secret_seal(const struct secret *, struct arena *, struct str purpose, struct str plain);
/* False, and *out left alone, when it was not sealed by this house for this purpose or was
 * changed. */
bool secret_unseal(const struct secret *, struct arena *, struct str purpose, struct str sealed,
                   struct str *out) MUST_USE;
