/* SPDX-License-Identifier: GPL-3.0-or-later
 * in_list.h - many numbers in one statement: IN(...) has a fixed width, so that its text stays a
 * literal; the last number is repeated. For the files of this folder only. */
#pragma once
#include "kit/store/db.h"

enum { IN_LIST_N = 64 };
/* $2 ... $65: behind one parameter of the statement's own, $1. */
#define IN_LIST_2                                                                                  \
    "$2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, "      \
    "$21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, "        \
    "$38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, $50, $51, $52, $53, $54, "        \
    "$55, $56, $57, $58, $59, $60, $61, $62, $63, $64, $65"
/* $3 ... $66: behind two. */
#define IN_LIST_3                                                                                  \
    "$3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, "          \
    "$21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, "        \
    "$38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, $50, $51, $52, $53, $54, "        \
    "$55, $56, $57, $58, $59, $60, $61, $62, $63, $64, $65, $66"

/* $4 ... $67: behind three. */
#define IN_LIST_4                                                                                  \
    "$4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, "         \
    "$22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, "        \
    "$39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, $50, $51, $52, $53, $54, $55, "        \
    "$56, $57, $58, $59, $60, $61, $62, $63, $64, $65, $66, $67"

/* Values for: own parameters ($1 ...), set by in_list_int(), then the numbers. */
static inline struct val *in_list(struct arena *a, const int64_t *numbers, int n, int own)
{
    struct val *v = NEW(a, struct val, IN_LIST_N + own + 2);
    v[0].kind = V_START;
    for (int i = 0; i < own; i++) v[1 + i] = NUL;
    for (int i = 0; i < IN_LIST_N; i++) v[1 + own + i] = n ? I(numbers[MIN(i, n - 1)]) : I(0);
    v[1 + own + IN_LIST_N].kind = V_END;
    return v;
}
static inline void in_list_int(struct val *v, int number, int64_t value) { v[number] = I(value); }

#define IN_EACH(r, ctx_, q, vals_)                                                                 \
    for (struct rows r __attribute__((cleanup(rows_done))) = db_rows_((ctx_), (q), (vals_));       \
         rows_next(&r);)
