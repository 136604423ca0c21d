/* SPDX-License-Identifier: GPL-3.0-or-later
 * persona_test.c - two houses that live the same life but for one thing: whose a mask is. In one
 * it is Ada's, in the other Bo's. Whatever anybody else can get of them, pages with their headers,
 * letters as they leave, and all exports, is the same byte for byte, and takes as many statements.
 *
 * Chance is drawn from the number of the script (the linker wraps libsodium's), so that nothing
 * has to be levelled before it is compared. PERSONA_SCRIPTS=N plays more of them. */
#include "app/command.h"
#include "app/door.h"
#include "app/export.h"
#include "app/house.h"
#include "kit/base/date.h"
#include "kit/base/trace.h"
#include "kit/mail/compose.h"
#include "kit/mail/relay.h"
#include "kit/web/web.h"
#include "people/keeper.h"
#include "people/people_mail.h"
#include "post/mailbox.h"
#include "post/outbox.h"
#include "talk/circle_talk.h"
#include "talk/talk_mail.h"
#include "talk/talk_web.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

enum { NOW = 1780000000, SCRIPTS = 20, STEPS = 12 };
/* Olga owns the house and sits in no circle; Kit keeps it and sometimes does; Ada and Bo are those
 * of whom one is masked; Cy makes the circles; Dee and Eve come along. */
enum { OLGA, KIT, ADA, BO, CY, DEE, EVE, PEOPLE };
static const char *const names[PEOPLE + 1] = { "olga", "kit", "ada", "bo",
                                               "cy",   "dee", "eve", "mask" };

/* ---- chance -------------------------------------------------------------------- */

static uint64_t chance;
static uint64_t next_of(uint64_t *state)
{
    uint64_t z = *state += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

void __wrap_randombytes_buf(void *out, size_t n);
void __wrap_randombytes_buf(void *out, size_t n)
{
    for (size_t i = 0; i < n; i++) ((uint8_t *)out)[i] = (uint8_t)(next_of(&chance) >> 17);
}

/* ---- a house --------------------------------------------------------------------- */

struct twin {
    struct arena *a;
    struct home home;
    struct web_house h;
    struct web *w;
    char dir[64];
    id who[PEOPLE];
    struct str cookie[PEOPLE];
    int masked;           /* ADA or BO */
    struct buf got;       /* what others can get, in this script */
    int statements;       /* it took to read that */
    struct arena *script; /* of this script */
};
static struct twin twins[2];
static struct twin *at; /* whose turn it is */
static int64_t moment;

static char clock_path[64]; /* the one clock of both */
static void set_clock(void)
{
    if (!*clock_path)
        snprintf(clock_path, sizeof clock_path, "/tmp/snug_persona_%d", (int)getpid());
    FILE *f = fopen(clock_path, "w");
    assert_non_null(f);
    fprintf(f, "%lld\n", (long long)moment);
    fclose(f);
    setenv("SNUG_CLOCK", clock_path, 1);
}

static err as(int who, write_fn *fn, void *arg)
{
    struct work w = { .a = at->script, .viewer = who < 0 ? 0 : at->who[who] };
    err e = work_write(at->home.store, &w, fn, arg);
    if (w.broken) fail_msg("%.*s", STR(w.why));
    return e;
}

static struct str address_of(int who)
{
    const char *name = names[who], *at_home = who < ADA ? "house" : name;
    return str_fmt(at->script, "%s@%s.example", name, at_home);
}

static err found(struct tx *t, void *unused)
{
    (void)unused;
    TRY(house_found(t, S("The Twin House"), false));
    for (int i = OLGA; i <= KIT; i++) {
        struct meetings m;
        assert_true(meetings_typed(t->c.a, address_of(i), &m));
        struct keeper_new k = { .name = str_c(names[i]),
                                .addresses = m.at,
                                .n = m.n,
                                .role = i == OLGA ? KEEPER_OWNER : KEEPER_PLAIN };
        TRY(keeper_join(t, &k, &at->who[i]));
    }
    return OK;
}

static err connect(struct tx *t, void *unused)
{
    struct mailbox box;
    struct mailbox_settings s = { .address = S("olga@house.example"),
                                  .password = S("a kettle"),
                                  .smtp = { .host = S("smtp.house.example"), .port = 465 },
                                  .plus = true };
    id which;
    (void)unused;
    TRY(mailbox_add(t, &s, &which));
    TRY(mailbox_get(&t->c, which, &box));
    mailbox_note(t, &box, MAILBOX_READS, S(""));
    return OK;
}

/* A letter of that regular to Kit: what everybody's life is made of. */
struct noise {
    int from, number;
};
static err write_letter(struct tx *t, void *arg)
{
    const struct noise *n = arg;
    struct ctx *c = &t->c;
    struct mail_addr from = { .name = str_c(names[n->from]), .addr = address_of(n->from) },
                     to = { .name = S("kit"), .addr = address_of(KIT) };
    struct mail_letter l = { .id = mail_id_make(c->a, S("mail.example")),
                             .from = { &from, 1 },
                             .to = { &to, 1 },
                             .subject = str_fmt(c->a, "Matter %d", n->number),
                             .date = c->now,
                             .text =
                                 str_fmt(c->a, "Could you look after matter %d?\n", n->number) };
    struct mail_result result;
    struct str raw, why;
    if (mail_compose(c->a, &l, &raw, &why) != OK || talk_own_read(c->a, raw, &result, &why) != OK)
        die(c, "no letter");
    (void)talk_own_take(t, &result, c->now, CHANNEL_MAIL);
    at->who[n->from] = person_of_uri(c, str_fmt(c->a, "mailto:%.*s", STR(address_of(n->from))));
    return OK;
}

static err enter(struct tx *t, void *who)
{
    struct str token;
    session_start(t, at->who[*(int *)who],
                  *(int *)who <= KIT ? SESSION_BY_PASSWORD : SESSION_BY_LINK, S(""), &token);
    at->cookie[*(int *)who] = str_fmt(at->script, "snug=%.*s", STR(token));
    return OK;
}

static void open_twin(int n)
{
    static const int met[] = { ADA, CY, DEE, EVE, BO }; /* so that an order by number would tell */
    struct str why = S("");
    at = &twins[n];
    *at = (struct twin){ .a = arena_open((size_t)64 * MIB), .masked = n ? BO : ADA };
    at->script = at->a;
    chance = 7;
    snprintf(at->dir, sizeof at->dir, "/tmp/snug_twin_XXXXXX");
    assert_non_null(mkdtemp(at->dir));
    if (home_make(at->a, str_c(at->dir), &why) != OK) fail_msg("%.*s", STR(why));
    if (home_open(at->a, str_c(at->dir), false, &at->home, &why) != OK) fail_msg("%.*s", STR(why));
    assert_int_equal(as(-1, found, NULL), OK);
    assert_int_equal(as(OLGA, connect, NULL), OK);
    for (int i = 0; i < COUNT(met); i++)
        assert_int_equal(as(KIT, write_letter, &(struct noise){ met[i], i }), OK);
    serve_house(&at->home, S("http://house.example"), &at->h);
    at->h.limits.page = at->h.limits.entry = at->h.limits.wrong = (struct rate_class){ 1e6, 1e6 };
    at->w = web_open(at->a, &at->h, &why);
    if (!at->w) fail_msg("%.*s", STR(why));
}

static int drop(const char *path, const struct stat *s, int kind, struct FTW *f)
{
    (void)s, (void)kind, (void)f;
    return remove(path);
}

static void close_twin(struct twin *t)
{
    web_close(t->w);
    home_close(&t->home);
    assert_int_equal(nftw(t->dir, drop, 8, FTW_DEPTH | FTW_PHYS), 0);
    arena_close(t->a);
}

/* ---- letters as they leave --------------------------------------------------------- */

static err ready(struct ctx *c, struct channel_parcel *p)
{
    return !p->relay || mail_relay(c->a, p->head, p->raw, &p->raw)
               ? OK
               : (fail)(c, E_NOTFOUND, "nothing to pass on");
}

static struct channel_result deliver(struct arena *a, const struct channel_parcel *p,
                                     const atomic_bool *cancel)
{
    (void)a, (void)cancel;
    if (str_eq(p->address, address_of(ADA)) || str_eq(p->address, address_of(BO)))
        fail_msg("a letter went to who may be masked");
    buf_fmt(&at->got, "\n== to %.*s\n%.*s", STR(p->address), STR(p->raw));
    return (struct channel_result){ .outcome = CHANNEL_HANDED, .said = S("") };
}
static const struct post_channel by_hand = {
    .number = CHANNEL_MAIL, .name = "by hand", .patience_s = DAY, .ready = ready, .deliver = deliver
};

static int deliver_all(void)
{
    static const atomic_bool never;
    int n = 0;
    for (;;) {
        struct arena *a = arena_open((size_t)64 * MIB);
        bool more = outbox_step(at->home.store, a, &never);
        arena_close(a);
        if (!more) return n;
        n++;
    }
}

/* ---- what others can get ------------------------------------------------------------- */

static void get(int who, struct str target)
{
    struct arena *a = arena_open((size_t)64 * MIB);
    struct http_header hs[2] = { { S("Host"), S("house.example") },
                                 { S("Cookie"), at->cookie[who] } };
    ptrdiff_t q = str_chr(target, '?');
    struct http_request rq = { .method = HTTP_GET,
                               .target = target,
                               .path = q < 0 ? target : str_upto(target, q),
                               .query = str_from(target, q < 0 ? target.n : q + 1),
                               .headers = hs,
                               .headers_n = 2,
                               .remote = S("192.0.2.1"),
                               .came_us = clock_us() };
    struct http_answer an = { .a = a };
    web_serve(at->w, &rq, &an);
    buf_fmt(&at->got, "\n== %s %.*s: %d\n", names[who], STR(target), an.status);
    for (int i = 0; i < an.headers_n; i++)
        buf_fmt(&at->got, "%.*s: %.*s\n", STR(an.headers[i].name), STR(an.headers[i].value));
    buf_add(&at->got, an.body);
    if (an.status >= 500) fail_msg("%.*s answers %d", STR(target), an.status);
    arena_close(a);
}

struct life { /* of one script */
    id circle, said[STEPS];
    int n, number;
};

static void get_all(int who, const struct life *l)
{
    static const char *const of_keepers[] = { "/",
                                              "/talk?all=1",
                                              "/people?all=1",
                                              "/people?q=her",
                                              "/map?house=1",
                                              "/map",
                                              "/tracks?all=1&by=people",
                                              "/search?q=matter",
                                              "/search?q=zq",
                                              "/people/alike",
                                              "/health",
                                              "/settings",
                                              "/waiting" };
    struct arena *a = at->script;
    get(who, S("/circles"));
    get(who, str_fmt(a, "/circles/%" PRId64, l->circle));
    for (int i = 0; i < l->n; i++) {
        get(who, str_fmt(a, "/circles/%" PRId64 "/talk/%" PRId64, l->circle, l->said[i]));
        get(who, str_fmt(a, "/with/%" PRId64, l->said[i]));
        if (who > KIT) continue;
        get(who, str_fmt(a, "/talk/%" PRId64, l->said[i]));
        get(who, str_fmt(a, "/talk/%" PRId64 "/raw", l->said[i]));
    }
    get(who, S("/with"));
    for (int i = 0; i < COUNT(of_keepers) && who <= KIT; i++) get(who, str_c(of_keepers[i]));
    for (int i = 0; i < PEOPLE && who <= KIT; i++)
        get(who, str_fmt(a, "/people/%" PRId64, at->who[i]));
}

static void export_all(void)
{
    for (int format = EXPORT_MBOX; format <= EXPORT_JSONL; format++) {
        struct export_opts o = { .format = (export_format)format };
        struct str why = S("");
        int64_t n;
        int fd = memfd_create("export", 0);
        assert_int_equal(export_to(&at->home, &o, fd, &n, &why), OK);
        off_t size = lseek(fd, 0, SEEK_END);
        if (size > 0) {
            void *p = mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, fd, 0);
            assert_ptr_not_equal(p, MAP_FAILED);
            buf_fmt(&at->got, "\n== export %d\n", format);
            buf_add(&at->got, (struct str){ p, size });
            munmap(p, (size_t)size);
        }
        close(fd);
    }
}

/* What Cy's pages read, for counting. */
static err read_as_other(struct ctx *c, void *arg)
{
    const struct life *l = arg;
    struct circles mine;
    struct circle k;
    struct circle_seats seats;
    struct talk_lines lines;
    struct thread t;
    circles_mine(c, &mine);
    if (circle_get(c, l->circle, &k) != OK) return OK;
    circle_members(c, l->circle, &seats);
    talk_circle_list(c, l->circle, 60, &lines);
    for (int i = 0; i < l->n; i++)
        if (talk_thread(c, l->said[i], &t) != OK) continue;
    return OK;
}

/* ---- a script --------------------------------------------------------------------------- */

struct deed {
    id circle, about, message;
    struct str token, mask, subject, words, name;
    channel way;
    bool cards, told;
};
static err make(struct tx *t, void *arg)
{
    struct deed *d = arg;
    struct circle_new n = {
        .name = d->name, .why = S("To sit."), .cards = d->cards, .told = d->told
    };
    return circle_make(t, &n, &d->circle);
}
static err invite(struct tx *t, void *arg)
{
    struct deed *d = arg;
    return circle_invite(t, d->circle, NULL, &d->token);
}
static err join(struct tx *t, void *arg)
{
    struct deed *d = arg;
    return circle_join(t, &(struct circle_entry){ d->token, d->mask, d->way }, &d->circle);
}
static err say(struct tx *t, void *arg)
{
    struct deed *d = arg;
    struct talk_circle_words w = { d->circle, d->about, d->subject, d->words };
    return talk_circle_say(t, &w, &d->message);
}
static err leave(struct tx *t, void *arg) { return circle_leave(t, ((struct deed *)arg)->circle); }
static err change(struct tx *t, void *arg)
{
    struct deed *d = arg;
    return circle_change(t, d->circle, d->name, S("To sit still."));
}

static void come_in(int who, id circle, struct str mask, channel way)
{
    struct deed d = { .circle = circle, .mask = mask, .way = way };
    if (as(CY, invite, &d) == OK) assert_int_equal(as(who, join, &d), OK);
}

/* One of those who sit in it, or MASK. */
enum { MASK = PEOPLE };
static void step(struct life *l, const int *in, int n_in, uint64_t *dice)
{
    int who = in[next_of(dice) % (uint64_t)n_in], what = (int)(next_of(dice) % 8);
    uint64_t which = next_of(dice);
    struct deed d = { .circle = l->circle,
                      .subject = str_fmt(at->script, "Thing %d", l->n),
                      .words = str_fmt(at->script, "zqsaid %d in %d.", l->n, l->number),
                      .name = str_fmt(at->script, "Table %d again", l->number) };
    moment += 1 + (int64_t)(which % 5000);
    set_clock();
    int really = who == MASK ? at->masked : who;
    if (what < 5) {
        d.about = what < 3 && l->n ? l->said[which % (uint64_t)l->n] : 0;
        if (as(really, say, &d) == OK) l->said[l->n++] = d.message;
    } else if (what == 5) (void)as(really, change, &d);
    else if (what == 6) (void)as(really, invite, &d);
    else assert_int_equal(as(KIT, write_letter, &(struct noise){ ADA + which % 2, l->number }), OK);
}

static void play(int number)
{
    struct life l = { .number = number };
    uint64_t dice = (uint64_t)number * 977 + 5;
    int in[PEOPLE + 1] = { CY, MASK }, n_in = 2;
    at->script = arena_open((size_t)256 * MIB);
    at->got = (struct buf){ .a = at->script };
    chance = (uint64_t)number;
    uint64_t how = next_of(&dice);
    struct deed d = { .name = str_fmt(at->script, "Table %d", number),
                      .cards = how & 1,
                      .told = how >> 1 & 1 };
    assert_int_equal(as(CY, make, &d), OK);
    l.circle = d.circle;
    if (how >> 2 & 1)
        come_in(in[n_in++] = DEE, l.circle, S(""), how >> 3 & 1 ? CHANNEL_MAIL : CHANNEL_WEB);
    come_in(at->masked, l.circle, S("Heron"), how >> 4 & 1 ? CHANNEL_MAIL : CHANNEL_WEB);
    if (how >> 5 & 1) come_in(in[n_in++] = EVE, l.circle, S("Wren"), CHANNEL_WEB);
    if (how >> 6 & 1) come_in(in[n_in++] = KIT, l.circle, S(""), CHANNEL_WEB);
    for (int i = 0; i < STEPS; i++) step(&l, in, n_in, &dice);
    if (how >> 7 & 1)
        assert_int_equal(as(at->masked, leave, &(struct deed){ .circle = l.circle }), OK);
    deliver_all();
    for (int i = 0; i < PEOPLE; i++) {
        if (i == ADA || i == BO) continue;
        assert_int_equal(as(-1, enter, &i), OK);
        get_all(i, &l);
    }
    if (number % 10 == 0) export_all();
    struct work w = { .a = at->script, .viewer = at->who[CY] };
    assert_int_equal(work_read(at->home.store, &w, read_as_other, &l), OK);
    at->statements = w.queries;
    for (int i = ADA; i < PEOPLE; i++) (void)as(i, leave, &(struct deed){ .circle = l.circle });
    (void)as(KIT, leave, &(struct deed){ .circle = l.circle });
}

static void show_difference(int number)
{
    struct str x = buf_str(&twins[0].got), y = buf_str(&twins[1].got);
    ptrdiff_t i = 0;
    while (i < x.n && i < y.n && x.p[i] == y.p[i]) i++;
    ptrdiff_t from = MAX(i - 300, 0);
    printf("# script %d\n# in one house: %.*s\n# in the other: %.*s\n", number,
           STR(str_upto(str_from(x, from), 500)), STR(str_upto(str_from(y, from), 500)));
    fail_msg("others can tell whose the mask is");
}

static int scripts(void)
{
    const char *n = getenv("PERSONA_SCRIPTS");
    return n ? atoi(n) : SCRIPTS;
}

static void nobody_else_can_tell_whose_a_mask_is(void **state)
{
    (void)state;
    static const char *const there[] = { "== cy /circles: 200", "== olga /people?all=1: 200",
                                         "== kit /talk?all=1: 200", "== olga /search?q=zq: 200" };
    int64_t bytes = 0, began;
    int seen = 0;
    for (int i = 0; i < 2; i++) open_twin(i);
    for (int number = 0; number < scripts(); number++) {
        began = moment;
        for (int i = 0; i < 2; i++) {
            at = &twins[i];
            moment = began;
            set_clock();
            play(number);
        }
        bytes += twins[0].got.n;
        if (!str_eq(buf_str(&twins[0].got), buf_str(&twins[1].got))) show_difference(number);
        assert_int_equal(twins[0].statements, twins[1].statements);
        for (int i = 0; i < COUNT(there); i++) /* or the comparison would prove nothing */
            if (str_find(buf_str(&twins[0].got), str_c(there[i])) < 0)
                fail_msg("script %d has nothing like %s", number, there[i]);
        seen += str_find(buf_str(&twins[0].got), S("Heron")) >= 0;
        for (int i = 0; i < 2; i++) arena_close(twins[i].script);
        moment += HOUR * 2;
    }
    assert_true(seen > scripts() / 2); /* in a card list a mask that says nothing is not seen */
    printf("# %d scripts, %" PRId64 " bytes that others got\n", scripts(), bytes);
    for (int i = 0; i < 2; i++) close_twin(&twins[i]);
}

int main(void)
{
    moment = NOW;
    set_clock();
    trace_from(TRACE_ERROR);
    home_wire();
    channel_add(&by_hand);
    outbox_rules.hour_most = INT32_MAX;
    const struct CMUnitTest tests[] = { cmocka_unit_test(nobody_else_can_tell_whose_a_mask_is) };
    int bad = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(clock_path);
    return bad;
}
