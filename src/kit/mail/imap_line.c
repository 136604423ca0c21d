/* SPDX-License-Identifier: GPL-3.0-or-later
 * imap_line.c - a socket that does not block, polled together with what another thread says. */
#include "kit/mail/imap_line.h"

#include "kit/base/date.h"

#include <ctype.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LINE_IN = 16 * KIB, LINE_HEAD = 16 };

/* Follows lines and literals: a line that ends with {NUMBER} is followed by so many bytes. */
struct guard {
    int64_t literal;      /* bytes of a literal that are still to come */
    int64_t number;       /* of the {NUMBER} that may end this line; -1: none begun */
    bool closed;          /* its brace was closed */
    bool deciding;        /* whether this line is "* BYE" */
    char head[LINE_HEAD]; /* what is held back meanwhile */
    int head_n;
};

struct imap_line {
    int fd;
    SSL_CTX *tls;
    SSL *ssl;
    struct imap_stop *stop;
    enum imap_fault fault;
    int64_t until_us, literal_max, left;
    struct guard guard;
    char in[LINE_IN], out[LINE_IN + LINE_HEAD];
    ptrdiff_t out_from, out_n;
};

/* ---- stopping ------------------------------------------------------------ */

static void stop_close(void *arg)
{
    struct imap_stop *s = arg;
    if (s->wake >= 0) close(s->wake);
    if (s->cancel >= 0) close(s->cancel);
}

struct imap_stop *imap_stop_new(struct arena *a)
{
    struct imap_stop *s = NEW(a, struct imap_stop, 1);
    s->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    s->cancel = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    arena_defer(a, stop_close, s);
    return s->wake < 0 || s->cancel < 0 ? NULL : s;
}

static void event_raise(int fd)
{
    uint64_t one = 1;
    ssize_t ignored = write(fd, &one, sizeof one); /* fails only when it is raised as far as goes */
    (void)ignored;
}

void imap_stop_wake(struct imap_stop *s) { event_raise(s->wake); }

void imap_stop_cancel(struct imap_stop *s)
{
    atomic_store(&s->cancelled, true);
    event_raise(s->cancel);
}

bool imap_stop_cancelled(const struct imap_stop *s) { return atomic_load(&s->cancelled); }

/* ---- waiting ------------------------------------------------------------- */

static bool line_fail(struct imap_line *l, enum imap_fault fault)
{
    if (l->fault == LINE_FINE) l->fault = fault;
    return false;
}

enum imap_fault imap_line_fault(const struct imap_line *l) { return l->fault; }

/* Until one of events, the deadline, or a word of another thread; wake: also that one. */
static enum imap_wait line_poll(struct imap_line *l, short events, int64_t until_us, bool wake)
{
    struct pollfd at[3] = { { l->fd, events, 0 },
                            { l->stop->cancel, POLLIN, 0 },
                            { l->stop->wake, POLLIN, 0 } };
    for (;;) {
        if (imap_stop_cancelled(l->stop)) {
            line_fail(l, LINE_CANCELLED);
            return WAIT_FAILED;
        }
        int64_t left_us = until_us - clock_us();
        if (left_us <= 0) return WAIT_TIME;
        int ms = (int)MIN(left_us / 1000 + 1, (int64_t)HOUR * 1000);
        int n = poll(at, wake ? 3 : 2, ms);
        if (n < 0 && errno != EINTR) {
            line_fail(l, LINE_LOST);
            return WAIT_FAILED;
        }
        if (n <= 0) continue;
        if (at[0].revents) return WAIT_BYTES;
        if (wake && at[2].revents) return WAIT_WOKEN;
    }
}

static bool line_ready(struct imap_line *l, short events)
{
    enum imap_wait w = line_poll(l, events, l->until_us, false);
    if (w == WAIT_TIME) return line_fail(l, LINE_LATE);
    return w == WAIT_BYTES;
}

enum imap_wait imap_line_wait(struct imap_line *l, int seconds)
{
    if (l->fault != LINE_FINE) return WAIT_FAILED;
    if (l->out_from < l->out_n || (l->ssl && SSL_has_pending(l->ssl))) return WAIT_BYTES;
    enum imap_wait w = line_poll(l, POLLIN, clock_us() + (int64_t)seconds * 1000000, true);
    uint64_t count;
    if (w == WAIT_WOKEN && read(l->stop->wake, &count, sizeof count) < 0) w = WAIT_TIME;
    return w;
}

void imap_line_allow(struct imap_line *l, int seconds, int64_t literal_bytes, int64_t total_bytes)
{
    l->until_us = clock_us() + (int64_t)seconds * 1000000;
    l->literal_max = literal_bytes;
    l->left = total_bytes;
}

/* ---- opening and closing -------------------------------------------------- */

void imap_line_close(struct imap_line *l)
{
    SSL_free(l->ssl);
    SSL_CTX_free(l->tls);
    if (l->fd >= 0) close(l->fd);
    l->ssl = NULL;
    l->tls = NULL;
    l->fd = -1;
    line_fail(l, LINE_LOST);
}

static void line_close(void *arg) { imap_line_close(arg); }

struct imap_line *imap_line_new(struct arena *a, struct imap_stop *stop)
{
    struct imap_line *l = NEW(a, struct imap_line, 1);
    l->fd = -1;
    l->stop = stop;
    l->guard.deciding = true;
    l->guard.number = -1;
    signal(SIGPIPE, SIG_IGN); /* OpenSSL writes without asking not to be told */
    arena_defer(a, line_close, l);
    return l;
}

void imap_line_adopt(struct imap_line *l, int fd) { l->fd = fd; }

static bool is_loopback(const struct sockaddr *at)
{
    if (at->sa_family == AF_INET)
        return ntohl(((const struct sockaddr_in *)at)->sin_addr.s_addr) >> 24 == 127;
    return at->sa_family == AF_INET6 &&
           IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)at)->sin6_addr);
}

static bool connect_one(struct imap_line *l, const struct addrinfo *to)
{
    l->fd = socket(to->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (l->fd < 0) return false;
    int bad = connect(l->fd, to->ai_addr, to->ai_addrlen);
    if (bad && errno == EINPROGRESS && line_ready(l, POLLOUT)) {
        socklen_t n = sizeof bad;
        if (getsockopt(l->fd, SOL_SOCKET, SO_ERROR, &bad, &n)) bad = 1;
    }
    if (!bad) return true;
    close(l->fd);
    l->fd = -1;
    return false;
}

bool imap_line_connect(struct imap_line *l, const struct imap_server *s)
{
    char host[256], port[8];
    int number = s->port ? s->port : s->safety == MAIL_TLS ? 993 : 143;
    snprintf(host, sizeof host, "%.*s", STR(s->host));
    snprintf(port, sizeof port, "%d", number);
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *found = NULL;
    if (getaddrinfo(host, port, &hints, &found)) return line_fail(l, LINE_NO_HOST);
    bool here = true;
    for (struct addrinfo *to = found; to && l->fd < 0 && l->fault == LINE_FINE; to = to->ai_next) {
        here = s->safety != MAIL_PLAIN || is_loopback(to->ai_addr);
        if (here) connect_one(l, to);
    }
    freeaddrinfo(found);
    if (l->fd < 0) line_fail(l, here ? LINE_NO_ANSWER : LINE_NOT_HERE);
    return l->fd >= 0;
}

/* ---- TLS ----------------------------------------------------------------- */

static bool tls_prepare(struct imap_line *l, const struct imap_server *s)
{
    char host[256], ca[4096];
    snprintf(host, sizeof host, "%.*s", STR(s->host));
    snprintf(ca, sizeof ca, "%.*s", STR(s->ca_file));
    l->tls = SSL_CTX_new(TLS_client_method());
    if (!l->tls || !SSL_CTX_set_min_proto_version(l->tls, TLS1_2_VERSION)) return false;
    SSL_CTX_set_verify(l->tls, SSL_VERIFY_PEER, NULL);
    if (*ca ? !SSL_CTX_load_verify_locations(l->tls, ca, NULL)
            : !SSL_CTX_set_default_verify_paths(l->tls))
        return false;
    l->ssl = SSL_new(l->tls);
    if (!l->ssl || !SSL_set_fd(l->ssl, l->fd)) return false;
    SSL_set_mode(l->ssl, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(l->ssl), host)) return true;
    return SSL_set1_host(l->ssl, host) && SSL_set_tlsext_host_name(l->ssl, host);
}

/* Whether to try an operation of OpenSSL again; waits for what it wants. */
static bool tls_again(struct imap_line *l, int result)
{
    switch (SSL_get_error(l->ssl, result)) {
    case SSL_ERROR_WANT_READ: return line_ready(l, POLLIN);
    case SSL_ERROR_WANT_WRITE: return line_ready(l, POLLOUT);
    default: return line_fail(l, LINE_LOST);
    }
}

bool imap_line_tls(struct imap_line *l, const struct imap_server *s)
{
    if (l->fault != LINE_FINE) return false;
    ERR_clear_error();
    if (!tls_prepare(l, s)) return line_fail(l, LINE_TLS);
    for (;;) {
        int r = SSL_connect(l->ssl);
        if (r == 1) return true;
        if (SSL_get_verify_result(l->ssl) != X509_V_OK) return line_fail(l, LINE_CERTIFICATE);
        int why = SSL_get_error(l->ssl, r);
        if (why == SSL_ERROR_SSL) return line_fail(l, LINE_TLS);
        if (!tls_again(l, r)) return false;
        ERR_clear_error();
    }
}

/* ---- bytes --------------------------------------------------------------- */

static bool would_block(void) { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

static ptrdiff_t raw_read(struct imap_line *l)
{
    for (;;) {
        ptrdiff_t n;
        bool again;
        if (l->ssl) {
            ERR_clear_error();
            n = SSL_read(l->ssl, l->in, sizeof l->in);
            again = n <= 0 && tls_again(l, (int)n);
        } else {
            n = recv(l->fd, l->in, sizeof l->in, MSG_DONTWAIT);
            again = n < 0 && would_block() && line_ready(l, POLLIN);
        }
        if (n > 0) return n;
        if (again) continue;
        line_fail(l, LINE_LOST);
        return -1;
    }
}

ptrdiff_t imap_line_write(struct imap_line *l, const void *bytes, size_t n)
{
    for (size_t done = 0; done < n;) {
        if (l->fault != LINE_FINE || l->fd < 0) return -1;
        const char *from = (const char *)bytes + done;
        size_t some = MIN(n - done, (size_t)LINE_IN);
        ptrdiff_t r;
        bool again;
        if (l->ssl) {
            ERR_clear_error();
            r = SSL_write(l->ssl, from, (int)some);
            again = r <= 0 && tls_again(l, (int)r);
        } else {
            r = send(l->fd, from, some, MSG_DONTWAIT | MSG_NOSIGNAL);
            again = r < 0 && would_block() && line_ready(l, POLLOUT);
        }
        if (r > 0) done += (size_t)r;
        if (r > 0 || again) continue;
        line_fail(l, LINE_LOST);
        return -1;
    }
    return (ptrdiff_t)n;
}

/* ---- the guard ------------------------------------------------------------ */

static void guard_out(struct imap_line *l, const char *p, ptrdiff_t n)
{
    memcpy(l->out + l->out_n, p, (size_t)n);
    l->out_n += n;
}

/* Is head the beginning of "* BYE", however many blanks stand in it? */
static bool bye_begins(const struct guard *g, bool *whole)
{
    static const char word[] = "*BYE";
    int at = 0;
    for (int i = 0; i < g->head_n; i++) {
        char b = g->head[i];
        if (b == ' ' || b == '\t') continue;
        if (toupper((unsigned char)b) != word[at]) return false;
        if (!word[++at]) *whole = true;
        if (*whole) return true;
    }
    return true;
}

static void guard_brace(struct guard *g, char b)
{
    if (b == '{') {
        g->number = 0;
        g->closed = false;
    } else if (b == '}' && g->number >= 0 && !g->closed) {
        g->closed = true;
    } else if (isdigit((unsigned char)b) && g->number >= 0 && !g->closed) {
        g->number = MIN(g->number * 10 + (b - '0'), INT64_MAX / 20);
    } else if (b != '\r' && b != '\n') {
        g->number = -1;
    }
}

/* One byte that is not of a literal; false when it may not pass. */
static bool guard_byte(struct imap_line *l, char b)
{
    struct guard *g = &l->guard;
    guard_brace(g, b);
    if (g->deciding) {
        bool whole = false;
        g->head[g->head_n++] = b;
        if (bye_begins(g, &whole) && b != '\n') {
            if (whole) return line_fail(l, LINE_BYE);
            return g->head_n < LINE_HEAD || line_fail(l, LINE_TOO_MUCH);
        }
        guard_out(l, g->head, g->head_n);
        g->deciding = false;
        g->head_n = 0;
    } else {
        guard_out(l, &b, 1);
    }
    if (b != '\n') return true;
    if (g->number >= 0 && g->closed) {
        if (g->number > l->literal_max) return line_fail(l, LINE_TOO_MUCH);
        g->literal = g->number;
    } else {
        g->deciding = true;
    }
    g->number = -1;
    g->closed = false;
    return true;
}

static bool guard_pass(struct imap_line *l, ptrdiff_t n)
{
    l->left -= n;
    if (l->left < 0) return line_fail(l, LINE_TOO_MUCH);
    for (ptrdiff_t i = 0; i < n;) {
        ptrdiff_t some = (ptrdiff_t)MIN((int64_t)(n - i), l->guard.literal);
        if (some > 0) {
            guard_out(l, l->in + i, some);
            l->guard.literal -= some;
            i += some;
        } else if (!guard_byte(l, l->in[i++])) {
            return false;
        }
    }
    return true;
}

bool imap_line_pending(const struct imap_line *l)
{
    return l->out_from < l->out_n || l->guard.head_n > 0 || l->guard.literal > 0;
}

ptrdiff_t imap_line_read(struct imap_line *l, void *bytes, size_t n)
{
    while (l->out_from == l->out_n) {
        l->out_from = l->out_n = 0;
        if (l->fault != LINE_FINE || l->fd < 0) return -1;
        ptrdiff_t got = raw_read(l);
        if (got < 0) return -1;
        if (!guard_pass(l, got)) l->out_n = 0; /* it must not even see such a number */
    }
    ptrdiff_t some = MIN((ptrdiff_t)n, l->out_n - l->out_from);
    memcpy(bytes, l->out + l->out_from, (size_t)some);
    l->out_from += some;
    return some;
}
