/* SPDX-License-Identifier: GPL-3.0-or-later
 * talk_test.c - conversations in any order of arrival, splits and joins taken back, who waits,
 * who may see. Waits by the rules WAIT-1 to WAIT-7: the sentence of each stands above its test. */
#include "talk/house_test.h"

#include "kit/base/date.h"

/* ---- conversations ------------------------------------------------------- */

/* Nine letters: a tree of four, one that names only a letter that never came (g), an answer that
 * names nobody (e), another talk of the same subject too long ago (f), two siblings below a ghost.
 */
static const struct letter nine[] = {
    { .id = "a@x",
      .from = "Ada <ada@bell.example>",
      .to = "mia@pub.example",
      .subject = "Boat trip",
      .text = "Shall we?\n",
      .at = 60 * DAY },
    { .id = "b@x",
      .from = "mia@pub.example",
      .to = "ada@bell.example",
      .refs = "a@x",
      .subject = "Re: Boat trip",
      .text = "We shall.\n",
      .at = 61 * DAY },
    { .id = "c@x",
      .from = "Ada <ada@bell.example>",
      .to = "mia@pub.example",
      .refs = "a@x b@x",
      .subject = "Re: Boat trip",
      .text = "Good.\n",
      .at = 62 * DAY },
    { .id = "d@x",
      .from = "tom@pub.example",
      .to = "mia@pub.example",
      .refs = "a@x",
      .subject = "Re: Boat trip",
      .text = "Me too.\n",
      .at = 63 * DAY },
    { .id = "e@x",
      .from = "Bo <bo@gmail.com>",
      .to = "mia@pub.example",
      .subject = "Re: Boat trip",
      .text = "And me?\n",
      .at = 64 * DAY },
    { .id = "f@x",
      .from = "Cy <cy@gmail.com>",
      .to = "mia@pub.example",
      .subject = "Boat trip",
      .text = "Years ago.\n",
      .at = 2 * DAY },
    { .id = "g@x",
      .from = "Ada <ada@bell.example>",
      .to = "mia@pub.example",
      .refs = "ghost@x",
      .subject = "Lamp",
      .text = "As I said.\n",
      .at = 70 * DAY },
    { .id = "h@x",
      .from = "Ada <ada@bell.example>",
      .to = "mia@pub.example",
      .refs = "ghost@x",
      .subject = "Lamps",
      .text = "And again.\n",
      .at = 71 * DAY },
    { .id = "i@x",
      .from = "Cy <cy@gmail.com>",
      .to = "mia@pub.example",
      .subject = "Chairs",
      .text = "Four.\n",
      .at = 72 * DAY },
};

static void put_nine(const int *order)
{
    for (int i = 0; i < COUNT(nine); i++) test_put(nine[order ? order[i] : i]);
}

static err shape_of(struct ctx *c, void *out)
{
    struct buf o = { .a = c->a };
    id name[COUNT(nine)];
    for (int i = 0; i < COUNT(nine); i++)
        name[i] = log_find(c, hash_name(c->secret, str_c(nine[i].id)));
    for (int i = 0; i < COUNT(nine);
         i++) { /* each letter: the first of its conversation, what it answers */
        struct message m, first;
        int f = 0, p = -1;
        if (talk_message(c, name[i], &m) != OK) return E_NOTFOUND;
        while (talk_message(c, name[f], &first) != OK || first.conversation != m.conversation) f++;
        for (int k = 0; k < COUNT(nine); k++)
            if (m.parent == name[k]) p = k;
        buf_fmt(&o, "%c%c%c%s ", 'a' + i, 'a' + f, p < 0 ? '-' : 'a' + p, m.guessed ? "?" : "");
    }
    *(struct str *)out = str_trim(buf_str(&o));
    return OK;
}

static void shape_is(const char *wanted)
{
    struct str s = S("");
    assert_int_equal(test_read(shape_of, &s), OK);
    if (!str_eq(s, str_c(wanted))) fail_msg("shape is %.*s, not %s", STR(s), wanted);
}

static const char *const shape = "aa- baa cab daa ead? ff- gg- hg- ii-";

static void test_threads(void **state)
{
    (void)state;
    put_nine(NULL);
    shape_is(shape);
}

static void test_shuffled(void **state)
{
    static const int orders[][COUNT(nine)] = {
        { 8, 7, 6, 5, 4, 3, 2, 1, 0 },
        { 4, 2, 5, 0, 7, 3, 8, 1, 6 },
        { 2, 4, 0, 6, 1, 8, 3, 5, 7 },
        { 5, 4, 3, 8, 1, 7, 0, 6, 2 },
    };
    for (int i = 0; i < COUNT(orders); i++) {
        if (i) {
            assert_int_equal(test_close(state), 0);
            test_open(state);
        }
        put_nine(orders[i]);
        shape_is(shape);
    }
}

struct deed {
    const char *what, *with;
    id event;
};

static err do_deed(struct tx *t, void *arg)
{
    struct deed *d = arg;
    id a = log_find(&t->c, hash_name(t->c.secret, str_c(d->what))),
       b = d->with ? log_find(&t->c, hash_name(t->c.secret, str_c(d->with))) : 0;
    return b ? talk_join(t, a, b, &d->event) : talk_split(t, a, &d->event);
}

static err undo_deed(struct tx *t, void *arg) { return talk_undo(t, ((struct deed *)arg)->event); }

static void test_split_and_back(void **state)
{
    (void)state;
    put_nine(NULL);
    struct deed d = { .what = "b@x" };
    assert_int_equal(test_write(do_deed, &d), OK);
    shape_is("aa- bba cbb daa ead? ff- gg- hg- ii-");
    /* what comes later stays on its side */
    test_put((struct letter){ .id = "z@x",
                              .from = "ada@bell.example",
                              .to = "mia@pub.example",
                              .refs = "a@x b@x c@x",
                              .subject = "Re: Boat trip",
                              .text = "So?\n",
                              .at = 65 * DAY });
    assert_int_equal(test_message("z@x").conversation, test_message("b@x").conversation);
    assert_int_not_equal(test_message("z@x").conversation, test_message("a@x").conversation);
    assert_int_equal(test_write(undo_deed, &d), OK);
    shape_is(shape);
    assert_int_equal(test_message("z@x").conversation, test_message("a@x").conversation);
    d = (struct deed){ .what = "a@x" };
    assert_int_equal(test_write(do_deed, &d), E_CONFLICT); /* it begins its conversation already */
}

static void test_guess_refused(void **state)
{
    (void)state;
    put_nine(NULL);
    struct deed d = { .what = "e@x" };
    assert_int_equal(test_write(do_deed, &d), OK);
    assert_int_not_equal(test_message("e@x").conversation, test_message("a@x").conversation);
    assert_int_equal(test_write(undo_deed, &d), OK);
    shape_is(shape);
}

static void test_join_and_back(void **state)
{
    (void)state;
    put_nine(NULL);
    struct deed d = { .what = "i@x", .with = "g@x" };
    assert_int_equal(test_write(do_deed, &d), OK);
    assert_int_equal(test_message("i@x").conversation, test_message("h@x").conversation);
    assert_int_equal(test_write(do_deed, &d), E_CONFLICT);
    assert_int_equal(test_write(undo_deed, &d), OK);
    shape_is(shape);
}

/* Answers of many to one letter to many are as many conversations. */
static void test_broadcast(void **state)
{
    (void)state;
    const char *many = "a1@gmail.com, a2@gmail.com, a3@gmail.com, a4@gmail.com, a5@gmail.com, "
                       "a6@gmail.com, a7@gmail.com, a8@gmail.com,"
                       " a9@gmail.com, b1@gmail.com, b2@gmail.com, b3@gmail.com, b4@gmail.com";
    test_put((struct letter){ .id = "m@x",
                              .from = "mia@pub.example",
                              .to = many,
                              .subject = "We are closed",
                              .text = "On Monday.\n",
                              .at = DAY });
    test_put((struct letter){ .id = "n@x",
                              .from = "a1@gmail.com",
                              .to = "mia@pub.example",
                              .refs = "m@x",
                              .subject = "Re: We are closed",
                              .text = "Pity.\n",
                              .at = 2 * DAY });
    test_put((struct letter){ .id = "o@x",
                              .from = "a2@gmail.com",
                              .to = "mia@pub.example",
                              .refs = "m@x",
                              .subject = "Re: We are closed",
                              .text = "Why?\n",
                              .at = 2 * DAY });
    assert_int_not_equal(test_message("n@x").conversation, test_message("o@x").conversation);
    assert_int_equal(test_message("n@x").parent, test_message("m@x").id);
}

/* ---- who waits ----------------------------------------------------------- */

struct asked_waits {
    bool ours;
    struct waitings w;
};

static err get_waits(struct ctx *c, void *arg)
{
    struct asked_waits *a = arg;
    talk_waiting(c, a->ours, 20, &a->w);
    return OK;
}

/* Names of who waits, with whole days: "Ada 5". */
static void waits_are(bool ours, const char *wanted)
{
    struct asked_waits a = { .ours = ours };
    struct buf o = { .a = house.a };
    assert_int_equal(test_read(get_waits, &a), OK);
    for (int i = 0; i < a.w.n; i++)
        buf_fmt(&o, "%s%.*s %d", i ? ", " : "", STR(a.w.at[i].who.name), a.w.at[i].days);
    if (!str_eq(buf_str(&o), str_c(wanted)))
        fail_msg("waiting on %s: \"%.*s\", not \"%s\"", ours ? "us" : "them", STR(buf_str(&o)),
                 wanted);
}

#define ago_days(n) (200 * DAY - (n)*DAY)
static void from_ada(const char *name, int64_t at, const char *refs, const char *text)
{
    test_put((struct letter){ .id = name,
                              .from = "Ada <ada@bell.example>",
                              .to = "mia@pub.example",
                              .refs = refs,
                              .subject = "Lamp",
                              .text = text,
                              .at = at });
}
static void from_mia(const char *name, int64_t at, const char *refs, const char *text)
{
    test_put((struct letter){ .id = name,
                              .from = "mia@pub.example",
                              .to = "ada@bell.example",
                              .refs = refs,
                              .subject = "Re: Lamp",
                              .text = text,
                              .at = at });
}

/* WAIT-1: their last substantive message, a keeper in To, older than our usual answer time, at
 * least a day. */
static void test_wait_theirs(void **state)
{
    (void)state;
    from_ada("1@x", ago_days(5), "", "Could you mend my lamp by Friday?\n");
    waits_are(true, "Ada 5");
    waits_are(false, "");
    from_mia("2@x", ago_days(4), "1@x",
             "It stands here mended, come whenever you like and bring the cable.\n");
    waits_are(true, "");
    from_ada("3@x", 200 * DAY - 10 * HOUR, "1@x 2@x", "Which day suits you best for that?\n");
    waits_are(true, ""); /* not yet a day */
    house.now = TEST_NOW + DAY;
    waits_are(true, "Ada 1");
}

/* WAIT-2: ours with a question, 72 hours. */
static void test_wait_ours(void **state)
{
    (void)state;
    from_mia("1@x", ago_days(2), "", "Which cable does the lamp want?\n");
    waits_are(false, "");
    house.now = TEST_NOW + 2 * DAY;
    waits_are(false, "ada 4"); /* of whom only the address is known */
    from_ada("2@x", 201 * DAY, "1@x", "The long brown one with the switch in it.\n");
    waits_are(false, "");
}

/* WAIT-3: thanks opens nothing, and as our reply closes nothing. WAIT-4: "will do" is an answer. */
static void test_wait_thanks(void **state)
{
    (void)state;
    from_ada("1@x", ago_days(9), "", "Thanks!\n");
    waits_are(true, "");
    from_ada("2@x", ago_days(8), "1@x", "Could you mend my lamp by Friday?\n");
    from_mia("3@x", ago_days(7), "1@x 2@x", "Thank you!\n");
    waits_are(true, "Ada 8");
    from_mia("4@x", ago_days(6), "1@x 2@x 3@x", "Will do!\n");
    waits_are(true, "");
}

/* WAIT-5: a nudge doesn't restart the clock. */
static void test_wait_nudge(void **state)
{
    (void)state;
    from_ada("1@x", ago_days(9), "", "Could you mend my lamp by Friday?\n");
    from_ada("2@x", ago_days(3), "1@x", "Did you get my letter about the lamp?\n");
    waits_are(true, "Ada 9");
}

static err message_of_wait(struct ctx *c, void *out)
{
    *(id *)out =
        db_int(c, 0, SQL("SELECT node FROM message WHERE id=(SELECT max(message) FROM wait)"));
    return OK;
}

/* Which came first in the post says nothing: a question and its answer of one second, then two
 * questions of one second. */
static void test_wait_same_second(void **state)
{
    int64_t node[2] = { 0, 1 };
    for (int turned = 0; turned < 2; turned++) {
        if (turned) {
            assert_int_equal(test_close(state), 0);
            test_open(state);
        }
        for (int i = 0; i < 2; i++)
            if (i == turned)
                from_ada("1@x", ago_days(9), "", "Could you mend my lamp by Friday?\n");
            else from_mia("2@x", ago_days(9), "1@x", "It stands here mended, come and bring it.\n");
        waits_are(true, "");
        for (int i = 0; i < 2; i++)
            from_ada(i == turned ? "3@x" : "4@x", ago_days(5), "1@x 2@x",
                     i == turned ? "Which day suits you best?\n" : "And is the cable there?\n");
        waits_are(true, "Ada 5");
        assert_int_equal(test_read(message_of_wait, &node[turned]), OK);
    }
    assert_true(node[0] == node[1]);
}

/* An answer without ids finds its question of the same second in both orders of arrival. */
static void test_guess_same_second(void **state)
{
    for (int turned = 0; turned < 2; turned++) {
        if (turned) {
            assert_int_equal(test_close(state), 0);
            test_open(state);
        }
        for (int i = 0; i < 2; i++)
            if (i == turned)
                from_ada("1@x", ago_days(9), "", "Could you mend my lamp by Friday?\n");
            else from_mia("2@x", ago_days(9), "", "It stands here mended.\n");
        assert_int_equal(test_message("2@x").parent, test_message("1@x").id);
    }
}

static err count_contacts(struct ctx *c, void *out)
{
    *(id *)out = db_int(c, 0, SQL("SELECT count(*) FROM contact WHERE event=$1"),
                        I(log_find(c, hash_name(c->secret, S("2@x")))));
    return OK;
}

/* MAIL-16: an answer dated before what it answers answers it all the same. */
static void test_answer_by_a_wrong_clock(void **state)
{
    id n = 0;
    (void)state;
    for (int i = 0; i < 2; i++)
        test_put((struct letter){ .id = i ? "2@x" : "1@x",
                                  .from = i ? "Ada <ada@bell.example>" : "mia@pub.example",
                                  .to = "list@boats.example",
                                  .refs = i ? "1@x" : "",
                                  .subject = "Oars",
                                  .text = "Who has the long ones?\n",
                                  .at = (10 - i) * DAY,
                                  .class = TALK_LIST });
    assert_int_equal(test_read(count_contacts, &n), OK);
    assert_int_equal(n, 1); /* to Mia; a list is nobody */
}

/* WAIT-6: lists, machines, automatic answers, and a keeper only in Cc never open one. */
static void test_wait_never(void **state)
{
    static const talk_class classes[] = { TALK_AUTO_REPLY, TALK_CALENDAR, TALK_MACHINE, TALK_LIST,
                                          TALK_BULK };
    char name[16];
    (void)state;
    for (int i = 0; i < COUNT(classes); i++) {
        snprintf(name, sizeof name, "%d@x", i);
        test_put((struct letter){ .id = str_z(house.a, str_c(name)),
                                  .from = "Ada <ada@bell.example>",
                                  .to = "mia@pub.example",
                                  .subject = "Lamp?",
                                  .text = "Could you mend it?\n",
                                  .at = ago_days(9),
                                  .class = classes[i] });
    }
    test_put((struct letter){ .id = "cc@x",
                              .from = "Ada <ada@bell.example>",
                              .to = "bo@gmail.com",
                              .cc = "mia@pub.example",
                              .subject = "Vase",
                              .text = "Could you mend it?\n",
                              .at = ago_days(9) });
    waits_are(true, "");
}

static err close_deed(struct tx *t, void *arg)
{
    struct deed *d = arg;
    return talk_close(t, log_find(&t->c, hash_name(t->c.secret, str_c(d->what))), &d->event);
}

/* WAIT-7: closed by hand stays closed until newer mail; it can be taken back. */
static void test_wait_closed(void **state)
{
    (void)state;
    struct deed d = { .what = "1@x" };
    from_ada("1@x", ago_days(9), "", "Could you mend my lamp by Friday?\n");
    assert_int_equal(test_write(close_deed, &d), OK);
    waits_are(true, "");
    assert_int_equal(test_write(undo_deed, &d), OK);
    waits_are(true, "Ada 9");
    assert_int_equal(test_write(close_deed, &d), OK);
    from_ada("2@x", ago_days(4), "1@x", "And could you mend the other one as well?\n");
    waits_are(true, "Ada 4");
}

/* A split takes its waits along; none is lost or doubled. */
static void test_wait_split(void **state)
{
    (void)state;
    from_ada("1@x", ago_days(9), "", "Could you mend my lamp by Friday?\n");
    test_put((struct letter){ .id = "2@x",
                              .from = "Bo <bo@gmail.com>",
                              .to = "mia@pub.example",
                              .refs = "1@x",
                              .subject = "Chairs",
                              .text = "How many chairs do you want back?\n",
                              .at = ago_days(5) });
    waits_are(true, "Ada 9, Bo 5");
    struct deed d = { .what = "2@x" };
    assert_int_equal(test_write(do_deed, &d), OK);
    waits_are(true, "Ada 9, Bo 5");
    assert_int_equal(test_write(undo_deed, &d), OK);
    waits_are(true, "Ada 9, Bo 5");
}

/* ---- who may see --------------------------------------------------------- */

static err opening(struct tx *t, void *arg)
{
    struct deed *d = arg;
    return talk_open(t, log_find(&t->c, hash_name(t->c.secret, str_c(d->what))), d->event != 0);
}

static bool tom_sees(const char *name)
{
    struct named_message n = { .id = name };
    house.viewer = house.tom;
    bool sees = test_read(get_message, &n) == OK;
    house.viewer = house.mia;
    return sees;
}

static void test_open_and_shut(void **state)
{
    (void)state;
    from_ada("1@x", ago_days(9), "", "Could you mend my lamp by Friday?\n");
    test_put((struct letter){ .id = "t@x",
                              .from = "tom@pub.example",
                              .to = "ada@bell.example",
                              .refs = "1@x",
                              .subject = "Re: Lamp",
                              .text = "Mine.\n",
                              .at = ago_days(8) });
    assert_false(tom_sees("1@x"));
    assert_true(tom_sees("t@x"));
    struct deed d = { .what = "1@x", .event = 1 };
    assert_int_equal(test_write(opening, &d), OK);
    assert_int_equal(test_write(opening, &d), E_CONFLICT);
    assert_true(tom_sees("1@x"));
    from_mia("2@x", ago_days(7), "1@x", "Come in the morning.\n"); /* what comes later as well */
    assert_true(tom_sees("2@x"));
    d.event = 0;
    assert_int_equal(test_write(opening, &d), OK);
    assert_false(tom_sees("1@x"));
    assert_false(tom_sees("2@x"));
    assert_true(tom_sees("t@x")); /* his own */
}

int main(void)
{
#undef T
#define T(f) cmocka_unit_test_setup_teardown(f, test_open, test_close)
    const struct CMUnitTest tests[] = {
        T(test_threads),
        T(test_shuffled),
        T(test_split_and_back),
        T(test_guess_refused),
        T(test_join_and_back),
        T(test_broadcast),
        T(test_wait_theirs),
        T(test_wait_ours),
        T(test_wait_thanks),
        T(test_wait_nudge),
        T(test_wait_same_second),
        T(test_guess_same_second),
        T(test_answer_by_a_wrong_clock),
        T(test_wait_never),
        T(test_wait_closed),
        T(test_wait_split),
        T(test_open_and_shut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
