/* SPDX-License-Identifier: GPL-3.0-or-later
 * What people type into the search box, finished or not: it is understood or refused with a
 * sentence, and the database takes what becomes of it. */
#include "kit/base/hash.h"
#include "kit/store/migrate.h"
#include "post/mailbox.h"
#include "post/outbox.h"
#include "talk/find.h"
#include "facts/fact.h"
#include "ties/tie.h"

#include "fuzz.h"

static const struct concept *const concepts[] = { &log_concept,  &people_concept, &circles_concept, &may_concept, &facts_concept,
    &ties_concept, &post_concept,   &outbox_concept,  &talk_concept };
static struct store *store;
static struct secret secret;

static void open_house(void)
{
    struct arena *a = arena_open(64 * MIB);
    struct schema list[COUNT(concepts) + 1] = { { "search", search_schema } };
    struct str why = S("");
    hash_start();
    tie_start();
    fact_start();
    log_wire(concepts, COUNT(concepts));
    secret_derive(&secret, (const uint8_t[32]){ 7 });
    for (int i = 0; i < COUNT(concepts); i++)
        list[i + 1] = (struct schema){ concepts[i]->name, concepts[i]->schema };
    store = store_open(a, &(struct store_opts){ .where = S(":memory:") }, &secret, &why);
    must(store && migrate(store, a, list, COUNT(list), &why) == OK);
}

struct asked {
    struct str words;
    bool typing;
};

/* In writing work, because a reader would see another database in memory. */
static err ask(struct tx *t, void *arg)
{
    struct asked *q = arg;
    struct find_query query;
    struct find_hits hits;
    TRY(talk_find_read(&t->c, q->words, q->typing, &query));
    must(query.n_who <= FIND_WHO && query.n_in <= FIND_IN);
    talk_find_by(&t->c, &query, 0, 20, &hits);
    must(hits.n == 0 && text_valid(hits.nobody));
    return OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    if (!store) open_house();
    struct arena *a = arena_open((size_t)256 * MIB);
    for (int typing = 0; typing < 2; typing++) {
        struct asked q = { text_utf8(a, (struct str){ (const char *)data, (ptrdiff_t)n }), typing };
        struct work w = { .a = a, .viewer = 1, .now = 1780000000 };
        if (work_write(store, &w, ask, &q) != OK) must(!w.broken && w.why.n > 0);
    }
    arena_close(a);
    return 0;
}
