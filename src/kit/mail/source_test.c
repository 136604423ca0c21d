/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../tests/vectors.h"
#include "kit/mail/source.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define FROM "From ada@example.org Mon Jan  2 03:04:05 2006\n"

static char top[64];
static struct ctx ctx;

static void put_file(const char *name, const char *bytes)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", top, name);
    for (char *c = path + strlen(top) + 1; *c; c++) { /* folders on the way */
        if (*c != '/') continue;
        *c = 0;
        (void)mkdir(path, 0700);
        *c = '/';
    }
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, strlen(bytes), f), strlen(bytes));
    fclose(f);
}

static int start(void **state)
{
    (void)state;
    snprintf(top, sizeof top, "/tmp/snug-source-XXXXXX");
    if (!mkdtemp(top)) return -1;
    ctx = (struct ctx){ .a = arena_open(32 * MIB) };
    return 0;
}

static int stop(void **state)
{
    (void)state;
    char line[128];
    arena_close(ctx.a);
    snprintf(line, sizeof line, "rm -r %s", top);
    return system(line);
}

/* "folder|role|body of it;" of all, in the present order */
static struct str listed(struct source *s)
{
    struct buf b = { .a = ctx.a };
    for (int i = 0; i < source_count(s); i++) {
        struct source_item item;
        struct str raw;
        source_item(s, ctx.a, i, &item);
        if (source_read(&ctx, s, ctx.a, i, MIB, &raw) != OK) fail_msg("%.*s", STR(ctx.why));
        buf_fmt(&b, "%.*s|%d|%.*s;", STR(item.folder), (int)item.role,
                STR(str_from(raw, str_find(raw, S("\n\n")) + 2)));
    }
    return buf_str(&b);
}

static struct source *open_top(const char *name)
{
    struct source *s;
    err e = source_open(&ctx, name ? str_fmt(ctx.a, "%s/%s", top, name) : str_c(top), &s);
    if (e != OK) fail_msg("%.*s", STR(ctx.why));
    return s;
}

static void a_folder_of_everything(void **state)
{
    (void)state;
    put_file("Archive.mbox", FROM "Subject: 1\n\n>From one\n\n" FROM "Subject: 2\n\ntwo\n\n");
    put_file("mail/cur/1136171046.a.host:2,S", "Subject: 3\n\nthree\n");
    put_file("mail/new/1136171047.b.host", "Subject: 4\n\nfour\n");
    put_file("mail/tmp/x", "Subject: no\n\nnot yet delivered\n");
    put_file("mail/.Gesendete Objekte.Alt/cur/1136171048.c.host:2,S", "Subject: 5\n\nfive\n");
    put_file("mail/.Gesendete Objekte.Alt/new/.keep", "");
    put_file("mail/.Entw&APw-rfe/cur/1136171049.d.host:2,S", "Subject: 6\n\nsix\n");
    put_file("mail/.Entw&APw-rfe/new/.keep", "");
    put_file("mh/inbox/1", "From: a@b.c\n\nseven\n");
    put_file("one.eml", "Subject: 8\n\neight\n");
    put_file("notes.txt", "only words\n");
    put_file("empty.eml", "");
    put_file("index.msf", "x");
    struct source *s = open_top(NULL);
    assert_text(
        listed(s),
        str_fmt(ctx.a,
                "Archive|%d|From "
                "one\n;Archive|%d|two\n;mail|%d|three\n;mail|%d|four\n;mail/Entwürfe|%d|six\n;"
                "mail/Gesendete Objekte/Alt|%d|five\n;mh/inbox|%d|seven\n;|%d|eight\n;",
                0, 0, 0, 0, SOURCE_DRAFTS, SOURCE_SENT, SOURCE_INBOX, 0));
    int kept, total;
    const struct source_skip *skips = source_skipped(s, &kept, &total);
    assert_int_equal(kept, 2);
    assert_int_equal(total, 2);
    assert_true(str_ends(skips[0].path, S("/empty.eml")));
    assert_text(skips[1].why, S("It does not look like mail."));
    struct source_item item;
    source_newest_first(s);
    source_item(s, ctx.a, source_count(s) - 1, &item);
    assert_int_equal(item.from_date, 1136171045);
    assert_int_equal(item.offset, 46);
    for (int i = 1; i < source_count(s); i++) {
        struct source_item before = item;
        source_item(s, ctx.a, i - 1, &before);
        source_item(s, ctx.a, i, &item);
        assert_true(before.about >= item.about);
    }
}

static void archives_are_unpacked(void **state)
{
    (void)state;
    static const char *const commands[] = { "tar -czf x.tgz Takeout", "tar -cf x.tar Takeout",
                                            "python3 -m zipfile -c x.zip Takeout" };
    static const char *const names[] = { "x.tgz", "x.tar", "x.zip" };
    put_file("Takeout/Mail/All mail.mbox",
             "From 1@xxx Mon Jan 02 03:04:05 +0000 2006\nX-Gmail-Labels: Sent\n\none\n\nFrom 2@xxx "
             "Mon Jan 02 03:04:05 +0000 2006\nSubject: 2\n\ntwo\n");
    put_file("Takeout/Other/Sent/cur/1.a:2,S", "Subject: 3\n\nthree\n");
    put_file("Takeout/readme.html", "<p>hello");
    put_file("Takeout/Contacts/all.vcf", "BEGIN:VCARD\nVERSION:3.0\nFN:A\nEND:VCARD\n");
    put_file("Takeout/Contacts/table.CSV", "Name,Email\n");
    for (int i = 0; i < COUNT(commands); i++) {
        char line[256];
        snprintf(line, sizeof line, "cd %s && %s", top, commands[i]);
        assert_int_equal(system(line), 0);
        struct source *s = open_top(names[i]);
        assert_int_equal(source_count(s), 3);
        struct str all = listed(s);
        assert_true(str_find(all, S("Takeout/Mail/All mail|0|one\n;")) >= 0);
        assert_true(str_find(all, S("Takeout/Mail/All mail|0|two\n;")) >= 0);
        assert_true(str_find(all, str_fmt(ctx.a, "Takeout/Other/Sent|%d|three\n;", SOURCE_SENT)) >=
                    0);
        int kept, total;
        assert_true(str_ends(source_skipped(s, &kept, &total)[0].path, S("readme.html")));
        assert_int_equal(total, 1);
        assert_int_equal(source_books(s), 2);
        for (int b = 0; b < 2; b++) {
            struct source_book book = source_book(s, b);
            bool table = str_ends(book.path, S("table.CSV"));
            struct str text, wanted = table ? S("Name,Email\n")
                                            : S("BEGIN:VCARD\nVERSION:3.0\nFN:A\nEND:VCARD\n");
            assert_true(book.archived);
            assert_true(table || str_ends(book.path, S("all.vcf")));
            assert_int_equal(source_book_read(&ctx, s, ctx.a, b, MIB, &text), OK);
            assert_text(text, wanted);
            assert_int_equal(source_book_read(&ctx, s, ctx.a, b, 5, &text), E_INVALID);
        }
    }
}

static void failures_are_said(void **state)
{
    (void)state;
    struct source *s;
    struct str raw;
    assert_int_equal(source_open(&ctx, str_fmt(ctx.a, "%s/nothing", top), &s), E_NOTFOUND);
    put_file("words.txt", "words\n");
    assert_int_equal(source_open(&ctx, str_fmt(ctx.a, "%s/words.txt", top), &s), E_INVALID);
    put_file("a.eml", "Subject: a\n\nlong words\n");
    s = open_top("a.eml");
    assert_int_equal(source_read(&ctx, s, ctx.a, 0, 5, &raw), E_INVALID);
    put_file("a.eml", "S: a\n\n");
    assert_int_equal(source_read(&ctx, s, ctx.a, 0, MIB, &raw), E_NOTFOUND);
    put_file("broken.zip", "PK\003\004 not really");
    assert_int_equal(source_open(&ctx, str_fmt(ctx.a, "%s/broken.zip", top), &s), E_INVALID);
}

static void folder_names_say_what_they_are(void **state)
{
    (void)state;
    assert_int_equal(source_folder_role(S("Sent")), SOURCE_SENT);
    assert_int_equal(source_folder_role(S("INBOX/Sent Items")), SOURCE_SENT);
    assert_int_equal(source_folder_role(S("Éléments envoyés")), SOURCE_SENT);
    assert_int_equal(source_folder_role(S("Wysłane")), SOURCE_SENT);
    assert_int_equal(source_folder_role(S("Papierkorb")), SOURCE_TRASH);
    assert_int_equal(source_folder_role(S("Черновики")), SOURCE_DRAFTS);
    assert_int_equal(source_folder_role(S("Junk E-mail")), SOURCE_SPAM);
    assert_int_equal(source_folder_role(S("Posteingang")), SOURCE_INBOX);
    assert_int_equal(source_folder_role(S("Sentiments")), SOURCE_PLAIN);
}

static void many_entries_cost_little(void **state)
{
    (void)state;
    enum { N = 20000 };
    FILE *f = NULL;
    char path[256];
    snprintf(path, sizeof path, "%s/all.mbox", top);
    f = fopen(path, "w");
    assert_non_null(f);
    for (int i = 0; i < N; i++) fprintf(f, FROM "Subject: %d\n\nx\n\n", i);
    fclose(f);
    size_t before = arena_used(ctx.a);
    struct source *s = open_top("all.mbox");
    assert_int_equal(source_count(s), N);
    assert_true(arena_used(ctx.a) - before < (size_t)N * 100);
}

/* A copied mailbox bears the day of copying on every message: nothing came that day. */
static void a_day_of_copying(void **state)
{
    (void)state;
    char name[64];
    for (int i = 0; i < 40; i++) {
        snprintf(name, sizeof name, "mail/cur/%d.c%02d.host:2,S",
                 i < 11 ? 1600000000 + i : 1136171046 + i * 5 * DAY, i);
        put_file(name, "Subject: 1\n\none\n");
    }
    put_file("mail/new/.keep", "");
    struct source *s = open_top(NULL);
    struct source_item item;
    int dated = 0;
    assert_int_equal(source_count(s), 40);
    for (int i = 0; i < 40; i++) {
        source_item(s, ctx.a, i, &item);
        assert_true(item.about >= 1136171046);
        if (item.from_date) assert_int_equal(item.from_date, item.about);
        if (item.from_date) assert_true(item.from_date < 1600000000);
        dated += item.from_date != 0;
    }
    assert_int_equal(dated, 29);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_folder_of_everything, start, stop),
        cmocka_unit_test_setup_teardown(a_day_of_copying, start, stop),
        cmocka_unit_test_setup_teardown(archives_are_unpacked, start, stop),
        cmocka_unit_test_setup_teardown(failures_are_said, start, stop),
        cmocka_unit_test(folder_names_say_what_they_are),
        cmocka_unit_test_setup_teardown(many_entries_cost_little, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
