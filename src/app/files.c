/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
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
    int fd = open(str_z(a, file_parent(path)), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
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

err file_replace(struct arena *a, struct str path, struct str bytes, int mode, struct str *why)
{
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

err file_write_new(struct arena *a, struct str path, struct str bytes, int mode, struct str *why)
{
    if (!file_exists(a, path)) return file_replace(a, path, bytes, mode, why);
    *why = str_fmt(a, "%.*s is there already", STR(path));
    return E_CONFLICT;
}

/* ---- folders ------------------------------------------------------------- */

err file_folder(struct arena *a, struct str path, struct str *why)
{
    if (mkdir(str_z(a, path), 0700) == 0) return OK;
    bool taken = errno == EEXIST;
    if (!taken) return cannot(a, path, "made", why);
    *why = str_fmt(a, "%.*s is there already", STR(path));
    return E_CONFLICT;
}

err file_rename(struct arena *a, struct str from, struct str to, struct str *why)
{
    if (rename(str_z(a, from), str_z(a, to)) != 0) return cannot(a, from, "renamed", why);
    sync_folder(a, to);
    return OK;
}

struct str file_parent(struct str path)
{
    while (path.n > 1 && str_ends(path, S("/"))) path.n--;
    ptrdiff_t at = str_rchr(path, '/');
    return at > 0 ? str_upto(path, at) : at == 0 ? S("/") : S(".");
}

static int by_name(const void *x, const void *y)
{
    return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

struct names file_names(struct arena *a, struct str folder)
{
    enum { MOST = 10000 };
    struct names out = { NEW(a, struct str, MOST), 0 };
    DIR *dir = opendir(str_z(a, folder));
    for (struct dirent *e; dir && out.n < MOST && (e = readdir(dir));)
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
            out.at[out.n++] = str_dup(a, str_c(e->d_name));
    if (dir) closedir(dir);
    qsort(out.at, (size_t)out.n, sizeof *out.at, by_name);
    return out;
}
