/* SPDX-License-Identifier: GPL-3.0-or-later
 * parse.c - one message, from bytes to values, in this process. */
#include "kit/mail/parse.h"

#include "kit/base/pack.h"
#include "kit/base/text.h"
#include "kit/mail/author.h"
#include "kit/mail/body.h"
#include "kit/mail/charset.h"
#include "kit/mail/date.h"
#include "kit/mail/header.h"

struct reader {
    struct arena *a;
    struct headers h;
    struct mail *m;
    int addresses_left;
};

static struct str shown(struct reader *r, struct str name)
{
    return text_oneline(r->a, header_decode(r->a, headers_get(&r->h, name)));
}

static struct mail_addrs addrs(struct reader *r, struct str value)
{
    struct mail_addrs l = { 0 };
    if (!value.n) return l;
    if (!mail_addrs_read(r->a, value, r->addresses_left, &l)) r->m->marks |= MAIL_MARK_MANY;
    r->addresses_left -= l.n;
    return l;
}

static struct mail_addr first_addr(struct reader *r, struct str value)
{
    struct mail_addrs l = addrs(r, value);
    return l.n ? l.at[0] : (struct mail_addr){ S(""), S(""), S(""), S("") };
}

/* Bcc and To may stand there more than once without harm: all of them count. */
static struct mail_addrs all_addrs(struct reader *r, const char *const *names, int n)
{
    struct mail_addrs all = { 0 };
    for (int i = 0; i < r->h.n; i++) {
        bool wanted = false;
        for (int k = 0; k < n && !wanted; k++) wanted = str_ieq(r->h.at[i].name, str_c(names[k]));
        if (!wanted) continue;
        struct mail_addrs more = addrs(r, r->h.at[i].value);
        if (!all.n) {
            all = more;
        } else if (more.n) {
            struct mail_addr *at = NEW(r->a, struct mail_addr, all.n + more.n);
            memcpy(at, all.at, sizeof *at * (size_t)all.n);
            memcpy(at + all.n, more.at, sizeof *at * (size_t)more.n);
            all = (struct mail_addrs){ at, all.n + more.n };
        }
    }
    return all;
}

static struct mail_ids clean_ids(struct reader *r, struct str name)
{
    struct mail_ids ids = mail_ids_read(r->a, headers_get(&r->h, name));
    for (int i = 0; i < ids.n; i++) ids.at[i] = text_utf8(r->a, ids.at[i]);
    return ids;
}

static void read_people(struct reader *r)
{
    static const char *const to[] = { "To" }, *const cc[] = { "Cc" }, *const bcc[] = { "Bcc" };
    static const char *const envelope[] = { "Delivered-To", "X-Original-To", "Envelope-To",
                                            "X-Envelope-To" };
    struct mail *m = r->m;
    m->from = addrs(r, headers_get(&r->h, S("From")));
    m->sender = first_addr(r, headers_get(&r->h, S("Sender")));
    m->reply_to = addrs(r, headers_get(&r->h, S("Reply-To")));
    m->envelope = all_addrs(r, envelope, COUNT(envelope));
    m->to = all_addrs(r, to, 1);
    m->cc = all_addrs(r, cc, 1);
    m->bcc = all_addrs(r, bcc, 1);
    m->return_path = first_addr(r, headers_get(&r->h, S("Return-Path"))).key;
    if (!m->from.n || !m->from.at[0].key.n) m->marks |= MAIL_MARK_NO_FROM;
}

static void read_dates(struct reader *r)
{
    struct mail *m = r->m;
    m->has_date = mail_date_zone(headers_get(&r->h, S("Date")), &m->date, &m->date_offset_s);
    if (!m->has_date) m->marks |= MAIL_MARK_NO_DATE;
    struct str received = headers_get(&r->h, S("Received"));
    ptrdiff_t at = str_rchr(received, ';');
    if (at < 0 || !mail_date(str_from(received, at + 1), &m->received)) m->received = 0;
}

static void read_list(struct reader *r)
{
    struct mail *m = r->m;
    struct str id = headers_get(&r->h, S("List-Id"));
    ptrdiff_t open = str_rchr(id, '<'), close = str_rchr(id, '>');
    if (open >= 0 && close > open) id = str_from(str_upto(id, close), open + 1);
    m->list_id = str_lower(r->a, text_oneline(r->a, header_decode(r->a, id)));
    struct str post = headers_get(&r->h, S("List-Post"));
    ptrdiff_t mailto = str_ifind(post, S("mailto:"));
    m->list_post = S("");
    if (mailto < 0) return;
    post = str_from(post, mailto + 7);
    ptrdiff_t n = 0;
    while (n < post.n && !strchr(">?, \t\r\n", post.p[n])) n++;
    m->list_post = mail_key(r->a, str_upto(post, n));
}

/* The next of "Inbox,\"Work, old\"". */
static bool take_label(struct str *rest, struct str *label)
{
    if (!rest->n) return false;
    bool quoted = false;
    ptrdiff_t n = 0;
    for (; n < rest->n && (quoted || rest->p[n] != ','); n++)
        if (rest->p[n] == '"') quoted = !quoted;
    *label = str_trim(str_upto(*rest, n));
    *rest = str_from(*rest, n + 1);
    if (label->n >= 2 && *label->p == '"' && label->p[label->n - 1] == '"')
        *label = (struct str){ label->p + 1, label->n - 2 };
    return true;
}

static void read_labels(struct reader *r)
{
    struct str s = shown(r, S("X-Gmail-Labels")), rest = s, label;
    int n = 0;
    while (take_label(&rest, &label)) n++;
    if (!n) return;
    r->m->labels.at = NEW(r->a, struct str, n);
    while (take_label(&s, &label))
        if (label.n) r->m->labels.at[r->m->labels.n++] = label;
}

static void read_names(struct reader *r)
{
    static const char *const single[] = { "From", "Date", "Subject", "Message-ID" };
    struct mail *m = r->m;
    for (int i = 0; i < COUNT(single); i++)
        if (headers_count(&r->h, str_c(single[i])) > 1) m->marks |= MAIL_MARK_TWICE;
    struct mail_ids id = clean_ids(r, S("Message-ID"));
    m->id = id.n ? id.at[0] : S("");
    if (!id.n) { /* an id without <> and @ is still an id */
        struct str bare = str_trim(headers_get(&r->h, S("Message-ID")));
        if (bare.n && str_chr(bare, ' ') < 0 && str_chr(bare, '<') < 0)
            m->id = text_utf8(r->a, bare);
    }
    if (!m->id.n) m->marks |= MAIL_MARK_NO_ID;
    m->in_reply_to = clean_ids(r, S("In-Reply-To"));
    m->references = clean_ids(r, S("References"));
    m->subject = shown(r, S("Subject"));
    bool reply;
    m->subject_base = mail_subject_base(r->a, m->subject, &reply);
    if (reply) m->marks |= MAIL_MARK_REPLY_WORD;
}

/* Only of what never travelled: anybody may send such a line. */
static void read_contact(struct reader *r)
{
    struct str kind = headers_get(&r->h, S("Contact-Kind"));
    bool phoned = str_ieq(kind, S("phoned"));
    if (headers_get(&r->h, S("Received")).n || (!phoned && !str_ieq(kind, S("spoken")))) return;
    r->m->marks |= MAIL_MARK_SPOKEN | (phoned ? MAIL_MARK_PHONED : 0u);
}

/* Old Macintosh line ends: without LFs nothing would be found. */
static struct str without_cr(struct arena *a, struct str raw)
{
    if (str_chr(raw, '\n') >= 0 || str_chr(raw, '\r') < 0) return raw;
    char *p = str_z(a, raw);
    for (ptrdiff_t i = 0; i < raw.n; i++)
        if (p[i] == '\r') p[i] = '\n';
    return (struct str){ p, raw.n };
}

static err refuse(struct arena *a, struct str reason, struct str *why)
{
    *why = str_fmt(a, "This message could not be read: %.*s.", STR(reason));
    return E_INVALID;
}

/* Every level of nesting needs a line of its own; a foreign parser must not meet more. */
static bool too_deep(struct str raw)
{
    enum { MANY = 20 * MAIL_LIMIT_PARTS };
    int n = 0;
    if (raw.n < 3 * MANY) return false;
    for (ptrdiff_t at; n <= MANY && (at = str_find(raw, S("\n--"))) >= 0; n++)
        raw = str_from(raw, at + 3);
    return n > MANY;
}

err mail_parse(struct arena *a, struct str raw, struct mail *out, struct str *why)
{
    struct mail m = { .text_at = -1 };
    struct str given = raw;
    if (raw.n > INT32_MAX) return refuse(a, S("it is larger than 2 GiB"), why);
    raw = without_cr(a, raw);
    struct reader r = {
        .a = a, .h = headers_read(a, raw), .m = &m, .addresses_left = MAIL_LIMIT_ADDRESSES
    };
    if (r.h.body > MAIL_LIMIT_HEADERS)
        return refuse(a, S("its headers are larger than 1 MiB"), why);
    if (too_deep(raw)) return refuse(a, S("it has too many parts"), why);
    struct mime_node *root;
    struct str reason = S("");
    if (mime_read(a, raw, &r.h, MAIL_LIMIT_DEPTH, MAIL_LIMIT_PARTS, &root, &reason) != OK)
        return refuse(a, reason, why);
    read_names(&r);
    read_people(&r);
    read_dates(&r);
    read_list(&r);
    read_labels(&r);
    read_contact(&r);
    body_read(a, raw, root, &m);
    author_find(a, &r.h, &m);
    class_find(a, &r.h, root, &m);
    if (given.p != raw.p) m.text_at = -1;
    *out = m;
    return OK;
}

static const struct mime_node *find_path(struct arena *a, const struct mime_node *n,
                                         struct str path)
{
    if (!str_begins(n->type, S("multipart/")) || !n->child)
        return str_eq(body_path(a, n), path) ? n : NULL;
    const struct mime_node *got = NULL;
    for (const struct mime_node *c = n->child; c && !got; c = c->next) got = find_path(a, c, path);
    return got;
}

err mail_part_read(struct arena *a, struct str raw, struct str path, struct str *bytes,
                   struct str *type)
{
    struct mime_node *root;
    struct str reason;
    raw = without_cr(a, raw);
    struct headers h = headers_read(a, raw);
    if (too_deep(raw) ||
        mime_read(a, raw, &h, MAIL_LIMIT_DEPTH, MAIL_LIMIT_PARTS, &root, &reason) != OK)
        return E_NOTFOUND;
    const struct mime_node *n = find_path(a, root, path);
    if (!n) return E_NOTFOUND;
    bool cut = false;
    *bytes = mime_decode(a, n, PTRDIFF_MAX, &cut);
    *type = n->type;
    return OK;
}

struct str mail_pack(struct arena *a, const struct mail *m, struct str raw)
{
    if (m->text_at >= 0) return pack_bytes(a, PACK_MAIL, raw);
    struct buf b = { .a = a };
    (void)buf_room(&b, m->text.n + raw.n);
    buf_add(&b, m->text);
    buf_add(&b, raw);
    return pack_bytes(a, PACK_MAIL, buf_str(&b));
}
