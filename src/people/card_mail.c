/* SPDX-License-Identifier: GPL-3.0-or-later
 * card_mail.c - what the fields of a vCard are to a house. */
#include "people/card_mail.h"

#include "kit/base/text.h"
#include "kit/mail/vcard.h"
#include "people/people_mail.h"

void card_put(struct card *k, const struct meeting *m)
{
    for (int i = 0; i < k->n; i++)
        if (str_eq(k->at[i].uri, m->uri)) return;
    if (k->n < CARD_HANDLES) k->at[k->n++] = *m;
}

bool card_put_mail(struct arena *a, struct card *k, struct str written)
{
    written = str_trim(written);
    if (str_ibegins(written, S("mailto:"))) written = str_from(written, 7);
    struct mail_addr m = { .name = S(""), .addr = written, .key = mail_key(a, written) };
    if (!m.key.n) return false;
    m.base = mail_key_base(a, m.key);
    struct meeting who = meeting_of_mail(a, &m, false);
    card_put(k, &who);
    return true;
}

void card_leave_doors(struct arena *a, struct card *k, struct card_notes *notes)
{
    int humans = 0, n = 0;
    for (int i = 0; i < k->n; i++) humans += k->at[i].kind == PERSON_HUMAN;
    if (!humans || humans == k->n || k->kind == PERSON_ORG) return;
    for (int i = 0; i < k->n; i++)
        if (k->at[i].kind == PERSON_HUMAN) k->at[n++] = k->at[i];
        else
            card_say(a, notes, k->line, k->at[i].shown,
                     S("an address of many or of a machine, not of this person"));
    k->n = n;
}

/* ---- names --------------------------------------------------------------- */

static void word(struct buf *o, struct str s)
{
    s = str_trim(s);
    if (s.n && o->n) buf_char(o, ' ');
    buf_add(o, s);
}

/* N: family; given; additional; prefixes; suffixes */
static struct str name_of_n(struct arena *a, struct str value)
{
    struct str part[5] = { S(""), S(""), S(""), S(""), S("") }, one;
    for (int i = 0; i < 5 && vcard_part(&value, ';', &one); i++) part[i] = vcard_text(a, one);
    struct buf o = { .a = a };
    word(&o, part[1]);
    word(&o, part[2]);
    word(&o, part[0]);
    return buf_str(&o);
}

static struct str value_of(struct arena *a, const struct vcard *c, const char *name)
{
    for (int i = 0; i < c->n; i++)
        if (str_eq(c->at[i].name, str_c(name)) && str_trim(c->at[i].value).n)
            return text_oneline(a, vcard_text(a, c->at[i].value));
    return S("");
}

static struct str name_of(struct arena *a, const struct vcard *c)
{
    struct str name = value_of(a, c, "FN");
    for (int i = 0; i < c->n && !name.n; i++)
        if (str_eq(c->at[i].name, S("N"))) name = text_oneline(a, name_of_n(a, c->at[i].value));
    if (!name.n) name = value_of(a, c, "NICKNAME");
    if (!name.n) name = value_of(a, c, "ORG");
    return name;
}

/* ---- fields -------------------------------------------------------------- */

static struct str why_not(struct str name)
{
    static const char *const facts[] = { "NOTE",       "BDAY",      "ANNIVERSARY", "TITLE",
                                         "ROLE",       "ADR",       "GENDER",      "CATEGORIES",
                                         "LANG",       "TZ",        "GEO",         "RELATED",
                                         "HOBBY",      "EXPERTISE", "INTEREST",    "BIRTHPLACE",
                                         "DEATHPLACE", "LABEL",     "NICKNAME" };
    static const char *const bytes[] = { "PHOTO", "LOGO", "SOUND", "KEY" };
    for (int i = 0; i < COUNT(facts); i++)
        if (str_eq(name, str_c(facts[i]))) return S("it is no address: note it on their page");
    for (int i = 0; i < COUNT(bytes); i++)
        if (str_eq(name, str_c(bytes[i])))
            return S("pictures, sounds and keys of people are not kept");
    if (str_eq(name, S("IMPP")) || str_begins(name, S("X-")))
        return S("no channel or use for it is known here");
    return S("nothing here is made of it");
}

static bool is_silent(struct str name)
{
    static const char *const silent[] = { "FN",           "N",      "KIND",      "UID",
                                          "REV",          "PRODID", "X-ABLABEL", "X-ABSHOWAS",
                                          "CLIENTPIDMAP", "SOURCE", "CLASS",     "MAILER",
                                          "SORT-STRING",  "XML",    "CALSCALE",  "PROFILE",
                                          "NAME",         "X-ABUID" };
    for (int i = 0; i < COUNT(silent); i++)
        if (str_eq(name, str_c(silent[i]))) return true;
    return false;
}

static void left_out(struct arena *a, struct card_notes *notes, const struct vcard_field *f,
                     struct str why)
{
    card_say(a, notes, f->line, f->name, why);
}

static void take_death(struct arena *a, const struct vcard_field *f, struct card *k,
                       struct card_notes *notes)
{
    if (card_day(vcard_text(a, f->value), &k->dead_at)) return;
    k->dead_at = 1; /* some day */
    left_out(a, notes, f,
             S("the day is not told in full; they are marked as deceased all the same"));
}

/* The first part of ORG is the organisation, the others are its departments. */
static void take_org(struct arena *a, const struct vcard_field *f, struct card *k,
                     struct card_notes *notes)
{
    struct str rest = f->value, part = S("");
    bool more = k->org.n > 0;
    if (vcard_part(&rest, ';', &part) && !k->org.n) k->org = text_oneline(a, vcard_text(a, part));
    while (vcard_part(&rest, ';', &part)) more = more || str_trim(part).n;
    if (more)
        left_out(a, notes, f,
                 S("one organisation is kept for each person, without its departments"));
}

static void take_field(struct arena *a, const struct vcard_field *f, struct card *k,
                       struct card_notes *notes)
{
    struct meeting m;
    struct str text = str_trim(vcard_text(a, f->value));
    if (!text.n || is_silent(f->name)) return;
    if (str_eq(f->name, S("EMAIL"))) {
        if (!card_put_mail(a, k, text)) left_out(a, notes, f, S("this is no mail address"));
    } else if (str_eq(f->name, S("TEL"))) {
        if (card_phone(a, text, &m)) card_put(k, &m);
        else left_out(a, notes, f, S("this is no phone number"));
    } else if (str_eq(f->name, S("URL")) || str_eq(f->name, S("X-SOCIALPROFILE"))) {
        if (card_link(a, text, &m)) card_put(k, &m);
        else left_out(a, notes, f, S("this is no address of the web"));
    } else if (str_eq(f->name, S("ORG"))) take_org(a, f, k, notes);
    else if (str_eq(f->name, S("DEATHDATE"))) take_death(a, f, k, notes);
    else if (str_eq(f->name, S("X-SNUG-DO-NOT-CONTACT"))) k->mute = str_eq(text, S("1"));
    else if (!str_eq(f->name, S("NICKNAME")) || !str_eq(text, k->name))
        left_out(a, notes, f, why_not(f->name));
}

/* A second name or a second FN is a value that others lose without a word. */
static void say_second_names(struct arena *a, const struct vcard *c, struct card_notes *notes)
{
    bool seen = false;
    for (int i = 0; i < c->n; i++) {
        if (!str_eq(c->at[i].name, S("FN"))) continue;
        if (seen) left_out(a, notes, &c->at[i], S("one name is kept for each person"));
        seen = true;
    }
}

/* ---- cards --------------------------------------------------------------- */

/* UID names a card for ever; without one its words do. */
static struct str key_of(struct arena *a, const struct vcard *c)
{
    struct str uid = value_of(a, c, "UID");
    struct buf o = { .a = a };
    if (uid.n) buf_fmt(&o, "uid:%.*s\n", STR(uid)); /* changed since: another card */
    for (int i = 0; i < c->n; i++)
        if (!str_eq(c->at[i].name, S("REV")) && !str_eq(c->at[i].name, S("PRODID")))
            buf_fmt(&o, "%.*s:%.*s\n", STR(c->at[i].name), STR(c->at[i].value));
    return buf_str(&o);
}

void card_read_vcards(struct arena *a, struct str text, struct cards *out, struct card_notes *notes)
{
    struct vcards v;
    struct vcard c;
    vcard_open(&v, text);
    while (vcard_next(&v, a, &c)) {
        struct str kind = value_of(a, &c, "KIND");
        struct card k = { .line = c.line,
                          .kind = str_ieq(kind, S("org")) ? PERSON_ORG : PERSON_HUMAN,
                          .org = S(""),
                          .key = key_of(a, &c),
                          .name = name_of(a, &c),
                          .at = NEW(a, struct meeting, CARD_HANDLES) };
        bool group = value_of(a, &c, "X-ADDRESSBOOKSERVER-KIND").n || str_ieq(kind, S("group"));
        if (!c.whole)
            card_say(a, notes, c.line, S("card"),
                     S("its end is missing; what stands there is read"));
        if (group || (kind.n && !str_ieq(kind, S("individual")) && k.kind != PERSON_ORG)) {
            card_say(
                a, notes, c.line, k.name,
                S("it is of no person and no organisation: groups are kept once circles exist"));
            continue;
        }
        for (int i = 0; i < c.n; i++) take_field(a, &c.at[i], &k, notes);
        say_second_names(a, &c, notes);
        card_leave_doors(a, &k, notes);
        card_add(a, out, &k);
    }
}
