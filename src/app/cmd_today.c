/* SPDX-License-Identifier: GPL-3.0-or-later
 * cmd_today.c - snug today: the front room in a terminal. */
#include "app/command.h"
#include "today/today.h"

struct day {
    struct str address, out;
    bool json;
};

static err read_day(struct ctx *c, void *arg)
{
    struct day *d = arg;
    struct today t;
    c->viewer = d->address.n ? person_real(c, person_of_uri(c, str_fmt(c->a, "mailto:%.*s", STR(d->address)))) : keeper_first(c);
    if (!c->viewer || !keeper_role_of(c, c->viewer))
        return fail(c, E_NOTFOUND, d->address.n ? "nobody with that address works here" : "nobody works here yet: see `snug init --help`");
    today_read(c, &t);
    d->out = d->json ? today_json(c->a, &t) : today_text(c->a, &t);
    return OK;
}

static int run_today(struct call *k)
{
    struct day d = { .address = S(""), .json = k->json };
    call_option(k, "keeper", &d.address);
    if (k->n) return call_usage(k, &today_command);
    struct work w = { .a = k->a };
    if (work_read(k->home.store, &w, read_day, &d) != OK) return call_fail(w.why);
    printf("%.*s%s", STR(d.out), k->json ? "\n" : "");
    return EXIT_OK;
}
const struct command today_command = { "today", "[--json] [--keeper ADDRESS]", "who waits, who drifts away, who is new", WANTS_HOUSE, run_today };
