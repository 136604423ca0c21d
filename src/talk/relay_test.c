/* SPDX-License-Identifier: GPL-3.0-or-later
 * relay_test.c - Mia's conversation with Ada, to which Bo (by mail) and Cy (in the browser) were
 * added: which copies go out, what comes back by a reply address, and what Cy says.
 * RELAY_LETTERS and RELAY_PEOPLE make the last one longer. */
#include "talk/draft_mail.h"
#include "talk/house_test.h"
#include "talk/participant.h"
#include "talk/talk_mail.h"

static struct letter later(const char *name, const char *from, const char *to)
{
    return (struct letter){ .id = name,
                            .from = from,
                            .to = to,
                            .refs = "a@x",
                            .subject = "Re: Boat trip",
                            .text = "On Sunday then.\n",
                            .at = 64 * DAY };
}

/* ---- a house that can send ---------------------------------------------------- */

struct adding {
    const char *who;
    channel way;
    id event;
};
static err add_one(struct tx *t, void *arg)
{
    struct adding *x = arg;
    struct str uri = str_fmt(t->c.a, "mailto:%s", x->who);
    struct participant_new n = { .message = log_find(&t->c, hash_name(t->c.secret, S("a@x"))),
                                 .person = person_of_uri(&t->c, uri),
                                 .way = x->way,
                                 .uri = uri };
    return talk_add(t, &n, &x->event);
}
static id add(const char *who, channel way)
{
    struct adding x = { .who = who, .way = way };
    assert_int_equal(test_write(add_one, &x), OK);
    return x.event;
}

static id bo, cy;
static int open_pub(void **state)
{
    if (test_open(state)) return -1;
    test_put((struct letter){ .id = "a@x",
                              .from = "Ada <ada@bell.example>",
                              .to = "mia@pub.example",
                              .subject = "Boat trip",
                              .text = "Shall we?\n",
                              .at = 60 * DAY });
    test_put((struct letter){ .id = "b@x",
                              .from = "Bo <bo@gmail.com>",
                              .to = "mia@pub.example",
                              .cc = "cy@gmail.com",
                              .subject = "A table",
                              .text = "For two?\n",
                              .at = 61 * DAY });
    test_mailbox();
    bo = add("bo@gmail.com", CHANNEL_MAIL);
    cy = add("cy@gmail.com", CHANNEL_WEB);
    return 0;
}

/* ---- what is in the outbox ------------------------------------------------------ */

struct looking {
    const char *id;
    struct str all; /* "address\nhead" of each by mail, by address */
};
static err look(struct ctx *c, void *arg)
{
    struct looking *l = arg;
    struct buf o = { .a = house.a };
    EACH (r, c,
          SQL("SELECT address, head, relay FROM outbox WHERE message=$1 AND channel=$2 ORDER BY "
              "address LIMIT 100"),
          I(log_find(c, hash_name(c->secret, str_c(l->id)))), I(CHANNEL_MAIL))
        buf_fmt(&o, "%.*s%s\n%.*s", STR(row_str(&r, 0)), row_bool(&r, 2) ? "" : " whole",
                STR(row_str(&r, 1)));
    l->all = buf_str(&o);
    return OK;
}
static struct str outbox(const char *name)
{
    struct looking l = { .id = name };
    assert_int_equal(test_read(look, &l), OK);
    return l.all;
}

struct arriving {
    const char *id;
    struct str token;
};
static err arrive(struct tx *t, void *arg)
{
    struct arriving *x = arg;
    talk_arrived(t, log_find(&t->c, hash_name(t->c.secret, str_c(x->id))), x->token);
    return OK;
}
static void arrived(struct letter l, struct str token)
{
    struct arriving x = { l.id, token };
    test_put(l);
    assert_int_equal(test_write(arrive, &x), OK);
}

static err token_for(struct ctx *c, void *arg)
{
    struct arriving *x = arg;
    x->token = str_dup(house.a, reply_token(c, bo));
    return OK;
}
static struct str token_of_bo(void)
{
    struct arriving x = { 0 };
    assert_int_equal(test_read(token_for, &x), OK);
    return x.token;
}

/* ---- copies --------------------------------------------------------------------- */

static void each_gets_a_copy_that_names_nobody_else(void **state)
{
    (void)state;
    arrived(later("c@x", "Ada <ada@bell.example>", "mia@pub.example"), S(""));
    struct str t = token_of_bo();
    struct str want =
        str_fmt(house.a,
                "bo@gmail.com\nFrom: Ada via The Pub <bar@pub.example>\r\nTo: Bo <bo@gmail.com>\r\n"
                "Reply-To: Ada via The Pub\r\n <bar+%.*s@pub.example>\r\n"
                "List-Unsubscribe: <mailto:bar+%.*s@pub.example?subject=unsubscribe>\r\n",
                STR(t), STR(t));
    struct str got = outbox("c@x");
    /* folding is the writer's: compare without it */
    struct buf flat = { .a = house.a }, wanted = { .a = house.a };
    for (ptrdiff_t i = 0; i < got.n; i++)
        if (!strchr("\r\n ", got.p[i])) buf_char(&flat, got.p[i]);
    for (ptrdiff_t i = 0; i < want.n; i++)
        if (!strchr("\r\n ", want.p[i])) buf_char(&wanted, want.p[i]);
    buf_add(&wanted, S("Message-ID:")); /* the letter of the test has a bare one only */
    if (!str_begins(buf_str(&flat), str_upto(buf_str(&wanted), wanted.n - 11)))
        fail_msg("%.*s\nwanted\n%.*s", STR(got), STR(want));
    assert_true(str_find(got, S("bell.example")) < 0);
}

static void of_ones_own_it_is_from_who_wrote_it(void **state)
{
    (void)state;
    arrived(later("c@x", "mia@pub.example", "ada@bell.example"), S(""));
    struct str got = outbox("c@x");
    assert_true(str_begins(got, S("bo@gmail.com\nFrom: Mia at the Pub <bar@pub.example>\r\n")));
    assert_true(str_find(got, S("ada@")) < 0); /* she was written to */
}

/* ---- reply addresses -------------------------------------------------------------- */

static void a_reply_address_brings_it_home(void **state)
{
    (void)state;
    struct letter l = later("c@x", "Bo <bo@gmail.com>", "mia@pub.example");
    l.refs = "";
    l.subject = "From my phone";
    arrived(l, token_of_bo());
    assert_int_equal(test_message("c@x").conversation, test_message("a@x").conversation);
    assert_true(str_begins(outbox("c@x"), S("ada@bell.example\nFrom: Bo via The Pub")));
    /* it names nothing; Ada's program finds her thread all the same */
    assert_true(str_find(outbox("c@x"), S("In-Reply-To: <a@x>\r\nReferences: <a@x>\r\n")) > 0);
}

static err is_strange(struct ctx *c, void *out)
{
    *(int64_t *)out = db_int(c, 0, SQL("SELECT count(*) FROM strange WHERE message=$1"),
                             I(log_find(c, hash_name(c->secret, S("c@x")))));
    return OK;
}
static void used_by_somebody_else_it_is_a_question(void **state)
{
    (void)state;
    int64_t n = 0;
    arrived(later("c@x", "Eve <eve@else.example>", "mia@pub.example"), token_of_bo());
    assert_int_equal(test_read(is_strange, &n), OK);
    assert_int_equal(n, 1);
    assert_int_equal(outbox("c@x").n, 0);
}

/* Ada writes into her conversation by its ids, but to Bo's address: nothing moves, nobody gets it.
 */
static void a_token_is_of_no_use_for_another_conversation(void **state)
{
    (void)state;
    struct letter l = later("c@x", "Bo <bo@gmail.com>", "mia@pub.example");
    l.refs = "b@x";
    arrived(l, token_of_bo());
    assert_int_equal(test_message("c@x").conversation, test_message("b@x").conversation);
    assert_int_equal(outbox("c@x").n, 0);
}

static void no_token_stands_in_what_is_noted(void **state)
{
    (void)state;
    struct str raw = str_fmt(house.a,
                             "From: Bo <bo@gmail.com>\nTo: bar+%.*s@pub.example\nSubject: Hi\n"
                             "Message-ID: <t@x>\nDate: Mon, 2 Mar 2026 09:00:00 +0000\n\nHello\n",
                             STR(token_of_bo())),
               why = S("");
    struct mail_result r = { .ok = true, .raw = raw };
    struct talk_mail m;
    struct ctx c = { .a = house.a, .secret = &house.secret, .now = TEST_NOW };
    struct mail_hints h = { .folder = S(""), .name = S("x") };
    assert_int_equal(mail_parse(house.a, raw, &r.mail, &why), OK);
    assert_true(str_eq(talk_reply_token(house.a, &r.mail), token_of_bo()));
    talk_mail_ready(&c, &r, &h, &m);
    assert_true(str_find(m.e.data, token_of_bo()) < 0);
    assert_true(str_find(m.e.data, S("bar@pub.example")) >= 0);
}

/* ---- from the browser ---------------------------------------------------------------- */

struct saying {
    struct str words;
    id message;
};
static err say(struct tx *t, void *arg)
{
    struct saying *s = arg;
    return talk_say(t, log_find(&t->c, hash_name(t->c.secret, S("c@x"))), s->words, &s->message);
}
static err get(struct ctx *c, void *arg)
{
    struct message m;
    struct str text;
    struct saying *s = arg;
    TRY(talk_message(c, s->message, &m));
    TRY(talk_text(c, &m, &text));
    s->words = str_dup(house.a, text);
    return OK;
}
static err leave(struct tx *t, void *arg) { return talk_part(t, *(id *)arg); }
static void what_a_guest_says_reaches_all(void **state)
{
    (void)state;
    struct saying s = { .words = S("  I will bring the oars.  ") };
    arrived(later("c@x", "Ada <ada@bell.example>", "mia@pub.example"), S(""));
    house.viewer = test_person("cy@gmail.com");
    assert_int_equal(test_write(say, &s), OK);
    house.viewer = house.mia;
    assert_int_equal(test_read(get, &s), OK);
    assert_true(str_eq(s.words, S("I will bring the oars.\n")));
    struct message m = test_message("c@x");
    house.viewer = house.tom; /* was in none of it */
    assert_int_equal(test_read(get, &s), E_NOTFOUND);
    house.viewer = test_person("cy@gmail.com");
    s.words = S(" ");
    assert_int_equal(test_write(say, &s), E_INVALID);
    assert_int_equal(test_write(leave, &cy), OK);
    s.words = S("Still there?");
    assert_int_equal(test_write(say, &s), E_DENIED);
    house.viewer = house.mia;
    assert_true(m.conversation == test_message("a@x").conversation);
}

/* ---- many, over a channel that comes and goes ------------------------------------------ */

enum { PEOPLE_MOST = 60 };
static int people, letters, wrong, handed[PEOPLE_MOST], told[PEOPLE_MOST];
static unsigned dice = 7;
static bool of_ten(unsigned n)
{
    dice = dice * 1103515245 + 12345;
    return dice / 65536 % 10 < n;
}

static err ready(struct ctx *c, struct channel_parcel *p)
{
    (void)c, (void)p;
    return OK;
}
/* Three of ten are told to come again. */
static struct channel_result deliver(struct arena *a, const struct channel_parcel *p,
                                     const atomic_bool *cancel)
{
    struct channel_result later_ = { CHANNEL_LATER, CHANNEL_SAYS_NOTHING, S("not now") };
    int who = -1;
    (void)cancel;
    for (int i = 0; i < people; i++)
        if (str_eq(p->address, str_fmt(a, "p%d@x.example", i))) who = i;
    struct str to = str_fmt(a, "<%.*s>", STR(p->address));
    if (who >= 0 && !p->relay) { /* ahead of the first copy: how to object */
        wrong += str_find(p->raw, to) < 0 || str_find(p->raw, S("You may say no.")) < 0;
        told[who] += !of_ten(3);
        return told[who] ? (struct channel_result){ CHANNEL_HANDED, CHANNEL_SAYS_NOTHING, S("") }
                         : later_;
    }
    wrong += who < 0 || !p->relay || str_find(p->head, to) < 0;
    for (int i = 0; i < people; i++)
        wrong += i != who && str_find(p->head, str_fmt(a, "p%d@x.example", i)) >= 0;
    if (of_ten(3)) return later_;
    if (who >= 0) handed[who]++;
    return (struct channel_result){ CHANNEL_HANDED, CHANNEL_SAYS_NOTHING, S("") };
}
static const struct post_channel flapping = { .number = CHANNEL_MAIL,
                                              .name = "flapping",
                                              .patience_s = 5 * DAY,
                                              .ready = ready,
                                              .deliver = deliver };

static err left_over(struct ctx *c, void *out)
{
    *(int64_t *)out = db_int(c, 0, SQL("SELECT count(*) FROM outbox WHERE state=0 /* scan */"));
    return OK;
}

static int number(const char *name, int otherwise)
{
    const char *word = getenv(name);
    return word ? atoi(word) : otherwise;
}

static void everybody_gets_each_once(void **state)
{
    (void)state;
    char name[40], from[60];
    struct arena *a = arena_open((size_t)64 * MIB);
    int64_t left = 1, clock = TEST_NOW;
    people = number("RELAY_PEOPLE", 8);
    letters = number("RELAY_LETTERS", 12);
    channel_add(&flapping);
    outbox_rules.hour_most = INT64_MAX;
    for (int i = 0; i < people; i++) {
        snprintf(name, sizeof name, "meet%d@x", i);
        snprintf(from, sizeof from, "P%d <p%d@x.example>", i, i);
        test_put((struct letter){ .id = name,
                                  .from = from,
                                  .to = "mia@pub.example",
                                  .subject = "Hello",
                                  .text = "Hello\n",
                                  .at = 50 * DAY });
        snprintf(from, sizeof from, "p%d@x.example", i);
        add(from, CHANNEL_MAIL);
    }
    id others[2] = { bo, 0 };
    assert_int_equal(test_write(leave, others), OK);
    memset(handed, 0, sizeof handed);
    memset(told, 0, sizeof told);
    struct arena *whole = house.a, *round = house.a = arena_open((size_t)64 * MIB);
    for (int i = 0; i < letters; i++, arena_clear(round)) {
        char *id_ = str_z(a, str_fmt(a, "many%d@x", i));
        char *by = str_z(a, str_fmt(a, "P%d <p%d@x.example>", i % people, i % people));
        arrived(later(id_, by, "mia@pub.example, ada@bell.example"), S(""));
    }
    for (; left; clock += 2 * HOUR) {
        test_clock(clock);
        while (outbox_step(house.s, a, NULL)) arena_clear(a);
        assert_int_equal(test_read(left_over, &left), OK);
        arena_clear(round);
        assert_true(clock < TEST_NOW + 4 * DAY);
    }
    unsetenv("SNUG_CLOCK");
    house.a = whole;
    arena_close(round);
    assert_int_equal(wrong, 0);
    for (int i = 0; i < people; i++) {
        int wrote = letters / people + (i < letters % people);
        assert_int_equal(told[i], 1);
        if (handed[i] != letters - wrote)
            fail_msg("%d got %d of %d", i, handed[i], letters - wrote);
    }
    printf("# %d deliveries\n", letters * (people - 1));
    arena_close(a);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_pub, test_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_gets_a_copy_that_names_nobody_else),
        TEST(of_ones_own_it_is_from_who_wrote_it),
        TEST(a_reply_address_brings_it_home),
        TEST(used_by_somebody_else_it_is_a_question),
        TEST(a_token_is_of_no_use_for_another_conversation),
        TEST(no_token_stands_in_what_is_noted),
        TEST(what_a_guest_says_reaches_all),
        TEST(everybody_gets_each_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
