/* SPDX-License-Identifier: GPL-3.0-or-later
 * source.c - the list of messages in what a person gave, and reading one of them. */
#include "kit/mail/source.h"

#include "kit/base/text.h"
#include "kit/mail/mbox.h"
#include "kit/mail/source_list.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { POOL = 64 * KIB };

/* ---- filling ----------------------------------------------------------- */

const char *source_keep_name(struct source *s, struct str name)
{
    if (!s->pool || s->pool_end - s->pool < name.n + 1) {
        ptrdiff_t room = MAX(POOL, name.n + 1);
        s->pool = NEW(s->a, char, room);
        s->pool_end = s->pool + room;
    }
    char *p = s->pool;
    memcpy(p, name.p, (size_t)name.n);
    p[name.n] = 0;
    s->pool += name.n + 1;
    return p;
}

int source_add_holder(struct source *s, struct str path, struct str folder, holder_kind kind,
                      bool quoted)
{
    if (s->holders_n == s->holders_cap) {
        int cap = s->holders_cap ? s->holders_cap * 2 : 16;
        struct holder **at = NEW(s->a, struct holder *, cap);
        if (s->holders_n) memcpy(at, s->holders, sizeof *at * (size_t)s->holders_n);
        s->holders = at;
        s->holders_cap = cap;
    }
    struct holder *h = NEW(s->a, struct holder, 1);
    *h = (struct holder){ str_z(s->a, path), str_dup(s->a, folder), source_folder_role(folder),
                          kind, quoted };
    s->holders[s->holders_n] = h;
    return s->holders_n++;
}

void source_add(struct source *s, int holder, const char *name, struct entry e)
{
    int chunk = s->n / ENTRIES;
    if (chunk == s->chunks_cap) {
        int cap = s->chunks_cap ? s->chunks_cap * 2 : 64;
        struct entry **at = NEW(s->a, struct entry *, cap);
        if (chunk) memcpy(at, s->chunks, sizeof *at * (size_t)chunk);
        s->chunks = at;
        s->chunks_cap = cap;
    }
    if (s->n % ENTRIES == 0) s->chunks[chunk] = NEW(s->a, struct entry, ENTRIES);
    e.name = name;
    e.holder = (uint32_t)holder;
    s->chunks[chunk][s->n++ % ENTRIES] = e;
}

void source_skip_add(struct source *s, struct str path, int64_t offset, const char *why)
{
    s->skips_total++;
    if (s->skips_n == SKIPS) return;
    if (!s->skips) s->skips = NEW(s->a, struct source_skip, SKIPS);
    s->skips[s->skips_n++] =
        (struct source_skip){ text_oneline(s->a, str_dup(s->a, path)), offset, str_c(why) };
}

void source_add_mbox(struct source *s, int holder, int fd, int64_t at, int64_t bytes, int64_t mtime)
{
    struct arena *a = arena_open(4 * MIB);
    struct mbox *m = mbox_open_range(a, fd, at, bytes);
    struct mbox_entry e;
    int64_t last = mtime, first = -1;
    while (mbox_next(m, &e)) {
        if (first < 0) first = e.from_at;
        if (e.date) last = e.date;
        if (e.bytes)
            source_add(s, holder, NULL,
                       (struct entry){
                           .at = at + e.at, .bytes = e.bytes, .about = last, .from_date = e.date });
        else
            source_skip_add(s, str_c(s->holders[holder]->path), e.from_at,
                            "There is nothing behind this From line.");
    }
    arena_close(a);
}

/* ---- the list ---------------------------------------------------------- */

static struct entry *entry_at(const struct source *s, uint32_t i)
{
    return &s->chunks[i / ENTRIES][i % ENTRIES];
}

static int compare_place(const struct source *s, const struct entry *x, const struct entry *y)
{
    if (x->holder != y->holder) return x->holder < y->holder ? -1 : 1;
    if (x->name && y->name) {
        int c = strcmp(x->name, y->name);
        if (c) return c;
    }
    (void)s;
    return (x->at > y->at) - (x->at < y->at);
}

static int by_place(const void *x, const void *y, void *source)
{
    const struct source *s = source;
    return compare_place(s, entry_at(s, *(const uint32_t *)x), entry_at(s, *(const uint32_t *)y));
}

static int by_newest(const void *x, const void *y, void *source)
{
    const struct source *s = source;
    const struct entry *a = entry_at(s, *(const uint32_t *)x),
                       *b = entry_at(s, *(const uint32_t *)y);
    if (a->about != b->about) return a->about > b->about ? -1 : 1;
    return -compare_place(s, a, b); /* what stands later in a file came later */
}

/* Programs that copy a whole mailbox stamp every message with the day of copying: dates that
 * crowd in one day say nothing of when a message came. */
static void doubt_crowds(struct source *s)
{
    enum { FEW = 10, SHARE = 20, HALF = DAY / 2 };
    int64_t most = MAX(FEW, s->n / SHARE);
    qsort_r(s->order, (size_t)s->n, sizeof *s->order, by_newest, s);
    for (int i = 0, from = 0, to = 0, began = 0; i < s->n; i++) {
        int64_t mine = entry_at(s, s->order[i])->about;
        while (from < i && entry_at(s, s->order[from])->about > mine + HALF) from++;
        while (to < s->n && entry_at(s, s->order[to])->about >= mine - HALF) to++;
        if (to - from <= most) continue;
        for (began = MAX(began, from); began < to; began++)
            entry_at(s, s->order[began])->from_date = 0;
    }
}

static void close_files(void *source)
{
    struct source *s = source;
    if (s->temp_fd >= 0) close(s->temp_fd);
    if (s->open_fd >= 0) close(s->open_fd);
}

err source_open(struct ctx *c, struct str path, struct source **out)
{
    struct source *s = NEW(c->a, struct source, 1);
    struct stat st;
    while (path.n > 1 && path.p[path.n - 1] == '/') path.n--;
    *s = (struct source){
        .a = c->a, .top = str_dup(c->a, path), .temp_fd = -1, .open_fd = -1, .open_holder = -1
    };
    arena_defer(c->a, close_files, s);
    if (stat(str_z(c->a, path), &st) != 0)
        return fail(c, E_NOTFOUND, "There is no file or folder %.*s.", STR(path));
    struct str name = str_from(path, str_rchr(path, '/') + 1);
    if (S_ISDIR(st.st_mode)) {
        source_walk(s, path, S(""), 0);
    } else if (source_is_archive(name)) {
        source_unpack(s, path);
    } else {
        source_single(s, path, &st);
    }
    if (!s->n && !s->books_n)
        return fail(c, E_INVALID,
                    "Nothing in %.*s looks like mail: give an mbox, a Maildir, .eml files, or a "
                    "folder or archive of these.",
                    STR(path));
    s->order = NEW(c->a, uint32_t, s->n + 1);
    for (int i = 0; i < s->n; i++) s->order[i] = (uint32_t)i;
    doubt_crowds(s);
    qsort_r(s->order, (size_t)s->n, sizeof *s->order, by_place, s);
    *out = s;
    return OK;
}

int source_count(const struct source *s) { return s->n; }

void source_newest_first(struct source *s)
{
    qsort_r(s->order, (size_t)s->n, sizeof *s->order, by_newest, s);
}

void source_item(const struct source *s, struct arena *a, int i, struct source_item *out)
{
    const struct entry *e = entry_at(s, s->order[i]);
    const struct holder *h = s->holders[e->holder];
    *out = (struct source_item){ .path = e->name ? str_fmt(a, "%s/%s", h->path, e->name)
                                                 : str_c(h->path),
                                 .offset = h->quoted ? e->at : 0,
                                 .bytes = e->bytes,
                                 .from_date = e->from_date,
                                 .about = e->about,
                                 .folder = h->folder,
                                 .role = h->role };
    if (!text_valid(out->path)) out->path = text_utf8(a, out->path);
}

const struct source_skip *source_skipped(const struct source *s, int *kept, int *total)
{
    *kept = s->skips_n;
    *total = s->skips_total;
    return s->skips;
}

/* ---- reading ----------------------------------------------------------- */

/* A descriptor for e; *own: to be closed after use. */
static int open_entry(struct source *s, struct arena *a, const struct entry *e, bool *own)
{
    const struct holder *h = s->holders[e->holder];
    *own = false;
    if (h->kind == HOLDS_TEMP) return s->temp_fd;
    if (h->kind == HOLDS_FILES) {
        *own = true;
        return open(str_z(a, str_fmt(a, "%s/%s", h->path, e->name)),
                    O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    }
    if (s->open_holder != (int)e->holder) {
        if (s->open_fd >= 0) close(s->open_fd);
        s->open_fd = open(h->path, O_RDONLY | O_CLOEXEC);
        s->open_holder = s->open_fd >= 0 ? (int)e->holder : -1;
    }
    return s->open_fd;
}

ptrdiff_t source_read_at(int fd, char *p, int64_t n, int64_t at)
{
    ptrdiff_t got = 0;
    while (got < n) {
        ssize_t more = pread(fd, p + got, (size_t)(n - got), (off_t)(at + got));
        if (more < 0 && errno == EINTR) continue;
        if (more <= 0) break;
        got += more;
    }
    return got;
}

/* A file of one message may begin with a From_ line all the same. */
static struct str without_from(struct str raw)
{
    struct str rest = raw, line;
    if (!str_begins(raw, S("From ")) || !str_line(&rest, &line)) return raw;
    return mbox_looks(raw) ? rest : raw;
}

err source_read(struct ctx *c, struct source *s, struct arena *a, int i, int64_t limit,
                struct str *raw)
{
    const struct entry *e = entry_at(s, s->order[i]);
    const struct holder *h = s->holders[e->holder];
    if (e->bytes > limit)
        return fail(c, E_INVALID, "This message is larger than %" PRId64 " MiB.", limit / MIB);
    bool own;
    int fd = open_entry(s, a, e, &own);
    if (fd < 0) return fail(c, E_NOTFOUND, "The file of this message is no longer there.");
    char *p = NEW(a, char, e->bytes + 1);
    ptrdiff_t got = source_read_at(fd, p, e->bytes, e->at);
    if (own) close(fd);
    if (got != e->bytes)
        return fail(c, E_NOTFOUND, "The file of this message is shorter than it was.");
    struct str bytes = { p, got };
    *raw = h->quoted ? mbox_unquote(a, bytes) : without_from(bytes);
    return OK;
}
