/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../tests/vectors.h"
#include "kit/mail/mbox.h"

#include <sys/mman.h>
#include <unistd.h>

#define FROM "From ada@example.org Mon Jan  2 03:04:05 2006\n"

/* Messages of the file, each in [] */
static struct str bodies(struct arena *a, struct str file)
{
    int fd = memfd_create("mbox", 0);
    assert_true(fd >= 0 && write(fd, file.p, (size_t)file.n) == file.n);
    struct mbox *m = mbox_open(a, fd);
    struct mbox_entry e;
    struct buf b = { .a = a };
    while (mbox_next(m, &e)) {
        assert_true(e.from_at < e.at);
        buf_fmt(&b, "[%.*s]", (int)e.bytes, file.p + e.at);
    }
    close(fd);
    return buf_str(&b);
}

static void messages_are_found(void **state)
{
    static const char *const rows[][2] = {
        { FROM "A: 1\n\nx\n\n" FROM "A: 2\n\ny\n\n", "[A: 1\n\nx\n][A: 2\n\ny\n]" },
        { FROM "A: 1\n\nx\n" FROM "y\n", "[A: 1\n\nx\n" FROM "y\n]" }, /* no empty line before */
        { FROM "A: 1\n\nx\n" FROM "A: 2\nB: 3\n\ny\n", "[A: 1\n\nx][A: 2\nB: 3\n\ny\n]" },
        { FROM "A: 1\n\nx\nFrom 1234567 Mon Sep 17 00:00:00 2001\nFrom: a\nDate: b\n",
          "[A: 1\n\nx\nFrom 1234567 Mon Sep 17 00:00:00 2001\nFrom: a\nDate: b\n]" },
        { FROM "A: 1\n\nx\n\nFrom Russia with love\n", "[A: 1\n\nx\n\nFrom Russia with love\n]" },
        { FROM "A: 1\n\nx", "[A: 1\n\nx]" },
        { FROM "A: 1\n\nx\n\n\n" FROM "A: 2\n\n", "[A: 1\n\nx\n\n][A: 2\n]" },
        { "From 123@xxx\nA: 1\n\nx\n\nFrom 456@xxx\nA: 2\n\ny\n", "[A: 1\n\nx\n][A: 2\n\ny\n]" },
        { "From - \nA: 1\n\nx\nFrom - \nA: 2\n\ny\n", "[A: 1\n\nx][A: 2\n\ny\n]" }, /* Netscape */
        { FROM "Content-Length: 62\n\nx\n\n" FROM "inside\n\nlast\n\n" FROM "A: 2\n\ny\n",
          "[Content-Length: 62\n\nx\n\n" FROM "inside\n\nlast\n][A: 2\n\ny\n]" },
        { FROM "Content-Length: 3\n\nlonger than it says\n\n" FROM "A: 2\n\ny\n",
          "[Content-Length: 3\n\nlonger than it says\n][A: 2\n\ny\n]" },
        { "no mbox\n\n", "" },
        { "", "" },
    };
    (void)state;
    for (int i = 0; i < COUNT(rows); i++) {
        struct arena *a = arena_open(4 * MIB);
        assert_text(bodies(a, str_c(rows[i][0])), str_c(rows[i][1]));
        arena_close(a);
    }
}

static void crlf_is_the_same(void **state)
{
    (void)state;
    struct arena *a = arena_open(4 * MIB);
    assert_text(bodies(a, S("From a Mon Jan  2 03:04:05 2006\r\nA: 1\r\n\r\nx\r\n\r\nFrom a Mon "
                            "Jan  2 03:04:05 2006\r\nA: 2\r\n\r\n")),
                S("[A: 1\r\n\r\nx\r\n][A: 2\r\n]"));
    arena_close(a);
}

/* A message larger than the window, and From_ lines at every distance from its border. */
static void windows_lose_nothing(void **state)
{
    (void)state;
    for (int shift = -40; shift < 40; shift += 3) {
        struct arena *a = arena_open(64 * MIB);
        struct buf b = { .a = a };
        buf_add(&b, S(FROM "A: 1\n\n"));
        while (b.n < MIB / 2 + shift) buf_add(&b, S("0123456789\n"));
        buf_add(&b, S("\n" FROM "A: 2\n\n"));
        while (b.n < MIB + MIB / 2 + shift) buf_add(&b, S("words\n"));
        buf_add(&b, S("\n" FROM "A: 3\n\nend\n"));
        struct str all = bodies(a, buf_str(&b));
        assert_true(str_ends(all, S("words\n][A: 3\n\nend\n]")));
        assert_true(str_find(all, S("0123456789\n][A: 2\n\nwords\n")) > 0);
        arena_close(a);
    }
}

static void what_is_written_is_read_again(void **state)
{
    static const char *const messages[] = { "A: 1\n\nx\n",
                                            "A: 2\n\nFrom here\n>From there\n>>From all\n",
                                            "A: 3\n\n", "A: 4\n\nx\n\n\n", "From: a@b.c\n\nFrom " };
    (void)state;
    struct arena *a = arena_open(8 * MIB);
    struct buf b = { .a = a };
    for (int i = 0; i < COUNT(messages); i++)
        mbox_write(&b, str_c(messages[i]), S("ada@example.org"), 1136171045);
    assert_true(str_begins(buf_str(&b), S(FROM)));
    int fd = memfd_create("mbox", 0);
    assert_true(write(fd, b.p, (size_t)b.n) == b.n);
    struct mbox *m = mbox_open(a, fd);
    struct mbox_entry e;
    for (int i = 0; i < COUNT(messages); i++) {
        assert_true(mbox_next(m, &e));
        assert_int_equal(e.date, 1136171045);
        struct str got = mbox_unquote(a, (struct str){ b.p + e.at, e.bytes });
        struct str want = str_c(messages[i]);
        if (i == 4)
            want = S("From: a@b.c\n\nFrom \n"); /* an mbox can't say that a line end was missing */
        assert_text(got, want);
    }
    assert_false(mbox_next(m, &e));
    close(fd);
    arena_close(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(messages_are_found),
                                        cmocka_unit_test(crlf_is_the_same),
                                        cmocka_unit_test(windows_lose_nothing),
                                        cmocka_unit_test(what_is_written_is_read_again) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
