/* SPDX-License-Identifier: GPL-3.0-or-later
 * matrix_test.h - the house of matrix_test.c: who keeps it, who writes, which letter says what.
 *
 * Every letter, file and stranger carries words that stand nowhere else: "zq", three letters of
 * what it is, two of which one. Where such a word occurs, it is known what was told.
 * Included by matrix_test.c only. */
#pragma once
#include "app/command.h"
#include "app/door.h"
#include "app/import.h"
#include "app/parts.h"
#include "facts/grant.h"
#include "kit/base/date.h"
#include "kit/mail/parse.h"
#include "people/link.h"
#include "people/people_mail.h"
#include "people/takeout.h"
#include "post/mailbox.h"
#include "talk/circle_talk.h"
#include "talk/participant.h"
#include "talk/stop.h"
#include "talk/talk_web.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { MATRIX_NOW = 1780000000, STRANGERS = 18, CAST = 20, ABSENT = 987654 };

/* Keepers are capitals: Olga owns the house, Ann and Ben keep it, Cleo was in none of the mail,
 * Dan has left. Strangers are small letters; s and t are joined and taken apart. */
struct letter {
    const char *name, *from, *to, *cc, *answers;
    int days; /* ago */
    char brought;
    char topic;       /* a word that several letters share; 0: none */
    const char *with; /* f: a file; l: to a list; q: what it answers, quoted word by word */
};
static const struct letter letters[] = {
    /* Ann and her people */
    { "kiln1", "a", "A", "", "", 61, 'A', 'k', "f" },
    { "kiln2", "A", "a", "", "kiln1", 60, 'A', 'k', "" },
    { "kiln3", "a", "A", "b", "kiln2", 58, 'A', 'k', "q" },
    { "glaze1", "A", "a", "b", "", 40, 'A', 'k', "" },
    { "glaze2", "b", "A", "a", "glaze1", 39, 'A', 'k', "f" },
    { "glaze3", "a", "b", "A", "glaze2", 38, 'A', 'k', "" },
    { "clay1", "b", "A", "", "", 20, 'A', 'k', "" },
    { "clay2", "A", "b", "c", "clay1", 19, 'A', 'k', "" },
    { "clay3", "c", "A", "b", "clay2", 18, 'A', 'k', "" },
    { "oven1", "c", "A", "", "", 4, 'A', 'k', "" },
    { "bench1", "A", "d", "", "", 9, 'A', 0, "" },
    { "robot1", "e", "A", "", "", 7, 'A', 0, "l" },
    { "fresh1", "f", "A", "", "", 2, 'A', 0, "f" },
    { "pair1", "s", "A", "t", "", 17, 'A', 0, "" },
    /* Ben and his */
    { "hops1", "g", "B", "", "", 50, 'B', 'h', "f" },
    { "hops2", "B", "g", "", "hops1", 49, 'B', 'h', "" },
    { "hops3", "g", "B", "h", "hops2", 47, 'B', 'h', "" },
    { "malt1", "h", "B", "g", "", 30, 'B', 'h', "" },
    { "malt2", "B", "h", "g,i", "malt1", 29, 'B', 'h', "f" },
    { "malt3", "i", "B", "h", "malt2", 28, 'B', 'h', "" },
    { "yeast1", "i", "B", "", "", 3, 'B', 'h', "" },
    { "news1", "j", "B", "", "", 6, 'B', 0, "l" },
    /* somebody both know, of different things */
    { "both1", "a", "B", "", "", 33, 'B', 0, "" },
    { "both2", "B", "a", "", "both1", 32, 'B', 0, "f" },
    /* Olga's */
    { "roof1", "k", "O", "", "", 25, 'O', 'r', "f" },
    { "roof2", "O", "k", "l", "roof1", 24, 'O', 'r', "" },
    { "roof3", "l", "O", "", "roof2", 2, 'O', 'r', "" },
    /* Ben comes in late, and does not stay to the end */
    { "late1", "m", "A", "", "", 16, 'A', 'l', "f" },
    { "late2", "A", "m", "n", "late1", 15, 'A', 'l', "" },
    { "late3", "m", "A", "B", "late2", 14, 'A', 0, "fq" },
    { "late4", "A", "m", "o", "late3", 13, 'A', 'l', "" },
    /* brought in by Ben, though he was not in it */
    { "found1", "p", "q", "", "", 12, 'B', 0, "f" },
    { "found2", "q", "p", "", "found1", 11, 'B', 0, "" },
    /* opened to the house */
    { "open1", "r", "A", "", "", 10, 'A', 'o', "f" },
    { "open2", "A", "r", "", "open1", 9, 'A', 'o', "" },
    /* among keepers */
    { "plan1", "A", "B", "", "", 8, 'A', 0, "" },
    { "plan2", "B", "A", "O", "plan1", 8, 'B', 0, "f" },
    { "plan3", "A", "B", "", "plan2", 7, 'A', 0, "" },
};
enum { LETTERS = COUNT(letters) };

struct place { /* the house of the test */
    struct arena *a;
    struct home home;
    struct parts *parts;
    struct mail_parser *parser[2];
    struct web_house h;
    struct web *w;
    char dir[64];
    id keeper[128]; /* by capital */
    id stranger[CAST], org[CAST];
    id message[LETTERS];
    id unreadable;             /* brought in by Ann */
    id mailbox, folder, spare; /* Ann's; spare: a mailbox to disconnect */
};
static struct place at;

/* ---- who and what ------------------------------------------------------------- */

static int letter_named(struct str name)
{
    for (int i = 0; i < LETTERS; i++)
        if (str_eq(name, str_c(letters[i].name))) return i;
    return -1;
}

static bool with(int letter, char what) { return strchr(letters[letter].with, what) != NULL; }

/* "zqsubac": the word of that kind for the number 2. */
static struct str word_of(struct arena *a, const char *kind, int n)
{
    return str_fmt(a, "zq%s%c%c", kind, 'a' + n / 26, 'a' + n % 26);
}

static struct str address_of(struct arena *a, char who)
{
    static const char *const names[] = {
        ['A'] = "ann", ['B'] = "ben", ['C'] = "cleo", ['D'] = "dan", ['O'] = "olga"
    };
    if (who < 'a') return str_fmt(a, "%s@house.example", names[(int)who]);
    struct str box = word_of(a, "adr", who - 'a'), domain = word_of(a, "dom", who - 'a');
    return str_fmt(a, "%.*s@%.*s.example", STR(box), STR(domain));
}

static struct str mailbox_of(struct arena *a, char who)
{
    struct str address = address_of(a, who);
    if (who < 'a') return str_fmt(a, "Keeper %c <%.*s>", who, STR(address));
    struct str name = word_of(a, "nam", who - 'a');
    return str_fmt(a, "%.*s Lind <%.*s>", STR(name), STR(address));
}

/* ---- letters as mail ----------------------------------------------------------- */

static void put_line(struct buf *o, const char *field, const char *people)
{
    if (!*people) return;
    buf_fmt(o, "%s: ", field);
    for (const char *w = people; *w; w++) {
        if (*w == ',') continue;
        if (w != people) buf_add(o, S(", "));
        buf_add(o, mailbox_of(o->a, *w));
    }
    buf_char(o, '\n');
}

static struct str date_line(struct arena *a, int days)
{
    char text[64];
    time_t t = MATRIX_NOW - days * DAY;
    struct tm tm;
    strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S +0000", gmtime_r(&t, &tm));
    return str_dup(a, str_c(text));
}

static void put_body(struct buf *o, int i)
{
    struct str words = word_of(o->a, "txt", i), file = word_of(o->a, "fil", i);
    if (with(i, 'f'))
        buf_add(o, S("Content-Type: multipart/mixed; boundary=\"cut\"\n\n--cut\n"
                     "Content-Type: text/plain\n"));
    buf_fmt(o, "\nCould you send me the %.*s before Friday?\n", STR(words));
    if (with(i, 'q')) {
        struct str said = word_of(o->a, "txt", letter_named(str_c(letters[i].answers)));
        buf_fmt(o, "\n> Could you send me the %.*s before Friday?\n\nI can.\n", STR(said));
    }
    if (with(i, 'f'))
        buf_fmt(o,
                "\n--cut\nContent-Type: text/plain; name=\"%.*s.txt\"\n"
                "Content-Disposition: attachment; filename=\"%.*s.txt\"\n\n%.*s inside\n--cut--\n",
                STR(file), STR(file), STR(file));
}

static void put_mail(struct buf *o, int i)
{
    const struct letter *l = &letters[i];
    struct str subject = word_of(o->a, "sub", i), date = date_line(o->a, l->days);
    buf_add(o, S("From sender@house.example Thu Jan  1 00:00:00 2026\n"));
    put_line(o, "From", l->from);
    put_line(o, "To", l->to);
    put_line(o, "Cc", l->cc);
    buf_fmt(o, "Subject: %.*s", STR(subject));
    if (l->topic) buf_fmt(o, " %.*s", STR(word_of(o->a, "top", l->topic - 'a')));
    buf_fmt(o, "\nDate: %.*s\nMessage-ID: <%s@house.example>\n", STR(date), l->name);
    if (*l->answers) buf_fmt(o, "In-Reply-To: <%s@house.example>\n", l->answers);
    if (with(i, 'l')) buf_add(o, S("List-Id: <list.house.example>\nPrecedence: bulk\n"));
    buf_add(o, S("MIME-Version: 1.0\n"));
    put_body(o, i);
    buf_char(o, '\n');
}

/* Boxes in boxes, deeper than a reader goes. */
static void put_unreadable(struct buf *o)
{
    enum { DEEP = 60 };
    buf_add(o, S("From sender@house.example Thu Jan  1 00:00:00 2026\n"));
    put_line(o, "From", "a");
    put_line(o, "To", "A");
    buf_fmt(o, "Subject: zqunr\nDate: %.*s\nMessage-ID: <boxes@house.example>\nMIME-Version: 1.0\n",
            STR(date_line(o->a, 5)));
    for (int i = 0; i < DEEP; i++)
        buf_fmt(o, "Content-Type: multipart/mixed; boundary=\"b%d\"\n\n--b%d\n", i, i);
    buf_add(o, S("\nzqunr\n"));
    for (int i = DEEP - 1; i >= 0; i--) buf_fmt(o, "--b%d--\n", i);
    buf_char(o, '\n');
}

/* ---- work on the house ---------------------------------------------------------- */

static err place_write(id viewer, write_fn *fn, void *arg)
{
    struct work w = { .a = at.a, .viewer = viewer };
    err e = work_write(at.home.store, &w, fn, arg);
    if (w.broken) fail_msg("%.*s", STR(w.why));
    return e;
}

static err place_read(read_fn *fn, void *arg)
{
    struct work w = { .a = at.a };
    err e = work_read(at.home.store, &w, fn, arg);
    if (w.broken) fail_msg("%.*s", STR(w.why));
    return e;
}

static err found_place(struct tx *t, void *unused)
{
    (void)unused;
    TRY(house_found(t, S("The Matrix House"), false));
    for (const char *k = "OABCD"; *k; k++) {
        struct meetings m;
        assert_true(meetings_typed(t->c.a, address_of(t->c.a, *k), &m));
        struct keeper_new new = { .name = str_fmt(t->c.a, "Keeper %c", *k),
                                  .addresses = m.at,
                                  .n = m.n,
                                  .role = *k == 'O' ? KEEPER_OWNER : KEEPER_PLAIN };
        TRY(keeper_join(t, &new, &at.keeper[(int)*k]));
    }
    return OK;
}

static err connect_mailbox(struct tx *t, void *unused)
{
    struct mailbox_settings s = { .address = S("zqunr@house.example"),
                                  .name = S(""),
                                  .login = S(""),
                                  .password = S("zqunr"),
                                  .imap = { .host = S("mail.house.example") },
                                  .smtp = { .host = S("") } };
    struct mailbox_folder f = { .raw = S("INBOX"), .name = S("zqunr"), .role = MAILBOX_INBOX };
    struct mailbox_folders list;
    (void)unused;
    TRY(mailbox_add(t, &s, &at.mailbox));
    mailbox_note_folders(t, at.mailbox, &f, 1);
    mailbox_folders(&t->c, at.mailbox, &list);
    at.folder = list.at[0].id;
    s.address = S("zqunr2@house.example");
    return mailbox_add(t, &s, &at.spare);
}

static void bring_in(char keeper)
{
    struct buf o = { .a = at.a };
    struct import_counts n;
    struct str why = S("");
    for (int i = 0; i < LETTERS; i++)
        if (letters[i].brought == keeper) put_mail(&o, i);
    if (keeper == 'A') put_unreadable(&o);
    char *path = str_z(at.a, str_fmt(at.a, "%s/mail-%c.mbox", at.dir, keeper));
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(o.p, 1, (size_t)o.n, f), o.n);
    fclose(f);
    struct import_contacts beside = { 0 };
    struct import_opts opts = { .path = str_c(path),
                                .contacts = &beside,
                                .keeper = at.keeper[(int)keeper],
                                .parsers = { at.parser[0], at.parser[1] },
                                .limit_bytes = MIB };
    if (import_path(&at.home, &opts, &n, &why) != OK) fail_msg("%.*s", STR(why));
    assert_int_equal(n.unreadable, keeper == 'A');
}

static err find_all_things(struct ctx *c, void *unused)
{
    (void)unused;
    for (int i = 0; i < LETTERS; i++) {
        struct str like = str_fmt(c->a, "%%%.*s%%", STR(word_of(c->a, "sub", i)));
        at.message[i] =
            db_int(c, 0, SQL("SELECT id FROM message WHERE subject LIKE $1 /* scan */"), T(like));
        assert_true(at.message[i] > 0);
    }
    for (int i = 0; i < CAST; i++) {
        struct str uri = str_fmt(c->a, "mailto:%.*s", STR(address_of(c->a, (char)('a' + i))));
        at.stranger[i] = person_of_uri(c, uri);
        at.org[i] = db_int(c, 0, SQL("SELECT org FROM person WHERE id=$1"), I(at.stranger[i]));
        assert_true(at.stranger[i] > 0 && at.org[i] > 0);
    }
    at.unreadable = db_int(c, 0, SQL("SELECT event FROM unreadable /* scan */"));
    assert_true(at.unreadable > 0);
    return OK;
}

/* ---- from nothing to a house, and back --------------------------------------------- */

static void set_clock(void)
{
    char *path = str_z(at.a, str_fmt(at.a, "%s/clock", at.dir));
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fprintf(f, "%d\n", MATRIX_NOW);
    fclose(f);
    setenv("SNUG_CLOCK", path, 1);
}

static void set_store(bool remote)
{
    static int places;
    if (!remote) return;
    FILE *f = fopen(str_z(at.a, str_fmt(at.a, "%s/snug.conf", at.dir)), "a");
    assert_non_null(f);
    fprintf(f, "store %s#matrix_%d_%d\n", getenv("SNUG_TEST_PG"), (int)getpid(), ++places);
    fclose(f);
}

static void place_open(bool remote, const struct route *own)
{
    struct str why = S("");
    at = (struct place){ .a = arena_open((size_t)512 * MIB) };
    snprintf(at.dir, sizeof at.dir, "/tmp/snug_matrix_XXXXXX");
    assert_non_null(mkdtemp(at.dir));
    set_clock();
    for (int i = 0; i < 2; i++) at.parser[i] = mail_parser_open(1); /* before the store's links */
    at.parts = parts_open(at.a);
    talk_part_reader = (struct talk_reader){ parts_read, at.parts };
    if (home_make(at.a, str_c(at.dir), &why) != OK) fail_msg("%.*s", STR(why));
    set_store(remote);
    if (home_open(at.a, str_c(at.dir), false, &at.home, &why) != OK) fail_msg("%.*s", STR(why));
    assert_int_equal(place_write(0, found_place, NULL), OK);
    bring_in('A');
    bring_in('B');
    bring_in('O');
    assert_int_equal(place_write(at.keeper['A'], connect_mailbox, NULL), OK);
    assert_int_equal(place_read(find_all_things, NULL), OK);
    serve_house(&at.home, S("http://house.example"), &at.h);
    const struct route **tables = NEW(at.a, const struct route *, serve_tables_n + 1);
    for (int i = 0; i < serve_tables_n; i++) tables[i] = serve_tables[i];
    tables[serve_tables_n] = own;
    at.h.tables = tables;
    at.h.tables_n = serve_tables_n + 1;
    at.h.limits.page = at.h.limits.entry = at.h.limits.wrong = at.h.limits.named =
        (struct rate_class){ 1e6, 1e6 };
    at.w = web_open(at.a, &at.h, &why);
    if (!at.w) fail_msg("%.*s", STR(why));
}

static int drop(const char *path, const struct stat *s, int kind, struct FTW *f)
{
    (void)s, (void)kind, (void)f;
    return remove(path);
}

static void place_close(void)
{
    web_close(at.w);
    for (int i = 0; i < 2; i++) mail_parser_close(at.parser[i]);
    parts_close(at.parts);
    home_close(&at.home);
    assert_int_equal(nftw(at.dir, drop, 8, FTW_DEPTH | FTW_PHYS), 0);
    arena_close(at.a);
}
