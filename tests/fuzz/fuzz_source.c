/* SPDX-License-Identifier: GPL-3.0-or-later
 * A file that a person gave: as an mbox its messages lie one behind the other inside it, as an
 * archive its members are read or named, and its name is a label. */
#include "kit/mail/mbox.h"
#include "kit/mail/source_list.h"

#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"

enum { LARGEST = MIB };

static void read_mbox(struct arena *a, int fd, struct str all)
{
    struct mbox *m = mbox_open(a, fd);
    struct mbox_entry e;
    int64_t last = -1;
    while (mbox_next(m, &e)) {
        must(e.from_at > last && e.at > e.from_at && e.bytes >= 0 && e.at + e.bytes <= all.n);
        last = e.at + e.bytes - 1;
        struct str raw = { all.p + e.at, e.bytes };
        struct buf again = { .a = a };
        mbox_write(&again, mbox_unquote(a, raw), S("a@b.example"), e.date);
        must(mbox_looks(buf_str(&again)));
    }
}

static void read_source(struct arena *a, int fd, bool archive)
{
    struct ctx c = { .a = a };
    struct source s = { .a = a, .top = S(""), .temp_fd = -1, .open_fd = -1, .open_holder = -1 };
    struct str path = str_fmt(a, "/proc/self/fd/%d", fd), raw;
    int kept, total;
    if (archive) source_unpack(&s, path);
    else
        source_add_mbox(&s, source_add_holder(&s, path, S(""), HOLDS_MBOX, true), fd, 0,
                        lseek(fd, 0, SEEK_END), 0);
    s.order = NEW(a, uint32_t, s.n + 1);
    for (int i = 0; i < s.n; i++) s.order[i] = (uint32_t)i;
    source_newest_first(&s);
    for (int i = 0; i < s.n; i++) {
        struct source_item item;
        source_item(&s, a, i, &item);
        must_be_line(item.folder);
        must(text_valid(item.path));
        if (source_read(&c, &s, a, i, LARGEST, &raw) != OK) must(c.why.n > 0);
    }
    const struct source_skip *skips = source_skipped(&s, &kept, &total);
    for (int i = 0; i < kept; i++) must(skips[i].why.n > 0);
    if (s.temp_fd >= 0) close(s.temp_fd);
    if (s.open_fd >= 0) close(s.open_fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *a = arena_open((size_t)256 * MIB);
    struct str all = { (const char *)data, (ptrdiff_t)n }, name = str_upto(all, 200);
    int fd = memfd_create("given", MFD_CLOEXEC);
    must(fd >= 0 && write(fd, data, n) == (ssize_t)n);
    source_look(a, all);
    must_be_line(source_label(a, name));
    source_folder_role(name);
    (void)(source_is_archive(name) || source_is_housekeeping(name));
    if (mbox_looks(all)) read_mbox(a, fd, all);
    read_source(a, fd, !mbox_looks(all));
    close(fd);
    arena_close(a);
    return 0;
}
