/* SPDX-License-Identifier: GPL-3.0-or-later
 * Forms of both kinds, targets and plain words: no byte beyond the end is read. */
#include "kit/net/guard.h"
#include "kit/web/form.h"
#include "kit/web/html.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *a = arena_open(256 * MIB);
    struct str s = { (const char *)data, (ptrdiff_t)n }, why, path, query;
    struct form f;
    bool read = form_read(a, S("multipart/form-data; boundary=B"), s, &f, &why);
    read |= form_read(a, S("application/x-www-form-urlencoded"), s, &f, &why);
    if (read) form_value(&f, "a");
    if (http_split_target(a, s, &path, &query)) form_query(a, query, &f);
    html_plain(a, s);
    url_inside(a, s);
    arena_close(a);
    return 0;
}
