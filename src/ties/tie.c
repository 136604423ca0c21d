/* SPDX-License-Identifier: GPL-3.0-or-later
 * tie.c - interactions and pairs as rows; the gate; what was declared. */
#include "ties/tie.h"

#include "facts/terms.h"
#include "kit/base/pack.h"
#include "ties/tie_row.h"

enum { BATCH = 500, PAGE = 20000, PAIR_MOST = 1 << 20, CONTACTS_MOST = 64 };

/* ---- interactions -------------------------------------------------------- */

struct side_of {
    id a, b;
    int side;
};

static struct side_of sided(struct contact x)
{
    return x.from < x.to ? (struct side_of){ x.from, x.to, 0 }
                         : (struct side_of){ x.to, x.from, 1 };
}

static bool same_pair(const struct side_of *x, const struct side_of *y)
{
    return x->a == y->a && x->b == y->b;
}

/* What is stored for this event; how many. */
static int stored(struct ctx *c, id event, struct side_of *out)
{
    int n = 0;
    EACH (r, c, SQL("SELECT a, b, side FROM contact WHERE event=$1 ORDER BY a, b, side LIMIT $2"),
          I(event), I(CONTACTS_MOST))
        out[n++] = (struct side_of){ row_int(&r, 0), row_int(&r, 1), (int)row_int(&r, 2) };
    return n;
}

static bool among(const struct side_of *x, const struct side_of *list, int n)
{
    for (int i = 0; i < n; i++)
        if (same_pair(x, &list[i]) && list[i].side == x->side) return true;
    return false;
}

static int stored_gates(struct ctx *c, id event, id *out)
{
    int n = 0;
    EACH (r, c, SQL("SELECT person FROM gate WHERE event=$1 ORDER BY person LIMIT $2"), I(event),
          I(CONTACTS_MOST))
        out[n++] = row_int(&r, 0);
    return n;
}

static void replace_gates(struct tx *t, id event, bool first, const struct contact *list, int n)
{
    id old[CONTACTS_MOST];
    int olds = first ? 0 : stored_gates(&t->c, event, old);
    for (int i = 0; i < olds; i++) {
        bool stays = false;
        for (int k = 0; k < n; k++) stays = stays || list[k].opens == old[i];
        if (stays) continue;
        db_do(t, SQL("DELETE FROM gate WHERE person=$1 AND event=$2"), I(old[i]), I(event));
        log_dirty(t, DIRTY_GATE, old[i], 0);
    }
    for (int k = 0; k < n; k++) {
        bool there = !list[k].opens;
        for (int i = 0; i < olds; i++) there = there || old[i] == list[k].opens;
        if (there) continue;
        db_do(t,
              SQL("INSERT INTO gate(person, event) VALUES($1, $2) ON CONFLICT(person, event) DO "
                  "NOTHING"),
              I(list[k].opens), I(event));
        log_dirty(t, DIRTY_GATE, list[k].opens, 0);
    }
}

void tie_contacts(struct tx *t, id event, int64_t at, bool first, const struct contact *list, int n)
{
    struct side_of old[CONTACTS_MOST], new[CONTACTS_MOST];
    int olds = first ? 0 : stored(&t->c, event, old), news = 0;
    for (int i = 0; i < n && news < CONTACTS_MOST; i++) {
        struct side_of s = sided(list[i]);
        if (s.a && s.a != s.b && !among(&s, new, news)) new[news++] = s;
    }
    for (int i = 0; i < olds; i++)
        if (!among(&old[i], new, news)) {
            db_do(t, SQL("DELETE FROM contact WHERE event=$1 AND a=$2 AND b=$3 AND side=$4"),
                  I(event), I(old[i].a), I(old[i].b), I(old[i].side));
            log_dirty(t, DIRTY_PAIR, old[i].a, old[i].b);
        }
    for (int i = 0; i < news; i++)
        if (!among(&new[i], old, olds)) {
            db_do(t, SQL("INSERT INTO contact(a, b, at, event, side) VALUES($1, $2, $3, $4, $5)"),
                  I(new[i].a), I(new[i].b), I(MAX(at, 0)), I(event), I(new[i].side));
            log_dirty(t, DIRTY_PAIR, new[i].a, new[i].b);
        }
    replace_gates(t, event, first, list, n);
}

/* After a merge, a split, a gate that opened, an engine switched on or off. */
static void person_changed(struct tx *t, id who)
{
    EACH (r, &t->c, SQL("SELECT DISTINCT b FROM contact WHERE a=$1 /* scan */"), I(who))
        log_dirty(t, DIRTY_PAIR, who, row_int(&r, 0));
    EACH (r, &t->c, SQL("SELECT DISTINCT a FROM contact WHERE b=$1 /* scan */"), I(who))
        log_dirty(t, DIRTY_PAIR, row_int(&r, 0), who);
}

/* ---- pairs --------------------------------------------------------------- */

static bool gate_open(struct ctx *c, id a, id b)
{
    return db_int(c, 0,
                  SQL("SELECT count(*) FROM person WHERE id IN($1, $2) AND (ours=1 OR met>0) AND "
                      "engine_off=0"),
                  I(a), I(b)) == 2;
}

static int events_of(struct ctx *c, id a, id b, struct tie_event **out)
{
    int n = (int)db_int(c, 0, SQL("SELECT count(*) FROM contact WHERE a=$1 AND b=$2"), I(a), I(b));
    struct tie_event *e = NEW(c->a, struct tie_event, MAX(n, 1));
    int i = 0;
    EACH (r, c,
          SQL("SELECT at, side FROM contact WHERE a=$1 AND b=$2 ORDER BY at, event, side LIMIT $3"),
          I(a), I(b), I(n)) {
        bool back = row_int(&r, 1) != 0;
        e[i++] = (struct tie_event){ (uint32_t)MIN(row_int(&r, 0), UINT32_MAX),
                                     (uint32_t)(back ? b : a), (uint32_t)(back ? a : b) };
    }
    *out = e;
    return i;
}

static void store_line(struct tx *t, const struct tie_line *l)
{
    const struct tie_dir *x = &l->dir[0], *y = &l->dir[1];
    db_do(t,
          SQL("INSERT INTO tie(a, b, first, days, gap, s00, s01, s02, s03, last0, n0, run0, s10, "
              "s11, s12, s13, last1, n1, run1)"
              " VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, "
              "$18, $19)"
              " ON CONFLICT(a, b) DO UPDATE SET first=excluded.first, days=excluded.days, "
              "gap=excluded.gap,"
              " s00=excluded.s00, s01=excluded.s01, s02=excluded.s02, s03=excluded.s03, "
              "last0=excluded.last0, n0=excluded.n0,"
              " run0=excluded.run0, s10=excluded.s10, s11=excluded.s11, s12=excluded.s12, "
              "s13=excluded.s13,"
              " last1=excluded.last1, n1=excluded.n1, run1=excluded.run1"),
          I(l->a), I(l->b), I(l->first), I(l->days), R(l->gap), R(x->s[0]), R(x->s[1]), R(x->s[2]),
          R(x->s[3]), I(x->last), I(x->n), I(x->run), R(y->s[0]), R(y->s[1]), R(y->s[2]),
          R(y->s[3]), I(y->last), I(y->n), I(y->run));
}

static void settle_pair(struct tx *t, id a, id b)
{
    struct ctx *c = &t->c;
    struct tie_event *e = NULL;
    struct tie_line line;
    int n = gate_open(c, a, b) ? events_of(c, a, b, &e) : 0;
    if (n && !tie_replay_pair((uint32_t)a, (uint32_t)b, e, n, UINT32_MAX, c->offset_s, &line))
        die(c, "the interactions of a pair are out of order");
    if (n) store_line(t, &line);
    else db_do(t, SQL("DELETE FROM tie WHERE a=$1 AND b=$2"), I(a), I(b));
}

/* Met: by an event that went both ways, as somebody who works or worked here, or (2) because a
 * keeper says so. */
static void settle_gate(struct tx *t, id who)
{
    bool open = db_int(&t->c, 0,
                       SQL("SELECT 1 FROM gate WHERE person=$1 UNION ALL SELECT 1 FROM keeper "
                           "WHERE person=$1 LIMIT 1"),
                       I(who));
    if (db_do(t, SQL("UPDATE person SET met=$1 WHERE id=$2 AND met<>2 AND met<>$1"), I(open),
              I(who)))
        person_changed(t, who);
}

static void ties_settle(struct tx *t)
{
    struct arena *whole = t->c.a, *round = arena_child(whole);
    struct dirt *d = NEW(whole, struct dirt, BATCH);
    t->c.a = round;
    for (int n; (n = log_take_dirty(t, DIRTY_GATE, d, BATCH)) > 0; arena_clear(round))
        for (int i = 0; i < n; i++) settle_gate(t, d[i].x);
    for (int n; (n = log_take_dirty(t, DIRTY_PAIR, d, BATCH)) > 0; arena_clear(round))
        for (int i = 0; i < n; i++) settle_pair(t, d[i].x, d[i].y);
    t->c.a = whole;
    arena_close(round);
}

bool tie_get(struct ctx *c, id me, id other, struct tie_line *out)
{
    bool found = false;
    EACH (r, c, SQL("SELECT " TIE_COLUMNS " FROM tie WHERE a=$1 AND b=$2"), I(MIN(me, other)),
          I(MAX(me, other))) {
        *out = tie_row(&r);
        found = true;
    }
    return found;
}

/* The memories alone: a row has twice as many columns, and reading those is what takes time. */
static struct tie_bond bond_row(struct rows *r, int32_t today)
{
    struct tie_line l = { 0 };
    int32_t offset = r->c->offset_s;
    for (int side = 0; side < 2; side++) {
        struct tie_dir *d = &l.dir[side];
        d->n = 1;
        d->last = (uint32_t)row_int(r, 2 + 5 * side);
        for (int k = 0; k < TIE_MEMORIES; k++) d->s[k] = (float)row_real(r, 3 + 5 * side + k);
    }
    return (struct tie_bond){ row_int(r, 0), row_int(r, 1),
                              tie_closeness(tie_memory(&l, 0, today, offset),
                                            tie_memory(&l, 1, today, offset)) };
}

void tie_bonds(struct ctx *c, int64_t since, int max, struct tie_bonds *out)
{
    int32_t today = tie_day(c->now, c->offset_s);
    *out = (struct tie_bonds){ NEW(c->a, struct tie_bond, MAX(max, 1)), 0 };
    EACH (r, c,
          SQL("SELECT a, b, last0, s00, s01, s02, s03, last1, s10, s11, s12, s13 FROM tie JOIN "
              "person p ON p.id=a JOIN person q ON q.id=b WHERE days>=2 AND n0>0 AND n1>0 AND"
              " (last0>=$1 OR last1>=$1) AND p.kind=$2 AND q.kind=$2 AND p.dead_at=0 AND "
              "q.dead_at=0 AND EXISTS(SELECT 1 FROM contact e"
              " JOIN sight s ON s.message=e.event AND s.who=$3 WHERE e.a=tie.a AND e.b=tie.b) "
              "ORDER BY days DESC, a, b LIMIT $4 /* scan */"),
          I(MAX(0, since)), I(PERSON_HUMAN), I(c->viewer), I(max))
        out->at[out->n++] = bond_row(&r, today);
}

int tie_house_days(struct ctx *c)
{
    int64_t today = tie_day(c->now, c->offset_s) - TIE_EPOCH_DAY;
    return (int)MAX(0,
                    today - db_int(c, today, SQL("SELECT first FROM tie ORDER BY first LIMIT 1")));
}

/* ---- what is declared ---------------------------------------------------- */

enum { REC_WANTED = 1, REC_ON = 2, REC_WATCH = 3 };

struct tie_said tie_said(struct ctx *c, id owner, id other)
{
    struct tie_said s = { 0 };
    EACH (r, c, SQL("SELECT wanted, fine_at FROM tie_said WHERE owner=$1 AND other=$2"), I(owner),
          I(other))
        s = (struct tie_said){ (int)row_int(&r, 0), row_int(&r, 1) };
    return s;
}

static err about(struct tx *t, id other, int kind, int tag, int64_t value)
{
    struct person p;
    struct buf data = { .a = t->c.a };
    TRY(person_get(&t->c, other, &p));
    if (tag) rec_int(&data, tag, value);
    log_append(t, (struct event){ .kind = kind, .subject = p.id, .data = buf_str(&data) });
    return OK;
}

err tie_want(struct tx *t, id other, int wanted)
{
    if (wanted < 0 || wanted > TIE_KNOWN + 1)
        return fail(&t->c, E_INVALID, "there is no such closeness");
    return about(t, other, EVENT_TIE_WANTED, REC_WANTED, wanted);
}

err tie_leave_be(struct tx *t, id other) { return about(t, other, EVENT_TIE_FINE, 0, 0); }
err tie_watch(struct tx *t, id other) { return about(t, other, EVENT_TIE_FINE, REC_WATCH, 1); }
err tie_set_engine(struct tx *t, id person, bool on)
{
    id by =
        db_int(&t->c, 0,
               SQL("SELECT actor FROM event WHERE kind=$1 AND subject=$2 ORDER BY id DESC LIMIT "
                   "1"),
               I(EVENT_TIE_ENGINE), I(person));
    if (on && by == person && t->c.viewer != person)
        return fail(&t->c, E_DENIED,
                    "they switched this off themselves, and only they can switch it on again");
    return about(t, person, EVENT_TIE_ENGINE, REC_ON, on);
}

/* What keepers said of them goes; ties themselves follow from the contacts, which talk settles. */
static void erased(struct tx *t, const struct event *x)
{
    struct erasure e;
    erasure_read(t->c.a, x->data, &e);
    for (int i = 0; i < e.n_handles; i++) {
        id who = db_int(&t->c, 0,
                        SQL("SELECT p.id FROM handle h JOIN person p ON p.id=h.person WHERE "
                            "h.key=$1 AND p.merged=-1"),
                        I(e.handles[i]));
        if (!who) continue;
        db_do(t,
              SQL("DELETE FROM tie_said WHERE other=$1 OR other IN(SELECT id FROM person WHERE "
                  "merged=$1 AND merged<>0) /* scan */"),
              I(who));
    }
}

/* Bit 1 of engine_off: it was said; bit 2: their terms, or their age, say so. */
static void engine_again(struct tx *t, id person)
{
    int64_t off = terms_engine_off(&t->c, person) ? 2 : 0;
    if (db_do(t,
              SQL("UPDATE person SET engine_off=(engine_off & 1) + $1 WHERE id=$2 AND (engine_off "
                  "& 2)<>$1"),
              I(off), I(person)))
        person_changed(t, person);
}

/* Of all for whom it is so, or should be: who is who has changed. A few at a time, upwards. */
static void engines_again(struct tx *t)
{
    id who[BATCH];
    int n = 0;
    do {
        id last = n ? who[n - 1] : 0;
        n = 0;
        EACH (
            r, &t->c,
            SQL("SELECT id FROM person WHERE engine_off>1 AND id>$1 UNION SELECT person FROM fact "
                "WHERE minor=1 AND person>$1 UNION SELECT person FROM terms WHERE person>$1 "
                "ORDER BY 1 LIMIT $2"),
            I(last), I(BATCH))
            who[n++] = row_int(&r, 0);
        for (int i = 0; i < n; i++) engine_again(t, who[i]);
    } while (n == BATCH);
}

/* A keeper came, and with them their domain: all who are of the house now count as met. */
static void ours_again(struct tx *t)
{
    EACH (r, &t->c,
          SQL("SELECT DISTINCT c.a, c.b FROM person p JOIN contact c ON c.a=p.id WHERE p.ours=1 "
              "UNION SELECT DISTINCT c.a, c.b FROM person p JOIN contact c ON c.b=p.id WHERE "
              "p.ours=1 /* scan */"))
        log_dirty(t, DIRTY_PAIR, row_int(&r, 0), row_int(&r, 1));
}

/* Who is one with somebody of the house, or with somebody whom a keeper knows, counts as met; and
 * perhaps no more when they are two again. */
static void met_again(struct tx *t, const struct event *e)
{
    if (db_int(&t->c, 0, SQL("SELECT 1 FROM person WHERE id=$1 AND (ours=1 OR met=2)"),
               I(e->other)))
        person_changed(t, e->subject);
}

static void ties_apply(struct tx *t, const struct event *e)
{
    struct field f = { 0 };
    struct str rest = e->data;
    int64_t value = rec_next(&rest, &f) ? field_int(f) : 0;
    switch (e->kind) {
    case EVENT_TIE_WANTED:
        db_do(t,
              SQL("INSERT INTO tie_said(owner, other, wanted, fine_at) VALUES($1, $2, $3, 0) ON "
                  "CONFLICT(owner, other)"
                  " DO UPDATE SET wanted=excluded.wanted"),
              I(e->actor), I(e->subject), I(value));
        break;
    case EVENT_TIE_FINE:
        db_do(t,
              SQL("INSERT INTO tie_said(owner, other, wanted, fine_at) VALUES($1, $2, 0, $3) ON "
                  "CONFLICT(owner, other)"
                  " DO UPDATE SET fine_at=excluded.fine_at"),
              I(e->actor), I(e->subject), I(value ? 0 : e->at));
        break;
    case EVENT_TIE_ENGINE:
        db_do(t, SQL("UPDATE person SET engine_off=engine_off - (engine_off & 1) + $1 WHERE id=$2"),
              I(!value), I(e->subject));
        person_changed(t, e->subject);
        break;
    case EVENT_TERMS_CHOSEN:
    case EVENT_FACT_NOTED: engine_again(t, e->subject); break;
    case EVENT_PERSON_MERGED:
    case EVENT_PERSON_SPLIT:
        met_again(t, e);
        engines_again(t);
        break;
    case EVENT_KEEPER_JOINED: ours_again(t); break;
    case EVENT_PERSON_MET:
        log_dirty(t, DIRTY_GATE, e->subject, 0);
        person_changed(t, e->subject);
        break;
    case EVENT_ERASED:
        erased(t, e);
        engines_again(t);
        break;
    }
}

static const char schema[] =
#include "ties/tie_sql.inc"
    ;
static const struct derived derived[] = {
    { "contact", "iiiii", SQL("DELETE FROM contact"),
      SQL("SELECT a, b, at, event, side FROM contact ORDER BY a, b, at, event, side /* scan */") },
    { "gate", "ii", SQL("DELETE FROM gate"),
      SQL("SELECT person, event FROM gate ORDER BY person, event /* scan */") },
    { "tie", "iiiirrrrriiirrrriii", SQL("DELETE FROM tie"),
      SQL("SELECT " TIE_COLUMNS " FROM tie ORDER BY a, b /* scan */") },
    { "tie_said", "iiii", SQL("DELETE FROM tie_said"),
      SQL("SELECT owner, other, wanted, fine_at FROM tie_said ORDER BY owner, other /* scan */") },
};
const struct concept ties_concept = { .name = "ties",
                                      .schema = schema,
                                      .derived = derived,
                                      .n_derived = COUNT(derived),
                                      .apply = ties_apply,
                                      .settle = ties_settle };
