/* SPDX-License-Identifier: GPL-3.0-or-later
 * foreign.h - HTML of others made safe: parsed (gumbo), reduced to a closed tree of a few
 * elements, written anew. Nothing of the input's markup is echoed. */
#pragma once
#include "kit/web/html.h"

/* Kept: p br a b i strong em blockquote ul ol li code pre h1 h2 h3 del; of their attributes only
 * href of a (http, https, mailto), written with rel. Images become links to them. Depth at most
 * 100. The same input gives the same output, and its own output comes back unchanged. */
struct html foreign_html(struct arena *, struct str html);
/* The words alone, with line ends where blocks end: for snippets, search and plain mail. */
struct str foreign_text(struct arena *, struct str html);
