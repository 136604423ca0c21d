/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "talk/participant.h"

#include "kit/base/hash.h"
#include "kit/base/pack.h"
#include "people/people_log.h"
#include "post/channel.h"
#include "talk/circle_talk.h"
#include "talk/incoming.h"

enum { PAST_MOST = 5000, R_HANDLE = 1, R_PAST = 2, R_TO = 3, R_MEETING = 4 };

#define COLUMNS                                                                                    \
    "SELECT p.event, p.message, q.id, p.keeper, q.name, p.at, p.way, coalesce(h.uri, ''), "        \
    "coalesce(h.shown, ''), p.past, p.handle FROM "
#define WHO                                                                                        \
    " JOIN person q ON q.id=p.person LEFT JOIN handle h ON h.key=p.handle "                        \
    "WHERE "

static struct participant row(struct rows *r)
{
    struct participant p = { .event = row_int(r, 0),
                             .message = row_int(r, 1),
                             .person = row_int(r, 2),
                             .keeper = row_int(r, 3),
                             .name = row_str(r, 4),
                             .at = row_int(r, 5),
                             .way = (channel)row_int(r, 6),
                             .uri = row_str(r, 7),
                             .address = row_str(r, 8),
                             .past = (int)row_int(r, 9),
                             .handle = row_int(r, 10) };
    return p;
}

/* ---- reading -------------------------------------------------------------- */

/* Of a conversation, or of what was said in it in that circle (0: in none), whoever asks. */
static void of_conversation(struct ctx *c, id conversation, id circle, struct participants *out)
{
    *out = (struct participants){ NEW(c->a, struct participant, PARTICIPANTS_MOST), 0 };
    EACH (r, c,
          SQL(COLUMNS "participant p JOIN message m ON m.id=p.message" WHO
                      "p.parted=0 AND m.conversation=$1 AND coalesce((SELECT f.circle FROM "
                      "message_for f WHERE f.message=p.message), 0)=$2 ORDER BY p.event LIMIT $3 "
                      "/* scan */"),
          I(conversation), I(circle), I(PARTICIPANTS_MOST))
        out->at[out->n++] = row(&r);
}

void talk_participants(struct ctx *c, id message, struct participants *out)
{
    struct message m;
    *out = (struct participants){ 0 };
    if (talk_message(c, message, &m) == OK)
        of_conversation(c, m.conversation, talk_circle_of(c, message), out);
}

err talk_participant(struct ctx *c, id event, struct participant *out)
{
    *out = (struct participant){ 0 };
    EACH (r, c, SQL(COLUMNS "participant p" WHO "p.event=$1 AND p.parted=0"), I(event))
        *out = row(&r);
    if (out->event && (out->person == c->viewer || may_see(c, out->message))) return OK;
    return fail(c, E_NOTFOUND, "Nobody takes part here by that number.");
}

bool talk_own_part(struct ctx *c, id message, struct participant *out)
{
    struct participants list;
    talk_participants(c, message, &list);
    for (int i = 0; i < list.n; i++)
        if (list.at[i].person == c->viewer) {
            *out = list.at[i];
            return true;
        }
    return false;
}

bool talk_takes_part(struct ctx *c, id person)
{
    return db_int(c, 0,
                  SQL("SELECT 1 FROM participant WHERE person=$1 AND EXISTS(SELECT 1 FROM handle "
                      "WHERE person=$1 AND shown<>'') LIMIT 1"),
                  I(person)) != 0;
}

/* ---- tokens --------------------------------------------------------------- */

struct str reply_token(struct ctx *c, id event)
{
    return hash_sign_word(c->a, c->secret, S("reply address"), str_fmt(c->a, "%" PRId64, event));
}

bool reply_token_is(struct str s)
{
    if (s.n != HASH_WORD) return false;
    for (ptrdiff_t i = 0; i < s.n; i++) {
        char x = s.p[i];
        if (!((x >= 'a' && x <= 'z') || (x >= 'A' && x <= 'Z') || (x >= '2' && x <= '7')))
            return false;
    }
    return true;
}

id reply_token_find(struct ctx *c, struct str token)
{
    if (!reply_token_is(token)) return 0;
    return db_int(c, 0, SQL("SELECT event FROM participant WHERE token=$1"),
                  I(hash_name(c->secret, str_lower(c->a, token))));
}

struct str talk_strange(struct ctx *c, id message)
{
    struct str name = S("");
    EACH (r, c,
          SQL("SELECT p.name FROM strange s JOIN person p ON p.id=s.person WHERE s.message=$1"),
          I(message))
        name = row_str(&r, 0);
    return name;
}

/* ---- deeds ---------------------------------------------------------------- */

static int64_t handle_of(struct ctx *c, const struct participant_new *n)
{
    struct handles list;
    person_handles(c, n->person, &list);
    for (int i = 0; i < list.n; i++)
        if (channel_get(n->way)->fetched || str_eq(list.at[i].uri, n->uri)) return list.at[i].key;
    return 0;
}

static err may_be_added(struct ctx *c, const struct participant_new *n, id conversation)
{
    struct person who = { .kind = PERSON_HUMAN, .name = S("") };
    struct participants now;
    if (n->meet) who = (struct person){ .kind = n->meet->kind, .name = n->meet->shown };
    if (n->person || !n->meet) TRY(person_get(c, n->person, &who));
    if (!person_may_be_written(&who, c->now))
        return fail(c, E_DENIED, "%.*s is not to be written to.", STR(who.name));
    of_conversation(c, conversation, 0, &now);
    for (int i = 0; i < now.n; i++)
        if (n->person && now.at[i].person == who.id)
            return fail(c, E_CONFLICT, "%.*s takes part already.", STR(who.name));
    if (now.n == PARTICIPANTS_MOST)
        return fail(c, E_CONFLICT, "More than %d can't take part in one conversation.",
                    PARTICIPANTS_MOST);
    return OK;
}

/* Whoever is met by it has no number before it is applied. */
static id append(struct tx *t, const struct participant_new *n, int64_t handle, struct buf *data)
{
    if (n->person) rec_int(data, R_HANDLE, handle);
    else meeting_put(data, R_MEETING, n->meet);
    return log_append(t, (struct event){ .kind = EVENT_TALK_ADDED,
                                         .subject = n->message,
                                         .other = n->person ? person_real(&t->c, n->person) : 0,
                                         .channel = n->way,
                                         .data = buf_str(data) });
}

/* Those outside who stand in its mail, but for the one who is about to be added. */
static void add_correspondents(struct tx *t, const struct participant_new *n, id conversation)
{
    enum { MOST = 30 };
    struct ctx *c = &t->c;
    struct participant_new *who = NEW(c->a, struct participant_new, MOST);
    int64_t *handle = NEW(c->a, int64_t, MOST);
    int k = 0;
    EACH (r, c,
          SQL("SELECT p.id, max(h.key) FROM message m JOIN sight s ON s.message=m.id AND s.who=$1 "
              "JOIN recipient q ON q.message=m.id AND q.role<=3 JOIN handle h ON h.key=q.handle "
              "JOIN person p ON p.id=h.person WHERE m.conversation=$2 AND m.class=$3 AND p.ours=0 "
              "AND p.kind=$4 AND p.id<>$5 AND h.uri LIKE 'mailto:%' GROUP BY p.id ORDER BY p.id "
              "LIMIT $6"),
          I(c->viewer), I(conversation), I(TALK_DIRECT), I(PERSON_HUMAN),
          I(n->person ? person_real(c, n->person) : 0), I(MOST)) {
        who[k] = (struct participant_new){
            .message = n->message, .person = row_int(&r, 0), .way = CHANNEL_MAIL, .uri = S("")
        };
        handle[k++] = row_int(&r, 1);
    }
    for (int i = 0; i < k; i++) {
        struct person p;
        struct buf data = { .a = c->a };
        if (person_get(c, who[i].person, &p) == OK && person_may_be_written(&p, c->now))
            append(t, &who[i], handle[i], &data);
    }
}

static bool was_anybody(struct ctx *c, id conversation)
{
    return db_int(c, 0,
                  SQL("SELECT 1 FROM participant p JOIN message m ON m.id=p.message WHERE "
                      "m.conversation=$1 LIMIT 1"),
                  I(conversation)) != 0;
}

/* An address that belongs to somebody is no meeting any more; of who was erased it is one again. */
static struct participant_new known(struct ctx *c, const struct participant_new *given)
{
    struct participant_new n = *given;
    struct person p;
    id who = n.meet ? person_of_uri(c, n.meet->uri) : 0;
    if (!who || person_get(c, who, &p) != OK) return n;
    n.person = p.id;
    n.uri = n.meet->uri;
    n.meet = NULL;
    return n;
}

err talk_add(struct tx *t, const struct participant_new *given, id *event)
{
    struct ctx *c = &t->c;
    struct message m;
    struct buf data = { .a = c->a };
    struct participant_new now = known(c, given), *n = &now;
    TRY(talk_message(c, n->message, &m));
    TRY(talk_circle_keeps(c, m.id));
    TRY(may_be_added(c, n, m.conversation));
    const struct post_channel *way = channel_get(n->way);
    int64_t handle = 0;
    if (way && way->deliver) handle = n->person ? handle_of(c, n) : meeting_key(c, n->meet);
    if (!handle) return fail(c, E_INVALID, "There is no such address to write to.");
    if (!was_anybody(c, m.conversation)) add_correspondents(t, n, m.conversation);
    if (n->past)
        EACH (r, c,
              SQL("SELECT m.id FROM message m JOIN sight s ON s.message=m.id AND s.who=$1 WHERE "
                  "m.conversation=$2 ORDER BY m.id LIMIT $3"),
              I(c->viewer), I(m.conversation), I(PAST_MOST))
            rec_int(&data, R_PAST, row_int(&r, 0));
    *event = append(t, n, handle, &data);
    return OK;
}

void participant_seat(struct tx *t, id message, id person)
{
    struct participant_new n = { .message = message, .person = person, .way = CHANNEL_MAIL };
    struct buf data = { .a = t->c.a };
    struct handles list;
    person_handles(&t->c, person, &list);
    const struct handle *mail = handle_mail(&list);
    if (mail) append(t, &n, mail->key, &data);
}

err talk_part(struct tx *t, id event)
{
    struct participant p;
    TRY(talk_participant(&t->c, event, &p));
    log_append(t, (struct event){ .kind = EVENT_TALK_PARTED, .subject = event, .other = p.person });
    return OK;
}

/* ---- passing on ----------------------------------------------------------- */

static bool stands_in(struct ctx *c, id message, id person)
{
    return db_int(c, 0,
                  SQL("SELECT 1 FROM recipient r JOIN handle h ON h.key=r.handle WHERE "
                      "r.message=$1 AND h.person=$2 LIMIT 1"),
                  I(message), I(person)) != 0;
}

static bool passes(struct ctx *c, const struct message *m, const struct participants *list)
{
    if (m->class != TALK_DIRECT || !m->author || m->marks & TALK_MARK_SPOKEN) return false;
    if (db_int(c, 0, SQL("SELECT 1 FROM strange WHERE message=$1"), I(m->id))) return false;
    if (m->author_ours) return true;
    for (int i = 0; i < list->n; i++)
        if (list->at[i].person == m->author) return true;
    return false;
}

static bool was_passed(struct ctx *c, id message, id participant)
{
    return db_int(c, 0, SQL("SELECT 1 FROM passed WHERE message=$1 AND participant=$2"), I(message),
                  I(participant)) != 0;
}

void talk_pass(struct tx *t, id message, struct participants *to)
{
    struct ctx *c = &t->c;
    struct message m;
    struct participants list;
    struct buf data = { .a = c->a };
    *to = (struct participants){ 0 };
    if (!db_int(c, 0, SQL("SELECT 1 FROM participant LIMIT 1"))) return;
    if (talk_message(c, message, &m) != OK) return;
    id circle = talk_circle_of(c, message);
    of_conversation(c, m.conversation, circle, &list);
    if (!list.n || !(circle ? m.class == TALK_DIRECT : passes(c, &m, &list))) return;
    to->at = NEW(c->a, struct participant, list.n);
    for (int i = 0; i < list.n; i++) {
        struct participant *p = &list.at[i];
        bool wrote = p->person == m.author,
             reached = p->way == CHANNEL_MAIL && (wrote || stands_in(c, message, p->person));
        if ((!circle && p->event > message) || reached || was_passed(c, message, p->event))
            continue;
        if (circle && circle_way_of(c, circle, p->person) != p->way) continue;
        rec_int(&data, R_TO, p->event);
        if (!wrote) to->at[to->n++] = *p;
    }
    if (data.n)
        log_append(t, (struct event){
                          .kind = EVENT_TALK_PASSED, .subject = message, .data = buf_str(&data) });
}

/* ---- what events do ------------------------------------------------------- */

static void give(struct tx *t, id message, id participant, id person)
{
    db_do(t,
          SQL("INSERT INTO passed(message, participant) VALUES($1, $2) ON CONFLICT(message, "
              "participant) DO NOTHING"),
          I(message), I(participant));
    if (!talk_circle_of(&t->c, message)) may_grant(t, message, person);
}

static id met_by(struct tx *t, const struct event *e, struct str record, int64_t *handle)
{
    struct meeting m = meeting_of(record);
    m.at = e->at;
    struct met met = person_meet(t, &m);
    *handle = met.handle;
    return met.person;
}

bool participant_strip(struct ctx *c, struct str data, const struct erasure *e, struct buf *out)
{
    bool changed = false;
    for (struct field f; rec_next(&data, &f);) {
        if (f.tag != R_MEETING) {
            rec_str(out, f.tag, f.value);
            continue;
        }
        struct meeting m = meeting_of(f.value);
        changed = meeting_strip(c, &m, e->handles, e->n_handles) || changed;
        meeting_put(out, R_MEETING, &m);
    }
    return changed;
}

static void added(struct tx *t, const struct event *e)
{
    int64_t handle = 0;
    int past = 0;
    struct str token = reply_token(&t->c, e->id), rest = e->data;
    id who = e->other;
    for (struct field f; rec_next(&rest, &f);) {
        if (f.tag == R_HANDLE) handle = field_int(f);
        if (f.tag == R_MEETING) who = met_by(t, e, f.value, &handle);
    }
    rest = e->data;
    for (struct field f; rec_next(&rest, &f);)
        if (f.tag == R_PAST) {
            give(t, field_int(f), e->id, who);
            past++;
        }
    db_do(
        t,
        SQL("INSERT INTO participant(event, message, person, keeper, at, way, handle, past, token, "
            "parted) VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, 0)"),
        I(e->id), I(e->subject), I(who), I(e->actor), I(e->at), I(e->channel), I(handle), I(past),
        I(hash_name(t->c.secret, token)));
}

static void passed(struct tx *t, const struct event *e)
{
    struct str rest = e->data;
    for (struct field f; rec_next(&rest, &f);) {
        id who =
            db_int(&t->c, 0, SQL("SELECT person FROM participant WHERE event=$1"), I(field_int(f)));
        if (f.tag == R_TO && who) give(t, e->subject, field_int(f), who);
    }
}

/* Who reads as a guest sees what was passed to them, whoever they were taken for meanwhile. */
static void sees_again(struct tx *t, id person)
{
    if (keeper_role_of(&t->c, person)) return;
    db_do(t, SQL("DELETE FROM sight WHERE who=$1"), I(person));
    db_do(t,
          SQL("INSERT INTO sight(who, message, lent) SELECT DISTINCT p.person, x.message, 0 FROM "
              "participant p JOIN passed x ON x.participant=p.event WHERE p.person=$1 /* scan */"),
          I(person));
}

static void became_one(struct tx *t, const struct event *e)
{
    if (!db_do(t, SQL("UPDATE participant SET person=$1 WHERE person=$2"), I(e->subject),
               I(e->other)))
        return;
    sees_again(t, e->subject);
    sees_again(t, e->other);
}

static void became_two(struct tx *t, const struct event *e)
{
    struct str rest = e->data;
    id to = 0;
    for (struct field f; rec_next(&rest, &f);) {
        id now = db_int(&t->c, 0, SQL("SELECT person FROM handle WHERE key=$1"), I(field_int(f)));
        if (now && now != e->subject &&
            db_do(t, SQL("UPDATE participant SET person=$1 WHERE handle=$2 AND person=$3"), I(now),
                  I(field_int(f)), I(e->subject)))
            to = now;
    }
    if (!to) return;
    sees_again(t, e->subject);
    sees_again(t, to);
}

/* Who was erased takes part no more, and was given nothing. */
static void erased(struct tx *t, const struct event *e)
{
    struct erasure x;
    erasure_read(t->c.a, e->data, &x);
    for (int i = 0; i < x.n_handles; i++) {
        db_do(t,
              SQL("DELETE FROM sight WHERE who IN(SELECT p.person FROM participant p WHERE "
                  "p.handle=$1) AND who NOT IN(SELECT person FROM keeper) /* scan */"),
              I(x.handles[i]));
        db_do(t,
              SQL("DELETE FROM passed WHERE participant IN(SELECT event FROM participant WHERE "
                  "handle=$1) /* scan */"),
              I(x.handles[i]));
        db_do(t, SQL("UPDATE participant SET parted=$1 WHERE handle=$2 /* scan */"), I(e->id),
              I(x.handles[i]));
    }
}

void participant_apply(struct tx *t, const struct event *e)
{
    switch (e->kind) {
    case EVENT_TALK_ADDED: added(t, e); break;
    case EVENT_TALK_PARTED:
        db_do(t, SQL("UPDATE participant SET parted=$1 WHERE event=$2"), I(e->id), I(e->subject));
        break;
    case EVENT_TALK_PASSED: passed(t, e); break;
    case EVENT_TALK_STRANGE:
        db_do(t,
              SQL("INSERT INTO strange(message, person) VALUES($1, $2) ON CONFLICT(message) DO "
                  "NOTHING"),
              I(e->subject), I(e->other));
        break;
    case EVENT_ERASED: erased(t, e); break;
    case EVENT_PERSON_MERGED: became_one(t, e); break;
    case EVENT_PERSON_SPLIT: became_two(t, e); break;
    }
}
