/* SPDX-License-Identifier: GPL-3.0-or-later
 * matrix_doors.h - what matrix_test.c asks about the doors of the house: how every answer is
 * dressed, that signing in tells nobody who has an account, and that an address which is a key by
 * itself opens once, for one, for a while. Included by matrix_test.c only. */
#pragma once

/* ---- every answer is dressed ---------------------------------------------------------------- */

#define POLICY                                                                                     \
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors "   \
    "'none'; base-uri 'none'"

static int times(const struct http_answer *an, const char *name)
{
    int n = 0;
    for (int i = 0; i < an->headers_n; i++) n += str_ieq(an->headers[i].name, str_c(name));
    return n;
}

static void judge_cookie(struct str where, struct str set)
{
    struct str rest = set, pair, name;
    (void)str_cut(&rest, ';', &pair);
    struct str value = pair;
    (void)str_cut(&value, '=', &name);
    if (!str_begins(name, S("__Host-snug"))) wrong("%.*s sets %.*s", STR(where), STR(name));
    if (!str_begins(rest, S(" Path=/; HttpOnly; SameSite=Lax")) || !str_ends(rest, S("; Secure")) ||
        str_ifind(rest, S("domain")) >= 0)
        wrong("%.*s sets a cookie that says %.*s", STR(where), STR(rest));
    bool session = str_eq(name, S("__Host-snug"));
    if (session && value.n && (value.n != 43 || str_find(rest, S("Max-Age=1209600;")) < 0))
        wrong("%.*s begins a session by %.*s", STR(where), STR(rest));
}

/* stored: may be kept by the browser, for nobody's data is in it. */
static void judge_dress(struct str where, const struct http_answer *an, bool stored)
{
    static const char *const worn[][2] = { { "Cross-Origin-Opener-Policy", "same-origin" },
                                           { "X-Content-Type-Options", "nosniff" },
                                           { "Referrer-Policy", "no-referrer" },
                                           { "Strict-Transport-Security", "max-age=31536000" } };
    static const char *const once[] = { "Content-Security-Policy", "Cache-Control" };
    for (int i = 0; i < COUNT(worn); i++)
        if (times(an, worn[i][0]) != 1 || !str_eq(header(an, str_c(worn[i][0])), str_c(worn[i][1])))
            wrong("%.*s says %s: %.*s, %d times", STR(where), worn[i][0],
                  STR(header(an, str_c(worn[i][0]))), times(an, worn[i][0]));
    for (int i = 0; i < COUNT(once); i++)
        if (times(an, once[i]) != 1)
            wrong("%.*s says %s %d times", STR(where), once[i], times(an, once[i]));
    struct str policy = header(an, S("Content-Security-Policy"));
    if (!str_eq(policy, S(POLICY)) &&
        !str_eq(policy, S(POLICY "; script-src 'self'; connect-src 'self'")))
        wrong("%.*s has the policy %.*s", STR(where), STR(policy));
    if (!stored && !str_eq(header(an, S("Cache-Control")), S("no-store")))
        wrong("%.*s may be stored: %.*s", STR(where), STR(header(an, S("Cache-Control"))));
    if (!stored && times(an, "X-Robots-Tag") > 1) wrong("%.*s says noindex twice", STR(where));
    for (int i = 0; i < an->headers_n; i++)
        if (str_ieq(an->headers[i].name, S("Set-Cookie")))
            judge_cookie(where, an->headers[i].value);
    if (times(an, "Server") || times(an, "X-Powered-By")) wrong("%.*s says who serves", STR(where));
}

static void dress_of(visitor v, http_method m, struct str target, struct str body, bool piece)
{
    struct arena *a = arena_open((size_t)64 * MIB);
    struct wish w = { .as = v, .method = m, .target = target, .body = body, .piece = piece };
    struct http_answer an = ask(a, &w);
    struct str where =
        str_fmt(a, "%s %.*s, %d to %s,", http_method_names[m], STR(target), an.status, called[v]);
    judge_dress(where, &an, false);
    arena_close(a);
}

/* The same house, as it stands in the world. */
static void move_to_https(void)
{
    struct str why = S("");
    web_close(at.w);
    at.h.origin = S("https://house.example");
    at.w = web_open(at.a, &at.h, &why);
    if (!at.w) fail_msg("%.*s", STR(why));
    memset(cookie, 0, sizeof cookie);
    for (int v = GUEST; v < VISITORS; v++) cookie[v] = enter(at.a, letter_of[v]);
}

static void every_answer_is_dressed(void **state)
{
    static const visitor who[] = { NOBODY, FORGED, GUEST, ANN, OLGA };
    struct asked_thing x[THINGS];
    (void)state;
    begin();
    move_to_https();
    cookie[FORGED] = S("__Host-snug=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    for (int k = 0; k < COUNT(table); k++)
        for (int v = 0; v < COUNT(who); v++) {
            int n = things_of(table[k].of, who_is(who[v]), x);
            for (int i = 0; i < n; i += MAX(1, n - 1)) { /* one that is there, one that isn't */
                struct str path = path_of(at.a, table[k].path, x[i].id);
                dress_of(who[v], HTTP_GET, path, S(""), false);
                dress_of(who[v], HTTP_HEAD, path, S(""), false);
                dress_of(who[v], HTTP_GET, path, S(""), true);
                dress_of(who[v], HTTP_POST, path, S("words=x"), false);
                dress_of(who[v], HTTP_PUT, path, S("x"), false);
                dress_of(who[v], HTTP_DELETE, path, S(""), false);
            }
            dress_of(who[v], HTTP_GET, S("/nowhere/at/all"), S(""), false);
            dress_of(who[v], HTTP_POST, S("/nowhere"), S("%%%"), false);
        }
    end(5000);
}

/* What the server says by itself, and the files that are part of the program. */
static void what_no_page_says_is_dressed_as_well(void **state)
{
    (void)state;
    begin();
    move_to_https();
    struct arena *a = arena_open(MIB);
    struct http_answer refused = { .a = a, .status = 413 }, style = { .a = a };
    web_error(at.w, &refused);
    judge_dress(S("a refusal"), &refused, false);
    struct http_request rq = { .method = HTTP_GET, .path = asset_url("snug.css").s };
    assert_true(web_quick(at.w, &rq, &style));
    judge_dress(S("the style"), &style, true);
    if (times(&style, "Set-Cookie")) wrong("a file sets a cookie");
    arena_close(a);
    struct http_answer in =
        post(at.a, NOBODY, S("/matrix/enter"), str_fmt(at.a, "who=%" PRId64, at.keeper['A']));
    if (!str_begins(header(&in, S("Set-Cookie")), S("__Host-snug="))) wrong("no session begins");
    judge_dress(S("signing in"), &in, false);
    end(2);
}

/* ---- signing in ---------------------------------------------------------------------------------
 */

static struct http_answer try_at_door(struct arena *a, visitor v, struct str address,
                                      const char *password, int64_t *hashes)
{
    int64_t before = password_runs();
    struct http_answer an =
        post(a, v, S("/sign-in"), str_fmt(a, "address=%.*s&password=%s", STR(address), password));
    *hashes = password_runs() - before;
    return an;
}

/* A keeper with a password, one without, one who left, somebody they write to, nobody at all, and
 * what is no address. */
static void the_door_does_not_tell_who_lives_here(void **state)
{
    static const char *const typed[] = { "olga@house.example",  "ann@house.example",
                                         "dan@house.example",   "",
                                         "nobody@else.example", "olga",
                                         "OLGA@House.Example" };
    struct arena *a = arena_open((size_t)64 * MIB);
    struct http_answer first = { 0 };
    struct str known = S("olga@house.example");
    int64_t n = 0;
    (void)state;
    begin();
    (void)token_for(a, NOBODY, S("/sign-in")); /* a browser that was here before */
    for (int i = 0; i < COUNT(typed); i++) {
        struct str address = *typed[i] ? str_c(typed[i]) : address_of(a, 'a');
        struct http_answer an = try_at_door(a, NOBODY, address, "a+wrong+kettle+in+there", &n);
        if (an.status != 422 || n != 1)
            wrong("%.*s is answered by %d after %" PRId64 " hashes", STR(address), an.status, n);
        if (!i) first = an;
        /* but for what was typed, which the form shows again */
        struct str mine = str_fmt(a, "value=\"%.*s\"", STR(address)),
                   its = str_fmt(a, "value=\"%.*s\"", STR(known));
        ptrdiff_t k = str_find(an.body, mine), j = str_find(first.body, its);
        if (k < 0 || j < 0) wrong("what was typed is not shown again");
        struct http_answer x = an, y = first;
        x.body =
            str_fmt(a, "%.*s%.*s", STR(str_upto(an.body, k)), STR(str_from(an.body, k + mine.n)));
        y.body = str_fmt(a, "%.*s%.*s", STR(str_upto(first.body, j)),
                         STR(str_from(first.body, j + its.n)));
        judge_same(a, S("/sign-in"), NOBODY, &x, S("-"), &y, S("-"));
    }
    arena_close(a);
    end(COUNT(typed));
}

/* From a thousand places at once nobody gets more than ten tries at a name, known or not, and
 * hardly a hash is computed for them. Who is signed in does not notice, and may go on. */
static void tries_run_out_by_name(void **state)
{
    enum { FLOOD = 500, AT_ONCE = 10 };
    static const char *const names[] = { "olga@house.example", "nobody@else.example" };
    struct str why = S("");
    (void)state;
    begin();
    struct web *easy = at.w;
    at.h.limits.named = (struct rate_class){ 0 }; /* the usual one */
    at.w = web_open(at.a, &at.h, &why);
    for (int i = 0; i < COUNT(names); i++) {
        int64_t all = 0, n;
        for (int k = 0; k < FLOOD; k++) {
            struct arena *a = arena_open((size_t)64 * MIB);
            (void)try_at_door(a, NOBODY, str_c(names[i]), "a+wrong+kettle+in+there", &n);
            all += n;
            arena_close(a);
        }
        if (all < AT_ONCE || all > AT_ONCE + 2) /* and what a slow machine gives back */
            wrong("%" PRId64 " hashes for %d tries at %s", all, FLOOD, names[i]);
    }
    struct wish w = { .as = OLGA, .target = S("/settings") };
    if (ask(at.a, &w).status != 200) wrong("who is signed in is locked out");
    if (post(at.a, OLGA, S("/settings/morning"), S("hour=7")).status != 303)
        wrong("who is signed in can do nothing");
    web_close(at.w);
    at.w = easy;
    end(2 * FLOOD);
}

/* ---- addresses that are keys
 * ---------------------------------------------------------------------- */

struct key {
    const char *path; /* GET shows it, POST uses it */
    /* A new one, made out to somebody by who has the browser of v; *code: what opens it elsewhere.
     */
    struct str (*make)(visitor v, struct str *code);
    void (*revoke)(void);
    int64_t lasts_s;
    int tries; /* wrong codes that end it */
};

static err read_effects(struct ctx *c, void *out)
{
    *(int64_t *)out =
        db_int(c, 0, SQL("SELECT max(id) FROM event")) * 1000000 +
        db_int(c, 0, SQL("SELECT count(*) FROM web_session /* scan */")) * 1000 +
        db_int(c, 0, SQL("SELECT count(*) FROM sign_in_link WHERE used=1 /* scan */"));
    return OK;
}

static int64_t effects(void)
{
    int64_t n = 0;
    assert_int_equal(place_read(read_effects, &n), OK);
    return n;
}

struct asked_link {
    struct str browser, token, code;
};
static err ask_link_of(struct tx *t, void *arg)
{
    struct asked_link *l = arg;
    struct link_asked out = link_ask(t, l->browser, at.stranger['n' - 'a'], S(""));
    l->token = out.token;
    l->code = out.code;
    return OK;
}

/* Or else the fifth letter in an hour is the last one. */
static err forget_links(struct tx *t, void *unused)
{
    (void)unused;
    db_do(t, SQL("DELETE FROM sign_in_link WHERE person<>0 /* scan */"));
    return OK;
}

static struct str make_link(visitor v, struct str *code)
{
    struct asked_link l = { .browser = str_from(cookie[v], str_chr(cookie[v], '=') + 1) };
    assert_int_equal(place_write(0, forget_links, NULL), OK);
    assert_int_equal(place_write(0, ask_link_of, &l), OK);
    *code = l.code;
    return l.token;
}

static void revoke_link(void)
{
    struct str path = path_of(at.a, "/people/:who/erase", at.stranger['n' - 'a']);
    assert_int_equal(post(at.a, OLGA, path, S("reason=asked")).status, 303);
}

static const struct key keys[] = { { "/in/by/:token*", make_link, revoke_link, LINK_S,
                                     LINK_TRIES } };

static struct str key_path(struct arena *a, const struct key *k, struct str token)
{
    ptrdiff_t n = str_chr(str_c(k->path), ':');
    return str_fmt(a, "%.*s%.*s", (int)n, k->path, STR(token));
}

/* Browsers of this test that were here before: SAME asked for it, OTHER has seen it. */
static const visitor SAME = NOBODY, OTHER = ENDED;

static void key_is_dead(const struct key *k, struct str token, struct str code, const char *why)
{
    struct arena *a = arena_open((size_t)64 * MIB);
    struct str path = key_path(a, k, token), none = key_path(a, k, random_token(a));
    for (int i = 0; i < 2; i++) {
        visitor v = i ? OTHER : SAME;
        struct wish w = { .as = v, .target = path }, x = { .as = v, .target = none };
        struct str fields = str_fmt(a, "code=%.*s", STR(code));
        (void)token_for(a, v, path);
        int64_t before = effects();
        struct http_answer an = ask(a, &w), other = ask(a, &x);
        judge_same(a, path, v, &an, token, &other, str_from(none, none.n - token.n));
        if (an.status != 404) wrong("%s that %s answers by %d", k->path, why, an.status);
        an = post(a, v, path, fields);
        other = post(a, v, none, fields);
        judge_same(a, path, v, &an, token, &other, str_from(none, none.n - token.n));
        if (an.status != 404) wrong("%s that %s is used: %d", k->path, why, an.status);
        if (effects() != before) wrong("%s that %s does something", k->path, why);
    }
    arena_close(a);
}

static void scan(const struct key *k, struct str token)
{
    int64_t before = effects();
    for (int i = 0; i < 10; i++) {
        struct arena *a = arena_open((size_t)64 * MIB);
        visitor v = i % 2 ? OTHER : FORGED;
        struct wish w = { .as = v,
                          .method = i % 3 ? HTTP_GET : HTTP_HEAD,
                          .target = key_path(a, k, token) };
        if (ask(a, &w).status != 200) wrong("%s is gone after a look", k->path);
        w.method = HTTP_POST; /* a scanner that presses buttons has no token of ours */
        if (ask(a, &w).status != 403) wrong("%s is used by who only looked", k->path);
        (void)post(a, OTHER, w.target, S("")); /* and one that has one has no code */
        arena_close(a);
    }
    if (effects() != before) wrong("looking at %s does something", k->path);
}

static void at_time(int64_t now)
{
    FILE *f = fopen(getenv("SNUG_CLOCK"), "w");
    assert_non_null(f);
    fprintf(f, "%" PRId64 "\n", now);
    fclose(f);
}

static void judge_key(const struct key *k)
{
    struct str code, token = k->make(SAME, &code);
    char last = token.p[token.n - 1];
    struct str near = str_fmt(at.a, "%.*s%c", (int)token.n - 1, token.p, last == 'A' ? 'Q' : 'A');
    scan(k, token);
    key_is_dead(k, near, code, "was guessed");
    for (int i = 0; i < 20; i++) key_is_dead(k, random_token(at.a), code, "was guessed");
    struct http_answer an = post(at.a, SAME, key_path(at.a, k, token), S(""));
    if (an.status != 303 || !str_begins(header(&an, S("Set-Cookie")), S("snug=")))
        wrong("%s opens nothing where it was asked for: %d", k->path, an.status);
    key_is_dead(k, token, code, "was used");
    token = k->make(SAME, &code);
    at_time(MATRIX_NOW + k->lasts_s - 1);
    scan(k, token);
    at_time(MATRIX_NOW + k->lasts_s);
    key_is_dead(k, token, code, "is too old");
    at_time(MATRIX_NOW);
    token = k->make(SAME, &code);
    int64_t before = effects();
    struct str other = str_fmt(at.a, "code=%06d", str_eq(code, S("000000")));
    for (int i = 0; i < k->tries; i++)
        if (post(at.a, OTHER, key_path(at.a, k, token), other).status != 303)
            wrong("a wrong code for %s is not asked for again", k->path);
    if (effects() != before) wrong("%s opens by a wrong code", k->path);
    key_is_dead(k, token, code, "was tried too often");
    token = k->make(SAME, &code);
    k->revoke();
    key_is_dead(k, token, code, "is revoked");
}

static bool is_key(const char *path)
{
    static const char *const words[] = { ":token", ":code", ":key", ":secret", ":invitation" };
    for (int i = 0; i < COUNT(words); i++)
        if (strstr(path, words[i])) return true;
    return false;
}

/* Every route that is for whoever has its address, or is found by a word of its own, is in the list
 * above: a new one fails here until it says how it is made, used up and revoked. */
static void addresses_that_are_keys_open_once(void **state)
{
    (void)state;
    begin();
    for (int t = 0; t < serve_tables_n; t++)
        for (const struct route *r = serve_tables[t]; r->path; r++) {
            bool known = r->need != NEED_LINK && !is_key(r->path);
            for (int i = 0; i < COUNT(keys) && !known; i++) known = !strcmp(keys[i].path, r->path);
            if (!known) wrong("%s is a key, and nobody tries it here", r->path);
        }
    for (int i = 0; i < COUNT(keys); i++) {
        cookie[SAME] = cookie[OTHER] = S("");
        (void)token_for(at.a, SAME, S("/"));
        (void)token_for(at.a, OTHER, S("/"));
        judge_key(&keys[i]);
    }
    end(200);
}
