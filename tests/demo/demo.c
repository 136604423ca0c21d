/* SPDX-License-Identifier: GPL-3.0-or-later
 * demo.c - a house of cardboard: all parts of the style sheet on a few pages. demo ADDRESS */
#include "kit/base/hash.h"
#include "kit/base/trace.h"
#include "kit/store/migrate.h"
#include "kit/web/web.h"
#include "tests/demo/demo_html.h"

#include <stdlib.h>
#include <unistd.h>

#define SHOW(name)                                                                                 \
    static err name(struct ctx *c, struct page *p)                                                 \
    {                                                                                              \
        (void)c;                                                                                   \
        demo_##name##_html(&p->out, p);                                                            \
        return OK;                                                                                 \
    }
SHOW(today)
SHOW(talk)
SHOW(people)
SHOW(forms)

static err door(struct ctx *c, struct page *p)
{
    (void)c;
    p->bare = true;
    page_title(p, "Come in");
    demo_door_html(&p->out, p);
    return OK;
}

static err say(struct tx *t, struct page *p)
{
    struct str words;
    page_again(p, forms);
    TRY(form_need(&t->c, p, "words", "what they said", 200, &words));
    page_notice(p, "Kept: %.*s", STR(words));
    page_undo(p, URL("/say"), "Take it back");
    return OK;
}

static err come_in(struct tx *t, struct page *p)
{
    page_sign_in(t, p, 1);
    page_notice(p, "Good to see you, Ann.");
    return OK;
}

static err go_out(struct tx *t, struct page *p)
{
    page_sign_out(t, p);
    return OK;
}

static const struct route routes[] = {
    PAGE("/", NEED_NOBODY, today, "what waits today"),
    PAGE("/talk", NEED_NOBODY, talk, "a conversation"),
    PAGE("/people", NEED_NOBODY, people, "a person"),
    PAGE("/forms", NEED_NOBODY, forms, "a form"),
    PAGE("/sign-in", NEED_NOBODY, door, "the door"),
    DEED("/sign-in", NEED_NOBODY, come_in, "come in"),
    DEED("/sign-out", NEED_NOBODY, go_out, "go out"),
    DEED("/say", NEED_NOBODY, say, "keep something"),
    { 0 },
};
static const struct route *const tables[] = { routes };

static role role_of(struct ctx *c, void *arg, id who, bool *owes)
{
    (void)owes;
    (void)c, (void)arg, (void)who;
    return ROLE_OWNER;
}

static bool has_keeper(struct ctx *c, void *arg)
{
    (void)c, (void)arg;
    return true;
}

static void frame(struct ctx *c, void *arg, const struct page *p, struct frame *f)
{
    (void)c, (void)arg;
    static const char *const places[][2] = {
        { "Today", "/" },        { "Conversations", "/talk" }, { "People", "/people" },
        { "Note", "/forms" },    { "Circles", "/circles" },    { "Offers", "/offers" },
        { "Spaces", "/spaces" }, { "Houses", "/houses" }
    };
    for (int i = 0; i < COUNT(places); i++)
        f->nav[f->nav_n++] = (struct nav_item){ str_c(places[i][0]),
                                                { str_c(places[i][1]) },
                                                str_eq(p->rq->path, str_c(places[i][1])),
                                                i == 0 ? 3 : 0 };
    if (p->viewer) f->viewer_name = S("Ann Keeper"), f->viewer_url = URL("/people");
}

int main(int argc, char **argv)
{
    hash_start();
    struct arena *a = arena_open(64 * MIB);
    struct str why = S("");
    uint8_t master[32];
    struct secret secret;
    random_bytes(master, sizeof master);
    secret_derive(&secret, master);
    char file[] = "/tmp/snug_demo_XXXXXX";
    close(mkstemp(file));
    struct web_house h = { .name = S("The Copper Kettle"),
                           .origin = S("http://127.0.0.1:8080"),
                           .secret = &secret,
                           .tables = tables,
                           .tables_n = 1,
                           .sign_in = URL("/sign-in"),
                           .sign_out = URL("/sign-out"),
                           .search = URL("/search"),
                           .footer =
                               S("Kept by Ann and Karl. What we know of you is yours to see."),
                           .role_of = role_of,
                           .has_keeper = has_keeper,
                           .frame = frame };
    h.limits.page = h.limits.entry = (struct rate_class){ 10000, 10000 };
    h.store =
        store_open(a, &(struct store_opts){ .where = str_c(file), .threads = true, .readers = 4 },
                   &secret, &why);
    struct schema s = { "web", session_schema };
    struct web *w =
        h.store && migrate(h.store, a, &s, 1, &why) == OK ? web_open(a, &h, &why) : NULL;
    struct http_opts o = { .listen = argc > 1 ? str_c(argv[1]) : S("127.0.0.1:0"),
                           .signals = true,
                           .serve = web_serve,
                           .quick = web_quick,
                           .error = web_error,
                           .arg = w };
    struct http_server *server = w ? http_open(a, &o, &why) : NULL;
    if (!server) return fprintf(stderr, "%.*s\n", STR(why)), 1;
    printf("http://%.*s\n", STR(http_where(server)));
    fflush(stdout);
    http_run(server);
    http_close(server);
    web_close(w);
    store_close(h.store);
    unlink(file);
    arena_close(a);
    return 0;
}
