/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../tests/vectors.h"
#include "kit/mail/charset.h"
#include "kit/mail/param.h"

static void names_mean_what_senders_mean(void **state)
{
    static const char *const rows[][3] = {
        { "iso-8859-1", "caf\xE9 \x80", "caf\xC3\xA9 \xE2\x82\xAC" },
        { "US-ASCII",
          "\x93"
          "a\x94",
          "\xE2\x80\x9C"
          "a\xE2\x80\x9D" },
        { "utf-8", "caf\xC3\xA9", "caf\xC3\xA9" },
        { "UTF-8", "caf\xE9", "caf\xEF\xBF\xBD" },
        { "", "caf\xC3\xA9", "caf\xC3\xA9" },
        { "x-unknown", "caf\xE9", "caf\xC3\xA9" },
        { "unknown-8bit", "\x81", "\xEF\xBF\xBD" },
        { "gb2312", "\x81\x40", "\xE4\xB8\x82" },
        { "koi8-r", "\xC1", "\xD0\xB0" },
        { "\"iso-8859-15\"", "\xA4", "\xE2\x82\xAC" },
        { "iso-2022-jp", "\x1B$B$\"\x1B(B", "\xE3\x81\x82" },
        { "ks_c_5601-1987", "\x81\x41", "\xEA\xB0\x82" },
        { "shift_jis", "\x87\x40", "\xE2\x91\xA0" },
        { "utf-8", "", "" },
    };
    (void)state;
    struct arena *a = arena_open(MIB);
    for (int i = 0; i < COUNT(rows); i++)
        assert_text(charset_utf8(a, str_c(rows[i][1]), str_c(rows[i][0]), NULL), str_c(rows[i][2]));
    bool unsure = false;
    (void)charset_utf8(a, S("abc"), S("x-unknown"), &unsure);
    assert_false(unsure);
    (void)charset_utf8(a, S("caf\xE9"), S("x-unknown"), &unsure);
    assert_true(unsure);
    arena_close(a);
}

static void header_words_are_joined(void **state)
{
    static const char *const rows[][2] = {
        { "plain", "plain" },
        { "=?utf-8?Q?caf=C3=A9?=", "caf\xC3\xA9" },
        { "=?utf-8?Q?caf=C3?= =?UTF-8?Q?=A9?=", "caf\xC3\xA9" }, /* cut inside a character */
        { "=?utf-8?B?Y2Fmw6k=?= =?utf-8?Q?_ok?=", "caf\xC3\xA9 ok" },
        { "=?utf-8?B?Y2Fmw?=\r\n =?utf-8?B?6k=?=", "caf\xC3\xA9" }, /* cut inside four letters */
        { "a =?utf-8?Q?b?= c", "a b c" },
        { "a=?utf-8?Q?b?=c", "abc" }, /* no blanks around */
        { "=?utf-8?Q?a?= =?iso-8859-1?Q?=E9?=", "a\xC3\xA9" },
        { "=?utf-8*en?Q?hi?=", "hi" },
        { "=?utf-8?Q?two words?=", "two words" }, /* blanks don't belong there */
        { "caf\xE9 =?utf-8?Q?=C3=A9?=", "caf\xC3\xA9 \xC3\xA9" },
        { "one\r\n two", "one two" },
        { "=?utf-8?X?a?= =?", "=?utf-8?X?a?= =?" },
        { "=?utf-8?Q?"
          "?=",
          "" },
    };
    (void)state;
    struct arena *a = arena_open(MIB);
    for (int i = 0; i < COUNT(rows); i++)
        assert_text(header_decode(a, str_c(rows[i][0])), str_c(rows[i][1]));
    arena_close(a);
}

static void parameters_in_every_form(void **state)
{
    static const char *const rows[][2] = {
        { "attachment; filename=a.txt", "a.txt" },
        { "attachment; FileName=\"a b; c.txt\"", "a b; c.txt" },
        { "attachment; filename*=utf-8''caf%C3%A9.jpg", "caf\xC3\xA9.jpg" },
        { "attachment; filename*0*=iso-8859-1'fr'caf%E9; filename*1=\" au.txt\"",
          "caf\xC3\xA9 au.txt" },
        { "attachment; filename*1=b.txt; filename*0=a", "ab.txt" },
        { "attachment; filename=\"=?utf-8?B?Y2Fmw6kudHh0?=\"", "caf\xC3\xA9.txt" },
        { "attachment; filename=x.txt; filename*=utf-8''y.txt", "y.txt" },
        { "attachment; filename=caf\xE9.txt", "caf\xC3\xA9.txt" },
        { "attachment;;; filename = \"a\\\"b\"", "a\"b" },
        { "attachment", "" },
        { "attachment; filename", "" },
        { "attachment; name=x", "" },
    };
    (void)state;
    struct arena *a = arena_open(MIB);
    for (int i = 0; i < COUNT(rows); i++)
        assert_text(param_get(a, str_c(rows[i][0]), S("filename")), str_c(rows[i][1]));
    assert_text(param_word(a, S(" Text/PLAIN ; charset=x")), S("text/plain"));
    arena_close(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(names_mean_what_senders_mean),
                                        cmocka_unit_test(header_words_are_joined),
                                        cmocka_unit_test(parameters_in_every_form) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
