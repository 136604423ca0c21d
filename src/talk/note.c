/* SPDX-License-Identifier: GPL-3.0-or-later
 * note.c - one message into the tables: who, ids, files, sight. What depends on other
 * messages is only marked dirty here. */
#include "kit/base/hash.h"
#include "kit/base/pack.h"
#include "kit/base/text.h"
#include "talk/circle_talk.h"
#include "talk/incoming.h"

enum { ADDRESS_MOST = 200, GUESS_WINDOW = 30 * DAY };

/* ---- conversations by id ------------------------------------------------- */

void conversation_unite(struct tx *t, id into, id other)
{
    if (into == other) return;
    db_do(t, SQL("UPDATE node SET conversation=$1 WHERE conversation=$2"), I(into), I(other));
    db_do(t, SQL("UPDATE message SET conversation=$1 WHERE conversation=$2"), I(into), I(other));
    log_dirty(t, DIRTY_CONVERSATION, other, 0);
    log_dirty(t, DIRTY_CONVERSATION, into, 0);
}

static id conversation_of_node(struct ctx *c, int64_t node)
{
    return db_int(c, 0, SQL("SELECT conversation FROM node WHERE id=$1"), I(node));
}

static void put_int(struct buf *o, int64_t v)
{
    buf_add(o, (struct str){ (const char *)&v, sizeof v });
}

/* The nodes a message names: how many make the tree, those, then those that only join. */
static struct str refs_of(struct ctx *c, const struct incoming *m, int64_t own)
{
    struct buf o = { .a = c->a };
    int n = 0;
    put_int(&o, 0);
    for (int i = 0; i < m->n_chain + m->n_also; i++) {
        int64_t node = i < m->n_chain ? m->chain[i] : m->also[i - m->n_chain];
        if (node == own) continue;
        put_int(&o, node);
        n += i < m->n_chain;
    }
    int64_t chain = n;
    memcpy(o.p, &chain, sizeof chain);
    return buf_str(&o);
}

/* The conversation all these ids belong to from now on. */
static id join_all(struct tx *t, id message, int64_t own, struct str refs)
{
    struct ctx *c = &t->c;
    int n = (int)(refs.n / 8) - 1;
    id into = message, have = conversation_of_node(c, own);
    id *seen = NEW(c->a, id, n + 1);
    int64_t *nodes = NEW(c->a, int64_t, n + 1);
    memcpy(nodes, refs.p + 8, (size_t)n * 8);
    for (int i = 0; i < n; i++) seen[i] = conversation_of_node(c, nodes[i]);
    for (int i = 0; i < n; i++)
        if (seen[i]) into = MIN(into, seen[i]);
    if (have) into = MIN(into, have);
    if (have) conversation_unite(t, into, have);
    for (int i = 0; i < n; i++) {
        if (seen[i]) conversation_unite(t, into, seen[i]);
        else
            db_do(
                t,
                SQL("INSERT INTO node(id, conversation, message, parent, guess, joined, cut, refs)"
                    " VALUES($1, $2, 0, 0, 0, 0, 0, $3) ON CONFLICT(id) DO NOTHING"),
                I(nodes[i]), I(into), B(S("")));
    }
    return into;
}

/* A free number that grows with time; of messages in one moment each doubles the step. */
static int64_t moment_of(struct ctx *c, int64_t at, id message)
{
    int64_t base = MAX(at, 0) / 4, step = 1, moment = base;
    for (int i = 0; db_int(c, 0, SQL("SELECT 1 FROM message WHERE moment=$1"), I(moment)); i++) {
        moment = base + step + (int64_t)((uint64_t)message * 0x9E3779B97F4A7C15u >> 33) % step;
        if (i) step *= 2;
    }
    return moment;
}

/* ---- rows ---------------------------------------------------------------- */

static bool is_keeper(struct ctx *c, id person) { return keeper_role_of(c, person) != 0; }

/* People, their roles in the message, and which keepers were in it; seen: and so may read it. */
static int64_t put_people(struct tx *t, const struct event *e, const struct incoming *m, id message,
                          bool seen, int *reach)
{
    int64_t author = 0;
    for (int i = 0; i < m->n_who && i < ADDRESS_MOST; i++) {
        struct incoming_address *w = &m->who[i];
        w->who.at = e->at;
        struct met met = person_meet(t, &w->who);
        if (w->role == ROLE_FROM && !author) author = met.handle;
        *reach += w->role == ROLE_TO;
        db_do(t,
              SQL("INSERT INTO recipient(message, role, handle) VALUES($1, $2, $3) ON "
                  "CONFLICT(message, role, handle) DO NOTHING"),
              I(message), I(w->role), I(met.handle));
        if (seen && met.ours && is_keeper(&t->c, met.person)) may_grant(t, message, met.person);
    }
    id brought = e->actor ? e->actor : keeper_first(&t->c);
    if (seen && brought) may_grant(t, message, brought);
    return author;
}

static void put_files(struct tx *t, const struct incoming *m, id message)
{
    for (int i = 0; i < m->n_files; i++)
        db_do(t,
              SQL("INSERT INTO file(message, path, type, name, size) VALUES($1, $2, $3, $4, $5)"),
              I(message), T(m->files[i].path), T(m->files[i].type), T(m->files[i].name),
              I(m->files[i].bytes));
}

void note_why(struct tx *t, id message, talk_class class, struct str why)
{
    if (class == TALK_DIRECT || !why.n) return;
    db_do(t,
          SQL("INSERT INTO class_why(message, words) VALUES($1, $2) ON CONFLICT(message) DO "
              "NOTHING"),
          I(message), T(why));
}

/* Houses older than the table have it only in the events. */
void note_why_settle(struct tx *t, id message)
{
    talk_class class = TALK_DIRECT;
    struct str packed = S(""), data;
    EACH (r, &t->c,
          SQL("SELECT m.class, e.data FROM message m JOIN event e ON e.id=m.id WHERE m.id=$1"),
          I(message)) {
        class = (talk_class)row_int(&r, 0);
        packed = row_blob(&r, 1);
    }
    if (packed.n && unpack_bytes(t->c.a, packed, LOG_DATA_MOST, &data))
        note_why(t, message, class, incoming_why(data));
}

/* Answers that named nobody may find a better candidate in this message. */
static void wake_loose(struct tx *t, int64_t base, int64_t at)
{
    if (!base) return;
    EACH (
        r, &t->c,
        SQL("SELECT conversation FROM message WHERE base=$1 AND base<>0 AND at>=$2 AND at<=$3 AND "
            "loose=1 /* scan */"),
        I(base), I(at), I(at + GUESS_WINDOW))
        log_dirty(t, DIRTY_CONVERSATION, row_int(&r, 0), 0);
}

void note_message(struct tx *t, const struct event *e)
{
    struct ctx *c = &t->c;
    struct incoming m = incoming_read(c->a, e->data);
    int64_t node = e->ext, base = m.base.n ? hash_name(c->secret, m.base) : m.base_key;
    struct str refs = refs_of(c, &m, node);
    id conversation = join_all(t, e->id, node, refs);
    bool loose =
        m.reply_word && base && refs.n == 8 && (m.class == TALK_DIRECT || m.class == TALK_LIST);
    int reach = 0;
    int64_t author = put_people(t, e, &m, e->id, true, &reach), moment = moment_of(c, e->at, e->id);
    db_do(t,
          SQL("INSERT INTO node(id, conversation, message, parent, guess, joined, cut, refs) "
              "VALUES($1, $2, $3, 0, 0, 0, 0, $4)"
              " ON CONFLICT(id) DO UPDATE SET message=excluded.message, refs=excluded.refs"),
          I(node), I(conversation), I(e->id), B(refs));
    db_do(t,
          SQL("INSERT INTO message(id, moment, at, conversation, node, parent, guessed, line, "
              "author, class, marks, subject, base,"
              " loose, reach, raw, text_at, text_size, said, same, files, folder)"
              " VALUES($1, $2, $3, $4, $5, 0, 0, 0, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, "
              "0, 0, $16, $17)"),
          I(e->id), I(moment), I(e->at), I(conversation), I(node), I(author), I(m.class),
          I(m.marks), T(m.subject), I(base), I(loose), I(reach), I(e->body), I(m.text_at),
          I(m.text_size), I(m.n_files),
          I(m.folder.n ? hash_name(c->secret, text_fold(c->a, m.folder)) : 0));
    put_files(t, &m, e->id);
    note_why(t, e->id, m.class, m.class_why);
    wake_loose(t, base, e->at);
    log_dirty(t, DIRTY_CONVERSATION, conversation, 0);
    log_dirty(t, DIRTY_TEXT, moment, 0);
}

/* The same message seen again (list copy and direct copy): who else was in it; the copy that was
 * written to us decides the class. */
void note_sighting(struct tx *t, const struct event *e)
{
    struct incoming m = incoming_read(t->c.a, e->data);
    int reach = 0;
    put_people(t, e, &m, e->subject, !talk_circle_of(&t->c, e->subject), &reach);
    if (m.class == TALK_DIRECT &&
        db_do(t, SQL("UPDATE message SET class=$1 WHERE id=$2 AND class=$3"), I(TALK_DIRECT),
              I(e->subject), I(TALK_LIST)))
        db_do(t, SQL("DELETE FROM class_why WHERE message=$1"), I(e->subject));
    id conversation =
        db_int(&t->c, 0, SQL("SELECT conversation FROM message WHERE id=$1"), I(e->subject));
    if (conversation) log_dirty(t, DIRTY_CONVERSATION, conversation, 0);
}
