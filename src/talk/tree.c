/* SPDX-License-Identifier: GPL-3.0-or-later
 * tree.c - which messages make one conversation, and which answers which.
 *
 * The conversation is the connected set over the ids a message names (union); the tree is Jamie
 * Zawinski's: the last reference is the parent, references in a row are parent and child where
 * nothing else says so, no loops. Messages are taken in order of (at, key of the id), so that the
 * result doesn't depend on the order of arrival. A node's refs: how many of them make the tree,
 * those (oldest first), then those that only join; eight bytes each. */
#include "kit/base/hash.h"
#include "talk/in_list.h"
#include "talk/incoming.h"

#include <stdlib.h>

enum { NODES_MOST = 50000, BROADCAST = TIE_DIRECT_MAX, ANCESTORS = 12, GUESS_WINDOW = 30 * DAY };

struct tnode {
    int64_t key;
    id message; /* 0: only heard of */
    int64_t at;
    int64_t guess, joined;
    bool cut, loose, broadcast;
    bool outside; /* of another conversation: only so that others keep their parents */
    int64_t base;
    struct str refs;
    bool ours;
    int64_t moment;
    /* as stored */
    int64_t old_parent;
    id old_answers;
    bool old_guessed;
    int64_t old_line;
    /* as found */
    int parent, set; /* index; -1: none. set: union-find */
    bool own_parent, guessed;
};
struct tree {
    struct tnode *at; /* by key */
    int n;
    int *order; /* held ones by (at, key) */
    int held;
};

static int by_key(const void *x, const void *y)
{
    int64_t a = ((const struct tnode *)x)->key, b = ((const struct tnode *)y)->key;
    return (a > b) - (a < b);
}

static int compare_keys(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
    return (a > b) - (a < b);
}

static int find(const struct tree *tr, int64_t key)
{
    struct tnode want = { .key = key };
    struct tnode *hit = tr->n ? bsearch(&want, tr->at, (size_t)tr->n, sizeof want, by_key) : NULL;
    return hit ? (int)(hit - tr->at) : -1;
}

static int64_t ref_at(struct str refs, int i)
{
    int64_t v = 0;
    if ((i + 1) * 8 <= refs.n) memcpy(&v, refs.p + i * 8, 8);
    return v;
}
static int ref_count(struct str refs) { return refs.n ? (int)(refs.n / 8) - 1 : 0; }
static int chain_count(struct str refs) { return (int)ref_at(refs, 0); }
static int64_t ref(struct str refs, int i) { return ref_at(refs, i + 1); }

static int compare_held(const void *x, const void *y, void *nodes)
{
    const struct tnode *a = (const struct tnode *)nodes + *(const int *)x,
                       *b = (const struct tnode *)nodes + *(const int *)y;
    if (a->at != b->at) return a->at < b->at ? -1 : 1;
    return (a->key > b->key) - (a->key < b->key); /* not by number: that is the order of arrival */
}

#define NODE_COLUMNS                                                                               \
    "n.id, n.message, n.parent, n.guess, n.joined, n.cut, n.refs, m.at, m.loose, m.base, "         \
    "m.class, m.reach,"                                                                            \
    " m.line, m.parent, m.guessed, m.moment, p.ours FROM node n LEFT JOIN message m ON "           \
    "m.id=n.message"                                                                               \
    " LEFT JOIN handle h ON h.key=m.author LEFT JOIN person p ON p.id=h.person"

static struct tnode node_row(struct rows *r)
{
    struct tnode x = { .key = row_int(r, 0),
                       .message = row_int(r, 1),
                       .old_parent = row_int(r, 2),
                       .guess = row_int(r, 3),
                       .joined = row_int(r, 4),
                       .cut = row_bool(r, 5),
                       .refs = row_blob(r, 6),
                       .at = row_int(r, 7),
                       .loose = row_bool(r, 8),
                       .base = row_int(r, 9),
                       .old_line = row_int(r, 12),
                       .old_answers = row_int(r, 13),
                       .old_guessed = row_bool(r, 14),
                       .moment = row_int(r, 15),
                       .ours = row_bool(r, 16),
                       .parent = -1 };
    x.broadcast =
        x.message && (row_int(r, 10) == TALK_BULK || (x.ours && row_int(r, 11) > BROADCAST));
    return x;
}

static void add_missing(const struct tree *tr, int64_t key, int64_t *out, int *n)
{
    if (key && *n < NODES_MOST && find(tr, key) < 0) out[(*n)++] = key;
}

/* What the nodes name that is not among them: it lies behind a cut, or is a letter to many. */
static int missing(struct arena *a, const struct tree *tr, int64_t **out)
{
    int room = 0, n = 0, kept = 0;
    for (int i = 0; i < tr->n; i++) room += ref_count(tr->at[i].refs) + 2;
    int64_t *keys = NEW(a, int64_t, MIN(room, NODES_MOST) + 1);
    for (int i = 0; i < tr->n; i++) {
        const struct tnode *x = &tr->at[i];
        for (int j = 0; j < ref_count(x->refs); j++) add_missing(tr, ref(x->refs, j), keys, &n);
        add_missing(tr, x->guess, keys, &n);
        add_missing(tr, x->joined, keys, &n);
    }
    qsort(keys, (size_t)n, sizeof *keys, compare_keys);
    for (int i = 0; i < n; i++)
        if (!kept || keys[kept - 1] != keys[i]) keys[kept++] = keys[i];
    *out = keys;
    return kept;
}

/* Those, and what they name in turn: a message keeps what it answers when it is settled without it.
 */
static void load_outside(struct ctx *c, struct tree *tr)
{
    int64_t *keys = NULL;
    for (int n, had = -1;
         (n = missing(c->a, tr, &keys)) > 0 && tr->n != had && tr->n + n <= NODES_MOST;) {
        struct tnode *all = NEW(c->a, struct tnode, tr->n + n);
        had = tr->n;
        memcpy(all, tr->at, (size_t)tr->n * sizeof *all);
        tr->at = all;
        for (int from = 0; from < n; from += IN_LIST_N) {
            struct val *v = in_list(c->a, keys + from, MIN(n - from, IN_LIST_N), 1);
            in_list_int(v, 1, IN_LIST_N);
            IN_EACH(r, c,
                    SQL("SELECT " NODE_COLUMNS " WHERE n.id IN(" IN_LIST_2
                        ") ORDER BY n.id LIMIT $1"),
                    v)
            {
                tr->at[tr->n] = node_row(&r);
                tr->at[tr->n++].outside = true;
            }
        }
        qsort(tr->at, (size_t)tr->n, sizeof *tr->at, by_key);
    }
}

static void load(struct ctx *c, id conversation, struct tree *tr)
{
    int room =
        (int)db_int(c, 0, SQL("SELECT count(*) FROM node WHERE conversation=$1"), I(conversation));
    *tr = (struct tree){ .at = NEW(c->a, struct tnode, room + 1) };
    EACH (r, c, SQL("SELECT " NODE_COLUMNS " WHERE n.conversation=$1 ORDER BY n.id LIMIT $2"),
          I(conversation), I(MIN(room, NODES_MOST)))
        tr->at[tr->n++] = node_row(&r);
    qsort(tr->at, (size_t)tr->n, sizeof *tr->at, by_key);
}

/* The held ones by time. */
static void put_in_order(struct ctx *c, struct tree *tr)
{
    tr->order = NEW(c->a, int, tr->n + 1);
    for (int i = 0; i < tr->n; i++)
        if (tr->at[i].message) tr->order[tr->held++] = i;
    qsort_r(tr->order, (size_t)tr->held, sizeof *tr->order, compare_held, tr->at);
}

/* ---- the guess by subject ------------------------------------------------ */

/* The most recent message of the same subject within 30 days before. Of one second: one that needs
 * no guess itself, or a lesser key, so that nothing goes in circles or by arrival. */
static int64_t candidate(struct ctx *c, const struct tnode *x, id *conversation)
{
    int64_t node = 0;
    EACH (r, c,
          SQL("SELECT node, conversation FROM message WHERE base=$1 AND base<>0 AND at<=$2 AND "
              "at>=$3 AND id<>$4 AND class IN($5, $6)"
              " AND (at<$2 OR loose=0 OR node<$7) ORDER BY at DESC, loose, node DESC LIMIT 1"),
          I(x->base), I(x->at), I(x->at - GUESS_WINDOW), I(x->message), I(TALK_DIRECT),
          I(TALK_LIST), I(x->key)) {
        node = row_int(&r, 0);
        *conversation = row_int(&r, 1);
    }
    return node;
}

/* True when a guess reaches into another conversation, which is then united with this one:
 * everything has to be looked at again. */
static bool guess(struct tx *t, struct tree *tr, id conversation)
{
    bool again = false;
    for (int i = 0; i < tr->held; i++) {
        struct tnode *x = &tr->at[tr->order[i]];
        if (!x->loose || x->joined || x->outside) continue;
        id other = conversation;
        int64_t node = candidate(&t->c, x, &other);
        if (node != x->guess)
            db_do(t, SQL("UPDATE node SET guess=$1 WHERE id=$2"), I(node), I(x->key));
        x->guess = node;
        if (other == conversation || x->cut) continue;
        conversation_unite(t, MIN(other, conversation), MAX(other, conversation));
        again = true;
        break;
    }
    return again;
}

/* ---- tree ---------------------------------------------------------------- */

static bool above(const struct tree *tr, int top, int from)
{
    for (int i = from, steps = 0; i >= 0 && steps <= tr->n; i = tr->at[i].parent, steps++)
        if (i == top) return true;
    return false;
}

static void hang(struct tree *tr, int child, int parent, bool own)
{
    if (child < 0 || parent < 0 || child == parent || above(tr, child, parent)) return;
    if (!own && (tr->at[child].parent >= 0 || tr->at[child].own_parent)) return;
    tr->at[child].parent = parent;
    tr->at[child].own_parent = own;
}

static void grow(struct tree *tr)
{
    for (int k = 0; k < tr->held; k++) {
        int i = tr->order[k], before = -1;
        struct tnode *x = &tr->at[i];
        for (int j = 0; j < chain_count(x->refs); j++) {
            int at = find(tr, ref(x->refs, j));
            if (before >= 0) hang(tr, at, before, false);
            if (at >= 0) before = at;
        }
        if (chain_count(x->refs)) {
            x->parent = -1; /* what others said of it gives way to its own word */
            x->own_parent = true;
            hang(tr, i, before, true);
        }
        int64_t by_hand = x->joined ? x->joined : x->guess;
        if (x->parent < 0 && by_hand) {
            hang(tr, i, find(tr, by_hand), true);
            x->guessed = x->parent >= 0 && !x->joined;
        }
    }
}

/* ---- sets ---------------------------------------------------------------- */

static int top(struct tree *tr, int i)
{
    while (tr->at[i].set != i) i = tr->at[i].set = tr->at[tr->at[i].set].set;
    return i;
}

static void unite(struct tree *tr, int a, int b)
{
    if (a >= 0 && b >= 0 && !tr->at[a].outside && !tr->at[b].outside)
        tr->at[top(tr, a)].set = top(tr, b);
}

/* The nearest of itself and those above it at which a keeper began a new conversation; -1: none. */
static int cut_above(const struct tree *tr, int i)
{
    for (int steps = 0; i >= 0 && steps <= tr->n; i = tr->at[i].parent, steps++)
        if (tr->at[i].cut) return i;
    return -1;
}

/* Ids above a cut stand in the refs of all below it: they join only what is on the same side. Many
 * answers to one message to many are as many conversations. */
static void join_edge(struct tree *tr, const int *side, int i, int other)
{
    if (other >= 0 && !tr->at[other].broadcast && side[i] == side[other]) unite(tr, i, other);
}

static void divide(struct arena *a, struct tree *tr)
{
    int *side = NEW(a, int, tr->n);
    for (int i = 0; i < tr->n; i++) {
        tr->at[i].set = i;
        side[i] = cut_above(tr, i);
    }
    for (int i = 0; i < tr->n; i++) {
        struct tnode *x = &tr->at[i];
        if (x->joined) unite(tr, i, find(tr, x->joined));
        for (int j = 0; j < ref_count(x->refs); j++)
            join_edge(tr, side, i, find(tr, ref(x->refs, j)));
        if (x->guess && x->guessed) join_edge(tr, side, i, find(tr, x->guess));
    }
}

/* ---- writing back -------------------------------------------------------- */

static id nearest_held(const struct tree *tr, int i)
{
    int p = tr->at[i].parent;
    for (int steps = 0; p >= 0 && !tr->at[p].message && steps <= tr->n; steps++)
        p = tr->at[p].parent;
    return p >= 0 ? tr->at[p].message : 0;
}

static int64_t line_of(const struct tree *tr, int i)
{
    uint64_t h = 0xcbf29ce484222325u;
    int held = 0;
    for (int p = tr->at[i].parent, steps = 0; p >= 0 && held < ANCESTORS && steps <= tr->n;
         p = tr->at[p].parent, steps++) {
        if (!tr->at[p].message) continue;
        h = (h ^ (uint64_t)tr->at[p].message) * 0x100000001b3u;
        held++;
    }
    return held ? (int64_t)(h >> 1) | 1 : 0;
}

static void write_back(struct tx *t, struct tree *tr, id conversation, const id *name)
{
    for (int i = 0; i < tr->n; i++) {
        struct tnode *x = &tr->at[i];
        if (x->outside) continue;
        id mine = name[top(tr, i)] ? name[top(tr, i)] : conversation;
        int64_t parent = x->parent >= 0 ? tr->at[x->parent].key : 0;
        if (mine != conversation || parent != x->old_parent)
            db_do(t, SQL("UPDATE node SET conversation=$1, parent=$2 WHERE id=$3"), I(mine),
                  I(parent), I(x->key));
        if (!x->message) continue;
        id answers = nearest_held(tr, i);
        int64_t line = line_of(tr, i);
        bool moved = mine != conversation || answers != x->old_answers ||
                     x->guessed != x->old_guessed || line != x->old_line;
        if (moved)
            db_do(t,
                  SQL("UPDATE message SET conversation=$1, parent=$2, guessed=$3, line=$4 WHERE "
                      "id=$5"),
                  I(mine), I(answers), I(x->guessed), I(line), I(x->message));
        if (line != x->old_line) log_dirty(t, DIRTY_TEXT, x->moment, 0);
    }
}

/* When one became several, each is settled again by itself: so the result doesn't depend on which
 * ways they came together before. */
static void settle_again(struct tx *t, const struct tree *tr, id conversation, const id *name)
{
    int sets = 0;
    for (int i = 0; i < tr->n; i++) sets += name[i] != 0;
    for (int i = 0; i < tr->n; i++) {
        if (!name[i]) continue;
        if (name[i] != conversation) log_dirty(t, DIRTY_WAIT, name[i], 0);
        if (sets > 1) log_dirty(t, DIRTY_CONVERSATION, name[i], 0);
    }
}

void tree_settle(struct tx *t, id conversation)
{
    struct tree tr;
    load(&t->c, conversation, &tr);
    log_dirty(t, DIRTY_WAIT, conversation, 0);
    if (!tr.n) return;
    put_in_order(&t->c, &tr);
    if (guess(t, &tr, conversation)) return;
    load_outside(&t->c, &tr);
    tr.held = 0;
    put_in_order(&t->c, &tr);
    grow(&tr);
    divide(t->c.a, &tr);
    id *name = NEW(t->c.a, id, tr.n); /* of each set: its least message */
    for (int i = 0; i < tr.n; i++) {
        id *least = &name[top(&tr, i)];
        if (tr.at[i].message && !tr.at[i].outside && (!*least || tr.at[i].message < *least))
            *least = tr.at[i].message;
    }
    write_back(t, &tr, conversation, name);
    settle_again(t, &tr, conversation, name);
}
