/* SPDX-License-Identifier: GPL-3.0-or-later
 * note_erased.c - what erasing leaves of a message, and what it does to talk's tables. The place in
 * the tree stays, so that nothing around it moves. */
#include "kit/base/hash.h"
#include "talk/draft.h"
#include "talk/idea.h"
#include "talk/incoming.h"
#include "talk/public.h"

bool note_left(struct tx *t, const struct event *x, const struct erasure *e, struct buf *out)
{
    if (idea_left(x, out)) return true;
    if (x->kind == EVENT_TALK_ADDED) {
        (void)participant_strip(&t->c, x->data, e, out);
        return true;
    }
    if (x->kind != EVENT_MAIL_RECEIVED && x->kind != EVENT_MAIL_SIGHTED) return false;
    struct incoming in = incoming_read(t->c.a, x->data);
    note_unindex(t, x->id);
    incoming_strip(&t->c, &in, e, erasure_has(e->messages, e->n_messages, x->id));
    buf_add(out, incoming_write(t->c.a, &in));
    return true;
}

/* What answers it is marked anew: the words it quotes stand nowhere else any more. */
static void empty_message(struct tx *t, id message)
{
    id in = db_int(&t->c, 0, SQL("SELECT conversation FROM message WHERE id=$1"), I(message));
    if (!in) return;
    note_unindex(t, message);
    db_do(t,
          SQL("UPDATE message SET subject='', raw=0, text_at=0, text_size=0, files=0, "
              "folder=0, marks=marks | $1 WHERE id=$2"),
          I(TALK_MARK_ERASED), I(message));
    db_do(t, SQL("DELETE FROM file WHERE message=$1"), I(message));
    public_forget(t, message);
    db_do(t, SQL("DELETE FROM class_why WHERE message=$1"), I(message));
    EACH (r, &t->c, SQL("SELECT moment FROM message WHERE conversation=$1 /* scan */"), I(in))
        log_dirty(t, DIRTY_TEXT, row_int(&r, 0), 0);
    log_dirty(t, DIRTY_CONVERSATION, in, 0);
}

static void forget_handle(struct tx *t, int64_t handle)
{
    EACH (r, &t->c,
          SQL("SELECT DISTINCT m.conversation FROM recipient q JOIN message m ON m.id=q.message "
              "WHERE q.handle=$1 /* scan */"),
          I(handle))
        log_dirty(t, DIRTY_CONVERSATION, row_int(&r, 0), 0);
    db_do(t,
          SQL("UPDATE message SET author=0 WHERE id IN(SELECT message FROM recipient WHERE "
              "handle=$1) AND author=$1"),
          I(handle));
    db_do(t, SQL("DELETE FROM recipient WHERE handle=$1"), I(handle));
}

void note_erased(struct tx *t, const struct event *x)
{
    struct erasure e;
    erasure_read(t->c.a, x->data, &e);
    for (int i = 0; i < e.n_messages; i++) {
        empty_message(t, e.messages[i]);
        idea_erased(t, e.messages[i]);
        db_do(t, SQL("DELETE FROM unreadable WHERE event=$1"), I(e.messages[i]));
    }
    for (int i = 0; i < e.n_handles; i++) forget_handle(t, e.handles[i]);
    draft_erase(t, &e, x->at);
}
