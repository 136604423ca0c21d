/* SPDX-License-Identifier: GPL-3.0-or-later
 * Forms of both kinds and plain words: no byte beyond the end is read, values are UTF-8. */
#include "kit/web/form.h"
#include "kit/web/html.h"

#include "fuzz.h"

static void judge(const struct form *f)
{
    must(f->n <= FORM_FIELDS);
    for (int i = 0; i < f->n; i++) {
        must(text_valid(f->at[i].name));
        must(f->at[i].file || text_valid(f->at[i].value));
        if (f->at[i].file) must_be_line(f->at[i].file_name);
    }
    must(text_valid(form_value(f, "a")));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *a = arena_open((size_t)256 * MIB);
    struct str s = { (const char *)data, (ptrdiff_t)n }, why = S("");
    static const struct str types[] = { S_INIT("multipart/form-data; boundary=B"),
                                        S_INIT("application/x-www-form-urlencoded") };
    struct form f;
    for (int i = 0; i < COUNT(types); i++) {
        if (form_read(a, types[i], s, &f, &why)) judge(&f);
        else must(why.n > 0);
    }
    html_plain(a, s);
    arena_close(a);
    return 0;
}
