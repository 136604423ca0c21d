/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../tests/vectors.h"
#include "kit/base/conf.h"

static void assert_conf(struct str text, const char *why)
{
    struct arena *a = arena_open(MIB);
    struct conf c;
    struct str got = S("");
    assert_int_equal(conf_read(&c, a, text, &got), *why ? E_INVALID : OK);
    assert_text(got, str_c(why));
    arena_close(a);
}

static void settings_are_read(void **state)
{
    (void)state;
    struct arena *a = arena_open(MIB);
    struct conf c;
    struct str why = S("");
    assert_int_equal(conf_read(&c, a, S("# remark\n\nreaders 4\r\n\turl  https://a.example \n"),
                               &why),
                     OK);
    assert_int_equal(c.readers, 4);
    assert_text(c.url, S("https://a.example"));
    assert_text(c.listen, S("127.0.0.1:8420"));
    assert_int_equal(conf_read(&c, a, conf_sample(a), &why), OK);
    arena_close(a);
}

static void what_is_wrong_is_said_with_its_line(void **state)
{
    (void)state;
    assert_conf(S("\nreaders 17\n"), "snug.conf:2: readers is out of range (1 to 16)");
    assert_conf(S("readers many\n"), "snug.conf:1: readers is a whole number (1 to 16)");
    assert_conf(S("reader 4\n"), "snug.conf:1: reader is no setting of Snug");
    assert_conf(S("r\xCE\x1B[1m 4\n"), "snug.conf:1: r\xEF\xBF\xBD[1m is no setting of Snug");
}

static void mailboxes_have_their_own_lines(void **state)
{
    (void)state;
    struct arena *a = arena_open(MIB);
    struct conf c;
    struct str why = S("");
    assert_int_equal(conf_read(&c, a,
                               S("mailbox orders@a.example\n"
                                 "mailbox_password_file /etc/snug/orders\n"
                                 "mailbox_folders Inbox, Orders\n"
                                 "readers 4\n"
                                 "mailbox_plus yes\n"
                                 "mailbox ann@a.example\n"
                                 "mailbox_password_credential ann\n"),
                               &why),
                     OK);
    assert_int_equal(c.readers, 4);
    assert_int_equal(c.n_mailboxes, 2);
    assert_text(c.mailboxes[0].mailbox, S("orders@a.example"));
    assert_text(c.mailboxes[0].mailbox_folders, S("Inbox, Orders"));
    assert_true(c.mailboxes[0].mailbox_plus);
    assert_text(c.mailboxes[1].mailbox_folders, S(""));
    assert_text(c.mailboxes[1].mailbox_password_credential, S("ann"));
    assert_false(c.mailboxes[1].mailbox_plus);
    assert_int_equal(c.mailboxes[1].line, 6);
    arena_close(a);
    assert_conf(S("\nmailbox_login ann\n"),
                "snug.conf:2: mailbox_login stands before the line with the mailbox it is about");
    assert_conf(S("mailbox\n"), "snug.conf:1: mailbox needs a mail address");
    assert_conf(S("mailbox a@x.example\nmailbox_plain maybe\n"),
                "snug.conf:2: mailbox_plain is yes or no");
    assert_conf(S("\n\nmailbox a@x.example\nreaders 2\n"),
                "snug.conf:3: a@x.example needs one of mailbox_password_file and "
                "mailbox_password_credential");
    assert_conf(S("mailbox a@x.example\nmailbox_password_file f\nmailbox A@x.example\n"
                  "mailbox_password_file g\n"),
                "snug.conf:3: A@x.example stands there twice");
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(settings_are_read),
                                        cmocka_unit_test(what_is_wrong_is_said_with_its_line),
                                        cmocka_unit_test(mailboxes_have_their_own_lines) };
    return cmocka_run_group_tests_name("conf", tests, NULL, NULL);
}
