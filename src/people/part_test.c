/* SPDX-License-Identifier: GPL-3.0-or-later
 * part_test.c - people are found by what somebody has typed so far of a name or an address. */
#include "kit/base/hash.h"
#include "kit/store/migrate.h"
#include "people/keeper.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct concept *const concepts[] = { &log_concept, &people_concept };
enum { OLGA, ANA, OTHER_ANA, EVERYBODY };
struct place {
    struct arena *a;
    struct store *s;
    struct secret secret;
    id who[EVERYBODY];
    const char *typed, *name;
    struct person_lines found;
    int alike;
};

static err meet(struct tx *t, void *arg)
{
    static const char *const names[] = { "Olga Marin", "Ana de la Cruz", "Ana de la Cruz" },
                             *const addresses[] = { "olga@marin.test", "ana.cruz@harbour.test",
                                                    "cruz2@example.test" };
    for (int i = 0; i < EVERYBODY; i++) {
        struct meeting m = { .uri = str_fmt(t->c.a, "mailto:%s", addresses[i]),
                             .shown = str_c(addresses[i]),
                             .name = str_c(names[i]),
                             .kind = PERSON_HUMAN };
        ((struct place *)arg)->who[i] = person_meet(t, &m).person;
        (void)person_open(t, ((struct place *)arg)->who[i]);
    }
    return OK;
}

static err call(struct tx *t, void *arg)
{
    struct place *h = arg;
    return person_name(t, h->who[ANA], str_c(h->name));
}

static err look(struct tx *t, void *arg)
{
    struct place *h = arg;
    person_find(&t->c, &(struct person_query){ .words = str_c(h->typed), .max = 10 }, &h->found);
    h->alike = person_alike_count(&t->c, 10);
    return OK;
}

static void do_(struct place *h, write_fn *fn)
{
    struct work w = { .a = h->a, .now = 1000, .viewer = h->who[OLGA] };
    err e = work_write(h->s, &w, fn, h);
    if (e != OK || w.broken) fail_msg("%.*s", STR(w.why));
}

/* Is exactly this one found? */
static bool finds(struct place *h, const char *typed, int who)
{
    h->typed = typed;
    do_(h, look);
    return h->found.n == 1 && h->found.at[0].id == h->who[who];
}

static bool finds_nobody(struct place *h, const char *typed)
{
    h->typed = typed;
    do_(h, look);
    return h->found.n == 0;
}

static int open_place(void **state)
{
    static struct place h;
    struct str why = S("");
    struct schema list[COUNT(concepts)];
    for (int i = 0; i < COUNT(concepts); i++)
        list[i] = (struct schema){ concepts[i]->name, concepts[i]->schema };
    h = (struct place){ .a = arena_open(64 * MIB) };
    secret_derive(&h.secret, (const uint8_t[32]){ 7 });
    h.s = store_open(h.a, &(struct store_opts){ .where = S(":memory:") }, &h.secret, &why);
    if (!h.s || migrate(h.s, h.a, list, COUNT(list), &why) != OK) fail_msg("%.*s", STR(why));
    do_(&h, meet);
    *state = &h;
    return 0;
}
static int close_place(void **state)
{
    struct place *h = *state;
    store_close(h->s);
    arena_close(h->a);
    return 0;
}

static void a_word_that_begins_so_finds(void **state)
{
    struct place *h = *state;
    assert_true(finds(h, "OLG", OLGA));
    assert_true(finds(h, "mari", OLGA));
    assert_true(finds(h, "olga m", OLGA));
    assert_true(finds_nobody(h, "arin"));
    h->typed = "la cru";
    do_(h, look);
    assert_int_equal(h->found.n, 2);
}

static void a_part_of_an_address_finds(void **state)
{
    struct place *h = *state;
    assert_true(finds(h, "harb", ANA));
    assert_true(finds(h, "cruz2@ex", OTHER_ANA));
    assert_true(finds(h, "ana.cruz@h", ANA));
    assert_true(finds_nobody(h, "arbour"));
    assert_true(finds_nobody(h, "%"));
}

static void another_name_is_found_instead(void **state)
{
    struct place *h = *state;
    h->name = "Anna Berg Silva";
    do_(h, call);
    assert_true(finds(h, "silv", ANA));
    assert_true(finds(h, "berg s", ANA));
    assert_true(finds(h, "la cru", OTHER_ANA));
}

static void namesakes_are_counted_while_they_are(void **state)
{
    struct place *h = *state;
    assert_true(finds(h, "olga", OLGA));
    assert_int_equal(h->alike, 1);
    h->name = "Ana Cruz";
    do_(h, call);
    do_(h, look);
    assert_int_equal(h->alike, 0);
    h->name = "Ana de la Cruz";
    do_(h, call);
    do_(h, look);
    assert_int_equal(h->alike, 1);
}

int main(void)
{
    hash_start();
    log_wire(concepts, COUNT(concepts));
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_word_that_begins_so_finds, open_place, close_place),
        cmocka_unit_test_setup_teardown(a_part_of_an_address_finds, open_place, close_place),
        cmocka_unit_test_setup_teardown(another_name_is_found_instead, open_place, close_place),
        cmocka_unit_test_setup_teardown(namesakes_are_counted_while_they_are, open_place,
                                        close_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
