/* SPDX-License-Identifier: GPL-3.0-or-later
 * circle.h - groups of limited size whose members see each other as equals. */
#pragma once
#include "people/keeper.h"

enum { CIRCLE_MEMBERS_MOST = 1000 };

struct str circle_name(struct ctx *, id circle); /* empty: there is none */
extern const struct concept circles_concept;
