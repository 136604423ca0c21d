/* SPDX-License-Identifier: GPL-3.0-or-later
 * me_json.c - what is kept of somebody, for a program: words as on the page, keys that stay. */
#include "facts/terms.h"
#include "kit/base/date.h"
#include "kit/base/json.h"
#include "today/me.h"

static void add_day(struct ctx *c, struct json *j, const char *key, int64_t at)
{
    if (at) json_add_str(j, key, date_iso(c->a, at));
}

static void add_facts(struct ctx *c, struct json *top, const struct me_facts *m)
{
    struct json *list = json_nest_list(top, "facts");
    for (int i = 0; i < m->n; i++) {
        const struct me_fact *x = &m->at[i];
        struct json *j = json_nest(list, NULL);
        json_add_int(j, "id", x->fact.id);
        json_add_str(j, "key", x->fact.key);
        json_add_str(j, "value", x->fact.value);
        json_add_str(j, "says", x->says);
        json_add_str(j, "origin", fact_origin_word(x->fact.origin));
        json_add_str(j, "from", x->from);
        json_add_str(j, "source", x->source);
        json_add_str(j, "state", fact_state_word(x->fact.state));
        json_add_str(j, "purposes", x->purposes);
        json_add_str(j, "basis", x->fact.basis);
        json_add_str(j, "seen_by", x->audience);
        json_add_str(j, "your_words", x->fact.words);
        add_day(c, j, "noted", x->fact.recorded_at);
        add_day(c, j, "true_from", x->fact.valid_from);
        add_day(c, j, "true_until", x->fact.valid_to);
        add_day(c, j, "gone_on", x->fact.expires_at);
    }
}

static void add_talks(struct ctx *c, struct json *top, const struct me *m)
{
    struct json *talks = json_nest_list(top, "conversations"),
                *waits = json_nest_list(top, "waits"), *ties = json_nest_list(top, "ties");
    for (int i = 0; i < m->talks.n; i++) {
        struct json *j = json_nest(talks, NULL);
        json_add_int(j, "last_message", m->talks.at[i].message);
        json_add_str(j, "subject", m->talks.at[i].subject);
        json_add_int(j, "messages", m->talks.at[i].messages);
        add_day(c, j, "last", m->talks.at[i].last_at);
    }
    for (int i = 0; i < m->waits.n; i++) {
        struct json *j = json_nest(waits, NULL);
        json_add_str(j, "with", m->waits.at[i].keeper_name);
        json_add_bool(j, "you_wait", m->waits.at[i].theirs);
        json_add_str(j, "line", m->waits.at[i].line);
        add_day(c, j, "since", m->waits.at[i].since);
    }
    for (int i = 0; i < m->n_ties; i++) {
        struct json *j = json_nest(ties, NULL);
        json_add_str(j, "with", m->ties[i].name);
        json_add_str(j, "words", m->ties[i].words);
        json_add_str(j, "rests_on", m->ties[i].rests);
    }
}

static void add_grants(struct ctx *c, struct json *top, const char *key, const struct me_grant *m,
                       int n)
{
    struct json *list = json_nest_list(top, key);
    for (int i = 0; i < n; i++) {
        struct json *j = json_nest(list, NULL);
        json_add_int(j, "id", m[i].grant.id);
        json_add_str(j, "what", m[i].what);
        json_add_str(j, "state", grant_state_word(m[i].grant.state));
        json_add_str(j, "seen_by", m[i].audience);
        json_add_str(j, "principal", m[i].grant.principal);
        json_add_str(j, "notice", m[i].grant.notice);
        json_add_int(j, "receipt", m[i].receipt);
        add_day(c, j, "since", m[i].grant.changed);
        add_day(c, j, "until", m[i].grant.until);
    }
}

static void add_looks(struct ctx *c, struct json *top, const struct looks *m)
{
    struct json *list = json_nest_list(top, "looks");
    for (int i = 0; i < m->n; i++) {
        struct json *j = json_nest(list, NULL);
        json_add_str(j, "who", m->at[i].keeper_name);
        json_add_str(j, "what", look_words(m->at[i].kind));
        json_add_str(j, "day", date_day(c->a, m->at[i].at, c->offset_s));
    }
}

static void add_records(struct ctx *c, struct json *top)
{
    struct json *list = json_nest_list(top, "records");
    struct me_helds all;
    me_held(c, false, &all);
    for (int i = 0; i < all.n; i++) {
        if (!all.at[i].n) continue;
        struct json *j = json_nest(list, NULL);
        json_add_str(j, "table", str_c(all.at[i].table));
        json_add_str(j, "what", all.at[i].what);
        json_add_int(j, "rows", all.at[i].n);
        json_add_str(j, all.at[i].withheld ? "withheld" : "shown", all.at[i].where);
    }
}

struct str me_json(struct ctx *c, const struct me *m)
{
    struct json *top = json_begin(c->a);
    struct json *addresses;
    json_add_str(top, "house", m->house);
    json_add_str(top, "at", date_iso(c->a, m->now));
    json_add_int(top, "person", m->who.id);
    json_add_str(top, "name", m->who.name);
    addresses = json_nest_list(top, "addresses");
    for (int i = 0; i < m->handles.n; i++) json_add_str(addresses, NULL, m->handles.at[i].uri);
    json_add_bool(top, "never_write", m->who.mute);
    json_add_bool(top, "engine_off", m->who.engine_off);
    json_add_str(top, "terms", terms_of(c, c->viewer));
    add_facts(c, top, &m->facts);
    add_talks(c, top, m);
    add_grants(c, top, "asked", m->asked, m->n_asked);
    add_grants(c, top, "consents", m->given, m->n_given);
    add_looks(c, top, &m->looks);
    add_records(c, top);
    return json_write(top);
}
