/* SPDX-License-Identifier: GPL-3.0-or-later
 * thread_mail_test.c - Ada's letters to Mia, each with other lines of its place, and what an answer
 * to it names. */
#include "talk/thread_mail.h"

#include "kit/mail/header.h"
#include "talk/house_test.h"
#include "talk/participant.h"
#include "talk/talk_mail.h"

struct coming {
    struct str lines; /* of the head, besides who, when and what */
    const char *subject, *words;
    int64_t at;
    id message;
};
static err come(struct tx *t, void *arg)
{
    struct coming *x = arg;
    struct mail_result r;
    struct str why = S("");
    struct str raw = str_fmt(t->c.a,
                             "From: Ada Berg <ada@berg.example>\nTo: mia@pub.example\n"
                             "Subject: %s\n%.*s\n%s\n",
                             x->subject, STR(x->lines), x->words);
    assert_int_equal(talk_own_read(t->c.a, raw, &r, &why), OK);
    x->message = talk_own_take(t, &r, TEST_NOW - 30 * DAY + x->at, CHANNEL_NONE);
    return OK;
}
static id letter(struct str lines, const char *subject, int64_t at)
{
    struct coming x = { .lines = lines, .subject = subject, .at = at };
    x.words = str_z(house.a, str_fmt(house.a, "Word %" PRId64 ".", at));
    assert_int_equal(test_write(come, &x), OK);
    return x.message;
}

struct asked {
    id message;
    struct thread_place place;
    struct str made;
    int64_t key, node;
};
static struct mail_ids kept(struct mail_ids l)
{
    struct mail_ids out = { NEW(house.a, struct str, l.n + 1), l.n };
    for (int i = 0; i < l.n; i++) out.at[i] = str_dup(house.a, l.at[i]);
    return out;
}
static err ask(struct ctx *c, void *arg)
{
    struct asked *x = arg;
    struct message m;
    TRY(talk_message(c, x->message, &m));
    thread_of(c, &m, S("pub.example"), &x->place);
    x->place = (struct thread_place){ kept(x->place.in_reply_to), kept(x->place.references) };
    struct headers head = thread_head(c, &m);
    x->made = str_dup(house.a, thread_id(c, &m, &head, S("pub.example")));
    x->key = thread_key(c, x->made);
    x->node = db_int(c, 0, SQL("SELECT node FROM message WHERE id=$1"), I(m.id));
    return OK;
}
static struct asked place_of(id message)
{
    struct asked x = { .message = message };
    assert_int_equal(test_read(ask, &x), OK);
    return x;
}
/* "q0 q1": the references; the last one is what is answered. */
static void names(id message, const char *want)
{
    struct asked x = place_of(message);
    struct buf o = { .a = house.a };
    for (int i = 0; i < x.place.references.n; i++)
        buf_fmt(&o, "%s%.*s", i ? " " : "", STR(x.place.references.at[i]));
    assert_string_equal(str_z(house.a, buf_str(&o)), want);
    assert_int_equal(x.place.in_reply_to.n, *want ? 1 : 0);
    if (*want)
        assert_true(
            str_eq(x.place.in_reply_to.at[0], x.place.references.at[x.place.references.n - 1]));
}

/* RFC 5322, 3.6.4. */
static void an_answer_names_what_its_parent_names(void **state)
{
    (void)state;
    names(letter(S("Message-ID: <q0@x>\n"), "Oars", 1), "q0@x");
    names(letter(S("Message-ID: <q1@x>\nIn-Reply-To: <q0@x>\n"), "Re: Oars", 2), "q0@x q1@x");
    names(letter(S("Message-ID: <q2@x>\nReferences: <q0@x> <q1@x>\nIn-Reply-To: <q9@x>\n"),
                 "Re: Oars", 3),
          "q0@x q1@x q2@x");
    names(letter(S("Message-ID: <q3@x>\nIn-Reply-To: <q1@x> <q2@x>\n"), "Re: Oars", 4), "q3@x");
    names(letter(S("Message-ID: <q4@x>\nReferences: <q4@x> <q0@x> <q0@x>\n"), "Re: Oars", 5),
          "q0@x q4@x");
}

static err join(struct tx *t, void *arg)
{
    id *of = arg, event;
    return talk_join(t, of[0], of[1], &event);
}
static void what_was_put_somewhere_stands_behind_that(void **state)
{
    (void)state;
    (void)letter(S("Message-ID: <q0@x>\n"), "Oars", 1);
    id q1 = letter(S("Message-ID: <q1@x>\nIn-Reply-To: <q0@x>\n"), "Re: Oars", 2),
       bare = letter(S("Message-ID: <n1@x>\n"), "From my phone", 3);
    id guessed = letter(S("Message-ID: <g1@x>\n"), "Re: Oars", 4);
    names(bare, "n1@x");
    names(guessed, "g1@x"); /* it was found by its subject */
    assert_int_equal(test_message("g1@x").conversation, test_message("q0@x").conversation);
    assert_int_equal(test_write(join, (id[]){ bare, q1 }), OK);
    names(bare, "q0@x q1@x n1@x");
}

static err add(struct tx *t, void *arg)
{
    id event;
    struct meeting bo;
    TRY(talk_typed(&t->c, S("bo@gmail.com"), S("Bo"), &bo));
    struct participant_new n = { .message = *(id *)arg, .way = CHANNEL_MAIL, .meet = &bo };
    return talk_add(t, &n, &event);
}
static void a_letter_without_an_id_gets_one_when_others_have_it(void **state)
{
    (void)state;
    id nameless = letter(S(""), "Oars", 1), other = letter(S("Message-ID: <o@x>\n"), "Else", 2);
    names(nameless, "");
    assert_int_equal(place_of(other).made.n, 0);
    assert_int_equal(test_write(add, &nameless), OK);
    struct asked x = place_of(nameless);
    names(nameless, str_z(house.a, x.made));
    assert_true(str_ends(x.made, S("@pub.example")));
    assert_true(x.key == x.node);
    /* what comes back to it hangs below it; a made-up one leads nowhere */
    struct str good = str_fmt(house.a, "Message-ID: <r1@x>\nIn-Reply-To: <%.*s>\n", STR(x.made)),
               bad = str_fmt(house.a, "Message-ID: <r2@x>\nIn-Reply-To: <0%.*s>\n",
                             STR(str_from(x.made, 1)));
    assert_true(*x.made.p != '0');
    id answer = letter(good, "Row", 3);
    assert_int_equal(test_message("r1@x").parent, nameless);
    (void)letter(bad, "Row on", 4);
    assert_int_equal(test_message("r2@x").parent, 0);
    names(answer, str_z(house.a, str_fmt(house.a, "%.*s r1@x", STR(x.made))));
}

/* Keyed BLAKE2b as RFC 7693 has it, worked out elsewhere: copies went out under such ids. */
static err read_ids(struct ctx *c, void *arg)
{
    static const struct str good =
                                S_INIT("fffffffffffffffe.5myta5oreezcjnaysln2uxzpty@pub.example"),
                            bad[] = {
                                S_INIT("ffffffffffffffff.5myta5oreezcjnaysln2uxzpty@pub.example"),
                                S_INIT("fffffffffffffffe+5myta5oreezcjnaysln2uxzpty@pub.example"),
                                S_INIT("fffffffffffffffe.5myta5oreezcjnaysln2uxzptz@pub.example")
                            };
    (void)arg;
    assert_true(thread_key(c, good) == -2);
    for (int i = 0; i < COUNT(bad); i++)
        assert_true(thread_key(c, bad[i]) == hash_name(c->secret, bad[i]));
    return OK;
}
static void an_id_stays_as_it_went_out(void **state)
{
    (void)state;
    assert_int_equal(test_read(read_ids, NULL), OK);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, test_open, test_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_answer_names_what_its_parent_names),
        TEST(what_was_put_somewhere_stands_behind_that),
        TEST(a_letter_without_an_id_gets_one_when_others_have_it),
        TEST(an_id_stays_as_it_went_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
