/* SPDX-License-Identifier: GPL-3.0-or-later
 * serve.c - snug serve: a house on the web. */
#include "app/command.h"
#include "app/door.h"
#include "app/parts.h"
#include "kit/base/trace.h"
#include "talk/map_web.h"
#include "talk/talk_web.h"
#include "today/today_web.h"

const struct route *const serve_tables[] = { door_routes,        people_routes, talk_routes,
                                             talk_person_routes, search_routes, map_routes,
                                             today_routes };
const int serve_tables_n = COUNT(serve_tables);

static role role_of(struct ctx *c, void *arg, id person)
{
    (void)arg;
    switch (keeper_role_of(c, person)) {
    case KEEPER_OWNER: return ROLE_OWNER;
    case KEEPER_PLAIN: return ROLE_KEEPER;
    default: return ROLE_NOBODY;
    }
}

static bool has_keeper(struct ctx *c, void *arg)
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
    add_place(f, p, S("Today"), URL("/"));
    add_place(f, p, S("Conversations"), URL("/talk"));
    add_place(f, p, S("People"), URL("/people"));
    add_place(f, p, S("Map"), URL("/map"));
    add_place(f, p, S("House"), URL("/health"));
    if (person_get(c, p->viewer, &who) == OK) f->viewer_name = who.name;
    f->viewer_url = URL("/settings");
}

static err settle_rest(struct tx *t, void *arg)
{
    (void)arg;
    log_settle(t); /* what a stopped import left undone */
    return OK;
}

static int serve(struct call *k, struct str listen)
{
    struct str why = S("");
    struct str origin = k->home.conf.url.n ? k->home.conf.url
                        : str_begins(listen, S("unix:"))
                            ? S("http://localhost")
                            : str_fmt(k->a, "http://%.*s", STR(listen));
    struct web_house house = { .name = S("Snug"),
                               .origin = origin,
                               .store = k->home.store,
                               .secret = &k->home.secret,
                               .tables = serve_tables,
                               .tables_n = serve_tables_n,
                               .sign_in = URL("/sign-in"),
                               .sign_out = URL("/sign-out"),
                               .search = URL("/search"),
                               .footer = S("What is kept here about a person is theirs to see."),
                               .role_of = role_of,
                               .has_keeper = has_keeper,
                               .guest = guest,
                               .frame = frame };
    door_tables = serve_tables;
    door_tables_n = serve_tables_n;
    struct web *w = web_open(k->a, &house, &why);
    if (!w) return call_fail(why);
    struct http_opts o = { .listen = listen,
                           .workers = (int)k->home.conf.readers,
                           .signals = true,
                           .serve = web_serve,
                           .quick = web_quick,
                           .error = web_error,
                           .arg = w,
                           .arena_bytes = (size_t)k->home.conf.request_mib * MIB };
    struct http_server *server = http_open(k->a, &o, &why);
    if (!server) return call_fail(why);
    bool socket = str_begins(listen, S("unix:"));
    printf("The house is open at %s%.*s\n", socket ? "" : "http://", STR(http_where(server)));
    fflush(stdout);
    struct work rest = { .a = arena_open((size_t)512 * MIB) };
    if (work_write(k->home.store, &rest, settle_rest, NULL) != OK)
        trace_line(TRACE_WARN, "settle", "ok=0");
    arena_close(rest.a);
    http_run(server);
    http_close(server);
    web_close(w);
    return EXIT_OK;
}

static err door_is_safe(struct ctx *c, void *arg)
{
    struct home *h = arg;
    if (!str_begins(h->conf.url, S("https://")) || has_keeper(c, NULL)) return OK;
    return fail(c, E_DENIED,
                "this house has an address for the world and no password yet, so that whoever came "
                "first would own it: run `snug keeper password ADDRESS` first");
}

static int run_serve(struct call *k)
{
    struct str listen = S(""), why = S("");
    bool given = call_option(k, "listen", &listen);
    if (k->n) return call_usage(k, &serve_command);
    struct parts *parts = parts_open(k->a); /* a process: before there are threads */
    talk_part_reader = (struct talk_reader){ parts_read, parts };
    if (home_open(k->a, k->dir, true, &k->home, &why) != OK) return call_fail(why);
    struct work w = { .a = k->a };
    bool safe = work_read(k->home.store, &w, door_is_safe, &k->home) == OK;
    int code = safe ? serve(k, given ? listen : k->home.conf.listen) : call_fail(w.why);
    parts_close(parts);
    return code;
}
const struct command serve_command = { "serve", "[--listen ADDRESS:PORT]",
                                       "serve the house to browsers", WANTS_NOTHING, run_serve };
