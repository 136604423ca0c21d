/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../tests/vectors.h"
#include "kit/base/conf.h"

static void assert_conf(struct str text, const char *why)
{
    struct arena *a = arena_open(MIB);
    struct conf c;
    struct str got = S("");
    assert_int_equal(conf_read(&c, a, text, &got), *why ? E_INVALID : OK);
    assert_text(got, str_c(why));
    arena_close(a);
}

static void settings_are_read(void **state)
{
    (void)state;
    struct arena *a = arena_open(MIB);
    struct conf c;
    struct str why = S("");
    assert_int_equal(conf_read(&c, a, S("# remark\n\nreaders 4\r\n\turl  https://a.example \n"),
                               &why),
                     OK);
    assert_int_equal(c.readers, 4);
    assert_text(c.url, S("https://a.example"));
    assert_text(c.listen, S("127.0.0.1:8420"));
    assert_int_equal(conf_read(&c, a, conf_sample(a), &why), OK);
    arena_close(a);
}

static void what_is_wrong_is_said_with_its_line(void **state)
{
    (void)state;
    assert_conf(S("\nreaders 17\n"), "snug.conf:2: readers is out of range (1 to 16)");
    assert_conf(S("readers many\n"), "snug.conf:1: readers is a whole number (1 to 16)");
    assert_conf(S("reader 4\n"), "snug.conf:1: reader is no setting of Snug");
    assert_conf(S("r\xCE\x1B[1m 4\n"), "snug.conf:1: r\xEF\xBF\xBD[1m is no setting of Snug");
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(settings_are_read),
                                        cmocka_unit_test(what_is_wrong_is_said_with_its_line) };
    return cmocka_run_group_tests_name("conf", tests, NULL, NULL);
}
