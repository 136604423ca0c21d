/* SPDX-License-Identifier: GPL-3.0-or-later
 * door.h - the pages before and around the others: setting up, signing in, settings, help. */
#pragma once
#include "kit/web/web.h"
#include "people/keeper.h"

struct door_setup {
    struct str house, keeper, addresses;
    bool has_keeper;
};
struct door_settings {
    struct str house;
    struct keepers keepers;
};
extern const struct route door_routes[];
/* Shown by /help: all tables of routes. Set once at start. */
extern const struct route *const *door_tables;
extern int door_tables_n;
