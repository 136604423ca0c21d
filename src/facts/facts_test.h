/* SPDX-License-Identifier: GPL-3.0-or-later
 * facts_test.h - a house of its concepts up to facts, in a temporary file or on PostgreSQL (a test
 * that wants both sets on_server): Olga owns it, Pat keeps it with her, Ana, Ben and Cleo are
 * regulars. Included by x_test.c files only. */
#pragma once
#include "facts/grant.h"
#include "kit/base/hash.h"
#include "kit/base/pack.h"
#include "kit/store/migrate.h"
#include "kit/store/search.h"
#include "people/keeper.h"
#include "people/people_log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

enum { OLGA, PAT, ANA, BEN, CLEO, EVERYBODY, HOUSE = -1 };
enum { START = 1780000000 };
static const struct concept *const concepts[] = { &log_concept, &people_concept, &circles_concept,
                                                  &may_concept, &facts_concept };
static struct place {
    struct arena *a;
    struct store *s;
    struct secret secret;
    id who[EVERYBODY];
    int64_t now;
    char where[256];
} h;
static bool on_server;

/* As somebody, in an arena of its own: what fn leaves must not point there. */
static err as(int who, write_fn *fn, void *arg)
{
    struct work w = { .a = arena_open(64 * MIB),
                      .now = h.now,
                      .viewer = who == HOUSE ? 0 : h.who[who] };
    err e = work_write(h.s, &w, fn, arg);
    if (w.broken) fail_msg("it died: %.*s", STR(w.why));
    arena_close(w.a);
    return e;
}

/* As somebody reading; the arena is the house's, so that what is read can be looked at. */
static inline err reads(int who, read_fn *fn, void *arg)
{
    struct work w = { .a = h.a, .now = h.now, .viewer = who == HOUSE ? 0 : h.who[who] };
    err e = work_read(h.s, &w, fn, arg);
    if (w.broken) fail_msg("it died: %.*s", STR(w.why));
    return e;
}

/* By a card, so that the log has it. */
static id met(struct tx *t, const struct meeting *m)
{
    struct buf data = { .a = t->c.a };
    rec_str(&data, REC_NAME, m->name);
    meeting_put(&data, REC_MEETING, m);
    log_append(t, (struct event){ .kind = EVENT_PERSON_CARD, .data = buf_str(&data) });
    return person_of_uri(&t->c, m->uri);
}

static err meet_all(struct tx *t, void *unused)
{
    static const char *const names[EVERYBODY] = { "olga", "pat", "ana", "ben", "cleo" };
    (void)unused;
    TRY(house_found(t, S("Corner House"), false));
    for (int i = 0; i < EVERYBODY; i++) {
        struct meeting m = { .uri = str_fmt(t->c.a, "mailto:%s@x.test", names[i]),
                             .shown = str_fmt(t->c.a, "%s@x.test", names[i]),
                             .name = str_c(names[i]),
                             .kind = PERSON_HUMAN };
        struct keeper_new k = { .name = str_c(names[i]),
                                .addresses = &m,
                                .n = 1,
                                .role = i == OLGA ? KEEPER_OWNER : KEEPER_PLAIN };
        if (i <= PAT) TRY(keeper_join(t, &k, &h.who[i]));
        else h.who[i] = met(t, &m);
    }
    return OK;
}

static int place_open(void **state)
{
    struct str why = S("");
    struct schema list[COUNT(concepts) + 1] = { { "search", search_schema } };
    (void)state;
    hash_start();
    log_wire(concepts, COUNT(concepts));
    fact_start();
    h = (struct place){ .a = arena_open((size_t)512 * MIB), .now = START };
    secret_derive(&h.secret, (const uint8_t[32]){ 7 });
    for (int i = 0; i < COUNT(concepts); i++)
        list[i + 1] = (struct schema){ concepts[i]->name, concepts[i]->schema };
    if (on_server)
        snprintf(h.where, sizeof h.where, "%s#facts_test_%d", getenv("SNUG_TEST_PG"),
                 (int)getpid());
    else snprintf(h.where, sizeof h.where, "/tmp/snug_facts_%d.db", (int)getpid());
    if (!on_server) unlink(h.where);
    h.s = store_open(h.a, &(struct store_opts){ .where = str_c(h.where) }, &h.secret, &why);
    if (!h.s || migrate(h.s, h.a, list, COUNT(list), &why) != OK) fail_msg("%.*s", STR(why));
    return as(HOUSE, meet_all, NULL) != OK;
}

static err digest(struct ctx *c, void *out)
{
    *(struct str *)out = log_digest(c);
    return OK;
}

static err drop_schema(struct tx *t, void *unused)
{
    (void)unused;
    db_do(t, SQL("DO $$ BEGIN EXECUTE 'DROP SCHEMA '||current_schema()||' CASCADE'; END $$"));
    return OK;
}

/* Every test ends by proving that all tables follow from the log. */
static int place_close(void **state)
{
    struct str live = S(""), again = S("");
    (void)state;
    assert_int_equal(reads(HOUSE, digest, &live), OK);
    assert_int_equal(as(HOUSE, log_rebuild, NULL), OK);
    assert_int_equal(reads(HOUSE, digest, &again), OK);
    bool same = str_eq(live, again);
    if (!same) fprintf(stderr, "live:\n%.*s\nrebuilt:\n%.*s\n", STR(live), STR(again));
    if (on_server) assert_int_equal(as(HOUSE, drop_schema, NULL), OK);
    store_close(h.s);
    arena_close(h.a);
    static const char *const ends[] = { "", "-wal", "-shm" };
    for (int i = 0; i < COUNT(ends) && !on_server; i++) {
        char name[sizeof h.where + 8];
        snprintf(name, sizeof name, "%s%s", h.where, ends[i]);
        unlink(name);
    }
    return same ? 0 : -1;
}
