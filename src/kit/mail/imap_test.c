/* SPDX-License-Identifier: GPL-3.0-or-later
 * Against a server that follows a script: what it must hear, and what it says then. */
#include "../tests/vectors.h"
#include "kit/base/date.h"
#include "kit/mail/imap.h"

#include <pthread.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

/* hear: a part of the next line, NULL to speak at once. %T in say is the tag of the last command.
 */
struct step {
    const char *hear, *say;
};
struct server {
    const struct step *step;
    int chunk;  /* bytes sent at a time; 0: all */
    bool stays; /* keeps the line open when its script is over */
    int fd[2];
    pthread_t thread;
    char wrong[512]; /* the first line that was not the expected one */
};

static bool hear(struct server *v, char *line, size_t room)
{
    size_t n = 0;
    while (n + 1 < room && read(v->fd[1], line + n, 1) == 1)
        if (line[n++] == '\n') break;
    line[n] = 0;
    return n > 0;
}

static void say(struct server *v, const char *text, const char *tag)
{
    char out[8192];
    size_t n = 0;
    for (const char *p = text; *p; p++) {
        if (p[0] == '%' && p[1] == 'T') {
            n += (size_t)snprintf(out + n, sizeof out - n, "%s", tag);
            p++;
        } else if (p[0] == '%' && p[1] == '0') {
            out[n++] = 0;
            p++;
        } else {
            out[n++] = *p;
        }
    }
    size_t chunk = v->chunk ? (size_t)v->chunk : n;
    for (size_t at = 0; at < n; at += chunk) {
        if (send(v->fd[1], out + at, MIN(chunk, n - at), MSG_NOSIGNAL) < 0) return;
        sched_yield();
    }
}

static void *serve(void *arg)
{
    struct server *v = arg;
    char line[1024] = "", tag[32] = "";
    for (const struct step *s = v->step; s->say; s++) {
        if (s->hear) {
            bool heard = hear(v, line, sizeof line);
            if (!heard || !strstr(line, s->hear)) {
                snprintf(v->wrong, sizeof v->wrong, "wanted %.200s, heard %.200s", s->hear, line);
                break;
            }
            if (line[0] >= '0' && line[0] <= '9') sscanf(line, "%31s", tag);
        }
        say(v, s->say, tag);
    }
    while (v->stays && hear(v, line, sizeof line)) {}
    shutdown(v->fd[1], SHUT_RDWR);
    return NULL;
}

#define GREETING                                                                                   \
    {                                                                                              \
        NULL, "* OK ready\r\n"                                                                     \
    }
#define OFFERS(words)                                                                              \
    {                                                                                              \
        "CAPABILITY", "* CAPABILITY IMAP4rev1 " words "\r\n%T OK done\r\n"                         \
    }
#define LOGIN                                                                                      \
    {                                                                                              \
        "LOGIN \"ada\" \"a \\\"green\\\" kettle\"", "%T OK in\r\n"                                 \
    }
#define OPENED(words) GREETING, OFFERS(words), LOGIN, OFFERS(words)
#define EXAMINED(n)                                                                                \
    {                                                                                              \
        "EXAMINE \"INBOX\"",                                                                       \
            "* " #n " EXISTS\r\n* OK [UIDVALIDITY 7] ids\r\n* OK [UIDNEXT 99] next"                \
            "\r\n%T OK [READ-ONLY] done\r\n"                                                       \
    }
#define END                                                                                        \
    {                                                                                              \
        NULL, NULL                                                                                 \
    }

struct scene {
    struct arena *a;
    struct ctx c;
    struct imap_server s;
    struct imap_stop *stop;
    struct imap *m;
    struct server v;
};

static err scene_open(struct scene *x, const struct step *steps)
{
    x->a = arena_open(64 * MIB);
    x->c = (struct ctx){ .a = x->a };
    if (!x->s.user.n) x->s.user = S("ada");
    if (!x->s.password.n) x->s.password = S("a \"green\" kettle");
    if (!x->s.host.n) x->s.host = S("imap.house.example");
    if (!x->s.command_s) x->s.command_s = 10;
    x->stop = imap_stop_new(x->a);
    x->v.step = steps;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, x->v.fd), 0);
    assert_int_equal(pthread_create(&x->v.thread, NULL, serve, &x->v), 0);
    return imap_open_fd(&x->c, x->v.fd[0], &x->s, x->stop, &x->m);
}

static void scene_close(struct scene *x)
{
    if (x->m) imap_close(x->m);
    pthread_join(x->v.thread, NULL);
    close(x->v.fd[1]);
    if (*x->v.wrong) fail_msg("%s", x->v.wrong);
    arena_close(x->a);
}

#define assert_says(x, words)                                                                      \
    do {                                                                                           \
        if (str_find((x).c.why, S(words)) < 0)                                                     \
            fail_msg("it says \"%.*s\", not %s", STR((x).c.why), words);                           \
        assert_true(str_find((x).c.why, S("kettle")) < 0 && str_find((x).c.why, S("ada")) < 0);    \
    } while (0)

static void folders_have_names_and_roles(void **state)
{
    (void)state;
    struct scene x = { .v.chunk = 3 };
    struct imap_folders f;
    const struct step steps[] = {
        OPENED("IDLE SPECIAL-USE"),
        { "LIST \"\" \"*\"", "* LIST (\\HasNoChildren) \"/\" INBOX\r\n"
                             "* LIST (\\HasNoChildren \\Drafts) \"/\" \"Entw&APw-rfe\"\r\n"
                             "* LIST (\\Noselect \\HasChildren) \"/\" Alt\r\n"
                             "* LIST () \"/\" {10}\r\nR&AOQ-tsel\r\n"
                             "* 3 EXISTS\r\n"
                             "* LIST () \"/\" \"G&-B\"\r\n"
                             "* LIST () \"/\" \"Gesendete Objekte\"\r\n"
                             "* LIST () \"/\" \"Sent\"\r\n"
                             "%T OK done\r\n" },
        END,
    };
    assert_int_equal(scene_open(&x, steps), OK);
    assert_int_equal(imap_folders(&x.c, x.m, &f), OK);
    assert_int_equal(f.n, 7);
    assert_int_equal(f.at[0].role, IMAP_INBOX);
    assert_text(f.at[1].name, S("Entw\xC3\xBCrfe"));
    assert_text(f.at[1].raw, S("Entw&APw-rfe"));
    assert_true(f.at[1].role == IMAP_DRAFTS && !f.at[1].guessed && f.at[1].level == '/');
    assert_true(f.at[2].closed && !f.at[1].closed);
    assert_text(f.at[3].name, S("R\xC3\xA4tsel"));
    assert_text(f.at[4].name, S("G&B"));
    assert_true(f.at[5].role == IMAP_SENT && f.at[5].guessed);
    assert_int_equal(f.at[6].role, IMAP_NO_ROLE); /* one folder has it already */
    scene_close(&x);
}

static void names_are_decoded(void **state)
{
    (void)state;
    struct arena *a = arena_open(MIB);
    assert_text(imap_folder_name(a, S("~peter/mail/&U,BTFw-/&ZeVnLIqe-")),
                S("~peter/mail/\xE5\x8F\xB0\xE5\x8C\x97/\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E"));
    assert_text(imap_folder_name(a, S("a&b")), S("a&b"));                 /* it is none */
    assert_text(imap_folder_name(a, S("R&D-Team")), S("R&D-Team"));       /* half a letter */
    assert_text(imap_folder_name(a, S("K\xC3\xA4se")), S("K\xC3\xA4se")); /* nor this */
    assert_int_equal(imap_folder_role(S("INBOX.Envoy\xC3\xA9s"), '.'), IMAP_SENT);
    assert_int_equal(imap_folder_role(S("INBOX/Sent Items"), '/'), IMAP_SENT);
    assert_int_equal(imap_folder_role(S("Projects/Sent"), '/'), IMAP_NO_ROLE);
    assert_int_equal(imap_folder_role(S("inbox"), 0), IMAP_INBOX);
    arena_close(a);
}

static void wrong_password_is_its_own_result(void **state)
{
    (void)state;
    const struct step no[] = {
        GREETING, OFFERS("IDLE"), { "LOGIN", "%T NO [AUTHENTICATIONFAILED] ada: no\r\n" }, END
    };
    struct scene x = { 0 };
    assert_int_equal(scene_open(&x, no), E_DENIED);
    assert_says(x, "app password");
    scene_close(&x);
    x = (struct scene){ .s.host = S("imap.gmail.com") };
    assert_int_equal(scene_open(&x, no), E_DENIED);
    assert_says(x, "Gmail wants an app password");
    scene_close(&x);
    const struct step later[] = {
        GREETING, OFFERS("IDLE"), { "LOGIN", "%T NO [UNAVAILABLE] later\r\n" }, END
    };
    x = (struct scene){ 0 };
    assert_int_equal(scene_open(&x, later), E_PEER);
    scene_close(&x);
    const struct step bye[] = { { NULL, "* BYE too many\r\n" }, END };
    x = (struct scene){ .v.chunk = 1 };
    assert_int_equal(scene_open(&x, bye), E_PEER);
    assert_says(x, "ended the connection");
    scene_close(&x);
    const struct step nothing[] = { GREETING,
                                    { "CAPABILITY", "* CAPABILITY \r\n%T OK done\r\n" },
                                    { "LOGIN", "%T NO no\r\n" },
                                    END };
    x = (struct scene){ 0 };
    assert_int_equal(scene_open(&x, nothing), E_DENIED);
    scene_close(&x);
    const struct step mid[] = { GREETING, { "CAPABILITY", "*  bye\r\n" }, END };
    x = (struct scene){ 0 };
    assert_int_equal(scene_open(&x, mid), E_PEER);
    assert_says(x, "ended the connection");
    scene_close(&x);
}

static void a_password_of_two_lines_is_not_sent(void **state)
{
    (void)state;
    const struct step steps[] = { GREETING, OFFERS("IDLE"), { "LOGOUT", "" }, END };
    struct scene x = { .s.password = S("x\r\n2 DELETE INBOX") };
    assert_int_equal(scene_open(&x, steps), E_INVALID);
    scene_close(&x);
}

/* In none of these a password is sent: after what is heard here there is only LOGOUT, or the end.
 */
static void starttls_never_falls_back(void **state)
{
    (void)state;
    const struct step none[] = { GREETING, OFFERS("IDLE"), { "LOGOUT", "" }, END };
    const struct step refused[] = {
        GREETING, OFFERS("STARTTLS"), { "STARTTLS", "%T NO no\r\n" }, { "LOGOUT", "" }, END
    };
    const struct step injected[] = { GREETING,
                                     OFFERS("STARTTLS"),
                                     { "STARTTLS", "%T OK go\r\n* CAPABILITY IMAP4rev1\r\n" },
                                     { "LOGOUT", "" },
                                     END };
    const struct step half[] = {
        GREETING, OFFERS("STARTTLS"), { "STARTTLS", "%T OK go\r\n*" }, { "LOGOUT", "" }, END
    };
    const struct step preauth[] = { { NULL, "* PREAUTH welcome\r\n" }, { "LOGOUT", "" }, END };
    const struct {
        const struct step *steps;
        const char *says;
    } cases[] = { { none, "does not offer STARTTLS" },
                  { refused, "does not offer STARTTLS" },
                  { injected, "before encryption had begun" },
                  { half, "before encryption had begun" },
                  { preauth, "skipped the part" } };
    for (int i = 0; i < COUNT(cases); i++) {
        struct scene x = { .s.safety = MAIL_STARTTLS };
        assert_int_equal(scene_open(&x, cases[i].steps), E_PEER);
        if (str_find(x.c.why, str_c(cases[i].says)) < 0)
            fail_msg("case %d says %.*s", i, STR(x.c.why));
        scene_close(&x);
    }
}

static void clear_text_stays_on_this_machine(void **state)
{
    (void)state;
    struct arena *a = arena_open(16 * MIB);
    struct ctx c = { .a = a };
    struct imap *m = NULL;
    struct imap_server s = { .host = S("192.0.2.1"), .port = 143, .safety = MAIL_PLAIN };
    assert_int_equal(imap_open(&c, &s, imap_stop_new(a), &m), E_INVALID);
    assert_true(str_find(c.why, S("this machine")) >= 0);
    s.host = S("");
    assert_int_equal(imap_open(&c, &s, imap_stop_new(a), &m), E_INVALID);
    arena_close(a);
}

static void numbers_come_newest_first(void **state)
{
    (void)state;
    struct scene x = { .v.chunk = 1 };
    struct imap_state f;
    struct imap_uids u;
    const struct step steps[] = {
        OPENED("IDLE CONDSTORE"),
        { "EXAMINE \"Entw&APw-rfe\" (CONDSTORE)",
          "* FLAGS (\\Seen)\r\n* 3 EXISTS\r\n* 0 RECENT\r\n* OK [UIDVALIDITY 7] ids\r\n"
          "* OK [HIGHESTMODSEQ 123456789012] highest\r\n* OK [UIDNEXT 41] next\r\n"
          "%T OK [READ-ONLY] done\r\n" },
        { "UID SEARCH ALL", "* SEARCH 3 40\r\n* 4 EXISTS\r\n* SEARCH 12 3\r\n%T OK done\r\n" },
        { "UID SEARCH UID 41:*", "* SEARCH 40\r\n%T OK done\r\n" },
        { "UID SEARCH UID 41:*", "* SEARCH\r\n%T OK done\r\n" },
        { "UID SEARCH ALL", "* SEARCH 3 12 40\r\n%T OK done\r\n" },
        END,
    };
    assert_int_equal(scene_open(&x, steps), OK);
    assert_int_equal(imap_select(&x.c, x.m, S("Entw&APw-rfe"), &f), OK);
    assert_true(f.validity == 7 && f.next == 41 && f.exists == 3 && f.modseq == 123456789012);
    assert_int_equal(imap_uids(&x.c, x.m, 0, &u), OK);
    assert_int_equal(u.n, 3);
    assert_true(u.at[0] == 40 && u.at[1] == 12 && u.at[2] == 3);
    assert_int_equal(imap_uids(&x.c, x.m, 40, &u), OK);
    assert_int_equal(u.n, 0); /* n:* named the last one */
    assert_int_equal(imap_uids(&x.c, x.m, 40, &u), OK);
    assert_int_equal(u.n, 0);
    assert_int_equal(imap_uids(&x.c, x.m, 0, &u), E_PEER); /* 3 of 4 */
    assert_says(x, "3 of 4");
    scene_close(&x);
}

static void a_folder_may_be_missing(void **state)
{
    (void)state;
    struct scene x = { 0 };
    struct imap_state f;
    struct imap_uids u;
    const struct step steps[] = { OPENED("IDLE"),
                                  { "EXAMINE \"gone\"", "%T NO no such mailbox\r\n" },
                                  { "EXAMINE", "* 1 EXISTS\r\n%T OK done\r\n" },
                                  END };
    assert_int_equal(scene_open(&x, steps), OK);
    assert_int_equal(imap_select(&x.c, x.m, S("gone"), &f), E_NOTFOUND);
    assert_int_equal(imap_uids(&x.c, x.m, 0, &u), E_INVALID);
    assert_int_equal(imap_select(&x.c, x.m, S("a\r\nb"), &f), E_INVALID);
    assert_int_equal(imap_select(&x.c, x.m, S("x"), &f), E_PEER);
    assert_says(x, "no lasting numbers");
    scene_close(&x);
}

/* "uid=what:size:bytes;" of all that is given */
static err note_mail(void *arg, const struct imap_mail *mail)
{
    struct buf *b = arg;
    buf_fmt(b, "%" PRIu32 "=%d:%d:%.*s;", mail->uid, mail->what, (int)mail->size, STR(mail->raw));
    return OK;
}

static void messages_are_fetched(void **state)
{
    (void)state;
    const int chunks[] = { 0, 1, 2, 5, 7 };
    const struct step steps[] = {
        OPENED("IDLE"),
        EXAMINED(5),
        { "UID FETCH 40,12,8:9,3 (UID RFC822.SIZE INTERNALDATE)",
          "* 1 FETCH (UID 3 RFC822.SIZE 10 INTERNALDATE \" 1-Feb-2026 12:00:00 +0130\")\r\n"
          "* 2 FETCH (FLAGS (\\Seen))\r\n"
          "* 3 FETCH (RFC822.SIZE 9000 UID 9 INTERNALDATE \"01-Feb-2026 12:00:00 -0500\")\r\n"
          "* 2 FETCH (UID 8 RFC822.SIZE 4)\r\n* 4 EXPUNGE\r\n* OK Still here\r\n"
          "* 4 FETCH (UID 40 RFC822.SIZE 5)\r\n%T OK done\r\n" },
        { "UID FETCH 40,8,3 (UID BODY.PEEK[])",
          "* 1 FETCH (UID 3 BODY[] {10}\r\na\r\n* BYE\r\n)\r\n* 77 FETCH (UID 77 BODY[] "
          "{1}\r\nx)\r\n"
          "* 1 EXPUNGE\r\n* 4 FETCH (BODY[] {5}\r\n{9}\r\n UID 40)\r\n* 6 EXISTS\r\n%T OK "
          "done\r\n" },
        END,
    };
    for (int i = 0; i < COUNT(chunks); i++) {
        struct scene x = { .v.chunk = chunks[i] };
        struct imap_state f;
        uint32_t uids[] = { 40, 12, 9, 8, 3 };
        assert_int_equal(scene_open(&x, steps), OK);
        struct buf got = { .a = x.a };
        assert_int_equal(imap_select(&x.c, x.m, S("INBOX"), &f), OK);
        assert_int_equal(imap_fetch(&x.c, x.m, (struct imap_uids){ uids, 5 }, 100, note_mail, &got),
                         OK);
        assert_text(buf_str(&got),
                    S("40=0:5:{9}\r\n;12=3:0:;9=1:9000:;8=3:4:;3=0:10:a\r\n* BYE\r\n;"));
        scene_close(&x);
    }
}

static err note_arrival(void *arg, const struct imap_mail *mail)
{
    int64_t *at = arg;
    *at = mail->arrived;
    return mail->raw.n == 4 && !memcmp(mail->raw.p, "a\0b\n", 4) ? OK : E_CONFLICT;
}

static void arrival_and_nul_bytes_are_kept(void **state)
{
    (void)state;
    struct scene x = { .v.chunk = 4 };
    struct imap_state f;
    uint32_t uid = 3;
    int64_t at = 0;
    const struct step steps[] = {
        OPENED("IDLE"),
        EXAMINED(1),
        { "RFC822.SIZE",
          "* 1 FETCH (UID 3 RFC822.SIZE 4 INTERNALDATE \"01-Feb-2026 12:00:00 +0130\")\r\n"
          "%T OK done\r\n" },
        { "BODY.PEEK[]", "* 1 FETCH (UID 3 BODY[] {4}\r\na%0b\n)\r\n%T OK done\r\n" },
        END,
    };
    assert_int_equal(scene_open(&x, steps), OK);
    assert_int_equal(imap_select(&x.c, x.m, S("INBOX"), &f), OK);
    assert_int_equal(imap_fetch(&x.c, x.m, (struct imap_uids){ &uid, 1 }, 100, note_arrival, &at),
                     OK);
    assert_int_equal(at, date_days(2026, 2, 1) * DAY + 10 * HOUR + 30 * MINUTE);
    scene_close(&x);
}

static void what_is_refused_together_is_asked_alone(void **state)
{
    (void)state;
    struct scene x = { 0 };
    struct imap_state f;
    uint32_t uids[] = { 3, 2, 1 };
    const struct step steps[] = {
        OPENED("IDLE"),
        EXAMINED(3),
        { "UID FETCH 1:3 (UID RFC822.SIZE INTERNALDATE)",
          "* 1 FETCH (UID 1 RFC822.SIZE 1)\r\n* 2 FETCH (UID 2 RFC822.SIZE 1)\r\n"
          "* 3 FETCH (UID 3 RFC822.SIZE 1)\r\n%T OK done\r\n" },
        { "UID FETCH 1:3 (UID BODY.PEEK[])",
          "* 3 FETCH (UID 3 BODY[] {1}\r\nc)\r\n* 1 FETCH (UID 1 BODY[] {1}\r\na)\r\n"
          "%T NO [SERVERBUG] one of them\r\n" },
        { "UID FETCH 2 (UID BODY.PEEK[])", "%T NO [SERVERBUG] this one\r\n" },
        { "UID FETCH 1 (UID BODY.PEEK[])", "* 1 FETCH (UID 1 BODY[] {1}\r\na)\r\n%T OK done\r\n" },
        END,
    };
    assert_int_equal(scene_open(&x, steps), OK);
    struct buf got = { .a = x.a };
    assert_int_equal(imap_select(&x.c, x.m, S("INBOX"), &f), OK);
    assert_int_equal(imap_fetch(&x.c, x.m, (struct imap_uids){ uids, 3 }, 100, note_mail, &got),
                     OK);
    assert_text(buf_str(&got), S("3=0:1:c;2=2:1:;1=0:1:a;"));
    scene_close(&x);
}

/* The bytes of one message of 50 are answered with this. */
static void assert_fetch_fails(const char *answer, err want, const char *says)
{
    struct scene x = { 0 };
    struct imap_state f;
    uint32_t uid = 3;
    const struct step steps[] = {
        OPENED("IDLE"),
        EXAMINED(1),
        { "RFC822.SIZE", "* 1 FETCH (UID 3 RFC822.SIZE 50)\r\n%T OK done\r\n" },
        { "BODY.PEEK[]", answer },
        END,
    };
    assert_int_equal(scene_open(&x, steps), OK);
    struct buf got = { .a = x.a };
    assert_int_equal(imap_select(&x.c, x.m, S("INBOX"), &f), OK);
    assert_int_equal(imap_fetch(&x.c, x.m, (struct imap_uids){ &uid, 1 }, 100, note_mail, &got),
                     want);
    assert_int_equal(got.n, 0);
    if (str_find(x.c.why, str_c(says)) < 0) fail_msg("it says %.*s to %s", STR(x.c.why), answer);
    scene_close(&x);
}

static void bad_answers_end_the_fetch(void **state)
{
    (void)state;
    assert_fetch_fails("* 1 FETCH (UID 3 BODY[] {50}\r\nonly this", E_PEER, "broke off");
    assert_fetch_fails("* 1 FETCH (UID 3 BODY[] {4000000000}\r\nx", E_PEER, "more than");
    assert_fetch_fails("* 1 FETCH (UID 3 BODY[] {99999999999999999999999}\r\nx", E_PEER,
                       "more than");
    assert_fetch_fails(
        "* OK [UIDVALIDITY 8] new\r\n* 1 FETCH (UID 3 BODY[] {1}\r\nx)\r\n%T OK done\r\n",
        E_CONFLICT, "renumbered");
    assert_fetch_fails("* BYE\r\n%T OK done\r\n", E_PEER, "ended the connection");
    assert_fetch_fails("* 1 FETCH what is this\r\n%T OK done\r\n", E_PEER, "mail server");
}

static err stop_at_second(void *arg, const struct imap_mail *mail)
{
    int *n = arg;
    (void)mail;
    return ++*n == 2 ? E_CONFLICT : OK;
}

static void the_caller_may_stop_fetching(void **state)
{
    (void)state;
    struct scene x = { 0 };
    struct imap_state f;
    uint32_t uids[] = { 3, 2, 1 };
    int n = 0;
    const struct step steps[] = {
        OPENED("IDLE"), EXAMINED(3), { "UID FETCH 1:3", "%T OK done\r\n" }, END
    };
    assert_int_equal(scene_open(&x, steps), OK);
    assert_int_equal(imap_select(&x.c, x.m, S("INBOX"), &f), OK);
    struct imap_uids u = { uids, 3 };
    assert_int_equal(imap_fetch(&x.c, x.m, u, 100, stop_at_second, &n), E_CONFLICT);
    assert_int_equal(n, 2);
    scene_close(&x);
}

static void idle_tells_news(void **state)
{
    (void)state;
    struct scene x = { .v.chunk = 1, .s.idle_s = 1 };
    struct imap_state f;
    enum imap_news news;
    const struct step steps[] = {
        OPENED("IDLE"),
        EXAMINED(1),
        { "IDLE", "* OK Still here\r\n+ idling\r\n* OK Still here\r\n* 1 FETCH (FLAGS ())\r\n" },
        { "DONE", "%T OK done\r\n" }, /* restarted after a second */
        { "IDLE", "+ idling\r\n* 2 EXISTS\r\n" },
        { "DONE", "* 3 EXISTS\r\n%T OK done\r\n" },
        { "IDLE", "* 1 EXPUNGE\r\n+ idling\r\n" }, /* before it said yes */
        { "DONE", "%T OK done\r\n" },
        { "UID SEARCH ALL", "* SEARCH 5 6\r\n%T OK done\r\n" },
        { "IDLE", "+ idling\r\n" },
        { "DONE", "%T OK done\r\n" },
        END,
    };
    assert_int_equal(scene_open(&x, steps), OK);
    assert_int_equal(imap_select(&x.c, x.m, S("INBOX"), &f), OK);
    assert_int_equal(imap_idle(&x.c, x.m, 60, &news), OK);
    assert_int_equal(news, IMAP_NEWS);
    assert_int_equal(imap_idle(&x.c, x.m, 60, &news), OK);
    assert_int_equal(news, IMAP_NEWS);
    struct imap_uids u;
    assert_int_equal(imap_uids(&x.c, x.m, 0, &u), OK); /* 3 came, 1 went: two are all */
    assert_int_equal(imap_idle(&x.c, x.m, 1, &news), OK);
    assert_int_equal(news, IMAP_QUIET);
    scene_close(&x);
}

static void a_server_without_idle_is_asked(void **state)
{
    (void)state;
    struct scene x = { 0 };
    struct imap_state f;
    enum imap_news news;
    const struct step steps[] = { OPENED("IDLE"),
                                  EXAMINED(1),
                                  { "IDLE", "%T BAD what\r\n" },
                                  { "NOOP", "* 2 EXISTS\r\n%T OK done\r\n" },
                                  END };
    assert_int_equal(scene_open(&x, steps), OK);
    assert_int_equal(imap_select(&x.c, x.m, S("INBOX"), &f), OK);
    assert_int_equal(imap_idle(&x.c, x.m, 1, &news), OK);
    assert_int_equal(news, IMAP_NEWS);
    scene_close(&x);
}

static void *wake_later(void *stop)
{
    usleep(50000);
    imap_stop_wake(stop);
    return NULL;
}

static void *cancel_later(void *stop)
{
    usleep(50000);
    imap_stop_cancel(stop);
    return NULL;
}

static void another_thread_ends_the_waiting(void **state)
{
    (void)state;
    struct scene x = { .v.stays = true };
    struct imap_state f;
    enum imap_news news;
    pthread_t t;
    const struct step steps[] = { OPENED("IDLE"),
                                  EXAMINED(1),
                                  { "IDLE", "+ idling\r\n" },
                                  { "DONE", "%T OK done\r\n" },
                                  { "IDLE", "+ idling\r\n" },
                                  { "DONE", "%T OK done\r\n" },
                                  { "IDLE", "+ idling\r\n" },
                                  END };
    assert_int_equal(scene_open(&x, steps), OK);
    assert_int_equal(imap_select(&x.c, x.m, S("INBOX"), &f), OK);
    imap_stop_wake(x.stop); /* before it waits: counts for the next */
    assert_int_equal(imap_idle(&x.c, x.m, 600, &news), OK);
    assert_int_equal(news, IMAP_WOKEN);
    pthread_create(&t, NULL, wake_later, x.stop);
    assert_int_equal(imap_idle(&x.c, x.m, 600, &news), OK);
    assert_int_equal(news, IMAP_WOKEN);
    pthread_join(t, NULL);
    pthread_create(&t, NULL, cancel_later, x.stop);
    assert_int_equal(imap_idle(&x.c, x.m, 600, &news), E_PEER);
    pthread_join(t, NULL);
    assert_true(imap_stop_cancelled(x.stop));
    assert_int_equal(imap_select(&x.c, x.m, S("INBOX"), &f), E_PEER);
    assert_says(x, "Stopped");
    scene_close(&x);
}

static void a_silent_server_is_left_in_time(void **state)
{
    (void)state;
    struct scene x = { .v.stays = true, .s.command_s = 1 };
    struct imap_state f;
    const struct step steps[] = { OPENED("IDLE"), { "EXAMINE", "* 1 EXISTS\r\n" }, END };
    assert_int_equal(scene_open(&x, steps), OK);
    int64_t from = clock_us();
    assert_int_equal(imap_select(&x.c, x.m, S("INBOX"), &f), E_PEER);
    assert_says(x, "in time");
    assert_in_range(clock_us() - from, 900000, 30000000);
    scene_close(&x);
}

static void a_copy_is_laid_into_sent(void **state)
{
    (void)state;
    struct scene x = { 0 };
    struct imap_state f;
    bool held = true;
    struct str mail = S("Subject: x\r\n\r\n{3}\r\n");
    const struct step steps[] = {
        OPENED("IDLE"),
        { "APPEND \"Sent\" (\\Seen) \"01-Feb-2026 10:30:00 +0000\" {19}",
          "* 1 EXISTS\r\n+ go\r\n" },
        { "Subject: x", "" },
        { "", "" },
        { "{3}", "" },
        { "", "%T OK [APPENDUID 1 2] done\r\n" },
        { "APPEND \"Nowhere\"", "%T NO [TRYCREATE] no\r\n" },
        EXAMINED(1),
        { "UID SEARCH HEADER Message-ID \"one@house.example\"", "* SEARCH 1\r\n%T OK done\r\n" },
        { "UID SEARCH HEADER Message-ID \"two@house.example\"", "* SEARCH\r\n%T OK done\r\n" },
        END,
    };
    int64_t at = date_days(2026, 2, 1) * DAY + 10 * HOUR + 30 * MINUTE;
    assert_int_equal(scene_open(&x, steps), OK);
    assert_int_equal(imap_append(&x.c, x.m, S("Sent"), mail, at), OK);
    assert_int_equal(imap_append(&x.c, x.m, S("Sent"), S("a\nb"), at), E_INVALID);
    assert_int_equal(imap_append(&x.c, x.m, S("Nowhere"), mail, at), E_NOTFOUND);
    assert_int_equal(imap_select(&x.c, x.m, S("INBOX"), &f), OK);
    assert_int_equal(imap_holds(&x.c, x.m, S("one@house.example"), &held), OK);
    assert_true(held);
    assert_int_equal(imap_holds(&x.c, x.m, S("two@house.example"), &held), OK);
    assert_false(held);
    scene_close(&x);
}

static void delays_grow_and_differ(void **state)
{
    (void)state;
    assert_int_equal(imap_delay_s(1, 0), 4);
    assert_int_equal(imap_delay_s(1, 2), 6);
    assert_int_equal(imap_delay_s(3, 0), 15); /* 20 less a quarter */
    assert_int_equal(imap_delay_s(99, 0), 2700);
    assert_int_equal(imap_delay_s(99, 1800), 4500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folders_have_names_and_roles),
        cmocka_unit_test(names_are_decoded),
        cmocka_unit_test(wrong_password_is_its_own_result),
        cmocka_unit_test(a_password_of_two_lines_is_not_sent),
        cmocka_unit_test(starttls_never_falls_back),
        cmocka_unit_test(clear_text_stays_on_this_machine),
        cmocka_unit_test(numbers_come_newest_first),
        cmocka_unit_test(a_folder_may_be_missing),
        cmocka_unit_test(messages_are_fetched),
        cmocka_unit_test(arrival_and_nul_bytes_are_kept),
        cmocka_unit_test(what_is_refused_together_is_asked_alone),
        cmocka_unit_test(bad_answers_end_the_fetch),
        cmocka_unit_test(the_caller_may_stop_fetching),
        cmocka_unit_test(idle_tells_news),
        cmocka_unit_test(a_server_without_idle_is_asked),
        cmocka_unit_test(another_thread_ends_the_waiting),
        cmocka_unit_test(a_silent_server_is_left_in_time),
        cmocka_unit_test(a_copy_is_laid_into_sent),
        cmocka_unit_test(delays_grow_and_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
