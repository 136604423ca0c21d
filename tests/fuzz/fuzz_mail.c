/* SPDX-License-Identifier: GPL-3.0-or-later
 * Any bytes are a mail: it is read or refused with a sentence, its values are UTF-8, its parts can
 * be taken out, its answer over the wire is the same. */
#include "kit/mail/quote.h"
#include "kit/mail/said.h"
#include "kit/mail/wire.h"

#include "fuzz.h"

static void use(struct arena *a, struct str raw, struct mail *m)
{
    struct mail_result r = { .mail = *m, .packed = S("") }, back = { 0 };
    must(wire_take(a, raw, wire_put(a, raw, &r, false), &back, false));
    must(str_eq(back.mail.text, m->text) && str_eq(back.mail.subject, m->subject));
    struct quote_marks marks = quote_mark(a, m->text, NULL, 0, NULL);
    int lines = 0;
    for (int i = 0; i < marks.n; i++) lines += marks.at[i].lines;
    for (ptrdiff_t i = 0; i < m->text.n; i++) lines -= m->text.p[i] == '\n';
    must(lines == (m->text.n && m->text.p[m->text.n - 1] != '\n'));
    must(text_valid(said_read(a, quote_new_text(a, m->text, marks)).line));
    struct str bytes, type;
    for (int i = 0; i < m->parts.n; i++)
        must(mail_part_read(a, raw, m->parts.at[i].path, &bytes, &type) == OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *a = arena_open((size_t)256 * MIB);
    struct str raw = { (const char *)data, (ptrdiff_t)n }, why;
    struct mail m;
    if (mail_parse(a, raw, &m, &why) == OK) use(a, raw, &m);
    else must(why.n > 0);
    arena_close(a);
    return 0;
}
