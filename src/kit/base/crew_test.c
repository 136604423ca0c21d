/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../tests/vectors.h"
#include "kit/base/crew.h"

enum { N = 5000 };
struct squares {
    int64_t *at[N];
};

static void square(void *arg, struct arena *a, int i)
{
    struct squares *s = arg;
    s->at[i] = NEW(a, int64_t, 1);
    *s->at[i] += (int64_t)i * i;
}

static void each_number_once(void **state)
{
    (void)state;
    for (int n = 0; n <= N; n = n * 3 + 1) {
        struct arena *a = arena_open(MIB);
        struct crew *w = crew_open(a, MIB);
        struct ctx c = { .a = a };
        struct squares s = { 0 };
        crew_run(&c, w, n, square, &s);
        for (int i = 0; i < N; i++) {
            assert_true((s.at[i] != NULL) == (i < n));
            if (i < n) assert_int_equal(*s.at[i], (int64_t)i * i);
        }
        assert_int_equal(crew_used(w), (size_t)n * 16);
        crew_clear(w);
        assert_int_equal(crew_used(w), 0);
        arena_close(a);
    }
}

static void waste(void *arg, struct arena *a, int i)
{
    (void)arg;
    (void)i;
    (void)NEW(a, char, 4096);
}

/* A full lane is the failure of the work, not of the program; then it can be used again. */
static void a_full_lane_dies(void **state)
{
    (void)state;
    struct arena *a = arena_open(MIB);
    struct crew *w = crew_open(a, 64 * KIB);
    jmp_buf stop;
    struct ctx c = { .a = a, .stop = &stop };
    struct squares s = { 0 };
    if (setjmp(stop) == 0) {
        crew_run(&c, w, N, waste, NULL);
        fail_msg("it should have died");
    }
    crew_clear(w);
    crew_run(&c, w, 100, square, &s);
    assert_int_equal(*s.at[99], 99 * 99);
    arena_close(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(each_number_once),
                                        cmocka_unit_test(a_full_lane_dies) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
