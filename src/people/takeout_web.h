/* SPDX-License-Identifier: GPL-3.0-or-later
 * takeout_web.h - the page where owners see who wants a copy of the whole house. */
#pragma once
#include "kit/web/page.h"
#include "people/takeout.h"

extern const struct route takeout_routes[];
