/* SPDX-License-Identifier: GPL-3.0-or-later
 * What an IMAP server says, from its greeting on: every call ends, names are one line, numbers come
 * newest first, and each message is given once. */
#include "kit/mail/imap.h"

#include "fuzz.h"

#include <sys/socket.h>
#include <unistd.h>

/* The library forgets a few bytes of what it could not read; our own are watched. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) { return "leak:libetpan"; }

struct given {
    const struct imap_uids *uids;
    int n;
};

static err take(void *arg, const struct imap_mail *mail)
{
    struct given *g = arg;
    must(g->n < g->uids->n && mail->uid == g->uids->at[g->n++]);
    must(mail->what == IMAP_WHOLE || mail->raw.n == 0);
    for (ptrdiff_t i = 0; i < mail->raw.n; i++) (void)*(const volatile char *)(mail->raw.p + i);
    return OK;
}

static void folders(struct ctx *c, struct imap *m)
{
    struct imap_folders f = { NULL, 0 };
    if (imap_folders(c, m, &f) != OK) return;
    for (int i = 0; i < f.n; i++) must_be_line(f.at[i].name);
}

static void messages(struct ctx *c, struct imap *m)
{
    struct imap_state state;
    struct imap_uids u;
    enum imap_news news;
    bool held;
    if (imap_select(c, m, S("INBOX"), &state) != OK) return;
    must(state.validity);
    if (imap_uids(c, m, 0, &u) != OK) return;
    for (int i = 1; i < u.n; i++) must(u.at[i] < u.at[i - 1]);
    u.n = MIN(u.n, 8);
    struct given g = { &u, 0 };
    if (imap_fetch(c, m, u, 1000, take, &g) == OK) must(g.n == u.n);
    if (imap_holds(c, m, S("x@y"), &held) != OK) return;
    if (imap_idle(c, m, 1, &news) != OK) return;
    err e = imap_append(c, m, S("Sent"), S("a\r\n"), 0);
    (void)e;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    int fd[2];
    if (n > 64 * KIB || socketpair(AF_UNIX, SOCK_STREAM, 0, fd)) return 0;
    must(write(fd[1], data, n) == (ssize_t)n);
    shutdown(fd[1], SHUT_WR); /* all is said, whatever we ask */
    struct arena *a = arena_open((size_t)64 * MIB);
    struct ctx c = { .a = a };
    struct imap_server s = { .host = S("house.example"), .user = S("u"), .password = S("p") };
    struct imap_stop *stop = imap_stop_new(a);
    struct imap *m = NULL;
    must(stop);
    if (imap_open_fd(&c, fd[0], &s, stop, &m) == OK) {
        folders(&c, m);
        messages(&c, m);
        imap_close(m);
    } else {
        must(c.why.n > 0);
    }
    arena_close(a);
    close(fd[1]);
    return 0;
}
