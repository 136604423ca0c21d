/* SPDX-License-Identifier: GPL-3.0-or-later
 * ties_log.h - a log of contacts read from text: repeats dropped, in order, people numbered. */
#pragma once
#include "ties/engine.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

static NORETURN void stop(const char *what, const char *name)
{
    fprintf(stderr, "ties_quality: %s: %s\n", name, what);
    exit(1);
}

struct event {
    double at; /* whole seconds */
    uint32_t from, to;
    int row; /* order of equal seconds */
};
struct log {
    struct event *e; /* by (at, row) */
    int n;
    uint32_t *person; /* by number; persons are known below by their place here, from 1 */
    int people;
    bool *ego; /* by person; NULL: everybody */
};

static const double year_0 = 6e10, year_0_unix = 62167219200.;

static bool read_row(const char *row, struct event *out)
{
    char *end;
    if (*row == '%' || *row == '#') return false;
    errno = 0;
    unsigned long long from = strtoull(row, &end, 10);
    if (end == row) return false;
    const char *p = end;
    unsigned long long to = strtoull(p, &end, 10);
    if (end == p) return false;
    p = end;
    double at = strtod(p, &end);
    if (end == p || !isfinite(at) || errno || from > UINT32_MAX || to > UINT32_MAX) return false;
    at = floor(at);
    if (at > year_0) at -= year_0_unix;
    *out = (struct event){ at, (uint32_t)from, (uint32_t)to, 0 };
    return true;
}

static int by_time(const void *x, const void *y)
{
    const struct event *a = x, *b = y;
    if (a->at != b->at) return a->at < b->at ? -1 : 1;
    return a->row - b->row;
}

static int by_repeat(const void *x, const void *y)
{
    const struct event *a = x, *b = y;
    if (a->from != b->from) return a->from < b->from ? -1 : 1;
    if (a->to != b->to) return a->to < b->to ? -1 : 1;
    return by_time(x, y);
}

static void drop_repeats(struct log *l)
{
    int n = 0;
    qsort(l->e, (size_t)l->n, sizeof *l->e, by_repeat);
    for (int i = 0; i < l->n; i++) {
        const struct event *a = &l->e[i], *b = n ? &l->e[n - 1] : NULL;
        if (!b || a->from != b->from || a->to != b->to || a->at != b->at) l->e[n++] = *a;
    }
    l->n = n;
    qsort(l->e, (size_t)l->n, sizeof *l->e, by_time);
}

static int by_number(const void *x, const void *y)
{
    uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
    return (a > b) - (a < b);
}

/* The place of a number among the persons, from 1; 0 when it is not there. */
static uint32_t person_of(const struct log *l, uint32_t number)
{
    const uint32_t *p =
        bsearch(&number, l->person + 1, (size_t)l->people, sizeof number, by_number);
    return p ? (uint32_t)(p - l->person) : 0;
}

static void number_people(struct log *l, struct arena *a)
{
    l->person = NEW(a, uint32_t, 2 * (ptrdiff_t)l->n + 1);
    uint32_t *all = l->person + 1;
    for (int i = 0; i < l->n; i++) all[2 * i] = l->e[i].from, all[2 * i + 1] = l->e[i].to;
    qsort(all, 2 * (size_t)l->n, sizeof *all, by_number);
    for (int i = 0; i < 2 * l->n; i++)
        if (!i || all[i] != all[i - 1]) all[l->people++] = all[i];
    for (int i = 0; i < l->n; i++) {
        l->e[i].from = person_of(l, l->e[i].from);
        l->e[i].to = person_of(l, l->e[i].to);
    }
}

/* Times before 1970 are moved up by whole days: nothing here depends on the year. */
static void fit_times(struct log *l, const char *name)
{
    double up = l->e[0].at < 0 ? ceil(-l->e[0].at / DAY) * DAY : 0;
    for (int i = 0; i < l->n; i++) l->e[i].at += up;
    if (l->e[l->n - 1].at > UINT32_MAX) stop("times are not seconds", name);
}

static void read_egos(struct log *l, struct arena *a, const char *name)
{
    struct str base = str_c(name);
    if (str_ends(base, S(".txt"))) base = str_upto(base, base.n - 4);
    struct str path = str_fmt(a, "%.*s.egos", STR(base));
    FILE *f = fopen(str_z(a, path), "r");
    uint32_t number;
    if (!f) return;
    l->ego = NEW(a, bool, l->people + 1);
    while (fscanf(f, "%" SCNu32, &number) == 1) l->ego[person_of(l, number)] = true;
    l->ego[0] = false;
    fclose(f);
}

static struct log read_log(struct arena *a, const char *name)
{
    FILE *f = fopen(name, "r");
    char row[4096];
    struct log l = { 0 };
    int cap = 1 << 16;
    if (!f) stop(strerror(errno), name);
    l.e = NEW(a, struct event, cap);
    while (fgets(row, sizeof row, f)) {
        struct event e;
        if (!read_row(row, &e) || e.from == e.to) continue;
        if (l.n == cap) {
            struct event *more = NEW(a, struct event, 2 * (ptrdiff_t)cap);
            memcpy(more, l.e, (size_t)l.n * sizeof *more);
            l.e = more;
            cap *= 2;
        }
        e.row = l.n;
        l.e[l.n++] = e;
    }
    fclose(f);
    if (!l.n) stop("no events in it", name);
    drop_repeats(&l);
    number_people(&l, a);
    fit_times(&l, name);
    read_egos(&l, a, name);
    return l;
}
