/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kit/net/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 511 };

union place {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    struct sockaddr_un un;
};

static bool cut_path(struct str listen, char *out, size_t cap)
{
    struct str path = str_from(listen, 5);
    if (path.n == 0 || (size_t)path.n >= cap) return false;
    memcpy(out, path.p, (size_t)path.n);
    out[path.n] = 0;
    return true;
}

/* "host:port" into an address; the length of it, or 0. */
static socklen_t parse(struct arena *a, struct str listen, union place *out)
{
    if (str_begins(listen, S("unix:"))) {
        out->un.sun_family = AF_UNIX;
        return cut_path(listen, out->un.sun_path, sizeof out->un.sun_path) ? sizeof out->un : 0;
    }
    int64_t port;
    ptrdiff_t colon = str_rchr(listen, ':');
    if (colon < 0 || !str_int(str_from(listen, colon + 1), &port) || port < 0 || port > 65535)
        return 0;
    struct str host = str_upto(listen, colon);
    if (str_begins(host, S("[")) && str_ends(host, S("]"))) {
        out->v6.sin6_family = AF_INET6;
        out->v6.sin6_port = htons((uint16_t)port);
        char *z = str_z(a, str_upto(str_from(host, 1), host.n - 2));
        return inet_pton(AF_INET6, z, &out->v6.sin6_addr) == 1 ? sizeof out->v6 : 0;
    }
    if (str_eq(host, S("localhost"))) host = S("127.0.0.1");
    out->v4.sin_family = AF_INET;
    out->v4.sin_port = htons((uint16_t)port);
    return inet_pton(AF_INET, str_z(a, host), &out->v4.sin_addr) == 1 ? sizeof out->v4 : 0;
}

/* A socket file left by a process that died is in the way; one that answers is somebody's. */
static void replace_dead(const union place *p, socklen_t n)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return;
    if (connect(fd, &p->any, n) < 0 && errno == ECONNREFUSED) unlink(p->un.sun_path);
    close(fd);
}

static struct str name_of(struct arena *a, int fd, struct str listen)
{
    union place p = { 0 };
    socklen_t n = sizeof p;
    if (getsockname(fd, &p.any, &n) < 0 || p.any.sa_family == AF_UNIX) return str_dup(a, listen);
    unsigned port = ntohs(p.any.sa_family == AF_INET ? p.v4.sin_port : p.v6.sin6_port);
    return str_fmt(a, "%.*s:%u", STR(str_upto(listen, str_rchr(listen, ':'))), port);
}

int listen_open(struct arena *a, struct str listen_at, struct str *where, struct str *why)
{
    union place p = { 0 };
    socklen_t n = parse(a, listen_at, &p);
    if (!n) {
        *why = S("listen is HOST:PORT with an address of this machine, or unix:/path");
        return -1;
    }
    bool un = p.any.sa_family == AF_UNIX;
    int one = 1;
    int fd = socket(p.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd >= 0 && !un) {
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one); /* accept hands it on */
    }
    if (un) replace_dead(&p, n);
    if (fd < 0 || bind(fd, &p.any, n) < 0 || listen(fd, BACKLOG) < 0) {
        *why = str_fmt(a, "can't listen on %.*s: %s", STR(listen_at), strerror(errno));
        if (fd >= 0) close(fd);
        return -1;
    }
    if (un) chmod(p.un.sun_path, 0660);
    *where = name_of(a, fd, listen_at);
    return fd;
}

void listen_forget(struct str listen_at)
{
    char path[sizeof((struct sockaddr_un *)0)->sun_path];
    if (cut_path(listen_at, path, sizeof path)) unlink(path);
}

bool listen_is_local(struct str listen_at)
{
    return str_begins(listen_at, S("unix:")) || str_begins(listen_at, S("127.")) ||
           str_begins(listen_at, S("[::1]:")) || str_begins(listen_at, S("localhost:"));
}

void listen_raise(int connections)
{
    struct rlimit have;
    rlim_t want = (rlim_t)connections + 256;
    if (getrlimit(RLIMIT_NOFILE, &have) != 0 || have.rlim_cur >= want) return;
    have.rlim_cur = MIN(want, have.rlim_max);
    setrlimit(RLIMIT_NOFILE, &have); /* less is less, and no reason not to serve */
}
