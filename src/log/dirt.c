/* SPDX-License-Identifier: GPL-3.0-or-later
 * dirt.c - what has to be derived again. Most of it is noted and taken in the same piece of work:
 * it stands in memory, and only what is left at its end goes to the table. */
#include "log/event.h"

#include <stdlib.h>

struct list {
    struct dirt *at;
    int from, n, room;
    bool sorted, asked; /* asked: the table holds no more of this kind */
};
struct lists {
    struct list of[DIRTY_LAST + 1];
};

static int compare(const void *x, const void *y)
{
    const struct dirt *a = x, *b = y;
    if (a->x != b->x) return a->x < b->x ? -1 : 1;
    return (a->y > b->y) - (a->y < b->y);
}

/* Sorted, each once. */
static void sort(struct list *l)
{
    int n = 0;
    if (l->sorted || !l->n) return;
    qsort(l->at + l->from, (size_t)(l->n - l->from), sizeof *l->at, compare);
    for (int i = l->from; i < l->n; i++)
        if (!n || compare(&l->at[n - 1], &l->at[i])) l->at[n++] = l->at[i];
    l->from = 0;
    l->n = n;
    l->sorted = true;
}

static void put_away(struct tx *t, void *memory)
{
    struct lists *all = memory;
    for (int what = DIRTY_WHY; what <= DIRTY_LAST; what++) {
        struct list *l = &all->of[what];
        sort(l);
        for (int i = l->from; i < l->n; i++)
            db_do(t,
                  SQL("INSERT INTO dirty(what, x, y) VALUES($1, $2, $3) ON CONFLICT(what, x, y) DO "
                      "NOTHING"),
                  I(what), I(l->at[i].x), I(l->at[i].y));
        l->asked = l->asked && l->from == l->n;
        l->from = l->n = 0;
    }
}

static struct list *list_of(struct tx *t, dirt_kind what)
{
    struct lists *all = tx_memo(t, &list_of, sizeof *all, put_away);
    return &all->of[what];
}

void log_dirty(struct tx *t, dirt_kind what, id x, id y)
{
    struct list *l = list_of(t, what);
    struct dirt d = { x, y };
    if (l->n > l->from && !compare(&l->at[l->n - 1], &d)) return;
    if (l->n == l->room) {
        l->room = MAX(256, l->room * 2);
        struct dirt *more = NEW(t->a, struct dirt, l->room);
        if (l->n) memcpy(more, l->at, (size_t)l->n * sizeof d);
        l->at = more;
    }
    l->sorted = false;
    l->at[l->n++] = d;
}

/* What earlier work left. */
static int take_stored(struct tx *t, dirt_kind what, struct dirt *out, int max)
{
    int n = 0;
    EACH (r, &t->c, SQL("SELECT x, y FROM dirty WHERE what=$1 ORDER BY x, y LIMIT $2"), I(what),
          I(max))
        out[n++] = (struct dirt){ row_int(&r, 0), row_int(&r, 1) };
    if (n)
        db_do(t, SQL("DELETE FROM dirty WHERE what=$1 AND (x, y) <= ($2, $3)"), I(what),
              I(out[n - 1].x), I(out[n - 1].y));
    return n;
}

int log_take_dirty(struct tx *t, dirt_kind what, struct dirt *out, int max)
{
    struct list *l = list_of(t, what);
    int n = l->asked ? 0 : take_stored(t, what, out, max);
    if (n) return n;
    l->asked = true;
    sort(l);
    n = MIN(max, l->n - l->from);
    if (n) memcpy(out, l->at + l->from, (size_t)n * sizeof *out);
    l->from += n;
    if (l->from == l->n) l->from = l->n = 0;
    return n;
}
