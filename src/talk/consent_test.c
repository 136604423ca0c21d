/* SPDX-License-Identifier: GPL-3.0-or-later
 * consent_test.c - what was taken back is read, found and sent no more, in whatever order things
 * happen: random deeds against a model of a few lines. CONSENT_STEPS=N plays more of them. */
#include "facts/grant.h"
#include "talk/draft.h"
#include "talk/house_test.h"

/* ---- a channel that keeps what it gets ------------------------------------------ */

static char carried[64 * KIB]; /* what the last step handed over */

static err carry_ready(struct ctx *c, struct channel_parcel *p)
{
    (void)c, (void)p;
    return OK;
}
static struct channel_result carry(struct arena *a, const struct channel_parcel *p,
                                   const atomic_bool *cancel)
{
    (void)a, (void)cancel;
    snprintf(carried, sizeof carried, "%.*s", STR(p->raw));
    return (struct channel_result){ CHANNEL_HANDED, CHANNEL_SAYS_NOTHING, S("") };
}
static void carry_stop(struct tx *t, const struct channel_parcel *p, struct str said)
{
    (void)t, (void)p, (void)said;
}
static const struct post_channel carrier = { .number = CHANNEL_MAIL,
                                             .name = "carrier",
                                             .patience_s = 5 * DAY,
                                             .ready = carry_ready,
                                             .deliver = carry,
                                             .stop = carry_stop };

/* ---- the model ------------------------------------------------------------------- */

enum { PEOPLE = 3, DEAD = 40, WORD = 32 };
static struct model {
    struct {
        bool granted, noted;
        char value[WORD];
    } of[PEOPLE];
    struct {
        char value[WORD];
        bool left; /* a letter that says it went out while that was agreed to */
    } dead[DEAD];
    int n_dead, serial;
    bool left[PEOPLE];
} model;

static void model_note(int p)
{
    model.of[p].noted = true;
    model.left[p] = false;
    snprintf(model.of[p].value, WORD, "zqvalue%dx%d", ++model.serial, p);
}
static void model_withdraw(int p)
{
    if (model.of[p].noted) {
        int at = model.n_dead++ % DEAD;
        memcpy(model.dead[at].value, model.of[p].value, WORD);
        model.dead[at].left = model.left[p];
    }
    model.of[p].granted = model.of[p].noted = false;
}
/* May that text be read, or leave, now? */
static bool model_allows(const char *text)
{
    for (int i = 0; i < MIN(model.n_dead, DEAD); i++)
        if (strstr(text, model.dead[i].value)) return false;
    return true;
}
static void model_sent(const char *text)
{
    for (int p = 0; p < PEOPLE; p++)
        if (model.of[p].noted && strstr(text, model.of[p].value)) model.left[p] = true;
}

/* ---- deeds ------------------------------------------------------------------------ */

static id people[PEOPLE], grants[PEOPLE], facts[PEOPLE];
static int now_of; /* whom the deed is about */
static struct arena *round_;
static const char *wrong; /* found inside a piece of work, which must end before the test may */

static void must(bool good, const char *what)
{
    if (!good && !wrong) wrong = what;
}

static err as(id viewer, write_fn *fn)
{
    struct work w = { .a = round_, .viewer = viewer, .now = house.now };
    err e = work_write(house.s, &w, fn, NULL);
    if (w.broken) fail_msg("%.*s", STR(w.why));
    return e;
}
static void look(id viewer, read_fn *fn)
{
    struct work w = { .a = round_, .viewer = viewer, .now = house.now };
    if (work_read(house.s, &w, fn, NULL) != OK) fail_msg("%.*s", STR(w.why));
}

static err give(struct tx *t, void *unused)
{
    (void)unused;
    struct grant_new g = { .person = people[now_of],
                           .purposes = PURPOSE(PURPOSE_CARE),
                           .way = GRANT_BY_PAGE };
    return grant_give(t, &g, &grants[now_of]);
}
static err note(struct tx *t, void *unused)
{
    (void)unused;
    struct fact_new f = { .person = people[now_of],
                          .key = S("usual"),
                          .value = str_c(model.of[now_of].value),
                          .origin = FACT_TOLD,
                          .basis = S("6-1-a") };
    return fact_note(t, &f, &facts[now_of]);
}
static err withdraw(struct tx *t, void *unused)
{
    (void)unused;
    return grant_step(t, grants[now_of], GRANT_WITHDRAWN, GRANT_BY_PAGE);
}
/* Words come from nowhere but what may be said. */
static err write_letter(struct tx *t, void *unused)
{
    static const char *const to[PEOPLE] = { "ada@kestrel.example", "bo@plover.example",
                                            "cy@egret.example" };
    static int serial;
    struct ctx *c = &t->c;
    struct buf words = { .a = c->a };
    const struct speakable *said = fact_speakable(c, facts[now_of]);
    id draft;
    (void)unused;
    must((said != NULL) == model.of[now_of].noted, "what may be said");
    if (!said) return OK;
    buf_add(&words, S("Shall it be "));
    fact_say(&words, said);
    buf_add(&words, S(" again on Saturday?"));
    struct draft d = { .name = str_fmt(c->a, "drawn-%d", ++serial),
                       .kind = DRAFT_NEW,
                       .to = str_c(to[serial % PEOPLE]),
                       .cc = S(""),
                       .bcc = S(""),
                       .subject = S("Saturday"),
                       .words = buf_str(&words) };
    TRY(draft_save(t, &d, &draft));
    if (serial % 4 == 0) return OK; /* left lying */
    return draft_send(t, draft, str_fmt(c->a, "<p>%.*s</p>", STR(d.words)), c->now);
}

static err read_facts(struct ctx *c, void *unused)
{
    struct facts list;
    (void)unused;
    fact_list(c, &(struct fact_query){ .person = people[now_of], .history = true, .max = 20 },
              &list);
    must(list.n == model.of[now_of].noted, "how many facts are read");
    if (list.n) must(str_eq(list.at[0].value, str_c(model.of[now_of].value)), "which is read");
    return OK;
}
static err read_drafts(struct ctx *c, void *unused)
{
    struct drafts list;
    (void)unused;
    draft_list(c, 50, &list);
    for (int i = 0; i < list.n; i++)
        must(model_allows(str_z(c->a, list.at[i].words)), "a draft says it");
    draft_going(c, 50, &list);
    for (int i = 0; i < list.n; i++)
        must(model_allows(str_z(c->a, list.at[i].words)), "a draft says it");
    return OK;
}
static err search(struct ctx *c, void *unused)
{
    (void)unused;
    for (int i = 0; i < MIN(model.n_dead, DEAD); i++) {
        struct find_hits hits;
        if (model.dead[i].left || i % 4 != model.serial % 4) continue;
        TRY(talk_find(c, str_c(model.dead[i].value), 0, 10, &hits));
        must(hits.n == 0, "it is found");
    }
    return OK;
}

static void deliver(void)
{
    atomic_bool never = false;
    carried[0] = 0;
    if (!outbox_step(house.s, round_, &never)) return;
    assert_true(model_allows(carried));
    model_sent(carried);
}

static void play(unsigned what, int p)
{
    now_of = p;
    switch (what) {
    case 0:
        if (model.of[p].granted) break;
        assert_int_equal(as(people[p], give), OK);
        model.of[p].granted = true;
        break;
    case 1:
    case 2:
        if (model.of[p].noted) break;
        if (model.of[p].granted) {
            model_note(p);
            assert_int_equal(as(house.mia, note), OK);
        } else {
            assert_int_equal(as(house.mia, note), E_INVALID);
        }
        break;
    case 3:
    case 13:
        if (!model.of[p].granted) break;
        assert_int_equal(as(people[p], withdraw), OK);
        model_withdraw(p);
        break;
    case 4: look(house.mia, read_facts); break;
    case 5: look(house.tom, read_facts); break;
    case 6: look(people[p], read_facts); break;
    case 7: look(house.mia, search); break;
    case 8: look(house.mia, read_drafts); break;
    case 9:
    case 10: assert_int_equal(as(house.mia, write_letter), OK); break;
    case 11:
    case 12: (void)draft_step(house.s, round_); break;
    case 14: break;
    default: deliver(); break; /* seldom, so that letters wait */
    }
}

static unsigned next_random(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(*state >> 33);
}

static void what_is_taken_back_is_read_and_sent_no_more(void **state)
{
    static const char *const addresses[PEOPLE] = { "ada@kestrel.example", "bo@plover.example",
                                                   "cy@egret.example" };
    const char *more = getenv("CONSENT_STEPS");
    int steps = more ? atoi(more) : 800, withdrawn = 0, sent = 0;
    uint64_t random = 20260528;
    (void)state;
    model = (struct model){ .serial = 0 };
    memset(facts, 0, sizeof facts);
    for (int i = 0; i < PEOPLE; i++) {
        test_put((struct letter){ addresses[i], addresses[i], "mia@pub.example", "", "", "Hello",
                                  "May I come?", "inbox", i * HOUR, 0, NULL, NULL, NULL });
        people[i] = test_person(addresses[i]);
    }
    round_ = arena_open((size_t)64 * MIB);
    for (int i = 0; i < steps; i++, arena_clear(round_)) {
        unsigned what = next_random(&random) % 16;
        int p = (int)(next_random(&random) % PEOPLE), before = model.n_dead;
        house.now++;
        test_clock(house.now);
        play(what, p);
        if (wrong) fail_msg("step %d, deed %u: %s", i, what, wrong);
        withdrawn += model.n_dead > before;
        sent += carried[0] != 0;
        carried[0] = 0;
    }
    arena_close(round_);
    if (withdrawn < steps / 100 || sent < steps / 400) /* it was really played */
        fail_msg("only %d withdrawn, %d sent", withdrawn, sent);
}

static int open_house(void **state)
{
    if (test_open(state)) return -1;
    channel_add(&carrier);
    outbox_rules.hour_most = 1000000;
    test_clock(TEST_NOW);
    test_mailbox();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_taken_back_is_read_and_sent_no_more, open_house,
                                        test_close),
    };
    return TEST_BOTH("consent", tests);
}
