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
    size_t used, limit;
    struct chunk *chunks;
    struct defer *defers;
    jmp_buf *full;
};
enum { ALIGN = 16, CHUNK = 32 * 1024 };

static NORETURN void arena_full(struct arena *a)
{
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
        size_t room = want > CHUNK ? want : CHUNK;
        struct chunk *c = calloc(1, sizeof *c + room + ALIGN);
        if (!c) arena_full(a);
        c->next = a->chunks;
        a->chunks = c;
        char *start = (char *)(((uintptr_t)c->bytes + ALIGN - 1) & ~(uintptr_t)(ALIGN - 1));
        if (want > CHUNK / 2 && a->at) return start; /* a big piece leaves the open chunk open */
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

void arena_close(struct arena *a)
{
    for (struct defer *d = a->defers; d; d = d->next) d->fn(d->arg);
    for (struct chunk *c = a->chunks, *next; c; c = next) {
        next = c->next;
        free(c);
    }
    free(a);
}
