/* SPDX-License-Identifier: GPL-3.0-or-later
 * counter_web.h - the pages of the counter. */
#pragma once
#include "talk/counter.h"
#include "talk/talk_web.h"

extern const struct route counter_routes[];

struct counter_form {
    struct person who; /* id 0: somebody new */
    struct str name;
    struct waitings waits;
    id about;
    bool told; /* that they may object; else it is still to be said */
    int64_t now;
};
