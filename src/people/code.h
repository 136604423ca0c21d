/* SPDX-License-Identifier: GPL-3.0-or-later
 * code.h - codes that somebody writes down and types once: short, and so stored as keyed hashes,
 * which nobody can try out who has only the database. */
#pragma once
#include "kit/store/db.h"

/* 60 bits in letters that can't be taken for each other: "k7pq-2mxe-w9ta". */
struct str code_draw(struct arena *);
/* What is stored of it and looked for, from what was typed, blanks, dashes and case aside. Two
 * purposes never give the same. whose: a person, or 0 where the code alone says who it is. */
struct str code_hash(struct ctx *, struct str purpose, id whose, struct str typed);
