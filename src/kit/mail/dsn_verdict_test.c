/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kit/mail/dsn_verdict.h"

#include "../tests/vectors.h"
#include "kit/base/hash.h"
#include "kit/mail/compose.h"
#include "kit/mail/parse.h"

static void what_servers_say_is_judged(void **state)
{
    static const struct {
        const char *action, *status, *said;
        dsn_verdict verdict;
    } rows[] = {
        { "failed", "5.1.1", "550 5.1.1 No such user", DSN_GONE },
        { "failed", "5.1.10", "", DSN_GONE },
        { "failed", "5.1.8", "sender domain", DSN_OURS },
        { "failed", "5.2.1", "", DSN_GONE },
        { "failed", "5.2.2", "over quota, user unknown to us", DSN_SOFT },
        { "failed", "5.2.3", "", DSN_OURS },
        { "failed", "5.3.4", "", DSN_OURS },
        { "failed", "5.4.4", "", DSN_GONE },
        { "failed", "5.4.1", "", DSN_SOFT },
        { "failed", "5.6.1", "", DSN_OURS },
        { "failed", "5.7.1", "blocked; user unknown", DSN_OURS },
        { "failed", "4.4.7", "tried for five days", DSN_SOFT },
        { "failed", "4.2.2", "user unknown", DSN_SOFT },
        { "failed", "5.0.0", "550 5.1.1 <x@y.example>: gone", DSN_GONE },
        { "failed", "5.0.0", "550 (#5.7.1) no", DSN_OURS },
        { "failed", "5.0.0", "550 User Unknown", DSN_GONE },
        { "failed", "5.0.0", "554 transaction failed", DSN_SOFT },
        { "failed", "", "", DSN_SOFT },
        { "delayed", "4.4.1", "", DSN_TRYING },
        { "delivered", "2.0.0", "", DSN_FINE },
        { "relayed", "", "", DSN_FINE },
        { "", "5.1.1", "No such user here", DSN_GONE },
        { "", "", "Mailbox does not exist", DSN_GONE },
        { "", "", "go away", DSN_SOFT },
        { "", "9.1.1", "", DSN_NONE },
        { "", "", "", DSN_NONE },
    };
    (void)state;
    for (int i = 0; i < COUNT(rows); i++) {
        dsn_verdict v =
            dsn_judge(str_c(rows[i].action), str_c(rows[i].status), str_c(rows[i].said));
        if (v != rows[i].verdict) fail_msg("row %d: %d", i, v);
    }
}

/* A letter of ours comes back inside a report: whose it was and what it means can be told. */
static void a_letter_that_came_back(void **state)
{
    static const char *const kinds[] = { "message/rfc822", "text/rfc822-headers" };
    (void)state;
    for (int i = 0; i < COUNT(kinds); i++) {
        struct arena *a = arena_open(4 * MIB);
        struct mail_addr ada = { .name = S("Ada"), .addr = S("ada@berg.example") };
        struct mail_addr tom = { .addr = S("tom@inn.example") };
        struct mail_letter l = { .id = mail_id_make(a, S("berg.example")),
                                 .from = { &ada, 1 },
                                 .to = { &tom, 1 },
                                 .subject = S("Cups"),
                                 .text = S("Two, please.") };
        struct str sent, why;
        assert_int_equal(mail_compose(a, &l, &sent, &why), OK);
        if (i) sent = str_upto(sent, str_find(sent, S("\r\n\r\n")) + 2);
        struct buf b = { .a = a };
        buf_add(&b,
                S("From: MAILER-DAEMON@inn.example\r\nTo: ada+bounce@berg.example\r\n"
                  "Content-Type: multipart/report; report-type=delivery-status; boundary=r\r\n"
                  "\r\n--r\r\n\r\nSorry.\r\n--r\r\nContent-Type: message/delivery-status\r\n\r\n"
                  "Reporting-MTA: dns; inn.example\r\n\r\n"
                  "Final-Recipient: rfc822; tom@inn.example\r\nAction: failed\r\n"
                  "Status: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 No such user\r\n\r\n"));
        buf_fmt(&b, "--r\r\nContent-Type: %s\r\n\r\n", kinds[i]);
        buf_add(&b, sent);
        buf_add(&b, S("\r\n--r--\r\n"));
        struct mail m;
        assert_int_equal(mail_parse(a, buf_str(&b), &m, &why), OK);
        assert_int_equal(m.class, MAIL_BOUNCE);
        assert_text(m.dsn.message_id, l.id);
        assert_text(m.dsn.recipient, S("tom@inn.example"));
        assert_text(m.to.at[0].key, S("ada+bounce@berg.example"));
        assert_int_equal(dsn_judge_report(&m.dsn), DSN_GONE);
        m.dsn.abuse = true;
        assert_int_equal(dsn_judge_report(&m.dsn), DSN_COMPLAINT);
        arena_close(a);
    }
}

int main(void)
{
    hash_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_servers_say_is_judged),
        cmocka_unit_test(a_letter_that_came_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
