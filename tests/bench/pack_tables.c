/* SPDX-License-Identifier: GPL-3.0-or-later
 * pack_tables - writes src/kit/base/pack_tables.h to stdout: how often letters, lengths and
 * distances occur in mail and in the records of events, learned from the invented mail of the
 * sample house. The same every time, with the same libzstd. */
#include "app/sample.h"
#include "kit/base/hash.h"
#include "kit/base/pack_words.h"
#include "kit/mail/mime.h"
#include "talk/talk_mail.h"

#include <stdlib.h>
#include <zdict.h>

enum { MESSAGES = 4000, LEVEL = 3, ROOM = 64 * MIB, TABLES_MOST = 4 * KIB };
struct pieces {
    struct buf bytes;
    size_t size[MESSAGES];
    unsigned n;
};
struct learned {
    struct pieces mails, records;
    struct secret secret;
};

static void add(struct pieces *p, struct str piece)
{
    if (p->n == MESSAGES || !piece.n) return;
    buf_add(&p->bytes, piece);
    p->size[p->n++] = (size_t)piece.n;
}

static err learn(void *arg, struct str raw, int64_t at)
{
    struct learned *all = arg;
    struct ctx c = { .a = arena_open(ROOM), .secret = &all->secret, .now = at };
    struct mail_hints hints = { .folder = S("inbox"), .about = at };
    struct mail_result r = { .ok = true, .raw = raw };
    struct talk_mail ready;
    struct str why;
    add(&all->mails, raw);
    if (mail_parse(c.a, raw, &r.mail, &why) == OK) {
        talk_mail_ready(&c, &r, &hints, &ready);
        add(&all->records, ready.e.data);
    }
    arena_close(c.a);
    return OK;
}

/* What stands in front of the words in a whole dictionary. */
static void print(const char *name, unsigned number, const struct pieces *p)
{
    static char out[sizeof pack_words + TABLES_MOST];
    ZDICT_params_t how = { .compressionLevel = LEVEL, .dictID = number };
    size_t words = sizeof pack_words - 1;
    size_t n = ZDICT_finalizeDictionary(out, sizeof out, pack_words, words, p->bytes.p, p->size,
                                        p->n, how);
    if (ZDICT_isError(n) || n <= words || memcmp(out + n - words, pack_words, words) != 0) exit(1);
    printf("static const unsigned char %s[] = {", name);
    for (size_t i = 0; i < n - words; i++)
        printf("%s0x%02x,", i % 16 ? " " : "\n    ", (unsigned char)out[i]);
    printf("\n};\n");
}

int main(void)
{
    static struct learned all;
    struct arena *a = arena_open((size_t)4 * ROOM);
    struct sample_opts o = { .end = 1795219200, .seed = 1, .messages = MESSAGES }; /* 2026-11-21 */
    all.mails.bytes.a = all.records.bytes.a = a;
    hash_start();
    mime_start();
    secret_derive(&all.secret, (const uint8_t[32]){ 7 });
    if (sample_make(a, &o, learn, &all) != OK) return 1;
    puts("/* SPDX-License-Identifier: GPL-3.0-or-later\n"
         " * pack_tables.h - what stands before the words of pack_words.h in a dictionary for mail\n"
         " * and in one for records. Written by tests/bench/pack_tables.c; never changed, like the\n"
         " * words. */\n"
         "#pragma once\n"
         "/* clang-format off */");
    print("pack_mail", 1, &all.mails);
    print("pack_record", 2, &all.records);
    puts("/* clang-format on */");
    arena_close(a);
    return 0;
}
