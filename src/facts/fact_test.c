/* SPDX-License-Identifier: GPL-3.0-or-later
 * fact_test.c - facts of Ana: who sees them, what is said of them, how they go. */
#include "facts/facts_test.h"
#include "kit/base/date.h"

struct said { /* one deed about one fact, and what comes of it */
    struct fact_new f;
    id fact;
    fact_state want;
    int times; /* how often, where it is done more than once */
    struct str words;
    const struct audience *who;
    struct facts list;
    int64_t until;
};

static err do_note(struct tx *t, void *arg)
{
    struct said *s = arg;
    return fact_note(t, &s->f, &s->fact);
}
static err do_right(struct tx *t, void *arg)
{
    return fact_right(t, ((struct said *)arg)->fact, 0);
}
static err do_heard_right(struct tx *t, void *arg)
{
    return fact_right(t, ((struct said *)arg)->fact, CHANNEL_COUNTER);
}
static err do_wrong(struct tx *t, void *arg) { return fact_wrong(t, ((struct said *)arg)->fact); }
static err do_forget(struct tx *t, void *arg) { return fact_forget(t, ((struct said *)arg)->fact); }
static err do_withdraw(struct tx *t, void *arg)
{
    return fact_withdraw(t, ((struct said *)arg)->fact);
}
static err do_words(struct tx *t, void *arg)
{
    struct said *s = arg;
    return fact_add_words(t, s->fact, s->words);
}
static err do_share(struct tx *t, void *arg)
{
    struct said *s = arg;
    return fact_share(t, s->fact, s->who);
}
static err do_longer(struct tx *t, void *arg)
{
    struct said *s = arg;
    return fact_keep_longer(t, s->fact, s->until);
}
static err do_list(struct ctx *c, void *arg)
{
    struct said *s = arg;
    fact_list(c, &(struct fact_query){ .person = h.who[ANA], .history = true, .max = 50 },
              &s->list);
    return OK;
}
static err do_current(struct ctx *c, void *arg)
{
    struct said *s = arg;
    fact_list(c, &(struct fact_query){ .person = h.who[ANA], .max = 50 }, &s->list);
    return OK;
}
static err do_speak(struct ctx *c, void *arg)
{
    struct said *s = arg;
    struct buf out = { .a = c->a };
    const struct speakable *words = fact_speakable(c, s->fact);
    s->words = S("");
    if (!words) return c->err;
    fact_say(&out, words);
    s->words = buf_str(&out);
    return OK;
}

static struct said told(struct str key, struct str value)
{
    return (struct said){ .f = { .person = h.who[ANA],
                                 .key = key,
                                 .value = value,
                                 .origin = FACT_TOLD,
                                 .heard = CHANNEL_COUNTER } };
}
static int seen_by(int who)
{
    struct said s = { .fact = 0 };
    assert_int_equal(reads(who, do_list, &s), OK);
    return s.list.n;
}
static struct fact only(int who)
{
    struct said s = { .fact = 0 };
    assert_int_equal(reads(who, do_list, &s), OK);
    assert_int_equal(s.list.n, 1);
    return s.list.at[0];
}

static void what_was_told_is_for_who_heard_it_and_for_whom_it_is_about(void **state)
{
    struct said s = told(S("likes"), S("the table by the window"));
    (void)state;
    assert_int_equal(as(PAT, do_note, &s), OK);
    struct fact f = only(PAT);
    assert_int_equal(f.state, FACT_CONFIRMED);
    assert_int_equal(f.expires_at, START + 730LL * DAY);
    assert_true(str_eq(f.basis, S("6-1-f")) && f.assessment == -PURPOSE_CARE);
    assert_true(f.speakable);
    assert_int_equal(seen_by(ANA), 1);
    assert_int_equal(seen_by(OLGA), 0);
    assert_int_equal(seen_by(BEN), 0);
    assert_int_equal(seen_by(HOUSE), 0);
    assert_int_equal(as(BEN, do_note, &s), E_DENIED);
    assert_int_equal(reads(PAT, do_speak, &s), OK);
    assert_true(str_eq(s.words, S("the table by the window")));
    assert_int_equal(reads(OLGA, do_speak, &s), E_NOTFOUND);
}

static void what_another_said_of_them_may_only_be_asked(void **state)
{
    struct said s = told(S("birthday"), S("--05-03"));
    (void)state;
    s.f.origin = FACT_INTRODUCED;
    assert_int_equal(as(PAT, do_note, &s), E_INVALID); /* who said it? */
    s.f.introducer = h.who[BEN];
    assert_int_equal(as(PAT, do_note, &s), OK);
    assert_int_equal(only(PAT).state, FACT_PROPOSED);
    assert_int_equal(only(PAT).expires_at, START + 30LL * DAY);
    assert_int_equal(reads(PAT, do_speak, &s), E_DENIED);
    assert_int_equal(as(PAT, do_right, &s), E_DENIED); /* nobody said it to Pat */
    assert_int_equal(as(ANA, do_right, &s), OK);
    assert_int_equal(only(PAT).state, FACT_CONFIRMED);
    assert_int_equal(only(PAT).expires_at, START + 730LL * DAY);
    assert_int_equal(reads(PAT, do_speak, &s), OK);
    assert_true(str_eq(s.words, S("3 May")));
}

static void what_was_noticed_is_a_place_in_a_message_and_never_said(void **state)
{
    struct said s = told(S("wants"), S(""));
    (void)state;
    s.f.origin = FACT_OBSERVED;
    assert_int_equal(as(PAT, do_note, &s), E_INVALID);
    s.f.source = 77, s.f.span_n = 12;
    assert_int_equal(as(PAT, do_note, &s), OK);
    assert_int_equal(reads(PAT, do_speak, &s), E_DENIED);
    assert_int_equal(as(ANA, do_right, &s), E_INVALID);
    s = told(S("wants"), S("a copy of the words"));
    s.f.origin = FACT_OBSERVED;
    s.f.source = 77, s.f.span_n = 12;
    assert_int_equal(as(PAT, do_note, &s), E_INVALID);
}

static void wrong_restricts_at_once_when_they_say_it(void **state)
{
    struct said s = told(S("usual"), S("a small beer"));
    (void)state;
    s.f.audience = audience_keepers();
    assert_int_equal(as(PAT, do_note, &s), OK);
    assert_int_equal(seen_by(OLGA), 1);
    assert_int_equal(as(PAT, do_wrong, &s), OK); /* a keeper doubts it */
    assert_int_equal(only(OLGA).state, FACT_DISPUTED);
    assert_int_equal(reads(OLGA, do_speak, &s), E_DENIED);
    assert_int_equal(as(ANA, do_wrong, &s), OK);
    assert_int_equal(only(PAT).state, FACT_RESTRICTED);
    assert_int_equal(only(ANA).state, FACT_RESTRICTED);
    assert_int_equal(seen_by(OLGA), 0);
    assert_int_equal(as(PAT, do_heard_right, &s), E_DENIED);
    s.words = S("Tea, since the summer.");
    assert_int_equal(as(PAT, do_words, &s), E_DENIED);
    assert_int_equal(as(ANA, do_words, &s), OK);
    assert_true(str_eq(only(PAT).words, S("Tea, since the summer.")));
    assert_int_equal(as(ANA, do_right, &s), OK);
    assert_int_equal(seen_by(OLGA), 1);
}

static err bytes_with(struct ctx *c, void *arg)
{
    struct said *s = arg;
    s->until = 0;
    for (id e = log_end(c); e > 0; e--) {
        struct event x;
        if (log_get(c, e, &x) == OK && str_find(x.data, s->words) >= 0) s->until++;
    }
    struct log_check check;
    log_verify(c, true, &check);
    assert_int_equal(check.broken, 0);
    return OK;
}
static int events_with(struct str words)
{
    struct said s = { .words = words };
    assert_int_equal(reads(HOUSE, bytes_with, &s), OK);
    return (int)s.until;
}

static void what_is_forgotten_leaves_the_log(void **state)
{
    struct said a = told(S("likes"), S("zebrafinch songs")), b = a;
    (void)state;
    assert_int_equal(as(PAT, do_note, &a), OK);
    assert_int_equal(as(PAT, do_note, &b), OK);
    a.words = S("only zebrafinches in spring");
    assert_int_equal(as(ANA, do_words, &a), OK);
    assert_int_equal(events_with(S("zebrafinch")), 3);
    assert_int_equal(as(BEN, do_forget, &a), E_NOTFOUND);
    assert_int_equal(as(ANA, do_forget, &a), OK);
    assert_int_equal(events_with(S("zebrafinch")), 1);
    assert_int_equal(as(OLGA, do_forget, &a), E_NOTFOUND);
    assert_int_equal(as(PAT, do_withdraw, &b), OK);
    assert_int_equal(events_with(S("zebrafinch")), 0);
    assert_int_equal(seen_by(ANA), 0);
}

static err do_words_often(struct tx *t, void *arg)
{
    struct said *s = arg;
    for (int i = 0; i < s->times; i++) TRY(fact_add_words(t, s->fact, s->words));
    return OK;
}

static void however_much_was_said_of_it_all_of_it_leaves(void **state)
{
    struct said a = told(S("likes"), S("zebrafinch songs"));
    (void)state;
    assert_int_equal(as(PAT, do_note, &a), OK);
    a.words = S("only zebrafinches in spring");
    a.times = 1100;
    assert_int_equal(as(ANA, do_words_often, &a), OK);
    assert_int_equal(events_with(S("zebrafinch")), 1101);
    assert_int_equal(as(ANA, do_forget, &a), OK);
    assert_int_equal(events_with(S("zebrafinch")), 0);
}

static void an_owner_can_have_forgotten_what_they_may_not_see(void **state)
{
    struct said s = told(S("likes"), S("silence"));
    (void)state;
    assert_int_equal(as(PAT, do_note, &s), OK);
    assert_int_equal(seen_by(OLGA), 0);
    assert_int_equal(as(OLGA, do_forget, &s), OK);
    assert_int_equal(seen_by(PAT), 0);
}

static err do_sweep(struct tx *t, void *arg)
{
    ((struct said *)arg)->until = fact_sweep(t, 100);
    return OK;
}
static int64_t last_act;
static int64_t when_last(struct ctx *c, id person)
{
    (void)c;
    return person == h.who[ANA] ? last_act : 0;
}

static void nothing_outlives_its_end(void **state)
{
    struct said s = told(S("likes"), S("kingfisher blue"));
    (void)state;
    s.f.expires_at = START + 10 * DAY;
    assert_int_equal(as(PAT, do_note, &s), OK);
    h.now = START + 10 * DAY - 1;
    assert_int_equal(seen_by(ANA), 1);
    h.now++;
    assert_int_equal(seen_by(ANA), 0); /* also before anything swept */
    assert_int_equal(events_with(S("kingfisher")), 1);
    assert_int_equal(as(HOUSE, do_sweep, &s), OK);
    assert_int_equal(s.until, 1);
    assert_int_equal(events_with(S("kingfisher")), 0);
    s = told(S("likes"), S("x"));
    s.f.expires_at = h.now;
    assert_int_equal(as(PAT, do_note, &s), E_INVALID);
    s.f.expires_at = h.now + 731 * DAY;
    assert_int_equal(as(PAT, do_note, &s), E_INVALID);
}

static void what_was_told_lives_on_with_their_own_acts(void **state)
{
    struct said a = told(S("likes"), S("the corner")), b = a, s = a;
    (void)state;
    fact_wire(&(struct fact_wires){ .last_act = when_last });
    b.f.person = h.who[BEN];
    last_act = START + 400 * DAY;
    assert_int_equal(as(PAT, do_note, &a), OK);
    assert_int_equal(as(PAT, do_note, &b), OK);
    h.now = START + 730 * DAY - HOUR;
    assert_int_equal(as(HOUSE, do_sweep, &s), OK);
    assert_int_equal(only(ANA).expires_at, START + 1130LL * DAY);
    h.now = START + 730 * DAY;
    assert_int_equal(as(HOUSE, do_sweep, &s), OK);
    assert_int_equal(s.until, 1); /* Ben's */
    assert_int_equal(seen_by(ANA), 1);
    fact_wire(&(struct fact_wires){ 0 });
}

static err do_note_many(struct tx *t, void *arg)
{
    struct said *s = arg;
    for (int i = 0; i < s->times; i++) TRY(fact_note(t, &s->f, &s->fact));
    return OK;
}

static void who_does_nothing_stands_in_nobodys_way(void **state)
{
    struct said a = told(S("likes"), S("the corner")), b = a, over = a;
    (void)state;
    fact_wire(&(struct fact_wires){ .last_act = when_last });
    last_act = START + 400 * DAY;
    b.f.person = over.f.person = h.who[BEN];
    b.times = over.times = 201; /* more than are looked at at once */
    over.f.expires_at = START + 729 * DAY;
    assert_int_equal(as(PAT, do_note_many, &over), OK);
    assert_int_equal(as(PAT, do_note_many, &b), OK);
    assert_int_equal(as(PAT, do_note, &a), OK);
    h.now = START + 730 * DAY - HOUR;
    assert_int_equal(as(HOUSE, do_sweep, &a), OK);
    assert_int_equal(only(ANA).expires_at, START + 1130LL * DAY);
    fact_wire(&(struct fact_wires){ 0 });
}

static void what_was_so_once_is_history(void **state)
{
    struct said beer = told(S("usual"), S("beer")), wine = told(S("usual"), S("wine"));
    (void)state;
    assert_int_equal(as(PAT, do_note, &beer), OK);
    wine.f.supersedes = beer.fact;
    wine.f.valid_from = 883612800; /* 1998-01-01 */
    assert_int_equal(as(PAT, do_note, &wine), OK);
    struct said s = { .fact = 0 };
    assert_int_equal(reads(PAT, do_current, &s), OK);
    assert_int_equal(s.list.n, 1);
    assert_true(str_eq(s.list.at[0].value, S("wine")));
    assert_int_equal(reads(PAT, do_list, &s), OK);
    assert_int_equal(s.list.n, 2);
    assert_int_equal(s.list.at[1].valid_to, 883612800);
    assert_int_equal(as(ANA, do_forget, &wine), OK);
    assert_int_equal(only(ANA).valid_to, 883612800); /* beer is over all the same */
}

static void keepers_share_no_further_than_the_house(void **state)
{
    struct said s = told(S("likes"), S("the garden"));
    const struct party ben = { PARTY_PERSON, h.who[BEN] }, pat = { PARTY_PERSON, h.who[PAT] },
                       all = { PARTY_PUBLIC, 0 };
    const struct audience house = audience_keepers(),
                          house_not_pat = { .any = house.any,
                                            .none = &pat,
                                            .n_any = 1,
                                            .n_none = 1 },
                          to_ben = { .any = &ben, .n_any = 1 },
                          to_all = { .any = &all, .n_any = 1 },
                          nobody = { .none = &ben, .n_none = 1 };
    (void)state;
    assert_int_equal(as(PAT, do_note, &s), OK);
    s.who = &to_ben;
    assert_int_equal(as(PAT, do_share, &s), E_DENIED);
    s.who = &to_all;
    assert_int_equal(as(PAT, do_share, &s), E_DENIED);
    s.who = &nobody;
    assert_int_equal(as(ANA, do_share, &s), E_INVALID);
    s.who = &house;
    assert_int_equal(as(PAT, do_share, &s), OK);
    assert_int_equal(seen_by(OLGA), 1);
    s.who = &house_not_pat;
    assert_int_equal(as(ANA, do_share, &s), OK);
    assert_int_equal(seen_by(PAT), 0); /* no beats yes, also for who noted it */
    assert_int_equal(seen_by(OLGA), 1);
    s.who = &house;
    assert_int_equal(as(PAT, do_share, &s), E_NOTFOUND);
    assert_int_equal(as(OLGA, do_share, &s), E_DENIED);
    s.who = &to_ben;
    assert_int_equal(as(ANA, do_share, &s), OK);
    assert_int_equal(seen_by(BEN), 1);
    s.until = h.now + 20 * DAY;
    assert_int_equal(as(OLGA, do_longer, &s), E_DENIED);
    assert_int_equal(as(ANA, do_longer, &s), OK);
    assert_int_equal(only(ANA).expires_at, h.now + 20 * DAY);
}

static err do_merge(struct tx *t, void *unused)
{
    (void)unused;
    return person_merge(t, h.who[ANA], h.who[BEN]);
}
static err do_unmerge(struct tx *t, void *unused)
{
    (void)unused;
    return person_unmerge(t, h.who[BEN]);
}

static void who_becomes_one_has_the_facts_of_both(void **state)
{
    struct said s = told(S("likes"), S("owls"));
    (void)state;
    s.f.person = h.who[BEN];
    assert_int_equal(as(PAT, do_note, &s), OK);
    assert_int_equal(seen_by(ANA), 0);
    assert_int_equal(as(OLGA, do_merge, NULL), OK);
    assert_int_equal(seen_by(ANA), 1);
    assert_int_equal(as(OLGA, do_unmerge, NULL), OK);
    assert_int_equal(seen_by(ANA), 0);
}

static err do_unsay(struct tx *t, void *arg)
{
    struct said *s = arg;
    return fact_unsay(t, s->fact);
}

static void the_last_word_is_taken_back_by_who_said_it(void **state)
{
    struct said s = told(S("likes"), S("owls"));
    (void)state;
    s.f.origin = FACT_INTRODUCED;
    s.f.introducer = h.who[BEN];
    assert_int_equal(as(PAT, do_note, &s), OK);
    assert_int_equal(as(PAT, do_unsay, &s), E_CONFLICT); /* nothing was said of it */
    assert_int_equal(as(ANA, do_right, &s), OK);
    assert_int_equal(as(PAT, do_unsay, &s), E_CONFLICT); /* that was Ana's word */
    assert_int_equal(as(PAT, do_wrong, &s), OK);
    assert_int_equal(only(PAT).state, FACT_DISPUTED);
    assert_int_equal(as(PAT, do_unsay, &s), OK);
    assert_int_equal(only(PAT).state, FACT_CONFIRMED);
    assert_int_equal(only(PAT).expires_at, START + 730LL * DAY);
}

static void what_followed_by_mistake_leaves_what_was_before(void **state)
{
    struct said s = told(S("usual"), S("coffee"));
    (void)state;
    assert_int_equal(as(PAT, do_note, &s), OK);
    struct said next = told(S("usual"), S("tea"));
    next.f.supersedes = s.fact;
    h.now += DAY;
    assert_int_equal(as(PAT, do_note, &next), OK);
    assert_int_equal(reads(PAT, do_current, &next), OK);
    assert_true(next.list.n == 1 && next.list.at[0].id == next.fact);
    assert_int_equal(as(PAT, do_withdraw, &next), OK);
    assert_int_equal(only(PAT).id, s.fact);
    assert_int_equal(only(PAT).valid_to, 0);
}

static void a_line_is_understood_or_kept_as_it_is(void **state)
{
    static const struct {
        const char *line, *key, *value;
        int from, to;
    } lines[] = { { "likes the table by the window", "likes", "the table by the window", 0, 0 },
                  { "no alcohol since 2012", "diet", "no alcohol", 2012, 0 },
                  { "birthday 3 May", "birthday", "--05-03", 0, 0 },
                  { "born May 3rd, 1970", "birthday", "1970-05-03", 0, 0 },
                  { "birthday: some day in spring", "note", "birthday: some day in spring", 0, 0 },
                  { "delivery to the pool", "delivery", "to the pool", 0, 0 },
                  { "drank beer until 1998", "usual", "beer", 0, 1998 },
                  { "Allergic to nuts", "allergy", "nuts", 0, 0 },
                  { "has been here since the war", "note", "has been here since the war", 0, 0 },
                  { "Likes", "note", "Likes", 0, 0 } };
    (void)state;
    for (int i = 0; i < COUNT(lines); i++) {
        struct fact_guess g = fact_guess(h.a, str_c(lines[i].line));
        if (!str_eq(g.key, str_c(lines[i].key))) fail_msg("%s: %.*s", lines[i].line, STR(g.key));
        assert_true(str_eq(g.value, str_c(lines[i].value)));
        assert_int_equal(g.valid_from ? date_civil(g.valid_from, 0).year : 0, lines[i].from);
        assert_int_equal(g.valid_to ? date_civil(g.valid_to, 0).year : 0, lines[i].to);
    }
    struct fact_guess g = fact_guess_as(h.a, S("work"), S("likes the table since 2012"));
    assert_true(str_eq(g.key, S("work")) && str_eq(g.value, S("likes the table")));
}

static void what_must_not_be_kept_is_refused(void **state)
{
    static const char *const lines[] = { "has diabetes",       "ist schwanger",
                                         "est enceinte",       "heeft kanker",
                                         "es embarazada",      "ma chorob\xc4\x99, choroba",
                                         "hon har en sjukdom", "votes communist" };
    (void)state;
    for (int i = 0; i < COUNT(lines); i++) {
        struct said s = told(S("note"), str_c(lines[i]));
        assert_int_equal(as(PAT, do_note, &s), E_INVALID);
    }
    struct said s = told(S("allergy"), S("nuts"));
    assert_int_equal(as(PAT, do_note, &s), E_INVALID);
    s.f.basis = S("6-1-f");
    assert_int_equal(as(PAT, do_note, &s), E_INVALID);
    s.f.class = FACT_NORMAL;
    assert_int_equal(as(PAT, do_note, &s), E_INVALID);
    s = told(S("shoe size"), S("42"));
    assert_int_equal(as(PAT, do_note, &s), E_INVALID);
    assert_int_equal(seen_by(ANA), 0);
}

static err do_weigh(struct tx *t, void *arg) { return fact_weigh(t, PURPOSE_CARE, arg); }
struct weighed {
    int64_t number;
    struct fact_weighing says;
};
static err do_weighing(struct ctx *c, void *arg)
{
    struct weighed *w = arg;
    return fact_weighing(c, w->number, &w->says) ? OK : E_NOTFOUND;
}
static struct fact_weighing weighing(int64_t number)
{
    struct weighed w = { .number = number };
    assert_int_equal(reads(PAT, do_weighing, &w), OK);
    return w.says;
}

static void why_the_house_may_keeps_saying_what_it_said(void **state)
{
    struct fact_weighing w = { S("Because."), S("Else not."), S("") }, read;
    struct said s = told(S("likes"), S("tea"));
    (void)state;
    assert_int_equal(as(PAT, do_note, &s), OK);
    int64_t number = only(PAT).assessment;
    read = weighing(number);
    assert_true(read.interest.n && read.necessity.n && read.balance.n);
    assert_int_equal(as(OLGA, do_weigh, &w), E_INVALID);
    w.balance = S("They know.");
    assert_int_equal(as(PAT, do_weigh, &w), E_DENIED);
    assert_int_equal(as(OLGA, do_weigh, &w), OK);
    assert_int_equal(only(PAT).assessment, number);
    assert_true(str_eq(weighing(number).interest, read.interest));
    assert_int_equal(as(ANA, do_forget, &s), OK);
    assert_int_equal(as(PAT, do_note, &s), OK);
    assert_true(str_eq(weighing(only(PAT).assessment).interest, S("Because.")));
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, place_open, place_close)
    const struct CMUnitTest tests[] = {
        CASE(what_was_told_is_for_who_heard_it_and_for_whom_it_is_about),
        CASE(what_another_said_of_them_may_only_be_asked),
        CASE(what_was_noticed_is_a_place_in_a_message_and_never_said),
        CASE(wrong_restricts_at_once_when_they_say_it),
        CASE(what_is_forgotten_leaves_the_log),
        CASE(however_much_was_said_of_it_all_of_it_leaves),
        CASE(an_owner_can_have_forgotten_what_they_may_not_see),
        CASE(nothing_outlives_its_end),
        CASE(what_was_told_lives_on_with_their_own_acts),
        CASE(who_does_nothing_stands_in_nobodys_way),
        CASE(what_was_so_once_is_history),
        CASE(keepers_share_no_further_than_the_house),
        CASE(who_becomes_one_has_the_facts_of_both),
        CASE(the_last_word_is_taken_back_by_who_said_it),
        CASE(what_followed_by_mistake_leaves_what_was_before),
        CASE(a_line_is_understood_or_kept_as_it_is),
        CASE(what_must_not_be_kept_is_refused),
        CASE(why_the_house_may_keeps_saying_what_it_said),
    };
    int failed = cmocka_run_group_tests_name("facts on SQLite", tests, NULL, NULL);
    if (!getenv("SNUG_TEST_PG")) return failed;
    on_server = true;
    return failed + cmocka_run_group_tests_name("facts on PostgreSQL", tests, NULL, NULL);
}
