/* SPDX-License-Identifier: GPL-3.0-or-later
 * smtp_test.c - deliveries to a small server of our own, on loopback, that plays what the test
 * wants. */
#include "kit/mail/smtp.h"

#include "../tests/vectors.h"
#include "kit/base/date.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- the server -------------------------------------------------------- */

#define DROP "drop" /* closes the line instead of an answer */
#define WAIT "wait" /* says nothing until the other side goes */

struct answer {
    const char *word, *say;
};
struct server {
    struct answer play[8]; /* before the usual answers; "hello" is the greeting, "." ends DATA */
    bool tls;              /* from the first byte */
    atomic_bool *waits;    /* is set when it plays WAIT */
    /* what it met */
    struct buf heard; /* commands, one a line */
    struct buf mail;  /* what came behind DATA, dots taken off */
    int port, door;
    SSL *ssl;
    int line;
    pthread_t thread;
    char in[4096];
    size_t n_in;
};

static const struct answer usual[] = {
    { "hello", "220 inn.example ESMTP" },
    { "EHLO", "250-inn.example\r\n250-AUTH PLAIN LOGIN\r\n250-STARTTLS\r\n250 SIZE 1000000" },
    { "STARTTLS", "220 go on" },
    { "AUTH", "334 " },
    { "AGFkYQBhIGdyZWVuIGtldHRsZQ==", "235 2.7.0 welcome" }, /* NUL ada NUL a green kettle */
    { "MAIL", "250 2.1.0 ok" },
    { "RCPT", "250 2.1.5 ok" },
    { "DATA", "354 go on" },
    { ".", "250 2.0.0 queued as 7" },
    { "QUIT", "221 bye" },
    { "", "500 what?" },
};

static char folder[] = "/tmp/smtp_test_XXXXXX", trusted[64];
static SSL_CTX *ctx;

static ssize_t take(struct server *s, char *p, size_t n)
{
    return s->ssl ? SSL_read(s->ssl, p, (int)n) : read(s->line, p, n);
}

static bool put(struct server *s, const char *p, size_t n)
{
    return (s->ssl ? SSL_write(s->ssl, p, (int)n) : write(s->line, p, n)) == (ssize_t)n;
}

static bool start_tls(struct server *s)
{
    s->ssl = SSL_new(ctx);
    SSL_set_fd(s->ssl, s->line);
    s->n_in = 0;
    return SSL_accept(s->ssl) == 1;
}

/* The next line without its end; false when the other side is gone. */
static bool hear(struct server *s, char *line, size_t room)
{
    for (;;) {
        char *end = memchr(s->in, '\n', s->n_in);
        if (end) {
            size_t n = (size_t)(end - s->in);
            if (n >= room) return false;
            memcpy(line, s->in, n);
            line[n && line[n - 1] == '\r' ? n - 1 : n] = 0;
            s->n_in -= n + 1;
            memmove(s->in, end + 1, s->n_in);
            return true;
        }
        ssize_t n = s->n_in < sizeof s->in ? take(s, s->in + s->n_in, sizeof s->in - s->n_in) : 0;
        if (n <= 0) return false;
        s->n_in += (size_t)n;
    }
}

static const char *answer_to(const struct server *s, const char *line)
{
    for (int i = 0; i < COUNT(s->play) && s->play[i].word; i++)
        if (strncasecmp(line, s->play[i].word, strlen(s->play[i].word)) == 0) return s->play[i].say;
    for (int i = 0;; i++)
        if (strncasecmp(line, usual[i].word, strlen(usual[i].word)) == 0) return usual[i].say;
}

/* Answers what was heard; false: it is over. */
static bool say(struct server *s, const char *line)
{
    char byte, text[512];
    const char *words = answer_to(s, line);
    if (strcmp(words, DROP) == 0) return false;
    if (strcmp(words, WAIT) == 0) {
        if (s->waits) atomic_store(s->waits, true);
        while (take(s, &byte, 1) > 0) {}
        return false;
    }
    int n = snprintf(text, sizeof text, "%s\r\n", words);
    if (!put(s, text, (size_t)n)) return false;
    if (strncasecmp(line, "STARTTLS", 8) == 0 && *words == '2') return start_tls(s);
    return true;
}

static bool hear_mail(struct server *s)
{
    static char line[sizeof s->in];
    while (hear(s, line, sizeof line)) {
        if (strcmp(line, ".") == 0) return say(s, ".");
        buf_add(&s->mail, str_c(*line == '.' ? line + 1 : line));
        buf_add(&s->mail, S("\r\n"));
    }
    return false;
}

static void *serve(void *arg)
{
    struct server *s = arg;
    char line[2048];
    s->line = accept(s->door, NULL, NULL);
    if ((!s->tls || start_tls(s)) && say(s, "hello")) {
        while (hear(s, line, sizeof line)) {
            buf_add(&s->heard, str_c(line));
            buf_char(&s->heard, '\n');
            if (!say(s, line)) break;
            bool data = strncasecmp(line, "DATA", 4) == 0 && *answer_to(s, line) == '3';
            if (data && !hear_mail(s)) break;
        }
    }
    SSL_free(s->ssl);
    close(s->line);
    return NULL;
}

static void open_door(struct arena *a, struct server *s)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
    socklen_t n = sizeof at;
    s->heard.a = s->mail.a = a;
    s->door = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(s->door, (struct sockaddr *)&at, n) || listen(s->door, 1) ||
        getsockname(s->door, (struct sockaddr *)&at, &n) ||
        pthread_create(&s->thread, NULL, serve, s))
        fail_msg("no socket");
    s->port = ntohs(at.sin_port);
}

/* What the client met at a server that plays so. The server's memory is its own arena, which no
 * other thread touches before it has ended. */
struct visit {
    struct arena *a, *theirs;
    struct smtp_result r;
    struct server *s;
};

static const struct smtp_server plain_way = {
    .host = S_INIT("127.0.0.1"), .security = SMTP_PLAIN, .connect_s = 5, .reply_s = 5, .total_s = 20
};
#define LETTER S("From: ada@berg.example\r\n\r\n.\r\n..two\r\nwords\r\n")

/* raw NULL: only tries. */
static struct visit visit_with(struct smtp_server how, struct server s, struct str raw,
                               const atomic_bool *cancel)
{
    struct visit v = { .a = arena_open(64 * MIB), .theirs = arena_open(64 * MIB) };
    v.s = NEW(v.theirs, struct server, 1);
    *v.s = s;
    open_door(v.theirs, v.s);
    how.port = v.s->port;
    v.r = raw.p ? smtp_send(v.a, &how, S("ada@berg.example"), S("tom@inn.example"), raw, cancel)
                : smtp_try(v.a, &how, S("ada@berg.example"), cancel);
    shutdown(v.s->door, SHUT_RDWR); /* for a client that never came */
    pthread_join(v.s->thread, NULL);
    close(v.s->door);
    return v;
}

static struct visit visit(struct smtp_server how, struct server s)
{
    return visit_with(how, s, LETTER, NULL);
}

static void leave(struct visit *v)
{
    arena_close(v->a);
    arena_close(v->theirs);
}

/* ---- who the server is ------------------------------------------------- */

/* A certificate for 127.0.0.1 and no name, signed by itself. */
static int make_certificate(void **state)
{
    (void)state;
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *x = X509_new();
    X509_NAME *name = X509_get_subject_name(x);
    X509_set_version(x, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
    X509_gmtime_adj(X509_getm_notBefore(x), -DAY);
    X509_gmtime_adj(X509_getm_notAfter(x), DAY);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const uint8_t *)"inn", -1, -1, 0);
    X509_set_issuer_name(x, name);
    X509_EXTENSION *ip = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, "IP:127.0.0.1");
    X509_add_ext(x, ip, -1);
    X509_EXTENSION_free(ip);
    X509_set_pubkey(x, key);
    X509_sign(x, key, EVP_sha256());
    ctx = SSL_CTX_new(TLS_server_method());
    bool ok = SSL_CTX_use_certificate(ctx, x) == 1 && SSL_CTX_use_PrivateKey(ctx, key) == 1;
    if (!mkdtemp(folder)) return 1;
    snprintf(trusted, sizeof trusted, "%s/crt.pem", folder);
    FILE *f = fopen(trusted, "w");
    ok = ok && f && PEM_write_X509(f, x) == 1;
    if (f) fclose(f);
    X509_free(x);
    EVP_PKEY_free(key);
    return !ok;
}

static int drop_certificate(void **state)
{
    (void)state;
    SSL_CTX_free(ctx);
    unlink(trusted);
    return rmdir(folder);
}

static struct smtp_server safe_way(smtp_security how)
{
    struct smtp_server s = plain_way;
    s.security = how;
    s.authorities = str_c(trusted);
    s.user = S("ada");
    s.password = S("a green kettle");
    return s;
}

/* ---- tests ------------------------------------------------------------- */

static void a_letter_arrives_whole(void **state)
{
    (void)state;
    struct visit v = visit(plain_way, (struct server){ 0 });
    assert_int_equal(v.r.outcome, SMTP_ACCEPTED);
    assert_int_equal(v.r.stage, SMTP_AT_CONTENT);
    assert_int_equal(v.r.code, 250);
    assert_text(v.r.status, S("2.0.0"));
    assert_text(v.r.said, S("queued as 7"));
    assert_text(buf_str(&v.s->mail), LETTER);
    assert_text(
        buf_str(&v.s->heard),
        S("EHLO berg.example\nMAIL FROM:<ada@berg.example> SIZE=43\nRCPT TO:<tom@inn.example>"
          "\nDATA\nQUIT\n"));
    leave(&v);
}

/* Dots at the beginning of lines, wherever a block of the transfer ends. */
static void dots_arrive_in_a_long_letter(void **state)
{
    (void)state;
    struct arena *a = arena_open(16 * MIB);
    struct buf b = { .a = a };
    for (int i = 0; i < 60000; i++) buf_add(&b, i % 7 ? S(".\r\n") : S("..x\r\nwords\r\n"));
    struct visit v = visit_with(plain_way, (struct server){ 0 }, buf_str(&b), NULL);
    assert_int_equal(v.r.outcome, SMTP_ACCEPTED);
    assert_true(str_eq(buf_str(&v.s->mail), buf_str(&b)));
    leave(&v);
    arena_close(a);
}

static const struct {
    struct answer play[2];
    smtp_outcome outcome;
    smtp_stage stage;
    int code;
    struct str status, said;
} answers[] = {
    { { { "RCPT", "550-5.1.1 No such user\r\n550 5.1.1 here, sorry" } },
      SMTP_REFUSED,
      SMTP_AT_RECIPIENT,
      550,
      S_INIT("5.1.1"),
      S_INIT("No such user here, sorry") },
    { { { "RCPT", "451 4.7.1 Greylisted" } },
      SMTP_LATER,
      SMTP_AT_RECIPIENT,
      451,
      S_INIT("4.7.1"),
      S_INIT("Greylisted") },
    { { { "MAIL", "553 not you" } },
      SMTP_REFUSED,
      SMTP_AT_SENDER,
      553,
      S_INIT(""),
      S_INIT("not you") },
    { { { "MAIL", "530 5.7.0 Authentication required" } },
      SMTP_PASSWORD,
      SMTP_AT_SENDER,
      530,
      S_INIT("5.7.0"),
      S_INIT("Authentication required") },
    { { { "DATA", "554 5.6.0 no" } },
      SMTP_REFUSED,
      SMTP_AT_CONTENT,
      554,
      S_INIT("5.6.0"),
      S_INIT("no") },
    { { { ".", "552 5.3.4 too \x1b[31mbig\xFF" } },
      SMTP_REFUSED,
      SMTP_AT_CONTENT,
      552,
      S_INIT("5.3.4"),
      S_INIT("too [31mbig\xEF\xBF\xBD") },
    { { { ".", "452 4.3.1 full" } },
      SMTP_LATER,
      SMTP_AT_CONTENT,
      452,
      S_INIT("4.3.1"),
      S_INIT("full") },
    { { { "hello", "554 go away" } },
      SMTP_REFUSED,
      SMTP_AT_CONNECT,
      554,
      S_INIT(""),
      S_INIT("go away") },
    { { { "hello", "421 busy" } }, SMTP_LATER, SMTP_AT_CONNECT, 421, S_INIT(""), S_INIT("busy") },
    { { { "hello", DROP } },
      SMTP_LATER,
      SMTP_AT_CONNECT,
      0,
      S_INIT(""),
      S_INIT("The line to the mail server broke.") },
    { { { "RCPT", DROP } },
      SMTP_LATER,
      SMTP_AT_RECIPIENT,
      0,
      S_INIT(""),
      S_INIT("The line to the mail server broke.") },
    { { { ".", DROP } },
      SMTP_LATER,
      SMTP_AT_CONTENT,
      0,
      S_INIT(""),
      S_INIT("The line to the mail server broke.") },
    { { { "QUIT", DROP } },
      SMTP_ACCEPTED,
      SMTP_AT_CONTENT,
      250,
      S_INIT("2.0.0"),
      S_INIT("queued as 7") },
    { { { "QUIT", "550 never" } },
      SMTP_ACCEPTED,
      SMTP_AT_CONTENT,
      250,
      S_INIT("2.0.0"),
      S_INIT("queued as 7") },
    { { { ".", "550" } },
      SMTP_REFUSED,
      SMTP_AT_CONTENT,
      550,
      S_INIT(""),
      S_INIT("The mail server refused it, without a word.") },
};

static void what_servers_answer_is_judged(void **state)
{
    (void)state;
    for (int i = 0; i < COUNT(answers); i++) {
        struct visit v = visit(plain_way, (struct server){ .play = { answers[i].play[0] } });
        if (v.r.outcome != answers[i].outcome || v.r.code != answers[i].code)
            fail_msg("row %d: %d %d %.*s", i, v.r.outcome, v.r.code, STR(v.r.said));
        assert_int_equal(v.r.stage, answers[i].stage);
        assert_text(v.r.status, answers[i].status);
        assert_text(v.r.said, answers[i].said);
        leave(&v);
    }
}

static void a_slow_server_is_left(void **state)
{
    (void)state;
    struct smtp_server how = plain_way;
    how.reply_s = 1;
    struct visit v = visit(how, (struct server){ .play = { { "RCPT", WAIT } } });
    assert_int_equal(v.r.outcome, SMTP_LATER);
    assert_int_equal(v.r.stage, SMTP_AT_RECIPIENT);
    assert_text(v.r.said, S("The mail server took too long to answer."));
    leave(&v);
}

/* It has the letter: what it does after that changes nothing, and takes no long time. */
static void a_server_that_does_not_part(void **state)
{
    (void)state;
    struct smtp_server how = plain_way;
    how.reply_s = how.total_s = 60;
    int64_t began = clock_us();
    struct visit v = visit(how, (struct server){ .play = { { "QUIT", WAIT } } });
    assert_int_equal(v.r.outcome, SMTP_ACCEPTED);
    assert_true(clock_us() - began < 30 * 1000000ll);
    leave(&v);
}

static void it_can_be_stopped(void **state)
{
    (void)state;
    atomic_bool cancel = false;
    struct smtp_server how = plain_way;
    how.reply_s = how.total_s = 60; /* longer than a test may take: only the wish can end it */
    struct visit v =
        visit_with(how, (struct server){ .play = { { "RCPT", WAIT } }, .waits = &cancel }, LETTER,
                   &cancel);
    assert_int_equal(v.r.outcome, SMTP_CANCELLED);
    assert_text(v.r.said, S("Sending was stopped."));
    assert_int_equal(v.r.code, 0);
    leave(&v);
}

static void the_password_goes_over_safe_lines(void **state)
{
    static const smtp_security ways[] = { SMTP_STARTTLS, SMTP_TLS };
    (void)state;
    for (int i = 0; i < COUNT(ways); i++) {
        struct visit v = visit(safe_way(ways[i]), (struct server){ .tls = ways[i] == SMTP_TLS });
        assert_int_equal(v.r.outcome, SMTP_ACCEPTED);
        assert_text(buf_str(&v.s->mail), LETTER);
        struct str heard = buf_str(&v.s->heard);
        assert_true(str_find(heard, S("AUTH PLAIN")) >= 0);
        assert_true(str_find(heard, S("AGFkYQBhIGdyZWVuIGtldHRsZQ==")) >= 0);
        leave(&v);
    }
}

static void a_wrong_password_is_said(void **state)
{
    static const struct {
        const char *say;
        smtp_outcome outcome;
        struct str said;
    } rows[] = {
        { "535 5.7.8 Username and password not accepted", SMTP_PASSWORD,
          S_INIT("Username and password not accepted") },
        { "454 4.7.0 Try later", SMTP_LATER, S_INIT("Try later") },
        { "535 5.7.8 AGFkYQBhIGdyZWVuIGtldHRsZQ== is wrong", SMTP_PASSWORD,
          S_INIT("The mail server doesn't take this user and password.") },
        { "535 5.7.8 a green kettle is wrong", SMTP_PASSWORD,
          S_INIT("The mail server doesn't take this user and password.") },
        { "535 5.7.8 YSBncmVlbiBrZXR0bGU= is wrong", SMTP_PASSWORD,
          S_INIT("The mail server doesn't take this user and password.") },
    };
    (void)state;
    for (int i = 0; i < COUNT(rows); i++) {
        struct visit v =
            visit(safe_way(SMTP_STARTTLS), (struct server){ .play = { { "AGFk", rows[i].say } } });
        assert_int_equal(v.r.outcome, rows[i].outcome);
        assert_int_equal(v.r.stage, SMTP_AT_SIGN_IN);
        assert_text(v.r.said, rows[i].said);
        assert_int_equal(v.s->mail.n, 0);
        leave(&v);
    }
}

/* It signs in and goes; nobody is named as sender. */
static void trying_begins_no_letter(void **state)
{
    static const struct {
        const char *to_password;
        smtp_outcome outcome;
        smtp_stage stage;
        int code;
    } rows[] = {
        { "235 2.7.0 welcome", SMTP_ACCEPTED, SMTP_AT_SIGN_IN, 250 },
        { "535 5.7.8 app passwords only", SMTP_PASSWORD, SMTP_AT_SIGN_IN, 535 },
        { "454 4.7.0 not now", SMTP_LATER, SMTP_AT_SIGN_IN, 454 },
    };
    (void)state;
    for (int i = 0; i < COUNT(rows); i++) {
        struct server s = { .play = { { "AGFkYQBhIGdyZWVuIGtldHRsZQ==", rows[i].to_password },
                                      { "NOOP", "250 2.0.0 here" } } };
        struct visit v = visit_with(safe_way(SMTP_STARTTLS), s, (struct str){ NULL, 0 }, NULL);
        struct str heard = buf_str(&v.s->heard);
        assert_int_equal(v.r.outcome, rows[i].outcome);
        assert_int_equal(v.r.stage, rows[i].stage);
        assert_int_equal(v.r.code, rows[i].code);
        assert_true(str_find(heard, S("AUTH PLAIN")) >= 0);
        assert_true(str_find(heard, S("MAIL")) < 0 && str_find(heard, S("RCPT")) < 0);
        assert_int_equal(v.s->mail.n, 0);
        leave(&v);
    }
}

/* A line of base64 that looks like a command is none. */
static void signing_in_with_login(void **state)
{
    (void)state;
    struct smtp_server how = safe_way(SMTP_STARTTLS);
    how.user = S("A\x82\x13"); /* base64 "QYIT" */
    how.password = S("A\x42\x13"
                     "ab"); /* begins "QUIT" */
    struct server s = { .play = { { "EHLO", "250-inn.example\r\n250-STARTTLS\r\n250 AUTH LOGIN" },
                                  { "AUTH LOGIN", "334 VXNlcm5hbWU6" },
                                  { "QYIT", "334 UGFzc3dvcmQ6" },
                                  { "QUITYWI=", "535 5.7.8 no" } } };
    struct visit v = visit(how, s);
    assert_int_equal(v.r.outcome, SMTP_PASSWORD);
    assert_int_equal(v.r.code, 535);
    assert_int_equal(v.r.stage, SMTP_AT_SIGN_IN);
    leave(&v);
}

static const struct {
    struct answer play;
    bool distrust, by_name;
    smtp_security how;
    smtp_outcome outcome;
    struct str said;
} unsafe[] = {
    /* somebody between took the offer away */
    { { "EHLO", "250-inn.example\r\n250 AUTH PLAIN" },
      false,
      false,
      SMTP_STARTTLS,
      SMTP_UNSAFE,
      S_INIT("The mail server offers no safe line.") },
    { { "STARTTLS", "502 no" },
      false,
      false,
      SMTP_STARTTLS,
      SMTP_UNSAFE,
      S_INIT("The mail server offers no safe line.") },
    { { "STARTTLS", "454 not now" }, false, false, SMTP_STARTTLS, SMTP_LATER, S_INIT("not now") },
    /* somebody between put words in front of the safe line */
    { { "STARTTLS", "220 go on\r\n250-inn.example\r\n250 AUTH PLAIN" },
      false,
      false,
      SMTP_STARTTLS,
      SMTP_UNSAFE,
      S_INIT("The mail server offers no safe line.") },
    { { NULL, NULL },
      true,
      false,
      SMTP_STARTTLS,
      SMTP_UNSAFE,
      S_INIT("The mail server's certificate doesn't hold.") },
    { { NULL, NULL },
      true,
      false,
      SMTP_TLS,
      SMTP_UNSAFE,
      S_INIT("The mail server's certificate doesn't hold.") },
    { { NULL, NULL },
      false,
      true,
      SMTP_STARTTLS,
      SMTP_UNSAFE,
      S_INIT("The mail server's certificate doesn't hold.") },
};

static void nothing_is_told_over_an_unsafe_line(void **state)
{
    (void)state;
    for (int i = 0; i < COUNT(unsafe); i++) {
        struct smtp_server how = safe_way(unsafe[i].how);
        if (unsafe[i].distrust) how.authorities = S("");
        if (unsafe[i].by_name) how.host = S("localhost");
        struct visit v = visit(how, (struct server){ .play = { unsafe[i].play },
                                                     .tls = unsafe[i].how == SMTP_TLS });
        if (v.r.outcome != unsafe[i].outcome)
            fail_msg("row %d: %d %d %.*s", i, v.r.outcome, v.r.code, STR(v.r.said));
        assert_int_equal(v.r.stage, SMTP_AT_CONNECT);
        assert_text(v.r.said, unsafe[i].said);
        assert_true(str_find(buf_str(&v.s->heard), S("AUTH")) < 0);
        assert_true(str_find(buf_str(&v.s->heard), S("MAIL")) < 0);
        leave(&v);
    }
}

static void what_cannot_be_sent_is_not_tried(void **state)
{
    static const struct {
        struct str host, from, to;
        int port;
        smtp_security how;
    } rows[] = {
        { S_INIT("inn.example"), S_INIT("a@x.example"), S_INIT("b@x.example"), 25, SMTP_PLAIN },
        { S_INIT("127.0.0.1.inn.example"), S_INIT("a@x.example"), S_INIT("b@x.example"), 25,
          SMTP_PLAIN },
        { S_INIT("127.1"), S_INIT("a@x.example"), S_INIT("b@x.example"), 25, SMTP_PLAIN },
        { S_INIT("inn.example/x"), S_INIT("a@x.example"), S_INIT("b@x.example"), 587, SMTP_TLS },
        { S_INIT("a@inn.example"), S_INIT("a@x.example"), S_INIT("b@x.example"), 587, SMTP_TLS },
        { S_INIT("inn.example\r\n"), S_INIT("a@x.example"), S_INIT("b@x.example"), 587, SMTP_TLS },
        { S_INIT(""), S_INIT("a@x.example"), S_INIT("b@x.example"), 587, SMTP_TLS },
        { S_INIT("127.0.0.1"), S_INIT("a@x.example"), S_INIT("b@x.example"), 0, SMTP_PLAIN },
        { S_INIT("127.0.0.1"), S_INIT("a@x.example"), S_INIT("b@x.example"), 65536, SMTP_PLAIN },
        { S_INIT("127.0.0.1"), S_INIT("a@x.example"), S_INIT("b@x.example>\r\nDATA"), 1,
          SMTP_PLAIN },
        { S_INIT("127.0.0.1"), S_INIT("a@x.example> X"), S_INIT("b@x.example"), 1, SMTP_PLAIN },
        { S_INIT("127.0.0.1"), S_INIT("a@x.example"), S_INIT(""), 1, SMTP_PLAIN },
    };
    (void)state;
    for (int i = 0; i < COUNT(rows); i++) {
        struct arena *a = arena_open(MIB);
        struct smtp_server s = { .host = rows[i].host,
                                 .port = rows[i].port,
                                 .security = rows[i].how };
        struct smtp_result r = smtp_send(a, &s, rows[i].from, rows[i].to, LETTER, NULL);
        if (r.outcome != SMTP_INVALID) fail_msg("row %d: %d", i, r.outcome);
        assert_true(r.said.n > 0);
        arena_close(a);
    }
}

static void nobody_there(void **state)
{
    (void)state;
    struct arena *a = arena_open(MIB);
    struct server s = { 0 };
    open_door(a, &s);
    shutdown(s.door, SHUT_RDWR);
    pthread_join(s.thread, NULL);
    close(s.door); /* nobody listens at this port any more */
    struct smtp_server how = plain_way;
    how.port = s.port;
    struct smtp_result r = smtp_send(a, &how, S(""), S("tom@inn.example"), LETTER, NULL);
    assert_int_equal(r.outcome, SMTP_LATER);
    assert_int_equal(r.stage, SMTP_AT_CONNECT);
    assert_text(r.said, S("The mail server can't be reached."));
    arena_close(a);
}

static void the_null_sender(void **state)
{
    (void)state;
    struct arena *a = arena_open(MIB), *theirs = arena_open(MIB);
    struct server s = { 0 };
    open_door(theirs, &s);
    struct smtp_server how = plain_way;
    how.port = s.port;
    struct smtp_result r = smtp_send(a, &how, S(""), S("tom@inn.example"), LETTER, NULL);
    pthread_join(s.thread, NULL);
    close(s.door);
    assert_int_equal(r.outcome, SMTP_ACCEPTED);
    assert_true(str_find(buf_str(&s.heard), S("\nMAIL FROM:<> SIZE=")) > 0);
    arena_close(theirs);
    arena_close(a);
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_letter_arrives_whole),
        cmocka_unit_test(dots_arrive_in_a_long_letter),
        cmocka_unit_test(what_servers_answer_is_judged),
        cmocka_unit_test(a_slow_server_is_left),
        cmocka_unit_test(a_server_that_does_not_part),
        cmocka_unit_test(it_can_be_stopped),
        cmocka_unit_test(the_password_goes_over_safe_lines),
        cmocka_unit_test(a_wrong_password_is_said),
        cmocka_unit_test(trying_begins_no_letter),
        cmocka_unit_test(signing_in_with_login),
        cmocka_unit_test(nothing_is_told_over_an_unsafe_line),
        cmocka_unit_test(what_cannot_be_sent_is_not_tried),
        cmocka_unit_test(nobody_there),
        cmocka_unit_test(the_null_sender),
    };
    return cmocka_run_group_tests(tests, make_certificate, drop_certificate);
}
