/* SPDX-License-Identifier: GPL-3.0-or-later
 * source_walk.c - folders: Maildir, MH, loose files, mboxes, and folders of these. */
#include "kit/mail/mbox.h"
#include "kit/mail/source_list.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static struct str join(struct arena *a, struct str dir, struct str name)
{
    return dir.n ? str_fmt(a, "%.*s/%.*s", STR(dir), STR(name)) : name;
}

/* "1577836800.M1P2.host:2,S" tells when it came; 0: other names. */
static int64_t maildir_time(struct str name)
{
    ptrdiff_t n = 0;
    int64_t at;
    while (n < name.n && name.p[n] >= '0' && name.p[n] <= '9') n++;
    if (n < 9 || n > 10 || n == name.n || name.p[n] != '.') return 0;
    return str_int(str_upto(name, n), &at) ? at : 0;
}

/* The messages in cur or new of a Maildir. */
static void walk_maildir(struct source *s, struct str path, struct str folder)
{
    DIR *d = opendir(str_z(s->a, path));
    if (!d) return;
    int holder = source_add_holder(s, path, folder, HOLDS_FILES, false);
    struct dirent *e;
    struct stat st;
    while ((e = readdir(d))) {
        if (*e->d_name == '.' || fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
            continue;
        struct str name = str_c(e->d_name);
        if (!S_ISREG(st.st_mode) || !st.st_size) {
            source_skip_add(s, str_fmt(s->a, "%.*s/%s", STR(path), e->d_name), -1,
                            S_ISREG(st.st_mode) ? "It is empty." : "It is not a plain file.");
            continue;
        }
        int64_t came = maildir_time(name);
        source_add(s, holder, source_keep_name(s, name),
                   (struct entry){ .bytes = st.st_size,
                                   .from_date = came,
                                   .about = came ? came : st.st_mtime });
    }
    closedir(d);
}

static bool is_folder(struct arena *a, struct str path, const char *name)
{
    struct stat st;
    return stat(str_z(a, join(a, path, str_c(name))), &st) == 0 && S_ISDIR(st.st_mode);
}

static struct str first_bytes(struct arena *a, int fd)
{
    char *p = NEW(a, char, FIRST_BYTES);
    ssize_t n = pread(fd, p, FIRST_BYTES, 0);
    return (struct str){ p, MAX(n, 0) };
}

/* The holders of single files in a folder, made when first needed: plain ones, and ones that
 * begin with a From_ line and are quoted like an mbox. */
struct loose {
    int holder[2];
};

static void add_loose(struct source *s, struct str path, struct str relative, struct loose *l,
                      bool quoted, struct entry e)
{
    ptrdiff_t slash = str_rchr(path, '/'), cut = str_rchr(relative, '/');
    struct str dir = slash < 0 ? S(".") : slash == 0 ? S("/") : str_upto(path, slash);
    if (l->holder[quoted] < 0) {
        struct str folder = source_label(s->a, str_upto(relative, MAX(cut, 0)));
        l->holder[quoted] = source_add_holder(s, dir, folder, HOLDS_FILES, quoted);
    }
    source_add(s, l->holder[quoted], source_keep_name(s, str_from(path, slash + 1)), e);
}

/* Names that programs give to single messages: "17", "0001.a7f3", "cups.eml" */
static bool message_name(struct str name)
{
    return (name.n && *name.p >= '0' && *name.p <= '9') ||
           (name.n > 4 && str_ieq(str_from(name, name.n - 4), S(".eml")));
}

/* Is there exactly one message in this mbox? */
static bool only_one(struct arena *a, int fd, struct mbox_entry *e)
{
    struct mbox_entry second;
    struct mbox *m = mbox_open(a, fd);
    return mbox_next(m, e) && e->bytes && !mbox_next(m, &second);
}

static void add_mbox_file(struct source *s, struct arena *a, struct str path, struct str relative,
                          const struct stat *st, int fd, struct loose *l)
{
    struct mbox_entry e;
    if (message_name(str_from(path, str_rchr(path, '/') + 1)) && only_one(a, fd, &e)) {
        add_loose(s, path, relative, l, true,
                  (struct entry){ .at = e.at,
                                  .bytes = e.bytes,
                                  .from_date = e.date,
                                  .about = e.date ? e.date : st->st_mtime });
        return;
    }
    int own = source_add_holder(s, path, source_label(a, relative), HOLDS_MBOX, true);
    source_add_mbox(s, own, fd, 0, st->st_size, st->st_mtime);
}

static void walk_file(struct source *s, struct str path, struct str relative, const struct stat *st,
                      struct loose *l)
{
    struct arena *a = arena_open(4 * MIB);
    int fd = open(str_z(a, path), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct str first = fd < 0 ? S("") : first_bytes(a, fd);
    source_bytes looks = source_look(a, first);
    if (fd < 0)
        source_skip_add(s, path, -1,
                        errno == EACCES ? "It may not be read." : "It could not be opened.");
    else if (looks == BYTES_MBOX) add_mbox_file(s, a, path, relative, st, fd, l);
    else if (looks == BYTES_MESSAGE)
        add_loose(s, path, relative, l, false,
                  (struct entry){ .bytes = st->st_size, .about = st->st_mtime });
    else if (source_is_book(path, looks, first)) source_add_book(s, path, path, 0, st->st_size);
    else source_skip_add(s, path, -1, source_why_not(looks));
    if (fd >= 0) close(fd);
    arena_close(a);
}

void source_single(struct source *s, struct str path, const struct stat *st)
{
    struct loose l = { { -1, -1 } };
    if (!S_ISREG(st->st_mode)) source_skip_add(s, path, -1, "It is not a plain file.");
    else walk_file(s, path, str_from(path, str_rchr(path, '/') + 1), st, &l);
}

static void walk_child(struct source *s, struct arena *a, struct str path, struct str relative,
                       int depth, struct loose *l)
{
    struct stat st;
    struct str name = str_from(path, str_rchr(path, '/') + 1);
    if (lstat(str_z(a, path), &st) != 0) return;
    if (S_ISDIR(st.st_mode)) source_walk(s, path, relative, depth + 1);
    else if (!S_ISREG(st.st_mode)) source_skip_add(s, path, -1, "It is a link or a device.");
    else if (source_is_housekeeping(name)) return;
    else if (source_is_archive(name)) source_unpack(s, path);
    else walk_file(s, path, relative, &st, l);
}

static int by_name(const struct dirent **x, const struct dirent **y)
{
    return strcmp((*x)->d_name, (*y)->d_name);
}

void source_walk(struct source *s, struct str path, struct str relative, int depth)
{
    if (depth > FOLDER_DEPTH) {
        source_skip_add(s, path, -1, "Its folders are nested too deep.");
        return;
    }
    bool maildir = is_folder(s->a, path, "cur") && is_folder(s->a, path, "new");
    if (maildir) {
        struct str folder = source_label(s->a, relative);
        walk_maildir(s, join(s->a, path, S("cur")), folder);
        walk_maildir(s, join(s->a, path, S("new")), folder);
    }
    struct dirent **list;
    int n = scandir(str_z(s->a, path), &list, NULL, by_name);
    struct loose l = { { -1, -1 } };
    if (n < 0) {
        source_skip_add(s, path, -1, "It may not be read.");
        return;
    }
    for (int i = 0; i < n; i++) {
        struct str name = str_c(list[i]->d_name);
        bool own =
            maildir && (str_eq(name, S("cur")) || str_eq(name, S("new")) || str_eq(name, S("tmp")));
        if (!own && !str_eq(name, S(".")) && !str_eq(name, S("..")) &&
            !(maildir && list[i]->d_type == DT_REG)) {
            struct arena *a = arena_open(MIB);
            walk_child(s, a, join(a, path, name), join(a, relative, name), depth, &l);
            arena_close(a);
        }
        free(list[i]);
    }
    free(list);
}
