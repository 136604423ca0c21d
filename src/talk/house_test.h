/* SPDX-License-Identifier: GPL-3.0-or-later
 * house_test.h - a house in a temporary file, or on PostgreSQL (see store_test.c for SNUG_TEST_PG,
 * a test that wants both ends with TEST_BOTH), for the tests of people and talk: two keepers, and
 * letters given as a few words. Included by x_test.c files only. */
#pragma once
#include "circles/circle.h"
#include "facts/grant.h"
#include "kit/base/hash.h"
#include "kit/base/pack.h"
#include "kit/base/text.h"
#include "kit/store/migrate.h"
#include "kit/store/search.h"
#include "people/keeper.h"
#include "people/people_mail.h"
#include "post/mailbox.h"
#include "post/outbox.h"
#include "post/post_mail.h"
#include "talk/come.h"
#include "talk/find.h"
#include "talk/incoming.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

enum { TEST_NOW = 1780000000, TEST_START = TEST_NOW - 200 * DAY }; /* May 2026 */

struct test_house {
    struct arena *a;
    struct secret secret;
    struct store *s;
    id mia, tom; /* keepers: mia@pub.example (owner), tom@pub.example */
    id viewer;
    int64_t now;
    char path[256];
};
static struct test_house house;
static bool test_remote;

struct letter {
    const char *id, *from, *to, *cc, *refs, *subject, *text, *folder;
    int64_t at;       /* from TEST_START */
    talk_class class; /* 0: direct */
    const char *why;  /* of that class */
    const char *bcc, *envelope;
};

static const struct concept *const test_concepts[] = {
    &log_concept,  &people_concept, &circles_concept, &may_concept, &facts_concept,
    &ties_concept, &post_concept,   &outbox_concept,  &talk_concept
};

static err test_write(write_fn *fn, void *arg)
{
    struct work w = { .a = house.a, .viewer = house.viewer, .now = house.now };
    err e = work_write(house.s, &w, fn, arg);
    if (w.broken) fail_msg("%.*s", STR(w.why));
    return e;
}

static err test_read(read_fn *fn, void *arg)
{
    struct work w = { .a = house.a, .viewer = house.viewer, .now = house.now };
    err e = work_read(house.s, &w, fn, arg);
    if (w.broken) fail_msg("%.*s", STR(w.why));
    return e;
}

static err make_keepers(struct tx *t, void *unused)
{
    struct meetings m;
    (void)unused;
    TRY(house_found(t, S("The Pub"), false));
    assert_true(meetings_typed(t->c.a, S("mia@pub.example, bar@pub.example"), &m));
    TRY(keeper_join(t,
                    &(struct keeper_new){
                        .name = S("Mia Moon"), .addresses = m.at, .n = m.n, .role = KEEPER_OWNER },
                    &house.mia));
    assert_true(meetings_typed(t->c.a, S("tom@pub.example"), &m));
    return keeper_join(t,
                       &(struct keeper_new){ .name = S("Tom Tully"),
                                             .addresses = m.at,
                                             .n = 1,
                                             .role = KEEPER_PLAIN },
                       &house.tom);
}

static int test_open(void **state)
{
    (void)state;
    struct schema list[COUNT(test_concepts) + 1] = { { "search", search_schema } };
    struct str why = S("");
    uint8_t master[32] = { 7 };
    hash_start();
    tie_start();
    fact_start();
    talk_start();
    log_wire(test_concepts, COUNT(test_concepts));
    channel_add(&channel_mail);
    channel_add(&talk_web_channel);
    channel_add(&counter_channel);
    house = (struct test_house){ .a = arena_open((size_t)256 * MIB), .now = TEST_NOW };
    secret_derive(&house.secret, master);
    if (test_remote)
        snprintf(house.path, sizeof house.path, "%s#house_test_%d", getenv("SNUG_TEST_PG"),
                 (int)getpid());
    else snprintf(house.path, sizeof house.path, "/tmp/snug_test_%d.db", (int)getpid());
    if (!test_remote) unlink(house.path);
    house.s = store_open(house.a, &(struct store_opts){ .where = str_c(house.path) }, &house.secret,
                         &why);
    if (!house.s) fail_msg("%.*s", STR(why));
    for (int i = 0; i < COUNT(test_concepts); i++)
        list[i + 1] = (struct schema){ test_concepts[i]->name, test_concepts[i]->schema };
    if (migrate(house.s, house.a, list, COUNT(list), &why) != OK) fail_msg("%.*s", STR(why));
    assert_int_equal(test_write(make_keepers, NULL), OK);
    house.viewer = house.mia;
    return 0;
}

static err digest_into(struct ctx *c, void *out)
{
    *(struct str *)out = log_digest(c);
    return OK;
}

static struct str test_digest(void)
{
    struct str d = S("");
    assert_int_equal(test_read(digest_into, &d), OK);
    return d;
}

/* From now on it is that moment, also for what asks the clock itself. */
static inline void test_clock(int64_t at)
{
    char path[300];
    snprintf(path, sizeof path, "/tmp/snug_test_%d.db.clock", (int)getpid());
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fprintf(f, "%lld\n", (long long)at);
    fclose(f);
    setenv("SNUG_CLOCK", path, 1);
}

static inline err connect_bar(struct tx *t, void *unused)
{
    id box;
    struct mailbox_settings s = { .address = S("bar@pub.example"),
                                  .name = S("Mia at the Pub"),
                                  .login = S(""),
                                  .password = S("two pints of bitter"),
                                  .imap = { .host = S("") },
                                  .smtp = { .host = S("smtp.pub.example"), .port = 465 },
                                  .plus = true };
    (void)unused;
    TRY(mailbox_add(t, &s, &box));
    db_do(t, SQL("UPDATE mailbox SET stopped=$1 WHERE id=$2"), I(MAILBOX_READS), I(box));
    return OK;
}

/* The viewer can send, from bar@pub.example. */
static inline void test_mailbox(void) { assert_int_equal(test_write(connect_bar, NULL), OK); }

static err drop_schema(struct tx *t, void *unused)
{
    (void)unused;
    db_do(t, SQL("DO $$ BEGIN EXECUTE 'DROP SCHEMA '||current_schema()||' CASCADE'; END $$"));
    return OK;
}

/* Every test ends by proving that all tables follow from the log. */
static int test_close(void **state)
{
    (void)state;
    char name[300];
    struct str live = test_digest();
    assert_int_equal(test_write(log_rebuild, NULL), OK);
    struct str again = test_digest();
    if (!str_eq(live, again)) {
        fprintf(stderr, "live:\n%.*s\nrebuilt:\n%.*s\n", STR(live), STR(again));
        return -1;
    }
    if (test_remote) assert_int_equal(test_write(drop_schema, NULL), OK);
    store_close(house.s);
    arena_close(house.a);
    static const char *const ends[] = { "", "-wal", "-shm", ".clock" };
    for (int i = 0; i < COUNT(ends); i++) {
        snprintf(name, sizeof name, "/tmp/snug_test_%d.db%s", (int)getpid(), ends[i]);
        unlink(name);
    }
    return 0;
}

static inline bool test_on_server(void) { return test_remote = getenv("SNUG_TEST_PG") != NULL; }

/* Runs them on SQLite, then on PostgreSQL if there is one: what main() returns. */
#define TEST_BOTH(name, tests)                                                                     \
    (cmocka_run_group_tests_name(name " on SQLite", tests, NULL, NULL) +                           \
     (test_on_server() ? cmocka_run_group_tests_name(name " on PostgreSQL", tests, NULL, NULL)     \
                       : 0))

/* ---- letters ------------------------------------------------------------- */

/* "Ada Bell <ada@x.example>, bo@y.example" */
static inline void test_addresses(struct arena *a, struct incoming *in, recipient_role role,
                                  const char *list)
{
    struct str rest = str_c(list), one;
    while (str_cut(&rest, ',', &one)) {
        struct meetings m;
        ptrdiff_t open = str_chr(one, '<');
        struct str name = open > 0 ? str_trim(str_upto(one, open)) : S("");
        struct str address = open >= 0
                                 ? str_upto(str_from(one, open + 1), str_chr(one, '>') - open - 1)
                                 : str_trim(one);
        if (!address.n) continue;
        assert_true(meetings_typed(a, address, &m));
        m.at[0].name = name;
        m.at[0].own = role == ROLE_FROM;
        in->who[in->n_who++] = (struct incoming_address){ role, m.at[0] };
    }
}

static inline void test_chain(struct ctx *c, struct incoming *in, const char *refs)
{
    struct str rest = str_c(refs), one;
    in->chain = NEW(c->a, int64_t, 20);
    while (str_cut(&rest, ' ', &one))
        if (one.n) in->chain[in->n_chain++] = hash_name(c->secret, one);
}

static inline err put_letter(struct tx *t, void *arg)
{
    const struct letter *l = arg;
    struct arena *a = t->c.a;
    struct str subject = str_c(l->subject), base = subject, text = str_c(l->text);
    bool reply = str_ibegins(subject, S("re: "));
    if (reply) base = str_from(subject, 4);
    struct incoming in = { .message_id = str_c(l->id),
                           .subject = subject,
                           .base = base.n >= 4 ? text_fold(a, base) : S(""),
                           .reply_word = reply,
                           .class = l->class ? l->class : TALK_DIRECT,
                           .class_why = str_c(l->why),
                           .folder = str_c(l->folder),
                           .text_size = text.n,
                           .who = NEW(a, struct incoming_address, 50) };
    test_addresses(a, &in, ROLE_FROM, l->from);
    test_addresses(a, &in, ROLE_TO, l->to);
    test_addresses(a, &in, ROLE_CC, l->cc);
    test_addresses(a, &in, ROLE_BCC, l->bcc);
    test_addresses(a, &in, ROLE_ENVELOPE, l->envelope);
    test_chain(&t->c, &in, l->refs);
    struct str blind = l->bcc ? str_fmt(a, "Bcc: %s\n", l->bcc) : S(""),
               raw = str_fmt(a, "%.*sMessage-ID: %s\n\n%.*s", STR(blind), l->id, STR(text)),
               kept = str_fmt(a, "%.*s%.*s", STR(text), STR(raw));
    log_append(t, (struct event){ .kind = EVENT_MAIL_RECEIVED,
                                  .channel = CHANNEL_MAIL,
                                  .at = TEST_START + l->at,
                                  .body = log_keep(t, log_name(&t->c, raw), raw.n,
                                                   pack_bytes(a, PACK_MAIL, kept)),
                                  .ext = hash_name(t->c.secret, str_c(l->id)),
                                  .data = incoming_write(a, &in) });
    return OK;
}

static inline void test_put(struct letter l) { assert_int_equal(test_write(put_letter, &l), OK); }

struct named_message {
    const char *id;
    struct message m;
};

static inline err get_message(struct ctx *c, void *arg)
{
    struct named_message *n = arg;
    return talk_message(c, log_find(c, hash_name(c->secret, str_c(n->id))), &n->m);
}

static inline struct message test_message(const char *name)
{
    struct named_message n = { .id = name };
    assert_int_equal(test_read(get_message, &n), OK);
    return n.m;
}

struct named_person {
    const char *address;
    id who;
};

static inline err get_person(struct ctx *c, void *arg)
{
    struct named_person *n = arg;
    n->who = person_of_uri(c, str_fmt(c->a, "mailto:%s", n->address));
    return OK;
}

static inline id test_person(const char *address)
{
    struct named_person n = { .address = address };
    assert_int_equal(test_read(get_person, &n), OK);
    return n.who;
}
