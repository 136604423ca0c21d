/* SPDX-License-Identifier: GPL-3.0-or-later
 * ask_web.h - the pages on which a keeper asks somebody whether it is right what is noted of them,
 * or for a yes. */
#pragma once
#include "facts/fact_web.h"
#include "talk/ask.h"
#include "talk/draft_web.h"

extern const struct route ask_routes[];

struct ask_view {
    struct person who;
    const struct draft *letter; /* NULL: it is not asked, why says why */
    struct html preview;
    struct str why, lede, of_words;
    struct url of, send; /* what it asks about; where the form goes */
};
