/* SPDX-License-Identifier: GPL-3.0-or-later
 * table_mail.c - address books as tables: which column is what. */
#include "kit/base/csv.h"
#include "kit/base/text.h"
#include "kit/mail/charset.h"
#include "people/card_mail.h"

enum { COLUMNS_MOST = 200, HEADER_WITHIN = 10 };
typedef enum {
    C_NONE,
    C_DROP,
    C_FACT,
    C_NAME,
    C_FIRST,
    C_MIDDLE,
    C_LAST,
    C_MAIL,
    C_PHONE,
    C_LINK,
    C_ORG,
    C_KIND,
    C_DEAD,
    C_MUTE
} column;

/* Names without blanks, marks and case; a digit at the end is left off: email2 is email. */
static const struct {
    const char *name;
    column is;
} names[] = {
    { "name", C_NAME },
    { "fullname", C_NAME },
    { "displayname", C_NAME },
    { "formattedname", C_NAME },
    { "fn", C_NAME },
    { "firstname", C_FIRST },
    { "givenname", C_FIRST },
    { "middlename", C_MIDDLE },
    { "additionalname", C_MIDDLE },
    { "lastname", C_LAST },
    { "familyname", C_LAST },
    { "surname", C_LAST },
    { "email", C_MAIL },
    { "emailaddress", C_MAIL },
    { "mail", C_MAIL },
    { "emailvalue", C_MAIL },
    { "primaryemail", C_MAIL },
    { "mailto", C_MAIL },
    { "phone", C_PHONE },
    { "phonenumber", C_PHONE },
    { "mobile", C_PHONE },
    { "mobilephone", C_PHONE },
    { "tel", C_PHONE },
    { "telephone", C_PHONE },
    { "homephone", C_PHONE },
    { "businessphone", C_PHONE },
    { "phonevalue", C_PHONE },
    { "workphone", C_PHONE },
    { "url", C_LINK },
    { "website", C_LINK },
    { "webpage", C_LINK },
    { "homepage", C_LINK },
    { "websitevalue", C_LINK },
    { "organization", C_ORG },
    { "organisation", C_ORG },
    { "company", C_ORG },
    { "companyname", C_ORG },
    { "organizationname", C_ORG },
    { "currentemployer", C_ORG },
    { "kind", C_KIND },
    { "contacttype", C_KIND },
    { "deceased", C_DEAD },
    { "isdeceased", C_DEAD },
    { "deathdate", C_DEAD },
    { "deceaseddate", C_DEAD },
    { "donotcontact", C_MUTE },
    { "donotemail", C_MUTE },
    { "isoptout", C_MUTE },
    { "nobulkemailsuseroptout", C_MUTE },
    { "ipaddress", C_DROP },
    { "id", C_DROP },
    { "identifier", C_DROP },
    { "externalidentifier", C_DROP },
    { "emaillabel", C_DROP },
    { "phonelabel", C_DROP },
    { "emailtype", C_DROP },
    { "phonetype", C_DROP },
    { "labels", C_DROP },
};
static const char *const column_words[] = {
    "",          "left out",      "left out: no address, note it on their page",
    "name",      "first name",    "middle name",
    "last name", "mail address",  "phone number",
    "link",      "organisation",  "kind",
    "deceased",  "do not contact"
};

static struct str plain(struct arena *a, struct str s)
{
    struct buf o = { .a = a };
    struct str fold = text_fold(a, s);
    for (ptrdiff_t i = 0; i < fold.n; i++)
        if (fold.p[i] >= 'a' && fold.p[i] <= 'z') buf_char(&o, fold.p[i]);
    return buf_str(&o);
}

static column column_of(struct arena *a, struct str header)
{
    struct str word = plain(a, header);
    for (int i = 0; i < COUNT(names); i++)
        if (str_eq(word, str_c(names[i].name))) return names[i].is;
    return word.n ? C_FACT : C_NONE;
}

struct table {
    column is[COLUMNS_MOST];
    struct str name[COLUMNS_MOST];
    int n;
};

static bool read_header(struct arena *a, const struct csv_row *r, struct table *out)
{
    int handles = 0, known = 0;
    *out = (struct table){ .n = MIN(r->n, COLUMNS_MOST) };
    for (int i = 0; i < out->n; i++) {
        column is = out->is[i] = column_of(a, r->at[i]);
        out->name[i] = text_oneline(a, r->at[i]);
        handles += is == C_MAIL || is == C_PHONE || is == C_LINK;
        known += is > C_FACT;
    }
    return handles && known >= 2;
}

static struct str describe(struct arena *a, const struct table *t)
{
    struct buf o = { .a = a };
    for (int i = 0; i < t->n; i++)
        if (t->is[i])
            buf_fmt(&o, "%s%.*s: %s", o.n ? "\n" : "", STR(t->name[i]), column_words[t->is[i]]);
    return buf_str(&o);
}

static bool yes(struct arena *a, struct str s)
{
    struct str w = str_lower(a, str_trim(s));
    return w.n && !str_eq(w, S("0")) && !str_eq(w, S("no")) && !str_eq(w, S("false")) &&
           !str_eq(w, S("n"));
}

/* What a spreadsheet would have run as a formula was exported with a quote before it. */
static struct str cell_text(struct arena *a, struct str s)
{
    if (s.n > 1 && *s.p == '\'' && strchr("=+-@\t", s.p[1])) s = str_from(s, 1);
    return str_trim(text_utf8(a, s));
}

static void take_handle(struct arena *a, column is, struct str s, int line, struct str name,
                        struct card *k, struct card_notes *notes)
{
    struct meeting m;
    if (is == C_MAIL) {
        if (!card_put_mail(a, k, s)) card_say(a, notes, line, name, S("this is no mail address"));
    } else if (is == C_PHONE ? card_phone(a, s, &m) : card_link(a, s, &m)) card_put(k, &m);
    else
        card_say(a, notes, line, name,
                 is == C_PHONE ? S("this is no phone number") : S("this is no address of the web"));
}

/* False: a row of something that is no person and no organisation. */
static bool take_row(struct arena *a, const struct table *t, const struct csv_row *r,
                     struct card *k, struct card_notes *notes)
{
    struct str first = S(""), middle = S(""), last = S("");
    for (int i = 0; i < MIN(r->n, t->n); i++) {
        struct str s = cell_text(a, r->at[i]);
        if (!s.n) continue;
        switch (t->is[i]) {
        case C_NAME: k->name = text_oneline(a, s); break;
        case C_FIRST: first = s; break;
        case C_MIDDLE: middle = s; break;
        case C_LAST: last = s; break;
        case C_MAIL:
        case C_PHONE:
        case C_LINK: take_handle(a, t->is[i], s, r->line, t->name[i], k, notes); break;
        case C_ORG: k->org = text_oneline(a, s); break;
        case C_KIND: {
            struct str w = str_lower(a, s);
            if (str_eq(w, S("role")) || str_eq(w, S("list")) || str_eq(w, S("machine")))
                return false;
            if (str_begins(w, S("organi"))) k->kind = PERSON_ORG;
            break;
        }
        case C_DEAD:
            if (!card_day(s, &k->dead_at) && yes(a, s)) k->dead_at = 1;
            break;
        case C_MUTE: k->mute = k->mute || yes(a, s); break;
        case C_FACT:
            card_say(a, notes, r->line, t->name[i], S("it is no address: note it on their page"));
            break;
        case C_DROP:
        case C_NONE: break;
        }
    }
    if (!k->name.n)
        k->name = text_oneline(a, str_trim(str_fmt(a, "%.*s %.*s%s%.*s", STR(first), STR(middle),
                                                   middle.n ? " " : "", STR(last))));
    return true;
}

static struct str row_key(struct arena *a, const struct csv_row *r)
{
    struct buf o = { .a = a };
    for (int i = 0; i < r->n; i++) buf_fmt(&o, "%.*s\n", STR(r->at[i]));
    return buf_str(&o);
}

/* Lines above it are passed over: programs write notes there. */
static bool find_header(struct csv *t, struct arena *a, struct str text, struct table *out)
{
    struct csv_row r;
    csv_open(t, charset_utf8(a, text, S(""), NULL));
    for (int i = 0; i < HEADER_WITHIN && csv_next(t, a, &r); i++)
        if (read_header(a, &r, out)) return true;
    return false;
}

bool card_table_certain(struct arena *a, struct str text)
{
    struct csv t;
    struct table *head = NEW(a, struct table, 1);
    int n[C_MUTE + 1] = { 0 };
    if (!find_header(&t, a, text, head)) return false;
    for (int i = 0; i < head->n; i++) n[head->is[i]]++;
    bool whole = n[C_NAME] == 1, parts = n[C_FIRST] == 1 && n[C_LAST] == 1;
    return n[C_MAIL] && n[C_NAME] <= 1 && n[C_FIRST] <= 1 && n[C_LAST] <= 1 && (whole || parts);
}

bool card_read_table(struct arena *a, struct str text, struct cards *out, struct card_notes *notes,
                     struct str *mapping)
{
    struct csv t;
    struct csv_row r;
    struct table *head = NEW(a, struct table, 1);
    if (!find_header(&t, a, text, head)) return false;
    *mapping = describe(a, head);
    while (csv_next(&t, a, &r)) {
        struct card k = { .line = r.line,
                          .kind = PERSON_HUMAN,
                          .name = S(""),
                          .org = S(""),
                          .key = row_key(a, &r),
                          .at = NEW(a, struct meeting, CARD_HANDLES) };
        if (!take_row(a, head, &r, &k, notes)) {
            card_say(a, notes, r.line, k.name, S("it is of no person and no organisation"));
            continue;
        }
        card_leave_doors(a, &k, notes);
        card_add(a, out, &k);
    }
    return true;
}
