/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kit/web/foreign.h"

#include "kit/base/date.h"
#include "kit/web/markdown.h"

#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

static const struct str kept[] = {
    S_INIT("p"),  S_INIT("br"), S_INIT("a"),  S_INIT("b"),   S_INIT("i"),         S_INIT("strong"),
    S_INIT("em"), S_INIT("ul"), S_INIT("ol"), S_INIT("li"),  S_INIT("code"),      S_INIT("pre"),
    S_INIT("h1"), S_INIT("h2"), S_INIT("h3"), S_INIT("del"), S_INIT("blockquote")
};

static bool known(struct str name)
{
    for (int i = 0; i < COUNT(kept); i++)
        if (str_eq(kept[i], name)) return true;
    return false;
}

/* Every '<' begins a tag of the list; only a link has attributes, and exactly the two. */
static const char *fault_of(struct str s)
{
    static const struct str rel = S_INIT("\" rel=\"nofollow noopener noreferrer ugc\"");
    for (ptrdiff_t at; (at = str_chr(s, '<')) >= 0;) {
        s = str_from(s, at + 1);
        bool closes = str_begins(s, S("/"));
        struct str tag = str_upto(str_from(s, closes), str_chr(str_from(s, closes), '>')),
                   name = tag;
        if (str_chr(tag, ' ') >= 0) name = str_upto(tag, str_chr(tag, ' '));
        if (!known(name)) return "a tag that is not in the list";
        struct str rest = str_from(tag, name.n);
        if (rest.n && (closes || !str_eq(name, S("a")) || !str_begins(rest, S(" href=\"")) ||
                       !str_ends(rest, rel)))
            return "an attribute that may not be";
        struct str href = rest.n ? str_upto(str_from(rest, 7), rest.n - 7 - rel.n) : S("");
        if (rest.n && !str_ibegins(href, S("http://")) && !str_ibegins(href, S("https://")) &&
            !str_ibegins(href, S("mailto:")))
            return "an address that may not be";
        if (str_chr(href, '"') >= 0 || str_chr(href, '<') >= 0) return "a value that isn't escaped";
    }
    return NULL;
}

static void becomes(void **state)
{
    (void)state;
    static const struct {
        const char *in, *out;
    } rows[] = {
        { "plain & <b>bold</b>", "plain &amp; <b>bold</b>" },
        { "<p>one<p>two", "<p>one</p><p>two</p>" },
        { "<div>one</div><div>two</div>three", "one<br>two<br>three" },
        { "<table><tr><td>a<td>b<tr><td>c</table>", " a b <br>c" },
        { "<span style='color:red' onclick=x()>x</span>", "x" },
        { "<a href='https://house.example/?a=1&b=\"2\"'>go</a>",
          "<a href=\"https://house.example/?a=1&amp;b=&quot;2&quot;\" rel=\"nofollow noopener "
          "noreferrer ugc\">go</a>" },
        { "<a href=' https://house.example'>blank before</a>", "blank before" },
        { "<a href='mailto:ann@house.example'>Ann</a>",
          "<a href=\"mailto:ann@house.example\" rel=\"nofollow noopener noreferrer ugc\">Ann</a>" },
        { "<script>boo()</script>kept", "kept" },
        { "a<!-- b -->c", "ac" },
        { "<pre>\n\n  two\n</pre>", "<pre>\n\n  two\n</pre>" },
        { "<img src=http://a.example/x.png alt='a boat'>",
          "<a href=\"http://a.example/x.png\" rel=\"nofollow noopener noreferrer ugc\">[picture: a "
          "boat]</a>" },
        { "<img src=http://a.example/t.gif width=1 height=1>", "" },
        { "<img src=cid:1 alt=boat>", "[picture: boat]" },
        { "<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>" },
        { "<h1>a<span><h2>b</h2></span></h1>", "<h1>a</h1><h2>b</h2>" },
        { "<p>a<button><p>b</button>c", "<p>a</p><p>b</p>c" },
        { "it's `quoted`", "it&#39;s &#96;quoted&#96;" },
        { "a&#13;b", "a\nb" },
        { "a&#3;b&#x7f;\x03", "a\xEF\xBF\xBD"
                              "b\xEF\xBF\xBD\xEF\xBF\xBD" },
        { "&#xFDD0;&#xFFFF;&#x1FFFE;&#x1FFFD;",
          "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xF0\x9F\xBF\xBD" },
        { "<b>unclosed", "<b>unclosed</b>" },
        { "", "" },
    };
    struct arena *a = arena_open(64 * MIB);
    for (int i = 0; i < COUNT(rows); i++) {
        struct str got = foreign_html(a, str_c(rows[i].in)).s;
        if (!str_eq(got, str_c(rows[i].out)))
            fail_msg("%s\n  gave  %.*s\n  not   %s", rows[i].in, STR(got), rows[i].out);
    }
    arena_close(a);
}

/* Ways to smuggle script past a cleaner, each in words of our own. */
static const char *const hostile[] = {
    "<script>knock()</script>",
    "<scr<script>ipt>knock()</scr</script>ipt>",
    "<img src=x onerror=knock()>",
    "<img src='x' onerror='knock()' alt='\"><script>knock()</script>'>",
    "<svg onload=knock()>",
    "<svg><script>knock()</script></svg>",
    "<svg><a xlink:href='javascript:knock()'><text>t</text></a></svg>",
    "<svg><style><img src=x onerror=knock()></style></svg>",
    "<svg></p><style><a id='</style><img src=1 onerror=knock()>'>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 "
    "onerror=knock()&gt;'>",
    "<math><mi xlink:href='javascript:knock()'>m</mi></math>",
    "<math><annotation-xml encoding='text/html'><script>knock()</script></annotation-xml></math>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=knock()>",
    "<iframe src='javascript:knock()'></iframe>",
    "<iframe srcdoc='<script>knock()</script>'></iframe>",
    "<object data='data:text/html,<script>knock()</script>'></object>",
    "<embed src='javascript:knock()'>",
    "<a href='javascript:knock()'>a</a>",
    "<a href='JaVaScRiPt:knock()'>a</a>",
    "<a href='java\tscript:knock()'>a</a>",
    "<a href='&#106;avascript:knock()'>a</a>",
    "<a href='\x01javascript:knock()'>a</a>",
    "<a href='data:text/html;base64,PHNjcmlwdD5rbm9jaygpPC9zY3JpcHQ+'>a</a>",
    "<a href='vbscript:knock()'>a</a>",
    "<a href='https://a.example/\" onmouseover=\"knock()'>a</a>",
    "<a href='//a.example'>a</a>",
    "<a href='https://a.example' style='position:fixed' onclick='knock()'>a</a>",
    "<noscript><p title='</noscript><img src=x onerror=knock()>'></noscript>",
    "<noembed><img title='</noembed><img src=x onerror=knock()>'></noembed>",
    "<xmp><p title='</xmp><img src=x onerror=knock()>'></xmp>",
    "<textarea><p title='</textarea><img src=x onerror=knock()>'></textarea>",
    "<title><p title='</title><img src=x onerror=knock()>'></title>",
    "<style>@import 'https://a.example/x.css'; </style><p "
    "style='background:url(javascript:knock())'>p</p>",
    "<template><script>knock()</script></template>",
    "<plaintext><script>knock()</script>",
    "<select><template><style><!--</style><a rel='--></style></template></select><img src=x "
    "onerror=knock()>'>",
    "<table><caption><svg><title><table><caption></svg><script>knock()</script>",
    "<body onload=knock()>b",
    "<base href='javascript:knock()//'>",
    "<meta http-equiv=refresh content='0;url=javascript:knock()'>",
    "<link rel=stylesheet href='https://a.example/x.css'>",
    "<form action='javascript:knock()'><input type=submit></form><button "
    "formaction='javascript:knock()'>b</button>",
    "<details open ontoggle=knock()>d</details>",
    "<video><source onerror=knock()></video><audio src=x onerror=knock()>",
    "<input autofocus onfocus=knock()>",
    "<marquee onstart=knock()>m</marquee>",
    "<!--><img src=x onerror=knock()>-->",
    "<!--[if gte IE 4]><script>knock()</script><![endif]-->",
    "<?xml version='1.0'?><script>knock()</script>",
    "<![CDATA[<script>knock()</script>]]>",
    "<p/onclick=knock()>p",
    "<a\nhref\n=\n'javascript:knock()'>a</a>",
    "<isindex action=javascript:knock() type=submit>",
    "<b <script>knock()</script>>",
    "&lt;script&gt;knock()&lt;/script&gt;",
    "<a href=https://a.example/`onmouseover=knock()>a</a>",
    "<div id=location></div><form name=body><input name=innerHTML></form>",
    "\xff\xfe<script>knock()</script>",
    "<a href='https://a.example'><table><a href='https://b.example'>x</table></a>",
};

static void hostile_ones(void **state)
{
    (void)state;
    struct arena *a = arena_open(64 * MIB);
    for (int i = 0; i < COUNT(hostile); i++) {
        struct str once = foreign_html(a, str_c(hostile[i])).s, twice = foreign_html(a, once).s;
        const char *fault = fault_of(once);
        if (fault) fail_msg("%s: %s\n  gave %.*s", fault, hostile[i], STR(once));
        if (!str_eq(once, twice))
            fail_msg("%s\n  once  %.*s\n  twice %.*s", hostile[i], STR(once), STR(twice));
    }
    arena_close(a);
}

static const char *const bits[] = {
    "<p>",
    "</p>",
    "<b>",
    "</b>",
    "<i>",
    "</i>",
    "<a href='https://a.example/?x=1&y'>",
    "</a>",
    "<ul>",
    "</ul>",
    "<li>",
    "</li>",
    "<ol>",
    "<blockquote>",
    "</blockquote>",
    "<pre>",
    "</pre>",
    "\n",
    "<h1>",
    "</h1>",
    "<h2>",
    "<div>",
    "</div>",
    "<table>",
    "<tr>",
    "<td>",
    "</table>",
    "<button>",
    "</button>",
    "<svg>",
    "</svg>",
    "<math>",
    "<mtext>",
    "<style>",
    "</style>",
    "<select>",
    "<option>",
    "</select>",
    "<del>",
    "</del>",
    "<code>",
    "</code>",
    "<br>",
    "word",
    " ",
    "&lt;b&gt;",
    "&#13;",
    "<object>",
    "</object>",
    "<form>",
    "<font color=red>",
    "</font>",
    "<img src=https://a.example/i alt=x>",
    "<em>",
    "</em>",
    "<strong>",
    "<center>",
    "<h4>",
    "<marquee>",
    "</marquee>",
    "<nobr>",
    "<caption>",
    "<dd>",
    "<!-- x -->",
    "<hr>",
};

/* A soup of tags, cleaned twice: the same, and only what is on the list. */
static void soup(void **state)
{
    (void)state;
    uint64_t seed = 88172645463325252u;
    for (int round = 0; round < 1500; round++) {
        struct arena *a = arena_open(64 * MIB);
        struct buf b = { .a = a };
        for (int i = 0; i < 24; i++) {
            seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
            buf_add(&b, str_c(bits[seed % COUNT(bits)]));
        }
        struct str once = foreign_html(a, buf_str(&b)).s, twice = foreign_html(a, once).s;
        const char *fault = fault_of(once);
        if (fault || !str_eq(once, twice))
            fail_msg("%s\n  from  %.*s\n  once  %.*s\n  twice %.*s", fault ? fault : "not the same",
                     STR(buf_str(&b)), STR(once), STR(twice));
        arena_close(a);
    }
}

static struct str many(struct arena *a, const char *open, int n, const char *then, int m)
{
    struct buf b = { .a = a };
    for (int i = 0; i < n; i++) { /* '#' stands for a number */
        struct str o = str_c(open);
        ptrdiff_t at = str_chr(o, '#');
        buf_fmt(&b, "%.*s%d%.*s", STR(str_upto(o, at)), i, STR(str_from(o, at + 1)));
    }
    for (int i = 0; i < m; i++) buf_add(&b, str_c(then));
    return buf_str(&b);
}

/* Deep, and growing with the square of their length: bounded in memory, time and stack. */
static void bombs(void **state)
{
    (void)state;
    static const char *const open[] = { "<div x#>", "<b id=#>",
                                        "<a href=https://a.example/#><table>", "<font size=#>" };
    static const char *const then[] = { "</p>", "<p>x", "<td>", "</i>", "x" };
    for (int i = 0; i < COUNT(open); i++)
        for (int k = 0; k < COUNT(then); k++) {
            struct arena *a = arena_open(64 * MIB);
            int64_t begin = clock_us();
            struct str got = foreign_html(a, many(a, open[i], 6000, then[k], 18000)).s;
            if (fault_of(got)) fail_msg("%s %s: %s", open[i], then[k], fault_of(got));
            if (clock_us() - begin > 8000000) fail_msg("%s %s takes too long", open[i], then[k]);
            arena_close(a);
        }
}

static void text(void **state)
{
    (void)state;
    struct arena *a = arena_open(16 * MIB);
    struct str got = foreign_text(
        a, S("<style>x</style><h1>Hi</h1><p>one   two<br>three</p><div>four</div><div>five</div>"
             "<ul><li>six</li></ul><pre>a\n  b</pre>"));
    assert_string_equal(str_z(a, got), "Hi\none two\nthree\nfour\nfive\nsix\na\n  b");
    arena_close(a);
}

static void markdown(void **state)
{
    (void)state;
    struct arena *a = arena_open(16 * MIB);
    struct str got =
        markdown_html(a, S("Hi *you*\n\n- a\n- b\n\n<script>x()</script>\n\n[x](javascript:y) "
                           "[z](https://a.example)"))
            .s;
    assert_null(fault_of(got));
    assert_true(str_find(got, S("<em>you</em>")) > 0);
    assert_true(str_find(got, S("<li>a</li>")) > 0);
    assert_int_equal(str_find(got, S("javascript")), -1);
    assert_int_equal(str_find(got, S("script")), -1);
    assert_true(str_find(got, S("<a href=\"https://a.example\"")) > 0);
    arena_close(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(becomes), cmocka_unit_test(hostile_ones), cmocka_unit_test(soup),
        cmocka_unit_test(bombs),   cmocka_unit_test(text),         cmocka_unit_test(markdown),
    };
    return cmocka_run_group_tests_name("foreign", tests, NULL, NULL);
}
