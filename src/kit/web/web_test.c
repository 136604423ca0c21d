/* SPDX-License-Identifier: GPL-3.0-or-later
 * A house with a handful of routes on a real store; requests as plain data. */
#include "kit/web/web.h"

#include "kit/base/date.h"
#include "kit/base/hash.h"
#include "kit/base/trace.h"
#include "kit/store/migrate.h"
#include "kit/web/cookie.h"

#include <cmocka.h> /* its fail() is a macro: (fail)(...) is ours */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

enum { KEEPER = 7, REGULAR = 8, OWNER = 9, GONE = 10, OWING = 11 };

/* ---- the house -------------------------------------------------------------------- */

static int said_n; /* how often the deed ran */
static bool set_up;

static err front(struct ctx *c, struct page *p)
{
    (void)c;
    page_title(p, "Front %s", "room");
    buf_add(&p->out, S("<h1>Front</h1>"));
    page_token(p, &p->out, (struct url){ query_str(p, "for") });
    return OK;
}

static err inside(struct ctx *c, struct page *p)
{
    buf_fmt(&p->out, "<h1>Inside %" PRId64 "</h1>", c->viewer);
    page_token(p, &p->out, URL("/say"));
    html_text(&p->out, form_str(p, "words"));
    return OK;
}

static err say(struct tx *t, struct page *p)
{
    struct str words;
    page_again(p, inside);
    TRY(form_need(&t->c, p, "words", "your words", 20, &words));
    if (str_eq(words, S("taken"))) return (fail)(&t->c, E_CONFLICT, "Somebody said that before.");
    said_n++;
    page_notice(p, "Said: %.*s", STR(words));
    page_undo(p, URL("/say"), "Take it back");
    page_go(p, URL("/inside"));
    return OK;
}

static err person(struct ctx *c, struct page *p)
{
    if (page_id(p, "who") != 3) return (fail)(c, E_NOTFOUND, "Nobody here has that number.");
    buf_fmt(&p->out, "person %" PRId64, page_id(p, "who"));
    return OK;
}

static err breaks(struct ctx *c, struct page *p)
{
    (void)p;
    die(c, "broken on purpose");
}

static err look(struct ctx *c, struct page *p)
{
    if (!str_eq(form_str(p, "password"), S("sesame")))
        return (fail)(c, E_DENIED, "That is not the password.");
    p->mem = p;
    return OK;
}

static err enter_house(struct tx *t, struct page *p)
{
    assert_ptr_equal(p->mem, p);
    page_sign_in(t, p, form_int(p, "who", KEEPER), SESSION_BY_PASSWORD);
    page_go(p, url_inside(p->a, query_str(p, "next")));
    return OK;
}

static err leave_house(struct tx *t, struct page *p)
{
    page_sign_out(t, p);
    return OK;
}

static err offer(struct ctx *c, struct page *p)
{
    if (!str_eq(page_var(p, "token"), S("right")))
        return (fail)(c, E_NOTFOUND, "There is nothing at this address.");
    buf_add(&p->out, S("for you"));
    return OK;
}

static err inbox(struct page *p)
{
    page_answer(p, 202, S("application/json"), str_fmt(p->a, "{\"from\":\"%.*s\"}", STR(p->peer)));
    return OK;
}

static err feed(struct ctx *c, struct page *p)
{
    (void)c;
    page_download(p, S("a b.ics"), S("text/calendar"), S("BEGIN:VCALENDAR"));
    return OK;
}

static err setup(struct ctx *c, struct page *p)
{
    (void)c;
    buf_add(&p->out, S("welcome"));
    return OK;
}

static const struct route routes[] = {
    PAGE("/", NEED_NOBODY, front, "the front room"),
    PAGE("/inside", NEED_KEEPER, inside, "for keepers"),
    PAGE("/elsewhere", NEED_KEEPER, inside, "for keepers as well"),
    PAGE("/owners", NEED_OWNER, inside, "for owners"),
    DEED("/say", NEED_KEEPER, say, "say something"),
    PAGE("/people/:who", NEED_NOBODY, person, "one person"),
    PAGE("/breaks", NEED_NOBODY, breaks, "a page that breaks"),
    DEED_AFTER("/sign-in", NEED_NOBODY, look, enter_house, "come in"),
    PAGE("/sign-in", NEED_NOBODY, front, "the door"),
    DEED("/inside/settle", NEED_KEEPER, say, "settle what is owed"),
    DEED("/sign-out", NEED_NOBODY, leave_house, "go out"),
    PAGE("/o/:token*", NEED_LINK, offer, "a private offer"),
    HOOK("POST", "/inbox", NEED_SIGNED_PEER, inbox, "for other houses"),
    HOOK("PUT", "/files/:rest**", NEED_KEEPER, inbox, "a slice of a file"),
    PAGE("/feed", NEED_NOBODY, feed, "a calendar"),
    PAGE("/setup", NEED_SETUP, setup, "the first steps"),
    { 0 },
};
static const struct route *const tables[] = { routes };

static role role_of(struct ctx *c, void *arg, id who, bool *owes)
{
    (void)c, (void)arg;
    *owes = who == OWING;
    return who == KEEPER || who == OWING ? ROLE_KEEPER
           : who == REGULAR              ? ROLE_REGULAR
           : who == OWNER                ? ROLE_OWNER
                                         : ROLE_NOBODY;
}

static bool has_keeper(struct ctx *c, void *arg)
{
    (void)c, (void)arg;
    return set_up;
}

static bool peer(void *arg, struct page *p, struct str *actor)
{
    (void)arg;
    *actor = http_header(p->rq, S("Signature"));
    return actor->n > 0;
}

static void frame_of(struct ctx *c, void *arg, const struct page *p, struct frame *out)
{
    (void)c, (void)arg;
    out->nav[out->nav_n++] =
        (struct nav_item){ S("Today"), URL("/inside"), str_eq(p->rq->path, S("/inside")), 3 };
    if (p->viewer) out->viewer_name = S("Ann <Keeper>"), out->viewer_url = URL("/people/3");
}

struct house {
    struct arena *a; /* of the house  */
    struct arena *r; /* of the answer */
    struct secret secret;
    struct web_house h;
    struct web *w;
    char file[64];
    struct str cookie; /* what a browser would send */
};

static void open_house(struct house *h, const char *origin)
{
    struct str why = S("");
    *h = (struct house){ .a = arena_open(16 * MIB), .cookie = S("") };
    uint8_t master[32] = { 1 };
    secret_derive(&h->secret, master);
    snprintf(h->file, sizeof h->file, "/tmp/snug_web_XXXXXX");
    close(mkstemp(h->file));
    h->h = (struct web_house){ .name = S("The <Copper> Kettle"),
                               .origin = str_c(origin),
                               .secret = &h->secret,
                               .tables = tables,
                               .tables_n = 1,
                               .sign_in = URL("/sign-in"),
                               .sign_out = URL("/sign-out"),
                               .owed = URL("/inside"),
                               .search = URL("/search"),
                               .footer = S("kept by Ann"),
                               .role_of = role_of,
                               .has_keeper = has_keeper,
                               .frame = frame_of,
                               .peer = peer };
    h->h.limits.entry = (struct rate_class){ 1000, 1000 };
    h->h.store = store_open(h->a, &(struct store_opts){ .where = str_c(h->file), .readers = 1 },
                            &h->secret, &why);
    assert_non_null(h->h.store);
    struct schema s = { "web", session_schema };
    if (migrate(h->h.store, h->a, &s, 1, &why) != OK) fail_msg("%.*s", STR(why));
    h->w = web_open(h->a, &h->h, &why);
    if (!h->w) fail_msg("%.*s", STR(why));
}

static void close_house(struct house *h)
{
    web_close(h->w);
    store_close(h->h.store);
    if (h->r) arena_close(h->r);
    arena_close(h->a);
    char name[80];
    for (int i = 0; i < 3; i++) {
        snprintf(name, sizeof name, "%s%s", h->file, (const char *[]){ "", "-wal", "-shm" }[i]);
        unlink(name);
    }
}

/* Keeps the cookies of the answer, as a browser does. */
static void keep_cookies(struct house *h, const struct http_answer *an)
{
    struct buf b = { .a = h->a };
    for (int i = 0; i < an->headers_n; i++) {
        if (!str_eq(an->headers[i].name, S("Set-Cookie"))) continue;
        struct str v = an->headers[i].value, pair;
        str_cut(&v, ';', &pair);
        struct str name = str_upto(pair, str_chr(pair, '=') + 1), rest = h->cookie, old;
        h->cookie = S("");
        b = (struct buf){ .a = h->a };
        while (str_cut(&rest, ';', &old))
            if (!str_begins(str_trim(old), name)) buf_fmt(&b, "%.*s; ", STR(str_trim(old)));
        if (str_find(v, S("Max-Age=0")) < 0) buf_add(&b, pair);
        h->cookie = str_trim(buf_str(&b));
        if (str_ends(h->cookie, S(";"))) h->cookie.n--;
    }
}

struct extra {
    const char *name, *value;
};

static struct http_answer ask(struct house *h, http_method m, const char *target, struct str body,
                              const struct extra *x)
{
    if (h->r) arena_close(h->r);
    h->r = arena_open(16 * MIB);
    struct http_header hs[12] = { { S("Host"), S("house.example") }, { S("Cookie"), h->cookie } };
    int n = 2;
    if (m == HTTP_POST)
        hs[n++] = (struct http_header){ S("Content-Type"), S("application/x-www-form-urlencoded") };
    for (; x && x->name; x++) hs[n++] = (struct http_header){ str_c(x->name), str_c(x->value) };
    struct str t = str_c(target);
    ptrdiff_t q = str_chr(t, '?');
    struct http_request rq = { .method = m,
                               .target = t,
                               .path = q < 0 ? t : str_upto(t, q),
                               .query = str_from(t, q < 0 ? t.n : q + 1),
                               .headers = hs,
                               .headers_n = n,
                               .body = body,
                               .remote = S("192.0.2.1"),
                               .came_us = clock_us() };
    struct http_answer an = { .a = h->r };
    web_serve(h->w, &rq, &an);
    keep_cookies(h, &an);
    return an;
}

static struct http_answer get(struct house *h, const char *target)
{
    return ask(h, HTTP_GET, target, S(""), NULL);
}

static struct str header(const struct http_answer *an, struct str name)
{
    return http_header(&(struct http_request){ .headers = an->headers, .headers_n = an->headers_n },
                       name);
}

static bool says(const struct http_answer *an, struct str words)
{
    return str_find(an->body, words) >= 0;
}

/* A token for that deed, as a page of this browser holds it. */
static struct str token_for(struct house *h, const char *deed)
{
    struct http_answer an = get(h, str_z(h->a, str_fmt(h->a, "/?for=%s", deed)));
    struct str mark = S("name=\"_token\" value=\""),
               body = str_from(an.body, str_find(an.body, S("<h1>Front")));
    ptrdiff_t at = str_find(body, mark);
    assert_true(at >= 0);
    return str_dup(h->a, str_upto(str_from(body, at + mark.n), 64));
}

static struct http_answer post(struct house *h, const char *deed, const char *fields,
                               const struct extra *x)
{
    struct str body = str_fmt(h->a, "_token=%.*s&%s", STR(token_for(h, deed)), fields);
    return ask(h, HTTP_POST, deed, body, x);
}

static void sign_in(struct house *h, int who)
{
    struct str fields = str_fmt(h->a, "password=sesame&who=%d", who);
    struct http_answer an = post(h, "/sign-in", str_z(h->a, fields), NULL);
    assert_int_equal(an.status, 303);
}

static void who_owes_gets_nothing_else(void **state)
{
    struct house *h = *state;
    sign_in(h, OWING);
    struct http_answer an = get(h, "/elsewhere");
    assert_int_equal(an.status, 303);
    assert_true(str_eq(header(&an, S("Location")), S("/inside")));
    assert_int_equal(get(h, "/inside").status, 200);
    int before = said_n;
    assert_int_equal(post(h, "/say", "words=hello", NULL).status, 403);
    const struct extra here[] = { { "Sec-Fetch-Site", "same-origin" }, { NULL, NULL } };
    assert_int_equal(ask(h, HTTP_PUT, "/files/a", S(""), here).status, 403);
    assert_int_equal(said_n, before);
    assert_int_equal(post(h, "/inside/settle", "words=hello", NULL).status, 303);
    assert_int_equal(said_n, before + 1);
    assert_int_equal(post(h, "/sign-out", "", NULL).status, 303);
    sign_in(h, KEEPER);
    assert_int_equal(get(h, "/elsewhere").status, 200);
    assert_int_not_equal(ask(h, HTTP_PUT, "/files/a", S(""), here).status, 403);
}

/* ---- tests --------------------------------------------------------------------------- */

static void pages_have_frame_and_headers(void **state)
{
    struct house *h = *state;
    struct http_answer an = get(h, "/");
    assert_int_equal(an.status, 200);
    assert_true(says(&an, S("<title>\nFront room ·\nThe &lt;Copper&gt; Kettle</title>")));
    assert_true(says(&an, S("<a href=\"/inside\">Today\n<span class=\"count\">3</span>")));
    assert_true(says(&an, S("kept by Ann")));
    assert_true(says(&an, S("<a class=\"skip\" href=\"#main\">")));
    assert_true(str_begins(header(&an, S("Content-Security-Policy")),
                           S("default-src 'none'; style-src 'self'; img-src 'self';")));
    assert_true(str_ends(header(&an, S("Content-Security-Policy")),
                         S("script-src 'self'; connect-src 'self'")));
    assert_true(str_eq(header(&an, S("Cross-Origin-Opener-Policy")), S("same-origin")));
    assert_true(str_eq(header(&an, S("X-Content-Type-Options")), S("nosniff")));
    assert_true(str_eq(header(&an, S("Referrer-Policy")), S("no-referrer")));
    assert_true(str_eq(header(&an, S("Cache-Control")), S("no-store")));
    assert_int_equal(header(&an, S("Strict-Transport-Security")).n, 0);
    struct str cookie = header(&an, S("Set-Cookie"));
    assert_true(str_begins(cookie, S("snug_8080_guest=")) &&
                str_find(cookie, S("; HttpOnly; SameSite=Lax")) > 0);
    assert_int_equal(str_find(cookie, S("Secure")), -1);
}

static void https_is_stricter(void **state)
{
    (void)state;
    struct house h;
    open_house(&h, "https://house.example");
    sign_in(&h, KEEPER);
    struct http_answer an = post(&h, "/sign-in", "password=sesame", NULL);
    struct str cookie = header(&an, S("Set-Cookie"));
    assert_true(str_begins(cookie, S("__Host-snug=")) && str_ends(cookie, S("; Secure")));
    assert_true(str_find(cookie, S("Max-Age=1209600")) > 0);
    assert_true(str_begins(header(&an, S("Strict-Transport-Security")), S("max-age=")));
    an = get(&h, "/nowhere");
    assert_int_equal(an.status, 404);
    assert_true(header(&an, S("Strict-Transport-Security")).n &&
                header(&an, S("Content-Security-Policy")).n);
    /* without Sec-Fetch-Site a null origin is nobody's */
    an = post(&h, "/say", "words=x", (struct extra[]){ { "Origin", "null" }, { 0 } });
    assert_int_equal(an.status, 403);
    close_house(&h);
}

static void needs_are_asked(void **state)
{
    struct house *h = *state;
    struct http_answer an = get(h, "/inside?a=1");
    assert_int_equal(an.status, 303);
    assert_true(str_eq(header(&an, S("Location")), S("/sign-in?next=%2Finside%3Fa%3D1")));
    an = ask(h, HTTP_GET, "/inside", S(""), (struct extra[]){ { "HX-Request", "true" }, { 0 } });
    assert_int_equal(an.status, 401);
    assert_true(str_eq(header(&an, S("HX-Redirect")), S("/sign-in?next=%2Finside")));
    an = post(h, "/say", "words=hi", NULL);
    assert_int_equal(an.status, 403);
    sign_in(h, REGULAR);
    assert_int_equal(get(h, "/inside").status, 403);
    sign_in(h, KEEPER);
    an = get(h, "/inside");
    assert_int_equal(an.status, 200);
    assert_true(says(&an, S("<h1>Inside 7</h1>")));
    assert_true(says(&an, S("Ann &lt;Keeper&gt;")));
    assert_true(says(&an, S("aria-current=\"page\"")));
    assert_int_equal(get(h, "/owners").status, 403);
    sign_in(h, OWNER);
    assert_int_equal(get(h, "/owners").status, 200);
    sign_in(h, GONE); /* a role that was taken away ends what the session could do */
    assert_int_equal(get(h, "/inside").status, 303);
    assert_int_equal(get(h, "/setup").status, 200);
    set_up = true;
    assert_int_equal(get(h, "/setup").status, 404);
    set_up = false;
}

static void a_deed_and_its_notice(void **state)
{
    struct house *h = *state;
    sign_in(h, KEEPER);
    said_n = 0;
    struct http_answer an = post(h, "/say", "words=hello+%3Cthere%3E", NULL);
    assert_int_equal(an.status, 303);
    assert_int_equal(said_n, 1);
    assert_true(str_eq(header(&an, S("Location")), S("/inside")));
    an = get(h, "/inside");
    assert_true(says(&an, S("<p>Said: hello &lt;there&gt;</p>")));
    assert_true(says(&an, S("Take it back")));
    an = get(h, "/inside"); /* once */
    assert_false(says(&an, S("Said:")));
    /* what failed is shown again with what was written */
    an = post(h, "/say", "words=this+is+longer+than+twenty", NULL);
    assert_int_equal(an.status, 422);
    assert_true(says(&an, S("Please shorten your words to at most 20 characters.")));
    assert_true(says(&an, S("this is longer than twenty")));
    assert_true(says(&an, S("<h1>Inside 7</h1>")));
    an = post(h, "/say", "words=taken", NULL);
    assert_int_equal(an.status, 409);
    assert_true(says(&an, S("Somebody said that before.")));
    assert_int_equal(said_n, 1);
}

static void forged_forms(void **state)
{
    struct house *h = *state;
    sign_in(h, KEEPER);
    said_n = 0;
    assert_int_equal(ask(h, HTTP_POST, "/say", S("words=hi"), NULL).status, 403);
    assert_int_equal(ask(h, HTTP_POST, "/say", S("_token=00&words=hi"), NULL).status, 403);
    struct str one = token_for(h, "/say"), two = token_for(h, "/say");
    assert_false(str_eq(one, two)); /* masked anew in every answer */
    /* a token for another deed, and one bit of a right one */
    struct str body = str_fmt(h->a, "_token=%.*s&words=hi", STR(token_for(h, "/sign-out")));
    assert_int_equal(ask(h, HTTP_POST, "/say", body, NULL).status, 403);
    char *z = str_z(h->a, one);
    z[63] = z[63] == '0' ? '1' : '0';
    assert_int_equal(ask(h, HTTP_POST, "/say", str_fmt(h->a, "_token=%s&words=hi", z), NULL).status,
                     403);
    /* of another session of the same person */
    struct str before = token_for(h, "/say");
    sign_in(h, KEEPER);
    assert_int_equal(
        ask(h, HTTP_POST, "/say", str_fmt(h->a, "_token=%.*s&words=hi", STR(before)), NULL).status,
        403);
    static const struct {
        struct extra x[3];
        int status;
    } rows[] = {
        { { { "Sec-Fetch-Site", "same-origin" } }, 303 },
        { { { "Sec-Fetch-Site", "cross-site" } }, 403 },
        { { { "Sec-Fetch-Site", "same-site" } }, 403 },
        { { { "Sec-Fetch-Site", "none" } }, 403 },
        { { { "Sec-Fetch-Site", "same-origin" }, { "Origin", "null" } }, 303 },
        { { { "Origin", "http://127.0.0.1:8080" } }, 303 },
        { { { "Origin", "http://127.0.0.1:8081" } }, 403 },
        { { { "Origin", "https://evil.example" } }, 403 },
    };
    for (int i = 0; i < COUNT(rows); i++)
        if (post(h, "/say", "words=hi", rows[i].x).status != rows[i].status)
            fail_msg("origin row %d", i);
    assert_int_equal(said_n, 3);
}

static void sessions_come_and_go(void **state)
{
    struct house *h = *state;
    assert_int_equal(post(h, "/sign-in", "password=open", NULL).status,
                     403); /* look said no: no session */
    assert_int_equal(get(h, "/inside").status, 303);
    struct http_answer an = post(h, "/sign-in", "password=sesame&who=7", NULL);
    assert_int_equal(an.status, 303);
    struct str first = str_dup(h->a, h->cookie);
    sign_in(h, KEEPER);
    assert_false(str_eq(first, h->cookie)); /* a new one at each sign-in */
    struct str second = h->cookie;
    h->cookie = first;
    assert_int_equal(get(h, "/inside").status, 303); /* and the old one is dead */
    h->cookie = second;
    assert_int_equal(get(h, "/inside").status, 200);
    an = post(h, "/sign-out", "", NULL);
    assert_true(str_find(header(&an, S("Set-Cookie")), S("Max-Age=0")) > 0);
    h->cookie = second;
    assert_int_equal(get(h, "/inside").status, 303);
}

static void going_back_stays_here(void **state)
{
    struct house *h = *state;
    static const char *const rows[][2] = { { "/inside", "/inside" },
                                           { "//evil.example", "/" },
                                           { "/\\evil.example", "/" },
                                           { "https://evil.example", "/" },
                                           { "", "/" },
                                           { "/a%0d%0aX:b", "/" } };
    for (int i = 0; i < COUNT(rows); i++) {
        struct str target = str_fmt(h->a, "/sign-in?next=%s", rows[i][0]);
        struct str body =
            str_fmt(h->a, "_token=%.*s&password=sesame", STR(token_for(h, "/sign-in")));
        struct http_answer an = ask(h, HTTP_POST, str_z(h->a, target), body, NULL);
        if (!str_eq(header(&an, S("Location")), str_c(rows[i][1]))) fail_msg("next=%s", rows[i][0]);
    }
}

static void errors_are_kind(void **state)
{
    struct house *h = *state;
    struct http_answer an = get(h, "/people/4");
    assert_int_equal(an.status, 404);
    assert_true(says(&an, S("Nobody here has that number.")));
    assert_true(says(&an, S("Today"))); /* with the frame */
    assert_int_equal(get(h, "/people/x").status, 404);
    assert_int_equal(get(h, "/people/3").status, 200);
    an = get(h, "/breaks");
    assert_int_equal(an.status, 500);
    assert_true(says(&an, S("Something broke")));
    assert_false(says(&an, S("on purpose")));
    assert_int_equal(ask(h, HTTP_POST, "/people/3", S(""), NULL).status, 405);
    an = ask(h, HTTP_GET, "/people/4", S(""), (struct extra[]){ { "HX-Request", "true" }, { 0 } });
    assert_int_equal(an.status, 404);
    assert_false(says(&an, S("<html")));
    assert_true(says(&an, S("class=\"notice problem\"")));
}

static void pieces(void **state)
{
    struct house *h = *state;
    struct http_answer an =
        ask(h, HTTP_GET, "/people/3", S(""), (struct extra[]){ { "HX-Request", "true" }, { 0 } });
    assert_true(str_eq(str_trim(an.body), S("person 3")));
    assert_true(str_find(header(&an, S("Vary")), S("HX-Request")) >= 0);
    an = ask(h, HTTP_GET, "/people/3", S(""),
             (struct extra[]){ { "HX-Request", "true" }, { "HX-Boosted", "true" }, { 0 } });
    assert_true(says(&an, S("<html")));
}

static void machines(void **state)
{
    struct house *h = *state;
    struct http_answer an = ask(h, HTTP_POST, "/inbox", S("{}"), NULL);
    assert_int_equal(an.status, 401);
    an = ask(h, HTTP_POST, "/inbox", S("{}"), (struct extra[]){ { "Signature", "them" }, { 0 } });
    assert_int_equal(an.status, 202);
    assert_true(str_eq(an.body, S("{\"from\":\"them\"}")));
    assert_true(str_eq(header(&an, S("Content-Type")), S("application/json")));
    an = get(h, "/feed");
    assert_true(
        str_eq(header(&an, S("Content-Disposition")), S("attachment; filename*=UTF-8''a%20b.ics")));
    assert_true(str_ends(header(&an, S("Content-Security-Policy")), S("base-uri 'none'")));
    /* a hook by cookie wants to know where it came from */
    assert_int_equal(ask(h, HTTP_PUT, "/files/a/b", S("x"), NULL).status, 403);
    sign_in(h, KEEPER);
    assert_int_equal(ask(h, HTTP_PUT, "/files/a/b", S("x"), NULL).status, 403);
    assert_int_equal(ask(h, HTTP_PUT, "/files/a/b", S("x"),
                         (struct extra[]){ { "Sec-Fetch-Site", "same-origin" }, { 0 } })
                         .status,
                     202);
}

static void links_are_not_guessed(void **state)
{
    struct house *h = *state;
    struct http_answer an = get(h, "/o/right");
    assert_int_equal(an.status, 200);
    assert_true(str_eq(header(&an, S("X-Robots-Tag")), S("noindex, nofollow")));
    assert_int_equal(str_find(header(&an, S("Content-Security-Policy")), S("script-src")), -1);
    assert_false(says(&an, S("<script")));
    int status = 404, n = 0;
    for (; status == 404 && n < 100; n++) status = get(h, "/o/wrong").status;
    assert_int_equal(status, 429);
    assert_int_equal(n, 21); /* twenty may be mistaken */
    an = get(h, "/o/right");
    assert_int_equal(an.status, 429);
    assert_true(header(&an, S("Retry-After")).n > 0);
    assert_int_equal(get(h, "/people/3").status, 200); /* the rest of the house is open */
}

static void a_flood_waits(void **state)
{
    struct house *h = *state;
    int n = 0;
    while (n < 200 && get(h, "/people/3").status == 200) n++;
    assert_in_range(n, 60, 150); /* 60 at once, and 20 more for every second this took */
}

static void assets_are_kept(void **state)
{
    struct house *h = *state;
    struct str path = asset_url("snug.css").s;
    struct http_answer an = { .a = h->a };
    struct http_header zip = { S("Accept-Encoding"), S("br, gzip") };
    assert_true(web_quick(h->w, &(struct http_request){ .method = HTTP_GET, .path = path }, &an));
    assert_true(str_eq(header(&an, S("Content-Type")), S("text/css; charset=utf-8")));
    assert_true(str_find(header(&an, S("Cache-Control")), S("immutable")) > 0);
    ptrdiff_t plain = an.body.n;
    an = (struct http_answer){ .a = h->a };
    assert_true(web_quick(h->w,
                          &(struct http_request){
                              .method = HTTP_GET, .path = path, .headers = &zip, .headers_n = 1 },
                          &an));
    assert_true(str_eq(header(&an, S("Content-Encoding")), S("gzip")) && an.body.n < plain / 2);
    assert_false(
        web_quick(h->w,
                  &(struct http_request){ .method = HTTP_GET, .path = S("/assets/snug.0000.css") },
                  &an));
    assert_false(web_quick(h->w, &(struct http_request){ .method = HTTP_POST, .path = path }, &an));
}

static int open_plain(void **state)
{
    static struct house h;
    open_house(&h, "http://127.0.0.1:8080");
    *state = &h;
    return 0;
}

static int close_plain(void **state)
{
    close_house(*state);
    return 0;
}

#define IN_HOUSE(fn) cmocka_unit_test_setup_teardown(fn, open_plain, close_plain)

int main(void)
{
    trace_from(TRACE_ERROR);
    hash_start();
    const struct CMUnitTest tests[] = {
        IN_HOUSE(pages_have_frame_and_headers),
        cmocka_unit_test(https_is_stricter),
        IN_HOUSE(needs_are_asked),
        IN_HOUSE(who_owes_gets_nothing_else),
        IN_HOUSE(a_deed_and_its_notice),
        IN_HOUSE(forged_forms),
        IN_HOUSE(sessions_come_and_go),
        IN_HOUSE(going_back_stays_here),
        IN_HOUSE(errors_are_kind),
        IN_HOUSE(pieces),
        IN_HOUSE(machines),
        IN_HOUSE(links_are_not_guessed),
        IN_HOUSE(a_flood_waits),
        IN_HOUSE(assets_are_kept),
    };
    return cmocka_run_group_tests_name("web", tests, NULL, NULL);
}
