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

/* ---- in, strictly ----------------------------------------------------------- */

static const int64_t exact_most = (int64_t)1 << 53;

static bool is_ascii(const char *z)
{
    while (*z && (uint8_t)*z < 0x80) z++;
    return *z == 0;
}

/* jansson has limited how deep it goes. */
static bool reads_the_same(json_t *v, struct str *why)
{
    const char *key;
    json_t *inner;
    size_t i;
    if (json_is_real(v)) *why = S("it holds a fraction");
    if (json_is_integer(v) &&
        (json_integer_value(v) > exact_most || json_integer_value(v) < -exact_most))
        *why = S("it holds a number that languages read differently");
    if (json_is_object(v)) json_object_foreach(v, key, inner)
        {
            if (!is_ascii(key)) *why = S("it has a key that is not ASCII");
            if (why->n || !reads_the_same(inner, why)) return false;
        }
    json_array_foreach(v, i, inner) if (!reads_the_same(inner, why)) return false;
    return !why->n;
}

struct json *json_read(struct arena *a, struct str text, struct str *why)
{
    *why = S("");
    json_t *v = json_loadb(text.p, (size_t)text.n, JSON_REJECT_DUPLICATES, NULL);
    struct json *j = v ? root(a, v) : NULL;
    if (!json_is_object(v)) *why = S("it is no JSON object in UTF-8, or a key occurs twice");
    return !why->n && reads_the_same(v, why) ? j : NULL;
}

static struct json *borrowed(const struct json *of, json_t *at)
{
    if (!at) return NULL;
    struct json *j = NEW(of->a, struct json, 1);
    *j = (struct json){ of->a, at };
    return j;
}

struct json *json_get(const struct json *j, const char *key)
{
    return borrowed(j, json_object_get(j->at, key));
}

struct json *json_item(const struct json *j, int i)
{
    return borrowed(j, i < 0 ? NULL : json_array_get(j->at, (size_t)i));
}

int json_count(const struct json *j)
{
    if (json_is_array(j->at)) return (int)json_array_size(j->at);
    return json_is_object(j->at) ? (int)json_object_size(j->at) : -1;
}

bool json_text(const struct json *j, struct str *out)
{
    if (!j || !json_is_string(j->at)) return false;
    *out = (struct str){ json_string_value(j->at), (ptrdiff_t)json_string_length(j->at) };
    return true;
}

static void put_string(struct buf *o, const char *p, size_t n)
{
    static const char *const short_forms[] = {
        ['\b'] = "\\b", ['\t'] = "\\t", ['\n'] = "\\n", ['\f'] = "\\f", ['\r'] = "\\r"
    };
    buf_char(o, '"');
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)p[i];
        if (c == '"' || c == '\\') buf_fmt(o, "\\%c", c);
        else if (c < COUNT(short_forms) && short_forms[c]) buf_add(o, str_c(short_forms[c]));
        else if (c < 0x20) buf_fmt(o, "\\u%04x", c);
        else buf_char(o, p[i]);
    }
    buf_char(o, '"');
}

static void put_value(struct buf *o, json_t *v);

/* The least key behind last; NULL: that was the greatest. Keys are ASCII, so that their order by
 * bytes is that by UTF-16. */
static const char *key_behind(json_t *v, const char *last)
{
    const char *key, *next = NULL;
    json_t *inner;
    json_object_foreach(v, key, inner)
    {
        bool behind = !last || strcmp(key, last) > 0;
        if (behind && (!next || strcmp(key, next) < 0)) next = key;
    }
    return next;
}

static void put_object(struct buf *o, json_t *v)
{
    buf_char(o, '{');
    for (const char *key = NULL, *last = NULL; (key = key_behind(v, last)); last = key) {
        if (last) buf_char(o, ',');
        put_string(o, key, strlen(key));
        buf_char(o, ':');
        put_value(o, json_object_get(v, key));
    }
    buf_char(o, '}');
}

static void put_value(struct buf *o, json_t *v)
{
    json_t *inner;
    size_t i;
    if (json_is_object(v)) put_object(o, v);
    else if (json_is_array(v)) {
        buf_char(o, '[');
        json_array_foreach(v, i, inner)
        {
            if (i) buf_char(o, ',');
            put_value(o, inner);
        }
        buf_char(o, ']');
    } else if (json_is_string(v)) put_string(o, json_string_value(v), json_string_length(v));
    else if (json_is_integer(v)) buf_fmt(o, "%" PRId64, (int64_t)json_integer_value(v));
    else buf_add(o, json_is_true(v) ? S("true") : json_is_false(v) ? S("false") : S("null"));
}

struct str json_canonical(const struct json *j)
{
    struct buf o = { .a = j->a };
    put_value(&o, j->at);
    return buf_str(&o);
}
