/* SPDX-License-Identifier: GPL-3.0-or-later
 * parts_mail.c - the words of many messages at once, and what each run of lines is. */
#include "kit/base/pack.h"
#include "kit/mail/header.h"
#include "kit/mail/quote.h"
#include "talk/in_list.h"
#include "talk/incoming.h"

static struct str text_in(struct arena *a, struct str packed, int64_t at, int64_t size)
{
    struct str whole;
    if (!packed.n || !size || !unpack_head(a, packed, at + size, &whole)) return S("");
    return str_upto(str_from(whole, at), size);
}

static void some_texts(struct ctx *c, const id *messages, int n, int64_t head,
                       struct talk_texts *out)
{
    struct arena *whole = c->a, *round = arena_child(whole);
    struct val *v = in_list(whole, messages, n, 2);
    in_list_int(v, 1, c->viewer);
    in_list_int(v, 2, PACKED_ROOM);
    c->a = round;
    IN_EACH(r, c,
            SQL("SELECT m.id, m.text_at, m.text_size, m.quotes, substr(k.bytes, CAST(b.at + 1 AS "
                "INTEGER), CAST(least(b.room, m.text_at + m.text_size + $2) AS INTEGER))"
                " FROM message m JOIN sight s ON s.message=m.id AND s.who=$1 LEFT JOIN blob b ON "
                "b.id=m.raw LEFT JOIN shelf k ON k.id=b.shelf"
                " WHERE m.id IN(" IN_LIST_3 ")"),
            v)
    {
        int64_t size = row_int(&r, 2);
        struct talk_text *t = &out->at[out->n++];
        *t = (struct talk_text){ .message = row_int(&r, 0), .cut = size > head };
        t->words = str_dup(whole, text_in(round, row_blob(&r, 4), row_int(&r, 1), MIN(size, head)));
        t->quotes = str_dup(whole, row_blob(&r, 3));
        arena_clear(round);
    }
    c->a = whole;
    arena_close(round);
}

void talk_texts_of(struct ctx *c, const id *messages, int n, int64_t head, struct talk_texts *out)
{
    *out = (struct talk_texts){ NEW(c->a, struct talk_text, n + 1), 0 };
    for (int from = 0; from < n; from += IN_LIST_N)
        some_texts(c, messages + from, MIN(n - from, IN_LIST_N), head, out);
}

struct str talk_new_words(struct arena *a, const struct talk_text *t)
{
    struct quote_marks m;
    if (!t->quotes.n || !quote_unpack(a, t->quotes, &m)) return t->words;
    return quote_new_text(a, t->words, m);
}

void talk_parts_of(struct arena *a, const struct talk_text *t, struct talk_parts *out)
{
    struct quote_marks m = { .n = 0 };
    struct str rest = t->words, line;
    if (!t->quotes.n || !quote_unpack(a, t->quotes, &m)) m.n = 0;
    *out = (struct talk_parts){ NEW(a, struct talk_part, m.n + 1), 0 };
    for (int i = 0; i < m.n && rest.n; i++) {
        const char *from = rest.p;
        for (int k = 0; k < m.at[i].lines && str_line(&rest, &line); k++) {}
        out->at[out->n++] = (struct talk_part){
            .kind = (talk_part_kind)m.at[i].kind,
            .words = { from, rest.n ? rest.p - from : t->words.p + t->words.n - from },
            .source = m.at[i].source,
            .source_line = m.at[i].source_line
        };
    }
    if (rest.n) out->at[out->n++] = (struct talk_part){ .kind = PART_NEW, .words = rest };
}

/* ---- blind copies ---------------------------------------------------------- */

static bool is_blind(struct str name)
{
    static const char *const names[] = { "Bcc",           "Resent-Bcc",  "Delivered-To",
                                         "X-Original-To", "Envelope-To", "X-Envelope-To" };
    for (int i = 0; i < COUNT(names); i++)
        if (str_ieq(name, str_c(names[i]))) return true;
    return false;
}

/* The viewer's own address and nothing else. */
static bool names_viewer(struct ctx *c, struct str value)
{
    if (str_begins(value, S("<")) && str_ends(value, S(">")))
        value = str_upto(str_from(value, 1), value.n - 2);
    bool own = false;
    EACH (r, c, SQL("SELECT shown FROM handle WHERE person=$1 AND person<>0 LIMIT 200"),
          I(c->viewer))
        own = own || str_ieq(row_str(&r, 0), value);
    return own;
}

struct str talk_without_blind(struct ctx *c, struct str raw)
{
    struct headers h = headers_read(c->a, raw);
    struct buf o = { .a = c->a };
    ptrdiff_t from = 0;
    for (int i = 0; i < h.n; i++) {
        if (!is_blind(h.at[i].name) || names_viewer(c, h.at[i].value)) continue;
        ptrdiff_t begins = h.at[i].name.p - raw.p, ends = h.at[i].value.p + h.at[i].value.n - raw.p;
        while (ends < raw.n && raw.p[ends - 1] != '\n') ends++;
        buf_add(&o, (struct str){ raw.p + from, begins - from });
        from = ends;
    }
    if (!from) return raw;
    buf_add(&o, str_from(raw, from));
    return buf_str(&o);
}

bool talk_quotes_from(struct arena *a, struct str packed, id source)
{
    struct quote_marks m;
    if (!packed.n || !quote_unpack(a, packed, &m)) return false;
    for (int i = 0; i < m.n; i++)
        if (m.at[i].source == source) return true;
    return false;
}

_Static_assert(PART_NEW == (int)QUOTE_NEW && PART_FORWARDED == (int)QUOTE_FORWARDED,
               "parts are named as the mail kit marks them");
