/* SPDX-License-Identifier: GPL-3.0-or-later
 * keeper.h - the house itself and who works in it. */
#pragma once
#include "people/person.h"

typedef enum { KEEPER_PLAIN = 1, KEEPER_OWNER = 2 } keeper_role;
struct house {
    struct str name; /* empty: not founded yet */
    int64_t founded;
    bool sample;
};
void house_get(struct ctx *, struct house *out);
err house_found(struct tx *, struct str name, bool sample) MUST_USE;

struct keeper_new {
    struct str name;
    const struct meeting *addresses; /* the first is the one to sign in with */
    int n;
    keeper_role role;
};
/* Makes a person of the addresses (role addresses become doors of the house). E_INVALID
 * without an address; E_CONFLICT when one belongs to another keeper. */
err keeper_join(struct tx *, const struct keeper_new *, id *out) MUST_USE;
/* heir: the keeper who holds from now on what they held; 0: the first one that stays. *heir_out may
 * be NULL. E_CONFLICT: the last owner can't leave. E_INVALID: the heir is no keeper. */
err keeper_leave(struct tx *, id person, id heir, id *heir_out) MUST_USE;
/* Who holds what that keeper holds: the keeper, or the heir, or theirs; 0: nobody, everybody. */
id keeper_holder(struct ctx *, id keeper);
void keeper_forget_password(struct tx *, id person);
keeper_role keeper_role_of(struct ctx *, id person); /* 0: not a keeper (any more) */
bool keeper_was(struct ctx *, id person);            /* once, and is none any more */
struct keeper {
    id person;
    struct str name;
    keeper_role role;
    bool has_account;
};
struct keepers {
    struct keeper *at;
    int n;
};
void keeper_list(struct ctx *, struct keepers *out); /* present ones, owners first */
id keeper_first(struct ctx *);                       /* 0: none yet */

bool keeper_any_account(struct ctx *); /* has anybody a password yet? */
/* keeper_role_of(), and whether the second step that every keeper has to have is missing. */
keeper_role keeper_signed_in(struct ctx *, id person, bool *owes);
/* The password_hash() of the present keeper with that handle, and who it is; empty and 0: there is
 * none. One statement for known and unknown alike. */
struct str keeper_at_door(struct ctx *, struct str uri, id *who);
/* Stores a password_hash(); not an event: the log keeps no secrets. */
void keeper_set_password(struct tx *, id person, struct str hash);
/* Empty when there is none. */
struct str keeper_password(struct ctx *, id person);
