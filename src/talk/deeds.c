/* SPDX-License-Identifier: GPL-3.0-or-later
 * deeds.c - what keepers do to conversations, and what every event does to talk's tables. */
#include "kit/base/pack.h"
#include "kit/store/search.h"
#include "talk/circle_talk.h"
#include "talk/idea.h"
#include "talk/incoming.h"
#include "talk/objection.h"
#include "talk/public.h"

enum { BATCH = 200 };

/* ---- deeds --------------------------------------------------------------- */

static bool is_open(struct ctx *c, id conversation)
{
    return db_int(c, 0,
                  SQL("SELECT 1 FROM message m JOIN opened o ON o.message=m.id WHERE "
                      "m.conversation=$1 AND o.at>0 LIMIT 1"),
                  I(conversation)) != 0;
}

/* What comes together with an open conversation is open: only by who may read it. */
static err may_unite(struct tx *t, id a, id b)
{
    struct ctx *c = &t->c;
    if (a && b && a != b &&
        ((is_open(c, a) && !talk_sees_whole(c, b)) || (is_open(c, b) && !talk_sees_whole(c, a))))
        return fail(c, E_DENIED, "That would open to the house what is not yours to read.");
    return OK;
}

err talk_join(struct tx *t, id message, id with, id *event)
{
    struct message a, b;
    TRY(talk_message(&t->c, message, &a));
    TRY(talk_message(&t->c, with, &b));
    if (a.conversation == b.conversation)
        return fail(&t->c, E_CONFLICT, "these two are one conversation already");
    TRY(may_unite(t, a.conversation, b.conversation));
    *event =
        log_append(t,
                   (struct event){ .kind = EVENT_TALK_JOINED, .subject = message, .other = with });
    return OK;
}

err talk_split(struct tx *t, id message, id *event)
{
    struct message m;
    TRY(talk_message(&t->c, message, &m));
    if (!m.parent) return fail(&t->c, E_CONFLICT, "this message begins its conversation already");
    *event = log_append(t, (struct event){ .kind = EVENT_TALK_SPLIT, .subject = message });
    return OK;
}

static id conversation_of(struct ctx *c, id message)
{
    return db_int(c, 0, SQL("SELECT conversation FROM message WHERE id=$1"), I(message));
}

/* Where the message of a split was cut off. */
static id parted_from(struct ctx *c, id message)
{
    id parent = db_int(c, 0, SQL("SELECT parent FROM message WHERE id=$1"), I(message));
    return parent ? conversation_of(c, parent) : 0;
}

/* What one put away for oneself, nobody else brings back. */
static bool can_be_undone(const struct ctx *c, const struct event *e)
{
    switch (e->kind) {
    case EVENT_TALK_JOINED:
    case EVENT_TALK_SPLIT:
    case EVENT_TALK_CLOSED:
    case EVENT_WAIT_NEEDLESS:
    case EVENT_TALK_KIND:
    case EVENT_TALK_SETTLED: return true;
    case EVENT_WAIT_ASLEEP: return e->actor == c->viewer;
    default: return false;
    }
}

err talk_undo(struct tx *t, id event)
{
    struct event e;
    struct message m;
    if (log_get(&t->c, event, &e) != OK || !can_be_undone(&t->c, &e) ||
        talk_message(&t->c, e.subject, &m) != OK)
        return fail(&t->c, E_NOTFOUND, "there is nothing here that you could take back");
    if (e.kind == EVENT_TALK_SPLIT)
        TRY(may_unite(t, m.conversation, parted_from(&t->c, e.subject)));
    log_append(t, (struct event){ .kind = EVENT_TALK_UNDONE, .subject = event });
    return OK;
}

/* Up to the last message there is: what was urged behind the one that waits waits no more either.
 */
err talk_close(struct tx *t, id message, id *event)
{
    struct message m;
    TRY(talk_message(&t->c, message, &m));
    id last = db_int(&t->c, message,
                     SQL("SELECT m.id FROM message m CROSS JOIN sight s WHERE m.conversation=$1 "
                         "AND s.message=m.id AND s.who=$2 ORDER BY m.at DESC, m.id DESC LIMIT 1"),
                     I(m.conversation), I(t->c.viewer));
    *event = log_append(t, (struct event){ .kind = EVENT_TALK_CLOSED, .subject = last });
    return OK;
}

err talk_open(struct tx *t, id message, bool open)
{
    enum { MOST = 50 };
    id opened[MOST];
    int n = 0;
    struct message m;
    TRY(talk_message(&t->c, message, &m));
    if (open) TRY(talk_circle_keeps(&t->c, message));
    if (open && !talk_sees_whole(&t->c, m.conversation))
        return fail(&t->c, E_DENIED, "There is more in it than is yours to open.");
    EACH (r, &t->c,
          SQL("SELECT o.message FROM message x JOIN message m ON m.conversation=x.conversation "
              "JOIN opened o ON o.message=m.id"
              " WHERE x.id=$1 AND o.at>0 ORDER BY o.message LIMIT $2"),
          I(message), I(MOST))
        opened[n++] = row_int(&r, 0);
    if (open == (n > 0))
        return fail(&t->c, E_CONFLICT,
                    open ? "it is open to the house already" : "it is not open to the house");
    if (open) log_append(t, (struct event){ .kind = EVENT_TALK_OPENED, .subject = message });
    /* what was opened in two conversations that are one by now is shut in both */
    for (int i = 0; i < n; i++)
        log_append(t, (struct event){ .kind = EVENT_TALK_SHUT, .subject = opened[i] });
    return OK;
}

/* ---- what events do ------------------------------------------------------ */

static void joined(struct tx *t, id message, id with, bool on)
{
    id a = conversation_of(&t->c, message), b = conversation_of(&t->c, with);
    int64_t to = db_int(&t->c, 0, SQL("SELECT node FROM message WHERE id=$1"), I(with));
    db_do(t,
          SQL("UPDATE node SET joined=$1 WHERE message=$2 AND id=(SELECT node FROM message WHERE "
              "id=$2)"),
          I(on ? to : 0), I(message));
    if (on && a && b) conversation_unite(t, MIN(a, b), MAX(a, b));
    if (a) log_dirty(t, DIRTY_CONVERSATION, a, 0);
}

/* Taking a cut back: all that the message names comes together again. */
static void cut(struct tx *t, id message, bool on)
{
    struct ctx *c = &t->c;
    id mine = conversation_of(c, message), least = mine;
    db_do(t, SQL("UPDATE node SET cut=$1 WHERE id=(SELECT node FROM message WHERE id=$2)"), I(on),
          I(message));
    if (!mine) return;
    log_dirty(t, DIRTY_CONVERSATION, mine, 0);
    if (on) return;
    struct event e;
    if (log_get(c, message, &e) != OK) return;
    id parent = db_int(c, 0, SQL("SELECT parent FROM message WHERE id=$1"), I(message));
    id other = parent ? conversation_of(c, parent) : 0;
    if (other) least = MIN(mine, other);
    if (other && other != mine) conversation_unite(t, least, MAX(mine, other));
}

/* It stays as a row, so that it is found when its people are erased, and is nobody's to see: of
 * what it did nothing is left. */
static void taken_back(struct tx *t, id message)
{
    id in = conversation_of(&t->c, message);
    if (!in) return;
    note_unindex(t, message);
    cut(t, message, true);
    tie_contacts(t, message, 0, false, NULL, 0);
    db_do(t, SQL("UPDATE message SET marks=marks | $1 WHERE id=$2"), I(TALK_MARK_BACK), I(message));
    db_do(t, SQL("DELETE FROM sight WHERE message=$1"), I(message));
    public_forget(t, message);
}

static void undone(struct tx *t, id event)
{
    struct event e;
    if (log_get(&t->c, event, &e) != OK) return;
    if (e.kind == EVENT_TALK_JOINED) joined(t, e.subject, e.other, false);
    if (e.kind == EVENT_TALK_SPLIT) cut(t, e.subject, false);
    if (e.kind == EVENT_TALK_JOINED || e.kind == EVENT_TALK_SPLIT) return;
    if (e.kind == EVENT_TALK_CLOSED)
        db_do(t, SQL("DELETE FROM closed WHERE event=$1 /* scan */"), I(event));
    else wait_undone(t, event);
    log_dirty(t, DIRTY_WAIT, conversation_of(&t->c, e.subject), 0);
}

static void closed(struct tx *t, const struct event *e)
{
    db_do(t,
          SQL("INSERT INTO closed(conversation_of, at, event) SELECT id, at, $1 + 0 FROM message "
              "WHERE id=$2"),
          I(e->id), I(e->subject));
    log_dirty(t, DIRTY_WAIT, conversation_of(&t->c, e->subject), 0);
}

static void opened(struct tx *t, const struct event *e)
{
    may_open(t, e->subject, e->kind == EVENT_TALK_OPENED ? MAX(e->at, 1) : 0);
    log_dirty(t, DIRTY_WAIT, conversation_of(&t->c, e->subject), 0);
}

static void unreadable(struct tx *t, const struct event *e)
{
    struct str rest = e->data, why = S("");
    for (struct field f; rec_next(&rest, &f);) why = f.value;
    db_do(t, SQL("INSERT INTO unreadable(event, at, raw, why) VALUES($1, $2, $3, $4)"), I(e->id),
          I(e->at), I(e->body), T(why));
}

static void person_changed(struct tx *t, id person)
{
    EACH (
        r, &t->c,
        SQL("SELECT DISTINCT m.conversation FROM handle h JOIN recipient q ON q.handle=h.key JOIN "
            "message m ON m.id=q.message WHERE h.person=$1 /* scan */"),
        I(person))
        log_dirty(t, DIRTY_CONVERSATION, row_int(&r, 0), 0);
}

/* Who is ours has changed, and with it what every conversation amounts to. A new keeper sees the
 * mail they were in; the first one also what was brought in before there was anybody. */
static void keeper_came(struct tx *t)
{
    db_do(t,
          SQL("INSERT INTO sight(who, message, lent) SELECT DISTINCT k.person, r.message, 0 "
              "FROM keeper k JOIN handle h ON h.person=k.person"
              " JOIN recipient r ON r.handle=h.key JOIN message m ON m.id=r.message WHERE "
              "(m.marks & $1)=0 ON CONFLICT(who, message) DO "
              "UPDATE SET lent=0 WHERE sight.lent<>0 /* scan */"),
          I(TALK_MARK_BACK));
    db_do(t,
          SQL("INSERT INTO sight(who, message, lent) SELECT $1 + 0, m.id, 0 FROM message m WHERE "
              "NOT EXISTS(SELECT 1 FROM sight s"
              " WHERE s.message=m.id) AND (m.marks & $2)=0 ON CONFLICT(who, message) DO NOTHING "
              "/* scan */"),
          I(keeper_first(&t->c)), I(TALK_MARK_BACK));
    EACH (r, &t->c, SQL("SELECT id FROM conversation /* scan */"))
        log_dirty(t, DIRTY_CONVERSATION, row_int(&r, 0), 0);
}

/* Persons that became one or two: their conversations, from the handles that moved. */
static void persons_changed(struct tx *t, const struct event *e)
{
    struct str rest = e->data;
    for (struct field f; rec_next(&rest, &f);)
        EACH (r, &t->c,
              SQL("SELECT DISTINCT m.conversation FROM recipient q JOIN message m ON "
                  "m.id=q.message WHERE q.handle=$1 /* scan */"),
              I(field_int(f)))
            log_dirty(t, DIRTY_CONVERSATION, row_int(&r, 0), 0);
    if (db_int(&t->c, 0, SQL("SELECT max(ours) FROM person WHERE id IN($1, $2)"), I(e->subject),
               I(e->other)))
        person_changed(t, e->subject); /* who stays is of the house by that, or no more */
    if (keeper_role_of(
            &t->c, e->subject)) /* an address more of a keeper: what went there is theirs to read */
        db_do(t,
              SQL("INSERT INTO sight(who, message, lent) SELECT DISTINCT h.person, r.message, 0 "
                  "FROM handle h JOIN recipient r"
                  " ON r.handle=h.key JOIN message m ON m.id=r.message WHERE h.person=$1 AND "
                  "(m.marks & $2)=0 ON CONFLICT(who, message) DO UPDATE SET lent=0 WHERE "
                  "sight.lent<>0"),
              I(e->subject), I(TALK_MARK_BACK));
}

/* Who waits on them waits on the heir: see put_wait(). */
static void keeper_went(struct tx *t, id keeper)
{
    EACH (r, &t->c, SQL("SELECT DISTINCT conversation FROM wait WHERE keeper=$1"), I(keeper))
        log_dirty(t, DIRTY_WAIT, row_int(&r, 0), 0);
}

void note_deed(struct tx *t, const struct event *e)
{
    switch (e->kind) {
    case EVENT_MAIL_UNREADABLE: unreadable(t, e); break;
    case EVENT_COUNTER_BACK:
        taken_back(t, e->subject);
        objection_apply(t, e);
        break;
    case EVENT_TALK_JOINED: joined(t, e->subject, e->other, true); break;
    case EVENT_TALK_SPLIT: cut(t, e->subject, true); break;
    case EVENT_TALK_UNDONE: undone(t, e->subject); break;
    case EVENT_TALK_CLOSED: closed(t, e); break;
    case EVENT_TALK_OPENED:
    case EVENT_TALK_SHUT: opened(t, e); break;
    case EVENT_TALK_PUBLIC:
    case EVENT_TALK_ME_TOO: public_noted(t, e); break;
    case EVENT_WAIT_ASLEEP:
    case EVENT_WAIT_NEEDLESS:
    case EVENT_WAIT_MUTED:
    case EVENT_TALK_KIND:
    case EVENT_TALK_SETTLED: wait_noted(t, e); break;
    case EVENT_PERSON_MERGED:
    case EVENT_PERSON_SPLIT: persons_changed(t, e); break;
    case EVENT_PERSON_KIND: person_changed(t, e->subject); break;
    case EVENT_KEEPER_JOINED: keeper_came(t); break;
    case EVENT_KEEPER_LEFT: keeper_went(t, e->subject); break;
    case EVENT_IDEA_MARKED:
    case EVENT_IDEA_CONTINUED:
    case EVENT_IDEA_DROPPED:
    case EVENT_IDEA_UNDONE: idea_apply(t, e); break;
    case EVENT_NOTICE_GIVEN: objection_apply(t, e); break;
    }
}

static void talk_apply(struct tx *t, const struct event *e)
{
    if (e->kind == EVENT_MAIL_RECEIVED) note_message(t, e);
    else if (e->kind == EVENT_MAIL_SIGHTED) note_sighting(t, e);
    else if (e->kind == EVENT_ERASED) {
        note_erased(t, e);
        objection_apply(t, e);
    } else note_deed(t, e);
    participant_apply(t, e);
    talk_circle_apply(t, e);
}

/* Trees first, for quotes are marked against ancestors; then words; then what follows from both:
 * who waits, and where ideas went. */
static void talk_settle(struct tx *t)
{
    struct arena *whole = t->c.a, *round = arena_child(whole);
    struct dirt *d = NEW(whole, struct dirt, BATCH);
    t->c.a = round;
    for (int n; (n = log_take_dirty(t, DIRTY_WHY, d, BATCH)) > 0;)
        for (int i = 0; i < n; i++, arena_clear(round)) note_why_settle(t, d[i].x);
    for (int n; (n = log_take_dirty(t, DIRTY_CONVERSATION, d, BATCH)) > 0;)
        for (int i = 0; i < n; i++, arena_clear(round)) tree_settle(t, d[i].x);
    text_settle(t);
    bool ideas = idea_any(&t->c);
    struct wait_known *known = NULL;
    for (int n; (n = log_take_dirty(t, DIRTY_WAIT, d, BATCH)) > 0;)
        for (int i = 0; i < n; i++, arena_clear(round)) {
            if (!known) known = wait_known(whole);
            wait_settle(t, known, d[i].x);
            if (ideas) idea_settle_in(t, d[i].x);
        }
    t->c.a = whole;
    arena_close(round);
}

static const char schema[] =
#include "talk/talk_sql.inc"
    ;
static const struct derived derived[] = {
    { "message", "iiiiiiiiiiisiiiiiibiiii", SQL("DELETE FROM message"),
      SQL("SELECT id, moment, at, conversation, node, parent, guessed, line, author, class, marks, "
          "subject, base, loose, reach,"
          " raw, text_at, text_size, quotes, said, same, files, folder FROM message ORDER BY "
          "id /* scan */") },
    { "objection", "iiii", SQL("DELETE FROM objection"),
      SQL("SELECT handle, at, message, channel FROM objection ORDER BY handle /* scan */") },
    { "class_why", "is", SQL("DELETE FROM class_why"),
      SQL("SELECT message, words FROM class_why ORDER BY message /* scan */") },
    { "recipient", "iii", SQL("DELETE FROM recipient"),
      SQL("SELECT message, role, handle FROM recipient ORDER BY message, role, handle /* scan "
          "*/") },
    { "file", "isssi", SQL("DELETE FROM file"),
      SQL("SELECT message, path, type, name, size FROM file ORDER BY message, path COLLATE \"C\" "
          "/* scan */") },
    { "node", "iiiiiiib", SQL("DELETE FROM node"),
      SQL("SELECT id, conversation, message, parent, guess, joined, cut, refs FROM node WHERE "
          "message<>0 ORDER BY id /* scan */") },
    { "conversation", "isiiiiiiii", SQL("DELETE FROM conversation"),
      SQL("SELECT id, subject, first_at, last_at, last_message, messages, direct, kind, kinded, "
          "settled FROM conversation ORDER BY id /* scan */") },
    { "asleep", "iiii", SQL("DELETE FROM asleep"),
      SQL("SELECT keeper, message, until, event FROM asleep ORDER BY keeper, message /* scan */") },
    { "needless", "ii", SQL("DELETE FROM needless"),
      SQL("SELECT message, event FROM needless ORDER BY message /* scan */") },
    { "muted", "iii", SQL("DELETE FROM muted"),
      SQL("SELECT keeper, person, event FROM muted ORDER BY keeper, person /* scan */") },
    { "verdict", "iii", SQL("DELETE FROM verdict"),
      SQL("SELECT event, message, kind FROM verdict ORDER BY event /* scan */") },
    { "member", "iiii", SQL("DELETE FROM member"),
      SQL("SELECT conversation, person, wrote, last_at FROM member ORDER BY conversation, person "
          "/* scan */") },
    { "wait", "iiiiii", SQL("DELETE FROM wait"),
      SQL("SELECT conversation, keeper, person, ours, since, message FROM wait ORDER BY "
          "conversation, keeper, person /* scan */") },
    { "closed", "iii", SQL("DELETE FROM closed"),
      SQL("SELECT conversation_of, at, event FROM closed ORDER BY conversation_of, event /* scan "
          "*/") },
    { "public_talk", "iiiii", SQL("DELETE FROM public_talk"),
      SQL("SELECT message, event, at, changed, names FROM public_talk ORDER BY message /* scan "
          "*/") },
    { "public_message", "ii", SQL("DELETE FROM public_message"),
      SQL("SELECT message, talk FROM public_message ORDER BY message /* scan */") },
    { "public_file", "is", SQL("DELETE FROM public_file"),
      SQL("SELECT message, path FROM public_file ORDER BY message, path COLLATE \"C\" /* scan "
          "*/") },
    { "me_too", "ii", SQL("DELETE FROM me_too"),
      SQL("SELECT talk, n FROM me_too ORDER BY talk /* scan */") },
    { "answer", "iiii", SQL("DELETE FROM answer"),
      SQL("SELECT message, keeper, at, took FROM answer ORDER BY message /* scan */") },
    { "idea", "iiisii", SQL("DELETE FROM idea"),
      SQL("SELECT id, message, keeper, name, sign, dropped FROM idea ORDER BY id /* scan */") },
    { "idea_mark", "iiiii", SQL("DELETE FROM idea_mark"),
      SQL("SELECT event, idea, message, start, size FROM idea_mark ORDER BY event /* scan */") },
    { "idea_not", "iii", SQL("DELETE FROM idea_not"),
      SQL("SELECT idea, message, event FROM idea_not ORDER BY idea, message, event /* scan */") },
    { "idea_link", "ii", SQL("DELETE FROM idea_link"),
      SQL("SELECT idea, message FROM idea_link ORDER BY idea, message /* scan */") },
    { "idea_place", "iiiii", SQL("DELETE FROM idea_place"),
      SQL("SELECT idea, message, how, start, size FROM idea_place ORDER BY idea, message /* scan "
          "*/") },
    { "unreadable", "iiis", SQL("DELETE FROM unreadable"),
      SQL("SELECT event, at, raw, why FROM unreadable ORDER BY event /* scan */") },
    { "participant", "iiiiiiiiii", SQL("DELETE FROM participant"),
      SQL("SELECT event, message, person, keeper, at, way, handle, past, token, parted FROM "
          "participant ORDER BY event /* scan */") },
    { "strange", "ii", SQL("DELETE FROM strange"),
      SQL("SELECT message, person FROM strange ORDER BY message /* scan */") },
    { "message_for", "iii", SQL("DELETE FROM message_for"),
      SQL("SELECT message, circle, event FROM message_for ORDER BY message /* scan */") },
    { "passed", "ii", SQL("DELETE FROM passed"),
      SQL("SELECT message, participant FROM passed ORDER BY message, participant /* scan */") },
};
const struct concept talk_concept = { .name = "talk",
                                      .schema = schema,
                                      .derived = derived,
                                      .n_derived = COUNT(derived),
                                      .apply = talk_apply,
                                      .settle = talk_settle,
                                      .reset = search_clear,
                                      .left = note_left };
