/* SPDX-License-Identifier: GPL-3.0-or-later
 * mail_torture.c - reads files whole, cut at random places and with flipped bytes, in process:
 * built with sanitizers it proves that nothing foreign breaks the parser.
 *
 * mail_torture SEED ROUNDS FILE...   a file is read as one message and, if it looks like one, as an
 * mbox
 */
#include "kit/base/date.h"
#include "kit/mail/mbox.h"
#include "kit/mail/parse.h"
#include "kit/mail/quote.h"
#include "kit/mail/said.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static uint64_t state;
static const char *now_reading = "";

static uint64_t rnd(uint64_t n)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return n ? (state >> 33) % n : 0;
}

static void hung(int sig)
{
    (void)sig;
    static const char words[] = "hangs: ";
    (void)!write(2, words, sizeof words - 1);
    (void)!write(2, now_reading, strlen(now_reading));
    (void)!write(2, "\n", 1);
    abort();
}

static void read_one(struct str raw)
{
    struct arena *a = arena_open(1024u * MIB);
    struct mail m;
    struct str why, part, type;
    alarm(20);
    if (mail_parse(a, raw, &m, &why) == OK) {
        const struct quote_text *q = quote_prepare(a, m.text, 1);
        struct quote_marks marks = quote_mark(a, m.text, &q, 1, NULL);
        struct quote_marks again, none = quote_mark(a, m.text, NULL, 0, NULL);
        if (!quote_unpack(a, quote_pack(a, marks), &again) || again.n != marks.n) abort();
        (void)said_read(a, quote_new_text(a, m.text, none));
        for (int i = 0; i < m.parts.n; i++)
            if (mail_part_read(a, raw, m.parts.at[i].path, &part, &type) != OK) abort();
        if (m.text_at >= 0 && memcmp(m.text.p, raw.p + m.text_at, (size_t)m.text.n) != 0) abort();
    }
    alarm(0);
    arena_close(a);
}

static void read_mbox(struct str all)
{
    struct arena *a = arena_open(64 * MIB);
    int fd = memfd_create("mbox", MFD_CLOEXEC);
    if (fd < 0 || write(fd, all.p, (size_t)all.n) != all.n) abort();
    struct mbox *m = mbox_open(a, fd);
    struct mbox_entry e;
    int64_t last = -1;
    while (mbox_next(m, &e)) {
        if (e.from_at <= last || e.bytes < 0 || e.at + e.bytes > all.n) abort();
        last = e.from_at;
        if (e.bytes < MIB) read_one((struct str){ all.p + e.at, e.bytes });
    }
    close(fd);
    arena_close(a);
}

static void torture(struct str whole, int rounds)
{
    bool mbox = mbox_looks(str_upto(whole, 4096));
    read_one(whole);
    if (mbox) read_mbox(whole);
    for (int i = 0; i < rounds && whole.n; i++) {
        /* a copy of exactly the size, so that a step too far is seen */
        ptrdiff_t n = i % 2 ? whole.n : (ptrdiff_t)rnd((uint64_t)whole.n) + 1;
        char *p = malloc((size_t)n);
        if (!p) abort();
        memcpy(p, whole.p, (size_t)n);
        for (uint64_t k = i % 2 ? 1 + rnd(20) : 0; k; k--) p[rnd((uint64_t)n)] = (char)rnd(256);
        read_one((struct str){ p, n });
        if (mbox && whole.n < MIB) read_mbox((struct str){ p, n });
        free(p);
    }
}

int main(int argc, char **argv)
{
    if (argc < 4) return fputs("usage: mail_torture SEED ROUNDS FILE...\n", stderr), 2;
    state = strtoull(argv[1], NULL, 10);
    (void)signal(SIGALRM, hung);
    for (int i = 3; i < argc; i++) {
        now_reading = argv[i];
        int fd = open(argv[i], O_RDONLY);
        off_t n = fd < 0 ? -1 : lseek(fd, 0, SEEK_END);
        char *p = n < 0 ? NULL : malloc((size_t)n + 1);
        if (!p || pread(fd, p, (size_t)n, 0) != n)
            return fprintf(stderr, "can't read %s\n", argv[i]), 1;
        close(fd);
        torture((struct str){ p, n }, atoi(argv[2]));
        free(p);
    }
    printf("%d files\n", argc - 3);
    return 0;
}
