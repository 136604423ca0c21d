/* SPDX-License-Identifier: GPL-3.0-or-later
 * recipients.c - to whom many messages went. In a conversation it is mostly the same few, over and
 * over: who they are is asked once for each address. */
#include "talk/in_list.h"
#include "talk/incoming.h"

#include <stdlib.h>

enum { ROWS = 5000 }; /* of a batch of messages, as in the statement */

struct address {
    int64_t handle;
    struct recipient who; /* id 0: not there */
    struct str fold;
    int rank;
};
struct addressed {
    int64_t handle;
    int message, role, rank;
    const struct recipient *who;
};
struct batch {
    int64_t *handle; /* distinct, ascending */
    struct address *address;
    int n;
};

static int by_number(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
    return (a > b) - (a < b);
}

static int by_name(const void *x, const void *y)
{
    const struct address *a = *(struct address *const *)x, *b = *(struct address *const *)y;
    int order = str_cmp(a->fold, b->fold);
    if (!order) order = by_number(&a->who.person, &b->who.person);
    return order ? order : by_number(&a->handle, &b->handle);
}

static int by_rank(const void *x, const void *y)
{
    return ((const struct addressed *)x)->rank - ((const struct addressed *)y)->rank;
}

/* Where it stands among the distinct ones, or would. */
static int handle_place(const struct batch *b, int64_t handle)
{
    int low = 0, high = b->n;
    while (low < high) {
        int mid = (low + high) / 2;
        if (b->handle[mid] < handle) low = mid + 1;
        else high = mid;
    }
    return low;
}

static void add_handle(struct batch *b, int64_t handle)
{
    int at = handle_place(b, handle);
    if (at < b->n && b->handle[at] == handle) return;
    memmove(b->handle + at + 1, b->handle + at, (size_t)(b->n++ - at) * sizeof handle);
    b->handle[at] = handle;
}

/* Who stands behind the addresses, and their order by name. */
static void name_addresses(struct ctx *c, struct batch *b)
{
    struct address **sorted = NEW(c->a, struct address *, b->n + 1);
    b->address = NEW(c->a, struct address, b->n + 1);
    for (int from = 0; from < b->n; from += IN_LIST_N) {
        struct val *v = in_list(c->a, b->handle + from, MIN(b->n - from, IN_LIST_N), 1);
        in_list_int(v, 1, IN_LIST_N);
        IN_EACH(r, c,
                SQL("SELECT h.key, p.id, p.ours, p.name, h.shown, p.fold FROM handle h JOIN person "
                    "p ON p.id=h.person WHERE h.key IN(" IN_LIST_2 ") LIMIT $1"),
                v)
        {
            int64_t key = row_int(&r, 0);
            b->address[handle_place(b, key)] = (struct address){ key,
                                                                 { .person = row_int(&r, 1),
                                                                   .ours = row_bool(&r, 2),
                                                                   .name = row_str(&r, 3),
                                                                   .handle = row_str(&r, 4) },
                                                                 row_str(&r, 5),
                                                                 0 };
        }
    }
    for (int i = 0; i < b->n; i++) sorted[i] = &b->address[i];
    if (b->n > 1) qsort(sorted, (size_t)b->n, sizeof *sorted, by_name);
    for (int i = 0; i < b->n; i++) sorted[i]->rank = i;
}

static int place_of(const id *messages, int n, id message, int last)
{
    if (messages[last] == message) return last;
    for (int i = 0; i < n; i++)
        if (messages[i] == message) return i;
    return -1;
}

/* By message and role, as the table itself lies. */
static int read_rows(struct ctx *c, const id *messages, int n, struct addressed *rows)
{
    struct val *v = in_list(c->a, messages, n, 1);
    int got = 0, last = 0;
    in_list_int(v, 1, c->viewer);
    IN_EACH(r, c,
            SQL("SELECT r.message, r.role, r.handle FROM recipient r WHERE r.role>1 "
                "AND " RECIPIENT_SEEN("$1") " AND r.message IN(" IN_LIST_2
                                            ") ORDER BY r.message, r.role, r.handle LIMIT 5000"),
            v)
    {
        int at = place_of(messages, n, row_int(&r, 0), last);
        if (at < 0 || got == ROWS) continue;
        last = at;
        rows[got++] = (struct addressed){ .handle = row_int(&r, 2),
                                          .message = at,
                                          .role = (int)row_int(&r, 1) };
    }
    return got;
}

/* Where it was laid down says nothing new of who is named already. */
static bool told(const struct recipients *to, const struct addressed *x)
{
    for (int i = 0; x->role == ROLE_ENVELOPE && i < to->n; i++)
        if (to->at[i].person == x->who->person) return true;
    return false;
}

static void some(struct ctx *c, const id *messages, int n, struct recipients *out)
{
    struct addressed *rows = NEW(c->a, struct addressed, ROWS);
    int all = read_rows(c, messages, n, rows), shown = 0;
    struct batch b = { .handle = NEW(c->a, int64_t, all + 1) };
    for (int i = 0; i < all; i++) add_handle(&b, rows[i].handle);
    name_addresses(c, &b);
    for (int i = 0; i < all; i++) {
        const struct address *x = &b.address[handle_place(&b, rows[i].handle)];
        rows[i].rank = x->rank;
        rows[i].who = &x->who;
    }
    for (int i = 0, k; i < all; i = k) {
        for (k = i; k < all && rows[k].message == rows[i].message && rows[k].role == rows[i].role;)
            k++;
        if (k - i > 1) qsort(rows + i, (size_t)(k - i), sizeof *rows, by_rank);
    }
    struct recipient *list = NEW(c->a, struct recipient, all + 1);
    for (int i = 0; i < all; i++) {
        struct recipients *to = &out[rows[i].message];
        if (!rows[i].who->person || told(to, &rows[i])) continue;
        if (!to->n++) to->at = &list[shown];
        list[shown] = *rows[i].who;
        list[shown++].role = (recipient_role)rows[i].role;
    }
}

void talk_recipients_of(struct ctx *c, const id *messages, int n, struct recipients *out)
{
    for (int from = 0; from < n; from += IN_LIST_N)
        some(c, messages + from, MIN(n - from, IN_LIST_N), out + from);
}
