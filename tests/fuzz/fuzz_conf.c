/* SPDX-License-Identifier: GPL-3.0-or-later
 * snug.conf, JSON out, days and phone numbers: read within their limits, or refused with a
 * sentence. */
#include "kit/base/conf.h"
#include "kit/base/date.h"
#include "kit/base/pack.h"
#include "people/card.h"

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *a = arena_open((size_t)256 * MIB);
    struct str s = { (const char *)data, (ptrdiff_t)n }, why = S("");
    struct conf c;
    struct meeting m;
    int64_t at, end;
    if (conf_read(&c, a, s, &why) == OK) must(c.readers >= 1 && c.readers <= 16);
    else must_be_line(why);
    if (date_parse_iso(s, &at, &end)) must(end > at);
    if (card_day(s, &at)) must(at > -(int64_t)2000 * 366 * DAY);
    struct str typed = text_utf8(a, s);
    if (card_phone(a, typed, &m)) must_be_line(m.uri);
    if (card_link(a, typed, &m)) must_be_line(m.uri);
    struct str rest = s;
    for (struct field f; rec_next(&rest, &f);) must(f.value.p + f.value.n <= s.p + s.n);
    arena_close(a);
    return 0;
}
