/* SPDX-License-Identifier: GPL-3.0-or-later
 * pool.c - a parser: jobs to workers and results back, without ever waiting to write while
 * the other side waits to write. */
#include "kit/base/date.h"
#include "kit/mail/wire.h"
#include "kit/mail/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LANES = 64, DEPTH = 24, STALL_S = 30, ROOM_BYTES = 32 * MIB, ANSWER_EXTRA = 48 * MIB };

struct job {
    struct job *next;
    struct arena *a; /* the job lives in it */
    uint64_t tag;
    struct str ask; /* what goes over the wire before raw: head, path */
    struct str raw;
    bool part;
};
struct queue {
    struct job *first, *last;
    int n;
};
/* One worker. The first of its jobs is the one it works on. */
struct lane {
    pid_t pid;
    int fd;
    struct queue jobs;
    struct job *sending; /* the job being written, NULL: all are out */
    ptrdiff_t sent;
    struct wire_answer head;
    ptrdiff_t got; /* of head, then of the bytes */
    char *bytes;
    int64_t moved_us; /* when it last said something */
};
struct mail_parser {
    struct arena *a;
    pid_t keeper;
    int control, lanes_n, in_flight;
    int64_t bytes;
    struct queue waiting, done_failed; /* done_failed: could not even be given to a worker */
    struct lane lanes[LANES];
};

static void push(struct queue *q, struct job *j)
{
    j->next = NULL;
    if (q->last) q->last->next = j;
    else q->first = j;
    q->last = j;
    q->n++;
}

static struct job *pop(struct queue *q)
{
    struct job *j = q->first;
    if (!j) return NULL;
    q->first = j->next;
    if (!q->first) q->last = NULL;
    q->n--;
    return j;
}

/* ---- lanes ------------------------------------------------------------- */

static void lane_start(struct mail_parser *p, struct lane *l)
{
    *l = (struct lane){ .fd = -1 };
    if (!keeper_spawn(p->control, &l->pid, &l->fd)) {
        l->fd = -1;
        return;
    }
    (void)fcntl(l->fd, F_SETFL, O_NONBLOCK);
    l->moved_us = clock_us();
}

/* Gives jobs to the lanes, the emptiest first, and all of them as failed when no lane lives. */
static void share_out(struct mail_parser *p)
{
    while (p->waiting.n) {
        struct lane *best = NULL;
        for (int i = 0; i < p->lanes_n; i++) {
            struct lane *l = &p->lanes[i];
            if (l->fd >= 0 && (!best || l->jobs.n < best->jobs.n)) best = l;
        }
        if (best && best->jobs.n >= DEPTH) return;
        struct job *j = pop(&p->waiting);
        if (!best) {
            push(&p->done_failed, j);
            continue;
        }
        if (!best->jobs.n) best->moved_us = clock_us();
        push(&best->jobs, j);
        if (!best->sending) {
            best->sending = j;
            best->sent = 0;
        }
    }
}

static void lane_write(struct lane *l)
{
    while (l->sending) {
        const struct job *j = l->sending;
        struct str rest =
            l->sent < j->ask.n ? str_from(j->ask, l->sent) : str_from(j->raw, l->sent - j->ask.n);
        ssize_t n = send(l->fd, rest.p, (size_t)rest.n, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return; /* full, or dead: reading will tell */
        l->sent += n;
        if (n < rest.n) return;
        if (l->sent < j->ask.n + j->raw.n) continue;
        l->sending = l->sending->next;
        l->sent = 0;
    }
}

static void write_out(struct mail_parser *p)
{
    share_out(p);
    for (int i = 0; i < p->lanes_n; i++)
        if (p->lanes[i].fd >= 0) lane_write(&p->lanes[i]);
}

typedef enum { LANE_WAITS, LANE_ANSWERED, LANE_DEAD } lane_state;

static bool head_is_sane(const struct lane *l)
{
    return l->jobs.first && l->head.magic == WIRE_MAGIC &&
           l->head.n < (uint64_t)l->jobs.first->raw.n * 2 + ANSWER_EXTRA;
}

static lane_state lane_read(struct lane *l)
{
    for (;;) {
        bool in_head = l->got < (ptrdiff_t)sizeof l->head;
        ptrdiff_t at = in_head ? l->got : l->got - (ptrdiff_t)sizeof l->head;
        size_t want = in_head ? sizeof l->head - (size_t)at : (size_t)l->head.n - (size_t)at;
        if (!in_head && !want) return LANE_ANSWERED;
        ssize_t n = read(l->fd, (in_head ? (char *)&l->head : l->bytes) + at, want);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return LANE_WAITS;
        if (n <= 0) return LANE_DEAD;
        l->moved_us = clock_us();
        l->got += n;
        if (in_head && l->got == (ptrdiff_t)sizeof l->head) {
            if (!head_is_sane(l)) return LANE_DEAD;
            l->bytes = NEW(l->jobs.first->a, char, (ptrdiff_t)l->head.n + 1);
        }
    }
}

/* ---- results ----------------------------------------------------------- */

static void close_job(void *arena) { arena_close(arena); }

static void finish(struct mail_parser *p, struct arena *a, struct job *j, struct mail_result *out)
{
    p->in_flight--;
    p->bytes -= j->ask.n + j->raw.n;
    *out = (struct mail_result){
        .tag = j->tag, .raw = j->raw, .why = S(""), .packed = S(""), .part = S(""), .type = S("")
    };
    arena_defer(a, close_job, j->a);
}

static struct str reason(int status)
{
    if (status >= 0 && WIFSIGNALED(status)) {
        int sig = WTERMSIG(status);
        if (sig == SIGPROF || sig == SIGXCPU)
            return S("This message could not be read: it took longer than 2 seconds.");
        if (sig == SIGABRT)
            return S("This message could not be read: it needed more than 256 MiB of memory.");
        if (sig != SIGKILL) return S("This message could not be read: the reader crashed on it.");
    }
    if (status >= 0 && WIFEXITED(status) && WEXITSTATUS(status) == 3)
        return S("This message could not be read: it needed more than 256 MiB of memory.");
    return S("This message could not be read: the reader stopped.");
}

/* The job at fault fails; those behind it are given out again, before all others. */
static void lane_died(struct mail_parser *p, struct arena *a, struct lane *l,
                      struct mail_result *out, bool *have)
{
    bool stalled = clock_us() - l->moved_us > (int64_t)STALL_S * 1000000;
    kill(l->pid, SIGKILL);
    close(l->fd);
    int status = keeper_reap(p->control, l->pid);
    struct job *j = pop(&l->jobs);
    struct queue again = l->jobs;
    while (p->waiting.n) push(&again, pop(&p->waiting));
    p->waiting = again;
    lane_start(p, l);
    *have = j != NULL;
    if (!j) return;
    finish(p, a, j, out);
    out->why =
        stalled ? S("This message could not be read: the reader did not answer.") : reason(status);
}

static bool lane_answered(struct mail_parser *p, struct arena *a, struct lane *l,
                          struct mail_result *out)
{
    struct job *j = l->jobs.first;
    struct mail_result r = { 0 };
    struct str bytes = { l->bytes, (ptrdiff_t)l->head.n };
    if (!l->head.failed && !wire_take(j->a, j->raw, bytes, &r, j->part)) return false;
    (void)pop(&l->jobs);
    l->got = 0;
    finish(p, a, j, out);
    out->ok = !l->head.failed;
    if (l->head.failed) {
        out->why = bytes;
        return true;
    }
    out->mail = r.mail;
    if (j->part) out->part = r.part, out->type = r.type;
    else out->packed = r.packed;
    return true;
}

static bool take_one(struct mail_parser *p, struct arena *a, struct mail_result *out)
{
    struct job *lost = pop(&p->done_failed);
    if (lost) {
        finish(p, a, lost, out);
        out->why = S("This message could not be read: the system gives no process to read it in.");
        return true;
    }
    for (int i = 0; i < p->lanes_n; i++) {
        struct lane *l = &p->lanes[i];
        if (l->fd < 0 || !l->jobs.n) continue;
        lane_state state = lane_read(l);
        bool have = false;
        if (state == LANE_ANSWERED && lane_answered(p, a, l, out)) return true;
        if (state == LANE_WAITS && clock_us() - l->moved_us <= (int64_t)STALL_S * 1000000) continue;
        lane_died(p, a, l, out, &have);
        if (have) return true;
    }
    return false;
}

static void wait_for_any(struct mail_parser *p)
{
    struct pollfd fds[LANES];
    nfds_t n = 0;
    for (int i = 0; i < p->lanes_n; i++) {
        struct lane *l = &p->lanes[i];
        if (l->fd < 0 || !l->jobs.n) continue;
        fds[n++] =
            (struct pollfd){ .fd = l->fd, .events = (short)(POLLIN | (l->sending ? POLLOUT : 0)) };
    }
    (void)poll(fds, n, 1000);
}

/* ---- the door ---------------------------------------------------------- */

struct mail_parser *mail_parser_open(int workers)
{
    struct arena *a = arena_open(MIB);
    struct mail_parser *p = NEW(a, struct mail_parser, 1);
    p->a = a;
    p->lanes_n = MAX(1, MIN(workers, LANES));
    p->control = keeper_start(&p->keeper);
    for (int i = 0; i < p->lanes_n; i++) lane_start(p, &p->lanes[i]);
    return p;
}

void mail_parser_close(struct mail_parser *p)
{
    struct job *j;
    for (int i = 0; i < p->lanes_n; i++) {
        struct lane *l = &p->lanes[i];
        if (l->fd >= 0) {
            kill(l->pid, SIGKILL);
            close(l->fd);
            (void)keeper_reap(p->control, l->pid);
        }
        while ((j = pop(&l->jobs))) arena_close(j->a);
    }
    while ((j = pop(&p->waiting))) arena_close(j->a);
    while ((j = pop(&p->done_failed))) arena_close(j->a);
    close(p->control);
    while (waitpid(p->keeper, NULL, 0) < 0 && errno == EINTR) {}
    arena_close(p->a);
}

static void put(struct mail_parser *p, uint64_t tag, struct str raw, struct str path,
                unsigned flags)
{
    size_t room = (size_t)raw.n * 8 + (size_t)256 * MIB;
    struct arena *a = arena_open(room);
    struct wire_ask head = { flags, (uint32_t)path.n, (uint64_t)raw.n };
    struct job *j = NEW(a, struct job, 1);
    char *ask = NEW(a, char, (ptrdiff_t)sizeof head + path.n + 1);
    memcpy(ask, &head, sizeof head);
    if (path.n) memcpy(ask + sizeof head, path.p, (size_t)path.n);
    *j = (struct job){ .a = a,
                       .tag = tag,
                       .part = flags & WIRE_PART,
                       .ask = { ask, (ptrdiff_t)sizeof head + path.n },
                       .raw = raw };
    push(&p->waiting, j);
    p->in_flight++;
    p->bytes += j->ask.n + raw.n;
    write_out(p);
}

void mail_parser_put(struct mail_parser *p, uint64_t tag, struct str raw, unsigned flags)
{
    put(p, tag, raw, S(""), flags & MAIL_PUT_PACK);
}

void mail_parser_put_part(struct mail_parser *p, uint64_t tag, struct str raw, struct str path)
{
    put(p, tag, raw, str_upto(path, 1000), WIRE_PART);
}

bool mail_parser_room(const struct mail_parser *p)
{
    return p->in_flight < p->lanes_n * DEPTH * 2 && p->bytes < ROOM_BYTES;
}

bool mail_parser_next(struct mail_parser *p, struct arena *a, struct mail_result *out)
{
    while (p->in_flight) {
        write_out(p);
        if (take_one(p, a, out)) return true;
        write_out(p);
        wait_for_any(p);
    }
    return false;
}
