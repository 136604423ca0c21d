/* SPDX-License-Identifier: GPL-3.0-or-later
 * tracks_test.c - which lanes there are, what stands on them, and where it is drawn. */
#include "kit/base/date.h"
#include "talk/house_test.h"
#include "talk/tracks_web.h"

#define ADA "Ada Bell <ada@far.example>"
#define CY  "Cy Iron <cy@iron.example>"
#define MIA "mia@pub.example"

struct look {
    struct track_ask ask;
    struct tracks t;
    struct track_picture p;
};

static err look(struct ctx *c, void *arg)
{
    struct look *l = arg;
    TRY(track_read(c, &l->ask, &l->t));
    track_draw(c, &l->t, l->ask.idea, &l->p);
    return OK;
}

static void see(struct look *l) { assert_int_equal(test_read(look, l), OK); }

static void letters(void)
{
    test_put((struct letter){ .id = "<yard1>",
                              .from = ADA,
                              .to = "mia@pub.example, tom@pub.example",
                              .subject = "Yard",
                              .text = "Is it empty?\n" });
    test_put((struct letter){ .id = "<yard2>",
                              .from = MIA,
                              .to = ADA,
                              .refs = "<yard1>",
                              .at = 2 * DAY,
                              .subject = "Re: Yard",
                              .text = "All summer.\n" });
    test_put((struct letter){ .id = "<ring1>",
                              .from = CY,
                              .to = MIA,
                              .at = DAY,
                              .subject = "Rings",
                              .text = "Two of them.\n" });
    test_put((struct letter){ .id = "<ring2>",
                              .from = CY,
                              .to = MIA,
                              .refs = "<ring1>",
                              .at = DAY + 20,
                              .subject = "Re: Rings",
                              .text = "Or three.\n" });
    test_put((struct letter){ .id = "<bell1>",
                              .from = MIA,
                              .to = CY,
                              .at = 50 * DAY,
                              .subject = "Bell",
                              .text = "It fell.\n" });
}

static void lane_is(const struct look *l, int i, const char *name, const char *with, int marks)
{
    assert_true(i < l->t.lanes);
    assert_true(str_eq(l->t.lane[i].name, str_c(name)));
    assert_true(str_eq(l->t.lane[i].with, str_c(with)));
    assert_int_equal(l->t.lane[i].marks, marks);
}

static void test_conversations(void **state)
{
    (void)state;
    struct look l = { .ask = { .to = 0 } };
    letters();
    see(&l);
    assert_int_equal(l.t.lanes, 3);
    assert_int_equal(l.t.marks, 5);
    lane_is(&l, 0, "Bell", "Cy Iron", 1); /* the latest first; nobody outside wrote in it */
    lane_is(&l, 1, "Yard", "Ada Bell", 2);
    lane_is(&l, 2, "Rings", "Cy Iron", 2);
    assert_int_equal(l.t.from, TEST_START);
    assert_int_equal(l.t.to, TEST_START + 50 * DAY + 1);
    /* by time: yard1, ring1, ring2, yard2, bell1 */
    assert_int_equal(l.t.mark[3].message, test_message("<yard2>").id);
    assert_int_equal(l.t.mark[3].answers, 0);
    assert_int_equal(l.t.mark[2].answers, 1);
    assert_int_equal(l.t.mark[4].answers, -1);
    assert_true(l.t.mark[3].ours);
    assert_false(l.t.mark[0].ours);
    l = (struct look){ .ask = { .first = true } };
    see(&l);
    lane_is(&l, 0, "Yard", "Ada Bell", 2);
    lane_is(&l, 1, "Rings", "Cy Iron", 2);
}

static void test_chosen(void **state)
{
    (void)state;
    struct look l = { .ask = { .n_talk = 1 } };
    letters();
    l.ask.talk[0] = test_message("<yard2>").id;
    see(&l);
    assert_int_equal(l.t.lanes, 1);
    lane_is(&l, 0, "Yard", "Ada Bell", 2);
    l.ask.talk[0] = 987654;
    see(&l);
    assert_int_equal(l.t.lanes, 0);
    l = (struct look){ .ask = { .n_who = 1, .who = { test_person("cy@iron.example") } } };
    see(&l);
    assert_int_equal(l.t.lanes, 2);
    lane_is(&l, 0, "Bell", "Cy Iron", 1);
    l = (struct look){ .ask = { .words = S("summer") } };
    see(&l);
    assert_int_equal(l.t.lanes, 1);
    lane_is(&l, 0, "Yard", "Ada Bell", 2);
    /* a span holds what lies in it; a lane is named by its beginning all the same */
    l = (struct look){ .ask = { .from = TEST_START + DAY + 10, .to = TEST_START + 3 * DAY } };
    see(&l);
    assert_int_equal(l.t.lanes, 2);
    assert_int_equal(l.t.marks, 2);
    lane_is(&l, 0, "Yard", "Ada Bell", 1); /* who got it, for none of theirs is in the span */
    lane_is(&l, 1, "Rings", "Cy Iron", 1);
    assert_int_equal(l.t.mark[1].answers, -1); /* what it answers is outside */
    assert_int_equal(l.t.first, TEST_START);
}

static void test_people(void **state)
{
    (void)state;
    struct look l = { .ask = { .people = true } };
    letters();
    see(&l);
    assert_int_equal(l.t.lanes, 3);
    lane_is(&l, 0, "Mia Moon", "", 2);
    lane_is(&l, 1, "Cy Iron", "", 2);
    lane_is(&l, 2, "Ada Bell", "", 1);
    assert_int_equal(l.t.lane[2].who, test_person("ada@far.example"));
}

static void test_who_sees(void **state)
{
    (void)state;
    struct look l = { .ask = { .people = false } };
    letters();
    house.viewer = house.tom; /* stood in the first letter alone */
    see(&l);
    assert_int_equal(l.t.lanes, 1);
    assert_int_equal(l.t.marks, 1);
    lane_is(&l, 0, "Yard", "Ada Bell", 1);
    assert_int_equal(l.t.last, TEST_START);
    l = (struct look){ .ask = { .n_talk = 1, .talk = { 0 } } };
    l.ask.talk[0] = 987654;
    see(&l);
    assert_int_equal(l.t.marks, 0);
    l = (struct look){ .ask = { .n_who = 1, .who = { test_person("cy@iron.example") } } };
    see(&l);
    assert_int_equal(l.t.lanes, 0);
    house.viewer = house.mia;
}

/* ---- drawing --------------------------------------------------------------- */

static struct tracks made(int64_t from, int64_t to, struct track_mark *m, int n, int lanes)
{
    static struct track_lane lane[TRACK_LANES];
    static struct str name[1] = { S_INIT("Ada") };
    return (struct tracks){ .lane = lane,
                            .mark = m,
                            .name = name,
                            .lanes = lanes,
                            .marks = n,
                            .names = 1,
                            .from = from,
                            .to = to };
}

static err draw(struct ctx *c, void *arg)
{
    struct look *l = arg;
    track_draw(c, &l->t, 0, &l->p);
    return OK;
}

static void tick_is(const struct look *l, int i, int x, const char *says)
{
    assert_true(i < l->p.ticks);
    assert_int_equal(l->p.tick[i].x, x);
    if (!str_eq(l->p.tick[i].says, str_c(says)))
        fail_msg("tick %d says %.*s", i, STR(l->p.tick[i].says));
}

static void test_axis(void **state)
{
    (void)state;
    int64_t start = date_days(2026, 1, 1) * DAY;
    struct look l = { .t = made(start, start + 100 * DAY, NULL, 0, 0) };
    assert_int_equal(test_read(draw, &l), OK);
    /* 926 units for 100 days, every other Monday: 5 January is 4 days on */
    tick_is(&l, 0, TRACK_LEFT + 37, "5 Jan");
    tick_is(&l, 1, TRACK_LEFT + 166, "19 Jan");
    assert_int_equal(l.p.ticks, 7);
    l.t = made(start, start + 365 * DAY, NULL, 0, 0); /* every other month */
    assert_int_equal(test_read(draw, &l), OK);
    tick_is(&l, 0, TRACK_LEFT, "Jan 2026");
    tick_is(&l, 1, TRACK_LEFT + 149, "March"); /* 59 days */
    assert_int_equal(l.p.ticks, 6);
    l.t = made(start - 10 * 365 * (int64_t)DAY, start, NULL, 0, 0);
    assert_int_equal(test_read(draw, &l), OK);
    tick_is(&l, 0, TRACK_LEFT + 92, "2017"); /* from 4 January 2016, 363 days */
    l.t = made(start + 9 * HOUR + 50 * MINUTE, start + 11 * HOUR + 50 * MINUTE, NULL, 0, 0);
    assert_int_equal(test_read(draw, &l), OK);
    tick_is(&l, 0, TRACK_LEFT + 77, "1 Jan, 10:00");
    tick_is(&l, 1, TRACK_LEFT + 192, "10:15");
}

static void test_marks_that_meet(void **state)
{
    (void)state;
    int64_t start = date_days(2026, 1, 1) * DAY;
    struct track_mark m[] = {
        { .message = 1, .at = start, .answers = -1 },
        { .message = 2, .at = start + 60, .answers = 0, .ours = true },
        { .message = 3, .at = start + 120, .answers = 1 },
        { .message = 4, .at = start + 50 * DAY, .answers = 2, .ours = true },
        { .message = 5, .at = start + 50 * DAY, .answers = -1, .lane = 1 },
    };
    struct look l = { .t = made(start, start + 100 * DAY, m, COUNT(m), 2) };
    assert_int_equal(test_read(draw, &l), OK);
    assert_int_equal(l.p.dots, 3);
    assert_int_equal(l.p.dot[0].n, 3); /* within two minutes: one mark with a number */
    assert_int_equal(l.p.dot[0].first, 0);
    assert_int_equal(l.p.dot[0].last, 2);
    assert_false(l.p.dot[0].ours);
    assert_int_equal(l.p.dot[1].n, 1);
    assert_true(l.p.dot[1].ours);
    /* its time is 463 units on; it keeps five from the edges of its step, 460 to 480 */
    assert_int_equal(l.p.dot[1].x, TRACK_LEFT + 465);
    assert_int_equal(l.p.dot[1].y, track_y(&l.p, 0));
    assert_int_equal(l.p.dot[2].y, track_y(&l.p, 1));
    /* one arc, from the three to the fourth */
    assert_true(
        str_begins(l.p.answers, str_fmt(house.a, "M%d %dq", l.p.dot[0].x, l.p.dot[0].y - 3)));
    assert_int_equal(str_chr(str_from(l.p.answers, 1), 'M'), -1);
}

/* However many there are: no mark covers another, and the page stays small. */
static void test_many_marks(void **state)
{
    (void)state;
    enum { N = 20000, LANES = 500 };
    int64_t start = date_days(2023, 1, 1) * DAY, length = 1000 * (int64_t)DAY;
    struct track_mark *m = NEW(house.a, struct track_mark, N);
    for (int i = 0; i < N; i++)
        m[i] = (struct track_mark){ .message = i + 1,
                                    .at = start + length / N * i,
                                    .lane = (int)((int64_t)i * 7919 % LANES),
                                    .answers = -1 };
    struct look l = { .t = made(start, start + length, m, N, LANES) };
    assert_int_equal(test_read(draw, &l), OK);
    int sum = 0;
    for (int i = 0; i < l.p.dots; i++) {
        const struct track_dot *d = &l.p.dot[i], *e = &l.p.dot[i + 1];
        sum += d->n;
        assert_in_range(d->x, TRACK_LEFT, TRACK_WIDTH - 12);
        if (i + 1 < l.p.dots && e->lane == d->lane) assert_true(e->x - d->x >= e->r + d->r);
    }
    assert_int_equal(sum, N);
    assert_in_range(l.p.dots, LANES, 3 * TRACK_DOTS);
}

#define IN_HOUSE(f) cmocka_unit_test_setup_teardown(f, test_open, test_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_HOUSE(test_conversations), IN_HOUSE(test_chosen), IN_HOUSE(test_people),
        IN_HOUSE(test_who_sees),      IN_HOUSE(test_axis),   IN_HOUSE(test_marks_that_meet),
        IN_HOUSE(test_many_marks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
