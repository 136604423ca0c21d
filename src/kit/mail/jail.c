/* SPDX-License-Identifier: GPL-3.0-or-later
 * jail.c - Linux: close_range, rlimits, landlock, seccomp. What a kernel doesn't have is left out;
 * the worker has no file or socket but one either way. */
#include "kit/mail/jail.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0 /* sanitizers need their shadow memory, their files and stderr */
#endif

static void close_between(unsigned first, unsigned last)
{
    if (first <= last) (void)close_range(first, last, 0);
}

void jail_close_fds(int keep)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int fd = 0; fd < 3 && null >= 0; fd++)
        if (fd != keep && !(fd == 2 && SANITIZED)) (void)dup2(null, fd);
    if (keep < 3) {
        close_between(3, ~0u);
        return;
    }
    close_between(3, (unsigned)keep - 1);
    close_between((unsigned)keep + 1, ~0u);
}

void jail_signals(void)
{
    static const int reset[] = { SIGHUP,  SIGINT,  SIGQUIT, SIGTERM, SIGPIPE, SIGCHLD,
                                 SIGALRM, SIGPROF, SIGXCPU, SIGUSR1, SIGUSR2, SIGABRT };
    for (int i = 0; i < COUNT(reset); i++) (void)signal(reset[i], SIG_DFL);
    (void)signal(SIGINT, SIG_IGN); /* a terminal's Ctrl-C is the parent's to decide on */
    sigset_t none;
    sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
}

static size_t address_space(void)
{
    long pages = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    if (!f) return 0;
    if (fscanf(f, "%ld", &pages) != 1) pages = 0;
    fclose(f);
    return (size_t)pages * (size_t)sysconf(_SC_PAGESIZE);
}

#if defined(__x86_64__)
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH AUDIT_ARCH_AARCH64
#endif

#ifdef ARCH
#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define ALLOW(call)                                                                                \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (call), 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define REFUSE BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM)

/* Only calls about memory, time and the one socket, and signals to itself. */
static bool only_memory_calls(void)
{
    /* clang-format off */
    struct sock_filter rules[] = {
        LOAD(arch),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCH, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        LOAD(nr),
        ALLOW(__NR_read), ALLOW(__NR_write), ALLOW(__NR_exit), ALLOW(__NR_exit_group),
        ALLOW(__NR_brk), ALLOW(__NR_munmap), ALLOW(__NR_mremap), ALLOW(__NR_madvise),
        ALLOW(__NR_futex), ALLOW(__NR_rt_sigreturn), ALLOW(__NR_rt_sigprocmask),
        ALLOW(__NR_rt_sigaction), ALLOW(__NR_setitimer), ALLOW(__NR_clock_gettime),
        ALLOW(__NR_gettimeofday), ALLOW(__NR_getrandom), ALLOW(__NR_sched_yield),
        ALLOW(__NR_getpid), ALLOW(__NR_gettid), ALLOW(__NR_restart_syscall),
        /* abort() signals the process itself; nobody else, not even the program it works for */
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_tgkill, 0, 4),
        LOAD(args[0]),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)getpid(), 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        REFUSE,
        /* memory, but none that can be executed */
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_mmap, 2, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_mprotect, 1, 0),
        REFUSE,
        LOAD(args[2]),
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        REFUSE,
    };
    /* clang-format on */
    struct sock_fprog program = { .len = COUNT(rules), .filter = rules };
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
}
static bool has_seccomp(void)
{
    uint32_t action = SECCOMP_RET_ERRNO;
    return syscall(__NR_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}
#else
static bool only_memory_calls(void) { return false; }
static bool has_seccomp(void) { return false; }
#endif

/* What landlock can refuse, as its versions grew; the header of Debian 12 knows the first two. */
struct ruleset {
    uint64_t files, net, scope;
};
static long landlock_version(void)
{
    return syscall(__NR_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
}

static bool nothing_outside(void)
{
    enum { FIRST = 13, WITH_REFER, WITH_TRUNCATE, WITH_IOCTL }; /* kinds of access to files */
    long v = landlock_version();
    if (v < 1) return false;
    int kinds = v < 2 ? FIRST : v < 3 ? WITH_REFER : v < 5 ? WITH_TRUNCATE : WITH_IOCTL;
    struct ruleset all = { .files = (1u << kinds) - 1,
                           .net = 3,     /* bind, connect */
                           .scope = 3 }; /* abstract sockets, signals */
    size_t size = v < 4 ? sizeof all.files : v < 6 ? 2 * sizeof all.files : sizeof all;
    int fd = (int)syscall(__NR_landlock_create_ruleset, &all, size, 0);
    if (fd < 0) return false;
    bool ok = syscall(__NR_landlock_restrict_self, fd, 0) == 0;
    close(fd);
    return ok;
}

static bool limits(size_t memory_bytes)
{
    struct rlimit none = { 0, 0 }, memory;
    memory.rlim_cur = memory.rlim_max = address_space() + memory_bytes;
    return setrlimit(RLIMIT_AS, &memory) == 0 && setrlimit(RLIMIT_CORE, &none) == 0 &&
           setrlimit(RLIMIT_FSIZE, &none) == 0 && setrlimit(RLIMIT_NPROC, &none) == 0 &&
           setrlimit(RLIMIT_NOFILE, &none) == 0;
}

unsigned jail_walls(void)
{
    if (SANITIZED) return 0;
    return JAIL_LIMITS | (landlock_version() > 0 ? JAIL_LANDLOCK : 0) |
           (has_seccomp() ? JAIL_SECCOMP : 0);
}

unsigned jail_enter(unsigned walls, size_t memory_bytes)
{
    unsigned up = 0;
    if (SANITIZED) return 0;
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    (void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (walls & JAIL_LANDLOCK && nothing_outside()) up |= JAIL_LANDLOCK;
    if (walls & JAIL_LIMITS && limits(memory_bytes)) up |= JAIL_LIMITS;
    if (walls & JAIL_SECCOMP && only_memory_calls()) up |= JAIL_SECCOMP;
    return up;
}
