/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kit/web/route.h"

#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

static err show(struct ctx *c, struct page *p) { return (void)c, (void)p, OK; }
static err act(struct tx *t, struct page *p) { return (void)t, (void)p, OK; }
static err hook(struct page *p) { return (void)p, OK; }

static void patterns(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *path, *first; /* first: value of the first variable; NULL: no match */
    } rows[] = {
        { "/", "/", "" },
        { "/", "/a", NULL },
        { "/a", "/a", "" },
        { "/a", "/a/", NULL },
        { "/a", "/", NULL },
        { "/a/b", "/a", NULL },
        { "/a", "/a/b", NULL },
        { "/people/:who", "/people/12", "12" },
        { "/people/:who", "/people/0", NULL },
        { "/people/:who", "/people/012", NULL },
        { "/people/:who", "/people/-1", NULL },
        { "/people/:who", "/people/x", NULL },
        { "/people/:who", "/people/", NULL },
        { "/people/:who", "/people/9223372036854775807", "9223372036854775807" },
        { "/people/:who", "/people/9223372036854775808", NULL },
        { "/people/:who/edit", "/people/12/edit", "12" },
        { "/tags/:word*", "/tags/\xc3\xa9t\xc3\xa9", "\xc3\xa9t\xc3\xa9" },
        { "/tags/:word*", "/tags/", NULL },
        { "/tags/:word*", "/tags/a/b", NULL },
        { "/files/:rest**", "/files/a/b/c", "a/b/c" },
        { "/files/:rest**", "/files/", NULL },
        { "/files/:rest**", "/files", NULL },
        { "/a", "a", NULL },
        { "/a", "", NULL },
    };
    for (int i = 0; i < COUNT(rows); i++) {
        struct path_vars v;
        bool ok = route_match(rows[i].pattern, str_c(rows[i].path), &v);
        if (ok != (rows[i].first != NULL)) fail_msg("%s on %s", rows[i].pattern, rows[i].path);
        if (ok && *rows[i].first && !str_eq(v.at[0].value, str_c(rows[i].first)))
            fail_msg("value of %s", rows[i].path);
    }
}

static const struct route one[] = {
    PAGE("/people/:who", NEED_KEEPER, show, "a person"),
    PAGE("/people/new", NEED_KEEPER, show, "a new person"),
    DEED("/people/new", NEED_KEEPER, act, "keep a new person"),
    { 0 },
};
static const struct route two[] = {
    PAGE("/people/:name*", NEED_NOBODY, show, "by name"),
    PAGE("/:all**", NEED_NOBODY, show, "the rest"),
    HOOK("PUT", "/people/:who", NEED_KEEPER, hook, "by machine"),
    { 0 },
};
static const struct route *const both[] = { one, two };

static const struct route *find(const char *method, const char *path)
{
    return route_find(both, 2, str_c(method), str_c(path)).route;
}

static void the_nearest_wins(void **state)
{
    (void)state;
    assert_ptr_equal(find("GET", "/people/12"), &one[0]);
    assert_ptr_equal(find("HEAD", "/people/12"), &one[0]);
    assert_ptr_equal(find("GET", "/people/new"), &one[1]);
    assert_ptr_equal(find("POST", "/people/new"), &one[2]);
    assert_ptr_equal(find("GET", "/people/ann"), &two[0]);
    assert_ptr_equal(find("GET", "/else/where"), &two[1]);
    assert_ptr_equal(find("PUT", "/people/12"), &two[2]);
    assert_null(find("DELETE", "/people/12"));
    assert_true(route_find(both, 2, S("DELETE"), S("/people/12")).other_method);
    assert_false(route_find(both, 2, S("GET"), S("/")).other_method);
}

static void bad_tables_do_not_start(void **state)
{
    (void)state;
    static const struct route good = PAGE("/a/:x", NEED_NOBODY, show, "a");
    static const struct route bad[] = {
        { .path = "/b", .show = show, .says = "no need" },
        PAGE("/b", NEED_KEEPER, show, ""),
        PAGE("/b", NEED_KEEPER, show, NULL),
        PAGE("/b", NEED_KEEPER, NULL, "no handler"),
        PAGE("/b", (route_need)99, show, "odd need"),
        PAGE("b", NEED_KEEPER, show, "no slash"),
        PAGE("/b/", NEED_KEEPER, show, "a slash too many"),
        PAGE("/b//c", NEED_KEEPER, show, "an empty segment"),
        PAGE("/:", NEED_KEEPER, show, "a nameless variable"),
        PAGE("/:x**/y", NEED_KEEPER, show, "more behind all"),
        PAGE("/a/:y", NEED_KEEPER, show, "the same place under another name"),
        DEED("/b", NEED_SIGNED_PEER, act, "a signed deed"),
        { .path = "/b",
          .need = NEED_KEEPER,
          .hook = hook,
          .show = show,
          .method = "GET",
          .says = "two" },
        { .path = "/b", .need = NEED_KEEPER, .hook = hook, .says = "no method" },
    };
    struct arena *a = arena_open(MIB);
    struct str why = S("");
    assert_int_equal(route_check(both, 2, a, &why), OK);
    for (int i = 0; i < COUNT(bad); i++) {
        struct route table[3] = { good, bad[i], { 0 } };
        const struct route *tables[] = { table };
        if (route_check(tables, 1, a, &why) != E_INVALID) fail_msg("row %d was taken", i);
        assert_true(str_begins(why, S("route ")));
    }
    arena_close(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(patterns),
                                        cmocka_unit_test(the_nearest_wins),
                                        cmocka_unit_test(bad_tables_do_not_start) };
    return cmocka_run_group_tests_name("route", tests, NULL, NULL);
}
