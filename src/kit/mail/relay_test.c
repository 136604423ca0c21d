/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kit/mail/relay.h"

#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

static struct arena *a;

static void content_and_place_stay_addresses_go(void **state)
{
    (void)state;
    struct str out;
    assert_true(mail_relay(a, S("From: The Pub <bar@pub.example>\r\nTo: bo@x.example\r\n"),
                           S("Received: from ada.example\nFrom: Ada <ada@bell.example>\n"
                             "To: bar@pub.example\nSubject: A boat\n trip\nDKIM-Signature: v=1;\n"
                             " b=abc\nDate: Mon, 2 Mar 2026 09:00:00 +0000\nMessage-ID: <1@x>\n"
                             "References: <0@x>\nReply-To: ada@bell.example\nBcc: c@x.example\n"
                             "MIME-Version: 1.0\nContent-Type: text/plain;\n charset=utf-8\n\n"
                             "On Sunday.\nFrom here?\n"),
                           &out));
    assert_true(str_eq(out, S("From: The Pub <bar@pub.example>\r\nTo: bo@x.example\r\n"
                              "Subject: A boat\r\n trip\r\n"
                              "Date: Mon, 2 Mar 2026 09:00:00 +0000\r\nMessage-ID: <1@x>\r\n"
                              "References: <0@x>\r\nMIME-Version: 1.0\r\n"
                              "Content-Type: text/plain;\r\n charset=utf-8\r\n\r\n"
                              "On Sunday.\r\nFrom here?\r\n")));
}

/* A body that begins like a header is no header; what has CRLF keeps it. */
static void the_body_stays(void **state)
{
    (void)state;
    struct str out;
    assert_true(mail_relay(a, S(""), S("subject: x\r\n\r\nBcc: no@x.example\r\n\r\r\n"), &out));
    assert_true(str_eq(out, S("subject: x\r\n\r\nBcc: no@x.example\r\n\r\n\r\n")));
    assert_false(mail_relay(a, S("To: a@x.example\r\n"), S("From: b@x.example\n\nHi\n"), &out));
}

static int start(void **state)
{
    (void)state;
    a = arena_open(MIB);
    return 0;
}
static int end(void **state)
{
    (void)state;
    arena_close(a);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(content_and_place_stay_addresses_go),
                                        cmocka_unit_test(the_body_stays) };
    return cmocka_run_group_tests(tests, start, end);
}
