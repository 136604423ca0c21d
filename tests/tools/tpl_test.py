#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The template compiler: what it refuses, and what a compiled template writes.
usage: tpl_test.py TPL CC INCLUDE_FLAGS..., from the project's folder. TAP output."""
import os, subprocess, sys, tempfile

TPL, CC, FLAGS = sys.argv[1], sys.argv[2], sys.argv[3:]
HEAD = '@include "kit/web/html.h"\n@page t(struct page *p, struct str s, struct url u, struct html h, int n)\n'

REFUSED = [  # (template behind HEAD, words of the error)
    ('<a class={{s}}>', 'quote'),
    ('<a href={{u}}>', 'quote'),
    ('<p style="color:red">', 'style'),
    ('<p onclick="x()">', 'script'),
    ('<p hx-on:click="x()">', 'script'),
    ('<p ONCLICK="x()">', 'script'),
    ('<style>p{}</style>', 'style'),
    ('<script>x()</script>', 'src'),
    ('<script src="/a.js">x()</script>', 'script'),
    ('<iframe srcdoc="x">', 'srcdoc'),
    ('<a href="javascript:x()">', 'address'),
    ('<a href=" JavaScript:x()">', 'address'),
    ('<img src="data:x">', 'address'),
    ('<a href="/people/{{s}}">', 'url_to'),
    ('<a href="{{u}}/more">', '#fragment'),
    ('<a href="{{u}}{{u}}">', 'url_to'),
    ('<{{s}}>', 'name'),
    ('<p {{s}}>', 'condition'),
    ('<p a{{s}}="x">', 'name'),
    ('<!-- {{s}} -->', 'comment'),
    ('<p>{{s', 'without'),
    ('<p>{{}}', 'empty'),
    ('<form method="post"><input>', 'action'),
    ('<form method="put" action="/x">', 'get or post'),
    ('<form method="{{s}}" action="/x">', 'method'),
    ('<p title="x', 'ends inside'),
    ('<p', 'ends inside'),
    ('<p title="\n@if (n) {\n">\n@}\n', 'C can'),
    ('<p {{?onclick n}}>', 'script'),
    ('<p {{?href n}}>', 'address'),
    ('<p {{?a="b" n}}>', 'plain'),
    ('<p>{{?checked n}}', 'tag'),
    ('@include "late.h"\n', 'before'),
]
# refused by the C compiler, with the line of the template
REFUSED_BY_C = [
    ('<p>{{u}}</p>', 'url outside an address'),
    ('<p title="{{h}}">', 'markup inside an attribute'),
    ('<p title="{{u}}">', 'url inside a plain attribute'),
    ('<a href="{{s}}">', 'a string as an address'),
    ('<a hx-get="{{s}}">', 'a string as an address of htmx'),
    ('<p>{{nothing}}', 'an unknown name'),
]
WRITTEN = [  # (template, what it writes for s='<&"', u=/a?b&c, h=<b>, n=2)
    ('<p class="x {{s}}">{{s}}</p>', '<p class="x &lt;&amp;&quot;">&lt;&amp;&quot;</p>\n'),
    ('<a href="{{u}}#end">{{h}}</a>', '<a href="/a?b&amp;c#end"><b></a>\n'),
    ('{{n > 1 ? "}}" : "{{"}}', '}}\n'),
    ("{{n == '}' ? 1 : 0}}", '0\n'),
    ('<input {{?checked n == 2}} {{?required n == 3}}>', '<input checked>\n'),
    ('<a {{?aria-current=page n == 2}} href="/">x</a>', '<a aria-current="page" href="/">x</a>\n'),
    ('  indented\n<pre>\n  kept\n</pre>', 'indented\n<pre>\n  kept\n</pre>\n'),
    ('@@home', '@home\n'),
    ('a<!-- gone\nand gone -->b', 'ab\n'),
    ('<p\n   class="a"\n   id="b">', '<p class="a" id="b">\n'),
    ('@for (int i = 0; i < n; i++) {\n{{i}},\n@}', '0,\n1,\n'),
    ('<form method="post" action="{{u}}">x</form>', '<form method="post" action="/a?b&amp;c">[/a?b&c]x</form>\n'),
    ('<form action="/lit" method="POST">x</form>', '<form action="/lit" method="POST">[/lit]x</form>\n'),
    ('<form method="get" action="/q">x</form>', '<form method="get" action="/q">x</form>\n'),
    ('{{> part(s)}}|{{> none()}}', '(&lt;&amp;&quot;)\n|none\n\n'),
    ('<script src="{{u}}" defer></script>', '<script src="/a?b&amp;c" defer></script>\n'),
    ('what??/ é "\\n"', 'what??/ é "\\n"\n'),
    ("<p title='{{s}}'>", "<p title='&lt;&amp;&quot;'>\n"),
    ('1 < 2 and a<3', '1 < 2 and a<3\n'),
]
PARTS = '@page part(struct str s)\n({{s}})\n@page none()\nnone\n'
n = 0
failed = 0


def ok(good, name, more=''):
    global n, failed
    n += 1
    failed += not good
    print(('ok' if good else 'not ok'), n, '-', name.replace('\n', '\\n').replace('#', ''))
    if not good:
        print('# ' + more.replace('\n', '\n# '))


def compile_template(folder, text):
    """Runs tpl both ways; its error output, or None."""
    with open(os.path.join(folder, 't.html'), 'w') as f:
        f.write(HEAD + text + '\n' + PARTS)
    for flag, name in (([], 't_html.c'), (['-h'], 't_html.h')):
        r = subprocess.run([os.path.abspath(TPL), *flag, 't.html'], cwd=folder, capture_output=True, text=True)
        if r.returncode:
            return r.stderr
        with open(os.path.join(folder, name), 'w') as f:
            f.write(r.stdout)
    return None


def cc(folder, *args):
    return subprocess.run([CC, '-std=gnu17', '-D_GNU_SOURCE', '-Wall', '-Wextra', '-Werror', '-Wno-unused-parameter',
                           '-Wtrigraphs', f'-I{os.path.abspath("src")}', f'-I{folder}', *FLAGS, *args],
                          capture_output=True, text=True)


def main():
    with tempfile.TemporaryDirectory() as d:
        for text, words in REFUSED:
            said = compile_template(d, text) or ''
            ok(words in said and said.startswith('t.html:'), 'refused: ' + text, said)
        for text, why in REFUSED_BY_C:
            said = compile_template(d, text)
            r = cc(d, '-fsyntax-only', os.path.join(d, 't_html.c'))
            ok(said is None and r.returncode and 't.html:3' in r.stderr, 'does not compile: ' + why, (said or '') + r.stderr)
        main_c = os.path.join(d, 'main.c')
        with open(main_c, 'w') as f:
            f.write('#include "t_html.h"\nvoid page_token(struct page *p, struct buf *o, struct url u)'
                    '{ (void)p; buf_fmt(o, "[%.*s]", STR(u.s)); }\n'
                    'int main(void) { struct arena *a = arena_open(1 << 20); struct buf o = { .a = a };\n'
                    't_html(&o, NULL, S("<&\\""), URL("/a?b&c"), (struct html){ S("<b>") }, 2);\n'
                    'fwrite(o.p, 1, (size_t)o.n, stdout); return 0; }\n')
        objects = []
        for name in ('base/arena.c', 'base/str.c', 'web/html.c'):
            objects.append(os.path.join(d, os.path.basename(name) + '.o'))
            cc(d, '-c', '-o', objects[-1], 'src/kit/' + name)
        for text, want in WRITTEN:
            said = compile_template(d, text)
            exe = os.path.join(d, 't')
            r = cc(d, '-o', exe, main_c, os.path.join(d, 't_html.c'), *objects)
            got = subprocess.run([exe], capture_output=True, text=True).stdout if not r.returncode else r.stderr
            ok(said is None and got == want, 'writes: ' + text, f'{said or ""}got  {got!r}\nwant {want!r}')
    print(f'1..{n}')
    return failed > 0


sys.exit(main())
