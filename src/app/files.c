/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/files.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

const char *file_error(void) { return strerror(errno); }
bool file_exists(struct arena *a, struct str path) { return access(str_z(a, path), F_OK) == 0; }

bool file_is_folder(struct arena *a, struct str path)
{
    struct stat st;
    return stat(str_z(a, path), &st) == 0 && S_ISDIR(st.st_mode);
}

static err cannot(struct arena *a, struct str path, const char *what, struct str *why)
{
    *why = str_fmt(a, "%.*s can't be %s: %s", STR(path), what, strerror(errno));
    return E_INVALID;
}

err file_read(struct arena *a, struct str path, ptrdiff_t most, struct str *out, struct str *why)
{
    int fd = open(str_z(a, path), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return cannot(a, path, "read", why);
    struct buf b = { .a = a };
    ssize_t n = 1;
    while (n > 0 && b.n <= most) {
        n = read(fd, buf_room(&b, 65536), 65536);
        if (n > 0) b.n += n;
    }
    close(fd);
    if (n < 0) return cannot(a, path, "read", why);
    if (b.n > most) {
        *why = str_fmt(a, "%.*s is larger than expected", STR(path));
        return E_INVALID;
    }
    *out = buf_str(&b);
    return OK;
}

static bool write_all(int fd, struct str bytes)
{
    while (bytes.n) {
        ssize_t n = write(fd, bytes.p, (size_t)bytes.n);
        if (n < 0) return false;
        bytes = str_from(bytes, n);
    }
    return fsync(fd) == 0;
}

static void sync_folder(struct arena *a, struct str path)
{
    ptrdiff_t at = str_rchr(path, '/');
    int fd = open(at > 0 ? str_z(a, str_upto(path, at)) : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return;
    (void)!fsync(fd);
    close(fd);
}

/* Where the last whole line ends. */
static off_t lines_end(int fd)
{
    off_t at = lseek(fd, 0, SEEK_END);
    char last;
    while (at > 0 && pread(fd, &last, 1, at - 1) == 1 && last != '\n') at--;
    return at;
}

err file_append(struct arena *a, struct str path, struct str line, struct str *why)
{
    int fd = open(str_z(a, path), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0) return cannot(a, path, "written", why);
    off_t end = lines_end(fd);
    bool ok = ftruncate(fd, end) == 0 && write_all(fd, line);
    if (!ok) {
        (void)cannot(a, path, "written", why);
        (void)!ftruncate(fd, end);
    }
    close(fd);
    if (ok) sync_folder(a, path);
    return ok ? OK : E_INVALID;
}

err file_write_new(struct arena *a, struct str path, struct str bytes, int mode, struct str *why)
{
    if (file_exists(a, path)) {
        *why = str_fmt(a, "%.*s is there already", STR(path));
        return E_CONFLICT;
    }
    char *temporary = str_z(a, str_fmt(a, "%.*s.new", STR(path)));
    int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    if (fd < 0) return cannot(a, path, "written", why);
    bool ok = write_all(fd, bytes);
    ok = close(fd) == 0 && ok;
    if (!ok || rename(temporary, str_z(a, path)) != 0) {
        err e = cannot(a, path, "written", why);
        unlink(temporary);
        return e;
    }
    sync_folder(a, path);
    return OK;
}
