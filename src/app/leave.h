/* SPDX-License-Identifier: GPL-3.0-or-later
 * leave.h - a keeper leaves: in one piece of work nothing lets them in any more, and nothing they
 * held is without a holder. */
#pragma once
#include "people/keeper.h"

/* heir: 0 for the first keeper that stays; *heir_out: who it is. As keeper_leave(). */
err leave_house(struct tx *, id keeper, id heir, id *heir_out) MUST_USE;
