/* SPDX-License-Identifier: GPL-3.0-or-later
 * pack.h - two small encodings: compressed bytes (zstd) and records of tagged fields. */
#pragma once
#include "kit/base/base.h"

/* Compresses with zstd and a dictionary of the field's boilerplate (mail headers,
 * HTML), which is part of the program and never changes: it holds nothing of any
 * house, so that erasing a body erases all of it. What doesn't shrink stays plain.
 * The kind is what it knows beforehand of the letters in it. */
typedef enum { PACK_MAIL, PACK_RECORD } pack_kind;
struct str pack_bytes(struct arena *, pack_kind, struct str plain);
/* The plain bytes; false when damaged or larger than limit. */
bool unpack_bytes(struct arena *, struct str packed, ptrdiff_t limit, struct str *plain) MUST_USE;
/* As unpack_bytes, but only the first want bytes (or all, if fewer). */
bool unpack_head(struct arena *, struct str packed, ptrdiff_t want, struct str *plain) MUST_USE;

/* A record: fields of (tag, bytes), in the order written; tags may repeat. */
void rec_str(struct buf *, int tag, struct str value); /* tag 1..255 */
void rec_int(struct buf *, int tag, int64_t value);    /* zig-zag varint */
struct field {
    int tag;
    struct str value;
};
/* Takes the next field of *rest; false at the end or when the bytes are no record. */
bool rec_next(struct str *rest, struct field *out);
int64_t field_int(struct field);
