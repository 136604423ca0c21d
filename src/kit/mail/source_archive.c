/* SPDX-License-Identifier: GPL-3.0-or-later
 * source_archive.c - the one file that includes libarchive. What is mail or an address book in an
 * archive goes into one temporary file without a name. */
#include "kit/mail/source_list.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define UNPACK_MAX ((int64_t)64 * 1024 * MIB) /* a person's mail is smaller; a bomb is not */

static bool open_temp(struct source *s)
{
    if (s->temp_fd >= 0) return true;
    const char *dir = getenv("TMPDIR");
    char *path = str_z(s->a, str_fmt(s->a, "%s/snug-XXXXXX", dir && *dir ? dir : "/var/tmp"));
    s->temp_fd = mkostemp(path, O_CLOEXEC);
    if (s->temp_fd >= 0) unlink(path);
    return s->temp_fd >= 0;
}

static bool write_temp(struct source *s, const char *p, size_t n)
{
    while (n) {
        ssize_t put = pwrite(s->temp_fd, p, n, (off_t)s->temp_n);
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) return false;
        s->temp_n += put;
        p += put;
        n -= (size_t)put;
    }
    return true;
}

/* The rest of a member behind its first bytes; what went wrong, or NULL. */
static const char *copy_member(struct source *s, struct archive *from, struct str first)
{
    if (!open_temp(s)) return "There is no room to unpack it.";
    if (!write_temp(s, first.p, (size_t)first.n)) return "There is no room to unpack it.";
    char room[64 * KIB];
    for (;;) {
        ssize_t n = archive_read_data(from, room, sizeof room);
        if (n < 0) return "It is damaged.";
        if (n == 0) return NULL;
        if (s->temp_n > UNPACK_MAX) return "It is too large unpacked.";
        if (!write_temp(s, room, (size_t)n)) return "There is no room to unpack it.";
    }
}

static struct str first_of(struct arena *a, struct archive *from)
{
    char *p = NEW(a, char, FIRST_BYTES);
    ptrdiff_t n = 0;
    while (n < FIRST_BYTES) {
        ssize_t got = archive_read_data(from, p + n, (size_t)(FIRST_BYTES - n));
        if (got <= 0) break;
        n += got;
    }
    return (struct str){ p, n };
}

/* The label's path without the parts that only say how it is stored. */
static struct str member_folder(struct arena *a, struct str name, bool mbox)
{
    if (!mbox) {
        ptrdiff_t slash = str_rchr(name, '/');
        name = str_upto(name, MAX(slash, 0));
        if (str_ends(name, S("/cur")) || str_ends(name, S("/new")))
            name = str_upto(name, name.n - 4);
        else if (str_eq(name, S("cur")) || str_eq(name, S("new"))) name = S("");
    }
    return source_label(a, name);
}

static void add_member(struct source *s, struct arena *a, struct str shown, struct archive *from,
                       struct archive_entry *e, struct str name)
{
    struct str first = first_of(a, from);
    source_bytes looks = source_look(a, first);
    bool book = source_is_book(name, looks, first);
    if (looks == BYTES_EMPTY || (looks == BYTES_OTHER && !book)) {
        source_skip_add(s, shown, -1, source_why_not(looks));
        return;
    }
    int64_t at = s->temp_n;
    const char *why = copy_member(s, from, first);
    if (why)
        source_skip_add(s, shown, s->temp_n - at, why); /* what came before the damage counts */
    int64_t bytes = s->temp_n - at,
            mtime = archive_entry_mtime_is_set(e) ? archive_entry_mtime(e) : 0;
    bool mbox = looks == BYTES_MBOX;
    if (why && !mbox) return;
    if (book) {
        source_add_book(s, shown, S(""), at, bytes);
        return;
    }
    int holder = source_add_holder(s, shown, member_folder(a, name, mbox), HOLDS_TEMP, mbox);
    if (mbox) source_add_mbox(s, holder, s->temp_fd, at, bytes, mtime);
    else source_add(s, holder, NULL, (struct entry){ .at = at, .bytes = bytes, .about = mtime });
}

static struct str member_name(struct arena *a, struct archive_entry *e)
{
    const char *name = archive_entry_pathname_utf8(e);
    if (!name) name = archive_entry_pathname(e);
    return str_dup(a, str_c(name));
}

void source_unpack(struct source *s, struct str path)
{
    struct archive *from = archive_read_new();
    struct archive_entry *e;
    archive_read_support_filter_all(from);
    archive_read_support_format_zip(from);
    archive_read_support_format_tar(from);
    if (archive_read_open_filename(from, str_z(s->a, path), 256 * KIB) != ARCHIVE_OK) {
        source_skip_add(s, path, -1, "It is no archive that can be read.");
        archive_read_free(from);
        return;
    }
    int got;
    while ((got = archive_read_next_header(from, &e)) == ARCHIVE_OK || got == ARCHIVE_WARN) {
        struct arena *a = arena_open(4 * MIB);
        struct str name = member_name(a, e), base = str_from(name, str_rchr(name, '/') + 1);
        if (archive_entry_filetype(e) == AE_IFREG && base.n && !source_is_housekeeping(base))
            add_member(s, a, str_fmt(a, "%.*s:%.*s", STR(path), STR(name)), from, e, name);
        arena_close(a);
    }
    if (got != ARCHIVE_EOF)
        source_skip_add(s, path, -1, "It is damaged: what comes behind the damage is missing.");
    archive_read_free(from);
}
