/* SPDX-License-Identifier: GPL-3.0-or-later
 * receipt.h - what a person holds in the hand of what they agreed to: one for each step of a grant,
 * in the fields of ISO/IEC TS 27560 (W3C's names), signed, without any value.
 *
 * A receipt is {"payload": {...}, "signature": {"alg", "canon", "kid", "value"}}: Ed25519 over the
 * RFC 8785 form of the payload. It can be checked by anybody who has the house's published key,
 * also when the house has forgotten everything else. */
#pragma once
#include "facts/grant.h"
#include "kit/base/sign.h"

/* Who signs; once, when the house is opened. Without a key no receipts are written. */
struct receipt_house {
    struct str url; /* https://house.example */
    struct str postal, contact, country, authority;
    struct str kid;
    struct str keys; /* {"keys": [{"kid", "ed25519"}]}: this one and those before it */
    struct sign_key key;
    bool ready;
};
void receipt_wire(const struct receipt_house *);
struct str receipt_keys(void);                                         /* as they are published */
struct str receipt_key_id(struct arena *, struct str url, int turned); /* turned: keys before it */

/* "ConsentGiven": the standard's word for it. */
struct str receipt_state_name(grant_state);

/* Of a step that is about to be logged: g as it is after it. gone: facts that go with it. */
struct receipt_step {
    const struct grant *g;
    const struct audience *who;
    grant_way way;
    const id *gone;
    int n_gone;
};
struct str receipt_make(struct ctx *, const struct receipt_step *); /* empty: no key */

/* The receipt of that step, as it was written. E_NOTFOUND: no such step, none was written, or not
 * the viewer's. */
err receipt_get(struct ctx *, id event, struct str *out) MUST_USE;
/* The same of the last step of a grant, and which event that is. */
err receipt_last(struct ctx *, id grant, id *event, struct str *out) MUST_USE;

/* Does it hold by a key {"kid", "ed25519"}, or by one of {"keys": [...]}? E_INVALID says why not.
 * Works without a house. */
struct receipt_seen {
    struct str id, state, issued, house;
    ptrdiff_t signed_bytes;
};
err receipt_check(struct arena *, struct str receipt, struct str keys, struct receipt_seen *out,
                  struct str *why) MUST_USE;
