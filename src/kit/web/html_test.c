/* SPDX-License-Identifier: GPL-3.0-or-later
 * html.c, url.c, form.c, cookie.c: what needs no house. */
#include "kit/web/html.h"

#include "kit/web/cookie.h"
#include "kit/web/form.h"

#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

static struct arena *a;

static void is_str(struct str got, const char *want)
{
    if (!str_eq(got, str_c(want))) fail_msg("got  %.*s\nwant %s", STR(got), want);
}

static void output_is_typed(void **state)
{
    (void)state;
    struct buf o = { .a = a };
    struct str hostile = S("<a href=\"x\">'&'`</a>");
    struct html safe = { S("<b>") };
    html_put(&o, hostile);
    html_put(&o, safe);
    html_put(&o, "a<b");
    html_put(&o, (int64_t)-5);
    html_put(&o, 7u);
    html_attr(&o, S("\""));
    html_url(&o, (struct url){ S("/a?b=1&c=2") });
    html_text(&o, S("x\0y"));
    is_str(
        buf_str(&o),
        "&lt;a "
        "href=&quot;x&quot;&gt;&#39;&amp;&#39;&#96;&lt;/a&gt;<b>a&lt;b-57&quot;/a?b=1&amp;c=2xy");
}

static void numbers(void **state)
{
    (void)state;
    struct buf o = { .a = a };
    static const int64_t list[] = { 0, 9, 10, -1, INT64_MAX, INT64_MIN };
    for (int i = 0; i < COUNT(list); i++) {
        html_int(&o, list[i]);
        buf_char(&o, ' ');
    }
    is_str(buf_str(&o), "0 9 10 -1 9223372036854775807 -9223372036854775808 ");
}

static void addresses(void **state)
{
    (void)state;
    is_str(url_to(a, "/people/%" PRId64 "?q=%.*s", (int64_t)7, STR(S("a/b &c=d?#\xc3\xa9"))).s,
           "/people/7?q=a%2Fb%20%26c%3Dd%3F%23%C3%A9");
    is_str(url_to(a, "/t/%s/%d/%u%%", "..//x", -3, 4u).s, "/t/..%2F%2Fx/-3/4%");
    is_str(url_to(a, "?page=%d", 2).s, "?page=2");
    is_str(url_to(a, "/%.*s", 0, "never read").s, "/");
    static const char *const outside[] = { "https://a.example/x?y#z", "HTTP://a.example",
                                           "mailto:ann@a.example", "tel:+49301234" };
    for (int i = 0; i < COUNT(outside); i++)
        is_str(url_outside(a, str_c(outside[i])).s, outside[i]);
    static const char *const refused[] = { "javascript:x()",
                                           " javascript:x()",
                                           "data:text/html,x",
                                           "//a.example",
                                           "/a",
                                           "x",
                                           "",
                                           "https://",
                                           "https://a b",
                                           "https://a\nb",
                                           "ht\ttps://a",
                                           "https://\xff",
                                           "file:///etc" };
    for (int i = 0; i < COUNT(refused); i++) is_str(url_outside(a, str_c(refused[i])).s, "#");
    static const char *const inside[][2] = {
        { "/a/b?c", "/a/b?c" }, { "//a.example", "/" }, { "/\\a", "/" }, { "/a\\b", "/" },
        { "https://a", "/" },   { "/a b", "/" },        { "", "/" },     { "/", "/" }
    };
    for (int i = 0; i < COUNT(inside); i++)
        is_str(url_inside(a, str_c(inside[i][0])).s, inside[i][1]);
    is_str(url_decode(a, S("a+b%20%zz%4"), true), "a b %zz%4");
}

static void plain_words(void **state)
{
    (void)state;
    is_str(html_plain(
               a, S("one\r\ntwo <3\n\n\nsee https://a.example/x_(y)?z=1&b. (http://b.example)!\n"))
               .s,
           "<p>one<br>\ntwo &lt;3</p>\n"
           "<p>see <a href=\"https://a.example/x_(y)?z=1&amp;b\" rel=\"nofollow noopener "
           "noreferrer ugc\">https://a.example/x_(y)?z=1&amp;b</a>. "
           "(<a href=\"http://b.example\" rel=\"nofollow noopener noreferrer "
           "ugc\">http://b.example</a>)!</p>\n");
    is_str(html_plain(a, S("https:// and http://")).s, "<p>https:// and http://</p>\n");
    is_str(html_plain(a, S("\n \n")).s, "");
}

static bool read_form(const char *type, struct str body, struct form *f)
{
    struct str why = S("");
    bool ok = form_read(a, str_c(type), body, f, &why);
    assert_true(ok || why.n > 0);
    return ok;
}

static void url_encoded(void **state)
{
    (void)state;
    struct form f;
    assert_true(read_form("application/x-www-form-urlencoded; charset=utf-8",
                          S("a=1&b=x+y%26z&a=2&c&=d&e=%ff&f=+pad+"), &f));
    is_str(form_value(&f, "a"), "1");
    is_str(form_value(&f, "b"), "x y&z");
    is_str(form_value(&f, "c"), "");
    is_str(form_value(&f, "e"), "\xef\xbf\xbd");
    is_str(form_value(&f, "f"), "pad");
    is_str(form_value(&f, "missing"), "");
    assert_non_null(form_find(&f, "c"));
    assert_null(form_find(&f, "missing"));
    int at = 0;
    is_str(form_next(&f, "a", &at)->value, "1");
    is_str(form_next(&f, "a", &at)->value, "2");
    assert_null(form_next(&f, "a", &at));
    struct buf many = { .a = a };
    for (int i = 0; i <= FORM_FIELDS; i++) buf_add(&many, S("x=1&"));
    assert_false(read_form("application/x-www-form-urlencoded", buf_str(&many), &f));
    form_query(a, buf_str(&many), &f);
    assert_int_equal(f.n, FORM_FIELDS);
    assert_false(read_form("application/json", S("{}"), &f));
}

static void multipart(void **state)
{
    (void)state;
    struct form f;
    struct str body =
        S("--B\r\nContent-Disposition: form-data; name=\"words\"\r\n\r\nhello\r\nthere\r\n"
          "--B\r\nContent-Disposition: form-data; name=\"up\"; filename=\"C:\\boats\\big "
          "\\\"one\\\".jpg\"\r\n"
          "Content-Type: image/jpeg\r\n\r\n\xff\xd8\r\n-B\r\n"
          "--B\r\ncontent-disposition: form-data; name=empty\r\n\r\n\r\n--B--\r\n");
    assert_true(read_form("multipart/form-data; boundary=B", body, &f));
    assert_int_equal(f.n, 3);
    is_str(form_value(&f, "words"), "hello\r\nthere");
    const struct form_field *up = form_find(&f, "up");
    assert_true(up->file);
    is_str(up->file_name, "big \"one\".jpg");
    is_str(up->type, "image/jpeg");
    is_str(form_value(&f, "up"), ""); /* a file is no word */
    is_str(form_value(&f, "empty"), "");
    static const char *const broken[] = {
        "",
        "--B",
        "--B\r\n",
        "--B\r\nContent-Disposition: form-data; name=a\r\n\r\nx",
        "--B\r\nContent-Type: x\r\n\r\nx\r\n--B--",
        "x--B--",
        "--B\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--BB"
    };
    for (int i = 0; i < COUNT(broken); i++)
        if (read_form("multipart/form-data; boundary=\"B\"", str_c(broken[i]), &f))
            fail_msg("broken %d was read", i);
    assert_false(read_form("multipart/form-data", body, &f));
    assert_true(read_form("multipart/form-data; boundary=B", S("--B--"), &f));
}

/* Every prefix of a form is read or refused, and never beyond its end (the sanitizer watches). */
static void cut_short(void **state)
{
    (void)state;
    struct str body = S(
        "--B\r\nContent-Disposition: form-data; name=\"a\"; filename=\"b%22c\"\r\n\r\nx\r\n--B\r\n"
        "Content-Disposition: form-data; name=d\r\n\r\n\r\n--B--");
    for (ptrdiff_t n = 0; n < body.n; n++) {
        struct arena *own = arena_open(MIB);
        struct form f;
        struct str why = S("");
        assert_false(form_read(own, S("multipart/form-data; boundary=B"),
                               str_dup(own, str_upto(body, n)), &f, &why));
        arena_close(own);
    }
}

static void cookies(void **state)
{
    (void)state;
    struct http_header h[] = { { S("Cookie"), S("a=1; b = 2;c=x=y") },
                               { S("cookie"), S("d=4; a=1") },
                               { S("Cookie"), S("b=3; e=5; e=6") } };
    struct http_request r = { .headers = h, .headers_n = 3 };
    is_str(cookie_find(&r, S("a")), "1");
    is_str(cookie_find(&r, S("c")), "x=y");
    is_str(cookie_find(&r, S("d")), "4");
    is_str(cookie_find(&r, S("e")), ""); /* two that differ: neither */
    is_str(cookie_find(&r, S("f")), "");
    struct http_answer an = { .a = a };
    cookie_set(&an, S("n"), S("v"), 60, true);
    is_str(an.headers[0].value, "n=v; Path=/; HttpOnly; SameSite=Lax; Max-Age=60; Secure");
}

static int open_arena(void **state)
{
    (void)state;
    a = arena_open(16 * MIB);
    return 0;
}

static int close_arena(void **state)
{
    (void)state;
    arena_close(a);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(output_is_typed), cmocka_unit_test(numbers),
        cmocka_unit_test(addresses),       cmocka_unit_test(plain_words),
        cmocka_unit_test(url_encoded),     cmocka_unit_test(multipart),
        cmocka_unit_test(cut_short),       cmocka_unit_test(cookies),
    };
    return cmocka_run_group_tests_name("html", tests, open_arena, close_arena);
}
