/* SPDX-License-Identifier: GPL-3.0-or-later
 * worker.c - the other side of a parser's sockets. The keeper is forked while the program has
 * one thread and stays small; so a worker can be replaced at any time without forking a
 * process that has threads, locks and a large memory. */
#include "kit/mail/worker.h"

#include "kit/base/pack.h"
#include "kit/mail/charset.h"
#include "kit/mail/jail.h"
#include "kit/mail/mime.h"
#include "kit/mail/wire.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- a worker ---------------------------------------------------------- */

static bool read_all(int fd, void *p, size_t n)
{
    for (char *at = p; n;) {
        ssize_t got = read(fd, at, n);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        at += got;
        n -= (size_t)got;
    }
    return true;
}

static void write_all(int fd, const void *p, size_t n)
{
    for (const char *at = p; n;) {
        ssize_t put = write(fd, at, n);
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) _exit(0);
        at += put;
        n -= (size_t)put;
    }
}

static void answer(int fd, bool failed, struct str bytes)
{
    struct wire_answer h = { failed, WIRE_MAGIC, (uint64_t)bytes.n };
    write_all(fd, &h, sizeof h);
    write_all(fd, bytes.p, (size_t)bytes.n);
}

/* SIGPROF ends the process when so much CPU time was used. */
static void limit_cpu(int seconds)
{
    struct itimerval t = { .it_value = { .tv_sec = seconds } };
    (void)setitimer(ITIMER_PROF, &t, NULL);
}

static void work(int fd, struct arena *a, const struct wire_ask *ask)
{
    char *p = NEW(a, char, (ptrdiff_t)(ask->raw_n + ask->path_n) + 1);
    if (!read_all(fd, p, ask->raw_n + ask->path_n)) _exit(0);
    struct str path = { p, (ptrdiff_t)ask->path_n },
               raw = { p + ask->path_n, (ptrdiff_t)ask->raw_n }, why = S("");
    struct mail_result r = { .packed = S(""), .part = S(""), .type = S("") };
    bool part = ask->flags & WIRE_PART, ok;
    limit_cpu(MAIL_LIMIT_CPU_S);
    if (part) {
        ok = mail_part_read(a, raw, path, &r.part, &r.type) == OK;
        if (!ok) why = S("This message has no such part.");
    } else {
        ok = mail_parse(a, raw, &r.mail, &why) == OK;
        if (ok && (ask->flags & MAIL_PUT_PACK)) r.packed = mail_pack(a, &r.mail, raw);
    }
    limit_cpu(0);
    answer(fd, !ok, ok ? wire_put(a, raw, &r, part) : why);
}

static NORETURN void worker_run(int fd)
{
    struct wire_ask ask;
    while (read_all(fd, &ask, sizeof ask)) {
        struct arena *a = arena_open(MAIL_LIMIT_MEMORY - 8 * MIB);
        jmp_buf full;
        arena_catch(a, &full);
        if (setjmp(full)) _exit(3); /* half a frame may have been read or written */
        work(fd, a, &ask);
        arena_close(a);
    }
    _exit(0);
}

/* ---- the keeper -------------------------------------------------------- */

struct order {
    int spawn; /* else reap */
    pid_t pid;
};
struct report {
    pid_t pid;
    int status;
};
union fd_room { /* aligned as sendmsg wants it */
    struct cmsghdr head;
    char bytes[CMSG_SPACE(sizeof(int))];
};

static void send_report(int control, struct report r, int fd)
{
    struct iovec io = { &r, sizeof r };
    union fd_room room = { 0 };
    struct msghdr m = { .msg_iov = &io, .msg_iovlen = 1 };
    if (fd >= 0) {
        m.msg_control = room.bytes;
        m.msg_controllen = sizeof room.bytes;
        struct cmsghdr *c = CMSG_FIRSTHDR(&m);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(sizeof fd);
        memcpy(CMSG_DATA(c), &fd, sizeof fd);
    }
    if (sendmsg(control, &m, MSG_NOSIGNAL) < 0) _exit(0);
}

static void spawn(int control)
{
    int pair[2];
    struct report r = { -1, 0 };
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
        send_report(control, r, -1);
        return;
    }
    r.pid = fork();
    if (r.pid == 0) {
        jail_close_fds(pair[1]);
        (void)jail_enter(JAIL_ALL, MAIL_LIMIT_MEMORY);
        worker_run(pair[1]);
    }
    close(pair[1]);
    send_report(control, r, r.pid > 0 ? pair[0] : -1);
    close(pair[0]);
}

static NORETURN void keeper_run(int control)
{
    (void)prctl(PR_SET_NAME, "snug-mail", 0, 0, 0);
    jail_signals();
    jail_close_fds(control);
    mime_start();
    charset_preload();
    struct arena *a = arena_open(MIB); /* what is made once, before there is a limit */
    (void)pack_bytes(a, PACK_MAIL, S("warm"));
    arena_close(a);
    struct order o;
    while (recv(control, &o, sizeof o, 0) == (ssize_t)sizeof o) {
        struct report r = { o.pid, -1 };
        if (o.spawn) {
            spawn(control);
            continue;
        }
        while (waitpid(o.pid, &r.status, 0) < 0 && errno == EINTR) {}
        send_report(control, r, -1);
    }
    _exit(0);
}

int keeper_start(pid_t *pid)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0 || (*pid = fork()) < 0) {
        fputs("level=error event=mail_keeper msg=\"the system gives no process\"\n", stderr);
        abort();
    }
    if (*pid == 0) keeper_run(pair[1]);
    close(pair[1]);
    return pair[0];
}

static bool order(int control, struct order o, struct report *r, int *fd)
{
    union fd_room room = { 0 };
    struct iovec io = { r, sizeof *r };
    struct msghdr m = { .msg_iov = &io,
                        .msg_iovlen = 1,
                        .msg_control = room.bytes,
                        .msg_controllen = sizeof room.bytes };
    if (send(control, &o, sizeof o, MSG_NOSIGNAL) != (ssize_t)sizeof o) return false;
    ssize_t got;
    while ((got = recvmsg(control, &m, MSG_CMSG_CLOEXEC)) < 0 && errno == EINTR) {}
    if (got != (ssize_t)sizeof *r) return false;
    struct cmsghdr *c = CMSG_FIRSTHDR(&m);
    *fd = -1;
    if (c && c->cmsg_type == SCM_RIGHTS) memcpy(fd, CMSG_DATA(c), sizeof *fd);
    return true;
}

bool keeper_spawn(int control, pid_t *pid, int *fd)
{
    struct report r;
    if (!order(control, (struct order){ 1, 0 }, &r, fd) || r.pid <= 0 || *fd < 0) return false;
    *pid = r.pid;
    return true;
}

int keeper_reap(int control, pid_t pid)
{
    struct report r;
    int fd;
    return order(control, (struct order){ 0, pid }, &r, &fd) ? r.status : -1;
}
