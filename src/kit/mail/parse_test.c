/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../tests/vectors.h"
#include "kit/mail/compose.h"
#include "kit/mail/parse.h"

static struct mail read_mail(struct arena *a, const char *raw)
{
    struct mail m;
    struct str why;
    if (mail_parse(a, str_c(raw), &m, &why) != OK) fail_msg("%.*s", STR(why));
    return m;
}

static void a_plain_mail(void **state)
{
    (void)state;
    struct arena *a = arena_open(4 * MIB);
    const char *raw = "Received: from x by y; Mon, 2 Jan 2006 03:05:00 +0000\n"
                      "Received: from z by x; Mon, 2 Jan 2006 03:04:30 +0000\n"
                      "From: \"Abel, Ada\" <Ada+shop@Example.org>\nTo: Tom "
                      "<tom@house.example>\nCc: bea@example.org\n"
                      "Delivered-To: hello@house.example\nSubject: Re: [shop] "
                      "=?utf-8?Q?T=C3=B6pfe?=\nDate: Mon, 2 Jan 2006 04:04:05 +0100\n"
                      "Message-ID: <One@x>\nIn-Reply-To: <zero@x>\nReferences: <a@x> "
                      "<zero@x>\nX-Gmail-Labels: Inbox,\"Work, old\"\n\nHello Tom\n";
    struct mail m = read_mail(a, raw);
    assert_text(m.id, S("One@x"));
    assert_text(m.subject, S("Re: [shop] T\xC3\xB6pfe"));
    assert_text(m.subject_base, S("T\xC3\xB6pfe"));
    assert_int_equal(m.marks, MAIL_MARK_REPLY_WORD);
    assert_text(m.author.key, S("ada+shop@example.org"));
    assert_text(m.author.base, S("ada@example.org"));
    assert_text(m.author.addr, S("Ada+shop@Example.org"));
    assert_int_equal(m.references.n, 2);
    assert_text(m.in_reply_to.at[0], S("zero@x"));
    assert_text(m.envelope.at[0].key, S("hello@house.example"));
    assert_true(m.has_date);
    assert_int_equal(m.date, 1136171045);
    assert_int_equal(m.date_offset_s, 3600);
    assert_int_equal(m.received, 1136171100);
    assert_text(m.text, S("Hello Tom\n"));
    assert_int_equal(m.text_at, (ptrdiff_t)(strstr(raw, "Hello") - raw));
    assert_int_equal(m.class, MAIL_DIRECT);
    assert_int_equal(m.labels.n, 2);
    assert_text(m.labels.at[1], S("Work, old"));
    assert_int_equal(m.parts.n, 1);
    assert_false(m.has_attachment);
    arena_close(a);
}

/* Headers and body, and the text that is to be read */
static void the_best_text_is_chosen(void **state)
{
    static const char *const rows[][2] = {
        { "\n\nwords\r\nmore\r\n", "words\nmore\n" },
        { "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: "
          "quoted-printable\n\ncaf=E9 =\nau lait\n",
          "caf\xC3\xA9 au lait\n" },
        { "Content-Transfer-Encoding: base64\n\nd29yZHMK\n", "words\n" },
        { "Content-Type: text/plain; format=flowed\n\none \ntwo\n", "one two\n" },
        { "Content-Type: text/html\n\n<p>one</p>", "one" },
        { "Content-Type: multipart/alternative; boundary=b\n\n--b\n\nplain\n--b\nContent-Type: "
          "text/html\n\n<p>html</p>\n--b--\n",
          "plain" },
        { "Content-Type: multipart/alternative; boundary=b\n\n--b\n\n  \n--b\nContent-Type: "
          "text/html\n\n<p>html</p>\n--b--\n",
          "html" },
        { "Content-Type: multipart/alternative; boundary=b\n\n--b\n\nThis is HTML "
          "mail.\n--b\nContent-Type: text/html\n\n<p>html</p>\n--b--\n",
          "html" },
        { "Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\nContent-Type: "
          "text/plain\n\ntwo\n--b--\n",
          "one\n\ntwo" },
        { "Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\nContent-Disposition: "
          "attachment; filename=a.txt\n\ntwo\n--b--\n",
          "one" },
        { "Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\nContent-Type: "
          "message/rfc822\n\nSubject: x\n\nnot the sender's words\n--b--\n",
          "one" },
        { "Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n", "one\n" }, /* never closed */
        { "Content-Type: multipart/mixed; boundary=b\n\nno parts at all\n", "no parts at all\n" },
        { "\n\na\x01"
          "b\tc\n",
          "ab\tc\n" },
    };
    (void)state;
    for (int i = 0; i < COUNT(rows); i++) {
        struct arena *a = arena_open(4 * MIB);
        struct mail m = read_mail(a, str_z(a, str_fmt(a, "From: a@example.org\n%s",
                                                      rows[i][0] + (*rows[i][0] == '\n'))));
        assert_text(m.text, str_c(rows[i][1]));
        arena_close(a);
    }
}

static void parts_and_files(void **state)
{
    (void)state;
    struct arena *a = arena_open(4 * MIB);
    const char *raw =
        "From: a@example.org\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: "
        "multipart/alternative; boundary=c\n\n"
        "--c\n\nplain\n--c\nContent-Type: text/html\n\n<p>html</p>\n--c--\n--b\nContent-Type: "
        "image/jpeg\n"
        "Content-Disposition: attachment; filename*=utf-8''caf%C3%A9.jpg\nContent-ID: "
        "<pic@x>\nContent-Transfer-Encoding: base64\n\n"
        "QUJDREU=\n--b\nContent-Type: message/rfc822\n\nSubject: inner\n\nwords\n--b--\n";
    struct mail m = read_mail(a, raw);
    assert_int_equal(m.parts.n, 4);
    assert_text(m.parts.at[0].path, S("1.1"));
    assert_text(m.parts.at[1].type, S("text/html"));
    assert_false(m.parts.at[1].attachment);
    assert_text(m.parts.at[2].path, S("2"));
    assert_text(m.parts.at[2].file, S("caf\xC3\xA9.jpg"));
    assert_text(m.parts.at[2].content_id, S("pic@x"));
    assert_text(m.parts.at[2].disposition, S("attachment"));
    assert_int_equal(m.parts.at[2].bytes, 5);
    assert_true(m.parts.at[2].attachment && m.has_attachment);
    struct str bytes, type;
    assert_int_equal(mail_part_read(a, str_c(raw), S("2"), &bytes, &type), OK);
    assert_text(bytes, S("ABCDE"));
    assert_int_equal(mail_part_read(a, str_c(raw), S("3"), &bytes, &type), OK);
    assert_text(bytes, S("Subject: inner\n\nwords"));
    assert_int_equal(mail_part_read(a, str_c(raw), S("4"), &bytes, &type), E_NOTFOUND);
    m = read_mail(a,
                  "From: a@b.c\nContent-Type: application/pdf; name=\"../../etc/x.pdf\"\n\n%PDF\n");
    assert_text(m.parts.at[0].file, S("x.pdf"));
    assert_true(m.has_attachment);
    arena_close(a);
}

static void oddities_are_marked(void **state)
{
    static const struct {
        const char *raw;
        unsigned marks;
    } rows[] = {
        { "From: a@b.c\nFrom: d@e.f\nMessage-ID: <1@x>\nDate: 2 Jan 2006 03:04:05 +0000\n\nx\n",
          MAIL_MARK_TWICE },
        { "From: a@b.c\nDate: 2 Jan 2006 03:04:05 +0000\n\nx\n", MAIL_MARK_NO_ID },
        { "From: a@b.c\nMessage-ID: <1@x>\nDate: 32 Foo 2020 99:99\n\nx\n", MAIL_MARK_NO_DATE },
        { "Message-ID: <1@x>\nDate: 2 Jan 2006 03:04:05 +0000\n\nx\n", MAIL_MARK_NO_FROM },
        { "From: a@b.c\nMessage-ID: <1@x>\nDate: 2 Jan 2006 03:04:05 +0000\nContent-Type: "
          "multipart/mixed; boundary=b\n\n--b\n\nx\n",
          MAIL_MARK_BROKEN },
        { "From: a@b.c\nMessage-ID: <1@x>\nDate: 2 Jan 2006 03:04:05 +0000\nContent-Type: "
          "text/plain; charset=x-unknown\n\ncaf\xE9\n",
          MAIL_MARK_CHARSET },
        { "", MAIL_MARK_NO_ID | MAIL_MARK_NO_DATE | MAIL_MARK_NO_FROM },
    };
    (void)state;
    for (int i = 0; i < COUNT(rows); i++) {
        struct arena *a = arena_open(4 * MIB);
        assert_int_equal(read_mail(a, rows[i].raw).marks, rows[i].marks);
        arena_close(a);
    }
    struct arena *a = arena_open(4 * MIB);
    assert_text(read_mail(a, rows[0].raw).from.at[0].key, S("a@b.c")); /* the first counts */
    arena_close(a);
}

/* What travelled is mail, whatever its headers say. */
static void a_note_of_what_was_said(void **state)
{
    (void)state;
    struct arena *a = arena_open(MIB);
    struct mail_addr ada = { .addr = S("ada@a.test") }, bo = { .addr = S("bo@b.test") };
    struct mail_letter l = { .id = S("1@a.test"),
                             .from = { &ada, 1 },
                             .to = { &bo, 1 },
                             .subject = S("x"),
                             .text = S("Came by."),
                             .contact = S("phoned") };
    struct str raw, why;
    assert_int_equal(mail_compose(a, &l, &raw, &why), OK);
    struct mail m = read_mail(a, str_z(a, raw));
    assert_int_equal(m.marks & (MAIL_MARK_SPOKEN | MAIL_MARK_PHONED),
                     MAIL_MARK_SPOKEN | MAIL_MARK_PHONED);
    assert_int_equal(m.class, MAIL_DIRECT);
    l.contact = S("spoken");
    assert_int_equal(mail_compose(a, &l, &raw, &why), OK);
    assert_int_equal(read_mail(a, str_z(a, raw)).marks & (MAIL_MARK_SPOKEN | MAIL_MARK_PHONED),
                     MAIL_MARK_SPOKEN);
    struct str sent =
        str_fmt(a, "Received: by mx.b.test; Mon, 2 Mar 2026 09:00:00 +0000\r\n%.*s", STR(raw));
    assert_int_equal(read_mail(a, str_z(a, sent)).marks & MAIL_MARK_SPOKEN, 0);
    arena_close(a);
}

static void who_wrote_behind_a_list(void **state)
{
    static const struct {
        const char *headers, *key, *name;
        mail_author how;
    } rows[] = {
        { "From: Ada <ada@x.org>\nReply-To: other@x.org\n", "ada@x.org", "Ada", MAIL_AUTHOR_FROM },
        { "From: Ada via Regulars <regulars@h.org>\nReply-To: Ada Abel <ada@x.org>\n", "ada@x.org",
          "Ada Abel", MAIL_AUTHOR_UNMUNGED },
        { "From: Ada via Regulars <regulars@h.org>\nReply-To: ada@x.org, regulars@h.org\n",
          "ada@x.org", "Ada", MAIL_AUTHOR_UNMUNGED },
        { "From: Ada via Regulars <regulars@h.org>\nReply-To: ada@x.org, bea@x.org\n", "", "Ada",
          MAIL_AUTHOR_UNKNOWN },
        { "From: Ada via Regulars <regulars@h.org>\n", "", "Ada", MAIL_AUTHOR_UNKNOWN },
        { "From: regulars@h.org\nList-Post: <mailto:Regulars@h.org>\nX-Original-From: Ada "
          "<ada@x.org>\nReply-To: bea@x.org\n",
          "ada@x.org", "Ada", MAIL_AUTHOR_UNMUNGED },
        { "From: regulars@h.org\nX-BeenThere: regulars@h.org\nReply-To: regulars@h.org\n", "", "",
          MAIL_AUTHOR_UNKNOWN },
        { "From: Ada <devnull+ada.x.org@relay.org>\nReply-To: ada@x.org\n", "ada@x.org", "Ada",
          MAIL_AUTHOR_UNMUNGED },
    };
    (void)state;
    for (int i = 0; i < COUNT(rows); i++) {
        struct arena *a = arena_open(4 * MIB);
        struct mail m = read_mail(a, str_z(a, str_fmt(a, "%s\nx\n", rows[i].headers)));
        assert_text(m.author.key, str_c(rows[i].key));
        assert_text(m.author.name, str_c(rows[i].name));
        assert_int_equal(m.author_how, rows[i].how);
        assert_int_equal(m.author_why.n > 0, rows[i].how != MAIL_AUTHOR_FROM);
        arena_close(a);
    }
}

static void classes_and_their_reason(void **state)
{
    static const struct {
        const char *headers;
        mail_class class;
        const char *header;
    } rows[] = {
        { "From: a@x.org\n", MAIL_DIRECT, "" },
        { "From: a@x.org\nReturn-Path: <>\n", MAIL_BOUNCE, "return-path" },
        { "From: Mail Delivery System <MAILER-DAEMON@x.org>\nAuto-Submitted: auto-replied\n",
          MAIL_BOUNCE, "from" },
        { "From: a@x.org\nContent-Type: multipart/report; report-type=delivery-status; "
          "boundary=b\n",
          MAIL_BOUNCE, "content-type" },
        { "From: a@x.org\nAuto-Submitted: auto-replied\n", MAIL_AUTO_REPLY, "auto-submitted" },
        { "From: a@x.org\nReturn-Path: <>\nSubject: Out of Office: Cups\n", MAIL_AUTO_REPLY,
          "subject" },
        { "From: a@x.org\nSubject: Abwesenheitsnotiz: Tassen\n", MAIL_AUTO_REPLY, "subject" },
        { "From: a@x.org\nX-Autoreply: yes\n", MAIL_AUTO_REPLY, "x-autoreply" },
        { "From: a@x.org\nPrecedence: auto_reply\n", MAIL_AUTO_REPLY, "precedence" },
        /* MAIL-28: it says what may be sent back, not how this was made, in answers neither */
        { "From: a@x.org\nX-Auto-Response-Suppress: All\n", MAIL_DIRECT, "" },
        { "From: a@x.org\nSubject: Re: Saturday\nIn-Reply-To: <1@y.org>\n"
          "X-Auto-Response-Suppress: DR, RN, NRN, OOF, AutoReply\n",
          MAIL_DIRECT, "" },
        { "From: a@x.org\nAuto-Submitted: no\n", MAIL_DIRECT, "" },
        { "From: a@x.org\nAuto-Submitted: auto-generated\n", MAIL_MACHINE, "auto-submitted" },
        { "From: a@x.org\nContent-Type: text/calendar; method=REQUEST\n", MAIL_CALENDAR,
          "content-type" },
        { "From: a@x.org\nList-Post: <mailto:l@x.org>\nList-Unsubscribe: <x>\nPrecedence: bulk\n",
          MAIL_LIST, "list-post" },
        { "From: a@x.org\nList-Post: NO\nList-Unsubscribe: <x>\n", MAIL_BULK, "list-unsubscribe" },
        { "From: a@x.org\nX-Mailing-List: l@x.org\n", MAIL_LIST, "x-mailing-list" },
        { "From: a@x.org\nPrecedence: list\n", MAIL_LIST, "precedence" },
        { "From: a@x.org\nList-Id: <l.x.org>\nIn-Reply-To: <1@x>\n", MAIL_LIST, "list-id" },
        { "From: a@x.org\nList-Id: <l.x.org>\nIn-Reply-To: <1@x>\nFeedback-ID: 1\n", MAIL_BULK,
          "list-id" },
        { "From: a@x.org\nList-Id: <l.x.org>\n", MAIL_BULK, "list-id" },
        { "From: a@x.org\nFeedback-ID: 1:2\n", MAIL_BULK, "feedback-id" },
        { "From: no-reply@x.org\n", MAIL_BULK, "from" },
        { "From: a@x.org\nPrecedence: bulk\n", MAIL_BULK, "precedence" },
        { "From: a@x.org\nPrecedence: bulk\nIn-Reply-To: <1@x>\n", MAIL_DIRECT, "" },
        { "From: robot@x.org\n", MAIL_DIRECT, "" },
    };
    (void)state;
    for (int i = 0; i < COUNT(rows); i++) {
        struct arena *a = arena_open(4 * MIB);
        struct mail m = read_mail(a, str_z(a, str_fmt(a, "%s\nx\n", rows[i].headers)));
        if (m.class != rows[i].class)
            fail_msg("%s: %s by %.*s", rows[i].headers, mail_class_words[m.class],
                     STR(m.class_why));
        assert_text(m.class_header, str_c(rows[i].header));
        arena_close(a);
    }
}

static void a_delivery_report(void **state)
{
    (void)state;
    struct arena *a = arena_open(4 * MIB);
    struct mail m =
        read_mail(a, "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.net\nContent-Type: "
                     "multipart/report; report-type=delivery-status; boundary=B\n\n"
                     "--B\n\nIt failed.\n--B\nContent-Type: "
                     "message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n\n"
                     "Final-Recipient: rfc822; bea@example.org\nAction: delayed\nStatus: 4.0.0\n\n"
                     "Final-Recipient: rfc822; <Ada@example.org>\nAction: Failed\nStatus: 5.1.1 "
                     "(no such user)\nDiagnostic-Code: smtp; 550 no\n such user\n\n"
                     "--B\nContent-Type: text/rfc822-headers\n\nSubject: cups\nMessage-ID: "
                     "<ours@house.example>\n--B--\n");
    assert_int_equal(m.class, MAIL_BOUNCE);
    assert_text(m.dsn.recipient, S("Ada@example.org"));
    assert_text(m.dsn.action, S("failed"));
    assert_text(m.dsn.status, S("5.1.1"));
    assert_text(m.dsn.diagnostic, S("550 no such user"));
    assert_text(m.dsn.message_id, S("ours@house.example"));
    assert_text(m.text, S("It failed."));
    assert_false(m.dsn.abuse);
    arena_close(a);
}

static void limits_are_kept(void **state)
{
    (void)state;
    struct arena *a = arena_open(256 * MIB);
    struct mail m;
    struct str why;
    struct buf b = { .a = a };
    buf_add(&b, S("From: a@b.c\nX-Long: "));
    for (int i = 0; i < MIB; i++) buf_char(&b, 'x');
    buf_add(&b, S("\n\nwords\n"));
    assert_int_equal(mail_parse(a, buf_str(&b), &m, &why), E_INVALID);
    assert_text(why, S("This message could not be read: its headers are larger than 1 MiB."));
    b.n = 0;
    buf_add(&b, S("From: a@b.c\nContent-Type: multipart/mixed; boundary=b\n\n"));
    for (int i = 0; i < 1001; i++) buf_add(&b, S("--b\n\nx\n"));
    assert_int_equal(mail_parse(a, buf_str(&b), &m, &why), E_INVALID);
    assert_text(why, S("This message could not be read: it has too many parts."));
    b.n = 0;
    buf_add(&b, S("From: a@b.c\nTo: x@y.z"));
    for (int i = 0; i < 2500; i++) buf_fmt(&b, ", u%d@y.z", i);
    buf_add(&b, S("\n\nx\n"));
    assert_int_equal(mail_parse(a, buf_str(&b), &m, &why), OK);
    assert_int_equal(m.from.n + m.to.n, 2000);
    assert_true(m.marks & MAIL_MARK_MANY);
    b.n = 0;
    buf_add(&b, S("From: a@b.c\n\n"));
    while (b.n < 5 * MIB) buf_add(&b, S("caf\xC3\xA9 "));
    assert_int_equal(mail_parse(a, buf_str(&b), &m, &why), OK);
    assert_true(m.text.n <= MAIL_LIMIT_TEXT && m.text.n > MAIL_LIMIT_TEXT - 8);
    assert_true(m.marks & MAIL_MARK_TRUNCATED);
    arena_close(a);
}

static void old_macintosh_lines(void **state)
{
    (void)state;
    struct arena *a = arena_open(4 * MIB);
    struct mail m = read_mail(a, "From: a@b.c\rSubject: cups\r\rone\rtwo\r");
    assert_text(m.subject, S("cups"));
    assert_text(m.text, S("one\ntwo\n"));
    assert_int_equal(m.text_at, -1);
    arena_close(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plain_mail),
        cmocka_unit_test(the_best_text_is_chosen),
        cmocka_unit_test(parts_and_files),
        cmocka_unit_test(oddities_are_marked),
        cmocka_unit_test(a_note_of_what_was_said),
        cmocka_unit_test(who_wrote_behind_a_list),
        cmocka_unit_test(classes_and_their_reason),
        cmocka_unit_test(a_delivery_report),
        cmocka_unit_test(limits_are_kept),
        cmocka_unit_test(old_macintosh_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
