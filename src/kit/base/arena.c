/* SPDX-License-Identifier: GPL-3.0-or-later
 * arena.c - region memory with deferred releases; the only malloc in the tree but store's. */
#include "kit/base/base.h"

#include <stdlib.h>

struct chunk {
    struct chunk *next;
    char bytes[];
};
struct defer {
    struct defer *next;
    void (*fn)(void *);
    void *arg;
};
struct arena {
    char *at, *end;
    size_t used, limit, first_size, next_size;
    struct chunk *chunks;
    struct defer *defers;
    jmp_buf *full;
    struct arena *parent, *children, *sibling;
};
/* Chunks double from FIRST to CHUNK: thousands of arenas hold a message each. What would take more
 * than one part of SHARE of the next one gets a chunk of its own size, and the open one stays open.
 */
enum { ALIGN = 16, FIRST = 1024, CHUNK = 32 * 1024, KEEP = CHUNK, SHARE = 4 };

static char *aligned(struct chunk *c)
{
    return (char *)(((uintptr_t)c->bytes + ALIGN - 1) & ~(uintptr_t)(ALIGN - 1));
}

static NORETURN void arena_full(struct arena *a)
{
    while (a->parent) a = a->parent;
    if (!a->full) {
        fputs("level=error event=arena_full\n", stderr);
        abort();
    }
    longjmp(*a->full, 1);
}

struct arena *arena_open(size_t limit_bytes)
{
    struct arena *a = calloc(1, sizeof *a);
    if (!a) abort();
    a->limit = limit_bytes;
    a->next_size = FIRST;
    return a;
}

void arena_catch(struct arena *a, jmp_buf *full) { a->full = full; }

void *arena_alloc(struct arena *a, ptrdiff_t size, ptrdiff_t count)
{
    if (size <= 0 || count < 0 || (size_t)count > a->limit / (size_t)size) arena_full(a);
    size_t want = ((size_t)size * (size_t)count + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    if (want > a->limit - a->used) arena_full(a);
    a->used += want;
    if (!a->at || want > (size_t)(a->end - a->at)) {
        bool alone = a->at && want > a->next_size / SHARE;
        size_t room = alone || want > a->next_size ? want : a->next_size;
        if (!alone && a->next_size < CHUNK) a->next_size *= 2;
        struct chunk *c = calloc(1, sizeof *c + room + ALIGN);
        if (!c) arena_full(a);
        c->next = a->chunks;
        a->chunks = c;
        char *start = aligned(c);
        if (!c->next) a->first_size = room;
        if (alone) return start;
        a->at = start;
        a->end = start + room;
    }
    void *p = a->at;
    a->at += want;
    return p;
}

void arena_defer(struct arena *a, void (*fn)(void *), void *arg)
{
    struct defer *d = NEW(a, struct defer, 1);
    *d = (struct defer){ a->defers, fn, arg };
    a->defers = d;
}

size_t arena_used(const struct arena *a) { return a->used; }

struct arena *arena_child(struct arena *parent)
{
    struct arena *a = arena_open(parent->limit);
    a->parent = parent;
    a->sibling = parent->children;
    parent->children = a;
    return a;
}

static void run_defers(struct arena *a)
{
    for (struct defer *d = a->defers; d; d = d->next) d->fn(d->arg);
    a->defers = NULL;
}

/* The oldest chunk stays for the next round: its used part is wiped, the others go. */
void arena_clear(struct arena *a)
{
    run_defers(a);
    bool only = a->chunks && !a->chunks->next;
    size_t used = only ? (size_t)(a->at - aligned(a->chunks)) : a->first_size;
    while (a->chunks && a->chunks->next) {
        struct chunk *c = a->chunks;
        a->chunks = c->next;
        free(c);
    }
    if (a->chunks && a->first_size <= KEEP) {
        char *start = aligned(a->chunks);
        memset(start, 0, used);
        a->at = start;
        a->end = start + a->first_size;
    } else {
        free(a->chunks);
        a->chunks = NULL;
        a->at = a->end = NULL;
    }
    a->used = 0;
}

void arena_close(struct arena *a)
{
    run_defers(a);
    for (struct arena *k = a->children, *next; k; k = next) {
        next = k->sibling;
        k->parent = NULL;
        arena_close(k);
    }
    for (struct arena **k = a->parent ? &a->parent->children : NULL; k && *k; k = &(*k)->sibling)
        if (*k == a) {
            *k = a->sibling;
            break;
        }
    for (struct chunk *c = a->chunks, *next; c; c = next) {
        next = c->next;
        free(c);
    }
    free(a);
}
