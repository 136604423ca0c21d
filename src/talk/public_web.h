/* SPDX-License-Identifier: GPL-3.0-or-later
 * public_web.h - pages for strangers, the feed of them, and opening a conversation to them. */
#pragma once
#include "talk/public.h"
#include "talk/talk_web.h"

extern const struct route public_routes[];

struct str public_count(struct arena *, int me_too); /* "12 say: me too"; few are no number */
