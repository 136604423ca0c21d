/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "facts/terms.h"

#include "facts/fact_log.h"
#include "kit/base/pack.h"

enum { REC_TERMS = 1 };

static const struct str vocabularies[] = { S_INIT("https://w3id.org/dpv/standards/ieee/7012#"),
                                           S_INIT("https://w3id.org/dpv/standards/p7012#") };
static const struct base {
    struct str name;
    bool profiling, about_engine;
} bases[] = { { S_INIT("SD-BASE"), false, true },    { S_INIT("SD-BASE-A"), false, true },
              { S_INIT("SD-BASE-AT"), false, true }, { S_INIT("SD-BASE-ATP"), true, true },
              { S_INIT("PDC-INTENT"), true, false }, { S_INIT("TPR"), true, false } };

static bool take_end(struct str *name, struct str end)
{
    if (!str_ends(*name, end)) return false;
    *name = str_upto(*name, name->n - end.n);
    return true;
}

bool terms_read(struct str iri, struct terms *out)
{
    for (int i = 0; i < COUNT(vocabularies); i++)
        if (str_begins(iri, vocabularies[i])) iri = str_from(iri, vocabularies[i].n);
    struct terms t = { .name = iri };
    t.takes_along = take_end(&iri, S("-DP"));
    t.anonymous = take_end(&iri, S("-S3P"));
    for (int i = 0; i < COUNT(bases); i++) {
        if (!str_eq(iri, bases[i].name)) continue;
        if (!bases[i].about_engine && (t.takes_along || t.anonymous)) return false;
        t.profiling = bases[i].profiling;
        t.about_engine = bases[i].about_engine;
        *out = t;
        return true;
    }
    return false;
}

struct str terms_iri(struct arena *a, struct str name)
{
    return str_fmt(a, "%.*s%.*s", STR(vocabularies[0]), STR(name));
}

err terms_choose(struct tx *t, id person, struct str iri)
{
    struct ctx *c = &t->c;
    struct terms chosen = { .name = S("") };
    struct buf data = { .a = c->a };
    person = person_real(c, person);
    if (!c->viewer || c->viewer != person)
        return fail(c, E_DENIED, "their terms are theirs to choose");
    if (iri.n && !terms_read(iri, &chosen))
        return fail(c, E_INVALID, "the house does not know these terms");
    rec_str(&data, REC_TERMS, chosen.name);
    log_append(t, (struct event){
                      .kind = EVENT_TERMS_CHOSEN, .subject = person, .data = buf_str(&data) });
    return OK;
}

struct str terms_of(struct ctx *c, id person)
{
    struct str name = S("");
    EACH (r, c, SQL("SELECT name FROM terms WHERE person=$1 ORDER BY event DESC LIMIT 1"),
          I(person_real(c, person)))
        name = row_str(&r, 0);
    return name;
}

bool terms_engine_off(struct ctx *c, id person)
{
    struct terms t;
    if (terms_read(terms_of(c, person), &t) && t.about_engine && !t.profiling) return true;
    return db_int(c, 0, SQL("SELECT 1 FROM fact WHERE person=$1 AND minor=1 LIMIT 1"),
                  I(person_real(c, person))) != 0;
}

void terms_apply(struct tx *t, const struct event *e)
{
    struct str rest = e->data;
    for (struct field f; rec_next(&rest, &f);)
        if (f.tag == REC_TERMS)
            db_do(t, SQL("INSERT INTO terms(event, person, about, name) VALUES($1, $2, $2, $3)"),
                  I(e->id), I(e->subject), T(f.value));
}
