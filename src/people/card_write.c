/* SPDX-License-Identifier: GPL-3.0-or-later
 * card_write.c - a person as a vCard 4.0 (RFC 6350). */
#include "kit/base/date.h"
#include "people/card.h"

/* A value: backslash, comma, semicolon and line ends escaped; the line folded at 75 bytes. */
static void card_line(struct buf *o, const char *name, struct str value)
{
    struct buf b = { .a = o->a };
    buf_fmt(&b, "%s:", name);
    for (ptrdiff_t i = 0; i < value.n; i++) {
        char x = value.p[i];
        if (x == '\\' || x == ',' || x == ';') buf_char(&b, '\\');
        if (x == '\n') buf_add(&b, S("\\n"));
        else if (x != '\r') buf_char(&b, x);
    }
    struct str rest = buf_str(&b);
    for (ptrdiff_t room = 75; rest.n; room = 74) {
        ptrdiff_t cut = MIN(room, rest.n);
        while (cut < rest.n && cut > 1 && ((unsigned char)rest.p[cut] & 0xC0) == 0x80)
            cut--; /* never inside a letter */
        buf_add(o, str_upto(rest, cut));
        rest = str_from(rest, cut);
        buf_add(o, rest.n ? S("\r\n ") : S("\r\n"));
    }
}

void card_write(struct ctx *c, struct buf *o, const struct person *p)
{
    struct handles h;
    person_handles(c, p->id, &h);
    buf_add(o, S("BEGIN:VCARD\r\nVERSION:4.0\r\n"));
    card_line(o, "KIND",
              p->kind == PERSON_ORG ? S("org")
                                    : S("individual")); /* roles, lists and machines have none */
    card_line(o, "FN", p->name);
    for (int i = 0; i < h.n; i++)
        if (str_begins(h.at[i].uri, S("mailto:"))) card_line(o, "EMAIL", str_from(h.at[i].uri, 7));
        else if (str_begins(h.at[i].uri, S("tel:"))) card_line(o, "TEL;VALUE=uri", h.at[i].uri);
        else if (!str_begins(h.at[i].uri, S("domain:")) && !str_begins(h.at[i].uri, S("org:")))
            card_line(o, "URL", h.at[i].uri);
    if (p->org_name.n) card_line(o, "ORG", p->org_name);
    if (p->dead_at) {
        struct civil d = date_civil(p->dead_at, c->offset_s);
        card_line(o, "DEATHDATE", str_fmt(o->a, "%04d%02d%02d", d.year, d.month, d.day));
    }
    if (p->mute) card_line(o, "X-SNUG-DO-NOT-CONTACT", S("1"));
    buf_add(o, S("END:VCARD\r\n"));
}
