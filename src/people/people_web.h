/* SPDX-License-Identifier: GPL-3.0-or-later
 * people_web.h - the pages of people, and what pages of later concepts show of a person. */
#pragma once
#include "kit/web/page.h"
#include "people/person.h"

extern const struct route people_routes[];

/* "left", "deceased", "do not contact", "paused until 3 May 2027"; empty: none of them. */
struct str person_mark_words(struct ctx *, const struct person *);
struct str person_first_name(struct str name);              /* up to the first blank; borrows */
struct str person_initial(struct arena *, struct str name); /* one letter, for a face */
int person_hue(id);                                         /* 0..7: class hue-N of a face */
/* What later concepts find people by, besides names and addresses: shown below those. Once, when
 * the program starts. */
typedef void person_also_fn(struct ctx *, struct str words, struct buf *out);
void person_also(person_also_fn *);
/* A field of the form, or of the address's query: the buttons that take a deed back post to
 * an address and send no fields. */
struct str person_deed_str(const struct page *, const char *name);
int64_t person_deed_int(const struct page *, const char *name, int64_t otherwise);
