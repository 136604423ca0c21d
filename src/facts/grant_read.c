/* SPDX-License-Identifier: GPL-3.0-or-later
 * grant_read.c - what was agreed to, for who may know it: the person, keepers, the house. */
#include "facts/fact_log.h"
#include "kit/base/hash.h"

#define GRANT_COLUMNS                                                                              \
    "k.id, k.person, k.state, k.permits, k.begun, k.changed, k.until, k.purposes, k.keys, "        \
    "k.special, k.seen, k.parent, k.audience, k.principal, k.language, k.notice, k.terms, k.lasts"

static struct grant grant_row(struct rows *r)
{
    struct grant g = { .id = row_int(r, 0),
                       .person = row_int(r, 1),
                       .state = (grant_state)row_int(r, 2),
                       .permits = row_bool(r, 3),
                       .begun = row_int(r, 4),
                       .changed = row_int(r, 5),
                       .until = row_int(r, 6),
                       .purposes = (unsigned)row_int(r, 7),
                       .keys = row_str(r, 8),
                       .special = row_bool(r, 9),
                       .seen = row_bool(r, 10),
                       .parent = row_bool(r, 11),
                       .audience = row_int(r, 12),
                       .principal = row_str(r, 13),
                       .language = row_str(r, 14),
                       .notice = row_str(r, 15),
                       .terms = row_str(r, 16),
                       .lasts = row_int(r, 17) };
    if (g.until <= r->c->now || (g.special && !g.seen)) g.permits = false;
    return g;
}

bool grant_may(struct ctx *c, verb v, id grant)
{
    id person = db_int(c, 0, SQL("SELECT person FROM consent WHERE id=$1"), I(grant));
    if (!person || v == MAY_PASS_ON) return false;
    return c->viewer == 0 || c->viewer == person || keeper_role_of(c, c->viewer) != 0;
}

err grant_get(struct ctx *c, id grant, struct grant *out)
{
    bool found = false;
    if (grant_may(c, MAY_SEE, grant))
        EACH (r, c, SQL("SELECT " GRANT_COLUMNS " FROM consent k WHERE k.id=$1"), I(grant)) {
            *out = grant_row(&r);
            found = true;
        }
    return found ? OK : fail(c, E_NOTFOUND, "there is no such agreement");
}

void grant_list(struct ctx *c, id person, int max, struct grants *out)
{
    *out = (struct grants){ .at = NEW(c->a, struct grant, max) };
    person = person_real(c, person);
    if (c->viewer != person && !keeper_role_of(c, c->viewer)) return;
    EACH (r, c,
          SQL("SELECT " GRANT_COLUMNS " FROM consent k WHERE k.person=$1 ORDER BY k.id DESC "
              "LIMIT $2"),
          I(person), I(max))
        out->at[out->n++] = grant_row(&r);
}

struct str grant_words(struct ctx *c, const struct grant *g)
{
    struct str purposes = fact_purposes_words(c->a, g->purposes), rest = g->keys, word;
    struct buf keys = { .a = c->a };
    while (str_cut(&rest, ' ', &word)) {
        const struct fact_key *k = fact_key_of(word);
        if (k) buf_fmt(&keys, "%s%.*s", keys.n ? ", " : "", STR(k->label));
    }
    if (!keys.n) return purposes;
    return str_fmt(c->a, "%.*s (kept for it: %.*s)", STR(purposes), STR(buf_str(&keys)));
}

struct str grant_lasts(struct arena *a, const struct grant *g)
{
    enum { MONTH = 30 * DAY + 10 * HOUR };
    int64_t days = g->lasts / DAY, months = (g->lasts + 5 * DAY) / MONTH;
    const char *word = months < 1 ? "day" : months % 12 ? "month" : "year";
    int64_t n = months < 1 ? days : months % 12 ? months : months / 12;
    if (n == 1) return str_fmt(a, "for a %s", word);
    return str_fmt(a, "for %" PRId64 " %ss", n, word);
}

id grant_covering(struct ctx *c, id person, struct str key, unsigned purposes)
{
    const struct fact_key *k = fact_key_of(key);
    bool special = k && k->class == FACT_SPECIAL;
    struct str word = str_fmt(c->a, "%% %.*s %%", STR(key));
    int64_t wanted = purposes;
    return db_int(c, 0,
                  SQL("SELECT id FROM consent WHERE person=$1 AND permits=1 AND until>$2 AND "
                      "(purposes & $3)=$3 AND (keys LIKE $4 OR keys='' AND $5 + 0=0) AND "
                      "special=$5 AND (special=0 OR seen=1) ORDER BY id DESC LIMIT 1"),
                  I(person_real(c, person)), I(c->now), I(wanted), T(word), I(special));
}

void grant_chain(struct ctx *c, id grant, int max, struct grant_chain *out)
{
    *out = (struct grant_chain){ .at = NEW(c->a, struct grant_step_line, max) };
    if (!grant_may(c, MAY_SEE, grant)) return;
    EACH (r, c,
          SQL("SELECT event, actor, at, way, state FROM consent_step WHERE consent=$1 ORDER BY "
              "event LIMIT $2"),
          I(grant), I(max))
        out->at[out->n++] = (struct grant_step_line){ .event = row_int(&r, 0),
                                                      .actor = row_int(&r, 1),
                                                      .at = row_int(&r, 2),
                                                      .way = (grant_way)row_int(&r, 3),
                                                      .state = (grant_state)row_int(&r, 4) };
}
