/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../tests/vectors.h"
#include "kit/mail/address.h"

static void valid(struct arena *a, struct str f[3])
{
    struct str key = mail_key(a, f[0]);
    assert_text(key, f[1]);
    assert_text(mail_key_base(a, key), f[2]);
}

static void invalid(struct arena *a, struct str f[3])
{
    struct str key = mail_key(a, f[0]);
    if (key.n) fail_msg("\"%.*s\" became \"%.*s\"", STR(f[0]), STR(key));
}

static void display(struct arena *a, struct str f[3])
{
    assert_text(mail_display_name(a, f[0]), f[1]);
}

static void keys(void **state) { (void)state, each_vector("mail_key_valid.txt", 12, valid); }
static void no_keys(void **state) { (void)state, each_vector("mail_key_invalid.txt", 8, invalid); }
static void names(void **state) { (void)state, each_vector("mail_display_valid.txt", 10, display); }

/* header <TAB> name|addr;name|addr */
static void lists_are_read(void **state)
{
    static const char *const rows[][2] = {
        { "ada@example.org", "|ada@example.org" },
        { "Ada Abel <ada@example.org>", "Ada Abel|ada@example.org" },
        { "\"Abel, Ada\" <ada@example.org>, bea@example.org",
          "Abel, Ada|ada@example.org;|bea@example.org" },
        { "ada@example.org (Ada Abel)", "Ada Abel|ada@example.org" },
        { "Friends: ada@example.org, Bea <bea@example.org>;, cem@example.org",
          "|ada@example.org;Bea|bea@example.org;|cem@example.org" },
        { "undisclosed-recipients:;", "" },
        { "<@relay.example,@b.example:ada@example.org>", "|ada@example.org" },
        { "ada @ example.org", "|ada@example.org" },
        { "Ada <ada@example.org", "Ada|ada@example.org" },
        { "Ada Abel ada@example.org", "Ada Abel|ada@example.org" },
        { "<ada@example.org> <bea@example.org>", "|ada@example.org;|bea@example.org" },
        { "Ada ada@example.org Bea bea@example.org", "Ada|ada@example.org;Bea|bea@example.org" },
        { "ada@example.org bea@example.org", "|ada@example.org;|bea@example.org" },
        { "=?utf-8?Q?Abel=2C_Ad=C3=A1?= <ada@example.org>", "Abel, Ad\xC3\xA1|ada@example.org" },
        { "\"=?iso-8859-1?Q?J=FCrgen?=\" <j@example.org>", "J\xC3\xBCrgen|j@example.org" },
        { "J\xFCrgen <j@example.org>", "J\xC3\xBCrgen|j@example.org" },
        { "=?utf-8?Q?Ada_=3Cada=40example=2Eorg=3E?=", "Ada|ada@example.org" },
        { "MAILER-DAEMON", "MAILER-DAEMON|" },
        { "\"quoted \\\"inner\\\"\" <a@example.org>", "quoted \"inner\"|a@example.org" },
        { "'Ada' <ada@example.org>;bea@example.org", "Ada|ada@example.org;|bea@example.org" },
        { "Ada\r\n Abel <ada@example.org>", "Ada Abel|ada@example.org" },
        { ", ,ada@example.org,", "|ada@example.org" },
        { "Ada \xE2\x80\xAE\x07 Abel <ada@example.org>", "Ada Abel|ada@example.org" },
        { "\"unclosed <ada@example.org>", "\"unclosed|ada@example.org" },
    };
    (void)state;
    for (int i = 0; i < COUNT(rows); i++) {
        struct arena *a = arena_open(MIB);
        struct mail_addrs l;
        struct buf b = { .a = a };
        assert_true(mail_addrs_read(a, str_c(rows[i][0]), 100, &l));
        for (int k = 0; k < l.n; k++)
            buf_fmt(&b, "%s%.*s|%.*s", k ? ";" : "", STR(l.at[k].name), STR(l.at[k].addr));
        assert_text(buf_str(&b), str_c(rows[i][1]));
        arena_close(a);
    }
}

static void a_list_ends_at_its_limit(void **state)
{
    struct arena *a = arena_open(MIB);
    struct mail_addrs l;
    (void)state;
    assert_false(mail_addrs_read(a, S("a@x.org, b@x.org, c@x.org"), 2, &l));
    assert_int_equal(l.n, 2);
    assert_true(mail_addrs_read(a, S("a@x.org, b@x.org"), 2, &l));
    arena_close(a);
}

static void addresses_say_who_is_behind(void **state)
{
    (void)state;
    assert_true(mail_is_role(S("info@example.org")));
    assert_true(mail_is_role(S("sales+x@example.org")));
    assert_false(mail_is_role(S("ada@info.example")));
    assert_false(mail_is_role(S("inform@example.org")));
    assert_true(mail_is_noreply(S("no-reply@example.org")));
    assert_true(mail_is_noreply(S("do_not.reply@example.org")));
    assert_true(mail_is_noreply(S("bounces+123@example.org")));
    assert_false(mail_is_noreply(S("robot@example.org")));
    assert_false(mail_is_noreply(S("noreen@example.org")));
    assert_false(mail_is_noreply(S("ada@noreply.example")));
    assert_true(mail_is_mailer(S("mailer-daemon@example.org")));
    assert_false(mail_is_mailer(S("ada@postmaster.example")));
    assert_true(mail_is_public_provider(S("gmail.com")));
    assert_true(mail_is_public_provider(S("yahoo.co.uk")));
    assert_true(mail_is_public_provider(S("hotmail.fr")));
    assert_false(mail_is_public_provider(S("yahoo.example.org")));
    assert_false(mail_is_public_provider(S("house.example")));
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(keys),
                                        cmocka_unit_test(no_keys),
                                        cmocka_unit_test(names),
                                        cmocka_unit_test(lists_are_read),
                                        cmocka_unit_test(a_list_ends_at_its_limit),
                                        cmocka_unit_test(addresses_say_who_is_behind) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
