/* SPDX-License-Identifier: GPL-3.0-or-later
 * ask_test.c - Mia asks Ada whether it is right what Bo says of her, and what stands in her own
 * letter; Ada answers by mail, and so do others. */
#include "talk/ask.h"

#include "kit/mail/parse.h"
#include "talk/house_test.h"
#include "talk/objection.h"
#include "talk/stop.h"
#include "talk/talk_mail.h"

static const char ada_writes[] = "From: Ada Berg <ada@berg.example>\r\n"
                                 "To: Mia Moon <mia@pub.example>\r\n"
                                 "Subject: Saturday\r\n"
                                 "Date: Thu, 28 May 2026 09:00:00 +0000\r\n"
                                 "Message-ID: <q1@berg.example>\r\n\r\n"
                                 "I like the table by the window.\r\n";
static const char bo_writes[] = "From: Bo Lind <bo@lind.example>\r\n"
                                "To: Mia Moon <mia@pub.example>\r\n"
                                "Subject: Sunday\r\n"
                                "Date: Thu, 28 May 2026 10:00:00 +0000\r\n"
                                "Message-ID: <q2@lind.example>\r\n\r\n"
                                "Ada hates lilies.\r\n";

struct asked {
    struct str raw, words;
    struct fact_new f;
    struct fact fact;
    struct facts all;
    struct draft d;
    id id, message, draft;
};

static err receive(struct tx *t, void *arg)
{
    struct asked *w = arg;
    struct mail_result r = { .ok = true, .raw = w->raw };
    struct mail_hints hints = { .arrived = house.now, .about = house.now };
    struct talk_mail mail;
    struct str why;
    hints.name = log_name(&t->c, r.raw);
    assert_int_equal(mail_parse(t->c.a, r.raw, &r.mail, &why), OK);
    talk_mail_ready(&t->c, &r, &hints, &mail);
    if (talk_take_mail(t, &mail) != TAKEN_NEW) return E_CONFLICT;
    w->message = log_find(&t->c, mail.e.ext);
    log_settle(t);
    return OK;
}
static id got(struct str raw)
{
    struct asked w = { .raw = raw };
    assert_int_equal(test_write(receive, &w), OK);
    return w.message;
}

static err note(struct tx *t, void *arg)
{
    struct asked *w = arg;
    TRY(fact_note(t, &w->f, &w->id));
    log_settle(t);
    return OK;
}
static err write_letter(struct ctx *c, void *arg)
{
    struct asked *w = arg;
    return ask_letter(c, w->id, &w->d);
}
static err send(struct tx *t, void *arg)
{
    struct asked *w = arg;
    w->d.name = S("drawn-by-the-page");
    TRY(draft_save(t, &w->d, &w->draft));
    draft_asks(t, w->draft, w->id);
    return draft_send(t, w->draft, S("<p>asked</p>"), house.now);
}
static err look(struct ctx *c, void *arg)
{
    struct asked *w = arg;
    fact_list(c, &(struct fact_query){ .person = w->f.person, .max = 20 }, &w->all);
    if (w->all.n) w->fact = w->all.at[0];
    return OK;
}
static err last_letter(struct ctx *c, void *arg)
{
    struct asked *w = arg;
    id message = db_int(c, 0, SQL("SELECT max(id) FROM message"));
    return talk_raw(c, message, &w->words);
}

static struct fact now_of(struct asked *w)
{
    assert_int_equal(test_read(look, w), OK);
    assert_int_equal(w->all.n, 1);
    return w->fact;
}

/* Asked, and gone out: the Message-ID of the letter. */
static struct str asks(struct asked *w)
{
    struct arena *a = arena_open((size_t)64 * MIB);
    assert_int_equal(test_write(note, w), OK);
    assert_int_equal(test_read(write_letter, w), OK);
    assert_int_equal(test_write(send, w), OK);
    assert_true(draft_step(house.s, a));
    arena_close(a);
    assert_int_equal(test_read(last_letter, w), OK);
    ptrdiff_t at = str_find(w->words, S("Message-ID: "));
    struct str rest = str_from(w->words, at + 12), name;
    assert_true(at >= 0 && str_line(&rest, &name));
    return name;
}

static id answers(const char *who, struct str to, const char *words)
{
    static int n;
    return got(str_fmt(house.a,
                       "From: %s\r\nTo: mia@pub.example\r\nSubject: Re: Is this right?\r\n"
                       "Date: Thu, 28 May 2026 12:00:00 +0000\r\nMessage-ID: <a%d@x.example>\r\n"
                       "In-Reply-To: %.*s\r\n\r\n%s\r\n",
                       who, n++, STR(to), words));
}

static struct asked introduced(void)
{
    (void)got(str_c(ada_writes));
    (void)got(str_c(bo_writes));
    return (struct asked){ .f = { .person = test_person("ada@berg.example"),
                                  .key = S("dislikes"),
                                  .value = S("lilies"),
                                  .origin = FACT_INTRODUCED,
                                  .introducer = test_person("bo@lind.example") } };
}

static int open_house(void **state)
{
    test_open(state);
    talk_start();
    test_clock(TEST_NOW);
    stop_rules.origin = S("https://pub.example");
    test_mailbox();
    return 0;
}

/* ---- what is proved --------------------------------------------------------------- */

static void a_letter_asks_and_only_they_answer(void **state)
{
    (void)state;
    struct asked w = introduced();
    struct str name = asks(&w);
    assert_true(str_find(w.words, S("> does not like lilies")) >= 0);
    assert_true(str_find(w.words, str_fmt(house.a, "/me/facts/%" PRId64 "?say", w.id)) >= 0);
    assert_true(str_find(w.words, S("Bo")) < 0); /* who said it is not told */
    assert_true(now_of(&w).asked_at == TEST_NOW);
    assert_int_equal(test_read(write_letter, &w), E_CONFLICT); /* once is enough */
    (void)answers("Bo Lind <bo@lind.example>", name, "YES");
    (void)answers("Ada Berg <ada@berg.example>", S("<q2@lind.example>"), "YES");
    (void)answers("Ada Berg <ada@berg.example>", name, "Yes, and then again no.");
    (void)answers("Ada Berg <ada@berg.example>", name, "> YES");
    assert_int_equal(now_of(&w).state, FACT_PROPOSED);
    (void)answers("Ada Berg <ada@berg.example>", name, "Yes.\r\n\r\nAda\r\n\r\n> Is it right?");
    assert_int_equal(now_of(&w).state, FACT_CONFIRMED);
    assert_true(now_of(&w).speakable);
    assert_int_equal(now_of(&w).expires_at, TEST_NOW + 730LL * DAY);
}

static void no_restricts_at_once(void **state)
{
    (void)state;
    struct asked w = introduced();
    struct str name = asks(&w);
    (void)answers("Ada Berg <ada@berg.example>", name, "\r\nNEIN!");
    assert_int_equal(now_of(&w).state, FACT_RESTRICTED);
    (void)answers("Ada Berg <ada@berg.example>", name, "ja");
    assert_int_equal(now_of(&w).state, FACT_CONFIRMED); /* they may change their mind */
}

static void what_was_noticed_becomes_their_own_word(void **state)
{
    (void)state;
    id message = got(str_c(ada_writes));
    struct asked w = { .f = { .person = test_person("ada@berg.example"),
                              .key = S("note"),
                              .origin = FACT_OBSERVED,
                              .source = message,
                              .span_n = 31 } };
    struct str name = asks(&w);
    assert_true(str_find(w.words, S("> I like the table by the window.")) >= 0);
    (void)answers("Ada Berg <ada@berg.example>", name, "Oui");
    struct fact f = now_of(&w);
    assert_true(f.id != w.id && f.origin == FACT_TOLD && f.state == FACT_CONFIRMED);
    assert_true(str_eq(f.key, S("likes")) && str_eq(f.value, S("the table by the window.")));
    assert_int_equal(f.source, message);
}

static void what_others_wrote_is_not_passed_on(void **state)
{
    (void)state;
    (void)got(str_c(ada_writes));
    struct asked w = { .f = { .person = test_person("ada@berg.example"),
                              .key = S("note"),
                              .origin = FACT_OBSERVED,
                              .source = got(str_c(bo_writes)),
                              .span_n = 17 } };
    assert_int_equal(test_write(note, &w), OK);
    assert_int_equal(test_read(write_letter, &w), E_DENIED);
}

static void yes_and_no_stand_alone(void **state)
{
    static const struct {
        const char *text;
        int means;
    } lines[] = { /* as the letters of each language ask for it */
                  { "YES", 1 },
                  { "NO", 0 },
                  { "JA", 1 },
                  { "NEIN", 0 },
                  { "OUI", 1 },
                  { "NON", 0 },
                  { "SÍ", 1 },
                  { "SÌ", 1 },
                  { "NEE", 0 },
                  { "SIM", 1 },
                  { "NÃO", 0 },
                  { "NEJ", 0 },
                  { "NEI", 0 },
                  { "KYLLÄ", 1 },
                  { "EI", 0 },
                  { "TAK", 1 },
                  { "NIE", 0 },
                  /* and as people write it */
                  { "yes!", 1 },
                  { "*Tak*", 1 },
                  { "\n\n kyllä \n", 1 },
                  { "Si", 1 },
                  { "Não.", 0 },
                  { "nao", 0 },
                  { "Yes please", -1 },
                  { "> yes", -1 },
                  { "", -1 },
                  { "Hello\nyes", -1 },
                  { "nobody", -1 }
    };
    (void)state;
    for (int i = 0; i < COUNT(lines); i++)
        if (ask_yes_or_no(house.a, str_c(lines[i].text)) != lines[i].means)
            fail_msg("“%s” is understood wrongly", lines[i].text);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, open_house, test_close)
    const struct CMUnitTest tests[] = {
        CASE(a_letter_asks_and_only_they_answer),
        CASE(no_restricts_at_once),
        CASE(what_was_noticed_becomes_their_own_word),
        CASE(what_others_wrote_is_not_passed_on),
        CASE(yes_and_no_stand_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
