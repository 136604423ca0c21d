/* SPDX-License-Identifier: GPL-3.0-or-later
 * torture_test.c - a small house while memory, statements and commits fail, one at a time at every
 * place: what was acknowledged is there once, what failed says so and left nothing, the process
 * goes on, and doing again what failed gives the house of an undisturbed day.
 *
 * The faults are planted by the linker (--wrap, see the Makefile): nothing in the program knows of
 * them. TORTURE_EVERY=N tries every Nth place, otherwise some. */
#include "app/door.h"
#include "app/import.h"
#include "app/sample.h"
#include "kit/base/trace.h"
#include "kit/store/driver.h"
#include "kit/web/web.h"
#include "people/keeper.h"
#include "people/people_mail.h"
#include "post/mailbox.h"
#include "post/outbox.h"
#include "post/post_mail.h"
#include "talk/counter_web.h"
#include "talk/draft_web.h"
#include "talk/idea.h"
#include "talk/map_web.h"
#include "talk/participant.h"
#include "talk/public.h"
#include "talk/talk_web.h"
#include "talk/tracks_web.h"
#include "ties/tie.h"
#include "today/today_web.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h> /* its fail() is a macro: not used here */

enum { MAILS = 30, NOW = 1795219200 /* 2026-11-21 */, PLACE = 200 };

/* ---- faults -------------------------------------------------------------- */

typedef enum {
    NO_FAULT,
    FULL_ARENA,      /* an allocation beyond the ceiling */
    DEAD_STATEMENT,  /* the engine refuses a statement */
    BUSY_STATEMENT,  /* it says "try again": whoever asked must not notice */
    DEAD_TRANSACTION /* BEGIN, SAVEPOINT, RELEASE, ROLLBACK or COMMIT does not get through */
} fault_kind;
static const char *const fault_words[] = { "nothing", "memory", "a statement", "patience",
                                           "a transaction" };
static struct {
    fault_kind kind;
    int64_t at, seen; /* at 0: only count */
} fault;

static bool due(fault_kind kind) { return fault.kind == kind && ++fault.seen == fault.at; }

static void plant(fault_kind kind, int64_t at)
{
    fault.kind = kind;
    fault.at = at;
    fault.seen = 0;
}

void *__real_arena_alloc(struct arena *, ptrdiff_t size, ptrdiff_t count);
void *__wrap_arena_alloc(struct arena *, ptrdiff_t size, ptrdiff_t count);
void *__wrap_arena_alloc(struct arena *a, ptrdiff_t size, ptrdiff_t count)
{
    return __real_arena_alloc(a, due(FULL_ARENA) ? PTRDIFF_MAX / 2 : size, count);
}

/* What is drawn while somebody does something is the same whenever they do it again, so that the
 * houses can be compared: ids of letters, names of who was only met. */
static _Thread_local uint64_t chance; /* 0: real */
void __real_random_bytes(void *out, size_t n);
void __wrap_random_bytes(void *out, size_t n);
void __wrap_random_bytes(void *out, size_t n)
{
    if (!chance) __real_random_bytes(out, n);
    for (size_t i = 0; chance && i < n; i++) {
        chance = chance * 6364136223846793005u + 1442695040888963407u;
        ((uint8_t *)out)[i] = (uint8_t)(chance >> 56);
    }
}

static const struct driver *engine_driver;
static struct driver faulty;

static void refuse_if_due(struct ctx *c)
{
    if (due(DEAD_STATEMENT)) die(c, "planted");
    if (!due(BUSY_STATEMENT)) return;
    c->db->again = true;
    die(c, "planted");
}

static void faulty_start(struct ctx *c, struct sql q, const struct val *v, struct rows *out)
{
    refuse_if_due(c);
    engine_driver->start(c, q, v, out);
}

static int64_t faulty_run(struct ctx *c, struct sql q, const struct val *v)
{
    refuse_if_due(c);
    return engine_driver->run(c, q, v);
}

static bool faulty_script(struct db *db, const char *sql, const char **why)
{
    if (!due(DEAD_TRANSACTION)) return engine_driver->script(db, sql, why);
    *why = "planted";
    db->again = false;
    return false;
}

static bool faulty_begin(struct db *db, const struct mark *m, bool *before, const char **why)
{
    if (!due(DEAD_TRANSACTION)) return engine_driver->begin(db, m, before, why);
    *why = "planted";
    db->again = false;
    return false;
}

static bool faulty_rollback(struct db *db, const char **why)
{
    if (!due(DEAD_TRANSACTION)) return engine_driver->rollback(db, why);
    *why = "planted";
    return false;
}

struct db *__real_db_open(struct arena *, struct str where, enum db_mode, struct str *why);
struct db *__wrap_db_open(struct arena *, struct str where, enum db_mode, struct str *why);
struct db *__wrap_db_open(struct arena *a, struct str where, enum db_mode mode, struct str *why)
{
    struct db *db = __real_db_open(a, where, mode, why);
    if (!db) return NULL;
    engine_driver = db->drv;
    faulty = *db->drv;
    faulty.start = faulty_start;
    faulty.run = faulty_run;
    faulty.script = faulty_script;
    faulty.begin = faulty_begin;
    faulty.rollback = faulty_rollback;
    db->drv = &faulty;
    return db;
}

/* ---- the house ----------------------------------------------------------- */

/* Everything happens in a folder of its own; the house after each scene is kept as NAME.db. */
static char place[PLACE];
static struct str mails[MAILS];
static int64_t mail_at[MAILS];
static struct home home;
static struct arena *lasting;

static void must_(bool ok, int line, const char *what, struct str why)
{
    if (ok) return;
    fprintf(stderr, "line %d: not so: %s %.*s\n", line, what, STR(why));
    _exit(1); /* of a child: its parent knows where the fault was */
}
#define must(x)         must_((x), __LINE__, #x, S(""))
#define must_ok(x, why) must_((x) == OK, __LINE__, #x, (why))

static void copy_file(const char *from, const char *to)
{
    char name[2][PLACE + 60], bytes[64 * KIB];
    snprintf(name[0], sizeof name[0], "%s/%s", place, from);
    snprintf(name[1], sizeof name[1], "%s/%s", place, to);
    int in = open(name[0], O_RDONLY | O_CLOEXEC);
    int out = open(name[1], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    must(in >= 0 && out >= 0);
    for (ssize_t n; (n = read(in, bytes, sizeof bytes)) > 0;)
        must(write(out, bytes, (size_t)n) == n);
    close(in);
    close(out);
}

static void remove_file(const char *name)
{
    char path[PLACE + 60];
    snprintf(path, sizeof path, "%s/%s", place, name);
    must(unlink(path) == 0 || errno == ENOENT);
}

static void open_house(const char *stage)
{
    struct str why = S("");
    if (stage) {
        remove_file("snug.db-wal");
        remove_file("snug.db-shm");
        copy_file(stage, "snug.db");
    }
    lasting = arena_open(256 * MIB);
    must_ok(home_open(lasting, str_c(place), false, &home, &why), why);
}

static void close_house(const char *stage)
{
    home_close(&home);
    arena_close(lasting);
    if (stage) copy_file("snug.db", stage);
}

struct proof {
    struct str digest;
    struct log_check log;
};

static err prove(struct ctx *c, void *arg)
{
    struct proof *p = arg;
    p->digest = log_digest(c);
    log_verify(c, true, &p->log);
    return OK;
}

/* All derived tables and the length of the log. */
static struct str proof_of(struct arena *a)
{
    struct proof p = { 0 };
    struct work w = { .a = arena_open(256 * MIB), .now = NOW };
    must_ok(work_read(home.store, &w, prove, &p), w.why);
    must(p.log.broken == 0);
    struct str s = str_fmt(a, "%" PRId64 " events, %" PRId64 " bodies\n%.*s", p.log.events,
                           p.log.bodies, STR(p.digest));
    arena_close(w.a);
    return s;
}

/* ---- scenes -------------------------------------------------------------- */

/* Does the scene; with a fault planted, also notices what failed. Then, undisturbed, whatever is
 * missing: the end is the same. */
typedef void scene_fn(void);

static void import_once(bool *well)
{
    fault_kind kind = fault.kind;
    fault.kind =
        NO_FAULT; /* reading has processes of its own, and each message its ceiling there */
    struct mail_parser *parsers[2] = { mail_parser_open(1), mail_parser_open(1) };
    struct import_counts counts;
    fault.kind = kind;
    struct import_feed *f = import_feed_open(&home, parsers, 0);
    err e = OK, ended;
    for (int i = 0; i < MAILS && e == OK; i++) e = import_feed_put(f, mails[i], mail_at[i]);
    ended = import_feed_close(f, &counts);
    *well = e == OK && ended == OK;
    for (int i = 0; i < 2; i++) mail_parser_close(parsers[i]);
}

static void import_all(void)
{
    bool well;
    import_once(&well);
    if (fault.kind == DEAD_STATEMENT || fault.kind == FULL_ARENA) must(well == (fault.at == 0));
    fault.kind = NO_FAULT;
    if (!well) import_once(&well);
    must(well);
}

static struct {
    id keeper, human[3], message, other, event, idea, part, note;
} cast;

static err choose(struct ctx *c, void *arg)
{
    int n = 0;
    (void)arg;
    cast.keeper = keeper_first(c);
    EACH (r, c,
          SQL("SELECT id FROM person WHERE ours=0 AND kind=1 AND merged=0 ORDER BY id LIMIT 3"))
        cast.human[n++] = row_int(&r, 0);
    cast.message = db_int(c, 0, SQL("SELECT id FROM message WHERE parent<>0 ORDER BY id LIMIT 1"));
    cast.other = db_int(c, 0,
                        SQL("SELECT max(o.id) FROM message m JOIN message o ON "
                            "o.conversation<>m.conversation WHERE m.id=$1 /* scan */"),
                        I(cast.message));
    must(n == 3 && cast.message && cast.other);
    return OK;
}

static err name_somebody(struct tx *t) { return person_name(t, cast.human[0], S("Somebody Else")); }
static err merge_two(struct tx *t) { return person_merge(t, cast.human[0], cast.human[1]); }
static err part_them(struct tx *t) { return person_unmerge(t, cast.human[1]); }
static err keep_apart(struct tx *t) { return person_keep_apart(t, cast.human[0], cast.human[1]); }
static err know_one(struct tx *t) { return person_know(t, cast.human[2], true); }
static err want_one(struct tx *t) { return tie_want(t, cast.human[2], 1); }
static err split_talk(struct tx *t) { return talk_split(t, cast.message, &cast.event); }
static err take_back(struct tx *t) { return talk_undo(t, cast.event); }
static err close_talk(struct tx *t) { return talk_close(t, cast.message, &cast.event); }
static err open_talk(struct tx *t) { return talk_open(t, cast.message, true); }

static err call_it(struct tx *t) { return talk_set_kind(t, cast.message, KIND_IDEA, &cast.event); }
static err settle_it(struct tx *t) { return talk_settled_by(t, cast.message, &cast.event); }
static err put_away(struct tx *t)
{
    return wait_sleep(t, cast.message, NOW + 9 * DAY, &cast.event);
}
static err ask_nothing(struct tx *t) { return wait_needless(t, cast.message, &cast.event); }
static err mute_one(struct tx *t) { return wait_mute(t, cast.human[2], true); }
static err publish(struct tx *t)
{
    struct public_files none = { 0 };
    return public_open(t, cast.message, PUBLIC_NAMES, log_end(&t->c), &none);
}
static err me_too(struct tx *t)
{
    int more;
    return public_me_too(t, public_of(&t->c, cast.message, &more), S("a browser"));
}
static err shut_it(struct tx *t) { return public_shut(t, cast.message); }
static err mark_idea(struct tx *t)
{
    return idea_mark(t, cast.message, (struct idea_span){ 0, 5 }, S("A boat"), &cast.idea);
}
static err carry_idea(struct tx *t)
{
    return idea_carry(t, cast.idea, cast.other, (struct idea_span){ 0, 4 });
}
static err drop_idea(struct tx *t) { return idea_drop(t, cast.idea, 0, &cast.event); }
static err want_it_back(struct tx *t) { return idea_undo(t, cast.event, &cast.idea); }
static err note_words(struct tx *t)
{
    struct counter n = { .who = cast.human[2], .words = S("At eight."), .about = cast.message };
    return counter_note(t, &n, &cast.note, &cast.event);
}
static err forget_words(struct tx *t) { return counter_back(t, cast.note); }
static err meet_one(struct tx *t)
{
    struct counter n = { .name = S("Dan Door"), .phoned = true, .words = S("Wants a table.") };
    return counter_note(t, &n, &cast.note, &cast.event);
}
static err add_one(struct tx *t)
{
    struct meeting dee;
    struct participant_new n = { .message = cast.message, .way = CHANNEL_MAIL, .past = true };
    TRY(talk_typed(&t->c, S("dee@dorn.example"), S("Dee Dorn"), &dee));
    n.meet = &dee;
    TRY(talk_add(t, &n, &cast.part));
    talk_relay_past(t, cast.part);
    return OK;
}
static err say_one(struct tx *t) /* by who was added */
{
    struct participant dee;
    id keeper = t->c.viewer, message;
    TRY(talk_participant(&t->c, cast.part, &dee));
    t->c.viewer = dee.person;
    err e = talk_say(t, cast.message, S("I will bring the oars."), &message);
    t->c.viewer = keeper;
    return e;
}
static err part_one(struct tx *t) { return talk_part(t, cast.part); }
static err leave_alone(struct tx *t) { return person_stop(t, cast.human[2]) ? OK : E_CONFLICT; }

static err (*const deeds[])(struct tx *) = {
    name_somebody, merge_two,   part_them,  keep_apart,   know_one,   want_one,
    split_talk,    take_back,   close_talk, open_talk,    call_it,    settle_it,
    put_away,      ask_nothing, mute_one,   publish,      me_too,     shut_it,
    mark_idea,     carry_idea,  drop_idea,  want_it_back, note_words, forget_words,
    meet_one,      add_one,     say_one,    part_one,     leave_alone
};

static err do_deed(struct tx *t, void *arg)
{
    int i = *(int *)arg;
    chance = (uint64_t)i + 1;
    err e = deeds[i](t);
    chance = 0;
    return e;
}

static void do_deeds(void)
{
    struct work who = { .a = lasting };
    fault_kind kind = fault.kind;
    fault.kind = NO_FAULT;
    must_ok(work_read(home.store, &who, choose, NULL), who.why);
    fault.kind = kind;
    for (int i = 0; i < COUNT(deeds); i++) {
        struct work w = { .a = arena_open(64 * MIB), .viewer = cast.keeper, .now = NOW + i };
        err e = work_write(home.store, &w, do_deed, &i);
        if (e != OK) {
            must_(w.broken && w.why.n > 0 && fault.seen >= fault.at && kind != BUSY_STATEMENT,
                  __LINE__, str_z(w.a, str_fmt(w.a, "the fault of deed %d", i)), w.why);
            must_ok(work_write(home.store, &w, do_deed, &i), w.why);
        }
        arena_close(w.a);
    }
    fault.kind = NO_FAULT;
}

/* ---- a letter ------------------------------------------------------------- */

static int carried;
static err ready(struct ctx *c, struct channel_parcel *p)
{
    (void)c, (void)p;
    return OK;
}
static struct channel_result carry(struct arena *a, const struct channel_parcel *p,
                                   const atomic_bool *cancel)
{
    (void)a, (void)cancel;
    must(p->raw.n > 0);
    carried += str_ends(p->address, S(".example")) && str_find(p->raw, S("The oars")) > 0;
    return (struct channel_result){ CHANNEL_HANDED, CHANNEL_SAYS_NOTHING, S("") };
}
static struct post_channel carrying = {
    .number = CHANNEL_MAIL, .name = "carrying", .patience_s = DAY, .ready = ready, .deliver = carry
};

enum { RECIPIENTS = 2, STEPS = 20 };
struct letter {
    bool composed;
    int handed, waiting;
};
static err look_at_letter(struct ctx *c, void *arg)
{
    struct letter *l = arg;
    *l = (struct letter){ 0 };
    EACH (r, c,
          SQL("SELECT o.state, count(*) FROM outbox o JOIN message m ON m.id=o.message WHERE "
              "m.subject=$1 GROUP BY o.state"),
          T(S("The oars"))) {
        l->composed = true;
        if (row_int(&r, 0) == OUTBOX_HANDED) l->handed = (int)row_int(&r, 1);
        if (row_int(&r, 0) == OUTBOX_QUEUED) l->waiting = (int)row_int(&r, 1);
    }
    return OK;
}

/* Whatever is missing for it to go: an account, the draft, the word to send it. */
/* What a broken step had claimed is free once its lease is over; here that is now. */
static void free_claimed(struct tx *t)
{
    db_do(t, SQL("UPDATE outbox SET lease=0 WHERE lease<>0 /* scan */"));
    db_do(t, SQL("UPDATE outbox_copy SET lease=0 WHERE lease<>0 /* scan */"));
}

static err write_letter(struct tx *t, void *unused)
{
    struct mailbox box;
    struct drafts list;
    id draft;
    (void)unused;
    struct mailbox_settings s = { .address = sample_house()->owner_address,
                                  .name = S("A keeper"),
                                  .login = S(""),
                                  .password = S("two pints of bitter"),
                                  .imap = { .host = S("") },
                                  .smtp = { .host = S("smtp.pub.example"), .port = 465 } };
    if (mailbox_of_sender(&t->c, t->c.viewer, &box) != OK) {
        TRY(mailbox_add(t, &s, &draft));
        db_do(t, SQL("UPDATE mailbox SET stopped=$1 WHERE id=$2"), I(MAILBOX_READS), I(draft));
    }
    struct draft d = { .name = S("oars"), .kind = DRAFT_NEW, .cc = S(""), .bcc = S("") };
    d.to = S("one@far.example, two@away.example");
    d.subject = S("The oars");
    d.words = S("Are they with you?");
    draft_list(&t->c, 2, &list);
    if (list.n) draft = list.at[0].id;
    else if (draft_save(t, &d, &draft) != OK) return OK; /* it is on its way */
    free_claimed(t);
    return draft_send(t, draft, S("<p>Are they with you?</p>"), t->c.now);
}

static err claim_anew(struct tx *t, void *unused)
{
    (void)unused;
    free_claimed(t);
    /* what could not be read is tried again later; here that is now */
    db_do(t, SQL("UPDATE outbox SET next_at=0 WHERE state=0 /* scan */"));
    return OK;
}

/* One round of what goes on by itself in a server. */
static void go_round(void)
{
    struct arena *a = arena_open(64 * MIB);
    chance = 7;
    (void)draft_step(home.store, a);
    chance = 0;
    arena_clear(a);
    for (int i = 0; i < STEPS && outbox_step(home.store, a, NULL); i++) arena_clear(a);
    arena_close(a);
}

static void send_letter(void)
{
    struct letter l = { 0 };
    fault_kind kind = fault.kind;
    fault.kind = NO_FAULT;
    carrying.parse = channel_mail.parse;
    channel_add(&carrying);
    struct work who = { .a = lasting };
    must_ok(work_read(home.store, &who, choose, NULL), who.why);
    carried = 0;
    for (int round = 0; round < 6 && l.handed < RECIPIENTS; round++) {
        struct work w = { .a = arena_open(64 * MIB), .viewer = cast.keeper, .now = NOW };
        fault.kind = round ? NO_FAULT : kind;
        err e = work_write(home.store, &w, l.composed ? claim_anew : write_letter, NULL);
        must(e == OK || (!round && w.broken && kind != BUSY_STATEMENT));
        go_round();
        fault.kind = NO_FAULT;
        must_ok(work_read(home.store, &w, look_at_letter, &l), w.why);
        must(!l.composed || l.handed + l.waiting == RECIPIENTS);
        arena_close(w.a);
    }
    must(l.handed == RECIPIENTS && carried <= RECIPIENTS + 1); /* one fault, one more of the same */
}

static void rebuild(void)
{
    struct work w = { .a = arena_open(256 * MIB), .now = NOW };
    if (work_write(home.store, &w, log_rebuild, NULL) != OK) {
        must(w.broken && w.why.n > 0 && fault.seen >= fault.at && fault.kind != BUSY_STATEMENT);
        must_ok(work_write(home.store, &w, log_rebuild, NULL), w.why);
    }
    fault.kind = NO_FAULT;
    arena_close(w.a);
}

/* ---- pages --------------------------------------------------------------- */

static role role_of(struct ctx *c, void *arg, id person, bool *owes)
{
    (void)arg, (void)owes;
    return keeper_role_of(c, person) ? ROLE_OWNER : ROLE_NOBODY;
}
static bool has_keeper(struct ctx *c, void *arg)
{
    (void)c, (void)arg;
    return true;
}
static id guest(struct ctx *c, void *arg)
{
    (void)arg;
    return keeper_first(c);
}

/* The status, and how long the page is. */
static int ask(struct web *web, const char *target, ptrdiff_t *bytes)
{
    jmp_buf full;
    struct arena *a = arena_open(64 * MIB);
    struct str t = str_c(target);
    ptrdiff_t q = str_chr(t, '?');
    struct http_header host = { S("Host"), S("house.example") };
    struct http_request rq = { .method = HTTP_GET,
                               .target = t,
                               .path = q < 0 ? t : str_upto(t, q),
                               .query = str_from(t, q < 0 ? t.n : q + 1),
                               .headers = &host,
                               .headers_n = 1,
                               .remote = S("192.0.2.7") };
    struct http_answer an = { .a = a, .status = 200, .full = &full };
    volatile int status = 500;
    arena_catch(a, &full);
    if (setjmp(full) == 0) {
        web_serve(web, &rq, &an);
        status = an.status;
        *bytes = an.body.n;
        must(an.body.n > 0);
    }
    arena_close(a);
    return status;
}

static const struct route *const tables[] = { door_routes,        people_routes, talk_routes,
                                              talk_person_routes, search_routes, map_routes,
                                              today_routes,       track_routes,  draft_routes,
                                              counter_routes,     idea_routes };

static void ask_pages(void)
{
    struct web_house h = { .name = S("House"),
                           .origin = S("http://house.example"),
                           .store = home.store,
                           .secret = &home.secret,
                           .tables = tables,
                           .tables_n = COUNT(tables),
                           .sign_in = URL("/sign-in"),
                           .sign_out = URL("/sign-out"),
                           .role_of = role_of,
                           .has_keeper = has_keeper,
                           .guest = guest,
                           .limits = { .page = { 1e6, 1e6 } } };
    struct str why = S("");
    static const char *const fixed[] = { "/",       "/talk",    "/people",   "/people/alike",
                                         "/map",    "/health",  "/settings", "/search?q=the",
                                         "/tracks", "/counter", "/ideas",    "/talk/drafts" };
    const char *list[COUNT(fixed) + 2];
    struct work who = { .a = lasting };
    fault_kind kind = fault.kind;
    fault.kind = NO_FAULT;
    must_ok(work_read(home.store, &who, choose, NULL), who.why);
    struct web *web = web_open(lasting, &h, &why);
    must(web);
    memcpy(list, fixed, sizeof fixed);
    list[COUNT(fixed)] = str_z(lasting, str_fmt(lasting, "/talk/%" PRId64, cast.message));
    list[COUNT(fixed) + 1] = str_z(lasting, str_fmt(lasting, "/people/%" PRId64, cast.human[0]));
    for (int i = 0; i < COUNT(list); i++) {
        ptrdiff_t bytes = 0, again = 0;
        fault.kind = kind;
        int status = ask(web, list[i], &bytes);
        fault.kind = NO_FAULT;
        if (kind == NO_FAULT || kind == BUSY_STATEMENT) must(status == 200);
        must(status == 200 || (status == 500 && fault.seen >= fault.at));
        must(ask(web, list[i], &again) == 200 && (status != 200 || again == bytes));
    }
    web_close(web);
    fault.kind = NO_FAULT;
}

/* ---- one disturbed day --------------------------------------------------- */

struct scene {
    const char *name, *before, *after; /* the houses */
    scene_fn *play;
    bool may_end; /* a full arena may end the process: it is a command, and done again */
    int usual;    /* how many places are tried in the quick tests */
};
static const struct scene scenes[] = {
    { "an import", "founded.db", "imported.db", import_all, true, 3 },
    { "pages", "imported.db", "imported.db", ask_pages, false, 7 },
    { "deeds", "imported.db", "done.db", do_deeds, false, 12 },
    { "a letter", "done.db", "sent.db", send_letter, true, 6 },
    { "a rebuild", "sent.db", "sent.db", rebuild, false, 4 },
};
static struct str proofs[COUNT(scenes)]; /* of the undisturbed house after each scene */

static void play_and_prove(const struct scene *s, fault_kind kind, int64_t at, bool fresh)
{
    open_house(fresh ? s->before : NULL);
    plant(kind, at);
    s->play();
    struct str got = proof_of(lasting), want = proofs[s - scenes];
    must_(str_eq(got, want), __LINE__, "the same house as undisturbed", got);
    close_house(NULL);
    _exit(0);
}

/* How a child ended: its exit code, or minus the signal. */
static int child(const struct scene *s, fault_kind kind, int64_t at, bool fresh)
{
    int status;
    fflush(NULL);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) play_and_prove(s, kind, at, fresh);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static void disturb(const struct scene *s, fault_kind kind, int64_t at)
{
    int got = child(s, kind, at, true);
    if (got == -SIGABRT && kind == FULL_ARENA && s->may_end) got = child(s, NO_FAULT, 0, false);
    if (got)
        fail_msg("%s, where %s fails at place %" PRId64 ": ended with %d", s->name,
                 fault_words[kind], at, got);
}

/* How many places there are. */
static int64_t places(const struct scene *s, fault_kind kind)
{
    int64_t seen;
    open_house(s->before);
    plant(kind, 0);
    int64_t *kept = &fault.seen;
    s->play();
    seen = *kept;
    close_house(NULL);
    return seen;
}

/* ---- tests --------------------------------------------------------------- */

static err keep_mail(void *arg, struct str raw, int64_t at)
{
    int *n = arg;
    mails[*n % MAILS] = str_dup(lasting, raw);
    mail_at[(*n)++ % MAILS] = at;
    return OK;
}

static err found(struct tx *t, void *arg)
{
    const struct sample_house *s = sample_house();
    struct meetings m;
    id who;
    (void)arg;
    TRY(house_found(t, s->name, false));
    must(meetings_typed(t->c.a, s->owner_address, &m));
    struct keeper_new k = { s->owner_name, m.at, m.n, KEEPER_OWNER };
    return keeper_join(t, &k, &who);
}

static int undisturbed(void **state)
{
    (void)state;
    struct str why = S("");
    static struct arena *mail_arena;
    int n = 0;
    bool shm = access("/dev/shm", W_OK) == 0;
    snprintf(place, sizeof place, "%s/snug-torture-XXXXXX", shm ? "/dev/shm" : "/tmp");
    if (!mkdtemp(place)) return -1;
    char clock[PLACE + 20];
    snprintf(clock, sizeof clock, "%s/clock", place);
    FILE *f = fopen(clock, "w");
    must(f && fprintf(f, "%d\n", NOW + HOUR) > 0 && fclose(f) == 0);
    setenv("SNUG_CLOCK", clock, 1);
    home_wire();
    trace_from(TRACE_ERROR);
    lasting = mail_arena = arena_open(64 * MIB);
    struct sample_opts o = { .end = NOW, .seed = 1 };
    must_ok(sample_make(lasting, &o, keep_mail, &n), why);
    must_ok(home_make(lasting, str_c(place), &why), why);
    open_house(NULL);
    struct work w = { .a = lasting, .now = NOW };
    must_ok(work_write(home.store, &w, found, NULL), w.why);
    close_house("founded.db");
    for (int i = 0; i < COUNT(scenes); i++) {
        open_house(scenes[i].before);
        scenes[i].play();
        proofs[i] = proof_of(mail_arena);
        close_house(scenes[i].after);
    }
    return 0;
}

static int64_t every(void)
{
    const char *word = getenv("TORTURE_EVERY");
    return word ? atoll(word) : 0;
}

static void torture(fault_kind kind)
{
    for (int i = 0; i < COUNT(scenes); i++) {
        int64_t n = places(&scenes[i], kind), tried = 0;
        int64_t step = every() ? every() : MAX(1, n / scenes[i].usual);
        assert_true(n > 0);
        for (int64_t at = 1 + step / 2; at <= n; at += step, tried++) disturb(&scenes[i], kind, at);
        printf("# %s: %s failed at %" PRId64 " of %" PRId64 " places\n", scenes[i].name,
               fault_words[kind], tried, n);
    }
}

static void memory_runs_out(void **state) { (void)state, torture(FULL_ARENA); }
static void a_statement_is_refused(void **state) { (void)state, torture(DEAD_STATEMENT); }
static void the_engine_says_try_again(void **state) { (void)state, torture(BUSY_STATEMENT); }
static void a_transaction_breaks(void **state) { (void)state, torture(DEAD_TRANSACTION); }

static int clean(void **state)
{
    char command[PLACE + 20];
    (void)state;
    snprintf(command, sizeof command, "rm -rf '%s'", place);
    return system(command); /* NOLINT: our own temporary folder */
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(memory_runs_out),
                                        cmocka_unit_test(a_statement_is_refused),
                                        cmocka_unit_test(the_engine_says_try_again),
                                        cmocka_unit_test(a_transaction_breaks) };
    return cmocka_run_group_tests_name("torture", tests, undisturbed, clean);
}
