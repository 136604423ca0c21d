/* SPDX-License-Identifier: GPL-3.0-or-later
 * password.h - Argon2id (libsodium, 19 MiB and 2 passes as OWASP advises). At most two run at
 * once: the others wait their turn, so that ten sign-ins don't stop a house. Takes tens of
 * milliseconds: never call it inside writing work (see DEED_AFTER in route.h). */
#pragma once
#include "kit/base/base.h"

enum { PASSWORD_LEAST = 10, PASSWORD_MOST = 256 }; /* code points; bytes */
struct str password_hash(struct arena *, struct str password);
/* An empty hash takes as long as a real one and is false: so nobody learns who has an account. */
bool password_same(struct str hash, struct str password);
/* How many were computed since the program began: what a try at the door costs, in a unit that does
 * not depend on the machine. */
int64_t password_runs(void);
/* NULL, or the sentence that says why it won't do (length, or it repeats one of known, as name or
 * address). */
const char *password_weak(struct str password, const struct str *known, int known_n);
