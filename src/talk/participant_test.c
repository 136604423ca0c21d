/* SPDX-License-Identifier: GPL-3.0-or-later
 * participant_test.c - Mia keeps the pub. Ada writes to her; Bo is asked in and reads by mail, Cy
 * in the browser. What each of them was given stands above each test. */
#include "talk/participant.h"

#include "talk/erase.h"
#include "talk/house_test.h"

static const struct letter letters[] = {
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
    { .id = "other@x",
      .from = "Bo <bo@gmail.com>",
      .to = "mia@pub.example",
      .subject = "A table",
      .text = "For two?\n",
      .at = 61 * DAY },
    { .id = "more@x",
      .from = "Cy <cy@gmail.com>",
      .to = "mia@pub.example",
      .subject = "Chairs",
      .text = "Four.\n",
      .at = 61 * DAY },
};
static struct letter later(const char *name, const char *from, const char *to)
{
    return (struct letter){ .id = name,
                            .from = from,
                            .to = to,
                            .refs = "a@x b@x",
                            .subject = "Re: Boat trip",
                            .text = "On Sunday then.\n",
                            .at = 64 * DAY };
}

static int open_talk(void **state)
{
    if (test_open(state)) return -1;
    for (int i = 0; i < COUNT(letters); i++) test_put(letters[i]);
    return 0;
}

/* ---- asking --------------------------------------------------------------- */

struct adding {
    const char *about, *who;
    channel way;
    bool past;
    id event;
};
static err add_one(struct tx *t, void *arg)
{
    struct adding *x = arg;
    struct str uri = str_fmt(t->c.a, "mailto:%s", x->who);
    struct participant_new n = { .message =
                                     log_find(&t->c, hash_name(t->c.secret, str_c(x->about))),
                                 .person = person_of_uri(&t->c, uri),
                                 .way = x->way,
                                 .uri = uri,
                                 .past = x->past };
    return talk_add(t, &n, &x->event);
}
static id add(const char *who, channel way, bool past)
{
    struct adding x = { .about = "a@x", .who = who, .way = way, .past = past };
    assert_int_equal(test_write(add_one, &x), OK);
    return x.event;
}
static err leave(struct tx *t, void *arg) { return talk_part(t, *(id *)arg); }

/* Whom the message goes to by mail, "bo@gmail.com ". */
struct passing {
    const char *id;
    struct str to;
};
static err pass_one(struct tx *t, void *arg)
{
    struct passing *p = arg;
    struct participants to;
    struct buf o = { .a = house.a };
    talk_pass(t, log_find(&t->c, hash_name(t->c.secret, str_c(p->id))), &to);
    for (int i = 0; i < to.n; i++) {
        if (to.at[i].way != CHANNEL_MAIL) continue;
        buf_add(&o, str_from(to.at[i].uri, 7));
        buf_char(&o, ' ');
    }
    p->to = buf_str(&o);
    return OK;
}
static void passes_to(const char *name, const char *to)
{
    struct passing p = { .id = name };
    assert_int_equal(test_write(pass_one, &p), OK);
    if (!str_eq(p.to, str_c(to))) fail_msg("%s goes to '%.*s'", name, STR(p.to));
}

static bool sees(const char *who, const char *message)
{
    struct named_message n = { .id = message };
    id before = house.viewer;
    house.viewer = test_person(who);
    err e = test_read(get_message, &n);
    house.viewer = before;
    return e == OK;
}

/* ---- from now on, or with the past ---------------------------------------- */

static void who_is_added_sees_what_comes_from_then_on(void **state)
{
    (void)state;
    add("cy@gmail.com", CHANNEL_WEB, false);
    add("bo@gmail.com", CHANNEL_MAIL, false);
    assert_false(sees("cy@gmail.com", "a@x"));
    test_put(later("c@x", "Ada <ada@bell.example>", "mia@pub.example"));
    assert_false(sees("cy@gmail.com", "c@x")); /* only once it is passed on */
    passes_to("c@x", "bo@gmail.com ");
    assert_true(sees("cy@gmail.com", "c@x"));
    assert_false(sees("cy@gmail.com", "a@x"));
    assert_false(sees("cy@gmail.com", "other@x"));
    assert_false(sees("ada@bell.example", "c@x"));
    passes_to("c@x", ""); /* once */
}

static void the_past_is_given_when_it_is_said(void **state)
{
    (void)state;
    add("cy@gmail.com", CHANNEL_WEB, true);
    assert_true(sees("cy@gmail.com", "a@x"));
    assert_true(sees("cy@gmail.com", "b@x"));
    assert_false(sees("cy@gmail.com", "other@x"));
}

/* Nobody gets a second copy of what reached them by their own mail. */
static void not_its_writer_nor_whom_it_was_written_to(void **state)
{
    (void)state;
    add("bo@gmail.com", CHANNEL_MAIL, false);
    add("cy@gmail.com", CHANNEL_MAIL, false);
    test_put(later("c@x", "Bo <bo@gmail.com>", "mia@pub.example"));
    passes_to("c@x", "ada@bell.example cy@gmail.com ");
    test_put(later("d@x", "Bo <bo@gmail.com>", "mia@pub.example, cy@gmail.com"));
    passes_to("d@x", "ada@bell.example ");
    test_put(later("e@x", "mia@pub.example", "ada@bell.example"));
    passes_to("e@x", "bo@gmail.com cy@gmail.com ");
}

/* A stranger who got hold of an id, a machine, and an answer nobody wrote reach the keepers only.
 */
static void what_strangers_and_machines_write_stays_with_the_keepers(void **state)
{
    (void)state;
    add("bo@gmail.com", CHANNEL_MAIL, false);
    test_put(later("c@x", "Eve <eve@else.example>", "mia@pub.example"));
    passes_to("c@x", "");
    struct letter away = later("d@x", "Ada <ada@bell.example>", "mia@pub.example");
    away.class = TALK_AUTO_REPLY;
    test_put(away);
    passes_to("d@x", "");
    test_put(later("e@x", "Ada <ada@bell.example>", "mia@pub.example"));
    passes_to("e@x", "bo@gmail.com ");
}

static void who_leaves_keeps_what_was_given_and_gets_no_more(void **state)
{
    (void)state;
    id cy = add("cy@gmail.com", CHANNEL_WEB, true);
    assert_int_equal(test_write(leave, &cy), OK);
    test_put(later("c@x", "Ada <ada@bell.example>", "mia@pub.example"));
    passes_to("c@x", "");
    assert_true(sees("cy@gmail.com", "a@x"));
    assert_false(sees("cy@gmail.com", "c@x"));
    assert_int_equal(test_write(leave, &cy), E_NOTFOUND);
}

/* Conversations that become one later show nobody what they were not given. */
static err join_them(struct tx *t, void *unused)
{
    id event;
    (void)unused;
    return talk_join(t, log_find(&t->c, hash_name(t->c.secret, S("other@x"))),
                     log_find(&t->c, hash_name(t->c.secret, S("a@x"))), &event);
}
static void joining_gives_nothing_away(void **state)
{
    (void)state;
    add("cy@gmail.com", CHANNEL_WEB, true);
    assert_int_equal(test_write(join_them, NULL), OK);
    assert_false(sees("cy@gmail.com", "other@x"));
    test_put(later("c@x", "Ada <ada@bell.example>", "mia@pub.example"));
    passes_to("c@x", "");
    assert_true(sees("cy@gmail.com", "c@x"));
    test_put(later("d@x", "Bo <bo@gmail.com>", "mia@pub.example")); /* was not added */
    passes_to("d@x", "");
    assert_false(sees("cy@gmail.com", "d@x"));
}

/* ---- who may ---------------------------------------------------------------- */

static err stop_writing(struct tx *t, void *arg)
{
    return person_set_mark(t, test_person(arg), MARK_MUTE, 1);
}
static void refused_are_marks_doubles_strangers_and_foreign_conversations(void **state)
{
    (void)state;
    struct adding x = { .about = "a@x", .who = "bo@gmail.com", .way = CHANNEL_MAIL };
    add("cy@gmail.com", CHANNEL_WEB, false);
    struct adding again = { .about = "b@x", .who = "cy@gmail.com", .way = CHANNEL_MAIL };
    assert_int_equal(test_write(add_one, &again), E_CONFLICT);
    house.viewer = house.tom;
    assert_int_equal(test_write(add_one, &x), E_NOTFOUND);
    house.viewer = house.mia;
    x.way = CHANNEL_FEDIVERSE;
    assert_int_equal(test_write(add_one, &x), E_INVALID);
    x.way = CHANNEL_MAIL;
    assert_int_equal(test_write(stop_writing, (void *)"bo@gmail.com"), OK);
    assert_int_equal(test_write(add_one, &x), E_DENIED);
}

/* ---- persons that become one, or two ---------------------------------------- */

static err merge(struct tx *t, void *unused)
{
    (void)unused;
    return person_merge(t, test_person("bo@gmail.com"), test_person("cy@gmail.com"));
}
static err unmerge(struct tx *t, void *arg) { return person_unmerge(t, *(id *)arg); }
static void a_wrong_merge_gives_nothing_for_good(void **state)
{
    (void)state;
    add("cy@gmail.com", CHANNEL_WEB, true);
    id cy = test_person("cy@gmail.com");
    assert_int_equal(test_write(merge, NULL), OK);
    assert_true(sees("bo@gmail.com", "a@x")); /* they are one now */
    assert_int_equal(test_write(unmerge, &cy), OK);
    assert_true(sees("cy@gmail.com", "a@x"));
    assert_false(sees("bo@gmail.com", "a@x"));
}

/* ---- reply addresses --------------------------------------------------------- */

static err tokens(struct ctx *c, void *arg)
{
    const id *of = arg;
    struct str bo = str_dup(c->a, reply_token(c, of[0])), cy = reply_token(c, of[1]);
    assert_int_equal(bo.n, HASH_WORD);
    assert_false(str_eq(bo, cy));
    assert_int_equal(reply_token_find(c, bo), of[0]);
    assert_int_equal(reply_token_find(c, cy), of[1]);
    struct str other = str_fmt(c->a, "%c%.*s", bo.p[0] == 'a' ? 'b' : 'a', STR(str_from(bo, 1)));
    assert_int_equal(reply_token_find(c, other), 0);
    struct buf loud = { .a = c->a };
    for (ptrdiff_t i = 0; i < bo.n; i++)
        buf_char(&loud, bo.p[i] >= 'a' ? (char)(bo.p[i] - 'a' + 'A') : bo.p[i]);
    assert_int_equal(reply_token_find(c, buf_str(&loud)), of[0]);
    assert_int_equal(reply_token_find(c, S("aaaa")), 0);
    return OK;
}
static void a_token_names_one_participation(void **state)
{
    (void)state;
    id of[] = { add("bo@gmail.com", CHANNEL_MAIL, false), add("cy@gmail.com", CHANNEL_WEB, false) };
    assert_int_equal(test_read(tokens, of), OK);
}

/* ---- erasing ------------------------------------------------------------------ */

static err erase_cy(struct tx *t, void *unused)
{
    struct erase_plan p;
    (void)unused;
    TRY(erase_person_plan(&t->c, test_person("cy@gmail.com"), &p));
    return erase_do(t, &p, ERASE_ASKED);
}
static void who_is_erased_takes_part_no_more(void **state)
{
    (void)state;
    id cy = add("cy@gmail.com", CHANNEL_MAIL, true), who = test_person("cy@gmail.com");
    assert_int_equal(test_write(erase_cy, NULL), OK);
    assert_int_equal(test_write(leave, &cy), E_NOTFOUND);
    struct named_message n = { .id = "a@x" };
    house.viewer = who;
    assert_int_equal(test_read(get_message, &n), E_NOTFOUND);
    house.viewer = house.mia;
}

/* ---- somebody the house has not met ---------------------------------------- */

struct typing {
    const char *address, *name;
    channel way;
    id event;
};
static err add_typed(struct tx *t, void *arg)
{
    struct typing *x = arg;
    struct meeting m;
    TRY(talk_typed(&t->c, str_c(x->address), str_c(x->name), &m));
    struct participant_new n = { .message = log_find(&t->c, hash_name(t->c.secret, S("a@x"))),
                                 .way = x->way,
                                 .uri = S(""),
                                 .meet = &m };
    return talk_add(t, &n, &x->event);
}
static err typed(const char *address, const char *name, channel way, id *event)
{
    struct typing x = { address, name, way, 0 };
    err e = test_write(add_typed, &x);
    if (event) *event = x.event;
    return e;
}
static id met(const char *address, const char *name, channel way)
{
    id event;
    assert_int_equal(typed(address, name, way, &event), OK);
    return event;
}

struct named {
    id person;
    struct str name;
};
static err name_of(struct ctx *c, void *arg)
{
    struct named *n = arg;
    struct person p;
    TRY(person_get(c, n->person, &p));
    n->name = str_dup(house.a, p.name);
    return OK;
}

static err get_data(struct ctx *c, void *arg)
{
    struct event x;
    struct named *n = arg;
    TRY(log_get(c, n->person, &x));
    n->name = str_dup(house.a, x.data);
    return OK;
}
static bool stands_in_event(id event, struct str word)
{
    struct named n = { .person = event };
    assert_int_equal(test_read(get_data, &n), OK);
    return str_find(n.name, word) >= 0;
}

static void an_address_is_met_by_being_added(void **state)
{
    (void)state;
    met("dee@gmail.com", "Dee Dorn", CHANNEL_MAIL);
    met("eli@gmail.com", "", CHANNEL_WEB);
    struct named dee = { .person = test_person("dee@gmail.com") },
                 eli = { .person = test_person("eli@gmail.com") };
    assert_int_equal(test_read(name_of, &dee), OK);
    assert_int_equal(test_read(name_of, &eli), OK);
    assert_true(str_eq(dee.name, S("Dee Dorn")));
    assert_true(str_eq(eli.name, S("eli")));
    test_put(later("c@x", "Ada <ada@bell.example>", "mia@pub.example"));
    passes_to("c@x", "dee@gmail.com ");
    assert_true(sees("eli@gmail.com", "c@x"));
    assert_false(sees("eli@gmail.com", "a@x"));
    assert_int_equal(typed("Dee@gmail.com", "", CHANNEL_MAIL, NULL), E_CONFLICT);
}

static void a_known_address_is_who_it_was(void **state)
{
    (void)state;
    id before = test_person("bo@gmail.com"), event = met("bo@gmail.com", "Robert", CHANNEL_MAIL);
    assert_int_equal(test_person("bo@gmail.com"), before);
    assert_false(stands_in_event(event, S("Robert")));
    test_put(later("c@x", "Ada <ada@bell.example>", "mia@pub.example"));
    passes_to("c@x", "bo@gmail.com ");
}

static void what_is_no_address_or_a_machine_is_not_met(void **state)
{
    (void)state;
    assert_int_equal(typed("dee", "", CHANNEL_MAIL, NULL), E_INVALID);
    assert_int_equal(typed("dee@gmail.com eli@gmail.com", "", CHANNEL_MAIL, NULL), E_INVALID);
    assert_int_equal(typed("no-reply@shop.example", "", CHANNEL_MAIL, NULL), E_DENIED);
    assert_int_equal(test_person("dee@gmail.com"), 0);
    assert_int_equal(test_person("no-reply@shop.example"), 0);
}

static err erase_dee(struct tx *t, void *unused)
{
    struct erase_plan p;
    (void)unused;
    TRY(erase_person_plan(&t->c, test_person("dee@dorn.example"), &p));
    return erase_do(t, &p, ERASE_ASKED);
}

static void who_was_met_so_is_erased_from_there(void **state)
{
    (void)state;
    id event = met("dee@dorn.example", "Dee Dorn", CHANNEL_MAIL),
       other = met("eli@gmail.com", "Eli Elm", CHANNEL_MAIL);
    assert_true(stands_in_event(event, S("dee@dorn.example")));
    assert_true(stands_in_event(event, S("Dee Dorn")));
    assert_int_equal(test_write(erase_dee, NULL), OK);
    assert_false(stands_in_event(event, S("dee")));
    assert_false(stands_in_event(event, S("Dee")));
    assert_false(stands_in_event(event, S("dorn"))); /* nor the domain, which nobody else has */
    assert_true(stands_in_event(other, S("Eli Elm")));
    test_put(later("c@x", "Ada <ada@bell.example>", "mia@pub.example"));
    passes_to("c@x", "eli@gmail.com ");
}

static void who_was_erased_may_be_met_again(void **state)
{
    (void)state;
    met("dee@dorn.example", "Dee Dorn", CHANNEL_MAIL);
    assert_int_equal(test_write(erase_dee, NULL), OK);
    met("dee@dorn.example", "Dee", CHANNEL_MAIL);
    struct named dee = { .person = test_person("dee@dorn.example") };
    assert_int_equal(test_read(name_of, &dee), OK);
    assert_true(str_eq(dee.name, S("Dee")));
    test_put(later("c@x", "Ada <ada@bell.example>", "mia@pub.example"));
    passes_to("c@x", "dee@dorn.example ");
}

/* ---- saying something ------------------------------------------------------- */

static err put_many(struct tx *t, void *n)
{
    struct letter l = later("", "Cy <cy@gmail.com>", "mia@pub.example");
    l.at = TEST_NOW - TEST_START - 59 * MINUTE;
    for (int i = 0; i < *(int *)n; i++) {
        l.id = str_z(t->c.a, str_fmt(t->c.a, "many%d.%d@x", *(int *)n, i));
        TRY(put_letter(t, &l));
    }
    return OK;
}
struct words {
    struct str words;
    id who;
};
static err read_words(struct ctx *c, void *arg)
{
    struct words *x = arg;
    TRY(talk_say_words(c, x->who, x->words, &x->words));
    x->words = str_dup(house.a, x->words);
    return OK;
}

static void words_are_some_not_too_many_and_not_too_often(void **state)
{
    (void)state;
    int most = 59, one = 1;
    struct words x = { .words = S(" \n"), .who = test_person("cy@gmail.com") };
    assert_int_equal(test_read(read_words, &x), E_INVALID);
    char *long_words = NEW(house.a, char, TALK_SAY_BYTES + 1);
    memset(long_words, 'a', TALK_SAY_BYTES + 1);
    x.words = (struct str){ long_words, TALK_SAY_BYTES + 1 };
    assert_int_equal(test_read(read_words, &x), E_INVALID);
    x.words.n--;
    assert_int_equal(test_read(read_words, &x), OK);
    assert_int_equal(test_write(put_many, &most), OK);
    x.words = S(" Four, then. ");
    assert_int_equal(test_read(read_words, &x), OK);
    assert_true(str_eq(x.words, S("Four, then.")));
    assert_int_equal(test_write(put_many, &one), OK);
    assert_int_equal(test_read(read_words, &x), E_INVALID);
    house.now += MINUTE; /* when the first of them are an hour old */
    assert_int_equal(test_read(read_words, &x), OK);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_talk, test_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(who_is_added_sees_what_comes_from_then_on),
        TEST(the_past_is_given_when_it_is_said),
        TEST(not_its_writer_nor_whom_it_was_written_to),
        TEST(what_strangers_and_machines_write_stays_with_the_keepers),
        TEST(who_leaves_keeps_what_was_given_and_gets_no_more),
        TEST(joining_gives_nothing_away),
        TEST(refused_are_marks_doubles_strangers_and_foreign_conversations),
        TEST(a_wrong_merge_gives_nothing_for_good),
        TEST(a_token_names_one_participation),
        TEST(who_is_erased_takes_part_no_more),
        TEST(an_address_is_met_by_being_added),
        TEST(a_known_address_is_who_it_was),
        TEST(what_is_no_address_or_a_machine_is_not_met),
        TEST(who_was_met_so_is_erased_from_there),
        TEST(who_was_erased_may_be_met_again),
        TEST(words_are_some_not_too_many_and_not_too_often),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
