/* SPDX-License-Identifier: GPL-3.0-or-later
 * door.h - the pages before and around the others: setting up, signing in, settings, help. */
#pragma once
#include "app/house.h"
#include "kit/web/web.h"
#include "people/second.h"
#include "talk/hand_over.h"

struct door_setup {
    struct str house, keeper, addresses, likely; /* likely: suggested addresses */
    bool has_keeper;
};
struct door_settings {
    struct str house;
    int morning; /* hour of the letter, or MORNING_NEVER */
    bool sends;  /* the house can send letters */
    struct keepers keepers;
};
struct door_leave {
    struct person who;
    struct talk_held held;
    struct keepers keepers;
};
struct door_second {
    struct second now;
    struct str code;     /* the secret, to be typed */
    struct html picture; /* and to be seen by a camera */
};
extern const struct route door_routes[], door_in_routes[], door_self_routes[];
/* Shown by /help: all tables of routes. Set once at start. */
extern const struct route *const *door_tables;
extern int door_tables_n;

/* May they come in by a letter: who person_may_come_in() and does not work here. A session of who
 * kept the house once lets nobody in by itself; where they still take part, they may. */
bool door_regular(struct ctx *, id person);

/* Of deeds that change how the viewer signs in: is that their password, typed once more? The tries
 * are counted. E_INVALID. Takes tens of milliseconds: for DEED_AFTER. */
err door_own_password(struct ctx *, struct page *, struct str typed) MUST_USE;

/* What kit/web asks of a house: its routes, who may do what, the frame. home stays the caller's. */
void serve_house(const struct home *, struct str origin, struct web_house *out);
bool serve_is_set_up(struct ctx *, void *unused); /* has it a password yet, or is it the sample? */
