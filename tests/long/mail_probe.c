/* SPDX-License-Identifier: GPL-3.0-or-later
 * mail_probe.c - what the mail kit makes of given files, one line each, for scripts that judge it.
 *
 * mail_probe offsets FILE        from_at at bytes date, of each message of an mbox
 * mail_probe classes FILE...     class and why of each single message
 * mail_probe each FILE           the same for each message of an mbox, named by its offset
 * mail_probe speed FILE          reads an mbox whole, in process
 * mail_probe pool FILE WORKERS FLAGS   reads an mbox whole, in workers
 * mail_probe quotes FILE STEP    for each message of an mbox: a line "ID PARENT AUTHOR BYTES RUNS",
 * its text, its runs of lines ("LINES KIND SOURCE LINE"); marks every STEP-th reply only
 */
#include "kit/base/date.h"
#include "kit/base/hash.h"
#include "kit/mail/mbox.h"
#include "kit/mail/parse.h"
#include "kit/mail/quote.h"

#include <fcntl.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static struct str read_file(struct arena *a, const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f) return fprintf(stderr, "can't open %s\n", path), S("");
    fseek(f, 0, SEEK_END);
    long n = ftell(f);
    rewind(f);
    char *p = NEW(a, char, n + 1);
    n = (long)fread(p, 1, (size_t)n, f);
    fclose(f);
    return (struct str){ p, n };
}

static void offsets(const char *path)
{
    struct arena *a = arena_open(16 * MIB);
    int fd = open(path, O_RDONLY);
    struct mbox *m = mbox_open(a, fd);
    struct mbox_entry e;
    while (mbox_next(m, &e))
        printf("%" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 "\n", e.from_at, e.at, e.bytes,
               e.date);
    arena_close(a);
}

static void show(struct arena *a, const char *name, struct str raw)
{
    struct mail m;
    struct str why;
    if (mail_parse(a, raw, &m, &why) != OK)
        printf("%s\tfailed\t%.*s\n", name, STR(why));
    else
        printf("%s\t%s\t%.*s\t%.*s\t%.*s\t%d\n", name, mail_class_words[m.class], STR(m.class_why),
               STR(m.author.key), STR(m.subject), (int)m.author_how);
}

static void classes(int n, char **paths)
{
    for (int i = 0; i < n; i++) {
        struct arena *a = arena_open(512 * MIB);
        show(a, paths[i], read_file(a, paths[i]));
        arena_close(a);
    }
}

static void each(const char *path, bool shown)
{
    struct arena *a = arena_open(16 * MIB);
    int fd = open(path, O_RDONLY), n = 0, slices = 0, marks[16] = { 0 }, by[MAIL_CLASSES] = { 0 };
    struct mbox *box = mbox_open(a, fd);
    struct mbox_entry e;
    int64_t us = 0;
    while (mbox_next(box, &e)) {
        struct arena *b = arena_open(512 * MIB);
        char *p = NEW(b, char, e.bytes + 1);
        if (pread(fd, p, (size_t)e.bytes, e.at) != e.bytes) abort();
        int64_t from = clock_us();
        struct str raw = mbox_unquote(b, (struct str){ p, e.bytes }), why;
        struct mail m;
        char name[32];
        snprintf(name, sizeof name, "%" PRId64, e.at);
        if (shown)
            show(b, name, raw);
        else if (mail_parse(b, raw, &m, &why) == OK) {
            slices += m.text_at >= 0;
            by[m.class]++;
            for (int i = 0; i < 16; i++) marks[i] += (m.marks >> i) & 1;
        }
        us += clock_us() - from;
        arena_close(b);
        n++;
    }
    if (shown) return;
    printf("%d messages, %.0f/s, %d texts are slices\n", n, n * 1e6 / (double)us, slices);
    for (int i = 0; i < MAIL_CLASSES; i++) printf("%s %d  ", mail_class_words[i], by[i]);
    printf("\nmarks");
    for (int i = 0; i < 16; i++) printf(" %d", marks[i]);
    printf("\n");
}

static void pool(const char *path, int workers, unsigned flags)
{
    struct arena *a = arena_open((size_t)4096 * MIB);
    struct mail_parser *p = mail_parser_open(workers);
    int fd = open(path, O_RDONLY), ok = 0, failed = 0;
    struct mbox *box = mbox_open(a, fd);
    struct mbox_entry e;
    bool more = true;
    int64_t from = clock_us(), packed = 0;
    for (;;) {
        while (more && mail_parser_room(p) && (more = mbox_next(box, &e))) {
            char *raw = NEW(a, char, e.bytes + 1); /* lent until its result is taken */
            if (pread(fd, raw, (size_t)e.bytes, e.at) != e.bytes) abort();
            mail_parser_put(p, (uint64_t)e.at, mbox_unquote(a, (struct str){ raw, e.bytes }),
                            flags);
        }
        struct arena *b = arena_open(512 * MIB);
        struct mail_result r;
        bool any = mail_parser_next(p, b, &r);
        if (any && !r.ok) printf("%" PRIu64 " %.*s\n", r.tag, STR(r.why));
        if (any) ok += r.ok, failed += !r.ok, packed += r.packed.n;
        arena_close(b);
        if (!any) break;
    }
    printf("%d read, %d failed, %.0f/s, %" PRId64 " packed\n", ok, failed,
           (ok + failed) * 1e6 / (double)(clock_us() - from), packed);
    mail_parser_close(p);
    arena_close(a);
}

/* ---- quotes ------------------------------------------------------------ */

struct held {
    struct str id, parent, text, author;
    const struct quote_text *ready;
    int up; /* the parent held, or -1 */
};
struct all {
    struct arena *a;
    struct held *at;
    int n, *slots;
    unsigned mask;
};

static int find_held(const struct all *h, struct str id)
{
    for (unsigned i = (unsigned)hash_fast(id) & h->mask; h->slots[i]; i = (i + 1) & h->mask)
        if (str_eq(h->at[h->slots[i] - 1].id, id)) return h->slots[i] - 1;
    return -1;
}

static void hold(struct all *h, struct arena *b, struct str raw)
{
    struct mail m;
    struct str why;
    if (mail_parse(b, raw, &m, &why) != OK) return;
    struct str parent = m.references.n    ? m.references.at[m.references.n - 1]
                        : m.in_reply_to.n ? m.in_reply_to.at[0]
                                          : S("");
    h->at[h->n] = (struct held){ str_dup(h->a, m.id),
                                 str_dup(h->a, parent),
                                 str_dup(h->a, m.text),
                                 str_dup(h->a, m.author.key),
                                 NULL,
                                 -1 };
    if (find_held(h, m.id) < 0) {
        unsigned i = (unsigned)hash_fast(m.id) & h->mask;
        while (h->slots[i]) i = (i + 1) & h->mask;
        h->slots[i] = h->n + 1;
    }
    h->n++;
}

static void print_marks(struct held *h, const struct quote_marks *marks)
{
    printf("%.*s\t%.*s\t%.*s\t%td\t%d\n", STR(h->id), STR(h->parent), STR(h->author), h->text.n,
           marks ? marks->n : -1);
    fwrite(h->text.p, 1, (size_t)h->text.n, stdout);
    printf("\n");
    for (int i = 0; marks && i < marks->n; i++)
        printf("%d %d %" PRId64 " %d\n", marks->at[i].lines, marks->at[i].kind, marks->at[i].source,
               marks->at[i].source_line);
}

static int64_t cpu_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void quotes(const char *path, int step)
{
    enum { MOST = 200000, UP = 10 };
    struct all h = { .a = arena_open((size_t)2048 * MIB), .mask = (1 << 19) - 1 };
    h.at = NEW(h.a, struct held, MOST);
    h.slots = NEW(h.a, int, h.mask + 1);
    int fd = open(path, O_RDONLY);
    struct mbox *box = mbox_open(h.a, fd);
    struct mbox_entry e;
    while (h.n < MOST && mbox_next(box, &e)) {
        struct arena *b = arena_open(512 * MIB);
        char *raw = NEW(b, char, e.bytes + 1);
        if (pread(fd, raw, (size_t)e.bytes, e.at) != e.bytes) abort();
        hold(&h, b, mbox_unquote(b, (struct str){ raw, e.bytes }));
        arena_close(b);
    }
    int64_t us = 0, prepare_us = 0;
    int marked = 0, replies = 0, prepared = 0;
    for (int i = 0; i < h.n; i++) {
        struct held *m = &h.at[i];
        m->up = m->parent.n ? find_held(&h, m->parent) : -1;
        if (m->up == i) m->up = -1;
        if (m->up < 0 || replies++ % step) {
            print_marks(m, NULL);
            continue;
        }
        const struct quote_text *up[UP];
        int n = 0;
        for (int k = m->up; k >= 0 && n < UP;
             k = h.at[k].parent.n ? find_held(&h, h.at[k].parent) : -1) {
            int64_t from = cpu_us();
            prepared += !h.at[k].ready;
            if (!h.at[k].ready) h.at[k].ready = quote_prepare(h.a, h.at[k].text, k + 1);
            prepare_us += cpu_us() - from;
            up[n++] = h.at[k].ready;
        }
        struct arena *b = arena_open(64 * MIB);
        int64_t from = cpu_us();
        struct quote_marks marks = quote_mark(b, m->text, up, n, NULL);
        us += cpu_us() - from;
        marked++;
        print_marks(m, &marks);
        arena_close(b);
    }
    fprintf(stderr, "%d marked, %.1f us each; %d prepared, %.1f us each\n", marked,
            (double)us / MAX(marked, 1), prepared, (double)prepare_us / MAX(prepared, 1));
}

int main(int argc, char **argv)
{
    if (argc < 3) return fputs("usage: mail_probe offsets|classes|each|speed FILE...\n", stderr), 2;
    if (!strcmp(argv[1], "offsets"))
        offsets(argv[2]);
    else if (!strcmp(argv[1], "classes"))
        classes(argc - 2, argv + 2);
    else if (!strcmp(argv[1], "each"))
        each(argv[2], true);
    else if (!strcmp(argv[1], "speed"))
        each(argv[2], false);
    else if (!strcmp(argv[1], "quotes") && argc > 3)
        quotes(argv[2], atoi(argv[3]));
    else if (!strcmp(argv[1], "pool") && argc > 4)
        pool(argv[2], atoi(argv[3]), (unsigned)atoi(argv[4]));
    return 0;
}
