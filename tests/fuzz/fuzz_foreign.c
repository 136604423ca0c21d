/* SPDX-License-Identifier: GPL-3.0-or-later
 * HTML of others, and Markdown: every '<' that goes out begins a tag of the list, and cleaning
 * again changes nothing. */
#include "kit/web/foreign.h"
#include "kit/web/markdown.h"

#include "tags.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *a = arena_open((size_t)256 * MIB);
    struct str s = { (const char *)data, (ptrdiff_t)n };
    struct str once = foreign_html(a, s).s, twice = foreign_html(a, once).s;
    must(str_eq(once, twice));
    must_be_listed(once);
    must(text_valid(foreign_text(a, s)));
    must_be_listed(markdown_html(a, s).s);
    arena_close(a);
    return 0;
}
