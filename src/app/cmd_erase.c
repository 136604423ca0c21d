/* SPDX-License-Identifier: GPL-3.0-or-later
 * cmd_erase.c - snug erase. */
#include "app/command.h"
#include "kit/base/json.h"
#include "talk/erase.h"

enum { NAMED_SO = 10 };

struct erasing {
    struct str as, name;
    id viewer;
    int64_t number;
    bool person, yes;
    erase_reason reason;
    struct erase_plan plan;
};

static err find_viewer(struct ctx *c, void *arg)
{
    struct erasing *e = arg;
    return call_viewer(c, e->as, &e->viewer);
}

/* A name or an address that fits one only. */
static err find_person(struct ctx *c, struct erasing *e)
{
    struct person_lines m;
    struct person_query q = { .words = e->name, .after = S(""), .max = NAMED_SO };
    person_find(c, &q, &m);
    if (!m.n) return fail(c, E_NOTFOUND, "nobody is called %.*s here", STR(e->name));
    if (m.n > 1)
        return fail(c, E_INVALID,
                    "several are called so: give the number that `snug people` shows");
    e->number = m.at[0].id;
    return OK;
}

static err plan(struct ctx *c, struct erasing *e)
{
    if (e->person && !e->number) TRY(find_person(c, e));
    return e->person ? erase_person_plan(c, e->number, &e->plan)
                     : erase_message_plan(c, e->number, &e->plan);
}

static err look(struct ctx *c, void *arg) { return plan(c, arg); }

static err erase_it(struct tx *t, void *arg)
{
    struct erasing *e = arg;
    TRY(plan(&t->c, e));
    return erase_do(t, &e->plan, e->reason);
}

static void print_json(struct arena *a, const struct erasing *e)
{
    const struct erase_plan *p = &e->plan;
    struct json *j = json_begin(a);
    json_add_bool(j, "erased", e->yes);
    json_add_int(j, e->person ? "person" : "message", e->number);
    json_add_int(j, "wrote", p->wrote);
    json_add_int(j, "told", p->told);
    json_add_int(j, "reports", p->reports);
    json_add_int(j, "mentioned", p->mentioned);
    json_add_int(j, "answers", p->answers);
    json_add_int(j, "files", p->files);
    json_add_int(j, "addresses", p->handles);
    json_add_int(j, "cards", p->cards);
    json_add_int(j, "others", p->others);
    printf("%.*s\n", STR(json_write(j)));
}

static void print_words(struct arena *a, const struct erasing *e)
{
    struct str lines[ERASE_SENTENCES];
    int n = erase_say(a, &e->plan, lines, ERASE_SENTENCES);
    struct str name = e->plan.name.n ? e->plan.name : S("(no subject)");
    if (!e->yes) printf("%.*s\n", STR(name));
    for (int i = 0; i < n; i++) printf("  %.*s\n", STR(lines[i]));
    puts(e->yes ? "Erased."
                : "Nothing is erased yet, and it can't be undone: say it again with --yes.");
}

static bool take_words(struct call *k, struct erasing *e)
{
    struct str reason = S("");
    call_option(k, "as", &e->as);
    call_option(k, "reason", &reason);
    e->yes = call_flag(k, "yes");
    if (k->n != 2) return false;
    struct str what = str_c(k->words[0]), which = str_c(k->words[1]);
    e->person = str_eq(what, S("person"));
    if (!e->person && !str_eq(what, S("message"))) return false;
    if (!str_int(which, &e->number) && e->person) e->name = which;
    e->reason = !reason.n ? (e->person ? ERASE_ASKED : ERASE_UNNEEDED) : erase_reason_of(reason);
    return e->reason && (e->number || e->name.n);
}

static int run_erase(struct call *k)
{
    struct erasing e = { .as = S(""), .name = S("") };
    struct work w = { .a = k->a };
    if (!take_words(k, &e)) return call_usage(k, &erase_command);
    if (work_read(k->home.store, &w, find_viewer, &e) != OK) return call_fail(w.why);
    struct work deed = { .a = k->a, .viewer = e.viewer };
    err done = e.yes ? work_write(k->home.store, &deed, erase_it, &e)
                     : work_read(k->home.store, &deed, look, &e);
    if (done != OK) return call_fail(deed.why);
    if (k->json) print_json(k->a, &e);
    else print_words(k->a, &e);
    if (!e.yes || store_scrubbed(k->home.store)) return EXIT_OK;
    return call_fail(S("it is erased, but some of it still stands in the files of the house: "
                       "somebody still reads it, or the disk is full or fails. The next command "
                       "clears it away"));
}
const struct command erase_command = {
    "erase",
    "[--json] [--as ADDRESS] [--reason asked|unneeded|mistake] [--yes] message NUMBER | person "
    "NAME-OR-NUMBER",
    "take a message or a person out of the house for good; without --yes say what would go",
    WANTS_HOUSE, run_erase
};
