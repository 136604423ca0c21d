/* SPDX-License-Identifier: GPL-3.0-or-later
 * The second step of signing in, on a real store. The codes are computed beside it. */
#include "people/second.h"

#include "kit/base/hash.h"
#include "kit/base/totp.h"
#include "kit/base/trace.h"
#include "kit/store/migrate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

enum { ANN = 1, BEN = 2, NOW = 1900000000 };

static struct arena *a;
static struct store *store;
static struct secret secret;
static char file[] = "/tmp/snug_second_XXXXXX";

struct told {
    id keeper;
    struct str code, spares[SECOND_SPARES];
    struct second second;
    bool right, owes;
};

static err look(struct ctx *c, void *arg)
{
    struct told *k = arg;
    second_get(c, k->keeper, &k->second);
    keeper_signed_in(c, k->keeper, &k->owes);
    return OK;
}
static err begin(struct tx *t, void *arg) { return (void)arg, second_begin(t); }
static err prove(struct tx *t, void *arg)
{
    struct told *k = arg;
    return second_prove(t, k->code, k->spares);
}
static err use(struct tx *t, void *arg)
{
    struct told *k = arg;
    k->right = second_use(t, k->keeper, k->code);
    return OK;
}
static err drop(struct tx *t, void *arg) { return second_drop(t, ((struct told *)arg)->keeper); }
static err want(struct tx *t, void *arg) { return second_require(t, *(bool *)arg), OK; }
static err join(struct tx *t, void *arg)
{
    (void)arg;
    db_do(
        t,
        SQL("INSERT INTO keeper(person, role, joined, gone) VALUES($1, $2, 1, 0), ($3, $4, 1, 0)"),
        I(ANN), I(KEEPER_OWNER), I(BEN), I(KEEPER_PLAIN));
    return OK;
}

static err write_at(int64_t now, id viewer, write_fn *fn, void *arg)
{
    struct work w = { .a = a, .now = now, .viewer = viewer };
    err e = work_write(store, &w, fn, arg);
    assert_false(w.broken);
    return e;
}

static struct told seen(int64_t now, id keeper)
{
    struct told k = { .keeper = keeper };
    struct work w = { .a = a, .now = now, .viewer = keeper };
    assert_int_equal(work_read(store, &w, look, &k), OK);
    return k;
}

static bool lets_in(int64_t now, id keeper, struct str code)
{
    struct told k = { .keeper = keeper, .code = code };
    assert_int_equal(write_at(now, 0, use, &k), OK);
    return k.right;
}

static struct str code_at(struct str s, int64_t at)
{
    return str_fmt(a, "%06u", totp_code(s, at / TOTP_STEP_S, TOTP_DIGITS));
}

/* Ann's, set up at NOW. */
static struct str set_up(struct told *k)
{
    assert_int_equal(write_at(NOW, ANN, begin, NULL), OK);
    struct str drawn = seen(NOW, ANN).second.secret;
    assert_int_equal(drawn.n, TOTP_SECRET_BYTES);
    k->code = code_at(drawn, NOW);
    assert_int_equal(write_at(NOW, ANN, prove, k), OK);
    return drawn;
}

static void it_has_to_be_proved(void **state)
{
    (void)state;
    struct told k = { .code = S("000000") };
    assert_int_equal(write_at(NOW, ANN, prove, &k), E_CONFLICT); /* nothing was begun */
    assert_int_equal(write_at(NOW, ANN, begin, NULL), OK);
    struct str drawn = seen(NOW, ANN).second.secret;
    assert_true(lets_in(NOW, ANN, S(""))); /* as long as it is not, nothing is asked */
    assert_int_equal(write_at(NOW, ANN, begin, NULL), OK);
    assert_false(str_eq(drawn, seen(NOW, ANN).second.secret)); /* begun anew */
    k.code = code_at(drawn, NOW);
    assert_int_equal(write_at(NOW, ANN, prove, &k), E_INVALID); /* of the first one */
    drawn = seen(NOW, ANN).second.secret;
    k.code = code_at(drawn, NOW + HOUR);
    assert_int_equal(write_at(NOW + HOUR, ANN, prove, &k), E_CONFLICT); /* too long ago */
    assert_int_equal(seen(NOW + HOUR, ANN).second.secret.n, 0);
    k.code = code_at(drawn, NOW);
    assert_int_equal(write_at(NOW, ANN, prove, &k), OK);
    struct second s = seen(NOW, ANN).second;
    assert_true(s.on && s.since == NOW && s.spares == SECOND_SPARES && !s.secret.n);
    assert_int_equal(write_at(NOW, ANN, begin, NULL), E_CONFLICT);
}

static void each_code_counts_once(void **state)
{
    (void)state;
    struct told k = { 0 };
    struct str drawn = set_up(&k);
    int64_t later = NOW + 10 * MINUTE;
    assert_false(lets_in(NOW, ANN, k.code)); /* proved with it */
    assert_false(lets_in(later, ANN, S("")));
    assert_false(lets_in(later, ANN, code_at(drawn, NOW)));
    assert_true(lets_in(later, ANN, code_at(drawn, later)));
    assert_false(lets_in(later, ANN, code_at(drawn, later)));
    assert_true(lets_in(later, ANN, k.spares[3]));
    assert_false(lets_in(later, ANN, k.spares[3]));
    char loud[20] = "";
    for (ptrdiff_t i = 0; i < k.spares[5].n; i++) /* in capitals, blanks for lines */
        loud[i] = k.spares[5].p[i] == '-' ? ' ' : (char)(k.spares[5].p[i] & ~32);
    for (ptrdiff_t i = 0; i < k.spares[5].n; i++)
        if (k.spares[5].p[i] >= '0' && k.spares[5].p[i] <= '9') loud[i] = k.spares[5].p[i];
    assert_true(lets_in(later, ANN, str_c(loud)));
    assert_int_equal(seen(later, ANN).second.spares, SECOND_SPARES - 2);
    assert_true(lets_in(later, BEN, S(""))); /* has none */
}

static void owners_may_want_it_of_all(void **state)
{
    (void)state;
    struct told k = { 0 }, ann = { .keeper = ANN }, ben = { .keeper = BEN };
    bool on = true;
    set_up(&k);
    assert_false(seen(NOW, BEN).owes);
    assert_int_equal(write_at(NOW, ANN, want, &on), OK);
    assert_true(seen(NOW, BEN).owes && seen(NOW, BEN).second.needed);
    assert_false(seen(NOW, ANN).owes);
    assert_int_equal(write_at(NOW, BEN, drop, &ben), E_DENIED);
    assert_int_equal(write_at(NOW, ANN, drop, &ben), E_NOTFOUND);
    assert_int_equal(write_at(NOW, ANN, drop, &ann), OK);
    assert_true(seen(NOW, ANN).owes);
    assert_true(lets_in(NOW, ANN, S("")));
    on = false;
    assert_int_equal(write_at(NOW, ANN, want, &on), OK);
    assert_false(seen(NOW, ANN).owes);
}

static int open_store(void **state)
{
    (void)state;
    struct str why = S("");
    struct schema s[] = { { "people", people_concept.schema } };
    a = arena_open(64 * MIB);
    secret_derive(&secret, (uint8_t[32]){ 1 });
    close(mkstemp(file));
    store =
        store_open(a, &(struct store_opts){ .where = str_c(file), .readers = 1 }, &secret, &why);
    if (!store || migrate(store, a, s, COUNT(s), &why) != OK) return 1;
    return write_at(NOW, 0, join, NULL);
}

static int close_store(void **state)
{
    (void)state;
    char name[64];
    store_close(store);
    arena_close(a);
    for (int i = 0; i < 3; i++) {
        snprintf(name, sizeof name, "%s%s", file, (const char *[]){ "", "-wal", "-shm" }[i]);
        unlink(name);
    }
    strcpy(file, "/tmp/snug_second_XXXXXX");
    return 0;
}

#define ON_STORE(test) cmocka_unit_test_setup_teardown(test, open_store, close_store)

int main(void)
{
    trace_from(TRACE_ERROR);
    hash_start();
    const struct CMUnitTest tests[] = {
        ON_STORE(it_has_to_be_proved),
        ON_STORE(each_code_counts_once),
        ON_STORE(owners_may_want_it_of_all),
    };
    return cmocka_run_group_tests_name("second step", tests, NULL, NULL);
}
