/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "talk/hand_over.h"

#include "post/mailbox.h"

void talk_held(struct ctx *c, id keeper, struct talk_held *out)
{
    *out = (struct talk_held){ 0 };
    out->waits = db_int(c, 0, SQL("SELECT count(*) FROM wait WHERE keeper=$1"), I(keeper));
    out->drafts =
        db_int(c, 0, SQL("SELECT count(*) FROM draft WHERE keeper=$1 AND due>=0"), I(keeper));
    out->mailboxes = db_int(c, 0, SQL("SELECT count(*) FROM mailbox WHERE keeper=$1"), I(keeper));
    out->alone = db_int(
        c, 0,
        SQL("SELECT count(*) FROM sight s WHERE s.who=$1 AND s.lent=0 AND NOT EXISTS(SELECT 1 FROM "
            "sight o JOIN keeper k ON k.person=o.who AND k.gone=0 WHERE o.message=s.message AND "
            "o.who<>$1 AND o.lent=0)"),
        I(keeper));
}

void talk_hand_over(struct tx *t, id from, id heir)
{
    mailbox_hand_over(t, from, heir);
    db_do(
        t,
        SQL("UPDATE draft SET keeper=$2, due=CASE WHEN due>0 THEN 0 ELSE due END WHERE keeper=$1"),
        I(from), I(heir));
}
