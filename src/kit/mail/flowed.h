/* SPDX-License-Identifier: GPL-3.0-or-later
 * flowed.h - format=flowed (RFC 3676): soft line ends taken out. */
#pragma once
#include "kit/base/base.h"

struct str flowed_undo(struct arena *, struct str text, bool delsp);
