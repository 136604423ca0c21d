/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kit/base/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void keeps_the_order_and_escapes(void **state)
{
    (void)state;
    struct arena *a = arena_open(MIB);
    struct json *o = json_begin(a);
    json_add_str(o, "who", S("Ana \"the\" Baker\n"));
    json_add_int(o, "days", -31);
    json_add_bool(o, "fine", true);
    struct json *l = json_nest_list(o, "list");
    json_add_str(l, NULL, S(""));
    json_add_int(json_nest(l, NULL), "n", INT64_MAX);
    struct str s = json_write(o);
    assert_string_equal(str_z(a, s),
                        "{\"who\":\"Ana \\\"the\\\" Baker\\n\",\"days\":-31,\"fine\":true,"
                        "\"list\":[\"\",{\"n\":9223372036854775807}]}");
    arena_close(a);
}

static void makes_bytes_valid(void **state)
{
    (void)state;
    struct arena *a = arena_open(MIB);
    struct json *l = json_begin_list(a);
    json_add_str(l, NULL, S("a\xff"));
    json_add_str(l, NULL, ((struct str){ "b\0c", 3 }));
    assert_string_equal(str_z(a, json_write(l)), "[\"a\xef\xbf\xbd\",\"b\\u0000c\"]");
    arena_close(a);
}

static void keys_are_ascii(void **state)
{
    (void)state;
    struct arena *a = arena_open(MIB);
    struct str why;
    assert_non_null(json_read(a, S("{\"name\":\"Zo\xc3\xab\"}"), &why));
    assert_null(json_read(a, S("{\"nam\xc3\xa9\":1}"), &why));
    assert_null(json_read(a, S("{\"list\":[{\"\xc3\xa9\":1}]}"), &why));
    assert_true(str_eq(why, S("it has a key that is not ASCII")));
    arena_close(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(keeps_the_order_and_escapes),
                                        cmocka_unit_test(makes_bytes_valid),
                                        cmocka_unit_test(keys_are_ascii) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
