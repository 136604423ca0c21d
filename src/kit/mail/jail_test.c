/* SPDX-License-Identifier: GPL-3.0-or-later
 * jail_test.c - what a hostile mail would try once it owned its parser, against each wall alone
 * and all of them. Without walls every attempt succeeds, or the test would prove nothing. */
#include "kit/mail/jail.h"

#include "../tests/vectors.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LIMITS = JAIL_LIMITS, LANDLOCK = JAIL_LANDLOCK, SECCOMP = JAIL_SECCOMP };
enum { DENIED = 0, DONE = 1, MEMORY = 64 * MIB };
static char database[] = "/tmp/snug-jail-XXXXXX"; /* a file of the house */
static int left_open;                             /* of it */
static pid_t server;                              /* whom the parser works for */

static bool opens(const char *path, int how) { return open(path, how, 0600) >= 0; }
static bool read_passwords(void) { return opens("/etc/passwd", O_RDONLY); }
static bool read_database(void) { return opens(database, O_RDONLY); }
static bool write_database(void) { return opens(database, O_WRONLY); }
static bool make_file(void)
{
    char path[64];
    snprintf(path, sizeof path, "%s.new", database);
    bool made = opens(path, O_CREAT | O_EXCL | O_WRONLY);
    (void)unlink(path);
    return made;
}
static bool look_at_file(void)
{
    struct stat st;
    return stat("/etc/passwd", &st) == 0;
}
static bool rename_database(void)
{
    char other[64];
    snprintf(other, sizeof other, "%s.gone", database);
    return rename(database, other) == 0 && rename(other, database) == 0;
}
static bool write_what_was_left_open(void) { return write(left_open, "x", 1) == 1; }
static bool call_out(void) { return socket(AF_INET, SOCK_STREAM, 0) >= 0; }
static bool call_neighbour(void) { return socket(AF_UNIX, SOCK_STREAM, 0) >= 0; }
static bool run_program(void)
{
    (void)execl("/bin/false", "false", (char *)NULL); /* which ends with DONE */
    return false;
}
static bool multiply(void)
{
    pid_t pid = fork();
    if (pid == 0) _exit(0);
    return pid > 0;
}
static bool trace(void) { return ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0; }
static bool signal_parent(void) { return kill(server, 0) == 0; }
static bool signal_thread_of_parent(void) { return syscall(SYS_tgkill, server, server, 0) == 0; }
static bool run_memory(void)
{
    return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
           MAP_FAILED;
}
static bool make_memory_run(void)
{
    void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return p != MAP_FAILED && mprotect(p, 4096, PROT_READ | PROT_EXEC) == 0;
}
static bool eat_memory(void)
{
    return mmap(NULL, 4 * MEMORY, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
           MAP_FAILED;
}
static bool end_itself(void) { return syscall(SYS_tgkill, getpid(), gettid(), 0) == 0; }

static const struct attempt {
    const char *what;
    bool (*done)(void);
    unsigned walls; /* each of which denies it alone */
} attempts[] = {
    { "read /etc/passwd", read_passwords, LIMITS | LANDLOCK | SECCOMP },
    { "read the database", read_database, LIMITS | LANDLOCK | SECCOMP },
    { "write the database", write_database, LIMITS | LANDLOCK | SECCOMP },
    { "make a file", make_file, LIMITS | LANDLOCK | SECCOMP },
    { "rename the database", rename_database, LANDLOCK | SECCOMP },
    { "see that a file is there", look_at_file, SECCOMP },
    { "write what was left open", write_what_was_left_open, LIMITS },
    { "make a socket to the world", call_out, LIMITS | SECCOMP },
    { "make a socket to a neighbour", call_neighbour, LIMITS | SECCOMP },
    { "run a program", run_program, LANDLOCK | SECCOMP },
    { "multiply", multiply, SECCOMP },
    { "trace", trace, SECCOMP },
    { "signal the server", signal_parent, SECCOMP },
    { "signal a thread of the server", signal_thread_of_parent, SECCOMP },
    { "run memory", run_memory, SECCOMP },
    { "make memory run", make_memory_run, SECCOMP },
    { "eat memory", eat_memory, LIMITS },
    { "end itself", end_itself, 0 },
};

/* DONE or DENIED; ended by a signal is denied. */
static int try_behind(unsigned walls, bool (*done)(void))
{
    int status = 0;
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        if (walls && jail_enter(walls, MEMORY) != walls) _exit(2);
        _exit(done() ? DONE : DENIED);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (WIFSIGNALED(status)) return DENIED;
    return WEXITSTATUS(status);
}

static void without_walls_all_of_it_works(void **state)
{
    (void)state;
    for (int i = 0; i < COUNT(attempts); i++)
        if (try_behind(0, attempts[i].done) != DONE) fail_msg("could not: %s", attempts[i].what);
}

static void each_wall_holds_alone(void **state)
{
    (void)state;
    unsigned there = jail_walls();
    for (unsigned wall = 1; wall <= JAIL_ALL; wall <<= 1)
        for (int i = 0; i < COUNT(attempts) && there & wall; i++) {
            bool denied = attempts[i].walls & wall;
            if (denied && try_behind(wall, attempts[i].done) != DENIED)
                fail_msg("behind wall %u one could: %s", wall, attempts[i].what);
        }
}

static void behind_all_of_them_only_what_is_needed_works(void **state)
{
    (void)state;
    unsigned there = jail_walls();
    if (!there) return;                                             /* built with sanitizers */
    assert_int_equal(there & (LIMITS | SECCOMP), LIMITS | SECCOMP); /* each kernel has these */
    for (int i = 0; i < COUNT(attempts); i++) {
        int want = attempts[i].walls ? DENIED : DONE;
        if (try_behind(there, attempts[i].done) != want) fail_msg("wrong: %s", attempts[i].what);
    }
}

static void nothing_stays_open_but_one(void **state)
{
    (void)state;
    int status, keep = dup(left_open), behind = dup(left_open);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        jail_close_fds(keep);
        bool shut = fcntl(left_open, F_GETFD) < 0 && fcntl(behind, F_GETFD) < 0,
             open = fcntl(keep, F_GETFD) >= 0;
        _exit(shut && open ? 0 : 1);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    close(keep);
    close(behind);
}

static int make_database(void **state)
{
    (void)state;
    server = getpid();
    left_open = mkstemp(database);
    return left_open < 0;
}
static int drop_database(void **state)
{
    (void)state;
    close(left_open);
    return unlink(database);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_walls_all_of_it_works),
        cmocka_unit_test(each_wall_holds_alone),
        cmocka_unit_test(behind_all_of_them_only_what_is_needed_works),
        cmocka_unit_test(nothing_stays_open_but_one),
    };
    return cmocka_run_group_tests(tests, make_database, drop_database);
}
