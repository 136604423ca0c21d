/* SPDX-License-Identifier: GPL-3.0-or-later
 * Whatever comes in: every '<' that goes out begins a tag of the list, and cleaning again changes
 * nothing. clang -fsanitize=fuzzer,address,undefined */
#include "kit/web/foreign.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static bool listed(struct str s)
{
    static const char *const tags[] = { "p",
                                        "br",
                                        "b",
                                        "i",
                                        "strong",
                                        "em",
                                        "blockquote",
                                        "ul",
                                        "ol",
                                        "li",
                                        "h1",
                                        "h2",
                                        "h3",
                                        "del",
                                        "code",
                                        "pre",
                                        "a href=\"http",
                                        "a href=\"mailto:",
                                        "a href=\"HTTP",
                                        "a" };
    if (str_begins(s, S("/"))) s = str_from(s, 1);
    for (int i = 0; i < COUNT(tags); i++) {
        struct str t = str_c(tags[i]);
        bool link = str_chr(t, ' ') >= 0;
        if (link ? str_ibegins(s, t) : str_begins(s, t) && s.n > t.n && s.p[t.n] == '>')
            return true;
    }
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *a = arena_open(256 * MIB);
    struct str once = foreign_html(a, (struct str){ (const char *)data, (ptrdiff_t)n }).s;
    struct str twice = foreign_html(a, once).s;
    if (!str_eq(once, twice)) abort();
    for (struct str s = once; str_chr(s, '<') >= 0;) {
        s = str_from(s, str_chr(s, '<') + 1);
        if (!listed(s)) abort();
    }
    foreign_text(a, (struct str){ (const char *)data, (ptrdiff_t)n });
    arena_close(a);
    return 0;
}
