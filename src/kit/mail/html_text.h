/* SPDX-License-Identifier: GPL-3.0-or-later
 * html_text.h - the words of an HTML mail as plain text; fetches nothing. */
#pragma once
#include "kit/base/base.h"

/* UTF-8 HTML to text: blocks are lines, quoted spans get "> " before each line (so that what
 * follows treats HTML and plain mail alike), lists get "- ", links keep their words. What is
 * hidden, scripts and styles are left out. At most limit bytes of text. */
struct str mail_html_text(struct arena *, struct str html, ptrdiff_t limit);
