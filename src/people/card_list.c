/* SPDX-License-Identifier: GPL-3.0-or-later
 * card_list.c - lists of cards and notes, and handles as people write them. */
#include "kit/base/date.h"
#include "kit/base/text.h"
#include "people/card.h"

void card_add(struct arena *a, struct cards *list, const struct card *one)
{
    if (list->n == list->cap) {
        struct card *more = NEW(a, struct card, list->cap ? list->cap * 2 : 64);
        if (list->n) memcpy(more, list->at, sizeof *more * (size_t)list->n);
        list->at = more;
        list->cap = list->cap ? list->cap * 2 : 64;
    }
    list->at[list->n] = *one;
    list->at[list->n++].path = list->path;
}

void card_say(struct arena *a, struct card_notes *list, int line, struct str what, struct str why)
{
    if (list->n == list->cap) {
        struct card_note *more = NEW(a, struct card_note, list->cap ? list->cap * 2 : 64);
        if (list->n) memcpy(more, list->at, sizeof *more * (size_t)list->n);
        list->at = more;
        list->cap = list->cap ? list->cap * 2 : 64;
    }
    list->at[list->n++] = (struct card_note){ list->path, line, text_oneline(a, what), why };
}

bool card_phone(struct arena *a, struct str written, struct meeting *out)
{
    struct buf o = { .a = a };
    struct str s = str_trim(written);
    int digits = 0;
    if (str_ibegins(s, S("tel:"))) s = str_from(s, 4);
    if (str_chr(s, ';') > 0) s = str_upto(s, str_chr(s, ';')); /* an extension */
    for (ptrdiff_t i = 0; i < s.n; i++) {
        bool digit = s.p[i] >= '0' && s.p[i] <= '9';
        digits += digit;
        if (digit || (s.p[i] == '+' && !o.n)) buf_char(&o, s.p[i]);
        else if (!strchr(" -./()\t", s.p[i]) && !((unsigned char)s.p[i] & 0x80)) return false;
    }
    if (digits < 3 || digits > 17) return false;
    struct str number = buf_str(&o);
    if (number.n > 2 && str_begins(number, S("00")))
        number = str_fmt(a, "+%.*s", STR(str_from(number, 2)));
    *out = (struct meeting){ .uri = str_fmt(a, "tel:%.*s", STR(number)),
                             .shown = s,
                             .kind = PERSON_HUMAN };
    return true;
}

bool card_link(struct arena *a, struct str written, struct meeting *out)
{
    struct str s = str_trim(written);
    bool plain = true;
    for (ptrdiff_t i = 0; i < s.n; i++)
        plain = plain && (unsigned char)s.p[i] > ' ' && s.p[i] != 0x7f;
    if (!plain || s.n > 2000) return false;
    if (str_ibegins(s, S("www."))) s = str_fmt(a, "https://%.*s", STR(s));
    bool web =
        (str_ibegins(s, S("https://")) && s.n > 8) || (str_ibegins(s, S("http://")) && s.n > 7);
    if (!web && !(str_ibegins(s, S("acct:")) && str_chr(s, '@') > 5)) return false;
    ptrdiff_t path = web ? str_find(s, S("//")) + 2 : s.n;
    while (path < s.n && s.p[path] != '/') path++;
    struct str uri =
        str_fmt(a, "%.*s%.*s", STR(str_lower(a, str_upto(s, path))), STR(str_from(s, path)));
    if (web && str_ends(uri, S("/"))) uri.n--;
    *out = (struct meeting){ .uri = uri, .shown = uri, .kind = PERSON_HUMAN };
    return true;
}

bool card_day(struct str s, int64_t *out)
{
    struct civil day = { .hour = 12 };
    int64_t number[3];
    char digits[9];
    int n = 0;
    s = str_trim(s);
    if (str_chr(s, 'T') > 0) s = str_upto(s, str_chr(s, 'T'));
    for (ptrdiff_t i = 0; i < s.n; i++) {
        if (s.p[i] == '-' && (i == 4 || i == 7)) continue;
        if (s.p[i] < '0' || s.p[i] > '9' || n == 8) return false;
        digits[n++] = s.p[i];
    }
    if (n != 8) return false;
    if (!str_int((struct str){ digits, 4 }, &number[0]) ||
        !str_int((struct str){ digits + 4, 2 }, &number[1]) ||
        !str_int((struct str){ digits + 6, 2 }, &number[2]))
        return false;
    day.year = (int)number[0];
    day.month = (int)number[1];
    day.day = (int)number[2];
    if (!date_valid(day)) return false;
    *out = date_seconds(day, 0);
    return true;
}
