/* SPDX-License-Identifier: GPL-3.0-or-later
 * client_test.c - which addresses may be asked at all. */
#include "kit/net/client.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static bool is_public(const char *text)
{
    struct sockaddr_in in = { .sin_family = AF_INET };
    struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
    if (inet_pton(AF_INET, text, &in.sin_addr) == 1)
        return client_is_public((const struct sockaddr *)&in);
    assert_int_equal(inet_pton(AF_INET6, text, &in6.sin6_addr), 1);
    return client_is_public((const struct sockaddr *)&in6);
}

static void only_the_world_is_asked(void **state)
{
    static const char *const world[] = { "9.9.9.9",     "172.15.0.1",    "172.32.0.1",
                                         "100.63.1.1",  "193.99.144.80", "223.255.255.1",
                                         "2a00:1450::5" };
    static const char *const closed[] = {
        "0.0.0.0",      "10.1.2.3",    "127.0.0.1",  "169.254.169.254", "172.16.0.1",
        "172.31.9.9",   "192.168.1.1", "100.64.0.1", "224.0.0.251",     "255.255.255.255",
        "::1",          "::",          "fe80::1",    "fd00::1",         "::ffff:10.0.0.1",
        "2002:a00:1::", "2001:db8::1", "ff02::1",    "64:ff9b::a00:1"
    };
    (void)state;
    for (int i = 0; i < COUNT(world); i++)
        if (!is_public(world[i])) fail_msg("%s may be asked", world[i]);
    for (int i = 0; i < COUNT(closed); i++)
        if (is_public(closed[i])) fail_msg("%s may not be asked", closed[i]);
}

static void nothing_else_than_https_is_asked(void **state)
{
    static const char *const urls[] = { "http://127.0.0.1/",    "file:///etc/hostname",
                                        "https://127.0.0.1:1/", "https://[::1]:1/",
                                        "ftp://127.0.0.1/",     "" };
    struct str body;
    (void)state;
    struct arena *a = arena_open(MIB);
    for (int i = 0; i < COUNT(urls); i++)
        assert_false(client_get(a, urls[i], 1000, 5, NULL, &body));
    arena_close(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_world_is_asked),
        cmocka_unit_test(nothing_else_than_https_is_asked),
    };
    return cmocka_run_group_tests_name("asking the world", tests, NULL, NULL);
}
