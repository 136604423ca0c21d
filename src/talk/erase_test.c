/* SPDX-License-Identifier: GPL-3.0-or-later
 * erase_test.c - words go, the order of things stays, and all tables follow from what is left. */
#include "talk/erase.h"
#include "talk/house_test.h"

#include "kit/base/pack.h"
#include "people/card.h"

static const char mia[] = "mia@pub.example";
static const char ada[] = "Ada Kestrel <ada@kestrel.example>", ada_only[] = "ada@kestrel.example";

/* ---- doing it ------------------------------------------------------------ */

struct asked {
    id message, person;
    struct erase_plan plan;
    err err;
};

static err plan_it(struct ctx *c, void *arg)
{
    struct asked *a = arg;
    a->err = a->person ? erase_person_plan(c, a->person, &a->plan)
                       : erase_message_plan(c, a->message, &a->plan);
    return a->err;
}

static err erase_it(struct tx *t, void *arg)
{
    struct asked *a = arg;
    TRY(plan_it(&t->c, a));
    return erase_do(t, &a->plan, ERASE_ASKED);
}

static struct erase_plan erase_message(const char *name)
{
    struct asked a = { .message = test_message(name).id };
    assert_int_equal(test_write(erase_it, &a), OK);
    return a.plan;
}

static struct erase_plan erase_person(const char *address)
{
    struct asked a = { .person = test_person(address) };
    assert_int_not_equal(a.person, 0);
    assert_int_equal(test_write(erase_it, &a), OK);
    return a.plan;
}

static err verify(struct ctx *c, void *arg)
{
    log_verify(c, true, arg);
    return OK;
}

static void chain_holds(int64_t erased)
{
    struct log_check k;
    assert_int_equal(test_read(verify, &k), OK);
    assert_int_equal(k.broken, 0);
    assert_int_equal(k.erased, erased);
}

static err find_words(struct ctx *c, void *arg)
{
    struct find_hits hits;
    struct str *words = arg;
    TRY(talk_find(c, *words, 0, FIND_MOST, &hits));
    words->n = hits.n;
    return OK;
}

static int found(const char *words)
{
    struct str s = str_c(words);
    assert_int_equal(test_read(find_words, &s), OK);
    return (int)s.n;
}

/* In any file of the database, also where it wrote before? PostgreSQL's are its own affair. */
static bool in_files(const char *word)
{
    static const char *const ends[] = { "", "-wal", "-shm" };
    bool there = false;
    for (int i = 0; i < COUNT(ends); i++) {
        char name[300];
        snprintf(name, sizeof name, "%s%s", house.path, ends[i]);
        FILE *f = fopen(name, "rb");
        if (!f) continue;
        char *all = malloc(64 * MIB);
        size_t n = fread(all, 1, 64 * MIB, f);
        there = there || memmem(all, n, word, strlen(word));
        free(all);
        fclose(f);
    }
    return there;
}

static void kept(const char *word)
{
    if (!test_remote && !in_files(word)) fail_msg("%s is nowhere to be found", word);
}

static void gone(const char *word)
{
    if (!test_remote && in_files(word)) fail_msg("%s is still there", word);
}

static err count(struct ctx *c, void *arg)
{
    int64_t *n = arg;
    n[0] = db_int(c, 0, SQL("SELECT count(*) FROM contact /* scan */"));
    n[1] = db_int(c, 0, SQL("SELECT count(*) FROM person WHERE name<>'' /* scan */"));
    n[2] = db_int(c, 0, SQL("SELECT count(*) FROM blob WHERE size>=0 /* scan */"));
    n[3] = db_int(c, 0, SQL("SELECT count(*) FROM conversation /* scan */"));
    return OK;
}

static int64_t counted(int which)
{
    int64_t n[4];
    assert_int_equal(test_read(count, n), OK);
    return n[which];
}
enum { CONTACTS, NAMES, BODIES, CONVERSATIONS };

/* ---- a message ----------------------------------------------------------- */

static void put_thread(void)
{
    test_put((struct letter){ "a", ada, mia, "", "", "Pelicans on Sunday",
                              "Do the zwetschge pelicans arrive on Sunday?", "inbox", 0, 0, NULL,
                              NULL, NULL });
    test_put((struct letter){ "b", mia, ada_only, "", "a", "Re: Pelicans on Sunday",
                              "> Do the zwetschge pelicans arrive on Sunday?\nThey do, at nine.",
                              "sent", HOUR, 0, NULL, NULL, NULL });
    test_put((struct letter){ "c", ada, mia, "Bo Plover <bo@plover.example>", "a b",
                              "Re: Pelicans on Sunday", "Then I bring quincemarmalade for Bo.",
                              "inbox", 2 * HOUR, 0, NULL, NULL, NULL });
}

static void a_message_loses_its_words_and_keeps_its_place(void **state)
{
    (void)state;
    put_thread();
    assert_int_equal(found("quincemarmalade"), 1);
    kept("bo@plover.example");
    int64_t bodies = counted(BODIES);
    struct erase_plan p = erase_message("c");
    assert_int_equal(p.others, 1); /* Bo */
    struct message c = test_message("c"), b = test_message("b");
    assert_int_equal(c.conversation, b.conversation);
    assert_int_equal(c.parent, b.id);
    assert_int_equal(c.subject.n, 0);
    assert_true(c.marks & TALK_MARK_ERASED);
    assert_int_equal(c.author, test_person(ada_only));
    assert_int_equal(found("quincemarmalade"), 0);
    assert_int_equal(found("plover"), 0);
    assert_int_equal(counted(BODIES), bodies - 1);
    assert_int_equal(counted(CONVERSATIONS), 1);
    gone("quincemarmalade");
    gone("bo@plover.example");
    gone("Bo Plover");
    chain_holds(1);
}

static void an_answer_keeps_what_it_quotes_and_a_shared_text_stays(void **state)
{
    (void)state;
    put_thread();
    test_put((struct letter){ "d", "cy@egret.example", mia, "", "", "Another matter",
                              "Do the zwetschge pelicans arrive on Sunday?", "inbox", 3 * HOUR, 0,
                              NULL, NULL, NULL });
    struct erase_plan p = erase_message("a");
    assert_int_equal(p.answers, 1); /* b; c answers b */
    assert_int_equal(p.others, 0);
    assert_int_equal(found("zwetschge"), 1); /* d has the same text; in b it is quoted */
    struct asked twice = { .message = test_message("a").id };
    assert_int_equal(test_write(erase_it, &twice), E_CONFLICT);
    chain_holds(1);
}

static void who_may_not_see_it_may_not_erase_it(void **state)
{
    (void)state;
    put_thread();
    struct asked a = { .message = test_message("a").id };
    house.viewer = house.tom;
    assert_int_equal(test_write(erase_it, &a), E_NOTFOUND);
    house.viewer = house.mia;
    assert_int_equal(test_write(erase_it, &a), OK);
}

struct broken {
    id event;
    struct str raw;
};

static err put_broken(struct tx *t, void *arg)
{
    struct broken *b = arg;
    struct buf data = { .a = t->c.a };
    rec_str(&data, 1, S("no header ends here"));
    b->event =
        log_append(t, (struct event){ .kind = EVENT_MAIL_UNREADABLE,
                                      .body = log_keep(t, log_name(&t->c, b->raw), b->raw.n,
                                                       pack_bytes(t->c.a, PACK_MAIL, b->raw)),
                                      .data = buf_str(&data) });
    return OK;
}

static void what_could_not_be_read_goes_as_well(void **state)
{
    (void)state;
    struct broken b = { .raw = S("\x01 gibberish bullfinch") };
    assert_int_equal(test_write(put_broken, &b), OK);
    kept("bullfinch");
    struct asked a = { .message = b.event };
    house.viewer = house.tom;
    assert_int_equal(test_write(erase_it, &a), E_NOTFOUND);
    house.viewer = house.mia;
    assert_int_equal(test_write(erase_it, &a), OK);
    gone("bullfinch");
    chain_holds(1);
}

/* ---- a person ------------------------------------------------------------ */

static void put_people(void)
{
    put_thread();
    test_put((struct letter){ "d", "Cy Egret <cy@egret.example>", mia, ada, "", "The raft race",
                              "Ask your friend as well.", "inbox", DAY, 0, NULL, NULL, NULL });
    test_put((struct letter){ "e", mia, "cy@egret.example", "", "d", "Re: The raft race", "I will.",
                              "sent", DAY + HOUR, 0, NULL, NULL, NULL });
}

static void a_person_goes_and_others_keep_their_letters(void **state)
{
    (void)state;
    put_people();
    id was = test_person(ada_only);
    int64_t names = counted(NAMES);
    struct erase_plan p = erase_person(ada_only);
    assert_int_equal(p.wrote, 2);
    assert_int_equal(p.told, 1);
    assert_int_equal(p.mentioned, 1);
    assert_int_equal(p.others, 1);
    assert_int_equal(counted(NAMES), names - 4); /* Ada, Bo and their two organisations */
    assert_int_equal(found("zwetschge"), 0);
    assert_int_equal(found("kestrel"), 0);
    assert_int_equal(found("raft"), 2);
    gone("zwetschge");
    gone("Kestrel");
    gone("kestrel");
    struct message a = test_message("a");
    assert_int_equal(a.author, 0);
    struct named_person n = { .address = ada_only };
    assert_int_equal(test_read(get_person, &n), OK);
    assert_int_equal(n.who, was); /* the number is not given again */
    struct message d = test_message("d");
    assert_string_equal(str_z(house.a, d.subject), "The raft race");
    chain_holds(4);
}

static void their_ties_go_and_those_of_others_stay(void **state)
{
    (void)state;
    put_people();
    int64_t before = counted(CONTACTS);
    erase_person(ada_only);
    assert_true(counted(CONTACTS) > 0);
    assert_true(counted(CONTACTS) < before);
}

static void only_an_owner_erases_a_person_and_no_keeper(void **state)
{
    (void)state;
    put_people();
    struct asked a = { .person = test_person(ada_only) }, keeper = { .person = house.tom };
    house.viewer = house.tom;
    assert_int_equal(test_write(erase_it, &a), E_DENIED);
    house.viewer = house.mia;
    assert_int_equal(test_write(erase_it, &keeper), E_INVALID);
    assert_int_equal(test_write(erase_it, &a), OK);
}

static void who_writes_again_is_somebody_new(void **state)
{
    (void)state;
    put_people();
    erase_person(ada_only);
    test_put((struct letter){ "z", "Ada K. <ada@kestrel.example>", mia, "", "", "Hello again",
                              "It is me.", "inbox", 190 * DAY, 0, NULL, NULL, NULL });
    struct message z = test_message("z");
    assert_string_equal(str_z(house.a, z.author_name), "Ada K.");
    assert_int_equal(test_message("a").author, 0);
    chain_holds(4);
}

/* ---- deeds about them, cards, merges -------------------------------------- */

static err decorate(struct tx *t, void *arg)
{
    struct ctx *c = &t->c;
    id who = person_of_uri(c, S("mailto:ada@kestrel.example")),
       cy = person_of_uri(c, S("mailto:cy@egret.example"));
    struct meeting at[] = {
        { .uri = S("mailto:ada@kestrel.example"),
          .shown = S("ada@kestrel.example"),
          .kind = PERSON_HUMAN,
          .domain = S("kestrel.example") },
        { .uri = S("mailto:ada+boat@ibis.example"),
          .shown = S("ada+boat@ibis.example"),
          .base_uri = S("mailto:ada@ibis.example"),
          .kind = PERSON_HUMAN,
          .domain = S("ibis.example") },
    };
    struct card card = { .key = S("k1"),
                         .name = S("Ada Cardname"),
                         .org = S("Guillemot Works"),
                         .kind = PERSON_HUMAN,
                         .at = at,
                         .n = 2 };
    struct card_done done;
    (void)arg;
    TRY(person_name(t, who, S("Ada Underscore")));
    TRY(person_set_mark(t, who, MARK_LEFT, 1234));
    TRY(card_take(t, &card, 1, &done));
    TRY(tie_want(t, who, 2));
    TRY(person_know(t, who, true));
    TRY(person_keep_apart(t, who, cy));
    log_settle(t);
    return OK;
}

static void what_was_said_of_them_goes(void **state)
{
    (void)state;
    put_people();
    assert_int_equal(test_write(decorate, NULL), OK);
    kept("Underscore");
    kept("Guillemot");
    struct erase_plan p = erase_person(ada_only);
    assert_int_equal(p.cards, 1);
    assert_int_equal(p.handles, 2);
    static const char *const words[] = { "Underscore", "Cardname", "Guillemot", "ibis.example" };
    for (int i = 0; i < COUNT(words); i++) gone(words[i]);
}

static err unite(struct tx *t, void *arg)
{
    id *who = arg;
    return person_merge(t, who[0], who[1]);
}

static void who_became_one_goes_as_one(void **state)
{
    (void)state;
    put_people();
    id first[] = { test_person(ada_only), test_person("bo@plover.example") },
       who[] = { test_person("cy@egret.example"), test_person(ada_only) };
    assert_int_equal(test_write(unite, first), OK);
    assert_int_equal(test_write(unite, who), OK);
    struct erase_plan p = erase_person(ada_only);
    assert_int_equal(p.wrote, 3);
    assert_int_equal(p.mentioned, 0);
    gone("egret");
    gone("Plover");
    gone("plover");
    gone("kestrel");
}

static err take_again(struct tx *t, void *arg)
{
    struct meeting at = { .uri = S("mailto:ada@kestrel.example"),
                          .shown = S("ada@kestrel.example"),
                          .kind = PERSON_HUMAN };
    struct card card = {
        .key = S("k2"), .name = S("Ada"), .org = S(""), .kind = PERSON_HUMAN, .at = &at, .n = 1
    };
    struct card_done done;
    (void)arg;
    return card_take(t, &card, 2, &done);
}

static void a_card_does_not_bring_them_back(void **state)
{
    (void)state;
    put_people();
    erase_person(ada_only);
    assert_int_equal(test_write(take_again, NULL), E_INVALID);
}

/* ---- contacts taken back --------------------------------------------------- */

/* A tagged address, one that only the card has, an organisation, marks. */
static err take_card(struct tx *t, void *arg)
{
    struct card_done *done = arg;
    struct meeting at[] = {
        { .uri = S("mailto:ada+boat@ibis.example"),
          .shown = S("Ada+Boat@ibis.example"),
          .base_uri = S("mailto:ada@ibis.example"),
          .kind = PERSON_HUMAN,
          .domain = S("ibis.example") },
        { .uri = S("mailto:ada@wryneck.example"),
          .shown = S("ada@wryneck.example"),
          .kind = PERSON_HUMAN,
          .domain = S("wryneck.example") },
    };
    struct card card = { .key = S("k3"),
                         .name = S("Ada Cardname"),
                         .org = S("Guillemot Works"),
                         .kind = PERSON_HUMAN,
                         .at = at,
                         .n = 2,
                         .dead_at = 1234,
                         .mute = true };
    TRY(card_take(t, &card, 7, done));
    log_settle(t);
    return OK;
}

static err name_them(struct tx *t, void *arg)
{
    return person_name(t, *(id *)arg, S("Ada Underscore"));
}

/* Nothing stays but what letters say. */
static err take_back(struct tx *t, void *arg)
{
    struct card_handles none = { 0 }, stay = { NEW(t->c.a, int64_t, 2), 0 };
    id event, before = log_end(&t->c);
    assert_int_equal(card_of_source(&t->c, 7, &event, 1), 1);
    if (*(bool *)arg) {
        stay.at[stay.n++] = hash_name(t->c.secret, S("mailto:ada+boat@ibis.example"));
        stay.at[stay.n++] = hash_name(t->c.secret, S("mailto:ada@ibis.example"));
    }
    TRY(card_take_back(t, event, stay.n ? &stay : &none));
    log_settle(t);
    return card_forget(t, before);
}

static void a_card_taken_back_leaves_no_words_and_may_come_again(void **state)
{
    (void)state;
    struct card_done done;
    bool stays = false;
    put_people();
    int letters = found("kestrel");
    assert_true(letters > 0);
    assert_int_equal(test_write(take_card, &done), OK);
    assert_int_equal(done.how, CARD_MADE);
    assert_int_equal(test_write(name_them, &done.person), OK);
    kept("Cardname");
    kept("Underscore");
    assert_int_equal(test_write(take_back, &stays), OK);
    static const char *const words[] = { "Cardname",     "cardname", "Guillemot",  "guillemot",
                                         "ibis.example", "wryneck",  "Underscore", "underscore" };
    for (int i = 0; i < COUNT(words); i++) gone(words[i]);
    chain_holds(2);
    assert_int_equal(test_person("ada@wryneck.example"), 0);
    assert_int_equal(found("kestrel"), letters);
    id was = done.person;
    assert_int_equal(test_write(take_card, &done), OK);
    assert_int_equal(done.how, CARD_MADE);
    assert_int_not_equal(done.person, was); /* a number is given once */
}

static err look_at(struct ctx *c, void *arg)
{
    struct person *p = arg;
    return person_get(c, p->id, p);
}

static void what_letters_say_stays_when_the_card_goes(void **state)
{
    (void)state;
    struct card_done done;
    struct person p;
    bool stays = true;
    assert_int_equal(test_write(take_card, &done), OK);
    test_put((struct letter){ "a", "ada+boat@ibis.example", mia, "", "", "The raft", "Come.",
                              "inbox", 0, 0, NULL, NULL, NULL });
    assert_int_equal(test_write(take_back, &stays), OK);
    assert_int_equal(test_person("ada+boat@ibis.example"), done.person);
    assert_int_equal(test_person("ada@ibis.example"), done.person);
    p.id = done.person;
    assert_int_equal(test_read(look_at, &p), OK);
    assert_string_equal(str_z(house.a, p.name), "ada");
    assert_string_equal(str_z(house.a, p.org_name), "ibis.example");
    assert_false(p.dead_at || p.mute);
    static const char *const words[] = { "Cardname", "Guillemot", "wryneck", "Ada+Boat" };
    for (int i = 0; i < COUNT(words); i++) gone(words[i]);
}

/* ---- the ledger ----------------------------------------------------------- */

struct ledger_line {
    struct arena *a; /* lives longer than the house */
    struct str record;
    int n;
    err say;
};

static err keep_record(void *arg, struct ctx *c, const struct erasure *e, struct str record)
{
    struct ledger_line *k = arg;
    (void)c, (void)e;
    k->record = str_dup(k->a, record);
    k->n++;
    return k->say;
}

static err again(struct tx *t, void *arg)
{
    struct erasure e;
    erasure_read(t->c.a, ((struct ledger_line *)arg)->record, &e);
    assert_false(erasure_known(&t->c, &e));
    TRY(erase_again(t, &e));
    assert_true(erasure_known(&t->c, &e));
    return OK;
}

static void a_ledger_erases_again_in_an_older_copy(void **state)
{
    struct ledger_line k = { .a = arena_open(MIB), .say = OK };
    put_people();
    log_ledger = (struct ledger){ keep_record, &k };
    erase_person(ada_only);
    log_ledger = (struct ledger){ 0 };
    assert_int_equal(k.n, 1);
    assert_int_equal(str_find(k.record, S("kestrel")), -1);
    struct str erased = str_dup(k.a, test_digest());
    assert_int_equal(test_close(state), 0);
    assert_int_equal(test_open(state), 0); /* as it was before */
    put_people();
    kept("kestrel");
    assert_int_equal(test_write(again, &k), OK);
    gone("kestrel");
    struct str now = test_digest();
    assert_string_equal(str_z(k.a, erased), str_z(k.a, now));
    arena_close(k.a);
}

static void without_its_ledger_nothing_is_erased(void **state)
{
    (void)state;
    struct ledger_line k = { .a = house.a, .say = E_PEER };
    put_thread();
    struct asked a = { .message = test_message("a").id };
    log_ledger = (struct ledger){ keep_record, &k };
    assert_int_equal(test_write(erase_it, &a), E_PEER);
    log_ledger = (struct ledger){ 0 };
    assert_int_equal(found("zwetschge"), 1);
    chain_holds(0);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, test_open, test_close)
    const struct CMUnitTest tests[] = {
        TEST(a_message_loses_its_words_and_keeps_its_place),
        TEST(an_answer_keeps_what_it_quotes_and_a_shared_text_stays),
        TEST(who_may_not_see_it_may_not_erase_it),
        TEST(what_could_not_be_read_goes_as_well),
        TEST(a_person_goes_and_others_keep_their_letters),
        TEST(their_ties_go_and_those_of_others_stay),
        TEST(only_an_owner_erases_a_person_and_no_keeper),
        TEST(who_writes_again_is_somebody_new),
        TEST(what_was_said_of_them_goes),
        TEST(who_became_one_goes_as_one),
        TEST(a_card_does_not_bring_them_back),
        TEST(a_card_taken_back_leaves_no_words_and_may_come_again),
        TEST(what_letters_say_stays_when_the_card_goes),
        TEST(a_ledger_erases_again_in_an_older_copy),
        TEST(without_its_ledger_nothing_is_erased),
    };
    return TEST_BOTH("erasing", tests);
}
