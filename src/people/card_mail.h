/* SPDX-License-Identifier: GPL-3.0-or-later
 * card_mail.h - address books as files: vCards, and tables with a row a person. Whatever is not
 * taken is noted with its line and the reason. */
#pragma once
#include "people/card.h"

/* Of the cards in a file. */
void card_read_vcards(struct arena *, struct str text, struct cards *out, struct card_notes *);
/* Columns by the names that usual programs give them; *mapping says which became what. False when
 * the first lines hold no such names. */
bool card_read_table(struct arena *, struct str text, struct cards *out, struct card_notes *,
                     struct str *mapping);
/* The same, false also where its columns leave a doubt: one holds the name, or one the first and
 * one the last name, and there is one of mail addresses. */
bool card_read_sure_table(struct arena *, struct str text, struct cards *out, struct card_notes *,
                          struct str *mapping);
/* A mail address into the card; false: it is none. */
bool card_put_mail(struct arena *, struct card *, struct str written);
void card_put(struct card *,
              const struct meeting *); /* the same handle once; at most CARD_HANDLES */
enum { CARD_HANDLES = 40 };
/* Doors and machines (info@, no-reply@) are left out where the card has other handles. */
void card_leave_doors(struct arena *, struct card *, struct card_notes *);
