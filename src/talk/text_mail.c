/* SPDX-License-Identifier: GPL-3.0-or-later
 * text_mail.c - the words of a message: which lines are quoted, what the new ones ask, the index.
 *
 * A text is marked against its held ancestors, so it is marked again when one of them turns up.
 * The index holds the lines that are not quoted; quoted ones only where what they quote is not
 * held. What was put into the index is computed again, to the letter, when it has to be taken out.
 */
#include "kit/base/hash.h"
#include "kit/base/text.h"
#include "kit/mail/quote.h"
#include "kit/mail/said.h"
#include "kit/store/search.h"
#include "talk/incoming.h"

enum { BATCH = 250, TEXT_MOST = 4 * MIB, ANCESTORS = 12, CACHE = 1024, CACHE_BYTES = 16 * MIB };

struct place {
    id message, parent, text;
    int64_t at, size, moment;
    struct str quotes;
    unsigned said;
    bool marked;
};

/* Texts made ready for being quoted, of this settling; emptied when they grow too large. */
struct cache {
    struct arena *a;
    struct {
        id message, parent;
        const struct quote_text *text;
    } at[CACHE];
};

static bool find_place(struct ctx *c, int64_t moment, struct place *p)
{
    *p = (struct place){ 0 };
    EACH (r, c,
          SQL("SELECT id, parent, text, text_at, text_size, quotes, said FROM message WHERE "
              "moment=$1"),
          I(moment))
        *p = (struct place){ .message = row_int(&r, 0),
                             .parent = row_int(&r, 1),
                             .text = row_int(&r, 2),
                             .at = row_int(&r, 3),
                             .size = row_int(&r, 4),
                             .quotes = row_blob(&r, 5),
                             .said = (unsigned)row_int(&r, 6),
                             .moment = moment,
                             .marked = !row_null(&r, 5) };
    return p->message != 0;
}

static struct str words_of(struct ctx *c, id blob, int64_t at, int64_t size)
{
    struct str whole;
    if (!size || log_body_head(c, blob, at + size, &whole) != OK) return S("");
    return str_upto(str_from(whole, at), size);
}

static int slot(id message) { return (int)((uint64_t)message * 0x9E3779B97F4A7C15u >> 54); }

static void remember(struct cache *k, id message, id parent, struct str text)
{
    if (arena_used(k->a) > CACHE_BYTES) {
        arena_clear(k->a);
        memset(k->at, 0, sizeof k->at);
    }
    k->at[slot(message)].message = message;
    k->at[slot(message)].parent = parent;
    k->at[slot(message)].text = quote_prepare(k->a, text, message);
}

static void fetch(struct ctx *c, struct cache *k, id message)
{
    struct place p = { 0 };
    EACH (r, c, SQL("SELECT parent, text, text_at, text_size FROM message WHERE id=$1"), I(message))
        p = (struct place){ .parent = row_int(&r, 0),
                            .text = row_int(&r, 1),
                            .at = row_int(&r, 2),
                            .size = row_int(&r, 3) };
    remember(k, message, p.parent, words_of(c, p.text, p.at, p.size));
}

/* The texts above a message, nearest first. */
static int ancestors(struct ctx *c, struct cache *k, id from, const struct quote_text **out)
{
    int n = 0;
    for (; from && n < ANCESTORS; from = k->at[slot(from)].parent) {
        if (k->at[slot(from)].message != from) fetch(c, k, from);
        out[n++] = k->at[slot(from)].text;
    }
    return n;
}

/* ---- the index ----------------------------------------------------------- */

static struct str indexed_body(struct arena *a, struct str text, struct quote_marks m, bool quotes)
{
    struct buf o = { .a = a };
    struct str line;
    for (int i = 0; i < m.n; i++) {
        bool in = m.at[i].kind == QUOTE_NEW || m.at[i].kind == QUOTE_SIGNATURE ||
                  m.at[i].kind == QUOTE_FORWARDED ||
                  (quotes && m.at[i].kind == QUOTE_QUOTED && !m.at[i].source);
        for (int k = 0; k < m.at[i].lines && str_line(&text, &line); k++) {
            if (!in) continue;
            buf_add(&o, line);
            buf_char(&o, '\n');
        }
    }
    return text_fold(a, buf_str(&o));
}

static void doc_of(struct ctx *c, const struct place *p, struct str text, struct quote_marks m,
                   bool quotes, struct search_doc *out)
{
    struct event e;
    if (log_get(c, p->message, &e) != OK) die(c, "message %" PRId64 " has no event", p->message);
    struct incoming in = incoming_read(c->a, e.data);
    struct buf who = { .a = c->a };
    for (int i = 0; i < in.n_who; i++) {
        if (in.who[i].role == ROLE_ENVELOPE) continue;
        buf_add(&who, in.who[i].who.name);
        buf_char(&who, ' ');
        buf_add(&who, in.who[i].who.shown);
        buf_char(&who, '\n');
    }
    *out = (struct search_doc){ .number = p->moment,
                                .who = text_fold(c->a, buf_str(&who)),
                                .subject = text_fold(c->a, in.subject),
                                .body = indexed_body(c->a, text, m, quotes) };
}

static void unindex(struct tx *t, const struct place *p, struct str text)
{
    struct quote_marks old;
    struct search_doc doc;
    if (!(p->said & SAID_INDEXED) || !quote_unpack(t->c.a, p->quotes, &old)) return;
    doc_of(&t->c, p, text, old, p->said & SAID_INDEXED_QUOTES, &doc);
    search_drop(t, &doc);
}

void note_unindex(struct tx *t, id message)
{
    struct ctx *c = &t->c;
    struct place p;
    int64_t moment = db_int(c, -1, SQL("SELECT moment FROM message WHERE id=$1"), I(message));
    if (moment < 0 || !find_place(c, moment, &p)) return;
    unindex(t, &p, words_of(c, p.text, p.at, p.size));
    db_do(t, SQL("UPDATE message SET quotes=NULL, said=0, same=0 WHERE id=$1"), I(message));
    log_dirty(t, DIRTY_TEXT, moment, 0);
}

static unsigned said_bits(const struct said *s)
{
    return (s->question ? SAID_QUESTION : 0u) | (s->thanks_only ? SAID_THANKS : 0u) |
           (s->acknowledgement ? SAID_WILL_DO : 0u) | (s->empty ? SAID_NOTHING : 0u);
}

static void settle_one(struct tx *t, struct cache *k, int64_t moment)
{
    struct ctx *c = &t->c;
    struct place p;
    struct search_doc doc;
    const struct quote_text *above[ANCESTORS];
    if (!find_place(c, moment, &p)) return;
    struct str text = words_of(c, p.text, p.at, p.size);
    int n = ancestors(c, k, p.parent, above);
    struct quote_marks m = quote_mark(c->a, text, above, n, NULL);
    struct str packed = quote_pack(c->a, m), new = quote_new_text(c->a, text, m);
    bool quotes = n == 0;
    if (p.marked && str_eq(packed, p.quotes) && quotes == ((p.said & SAID_INDEXED_QUOTES) != 0))
        return;
    unindex(t, &p, text);
    struct said said = said_read(c->a, new);
    doc_of(c, &p, text, m, quotes, &doc);
    search_put(t, &doc);
    db_do(t, SQL("UPDATE message SET quotes=$1, said=$2, same=$3 WHERE id=$4"), B(packed),
          I(said_bits(&said) | SAID_INDEXED | (quotes ? SAID_INDEXED_QUOTES : 0u)),
          I(said.words > 3 ? (int64_t)(said_same(c->a, new) >> 1) : 0), I(p.message));
    remember(k, p.message, p.parent, text);
}

/* In order of time, so that the index grows by ascending numbers and parents come first. */
void text_settle(struct tx *t)
{
    struct arena *whole = t->c.a, *round = arena_child(whole);
    struct cache *k = NEW(whole, struct cache, 1);
    struct dirt *d = NEW(whole, struct dirt, BATCH);
    k->a = arena_child(whole);
    t->c.a = round;
    for (int n; (n = log_take_dirty(t, DIRTY_TEXT, d, BATCH)) > 0;)
        for (int i = 0; i < n; i++, arena_clear(round)) settle_one(t, k, d[i].x);
    t->c.a = whole;
    arena_close(k->a);
    arena_close(round);
}

err talk_text(struct ctx *c, const struct message *m, struct str *out)
{
    struct str whole;
    *out = S("");
    if (!m->text_size) return OK;
    if (m->text_at + m->text_size > TEXT_MOST * 16)
        return fail(c, E_NOTFOUND, "this is too large to show");
    TRY(log_body_head(c, m->text, m->text_at + m->text_size, &whole));
    *out = str_upto(str_from(whole, m->text_at), m->text_size);
    return OK;
}

struct str talk_line_of(struct ctx *c, id message)
{
    struct message m;
    struct quote_marks marks;
    struct str text;
    if (talk_message(c, message, &m) != OK || talk_text(c, &m, &text) != OK) return S("");
    if (m.quotes.n && quote_unpack(c->a, m.quotes, &marks))
        text = quote_new_text(c->a, text, marks);
    return text_short(c->a, said_read(c->a, text).line, 200);
}
