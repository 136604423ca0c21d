/* SPDX-License-Identifier: GPL-3.0-or-later
 * form.h - what a form sent: application/x-www-form-urlencoded (also queries) and
 * multipart/form-data. Values are valid UTF-8; a file's bytes are as they came. */
#pragma once
#include "kit/base/base.h"

enum { FORM_FIELDS = 1000 };
struct form_field {
    struct str name, value;
    bool file;
    struct str file_name, type; /* of a file: one line, without folders; as declared */
};
struct form {
    struct form_field *at;
    int n;
};
/* False with *why (safe to show) when it is neither kind, broken, or has too many fields. */
bool form_read(struct arena *, struct str content_type, struct str body, struct form *out,
               struct str *why) MUST_USE;
/* A query: never fails; fields beyond FORM_FIELDS are left out. */
void form_query(struct arena *, struct str query, struct form *out);
/* The first field of that name, trimmed; empty when there is none. */
struct str form_value(const struct form *, const char *name);
const struct form_field *form_find(const struct form *, const char *name); /* or NULL */
/* The next field of that name behind *at (start with 0), or NULL: for check boxes. */
const struct form_field *form_next(const struct form *, const char *name, int *at);
