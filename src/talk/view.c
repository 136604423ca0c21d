/* SPDX-License-Identifier: GPL-3.0-or-later
 * view.c - a whole conversation for a page, in a number of statements that doesn't grow with it. */
#include "talk/in_list.h"
#include "talk/incoming.h"
#include "talk/public.h"

enum { MEMBERS = 50 };

static int place_of(const struct messages *list, id message)
{
    for (int i = 0; i < list->n; i++)
        if (list->at[i].id == message) return i;
    return -1;
}

/* Which stretch the message lies in; how many that one has. */
static int find_place(struct ctx *c, const struct message *m, struct talk_view *v)
{
    int64_t bytes = 0;
    int from = 0, shown = 0;
    bool there = false;
    EACH (r, c,
          SQL("SELECT m.id, m.text_size FROM message m CROSS JOIN sight s WHERE m.conversation=$1 "
              "AND s.message=m.id AND s.who=$2 ORDER BY m.at, m.id"),
          I(m->conversation), I(c->viewer)) {
        int64_t more = MIN(row_int(&r, 1), TALK_HEAD_OF_MANY);
        if (v->all - from == TALK_STRETCH || bytes + more > TALK_STRETCH_BYTES) {
            if (there && !shown) shown = v->all - from;
            from = v->all;
            bytes = 0;
        }
        if (row_int(&r, 0) == m->id) {
            there = true;
            v->first = from;
        }
        bytes += more;
        v->all++;
    }
    return shown ? shown : v->all - v->first;
}

/* One more at both ends names the neighbours. */
static void load_messages(struct ctx *c, id conversation, int most, struct talk_view *v)
{
    int from = MAX(v->first - 1, 0), want = most + 2, n = 0;
    struct message *list = NEW(c->a, struct message, want);
    EACH (r, c,
          SQL("SELECT " MESSAGE_COLUMNS MESSAGE_FROM
              " WHERE m.conversation=$1 AND s.message=m.id AND s.who=$2 ORDER BY m.at, m.id LIMIT "
              "$3 OFFSET $4"),
          I(conversation), I(c->viewer), I(v->first ? want : want - 1), I(from))
        list[n++] = message_row(&r);
    int skip = v->first > 0 && n > 0;
    v->earlier = skip ? list[0].id : 0;
    v->messages = (struct messages){ list + skip, MIN(n - skip, most) };
    v->later = n - skip > most ? list[skip + most].id : 0;
    talk_depths(&v->messages);
}

static void take_texts(struct ctx *c, const id *ids, int n, int64_t head, struct talk_view *v)
{
    struct talk_texts t;
    talk_texts_of(c, ids, n, head, &t);
    for (int i = 0; i < t.n; i++) {
        int at = place_of(&v->messages, t.at[i].message);
        if (at >= 0) v->texts[at] = t.at[i];
    }
}

/* Among many each shows its beginning only, but for the one that was asked for. */
static void load_texts(struct ctx *c, const id *ids, id asked, struct talk_view *v)
{
    int at = place_of(&v->messages, asked);
    v->texts = NEW(c->a, struct talk_text, v->messages.n + 1);
    take_texts(c, ids, v->messages.n, v->all > TALK_FEW ? TALK_HEAD_OF_MANY : TALK_HEAD, v);
    if (at >= 0 && v->texts[at].cut) take_texts(c, &asked, 1, TALK_HEAD, v);
}

static void load_files(struct ctx *c, const id *ids, int n, struct talk_view *v)
{
    enum { ALL = 2000 };
    struct file *all = NEW(c->a, struct file, ALL);
    int total = 0;
    struct val *p = in_list(c->a, ids, n, 1);
    in_list_int(p, 1, ALL);
    IN_EACH(r, c,
            SQL("SELECT message, path, type, name, size FROM file WHERE message IN(" IN_LIST_2
                ") ORDER BY message, path LIMIT $1"),
            p)
    {
        int at = place_of(&v->messages, row_int(&r, 0));
        if (at < 0) continue;
        if (!v->files[at].n++) v->files[at].at = &all[total];
        all[total++] =
            (struct file){ row_str(&r, 1), row_str(&r, 2), row_str(&r, 3), row_int(&r, 4) };
    }
}

static void load_why(struct ctx *c, const id *ids, int n, struct talk_view *v)
{
    struct val *p = in_list(c->a, ids, n, 1);
    in_list_int(p, 1, IN_LIST_N);
    IN_EACH(r, c,
            SQL("SELECT message, words FROM class_why WHERE message IN(" IN_LIST_2 ") LIMIT $1"), p)
    {
        int at = place_of(&v->messages, row_int(&r, 0));
        if (at >= 0) v->why[at] = row_str(&r, 1);
    }
}

/* What was said of a letter that is not the viewer's is not told. */
static void load_verdict(struct ctx *c, id conversation, struct talk_view *v)
{
    id kinded = 0, settled = 0;
    EACH (r, c, SQL("SELECT kind, kinded, settled FROM conversation WHERE id=$1"),
          I(conversation)) {
        v->kind = (talk_kind)row_int(&r, 0);
        kinded = row_int(&r, 1);
        settled = row_int(&r, 2);
    }
    if (kinded && !may_see(c, kinded)) v->kind = KIND_UNSAID;
    if (settled && talk_message(c, settled, &v->settled) != OK)
        v->settled = (struct message){ .id = 0 };
}

err talk_view(struct ctx *c, id message, struct talk_view *out)
{
    struct message one;
    struct talk_view v = { .all = 0 };
    TRY(talk_message(c, message, &one));
    int most = find_place(c, &one, &v);
    load_messages(c, one.conversation, most, &v);
    int n = v.messages.n;
    id *ids = NEW(c->a, id, n + 1);
    for (int i = 0; i < n; i++) ids[i] = v.messages.at[i].id;
    v.to = NEW(c->a, struct recipients, n + 1);
    v.files = NEW(c->a, struct files, n + 1);
    v.why = NEW(c->a, struct str, n + 1);
    load_texts(c, ids, one.id, &v);
    talk_recipients_of(c, ids, n, v.to);
    for (int from = 0; from < n; from += IN_LIST_N) {
        int some = MIN(n - from, IN_LIST_N);
        load_files(c, ids + from, some, &v);
        load_why(c, ids + from, some, &v);
    }
    v.whole = talk_sees_whole(c, one.conversation);
    talk_see_members(c, one.conversation, v.whole, MEMBERS, &v.members, &v.members_all);
    v.open = db_int(c, 0,
                    SQL("SELECT 1 FROM message m JOIN opened o ON o.message=m.id WHERE "
                        "m.conversation=$1 AND o.at>0 LIMIT 1"),
                    I(one.conversation));
    v.public = public_of(c, message, &v.since);
    load_verdict(c, one.conversation, &v);
    v.waits =
        db_int(c, 0, SQL("SELECT 1 FROM wait WHERE conversation=$1 AND keeper IN($2, 0) LIMIT 1"),
               I(one.conversation), I(c->viewer));
    *out = v;
    return OK;
}
