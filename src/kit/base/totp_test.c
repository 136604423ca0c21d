/* SPDX-License-Identifier: GPL-3.0-or-later
 * The test values of RFC 6238 appendix B, RFC 4226 appendix D and RFC 4648 section 10. */
#include "kit/base/totp.h"

#include "kit/base/hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define SECRET S("12345678901234567890")

static void codes_are_those_of_the_standard(void **state)
{
    static const uint32_t hotp[] = { 755224, 287082, 359152, 969429, 338314,
                                     254676, 287922, 162583, 399871, 520489 };
    static const struct {
        int64_t at;
        uint32_t code;
    } totp[] = { { 59, 94287082 },         { 1111111109, 7081804 },  { 1111111111, 14050471 },
                 { 1234567890, 89005924 }, { 2000000000, 69279037 }, { 20000000000, 65353130 } };
    (void)state;
    for (int i = 0; i < COUNT(hotp); i++) assert_int_equal(totp_code(SECRET, i, 6), hotp[i]);
    for (int i = 0; i < COUNT(totp); i++)
        assert_int_equal(totp_code(SECRET, totp[i].at / TOTP_STEP_S, 8), totp[i].code);
}

static void a_code_counts_once_and_for_a_while(void **state)
{
    (void)state;
    int64_t now = 1111111109, step = now / 30; /* 081804 */
    assert_int_equal(totp_step(SECRET, S("081804"), now, 0), step);
    assert_int_equal(totp_step(SECRET, S("081 804"), now, 0), step);
    assert_int_equal(totp_step(SECRET, S("081804"), now + 30, 0), step);
    assert_int_equal(totp_step(SECRET, S("081804"), now - 30, 0), step);
    assert_int_equal(totp_step(SECRET, S("081804"), now + 60, 0), 0);
    assert_int_equal(totp_step(SECRET, S("081804"), now - 60, 0), 0);
    assert_int_equal(totp_step(SECRET, S("081804"), now, step - 1), step);
    assert_int_equal(totp_step(SECRET, S("081804"), now, step), 0);
    static const char *const wrong[] = {
        "", "0", "81804", "081805", "0818040", "08180x", "      "
    };
    for (int i = 0; i < COUNT(wrong); i++)
        assert_int_equal(totp_step(SECRET, str_c(wrong[i]), now, 0), 0);
}

static void secrets_are_told_in_letters(void **state)
{
    struct arena *a = arena_open(MIB);
    static const char *const pairs[][2] = { { "", "" },
                                            { "f", "MY" },
                                            { "fo", "MZXQ" },
                                            { "foo", "MZXW6" },
                                            { "foob", "MZXW6YQ" },
                                            { "fooba", "MZXW6YTB" },
                                            { "foobar", "MZXW6YTBOI" } };
    (void)state;
    for (int i = 0; i < COUNT(pairs); i++)
        assert_true(str_eq(hash_base32(a, str_c(pairs[i][0])), str_c(pairs[i][1])));
    struct str address = totp_address(a, S("The Inn & Co"), S("ann@inn.example"), S("foobar"));
    assert_true(str_eq(address, S("otpauth://totp/The%20Inn%20%26%20Co:ann%40inn%2Eexample?secret="
                                  "MZXW6YTBOI&issuer=The%20Inn%20%26%20Co")));
    arena_close(a);
}

int main(void)
{
    hash_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_are_those_of_the_standard),
        cmocka_unit_test(a_code_counts_once_and_for_a_while),
        cmocka_unit_test(secrets_are_told_in_letters),
    };
    return cmocka_run_group_tests_name("totp", tests, NULL, NULL);
}
