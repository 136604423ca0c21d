/* SPDX-License-Identifier: GPL-3.0-or-later
 * house.h - a house on disk: one folder with snug.conf, snug.db and keys/. */
#pragma once
#include "kit/base/conf.h"
#include "kit/base/hash.h"
#include "kit/store/work.h"

/* The setting `backup`: where copies of the house are made by itself, how often, how many stay. */
struct backup_plan {
    struct str folder; /* empty: none are */
    int64_t every_s, keep;
};
struct home {
    struct arena *a;
    struct str dir;
    struct backup_plan backup;
    struct conf conf;
    struct secret secret;
    struct store *store;
};
/* Makes the folder, its settings and its key where they are missing; never overwrites.
 * Errors leave a sentence in *why. */
err home_make(struct arena *, struct str dir, struct str *why) MUST_USE;
/* Settings and keys only, without the database. */
err home_read(struct arena *, struct str dir, struct home *out, struct str *why) MUST_USE;
/* Opens a house and brings its schema up to date. E_NOTFOUND: there is none. threads: for serving.
 */
err home_open(struct arena *, struct str dir, bool threads, struct home *out,
              struct str *why) MUST_USE;
void home_close(struct home *);
/* Where the key of that name lies: in keys/; or given by systemd, so that it never lies on the disk
 * beside the database. */
struct str home_key_path(const struct home *, struct str name);
enum { HOME_KEY_BYTES = 32 };
/* E_NOTFOUND, E_INVALID with a sentence in *why: it can't be read, or is no key. */
err home_key(const struct home *, struct str name, uint8_t out[HOME_KEY_BYTES],
             struct str *why) MUST_USE;
/* Names the schema this program works with. */
struct str home_schema(struct arena *);
/* The keys that receipts are signed with, made where there is none. */
err home_keys(struct home *, struct str *why) MUST_USE;

/* All concepts, in order of rank. */
void home_wire(void);
