/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kit/base/json.h"

#include "kit/base/text.h"

#include <jansson.h>

struct json {
    struct arena *a;
    json_t *at; /* borrowed from the root, which the arena lets go */
};

static void let_go(void *value) { json_decref(value); }

/* jansson gives NULL when memory is out; as everywhere, that ends the program. */
static json_t *must(json_t *value)
{
    if (!value) __builtin_trap();
    return value;
}

static struct json *root(struct arena *a, json_t *value)
{
    struct json *j = NEW(a, struct json, 1);
    *j = (struct json){ a, must(value) };
    arena_defer(a, let_go, value);
    return j;
}

struct json *json_begin(struct arena *a) { return root(a, json_object()); }
struct json *json_begin_list(struct arena *a) { return root(a, json_array()); }

static void put(struct json *in, const char *key, json_t *value)
{
    int failed = json_is_array(in->at) ? json_array_append_new(in->at, must(value))
                                       : json_object_set_new(in->at, key, must(value));
    if (failed) __builtin_trap();
}

void json_add_str(struct json *j, const char *key, struct str value)
{
    struct str s = text_utf8(j->a, value);
    put(j, key, json_stringn(s.n ? s.p : "", (size_t)s.n));
}

void json_add_int(struct json *j, const char *key, int64_t value)
{
    put(j, key, json_integer(value));
}
void json_add_bool(struct json *j, const char *key, bool value)
{
    put(j, key, json_boolean(value));
}

static struct json *nest(struct json *in, const char *key, json_t *value)
{
    struct json *j = NEW(in->a, struct json, 1);
    *j = (struct json){ in->a, must(value) };
    put(in, key, value);
    return j;
}

struct json *json_nest(struct json *in, const char *key) { return nest(in, key, json_object()); }
struct json *json_nest_list(struct json *in, const char *key)
{
    return nest(in, key, json_array());
}

/* Into room that most fit in, else once more: the arena may jump away from nothing but its own
 * calls, so it can't grow below jansson. */
struct str json_write(const struct json *j)
{
    enum { USUAL = 16 * KIB };
    char *p = NEW(j->a, char, USUAL);
    size_t n = json_dumpb(j->at, p, USUAL, JSON_COMPACT);
    if (n <= USUAL) return (struct str){ p, (ptrdiff_t)n };
    p = NEW(j->a, char, (ptrdiff_t)n);
    return (struct str){ p, (ptrdiff_t)json_dumpb(j->at, p, n, JSON_COMPACT) };
}
