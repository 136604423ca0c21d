/* SPDX-License-Identifier: GPL-3.0-or-later
 * fact_log.c - what events do to facts and grants, and what erasing leaves of both: from when a
 * fact was so, which says until when the one before it was, and the numbers of an audience, which
 * others may share. */
#include "facts/fact_log.h"
#include "facts/terms.h"

#include "kit/base/pack.h"

enum { REVIEW_DAYS = 30, PERSONS_MOST = 10000 };

/* ---- noted ----------------------------------------------------------------- */

struct noted {
    struct str key, value, basis, audience;
    int64_t type, origin, source, span_at, span_n, introducer, purposes, grant, assessment, class,
        minor, from, to, expires, state;
};

static struct noted noted_read(struct str data)
{
    struct noted n = { .key = S(""), .value = S(""), .basis = S(""), .audience = S("") };
    for (struct field f; rec_next(&data, &f);) switch (f.tag) {
        case FACT_REC_KEY: n.key = f.value; break;
        case FACT_REC_VALUE: n.value = f.value; break;
        case FACT_REC_TYPE: n.type = field_int(f); break;
        case FACT_REC_ORIGIN: n.origin = field_int(f); break;
        case FACT_REC_SOURCE: n.source = field_int(f); break;
        case FACT_REC_SPAN_AT: n.span_at = field_int(f); break;
        case FACT_REC_SPAN_N: n.span_n = field_int(f); break;
        case FACT_REC_INTRODUCER: n.introducer = field_int(f); break;
        case FACT_REC_PURPOSES: n.purposes = field_int(f); break;
        case FACT_REC_BASIS: n.basis = f.value; break;
        case FACT_REC_GRANT: n.grant = field_int(f); break;
        case FACT_REC_ASSESSMENT: n.assessment = field_int(f); break;
        case FACT_REC_AUDIENCE: n.audience = f.value; break;
        case FACT_REC_CLASS: n.class = field_int(f); break;
        case FACT_REC_MINOR: n.minor = field_int(f); break;
        case FACT_REC_FROM: n.from = field_int(f); break;
        case FACT_REC_TO: n.to = field_int(f); break;
        case FACT_REC_EXPIRES: n.expires = field_int(f); break;
        case FACT_REC_STATE: n.state = field_int(f); break;
        }
    return n;
}

/* A week's notice of what lives a month, a month's of what lives longer. */
static int64_t review_of(int64_t noticed, int64_t expires)
{
    return expires - MIN((expires - noticed) / 4, (int64_t)REVIEW_DAYS * DAY);
}

static void insert(struct tx *t, const struct event *e, const struct noted *n, int64_t audience)
{
    id person = person_real(&t->c, e->subject);
    db_do(t,
          SQL("INSERT INTO fact(id, person, about, key, value, vtype, origin, source, span_at, "
              "span_n, introducer, recorder, noticed_at, recorded_at, valid_from, valid_to, "
              "purposes, basis, consent, assessment, audience, class, minor, state, asked_at, "
              "words, review_by, expires_at, supersedes) VALUES($1, $2, $3, $4, $5, $6, $7, $8, "
              "$9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, 0, "
              "'', $25, $26, $27)"),
          I(e->id), I(person > 0 ? person : e->subject), I(e->subject), T(n->key), T(n->value),
          I(n->type), I(n->origin), I(n->source), I(n->span_at), I(n->span_n), I(n->introducer),
          I(e->actor), I(e->at), I(e->seen), I(n->from), I(n->to), I(n->purposes), T(n->basis),
          I_OR_NUL(n->grant), I_OR_NUL(n->assessment), I(audience), I(n->class), I(n->minor),
          I(n->state), I(review_of(e->at, n->expires)), I(n->expires), I(e->other));
}

/* What it follows was so until then; also when its own words are gone. */
static void noted(struct tx *t, const struct event *e)
{
    struct noted n = noted_read(e->data);
    int64_t from = n.from ? n.from : e->at;
    struct audience who;
    audience_of(t->c.a, n.audience, &who);
    int64_t audience = audience_keep(t, &who);
    if (n.key.n) insert(t, e, &n, audience);
    if (e->other)
        db_do(t,
              SQL("UPDATE fact SET valid_to=$1 WHERE id=$2 AND (valid_to=0 OR "
                  "valid_to>$1)"),
              I(from), I(e->other));
}

/* ---- said ------------------------------------------------------------------ */

static void said(struct tx *t, const struct event *e)
{
    struct str rest = e->data;
    for (struct field f; rec_next(&rest, &f);) switch (f.tag) {
        case FACT_REC_STATE:
            if (field_int(f) <= FACT_RESTRICTED)
                db_do(t, SQL("UPDATE fact SET state=$1 WHERE id=$2"), I(field_int(f)),
                      I(e->subject));
            break;
        case FACT_REC_TO:
            db_do(t, SQL("UPDATE fact SET valid_to=$1 WHERE id=$2"), I(field_int(f)),
                  I(e->subject));
            break;
        case FACT_REC_WORDS:
            db_do(t, SQL("UPDATE fact SET words=$1 WHERE id=$2"), T(f.value), I(e->subject));
            break;
        case FACT_REC_AUDIENCE: {
            struct audience who;
            audience_of(t->c.a, f.value, &who);
            db_do(t, SQL("UPDATE fact SET audience=$1 WHERE id=$2"), I(audience_keep(t, &who)),
                  I(e->subject));
            break;
        }
        case FACT_REC_EXPIRES:
            db_do(t, SQL("UPDATE fact SET expires_at=$1, review_by=$2 WHERE id=$3"),
                  I(field_int(f)), I(review_of(e->at, field_int(f))), I(e->subject));
            break;
        }
}

static void weighed(struct tx *t, const struct event *e)
{
    struct str interest = S(""), necessity = S(""), balance = S(""), rest = e->data;
    for (struct field f; rec_next(&rest, &f);)
        if (f.tag == FACT_REC_KEY) interest = f.value;
        else if (f.tag == FACT_REC_VALUE) necessity = f.value;
        else if (f.tag == FACT_REC_WORDS) balance = f.value;
    db_do(t,
          SQL("INSERT INTO weighed(event, purpose, interest, necessity, balance) VALUES($1, $2, "
              "$3, $4, $5)"),
          I(e->id), I(e->subject), T(interest), T(necessity), T(balance));
}

/* ---- persons that become one, or two again --------------------------------- */

static void joined(struct tx *t, id stays, id goes)
{
    db_do(t, SQL("UPDATE fact SET person=$1 WHERE person=$2"), I(stays), I(goes));
    db_do(t, SQL("UPDATE consent SET person=$1 WHERE person=$2"), I(stays), I(goes));
    db_do(t, SQL("UPDATE terms SET person=$1 WHERE person=$2"), I(stays), I(goes));
}

/* What was noted of who is a person of their own again goes with them. */
static void parted(struct tx *t, id person)
{
    struct ctx *c = &t->c;
    id *about = NEW(c->a, id, PERSONS_MOST);
    int n = 0;
    EACH (r, c,
          SQL("SELECT about FROM fact WHERE person=$1 UNION SELECT about FROM consent WHERE "
              "person=$1 UNION SELECT about FROM terms WHERE person=$1 LIMIT $2"),
          I(person), I(PERSONS_MOST))
        about[n++] = row_int(&r, 0);
    for (int i = 0; i < n; i++) {
        id real = person_real(c, about[i]);
        if (real <= 0) continue;
        db_do(t, SQL("UPDATE fact SET person=$1 WHERE about=$2 AND person=$3"), I(real),
              I(about[i]), I(person));
        db_do(t, SQL("UPDATE consent SET person=$1 WHERE about=$2 AND person=$3"), I(real),
              I(about[i]), I(person));
        db_do(t, SQL("UPDATE terms SET person=$1 WHERE about=$2 AND person=$3"), I(real),
              I(about[i]), I(person));
    }
}

/* ---- erased ---------------------------------------------------------------- */

static void forget_person(struct tx *t, id person)
{
    db_do(t, SQL("DELETE FROM fact WHERE person=$1"), I(person));
    db_do(t,
          SQL("DELETE FROM consent_step WHERE consent IN(SELECT id FROM consent WHERE person=$1)"),
          I(person));
    db_do(t, SQL("DELETE FROM consent WHERE person=$1"), I(person));
    db_do(t, SQL("DELETE FROM terms WHERE person=$1"), I(person));
}

/* Facts that are named, those that only point at a message that goes, and all of persons who go. */
static void erased(struct tx *t, const struct event *x)
{
    struct ctx *c = &t->c;
    struct erasure e;
    erasure_read(c->a, x->data, &e);
    for (int i = 0; i < e.n_messages; i++) {
        db_do(t, SQL("DELETE FROM fact WHERE id=$1"), I(e.messages[i]));
        db_do(t, SQL("DELETE FROM fact WHERE source=$1 AND source<>0 AND origin=$2"),
              I(e.messages[i]), I(FACT_OBSERVED));
    }
    for (int i = 0; i < e.n_handles; i++) {
        id who = db_int(c, 0, SQL("SELECT person FROM handle WHERE key=$1"), I(e.handles[i]));
        if (who && person_real(c, who) < 0) forget_person(t, who);
    }
}

/* Of the statement, or of the grant, $1 is the subject, or else the other. */
#define ABOUT " FROM event WHERE kind IN($2, $3) AND subject=$1 OR kind IN($4, $5, $6) AND other=$1"

int fact_events_about(struct ctx *c, id person, id **out)
{
    int n = 0, all = (int)db_int(c, 0, SQL("SELECT count(*)" ABOUT), I(person), I(EVENT_FACT_NOTED),
                                 I(EVENT_TERMS_CHOSEN), I(EVENT_FACT_SAID), I(EVENT_FACT_ASKED),
                                 I(EVENT_GRANT_SAID));
    *out = NEW(c->a, id, MAX(all, 1));
    EACH (r, c, SQL("SELECT id" ABOUT " ORDER BY id LIMIT $7"), I(person), I(EVENT_FACT_NOTED),
          I(EVENT_TERMS_CHOSEN), I(EVENT_FACT_SAID), I(EVENT_FACT_ASKED), I(EVENT_GRANT_SAID),
          I(all))
        (*out)[n++] = row_int(&r, 0);
    return n;
}

static bool fact_left(struct tx *t, const struct event *x, const struct erasure *e, struct buf *out)
{
    struct str rest = x->data;
    bool fact = x->kind == EVENT_FACT_NOTED || x->kind == EVENT_FACT_SAID,
         grant = x->kind == EVENT_GRANT_SAID;
    (void)t, (void)e;
    for (struct field f; (fact || grant) && rec_next(&rest, &f);)
        if (fact ? f.tag == FACT_REC_FROM || f.tag == FACT_REC_AUDIENCE
                 : f.tag == GRANT_REC_AUDIENCE)
            rec_str(out, f.tag, f.value);
    return fact || grant;
}

static void fact_apply(struct tx *t, const struct event *e)
{
    switch (e->kind) {
    case EVENT_FACT_NOTED: noted(t, e); break;
    case EVENT_FACT_SAID: said(t, e); break;
    case EVENT_FACT_ASKED:
        db_do(t, SQL("UPDATE fact SET asked_at=$1 WHERE id=$2"), I(e->at), I(e->subject));
        break;
    case EVENT_FACT_WEIGHED: weighed(t, e); break;
    case EVENT_GRANT_SAID: grant_apply(t, e); break;
    case EVENT_TERMS_CHOSEN: terms_apply(t, e); break;
    case EVENT_PERSON_MERGED: joined(t, e->subject, e->other); break;
    case EVENT_PERSON_SPLIT: parted(t, e->subject); break;
    case EVENT_ERASED: erased(t, e); break;
    }
}

static const char schema[] =
#include "facts/fact_sql.inc"
    ;
static const struct derived derived[] = {
    { "fact", "iiissiiiiiiiiiiiisiiiiiiisiii", SQL("DELETE FROM fact"),
      SQL("SELECT id, person, about, key, value, vtype, origin, source, span_at, span_n, "
          "introducer, recorder, noticed_at, recorded_at, valid_from, valid_to, purposes, basis, "
          "coalesce(consent, 0), coalesce(assessment, 0), audience, class, minor, state, asked_at, "
          "words, review_by, expires_at, supersedes FROM fact ORDER BY id /* scan */") },
    { "consent_step", "iiiiii", SQL("DELETE FROM consent_step"),
      SQL("SELECT event, consent, at, actor, way, state FROM consent_step ORDER BY event /* scan "
          "*/") },
    { "consent", "iiiiiiiiisiiiissss", SQL("DELETE FROM consent"),
      SQL("SELECT id, person, about, state, permits, begun, changed, until, purposes, keys, "
          "special, seen, parent, audience, principal, language, notice, terms FROM consent ORDER "
          "BY id /* scan */") },
    { "terms", "iiis", SQL("DELETE FROM terms"),
      SQL("SELECT event, person, about, name FROM terms ORDER BY event /* scan */") },
    { "weighed", "iisss", SQL("DELETE FROM weighed"),
      SQL("SELECT event, purpose, interest, necessity, balance FROM weighed ORDER BY event /* "
          "scan */") },
};
const struct concept facts_concept = { .name = "facts",
                                       .schema = schema,
                                       .derived = derived,
                                       .n_derived = COUNT(derived),
                                       .apply = fact_apply,
                                       .left = fact_left };
