/* SPDX-License-Identifier: GPL-3.0-or-later
 * serve_house.c - what kit/web is told of a house: its routes, who is who, the frame. */
#include "app/command.h"
#include "app/door.h"
#include "app/live.h"
#include "facts/fact_web.h"
#include "facts/grant_web.h"
#include "facts/receipt_web.h"
#include "facts/weigh_web.h"
#include "people/takeout_web.h"
#include "post/mailbox_web.h"
#include "talk/ask_web.h"
#include "talk/circle_web.h"
#include "talk/counter_web.h"
#include "talk/draft_web.h"
#include "talk/map_web.h"
#include "talk/participant.h"
#include "talk/public_web.h"
#include "talk/remember_web.h"
#include "talk/talk_web.h"
#include "talk/tracks_web.h"
#include "today/me_web.h"
#include "today/today_web.h"

const struct route *const serve_tables[] = {
    door_routes,    door_in_routes, door_self_routes,   takeout_routes,     people_routes,
    mailbox_routes, talk_routes,    talk_person_routes, draft_routes,       with_routes,
    part_routes,    erase_routes,   stranger_routes,    search_routes,      map_routes,
    track_routes,   idea_routes,    today_routes,       live_routes,        counter_routes,
    public_routes,  stop_routes,    circle_routes,      talk_circle_routes, receipt_routes,
    fact_routes,    grant_routes,   fact_weigh_routes,  remember_routes,    ask_routes,
    me_routes,      me_deed_routes, me_letter_routes
};
const int serve_tables_n = COUNT(serve_tables);

bool door_regular(struct ctx *c, id person)
{
    if (!person || keeper_role_of(c, person)) return false;
    id real = person_real(c, person);
    return person_may_come_in(c, real) ||
           (keeper_was(c, real) && (talk_takes_part(c, real) || circle_any(c, real)));
}

static role role_of(struct ctx *c, void *arg, id person, bool *owes)
{
    (void)arg;
    switch (keeper_signed_in(c, person, owes)) {
    case KEEPER_OWNER: return ROLE_OWNER;
    case KEEPER_PLAIN: return ROLE_KEEPER;
    default: return door_regular(c, person) ? ROLE_REGULAR : ROLE_NOBODY;
    }
}

bool serve_is_set_up(struct ctx *c, void *arg)
{
    struct house h;
    (void)arg;
    house_get(c, &h);
    return h.sample || keeper_any_account(c);
}

/* The invented house is open to whoever comes by: nobody lives in it. */
static id guest(struct ctx *c, void *arg)
{
    struct house h;
    (void)arg;
    house_get(c, &h);
    return h.sample ? keeper_first(c) : 0;
}

static void add_place(struct frame *f, const struct page *p, struct str label, struct url url)
{
    bool here = url.s.n == 1 ? str_eq(p->rq->path, url.s) : str_begins(p->rq->path, url.s);
    f->nav[f->nav_n++] = (struct nav_item){ .label = label, .url = url, .current = here };
}

static void frame(struct ctx *c, void *arg, const struct page *p, struct frame *f)
{
    struct house h;
    struct person who;
    (void)arg;
    house_get(c, &h);
    f->house = h.name;
    if (!p->viewer) return;
    if (person_get(c, p->viewer, &who) == OK) f->viewer_name = who.name;
    f->viewer_url = p->role == ROLE_REGULAR ? URL("/me") : URL("/settings");
    if (p->role == ROLE_REGULAR) {
        add_place(f, p, S("Conversations"), URL("/with"));
        add_place(f, p, S("Circles"), URL("/circles"));
        add_place(f, p, S("About you"), URL("/me"));
        return;
    }
    add_place(f, p, S("Today"), URL("/"));
    add_place(f, p, S("Conversations"), URL("/talk"));
    add_place(f, p, S("Circles"), URL("/circles"));
    add_place(f, p, S("People"), URL("/people"));
    add_place(f, p, S("Tracks"), URL("/tracks"));
    add_place(f, p, S("Map"), URL("/map"));
    add_place(f, p, S("House"), URL("/health"));
}

void serve_house(const struct home *h, struct str origin, struct web_house *out)
{
    *out = (struct web_house){ .name = S("Snug"),
                               .origin = origin,
                               .store = h->store,
                               .secret = &h->secret,
                               .tables = serve_tables,
                               .tables_n = serve_tables_n,
                               .sign_in = URL("/sign-in"),
                               .come_in = URL("/in"),
                               .hall = URL("/with"),
                               .sign_out = URL("/sign-out"),
                               .owed = URL("/settings/second"),
                               .search = URL("/search"),
                               .footer = S("What is kept here about a person is theirs to see."),
                               .role_of = role_of,
                               .has_keeper = serve_is_set_up,
                               .guest = guest,
                               .frame = frame };
    person_also(fact_found);
    door_tables = serve_tables;
    door_tables_n = serve_tables_n;
}
