/* SPDX-License-Identifier: GPL-3.0-or-later
 * sample_mbox [--end SECONDS] [--seed N] [--messages N] - writes the sample house as mboxrd to
 * stdout. */
#include "app/sample.h"
#include "kit/base/date.h"

#include <stdlib.h>

/* ">From " and ">>From " get one more '>', so that the lines come back as they were. */
static bool from_line(struct str line)
{
    while (line.n && line.p[0] == '>') line = str_from(line, 1);
    return str_begins(line, S("From "));
}

static err print(void *arg, struct str raw, int64_t at)
{
    (void)arg;
    struct arena *tmp = arena_open(64 * KIB);
    printf("From sample@lantern.example %.*s\n", STR(date_mail(tmp, at)));
    arena_close(tmp);
    struct str line;
    while (str_line(&raw, &line)) {
        if (from_line(line)) putchar('>');
        fwrite(line.p, 1, (size_t)line.n, stdout);
        putchar('\n');
    }
    putchar('\n');
    return OK;
}

int main(int argc, char **argv)
{
    struct sample_opts o = { .end = 1795219200, .seed = 1 }; /* 2026-11-21 */
    for (int i = 1; i + 1 < argc; i += 2) {
        int64_t v = 0;
        if (!str_int(str_c(argv[i + 1]), &v)) return 2;
        if (!strcmp(argv[i], "--end"))
            o.end = v;
        else if (!strcmp(argv[i], "--seed"))
            o.seed = (uint32_t)v;
        else if (!strcmp(argv[i], "--messages"))
            o.messages = (int)v;
        else
            return 2;
    }
    struct arena *a = arena_open(256 * MIB);
    err e = sample_make(a, &o, print, NULL);
    fprintf(stderr, "arena %zu KiB\n", arena_used(a) / KIB);
    arena_close(a);
    return e == OK ? 0 : 1;
}
