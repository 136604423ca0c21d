/* SPDX-License-Identifier: GPL-3.0-or-later
 * source_list.h - the list behind a source, for those who fill it. */
#pragma once
#include "kit/mail/source.h"

typedef enum {
    HOLDS_FILES,
    HOLDS_MBOX,
    HOLDS_TEMP
} holder_kind; /* folder, mbox file, unpacked archive */

/* Where messages are: a folder of single files, an mbox, or the temporary file. */
struct holder {
    const char *path;  /* to open; for HOLDS_TEMP only to show */
    struct str folder; /* label */
    source_role role;
    holder_kind kind;
    bool quoted; /* messages are quoted as mbox does */
};
struct entry {
    const char *name; /* file in the folder; NULL: the holder itself */
    uint32_t holder;
    int64_t at, bytes, about, from_date;
};
struct book {
    struct source_book shown;
    const char *path; /* to open; NULL: in the temporary file */
    int64_t at, bytes;
};
enum { ENTRIES = 1024, SKIPS = 1000, FOLDER_DEPTH = 40, FIRST_BYTES = 4096 };

struct source {
    struct arena *a;
    struct str top; /* the path given */
    struct holder **holders;
    int holders_n, holders_cap;
    struct entry **chunks; /* of ENTRIES each: growing must not copy */
    int n, chunks_cap;
    uint32_t *order;
    char *pool, *pool_end; /* names */
    struct book *books;
    int books_n, books_cap;
    struct source_skip *skips;
    int skips_n, skips_total;
    int temp_fd; /* unpacked archives, -1: none */
    int64_t temp_n;
    int open_fd, open_holder; /* the mbox read last */
};

/* What the first bytes of a file say. */
typedef enum { BYTES_MBOX, BYTES_MESSAGE, BYTES_OTHER, BYTES_EMPTY } source_bytes;
source_bytes source_look(struct arena *, struct str first);
/* Why a file that holds neither messages nor contacts is left out. */
const char *source_why_not(source_bytes);
bool source_is_archive(struct str name);
bool source_is_housekeeping(struct str name); /* indexes of mail programs: nothing of a person's */
/* "Work.sbd/Invoices.mbox" to "Work/Invoices"; Maildir++ ".Sent.2019" to "Sent/2019". */
struct str source_label(struct arena *, struct str relative);

int source_add_holder(struct source *, struct str path, struct str folder, holder_kind,
                      bool quoted);
void source_add(struct source *, int holder, const char *name, struct entry);
/* Is this a book, by its name and first bytes? */
bool source_is_book(struct str name, source_bytes, struct str first);
/* path: to open, empty for what stands in the temporary file. */
void source_add_book(struct source *, struct str shown, struct str path, int64_t at, int64_t bytes);
/* n bytes from at, fewer when there are no more. */
ptrdiff_t source_read_at(int fd, char *, int64_t n, int64_t at);
void source_skip_add(struct source *, struct str path, int64_t offset, const char *why);
const char *source_keep_name(struct source *, struct str name);
/* Lists the messages of an mbox in bytes [at, at + bytes) of fd. */
void source_add_mbox(struct source *, int holder, int fd, int64_t at, int64_t bytes, int64_t mtime);

struct stat;
void source_walk(struct source *, struct str path, struct str relative, int depth);
void source_single(struct source *, struct str path,
                   const struct stat *); /* a file given by itself */
void source_unpack(struct source *, struct str path);
