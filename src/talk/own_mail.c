/* SPDX-License-Identifier: GPL-3.0-or-later
 * own_mail.c - what somebody wrote, in a form that any mail program reads. */
#include "kit/mail/mbox.h"
#include "talk/own.h"

enum { STEP = 100, LETTER_MOST = 64 * MIB };

struct written {
    id message, raw;
    int64_t at;
};

static int next_written(struct ctx *c, id after, struct written *out)
{
    int n = 0;
    EACH (r, c,
          SQL("SELECT DISTINCT m.id, m.raw, m.at FROM handle h JOIN message m ON m.author=h.key "
              "WHERE h.person=$1 AND m.id>$2 AND (m.marks & $3)=0 ORDER BY m.id LIMIT $4"),
          I(c->viewer), I(after), I(TALK_MARK_BACK), I(STEP))
        out[n++] = (struct written){ row_int(&r, 0), row_int(&r, 1), row_int(&r, 2) };
    return n;
}

struct str talk_own_mbox(struct ctx *c, id after, ptrdiff_t most, id *next)
{
    struct buf out = { .a = c->a };
    struct written list[STEP];
    int n;
    *next = 0;
    while ((n = next_written(c, after, list)) > 0)
        for (int i = 0; i < n; i++) {
            struct str raw;
            if (out.n && out.n >= most) {
                *next = after;
                return buf_str(&out);
            }
            if (log_body(c, list[i].raw, LETTER_MOST, &raw) == OK)
                mbox_write(&out, raw, S("snug@localhost"), list[i].at);
            after = list[i].message;
        }
    return buf_str(&out);
}
