/* SPDX-License-Identifier: GPL-3.0-or-later
 * me_test.c - what stands of somebody anywhere in the database is counted on their page, or said to
 * be withheld; and nothing is worked out about who said no to that, while all else is as it was. */
#include "today/me.h"

#include "facts/terms.h"
#include "kit/web/session.h"
#include "people/card.h"
#include "people/link.h"
#include "talk/house_test.h"
#include "talk/objection.h"
#include "talk/participant.h"
#include "talk/stranger.h"

enum { PEOPLE = 200 };
static id person[PEOPLE], letter[PEOPLE];
static uint32_t seed;

static int any(int n)
{
    seed = seed * 1103515245u + 12345u;
    return (int)((seed >> 16) % (uint32_t)n);
}

/* ---- the model: which columns of which table name somebody ------------------------ */

static const struct model {
    const char *table, *key; /* key: told by me_held() as well; empty: only how many */
    const char *persons, *handles;
} models[] = {
    { "person", "id", "id merged", "" },
    { "handle", "key", "person", "" },
    { "handle_name", "handle", "", "handle" },
    { "name_part", "person", "person", "" },
    { "address_part", "handle", "", "handle" },
    { "apart", "a", "a b", "" },
    { "keeper", "person", "person", "" },
    { "account", "person", "person", "" },
    { "card", "event", "person", "" },
    { "card_handle", "event", "", "handle" },
    { "sign_in_link", "id", "person", "" },
    { "paper_code", "person", "person", "" },
    { "morning", "keeper", "keeper", "" },
    { "stopped", "person", "person", "" },
    { "second_step", "keeper", "keeper", "" },
    { "second_spare", "keeper", "keeper", "" },
    { "second_rule", "id", "who", "" },
    { "heir", "keeper", "keeper heir", "" },
    { "takeout", "id", "asker stopped", "" },
    { "takeout_yes", "takeout", "owner", "" },
    { "look", "event", "person keeper", "" },
    { "circle_member", "circle", "person", "" },
    { "circle_invite", "event", "person", "" },
    { "persona", "face", "person", "" },
    { "sight", "message", "who", "" },
    { "reach", "audience", "who", "" },
    { "fact", "id", "person about introducer recorder", "" },
    { "consent", "id", "person about", "" },
    { "terms", "event", "person", "" },
    { "contact", "event", "a b", "" },
    { "gate", "event", "person", "" },
    { "tie", "", "a b", "" },
    { "tie_said", "", "owner other", "" },
    { "mailbox", "id", "keeper", "" },
    { "outbox", "id", "keeper", "handle" },
    { "outbox_copy", "message", "keeper", "" },
    { "returned", "event", "", "handle" },
    { "address_shut", "handle", "", "handle" },
    { "message", "id", "", "author" },
    { "recipient", "message", "", "handle" },
    { "member", "conversation", "person", "" },
    { "wait", "conversation", "person keeper", "" },
    { "answer", "message", "keeper", "" },
    { "participant", "event", "person keeper", "" },
    { "strange", "message", "person", "" },
    { "idea", "id", "keeper", "" },
    { "asleep", "message", "keeper", "" },
    { "muted", "", "keeper person", "" },
    { "objection", "handle", "", "handle" },
    { "map_place", "", "viewer person", "" },
    { "draft", "id", "keeper", "" },
    { "source", "id", "keeper", "" },
    { "web_session", "id", "person", "" },
    { "erased", "key", "", "key" },
};
/* By more than a column: looked at by themselves, below. */
static const char by_itself[] = " event audience_part consent_step passed public_message stranger ";
/* Nothing in them is somebody's but by way of one of those above. */
static const char nobodys[] =
    " house house_domain namesake circle message_for audience opened weighed mailbox_folder "
    "mailbox_left_out "
    "mailbox_message file node conversation closed unreadable skipped class_why draft_file "
    "idea_mark idea_not idea_link idea_place needless verdict public_talk public_file me_too blob "
    "shelf dirty copied schema_version ";

static bool is_in(const char *words, const char *word)
{
    char padded[80];
    snprintf(padded, sizeof padded, " %s ", word);
    return strstr(words, padded) != NULL;
}

static err every_table(struct ctx *c, void *unknown)
{
    EACH (r, c,
          SQL("SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite_%'"
              " AND name NOT LIKE 'search%'")) {
        char *name = str_z(c->a, row_str(&r, 0));
        bool known = is_in(by_itself, name) || is_in(nobodys, name);
        for (int i = 0; i < COUNT(models); i++) known = known || !strcmp(models[i].table, name);
        if (!known) printf("# is anybody in table %s? then /me has to say so\n", name);
        *(int *)unknown += !known;
    }
    return OK;
}

#define ALL_OF "(SELECT x.id FROM person x WHERE x.id=$1 OR (x.merged=$1 AND x.merged<>0))"

static void add_columns(struct buf *o, const char *columns, const char *in)
{
    struct str rest = str_c(columns), one;
    while (str_cut(&rest, ' ', &one))
        if (one.n) buf_fmt(o, "%s%.*s IN%s", o->n ? " OR " : "", STR(one), in);
}

/* Statements are known by where their text stands: each is written once. */
static char *counting(const struct model *m)
{
    static char *made[COUNT(models)];
    char **text = &made[m - models];
    struct buf where = { .a = house.a };
    add_columns(&where, m->persons, ALL_OF);
    add_columns(&where, m->handles, "(SELECT x.key FROM handle x WHERE x.person=$1)");
    if (!*text)
        *text = str_z(house.a, str_fmt(house.a,
                                       "SELECT count(*), coalesce(sum(%s %% 1000003), 0) FROM %s "
                                       "WHERE %.*s",
                                       *m->key ? m->key : "0", m->table, STR(buf_str(&where))));
    return *text;
}

static int64_t reachable(struct ctx *c, const struct model *m, id who, int64_t *sum)
{
    int64_t n = 0;
    EACH (r, c, ((struct sql){ counting(m) }), I(who)) {
        n = row_int(&r, 0);
        *sum = row_int(&r, 1);
    }
    return n;
}

static int64_t listed(const struct me_helds *all, const char *table, int64_t *sum)
{
    int64_t n = 0;
    *sum = 0;
    for (int i = 0; i < all->n; i++)
        for (int k = 0; k < all->at[i].n && !strcmp(all->at[i].table, table); k++, n++)
            *sum += all->at[i].at[k].a % 1000003;
    return n;
}

static int by_key(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
    return (a > b) - (a < b);
}

/* Events are told twice where somebody did something about themselves. */
static int events_listed(struct ctx *c, const struct me_helds *all)
{
    int64_t *ids = NEW(c->a, int64_t, 20000);
    int n = 0, distinct = 0;
    for (int i = 0; i < all->n; i++)
        for (int k = 0; k < all->at[i].n && !strcmp(all->at[i].table, "event"); k++)
            ids[n++] = all->at[i].at[k].a;
    qsort(ids, (size_t)n, sizeof *ids, by_key);
    for (int i = 0; i < n; i++) distinct += i == 0 || ids[i] != ids[i - 1];
    return distinct;
}

/* The kinds by their words, and not by the numbers that me_held.c has. */
#define PERSON_FIRST                                                                               \
    " person.named person.kind person.marked person.merged person.split person.apart person.met "  \
    "person.org address.returned address.opened wait.muted tie.wanted tie.fine tie.engine "        \
    "fact.noted terms.chosen notice.given objected looked keeper.left "
#define PERSON_SECOND                                                                              \
    " person.merged person.split person.apart person.org talk.added talk.parted talk.strange "     \
    "fact.said fact.asked grant.said circle.in circle.out erased keeper.left "

static int events_of(struct ctx *c, id who)
{
    int n = 0;
    EACH (r, c,
          ((struct sql){ "SELECT kind, subject IN" ALL_OF ", other IN" ALL_OF ", actor IN" ALL_OF
                         " FROM event" }),
          I(who)) {
        const char *word = event_word((int)row_int(&r, 0));
        n += (is_in(PERSON_FIRST, word) && row_bool(&r, 1)) ||
             (is_in(PERSON_SECOND, word) && row_bool(&r, 2)) || row_bool(&r, 3);
    }
    return n;
}

static err compare(struct ctx *c, void *wrong)
{
    struct me_helds all;
    me_held(c, true, &all);
    for (int i = 0; i < COUNT(models); i++) {
        int64_t there = 0, said = 0, n = reachable(c, &models[i], c->viewer, &there),
                told = listed(&all, models[i].table, &said);
        if (n == told && (!*models[i].key || there == said)) continue;
        printf("# %s of %" PRId64 ": %" PRId64 " rows, %" PRId64 " are told\n", models[i].table,
               c->viewer, n, told);
        ++*(int *)wrong;
    }
    int n = events_of(c, c->viewer), told = events_listed(c, &all);
    if (n != told) printf("# events of %" PRId64 ": %d, %d are told\n", c->viewer, n, told);
    *(int *)wrong += n != told;
    for (int i = 0; i < all.n; i++) *(int *)wrong += !all.at[i].where.n;
    return OK;
}

/* ---- two hundred people --------------------------------------------------------------- */

static struct str address(struct arena *a, int i)
{
    return str_fmt(a, "p%d@town%d.example", i, i % 7);
}

static void put_letters(void)
{
    for (int i = 0; i < PEOPLE; i++) {
        struct arena *a = house.a;
        char *from = str_z(a, str_fmt(a, "Person %d <%.*s>", i, STR(address(a, i)))),
             *id_ = str_z(a, str_fmt(a, "<l%d@x>", i)), *back = str_z(a, str_fmt(a, "<b%d@x>", i));
        const char *cc = any(3) ? "" : str_z(a, address(a, any(PEOPLE)));
        const char *to = any(2) ? "mia@pub.example" : "tom@pub.example";
        test_put((struct letter){ id_, from, to, cc, "", "A question", "Is there room on Friday?",
                                  "inbox", i * HOUR, 0, NULL, NULL, NULL });
        if (any(2))
            test_put((struct letter){ back, to, from, "", id_, "Re: A question", "There is.",
                                      "inbox", i * HOUR + DAY, 0, NULL, NULL, NULL });
        person[i] = test_person(str_z(a, address(a, i)));
        letter[i] = test_message(id_).id;
    }
}

static int64_t handle_of(struct ctx *c, int i)
{
    return hash_name(c->secret, str_fmt(c->a, "mailto:%.*s", STR(address(c->a, i))));
}

static err note_facts(struct tx *t, int i)
{
    id unused;
    struct fact_new f = { .person = person[i],
                          .key = S("likes"),
                          .value = str_fmt(t->c.a, "tea number %d", i),
                          .origin = FACT_TOLD };
    if (i % 3 == 0) TRY(fact_note(t, &f, &unused));
    f.key = S("note"), f.origin = FACT_INTRODUCED, f.introducer = person[(i + 1) % PEOPLE];
    if (i % 4 == 0) TRY(fact_note(t, &f, &unused));
    struct grant_new g = { .person = person[i],
                           .purposes = PURPOSE(PURPOSE_TOUCH),
                           .way = GRANT_BY_WORD };
    id grant;
    if (i % 4 == 1) TRY(grant_request(t, &g, &grant));
    return OK;
}

static err do_more(struct tx *t, int i)
{
    struct str unused;
    id event;
    if (i % 6 == 0) look_note(t, person[i], LOOK_PAGE);
    if (i % 6 == 1) link_ask(t, S("a browser"), person[i], S("/me"));
    if (i % 6 == 2) link_paper(t, person[i]);
    if (i % 6 == 3) session_start(t, person[i], SESSION_BY_LINK, S("a telephone"), &unused);
    if (i % 7 == 0) TRY(tie_want(t, person[i], 2));
    if (i % 7 == 1) TRY(wait_mute(t, person[i], true));
    if (i % 7 == 2) objection_said(t, handle_of(&t->c, i), 0, CHANNEL_COUNTER);
    if (i % 7 == 3)
        outbox_report(t, &(struct outbox_report){ letter[i], handle_of(&t->c, i), RETURN_GONE,
                                                  S("nobody there") });
    if (i % 9 == 0) TRY(person_keep_apart(t, person[i], person[(i + 5) % PEOPLE]));
    if (i % 9 == 1) TRY(person_set_mark(t, person[i], MARK_PAUSED, t->c.now + DAY));
    if (i % 9 == 2)
        db_do(t, SQL("INSERT INTO map_place(viewer, person, x, y) VALUES($1, $2, 1.5, 2.5)"),
              I(house.mia), I(person[i]));
    if (i % 10 == 4 && i % 9 != 1) { /* who is left in peace is not added */
        struct participant_new n = {
            .message = letter[i], .person = person[i], .way = CHANNEL_WEB, .past = true
        };
        if (may_see(&t->c, letter[i])) TRY(talk_add(t, &n, &event));
    }
    return OK;
}

static err bring_card(struct tx *t, int i)
{
    struct meeting m = { .uri = str_fmt(t->c.a, "mailto:%.*s", STR(address(t->c.a, i))),
                         .shown = address(t->c.a, i),
                         .kind = PERSON_HUMAN };
    struct card card = {
        .key = m.uri, .name = S("As on the card"), .kind = PERSON_HUMAN, .at = &m, .n = 1
    };
    struct card_done done;
    return card_take(t, &card, 1, &done);
}

static err live(struct tx *t, void *arg)
{
    int i = *(int *)arg;
    TRY(note_facts(t, i));
    TRY(do_more(t, i));
    if (i % 11 == 0) TRY(bring_card(t, i));
    log_settle(t);
    return OK;
}

/* By themselves, on their page. */
static err act(struct tx *t, void *arg)
{
    int i = *(int *)arg;
    id grant;
    struct grant_new g = { .person = person[i],
                           .purposes = PURPOSE(PURPOSE_CARE),
                           .way = GRANT_BY_PAGE };
    if (i % 5 == 0) TRY(tie_set_engine(t, person[i], false));
    if (i % 5 == 1) TRY(terms_choose(t, person[i], S("SD-BASE")));
    if (i % 5 == 2) TRY(grant_give(t, &g, &grant));
    if (i % 10 == 2) TRY(grant_step(t, grant, GRANT_WITHDRAWN, GRANT_BY_PAGE));
    return OK;
}

static err merge(struct tx *t, void *arg)
{
    int i = *(int *)arg;
    return person_merge(t, person[i], person[i + 1]);
}

static void open_sessions(void)
{
    struct schema web[] = { { "session", session_schema } };
    struct str why = S("");
    if (migrate(house.s, house.a, web, 1, &why) != OK) fail_msg("%.*s", STR(why));
}

static void everything_is_told_or_withheld(void **state)
{
    (void)state;
    int wrong = 0;
    seed = 4;
    open_sessions();
    put_letters();
    for (int i = 0; i < PEOPLE; i++) {
        house.viewer = i % 2 ? house.mia : house.tom;
        assert_int_equal(test_write(live, &i), OK);
        house.viewer = person[i];
        assert_int_equal(test_write(act, &i), OK);
    }
    house.viewer = house.mia;
    for (int i = 20; i < PEOPLE; i += 20) assert_int_equal(test_write(merge, &i), OK);
    assert_int_equal(test_read(every_table, &wrong), OK);
    for (int i = 0; i < PEOPLE; i++) {
        bool gone = i % 20 == 1 && i > 20;
        house.viewer = person[i];
        if (!gone) assert_int_equal(test_read(compare, &wrong), OK);
    }
    house.viewer = house.mia;
    assert_int_equal(test_read(compare, &wrong), OK);
    assert_int_equal(wrong, 0);
}

/* ---- who said no to being worked out -------------------------------------------------------- */

static const char ada[] = "Ada Kestrel <ada@kestrel.example>",
                  bo[] = "Bo Plover <bo@plover.example>", cy[] = "Cy Rook <cy@rook.example>",
                  mia[] = "mia@pub.example";

static void between(const char *who, const char *with, const char *name, int days, int times)
{
    for (int i = 0; i < times; i++) {
        char *there = str_z(house.a, str_fmt(house.a, "<%s-%d-a@x>", name, i)),
             *back = str_z(house.a, str_fmt(house.a, "<%s-%d-b@x>", name, i));
        test_put((struct letter){ there, who, with, "", "", name, "Will you come?", "inbox",
                                  (int64_t)i * days * DAY, 0, NULL, NULL, NULL });
        test_put((struct letter){ back, with, who, "", there, name, "I will.", "inbox",
                                  (int64_t)i * days * DAY + HOUR, 0, NULL, NULL, NULL });
    }
}

/* All that is said with ties, for the keeper; of whom: the number of lines that name Ada. */
struct said {
    struct str others, bo;
    int about_ada, rows, contacts;
};

static void put_tie(struct buf *o, const struct tie_line *l)
{
    buf_fmt(o, "%u %u %d %d %a %a %a\n", l->a, l->b, l->first, l->days, (double)l->gap,
            (double)l->dir[0].s[0], (double)l->dir[1].s[0]);
}

static err read_said(struct ctx *c, void *arg)
{
    struct said *s = arg;
    struct buf others = { .a = house.a };
    struct tie_owns all;
    struct drifts d;
    id a = person_of_uri(c, S("mailto:ada@kestrel.example"));
    tie_layers_of(c, c->viewer, &all);
    tie_drifts(c, &all, 50, &d);
    for (int i = 0; i < all.n; i++) {
        s->about_ada += all.at[i].other == a;
        if (all.at[i].other == a) continue;
        put_tie(&others, &all.at[i].line);
        buf_add(&others, tie_own_say(c, &all, &all.at[i]));
    }
    for (int i = 0; i < d.n; i++) {
        s->about_ada += d.at[i].who.id == a;
        if (d.at[i].who.id != a) buf_add(&others, d.at[i].words);
    }
    s->about_ada += tie_view(c, c->viewer, a, 0).known;
    s->rows = (int)db_int(c, 0, SQL("SELECT count(*) FROM tie WHERE a=$1 OR b=$1"), I(a));
    s->contacts = (int)db_int(c, 0, SQL("SELECT count(*) FROM contact"));
    s->others = str_dup(house.a, buf_str(&others));
    return OK;
}

static err read_me(struct ctx *c, void *arg)
{
    struct me m;
    me_read(c, &m);
    *(struct str *)arg = str_dup(house.a, me_json(c, &m));
    return OK;
}

static err switch_off(struct tx *t, void *unused)
{
    (void)unused;
    return tie_set_engine(t, t->c.viewer, false);
}

static err switch_on(struct tx *t, void *who) { return tie_set_engine(t, *(id *)who, true); }

static void nothing_is_worked_out_about_who_said_no(void **state)
{
    (void)state;
    struct said on = { .rows = 0 }, off = { .rows = 0 };
    struct str bo_on, bo_off, ada_off;
    open_sessions();
    between(ada, mia, "kiln", 6, 8);
    between(bo, mia, "rafts", 9, 9);
    between(cy, mia, "hops", 20, 9);
    between(ada, bo, "yeast", 11, 3);
    id a = test_person("ada@kestrel.example"), b = test_person("bo@plover.example");
    assert_int_equal(test_read(read_said, &on), OK);
    assert_true(on.rows >= 1 && on.about_ada >= 2); /* or the rest proves nothing */
    house.viewer = b;
    assert_int_equal(test_read(read_me, &bo_on), OK);
    house.viewer = a;
    assert_int_equal(test_write(switch_off, NULL), OK);
    assert_int_equal(test_read(read_me, &ada_off), OK);
    house.viewer = b;
    assert_int_equal(test_read(read_me, &bo_off), OK);
    house.viewer = house.mia;
    assert_int_equal(test_read(read_said, &off), OK);
    assert_int_equal(off.rows, 0);
    assert_int_equal(off.about_ada, 0);
    assert_int_equal(off.contacts, on.contacts); /* who wrote to whom is no score */
    assert_true(str_eq(off.others, on.others));
    assert_true(str_find(ada_off, S("\"ties\":[]")) >= 0);
    assert_true(str_find(bo_on, S("Ada Kestrel")) >= 0 && str_find(bo_off, S("Ada Kestrel")) < 0);
    assert_int_equal(test_write(switch_on, &a), E_DENIED); /* a keeper can't */
    house.viewer = a;
    assert_int_equal(test_write(switch_on, &a), OK);
    house.viewer = house.mia;
    off = (struct said){ .rows = 0 };
    assert_int_equal(test_read(read_said, &off), OK);
    assert_true(str_eq(off.others, on.others) && off.rows == on.rows &&
                off.about_ada == on.about_ada);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, test_open, test_close)
    const struct CMUnitTest tests[] = {
        TEST(everything_is_told_or_withheld),
        TEST(nothing_is_worked_out_about_who_said_no),
    };
    return cmocka_run_group_tests_name("me", tests, NULL, NULL);
}
