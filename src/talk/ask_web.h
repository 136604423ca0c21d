/* SPDX-License-Identifier: GPL-3.0-or-later
 * ask_web.h - the page on which a keeper asks somebody about what is noted of them. */
#pragma once
#include "facts/fact_web.h"
#include "talk/ask.h"
#include "talk/draft_web.h"

extern const struct route ask_routes[];
