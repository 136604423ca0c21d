/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../tests/vectors.h"
#include "kit/mail/autoconf.h"

#define SERVER(tag, type, host, port, socket, auth, user)                                          \
    "<" tag " type=\"" type "\"><hostname>" host "</hostname><port>" port                          \
    "</port><socketType>" socket "</socketType><authentication>" auth                              \
    "</authentication><username>" user "</username></" tag ">"
#define CONFIG(servers)                                                                            \
    "<?xml version=\"1.0\"?>\n<!-- ours -->\n<clientConfig version=\"1.1\">\n"                     \
    "<emailProvider id=\"house.example\"><domain>house.example</domain>\n" servers                 \
    "</emailProvider></clientConfig>\n"
#define IMAP(host, port, socket, auth)                                                             \
    SERVER("incomingServer", "imap", host, port, socket, auth, "%EMAILADDRESS%")

static struct autoconf_server imap_of(struct arena *a, struct str xml, bool want)
{
    struct autoconf f = { .provider = NULL };
    assert_int_equal(autoconf_read(a, xml, S("ada@house.example"), &f), want);
    return f.imap;
}

static void what_a_domain_publishes_is_read(void **state)
{
    (void)state;
    struct arena *a = arena_open(MIB);
    struct autoconf f;
    struct str xml = S(CONFIG(
        SERVER("incomingServer", "pop3", "pop.house.example", "995", "SSL", "password-cleartext",
               "x") IMAP("old.house.example", "143", "STARTTLS", "password-cleartext")
            IMAP("plain.house.example", "143", "plain", "password-cleartext")
                IMAP("Mail.%EMAILDOMAIN%", "993", "SSL", "password-cleartext")
                    SERVER("outgoingServer", "smtp", "smtp.house.example", "587", "STARTTLS",
                           "password-encrypted", "%EMAILLOCALPART%&amp;%")));
    assert_true(autoconf_read(a, xml, S(" ada@House.example "), &f));
    assert_text(f.imap.host, S("mail.house.example")); /* TLS before STARTTLS, never plain */
    assert_int_equal(f.imap.port, 993);
    assert_int_equal(f.imap.safety, MAIL_TLS);
    assert_text(f.imap.user, S("ada@House.example"));
    assert_text(f.smtp.host, S("smtp.house.example"));
    assert_true(f.smtp.port == 587 && f.smtp.safety == MAIL_STARTTLS);
    assert_text(f.smtp.user, S("ada&%"));
    assert_null(f.provider);
    arena_close(a);
}

static void what_can_not_be_used_is_left_out(void **state)
{
    (void)state;
    struct arena *a = arena_open(4 * MIB);
    imap_of(a, S(CONFIG(IMAP("a.example", "993", "SSL", "OAuth2"))), false);
    imap_of(a, S(CONFIG(IMAP("a.example", "99999", "SSL", "password-cleartext"))), false);
    imap_of(a, S(CONFIG(IMAP("a.example/x", "993", "SSL", "password-cleartext"))), false);
    imap_of(a, S(CONFIG(IMAP("a..example", "993", "SSL", "password-cleartext"))), false);
    imap_of(a, S(CONFIG(IMAP("a.example", "143", "plain", "password-cleartext"))), false);
    imap_of(a, S("<x><y>" IMAP("a.example", "993", "SSL", "password-cleartext") "</y></x>"), false);
    struct autoconf f;
    struct str good = S(CONFIG(IMAP("imap.gmail.com", "993", "SSL", "password-cleartext")));
    assert_false(autoconf_read(a, good, S("no address"), &f));
    assert_true(autoconf_read(a, good, S("ada@house.example"), &f));
    assert_text(f.provider->name, S("Gmail")); /* an own domain, kept by somebody known */
    arena_close(a);
}

static void what_is_not_well_formed_is_refused(void **state)
{
    (void)state;
    struct arena *a = arena_open(4 * MIB);
#define GOOD IMAP("a.example", "993", "SSL", "password-cleartext")
    assert_text(imap_of(a, S(CONFIG(GOOD)), true).host, S("a.example"));
    assert_text(imap_of(a, S(CONFIG("<documentation url='x>y'/>" GOOD)), true).host,
                S("a.example"));
    imap_of(a, S(""), false);
    imap_of(a, S(CONFIG(GOOD) "<x/>"), false);
    imap_of(a, S(CONFIG(GOOD) "words"), false);
    imap_of(a, S(CONFIG(GOOD "<b>")), false);
    imap_of(a, S(CONFIG(GOOD "</b>")), false);
    imap_of(a, S(CONFIG(GOOD "<b a=x></b>")), false);
    imap_of(a, S(CONFIG(GOOD "<b a='<'></b>")), false);
    imap_of(a, S(CONFIG(GOOD "<!-- ")), false);
    imap_of(a, S("<!DOCTYPE x [<!ENTITY a \"b\">]>" CONFIG(GOOD)), false);
    imap_of(a, S(CONFIG(GOOD "<![CDATA[x]]>")), false);
    imap_of(a, S(CONFIG(GOOD "\xFF")), false);
    imap_of(a, S(CONFIG(GOOD "<a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a>")), false);
    arena_close(a);
}

static bool fetch_known(void *arg, struct arena *a, const char *url, struct str *out)
{
    struct buf *asked = arg;
    (void)a;
    buf_fmt(asked, "%s ", url);
    *out = S(CONFIG(GOOD));
    return strstr(url, "thunderbird") != NULL;
}

static void the_domain_is_asked_before_others(void **state)
{
    (void)state;
    struct arena *a = arena_open(MIB);
    struct buf asked = { .a = a };
    struct autoconf f;
    assert_true(autoconf_find(a, S("ada@house.example"), fetch_known, &asked, &f));
    assert_text(f.imap.host, S("a.example"));
    assert_text(buf_str(&asked),
                S("https://autoconfig.house.example/mail/config-v1.1.xml "
                  "https://house.example/.well-known/autoconfig/mail/config-v1.1.xml "
                  "https://autoconfig.thunderbird.net/v1.1/house.example "));
    assert_false(autoconf_find(a, S("ada@house.example"), NULL, NULL, &f));
    assert_false(autoconf_find(a, S("ada@localhost"), fetch_known, &asked, &f));
    assert_false(autoconf_find(a, S("ada@x.example/../y"), fetch_known, &asked, &f));
    assert_false(autoconf_find(a, S("@house.example"), fetch_known, &asked, &f));
    arena_close(a);
}

static void the_big_ones_are_known(void **state)
{
    (void)state;
    struct arena *a = arena_open(MIB);
    struct buf asked = { .a = a };
    struct autoconf f;
    assert_true(autoconf_find(a, S("Ada@GMail.com"), fetch_known, &asked, &f));
    assert_text(f.imap.host, S("imap.gmail.com"));
    assert_text(f.imap.user, S("Ada@GMail.com"));
    assert_true(f.provider->login == LOGIN_APP && f.provider->keeps_sent);
    assert_true(autoconf_find(a, S("ada@me.com"), fetch_known, &asked, &f));
    assert_text(f.imap.user, S("ada"));
    assert_text(f.smtp.user, S("ada@me.com"));
    assert_true(autoconf_find(a, S("ada@proton.me"), fetch_known, &asked, &f));
    assert_true(f.imap.host.n == 0 && f.provider->hint.n > 0);
    assert_int_equal(asked.n, 0); /* nobody was asked */
    assert_int_equal(autoconf_provider(S("outlook.office365.com"))->login, LOGIN_NO_PASSWORD);
    assert_text(autoconf_provider(S("smtp.web.de"))->name, S("WEB.DE"));
    assert_null(autoconf_provider(S("notgmail.com")));
    assert_null(autoconf_provider(S("gmail.com.evil.example")));
    struct autoconf_srv srv[AUTOCONF_SRVS];
    assert_int_equal(autoconf_srv(a, S("ada@house.example"), srv), 4);
    assert_text(srv[0].name, S("_imaps._tcp.house.example"));
    assert_true(srv[3].smtp && srv[3].safety == MAIL_STARTTLS);
    assert_text(srv[3].name, S("_submission._tcp.house.example"));
    arena_close(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_domain_publishes_is_read),
        cmocka_unit_test(what_can_not_be_used_is_left_out),
        cmocka_unit_test(what_is_not_well_formed_is_refused),
        cmocka_unit_test(the_domain_is_asked_before_others),
        cmocka_unit_test(the_big_ones_are_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
