/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kit/net/guard.h"

#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

static int judge(http_method m, struct str target, struct str name, struct str value)
{
    struct http_header h[2] = { { S("Host"), S("house.example") }, { name, value } };
    return http_guard(&(struct guard_request){ m, true, target, h, 2 });
}

static void headers(void **state)
{
    (void)state;
    static const struct {
        http_method m;
        const char *name, *value;
        int want;
    } rows[] = {
        { HTTP_GET, "Accept", "*/*", 0 },
        { HTTP_GET, "X-\xc3\xa9", "1", 400 },
        { HTTP_GET, "X{", "1", 400 },
        { HTTP_GET, "", "1", 400 },
        { HTTP_GET, "X", "a\rb", 400 },
        { HTTP_GET, "X", "a\x7f", 400 },
        { HTTP_GET, "X", "caf\xc3\xa9\tand", 0 },
        { HTTP_GET, "host", "again.example", 400 },
        { HTTP_GET, "Content-Length", "0", 0 },
        { HTTP_GET, "Content-Length", "1", 400 },
        { HTTP_DELETE, "Transfer-Encoding", "chunked", 400 },
        { HTTP_POST, "Content-Length", "", 400 },
        { HTTP_POST, "Content-Length", "12a", 400 },
        { HTTP_POST, "Content-Length", "12", 0 },
        { HTTP_POST, "transfer-encoding", "chunked", 0 },
        { HTTP_POST, "Transfer-Encoding", "Chunked, gzip", 501 },
        { HTTP_POST, "Transfer-Encoding", "\vchunked", 501 },
        { HTTP_POST, "Transfer-Encoding ", "chunked", 501 },
    };
    for (int i = 0; i < COUNT(rows); i++)
        if (judge(rows[i].m, S("/"), str_c(rows[i].name), str_c(rows[i].value)) != rows[i].want)
            fail_msg("row %d: %s", i, rows[i].name);
}

static void hosts(void **state)
{
    (void)state;
    struct guard_request r = { HTTP_GET, true, S("/"), NULL, 0 };
    assert_int_equal(http_guard(&r), 400);
    r.http11 = false;
    assert_int_equal(http_guard(&r), 0);
}

static void targets(void **state)
{
    (void)state;
    static const struct {
        const char *target, *path, *query; /* path NULL: refused */
    } rows[] = {
        { "/", "/", "" },
        { "/people/7?q=a%20b&x", "/people/7", "q=a%20b&x" },
        { "/caf%C3%A9", "/caf\xc3\xa9", "" },
        { "http://house.example", "/", "" },
        { "HTTPS://house.example/a?b", "/a", "b" },
        { "/a?x=%2e%2e/%2f", "/a", "x=%2e%2e/%2f" },
        { "/...", "/...", "" },
        { "/a/.", NULL, NULL },
        { "/a/..", NULL, NULL },
        { "/%2E/a", NULL, NULL },
        { "/.%2e/a", NULL, NULL },
        { "/a%2Fb", NULL, NULL },
        { "/a%5cb", NULL, NULL },
        { "/a%00", NULL, NULL },
        { "/a%0d%0ab", NULL, NULL },
        { "/%c0%ae", NULL, NULL },
        { "/%", NULL, NULL },
        { "/%g1", NULL, NULL },
        { "/a#b", NULL, NULL },
        { "*", NULL, NULL },
        { "", NULL, NULL },
        { "a/b", NULL, NULL },
    };
    struct arena *a = arena_open(MIB);
    for (int i = 0; i < COUNT(rows); i++) {
        struct str path, query;
        bool ok = http_split_target(a, str_c(rows[i].target), &path, &query);
        if (ok != (rows[i].path != NULL)) fail_msg("target %s", rows[i].target);
        if (ok && (!str_eq(path, str_c(rows[i].path)) || !str_eq(query, str_c(rows[i].query))))
            fail_msg("parts of %s", rows[i].target);
    }
    arena_close(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(headers), cmocka_unit_test(hosts),
                                        cmocka_unit_test(targets) };
    return cmocka_run_group_tests_name("guard", tests, NULL, NULL);
}
