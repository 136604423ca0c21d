/* SPDX-License-Identifier: GPL-3.0-or-later
 * second.h - a second step for keepers who sign in: a code from a device of theirs (RFC 6238), or
 * one of the spare codes they wrote down. Each code counts once. The secret is sealed under a key
 * that is not in the database; of spare codes keyed hashes are stored. None of it is in the log. */
#pragma once
#include "people/keeper.h"

enum { SECOND_SPARES = 8, SECOND_BEGUN_S = HOUR };

struct second {
    bool on, needed; /* needed: an owner wants every keeper to have one */
    int64_t since;
    struct str secret; /* begun and not proved; empty: it is not */
    int spares;        /* codes that are left */
};
void second_get(struct ctx *, id keeper, struct second *out);

/* Draws a secret for the viewer; it counts once second_prove() was told a code of it, within an
 * hour. E_CONFLICT: there is one. */
err second_begin(struct tx *) MUST_USE;
/* E_INVALID: not its code; E_CONFLICT: nothing was begun. Fills the spare codes, which can't be
 * read again. */
err second_prove(struct tx *, struct str code, struct str spares[SECOND_SPARES]) MUST_USE;
/* Takes it away, with its spare codes. E_DENIED: every keeper has to have one and the viewer is no
 * owner. E_NOTFOUND: there is none. */
err second_drop(struct tx *, id keeper) MUST_USE;
bool second_forget(struct tx *, id keeper); /* without asking; false: there was none */
/* True when that keeper has none, or the code is right, which uses it up. */
bool second_use(struct tx *, id keeper, struct str code);
void second_require(struct tx *, bool on);
bool second_any(struct ctx *); /* has any keeper one? */
