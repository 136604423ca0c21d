/* SPDX-License-Identifier: GPL-3.0-or-later
 * draft_test.c - Mia answers Ada from the page; a channel of the test's own carries the letters,
 * and nothing but its number is known of it elsewhere. */
#include "kit/mail/parse.h"
#include "talk/draft.h"
#include "talk/erase.h"
#include "talk/house_test.h"
#include "talk/objection.h"
#include "talk/stop.h"
#include "talk/talk_mail.h"

/* ---- a channel that keeps what it gets ------------------------------------------ */

enum { CARRIED = 40 };
static struct {
    struct str to, raw;
} carried[CARRIED];
static int n_carried, n_stopped;
static struct channel_result answers[CARRIED]; /* what it says; handed over behind the last */
static int n_answers, n_asked;

static err carry_ready(struct ctx *c, struct channel_parcel *p)
{
    (void)c, (void)p;
    return OK;
}
static struct channel_result carry(struct arena *a, const struct channel_parcel *p,
                                   const atomic_bool *cancel)
{
    (void)a, (void)cancel;
    struct channel_result r = { CHANNEL_HANDED, CHANNEL_SAYS_NOTHING, S("") };
    if (n_asked < n_answers) r = answers[n_asked];
    n_asked++;
    if (r.outcome == CHANNEL_HANDED && n_carried < CARRIED) {
        carried[n_carried].to = str_dup(house.a, p->address);
        carried[n_carried++].raw = str_dup(house.a, p->raw);
    }
    return r;
}
static void carry_stop(struct tx *t, const struct channel_parcel *p, struct str said)
{
    (void)t, (void)p, (void)said;
    n_stopped++;
}
static const struct post_channel carrier = { .number = CHANNEL_MAIL,
                                             .name = "carrier",
                                             .patience_s = OUTBOX_PATIENCE_S,
                                             .ready = carry_ready,
                                             .deliver = carry,
                                             .stop = carry_stop };

static void says(channel_outcome o, channel_says address, struct str said)
{
    answers[n_answers++] = (struct channel_result){ o, address, said };
}

/* ---- the house ------------------------------------------------------------------- */

static const char ada_writes[] = "From: Ada Berg <ada@berg.example>\r\n"
                                 "To: Mia Moon <mia@pub.example>\r\n"
                                 "Cc: Bo Lind <bo@lind.example>, bar@pub.example\r\n"
                                 "Subject: Saturday\r\n"
                                 "Date: Thu, 28 May 2026 09:00:00 +0000\r\n"
                                 "Message-ID: <q2@berg.example>\r\n"
                                 "In-Reply-To: <q1@berg.example>\r\n"
                                 "References: <q0@berg.example> <q1@berg.example>\r\n\r\n"
                                 "Are you open on Saturday?\r\n";

struct work_of {
    const char *raw;
    struct draft d;
    struct str writer, line, html;
    struct draft_people people;
    struct outbox_rows rows;
    struct outbox_counts counts;
    struct outbox_shuts shuts;
    id draft, message, who;
    int64_t due;
    person_mark mark;
    int n;
    err e;
};

static err receive(struct tx *t, void *arg)
{
    struct work_of *w = arg;
    struct mail_result r = { .ok = true, .raw = str_c(w->raw) };
    struct mail_hints hints = { .folder = S(""), .name = log_name(&t->c, r.raw) };
    struct talk_mail mail;
    struct str why;
    assert_int_equal(mail_parse(t->c.a, r.raw, &r.mail, &why), OK);
    talk_mail_ready(&t->c, &r, &hints, &mail);
    if (talk_take_mail(t, &mail) != TAKEN_NEW) return E_CONFLICT;
    w->message = log_find(&t->c, mail.e.ext);
    log_settle(t);
    return OK;
}

static err connect(struct tx *t, void *arg)
{
    (void)arg;
    struct mailbox box;
    struct mailbox_settings s = {
        .address = S("mia@pub.example"),
        .name = S("Mia Moon"),
        .login = S("mia"),
        .password = S("two pints"),
        .imap = { .host = S("127.0.0.1"), .port = 143, .safety = MAILBOX_PLAIN },
        .smtp = { .host = S("127.0.0.1"), .port = 25, .safety = MAILBOX_PLAIN }
    };
    id mailbox;
    TRY(mailbox_add(t, &s, &mailbox));
    TRY(mailbox_get(&t->c, mailbox, &box));
    box.keeps_sent = true;
    mailbox_note_servers(t, &box);
    mailbox_note(t, &box, MAILBOX_READS, S(""));
    return OK;
}

static err begin(struct ctx *c, void *arg)
{
    struct work_of *w = arg;
    return draft_begin(c, DRAFT_ANSWER, w->message, &w->d, &w->writer);
}
static err people(struct ctx *c, void *arg)
{
    struct work_of *w = arg;
    draft_people(c, &w->d, &w->people);
    w->line = draft_line(c, &w->people, ROLE_TO);
    return OK;
}
static err save(struct tx *t, void *arg)
{
    struct work_of *w = arg;
    return draft_save(t, &w->d, &w->draft);
}
static err send(struct tx *t, void *arg)
{
    struct work_of *w = arg;
    return draft_send(t, w->draft, w->html, w->due);
}
static err undo(struct tx *t, void *arg) { return draft_undo(t, ((struct work_of *)arg)->draft); }
static err get(struct ctx *c, void *arg)
{
    struct work_of *w = arg;
    return draft_get(c, w->draft, &w->d);
}
static err mark(struct tx *t, void *arg)
{
    struct work_of *w = arg;
    return person_set_mark(t, w->who, w->mark, 1);
}
static err sent(struct ctx *c, void *arg)
{
    struct work_of *w = arg;
    struct message m;
    TRY(talk_message(c, w->message, &m));
    draft_sent(c, m.conversation, 0, INT64_MAX, &w->rows);
    outbox_count(c, &w->counts);
    outbox_shut_list(c, 0, 10, &w->shuts);
    return OK;
}
static err count_events(struct ctx *c, void *arg)
{
    ((struct work_of *)arg)->n =
        (int)db_int(c, 0, SQL("SELECT count(*) FROM event WHERE kind=$1"), I(EVENT_MAIL_RECEIVED));
    return OK;
}

static void set_clock(int64_t now)
{
    test_clock(now);
    house.now = now;
}

static int letters(void) /* how many drafts became letters */
{
    int n = 0;
    struct arena *a = arena_open((size_t)64 * MIB);
    for (; draft_step(house.s, a); arena_clear(a)) n++;
    arena_close(a);
    return n;
}
static int steps(void)
{
    int n = 0;
    atomic_bool never = false;
    struct arena *a = arena_open((size_t)64 * MIB);
    for (; n < CARRIED && outbox_step(house.s, a, &never); arena_clear(a)) n++;
    arena_close(a);
    return n;
}

/* Mia's answer to all, sent; it can be taken back for 20 seconds. */
static struct work_of answered(void)
{
    static const char words[] = "Yes, **until ten**.\n\nSee you!";
    struct work_of w = { .raw = ada_writes, .html = S("<p>Yes, <strong>until ten</strong>.</p>") };
    assert_int_equal(test_write(receive, &w), OK);
    assert_int_equal(test_read(begin, &w), OK);
    w.d.name = S("drawn-by-the-page");
    w.d.words = str_c(words);
    assert_int_equal(test_write(save, &w), OK);
    w.due = house.now + 20;
    assert_int_equal(test_write(send, &w), OK);
    return w;
}

static int open_house(void **state)
{
    test_open(state);
    channel_add(&carrier);
    n_carried = n_stopped = n_answers = n_asked = 0;
    outbox_rules.hour_most = 200;
    set_clock(TEST_NOW);
    assert_int_equal(test_write(connect, NULL), OK);
    return 0;
}

static bool has(struct str s, const char *what) { return str_find(s, str_c(what)) >= 0; }

/* ---- what is proved ----------------------------------------------------------------- */

static void an_answer_goes_to_all_and_not_to_ourselves(void **state)
{
    (void)state;
    struct work_of w = answered();
    assert_true(str_eq(w.d.to, S("Ada Berg <ada@berg.example>")));
    assert_true(str_eq(w.d.cc, S("Bo Lind <bo@lind.example>")));
    assert_true(str_eq(w.writer, S("Ada Berg <ada@berg.example>")));
    assert_true(str_eq(w.d.subject, S("Re: Saturday")));
}

static void a_letter_goes_out_threaded_once_to_each(void **state)
{
    (void)state;
    struct work_of w = answered();
    assert_int_equal(letters(), 0); /* it can still be taken back */
    set_clock(TEST_NOW + 20);
    assert_int_equal(letters(), 1);
    assert_int_equal(steps(), 2);
    assert_int_equal(n_carried, 2);
    assert_true(str_eq(carried[0].to, S("ada@berg.example")));
    assert_true(str_eq(carried[1].to, S("bo@lind.example")));
    assert_true(str_eq(carried[0].raw, carried[1].raw));
    struct str raw = carried[0].raw;
    assert_true(has(raw, "From: Mia Moon <mia@pub.example>\r\n"));
    assert_true(has(raw, "To: Ada Berg <ada@berg.example>\r\n"));
    assert_true(has(raw, "Cc: Bo Lind <bo@lind.example>\r\n"));
    assert_true(has(raw, "In-Reply-To: <q2@berg.example>\r\n"));
    assert_true(has(raw, "References: <q0@berg.example> <q1@berg.example> <q2@berg.example>\r\n"));
    assert_true(has(raw, "multipart/alternative"));
    assert_false(has(raw, "Auto-Submitted"));
    assert_false(has(raw, "\r\nReply-To:"));
    assert_int_equal(test_read(get, &w), E_NOTFOUND); /* the draft is gone */
    assert_int_equal(test_read(sent, &w), OK);
    assert_int_equal(w.rows.n, 2);
    assert_int_equal(w.rows.at[0].state, OUTBOX_HANDED);
    assert_int_equal(w.rows.at[0].done_at, TEST_NOW + 20);
    assert_int_equal(steps(), 0);
}

static void what_was_taken_back_never_was(void **state)
{
    (void)state;
    struct work_of w = answered();
    assert_int_equal(test_write(save, &w), E_CONFLICT); /* it is on its way */
    assert_int_equal(test_write(undo, &w), OK);
    set_clock(TEST_NOW + 60);
    assert_int_equal(letters() + steps(), 0);
    assert_int_equal(test_read(count_events, &w), OK);
    assert_int_equal(w.n, 1);
    assert_int_equal(test_read(get, &w), OK);
    assert_true(str_begins(w.d.words, S("Yes, **until ten**.")));
    w.due = house.now;
    assert_int_equal(test_write(send, &w), OK);
    assert_int_equal(letters(), 1);
    assert_int_equal(test_write(undo, &w), E_NOTFOUND);
}

static void only_who_writes_it_sees_it(void **state)
{
    (void)state;
    struct work_of w = answered();
    house.viewer = house.tom;
    assert_int_equal(test_read(get, &w), E_NOTFOUND);
    assert_int_equal(test_write(undo, &w), E_NOTFOUND);
    house.viewer = house.mia;
    assert_int_equal(test_read(get, &w), OK);
}

static void who_is_marked_is_not_written_to(void **state)
{
    (void)state;
    struct work_of w = answered();
    set_clock(TEST_NOW + 20);
    assert_int_equal(letters(), 1);
    w.who = test_person("ada@berg.example");
    w.mark = MARK_DEAD;
    assert_int_equal(test_write(mark, &w), OK); /* between sending and delivery */
    assert_int_equal(steps(), 2);
    assert_int_equal(n_carried, 1);
    assert_true(str_eq(carried[0].to, S("bo@lind.example")));
    assert_int_equal(test_read(sent, &w), OK);
    assert_int_equal(w.rows.at[0].state, OUTBOX_HELD);
    assert_true(str_eq(w.rows.at[0].said, S("Ada Berg is marked as deceased.")));
    w.d = (struct draft){ .name = S("another"), .kind = DRAFT_NEW, .to = S("Ada Berg") };
    w.d.words = S("Hello");
    assert_int_equal(test_write(save, &w), OK);
    w.due = house.now;
    assert_int_equal(test_write(send, &w), E_INVALID); /* and the form says so */
}

static void names_become_addresses(void **state)
{
    (void)state;
    struct work_of w = { .raw = ada_writes };
    assert_int_equal(test_write(receive, &w), OK);
    w.d.to = S("ada berg, \"Lind, Bo\" <bo@lind.example>, Ada@Berg.example, Nobody Here, x@");
    assert_int_equal(test_read(people, &w), OK);
    assert_int_equal(w.people.n, 4); /* Ada once */
    assert_true(str_eq(w.people.at[0].address, S("ada@berg.example")));
    assert_true(str_eq(w.people.problem, S("Nobody here is called \"Nobody Here\".")));
    assert_true(str_eq(w.line, S("Ada Berg <ada@berg.example>, \"Lind, Bo\" <bo@lind.example>, "
                                 "Nobody Here, x@")));
}

/* 1, 5, 15, 60 minutes, then hourly for five days, then every six hours up to thirty. */
static void it_is_tried_again_and_then_given_up(void **state)
{
    (void)state;
    static const int pauses[] = { 60, 300, 900, 3600, 3600 };
    answered();
    set_clock(TEST_NOW + 20);
    assert_int_equal(letters(), 1);
    for (int i = 0; i < CARRIED; i++)
        says(CHANNEL_LATER, CHANNEL_SAYS_NOTHING, S("450 come back later"));
    assert_int_equal(steps(), 2);
    for (int i = 0; i < COUNT(pauses); i++) {
        set_clock(house.now + pauses[i] - 1);
        assert_int_equal(steps(), 0);
        set_clock(house.now + 1);
        assert_int_equal(steps(), 2);
    }
    set_clock(house.now + 5 * DAY);
    assert_int_equal(steps(), 2);
    set_clock(house.now + 6 * HOUR - 1);
    assert_int_equal(steps(), 0);
    set_clock(house.now + 1);
    assert_int_equal(steps(), 2);
    set_clock(house.now + 30 * DAY);
    assert_int_equal(steps(), 2);
    set_clock(house.now + DAY);
    assert_int_equal(steps(), 0);
    assert_int_equal(n_carried, 0);
}

static void a_stopped_account_keeps_the_letter(void **state)
{
    (void)state;
    answered();
    set_clock(TEST_NOW + 20);
    assert_int_equal(letters(), 1);
    says(CHANNEL_STOPPED, CHANNEL_SAYS_NOTHING, S("535 who are you"));
    says(CHANNEL_STOPPED, CHANNEL_SAYS_NOTHING, S("535 who are you"));
    assert_int_equal(steps(), 2);
    assert_int_equal(n_stopped, 2);
    set_clock(house.now + HOUR);
    assert_int_equal(steps(), 2);
    assert_int_equal(n_carried, 2);
}

static err lift(struct tx *t, void *arg)
{
    return outbox_open(t, ((struct work_of *)arg)->shuts.at[0].handle);
}

static void an_address_that_is_gone_is_shut_until_a_keeper_opens_it(void **state)
{
    (void)state;
    struct work_of w = answered();
    set_clock(TEST_NOW + 20);
    assert_int_equal(letters(), 1);
    says(CHANNEL_REFUSED, CHANNEL_SAYS_GONE, S("550 5.1.1 no such user"));
    assert_int_equal(steps(), 2);
    assert_int_equal(test_read(sent, &w), OK);
    assert_int_equal(w.rows.at[0].state, OUTBOX_REFUSED);
    assert_int_equal(w.rows.at[1].state, OUTBOX_HANDED);
    assert_int_equal(w.shuts.n, 1);
    assert_true(str_eq(w.shuts.at[0].address, S("ada@berg.example")));
    w.d = (struct draft){ .name = S("another"), .kind = DRAFT_NEW, .to = S("ada@berg.example") };
    assert_int_equal(test_read(people, &w), OK);
    assert_true(has(w.people.problem, "came back: 550 5.1.1 no such user"));
    assert_int_equal(test_write(lift, &w), OK);
    assert_int_equal(test_read(people, &w), OK);
    assert_int_equal(w.people.problem.n, 0);
}

static void the_hour_has_a_ceiling(void **state)
{
    (void)state;
    struct work_of w = answered();
    set_clock(TEST_NOW + 20);
    outbox_rules.hour_most = 1;
    assert_int_equal(letters(), 1);
    assert_int_equal(steps(), 1);
    assert_int_equal(test_read(sent, &w), OK);
    assert_int_equal(w.counts.queued, 1);
    assert_true(w.counts.full);
    set_clock(TEST_NOW + 20 + HOUR);
    assert_int_equal(steps(), 1);
    assert_int_equal(n_carried, 2);
}

/* What a program leaves behind that is killed in the middle of a delivery. */
static err claim_all(struct tx *t, void *unused)
{
    (void)unused;
    db_do(t, SQL("UPDATE outbox SET lease=$1, carrier=$2, tried_at=$3, tries=1 /* scan */"),
          I(t->c.now + OUTBOX_LEASE_S), I(outbox_rules.carrier), I(t->c.now));
    return OK;
}
static err renew(struct tx *t, void *unused)
{
    (void)unused;
    outbox_renew(t);
    return OK;
}
static err carries(struct ctx *c, void *out)
{
    *(bool *)out = outbox_carries(c);
    return OK;
}

static void what_a_dead_program_had_claimed_goes_out(void **state)
{
    (void)state;
    answered();
    set_clock(TEST_NOW + 20);
    assert_int_equal(letters(), 1);
    assert_int_equal(test_write(claim_all, NULL), OK);
    assert_int_equal(steps(), 0);
    set_clock(house.now + OUTBOX_LEASE_S - 1);
    assert_int_equal(steps(), 0);
    set_clock(house.now + 1);
    assert_int_equal(steps(), 2);
    assert_int_equal(n_carried, 2);
}

/* It is renewed by the program whose it is, and by no other. */
static void what_is_carried_stays_claimed(void **state)
{
    (void)state;
    bool yes = false;
    answered();
    outbox_rules.carrier = 22;
    set_clock(TEST_NOW + 20);
    assert_int_equal(letters(), 1);
    assert_int_equal(test_write(claim_all, NULL), OK); /* by 22 */
    set_clock(house.now + OUTBOX_LEASE_S - 1);
    assert_int_equal(test_read(carries, &yes), OK);
    assert_true(yes);
    assert_int_equal(test_write(renew, NULL), OK);
    set_clock(house.now + OUTBOX_LEASE_S - 1);
    assert_int_equal(steps(), 0);
    outbox_rules.carrier = 33;
    assert_int_equal(test_read(carries, &yes), OK);
    assert_false(yes);
    assert_int_equal(test_write(renew, NULL), OK);
    set_clock(house.now + 1);
    assert_int_equal(steps(), 2);
    assert_int_equal(n_carried, 2);
    outbox_rules.carrier = 22;
    assert_int_equal(test_read(carries, &yes), OK);
    assert_false(yes);
}

static void a_letter_waits_for_its_moment(void **state)
{
    (void)state;
    struct work_of w = answered();
    assert_int_equal(test_write(undo, &w), OK);
    w.due = house.now - 1;
    assert_int_equal(test_write(send, &w), E_INVALID);
    w.due = house.now + DRAFT_LATEST + 1;
    assert_int_equal(test_write(send, &w), E_INVALID);
    w.due = house.now + 3 * DAY;
    assert_int_equal(test_write(send, &w), OK);
    set_clock(w.due - 1);
    assert_int_equal(letters(), 0);
    set_clock(w.due);
    assert_int_equal(letters(), 1);
    assert_int_equal(steps(), 2);
    assert_int_equal(n_carried, 2);
}

static void strangers_get_a_way_out(void **state)
{
    (void)state;
    struct work_of w = { .d = { .name = S("n"), .kind = DRAFT_NEW } };
    w.d.to = S("one@far.example, two@away.example");
    w.d.subject = S("The new menu");
    w.d.words = S("Come and see.");
    w.html = S("<p>Come and see.</p>");
    w.due = house.now;
    assert_int_equal(test_write(save, &w), OK);
    assert_int_equal(test_write(send, &w), OK);
    assert_int_equal(letters(), 1);
    assert_int_equal(steps(), 2);
    assert_true(
        str_begins(carried[0].raw,
                   S("List-Unsubscribe: <mailto:mia@pub.example?subject=unsubscribe>\r\n")));
}

/* Without the line ends that quoted-printable puts into long lines. */
static struct str unbroken(struct str raw)
{
    struct buf o = { .a = house.a };
    for (ptrdiff_t at; (at = str_find(raw, S("=\r\n"))) >= 0; raw = str_from(raw, at + 3))
        buf_add(&o, str_upto(raw, at));
    buf_add(&o, raw);
    return buf_str(&o);
}

/* A new letter to them, on its way. */
static struct str write_to(const char *to, const char *words)
{
    struct work_of w = { .d = { .name = str_fmt(house.a, "n%d", n_carried), .kind = DRAFT_NEW } };
    w.d.to = str_c(to);
    w.d.subject = S("The new menu");
    w.d.words = str_c(words);
    w.html = str_fmt(house.a, "<p>%s</p>", words);
    w.due = house.now;
    n_carried = 0;
    assert_int_equal(test_write(save, &w), OK);
    assert_int_equal(test_write(send, &w), OK);
    assert_int_equal(letters(), 1);
    assert_true(steps() > 0);
    return unbroken(carried[0].raw);
}

static void who_is_written_to_first_is_told_that_they_may_object(void **state)
{
    static const char told[] = "\r\n________________________________\r\nYou may say no. ",
                      german[] = "\r\n________________________________\r\nSie d=C3=BCrfen Nein ";
    (void)state;
    stop_rules.origin = S("https://pub.example");
    struct str first = write_to("one@far.example", "Come and see.");
    assert_true(has(first, told));
    assert_true(has(first, "https://pub.example/me, or"));
    assert_true(has(first, "<hr>"));
    assert_false(has(write_to("one@far.example", "And again."), told));
    assert_true(has(write_to("one@far.example, two@away.example", "To both."), told));
    assert_false(has(write_to("two@away.example", "Once more."), told));
    assert_false(has(write_to("tom@pub.example", "Of the house."), told));
    stop_rules.origin = S("");
    struct str other = write_to("drei@far.example", "Kommt ihr am Samstag alle zum Essen vorbei?");
    assert_true(has(other, german));
    assert_false(has(other, "/me"));
}

/* ---- what comes back ----------------------------------------------------------------- */

static struct str own_id(void)
{
    struct str rest = str_from(carried[0].raw, str_find(carried[0].raw, S("Message-ID: <")) + 13);
    return str_upto(rest, str_chr(rest, '>'));
}

static const char *report(const char *status, const char *action, struct str message, int n)
{
    return str_z(house.a,
                 str_fmt(house.a,
                         "From: Mail Delivery <mailer-daemon@relay.example>\r\n"
                         "To: mia@pub.example\r\nSubject: undeliverable\r\n"
                         "Message-ID: <report%d@relay.example>\r\nMIME-Version: 1.0\r\n"
                         "Content-Type: multipart/report; report-type=delivery-status; "
                         "boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
                         "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
                         "Reporting-MTA: dns; relay.example\r\n\r\n"
                         "Final-Recipient: rfc822; ada@berg.example\r\nAction: %s\r\n"
                         "Status: %s\r\nDiagnostic-Code: smtp; 550 %s it is so\r\n\r\n"
                         "--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
                         "Message-ID: <%.*s>\r\n\r\n--b--\r\n",
                         n, action, status, status, STR(message)));
}

/* Mia's answer, handed over to Ada and Bo. */
static struct work_of delivered(void)
{
    struct work_of w = answered();
    set_clock(TEST_NOW + 20);
    assert_int_equal(letters(), 1);
    assert_int_equal(steps(), 2);
    return w;
}

static void come_back(struct work_of *w, const char *raw)
{
    struct work_of in = { .raw = raw };
    assert_int_equal(test_write(receive, &in), OK);
    assert_int_equal(test_read(sent, w), OK);
}

static void a_report_shuts_the_address(void **state)
{
    (void)state;
    struct work_of w = delivered();
    come_back(&w, report("5.1.1", "failed", own_id(), 1));
    assert_int_equal(w.rows.at[0].state, OUTBOX_RETURNED);
    assert_int_equal(w.rows.at[1].state, OUTBOX_HANDED);
    assert_int_equal(w.shuts.n, 1);
    assert_true(str_eq(w.shuts.at[0].address, S("ada@berg.example")));
    assert_true(has(w.shuts.at[0].said, "it is so"));
}

static void a_report_of_what_was_not_ours_is_not_believed(void **state)
{
    (void)state;
    struct work_of w = delivered();
    come_back(&w, report("5.1.1", "failed", S("q2@berg.example"), 1));
    assert_int_equal(w.rows.at[0].state, OUTBOX_HANDED);
    assert_int_equal(w.shuts.n, 0);
}

static void a_delay_and_our_own_fault_shut_nothing(void **state)
{
    (void)state;
    struct work_of w = delivered();
    come_back(&w, report("4.4.1", "delayed", own_id(), 1));
    assert_int_equal(w.rows.at[0].state, OUTBOX_HANDED);
    come_back(&w, report("5.7.1", "failed", own_id(), 2));
    assert_int_equal(w.rows.at[0].state, OUTBOX_RETURNED);
    assert_int_equal(w.shuts.n, 0);
    assert_int_equal(w.counts.ours, 1);
}

static void five_soft_ones_in_two_weeks_shut_it(void **state)
{
    (void)state;
    struct work_of w = delivered();
    come_back(&w, report("4.2.2", "failed", own_id(), 0));
    set_clock(house.now + 15 * DAY); /* that one is too old to count */
    for (int i = 1; i <= 4; i++) come_back(&w, report("4.2.2", "failed", own_id(), i));
    assert_int_equal(w.shuts.n, 0);
    come_back(&w, report("4.2.2", "failed", own_id(), 5));
    assert_int_equal(w.shuts.n, 1);
}

static void a_complaint_means_do_not_contact(void **state)
{
    (void)state;
    static const char complaint[] =
        "From: Complaints <fbl@provider.example>\r\nTo: mia@pub.example\r\n"
        "Subject: complaint\r\nMessage-ID: <arf@provider.example>\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/report; report-type=feedback-report; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nA complaint.\r\n"
        "--b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\n"
        "Original-Rcpt-To: <ada@berg.example>\r\nUser-Agent: x/1\r\nVersion: 1\r\n\r\n"
        "--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <%.*s>\r\n\r\n--b--\r\n";
    struct work_of w = delivered();
    struct str mine = own_id();
    ptrdiff_t cut = str_find(str_c(complaint), S("%.*s"));
    come_back(&w, str_z(house.a, str_fmt(house.a, "%.*s%.*s%s", (int)cut, complaint, STR(mine),
                                         complaint + cut + 4)));
    w.d = (struct draft){ .name = S("another"), .kind = DRAFT_NEW, .to = S("ada@berg.example") };
    assert_int_equal(test_read(people, &w), OK);
    assert_true(str_eq(w.people.problem, S("Ada Berg is not to be contacted.")));
}

/* ---- erasing -------------------------------------------------------------------------- */

static err erase_ada(struct tx *t, void *unused)
{
    struct erase_plan p;
    (void)unused;
    house.viewer = house.mia;
    TRY(erase_person_plan(&t->c, person_of_uri(&t->c, S("mailto:ada@berg.example")), &p));
    return erase_do(t, &p, ERASE_ASKED);
}

static void what_is_written_to_whom_was_erased_goes(void **state)
{
    (void)state;
    struct work_of to_ada = answered();
    struct work_of to_cy = { .d = { .name = S("other"), .kind = DRAFT_NEW } };
    to_cy.d.to = S("Cy Plover <cy@plover.example>");
    to_cy.d.words = S("Hello Cy");
    assert_int_equal(test_write(undo, &to_ada), OK);
    assert_int_equal(test_write(save, &to_cy), OK);
    assert_int_equal(test_write(erase_ada, NULL), OK);
    assert_int_equal(test_read(get, &to_ada), E_NOTFOUND);
    assert_int_equal(test_read(get, &to_cy), OK);
    set_clock(house.now + 1);
    to_ada.d.name = S("she came back");
    to_ada.d.kind = DRAFT_NEW;
    to_ada.d.about = 0;
    to_ada.d.to = S("ada@berg.example");
    assert_int_equal(test_write(save, &to_ada), OK);
    assert_int_equal(test_write(log_rebuild, NULL), OK); /* is no second erasing */
    assert_int_equal(test_read(get, &to_ada), OK);
}

int main(void)
{
#define PROVE(fn) cmocka_unit_test_setup_teardown(fn, open_house, test_close)
    const struct CMUnitTest tests[] = {
        PROVE(an_answer_goes_to_all_and_not_to_ourselves),
        PROVE(a_letter_goes_out_threaded_once_to_each),
        PROVE(what_was_taken_back_never_was),
        PROVE(only_who_writes_it_sees_it),
        PROVE(who_is_marked_is_not_written_to),
        PROVE(names_become_addresses),
        PROVE(it_is_tried_again_and_then_given_up),
        PROVE(a_stopped_account_keeps_the_letter),
        PROVE(an_address_that_is_gone_is_shut_until_a_keeper_opens_it),
        PROVE(the_hour_has_a_ceiling),
        PROVE(what_a_dead_program_had_claimed_goes_out),
        PROVE(what_is_carried_stays_claimed),
        PROVE(a_letter_waits_for_its_moment),
        PROVE(strangers_get_a_way_out),
        PROVE(who_is_written_to_first_is_told_that_they_may_object),
        PROVE(what_is_written_to_whom_was_erased_goes),
        PROVE(a_report_shuts_the_address),
        PROVE(a_report_of_what_was_not_ours_is_not_believed),
        PROVE(a_delay_and_our_own_fault_shut_nothing),
        PROVE(five_soft_ones_in_two_weeks_shut_it),
        PROVE(a_complaint_means_do_not_contact),
    };
    return TEST_BOTH("letters", tests);
}
