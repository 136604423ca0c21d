/* SPDX-License-Identifier: GPL-3.0-or-later
 * tags.h - which tags may come out of HTML and Markdown of others. */
#pragma once
#include "fuzz.h"

static inline bool tag_listed(struct str s)
{
    /* clang-format off */
    static const char *const tags[] = {
        "p", "br", "b", "i", "strong", "em", "blockquote", "ul", "ol", "li", "h1", "h2", "h3",
        "del", "code", "pre", "a href=\"http", "a href=\"mailto:", "a href=\"HTTP", "a",
    };
    /* clang-format on */
    if (str_begins(s, S("/"))) s = str_from(s, 1);
    for (int i = 0; i < COUNT(tags); i++) {
        struct str t = str_c(tags[i]);
        bool link = str_chr(t, ' ') >= 0;
        if (link ? str_ibegins(s, t) : str_begins(s, t) && s.n > t.n && s.p[t.n] == '>')
            return true;
    }
    return false;
}

static inline void must_be_listed(struct str html)
{
    for (struct str s = html; str_chr(s, '<') >= 0;) {
        s = str_from(s, str_chr(s, '<') + 1);
        must(tag_listed(s));
    }
}
