/* SPDX-License-Identifier: GPL-3.0-or-later
 * own_mail.c - what somebody wrote, in a form that any mail program reads. */
#include "kit/mail/mbox.h"
#include "talk/own.h"

enum { STEP = 100, LETTER_MOST = 64 * MIB };

/* $1: the viewer, $2: behind that message, $3: marks of what was taken back. */
#define WRITTEN                                                                                    \
    " FROM handle h JOIN message m ON m.author=h.key LEFT JOIN blob b ON b.id=m.raw WHERE "        \
    "h.person=$1 AND m.id>$2 AND (m.marks & $3)=0"

int talk_own_stretches(struct ctx *c, id *last, int max)
{
    int64_t bytes = 0;
    int n = 0;
    EACH (r, c, SQL("SELECT m.id, coalesce(b.size, 0)" WRITTEN " ORDER BY m.id"), I(c->viewer),
          I(0), I(TALK_MARK_BACK)) {
        if (!n || bytes >= OWN_BYTES) {
            if (n == max) break;
            bytes = 0;
            n++;
        }
        bytes += MAX(row_int(&r, 1), 0);
        last[n - 1] = row_int(&r, 0);
    }
    return n;
}

struct written {
    id message, raw;
    int64_t at;
};

static int next_written(struct ctx *c, id after, id last, struct written *out)
{
    int n = 0;
    EACH (r, c, SQL("SELECT m.id, m.raw, m.at" WRITTEN " AND m.id<=$4 ORDER BY m.id LIMIT $5"),
          I(c->viewer), I(after), I(TALK_MARK_BACK), I(last), I(STEP))
        out[n++] = (struct written){ row_int(&r, 0), row_int(&r, 1), row_int(&r, 2) };
    return n;
}

struct str talk_own_mbox(struct ctx *c, id after, id last)
{
    struct buf out = { .a = c->a };
    struct written list[STEP];
    for (int n; (n = next_written(c, after, last, list)) > 0;)
        for (int i = 0; i < n; i++) {
            struct str raw;
            if (log_body(c, list[i].raw, LETTER_MOST, &raw) == OK) /* else it was erased */
                mbox_write(&out, raw, S("snug@localhost"), list[i].at);
            after = list[i].message;
        }
    return buf_str(&out);
}
