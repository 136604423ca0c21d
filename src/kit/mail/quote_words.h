/* SPDX-License-Identifier: GPL-3.0-or-later
 * quote_words.h - how mail programs of many languages introduce what they quote: data, and asking
 * it. */
#pragma once
#include "kit/base/base.h"

bool quote_says_wrote(struct str line); /* holds "wrote", "schrieb" ... and ends with a colon */
bool quote_begins_attribution(
    struct str line);                      /* "On", "Am", "Le" ... with a digit or @ in the line */
bool quote_is_original(struct str line);   /* "-----Original Message-----" */
bool quote_is_forward(struct str line);    /* "Begin forwarded message:" */
bool quote_is_from_head(struct str line);  /* first line of an Outlook block */
bool quote_is_other_head(struct str line); /* its other lines: Sent:, An:, Objet : ... */
bool quote_is_patch_head(
    struct str line);                  /* Date: or Subject:, as a patch in a mail also has them */
bool quote_is_device(struct str line); /* "Sent from my phone" */
bool quote_is_list_footer(struct str line); /* "To unsubscribe from this list" */
bool quote_is_rule(struct str line);        /* ten or more of _ or - or = and nothing else */
