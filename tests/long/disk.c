/* SPDX-License-Identifier: GPL-3.0-or-later
 * disk.c - a disk that fails on demand, as a library to be preloaded: what a program changes below
 * one folder is counted, noted, or goes wrong. disk.py builds and drives it.
 *
 * DISK_DIR    only what lies below is meant
 * DISK_PANEL  a file of struct panel, shared with whoever drives the test
 * DISK_NOTES  each change in order, for disk.py to make power cuts of: "OP INODE PLACE BYTES
 *             NAME\n", the bytes, "\n". OP: W written, T cut or grown to PLACE, S synced, D a folder
 *             synced, C created, U unlinked, R renamed, L linked (NAME is "old\tnew"), M a folder
 *             made, A about to be said on a socket or a pipe.
 *
 * Seen are calls of the program and its libraries; what libc does inside (stdio) and what goes
 * through a mapping is not. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

/* What can go wrong, each with a count of the calls in which it could. */
enum fault { NONE, KILL, TORN, FULL, BAD_WRITE, BAD_SYNC, FAULTS };
struct panel {
    _Atomic int64_t count[FAULTS];
    _Atomic int64_t fault; /* the one that is wanted */
    _Atomic int64_t at;    /* the first call it strikes, counted from 1 */
    _Atomic int64_t last;  /* and the last; for ever: INT64_MAX */
    _Atomic int64_t struck;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct panel nobodys, *panel = &nobodys;
static const char *folder;
static size_t folder_n;
static int notes = -1;

#define NEXT(fn) ((__typeof__(&fn))dlsym(RTLD_NEXT, #fn))

/* Processes that read foreign bytes have no files and may make few calls: there this is no more. */
static void forked(void)
{
    notes = -1;
    folder_n = 0;
}

__attribute__((constructor)) static void begin(void)
{
    pthread_atfork(NULL, NULL, forked);
    const char *path = getenv("DISK_PANEL");
    int fd = path ? NEXT(open)(path, O_RDWR | O_CLOEXEC) : -1;
    void *p = fd < 0 ? MAP_FAILED
                     : mmap(NULL, sizeof *panel, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (p != MAP_FAILED) panel = p;
    if (fd >= 0) close(fd);
    if ((path = getenv("DISK_NOTES")))
        notes = NEXT(open)(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    folder = getenv("DISK_DIR");
    folder_n = folder ? strlen(folder) : 0;
}

/* ---- names ---------------------------------------------------------------- */

static const char *below(const char *path)
{
    if (!folder_n || strncmp(path, folder, folder_n) != 0) return NULL;
    return path[folder_n] == '/' ? path + folder_n + 1 : path[folder_n] ? NULL : ".";
}

static bool where(int fd, char *buf)
{
    char link[40];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, buf, PATH_MAX - 1);
    if (n > 0) buf[n] = 0;
    return n > 0;
}

static const char *of_fd(int fd, char *buf) { return where(fd, buf) ? below(buf) : NULL; }

static const char *of_path(const char *path, char *buf)
{
    if (*path == '/') return below(path);
    char here[PATH_MAX];
    if (!getcwd(here, sizeof here)) return NULL;
    if (snprintf(buf, PATH_MAX, "%s/%s", here, path) >= PATH_MAX) return NULL;
    return below(buf);
}

/* ---- faults and notes ------------------------------------------------------- */

static bool strikes(enum fault f)
{
    int64_t n = atomic_fetch_add(&panel->count[f], 1) + 1;
    if (atomic_load(&panel->fault) != f) return false;
    if (n < atomic_load(&panel->at) || n > atomic_load(&panel->last)) return false;
    atomic_fetch_add(&panel->struck, 1);
    return true;
}

static bool refused(bool takes_room, bool writes)
{
    if (strikes(KILL)) kill(getpid(), SIGKILL);
    if (takes_room && strikes(FULL)) return errno = ENOSPC, true;
    return writes && strikes(BAD_WRITE) ? errno = EIO, true : false;
}

static void say(char op, ino_t inode, int64_t place, const void *bytes, size_t n, const char *name)
{
    char head[2 * PATH_MAX + 80];
    if (notes < 0) return;
    int h = snprintf(head, sizeof head, "%c %ju %jd %zu %s\n", op, (uintmax_t)inode,
                     (intmax_t)place, n, name);
    struct iovec v[] = { { head, (size_t)h }, { (void *)bytes, n }, { "\n", 1 } };
    int saved = errno;
    if (NEXT(writev)(notes, v, 3) < 0) abort();
    errno = saved;
}

static ino_t inode_of(int fd)
{
    struct stat st;
    return fstat(fd, &st) == 0 ? st.st_ino : 0;
}

/* ---- writing ---------------------------------------------------------------- */

/* Half of it reaches the disk, in whole sectors, and then nothing more. */
static void torn(int fd, const void *p, size_t n, off_t at)
{
    if (!strikes(TORN)) return;
    size_t half = n > 1024 ? n / 2 / 512 * 512 : n / 2;
    if (NEXT(pwrite)(fd, p, half, at) >= 0) kill(getpid(), SIGKILL);
}

static ssize_t put(int fd, const void *p, size_t n, off_t at, bool moves)
{
    char buf[PATH_MAX];
    const char *name = of_fd(fd, buf);
    if (!name) return moves ? NEXT(write)(fd, p, n) : NEXT(pwrite)(fd, p, n, at);
    pthread_mutex_lock(&lock);
    ssize_t done = -1;
    if (moves)
        at = fcntl(fd, F_GETFL) & O_APPEND ? lseek(fd, 0, SEEK_END) : lseek(fd, 0, SEEK_CUR);
    if (!refused(true, true)) {
        torn(fd, p, n, at);
        done = moves ? NEXT(write)(fd, p, n) : NEXT(pwrite)(fd, p, n, at);
        if (done > 0) say('W', inode_of(fd), at, p, (size_t)done, name);
    }
    pthread_mutex_unlock(&lock);
    return done;
}

/* What leaves by a socket or a pipe may be an answer. Its first bytes will do. */
static void spoken(int fd, const struct iovec *v, int n)
{
    struct stat st;
    if (notes < 0 || n < 1 || fstat(fd, &st) != 0) return;
    if (!S_ISSOCK(st.st_mode) && !(S_ISFIFO(st.st_mode) && fd == 1)) return;
    pthread_mutex_lock(&lock);
    say('A', 0, 0, v->iov_base, v->iov_len < 400 ? v->iov_len : 400, "-");
    pthread_mutex_unlock(&lock);
}

ssize_t write(int fd, const void *p, size_t n)
{
    spoken(fd, &(struct iovec){ (void *)p, n }, 1);
    return put(fd, p, n, 0, true);
}
ssize_t pwrite64(int fd, const void *p, size_t n, off_t at) { return put(fd, p, n, at, false); }
ssize_t pwrite(int fd, const void *p, size_t n, off_t at) { return put(fd, p, n, at, false); }

ssize_t writev(int fd, const struct iovec *v, int n)
{
    spoken(fd, v, n);
    return NEXT(writev)(fd, v, n);
}
ssize_t send(int fd, const void *p, size_t n, int flags)
{
    spoken(fd, &(struct iovec){ (void *)p, n }, 1);
    return NEXT(send)(fd, p, n, flags);
}
ssize_t sendmsg(int fd, const struct msghdr *m, int flags)
{
    spoken(fd, m->msg_iov, (int)m->msg_iovlen);
    return NEXT(sendmsg)(fd, m, flags);
}

static int resize(int fd, off_t to, bool grows)
{
    char buf[PATH_MAX];
    const char *name = of_fd(fd, buf);
    if (!name) return grows ? NEXT(posix_fallocate)(fd, 0, to) : NEXT(ftruncate)(fd, to);
    pthread_mutex_lock(&lock);
    int done = -1;
    if (!refused(grows, true)) {
        done = grows ? NEXT(posix_fallocate)(fd, 0, to) : NEXT(ftruncate)(fd, to);
        struct stat st;
        if (done == 0 && fstat(fd, &st) == 0) say('T', st.st_ino, st.st_size, "", 0, name);
    }
    pthread_mutex_unlock(&lock);
    return done;
}
int ftruncate64(int fd, off_t to) { return resize(fd, to, false); }
int ftruncate(int fd, off_t to) { return resize(fd, to, false); }
int posix_fallocate64(int fd, off_t at, off_t n) { return resize(fd, at + n, true) ? errno : 0; }
int posix_fallocate(int fd, off_t at, off_t n) { return resize(fd, at + n, true) ? errno : 0; }

static int sync_by(int fd, int (*real)(int))
{
    char buf[PATH_MAX];
    struct stat st;
    const char *name = of_fd(fd, buf);
    if (!name) return real(fd);
    pthread_mutex_lock(&lock);
    int done = -1;
    if (!refused(false, false) && strikes(BAD_SYNC)) errno = EIO;
    else if ((done = real(fd)) == 0 && fstat(fd, &st) == 0)
        say(S_ISDIR(st.st_mode) ? 'D' : 'S', st.st_ino, 0, "", 0, name);
    pthread_mutex_unlock(&lock);
    return done;
}
int fsync(int fd) { return sync_by(fd, NEXT(fsync)); }
int fdatasync(int fd) { return sync_by(fd, NEXT(fdatasync)); }

/* ---- names that come and go --------------------------------------------------- */

static int open_by(const char *path, int flags, mode_t mode)
{
    char buf[PATH_MAX];
    const char *name = flags & (O_CREAT | O_TRUNC) ? of_path(path, buf) : NULL;
    if (!name) return NEXT(open64)(path, flags, mode);
    pthread_mutex_lock(&lock);
    bool there = access(path, F_OK) == 0;
    int fd = -1;
    if (there || !refused(true, false)) fd = NEXT(open64)(path, flags, mode);
    if (fd >= 0 && !there) say('C', inode_of(fd), 0, "", 0, name);
    else if (fd >= 0 && flags & O_TRUNC) say('T', inode_of(fd), 0, "", 0, name);
    pthread_mutex_unlock(&lock);
    return fd;
}
static mode_t mode_of(int flags, va_list more)
{
    return flags & O_CREAT ? (mode_t)va_arg(more, unsigned) : 0;
}
int open64(const char *path, int flags, ...)
{
    va_list more;
    va_start(more, flags);
    mode_t mode = mode_of(flags, more);
    va_end(more);
    return open_by(path, flags, mode);
}
int open(const char *path, int flags, ...)
{
    va_list more;
    va_start(more, flags);
    mode_t mode = mode_of(flags, more);
    va_end(more);
    return open_by(path, flags, mode);
}

int unlink(const char *path)
{
    char buf[PATH_MAX];
    const char *name = of_path(path, buf);
    if (!name) return NEXT(unlink)(path);
    pthread_mutex_lock(&lock);
    int done = refused(false, false) ? -1 : NEXT(unlink)(path);
    if (done == 0) say('U', 0, 0, "", 0, name);
    pthread_mutex_unlock(&lock);
    return done;
}

int mkdir(const char *path, mode_t mode)
{
    char buf[PATH_MAX];
    const char *name = of_path(path, buf);
    if (!name) return NEXT(mkdir)(path, mode);
    pthread_mutex_lock(&lock);
    int done = refused(true, false) ? -1 : NEXT(mkdir)(path, mode);
    if (done == 0) say('M', 0, 0, "", 0, name);
    pthread_mutex_unlock(&lock);
    return done;
}

static int two(char op, const char *old, const char *new, int (*real)(const char *, const char *))
{
    char one[PATH_MAX], other[PATH_MAX], both[2 * PATH_MAX + 2];
    const char *from = of_path(old, one), *to = of_path(new, other);
    if (!from || !to) return real(old, new);
    pthread_mutex_lock(&lock);
    int done = refused(true, false) ? -1 : real(old, new);
    snprintf(both, sizeof both, "%s\t%s", from, to);
    if (done == 0) say(op, 0, 0, "", 0, both);
    pthread_mutex_unlock(&lock);
    return done;
}
int rename(const char *old, const char *new) { return two('R', old, new, NEXT(rename)); }
int link(const char *old, const char *new) { return two('L', old, new, NEXT(link)); }
