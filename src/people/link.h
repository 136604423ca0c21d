/* SPDX-License-Identifier: GPL-3.0-or-later
 * link.h - coming in without account or password, by a link that a letter brings.
 *
 * Who wants in types an address; the page says the same whether it is known or not, and shows a
 * code. The letter brings a link that holds for ten minutes and once. Opened in the browser that
 * asked it needs a click; in another one the code has to be typed, so that a link that was passed
 * on or read by a scanner opens nothing. Of link and browser only hashes are stored. */
#pragma once
#include "people/person.h"

enum {
    LINK_S = 10 * MINUTE,
    LINK_FRESH_S = 30 * MINUTE,
    PAPER_S = 24 * HOUR,
    LINK_TRIES = 5,
    LINK_LETTERS_AN_HOUR = 5,
    LINK_CODE_DIGITS = 6
};

struct link_asked {
    id person;        /* whom the letter goes to; 0: nobody gets one */
    struct str token; /* for the letter and nothing else */
    struct str code;
};
/* browser: what this browser alone sends, such as a cookie of 256 random bits. person: whose
 * address was typed, 0: nobody's. Of one person no more than LINK_LETTERS_AN_HOUR lead to a
 * letter. */
struct link_asked link_ask(struct tx *, struct str browser, id person, struct str next);
/* The code of what this browser asked for last; empty: nothing, or too long ago. */
struct str link_code(struct ctx *, struct str browser);

struct link {
    id person;
    bool here; /* opened where it was asked */
    struct str next;
};
err link_gone(struct ctx *) MUST_USE; /* E_NOTFOUND, in the words of all links that open nothing */
/* E_NOTFOUND: no such link, used, too old, or tried too often. Changes nothing. */
err link_look(struct ctx *, struct str token, struct str browser, struct link *out) MUST_USE;
/* Uses it up. *person is 0 when the code is wrong (which is counted) or missing (which is not). */
err link_use(struct tx *, struct str token, struct str browser, struct str code,
             struct link *out) MUST_USE;
/* Did that person use, in this browser and within the last LINK_FRESH_S, a link that was asked for
 * to go there? next begins with '!' where no address that is typed can lead. */
bool link_fresh(struct ctx *, struct str browser, id person, struct str next);

/* For who has no address at all: a code that a keeper writes on paper for them; holds for PAPER_S
 * and once, and makes older ones of theirs void. A keyed hash is stored. */
struct str link_paper(struct tx *, id person);
/* Uses it up, blanks, dashes and case aside: whose it is; 0: none, used, or too old. */
id link_paper_use(struct tx *, struct str typed);

void link_sweep(struct tx *); /* forgets the old ones */
