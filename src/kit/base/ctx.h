/* SPDX-License-Identifier: GPL-3.0-or-later
 * ctx.h - one piece of work: its memory, its database, its clock, its viewer. */
#pragma once
#include "kit/base/base.h"

typedef int64_t id; /* of events, persons, messages ...: from 1; 0 is nobody, nothing */

struct db;
struct secret; /* hash.h */
struct ctx {
    struct arena *a;
    struct db *db;
    const struct secret *secret; /* keys of the house, see hash.h              */
    int64_t now;                 /* unix seconds; tests set it                 */
    int offset_s;                /* the house's midnight: seconds east of UTC, for its whole life */
    id viewer;                   /* the person who looks or acts; 0 = nobody   */
    err err;                     /* what fail() recorded                       */
    struct str why;              /* safe to show to the viewer                 */
    jmp_buf *stop;               /* where die() lands                          */
    int queries;                 /* SQL statements so far                      */
};

/* Records and returns an expected failure: return fail(c, E_INVALID, "...");
 * The sentence says what to do about it and is shown as it stands. */
err fail(struct ctx *, err, const char *fmt, ...) PRINTF(3, 4);
#ifdef __clang_analyzer__ /* it can not see that fail() returns what it is given */
#define fail(c, e, ...) ((void)(fail)((c), (e), __VA_ARGS__), (e))
#endif
/* Critical failure: ends this work, rolls back, answers 500. The words go to
 * the operator's trace: say what broke, never what anybody wrote. */
NORETURN void die(struct ctx *, const char *fmt, ...) PRINTF(2, 3);
