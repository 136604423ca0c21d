/* SPDX-License-Identifier: GPL-3.0-or-later
 * letter_web.c - the day as a letter in the morning: plain words and HTML, each line with its link.
 */
#include "kit/base/date.h"
#include "today/letter_html.h"
#include "today/today_web.h"

struct url today_far(struct arena *a, struct str origin, const char *place, id which)
{
    return url_outside(a, str_fmt(a, "%.*s/%s/%" PRId64, STR(origin), place, which));
}

void today_letter(struct arena *a, const struct today *t, struct str origin,
                  struct today_letter *out)
{
    struct buf html = { .a = a };
    letter_html(&html, a, t, origin);
    *out = (struct today_letter){ .subject =
                                      str_fmt(a, "%.*s: %.*s", STR(t->house.name), STR(t->date)),
                                  .text = today_text_with(a, t, origin),
                                  .html = buf_str(&html) };
}
