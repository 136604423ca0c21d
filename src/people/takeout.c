/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "people/takeout.h"

#include "kit/base/date.h"
#include "kit/base/pack.h"
#include "people/people_log.h"

enum { LISTED = 50 };

const struct takeout_form takeout_forms[TAKEOUT_FORMATS] = {
    [TAKEOUT_MBOX] = { S_INIT("mbox"), S_INIT("all mail (mbox)") },
    [TAKEOUT_VCARD] = { S_INIT("vcard"), S_INIT("all people (vCard)") },
    [TAKEOUT_CSV] = { S_INIT("csv"), S_INIT("all people as a table (CSV)") },
    [TAKEOUT_JSONL] = { S_INIT("jsonl"), S_INIT("the log itself (JSON lines)") },
};

bool takeout_format_of(struct str word, takeout_format *out)
{
    for (int i = 0; i < TAKEOUT_FORMATS; i++) {
        if (!str_eq(word, takeout_forms[i].word)) continue;
        *out = (takeout_format)i;
        return true;
    }
    return false;
}

bool takeout_guarded(struct ctx *c)
{
    struct house h;
    house_get(c, &h);
    return !h.sample && keeper_any_account(c);
}

/* ---- reading --------------------------------------------------------------------- */

static int64_t owners(struct ctx *c)
{
    return db_int(c, 0, SQL("SELECT count(*) FROM keeper WHERE gone=0 AND role=$1 /* scan */"),
                  I(KEEPER_OWNER));
}

/* yes: of owners who are still that. */
static void judge(struct ctx *c, struct takeout *x, int64_t all, int64_t yes, id stopped)
{
    x->missing = (int)MAX(0, TAKEOUT_OWNERS - yes);
    x->ready = x->at + TAKEOUT_WAIT_S;
    if (x->done) x->state = TAKEOUT_DONE;
    else if (stopped) x->state = TAKEOUT_STOPPED;
    else if (c->now >= x->at + TAKEOUT_HOLDS_S) x->state = TAKEOUT_OVER;
    else if (all >= TAKEOUT_OWNERS) x->state = x->missing ? TAKEOUT_NEEDS_YES : TAKEOUT_READY;
    else x->state = c->now < x->ready ? TAKEOUT_NEEDS_TIME : TAKEOUT_READY;
}

#define TAKEOUTS                                                                                   \
    "SELECT t.id, t.asker, t.format, t.at, t.stopped, t.done, coalesce(p.name, ''), (SELECT "      \
    "count(*) FROM takeout_yes y JOIN keeper k ON k.person=y.owner AND k.gone=0 AND k.role=$1 "    \
    "WHERE y.takeout=t.id), (SELECT count(*) FROM takeout_yes y WHERE y.takeout=t.id AND "         \
    "y.owner=$2) FROM takeout t LEFT JOIN person p ON p.id=t.asker "

static struct takeout takeout_row(struct rows *r, int64_t all)
{
    struct takeout x = { .id = row_int(r, 0),
                         .asker = row_int(r, 1),
                         .format = row_str(r, 2),
                         .at = row_int(r, 3),
                         .done = row_int(r, 5),
                         .name = row_str(r, 6),
                         .said = row_int(r, 8) != 0 };
    judge(r->c, &x, all, row_int(r, 7), row_int(r, 4));
    return x;
}

void takeout_list(struct ctx *c, int max, struct takeouts *out)
{
    int64_t all = owners(c);
    *out = (struct takeouts){ NEW(c->a, struct takeout, max), 0 };
    EACH (r, c, SQL(TAKEOUTS "ORDER BY t.id DESC LIMIT $3 /* scan */"), I(KEEPER_OWNER),
          I(c->viewer), I(max))
        out->at[out->n++] = takeout_row(&r, all);
}

static err find(struct ctx *c, id takeout, struct takeout *out)
{
    int64_t all = owners(c);
    bool found = false;
    EACH (r, c, SQL(TAKEOUTS "WHERE t.id=$3"), I(KEEPER_OWNER), I(c->viewer), I(takeout)) {
        *out = takeout_row(&r, all);
        found = true;
    }
    return found ? OK : fail(c, E_NOTFOUND, "Nobody has asked for such a copy.");
}

static bool is_open(const struct takeout *x) { return x->state <= TAKEOUT_READY; }

int64_t takeout_last(struct ctx *c)
{
    return db_int(
        c, 0, SQL("SELECT done FROM takeout WHERE done>0 ORDER BY done DESC LIMIT 1 /* scan */"));
}

/* ---- deeds ------------------------------------------------------------------------ */

id takeout_ask(struct tx *t, struct str format)
{
    struct buf data = { .a = t->c.a };
    rec_str(&data, REC_NAME, str_upto(format, MIN(format.n, TAKEOUT_FORMAT_MOST)));
    return log_append(t, (struct event){ .kind = EVENT_TAKEOUT_ASKED, .data = buf_str(&data) });
}

static err say(struct tx *t, id takeout, bool yes)
{
    struct takeout x = { 0 };
    struct buf data = { .a = t->c.a };
    TRY(find(&t->c, takeout, &x));
    if (!is_open(&x))
        return fail(&t->c, E_CONFLICT, "That is over: nothing waits for it any more.");
    rec_int(&data, REC_VALUE, yes);
    log_append(t, (struct event){
                      .kind = EVENT_TAKEOUT_SAID, .subject = takeout, .data = buf_str(&data) });
    return OK;
}

err takeout_agree(struct tx *t, id takeout) { return say(t, takeout, true); }
err takeout_stop(struct tx *t, id takeout) { return say(t, takeout, false); }

static err waits(struct ctx *c, const struct takeout *x)
{
    if (x->state == TAKEOUT_NEEDS_TIME)
        return fail(
            c, E_DENIED,
            "A copy of the whole house waits a day, so that its owner may stop it: ask again "
            "after %.*s.",
            STR(date_iso(c->a, x->ready)));
    return fail(c, E_DENIED,
                "A copy of the whole house needs the yes of %s: it was asked for, and waits at "
                "/takeout.",
                x->missing > 1 ? "two owners" : "one owner more");
}

err takeout_take(struct tx *t, struct str format)
{
    struct ctx *c = &t->c;
    struct takeouts list;
    struct takeout *waiting = NULL;
    takeout_list(c, LISTED, &list);
    for (int i = 0; i < list.n; i++) {
        struct takeout *x = &list.at[i];
        if (!str_eq(x->format, format) || !is_open(x)) continue;
        if (x->state == TAKEOUT_READY) {
            log_append(t, (struct event){ .kind = EVENT_TAKEOUT_DONE, .subject = x->id });
            return OK;
        }
        waiting = x;
    }
    return waiting ? waits(c, waiting) : fail(c, E_NOTFOUND, "nobody has asked for it");
}

/* ---- what events do ----------------------------------------------------------------- */

static void asked(struct tx *t, const struct event *e)
{
    struct str rest = e->data, format = S("");
    for (struct field f; rec_next(&rest, &f);)
        if (f.tag == REC_NAME) format = f.value;
    db_do(t,
          SQL("INSERT INTO takeout(id, asker, at, format, stopped, done) VALUES($1, $2, $3, $4, 0, "
              "0)"),
          I(e->id), I(e->actor), I(e->at), T(format));
    if (e->actor)
        db_do(t, SQL("INSERT INTO takeout_yes(takeout, owner) VALUES($1, $2)"), I(e->id),
              I(e->actor));
}

static void said(struct tx *t, const struct event *e)
{
    bool yes = false;
    struct str rest = e->data;
    for (struct field f; rec_next(&rest, &f);)
        if (f.tag == REC_VALUE) yes = field_int(f) != 0;
    if (yes)
        db_do(t,
              SQL("INSERT INTO takeout_yes(takeout, owner) VALUES($1, $2) ON CONFLICT(takeout, "
                  "owner) "
                  "DO NOTHING"),
              I(e->subject), I(e->actor));
    else db_do(t, SQL("UPDATE takeout SET stopped=$2 WHERE id=$1"), I(e->subject), I(e->actor));
}

void takeout_apply(struct tx *t, const struct event *e)
{
    switch (e->kind) {
    case EVENT_TAKEOUT_ASKED: asked(t, e); break;
    case EVENT_TAKEOUT_SAID: said(t, e); break;
    case EVENT_TAKEOUT_DONE:
        db_do(t, SQL("UPDATE takeout SET done=$2 WHERE id=$1"), I(e->subject), I(e->at));
        break;
    }
}
