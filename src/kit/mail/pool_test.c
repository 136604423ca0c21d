/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../tests/vectors.h"
#include "kit/base/pack.h"
#include "kit/mail/parse.h"
#include "kit/mail/wire.h"

#include <dirent.h>
#include <unistd.h>

static struct str mail_number(struct arena *a, int i)
{
    return str_fmt(a,
                   "From: Ada <a%d@example.org>\nTo: tom@house.example, bea@example.org\nSubject: "
                   "=?utf-8?Q?T=C3=B6pfe?= %d\nMessage-ID: <%d@x>\n"
                   "References: <r@x>\nContent-Type: text/html\n\n<p>words %d</p>\n",
                   i, i, i, i);
}

static void results_carry_their_tag(void **state)
{
    enum { N = 500 };
    (void)state;
    struct mail_parser *p = mail_parser_open(2);
    struct arena *a = arena_open(64 * MIB);
    static bool seen[N];
    for (int i = 0; i < N; i++) mail_parser_put(p, (uint64_t)i, mail_number(a, i), MAIL_PUT_PACK);
    struct mail_result r;
    int n = 0;
    while (mail_parser_next(p, a, &r)) {
        int i = (int)r.tag;
        assert_true(r.ok && !seen[i]);
        seen[i] = true;
        assert_text(r.raw, mail_number(a, i));
        assert_text(r.mail.id, str_fmt(a, "%d@x", i));
        assert_text(r.mail.subject, str_fmt(a, "T\xC3\xB6pfe %d", i));
        assert_text(r.mail.text, str_fmt(a, "words %d", i));
        assert_text(r.mail.author.key, str_fmt(a, "a%d@example.org", i));
        assert_int_equal(r.mail.to.n, 2);
        assert_text(r.mail.references.at[0], S("r@x"));
        assert_text(r.mail.parts.at[0].type, S("text/html"));
        struct str plain;
        assert_true(unpack_bytes(a, r.packed, MIB, &plain));
        assert_text(str_upto(plain, r.mail.text.n), r.mail.text); /* the text, from HTML, */
        assert_text(str_from(plain, r.mail.text.n), r.raw);       /* and then the raw bytes */
        n++;
    }
    assert_int_equal(n, N);
    assert_false(mail_parser_next(p, a, &r));
    mail_parser_close(p);
    arena_close(a);
}

static void slices_point_into_the_raw_bytes(void **state)
{
    (void)state;
    struct mail_parser *p = mail_parser_open(1);
    struct arena *a = arena_open(MIB);
    struct mail_result r;
    mail_parser_put(p, 1, S("From: a@example.org\n\nplain words\n"), MAIL_PUT_PACK);
    struct str plain;
    assert_true(mail_parser_next(p, a, &r) && r.ok);
    assert_int_equal(r.mail.text_at, 21);
    assert_ptr_equal(r.mail.text.p, r.raw.p + 21);
    assert_true(unpack_bytes(a, r.packed, MIB, &plain));
    assert_text(plain, r.raw);
    mail_parser_put_part(p, 2,
                         S("From: a@example.org\nContent-Transfer-Encoding: base64\n\nAAEC\n"),
                         S("1"));
    assert_true(mail_parser_next(p, a, &r) && r.ok);
    assert_int_equal(r.part.n, 3);
    assert_memory_equal(r.part.p, "\0\1\2", 3);
    assert_text(r.type, S("text/plain"));
    mail_parser_put_part(p, 3, S("From: a@example.org\n\nx\n"), S("9"));
    assert_true(mail_parser_next(p, a, &r) && !r.ok);
    assert_text(r.why, S("This message has no such part."));
    mail_parser_close(p);
    arena_close(a);
}

/* Both sides full: large messages out, large texts back, nobody reading in between. */
static void full_pipes_do_not_stop_it(void **state)
{
    (void)state;
    struct mail_parser *p = mail_parser_open(2);
    struct arena *a = arena_open((size_t)600 * MIB);
    struct buf b = { .a = a };
    buf_add(&b, S("From: a@example.org\nContent-Transfer-Encoding: quoted-printable\n\n"));
    while (b.n < 2 * MIB) buf_add(&b, S("words =3D words\n"));
    for (int i = 0; i < 20; i++) mail_parser_put(p, (uint64_t)i, buf_str(&b), 0);
    struct mail_result r;
    int n = 0;
    while (mail_parser_next(p, a, &r)) {
        assert_true(r.ok && r.mail.text.n > MIB);
        n++;
    }
    assert_int_equal(n, 20);
    mail_parser_close(p);
    arena_close(a);
}

/* Nested so deep that the HTML parser needs minutes. */
static struct str slow_mail(struct arena *a)
{
    struct buf b = { .a = a };
    buf_add(&b, S("From: a@example.org\nContent-Type: text/html\n\n"));
    for (int i = 0; i < 600000; i++) buf_add(&b, S("<div>"));
    return buf_str(&b);
}

static void only_the_message_at_fault_fails(void **state)
{
    (void)state;
    struct mail_parser *p = mail_parser_open(1);
    struct arena *a = arena_open(256 * MIB);
    for (int i = 0; i < 5; i++) mail_parser_put(p, (uint64_t)i, mail_number(a, i), 0);
    mail_parser_put(p, 99, slow_mail(a), 0);
    for (int i = 5; i < 10; i++) mail_parser_put(p, (uint64_t)i, mail_number(a, i), 0);
    struct mail_result r;
    int ok = 0, failed = 0;
    while (mail_parser_next(p, a, &r)) {
        ok += r.ok;
        failed += !r.ok;
        if (r.ok) continue;
        assert_int_equal(r.tag, 99);
        assert_text(r.why, S("This message could not be read: it took longer than 2 seconds."));
    }
    assert_int_equal(ok, 10);
    assert_int_equal(failed, 1);
    mail_parser_close(p);
    arena_close(a);
}

static void refusals_have_a_reason(void **state)
{
    (void)state;
    struct mail_parser *p = mail_parser_open(1);
    struct arena *a = arena_open(64 * MIB);
    struct buf b = { .a = a };
    buf_add(&b, S("From: a@b.c\nX: "));
    for (int i = 0; i < MIB; i++) buf_char(&b, 'x');
    buf_add(&b, S("\n\nx\n"));
    mail_parser_put(p, 1, buf_str(&b), MAIL_PUT_PACK);
    struct mail_result r;
    assert_true(mail_parser_next(p, a, &r) && !r.ok);
    assert_text(r.why, S("This message could not be read: its headers are larger than 1 MiB."));
    mail_parser_close(p);
    arena_close(a);
}

static int open_files(void)
{
    DIR *d = opendir("/proc/self/fd");
    int n = 0;
    while (d && readdir(d)) n++;
    if (d) closedir(d);
    return n;
}

static void closing_leaves_nothing(void **state)
{
    (void)state;
    int before = open_files();
    for (int i = 0; i < 3; i++) {
        struct mail_parser *p = mail_parser_open(2);
        mail_parser_put(p, 1, S("From: a@b.c\n\nx\n"), 0); /* still in flight */
        mail_parser_close(p);
    }
    assert_int_equal(open_files(), before);
}

/* What a broken or hostile worker could send. */
static void answers_are_not_believed(void **state)
{
    (void)state;
    struct arena *a = arena_open(64 * MIB);
    struct str raw =
                   S("From: a@example.org\nTo: b@example.org\nReferences: <1@x> <2@x>\n\nwords\n"),
               why;
    struct mail_result r = { .packed = S("p") }, got = { 0 };
    assert_int_equal(mail_parse(a, raw, &r.mail, &why), OK);
    struct str wire = wire_put(a, raw, &r, false);
    assert_true(wire_take(a, raw, wire, &got, false));
    assert_text(got.mail.text, S("words\n"));
    assert_text(got.packed, S("p"));
    for (ptrdiff_t n = 0; n < wire.n; n++)
        assert_false(wire_take(a, raw, str_upto(wire, n), &got, false)); /* cut anywhere */
    int taken = 0;
    for (ptrdiff_t i = 0; i < wire.n; i++) { /* any byte wrong: refused, or still valid values */
        char *p = str_z(a, wire);
        p[i] = (char)0xFF;
        if (!wire_take(a, raw, (struct str){ p, wire.n }, &got, false)) continue;
        taken++;
        assert_true(got.mail.class < MAIL_CLASSES && got.mail.text_at <= raw.n);
    }
    assert_true(taken < wire.n);
    arena_close(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(results_carry_their_tag),
        cmocka_unit_test(slices_point_into_the_raw_bytes),
        cmocka_unit_test(full_pipes_do_not_stop_it),
        cmocka_unit_test(only_the_message_at_fault_fails),
        cmocka_unit_test(refusals_have_a_reason),
        cmocka_unit_test(closing_leaves_nothing),
        cmocka_unit_test(answers_are_not_believed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
