/* SPDX-License-Identifier: GPL-3.0-or-later
 * files.h - small files, whole; errors are sentences. */
#pragma once
#include "kit/base/base.h"

bool file_exists(struct arena *, struct str path);
bool file_is_folder(struct arena *, struct str path);
const char *file_error(void); /* of the last call that failed, in words */
err file_read(struct arena *, struct str path, ptrdiff_t most, struct str *out,
              struct str *why) MUST_USE;
/* Durable: behind the last whole line of what is there, fsync. A line that was cut short goes. */
err file_append(struct arena *, struct str path, struct str line, struct str *why) MUST_USE;
/* Durable: new name, fsync, rename, fsync of the folder. E_CONFLICT when the name is taken. */
err file_write_new(struct arena *, struct str path, struct str bytes, int mode,
                   struct str *why) MUST_USE;
/* The same in place of what stands there. */
err file_replace(struct arena *, struct str path, struct str bytes, int mode,
                 struct str *why) MUST_USE;
/* Makes a folder for nobody else. E_CONFLICT when the name is taken. */
err file_folder(struct arena *, struct str path, struct str *why) MUST_USE;
/* Durable; onto a free name, or for a folder onto an empty one. */
err file_rename(struct arena *, struct str from, struct str to, struct str *why) MUST_USE;
struct str file_parent(struct str path); /* "/a" of "/a/b/"; "." where there is none */
/* What lies in a folder, "." and ".." left out, in order; none if it can't be read. */
struct names {
    struct str *at;
    int n;
};
struct names file_names(struct arena *, struct str folder);
