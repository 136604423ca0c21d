/* SPDX-License-Identifier: GPL-3.0-or-later
 * weigh_web.h - why the house may keep what nobody said yes to, in words an owner stands for. */
#pragma once
#include "facts/fact.h"
#include "kit/web/page.h"

extern const struct route fact_weigh_routes[];

struct weigh_view {
    struct fact_weighing of[PURPOSE_LAST + 1]; /* by fact_purpose */
    bool own[PURPOSE_LAST + 1];                /* in words of the house's own */
};
