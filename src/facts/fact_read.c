/* SPDX-License-Identifier: GPL-3.0-or-later
 * fact_read.c - what the viewer may see of what is noted, and what of it may be said. */
#include "facts/fact_log.h"
#include "kit/base/date.h"
#include "kit/base/text.h"

/* A fact f that holds now: its time is not over, and neither is that of the grant it rests on. $1
 * is now. */
#define FACT_HOLDS                                                                                 \
    "f.expires_at>$1 AND (f.consent IS NULL OR EXISTS(SELECT 1 FROM consent k WHERE "              \
    "k.id=f.consent AND k.permits=1 AND k.until>$1))"
/* The viewer may see it: it is about them; or it is for them, and they said of it that it is
 * right or nothing (5: restricted), or noted it themselves. */
#define FACT_SEEN(viewer_)                                                                         \
    "(f.person=" viewer_ " OR (f.state<>5 OR f.recorder=" viewer_                                  \
    ") AND " REACHED("f.audience", viewer_) ")"
#define FACT_COLUMNS                                                                               \
    "f.id, f.person, f.key, f.value, f.vtype, f.origin, f.class, f.state, f.source, f.span_at, "   \
    "f.span_n, f.introducer, f.recorder, coalesce(f.consent, 0), f.supersedes, f.noticed_at, "     \
    "f.recorded_at, f.valid_from, f.valid_to, f.asked_at, f.review_by, f.expires_at, f.purposes, " \
    "f.basis, coalesce(f.assessment, 0), f.audience, f.words, f.minor"

/* Told, introduced and so on: said only when the person said that it is right, or another house has
 * it from them. */
static bool may_be_said(const struct fact *f)
{
    if (f->state == FACT_CONFIRMED) return f->origin != FACT_OBSERVED;
    return f->origin == FACT_RECEIVED && f->state == FACT_HELD;
}

static struct fact fact_row(struct rows *r)
{
    struct fact f = { .id = row_int(r, 0),
                      .person = row_int(r, 1),
                      .key = row_str(r, 2),
                      .value = row_str(r, 3),
                      .type = (fact_type)row_int(r, 4),
                      .origin = (fact_origin)row_int(r, 5),
                      .class = (fact_class)row_int(r, 6),
                      .state = (fact_state)row_int(r, 7),
                      .source = row_int(r, 8),
                      .span_at = row_int(r, 9),
                      .span_n = row_int(r, 10),
                      .introducer = row_int(r, 11),
                      .recorder = row_int(r, 12),
                      .grant = row_int(r, 13),
                      .supersedes = row_int(r, 14),
                      .noticed_at = row_int(r, 15),
                      .recorded_at = row_int(r, 16),
                      .valid_from = row_int(r, 17),
                      .valid_to = row_int(r, 18),
                      .asked_at = row_int(r, 19),
                      .review_by = row_int(r, 20),
                      .expires_at = row_int(r, 21),
                      .purposes = (unsigned)row_int(r, 22),
                      .basis = row_str(r, 23),
                      .assessment = row_int(r, 24),
                      .audience = row_int(r, 25),
                      .words = row_str(r, 26),
                      .minor = row_bool(r, 27) };
    f.speakable = may_be_said(&f);
    return f;
}

void fact_list(struct ctx *c, const struct fact_query *q, struct facts *out)
{
    *out = (struct facts){ .at = NEW(c->a, struct fact, MAX(q->max, 1)) };
    EACH (r, c,
          SQL("SELECT " FACT_COLUMNS " FROM fact f WHERE f.person=$3 AND " FACT_HOLDS
              " AND " FACT_SEEN(
                  "$2") " AND ($4 + 0=1 OR f.valid_to=0 OR f.valid_to>$1) ORDER BY f.key, "
                        "f.id DESC LIMIT $5"),
          I(c->now), I(c->viewer), I(person_real(c, q->person)), I(q->history), I(q->max))
        out->at[out->n++] = fact_row(&r);
}

void fact_in_circle(struct ctx *c, id circle, int max, struct facts *out)
{
    *out = (struct facts){ .at = NEW(c->a, struct fact, MAX(max, 1)) };
    EACH (r, c,
          SQL("SELECT " FACT_COLUMNS " FROM audience_part o JOIN fact f ON f.audience=o.audience "
              "WHERE o.kind=$3 AND o.who=$4 AND o.yes=1 AND f.value<>'' AND f.state<$5 "
              "AND " FACT_HOLDS " AND " FACT_SEEN("$2") " ORDER BY f.id DESC LIMIT $6"),
          I(c->now), I(c->viewer), I(PARTY_CIRCLE), I(circle), I(FACT_DISPUTED), I(max))
        out->at[out->n++] = fact_row(&r);
}

err fact_get(struct ctx *c, id fact, struct fact *out)
{
    bool found = false;
    EACH (r, c,
          SQL("SELECT " FACT_COLUMNS " FROM fact f WHERE f.id=$3 AND " FACT_HOLDS
              " AND " FACT_SEEN("$2")),
          I(c->now), I(c->viewer), I(fact)) {
        *out = fact_row(&r);
        found = true;
    }
    return found ? OK : fail(c, E_NOTFOUND, "there is no such fact (any more)");
}

/* ---- by words ------------------------------------------------------------------ */

static bool has_beginning(struct str text, struct str begins)
{
    for (struct str word; text_word(&text, &word);)
        if (str_begins(word, begins)) return true;
    return false;
}

static bool fits(struct arena *a, struct str key, struct str value, struct str typed)
{
    const struct fact_key *k = fact_key_of(key);
    struct str text =
        str_fmt(a, "%.*s %.*s %.*s", STR(k ? k->label : key), STR(k ? k->says : S("")), STR(value));
    text = text_fold(a, text);
    for (struct str word; text_word(&typed, &word);)
        if (!has_beginning(text, word)) return false;
    return true;
}

void fact_find(struct ctx *c, struct str words, int max, struct facts *out)
{
    struct str typed = text_fold(c->a, words);
    struct arena *round = arena_child(c->a);
    id *found = NEW(c->a, id, MAX(max, 1));
    int n = 0;
    *out = (struct facts){ NEW(c->a, struct fact, MAX(max, 1)), 0 };
    if (!text_letters(typed)) return;
    EACH (r, c,
          SQL("SELECT f.id, f.key, f.value FROM fact f WHERE f.value<>'' AND " FACT_HOLDS
              " AND " FACT_SEEN("$2") " ORDER BY f.id DESC LIMIT $3 /* scan */"),
          I(c->now), I(c->viewer), I(FACT_LOOKED)) {
        arena_clear(round);
        if (n == max) break;
        if (fits(round, row_str(&r, 1), row_str(&r, 2), typed)) found[n++] = row_int(&r, 0);
    }
    for (int i = 0; i < n; i++) out->n += fact_get(c, found[i], &out->at[out->n]) == OK;
}

/* ---- may --------------------------------------------------------------------- */

static bool sees(struct ctx *c, id fact)
{
    return db_int(c, 0,
                  SQL("SELECT 1 FROM fact f WHERE f.id=$3 AND " FACT_HOLDS " AND " FACT_SEEN("$2")),
                  I(c->now), I(c->viewer), I(fact)) != 0;
}

/* Who noted it and still may see it, whom it is about, or an owner, who need not see it. */
bool fact_may_change(struct ctx *c, id fact)
{
    if (!c->viewer) return false;
    if (keeper_role_of(c, c->viewer) == KEEPER_OWNER)
        return db_int(c, 0, SQL("SELECT 1 FROM fact WHERE id=$1"), I(fact)) != 0;
    return sees(c, fact) &&
           db_int(c, 0, SQL("SELECT 1 FROM fact WHERE id=$1 AND (person=$2 OR recorder=$2)"),
                  I(fact), I(c->viewer)) != 0;
}

/* Only what the person confirmed and agreed to; never of somebody under age, and never onward. */
static bool may_pass_on(struct ctx *c, id fact)
{
    struct fact f;
    return fact_get(c, fact, &f) == OK && f.state == FACT_CONFIRMED && f.grant && !f.minor &&
           f.origin != FACT_RECEIVED;
}

static bool fact_may(struct ctx *c, verb v, id fact)
{
    switch (v) {
    case MAY_SEE: return sees(c, fact);
    case MAY_ANSWER:
        return db_int(c, 0, SQL("SELECT 1 FROM fact WHERE id=$1 AND person=$2"), I(fact),
                      I(c->viewer)) != 0;
    case MAY_CHANGE: return fact_may_change(c, fact);
    case MAY_PASS_ON: return may_pass_on(c, fact);
    }
    return false;
}

void fact_start(void)
{
    may_rule(THING_FACT, fact_may);
    may_rule(THING_GRANT, grant_may);
}

/* ---- in words ------------------------------------------------------------------ */

struct speakable {
    struct str words;
};

static struct str value_words(struct ctx *c, const struct fact *f)
{
    int64_t day;
    if (f->type != FACT_DATE) return f->value;
    bool yearless = str_begins(f->value, S("--"));
    struct str whole = yearless ? str_fmt(c->a, "2000-%.*s", STR(str_from(f->value, 2))) : f->value;
    if (!date_parse_iso(whole, &day, NULL)) return f->value;
    struct str words = date_people(c->a, day, 0);
    return yearless ? str_upto(words, words.n - 5) : words;
}

struct str fact_words(struct ctx *c, const struct fact *f)
{
    const struct fact_key *k = fact_key_of(f->key);
    struct buf out = { .a = c->a };
    if (f->valid_to && f->valid_to <= c->now) buf_add(&out, S("was: "));
    if (k && k->says.n) buf_fmt(&out, "%.*s ", STR(k->says));
    buf_add(&out, value_words(c, f));
    if (f->valid_from) buf_fmt(&out, ", from %d", date_civil(f->valid_from, c->offset_s).year);
    if (f->valid_to) buf_fmt(&out, ", until %d", date_civil(f->valid_to, c->offset_s).year);
    return buf_str(&out);
}

const struct speakable *fact_speakable(struct ctx *c, id fact)
{
    struct fact f;
    if (fact_get(c, fact, &f) != OK) return NULL;
    if (!f.speakable) {
        (void)fail(c, E_DENIED, "this was noticed, not told: you can ask about it");
        return NULL;
    }
    struct speakable *s = NEW(c->a, struct speakable, 1);
    s->words = value_words(c, &f);
    return s;
}

void fact_say(struct buf *out, const struct speakable *s) { buf_add(out, s->words); }
