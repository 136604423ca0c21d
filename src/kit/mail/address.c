/* SPDX-License-Identifier: GPL-3.0-or-later
 * address.c - reading address headers; the one file that includes libidn2. */
#include "kit/mail/address.h"

#include "kit/base/text.h"
#include "kit/mail/charset.h"

#include <idn2.h>
#include <stdlib.h>

/* One entry of a list while it is being read. */
struct entry {
    struct buf phrase;  /* words outside <> and (), quotes taken off */
    struct buf raw;     /* the same as written                       */
    struct str angle;   /* within <>                                 */
    struct str comment; /* within the last ()                        */
    bool has_angle;
};
struct list {
    struct arena *a;
    struct mail_addr *at;
    int n, cap, max;
    bool more;
};

static bool blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

static struct str without_blanks(struct arena *a, struct str s)
{
    struct buf b = { .a = a };
    ptrdiff_t i = 0;
    while (i < s.n && !blank(s.p[i])) i++;
    if (i == s.n) return s;
    bool quoted = false;
    for (i = 0; i < s.n; i++) {
        if (s.p[i] == '"') quoted = !quoted;
        if (!blank(s.p[i]) || quoted) buf_char(&b, s.p[i]);
    }
    return buf_str(&b);
}

static void push(struct list *l, struct str name, struct str addr)
{
    if (l->n == l->max) {
        l->more = true;
        return;
    }
    if (l->n == l->cap) {
        int cap = l->cap ? l->cap * 2 : 4;
        struct mail_addr *at = NEW(l->a, struct mail_addr, cap);
        if (l->n) memcpy(at, l->at, sizeof *at * (size_t)l->n);
        l->at = at;
        l->cap = cap;
    }
    struct str key = mail_key(l->a, addr);
    l->at[l->n++] = (struct mail_addr){ name, text_oneline(l->a, header_decode(l->a, addr)), key,
                                        mail_key_base(l->a, key) };
}

static struct str clean_name(struct arena *a, struct str raw)
{
    struct str s = text_oneline(a, header_decode(a, raw));
    while (s.n >= 2 &&
           ((*s.p == '"' && s.p[s.n - 1] == '"') || (*s.p == '\'' && s.p[s.n - 1] == '\'')))
        s = str_trim((struct str){ s.p + 1, s.n - 2 });
    return s;
}

/* "<@relay,@other:ada@example.org>": the route is of no use any more */
static struct str without_route(struct str s)
{
    s = str_trim(s);
    if (s.n && *s.p == '@') {
        ptrdiff_t colon = str_chr(s, ':');
        if (colon >= 0) s = str_from(s, colon + 1);
    }
    if (str_ibegins(s, S("mailto:"))) s = str_from(s, 7);
    return s;
}

/* No <>: words with an @ are addresses, the others before them are the name. */
static void push_words(struct list *l, const struct entry *e)
{
    struct str rest = buf_str(&e->raw), word;
    struct buf name = { .a = l->a };
    bool any = false;
    ptrdiff_t at = str_chr(rest, '@');
    if (at > 0 && at + 1 < rest.n && (blank(rest.p[at - 1]) || blank(rest.p[at + 1]))) {
        push(l, clean_name(l->a, e->comment), without_blanks(l->a, rest)); /* "ada @ example.org" */
        return;
    }
    if (at >= 0 && rest.n && *rest.p == '"') { /* "quoted local"@example.org */
        push(l, clean_name(l->a, e->comment), str_trim(rest));
        return;
    }
    while (str_cut(&rest, ' ', &word)) {
        if (str_chr(word, '@') >= 0) {
            struct str shown = buf_str(&name);
            push(l, clean_name(l->a, shown.n ? shown : e->comment), without_route(word));
            name = (struct buf){ .a = l->a }; /* what was given out may borrow the old one */
            any = true;
        } else if (word.n) {
            if (name.n) buf_char(&name, ' ');
            buf_add(&name, word);
        }
    }
    struct str shown = clean_name(l->a, buf_str(&e->phrase));
    if (!any && shown.n) push(l, shown, S(""));
}

static void end_entry(struct list *l, struct entry *e)
{
    if (e->has_angle) {
        struct str name = clean_name(l->a, buf_str(&e->phrase));
        if (!name.n) name = clean_name(l->a, e->comment);
        struct str addr = without_blanks(l->a, without_route(e->angle));
        if (addr.n || name.n) push(l, name, addr);
    } else {
        push_words(l, e);
    }
    *e = (struct entry){ .phrase = { .a = l->a }, .raw = { .a = l->a } };
}

static struct str take_quoted(struct entry *e, struct str s)
{
    ptrdiff_t i = 1;
    for (; i < s.n && s.p[i] != '"'; i++) {
        if (s.p[i] == '\\' && i + 1 < s.n) i++;
        buf_char(&e->phrase, s.p[i]);
    }
    ptrdiff_t end = MIN(i + 1, s.n);
    buf_add(&e->raw, str_upto(s, end));
    return str_from(s, end);
}

static struct str take_comment(struct entry *e, struct str s)
{
    int depth = 0;
    ptrdiff_t i = 0;
    for (; i < s.n; i++) {
        if (s.p[i] == '\\') i++;
        else if (s.p[i] == '(') depth++;
        else if (s.p[i] == ')' && --depth == 0) break;
    }
    i = MIN(i, s.n);
    e->comment = (struct str){ s.p + 1, MAX(i - 1, 0) };
    return str_from(s, i + 1);
}

static struct str take_angle(struct entry *e, struct str s)
{
    ptrdiff_t i = 1;
    bool quoted = false;
    for (; i < s.n && (quoted || s.p[i] != '>'); i++) {
        if (s.p[i] == '"') quoted = !quoted;
        if (s.p[i] == '\\' && quoted) i++;
        if (i < s.n && s.p[i] == '<') break; /* "<a@b.c <d@e.f>" */
    }
    if (i >= s.n) { /* never closed: up to the comma */
        i = str_chr(s, ',');
        if (i < 0) i = s.n;
        e->angle = str_upto(str_from(s, 1), i - 1);
        e->has_angle = true;
        return str_from(s, i);
    }
    e->angle = str_upto(str_from(s, 1), i - 1);
    e->has_angle = true;
    return str_from(s, s.p[i] == '>' ? i + 1 : i);
}

/* An encoded word is one piece, whatever stands in it; its length or 0. */
static ptrdiff_t coded_length(struct str s)
{
    if (!str_begins(s, S("=?"))) return 0;
    int marks = 0;
    for (ptrdiff_t i = 2; i < s.n && i < 200; i++) {
        if (s.p[i] == '?' && ++marks == 3) return i + 1 < s.n && s.p[i + 1] == '=' ? i + 2 : 0;
        if (blank(s.p[i])) return 0;
    }
    return 0;
}

static void take_other(struct entry *e, struct str s, ptrdiff_t n)
{
    struct str piece = str_upto(s, n);
    if (blank(*s.p)) piece = S(" ");
    if (blank(*s.p) && !e->raw.n) return;
    buf_add(&e->phrase, piece);
    buf_add(&e->raw, piece);
}

/* Bytes from the beginning of s that mean nothing to the list. */
static ptrdiff_t ordinary(struct str s)
{
    ptrdiff_t n = 1;
    while (n < s.n && !blank(*s.p) && !blank(s.p[n]) && !strchr("\"(<,;:=", s.p[n])) n++;
    return n;
}

static void read_list(struct list *l, struct str s)
{
    struct entry e = { .phrase = { .a = l->a }, .raw = { .a = l->a } };
    while (s.n && !l->more) {
        char c = *s.p;
        ptrdiff_t coded = c == '=' ? coded_length(s) : 0;
        if (c == '"' && memchr(s.p + 1, '"', (size_t)s.n - 1)) {
            s = take_quoted(&e, s);
        } else if (c == '(') {
            s = take_comment(&e, s);
        } else if (c == '<') {
            if (e.has_angle) end_entry(l, &e);
            s = take_angle(&e, s);
        } else if (c == ',' || c == ';') {
            end_entry(l, &e);
            s = str_from(s, 1);
        } else if (c == ':' && !e.has_angle && str_chr(buf_str(&e.raw), '@') < 0) {
            e = (struct entry){ .phrase = { .a = l->a }, .raw = { .a = l->a } };
            s = str_from(s, 1);
        } else {
            ptrdiff_t n = coded ? coded : ordinary(s);
            take_other(&e, s, n);
            s = str_from(s, n);
        }
    }
    if (!l->more) end_entry(l, &e);
}

bool mail_addrs_read(struct arena *a, struct str value, int max, struct mail_addrs *out)
{
    struct list l = { .a = a, .max = max };
    read_list(&l, value);
    if (l.n == 1 && !l.at[0].addr.n && str_chr(l.at[0].name, '@') >= 0) {
        struct str decoded = l.at[0].name; /* the whole thing stood in one encoded word */
        l = (struct list){ .a = a, .max = max };
        read_list(&l, decoded);
    }
    *out = (struct mail_addrs){ l.at, l.n };
    return !l.more;
}

/* ---- the matching form ------------------------------------------------- */

/* Without a dot at its end; false when it holds what no domain does. */
static bool domain_plain(struct str *domain, bool *ascii)
{
    if (domain->n && domain->p[domain->n - 1] == '.') domain->n--;
    *ascii = true;
    for (ptrdiff_t i = 0; i < domain->n; i++) {
        unsigned char c = (unsigned char)domain->p[i];
        if (c >= 0x80) *ascii = false;
        else if (c <= ' ' || c == 0x7F || strchr("<>()\",;:\\@", c)) return false;
    }
    return domain->n > 0;
}

static struct str domain_key(struct arena *a, struct str domain)
{
    bool ascii;
    if (!domain_plain(&domain, &ascii)) return S("");
    if (ascii || domain.n > 255) return ascii ? str_lower(a, domain) : S("");
    char *made = NULL;
    if (idn2_to_ascii_8z(str_z(a, text_utf8(a, domain)), &made,
                         IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) != IDN2_OK)
        return S("");
    struct str key = str_lower(a, str_c(made));
    idn2_free(made);
    /* wide forms of blanks, dots and signs have become plain ones */
    return domain_plain(&key, &ascii) && ascii ? key : S("");
}

/* Where the one @ outside quotes stands, or -1. */
static ptrdiff_t at_sign(struct str s)
{
    ptrdiff_t at = -1;
    bool quoted = false;
    for (ptrdiff_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\\' && quoted) i++;
        else if (s.p[i] == '"') quoted = !quoted;
        else if (s.p[i] == '@' && !quoted) {
            if (at >= 0) return -1;
            at = i;
        }
    }
    return quoted ? -1 : at;
}

struct str mail_key(struct arena *a, struct str addr)
{
    addr = str_trim(addr);
    if (addr.n >= 2 && *addr.p == '<' && addr.p[addr.n - 1] == '>')
        addr = str_trim((struct str){ addr.p + 1, addr.n - 2 });
    ptrdiff_t at = addr.n > 1000 ? -1 : at_sign(addr);
    if (at < 1 || at + 1 >= addr.n) return S("");
    struct str domain = domain_key(a, str_from(addr, at + 1));
    if (!domain.n) return S("");
    struct buf b = { .a = a };
    struct str local = text_utf8(a, str_upto(addr, at));
    for (ptrdiff_t i = 0; i < local.n; i++) {
        if (local.p[i] == '"') continue;
        if (local.p[i] == '\\' && i + 1 < local.n) i++;
        unsigned char c = (unsigned char)local.p[i];
        if (c <= ' ' || c == 0x7F || c == '<' || c == '>') return S("");
        buf_char(&b, c >= 'A' && c <= 'Z' ? (char)(c + 32) : (char)c);
    }
    if (!b.n) return S("");
    buf_char(&b, '@');
    buf_add(&b, domain);
    return buf_str(&b);
}

struct str mail_domain(struct str key)
{
    ptrdiff_t at = str_rchr(key, '@');
    return at < 0 ? S("") : str_from(key, at + 1);
}

struct str mail_key_base(struct arena *a, struct str key)
{
    ptrdiff_t at = str_rchr(key, '@');
    if (at < 0) return key;
    struct str local = str_upto(key, at), domain = str_from(key, at + 1);
    ptrdiff_t plus = str_chr(local, '+');
    bool google = str_eq(domain, S("gmail.com")) || str_eq(domain, S("googlemail.com"));
    if (plus <= 0 && !google) return key;
    if (plus > 0) local = str_upto(local, plus);
    struct buf b = { .a = a };
    for (ptrdiff_t i = 0; i < local.n; i++)
        if (!google || local.p[i] != '.') buf_char(&b, local.p[i]);
    buf_char(&b, '@');
    buf_add(&b, google ? S("gmail.com") : domain);
    return buf_str(&b);
}
