/* SPDX-License-Identifier: GPL-3.0-or-later
 * fact_choice_web.c - who is to see something, as it is chosen on a page. */
#include "facts/fact_web.h"

enum { COLLEAGUES = 12, PARTIES = 2 };

static const struct str of_circle = S_INIT("circle:");

static void add(struct fact_choices *m, struct str value, struct str says)
{
    m->at[m->n++] = (struct fact_choice){ value, says };
}

static bool by_own_name(struct ctx *c, id circle)
{
    struct circle_seat seat;
    return circle_seat(c, circle, &seat) && !seat.masked;
}

struct fact_choices fact_choices(struct ctx *c)
{
    struct keepers k;
    struct circles in;
    bool keeper = keeper_role_of(c, c->viewer) != 0;
    keeper_list(c, &k);
    circles_mine(c, &in);
    struct fact_choices m = { NEW(c->a, struct fact_choice, COLLEAGUES + in.n + 2), 0 };
    if (keeper) add(&m, S("me"), S("only you"));
    if (!keeper || k.n > 1) add(&m, S("house"), S("everybody who keeps this house"));
    for (int i = 0; i < k.n && i < COLLEAGUES; i++)
        if (k.at[i].person != c->viewer && k.n > 1)
            add(&m, str_fmt(c->a, "%" PRId64, k.at[i].person),
                str_fmt(c->a, "you and %.*s", STR(k.at[i].name)));
    for (int i = 0; i < in.n; i++)
        if (by_own_name(c, in.at[i].id))
            add(&m, str_fmt(c->a, "%.*s%" PRId64, STR(of_circle), in.at[i].id),
                str_fmt(c->a, "the circle %.*s", STR(in.at[i].name)));
    return m;
}

err fact_choice_typed(struct ctx *c, struct str typed, struct audience *out)
{
    int64_t who;
    struct party *p = NEW(c->a, struct party, PARTIES);
    *out = (struct audience){ .any = p };
    if (!typed.n) return OK;
    if (str_eq(typed, S("house"))) {
        *out = audience_keepers();
        return OK;
    }
    if (str_begins(typed, of_circle)) {
        if (!str_int(str_from(typed, of_circle.n), &who) || !by_own_name(c, who))
            return fail(c, E_INVALID, "There is no such circle of yours.");
        p[out->n_any++] = (struct party){ PARTY_CIRCLE, who };
        return OK;
    }
    p[out->n_any++] = (struct party){ PARTY_PERSON, c->viewer };
    if (str_eq(typed, S("me"))) return OK;
    if (!str_int(typed, &who) || !keeper_role_of(c, who))
        return fail(c, E_INVALID, "Please choose who may see it.");
    p[out->n_any++] = (struct party){ PARTY_PERSON, who };
    return OK;
}
