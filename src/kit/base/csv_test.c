/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kit/base/csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* "line:cell|cell/" of all rows */
static void assert_table(struct str text, const char *want)
{
    struct arena *a = arena_open(MIB);
    struct buf o = { .a = a };
    struct csv t;
    struct csv_row r;
    csv_open(&t, text);
    while (csv_next(&t, a, &r)) {
        buf_fmt(&o, "%d:", r.line);
        for (int i = 0; i < r.n; i++) buf_fmt(&o, "%s%.*s", i ? "|" : "", STR(r.at[i]));
        buf_char(&o, '/');
    }
    assert_string_equal(str_z(a, buf_str(&o)), want);
    arena_close(a);
}

static void tables_are_read(void **state)
{
    (void)state;
    assert_table(S(""), "");
    assert_table(S("a,b\n1,2\n"), "1:a|b/2:1|2/");
    assert_table(S("a,b\r\n1,2"), "1:a|b/2:1|2/");
    assert_table(S("\xEF\xBB\xBFname;mail\nAda;a@b.example\n"), "1:name|mail/2:Ada|a@b.example/");
    assert_table(S("a\tb\tc\n1\t\t3\n"), "1:a|b|c/2:1||3/");
    assert_table(S("a,b\n\n\n,\n"), "1:a|b/4:|/");
    assert_table(S("a,b\n\"x, \"\"y\"\"\nz\",2\n3,4\n"), "1:a|b/2:x, \"y\"\nz|2/4:3|4/");
    assert_table(S("\"Berg, Ada\";x\n"), "1:Berg, Ada|x/");
    assert_table(S(" a , \"b\" \n"), "1:a|b/");
}

static void broken_tables_end(void **state)
{
    (void)state;
    assert_table(S("a,\"never closed\n1,2"), "1:a|never closed\n1,2/");
    assert_table(S("a,\"b\"c\n"), "1:a|bc/");
    assert_table(S("a\rb\r"), "1:a/2:b/");
    assert_table(S(",,"), "1:||/");
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(tables_are_read),
                                        cmocka_unit_test(broken_tables_end) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
