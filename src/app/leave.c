/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/leave.h"

#include "kit/web/session.h"
#include "talk/hand_over.h"

err leave_house(struct tx *t, id keeper, id heir, id *heir_out)
{
    TRY(keeper_leave(t, keeper, heir, heir_out));
    session_end_all(t, keeper, 0);
    keeper_forget_password(t, keeper);
    talk_hand_over(t, keeper, *heir_out);
    return OK;
}
