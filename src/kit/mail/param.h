/* SPDX-License-Identifier: GPL-3.0-or-later
 * param.h - Content-Type and Content-Disposition: their word and their parameters (RFC 2045,
 * RFC 2231 with continuations and charsets, and RFC 2047 words where they don't belong). */
#pragma once
#include "kit/base/base.h"

struct str param_word(struct arena *, struct str value); /* before the first ';', lower case */
/* The parameter's value in UTF-8; empty when there is none. */
struct str param_get(struct arena *, struct str value, struct str name);
