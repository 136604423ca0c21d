/* SPDX-License-Identifier: GPL-3.0-or-later
 * pages DIR [--as ADDRESS] [--rounds N] [--query WORDS]... [--only PAGE] [--dump FOLDER]
 * What the pages of a house cost: each is served N times (default 15) on one thread of this
 * process, after two that nobody counts. Prints lines `name value unit`: the median of the
 * thread's processor time. --query asks these instead of the questions the bars are about; --dump
 * keeps each page as a file, without its form tokens. The house is only read; its time is that of
 * SNUG_CLOCK. */
#include "app/door.h"
#include "kit/base/trace.h"
#include "people/keeper.h"

#include <ctype.h>
#include <stdlib.h>
#include <time.h>

enum { ROUNDS = 15, WARM = 2, PAGES = 64, REQUEST = 64 * MIB };

struct shown {
    const char *name;
    struct str target;
    bool piece; /* while somebody types */
    bool nobody; /* seen by somebody who is not signed in */
};
struct bench {
    struct arena *a;
    struct home home;
    struct web *web;
    id viewer;
    struct str as, only;
    const char *dump;
    int rounds, n;
    struct shown at[PAGES];
};
static struct bench b;

static id come_in(struct ctx *c, void *arg)
{
    (void)arg, (void)c;
    return b.viewer;
}

/* ---- which pages ------------------------------------------------------------ */

static void add(const char *name, struct str target) { b.at[b.n++] = (struct shown){ name, target, false, false }; }

static void add_number(const char *name, const char *before, id number)
{
    if (number) add(name, str_fmt(b.a, "%s%" PRId64, before, number));
}

static void add_query(struct str words, bool piece)
{
    struct buf url = { .a = b.a }, name = { .a = b.a };
    buf_add(&url, S("/search?q="));
    url_encode(&url, words);
    buf_fmt(&name, piece ? "typed_" : "search_");
    for (ptrdiff_t i = 0; i < words.n; i++)
        buf_char(&name, isalnum((unsigned char)words.p[i]) ? words.p[i] : '_');
    b.at[b.n++] = (struct shown){ str_z(b.a, buf_str(&name)), buf_str(&url), piece, false };
}

static void add_mail_queries(void)
{
    static const char *const asked[] = { "raid5", "raid5 rebuild", "from:neilb", "\"bad block\"",
                                         "after:2023-01-01 before:2023-07-01", "from:mar order" };
    static const char *const typed[] = { "r", "ra", "rai", "raid", "raid reb", "from:mar" };
    for (int i = 0; i < COUNT(asked); i++) add_query(str_c(asked[i]), false);
    for (int i = 0; i < COUNT(typed); i++) add_query(str_c(typed[i]), true);
}

/* Whom the viewer has most to do with, outside the house and inside; who wrote most. */
static err choose_people(struct ctx *c, void *arg)
{
    (void)arg;
    b.viewer = keeper_first(c);
    if (b.as.n) b.viewer = person_of_uri(c, str_fmt(c->a, "mailto:%.*s", STR(b.as)));
    if (!keeper_role_of(c, b.viewer)) return fail(c, E_NOTFOUND, "no keeper has that address");
    id closest = db_int(c, 0, SQL("SELECT p.id FROM (SELECT a, b, days FROM tie UNION ALL SELECT b, a, days FROM tie) t"
                                  " JOIN person p ON p.id=t.b WHERE t.a=$1 AND p.ours=0 ORDER BY t.days DESC, p.id LIMIT 1"),
                        I(b.viewer));
    id colleague = db_int(c, 0, SQL("SELECT person FROM keeper WHERE gone=0 AND person<>$1 ORDER BY person LIMIT 1"), I(b.viewer));
    id busiest = db_int(c, 0, SQL("SELECT p.id FROM member m JOIN person p ON p.id=m.person WHERE p.kind=$1 AND p.ours=0"
                                  " GROUP BY p.id ORDER BY count(*) DESC, p.id LIMIT 1"), I(PERSON_HUMAN));
    id long_talk = db_int(c, 0, SQL("SELECT m.id FROM conversation k JOIN message m ON m.id=k.id JOIN sight s ON s.message=m.id"
                                    " AND s.who=$1 ORDER BY abs(k.messages-100), k.id LIMIT 1"), I(b.viewer));
    add("today", S("/"));
    add_number("person", "/people/", closest);
    add_number("person_busiest", "/people/", busiest);
    add_number("person_colleague", "/people/", colleague);
    add_number("person_self", "/people/", b.viewer);
    add_number("conversation", "/talk/", long_talk);
    add("conversations", S("/talk"));
    add("people", S("/people"));
    add("people_typed", S("/people?q=ma"));
    add("people_word", S("/people?q=berg"));
    add("tracks", S("/tracks"));
    add("tracks_all", S("/tracks?all=1&by=talk"));
    add("tracks_list", S("/tracks?as=list"));
    add("ideas", S("/ideas"));
    add("map", S("/map"));
    add("map_house", S("/map?house=1"));
    add("health", S("/health"));
    add("sign_in", S("/sign-in"));
    return OK;
}

/* ---- serving ------------------------------------------------------------------ */

/* The work itself, by a name of its own: callgrind counts what happens in it. */
__attribute__((noinline)) void bench_page(const struct http_request *rq, struct http_answer *an);
__attribute__((noinline)) void bench_page(const struct http_request *rq, struct http_answer *an)
{
    web_serve(b.web, rq, an);
}

static int64_t cpu_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return t.tv_sec * INT64_C(1000000) + t.tv_nsec / 1000;
}

/* A form's token is another one in every answer. */
static void keep(const char *name, struct str body)
{
    static const struct str mark = { "name=\"_token\" value=\"", 21 };
    FILE *f = fopen(str_z(b.a, str_fmt(b.a, "%s/%s.html", b.dump, name)), "w");
    if (!f) return;
    for (ptrdiff_t at; (at = str_find(body, mark)) >= 0;) {
        fwrite(body.p, 1, (size_t)(at + mark.n), f);
        body = str_from(body, at + mark.n);
        body = str_from(body, MAX(str_chr(body, '"'), 0));
    }
    fwrite(body.p, 1, (size_t)body.n, f);
    fclose(f);
}

static int64_t serve_one(const struct shown *s, bool counted, bool last)
{
    struct http_header piece = { S("HX-Request"), S("true") };
    ptrdiff_t q = str_chr(s->target, '?');
    struct http_answer an = { .a = arena_open(REQUEST) };
    struct http_request rq = { .method = HTTP_GET,
                               .target = s->target,
                               .path = q < 0 ? s->target : str_upto(s->target, q),
                               .query = str_from(s->target, q < 0 ? s->target.n : q + 1),
                               .headers = &piece,
                               .headers_n = s->piece,
                               .remote = S("192.0.2.1") };
    int64_t from = cpu_us();
    if (counted) bench_page(&rq, &an);
    else web_serve(b.web, &rq, &an);
    int64_t took = cpu_us() - from;
    if (an.status && an.status != 200) {
        fprintf(stderr, "pages: %s answers %d\n", s->name, an.status);
        exit(1);
    }
    if (last && b.dump) keep(s->name, an.body);
    arena_close(an.a);
    return took;
}

static int by_time(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, c = *(const int64_t *)y;
    return (a > c) - (a < c);
}

static void serve_page(const struct shown *s)
{
    int64_t *took = NEW(b.a, int64_t, b.rounds);
    for (int i = 0; i < WARM; i++) (void)serve_one(s, false, false);
    for (int i = 0; i < b.rounds; i++) took[i] = serve_one(s, true, i == b.rounds - 1);
    qsort(took, (size_t)b.rounds, sizeof *took, by_time);
    printf("page_%s %.2f ms\n", s->name, (double)took[b.rounds / 2] / 1e3);
    fflush(stdout);
}

/* ---- the call -------------------------------------------------------------------- */

static int usage(void)
{
    fputs("usage: pages DIR [--as ADDRESS] [--rounds N] [--query WORDS]... [--only PAGE]"
          " [--dump FOLDER]\n", stderr);
    return 2;
}

static bool open_house(const char *dir, struct str *why)
{
    static struct web_house house;
    trace_from(TRACE_WARN);
    home_wire();
    if (home_open(b.a, str_c(dir), false, &b.home, why) != OK) return false;
    serve_house(&b.home, S("http://127.0.0.1:8420"), &house);
    house.guest = come_in;
    house.limits.page = (struct rate_class){ 1e9, 1e9 };
    b.web = web_open(b.a, &house, why);
    return b.web;
}

int main(int argc, char **argv)
{
    struct str why = S(""), query[PAGES / 2];
    int queries = 0;
    if (argc < 2 || argc % 2) return usage();
    b = (struct bench){ .a = arena_open(256 * MIB), .rounds = ROUNDS, .as = S(""), .only = S("") };
    for (int i = 2; i + 1 < argc; i += 2) {
        int64_t n = 0;
        struct str value = str_c(argv[i + 1]);
        if (!strcmp(argv[i], "--as")) b.as = value;
        else if (!strcmp(argv[i], "--only")) b.only = value;
        else if (!strcmp(argv[i], "--dump")) b.dump = argv[i + 1];
        else if (!strcmp(argv[i], "--query") && queries < COUNT(query)) query[queries++] = value;
        else if (!strcmp(argv[i], "--rounds") && str_int(value, &n) && n > 0) b.rounds = (int)n;
        else return usage();
    }
    struct work w = { .a = b.a };
    if (!open_house(argv[1], &why)) return fprintf(stderr, "pages: %.*s\n", STR(why)), 1;
    if (work_read(b.home.store, &w, choose_people, NULL) != OK)
        return fprintf(stderr, "pages: %.*s\n", STR(w.why)), 1;
    if (!queries) add_mail_queries();
    for (int i = 0; i < queries; i++) add_query(query[i], false);
    for (int i = 0; i < b.n; i++)
        if (!b.only.n || str_eq(b.only, str_c(b.at[i].name))) serve_page(&b.at[i]);
    home_close(&b.home);
    arena_close(b.a);
    return 0;
}
