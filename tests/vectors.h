/* SPDX-License-Identifier: GPL-3.0-or-later
 * vectors.h - plain lists of tests/vectors for unit tests: fields between tabs, # comments. */
#pragma once
#include "kit/base/ctx.h" /* before cmocka, which has a fail() of its own */

#include <stdlib.h>
/* cmocka wants these four first */
#include <cmocka.h>

typedef void vector_fn(struct arena *, struct str field[3]);

static inline void each_vector(const char *name, int least, vector_fn *fn)
{
    char path[256], line[1024];
    snprintf(path, sizeof path, "tests/vectors/%s", name);
    FILE *f = fopen(path, "r");
    if (!f) fail_msg("%s is missing: run the tests from the project's folder", path);
    int n = 0;
    while (fgets(line, sizeof line, f)) {
        struct str rest = str_c(line), field[3] = { S(""), S(""), S("") };
        if (rest.n && rest.p[rest.n - 1] == '\n') rest.n--;
        if (*line == '#') continue;
        for (int i = 0; i < 3 && str_cut(&rest, '\t', &field[i]); i++) {
        }
        struct arena *a = arena_open(MIB);
        fn(a, field);
        arena_close(a);
        n++;
    }
    fclose(f);
    if (n < least) fail_msg("%s holds only %d lines", path, n);
}

#define assert_text(got, want)                                                                     \
    do {                                                                                           \
        struct str got_ = (got), want_ = (want);                                                   \
        if (!str_eq(got_, want_))                                                                  \
            fail_msg("got \"%.*s\", wanted \"%.*s\"", STR(got_), STR(want_));                      \
    } while (0)
