/* SPDX-License-Identifier: GPL-3.0-or-later
 * search_view.h - for search_web.c and its template. */
#pragma once
#include "kit/web/html.h"
#include "talk/find.h"

/* On one line, for blanks around a mark would part words from their stops. */
struct html find_excerpt(struct arena *, const struct find_hit *);
