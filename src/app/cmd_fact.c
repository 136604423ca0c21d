/* SPDX-License-Identifier: GPL-3.0-or-later
 * cmd_fact.c - snug facts, note: what is noted of somebody, and noting it, from a terminal. */
#include "app/command.h"
#include "facts/fact_web.h"
#include "kit/base/date.h"
#include "kit/base/json.h"
#include "kit/base/text.h"
#include "people/look.h"

/* As one keeper: --as ADDRESS, else the first. */
struct noting {
    struct call *k;
    struct str as, person, line, whom;
    bool noticed;
    id viewer, looked_at; /* looked_at: a look to be noted, or 0 */
    struct str out;
};

static err find_viewer(struct ctx *c, void *arg)
{
    struct noting *n = arg;
    return call_viewer(c, n->as, &n->viewer);
}

static int viewer_of(struct noting *n)
{
    struct work w = { .a = n->k->a };
    return work_read(n->k->home.store, &w, find_viewer, n) == OK ? EXIT_OK : call_fail(w.why);
}

/* By number, or by words that only one goes by. */
static err named(struct ctx *c, struct str words, struct person *out)
{
    struct person_lines m;
    id who;
    if (str_int(words, &who)) return person_get(c, who, out);
    person_find(c, &(struct person_query){ .words = words, .after = S(""), .max = 2 }, &m);
    if (!m.n) return fail(c, E_NOTFOUND, "nobody is called %.*s here", STR(words));
    if (m.n > 1)
        return fail(c, E_INVALID, "more than one is called %.*s: `snug people` says their numbers",
                    STR(words));
    return person_get(c, m.at[0].id, out);
}

/* ---- facts --------------------------------------------------------------------- */

static void put_json(struct ctx *c, struct json *all, const struct fact_line *l, const char *group)
{
    struct json *j = json_nest(all, NULL);
    json_add_int(j, "id", l->fact.id);
    json_add_str(j, "group", str_c(group));
    json_add_str(j, "key", l->fact.key);
    json_add_str(j, "value", l->fact.value);
    json_add_str(j, "says", l->says);
    json_add_bool(j, "speakable", l->fact.speakable);
    json_add_str(j, "state", fact_state_word(l->fact.state));
    json_add_str(j, "origin", fact_origin_word(l->fact.origin));
    json_add_str(j, "from", l->from);
    json_add_str(j, "seen", l->seen);
    json_add_str(j, "until", date_iso(c->a, l->fact.expires_at));
    json_add_str(j, "before", l->before);
}

static void put_lines(struct ctx *c, struct buf *o, const char *title, const struct fact_lines *m)
{
    if (m->n) buf_fmt(o, "%s\n", title);
    for (int i = 0; i < m->n; i++) {
        const struct fact_line *l = &m->at[i];
        buf_fmt(o, "%6" PRId64 "  %.*s\n        %.*s; %.*s; %.*s\n", l->fact.id, STR(l->says),
                STR(l->from), STR(l->seen), STR(l->until));
        if (l->before.n) buf_fmt(o, "        %.*s\n", STR(l->before));
    }
    (void)c;
}

static err read_facts(struct ctx *c, void *arg)
{
    struct noting *n = arg;
    struct person who;
    struct fact_view v;
    struct buf o = { .a = c->a };
    TRY(named(c, n->person, &who));
    n->looked_at = look_due(c, who.id, LOOK_FACTS) ? who.id : 0;
    fact_view(c, &who, &v);
    const struct {
        const struct fact_lines *lines;
        const char *title, *word;
    } groups[] = { { &v.spoken, "You may speak of it:", "spoken" },
                   { &v.asked, "You may only ask about it:", "asked" },
                   { &v.doubted, "Not to be relied on:", "doubted" },
                   { &v.over, "Was so once:", "over" } };
    struct json *all = json_begin_list(c->a);
    for (int g = 0; g < COUNT(groups); g++) {
        put_lines(c, &o, groups[g].title, groups[g].lines);
        for (int i = 0; i < groups[g].lines->n; i++)
            put_json(c, all, &groups[g].lines->at[i], groups[g].word);
    }
    if (!o.n) buf_fmt(&o, "Nothing that you may see is noted of %.*s.\n", STR(who.name));
    n->out = n->k->json ? str_fmt(c->a, "%.*s\n", STR(json_write(all))) : buf_str(&o);
    return OK;
}

static err note_look(struct tx *t, void *arg)
{
    look_note(t, ((struct noting *)arg)->looked_at, LOOK_FACTS);
    return OK;
}

static struct noting noting(struct call *k)
{
    struct noting n = { .k = k, .as = S(""), .whom = S("") };
    call_option(k, "as", &n.as);
    return n;
}

static int run_facts(struct call *k)
{
    struct noting n = noting(k);
    if (k->n != 1) return call_usage(k, &facts_command);
    n.person = str_c(k->words[0]);
    if (viewer_of(&n) != EXIT_OK) return EXIT_FAILED;
    struct work w = { .a = k->a, .viewer = n.viewer };
    if (work_read(k->home.store, &w, read_facts, &n) != OK) return call_fail(w.why);
    if (n.looked_at && work_write(k->home.store, &w, note_look, &n) != OK) return call_fail(w.why);
    fwrite(n.out.p, 1, (size_t)n.out.n, stdout);
    return EXIT_OK;
}
const struct command facts_command = { "facts", "[--json] [--as ADDRESS] PERSON",
                                       "what is noted of somebody, as one keeper may see it",
                                       WANTS_HOUSE, run_facts };

/* ---- note ---------------------------------------------------------------------- */

static err note(struct tx *t, void *arg)
{
    struct noting *n = arg;
    struct ctx *c = &t->c;
    struct person who, teller;
    struct fact made;
    struct fact_line l;
    struct fact_guess g = fact_guess(c->a, text_oneline(c->a, n->line));
    struct fact_new f = { .key = g.key,
                          .value = g.value,
                          .valid_from = g.valid_from,
                          .valid_to = g.valid_to,
                          .origin = FACT_TOLD,
                          .heard = CHANNEL_COUNTER };
    id fact;
    TRY(named(c, n->person, &who));
    f.person = who.id;
    if (n->noticed) f.introducer = c->viewer;
    if (n->whom.n) {
        TRY(named(c, n->whom, &teller));
        f.introducer = teller.id;
    }
    if (f.introducer) f.origin = FACT_INTRODUCED;
    TRY(fact_note(t, &f, &fact));
    log_settle(t);
    TRY(fact_get(c, fact, &made));
    fact_line_read(c, &made, &l);
    struct json *all = json_begin_list(c->a);
    put_json(c, all, &l, made.speakable ? "spoken" : "asked");
    n->out = n->k->json
                 ? str_fmt(c->a, "%.*s\n", STR(json_write(all)))
                 : str_fmt(c->a, "%.*s: %.*s  [%" PRId64 "]\n", STR(who.name), STR(l.says), fact);
    return OK;
}

static int run_note(struct call *k)
{
    struct noting n = noting(k);
    struct buf words = { .a = k->a };
    call_option(k, "from", &n.whom);
    n.noticed = call_flag(k, "noticed");
    if (k->n < 2 || (n.noticed && n.whom.n)) return call_usage(k, &note_command);
    n.person = str_c(k->words[0]);
    for (int i = 1; i < k->n; i++) buf_fmt(&words, "%s%s", i > 1 ? " " : "", k->words[i]);
    n.line = buf_str(&words);
    if (viewer_of(&n) != EXIT_OK) return EXIT_FAILED;
    struct work w = { .a = k->a, .viewer = n.viewer };
    if (work_write(k->home.store, &w, note, &n) != OK) return call_fail(w.why);
    fwrite(n.out.p, 1, (size_t)n.out.n, stdout);
    return EXIT_OK;
}
const struct command note_command = {
    "note", "[--json] [--as ADDRESS] [--from PERSON | --noticed] PERSON WORDS...",
    "note something about somebody, in one line", WANTS_HOUSE, run_note
};
