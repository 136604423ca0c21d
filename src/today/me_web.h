/* SPDX-License-Identifier: GPL-3.0-or-later
 * me_web.h - the pages on which somebody sees what is kept of them, and changes it. */
#pragma once
#include "facts/fact_web.h"
#include "facts/terms.h"
#include "kit/web/page.h"
#include "talk/erase.h"
#include "today/me.h"

extern const struct route me_routes[], me_deed_routes[], me_letter_routes[];

struct me_view {
    struct me me;
    int signed_in;    /* browsers */
    struct str terms; /* name; empty: the house's own */
    bool takes_along; /* by those terms a way out stands at the top */
    struct fact_choices seen_by;
};
/* Where a second letter leads: taking all along, or being forgotten. */
typedef enum { ME_TAKE, ME_FORGET } me_errand;
enum { ME_STRETCHES = 50 };
struct me_taking {      /* the page before taking it along */
    bool fresh;         /* the second letter was opened here a moment ago */
    struct str address; /* as below */
    id last[ME_STRETCHES];
    int n;
};
struct me_leave { /* the page before being forgotten */
    struct erase_plan plan;
    struct str why_not; /* empty: it can be done */
    struct str address; /* where the letter goes; empty: there is none */
};
/* What those who were asked for it may hold in their hands for a while: see link_fresh(). */
extern const struct str me_next[2];
page_fn me_show, me_show_take, me_show_forget, me_show_fact;
