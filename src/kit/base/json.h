/* SPDX-License-Identifier: GPL-3.0-or-later
 * json.h - JSON out (jansson): objects and lists are built, then written compactly in the order
 * in which they were filled. Strings become valid UTF-8 whatever comes in. */
#pragma once
#include "kit/base/base.h"

struct json; /* an object or a list; lives as long as the arena it was begun in */
struct json *json_begin(struct arena *); /* an object */
struct json *json_begin_list(struct arena *);
/* Into an object by key (a literal or longer-lived name), into a list at its end: key is NULL. */
void json_add_str(struct json *, const char *key, struct str value);
void json_add_int(struct json *, const char *key, int64_t value);
void json_add_bool(struct json *, const char *key, bool value);
struct json *json_nest(struct json *, const char *key);      /* an object inside, to be filled */
struct json *json_nest_list(struct json *, const char *key); /* a list inside */
/* The whole text on one line, without an end of line. */
struct str json_write(const struct json *);

/* ---- in, strictly ----------------------------------------------------------- */

/* One object, for what is signed: UTF-8, no key twice, keys of ASCII alone, no fractions, no
 * number beyond 2^53, so that every language reads the same. NULL with *why otherwise. */
struct json *json_read(struct arena *, struct str text, struct str *why);
/* Of an object; NULL when it has no such key, or is none. */
struct json *json_get(const struct json *, const char *key);
struct json *json_item(const struct json *, int i); /* of a list; NULL past its end */
int json_count(const struct json *);                /* members of an object or a list; else -1 */
/* The value when it is a string; otherwise *out stays and it is false. */
bool json_text(const struct json *, struct str *out) MUST_USE;
/* RFC 8785, of values as json_read() takes them. */
struct str json_canonical(const struct json *);
