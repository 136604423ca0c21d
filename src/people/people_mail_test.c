/* SPDX-License-Identifier: GPL-3.0-or-later
 * Handles that are no mail addresses, in the shape of one and back. */
#include "people/people_mail.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct meeting read_back(struct arena *a, struct str addr)
{
    struct mail_addr m = { .addr = addr, .key = mail_key(a, addr), .name = S("Tom") };
    m.base = mail_key_base(a, m.key);
    return meeting_of_mail(a, &m, false);
}

static void a_handle_reads_back_as_itself(void **state)
{
    (void)state;
    static const char *const uris[] = { "met:0123456789abcdef", "tel:+49305550147",
                                        "https://ada.example/Über?a=1", "acct:ada@social.example" };
    struct arena *a = arena_open(MIB);
    for (int i = 0; i < COUNT(uris); i++) {
        struct str addr = handle_as_mail(a, str_c(uris[i]));
        struct meeting m = read_back(a, addr);
        assert_true(str_ends(addr, S("@handle.invalid"))); /* nothing is delivered there */
        assert_true(str_eq(m.uri, str_c(uris[i])));
        assert_int_equal(m.kind, PERSON_HUMAN);
        assert_int_equal(m.domain.n, 0); /* of no organisation */
        assert_true(m.shown.n > 0 && str_find(m.shown, S("handle.invalid")) < 0);
        assert_true(str_eq(m.name, S("Tom")));
    }
    assert_true(
        str_eq(handle_as_mail(a, S("tel:+49305550147")), S("tel=+49305550147@handle.invalid")));
    assert_true(str_eq(handle_as_mail(a, S("mailto:ada@berg.example")), S("ada@berg.example")));
    arena_close(a);
}

static void what_is_no_such_handle_is_an_address(void **state)
{
    (void)state;
    static const char *const plain[] = { "ada@handle.invalid", "=x@handle.invalid",
                                         "x=zz@handle.invalid", "met=1@berg.example" };
    struct arena *a = arena_open(MIB);
    for (int i = 0; i < COUNT(plain); i++)
        assert_true(str_begins(read_back(a, str_c(plain[i])).uri, S("mailto:")));
    struct str one = handle_of_met(a), two = handle_of_met(a);
    assert_true(str_begins(one, S("met:")) && one.n == 36 && !str_eq(one, two));
    arena_close(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_handle_reads_back_as_itself),
        cmocka_unit_test(what_is_no_such_handle_is_an_address),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
