/* SPDX-License-Identifier: GPL-3.0-or-later
 * person_log.c - the deeds of people, what they do to the tables, and names derived from mail. */
#include "kit/base/hash.h"
#include "kit/base/pack.h"
#include "kit/base/text.h"
#include "people/card.h"
#include "people/keeper.h"
#include "people/look.h"
#include "people/people_log.h"

enum { NAME_WINDOW = 365 * DAY, BATCH = 200, NAME_MOST = 200, HANDLES_MOST = 10000 };

/* ---- deeds --------------------------------------------------------------- */

static err known(struct tx *t, id who)
{
    struct person p;
    return person_get(&t->c, who, &p);
}

err person_name(struct tx *t, id who, struct str name)
{
    TRY(known(t, who));
    name = text_oneline(t->c.a, name);
    if (name.n > NAME_MOST)
        return fail(&t->c, E_INVALID, "please write a name of at most 200 letters");
    struct buf data = { .a = t->c.a };
    rec_str(&data, REC_NAME, name);
    log_append(t, (struct event){
                      .kind = EVENT_PERSON_NAMED, .subject = who, .data = buf_str(&data) });
    return OK;
}

err person_set_kind(struct tx *t, id who, person_kind kind)
{
    TRY(known(t, who));
    if (kind < PERSON_HUMAN || kind > PERSON_MACHINE)
        return fail(&t->c, E_INVALID, "there is no such kind");
    struct buf data = { .a = t->c.a };
    rec_int(&data, REC_KIND, kind);
    log_append(t,
               (struct event){ .kind = EVENT_PERSON_KIND, .subject = who, .data = buf_str(&data) });
    return OK;
}

err person_set_mark(struct tx *t, id who, person_mark mark, int64_t value)
{
    TRY(known(t, who));
    struct buf data = { .a = t->c.a };
    rec_int(&data, REC_MARK, mark);
    rec_int(&data, REC_VALUE, value);
    log_append(t, (struct event){
                      .kind = EVENT_PERSON_MARKED, .subject = who, .data = buf_str(&data) });
    return OK;
}

bool person_stop(struct tx *t, id person)
{
    struct ctx *c = &t->c;
    struct person who;
    id viewer = c->viewer;
    if (person_get(c, person, &who) != OK) return false;
    if (db_int(c, 0, SQL("SELECT mute FROM person WHERE id=$1"), I(who.id)) == MUTE_SAID)
        return false;
    c->viewer = who.id; /* it is their deed */
    err e = person_set_mark(t, who.id, MARK_MUTE, 1);
    c->viewer = viewer;
    return e == OK;
}

int person_stopped(struct ctx *c, int64_t since, int max, struct person_stopped *out)
{
    int n = 0;
    EACH (r, c,
          SQL("SELECT p.id, p.name, s.at FROM stopped s JOIN person q ON q.id=s.person JOIN person "
              "p ON p.id=CASE WHEN q.merged>0 THEN q.merged ELSE q.id END WHERE s.at>$1 AND "
              "p.mute<>0 ORDER BY "
              "s.at DESC, p.id LIMIT $2"),
          I(since), I(max))
        out[n++] = (struct person_stopped){ row_int(&r, 0), row_str(&r, 1), row_int(&r, 2) };
    return n;
}

static void add_handles(struct tx *t, struct buf *data, id who)
{
    EACH (r, &t->c, SQL("SELECT key FROM handle WHERE person=$1 ORDER BY key LIMIT $2"), I(who),
          I(HANDLES_MOST))
        rec_int(data, REC_HANDLE, row_int(&r, 0));
}

err person_merge(struct tx *t, id stays, id goes)
{
    struct person a, b;
    TRY(person_get(&t->c, stays, &a));
    TRY(person_get(&t->c, goes, &b));
    if (a.id == b.id) return fail(&t->c, E_CONFLICT, "they are one already");
    if (keeper_role_of(&t->c, b.id) && keeper_role_of(&t->c, a.id))
        return fail(&t->c, E_CONFLICT,
                    "both are keepers of this house; one of them has to leave first");
    if (keeper_role_of(&t->c, b.id)) { /* a keeper's own record is the one that stays */
        struct person swap = a;
        a = b;
        b = swap;
    }
    struct buf data = { .a = t->c.a };
    add_handles(t, &data, b.id);
    if (b.ours && !a.ours) rec_int(&data, REC_VALUE, 1); /* so that it can be taken back */
    log_append(t, (struct event){ .kind = EVENT_PERSON_MERGED,
                                  .subject = a.id,
                                  .other = b.id,
                                  .data = buf_str(&data) });
    return OK;
}

err person_split(struct tx *t, id from, int64_t handle, id *out)
{
    struct ctx *c = &t->c;
    if (db_int(c, 0, SQL("SELECT person FROM handle WHERE key=$1"), I(handle)) !=
        person_real(c, from))
        return fail(c, E_NOTFOUND, "this address is not theirs (any more)");
    if (db_int(c, 0, SQL("SELECT count(*) FROM handle WHERE person=$1"), I(person_real(c, from))) <
        2)
        return fail(c, E_CONFLICT, "it is their only address");
    struct buf data = { .a = c->a };
    rec_int(&data, REC_HANDLE, handle);
    log_append(t, (struct event){ .kind = EVENT_PERSON_SPLIT,
                                  .subject = person_real(c, from),
                                  .data = buf_str(&data) });
    *out = db_int(c, 0, SQL("SELECT person FROM handle WHERE key=$1"), I(handle));
    return OK;
}

err person_unmerge(struct tx *t, id gone)
{
    struct ctx *c = &t->c;
    id into = db_int(c, 0, SQL("SELECT merged FROM person WHERE id=$1"), I(gone));
    if (!into) return fail(c, E_CONFLICT, "they are two already");
    struct event e;
    TRY(log_last(c, EVENT_PERSON_MERGED, gone, &e));
    log_append(t, (struct event){ .kind = EVENT_PERSON_SPLIT,
                                  .subject = person_real(c, into),
                                  .other = gone,
                                  .data = e.data });
    return OK;
}

err person_keep_apart(struct tx *t, id a, id b)
{
    TRY(known(t, a));
    TRY(known(t, b));
    log_append(t, (struct event){
                      .kind = EVENT_PERSON_APART, .subject = MIN(a, b), .other = MAX(a, b) });
    return OK;
}

err person_ask_again(struct tx *t, id a, id b)
{
    struct buf data = { .a = t->c.a };
    TRY(known(t, a));
    TRY(known(t, b));
    rec_int(&data, REC_VALUE, 1);
    log_append(t, (struct event){ .kind = EVENT_PERSON_APART,
                                  .subject = MIN(a, b),
                                  .other = MAX(a, b),
                                  .data = buf_str(&data) });
    return OK;
}

err person_know(struct tx *t, id who, bool known_now)
{
    struct person p;
    struct buf data = { .a = t->c.a };
    TRY(person_get(&t->c, who, &p));
    bool said = db_int(&t->c, 0, SQL("SELECT met FROM person WHERE id=$1"), I(p.id)) == 2;
    if (said == known_now) return fail(&t->c, E_CONFLICT, "that has been said already");
    if (!known_now) rec_int(&data, REC_VALUE, 1);
    log_append(t,
               (struct event){ .kind = EVENT_PERSON_MET, .subject = p.id, .data = buf_str(&data) });
    return OK;
}

/* ---- what events do ------------------------------------------------------ */

static struct str text_in(struct str data, int tag)
{
    for (struct field f; rec_next(&data, &f);)
        if (f.tag == tag) return f.value;
    return S("");
}

static int64_t int_in(struct str data, int tag)
{
    for (struct field f; rec_next(&data, &f);)
        if (f.tag == tag) return field_int(f);
    return 0;
}

/* Those that are still there: an address may have been given to somebody else meanwhile. */
static void move_handles(struct tx *t, struct str data, id from, id to)
{
    for (struct field f; rec_next(&data, &f);)
        if (f.tag == REC_HANDLE)
            db_do(t, SQL("UPDATE handle SET person=$1 WHERE key=$2 AND person=$3"), I(to),
                  I(field_int(f)), I(from));
}

static void merged(struct tx *t, const struct event *e)
{
    move_handles(t, e->data, e->other, e->subject);
    db_do(t,
          SQL("UPDATE person SET ours=greatest(ours, (SELECT g.ours FROM person g WHERE g.id=$2)) "
              "WHERE id=$1"),
          I(e->subject), I(e->other));
    db_do(
        t,
        SQL("UPDATE person SET met=2 WHERE id=$1 AND (SELECT g.met FROM person g WHERE g.id=$2)=2"),
        I(e->subject), I(e->other));
    db_do(
        t,
        SQL("UPDATE person SET mute=$3 + 0 WHERE id=$1 AND mute=0 AND (SELECT g.mute FROM person g "
            "WHERE g.id=$2)<>0"),
        I(e->subject), I(e->other), I(MUTE_MERGED));
    db_do(t, SQL("UPDATE person SET merged=$1 WHERE id=$2"), I(e->subject), I(e->other));
    log_dirty(t, DIRTY_PERSON, e->subject, 0);
}

void person_mute_again(struct tx *t, id who)
{
    for (int i = 0; who > 0 && i < MERGES_MOST; i++) {
        db_do(t,
              SQL("UPDATE person SET mute=0 WHERE id=$1 AND mute=$2 AND NOT EXISTS(SELECT 1 FROM "
                  "person g WHERE g.merged=person.id AND g.merged<>0 AND g.mute<>0)"),
              I(who), I(MUTE_MERGED));
        who = db_int(&t->c, 0, SQL("SELECT merged FROM person WHERE id=$1"), I(who));
    }
}

/* A person for one address, named by how it signs, or else by the address itself. */
static id new_of_handle(struct tx *t, id from, int64_t handle)
{
    struct ctx *c = &t->c;
    id who = db_int(c, 1, SQL("SELECT coalesce(max(id), 0) + 1 FROM person"));
    struct str name = S("");
    bool ours = false;
    EACH (r, c,
          SQL("SELECT h.shown, d.domain FROM handle h LEFT JOIN house_domain d ON "
              "d.domain=h.domain WHERE h.key=$1"),
          I(handle)) {
        name = row_str(&r, 0);
        ours = !row_null(&r, 1);
    }
    if (str_rchr(name, '@') > 0) name = str_upto(name, str_rchr(name, '@'));
    struct str fold = text_fold(c->a, name);
    db_do(t,
          SQL("INSERT INTO person(id, kind, name, fold, named, kinded, org, ours, met, merged, "
              "left_at, dead_at, mute,"
              " paused, engine_off) SELECT $1, kind, $2, $3, 0, 0, org, $4 + 0, 0, 0, 0, 0, "
              "least(mute, 1), 0, engine_off"
              " FROM person WHERE id=$5"),
          I(who), T(name), T(fold), I(ours), I(from));
    person_parts(t, who, fold);
    return who;
}

static void split(struct tx *t, const struct event *e)
{
    id to = e->other;
    if (to) {
        id into = db_int(&t->c, 0, SQL("SELECT merged FROM person WHERE id=$1"), I(to));
        db_do(t, SQL("UPDATE person SET merged=0 WHERE id=$1"), I(to));
        person_mute_again(t, into);
        if (int_in(e->data, REC_VALUE))
            db_do(t, SQL("UPDATE person SET ours=0 WHERE id=$1"), I(e->subject));
    } else {
        to = new_of_handle(t, e->subject, int_in(e->data, REC_HANDLE));
    }
    move_handles(t, e->data, e->subject, to);
    log_dirty(t, DIRTY_PERSON, e->subject, 0);
    log_dirty(t, DIRTY_PERSON, to, 0);
}

/* Do not contact: by a keeper, or by themselves. */
static void muted(struct tx *t, const struct event *e, bool mute)
{
    db_do(t, SQL("UPDATE person SET mute=$1 WHERE id=$2"), I(mute), I(e->subject));
    db_do(t, SQL("DELETE FROM stopped WHERE person=$1"), I(e->subject));
    if (mute && e->actor == e->subject)
        db_do(t, SQL("INSERT INTO stopped(person, at) VALUES($1, $2)"), I(e->subject), I(e->at));
}

static void marked(struct tx *t, const struct event *e)
{
    int64_t v = int_in(e->data, REC_VALUE);
    switch ((person_mark)int_in(e->data, REC_MARK)) {
    case MARK_LEFT:
        db_do(t, SQL("UPDATE person SET left_at=$1 WHERE id=$2"), I(v), I(e->subject));
        break;
    case MARK_DEAD:
        db_do(t, SQL("UPDATE person SET dead_at=$1 WHERE id=$2"), I(v), I(e->subject));
        break;
    case MARK_MUTE: muted(t, e, v != 0); break;
    case MARK_PAUSED:
        db_do(t, SQL("UPDATE person SET paused=$1 WHERE id=$2"), I(v), I(e->subject));
        break;
    }
}

static void named(struct tx *t, const struct event *e)
{
    struct str name = text_in(e->data, REC_NAME);
    if (!name.n) {
        db_do(t, SQL("UPDATE person SET named=0 WHERE id=$1"), I(e->subject));
        log_dirty(t, DIRTY_PERSON, e->subject, 0);
        return;
    }
    person_call(t, e->subject, name);
    db_do(t, SQL("UPDATE person SET named=1 WHERE id=$1"), I(e->subject));
}

void person_apply(struct tx *t, const struct event *e)
{
    switch (e->kind) {
    case EVENT_PERSON_NAMED: named(t, e); break;
    case EVENT_PERSON_KIND:
        db_do(t, SQL("UPDATE person SET kind=$1, kinded=1 WHERE id=$2"),
              I(int_in(e->data, REC_KIND)), I(e->subject));
        break;
    case EVENT_PERSON_MARKED: marked(t, e); break;
    case EVENT_PERSON_MERGED: merged(t, e); break;
    case EVENT_PERSON_SPLIT: split(t, e); break;
    case EVENT_PERSON_MET:
        if (int_in(e->data, REC_VALUE))
            db_do(t, SQL("UPDATE person SET met=0 WHERE id=$1"),
                  I(e->subject)); /* ties finds out */
        else person_open(t, e->subject);
        break;
    case EVENT_PERSON_APART:
        if (int_in(e->data, REC_VALUE))
            db_do(t, SQL("DELETE FROM apart WHERE a=$1 AND b=$2"), I(e->subject), I(e->other));
        else
            db_do(t, SQL("INSERT INTO apart(a, b) VALUES($1, $2) ON CONFLICT(a, b) DO NOTHING"),
                  I(e->subject), I(e->other));
        break;
    case EVENT_PERSON_CARD:
    case EVENT_PERSON_UNCARD: card_apply(t, e); break;
    case EVENT_ERASED: person_erased(t, e); break;
    case EVENT_LOOKED: look_apply(t, e); break;
    default: keeper_apply(t, e); takeout_apply(t, e);
    }
    bool mail = e->kind == EVENT_MAIL_RECEIVED || e->kind == EVENT_MAIL_SIGHTED;
    if (!mail) person_forget(t); /* addresses may have gone to other persons */
}

/* ---- derived names ------------------------------------------------------- */

/* The name signed most often within a year of the last one; of equals the longest. */
static void name_of(struct tx *t, id who)
{
    struct str best = S("");
    EACH (r, &t->c,
          SQL("SELECT n.name FROM handle h JOIN handle_name n ON n.handle=h.key WHERE h.person=$1 "
              "AND n.last_at>="
              "(SELECT max(m.last_at) - $2 FROM handle g JOIN handle_name m ON m.handle=g.key "
              "WHERE g.person=$1)"
              " GROUP BY n.name ORDER BY sum(n.n) DESC, length(n.name) DESC, n.name LIMIT 1"),
          I(who), I(NAME_WINDOW))
        best = row_str(&r, 0);
    if (best.n && db_int(&t->c, 0, SQL("SELECT 1 FROM person WHERE id=$1 AND named=0 AND name<>$2"),
                         I(who), T(best)))
        person_call(t, who, best);
}

void person_settle(struct tx *t)
{
    struct dirt d[BATCH];
    for (int n; (n = log_take_dirty(t, DIRTY_PERSON, d, BATCH)) > 0;)
        for (int i = 0; i < n; i++) name_of(t, d[i].x);
}

static const char schema[] =
#include "people/people_sql.inc"
    ;
static const struct derived derived[] = {
    { "house", "isii", SQL("DELETE FROM house"),
      SQL("SELECT id, name, founded, sample FROM house ORDER BY id /* scan */") },
    { "house_domain", "s", SQL("DELETE FROM house_domain"),
      SQL("SELECT domain FROM house_domain ORDER BY domain COLLATE \"C\" /* scan */") },
    { "handle_name", "isii", SQL("DELETE FROM handle_name"),
      SQL("SELECT handle, name, n, last_at FROM handle_name ORDER BY handle, name COLLATE \"C\" /* "
          "scan */") },
    { "namesake", "si", SQL("DELETE FROM namesake"),
      SQL("SELECT fold, n FROM namesake ORDER BY fold COLLATE \"C\" /* scan */") },
    { "name_part", "si", SQL("DELETE FROM name_part"),
      SQL("SELECT part, person FROM name_part ORDER BY part COLLATE \"C\", person /* scan */") },
    { "address_part", "si", SQL("DELETE FROM address_part"),
      SQL("SELECT part, handle FROM address_part ORDER BY part COLLATE \"C\", handle /* scan */") },
    { "handle", "issis", SQL("DELETE FROM handle"),
      SQL("SELECT key, uri, shown, person, domain FROM handle ORDER BY key /* scan */") },
    { "stopped", "ii", SQL("DELETE FROM stopped"),
      SQL("SELECT person, at FROM stopped ORDER BY person /* scan */") },
    { "apart", "ii", SQL("DELETE FROM apart"),
      SQL("SELECT a, b FROM apart ORDER BY a, b /* scan */") },
    { "card", "iiiisiii", SQL("DELETE FROM card"),
      SQL("SELECT event, person, source, made, was, org, dead, mute FROM card ORDER BY event /* "
          "scan */") },
    { "card_handle", "iii", SQL("DELETE FROM card_handle"),
      SQL("SELECT event, handle, made FROM card_handle ORDER BY event, handle /* scan */") },
    { "heir", "ii", SQL("DELETE FROM heir"),
      SQL("SELECT keeper, heir FROM heir ORDER BY keeper /* scan */") },
    { "takeout", "iiisii", SQL("DELETE FROM takeout"),
      SQL("SELECT id, asker, at, format, stopped, done FROM takeout ORDER BY id /* scan */") },
    { "takeout_yes", "ii", SQL("DELETE FROM takeout_yes"),
      SQL("SELECT takeout, owner FROM takeout_yes ORDER BY takeout, owner /* scan */") },
    { "look", "iiiiii", SQL("DELETE FROM look"),
      SQL("SELECT person, keeper, day, kind, event, at FROM look ORDER BY event /* scan */") },
    { "keeper", "iiii", SQL("DELETE FROM keeper"),
      SQL("SELECT person, role, joined, gone FROM keeper ORDER BY person /* scan */") },
    { "person", "iissiiiiiiiiiii", SQL("DELETE FROM person"),
      SQL("SELECT id, kind, name, fold, named, kinded, org, ours, met, merged, left_at, dead_at, "
          "mute, paused, engine_off"
          " FROM person ORDER BY id /* scan */") },
};
const struct concept people_concept = { .name = "people",
                                        .schema = schema,
                                        .derived = derived,
                                        .n_derived = COUNT(derived),
                                        .apply = person_apply,
                                        .settle = person_settle,
                                        .left = person_left };
