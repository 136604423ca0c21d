/* SPDX-License-Identifier: GPL-3.0-or-later
 * receipt_web.h - what anybody may fetch to check a receipt: keys, and the words agreed to. */
#pragma once
#include "facts/receipt.h"
#include "kit/web/page.h"

extern const struct route receipt_routes[];
