/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kit/base/secretbox.h"

#include "../tests/vectors.h"

#define PURPOSE S("smtp password 7")

static struct secret house(uint8_t master)
{
    struct secret s;
    secret_derive(&s, (const uint8_t[32]){ master });
    return s;
}

static void a_sealed_secret_is_read_again(void **state)
{
    static const struct str plains[] = { S_INIT("a green kettle"), S_INIT(""), S_INIT("a\0b") };
    (void)state;
    struct arena *a = arena_open(MIB);
    struct secret s = house(1);
    for (int i = 0; i < COUNT(plains); i++) {
        struct str out = S("untouched"), sealed = secret_seal(&s, a, PURPOSE, plains[i]);
        assert_int_equal(sealed.n, plains[i].n + SECRET_SEAL_BYTES);
        assert_true(!plains[i].n || str_find(sealed, plains[i]) < 0);
        assert_true(secret_unseal(&s, a, PURPOSE, sealed, &out));
        assert_true(str_eq(out, plains[i]));
        assert_false(str_eq(sealed, secret_seal(&s, a, PURPOSE, plains[i])));
    }
    arena_close(a);
}

static void nothing_else_opens_it(void **state)
{
    (void)state;
    struct arena *a = arena_open(MIB);
    struct secret s = house(1), other = house(2);
    struct str out = S("untouched"), sealed = secret_seal(&s, a, PURPOSE, S("a green kettle"));
    assert_false(secret_unseal(&other, a, PURPOSE, sealed, &out));
    assert_false(secret_unseal(&s, a, S("smtp password 8"), sealed, &out));
    assert_false(secret_unseal(&s, a, S(""), sealed, &out));
    for (ptrdiff_t i = 0; i < sealed.n; i++) {
        char *changed = str_z(a, sealed);
        changed[i] ^= 1;
        assert_false(secret_unseal(&s, a, PURPOSE, (struct str){ changed, sealed.n }, &out));
        assert_false(secret_unseal(&s, a, PURPOSE, str_upto(sealed, i), &out));
    }
    assert_text(out, S("untouched"));
    arena_close(a);
}

int main(void)
{
    hash_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sealed_secret_is_read_again),
        cmocka_unit_test(nothing_else_opens_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
