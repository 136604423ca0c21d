/* SPDX-License-Identifier: GPL-3.0-or-later
 * circle.c - circles as their members see them, and what members may do. */
#include "circles/circle.h"

#include "circles/circle_log.h"
#include "kit/base/hash.h"
#include "kit/base/pack.h"
#include "kit/base/secretbox.h"
#include "kit/base/text.h"
#include "people/people_log.h"

/* ---- reading --------------------------------------------------------------- */

/* $1: the viewer. */
#define COLUMNS                                                                                    \
    "SELECT k.id, k.name, k.why, k.size, k.cards, k.told, k.made, (SELECT count(*) FROM "          \
    "circle_member n WHERE n.circle=k.id AND n.until=0) FROM circle k "
#define IS_IN "EXISTS(SELECT 1 FROM circle_member m WHERE m.circle=k.id AND m.who=$1 AND m.until=0)"

static struct circle row(struct rows *r)
{
    return (struct circle){ .id = row_int(r, 0),
                            .name = row_str(r, 1),
                            .why = row_str(r, 2),
                            .size = (int)row_int(r, 3),
                            .cards = row_bool(r, 4),
                            .told = row_bool(r, 5),
                            .made = row_int(r, 6),
                            .members = (int)row_int(r, 7) };
}

bool circle_has(struct ctx *c, id circle, id person)
{
    return db_int(c, 0,
                  SQL("SELECT 1 FROM circle_member WHERE circle=$1 AND who=$2 AND until=0 LIMIT 1"),
                  I(circle), I(person)) != 0;
}

channel circle_way_of(struct ctx *c, id circle, id person)
{
    return (channel)db_int(c, CHANNEL_NONE,
                           SQL("SELECT way FROM circle_member WHERE circle=$1 AND who=$2 AND "
                               "until=0 AND face=0 LIMIT 1"),
                           I(circle), I(person));
}

bool circle_any(struct ctx *c, id person)
{
    return db_int(c, 0, SQL("SELECT 1 FROM circle_member WHERE who=$1 AND until=0 LIMIT 1"),
                  I(person)) != 0;
}

err circle_get(struct ctx *c, id circle, struct circle *out)
{
    bool found = false, in = circle_has(c, circle, c->viewer);
    if (in || keeper_role_of(c, c->viewer))
        EACH (r, c, SQL(COLUMNS "WHERE k.id=$2 AND (k.told=1 OR " IS_IN ")"), I(c->viewer),
              I(circle)) {
            *out = row(&r);
            found = true;
        }
    if (!found) return fail(c, E_NOTFOUND, "You are in no circle of that number.");
    if (!in) out->members = 0;
    return OK;
}

struct str circle_name(struct ctx *c, id circle)
{
    struct circle k;
    return circle_get(c, circle, &k) == OK ? k.name : S("");
}

void circles_mine(struct ctx *c, struct circles *out)
{
    *out = (struct circles){ NEW(c->a, struct circle, CIRCLES_MOST), 0 };
    EACH (r, c,
          SQL(COLUMNS "WHERE k.id IN(SELECT m.circle FROM circle_member m WHERE m.who=$1 AND "
                      "m.until=0) ORDER BY k.name, k.id LIMIT $2"),
          I(c->viewer), I(CIRCLES_MOST))
        out->at[out->n++] = row(&r);
}

void circles_told(struct ctx *c, struct circles *out)
{
    *out = (struct circles){ NEW(c->a, struct circle, CIRCLES_MOST), 0 };
    if (!keeper_role_of(c, c->viewer)) return;
    EACH (r, c,
          SQL(COLUMNS "WHERE k.told=1 AND NOT " IS_IN " ORDER BY k.name, k.id LIMIT $2 /* scan */"),
          I(c->viewer), I(CIRCLES_MOST)) {
        out->at[out->n] = row(&r);
        out->at[out->n++].members = 0;
    }
}

/* What a mask shows of itself is its row: the person behind it is not read. */
#define SEAT                                                                                       \
    "SELECT q.id, m.face, q.name, m.at, m.way FROM circle_member m JOIN person q ON q.id=CASE "    \
    "WHEN m.face<>0 THEN m.face ELSE m.who END WHERE m.circle=$1 AND m.until=0 "

static struct circle_seat seat(struct rows *r)
{
    return (struct circle_seat){ .face = row_int(r, 0),
                                 .masked = row_int(r, 1) != 0,
                                 .name = row_str(r, 2),
                                 .at = row_int(r, 3),
                                 .way = (channel)row_int(r, 4) };
}

bool circle_seat(struct ctx *c, id circle, struct circle_seat *out)
{
    *out = (struct circle_seat){ 0 };
    EACH (r, c, SQL(SEAT "AND m.who=$2 ORDER BY m.since LIMIT 1"), I(circle), I(c->viewer))
        *out = seat(&r);
    return out->face != 0;
}

void circle_members(struct ctx *c, id circle, struct circle_seats *out)
{
    struct circle k;
    struct circle_seat own;
    *out = (struct circle_seats){ NEW(c->a, struct circle_seat, CIRCLE_MEMBERS_MOST), 0 };
    if (circle_get(c, circle, &k) != OK || !circle_seat(c, circle, &own)) return;
    if (k.cards) {
        out->at[out->n++] = own;
        return;
    }
    EACH (r, c, SQL(SEAT "ORDER BY q.fold, m.since LIMIT $2"), I(circle), I(CIRCLE_MEMBERS_MOST)) {
        out->at[out->n] = seat(&r);
        out->at[out->n++].way = CHANNEL_NONE; /* each one's own business */
    }
}

void circle_by_mail(struct ctx *c, id circle, id *persons, int max, int *n)
{
    *n = 0;
    EACH (r, c,
          SQL("SELECT who FROM circle_member WHERE circle=$1 AND until=0 AND face=0 AND way=$2 "
              "ORDER BY since LIMIT $3"),
          I(circle), I(CHANNEL_MAIL), I(max))
        persons[(*n)++] = row_int(&r, 0);
}

bool circle_as(struct ctx *c, id circle, id *before)
{
    struct circle_seat own;
    if (!circle_seat(c, circle, &own)) return false;
    *before = c->viewer;
    c->viewer = own.face;
    return true;
}

/* ---- deeds ------------------------------------------------------------------ */

/* As a member, under the name they bear there. */
static err append_as(struct tx *t, id circle, struct event e)
{
    struct ctx *c = &t->c;
    id before;
    if (!circle_as(c, circle, &before))
        return fail(c, E_NOTFOUND, "You are in no circle of that number.");
    e.subject = circle;
    log_append(t, e);
    c->viewer = before;
    return OK;
}

static err words_of(struct ctx *c, struct str *name, struct str *why)
{
    *name = text_oneline(c->a, text_utf8(c->a, *name));
    *why = text_oneline(c->a, text_utf8(c->a, *why));
    if (!name->n || name->n > CIRCLE_NAME_MOST)
        return fail(c, E_INVALID, "Please give it a name, of at most %d letters.",
                    CIRCLE_NAME_MOST);
    if (!why->n || why->n > CIRCLE_WHY_MOST)
        return fail(c, E_INVALID, "Please say in a sentence what it is for, in at most %d letters.",
                    CIRCLE_WHY_MOST);
    return OK;
}

static err not_too_many(struct ctx *c)
{
    if (db_int(c, 0, SQL("SELECT count(*) FROM circle_member WHERE who=$1 AND until=0"),
               I(c->viewer)) < CIRCLES_MOST)
        return OK;
    return fail(c, E_CONFLICT, "Nobody can sit in more than %d circles.", CIRCLES_MOST);
}

static void come_in(struct tx *t, id circle, id face, channel way, id invite)
{
    struct buf data = { .a = t->c.a };
    rec_int(&data, CIRCLE_REC_WAY, way);
    if (invite) rec_int(&data, CIRCLE_REC_INVITE, invite);
    log_append(t, (struct event){ .kind = EVENT_CIRCLE_IN,
                                  .actor = face,
                                  .subject = circle,
                                  .other = face,
                                  .data = buf_str(&data) });
}

err circle_make(struct tx *t, const struct circle_new *given, id *out)
{
    struct ctx *c = &t->c;
    struct circle_new n = *given;
    struct person who;
    struct buf data = { .a = c->a };
    TRY(person_get(c, c->viewer, &who));
    TRY(words_of(c, &n.name, &n.why));
    TRY(not_too_many(c));
    if (!n.size) n.size = CIRCLE_SIZE;
    if (n.size < CIRCLE_LEAST || n.size > CIRCLE_MEMBERS_MOST)
        return fail(c, E_INVALID, "A circle is for %d to %d people.", CIRCLE_LEAST,
                    CIRCLE_MEMBERS_MOST);
    rec_str(&data, CIRCLE_REC_NAME, n.name);
    rec_str(&data, CIRCLE_REC_WHY, n.why);
    rec_int(&data, CIRCLE_REC_SIZE, n.size);
    rec_int(&data, CIRCLE_REC_CARDS, n.cards);
    rec_int(&data, CIRCLE_REC_TOLD, n.told);
    *out = log_append(t, (struct event){ .kind = EVENT_CIRCLE_MADE, .data = buf_str(&data) });
    come_in(t, *out, who.id, CHANNEL_WEB, 0);
    return OK;
}

err circle_change(struct tx *t, id circle, struct str name, struct str why)
{
    struct ctx *c = &t->c;
    struct buf data = { .a = c->a };
    if (!circle_has(c, circle, c->viewer))
        return fail(c, E_NOTFOUND, "You are in no circle of that number.");
    TRY(words_of(c, &name, &why));
    rec_str(&data, CIRCLE_REC_NAME, name);
    rec_str(&data, CIRCLE_REC_WHY, why);
    return append_as(t, circle,
                     (struct event){ .kind = EVENT_CIRCLE_CHANGED, .data = buf_str(&data) });
}

err circle_way(struct tx *t, id circle, channel way)
{
    struct ctx *c = &t->c;
    struct circle_seat own;
    struct buf data = { .a = c->a };
    if (!circle_seat(c, circle, &own))
        return fail(c, E_NOTFOUND, "You are in no circle of that number.");
    if (way != CHANNEL_WEB && way != CHANNEL_MAIL)
        return fail(c, E_INVALID, "By mail, or in the browser: there is no other way yet.");
    if (own.masked && way == CHANNEL_MAIL)
        return fail(c, E_INVALID,
                    "A mask reads and writes in the browser: a letter would tell whose it is.");
    rec_int(&data, CIRCLE_REC_WAY, way);
    return append_as(t, circle,
                     (struct event){
                         .kind = EVENT_CIRCLE_CHANGED, .other = own.face, .data = buf_str(&data) });
}

/* A mask is shed with it: nothing leads back from it any more. */
err circle_leave(struct tx *t, id circle)
{
    struct circle_seat own;
    if (!circle_seat(&t->c, circle, &own))
        return fail(&t->c, E_NOTFOUND, "You are in no circle of that number.");
    log_append(t, (struct event){ .kind = EVENT_CIRCLE_OUT,
                                  .actor = own.face,
                                  .subject = circle,
                                  .other = own.face });
    if (own.masked)
        log_append(t, (struct event){ .kind = EVENT_PERSONA_SHED,
                                      .actor = own.face,
                                      .subject = circle,
                                      .other = own.face });
    return OK;
}

/* ---- invitations ------------------------------------------------------------- */

static err may_grow(struct ctx *c, const struct circle *k)
{
    if (k->members < k->size) return OK;
    return fail(c, E_CONFLICT,
                "This circle was made for %d, and everybody has a seat. Small circles stay close: "
                "perhaps it is time for a second one beside it.",
                k->size);
}

err circle_invite(struct tx *t, id circle, const struct meeting *whom, struct str *token)
{
    struct ctx *c = &t->c;
    struct circle k;
    struct buf data = { .a = c->a };
    TRY(circle_get(c, circle, &k));
    if (!circle_has(c, circle, c->viewer))
        return fail(c, E_NOTFOUND, "You are in no circle of that number.");
    TRY(may_grow(c, &k));
    if (db_int(c, 0,
               SQL("SELECT count(*) FROM circle_invite WHERE circle=$1 AND used=0 AND until>$2"),
               I(circle), I(c->now)) >= CIRCLE_INVITES)
        return fail(c, E_CONFLICT, "%d invitations wait to be used already.", CIRCLE_INVITES);
    *token = random_token(c->a);
    rec_str(&data, CIRCLE_REC_TOKEN, hash_token(c->a, *token));
    rec_int(&data, CIRCLE_REC_UNTIL, c->now + CIRCLE_LINK_S);
    if (whom) meeting_put(&data, CIRCLE_REC_MEETING, whom);
    return append_as(t, circle,
                     (struct event){ .kind = EVENT_CIRCLE_INVITED, .data = buf_str(&data) });
}

void circle_links(struct ctx *c, id circle, struct circle_links *out)
{
    struct circle_seat own;
    *out = (struct circle_links){ NEW(c->a, struct circle_link, CIRCLE_INVITES), 0 };
    if (!circle_seat(c, circle, &own)) return;
    EACH (r, c,
          SQL("SELECT event, until FROM circle_invite WHERE circle=$1 AND person=$2 AND used=0 AND "
              "until>$3 ORDER BY event LIMIT $4"),
          I(circle), I(own.face), I(c->now), I(CIRCLE_INVITES))
        out->at[out->n++] = (struct circle_link){ row_int(&r, 0), row_int(&r, 1) };
}

err circle_uninvite(struct tx *t, id event)
{
    struct ctx *c = &t->c;
    struct circle_seat own;
    struct buf data = { .a = c->a };
    id circle = db_int(c, 0,
                       SQL("SELECT circle FROM circle_invite WHERE event=$1 AND used=0 AND "
                           "until>$2"),
                       I(event), I(c->now));
    if (!circle || !circle_seat(c, circle, &own) ||
        !db_int(c, 0, SQL("SELECT 1 FROM circle_invite WHERE event=$1 AND person=$2"), I(event),
                I(own.face)))
        return fail(c, E_NOTFOUND, "There is no such invitation of yours.");
    rec_int(&data, CIRCLE_REC_INVITE, event);
    return append_as(t, circle,
                     (struct event){ .kind = EVENT_CIRCLE_INVITED, .data = buf_str(&data) });
}

static err by_link(struct ctx *c, struct str token, struct circle *out, id *invite)
{
    *invite = 0;
    *out = (struct circle){ 0 };
    EACH (r, c, SQL("SELECT event FROM circle_invite WHERE token=$1 AND used=0 AND until>$2"),
          B(hash_token(c->a, token)), I(c->now))
        *invite = row_int(&r, 0);
    EACH (r, c, SQL(COLUMNS "JOIN circle_invite i ON i.circle=k.id WHERE i.event=$1"), I(*invite))
        *out = row(&r);
    if (*invite) return OK;
    return fail(c, E_NOTFOUND,
                "This invitation has been used or is too old. Ask for another one: it takes a "
                "minute.");
}

err circle_by_link(struct ctx *c, struct str token, struct circle *out)
{
    id invite;
    return by_link(c, token, out, &invite);
}

/* Called like a member it could be taken for them; also one of the other kinds of writing. */
static err mask_name(struct ctx *c, id circle, struct str *name)
{
    *name = text_oneline(c->a, text_utf8(c->a, *name));
    struct str fold = text_fold(c->a, *name);
    if (!fold.n || name->n > CIRCLE_NAME_MOST)
        return fail(c, E_INVALID, "Please choose a name of at most %d letters.", CIRCLE_NAME_MOST);
    if (db_int(c, 0,
               SQL("SELECT 1 FROM circle_member m JOIN person q ON q.id=CASE WHEN m.face<>0 THEN "
                   "m.face ELSE m.who END WHERE m.circle=$1 AND q.fold=$2 LIMIT 1"),
               I(circle), T(fold)))
        return fail(c, E_INVALID, "Somebody in this circle is called so. Please choose another.");
    return OK;
}

/* Nobody did it, as far as the log tells: whose it is is sealed. */
static id make_face(struct tx *t, id circle, struct str name)
{
    struct ctx *c = &t->c;
    struct buf data = { .a = c->a }, plain = { .a = c->a };
    uint8_t bits[16];
    id viewer = c->viewer;
    random_bytes(bits, sizeof bits);
    struct str hex = hash_hex(c->a, (struct str){ (const char *)bits, sizeof bits });
    rec_int(&plain, 1, viewer);
    rec_str(&data, CIRCLE_REC_NAME, name);
    rec_int(&data, CIRCLE_REC_KIND, PERSONA_MASK);
    rec_str(&data, CIRCLE_REC_ADDRESS, str_fmt(c->a, "mask:%.*s", STR(hex)));
    rec_str(&data, CIRCLE_REC_SEAL, secret_seal(c->secret, c->a, S(CIRCLE_SEAL), buf_str(&plain)));
    c->viewer = 0;
    id event =
        log_append(t, (struct event){
                          .kind = EVENT_PERSONA_MADE, .subject = circle, .data = buf_str(&data) });
    c->viewer = viewer;
    return db_int(c, 0, SQL("SELECT face FROM persona WHERE event=$1 /* scan */"), I(event));
}

err circle_join(struct tx *t, const struct circle_entry *e, id *circle)
{
    struct ctx *c = &t->c;
    struct circle k;
    struct person who;
    struct str mask = str_trim(e->mask);
    id invite;
    TRY(by_link(c, e->token, &k, &invite));
    TRY(person_get(c, c->viewer, &who));
    if (circle_has(c, k.id, who.id)) return fail(c, E_CONFLICT, "You are in this circle already.");
    TRY(not_too_many(c));
    TRY(may_grow(c, &k));
    if (mask.n) TRY(mask_name(c, k.id, &mask));
    id face = mask.n ? make_face(t, k.id, mask) : who.id;
    channel way = e->way == CHANNEL_MAIL && !mask.n ? CHANNEL_MAIL : CHANNEL_WEB;
    come_in(t, k.id, face, way, invite);
    *circle = k.id;
    return OK;
}

/* ---- wiring ------------------------------------------------------------------- */

static const char schema[] =
#include "circles/circle_sql.inc"
    ;
static const struct derived derived[] = {
    { "circle", "issiiiii", SQL("DELETE FROM circle"),
      SQL("SELECT id, name, why, size, cards, told, made, face FROM circle ORDER BY id "
          "/* scan */") },
    { "circle_member", "iiiiiiii", SQL("DELETE FROM circle_member"),
      SQL("SELECT circle, person, until, since, at, face, way, who FROM circle_member ORDER BY "
          "circle, "
          "person /* scan */") },
    { "circle_invite", "iiibii", SQL("DELETE FROM circle_invite"),
      SQL("SELECT event, circle, person, token, until, used FROM circle_invite ORDER BY event "
          "/* scan */") },
    { "persona", "iiii", SQL("DELETE FROM persona"),
      SQL("SELECT face, person, circle, event FROM persona ORDER BY face /* scan */") },
};
const struct concept circles_concept = { .name = "circles",
                                         .schema = schema,
                                         .derived = derived,
                                         .n_derived = COUNT(derived),
                                         .apply = circle_apply,
                                         .left = circle_left };
