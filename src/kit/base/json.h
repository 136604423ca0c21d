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
