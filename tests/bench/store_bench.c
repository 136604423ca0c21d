/* SPDX-License-Identifier: GPL-3.0-or-later
 * store_bench.c - what one statement costs through the door: rows a second of a plain loop in
 * one piece of work, written and read. Arguments: where (a file, or
 * postgresql://...), rows. */
#include "kit/base/date.h"
#include "kit/store/migrate.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { ROWS = 300000 };
static const char tables[] = "-- version 1\n"
                             "CREATE TABLE row(id {key}, who {int} NOT NULL, at {int} NOT NULL, words TEXT NOT NULL) {strict};\n";

static err put_rows(struct tx *t, void *arg)
{
    char words[180];
    int n = *(int *)arg;
    memset(words, 'w', sizeof words);
    for (int i = 1; i <= n; i++)
        db_do(t, SQL("INSERT INTO row(id, who, at, words) VALUES($1,$2,$3,$4)"), I(i), I(i % 100), I(1700000000 + i),
              T(((struct str){ words, sizeof words })));
    return OK;
}

static err see_rows(struct ctx *c, void *arg)
{
    int64_t sum = 0;
    int n = *(int *)arg;
    EACH (r, c, SQL("SELECT id, who, at FROM row ORDER BY id LIMIT $1"), I(n))
        sum += row_int(&r, 0) + row_int(&r, 1) + row_int(&r, 2);
    return sum ? OK : E_NOTFOUND;
}

static err see_points(struct ctx *c, void *arg)
{
    int n = *(int *)arg;
    for (int i = 1; i <= n; i++)
        if (!db_int(c, 0, SQL("SELECT at FROM row WHERE id=$1"), I(i))) return E_NOTFOUND;
    return OK;
}

/* Processor time: what a busy machine tells truly. */
static int64_t cpu_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return t.tv_sec * INT64_C(1000000) + t.tv_nsec / 1000;
}

static void say(const char *what, err e, int n, int64_t began_us, int64_t began_cpu_us)
{
    double s = (double)(clock_us() - began_us) / 1e6, cpu = (double)(cpu_us() - began_cpu_us) / 1e6;
    printf("%-28s %s %9.0f rows/s, %9.0f rows/s of processor time\n", what, e == OK ? "ok" : "FAILED", n / s, n / cpu);
}

int main(int argc, char **argv)
{
    char folder[] = "/tmp/snug_bench_XXXXXX";
    struct arena *a = arena_open(512u * MIB);
    struct str why = S(""), where;
    int n = argc > 2 ? atoi(argv[2]) : ROWS;
    if (argc < 2 && !mkdtemp(folder)) return 1;
    where = argc > 1 ? str_c(argv[1]) : str_fmt(a, "%s/house.db", folder);
    struct store *s = store_open(a, &(struct store_opts){ .where = where, .readers = 1, .patience_ms = 60000 }, NULL, &why);
    const struct schema list[] = { { "bench", tables } };
    if (!s || migrate(s, a, list, 1, &why) != OK) return fprintf(stderr, "%.*s\n", STR(why)), 1;
    struct work w = { .a = a };
    int64_t t = clock_us(), u = cpu_us();
    say("insert, 200 bytes, one piece", work_write(s, &w, put_rows, &n), n, t, u);
    for (int i = 0; i < 3; i++) {
        t = clock_us(), u = cpu_us();
        say("EACH, three numbers", work_read(s, &w, see_rows, &n), n, t, u);
    }
    t = clock_us(), u = cpu_us();
    say("one row by its key", work_read(s, &w, see_points, &n), n, t, u);
    store_close(s);
    if (argc < 2)
        for (const char *const *end = (const char *const[]){ "", "-wal", "-shm", NULL }; *end; end++)
            unlink(str_z(a, str_fmt(a, "%.*s%s", STR(where), *end)));
    if (argc < 2) rmdir(folder);
    arena_close(a);
    return 0;
}
