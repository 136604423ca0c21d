/* SPDX-License-Identifier: GPL-3.0-or-later
 * circle_web.h - the page of a circle: who sits in it, what is said. */
#pragma once
#include "circles/circle_web.h"
#include "facts/fact_web.h"
#include "talk/circle_talk.h"
#include "talk/talk_web.h"

struct circle_view {
    struct circle circle;
    struct circle_seat own;
    struct circle_seats seats;
    struct circle_links links;
    struct talk_lines lines;
    struct fact_hit *told; /* what was told for it */
    int n_told;
    bool post, quiet, keeper;
    struct str address; /* of the mailbox letters go through */
};
extern const struct route talk_circle_routes[];
/* Pages that show a message anywhere else lead to its circle. True: p goes there. */
bool talk_circle_elsewhere(struct ctx *, struct page *, id message);
