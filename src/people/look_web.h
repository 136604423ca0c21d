/* SPDX-License-Identifier: GPL-3.0-or-later
 * look_web.h - a page about somebody says that it was looked at. */
#pragma once
#include "kit/web/page.h"
#include "people/look.h"

/* In a page_fn that shows what is kept of them: noted by the time the page leaves. */
void look_page(struct ctx *, struct page *, id person, look_kind);
