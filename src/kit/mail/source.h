/* SPDX-License-Identifier: GPL-3.0-or-later
 * source.h - what a person gives to be imported: an mbox, a Maildir, MH folders, .eml files, a
 * folder or an archive (.zip, .tar, .tgz, Takeout) with any of these in it, and address books
 * beside them.
 *
 * The first pass lists without reading messages; the second reads one at a time. Memory is
 * bounded by the list: under 160 bytes an entry. */
#pragma once
#include "kit/base/ctx.h"

/* What a folder's name says in the common languages; never certain. */
typedef enum source_role {
    SOURCE_PLAIN,
    SOURCE_INBOX,
    SOURCE_SENT,
    SOURCE_DRAFTS,
    SOURCE_TRASH,
    SOURCE_SPAM
} source_role;
source_role source_folder_role(struct str folder);

struct source_item {
    struct str path; /* file, within an archive "archive.zip:inner/name" */
    int64_t offset;  /* where in that file the message begins; 0 for a file of its own */
    int64_t bytes;
    int64_t
        from_date; /* when it came: mbox From_ line, Maildir name; 0: not told, or not believable */
    int64_t about; /* rough date for ordering: From_ line, Maildir name, else mtime */
    struct str folder; /* label: "Work/Invoices", empty for the top */
    source_role role;
};
struct source_skip {
    struct str path;
    int64_t offset; /* -1: the whole file */
    struct str why; /* one sentence */
};

struct source;
/* Lists what is at path. E_NOTFOUND: nothing there; E_INVALID: nothing in it that looks like
 * mail or an address book. Lives in the context's arena, files are closed with it. */
err source_open(struct ctx *, struct str path, struct source **out) MUST_USE;
int source_count(const struct source *);
void source_newest_first(struct source *);
/* Entry i, in the present order; strings live in the arena given. */
void source_item(const struct source *, struct arena *, int i, struct source_item *out);
/* Its bytes, without the From_ line, mboxrd quoting undone. E_NOTFOUND when the file has gone or
 * has shrunk, E_INVALID when it is larger than limit bytes. */
err source_read(struct ctx *, struct source *, struct arena *, int i, int64_t limit,
                struct str *raw) MUST_USE;
/* Address books, known by their first bytes as vCards or by their names as tables (.csv): whether
 * a table holds contacts is not known here. */
struct source_book {
    struct str path; /* as source_item tells it */
    bool archived;
};
int source_books(const struct source *);
struct source_book source_book(const struct source *, int i);
/* Its bytes. E_NOTFOUND when the file has gone or has shrunk, E_INVALID when it is larger than
 * limit bytes. */
err source_book_read(struct ctx *, struct source *, struct arena *, int i, int64_t limit,
                     struct str *out) MUST_USE;
/* What was left out, why; the most that are kept is 1,000, *total counts all. */
const struct source_skip *source_skipped(const struct source *, int *kept, int *total);
