/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "facts/grant.h"

#include "facts/fact_log.h"
#include "facts/receipt.h"
#include "facts/terms.h"
#include "kit/base/hash.h"
#include "kit/base/pack.h"
#include "kit/base/text.h"

bool grant_permits(grant_state s)
{
    switch (s) {
    case GRANT_GIVEN:
    case GRANT_RENEWED: return true;
    case GRANT_REQUESTED:
    case GRANT_DEFERRED:
    case GRANT_REFUSED:
    case GRANT_WITHDRAWN:
    case GRANT_REVOKED:
    case GRANT_EXPIRED:
    case GRANT_INVALIDATED:
    case GRANT_UNKNOWN: return false;
    }
    return false;
}

bool grant_open(grant_state s) { return s == GRANT_REQUESTED || s == GRANT_DEFERRED; }

struct str grant_state_word(grant_state s)
{
    switch (s) {
    case GRANT_REQUESTED: return S("requested");
    case GRANT_GIVEN: return S("given");
    case GRANT_RENEWED: return S("renewed");
    case GRANT_DEFERRED: return S("deferred");
    case GRANT_REFUSED: return S("refused");
    case GRANT_WITHDRAWN: return S("withdrawn");
    case GRANT_REVOKED: return S("revoked");
    case GRANT_EXPIRED: return S("expired");
    case GRANT_INVALIDATED: return S("invalidated");
    case GRANT_UNKNOWN: return S("unknown");
    }
    return S("unknown");
}

/* ---- what events do --------------------------------------------------------- */

struct said {
    int64_t state, way, purposes, until, special, seen, parent;
    struct str keys, audience, principal, language, notice, terms;
};

static struct said said_read(struct str data)
{
    struct said s = { .keys = S(""),
                      .audience = S(""),
                      .principal = S(""),
                      .language = S(""),
                      .notice = S(""),
                      .terms = S("") };
    for (struct field f; rec_next(&data, &f);) switch (f.tag) {
        case GRANT_REC_STATE: s.state = field_int(f); break;
        case GRANT_REC_WAY: s.way = field_int(f); break;
        case GRANT_REC_PURPOSES: s.purposes = field_int(f); break;
        case GRANT_REC_KEYS: s.keys = f.value; break;
        case GRANT_REC_AUDIENCE: s.audience = f.value; break;
        case GRANT_REC_UNTIL: s.until = field_int(f); break;
        case GRANT_REC_SPECIAL: s.special = field_int(f); break;
        case GRANT_REC_SEEN: s.seen = field_int(f); break;
        case GRANT_REC_PARENT: s.parent = field_int(f); break;
        case GRANT_REC_PRINCIPAL: s.principal = f.value; break;
        case GRANT_REC_LANGUAGE: s.language = f.value; break;
        case GRANT_REC_NOTICE: s.notice = f.value; break;
        case GRANT_REC_TERMS: s.terms = f.value; break;
        }
    return s;
}

static void begun(struct tx *t, const struct event *e, const struct said *s)
{
    struct audience who;
    audience_of(t->c.a, s->audience, &who);
    int64_t audience = audience_keep(t, &who);
    if (!s->state) return; /* its words were erased */
    id person = person_real(&t->c, e->other);
    db_do(
        t,
        SQL("INSERT INTO consent(id, person, about, state, permits, begun, changed, until, lasts, "
            "purposes, keys, special, seen, parent, audience, principal, language, notice, "
            "terms) VALUES($1, $2, $3, $4, $5, $6, $6, $7, $7 - $6, $8, $9, $10, $11, $12, $13, "
            "$14, $15, $16, $17)"),
        I(e->id), I(person > 0 ? person : e->other), I(e->other), I(s->state),
        I(grant_permits((grant_state)s->state)), I(e->at), I(s->until), I(s->purposes), T(s->keys),
        I(s->special), I(s->seen), I(s->parent), I(audience), T(s->principal), T(s->language),
        T(s->notice), T(s->terms));
}

void grant_apply(struct tx *t, const struct event *e)
{
    struct said s = said_read(e->data);
    id grant = e->subject ? e->subject : e->id;
    if (!e->subject) begun(t, e, &s);
    if (!s.state) return;
    if (e->subject)
        db_do(t,
              SQL("UPDATE consent SET state=$1, permits=$2, changed=$3, until=CASE WHEN $4=0 THEN "
                  "until ELSE $4 END, seen=greatest(seen, $5) WHERE id=$6"),
              I(s.state), I(grant_permits((grant_state)s.state)), I(e->at), I(s.until), I(s.seen),
              I(grant));
    db_do(t,
          SQL("INSERT INTO consent_step(event, consent, at, actor, way, state) VALUES($1, $2, $3, "
              "$4, $5, $6)"),
          I(e->id), I(grant), I(e->at), I(e->actor), I(s.way), I(s.state));
}

/* ---- beginning one ---------------------------------------------------------- */

/* Of closed words with blanks between; out: with a blank around each, to be looked for. */
static err check_keys(struct ctx *c, struct str given, bool special, struct str *out)
{
    struct buf b = { .a = c->a };
    struct str rest = given, word;
    while (str_cut(&rest, ' ', &word)) {
        if (!word.n) continue;
        const struct fact_key *k = fact_key_of(word);
        if (!k)
            return fail(c, E_INVALID, "there is no kind of fact called %.*s",
                        STR(text_short(c->a, text_utf8(c->a, word), 30)));
        if (k->class == FACT_SPECIAL && !special)
            return fail(c, E_INVALID,
                        "this is about health, belief or the like: it takes an agreement of its "
                        "own that says so");
        buf_fmt(&b, "%s%.*s ", b.n ? "" : " ", STR(word));
    }
    if (special && !b.n)
        return fail(c, E_INVALID, "please say which sensitive facts this agreement is about");
    if (b.n > GRANT_KEYS_MOST) return fail(c, E_INVALID, "please choose fewer kinds of facts");
    *out = buf_str(&b);
    return OK;
}

static bool self(struct ctx *c, id person) { return c->viewer && c->viewer == person; }

static err may_begin(struct ctx *c, const struct grant_new *g, id person, grant_state state)
{
    bool keeper = keeper_role_of(c, c->viewer) != 0;
    if (!self(c, person) && !keeper)
        return fail(c, E_DENIED, "only they themselves, or who keeps the house, can do that");
    if (state == GRANT_REQUESTED) return OK;
    if (!self(c, person) && g->way != GRANT_BY_WORD && g->way != GRANT_BY_PAPER)
        return fail(c, E_DENIED, "what somebody else agreed to is noted as said or as written");
    return OK;
}

/* What receipts call them: random, and the same on all of theirs. */
static struct str principal_of(struct ctx *c, id person)
{
    struct str known = S("");
    EACH (r, c, SQL("SELECT principal FROM consent WHERE person=$1 ORDER BY id LIMIT 1"), I(person))
        known = row_str(&r, 0);
    return known.n ? known : random_token(c->a);
}

static err check_new(struct ctx *c, const struct grant_new *g, id person, grant_state state)
{
    TRY(may_begin(c, g, person, state));
    if (!g->purposes || g->purposes >= PURPOSE(PURPOSE_LAST + 1))
        return fail(c, E_INVALID, "please say what it is for");
    if (g->days < 0 || g->days > GRANT_DAYS)
        return fail(c, E_INVALID, "an agreement holds for at most %d days", GRANT_DAYS);
    if (fact_minor(c, person) && state != GRANT_REQUESTED && !g->parent)
        return fail(c, E_INVALID, "they are under age: a parent has to agree");
    return OK;
}

static id log_step(struct tx *t, id grant, const struct receipt_step *s, struct buf *data)
{
    struct str receipt = receipt_make(&t->c, s);
    if (receipt.n) rec_str(data, GRANT_REC_RECEIPT, receipt);
    return log_append(t, (struct event){ .kind = EVENT_GRANT_SAID,
                                         .subject = grant,
                                         .other = s->g->person,
                                         .channel = s->way == GRANT_BY_WORD ? CHANNEL_COUNTER
                                                                            : CHANNEL_WEB,
                                         .data = buf_str(data) });
}

static err begin(struct tx *t, const struct grant_new *g, grant_state state, id *out)
{
    struct ctx *c = &t->c;
    struct person who;
    struct grant now;
    struct buf data = { .a = c->a };
    struct audience heard = g->audience.n_any ? g->audience : audience_keepers();
    int64_t lasts = (int64_t)(g->days ? g->days : GRANT_DAYS) * DAY;
    TRY(person_get(c, g->person, &who));
    TRY(check_new(c, g, who.id, state));
    TRY(audience_check(c, &heard));
    now = (struct grant){ .person = who.id,
                          .state = state,
                          .begun = c->now,
                          .changed = c->now,
                          .until = c->now + lasts,
                          .lasts = lasts,
                          .purposes = g->purposes,
                          .special = g->special,
                          .principal = principal_of(c, who.id),
                          .language = g->language.n ? g->language : S("en"),
                          .terms = terms_of(c, who.id) };
    TRY(check_keys(c, g->keys, g->special, &now.keys));
    now.notice = grant_notice_hash(c->a, now.language);
    rec_int(&data, GRANT_REC_STATE, state);
    rec_int(&data, GRANT_REC_WAY, g->way);
    rec_int(&data, GRANT_REC_PURPOSES, g->purposes);
    rec_str(&data, GRANT_REC_KEYS, now.keys);
    audience_put(&data, GRANT_REC_AUDIENCE, &heard);
    rec_int(&data, GRANT_REC_UNTIL, now.until);
    rec_int(&data, GRANT_REC_SPECIAL, g->special);
    rec_int(&data, GRANT_REC_SEEN, self(c, who.id) && grant_permits(state));
    rec_int(&data, GRANT_REC_PARENT, g->parent);
    rec_str(&data, GRANT_REC_PRINCIPAL, now.principal);
    rec_str(&data, GRANT_REC_LANGUAGE, now.language);
    rec_str(&data, GRANT_REC_NOTICE, now.notice);
    rec_str(&data, GRANT_REC_TERMS, now.terms);
    struct receipt_step step = { .g = &now, .who = &heard, .way = g->way };
    *out = log_step(t, 0, &step, &data);
    return OK;
}

err grant_request(struct tx *t, const struct grant_new *g, id *out)
{
    return begin(t, g, GRANT_REQUESTED, out);
}

err grant_give(struct tx *t, const struct grant_new *g, id *out)
{
    return begin(t, g, GRANT_GIVEN, out);
}

/* ---- the next step ---------------------------------------------------------- */

/* From each state the steps that can be taken; withdrawing and being made void can always be. */
static bool can_go(grant_state from, grant_state to)
{
    bool open = grant_open(from);
    switch (to) {
    case GRANT_GIVEN: return open || from == GRANT_GIVEN; /* the person says so themselves */
    case GRANT_RENEWED: return grant_permits(from) || from == GRANT_EXPIRED;
    case GRANT_DEFERRED: return from == GRANT_REQUESTED;
    case GRANT_REFUSED: return open;
    case GRANT_WITHDRAWN:
    case GRANT_REVOKED: return from != to;
    case GRANT_EXPIRED: return grant_permits(from) || open;
    case GRANT_INVALIDATED: return from != to;
    case GRANT_REQUESTED:
    case GRANT_UNKNOWN: return false;
    }
    return false;
}

/* What the person alone says, and what a keeper may write down for them. */
static err may_step(struct ctx *c, const struct grant *g, grant_state to, grant_way way)
{
    bool own = self(c, g->person), keeper = keeper_role_of(c, c->viewer) != 0,
         told = keeper && (way == GRANT_BY_WORD || way == GRANT_BY_PAPER),
         house = c->viewer == 0 && way == GRANT_BY_CLOCK;
    bool may_it = false;
    switch (to) {
    case GRANT_GIVEN:
    case GRANT_RENEWED:
    case GRANT_DEFERRED:
    case GRANT_REFUSED:
    case GRANT_WITHDRAWN: may_it = own || told; break;
    case GRANT_REVOKED:
    case GRANT_INVALIDATED: may_it = keeper; break;
    case GRANT_EXPIRED: may_it = house; break;
    case GRANT_REQUESTED:
    case GRANT_UNKNOWN: break;
    }
    return may_it ? OK : fail(c, E_DENIED, "that is theirs to say");
}

/* Facts that rest on that grant. */
static int carried(struct ctx *c, id grant, id **out)
{
    int n = 0, all = (int)db_int(c, 0, SQL("SELECT count(*) FROM fact WHERE consent=$1"), I(grant));
    *out = NEW(c->a, id, MAX(all, 1));
    EACH (r, c, SQL("SELECT id FROM fact WHERE consent=$1 ORDER BY id LIMIT $2"), I(grant), I(all))
        (*out)[n++] = row_int(&r, 0);
    return n;
}

err grant_step(struct tx *t, id grant, grant_state to, grant_way way)
{
    struct ctx *c = &t->c;
    struct grant g;
    struct audience who;
    struct buf data = { .a = c->a };
    TRY(grant_get(c, grant, &g));
    TRY(may_step(c, &g, to, way));
    if (!can_go(g.state, to))
        return fail(c, E_CONFLICT, "this agreement is %.*s already; nothing was changed",
                    STR(grant_state_word(g.state)));
    bool longer = to == GRANT_RENEWED || (grant_permits(to) && !grant_permits(g.state));
    if (longer) g.until = c->now + g.lasts;
    rec_int(&data, GRANT_REC_STATE, to);
    rec_int(&data, GRANT_REC_WAY, way);
    if (longer) rec_int(&data, GRANT_REC_UNTIL, g.until);
    rec_int(&data, GRANT_REC_SEEN, grant_permits(to) && self(c, g.person));
    g.state = to;
    g.changed = c->now;
    audience_read(c, g.audience, &who);
    struct receipt_step step = { .g = &g, .who = &who, .way = way };
    id *gone = NULL;
    if (!grant_permits(to)) step.n_gone = carried(c, g.id, &gone);
    step.gone = gone;
    log_step(t, g.id, &step, &data);
    return fact_drop(t, gone, step.n_gone, to == GRANT_EXPIRED ? ERASE_UNNEEDED : ERASE_ASKED);
}

int grant_sweep(struct tx *t, int max)
{
    struct ctx *c = &t->c;
    id *over = NEW(c->a, id, MAX(max, 1)), viewer = c->viewer;
    int n = 0, done = 0;
    EACH (r, c,
          SQL("SELECT id FROM consent WHERE until<=$1 AND state IN($2, $3, $4, $5) ORDER BY id "
              "LIMIT $6 /* scan */"),
          I(c->now), I(GRANT_REQUESTED), I(GRANT_GIVEN), I(GRANT_RENEWED), I(GRANT_DEFERRED),
          I(max))
        over[n++] = row_int(&r, 0);
    c->viewer = 0;
    for (int i = 0; i < n; i++) done += grant_step(t, over[i], GRANT_EXPIRED, GRANT_BY_CLOCK) == OK;
    c->viewer = viewer;
    return done;
}
