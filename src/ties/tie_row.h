/* SPDX-License-Identifier: GPL-3.0-or-later
 * tie_row.h - a row of the table tie as a line; for the files of this folder only. */
#pragma once
#include "ties/tie.h"

#define TIE_COLUMNS                                                                                \
    "a, b, first, days, gap, s00, s01, s02, s03, last0, n0, run0, s10, s11, s12, s13, last1, n1, " \
    "run1"
enum { TIE_COLUMN_N = 19 };

static inline struct tie_dir tie_dir_row(struct rows *r, int col)
{
    struct tie_dir d = { .last = (uint32_t)row_int(r, col + 4),
                         .n = (uint16_t)row_int(r, col + 5),
                         .run = (uint16_t)row_int(r, col + 6) };
    for (int k = 0; k < TIE_MEMORIES; k++) d.s[k] = (float)row_real(r, col + k);
    return d;
}

static inline struct tie_line tie_row(struct rows *r)
{
    return (struct tie_line){ .a = (uint32_t)row_int(r, 0),
                              .b = (uint32_t)row_int(r, 1),
                              .first = (uint16_t)row_int(r, 2),
                              .days = (uint16_t)row_int(r, 3),
                              .gap = (float)row_real(r, 4),
                              .dir = { tie_dir_row(r, 5), tie_dir_row(r, 12) } };
}
