/* SPDX-License-Identifier: GPL-3.0-or-later
 * circle_web.h - the list of circles, making one, coming in by a link. What is said in one is
 * talk's page. */
#pragma once
#include "circles/circle.h"
#include "kit/web/page.h"

extern const struct route circle_routes[];
