/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../tests/vectors.h"
#include "kit/mail/vcard.h"

/* "NAME=value;" of all fields, "/" behind each card, "!" when its end is missing */
static void assert_cards(struct str text, const char *want)
{
    struct arena *a = arena_open(MIB);
    struct buf o = { .a = a };
    struct vcards v;
    struct vcard c;
    vcard_open(&v, text);
    while (vcard_next(&v, a, &c)) {
        for (int i = 0; i < c.n; i++)
            buf_fmt(&o, "%.*s=%.*s;", STR(c.at[i].name), STR(vcard_text(a, c.at[i].value)));
        buf_add(&o, c.whole ? S("/") : S("!/"));
    }
    assert_text(buf_str(&o), str_c(want));
    arena_close(a);
}

static void cards_are_read(void **state)
{
    (void)state;
    assert_cards(
        S("BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Ada Berg\r\nEMAIL:ada@berg.example\r\nEND:VCARD\r\n"),
        "FN=Ada Berg;EMAIL=ada@berg.example;/");
    assert_cards(S("\xEF\xBB\xBF"
                   "begin:vcard\nfn:Ada\nend:vcard\n\nBEGIN:VCARD\nFN:Bea\nEND:VCARD"),
                 "FN=Ada;/FN=Bea;/");
    assert_cards(S("BEGIN:VCARD\nNOTE:one long\n  line of\n\t words\nFN:A\nEND:VCARD\n"),
                 "NOTE=one long line of words;FN=A;/");
    assert_cards(S("BEGIN:VCARD\nitem1.EMAIL;TYPE=\"a:b\";PREF=1:x@y.example\nEND:VCARD\n"),
                 "EMAIL=x@y.example;/");
    assert_cards(S("BEGIN:VCARD\nNOTE:a\\, b\\; c\\\\d\\ne\nEND:VCARD\n"), "NOTE=a, b; c\\d\ne;/");
}

static void old_cards_are_read(void **state)
{
    (void)state;
    assert_cards(S("BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:L=C3=B6we;"
                   "J=\n=C3=BCrgen\nTEL;CELL:1\nEND:VCARD\n"),
                 "N=Löwe;Jürgen;TEL=1;/");
    assert_cards(S("BEGIN:VCARD\nFN;CHARSET=ISO-8859-1;QUOTED-PRINTABLE:J=FCrgen\nNOTE;QUOTED-"
                   "PRINTABLE:a=0D=0Ab=3D\nEND:VCARD\n"),
                 "FN=Jürgen;NOTE=a\nb=;/");
    assert_cards(S("BEGIN:VCARD\nFN:J\xFCrgen\nEND:VCARD\n"), "FN=Jürgen;/");
}

static void broken_cards_end(void **state)
{
    (void)state;
    assert_cards(S("BEGIN:VCARD\nFN:A\nBEGIN:VCARD\nFN:B\nEND:VCARD\n"), "FN=A;!/FN=B;/");
    assert_cards(S("BEGIN:VCARD\nFN:A"), "FN=A;!/");
    assert_cards(S("BEGIN:VCARD\nno colon\n:nothing\nFN;X=\"never closed:A\nEND:VCARD\n"),
                 "FN=A;/");
    assert_cards(S("words"), "");
    assert_true(vcard_looks(S(" \r\nbegin:vcard\r\n")));
    assert_false(vcard_looks(S("From: BEGIN:VCARD\n")));
}

static void parts_and_parameters(void **state)
{
    (void)state;
    struct str rest = S("Berg;Ada\\;Eva;;"), part;
    const char *want[] = { "Berg", "Ada\\;Eva", "", "" };
    int n = 0;
    for (; vcard_part(&rest, ';', &part); n++) {
        assert_in_range(n, 0, 3);
        assert_text(part, str_c(want[n]));
    }
    assert_int_equal(n, 4);
    assert_text(vcard_param(S("TYPE=home;X=\"a;b\";type=work"), S("type")), S("home"));
    assert_text(vcard_param(S("TYPE=home;X=\"a;b\""), S("x")), S("a;b"));
    assert_text(vcard_param(S("CELL"), S("TYPE")), S(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(cards_are_read),
                                        cmocka_unit_test(old_cards_are_read),
                                        cmocka_unit_test(broken_cards_end),
                                        cmocka_unit_test(parts_and_parameters) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
