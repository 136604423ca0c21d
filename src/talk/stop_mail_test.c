/* SPDX-License-Identifier: GPL-3.0-or-later
 * stop_mail_test.c - Ada, whom Mia writes with, wants no more mail: what she writes, what the line
 * in the head of a letter leads to, and what then still goes out. */
#include "kit/mail/head_write.h"
#include "kit/mail/header.h"
#include "talk/house_test.h"
#include "talk/notice.h"
#include "talk/participant.h"
#include "talk/talk_mail.h"

/* ---- a channel that keeps what it carries -------------------------------------------- */

static struct str carried[10];
static int n_carried;
static err ready(struct ctx *c, struct channel_parcel *p)
{
    (void)c, (void)p;
    return OK;
}
static struct channel_result deliver(struct arena *a, const struct channel_parcel *p,
                                     const atomic_bool *cancel)
{
    (void)a, (void)cancel;
    assert_true(n_carried < COUNT(carried));
    carried[n_carried++] = str_fmt(house.a, "To: %.*s\n%.*s", STR(p->address), STR(p->raw));
    return (struct channel_result){ CHANNEL_HANDED, CHANNEL_SAYS_NOTHING, S("") };
}
static const struct post_channel keeping = { .number = CHANNEL_MAIL,
                                             .name = "keeping",
                                             .patience_s = 5 * DAY,
                                             .ready = ready,
                                             .deliver = deliver };
/* How many rows were looked at until then. */
static int carry(int64_t at)
{
    int n = 0;
    struct arena *a = arena_open((size_t)16 * MIB);
    house.now = at;
    test_clock(at);
    for (; outbox_step(house.s, a, NULL); n++) arena_clear(a);
    arena_close(a);
    return n;
}

static bool has(struct str raw, const char *words) { return str_find(raw, str_c(words)) >= 0; }

static int open_pub(void **state)
{
    if (test_open(state)) return -1;
    channel_add(&keeping);
    n_carried = 0;
    stop_rules.origin = S("");
    test_put((struct letter){ .id = "a@x",
                              .from = "Ada <ada@bell.example>",
                              .to = "mia@pub.example",
                              .subject = "Boat trip",
                              .text = "Shall we?\n",
                              .at = 60 * DAY });
    test_mailbox();
    return 0;
}
static int close_pub(void **state)
{
    unsetenv("SNUG_CLOCK");
    return test_close(state);
}

static err is_mute(struct ctx *c, void *out)
{
    struct person who;
    TRY(person_get(c, person_of_uri(c, S("mailto:ada@bell.example")), &who));
    *(bool *)out = who.mute;
    return OK;
}
static bool mute(void)
{
    bool yes = false;
    assert_int_equal(test_read(is_mute, &yes), OK);
    return yes;
}

/* ---- by mail ---------------------------------------------------------------------------- */

static err arrive(struct tx *t, void *arg)
{
    talk_arrived(t, log_find(&t->c, hash_name(t->c.secret, str_c(arg))), S(""));
    return OK;
}
static void arrived(struct letter l)
{
    l.at = 199 * DAY;
    test_put(l);
    assert_int_equal(test_write(arrive, (void *)l.id), OK);
}
static struct letter from_ada(const char *name, const char *text)
{
    return (struct letter){ .id = name,
                            .from = "Ada <ada@bell.example>",
                            .to = "bar@pub.example",
                            .refs = "a@x",
                            .subject = "Re: Boat trip",
                            .text = text };
}

static struct str called;
static err count_stopped(struct ctx *c, void *out)
{
    struct person_stopped list[5];
    *(int *)out = person_stopped(c, c->now - DAY, COUNT(list), list);
    if (*(int *)out) called = list[0].name;
    return OK;
}
static int stopped(void)
{
    int n = 0;
    assert_int_equal(test_read(count_stopped, &n), OK);
    return n;
}

static void stop_alone_on_her_first_line_acts_and_is_said_back_once(void **state)
{
    (void)state;
    arrived(from_ada("s@x", "\nSTOP.\n\n> Shall we?\n"));
    assert_true(mute());
    assert_int_equal(stopped(), 1);
    assert_true(str_eq(called, S("Ada")));
    assert_int_equal(carry(TEST_NOW), 1); /* also to who is not to be contacted: she asked for it */
    assert_int_equal(n_carried, 1);
    assert_true(has(carried[0], "To: ada@bell.example\n"));
    assert_true(has(carried[0], "Auto-Submitted: auto-replied\r\n"));
    assert_true(has(carried[0], "In-Reply-To: <s@x>\r\n") || has(carried[0], "In-Reply-To: s@x"));
    assert_true(has(carried[0], "Nobody at The Pub writes to you"));
    arrived(from_ada("t@x", "Stop\n"));
    assert_int_equal(carry(TEST_NOW), 0);
}

static void the_subject_of_the_line_in_the_head_does_as_well(void **state)
{
    (void)state;
    struct letter l = from_ada("s@x", "This mail was written by a program.\n");
    l.subject = "unsubscribe";
    arrived(l);
    assert_true(mute());
}

static void what_is_no_such_word_or_not_to_us_alone_stops_nothing(void **state)
{
    (void)state;
    arrived(from_ada("s1@x", "Stop by on Sunday?\n"));
    arrived(from_ada("s2@x", "Hello Mia,\nstop\n"));
    arrived(from_ada("s3@x", "> stop\nNot me.\n"));
    struct letter l = from_ada("s4@x", "Stop!\n");
    l.to = "bo@lind.example";
    l.cc = "mia@pub.example";
    arrived(l);
    l = from_ada("s5@x", "Stop!\n");
    l.class = TALK_AUTO_REPLY;
    arrived(l);
    l = from_ada("s6@x", "Stop!\n");
    l.from = "tom@pub.example"; /* one of ours */
    arrived(l);
    assert_false(mute());
    assert_int_equal(stopped(), 0);
    assert_int_equal(carry(TEST_NOW), 0);
}

struct telling {
    bool asked;
    person_mark mark;
    int64_t value;
};
static err mark_ada(struct tx *t, void *arg)
{
    const struct telling *x = arg;
    id ada = person_of_uri(&t->c, S("mailto:ada@bell.example"));
    return person_set_mark(t, ada, x->mark, x->value);
}
static void unmute(void)
{
    struct telling x = { .mark = MARK_MUTE };
    assert_int_equal(test_write(mark_ada, &x), OK);
}
static void a_keeper_can_take_the_mark_off(void **state)
{
    (void)state;
    arrived(from_ada("s@x", "Unsubscribe\n"));
    unmute();
    assert_false(mute());
    assert_int_equal(stopped(), 0);
}

/* ---- becoming one ------------------------------------------------------------------------- */

static const char ada_bell[] = "ada@bell.example", bo_lind[] = "bo@lind.example",
                  cy_gray[] = "cy@gmail.com";

struct pair {
    const char *stays, *goes;
};
static err become_one(struct tx *t, void *arg)
{
    const struct pair *x = arg;
    return person_merge(t, person_of_uri(&t->c, str_fmt(t->c.a, "mailto:%s", x->stays)),
                        person_of_uri(&t->c, str_fmt(t->c.a, "mailto:%s", x->goes)));
}
static void one(const char *stays, const char *goes)
{
    struct pair x = { stays, goes };
    assert_int_equal(test_write(become_one, &x), OK);
}
static err part(struct tx *t, void *gone) { return person_unmerge(t, *(id *)gone); }
static void two(id gone) { assert_int_equal(test_write(part, &gone), OK); }

struct asked {
    const char *address;
    bool may;
};
static err ask_gate(struct ctx *c, void *arg)
{
    struct asked *x = arg;
    struct person who;
    TRY(person_get(c, person_of_uri(c, str_fmt(c->a, "mailto:%s", x->address)), &who));
    x->may = person_may_be_written(&who, c->now);
    return OK;
}
static bool may_write(const char *address)
{
    struct asked x = { .address = address };
    assert_int_equal(test_read(ask_gate, &x), OK);
    return x.may;
}
static void meet_all(void)
{
    test_put((struct letter){ .id = "b@x",
                              .from = "Bo Lind <bo@lind.example>",
                              .to = "mia@pub.example",
                              .cc = "cy@gmail.com",
                              .subject = "Oars",
                              .text = "Two are enough.\n",
                              .at = 61 * DAY });
}

static void the_wish_of_either_holds_for_both_until_they_are_two_again(void **state)
{
    (void)state;
    meet_all();
    id gone = test_person(ada_bell);
    arrived(from_ada("s@x", "STOP\n"));
    assert_true(may_write(bo_lind));
    one(bo_lind, ada_bell);
    assert_false(may_write(bo_lind) || may_write(ada_bell));
    assert_int_equal(stopped(), 1);
    two(gone);
    assert_true(may_write(bo_lind));
    assert_false(may_write(ada_bell));
}

static void a_wish_goes_on_through_several_and_back(void **state)
{
    (void)state;
    meet_all();
    id gone = test_person(ada_bell);
    struct telling x = { .mark = MARK_MUTE, .value = 1 };
    assert_int_equal(test_write(mark_ada, &x), OK);
    one(bo_lind, ada_bell);
    one(cy_gray, bo_lind);
    assert_false(may_write(cy_gray));
    two(gone); /* what was the first of two steps */
    assert_true(may_write(cy_gray) && may_write(bo_lind));
    assert_false(may_write(ada_bell));
}

static void who_says_it_themselves_as_well_has_said_it(void **state)
{
    (void)state;
    meet_all();
    id gone = test_person(ada_bell);
    arrived(from_ada("s@x", "STOP\n"));
    one(bo_lind, ada_bell);
    struct letter l = from_ada("t@x", "STOP\n");
    l.from = "Bo <bo@lind.example>";
    arrived(l);
    two(gone);
    assert_false(may_write(bo_lind) || may_write(ada_bell));
}

static void a_keeper_takes_the_mark_off_the_one_they_became(void **state)
{
    (void)state;
    meet_all();
    arrived(from_ada("s@x", "STOP\n"));
    one(bo_lind, ada_bell);
    unmute();
    assert_true(may_write(bo_lind) && may_write(ada_bell));
    assert_int_equal(stopped(), 0);
}

/* ---- by the line in the head -------------------------------------------------------------- */

struct way_out {
    struct str head, token;
    struct stop found;
};
static err make_way(struct ctx *c, void *arg)
{
    struct way_out *w = arg;
    struct buf o = { .a = house.a };
    struct head_out h = { &o, S("") };
    int64_t ada = hash_name(c->secret, S("mailto:ada@bell.example"));
    stop_head(c, &h, ada, STOP_HOUSE, S("bar@pub.example"));
    w->head = buf_str(&o);
    w->token = str_dup(house.a, stop_token(c, ada, STOP_HOUSE));
    return stop_find(c, w->token, &w->found);
}
static err find_way(struct ctx *c, void *arg)
{
    struct way_out *w = arg;
    return stop_find(c, w->token, &w->found);
}

static void a_token_is_good_for_one_handle_and_one_thing(void **state)
{
    (void)state;
    struct way_out w = { .token = S("") };
    assert_int_equal(test_read(make_way, &w), OK);
    assert_true(w.found.person == test_person("ada@bell.example"));
    assert_int_equal(w.found.scope, STOP_HOUSE);
    char *own = str_z(house.a, w.token);
    for (ptrdiff_t i = 0; i < w.token.n; i++) { /* no letter of it can be another */
        char was = own[i];
        own[i] = was == 'm' ? 'a' : 'm';
        w.token = str_c(own);
        assert_int_equal(test_read(find_way, &w), E_NOTFOUND);
        own[i] = was;
    }
    w.token = S("");
    assert_int_equal(test_read(find_way, &w), E_NOTFOUND);
}

/* Keyed BLAKE2b as RFC 7693 has it, worked out elsewhere: letters that went out hold such tokens.
 */
static err make_tokens(struct ctx *c, void *arg)
{
    struct stop found;
    (void)arg;
    assert_true(
        str_eq(stop_token(c, 7, STOP_HOUSE), S("0000000000000007hbtymlalxuorb3xbavsrp2zayvu")));
    assert_true(
        str_eq(stop_token(c, -2, STOP_MORNING), S("fffffffffffffffemgxxfonhj264ja7vzwevlesaez4")));
    TRY(stop_find(c, S("fffffffffffffffemgxxfonhj264ja7vzwevlesaez4"), &found));
    assert_true(found.handle == -2 && found.scope == STOP_MORNING && !found.person);
    return OK;
}
static void a_token_stays_as_it_went_out(void **state)
{
    (void)state;
    assert_int_equal(test_read(make_tokens, NULL), OK);
}

static void the_line_leads_to_a_page_where_the_house_has_one(void **state)
{
    (void)state;
    struct way_out w = { .token = S("") };
    assert_int_equal(test_read(make_way, &w), OK);
    assert_true(
        str_eq(w.head, S("List-Unsubscribe: <mailto:bar@pub.example?subject=unsubscribe>\r\n")));
    stop_rules.origin = S("https://pub.example");
    assert_int_equal(test_read(make_way, &w), OK);
    struct headers h = headers_read(house.a, str_fmt(house.a, "%.*s\r\n", STR(w.head)));
    struct str want = str_fmt(house.a, "<https://pub.example/stop/%.*s>", STR(w.token));
    assert_true(str_begins(str_trim(headers_get(&h, S("List-Unsubscribe"))), want));
    assert_true(
        str_eq(headers_get(&h, S("List-Unsubscribe-Post")), S("List-Unsubscribe=One-Click")));
    stop_rules.origin = S("");
}

/* ---- the gate: who asked, who is left in peace ----------------------------------------------- */

static err tell(struct tx *t, void *arg)
{
    struct telling *x = arg;
    if (x->mark) TRY(mark_ada(t, arg));
    struct notice_letter n = { .name = S("Ada"),
                               .address = S("ada@bell.example"),
                               .subject = S("Your way in"),
                               .text = S("Here it is.\n"),
                               .asked = x->asked };
    return notice_send(t, &n);
}
static int sent(bool asked, person_mark mark, int64_t value)
{
    struct telling x = { asked, mark, value };
    assert_int_equal(test_write(tell, &x), OK);
    n_carried = 0;
    (void)carry(house.now);
    return n_carried;
}

static void who_asked_gets_it_whatever_they_said_before(void **state)
{
    (void)state;
    assert_int_equal(sent(false, MARK_MUTE, 1), 0);
    assert_int_equal(sent(true, 0, 0), 1);
    assert_int_equal(sent(true, MARK_MUTE, 0), 1);
    assert_int_equal(sent(true, MARK_PAUSED, TEST_NOW + 9 * DAY), 1);
    assert_int_equal(sent(true, MARK_LEFT, TEST_NOW - DAY), 0); /* another may have the address */
    assert_int_equal(sent(true, MARK_LEFT, 0), 1);
    assert_int_equal(sent(true, MARK_DEAD, TEST_NOW - DAY), 0);
}

static err next_at(struct ctx *c, void *out)
{
    *(int64_t *)out = db_int(c, 0, SQL("SELECT next_at FROM outbox WHERE state=0 /* scan */"));
    return OK;
}
static err end_pause(struct tx *t, void *unused)
{
    (void)unused;
    id ada = person_of_uri(&t->c, S("mailto:ada@bell.example"));
    return person_set_mark(t, ada, MARK_PAUSED, 0);
}

static void what_is_queued_goes_when_the_pause_ends(void **state)
{
    (void)state;
    int64_t until = TEST_NOW + 9 * DAY + 600, next = 0;
    assert_int_equal(sent(false, MARK_PAUSED, until), 0);
    assert_int_equal(test_read(next_at, &next), OK);
    assert_int_equal(next, TEST_NOW + HOUR);
    assert_int_equal(carry(until - 600), 1); /* looked at, and left */
    assert_int_equal(test_read(next_at, &next), OK);
    assert_int_equal(next, until);
    assert_int_equal(n_carried, 0);
    assert_int_equal(carry(until), 1); /* nine days: longer than mail is tried */
    assert_int_equal(n_carried, 1);
}

static void a_pause_that_ends_early_is_noticed(void **state)
{
    (void)state;
    assert_int_equal(sent(false, MARK_PAUSED, TEST_NOW + 90 * DAY), 0);
    assert_int_equal(test_write(end_pause, NULL), OK);
    assert_int_equal(carry(TEST_NOW + HOUR), 1);
    assert_int_equal(n_carried, 1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_pub, close_pub)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(stop_alone_on_her_first_line_acts_and_is_said_back_once),
        TEST(the_subject_of_the_line_in_the_head_does_as_well),
        TEST(what_is_no_such_word_or_not_to_us_alone_stops_nothing),
        TEST(a_keeper_can_take_the_mark_off),
        TEST(the_wish_of_either_holds_for_both_until_they_are_two_again),
        TEST(a_wish_goes_on_through_several_and_back),
        TEST(who_says_it_themselves_as_well_has_said_it),
        TEST(a_keeper_takes_the_mark_off_the_one_they_became),
        TEST(a_token_is_good_for_one_handle_and_one_thing),
        TEST(a_token_stays_as_it_went_out),
        TEST(the_line_leads_to_a_page_where_the_house_has_one),
        TEST(who_asked_gets_it_whatever_they_said_before),
        TEST(what_is_queued_goes_when_the_pause_ends),
        TEST(a_pause_that_ends_early_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
