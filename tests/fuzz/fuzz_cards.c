/* SPDX-License-Identifier: GPL-3.0-or-later
 * Address books, as vCards and as tables: every card has a name or a handle and a line of the file,
 * every handle is UTF-8, everything left out has a reason. */
#include "kit/base/csv.h"
#include "kit/mail/vcard.h"
#include "people/card_mail.h"

#include "fuzz.h"

static void judge(const struct cards *cards, const struct card_notes *notes, int lines)
{
    for (int i = 0; i < cards->n; i++) {
        const struct card *c = &cards->at[i];
        must_be_line(c->name);
        must_be_line(c->org);
        must(c->n <= CARD_HANDLES && c->line >= 1 && c->line <= lines);
        for (int k = 0; k < c->n; k++)
            must(c->at[k].uri.n > 0 && text_valid(c->at[k].uri) && text_valid(c->at[k].shown));
    }
    for (int i = 0; i < notes->n; i++) must(notes->at[i].why.n > 0 && text_valid(notes->at[i].why));
    for (int i = 0; i < notes->n; i++) must_be_line(notes->at[i].what);
}

static void rows(struct arena *a, struct str s)
{
    struct csv csv;
    struct csv_row row;
    int line = 0;
    csv_open(&csv, s);
    while (csv_next(&csv, a, &row)) {
        must(row.line > line && row.n > 0);
        line = row.line;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *a = arena_open((size_t)256 * MIB);
    struct str s = { (const char *)data, (ptrdiff_t)n }, mapping = S("");
    struct cards cards = { 0 }, rows_ = { 0 };
    struct card_notes notes = { 0 }, more = { 0 };
    int lines = 2;
    for (size_t i = 0; i < n; i++) lines += data[i] == '\n' || data[i] == '\r';
    vcard_looks(s);
    card_read_vcards(a, s, &cards, &notes);
    judge(&cards, &notes, lines);
    rows(a, s);
    if (card_read_table(a, s, &rows_, &more, &mapping)) judge(&rows_, &more, lines);
    must(text_valid(mapping));
    arena_close(a);
    return 0;
}
