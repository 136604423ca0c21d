/* SPDX-License-Identifier: GPL-3.0-or-later
 * link_web.h - the click on a page that a letter led to. */
#pragma once
#include "kit/web/page.h"
#include "people/link.h"

/* link_use() of the :token and the code of that page. Where out->person is 0 the page says why and
 * goes back to where the code is asked for. */
err link_open(struct tx *, struct page *, struct url again, struct link *out) MUST_USE;
