/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "people/look.h"

#include "kit/base/pack.h"
#include "people/keeper.h"

enum { REC_LOOK = 1 };

struct str look_words(look_kind k)
{
    switch (k) {
    case LOOK_PAGE: return S("opened the page about you");
    case LOOK_COUNTER: return S("had you up at the counter");
    case LOOK_FACTS: return S("read what is noted about you");
    case LOOK_PAPER: return S("made you a code on paper, to come in with");
    }
    return S("");
}

static int64_t day_of(const struct ctx *c, int64_t at) { return (at + c->offset_s) / DAY; }

bool look_due(struct ctx *c, id person, look_kind kind)
{
    if (!c->viewer || c->viewer == person || !keeper_role_of(c, c->viewer)) return false;
    return db_int(c, 0,
                  SQL("SELECT 1 FROM person p WHERE p.id=$1 AND p.ours=0 AND p.merged=0 AND p.kind "
                      "IN($2, $3) AND NOT EXISTS(SELECT 1 FROM look l WHERE l.person=p.id AND "
                      "l.keeper=$4 AND l.day=$5 AND l.kind=$6)"),
                  I(person), I(PERSON_HUMAN), I(PERSON_ROLE), I(c->viewer), I(day_of(c, c->now)),
                  I(kind)) != 0;
}

void look_note(struct tx *t, id person, look_kind kind)
{
    struct buf data = { .a = t->c.a };
    if (!look_due(&t->c, person, kind)) return;
    rec_int(&data, REC_LOOK, kind);
    log_append(t,
               (struct event){ .kind = EVENT_LOOKED, .subject = person, .data = buf_str(&data) });
}

void look_list(struct ctx *c, id person, int max, struct looks *out)
{
    *out = (struct looks){ .at = NEW(c->a, struct look, MAX(max, 1)) };
    person = person_real(c, person);
    if (c->viewer != person && keeper_role_of(c, c->viewer) != KEEPER_OWNER) return;
    EACH (r, c,
          SQL("SELECT l.event, l.keeper, k.name, l.at, l.kind FROM look l JOIN person p ON "
              "p.id=l.person JOIN person k ON k.id=l.keeper WHERE p.id=$1 OR (p.merged=$1 AND "
              "p.merged<>0) ORDER BY l.event DESC LIMIT $2"),
          I(person), I(max))
        out->at[out->n++] = (struct look){ .event = row_int(&r, 0),
                                           .keeper = row_int(&r, 1),
                                           .keeper_name = row_str(&r, 2),
                                           .at = row_int(&r, 3),
                                           .kind = (look_kind)row_int(&r, 4) };
}

void look_apply(struct tx *t, const struct event *e)
{
    struct str rest = e->data;
    for (struct field f; rec_next(&rest, &f);)
        if (f.tag == REC_LOOK)
            db_do(t,
                  SQL("INSERT INTO look(person, keeper, day, kind, event, at) VALUES($1, $2, $3, "
                      "$4, $5, $6) ON CONFLICT(person, keeper, day, kind) DO NOTHING"),
                  I(e->subject), I(e->actor), I(day_of(&t->c, e->at)), I(field_int(f)), I(e->id),
                  I(e->at));
}
