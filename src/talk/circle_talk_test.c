/* SPDX-License-Identifier: GPL-3.0-or-later
 * circle_talk_test.c - Mia and Tom keep the pub. Ada, Bo and Cy are regulars; Ada makes a circle,
 * Bo sits in it and gets letters, Cy under a mask. Mia, who owns the house, does not. */
#include "talk/circle_talk.h"

#include "talk/erase.h"
#include "talk/house_test.h"
#include "talk/public.h"

static const char *const addresses[] = { "ada@bell.example", "bo@gmail.com", "cy@gmail.com" };
enum { ADA, BO, CY, REGULARS };

struct scene {
    id who[REGULARS], circle, first, answer;
    struct str token;
};
static struct scene at;

struct deed {
    id circle, about, message;
    struct str token, mask, subject, words;
    channel way;
    int size;
};
static err make(struct tx *t, void *arg)
{
    struct deed *d = arg;
    struct circle_new n = { .name = S("Tuesday table"), .why = S("To sit down."), .size = d->size };
    return circle_make(t, &n, &d->circle);
}
static err invite(struct tx *t, void *arg)
{
    struct deed *d = arg;
    return circle_invite(t, d->circle, NULL, &d->token);
}
static err join(struct tx *t, void *arg)
{
    struct deed *d = arg;
    return circle_join(t,
                       &(struct circle_entry){ .token = d->token, .mask = d->mask, .way = d->way },
                       &d->circle);
}
static err say(struct tx *t, void *arg)
{
    struct deed *d = arg;
    struct talk_circle_words w = {
        .circle = d->circle, .about = d->about, .subject = d->subject, .words = d->words
    };
    return talk_circle_say(t, &w, &d->message);
}
static err change_way(struct tx *t, void *arg)
{
    struct deed *d = arg;
    return circle_way(t, d->circle, d->way);
}
static err leave(struct tx *t, void *arg) { return circle_leave(t, ((struct deed *)arg)->circle); }

static err as(id who, write_fn *fn, struct deed *d)
{
    id before = house.viewer;
    house.viewer = who;
    err e = test_write(fn, d);
    house.viewer = before;
    return e;
}

static struct deed begins(id who, const char *subject, const char *words)
{
    struct deed d = { .circle = at.circle, .subject = str_c(subject), .words = str_c(words) };
    assert_int_equal(as(who, say, &d), OK);
    return d;
}

static void come_in(id by, id who, const char *mask, channel way)
{
    struct deed d = { .circle = at.circle, .mask = str_c(mask), .way = way };
    assert_int_equal(as(by, invite, &d), OK);
    assert_int_equal(as(who, join, &d), OK);
    assert_int_equal(d.circle, at.circle);
}

static int open_circle(void **state)
{
    struct deed d = { .size = 4 };
    if (test_open(state)) return -1;
    test_mailbox();
    at = (struct scene){ .circle = 0 };
    for (int i = 0; i < REGULARS; i++) {
        test_put((struct letter){ .id = i == ADA  ? "a@x"
                                        : i == BO ? "b@x"
                                                  : "c@x",
                                  .from = addresses[i],
                                  .to = "tom@pub.example",
                                  .subject = "A table",
                                  .text = "For two?\n",
                                  .at = 60 * DAY });
        at.who[i] = test_person(addresses[i]);
    }
    assert_int_equal(as(at.who[ADA], make, &d), OK);
    at.circle = d.circle;
    come_in(at.who[ADA], at.who[BO], "", CHANNEL_MAIL);
    come_in(at.who[BO], at.who[CY], "Heron", CHANNEL_MAIL);
    at.first = begins(at.who[ADA], "The lease", "The zqlease ends in May.").message;
    struct deed answer = { .circle = at.circle,
                           .about = at.first,
                           .words = S("I heard zqmay too.") };
    assert_int_equal(as(at.who[CY], say, &answer), OK);
    at.answer = answer.message;
    return 0;
}
/* ---- who sees ---------------------------------------------------------------- */

struct looking {
    id message;
    err got;
    struct message m;
    int hits, lines;
    struct str members;
};
static err look(struct ctx *c, void *arg)
{
    struct looking *l = arg;
    struct talk_lines lines;
    struct find_hits hits;
    struct circle_seats seats;
    struct buf o = { .a = c->a };
    l->got = talk_message(c, l->message, &l->m);
    talk_list(c, 0, false, 0, 20, &lines);
    for (int i = 0; i < lines.n; i++) l->lines += str_find(lines.at[i].subject, S("lease")) >= 0;
    assert_int_equal(talk_find(c, S("zqlease"), 0, 20, &hits), OK);
    l->hits = hits.n;
    circle_members(c, at.circle, &seats);
    for (int i = 0; i < seats.n; i++)
        buf_fmt(&o, "%.*s%s;", STR(seats.at[i].name), seats.at[i].masked ? "*" : "");
    l->members = buf_str(&o);
    return OK;
}
static struct looking looks(id who, id message)
{
    struct looking l = { .message = message };
    id before = house.viewer;
    house.viewer = who;
    assert_int_equal(test_read(look, &l), OK);
    house.viewer = before;
    return l;
}
static void sees_it(id who)
{
    struct looking l = looks(who, at.first);
    assert_int_equal(l.got, OK);
    assert_int_equal(l.lines, 1);
    assert_int_equal(l.hits, 1);
}
static void sees_nothing(id who)
{
    struct looking l = looks(who, at.first);
    assert_int_equal(l.got, E_NOTFOUND);
    assert_int_equal(l.lines, 0);
    assert_int_equal(l.hits, 0);
    assert_int_equal(l.members.n, 0);
    assert_int_equal(looks(who, at.answer).got, E_NOTFOUND);
}

static void members_see_it_and_keepers_do_not(void **state)
{
    (void)state;
    for (int i = 0; i < REGULARS; i++) sees_it(at.who[i]);
    sees_nothing(house.mia);
    sees_nothing(house.tom);
    assert_string_equal(str_z(house.a, looks(at.who[ADA], at.first).members), "ada;bo;Heron*;");
}

static void a_mask_has_its_name_and_nothing_else(void **state)
{
    (void)state;
    struct looking l = looks(at.who[ADA], at.answer);
    assert_int_equal(l.got, OK);
    assert_true(str_eq(l.m.author_name, S("Heron")));
    assert_true(l.m.author && l.m.author != at.who[CY]);
    assert_true(str_find(l.m.author_handle, S("cy")) < 0);
}

static id test_message_of(id who, const char *name)
{
    struct named_message n = { .id = name };
    id before = house.viewer;
    house.viewer = who;
    assert_int_equal(test_read(get_message, &n), OK);
    house.viewer = before;
    return n.m.id;
}
static err open_house(struct tx *t, void *arg) { return talk_open(t, *(id *)arg, true); }
static err join_talk(struct tx *t, void *arg)
{
    id *two = arg, event;
    return talk_join(t, two[0], two[1], &event);
}
static err keeps(struct tx *t, struct str address, id *who)
{
    struct meetings m;
    assert_true(meetings_typed(t->c.a, address, &m));
    return keeper_join(t,
                       &(struct keeper_new){
                           .name = S("Nina"), .addresses = m.at, .n = 1, .role = KEEPER_OWNER },
                       who);
}
static err new_keeper(struct tx *t, void *who) { return keeps(t, S("nina@pub.example"), who); }
static err new_keeper_too(struct tx *t, void *who) { return keeps(t, S("rob@pub.example"), who); }
static err make_public(struct tx *t, void *arg)
{
    struct public_files none = { 0 };
    return public_open(t, *(id *)arg, PUBLIC_NAMES, INT64_MAX, &none);
}

/* Tom sits in it from now on, and what is said next he may read. */
static id tom_reads(void)
{
    come_in(at.who[ADA], house.tom, "", CHANNEL_WEB);
    return begins(at.who[ADA], "The lease", "And again: zqlease.").message;
}

static void a_member_who_keeps_the_house_opens_it_to_nobody(void **state)
{
    (void)state;
    id said = tom_reads(), letter = test_message_of(house.tom, "a@x"), two[2] = { letter, said };
    assert_int_equal(as(house.tom, open_house, (void *)&said), E_DENIED);
    assert_int_equal(as(house.tom, make_public, (void *)&said), E_DENIED);
    assert_int_equal(as(house.tom, join_talk, (void *)two), OK);
    assert_int_equal(as(house.tom, open_house, (void *)&letter), E_DENIED);
    assert_int_equal(as(house.tom, make_public, (void *)&letter), E_DENIED);
    sees_nothing(house.mia);
    assert_int_equal(looks(house.mia, said).got, E_NOTFOUND);
    assert_int_equal(looks(at.who[BO], letter).got, E_NOTFOUND); /* nor the letter to the circle */
}

static void what_was_open_before_stays_shut_to_it(void **state)
{
    (void)state;
    id said = tom_reads(), letter = test_message_of(house.tom, "a@x"), two[2] = { said, letter };
    assert_int_equal(as(house.tom, open_house, (void *)&letter), OK);
    assert_int_equal(looks(house.mia, letter).got, OK);
    /* what would be opened with it is not the house's, so it stays where it is seen */
    (void)as(house.tom, join_talk, (void *)two);
    sees_nothing(house.mia);
    assert_int_equal(looks(house.mia, said).got, E_NOTFOUND);
}

static void a_new_owner_sees_nothing_of_it(void **state)
{
    (void)state;
    id nina;
    assert_int_equal(test_write(new_keeper, &nina), OK);
    sees_nothing(nina);
    struct deed d = { .circle = at.circle };
    for (int i = 0; i < REGULARS; i++) assert_int_equal(as(at.who[i], leave, &d), OK);
    assert_int_equal(test_write(new_keeper_too, &nina), OK); /* now nobody sees it */
    sees_nothing(nina);
    sees_nothing(house.mia);
}

static void who_leaves_sees_it_no_more_and_who_comes_sees_what_follows(void **state)
{
    (void)state;
    struct deed d = { .circle = at.circle };
    assert_int_equal(as(at.who[CY], leave, &d), OK);
    sees_nothing(at.who[CY]);
    assert_int_equal(as(at.who[CY], leave, &d), E_NOTFOUND);
    come_in(at.who[ADA], house.tom, "", CHANNEL_WEB);
    assert_int_equal(looks(house.tom, at.first).got, E_NOTFOUND);
    id next = begins(at.who[BO], "The roof", "It leaks.").message;
    assert_int_equal(looks(house.tom, next).got, OK);
    assert_int_equal(looks(at.who[CY], next).got, E_NOTFOUND);
    assert_true(str_eq(looks(at.who[ADA], at.answer).m.author_name, S("Heron")));
}

/* ---- letters ------------------------------------------------------------------ */

struct posted {
    int n, apart;
    struct str heads;
};
static err read_outbox(struct ctx *c, void *arg)
{
    struct posted *x = arg;
    struct buf o = { .a = c->a };
    EACH (r, c,
          SQL("SELECT address, head, relay FROM outbox WHERE message>0 ORDER BY id /* scan */")) {
        x->n++;
        x->apart += row_int(&r, 2) == 2;
        buf_fmt(&o, "%.*s\n%.*s", STR(row_str(&r, 0)), STR(row_str(&r, 1)));
    }
    x->heads = buf_str(&o);
    return OK;
}

static void who_gets_letters_gets_one_each(void **state)
{
    (void)state;
    struct posted x = { 0 };
    assert_int_equal(test_read(read_outbox, &x), OK);
    assert_int_equal(x.n, 2); /* to Bo, what Ada and what Heron said; a mask gets none */
    assert_int_equal(x.apart, 2);
    assert_true(str_find(x.heads, S("bo@gmail.com\nFrom: ada via The Pub <bar@pub.example>")) == 0);
    assert_true(str_find(x.heads, S("From: Heron via The Pub <bar@pub.example>")) > 0);
    assert_true(str_find(x.heads, S("cy")) < 0);
    assert_true(str_find(x.heads, S("Reply-To: ")) > 0);
}

static int letters(void)
{
    struct posted x = { 0 };
    assert_int_equal(test_read(read_outbox, &x), OK);
    return x.n;
}

static void who_reads_it_here_only_gets_no_more_letters(void **state)
{
    struct deed d = { .circle = at.circle, .way = CHANNEL_WEB };
    (void)state;
    assert_int_equal(letters(), 2);
    assert_int_equal(as(at.who[BO], change_way, &d), OK);
    id next = begins(at.who[ADA], "The roof", "It leaks.").message;
    struct deed more = { .circle = at.circle, .about = at.first, .words = S("Until June.") };
    assert_int_equal(as(at.who[ADA], say, &more), OK);
    assert_int_equal(letters(), 2);
    assert_int_equal(looks(at.who[BO], next).got, OK);
    assert_int_equal(looks(at.who[BO], more.message).got, OK);
    d.way = CHANNEL_MAIL;
    assert_int_equal(as(at.who[BO], change_way, &d), OK);
    assert_int_equal(as(at.who[ADA], say, &more), OK);
    assert_int_equal(letters(), 3);
}

static void who_comes_back_under_a_mask_gets_no_letters(void **state)
{
    struct deed d = { .circle = at.circle };
    (void)state;
    assert_int_equal(as(at.who[BO], leave, &d), OK);
    come_in(at.who[ADA], at.who[BO], "Plover", CHANNEL_MAIL);
    struct deed more = { .circle = at.circle, .about = at.first, .words = S("Until June.") };
    assert_int_equal(as(at.who[ADA], say, &more), OK);
    assert_int_equal(letters(), 2);
    assert_int_equal(looks(at.who[BO], more.message).got, OK);
}

struct arriving {
    const char *id;
    struct str token;
    id message;
};
static err arrive(struct tx *t, void *arg)
{
    struct arriving *x = arg;
    x->message = log_find(&t->c, hash_name(t->c.secret, str_c(x->id)));
    talk_arrived(t, x->message, x->token);
    return OK;
}
static err token_of(struct ctx *c, void *arg)
{
    ((struct arriving *)arg)->token =
        reply_token(c, db_int(c, 0, SQL("SELECT max(event) FROM participant")));
    return OK;
}
static struct arriving comes(const char *name, const char *from)
{
    struct arriving x = { .id = name };
    test_put((struct letter){ .id = name,
                              .from = from,
                              .to = "bar@pub.example",
                              .subject = "Re: The lease",
                              .text = "zqlease until June.\n",
                              .at = 199 * DAY });
    assert_int_equal(test_read(token_of, &x), OK);
    assert_int_equal(test_write(arrive, &x), OK);
    return x;
}

static void an_answer_by_letter_is_the_circles_and_not_the_mailboxs(void **state)
{
    (void)state;
    struct arriving x = comes("bo2@gmail.com", "bo@gmail.com");
    assert_int_equal(looks(at.who[ADA], x.message).got, OK);
    assert_int_equal(looks(at.who[CY], x.message).got, OK);
    assert_int_equal(looks(house.mia, x.message).got, E_NOTFOUND); /* whose mailbox it came to */
    assert_int_equal(looks(at.who[ADA], x.message).m.conversation,
                     looks(at.who[ADA], at.first).m.conversation);
}

/* Under their own name it would say who Plover is. */
static void a_mask_does_not_answer_by_letter(void **state)
{
    struct deed d = { .circle = at.circle };
    (void)state;
    assert_int_equal(as(at.who[BO], leave, &d), OK);
    come_in(at.who[ADA], at.who[BO], "Plover", CHANNEL_MAIL);
    struct arriving x = comes("bo3@gmail.com", "bo@gmail.com");
    assert_int_equal(looks(at.who[ADA], x.message).got, E_NOTFOUND);
    assert_int_equal(looks(at.who[CY], x.message).got, E_NOTFOUND);
}

static void a_second_copy_shows_it_to_nobody_else(void **state)
{
    (void)state;
    struct arriving x = comes("bo2@gmail.com", "bo@gmail.com");
    house.viewer = house.tom;
    struct letter again = { .id = "bo3@gmail.com",
                            .from = "bo@gmail.com",
                            .to = "tom@pub.example",
                            .subject = "Re: The lease",
                            .text = "By the way.\n",
                            .refs = "bo2@gmail.com",
                            .at = 199 * DAY };
    test_put(again); /* a letter of its own to Tom, which names one of the circle's */
    house.viewer = house.mia;
    assert_int_equal(looks(house.tom, x.message).got, E_NOTFOUND);
    assert_int_equal(looks(at.who[ADA], x.message).got, OK);
    struct named_message other = { .id = "bo3@gmail.com" };
    house.viewer = at.who[ADA];
    assert_int_equal(test_read(get_message, &other), E_NOTFOUND); /* nor that one to the circle */
    house.viewer = house.tom;
    assert_int_equal(test_read(get_message, &other), OK);
    house.viewer = house.mia;
    assert_int_equal(looks(house.tom, at.first).hits, 0);
}

static void somebody_else_at_that_address_is_mail_to_the_house(void **state)
{
    (void)state;
    struct arriving x = comes("dee@dorn.example", "dee@dorn.example");
    assert_int_equal(looks(house.mia, x.message).got, OK);
    assert_int_equal(looks(at.who[ADA], x.message).got, E_NOTFOUND);
}

/* ---- what it leaves alone ---------------------------------------------------------- */

static err erase_cy(struct tx *t, void *unused)
{
    struct erase_plan plan;
    (void)unused;
    TRY(erase_person_plan(&t->c, at.who[CY], &plan));
    return erase_do(t, &plan, ERASE_ASKED);
}

/* The link is gone from table and log; what the mask said is the circle's. Closing the house proves
 * that a rebuild says the same. */
static err read_persona(struct ctx *c, void *out)
{
    *(id *)out = db_int(c, -1, SQL("SELECT max(person) FROM persona /* scan */"));
    return OK;
}
static void who_is_erased_was_nobodys_mask(void **state)
{
    (void)state;
    id person = 0;
    assert_int_equal(test_read(read_persona, &person), OK);
    assert_int_equal(person, at.who[CY]);
    assert_int_equal(test_write(erase_cy, NULL), OK);
    assert_int_equal(test_read(read_persona, &person), OK);
    assert_int_equal(person, 0);
    assert_true(str_eq(looks(at.who[ADA], at.answer).m.author_name, S("Heron")));
    assert_string_equal(str_z(house.a, looks(at.who[ADA], at.first).members), "ada;bo;");
}

struct counted {
    int64_t ties, waits, alike;
};
static err count(struct ctx *c, void *arg)
{
    struct counted *x = arg;
    x->ties = db_int(c, 0, SQL("SELECT count(*) FROM tie /* scan */"));
    x->waits = db_int(c, 0, SQL("SELECT count(*) FROM wait /* scan */"));
    x->alike = db_int(c, 0, SQL("SELECT coalesce(sum(n), 0) FROM handle_name /* scan */"));
    return OK;
}

static void it_makes_no_ties_and_no_waits(void **state)
{
    (void)state;
    struct counted before, after;
    assert_int_equal(test_read(count, &before), OK);
    begins(at.who[BO], "Shall we go?", "Could you tell me, Ada?");
    assert_int_equal(test_read(count, &after), OK);
    assert_int_equal(before.ties, after.ties);
    assert_int_equal(before.waits, after.waits);
    assert_int_equal(before.alike, after.alike);
}

static void a_full_circle_refuses_kindly(void **state)
{
    (void)state;
    struct deed d = { .circle = at.circle };
    come_in(at.who[ADA], house.tom, "", CHANNEL_WEB);
    assert_int_equal(as(at.who[ADA], invite, &d), E_CONFLICT); /* four of four */
    assert_int_equal(as(house.mia, invite, &d), E_NOTFOUND);   /* hers to know of? no */
}

static void a_link_works_once_and_not_for_who_is_in(void **state)
{
    (void)state;
    struct deed d = { .circle = at.circle, .mask = S("") };
    assert_int_equal(as(at.who[CY], leave, &d), OK);
    assert_int_equal(as(at.who[ADA], invite, &d), OK);
    assert_int_equal(as(at.who[BO], join, &d), E_CONFLICT);
    struct deed masked = d;
    masked.mask = S("ADA");
    assert_int_equal(as(house.tom, join, &masked), E_INVALID); /* called like a member */
    assert_int_equal(as(house.tom, join, &d), OK);
    assert_int_equal(as(at.who[CY], join, &d), E_NOTFOUND);
    struct deed late = { .circle = at.circle, .mask = S("") };
    assert_int_equal(as(at.who[BO], leave, &late), OK);
    assert_int_equal(as(at.who[ADA], invite, &late), OK);
    house.now += CIRCLE_LINK_S;
    assert_int_equal(as(at.who[CY], join, &late), E_NOTFOUND);
}

static void only_members_speak(void **state)
{
    (void)state;
    struct deed d = { .circle = at.circle, .subject = S("Hello"), .words = S("Here I am.") };
    assert_int_equal(as(house.mia, say, &d), E_NOTFOUND);
    d.about = at.first;
    assert_int_equal(as(house.tom, say, &d), E_NOTFOUND);
    struct deed other = { .size = 2 };
    assert_int_equal(as(house.tom, make, &other), OK);
    other.about = at.first; /* said in another circle */
    other.words = S("Here I am.");
    assert_int_equal(as(house.tom, say, &other), E_NOTFOUND);
}

static err go_quiet(struct ctx *c, void *arg)
{
    *(bool *)arg = talk_circle_quiet(c, at.circle);
    return OK;
}
static bool quiet(id who)
{
    bool is = false;
    house.viewer = who;
    assert_int_equal(test_read(go_quiet, &is), OK);
    house.viewer = house.mia;
    return is;
}

static void who_is_quiet_for_long_is_told_alone(void **state)
{
    (void)state;
    assert_false(quiet(at.who[BO]));
    house.now += TALK_QUIET_S + DAY;
    assert_false(quiet(at.who[BO])); /* nobody talks: it is the circle that is quiet */
    begins(at.who[ADA], "The roof", "It leaks.");
    assert_false(quiet(at.who[ADA]));
    assert_true(quiet(at.who[BO]));
    assert_true(quiet(at.who[CY]));
    assert_false(quiet(house.tom));
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, open_circle, test_close)
    const struct CMUnitTest tests[] = {
        TEST(members_see_it_and_keepers_do_not),
        TEST(a_mask_has_its_name_and_nothing_else),
        TEST(a_member_who_keeps_the_house_opens_it_to_nobody),
        TEST(a_new_owner_sees_nothing_of_it),
        TEST(what_was_open_before_stays_shut_to_it),
        TEST(who_leaves_sees_it_no_more_and_who_comes_sees_what_follows),
        TEST(who_gets_letters_gets_one_each),
        TEST(who_reads_it_here_only_gets_no_more_letters),
        TEST(who_comes_back_under_a_mask_gets_no_letters),
        TEST(a_mask_does_not_answer_by_letter),
        TEST(an_answer_by_letter_is_the_circles_and_not_the_mailboxs),
        TEST(a_second_copy_shows_it_to_nobody_else),
        TEST(somebody_else_at_that_address_is_mail_to_the_house),
        TEST(who_is_erased_was_nobodys_mask),
        TEST(it_makes_no_ties_and_no_waits),
        TEST(a_full_circle_refuses_kindly),
        TEST(a_link_works_once_and_not_for_who_is_in),
        TEST(only_members_speak),
        TEST(who_is_quiet_for_long_is_told_alone),
    };
    return TEST_BOTH("circles", tests);
}
