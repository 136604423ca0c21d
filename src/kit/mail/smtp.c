/* SPDX-License-Identifier: GPL-3.0-or-later
 * smtp.c - the one file that includes libcurl for mail. Callbacks write to a struct of fixed size,
 * because an arena may unwind, and must not do so through libcurl. */
#include "kit/mail/smtp.h"

#include "kit/base/text.h"
#include "kit/mail/compose.h"
#include "kit/mail/encode.h"

#include <curl/curl.h>
#include <sys/socket.h>

enum { CONNECT_S = 30, REPLY_S = 120, TOTAL_S = 15 * MINUTE, SAID_LETTERS = 300 };

/* What goes on while libcurl has the floor. */
struct talk {
    bool letter;     /* there is a message */
    struct str left; /* of it */
    const atomic_bool *cancel;
    smtp_stage stage;
    bool tls_asked;  /* the last command was STARTTLS */
    bool over;       /* QUIT was said: what follows means nothing */
    int code;        /* of the reply to the last command, 0: none yet */
    char said[2048]; /* its lines behind their codes, with blanks between */
    size_t n_said;
};

struct call { /* what libcurl is given, NUL-terminated */
    char *url, *from, *to, *user, *password, *authorities;
};

/* ---- callbacks --------------------------------------------------------- */

static size_t give(char *into, size_t size, size_t count, void *arg)
{
    struct talk *t = arg;
    size_t n = MIN(size * count, (size_t)t->left.n);
    if (n) memcpy(into, t->left.p, n);
    t->left = str_from(t->left, (ptrdiff_t)n);
    return n;
}

static int progress(void *arg, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    struct talk *t = arg;
    (void)a, (void)b, (void)c, (void)d;
    return t->cancel && atomic_load(t->cancel);
}

/* A command of ours: what the next reply speaks about. Words behind the first may be secret. */
static void hear_command(struct talk *t, struct str line)
{
    static const struct {
        struct str word;
        smtp_stage stage;
    } rows[] = { { S_INIT("AUTH"), SMTP_AT_SIGN_IN },
                 { S_INIT("MAIL"), SMTP_AT_SENDER },
                 { S_INIT("RCPT"), SMTP_AT_RECIPIENT },
                 { S_INIT("DATA"), SMTP_AT_CONTENT } };
    bool command = t->code != 334; /* and not an answer in the middle of AUTH */
    if (command && str_ibegins(line, S("QUIT"))) t->over = true;
    if (t->over) return;
    t->tls_asked = str_ibegins(line, S("STARTTLS"));
    for (int i = 0; i < COUNT(rows) && command; i++)
        if (t->stage < rows[i].stage && str_ibegins(line, rows[i].word)) t->stage = rows[i].stage;
    t->code = 0;
    t->n_said = 0;
}

/* A line of a reply: "550-5.1.1 No such user" */
static void hear_reply(struct talk *t, struct str line)
{
    int64_t code;
    if (t->over || line.n < 3 || !str_int(str_upto(line, 3), &code) || code < 200 || code > 599)
        return;
    if (t->code != (int)code) t->n_said = 0;
    t->code = (int)code;
    line = str_trim(str_from(line, 4));
    if (t->n_said + (size_t)line.n + 1 > sizeof t->said) return;
    if (t->n_said) t->said[t->n_said++] = ' ';
    memcpy(t->said + t->n_said, line.p, (size_t)line.n);
    t->n_said += (size_t)line.n;
}

static int overhear(CURL *curl, curl_infotype type, char *data, size_t n, void *arg)
{
    struct str rest = { data, (ptrdiff_t)n }, line;
    (void)curl;
    if (type == CURLINFO_HEADER_OUT) hear_command(arg, rest);
    while (type == CURLINFO_HEADER_IN && str_line(&rest, &line)) hear_reply(arg, line);
    return 0;
}

/* ---- before ------------------------------------------------------------ */

static bool host_plain(struct str s)
{
    for (ptrdiff_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool ok = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!ok && !(c && strchr(".-_:", c))) return false;
    }
    return s.n > 0 && s.n <= 253;
}

/* libcurl never asks the network where "localhost" is. */
static bool this_machine(struct str host)
{
    if (str_ieq(host, S("localhost")) || str_eq(host, S("::1"))) return true;
    int dots = 0;
    for (ptrdiff_t i = 0; i < host.n; i++) {
        if (host.p[i] != '.' && (host.p[i] < '0' || host.p[i] > '9')) return false;
        dots += host.p[i] == '.';
    }
    return dots == 3 && str_begins(host, S("127."));
}

/* Why nothing can be tried; empty: it can. */
static struct str prepare(struct arena *a, const struct smtp_server *s, struct str from,
                          struct str to, struct call *c)
{
    struct str wire_from = S(""), wire_to;
    if (!host_plain(s->host) || s->port < 1 || s->port > 65535)
        return S("The mail server's name or port is none.");
    if (s->security == SMTP_PLAIN && !this_machine(s->host))
        return S("Without TLS mail is only given to this machine.");
    if (str_chr(s->user, 0) >= 0 || str_chr(s->password, 0) >= 0)
        return S("The user or the password holds a letter that can't be sent.");
    if (from.n && !address_wire(a, from, &wire_from))
        return S("The sender's address is none that mail can be sent with.");
    if (!address_wire(a, to, &wire_to))
        return S("The recipient's address is none that mail can be sent to.");
    /* whom we say we are: our domain, and not what this machine is called */
    struct str domain = from.n ? mail_domain(wire_from) : S("localhost");
    bool v6 = str_chr(s->host, ':') >= 0;
    *c = (struct call){
        .url =
            str_z(a, str_fmt(a, "%s://%s%.*s%s:%d/%.*s", s->security == SMTP_TLS ? "smtps" : "smtp",
                             v6 ? "[" : "", STR(s->host), v6 ? "]" : "", s->port, STR(domain))),
        .from = str_z(a, wire_from),
        .to = str_z(a, wire_to),
        .user = s->user.n ? str_z(a, s->user) : NULL,
        .password = str_z(a, s->password),
        .authorities = s->authorities.n ? str_z(a, s->authorities) : NULL,
    };
    return S("");
}

static void set_line(CURL *h, const struct smtp_server *s, const struct call *c)
{
    curl_easy_setopt(h, CURLOPT_URL, c->url);
    curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(h, CURLOPT_PROXY, ""); /* nor one that the environment names */
    curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(h, CURLOPT_USE_SSL,
                     s->security == SMTP_PLAIN ? (long)CURLUSESSL_NONE : (long)CURLUSESSL_ALL);
    curl_easy_setopt(h, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(h, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(h, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (c->authorities) {
        curl_easy_setopt(h, CURLOPT_CAINFO, c->authorities);
        curl_easy_setopt(h, CURLOPT_CAPATH, NULL);
    }
    if (c->user) {
        curl_easy_setopt(h, CURLOPT_USERNAME, c->user);
        curl_easy_setopt(h, CURLOPT_PASSWORD, c->password);
        curl_easy_setopt(h, CURLOPT_LOGIN_OPTIONS, "AUTH=PLAIN;AUTH=LOGIN");
    }
    curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT, (long)(s->connect_s ? s->connect_s : CONNECT_S));
    curl_easy_setopt(h, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)(s->reply_s ? s->reply_s : REPLY_S));
    curl_easy_setopt(h, CURLOPT_TIMEOUT, (long)(s->total_s ? s->total_s : TOTAL_S));
}

static void set_talk(CURL *h, struct talk *t)
{
    curl_easy_setopt(h, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(h, CURLOPT_XFERINFOFUNCTION, progress);
    curl_easy_setopt(h, CURLOPT_XFERINFODATA, t);
    curl_easy_setopt(h, CURLOPT_VERBOSE, 1L); /* or overhear() hears nothing */
    curl_easy_setopt(h, CURLOPT_DEBUGFUNCTION, overhear);
    curl_easy_setopt(h, CURLOPT_DEBUGDATA, t);
}

static CURLcode set_letter(CURL *h, const struct call *c, struct talk *t, struct curl_slist **to)
{
    curl_easy_setopt(h, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(h, CURLOPT_READFUNCTION, give);
    curl_easy_setopt(h, CURLOPT_READDATA, t);
    curl_easy_setopt(h, CURLOPT_INFILESIZE_LARGE, (curl_off_t)t->left.n);
    curl_easy_setopt(h, CURLOPT_MAIL_FROM, c->from);
    *to = curl_slist_append(NULL, c->to);
    return *to ? curl_easy_setopt(h, CURLOPT_MAIL_RCPT, *to) : CURLE_OUT_OF_MEMORY;
}

/* Something has to be said once we are in. */
static CURLcode set_no_letter(CURL *h)
{
    curl_easy_setopt(h, CURLOPT_NOBODY, 1L);
    return curl_easy_setopt(h, CURLOPT_CUSTOMREQUEST, "NOOP");
}

/* What was to be said was said. Cleaning up sends QUIT, and would wait for a server that doesn't
 * answer to it as long as for any reply. */
static void stop_listening(CURL *h)
{
    curl_socket_t line = CURL_SOCKET_BAD;
    if (curl_easy_getinfo(h, CURLINFO_ACTIVESOCKET, &line) == CURLE_OK && line != CURL_SOCKET_BAD)
        (void)shutdown(line, SHUT_RD);
}

/* No arena is touched in here: nothing may unwind while libcurl holds a connection. */
static CURLcode perform(const struct smtp_server *s, const struct call *c, struct talk *t)
{
    CURL *h = curl_easy_init();
    if (!h) return CURLE_OUT_OF_MEMORY;
    set_line(h, s, c);
    set_talk(h, t);
    struct curl_slist *to = NULL;
    CURLcode got = t->letter ? set_letter(h, c, t, &to) : set_no_letter(h);
    if (got == CURLE_OK) got = curl_easy_perform(h);
    stop_listening(h);
    curl_easy_cleanup(h);
    curl_slist_free_all(to);
    return got;
}

/* ---- after ------------------------------------------------------------- */

static smtp_outcome judge(CURLcode got, const struct talk *t)
{
    if (got == CURLE_OK) return SMTP_ACCEPTED;
    if (got == CURLE_ABORTED_BY_CALLBACK) return SMTP_CANCELLED;
    if (got == CURLE_PEER_FAILED_VERIFICATION || got == CURLE_SSL_CACERT_BADFILE)
        return SMTP_UNSAFE;
    if (t->code >= 400 && t->code < 500) return SMTP_LATER;
    if (got == CURLE_USE_SSL_FAILED || (got == CURLE_WEIRD_SERVER_REPLY && t->tls_asked))
        return SMTP_UNSAFE;
    if (got == CURLE_LOGIN_DENIED || t->code == 530) return SMTP_PASSWORD;
    return t->code >= 500 ? SMTP_REFUSED : SMTP_LATER;
}

static struct str own_words(smtp_outcome outcome, CURLcode got)
{
    switch (outcome) {
    case SMTP_ACCEPTED: return S("The mail server took it.");
    case SMTP_REFUSED: return S("The mail server refused it, without a word.");
    case SMTP_PASSWORD: return S("The mail server doesn't take this user and password.");
    case SMTP_UNSAFE:
        return got == CURLE_PEER_FAILED_VERIFICATION
                   ? S("The mail server's certificate doesn't hold.")
                   : S("The mail server offers no safe line.");
    case SMTP_CANCELLED: return S("Sending was stopped.");
    default: break;
    }
    switch (got) {
    case CURLE_COULDNT_RESOLVE_HOST: return S("The mail server's name is not known.");
    case CURLE_COULDNT_CONNECT: return S("The mail server can't be reached.");
    case CURLE_OPERATION_TIMEDOUT: return S("The mail server took too long to answer.");
    case CURLE_SSL_CONNECT_ERROR: return S("No safe line to the mail server came about.");
    default: return S("The line to the mail server broke.");
    }
}

/* "5.1.1 No such user": takes the status off its front */
static struct str take_status(struct arena *a, struct str *s)
{
    ptrdiff_t n = 0;
    int dots = 0;
    while (n < s->n && ((s->p[n] >= '0' && s->p[n] <= '9') || s->p[n] == '.'))
        dots += s->p[n++] == '.';
    if (dots != 2 || n < 5 || s->p[1] != '.' || !strchr("245", *s->p)) return S("");
    struct str status = str_dup(a, str_upto(*s, n));
    *s = str_trim(str_from(*s, n));
    return status;
}

/* Every line of a reply repeats the status; once is enough. */
static struct str without(struct arena *a, struct str s, struct str what)
{
    struct buf b = { .a = a };
    struct str padded = str_fmt(a, " %.*s ", STR(what));
    for (ptrdiff_t at; what.n && (at = str_find(s, padded)) >= 0;) {
        buf_add(&b, str_upto(s, at + 1));
        s = str_from(s, at + padded.n);
    }
    buf_add(&b, s);
    return buf_str(&b);
}

static bool holds(struct arena *a, struct str said, struct str secret)
{
    struct buf b = { .a = a };
    codec_base64_write(secret, &b);
    return secret.n && (str_find(said, secret) >= 0 || str_find(said, buf_str(&b)) >= 0);
}

/* Some servers repeat what they were told. */
static bool tells(struct arena *a, struct str said, const struct smtp_server *s)
{
    struct buf plain = { .a = a };
    buf_char(&plain, 0);
    buf_add(&plain, s->user);
    buf_char(&plain, 0);
    buf_add(&plain, s->password);
    return holds(a, said, s->password) || (s->password.n && holds(a, said, buf_str(&plain)));
}

static struct smtp_result converse(struct arena *a, const struct smtp_server *s, struct str from,
                                   struct str to, struct talk *t)
{
    struct call c;
    struct str why = prepare(a, s, from, to, &c);
    if (why.n) return (struct smtp_result){ .outcome = SMTP_INVALID, .status = S(""), .said = why };
    CURLcode got = perform(s, &c, t);
    struct smtp_result r = { .outcome = judge(got, t), .stage = t->stage };
    if (got == CURLE_OK || t->code >= 400) r.code = t->code; /* a line that broke answers nothing */
    struct str said = { t->said, r.code ? (ptrdiff_t)t->n_said : 0 };
    r.status = take_status(a, &said);
    said = text_short(a, text_oneline(a, without(a, said, r.status)), SAID_LETTERS);
    bool theirs = said.n && r.outcome != SMTP_UNSAFE && r.outcome != SMTP_CANCELLED;
    if (theirs && tells(a, said, s)) theirs = false;
    r.said = theirs ? said : own_words(r.outcome, got);
    return r;
}

struct smtp_result smtp_send(struct arena *a, const struct smtp_server *s, struct str from,
                             struct str to, struct str raw, const atomic_bool *cancel)
{
    struct talk *t = NEW(a, struct talk, 1);
    t->letter = true;
    t->left = raw;
    t->cancel = cancel;
    return converse(a, s, from, to, t);
}

struct smtp_result smtp_try(struct arena *a, const struct smtp_server *s, struct str from,
                            const atomic_bool *cancel)
{
    struct talk *t = NEW(a, struct talk, 1);
    t->cancel = cancel;
    return converse(a, s, from, from, t);
}
