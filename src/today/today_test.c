/* SPDX-License-Identifier: GPL-3.0-or-later
 * today_test.c - a small house whose mail is appended event by event, looked at with a set clock.
 */
#include "today/today_web.h"

#include "facts/grant.h"
#include "kit/base/hash.h"
#include "kit/base/pack.h"
#include "kit/store/migrate.h"
#include "kit/store/search.h"
#include "people/people_log.h"
#include "post/mailbox.h"
#include "post/outbox.h"
#include "talk/incoming.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

/* Monday, 4 January 2027, noon; the owner is Olga, of a house without a domain of its own. */
enum { NOW = 1799064000 };

struct mail {
    int64_t at;
    const char *from, *to, *cc, *subject, *text, *id, *answers;
    talk_class class; /* 0: direct */
    int n_more;       /* as many further recipients */
};
struct house_of {
    struct arena *a;
    struct store *s;
    struct secret secret;
    id owner;
    int64_t now;
    char where[64];
    int mails;
};
static const struct concept *const concepts[] = { &log_concept,  &people_concept, &circles_concept,
                                                  &may_concept,  &facts_concept,  &ties_concept,
                                                  &post_concept, &outbox_concept, &talk_concept };

static err write_(struct house_of *h, write_fn *fn, void *arg)
{
    struct work w = { .a = arena_open(64 * MIB), .now = h->now, .viewer = h->owner };
    err e = work_write(h->s, &w, fn, arg);
    if (w.broken) fail_msg("it died: %.*s", STR(w.why));
    arena_close(w.a);
    return e;
}

static err found(struct tx *t, void *arg)
{
    struct house_of *h = arg;
    struct meeting address = { .uri = S("mailto:olga@house.test"),
                               .shown = S("olga@house.test"),
                               .kind = PERSON_HUMAN,
                               .name = S("Olga"),
                               .domain = S("") };
    TRY(house_found(t, S("The Test"), false));
    struct keeper_new k = {
        .name = S("Olga"), .addresses = &address, .n = 1, .role = KEEPER_OWNER
    };
    return keeper_join(t, &k, &h->owner);
}

static int open_house(void **state)
{
    struct house_of *h = calloc(1, sizeof *h);
    struct str why = S("");
    uint8_t master[32] = { 7 };
    struct schema list[COUNT(concepts) + 1] = { { "search", search_schema } };
    if (!h) return 1;
    for (int i = 0; i < COUNT(concepts); i++)
        list[i + 1] = (struct schema){ concepts[i]->name, concepts[i]->schema };
    snprintf(h->where, sizeof h->where, "/tmp/snug-today-%d.db", (int)getpid());
    unlink(h->where);
    h->a = arena_open(16 * MIB);
    h->now = NOW;
    secret_derive(&h->secret, master);
    struct store_opts o = { .where = str_c(h->where) };
    h->s = store_open(h->a, &o, &h->secret, &why);
    if (!h->s || migrate(h->s, h->a, list, COUNT(list), &why) != OK) fail_msg("%.*s", STR(why));
    if (write_(h, found, h) != OK) fail_msg("the house can't be founded");
    *state = h;
    return 0;
}

static int close_house(void **state)
{
    static const char *const ends[] = { "", "-wal", "-shm" };
    struct house_of *h = *state;
    char name[80];
    store_close(h->s);
    arena_close(h->a);
    for (int i = 0; i < COUNT(ends); i++) {
        snprintf(name, sizeof name, "%s%s", h->where, ends[i]);
        unlink(name);
    }
    free(h);
    return 0;
}

/* "Ana Baker <ana@a.test>" as it would have been read from a header. */
static void add_address(struct arena *a, struct incoming *in, recipient_role as, const char *text)
{
    struct str s = str_c(text);
    ptrdiff_t open = str_chr(s, '<');
    struct str name = open >= 0 ? str_trim(str_upto(s, open)) : S(""),
               shown = open >= 0 ? str_from(str_upto(s, s.n - 1), open + 1) : s;
    if (!shown.n) return;
    in->who[in->n_who++] =
        (struct incoming_address){ as,
                                   { .uri = str_fmt(a, "mailto:%.*s", STR(shown)),
                                     .shown = shown,
                                     .name = name,
                                     .domain = S(""),
                                     .kind = PERSON_HUMAN,
                                     .own = as == ROLE_FROM } };
}

static err append(struct tx *t, void *arg)
{
    const struct mail *m = arg;
    struct arena *a = t->c.a;
    struct incoming in = { .message_id = str_c(m->id),
                           .subject = str_c(m->subject),
                           .base = S(""),
                           .class = m->class ? m->class : TALK_DIRECT,
                           .class_why = S(""),
                           .folder = S(""),
                           .dsn_recipient = S(""),
                           .dsn_action = S(""),
                           .dsn_status = S("") };
    in.who = NEW(a, struct incoming_address, 8 + m->n_more);
    add_address(a, &in, ROLE_FROM, m->from);
    if (m->to) add_address(a, &in, ROLE_TO, m->to);
    if (m->cc) add_address(a, &in, ROLE_CC, m->cc);
    for (int i = 0; i < m->n_more; i++)
        add_address(a, &in, ROLE_TO, str_z(a, str_fmt(a, "p%d@crowd.test", i)));
    int64_t parent = m->answers ? hash_name(t->c.secret, str_c(m->answers)) : 0;
    in.chain = &parent;
    in.n_chain = m->answers != NULL;
    in.text_size = (int64_t)strlen(m->text);
    struct event e = { .at = m->at,
                       .kind = EVENT_MAIL_RECEIVED,
                       .channel = CHANNEL_MAIL,
                       .ext = hash_name(t->c.secret, str_c(m->id)),
                       .body = log_keep(t, log_name(&t->c, str_c(m->id)), in.text_size,
                                        pack_bytes(a, PACK_MAIL, str_c(m->text))) };
    e.data = incoming_write(a, &in);
    log_append(t, e);
    return OK;
}

static void mail(struct house_of *h, struct mail m)
{
    char id_[40], text[400];
    snprintf(id_, sizeof id_, "m%d@test", h->mails++);
    if (!m.id) m.id = id_;
    if (!m.subject) m.subject = "A matter";
    snprintf(text, sizeof text, "%s\n",
             m.text); /* the same words twice are two bodies only by their place */
    m.text = text;
    assert_int_equal(write_(h, append, &m), OK);
}
#define ANA  "Ana Baker <ana@a.test>"
#define OLGA "olga@house.test"

static err look(struct ctx *c, void *arg)
{
    today_read(c, arg);
    return OK;
}

static struct today today_at(struct house_of *h, int64_t now)
{
    struct today t;
    struct work w = { .a = h->a, .now = now, .viewer = h->owner };
    if (work_read(h->s, &w, look, &t) != OK) fail_msg("%.*s", STR(w.why));
    return t;
}
static struct today today_now(struct house_of *h) { return today_at(h, h->now); }

#define assert_says(s, words) assert_true(str_find((s), S(words)) >= 0)

/* ---- waits ---------------------------------------------------------------------- */

static void asks_wait_with_the_line_that_proves_it(void **state) /* WAIT-1 */
{
    struct house_of *h = *state;
    mail(h, (struct mail){ .at = NOW - 3 * DAY,
                           .from = ANA,
                           .to = OLGA,
                           .text = "I was in town. Could you keep two loaves for Friday? Ana" });
    struct today t = today_now(h);
    assert_int_equal(t.waiting.n, 1);
    assert_int_equal(t.waiting.at[0].days, 3);
    assert_true(str_eq(t.waiting.at[0].who.name, S("Ana Baker")));
    assert_says(t.waiting.at[0].line, "Could you keep two loaves for Friday?");
    assert_says(t.summary, "1 person waits on you");
    assert_int_equal(today_at(h, NOW - 3 * DAY + 23 * HOUR).waiting.n, 0); /* never before a day */
}

static void our_question_waits_after_three_days(void **state) /* WAIT-2 */
{
    struct house_of *h = *state;
    mail(h, (struct mail){ .at = NOW - 4 * DAY,
                           .from = OLGA,
                           .to = ANA,
                           .text = "Shall I send the flour on Monday?" });
    assert_int_equal(today_at(h, NOW - 4 * DAY + 71 * HOUR).awaited.n, 0);
    struct today t = today_now(h);
    assert_int_equal(t.awaited.n, 1);
    assert_int_equal(t.waiting.n, 0);
    assert_says(t.awaited.at[0].line, "Shall I send the flour");
}

static void thanks_neither_opens_nor_closes(void **state) /* WAIT-3, WAIT-4 */
{
    struct house_of *h = *state;
    mail(h, (struct mail){
                .at = NOW - 5 * DAY, .from = "bo@b.test", .to = OLGA, .text = "Thank you!" });
    assert_int_equal(today_now(h).waiting.n, 0);
    mail(h, (struct mail){ .at = NOW - 4 * DAY,
                           .from = ANA,
                           .to = OLGA,
                           .text = "When do you open on Sunday?",
                           .id = "q@a" });
    mail(h, (struct mail){ .at = NOW - 3 * DAY,
                           .from = OLGA,
                           .to = ANA,
                           .text = "Thank you!",
                           .answers = "q@a" });
    assert_int_equal(today_now(h).waiting.n, 1);
    mail(h,
         (struct mail){
             .at = NOW - 2 * DAY, .from = OLGA, .to = ANA, .text = "Will do.", .answers = "q@a" });
    assert_int_equal(today_now(h).waiting.n, 0);
}

static void a_nudge_does_not_restart_the_clock(void **state) /* WAIT-5 */
{
    struct house_of *h = *state;
    mail(h, (struct mail){ .at = NOW - 9 * DAY,
                           .from = ANA,
                           .to = OLGA,
                           .text = "When can I fetch the cake?",
                           .id = "q@a" });
    mail(h, (struct mail){ .at = NOW - 2 * DAY,
                           .from = ANA,
                           .to = OLGA,
                           .text = "Did you see my question about the cake?",
                           .answers = "q@a" });
    struct today t = today_now(h);
    assert_int_equal(t.waiting.n, 1);
    assert_int_equal(t.waiting.at[0].days, 9);
}

static void bulk_and_copies_never_wait(void **state) /* WAIT-6 */
{
    struct house_of *h = *state;
    static const talk_class kinds[] = { TALK_AUTO_REPLY, TALK_CALENDAR, TALK_MACHINE, TALK_LIST,
                                        TALK_BULK };
    for (int i = 0; i < COUNT(kinds); i++)
        mail(h, (struct mail){ .at = NOW - 3 * DAY + i,
                               .from = ANA,
                               .to = OLGA,
                               .text = "Could you answer this?",
                               .class = kinds[i] });
    mail(h, (struct mail){ .at = NOW - 3 * DAY,
                           .from = ANA,
                           .to = "bo@b.test",
                           .cc = OLGA,
                           .text = "Bo, could you bring it?" });
    assert_int_equal(today_now(h).waiting.n, 0);
}

struct closing {
    id message, event, undo;
};
static err close_it(struct tx *t, void *arg)
{
    struct closing *x = arg;
    return x->undo ? talk_undo(t, x->undo) : talk_close(t, x->message, &x->event);
}

static void closed_by_hand_stays_closed_until_newer_mail(void **state) /* WAIT-7 */
{
    struct house_of *h = *state;
    mail(h, (struct mail){ .at = NOW - 9 * DAY,
                           .from = ANA,
                           .to = OLGA,
                           .text = "Can you lend me the big tent?",
                           .id = "q@a" });
    struct closing x = { .message = today_now(h).waiting.at[0].message };
    assert_int_equal(write_(h, close_it, &x), OK);
    assert_int_equal(today_now(h).waiting.n, 0);
    struct closing back = { .undo = x.event };
    assert_int_equal(write_(h, close_it, &back), OK);
    assert_int_equal(today_now(h).waiting.n, 1);
    assert_int_equal(write_(h, close_it, &x), OK);
    mail(h, (struct mail){ .at = NOW - 2 * DAY,
                           .from = ANA,
                           .to = OLGA,
                           .text = "And the small one, is it free?",
                           .answers = "q@a" });
    struct today t = today_now(h);
    assert_int_equal(t.waiting.n, 1);
    assert_int_equal(t.waiting.at[0].days, 2);
}

static void empty_says_why(void **state) /* WAIT-8, WAIT-10 */
{
    struct house_of *h = *state;
    struct today none = today_now(h);
    assert_says(none.none_waiting, "No mail has been brought into this house yet");
    assert_int_equal(none.cares.n, 1);
    mail(h, (struct mail){ .at = NOW - 2 * DAY,
                           .from = ANA,
                           .to = OLGA,
                           .text = "When can I come?",
                           .id = "q@a" });
    mail(h, (struct mail){ .at = NOW - DAY,
                           .from = OLGA,
                           .to = ANA,
                           .text = "Come on Friday, the door is open.",
                           .answers = "q@a" });
    struct today done = today_now(h);
    assert_int_equal(done.waiting.n, 0);
    assert_says(done.none_waiting, "Nobody waits on you");
    assert_false(done.fresh.stale);
    struct today late = today_at(h, NOW + 9 * DAY);
    assert_true(late.fresh.stale);
    assert_int_equal(late.fresh.stale_days, 10);
    assert_says(late.none_waiting, "no all-clear");
    assert_says(late.none_waiting, "3 January 2027");
    assert_says(late.cares.at[0].words, "Mail was last read 10 days ago");
}

static void another_keeper_or_a_sent_copy_answers(void **state) /* WAIT-12 */
{
    struct house_of *h = *state;
    mail(h, (struct mail){ .at = NOW - 5 * DAY,
                           .from = ANA,
                           .to = OLGA,
                           .text = "Is the hall free in May?",
                           .id = "q@a" });
    assert_int_equal(today_now(h).waiting.n, 1);
    mail(h, (struct mail){ .at = NOW - 4 * DAY,
                           .from = OLGA,
                           .to = ANA,
                           .text = "It is, all of May.",
                           .answers = "q@a" });
    assert_int_equal(today_now(h).waiting.n, 0);
}

struct marking {
    id who;
    person_mark mark;
    int64_t value;
};
static err mark(struct tx *t, void *arg)
{
    struct marking *m = arg;
    return person_set_mark(t, m->who, m->mark, m->value);
}

static void nobody_is_to_be_written_who_must_not(void **state) /* WAIT-11, WAIT-13 */
{
    struct house_of *h = *state;
    mail(h, (struct mail){
                .at = NOW - 5 * DAY, .from = ANA, .to = OLGA, .text = "Is the hall free in May?" });
    mail(h,
         (struct mail){
             .at = NOW - 5 * DAY, .from = OLGA, .to = "bo@b.test", .text = "Bo, will you come?" });
    struct today t = today_now(h);
    assert_int_equal(t.waiting.n, 1);
    assert_int_equal(t.awaited.n, 1);
    struct marking of[] = { { 0, MARK_DEAD, NOW - DAY },
                            { 0, MARK_LEFT, NOW - DAY },
                            { 0, MARK_MUTE, 1 },
                            { 0, MARK_PAUSED, NOW + DAY } };
    for (int i = 0; i < COUNT(of); i++) {
        of[i].who = t.waiting.at[0].who.id;
        assert_int_equal(write_(h, mark, &of[i]), OK);
        assert_int_equal(today_now(h).waiting.n, 0);
        assert_int_equal(today_now(h).waiting_all + today_now(h).waiting_old, 0);
        of[i].value = 0;
        assert_int_equal(write_(h, mark, &of[i]), OK);
        assert_int_equal(today_now(h).waiting.n, 1);
    }
}

static void old_waits_stand_behind(void **state)
{
    struct house_of *h = *state;
    char from[40];
    for (int i = 0; i < 9; i++) {
        snprintf(from, sizeof from, "w%d@w.test", i);
        mail(h, (struct mail){ .at = NOW - (i + 2) * DAY,
                               .from = from,
                               .to = OLGA,
                               .text = "Could you tell me when?" });
    }
    mail(h,
         (struct mail){
             .at = NOW - 200 * DAY, .from = ANA, .to = OLGA, .text = "Could you tell me when?" });
    struct today t = today_now(h);
    assert_int_equal(t.waiting.n, TODAY_LINES);
    assert_int_equal(t.waiting_all, 9);
    assert_int_equal(t.waiting_old, 1);
    for (int i = 0; i < t.waiting.n; i++)
        assert_int_equal(t.waiting.at[i].days, 10 - i); /* longest first */
    struct today later = today_at(h, NOW + 60 * DAY);   /* then all are old: youngest first */
    assert_int_equal(later.waiting_all, 0);
    assert_int_equal(later.waiting_old, 10);
    assert_int_equal(later.waiting.at[0].days, 62);
}

/* ---- drift ------------------------------------------------------------------------ */

/* Both write on n days, gap days apart, the last of them `silent` days ago. */
static void exchange(struct house_of *h, const char *who, int n, int gap, int silent)
{
    for (int i = n - 1; i >= 0; i--) {
        int64_t at = NOW - (silent + (int64_t)i * gap) * DAY;
        mail(h, (struct mail){ .at = at,
                               .from = who,
                               .to = OLGA,
                               .text = "The weather holds and the boats are out." });
        mail(h, (struct mail){ .at = at + HOUR,
                               .from = OLGA,
                               .to = who,
                               .text = "Here as well, and the kettle is on." });
    }
}

static void a_silence_is_measured_by_its_own_rhythm(void **state) /* TIE-13, TIE-14 */
{
    struct house_of *h = *state;
    exchange(h, ANA, 12, 9, 31);                     /* 31 / 9: alarm */
    exchange(h, "Bo Carr <bo@b.test>", 6, 30, 31);   /* a month is Bo's own rhythm */
    exchange(h, "Cem Dal <cem@c.test>", 4, 3, 60);   /* four days are no rhythm */
    exchange(h, "Dana Eck <dana@d.test>", 60, 2, 1); /* keeps the mail fresh */
    struct today t = today_now(h);
    assert_int_equal(t.drifting.n, 1);
    assert_int_equal(t.drifting.all, 1);
    assert_true(str_eq(t.drifting.at[0].who.name, S("Ana Baker")));
    assert_true(
        str_eq(t.drifting.at[0].words, S("You used to write every 9 days; it has been 31.")));
    assert_int_equal(t.drifting.at[0].state, TIE_ALARM);
}

static err say_fine(struct tx *t, void *arg) { return tie_leave_be(t, *(id *)arg); }
static err say_watch(struct tx *t, void *arg) { return tie_watch(t, *(id *)arg); }

static void fine_holds_until_the_next_contact(void **state)
{
    struct house_of *h = *state;
    exchange(h, "Dana Eck <dana@d.test>", 60, 2, 1);
    exchange(h, ANA, 12, 9, 31);
    id ana = today_now(h).drifting.at[0].who.id;
    assert_int_equal(write_(h, say_fine, &ana), OK);
    assert_int_equal(today_now(h).drifting.n, 0);
    assert_says(today_now(h).none_drifting, "Nobody");
    assert_int_equal(write_(h, say_watch, &ana), OK);
    assert_int_equal(today_now(h).drifting.n, 1);
    assert_int_equal(write_(h, say_fine, &ana), OK);
    h->now = NOW + 80 * DAY;
    mail(h, (struct mail){ .at = NOW + DAY,
                           .from = ANA,
                           .to = OLGA,
                           .text = "Back from the sea, all well here." });
    mail(h, (struct mail){ .at = NOW + 79 * DAY,
                           .from = "Dana Eck <dana@d.test>",
                           .to = OLGA,
                           .text = "The weather holds." });
    struct today t = today_now(h);
    bool ana_again = false;
    for (int i = 0; i < t.drifting.n; i++) ana_again = ana_again || t.drifting.at[i].who.id == ana;
    assert_true(ana_again);
}

static void the_dead_and_the_gone_do_not_drift(void **state)
{
    struct house_of *h = *state;
    exchange(h, "Dana Eck <dana@d.test>", 60, 2, 1);
    exchange(h, ANA, 12, 9, 31);
    struct marking of[] = { { 0, MARK_DEAD, NOW },
                            { 0, MARK_LEFT, NOW },
                            { 0, MARK_PAUSED, NOW + DAY },
                            { 0, MARK_MUTE, 1 } };
    id ana = today_now(h).drifting.at[0].who.id;
    for (int i = 0; i < COUNT(of); i++) {
        of[i].who = ana;
        assert_int_equal(write_(h, mark, &of[i]), OK);
        assert_int_equal(today_now(h).drifting.n, 0);
        of[i].value = 0;
        assert_int_equal(write_(h, mark, &of[i]), OK);
    }
    assert_int_equal(today_now(h).drifting.n, 1);
}

static void a_young_house_is_silent_in_words(void **state) /* TIE-24 a */
{
    struct house_of *h = *state;
    exchange(h, ANA, 8, 2, 7);
    struct today t = today_now(h);
    assert_int_equal(t.drifting.n, 0);
    assert_says(t.none_drifting, "I have known these people for only 3 weeks");
}

static void a_stale_mailbox_is_no_silence(void **state) /* TIE-24 c */
{
    struct house_of *h = *state;
    exchange(h, "Dana Eck <dana@d.test>", 60, 2, 31);
    exchange(h, ANA, 12, 9, 35);
    struct today t = today_now(h);
    assert_true(t.fresh.stale);
    assert_int_equal(t.drifting.n, 0);
    assert_says(t.none_drifting, "A silence may not be one");
}

static void at_most_five_drift_a_day(void **state)
{
    struct house_of *h = *state;
    char who[40];
    exchange(h, "Dana Eck <dana@d.test>", 60, 2, 1);
    for (int i = 0; i < 7; i++) {
        snprintf(who, sizeof who, "q%d@q.test", i);
        exchange(h, who, 6, 8 + i, 40);
    }
    struct today t = today_now(h);
    assert_int_equal(t.drifting.n, TIE_DRIFT_A_DAY);
    assert_int_equal(t.drifting.all, 7);
}

/* ---- new faces, the same twice ------------------------------------------------------ */

static void a_new_face_is_new_once(void **state)
{
    struct house_of *h = *state;
    exchange(h, ANA, 6, 9, 20);
    mail(h, (struct mail){ .at = NOW - 2 * DAY,
                           .from = ANA,
                           .to = OLGA,
                           .text = "One more thing about the boat." });
    mail(h, (struct mail){ .at = NOW - DAY,
                           .from = "Eve Lind <eve@e.test>",
                           .to = OLGA,
                           .cc = ANA,
                           .text = "Ana said you might have a room. Do you?" });
    mail(h, (struct mail){ .at = NOW - DAY + HOUR,
                           .from = "Eve Lind <eve@e.test>",
                           .to = OLGA,
                           .text = "I forgot to say that I play the piano." });
    struct today t = today_now(h);
    assert_int_equal(t.news.n, 1);
    assert_true(str_eq(t.news.at[0].met.who.name, S("Eve Lind")));
    assert_says(t.news.at[0].met.line, "Do you?");
    assert_true(str_eq(t.news.at[0].shared, S("You both know Ana Baker.")));
    assert_int_equal(today_at(h, NOW + 20 * DAY).news.n, 0);
}

static void the_same_data_gives_the_same_text(void **state) /* WAIT-9 */
{
    struct house_of *h = *state;
    exchange(h, "Dana Eck <dana@d.test>", 40, 2, 1);
    exchange(h, ANA, 12, 9, 31);
    mail(h, (struct mail){ .at = NOW - 3 * DAY,
                           .from = "bo@b.test",
                           .to = OLGA,
                           .text = "Could you call me back?" });
    mail(h, (struct mail){ .at = NOW - 3 * DAY,
                           .from = "cy@c.test",
                           .to = OLGA,
                           .text = "Could you call me back?" });
    struct today one = today_now(h), two = today_now(h);
    struct str a = today_text(h->a, &one), b = today_text(h->a, &two), j = today_json(h->a, &one);
    assert_true(str_eq(a, b));
    assert_true(str_eq(j, today_json(h->a, &two)));
    assert_says(a, "Waiting on you");
    assert_says(j, "\"waiting_all\":");
    struct str rest = a, line;
    while (str_line(&rest, &line)) assert_true(line.n <= 80);
}

static void a_page_costs_a_bounded_number_of_statements(void **state) /* WAIT-15 */
{
    struct house_of *h = *state;
    char who[40];
    for (int i = 0; i < 40; i++) {
        snprintf(who, sizeof who, "z%d@z.test", i);
        exchange(h, who, 6, 10, 25);
        mail(h, (struct mail){ .at = NOW - (2 + i % 20) * DAY,
                               .from = who,
                               .to = OLGA,
                               .text = "Could you call me back?" });
    }
    struct today t;
    struct work w = { .a = h->a, .now = NOW, .viewer = h->owner };
    assert_int_equal(work_read(h->s, &w, look, &t), OK);
    assert_int_equal(t.waiting.n, TODAY_LINES);
    assert_true(w.queries < 200);
}

/* The same lines as on the page, each with the way back to it; names of others are words. */
static void a_letter_leads_back(void **state)
{
    struct house_of *h = *state;
    mail(h, (struct mail){ .at = NOW - 3 * DAY,
                           .from = "Bo <b>&</b> Co <bo@b.test>",
                           .to = OLGA,
                           .text = "Could you call me back, <i>please</i>?" });
    struct today t = today_now(h);
    struct today_letter l;
    today_letter(h->a, &t, S("https://house.test"), &l);
    struct str link = str_fmt(h->a, "https://house.test/talk/%" PRId64, t.waiting.at[0].message);
    struct str quoted = str_fmt(h->a, "<a href=\"%.*s\">", STR(link));
    assert_int_equal(t.waiting.n, 1);
    assert_true(str_find(l.text, link) > 0);
    assert_true(str_find(l.html, quoted) > 0);
    assert_says(l.text, "> Could you call me back, <i>please</i>?");
    assert_says(l.html, "Could you call me back, &lt;i&gt;please&lt;/i&gt;?");
    assert_true(str_find(l.html, S("<b>")) < 0);
    assert_true(str_find(l.html, S("href=\"/")) < 0 && str_find(l.html, S("<script")) < 0);
    assert_true(str_find(today_text(h->a, &t), S("house.test")) < 0);
    assert_true(str_ends(l.subject, t.date));
}

static err look_waits(struct ctx *c, void *arg)
{
    (void)arg;
    struct waitings list;
    talk_waiting(c, true, TODAY_LINES, &list);
    assert_int_equal(list.n, TODAY_LINES);
    assert_true(talk_waiting_count(c, true, false, TODAY_COUNT_MOST) >= 20);
    return OK;
}

static int statements_of_waits(struct house_of *h)
{
    struct work w = { .a = h->a, .now = NOW, .viewer = h->owner };
    assert_int_equal(work_read(h->s, &w, look_waits, NULL), OK);
    return w.queries;
}

/* Read off as they stand: what was said in the house besides costs no statement. */
static void waits_are_not_looked_for(void **state) /* WAIT-15 */
{
    struct house_of *h = *state;
    char who[40];
    int few = 0;
    for (int i = 0; i < 200; i++) {
        snprintf(who, sizeof who, "q%d@q.test", i);
        mail(h, (struct mail){ .at = NOW - (2 + i % 20) * DAY - i,
                               .from = who,
                               .to = OLGA,
                               .text = "Could you call me back?" });
        if (i == 20) few = statements_of_waits(h);
    }
    assert_true(few > 0 && few < 50);
    assert_int_equal(statements_of_waits(h), few);
}

int main(void)
{
#define T_(f) cmocka_unit_test_setup_teardown(f, open_house, close_house)
    const struct CMUnitTest tests[] = {
        T_(asks_wait_with_the_line_that_proves_it),
        T_(our_question_waits_after_three_days),
        T_(thanks_neither_opens_nor_closes),
        T_(a_nudge_does_not_restart_the_clock),
        T_(bulk_and_copies_never_wait),
        T_(closed_by_hand_stays_closed_until_newer_mail),
        T_(empty_says_why),
        T_(another_keeper_or_a_sent_copy_answers),
        T_(nobody_is_to_be_written_who_must_not),
        T_(old_waits_stand_behind),
        T_(a_silence_is_measured_by_its_own_rhythm),
        T_(fine_holds_until_the_next_contact),
        T_(the_dead_and_the_gone_do_not_drift),
        T_(a_young_house_is_silent_in_words),
        T_(a_stale_mailbox_is_no_silence),
        T_(at_most_five_drift_a_day),
        T_(a_new_face_is_new_once),
        T_(the_same_data_gives_the_same_text),
        T_(a_letter_leads_back),
        T_(waits_are_not_looked_for),
        T_(a_page_costs_a_bounded_number_of_statements),
    };
    hash_start();
    tie_start();
    fact_start();
    log_wire(concepts, COUNT(concepts));
    return cmocka_run_group_tests(tests, NULL, NULL);
}
