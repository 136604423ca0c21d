/* SPDX-License-Identifier: GPL-3.0-or-later
 * markdown.c - the one file that includes cmark. */
#include "kit/web/markdown.h"

#include "kit/web/foreign.h"

#include <cmark.h>
#include <stdlib.h>

enum { INPUT_BYTES = MIB };

struct html markdown_html(struct arena *a, struct str markdown)
{
    markdown = str_upto(markdown, INPUT_BYTES);
    /* safe mode is cmark's default: raw HTML and doubtful addresses are left out */
    char *raw = cmark_markdown_to_html(markdown.p, (size_t)markdown.n, CMARK_OPT_VALIDATE_UTF8);
    if (!raw) abort();
    arena_defer(a, free, raw);
    return foreign_html(a, str_c(raw));
}
