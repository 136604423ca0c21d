/* SPDX-License-Identifier: GPL-3.0-or-later
 * table.c - the hash table of lines. */
#include "ties/table.h"

#include "ties/line.h"

#include <stdlib.h>
#include <sys/mman.h>

enum { BATCH = 32, SLOTS_MIN = 1024, RADIX_BITS = 11, RADIX = 1 << RADIX_BITS };
enum { MORE = 1024, AHEAD = 24 };
enum { SEGMENT_BITS = 18, SEGMENT = 1 << SEGMENT_BITS, SEGMENTS = 1 << (32 - SEGMENT_BITS) };

/* Lines stand in the order in which their pairs were met, in segments that never move. A slot
 * of the index holds the hash of a pair (upper half) and the number of its line, from 1; the
 * slots in use rise from the first to the last. So nothing wraps around: a few slots more
 * behind the end take what is pushed there. */
struct tie_table {
    uint64_t *index;
    uint64_t slots, limit; /* grows when there are limit pairs, or the last slot is taken */
    uint64_t pairs, late;
    int32_t offset;
    struct tie_line *segment[SEGMENTS];
};

/* ---- memory: whole pages, huge ones where the machine has them ---- */

/* A gigabyte of lines in pages of 4 KiB spends its time in page tables, not in lines. */
static void *pages(uint64_t bytes)
{
    void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) {
        fputs("level=error event=tie_table_full\n", stderr);
        abort();
    }
    (void)madvise(p, bytes, MADV_HUGEPAGE);
    return p;
}

static uint64_t index_bytes(uint64_t slots) { return (slots + MORE) * sizeof(uint64_t); }

static void table_close(void *arg)
{
    struct tie_table *t = arg;
    munmap(t->index, index_bytes(t->slots));
    for (int i = 0; i < SEGMENTS && t->segment[i]; i++)
        munmap(t->segment[i], SEGMENT * sizeof(struct tie_line));
}

/* ---- where a pair lives ---- */

static inline uint32_t pair_hash(uint32_t a, uint32_t b)
{
    uint64_t x = ((uint64_t)a << 32 | b) * 0x9e3779b97f4a7c15u;
    x = (x ^ x >> 32) * 0xd6e8feb86659fd93u;
    return (uint32_t)(x >> 32);
}

/* Homes rise with the hash: growing reads and writes in one direction. */
static inline uint64_t home(uint32_t hash, uint64_t slots) { return hash * slots >> 32; }

static inline struct tie_line *line_at(const struct tie_table *t, uint32_t number)
{
    return &t->segment[(number - 1) >> SEGMENT_BITS][(number - 1) & (SEGMENT - 1)];
}

static void set_size(struct tie_table *t, uint64_t slots)
{
    t->slots = slots;
    t->limit = slots / 4 * 3;
    t->index = pages(index_bytes(slots));
}

/* Half as much again at three quarters full: never less than half full afterwards. Both sides
 * are in order, so each entry goes home or right behind the one before; an empty slot writes
 * a zero that the next entry overwrites. */
static void grow(struct tie_table *t)
{
    uint64_t *old = t->index, slots = t->slots, next = 0;
    set_size(t, slots + slots / 2);
    for (uint64_t i = 0; i < slots + MORE; i++) {
        uint64_t at = home((uint32_t)(old[i] >> 32), t->slots);
        at = MAX(at, next);
        t->index[at] = old[i];
        next = at + (old[i] != 0);
    }
    munmap(old, index_bytes(slots));
}

struct tie_table *tie_table_open(struct arena *a, uint64_t pairs, int32_t offset)
{
    struct tie_table *t = NEW(a, struct tie_table, 1);
    t->offset = offset;
    set_size(t, MAX((uint64_t)SLOTS_MIN, pairs + pairs / 2));
    arena_defer(a, table_close, t);
    return t;
}

/* The first slot with this hash, or the one where it belongs. */
static inline uint64_t find_hash(const struct tie_table *t, uint32_t hash)
{
    uint64_t slot = home(hash, t->slots), key = (uint64_t)hash << 32;
    while (t->index[slot] && t->index[slot] < key) slot++;
    return slot;
}

/* The line of the pair itself, as hashes of 32 bits are not unique; NULL, and the slot where
 * it belongs, when there is none. */
static struct tie_line *find_pair(const struct tie_table *t, uint32_t hash, uint32_t a, uint32_t b,
                                  uint64_t *slot)
{
    uint64_t at = find_hash(t, hash);
    for (; t->index[at] >> 32 == hash && t->index[at]; at++) {
        struct tie_line *l = line_at(t, (uint32_t)t->index[at]);
        if (l->a == a && l->b == b) return l;
    }
    *slot = at;
    return NULL;
}

/* Moves what is in the way up to the next free slot. */
static inline void insert(struct tie_table *t, uint64_t slot, uint64_t entry)
{
    while (entry) {
        uint64_t moved = t->index[slot];
        t->index[slot++] = entry;
        entry = moved;
    }
    if (slot >= t->slots + MORE - 1) grow(t);
}

static inline uint32_t new_line(struct tie_table *t, uint64_t slot, uint32_t hash, uint32_t a,
                                uint32_t b)
{
    struct tie_line **segment = &t->segment[t->pairs >> SEGMENT_BITS];
    if (!*segment) *segment = pages(SEGMENT * sizeof **segment);
    uint32_t number = (uint32_t)++t->pairs;
    struct tie_line *l = line_at(t, number);
    __builtin_prefetch(line_at(t, MIN(number + AHEAD, ((number - 1) | (SEGMENT - 1)) + 1)), 1);
    l->a = a;
    l->b = b;
    insert(t, slot, (uint64_t)hash << 32 | number);
    return number;
}

/* ---- adding ---- */

struct batch {
    const struct tie_event *e;
    int n;
    uint32_t a[BATCH], b[BATCH], hash[BATCH], number[BATCH];
};

static inline void aim(const struct tie_table *t, struct batch *w, const struct tie_event *e, int n)
{
    w->e = e;
    w->n = n;
    for (int i = 0; i < n; i++) {
        w->a[i] = MIN(e[i].from, e[i].to);
        w->b[i] = MAX(e[i].from, e[i].to);
        w->hash[i] = pair_hash(w->a[i], w->b[i]);
        __builtin_prefetch(&t->index[home(w->hash[i], t->slots)]);
    }
}

static inline void fetch(struct tie_table *t, struct batch *w)
{
    if (t->pairs + 2 * BATCH > t->limit) grow(t);
    for (int i = 0; i < w->n; i++) {
        w->number[i] = 0;
        if (w->a[i] == 0 || w->a[i] == w->b[i]) continue;
        uint64_t slot = find_hash(t, w->hash[i]), found = t->index[slot];
        w->number[i] = found && found >> 32 == w->hash[i]
                           ? (uint32_t)found
                           : new_line(t, slot, w->hash[i], w->a[i], w->b[i]);
        __builtin_prefetch(line_at(t, w->number[i]), 1);
    }
}

static struct tie_line *other_of_same_hash(struct tie_table *t, const struct batch *w, int i)
{
    uint64_t slot;
    struct tie_line *l = find_pair(t, w->hash[i], w->a[i], w->b[i], &slot);
    return l ? l : line_at(t, new_line(t, slot, w->hash[i], w->a[i], w->b[i]));
}

static inline void update(struct tie_table *t, const struct batch *w)
{
    for (int i = 0; i < w->n; i++) {
        if (!w->number[i]) continue;
        struct tie_line *l = line_at(t, w->number[i]);
        if (l->a != w->a[i] || l->b != w->b[i]) l = other_of_same_hash(t, w, i);
        if (tie_late(l, w->e[i].at)) t->late++;
        else line_update(l, w->e[i].from != l->a, w->e[i].at, t->offset);
    }
}

/* Three batches under way: the index of one, the lines of the next are asked for while the
 * third, whose lines have come, is updated. */
void tie_table_add(struct tie_table *t, const struct tie_event *e, ptrdiff_t n)
{
    struct batch w[3];
    ptrdiff_t batches = (n + BATCH - 1) / BATCH;
    for (ptrdiff_t k = 0; k < batches + 2; k++) {
        if (k < batches) aim(t, &w[k % 3], e + k * BATCH, (int)MIN(n - k * BATCH, BATCH));
        if (k >= 1 && k <= batches) fetch(t, &w[(k - 1) % 3]);
        if (k >= 2) update(t, &w[(k - 2) % 3]);
    }
}

bool tie_table_put(struct tie_table *t, const struct tie_line *line)
{
    if (!line->a || line->a >= line->b) return false;
    if (t->pairs + 2 * BATCH > t->limit) grow(t);
    uint32_t hash = pair_hash(line->a, line->b);
    uint64_t slot;
    if (find_pair(t, hash, line->a, line->b, &slot)) return false;
    *line_at(t, new_line(t, slot, hash, line->a, line->b)) = *line;
    return true;
}

/* ---- reading ---- */

uint64_t tie_table_pairs(const struct tie_table *t) { return t->pairs; }
uint64_t tie_table_late(const struct tie_table *t) { return t->late; }
int32_t tie_table_offset(const struct tie_table *t) { return t->offset; }

uint64_t tie_table_bytes(const struct tie_table *t)
{
    uint64_t segments = (t->pairs + SEGMENT - 1) >> SEGMENT_BITS;
    return index_bytes(t->slots) + segments * SEGMENT * sizeof(struct tie_line);
}

const struct tie_line *tie_table_find(const struct tie_table *t, uint32_t a, uint32_t b)
{
    uint32_t low = MIN(a, b), high = MAX(a, b);
    if (!low || low == high) return NULL;
    uint64_t slot;
    return find_pair(t, pair_hash(low, high), low, high, &slot);
}

const struct tie_line *tie_table_next(const struct tie_table *t, uint64_t *at)
{
    return *at < t->pairs ? line_at(t, (uint32_t)++ * at) : NULL;
}

/* ---- in order: a radix sort over copies of the keys, so that no line is touched twice ---- */

struct key {
    uint64_t pair;
    const struct tie_line *line;
};

/* One stable pass by the digit at shift; false, with nothing moved, if all have the same. */
static bool radix_pass(const struct key *from, struct key *to, uint64_t n, int shift)
{
    uint64_t start[RADIX] = { 0 }, sum = 0;
    for (uint64_t i = 0; i < n; i++) start[from[i].pair >> shift & (RADIX - 1)]++;
    if (start[from[0].pair >> shift & (RADIX - 1)] == n) return false;
    for (int d = 0; d < RADIX; d++) {
        uint64_t count = start[d];
        start[d] = sum;
        sum += count;
    }
    for (uint64_t i = 0; i < n; i++) to[start[from[i].pair >> shift & (RADIX - 1)]++] = from[i];
    return true;
}

const struct tie_line **tie_table_sorted(const struct tie_table *t, struct arena *a)
{
    uint64_t n = t->pairs, at = 0;
    const struct tie_line **out = (const struct tie_line **)NEW(a, void *, (ptrdiff_t)MAX(n, 1u));
    if (!n) return out;
    struct key *from = pages(2 * n * sizeof *from), *to = from + n, *both = from;
    for (uint64_t i = 0; i < n; i++) {
        const struct tie_line *l = tie_table_next(t, &at);
        from[i] = (struct key){ (uint64_t)l->a << 32 | l->b, l };
    }
    for (int shift = 0; shift < 64; shift += RADIX_BITS) {
        if (!radix_pass(from, to, n, shift)) continue;
        struct key *swap = from;
        from = to;
        to = swap;
    }
    for (uint64_t i = 0; i < n; i++) out[i] = from[i].line;
    munmap(both, 2 * n * sizeof *both);
    return out;
}
