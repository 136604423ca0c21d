/* SPDX-License-Identifier: GPL-3.0-or-later
 * markdown.h - Markdown that people write here (cmark, safe mode), then through foreign.h. */
#pragma once
#include "kit/web/html.h"

struct html markdown_html(struct arena *, struct str markdown);
