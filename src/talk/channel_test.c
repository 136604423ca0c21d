/* SPDX-License-Identifier: GPL-3.0-or-later
 * channel_test.c - one conversation on four channels: Ada reads by mail, Cy in the browser, Bo on a
 * chat that the house knows by nothing but the struct below, and Mia notes what was said. */
#include "kit/mail/compose.h"
#include "kit/mail/parse.h"
#include "talk/counter.h"
#include "talk/house_test.h"
#include "talk/objection.h"
#include "talk/participant.h"
#include "talk/talk_mail.h"

/* ---- the chat: a line "ADDRESS NUMBER WORDS" ------------------------------------------ */

enum { LINES = 20 };
#define CHAT CHANNEL_FEDIVERSE             /* a number without any code of its own so far */
static struct channel_came waiting[LINES]; /* at its server */
static int n_waiting;
static struct buf chatted; /* "to: words\n" of all that was handed over */

static err chat_parse(struct ctx *c, const struct channel_came *came, struct mail_result *out)
{
    struct str rest = came->bytes, who, number, why = S(""), raw;
    if (!str_cut(&rest, ' ', &who) || !str_cut(&rest, ' ', &number))
        return (fail)(c, E_INVALID, "This is no line of a chat.");
    struct mail_addr from = { .name = S(""), .addr = who },
                     to = { .name = S(""), .addr = S("bar@pub.example") };
    struct mail_letter l = { .id = str_fmt(c->a, "%.*s@chat.example", STR(number)),
                             .from = { &from, 1 },
                             .to = { &to, 1 },
                             .subject = S("A chat"),
                             .date = TEST_NOW,
                             .text = str_fmt(c->a, "%.*s\n", STR(rest)) };
    TRY(mail_compose(c->a, &l, &raw, &why));
    return talk_own_read(c->a, raw, out, &why);
}

static bool chat_poll(struct arena *a, const atomic_bool *cancel, channel_take *take, void *arg)
{
    int n = 0;
    (void)a, (void)cancel;
    for (int i = 0; i < n_waiting; i++)
        if (!take(arg, &waiting[i])) waiting[n++] = waiting[i];
    bool any = n_waiting > n;
    n_waiting = n;
    return any;
}

static struct channel_result hand(struct buf *to, struct arena *a, const struct channel_parcel *p)
{
    struct mail_result r;
    struct str why;
    if (talk_own_read(a, p->raw, &r, &why) != OK) fail_msg("%.*s", STR(why));
    buf_fmt(to, "%.*s: %.*s", STR(p->address), STR(r.mail.text));
    return (struct channel_result){ CHANNEL_HANDED, CHANNEL_SAYS_NOTHING, S("") };
}

static struct channel_result chat_deliver(struct arena *a, const struct channel_parcel *p,
                                          const atomic_bool *cancel)
{
    (void)cancel;
    return hand(&chatted, a, p);
}

static const struct post_channel chat = { .number = CHAT,
                                          .name = "chat",
                                          .reads = "in the chat",
                                          .patience_s = DAY,
                                          .parse = chat_parse,
                                          .poll = chat_poll,
                                          .deliver = chat_deliver };

/* Mail goes no further than here. */
static struct buf mailed;
static struct channel_result mail_deliver(struct arena *a, const struct channel_parcel *p,
                                          const atomic_bool *cancel)
{
    (void)cancel;
    return hand(&mailed, a, p);
}
static const struct post_channel mail = { .number = CHANNEL_MAIL,
                                          .name = "mail",
                                          .reads = "by mail",
                                          .patience_s = DAY,
                                          .deliver = mail_deliver };

/* ---- the conversation ------------------------------------------------------------------ */

static err add_to(struct tx *t, struct str uri, channel way)
{
    id event;
    struct participant_new n = { .message = log_find(&t->c, hash_name(t->c.secret, S("a@x"))),
                                 .person = person_of_uri(&t->c, uri),
                                 .way = way,
                                 .uri = uri };
    return talk_add(t, &n, &event);
}
static err add_both(struct tx *t, void *unused)
{
    (void)unused;
    TRY(add_to(t, S("mailto:bo@gmail.com"), CHAT));
    return add_to(t, S("mailto:cy@gmail.com"), CHANNEL_WEB);
}

/* That they may object: nothing but copies goes to them. */
static err tell_all(struct tx *t, void *unused)
{
    static const char *const who[] = { "ada@bell.example", "bo@gmail.com", "cy@gmail.com" };
    (void)unused;
    for (int i = 0; i < COUNT(who); i++)
        objection_said(t, hash_name(t->c.secret, str_fmt(t->c.a, "mailto:%s", who[i])), 0,
                       CHANNEL_COUNTER);
    return OK;
}

static int open_pub(void **state)
{
    if (test_open(state)) return -1;
    channel_add(&mail);
    channel_add(&chat);
    chatted = (struct buf){ .a = house.a };
    mailed = (struct buf){ .a = house.a };
    n_waiting = 0;
    test_put((struct letter){ .id = "a@x",
                              .from = "Ada <ada@bell.example>",
                              .to = "mia@pub.example",
                              .subject = "Boat trip",
                              .text = "Shall we?\n",
                              .at = 60 * DAY });
    test_put((struct letter){ .id = "b@x",
                              .from = "Bo <bo@gmail.com>",
                              .to = "mia@pub.example",
                              .cc = "Cy <cy@gmail.com>",
                              .subject = "A table",
                              .text = "For two?\n",
                              .at = 61 * DAY });
    test_mailbox();
    assert_int_equal(test_write(tell_all, NULL), OK);
    test_clock(TEST_NOW);
    return test_write(add_both, NULL) != OK;
}
static int close_pub(void **state)
{
    unsetenv("SNUG_CLOCK");
    return test_close(state);
}

static void deliver_all(void)
{
    struct arena *a = arena_open((size_t)64 * MIB);
    while (outbox_step(house.s, a, NULL)) arena_clear(a);
    arena_close(a);
}

struct named {
    const char *words;
    struct buf rows;
    id message;
    channel channel;
};
/* "Bo in the chat 1, " of each row of the outbox of the message that says so. */
static err states(struct ctx *c, void *arg)
{
    struct named *n = arg;
    struct event e;
    struct message m;
    struct str text = S("");
    n->rows = (struct buf){ .a = house.a };
    for (id i = log_end(c); i; i--)
        if (talk_message(c, i, &m) == OK && talk_text(c, &m, &text) == OK &&
            str_begins(text, str_c(n->words)))
            n->message = i;
    if (!n->message) return (fail)(c, E_NOTFOUND, "nobody said that");
    TRY(log_get(c, n->message, &e));
    n->channel = e.channel;
    EACH (r, c,
          SQL("SELECT " OUTBOX_COLUMNS " FROM outbox o JOIN handle h ON h.key=o.handle JOIN person "
              "p ON p.id=h.person WHERE o.message=$1 ORDER BY p.name LIMIT 9"),
          I(n->message)) {
        struct outbox_row row = outbox_row(&r);
        buf_fmt(&n->rows, "%.*s %s %d, ", STR(row.name), channel_reads(row.channel), row.state);
    }
    return OK;
}
static struct named look_for(const char *words)
{
    struct named n = { .words = words };
    assert_int_equal(test_read(states, &n), OK);
    return n;
}

static void is(struct buf have, const char *want)
{
    assert_string_equal(str_z(house.a, buf_str(&have)), want);
}

static err arrive(struct tx *t, void *arg)
{
    (void)arg;
    talk_arrived(t, log_find(&t->c, hash_name(t->c.secret, S("c@x"))), S(""));
    return OK;
}

static void mail_reaches_each_on_their_channel(void **state)
{
    (void)state;
    test_put((struct letter){ .id = "c@x",
                              .from = "Ada <ada@bell.example>",
                              .to = "mia@pub.example",
                              .refs = "a@x",
                              .subject = "Re: Boat trip",
                              .text = "On Sunday then.\n",
                              .at = 64 * DAY });
    assert_int_equal(test_write(arrive, NULL), OK);
    is(look_for("On Sunday").rows, "Bo in the chat 0, Cy in the browser 0, ");
    deliver_all();
    is(look_for("On Sunday").rows, "Bo in the chat 1, Cy in the browser 1, ");
    is(chatted, "bo@gmail.com: On Sunday then.\n");
    is(mailed, "");
    assert_int_equal(test_write(arrive, NULL), OK);
    deliver_all();
    is(chatted, "bo@gmail.com: On Sunday then.\n");
}

static void what_is_said_in_the_chat_comes_in(void **state)
{
    (void)state;
    struct arena *a = arena_open((size_t)64 * MIB);
    struct channel_came line = { .bytes = S("bo@gmail.com 7 I have the oars."),
                                 .about = test_message("a@x").id },
                        broken = { .bytes = S("bo@gmail.com") };
    waiting[n_waiting++] = line;
    waiting[n_waiting++] = broken;
    assert_true(talk_poll_step(house.s, a, NULL));
    assert_false(talk_poll_step(house.s, a, NULL)); /* what can't be taken is not asked for again */
    struct named n = look_for("I have the oars.");
    assert_int_equal(n.channel, CHAT);
    is(n.rows, "Ada by mail 0, Cy in the browser 0, ");
    assert_int_equal(test_message("7@chat.example").conversation, test_message("a@x").conversation);
    waiting[n_waiting++] = line; /* its server gives it out a second time */
    assert_true(talk_poll_step(house.s, a, NULL));
    assert_int_equal(look_for("I have the oars.").message, n.message);
    deliver_all();
    is(chatted, "");
    is(mailed, "ada@bell.example: I have the oars.\n");
    house.viewer = test_person("cy@gmail.com");
    assert_int_equal(look_for("I have the oars.").message, n.message);
    house.viewer = house.mia;
    arena_close(a);
}

static err say(struct tx *t, void *arg)
{
    id *message = arg;
    return talk_say(t, *message, S("I bring the lunch."), message);
}
static void what_a_guest_says_goes_by_mail_and_chat(void **state)
{
    (void)state;
    mail_reaches_each_on_their_channel(state);
    id message = test_message("c@x").id;
    house.viewer = test_person("cy@gmail.com");
    assert_int_equal(test_write(say, &message), OK);
    house.viewer = house.mia;
    struct named n = look_for("I bring the lunch.");
    assert_int_equal(n.channel, CHANNEL_WEB);
    chatted.n = 0;
    deliver_all();
    is(chatted, "bo@gmail.com: I bring the lunch.\n");
    is(mailed, "ada@bell.example: I bring the lunch.\n");
}

static err jot(struct tx *t, void *arg)
{
    id message, who;
    struct counter n = { .who = test_person("ada@bell.example"),
                         .words = S("She would rather pay in coins."),
                         .about = *(id *)arg };
    return counter_note(t, &n, &message, &who);
}
/* It stays with the keepers, in the conversation it belongs to. */
static void what_was_noted_is_passed_to_nobody(void **state)
{
    (void)state;
    id about = test_message("a@x").id;
    assert_int_equal(test_write(jot, &about), OK);
    struct named n = look_for("She would rather");
    assert_int_equal(n.channel, CHANNEL_COUNTER);
    is(n.rows, "");
    deliver_all();
    is(chatted, "");
    is(mailed, "");
    house.viewer = test_person("cy@gmail.com");
    n.message = 0;
    assert_int_equal(test_read(states, &n), E_NOTFOUND);
    house.viewer = house.mia;
}

static err come(struct tx *t, void *arg)
{
    id message;
    struct channel_came came = { .bytes = S("Hello") };
    return talk_come(t, *(channel *)arg, &came, &message);
}
static err add_dee(struct tx *t, void *arg)
{
    struct meeting dee;
    id event;
    TRY(talk_typed(&t->c, S("dee@gmail.com"), S("Dee"), &dee));
    struct participant_new n = { .message = log_find(&t->c, hash_name(t->c.secret, S("a@x"))),
                                 .way = *(channel *)arg,
                                 .meet = &dee };
    return talk_add(t, &n, &event);
}
static void what_a_channel_does_not_do_is_refused(void **state)
{
    (void)state;
    channel none = 9, mute = CHANNEL_MAIL /* here */, deaf = CHANNEL_COUNTER, both = CHAT;
    assert_int_equal(test_write(come, &none), E_INVALID);
    assert_int_equal(test_write(come, &mute), E_INVALID);
    assert_int_equal(test_write(add_dee, &none), E_INVALID);
    assert_int_equal(test_write(add_dee, &deaf), E_INVALID);
    assert_int_equal(test_write(add_dee, &both), OK);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_pub, close_pub)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(mail_reaches_each_on_their_channel),      TEST(what_is_said_in_the_chat_comes_in),
        TEST(what_a_guest_says_goes_by_mail_and_chat), TEST(what_was_noted_is_passed_to_nobody),
        TEST(what_a_channel_does_not_do_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
