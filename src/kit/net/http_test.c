/* SPDX-License-Identifier: GPL-3.0-or-later
 * The real server on a free port, spoken to with raw bytes. */
#include "kit/net/http.h"

#include "kit/base/date.h"
#include "kit/base/trace.h"

#include <arpa/inet.h>
#include <cmocka.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER; /* held: /wait waits */

static void serve(void *arg, const struct http_request *r, struct http_answer *an)
{
    (void)arg;
    if (str_eq(r->path, S("/wait"))) {
        pthread_mutex_lock(&gate);
        pthread_mutex_unlock(&gate);
        http_text(an, 200, S("waited"));
    } else if (str_eq(r->path, S("/echo"))) {
        http_put(an, S("X-Evil"), S("a\r\nSet-Cookie: b"));
        http_text(an, 200, str_fmt(an->a, "[%.*s]", STR(r->body)));
    } else if (str_eq(r->path, S("/who"))) {
        http_text(an, 200, str_fmt(an->a, "%.*s %s", STR(r->remote), r->https ? "https" : "http"));
    } else if (str_eq(r->path, S("/live"))) {
        http_text(an, 200, S("first\n"));
        an->whose = r->query.n ? r->query.p[0] : 1;
    } else if (str_eq(r->path, S("/full"))) {
        for (;;) NEW(an->a, char, MIB);
    } else if (str_eq(r->path, S("/big"))) {
        char *p = NEW(an->a, char, 3 * MIB);
        memset(p, 'b', 3 * MIB);
        http_text(an, 200, (struct str){ p, 3 * MIB });
    } else {
        http_text(an, 404, S("no"));
    }
}

static bool quick(void *arg, const struct http_request *r, struct http_answer *an)
{
    (void)arg;
    if (!str_eq(r->path, S("/quick"))) return false;
    http_text(an, 200, S("quick"));
    return true;
}

static void error(void *arg, struct http_answer *an)
{
    (void)arg;
    http_put(an, S("X-Dressed"), S("yes"));
}

struct running {
    struct arena *a;
    struct http_server *s;
    pthread_t thread;
    int port;
};

static void *run(void *arg)
{
    http_run(arg);
    return NULL;
}

static struct running start(struct http_opts o)
{
    struct running r = { .a = arena_open(MIB) };
    struct str why = S("");
    if (!o.listen.n) o.listen = S("127.0.0.1:0");
    o.serve = serve;
    o.quick = quick;
    o.error = error;
    o.arena_bytes = 8 * MIB;
    r.s = http_open(r.a, &o, &why);
    if (!r.s) fail_msg("%.*s", STR(why));
    struct str where = http_where(r.s);
    r.port = atoi(str_z(r.a, str_from(where, str_rchr(where, ':') + 1)));
    assert_int_equal(pthread_create(&r.thread, NULL, run, r.s), 0);
    return r;
}

static void stop(struct running *r)
{
    http_stop(r->s);
    pthread_join(r->thread, NULL);
    http_close(r->s);
    arena_close(r->a);
}

static int dial(const struct running *r)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons((uint16_t)r->port) };
    in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(connect(fd, (struct sockaddr *)&in, sizeof in), 0);
    return fd;
}

static void send_all(int fd, struct str s)
{
    while (s.n > 0) {
        ssize_t n = send(fd, s.p, (size_t)s.n, MSG_NOSIGNAL);
        if (n <= 0) return; /* it may close early: that is what some tests want */
        s = str_from(s, n);
    }
}

/* All that comes until the other side closes, at most ms. */
static struct str receive(struct arena *a, int fd, int ms)
{
    struct buf b = { .a = a };
    int64_t end = clock_us() + ms * 1000;
    for (;;) {
        struct pollfd p = { fd, POLLIN, 0 };
        int left = (int)((end - clock_us()) / 1000);
        if (left <= 0 || poll(&p, 1, left) <= 0) fail_msg("not closed in %d ms", ms);
        ssize_t n = recv(fd, buf_room(&b, 65536), 65536, 0);
        if (n <= 0) break;
        b.n += n;
    }
    return buf_str(&b);
}

static struct str ask(struct arena *a, const struct running *r, struct str request)
{
    int fd = dial(r);
    send_all(fd, request);
    struct str got = receive(a, fd, 20000);
    close(fd);
    return got;
}

static int status_of(struct str answer)
{
    return str_begins(answer, S("HTTP/1.")) && answer.n > 12 ? atoi(answer.p + 9) : 0;
}

static int answers_in(struct str got)
{
    int n = 0;
    for (ptrdiff_t at; (at = str_find(got, S("HTTP/1.1 "))) >= 0; n++) got = str_from(got, at + 9);
    return n;
}

/* ---- vectors ---------------------------------------------------------------- */

static void unescape(struct buf *out, struct str s)
{
    for (ptrdiff_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '{' && str_chr(str_from(s, i), '*') > 0) {
            struct str rest = str_from(s, i + 1), count;
            ptrdiff_t end = str_chr(rest, '}');
            assert_true(end > 0);
            struct str body = str_upto(rest, end);
            str_cut(&body, '*', &count);
            int64_t n;
            if (!str_int(count, &n)) fail_msg("bad count");
            while (n-- > 0) unescape(out, body);
            i += end + 1;
        } else if (c == '\\' && i + 1 < s.n) {
            char e = s.p[++i];
            if (e == 'x') {
                char hex[3] = { s.p[i + 1], s.p[i + 2], 0 };
                c = (char)strtol(hex, NULL, 16);
                i += 2;
            } else c = e == 'r' ? '\r' : e == 'n' ? '\n' : e == 't' ? '\t' : e;
            buf_char(out, c);
        } else buf_char(out, c);
    }
}

struct vector {
    struct str name, send, want;
    int64_t answers, leave;
};

static int wrong; /* vectors that were not answered as wanted */

static void probe(const struct running *r, const struct vector *v)
{
    struct arena *a = arena_open(16 * MIB);
    struct buf raw = { .a = a };
    unescape(&raw, v->send);
    int fd = dial(r);
    send_all(fd, buf_str(&raw));
    if (v->leave) {
        close(fd);
    } else {
        struct str got = receive(a, fd, 10000), want = v->want, word;
        close(fd);
        int status = status_of(got);
        bool ok = false;
        while (str_cut(&want, ' ', &word)) {
            int64_t n = 0;
            if (!str_int(word, &n)) n = 0;
            ok |= n == status;
        }
        if (!ok) {
            print_error("%.*s: status %d, wanted %.*s\n", STR(v->name), status, STR(v->want));
            wrong++;
        }
        if (v->answers && answers_in(got) > v->answers)
            print_error("%.*s: %d answers\n", STR(v->name), answers_in(got)), wrong++;
    }
    struct str alive = ask(a, r, S("GET /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
    if (status_of(alive) != 200) fail_msg("dead after %.*s", STR(v->name));
    arena_close(a);
}

static int probe_file(const struct running *r, const char *path)
{
    struct arena *a = arena_open(16 * MIB);
    char *bytes = NEW(a, char, 64 * KIB);
    FILE *f = fopen(path, "r");
    if (!f) fail_msg("run from the project's folder: no %s", path);
    struct str all = { bytes, (ptrdiff_t)fread(bytes, 1, 64 * KIB, f) }, line;
    fclose(f);
    struct vector v = { 0 };
    int n = 0;
    while (str_line(&all, &line) || v.name.n) {
        if (str_begins(line, S("name: "))) v.name = str_from(line, 6);
        if (str_begins(line, S("send: "))) v.send = str_from(line, 6);
        if (str_begins(line, S("want: "))) v.want = str_from(line, 6);
        if (str_begins(line, S("answers: "))) v.answers = line.p[9] - '0';
        if (str_begins(line, S("leave: "))) v.leave = 1;
        if ((line.n == 0 || all.n == 0) && v.name.n) {
            probe(r, &v);
            v = (struct vector){ 0 };
            n++;
        }
        line = S("");
    }
    arena_close(a);
    return n;
}

static void raw_vectors(void **state)
{
    (void)state;
    struct running r = start((struct http_opts){ .deadline_ms = 400 });
    assert_in_range(probe_file(&r, "tests/vectors/http_guard.txt"), 30, 100);
    assert_in_range(probe_file(&r, "tests/vectors/http_raw.txt"), 20, 100);
    assert_int_equal(wrong, 0);
    stop(&r);
}

/* ---- behaviour --------------------------------------------------------------- */

static void answers_are_whole(void **state)
{
    (void)state;
    struct running r = start((struct http_opts){ 0 });
    struct arena *a = arena_open(16 * MIB);
    struct str got = ask(
        a, &r,
        S("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi"));
    assert_true(str_ends(got, S("\r\n\r\n[hi]")));
    assert_int_equal(str_find(got, S("\r\nSet-Cookie")), -1); /* no line break comes through */
    assert_true(str_find(got, S("\r\nContent-Length: 4\r\n")) > 0);
    got = ask(a, &r, S("HEAD /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
    assert_true(str_find(got, S("\r\nContent-Length: 2\r\n")) > 0);
    assert_true(str_ends(got, S("\r\n\r\n")));
    got = ask(a, &r, S("GET /big HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
    assert_true(got.n > 3 * MIB && got.p[got.n - 1] == 'b');
    got = ask(a, &r, S("GET /quick HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
    assert_true(str_ends(got, S("quick")));
    /* an error closes, whatever the client wishes */
    got = ask(a, &r, S("GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n"));
    assert_int_equal(status_of(got), 404);
    assert_true(str_find(got, S("Connection: close")) > 0);
    /* the server's own answers are dressed too */
    got = ask(a, &r, S("GET / HTTP/1.1\r\n\r\n"));
    assert_true(str_find(got, S("X-Dressed: yes")) > 0);
    got = ask(a, &r, S("GET /full HTTP/1.1\r\nHost: a\r\n\r\n"));
    assert_int_equal(status_of(got), 500);
    assert_true(str_find(got, S("X-Dressed: yes")) > 0);
    arena_close(a);
    stop(&r);
}

static void slow_clients_are_cut(void **state)
{
    (void)state;
    struct running r = start((struct http_opts){ .deadline_ms = 600 });
    struct arena *a = arena_open(16 * MIB);
    int fd = dial(&r);
    int64_t begin = clock_us();
    struct pollfd p = { fd, POLLIN, 0 };
    send_all(fd, S("GET /echo HTTP/1.1\r\nHost: a\r\nX: "));
    int drips = 0;
    while (poll(&p, 1, 50) == 0 && drips++ < 100)
        send_all(fd, S("a")); /* a byte restarts an idle timer */
    int64_t took_ms = (clock_us() - begin) / 1000;
    assert_in_range(took_ms, 550, 3000);
    assert_int_equal(receive(a, fd, 1000).n, 0);
    close(fd);
    arena_close(a);
    stop(&r);
}

static void a_full_queue_says_so_at_once(void **state)
{
    (void)state;
    struct running r = start((struct http_opts){ .workers = 1, .queue = 2 });
    struct arena *a = arena_open(16 * MIB);
    pthread_mutex_lock(&gate);
    int fds[6], said_503 = 0;
    for (int i = 0; i < 6; i++) {
        fds[i] = dial(&r);
        send_all(fds[i], S("GET /wait HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
    }
    /* at most 3 fit: one that runs and two that wait; at least 3 of 6 are sent away while the gate
     * is shut */
    for (int64_t end = clock_us() + 5000000; said_503 < 3 && clock_us() < end;) {
        said_503 = 0;
        for (int i = 0; i < 6; i++) {
            struct pollfd p = { fds[i], POLLIN, 0 };
            said_503 += poll(&p, 1, 10) > 0;
        }
    }
    assert_in_range(said_503, 3, 4); /* 4: the worker had not taken the first one yet */
    pthread_mutex_unlock(&gate);
    int waited = 0, sent_away = 0;
    for (int i = 0; i < 6; i++) {
        struct str got = receive(a, fds[i], 5000);
        waited += status_of(got) == 200;
        sent_away += status_of(got) == 503 && str_find(got, S("Retry-After: 2")) > 0;
        close(fds[i]);
    }
    assert_int_equal(sent_away, said_503);
    assert_int_equal(waited + sent_away, 6);
    arena_close(a);
    stop(&r);
}

static void the_ceiling_of_connections_holds(void **state)
{
    (void)state;
    struct running r = start((struct http_opts){ .connections = 3, .deadline_ms = 500 });
    struct arena *a = arena_open(16 * MIB);
    int idle[5];
    for (int i = 0; i < 5; i++) idle[i] = dial(&r); /* two of them stay in the backlog */
    struct str got = ask(a, &r, S("GET /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
    assert_int_equal(status_of(got), 200); /* room comes when the idle ones are cut */
    for (int i = 0; i < 5; i++) close(idle[i]);
    arena_close(a);
    stop(&r);
}

static void keep_alive_and_proxies(void **state)
{
    (void)state;
    struct str proxies[] = { S("127.0.0.1") };
    struct running r = start((struct http_opts){ .believe = proxies, .believe_n = 1 });
    struct arena *a = arena_open(16 * MIB);
    struct str got = ask(a, &r,
                         S("GET /who HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 6.6.6.6, 192.0.2.7\r\n"
                           "X-Forwarded-Proto: https\r\nConnection: close\r\n\r\n"));
    assert_true(str_ends(got, S("\r\n192.0.2.7 https")));
    stop(&r);
    r = start((struct http_opts){ 0 });
    got = ask(
        a, &r,
        S("GET /who HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 6.6.6.6\r\n\r\n"
          "GET /who HTTP/1.1\r\nHost: a\r\nX-Forwarded-Proto: https\r\nConnection: close\r\n\r\n"));
    assert_int_equal(answers_in(got), 2);
    assert_int_equal(str_find(got, S("6.6.6.6")), -1); /* anybody can write that */
    assert_true(str_ends(got, S("\r\n127.0.0.1 http")));
    arena_close(a);
    stop(&r);
}

static void stopping_finishes_what_runs(void **state)
{
    (void)state;
    struct running r = start((struct http_opts){ .workers = 1 });
    struct arena *a = arena_open(16 * MIB);
    pthread_mutex_lock(&gate);
    int fd = dial(&r), idle = dial(&r);
    send_all(fd, S("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n"));
    struct str sure = ask(a, &r, S("GET /quick HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
    assert_int_equal(status_of(sure), 200); /* the loop has read /wait by now */
    http_stop(r.s);
    assert_int_equal(receive(a, idle, 3000).n, 0);
    pthread_mutex_unlock(&gate);
    assert_true(str_ends(receive(a, fd, 3000), S("waited")));
    close(fd);
    close(idle);
    arena_close(a);
    stop(&r);
}

/* Before, while and after they are answered; the sanitizer counts what is left behind. */
static void clients_that_leave(void **state)
{
    (void)state;
    static const char *const asks[] = {
        "GET /big HTTP/1.1\r\nHost: a\r\n\r\n", "GET /echo HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 900\r\n\r\nx", "GET /ec"
    };
    struct running r = start((struct http_opts){ .deadline_ms = 2000 });
    struct arena *a = arena_open(16 * MIB);
    for (int i = 0; i < 400; i++) {
        int fd = dial(&r);
        for (int k = 0; k <= i % 3; k++) send_all(fd, str_c(asks[i % COUNT(asks)]));
        struct linger rough = { 1, 0 };
        if (i % 5 < 2) setsockopt(fd, SOL_SOCKET, SO_LINGER, &rough, sizeof rough);
        if (i % 7 == 0) poll(NULL, 0, 2);
        close(fd);
    }
    struct str got = ask(a, &r, S("GET /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
    assert_int_equal(status_of(got), 200);
    arena_close(a);
    stop(&r);
}

/* ---- answers that stay open ------------------------------------------------ */

static int listen_to(const struct running *r, const char *whose)
{
    struct arena *a = arena_open(MIB);
    int fd = dial(r);
    send_all(fd, str_fmt(a, "GET /live?%s HTTP/1.1\r\nHost: a\r\n\r\n", whose));
    arena_close(a);
    return fd;
}

/* What has come so far ends so; waits for it. */
static struct str hear(struct arena *a, int fd, struct str ends)
{
    struct buf b = { .a = a };
    while (!str_ends(buf_str(&b), ends)) {
        struct pollfd p = { fd, POLLIN, 0 };
        if (poll(&p, 1, 10000) <= 0) fail_msg("heard only: %.*s", STR(buf_str(&b)));
        ssize_t n = recv(fd, buf_room(&b, 4096), 4096, 0);
        if (n <= 0) fail_msg("it ended after: %.*s", STR(buf_str(&b)));
        b.n += n;
    }
    return buf_str(&b);
}

static void until_listening(const struct running *r, int n)
{
    int64_t whose[4], end = clock_us() + 10000000;
    while (http_listening(r->s, whose, 4) != n)
        if (clock_us() > end) fail_msg("not %d who listen", n);
        else poll(NULL, 0, 5);
}

static void an_answer_can_stay_open(void **state)
{
    (void)state;
    struct running r = start((struct http_opts){ .workers = 1, .live_beat_s = 1, .idle_s = 1 });
    struct arena *a = arena_open(16 * MIB);
    int one = listen_to(&r, "a"), two = listen_to(&r, "b");
    assert_int_equal(status_of(hear(a, one, S("first\n\r\n"))), 200);
    hear(a, two, S("first\n\r\n"));
    until_listening(&r, 2);
    struct str got = ask(a, &r, S("GET /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
    assert_int_equal(status_of(got), 200); /* the only worker is free */
    http_tell(r.s, 'a', S("for a\n"));
    assert_int_equal(str_find(hear(a, one, S("for a\n\r\n")), S("for b")), -1);
    http_tell(r.s, 'b', S("for b\n"));
    assert_int_equal(str_find(hear(a, two, S("for b\n\r\n")), S("for a")), -1);
    hear(a, one, S("3\r\n:\n\n\r\n")); /* two silent seconds and more: it lives */
    hear(a, one, S("3\r\n:\n\n\r\n"));
    close(one);
    until_listening(&r, 1);
    http_stop(r.s);
    receive(a, two, 3000); /* closed at once, not after the time of grace */
    close(two);
    arena_close(a);
    stop(&r);
}

static void an_open_answer_ends_after_its_time(void **state)
{
    (void)state;
    struct running r = start((struct http_opts){ .live_life_s = 1 });
    struct arena *a = arena_open(16 * MIB);
    int fd = listen_to(&r, "a");
    hear(a, fd, S("first\n\r\n0\r\n\r\n")); /* whole: a browser asks again */
    until_listening(&r, 0);
    send_all(fd, S("GET /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
    assert_int_equal(status_of(receive(a, fd, 3000)), 200); /* the connection goes on */
    close(fd);
    arena_close(a);
    stop(&r);
}

static void only_so_many_may_listen(void **state)
{
    (void)state;
    enum { ALL = 1000, EACH = 8 };
    struct running r = start((struct http_opts){ .lives_each = ALL }),
                   few = start((struct http_opts){ 0 });
    struct arena *a = arena_open(64 * MIB);
    int *fd = NEW(a, int, ALL + 1);
    for (int i = 0; i < ALL; i++) {
        fd[i] = listen_to(&r, "a");
        hear(a, fd[i], S("first\n\r\n"));
    }
    fd[ALL] = listen_to(&r, "b");
    assert_int_equal(status_of(receive(a, fd[ALL], 3000)), 503);
    close(fd[0]);
    http_tell(r.s, 'a', S("x\n"));
    hear(a, fd[1], S("x\n\r\n"));
    for (int i = 1; i <= ALL; i++) close(fd[i]);
    until_listening(&r, 0);
    for (int i = 0; i < EACH; i++) {
        fd[i] = listen_to(&few, "a");
        hear(a, fd[i], S("first\n\r\n"));
    }
    fd[EACH] = listen_to(&few, "a");
    assert_int_equal(status_of(receive(a, fd[EACH], 3000)), 503);
    int other = listen_to(&few, "b");
    hear(a, other, S("first\n\r\n"));
    for (int i = 0; i <= EACH; i++) close(fd[i]);
    close(other);
    arena_close(a);
    stop(&r);
    stop(&few);
}

/* It takes nothing while megabytes are told; who reads is not held up by it. */
static void a_slow_listener_is_dropped(void **state)
{
    (void)state;
    struct running r = start((struct http_opts){ 0 });
    struct arena *a = arena_open(64 * MIB);
    char *bytes = NEW(a, char, 64 * KIB);
    memset(bytes, 'x', 64 * KIB);
    int slow = listen_to(&r, "s"), quick_one = listen_to(&r, "q");
    hear(a, quick_one, S("first\n\r\n"));
    until_listening(&r, 2);
    for (int i = 0; i < 400; i++) http_tell(r.s, 's', (struct str){ bytes, 64 * KIB });
    until_listening(&r, 1);
    http_tell(r.s, 'q', S("still here\n"));
    hear(a, quick_one, S("still here\n\r\n"));
    close(slow);
    close(quick_one);
    arena_close(a);
    stop(&r);
}

static void unix_socket(void **state)
{
    (void)state;
    char folder[] = "/tmp/snug_http_XXXXXX";
    assert_non_null(mkdtemp(folder));
    struct arena *a = arena_open(16 * MIB);
    struct str path = str_fmt(a, "%s/s", folder);
    struct running r = start((struct http_opts){ .listen = str_fmt(a, "unix:%.*s", STR(path)) });
    struct sockaddr_un un = { .sun_family = AF_UNIX };
    memcpy(un.sun_path, path.p, (size_t)path.n);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&un, sizeof un), 0);
    send_all(fd, S("GET /who HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 192.0.2.9\r\nConnection: "
                   "close\r\n\r\n"));
    assert_true(str_ends(receive(a, fd, 3000), S("\r\n192.0.2.9 http")));
    close(fd);
    stop(&r);
    assert_int_equal(rmdir(folder), 0); /* the socket's file is gone */
    arena_close(a);
}

static void listening_can_fail(void **state)
{
    (void)state;
    struct arena *a = arena_open(16 * MIB);
    static const char *const bad[] = {
        "", "8080", "127.0.0.1", "127.0.0.1:70000", "house.example:80", "unix:", "[::1:80"
    };
    for (int i = 0; i < COUNT(bad); i++) {
        struct str why = S("");
        if (http_open(a, &(struct http_opts){ .listen = str_c(bad[i]), .serve = serve }, &why))
            fail_msg("%s", bad[i]);
        assert_true(why.n > 0);
    }
    arena_close(a);
}

int main(void)
{
    trace_from(TRACE_ERROR);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(raw_vectors),
        cmocka_unit_test(answers_are_whole),
        cmocka_unit_test(slow_clients_are_cut),
        cmocka_unit_test(a_full_queue_says_so_at_once),
        cmocka_unit_test(the_ceiling_of_connections_holds),
        cmocka_unit_test(keep_alive_and_proxies),
        cmocka_unit_test(stopping_finishes_what_runs),
        cmocka_unit_test(clients_that_leave),
        cmocka_unit_test(an_answer_can_stay_open),
        cmocka_unit_test(an_open_answer_ends_after_its_time),
        cmocka_unit_test(only_so_many_may_listen),
        cmocka_unit_test(a_slow_listener_is_dropped),
        cmocka_unit_test(unix_socket),
        cmocka_unit_test(listening_can_fail),
    };
    return cmocka_run_group_tests_name("http", tests, NULL, NULL);
}
