/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kit/mail/flowed.h"
#include "kit/mail/html_text.h"
#include "kit/mail/vectors_test.h"

static void html_becomes_text(void **state)
{
    static const char *const rows[][2] = {
        { "<p>one <b>two</b></p><p>three</p>", "one two\n\nthree" },
        { "a<br>b<br/><br>c", "a\nb\n\nc" },
        { "<div>a</div><div>b</div>", "a\nb" },
        { "<head><title>t</title><style>x{}</style></head><body>a<script>b()</script><!-- c "
          "--></body>",
          "a" },
        { "a <span style='display: none'>hidden</span> <span hidden>too</span>b", "a b" },
        { "<div>new</div><blockquote><div>old</div><div>words</div></blockquote>after",
          "new\n\n> old\n> words\n\nafter" },
        { "<blockquote>a<blockquote>b</blockquote></blockquote>", "> a\n>\n>> b" },
        { "<div class=gmail_quote>Ada wrote:<blockquote class=gmail_quote>x</blockquote></div>",
          "Ada wrote:\n\n> x" },
        { "<ul><li>one</li><li>two</li></ul>", "- one\n- two" },
        { "<pre>a  b\n  c\n\nd</pre>", "a  b\n  c\n\nd" },
        { "<a href='https://example.org'>words</a>", "words" },
        { "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc" },
        { "caf&eacute;&nbsp;&amp; tea", "caf\xC3\xA9 & tea" },
        { "a <img src=x alt='picture'> b", "a picture b" },
        { "one\n   two\t three", "one two three" },
        { "", "" },
    };
    (void)state;
    for (int i = 0; i < COUNT(rows); i++) {
        struct arena *a = arena_open(MIB);
        assert_text(mail_html_text(a, str_c(rows[i][0]), 100000), str_c(rows[i][1]));
        arena_close(a);
    }
}

static void depth_has_an_end(void **state)
{
    (void)state;
    struct arena *a = arena_open(16 * MIB);
    struct buf b = { .a = a };
    for (int i = 0; i < 3000; i++) buf_add(&b, S("<div>"));
    buf_add(&b, S("deep"));
    assert_text(mail_html_text(a, buf_str(&b), 1000), S(""));
    arena_close(a);
}

static void soft_line_ends_go(void **state)
{
    static const char *const rows[][3] = {
        { "one \ntwo\nthree\n", "one two\nthree\n", "" },
        { "> a \n> b\nc\n", "> a b\nc\n", "" },
        { "> a \n>> b\n", "> a \n>> b\n", "" }, /* other depth: no join */
        { " >stuffed\n", ">stuffed\n", "" },
        { "words \n-- \nAda\n", "words \n-- \nAda\n", "" },
        { "on \ne", "one", "yes" }, /* DelSp */
    };
    (void)state;
    struct arena *a = arena_open(MIB);
    for (int i = 0; i < COUNT(rows); i++)
        assert_text(flowed_undo(a, str_c(rows[i][0]), *rows[i][2] != 0), str_c(rows[i][1]));
    arena_close(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(html_becomes_text),
                                        cmocka_unit_test(depth_has_an_end),
                                        cmocka_unit_test(soft_line_ends_go) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
