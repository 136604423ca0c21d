/* SPDX-License-Identifier: GPL-3.0-or-later
 * source_book.c - address books that lie beside mail. */
#include "kit/base/text.h"
#include "kit/mail/source_list.h"
#include "kit/mail/vcard.h"

#include <fcntl.h>
#include <unistd.h>

bool source_is_book(struct str name, source_bytes looks, struct str first)
{
    bool csv = name.n > 4 && str_ieq(str_from(name, name.n - 4), S(".csv"));
    return looks == BYTES_OTHER && (csv || vcard_looks(first));
}

void source_add_book(struct source *s, struct str shown, struct str path, int64_t at, int64_t bytes)
{
    if (s->books_n == s->books_cap) {
        int cap = s->books_cap ? s->books_cap * 2 : 16;
        struct book *more = NEW(s->a, struct book, cap);
        if (s->books_n) memcpy(more, s->books, sizeof *more * (size_t)s->books_n);
        s->books = more;
        s->books_cap = cap;
    }
    struct book *b = &s->books[s->books_n++];
    *b = (struct book){ .path = path.n ? str_z(s->a, path) : NULL, .at = at, .bytes = bytes };
    b->shown.path = text_oneline(s->a, str_dup(s->a, shown));
    b->shown.archived = !path.n;
}

int source_books(const struct source *s) { return s->books_n; }

struct source_book source_book(const struct source *s, int i) { return s->books[i].shown; }

err source_book_read(struct ctx *c, struct source *s, struct arena *a, int i, int64_t limit,
                     struct str *out)
{
    const struct book *b = &s->books[i];
    if (b->bytes > limit) return fail(c, E_INVALID, "It is too large for an address book.");
    int fd = b->path ? open(b->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : s->temp_fd;
    if (fd < 0) return fail(c, E_NOTFOUND, "It is no longer there.");
    char *p = NEW(a, char, b->bytes + 1);
    ptrdiff_t got = source_read_at(fd, p, b->bytes, b->at);
    if (b->path) close(fd);
    if (got != b->bytes) return fail(c, E_NOTFOUND, "It is shorter than it was.");
    *out = (struct str){ p, got };
    return OK;
}
