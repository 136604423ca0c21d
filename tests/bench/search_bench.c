/* SPDX-License-Identifier: GPL-3.0-or-later
 * search_bench.c - the full text index on a real archive: time to build, size, questions.
 * Reads data/mail/linux-raid.mbox.zst below SNUG_SHARED (default ../shared). Arguments: mails in
 * a piece (0: all in one), 1 for the newest piece first, where (a file, or postgresql://...). */
#include "kit/base/date.h"
#include "kit/base/text.h"
#include "kit/store/migrate.h"
#include "kit/store/search.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { MAILS = 20000, ROUNDS = 5 };

static int64_t cpu_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return t.tv_sec * INT64_C(1000000) + t.tv_nsec / 1000;
}

static struct str read_archive(struct arena *a)
{
    const char *shared = getenv("SNUG_SHARED");
    struct str name = str_fmt(a, "%s/data/mail/linux-raid.mbox.zst", shared ? shared : "../shared");
    struct buf b = { .a = a };
    size_t n = 0;
    FILE *f = access(str_z(a, name), R_OK) ? NULL : popen(str_z(a, str_fmt(a, "zstd -dc '%.*s'", STR(name))), "r");
    if (!f) {
        fprintf(stderr, "%.*s is missing: set SNUG_SHARED\n", STR(name));
        exit(1);
    }
    (void)buf_room(&b, 200 * MIB);
    while ((n = fread(buf_room(&b, MIB), 1, MIB, f)) > 0) b.n += (ptrdiff_t)n;
    pclose(f);
    return buf_str(&b);
}

static bool is_encoded(struct str line) { return line.n >= 60 && str_chr(line, ' ') < 0; }

/* Roughly a mail: From, To and Subject as they stand, lines that are neither quoted nor encoded. */
static struct search_doc mail_doc(struct arena *a, struct str mail, int64_t number)
{
    struct buf who = { .a = a }, subject = { .a = a }, body = { .a = a };
    struct str line;
    bool head = true;
    while (str_line(&mail, &line)) {
        if (head && !line.n) head = false;
        else if (head && (str_ibegins(line, S("From:")) || str_ibegins(line, S("To:")))) buf_add(&who, str_from(line, 4));
        else if (head && str_ibegins(line, S("Subject:"))) buf_add(&subject, str_from(line, 8));
        else if (!head && !str_begins(line, S(">")) && !is_encoded(line)) buf_add(&body, line), buf_char(&body, '\n');
    }
    return (struct search_doc){ number, text_fold(a, text_utf8(a, buf_str(&who))),
                                text_fold(a, text_utf8(a, buf_str(&subject))), text_fold(a, text_utf8(a, buf_str(&body))) };
}

static int split(struct arena *a, struct str box, struct search_doc *out)
{
    int n = 0;
    for (struct str rest = box; rest.n && n < MAILS;) {
        ptrdiff_t end = str_find(str_from(rest, 1), S("\nFrom "));
        struct str mail = end < 0 ? rest : str_upto(rest, end + 2);
        rest = str_from(rest, mail.n);
        struct str first = mail;
        (void)str_line(&mail, &first);
        out[n] = mail_doc(a, mail, n + 1);
        n++;
    }
    return n;
}

struct part {
    struct search_doc *docs;
    int n;
};

static err put_part(struct tx *t, void *arg)
{
    struct part *p = arg;
    for (int i = 0; i < p->n; i++) {
        struct search_cut cut;
        search_cut(t->c.a, ENGINE_SQLITE, &p->docs[i], &cut);
        search_put(t, &cut);
    }
    return OK;
}

static err settle(struct tx *t, void *arg)
{
    (void)arg;
    search_settle(t);
    return OK;
}

static err ask(struct ctx *c, void *arg)
{
    struct search_words w;
    int64_t numbers[20];
    bool typing = str_ends(str_c(arg), S("~"));
    struct str typed = str_upto(str_c(arg), (ptrdiff_t)strlen(arg) - typing);
    int64_t best_us = INT64_MAX, first_us = 0;
    int hits = 0;
    for (int i = 0; i < ROUNDS; i++) {
        int64_t t = clock_us();
        search_parse(c->a, &w, typed, typing);
        hits = search_find(c, &w, 0, 0, numbers, 20);
        t = clock_us() - t;
        if (!i) first_us = t;
        best_us = MIN(best_us, t);
    }
    printf("  %-28s %2d hits %8.2f ms first, %6.2f ms best\n", (char *)arg, hits, (double)first_us / 1e3, (double)best_us / 1e3);
    return OK;
}

static void ask_all(struct store *s)
{
    static const char *const typed[] = { "mdadm", "raid neil", "\"file system\"", "who:neil", "subject:patch", "the",
                                         "the superblock -write", "zzyzx", "r~", "ra~", "rai~", "raid n~", "s~", "re~",
                                         "the~", "con~", "raid con~", "\"file sys~", "who:ne~" };
    for (int i = 0; i < COUNT(typed); i++) {
        struct work w = { .a = arena_open(MIB) };
        if (work_read(s, &w, ask, (void *)typed[i]) != OK) printf("  %s FAILED\n", typed[i]);
        arena_close(w.a);
    }
}

int main(int argc, char **argv)
{
    struct arena *a = arena_open((size_t)2 * 1024 * MIB);
    struct str why = S(""), box = read_archive(a), where = argc > 3 ? str_c(argv[3]) : S("/tmp/snug_search_bench.db");
    struct search_doc *docs = NEW(a, struct search_doc, MAILS);
    int n = split(a, box, docs), size = argc > 1 && atoi(argv[1]) ? atoi(argv[1]) : n, newest = argc > 2 && atoi(argv[2]);
    unlink(str_z(a, where));
    struct store_opts o = { .where = where, .readers = 1, .patience_ms = 100000 };
    struct store *s = store_open(a, &o, NULL, &why);
    const struct schema list[] = { { "search", search_schema } };
    if (!s || migrate(s, a, list, 1, &why) != OK) return fprintf(stderr, "%.*s\n", STR(why)), 1;
    int64_t began = clock_us(), cpu = cpu_us(), worst = 0;
    for (int i = 0; i < n; i += size) {
        int at = newest ? MAX(0, n - i - size) : i;
        struct part p = { docs + at, newest ? MIN(size, n - i) : MIN(size, n - at) };
        struct work w = { .a = arena_open(512 * MIB) };
        int64_t t = clock_us();
        if (work_write(s, &w, put_part, &p) != OK) return 1;
        worst = MAX(worst, clock_us() - t);
        arena_close(w.a);
    }
    printf("%d mails of %.1f MB put in %.2f s (processor %.2f s), longest piece %.2f s\n", n, (double)box.n / 1e6,
           (double)(clock_us() - began) / 1e6, (double)(cpu_us() - cpu) / 1e6, (double)worst / 1e6);
    struct work w = { .a = a };
    began = clock_us();
    if (work_write(s, &w, settle, NULL) != OK) return 1;
    printf("settled in %.2f s\n", (double)(clock_us() - began) / 1e6);
    ask_all(s);
    store_close(s);
    struct stat st;
    if (stat(str_z(a, where), &st) == 0) printf("index %.1f MB\n", (double)st.st_size / 1e6);
    unlink(str_z(a, where));
    arena_close(a);
    return 0;
}
