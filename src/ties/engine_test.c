/* SPDX-License-Identifier: GPL-3.0-or-later
 * engine_test.c - the state of a pair against hand-worked cases, the fixtures and itself. */
#include "ties/engine.h"

#include <cmocka.h>
#include <gnu/libc-version.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

enum { HOUSE = 3600, PAIRS_MAX = 64, EVENTS_MAX = 4096 };

static void near(double got, double want, double within, const char *what)
{
    if (!(fabs(got - want) <= within)) fail_msg("%s: %.9f, expected %.9f", what, got, want);
}

/* ---- hand-worked ---- */

static void test_days_of_the_house(void **state)
{
    (void)state;
    assert_int_equal(tie_day(0, 0), 0);
    assert_int_equal(tie_day(86399, 0), 0);
    assert_int_equal(tie_day(86400, 0), 1);
    assert_int_equal(tie_day(0, -3600), -1);
    assert_int_equal(tie_day(3600, -3600), 0);
    assert_int_equal(tie_day(82800, 3600), 1);
    assert_int_equal(tie_day(946684800, 0), TIE_EPOCH_DAY);
    assert_int_equal(tie_day(4294967295, 0), 49710);
}

static void test_decay_table(void **state)
{
    (void)state;
    assert_true(tie_decay[0][0] == 1.f && tie_decay[0][3] == 1.f);
    assert_true(tie_decay[1][0] == .5f && tie_decay[7][1] == .5f);
    assert_true(tie_decay[30][2] == .5f && tie_decay[730][3] == .25f);
    assert_true(tie_decay[126][0] == 0x1p-126f); /* the smallest normal number stays */
    assert_true(tie_decay[127][0] == 0);         /* denormals do not */
    assert_ptr_equal(tie_faded(-1), tie_decay[0]);
    assert_ptr_equal(tie_faded(1000000), tie_decay[8191]);
    if (strcmp(gnu_get_libc_version(), "2.36") == 0)
        assert_true(tie_decay_hash() == 0x6dcd4a0b0b7136ecu);
}

static const uint32_t noon = 10u * DAY + 12 * HOUR;

static void test_first_and_second_day(void **state)
{
    (void)state;
    struct tie_line l = { .a = 1, .b = 2 };
    assert_true(tie_empty(&l));
    assert_false(tie_late(&l, 0));
    tie_update(&l, 0, noon, 0);
    assert_int_equal(l.days, 1);
    assert_int_equal(l.first, 0); /* before 2000 */
    assert_true(l.gap == 0);
    tie_update(&l, 0, noon + 60, 0); /* a flood on one day */
    tie_update(&l, 0, noon + 61, 0);
    assert_int_equal(l.dir[0].n, 3);
    assert_int_equal(l.dir[0].run, 1);
    assert_true(l.dir[0].s[0] == 1.f && l.dir[0].s[3] == 1.f);

    tie_update(&l, 0, noon + 7 * DAY, 0); /* one week later: 2^-7 + 1, 2^-1 + 1 */
    assert_true(l.dir[0].s[0] == 1.0078125f);
    assert_true(l.dir[0].s[1] == 1.5f);
    assert_int_equal(l.dir[0].run, 2);
    assert_int_equal(l.days, 2);
    assert_true(l.gap == 7.f);

    tie_update(&l, 1, noon + 8 * DAY, 0); /* the answer ends the run; gap 7 + .3 (1 - 7) */
    assert_int_equal(l.dir[0].run, 0);
    assert_int_equal(l.dir[1].run, 1);
    near((double)l.gap, 5.2, 1e-6, "gap");
    tie_update(&l, 0, noon + 8 * DAY + 5, 0); /* a new day for a to b, none for the pair */
    assert_int_equal(l.days, 3);
    assert_int_equal(l.dir[0].run, 1);
    assert_int_equal(l.dir[1].run, 0);
    near((double)l.gap, 5.2, 1e-6, "gap");
    assert_true(tie_late(&l, noon));
    assert_false(tie_late(&l, noon + 8 * DAY + 5));
}

static void test_answer_on_the_same_day_keeps_run(void **state)
{
    (void)state;
    struct tie_line l = { .a = 1, .b = 2 };
    tie_update(&l, 0, noon, 0);
    tie_update(&l, 1, noon + 1, 0);
    tie_update(&l, 0, noon + 2, 0); /* the day is counted already */
    assert_int_equal(l.dir[0].run, 0);
    assert_int_equal(l.dir[0].n, 2);
}

static void test_counters_stop(void **state)
{
    (void)state;
    struct tie_line l = { .a = 1, .b = 2 };
    uint32_t at = 0;
    for (int i = 0; i < 49000; i++, at += DAY) tie_update(&l, 0, at, 0);
    assert_int_equal(l.days, 49000);
    l.days = l.dir[0].n = l.dir[0].run = TIE_FULL;
    tie_update(&l, 0, at, 0);
    assert_int_equal(l.days, TIE_FULL);
    assert_int_equal(l.dir[0].n, TIE_FULL);
    assert_int_equal(l.dir[0].run, TIE_FULL);
    near((double)l.dir[0].s[0], 2, 1e-6, "a message every day, half-life of a day");
}

static void test_reading(void **state)
{
    (void)state;
    struct tie_line l = { .a = 4, .b = 9 };
    tie_update(&l, 0, noon, 0);
    tie_update(&l, 1, noon, 0);
    struct tie_reading r = tie_read(&l, 4, noon, 0);
    near(r.out, 1, 1e-7, "fresh O");
    near(r.in, 1, 1e-7, "fresh I");
    near(r.closeness, 1.03, 1e-7, "closeness");
    near(r.warmth, 1.3, 1e-7, "warmth");
    near(r.rhythm_days, 17.02 / 1.3, 1e-6, "rhythm");
    near(r.reciprocity, 1, 1e-9, "reciprocity");
    near(r.asymmetry, 0, 1e-9, "asymmetry");
    assert_int_equal(r.silence_days, 0);
    /* 30 days on: .7/2^30 + .2/2^(30/7) + .04 + .02/2^(30/365) */
    r = tie_read(&l, 9, noon + 30 * DAY, 0);
    near(r.out, .7 / 1073741824. + .2 * .051271275 + .04 + .02 * .94462129, 1e-7, "after a month");
    assert_int_equal(r.silence_days, 30);
    assert_int_equal(r.other, 4);
    near(tie_year(&l, 0, tie_day(noon, 0) + 365, 0), .5, 1e-9, "year memory");

    struct tie_line one = { .a = 4, .b = 9 };
    tie_update(&one, 1, noon, 0); /* 9 to 4 only */
    r = tie_read(&one, 4, noon, 0);
    assert_true(r.out == 0 && r.n_out == 0 && r.n_in == 1 && r.run_in == 1);
    near(r.closeness, sqrt(.03 * 1.03), 1e-9, "closeness, one side");
    near(r.asymmetry, -1 / 1.06, 1e-9, "asymmetry, one side");
    near(r.reciprocity, 0, 1e-9, "reciprocity, one side");
}

static void test_formulas(void **state)
{
    (void)state;
    near(tie_reciprocity(3, 1), .5, 1e-12, "reciprocity");
    assert_true(tie_reciprocity(0, 0) == 0);
    assert_true(isinf(tie_rhythm(0)));
    near(tie_chance(17.02 / 30, 30), 1 - exp(-1), 1e-12, "one expected contact");
    assert_true(tie_chance(0, 30) == 0);
    assert_false(tie_rebuild_is_cheaper(10, 100));
    assert_true(tie_rebuild_is_cheaper(11, 100));
}

static void test_long_silence_uses_last_entry(void **state)
{
    (void)state;
    struct tie_line l = { .a = 1, .b = 2 };
    tie_update(&l, 0, 0, 0);
    struct tie_reading r = tie_read(&l, 1, 40000u * DAY, 0);
    near(r.out, .02 * exp2(-8191. / 365), 1e-15, "saturated decay");
    tie_update(&l, 0, 40000u * DAY, 0);
    assert_true(l.gap == 40000.f);
    assert_true(l.dir[0].s[0] == 1.f);
}

static void test_replay_refuses(void **state)
{
    (void)state;
    struct tie_line l = { .a = 77, .b = 78 };
    struct tie_event other[] = { { 5, 1, 2 }, { 6, 1, 3 } };
    struct tie_event disorder[] = { { 6, 1, 2 }, { 5, 1, 2 } };
    assert_false(tie_replay_pair(1, 2, other, 2, UINT32_MAX, 0, &l));
    assert_false(tie_replay_pair(1, 2, disorder, 2, UINT32_MAX, 0, &l));
    assert_false(tie_replay_pair(1, 1, other, 0, UINT32_MAX, 0, &l));
    assert_int_equal(l.a, 77);
    assert_true(tie_replay_pair(2, 1, other, 1, UINT32_MAX, 0, &l));
    assert_true(l.a == 1 && l.b == 2 && l.dir[0].n == 1);
    assert_true(tie_replay_pair(1, 2, other, 1, 4, 0, &l)); /* all after until */
    assert_true(tie_empty(&l));
}

/* The update counts days by a shorter way than tie_day(); both agree at every midnight. */
static void test_days_of_updates(void **state)
{
    (void)state;
    const int offsets[] = { 0, 3600, -3600, 50400, -43200, 86399, -86400, 20700 };
    for (int o = 0; o < COUNT(offsets); o++)
        for (int64_t day = 1; day < 49709; day += 7)
            for (int64_t s = -1; s <= 1; s++) {
                int64_t at = day * DAY - offsets[o] + s;
                if (at < 1 || at > UINT32_MAX) continue;
                struct tie_line l = { .a = 1, .b = 2 };
                tie_update(&l, 0, (uint32_t)at - 1, offsets[o]);
                tie_update(&l, 0, (uint32_t)at, offsets[o]);
                int32_t before = tie_day(at - 1, offsets[o]), now = tie_day(at, offsets[o]);
                if (l.days != 1 + (now > before)) fail();
                if (l.first != MAX(0, before - TIE_EPOCH_DAY)) fail();
            }
}

/* ---- a small house with a log: the live path ---- */

struct house {
    struct tie_event log[EVENTS_MAX]; /* in order of arrival: the index is the event id */
    int events;
    struct tie_line line[PAIRS_MAX];
    int lines, recomputed;
};

static struct tie_line *line_of(struct house *h, uint32_t a, uint32_t b)
{
    for (int i = 0; i < h->lines; i++)
        if (h->line[i].a == MIN(a, b) && h->line[i].b == MAX(a, b)) return &h->line[i];
    assert_true(h->lines < PAIRS_MAX);
    h->line[h->lines] = (struct tie_line){ .a = MIN(a, b), .b = MAX(a, b) };
    return &h->line[h->lines++];
}

/* The events of one pair in order of (at, id). */
static int history(const struct house *h, uint32_t a, uint32_t b, struct tie_event *out)
{
    int n = 0;
    for (int i = 0; i < h->events; i++) {
        struct tie_event e = h->log[i];
        if (MIN(e.from, e.to) != MIN(a, b) || MAX(e.from, e.to) != MAX(a, b)) continue;
        int at = n++;
        for (; at > 0 && out[at - 1].at > e.at; at--) out[at] = out[at - 1];
        out[at] = e;
    }
    return n;
}

static void arrive(struct house *h, struct tie_event e)
{
    static struct tie_event past[EVENTS_MAX];
    if (e.from == e.to) return;
    for (int i = 0; i < h->events; i++)
        if (memcmp(&h->log[i], &e, sizeof e) == 0) return;
    h->log[h->events++] = e;
    struct tie_line *l = line_of(h, e.from, e.to);
    if (!tie_late(l, e.at)) {
        tie_update(l, tie_side(l, e.from), e.at, HOUSE);
        return;
    }
    int n = history(h, l->a, l->b, past);
    assert_true(tie_replay_pair(l->a, l->b, past, n, UINT32_MAX, HOUSE, l));
    h->recomputed++;
}

static FILE *fixture(const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "tests/golden/ties/%s", name);
    FILE *f = fopen(path, "r");
    if (!f) fail_msg("%s is missing: run from the project's folder", path);
    return f;
}

static void load_tiny(struct house *h, uint32_t until)
{
    FILE *f = fixture("tiny.log");
    char row[512];
    while (fgets(row, sizeof row, f)) {
        struct tie_event e;
        if (sscanf(row, "%u %u %u", &e.from, &e.to, &e.at) == 3 && e.at <= until) arrive(h, e);
    }
    fclose(f);
}

static void same_last(const char *want, const struct tie_dir *d)
{
    if (strcmp(want, "-") == 0) assert_int_equal(d->n, 0);
    else assert_int_equal(strtoul(want, NULL, 10), d->last);
}

static void check_row(struct house *h, const char *row, uint32_t at)
{
    unsigned a, b, n0, n1, run0, run1, first, days;
    char last0[16], last1[16];
    double gap, o, i, close, warm;
    assert_int_equal(sscanf(row, "%u %u %u %u %u %u %15s %15s %u %u %lf %lf %lf %lf %lf", &a, &b,
                            &n0, &n1, &run0, &run1, last0, last1, &first, &days, &gap, &o, &i,
                            &close, &warm),
                     15);
    const struct tie_line *l = line_of(h, a, b);
    assert_int_equal(l->dir[0].n, n0);
    assert_int_equal(l->dir[1].n, n1);
    assert_int_equal(l->dir[0].run, run0);
    assert_int_equal(l->dir[1].run, run1);
    assert_int_equal(l->first, first);
    assert_int_equal(l->days, days);
    same_last(last0, &l->dir[0]);
    same_last(last1, &l->dir[1]);
    struct tie_reading r = tie_read(l, a, at, HOUSE);
    near((double)l->gap, gap, 1e-4, "gap");
    near(r.out, o, 1e-5, "O");
    near(r.in, i, 1e-5, "I");
    near(r.closeness, close, 1e-5, "closeness");
    near(r.warmth, warm, 1e-5, "warmth");
}

static void check_tiny(const char *name, uint32_t at, int late)
{
    struct house *h = calloc(1, sizeof *h);
    assert_non_null(h);
    load_tiny(h, at);
    assert_int_equal(h->recomputed, late);
    FILE *f = fixture(name);
    char row[512];
    int rows = 0;
    while (fgets(row, sizeof row, f))
        if (*row >= '0' && *row <= '9') check_row(h, row, at), rows++;
    fclose(f);
    assert_int_equal(rows, h->lines);
    free(h);
}

/* in tiny-a the last two of pair (2,3) are still to come, so only one event is late */
static void test_tiny_a(void **state) { (void)state, check_tiny("tiny-a.tsv", 1706184000, 1); }
static void test_tiny_b(void **state) { (void)state, check_tiny("tiny-b.tsv", 1735646400, 3); }

/* ---- arrival in any order ends in the same bits ---- */

static uint64_t seed = 42;
static uint32_t dice(uint32_t sides)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((seed >> 33) % sides);
}

static void compare_with_replay(struct house *live)
{
    static struct tie_event past[EVENTS_MAX];
    for (int i = 0; i < live->lines; i++) {
        struct tie_line again, *l = &live->line[i];
        int n = history(live, l->a, l->b, past);
        assert_true(tie_replay_pair(l->a, l->b, past, n, UINT32_MAX, HOUSE, &again));
        assert_memory_equal(&again, l, sizeof again);
    }
}

static void test_shuffled_arrival(void **state)
{
    (void)state;
    struct house *live = calloc(1, sizeof *live), *ordered = calloc(1, sizeof *ordered);
    static struct tie_event e[400];
    assert_non_null(live);
    assert_non_null(ordered);
    for (int round = 0; round < 60; round++) {
        memset(live, 0, sizeof *live);
        memset(ordered, 0, sizeof *ordered);
        uint32_t at = 1700000000;
        for (int i = 0; i < COUNT(e); i++) { /* distinct seconds: one true order */
            uint32_t from = 1 + dice(5), to = 1 + (from + dice(4)) % 5;
            e[i] = (struct tie_event){ at += 1 + dice(dice(9) ? 40000 : 9000000), from, to };
            arrive(ordered, e[i]);
        }
        assert_int_equal(ordered->recomputed, 0);
        for (int i = COUNT(e) - 1; i > 0; i--) { /* wholly, or near its place */
            int back = (int)dice(round % 2 ? (uint32_t)i + 1 : 6), j = MAX(0, i - back);
            struct tie_event swap = e[i];
            e[i] = e[j], e[j] = swap;
        }
        for (int i = 0; i < COUNT(e); i++) arrive(live, e[i]);
        assert_true(live->recomputed > 0);
        assert_int_equal(live->lines, ordered->lines);
        compare_with_replay(live);
        for (int i = 0; i < live->lines; i++)
            assert_memory_equal(line_of(ordered, live->line[i].a, live->line[i].b), &live->line[i],
                                sizeof live->line[i]);
    }
    free(live);
    free(ordered);
}

/* Several events in one second: their ids decide, and ids are given on arrival. */
static void test_same_second_arrival(void **state)
{
    (void)state;
    struct house *live = calloc(1, sizeof *live);
    assert_non_null(live);
    for (int i = 0; i < 500; i++) {
        uint32_t from = 1 + dice(3), to = 1 + (from + dice(2)) % 3;
        arrive(live, (struct tie_event){ 1700000000 + dice(40) * 30000, from, to });
    }
    assert_true(live->recomputed > 10);
    compare_with_replay(live);
    free(live);
}

int main(void)
{
    tie_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_days_of_the_house),
        cmocka_unit_test(test_decay_table),
        cmocka_unit_test(test_first_and_second_day),
        cmocka_unit_test(test_answer_on_the_same_day_keeps_run),
        cmocka_unit_test(test_counters_stop),
        cmocka_unit_test(test_reading),
        cmocka_unit_test(test_formulas),
        cmocka_unit_test(test_long_silence_uses_last_entry),
        cmocka_unit_test(test_replay_refuses),
        cmocka_unit_test(test_days_of_updates),
        cmocka_unit_test(test_tiny_a),
        cmocka_unit_test(test_tiny_b),
        cmocka_unit_test(test_shuffled_arrival),
        cmocka_unit_test(test_same_second_arrival),
    };
    return cmocka_run_group_tests_name("ties/engine", tests, NULL, NULL);
}
