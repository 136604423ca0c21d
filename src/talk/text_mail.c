/* SPDX-License-Identifier: GPL-3.0-or-later
 * text_mail.c - the words of a message: which lines are quoted, what the new ones ask, the index.
 *
 * A text is marked against its held ancestors, so it is marked again when one of them turns up.
 * The index holds the lines that are not quoted; quoted ones only where what they quote is not
 * held. What was put into the index is computed again, to the letter, when it has to be taken out.
 *
 * A batch goes in three steps: what is needed is read, all texts are marked, judged and cut into
 * words on all processors, and what came of it is written in order of time. */
#include "kit/base/crew.h"
#include "kit/base/hash.h"
#include "kit/base/pack.h"
#include "kit/base/text.h"
#include "kit/mail/quote.h"
#include "kit/mail/said.h"
#include "kit/store/search.h"
#include "talk/idea.h"
#include "talk/incoming.h"

enum { BATCH = 128, TEXT_MOST = 4 * MIB, ANCESTORS = 12, CACHE = 1024, CACHE_BYTES = 8 * MIB };
enum { LANE_MOST = 1024 * MIB };

/* A message's words, and made ready for being quoted where one that answers it needs them. */
struct text {
    id message, parent;
    struct str packed; /* holds the words, */
    int64_t at, size;  /* here */
    bool unpacked, answered;
    struct str words;
    const struct quote_text *quoted;
};
/* What is to be done about one message, and what came of it. */
struct job {
    struct text *own, *above[ANCESTORS];
    int n_above;
    int64_t moment;
    struct str record; /* of its event, packed; */
    struct str plain;  /* the same unpacked, if it came with this work */
    struct str old;    /* quotes as they are stored */
    unsigned said;     /* as stored */
    bool marked;       /* before */

    bool same; /* nothing changed */
    bool link; /* it may hold the address of an idea */
    struct str quotes;
    unsigned new_said;
    int64_t words_name;
    struct search_cut cut, old_cut;
};
struct settling {
    struct crew *crew;
    engine engine;
    struct arena *a; /* texts, until it grows too large */
    struct text *cache[CACHE];
    struct text *fresh[BATCH * (1 + ANCESTORS)];
    int n_fresh;
    struct job jobs[BATCH];
    int n;
};

/* ---- reading ------------------------------------------------------------- */

static struct text **slot(struct settling *s, id message)
{
    return &s->cache[(uint64_t)message * 0x9E3779B97F4A7C15u >> 54];
}

#define TEXT_COLUMNS                                                                               \
    "m.id, m.parent, m.text_at, m.text_size, substr(k.bytes, CAST(b.at + 1 AS INTEGER), "          \
    "CAST(least(b.room, m.text_at + m.text_size + $2) AS INTEGER))"
#define TEXT_FROM " LEFT JOIN blob b ON b.id=m.raw LEFT JOIN shelf k ON k.id=b.shelf"

/* What came in this piece of work, by number. */
struct fresh {
    struct fresh_one {
        id message;
        struct str words, record;
        bool gone; /* was changed since: read it as it stands */
    } * at;
    int n, room;
};

static struct fresh *fresh_of(struct tx *t)
{
    return tx_memo(t, &fresh_of, sizeof(struct fresh), NULL);
}

void note_fresh(struct tx *t, id message, struct str words, struct str record)
{
    struct fresh *f = fresh_of(t);
    if (f->n == f->room) {
        f->room = MAX(16, f->room * 2);
        struct fresh_one *more = NEW(t->a, struct fresh_one, f->room);
        if (f->n) memcpy(more, f->at, (size_t)f->n * sizeof *more);
        f->at = more;
    }
    f->at[f->n++] = (struct fresh_one){ message, words, record, false };
}

static struct fresh_one *find_fresh(struct tx *t, id message)
{
    const struct fresh *f = fresh_of(t);
    int low = 0, high = f->n;
    while (low < high) {
        int mid = (low + high) / 2;
        if (f->at[mid].message < message) low = mid + 1;
        else high = mid;
    }
    bool here = low < f->n && f->at[low].message == message && !f->at[low].gone;
    return here ? &f->at[low] : NULL;
}

static struct text *keep_fresh(struct settling *s, const struct fresh_one *f, id parent)
{
    struct text *t = NEW(s->a, struct text, 1);
    *t = (struct text){
        .message = f->message, .parent = parent, .unpacked = true, .words = f->words
    };
    return *slot(s, t->message) = t;
}

static struct text *keep(struct settling *s, struct rows *r)
{
    struct text *t = NEW(s->a, struct text, 1);
    *t = (struct text){ .message = row_int(r, 0),
                        .parent = row_int(r, 1),
                        .at = row_int(r, 2),
                        .size = row_int(r, 3) };
    if (t->size) t->packed = str_dup(s->a, row_blob(r, 4));
    s->fresh[s->n_fresh++] = t;
    return *slot(s, t->message) = t;
}

static struct text *text_of(struct tx *t, struct settling *s, id message)
{
    struct text *x = *slot(s, message);
    const struct fresh_one *f;
    if (x && x->message == message) return x;
    if ((f = find_fresh(t, message)))
        return keep_fresh(s, f,
                          db_int(&t->c, 0, SQL("SELECT parent FROM message WHERE id=$1"),
                                 I(message)));
    x = NULL;
    EACH (r, &t->c, SQL("SELECT " TEXT_COLUMNS " FROM message m" TEXT_FROM " WHERE m.id=$1"),
          I(message), I(PACKED_ROOM))
        x = keep(s, &r);
    return x;
}

static void load_own(struct tx *t, struct settling *s, struct job *j, id message, id parent)
{
    const struct fresh_one *f = find_fresh(t, message);
    if (f) {
        struct text *have = *slot(s, message);
        j->own = have && have->message == message ? have : keep_fresh(s, f, parent);
        j->plain = f->record;
        return;
    }
    j->own = text_of(t, s, message);
    EACH (r, &t->c, SQL("SELECT data FROM event WHERE id=$1"), I(message))
        j->record = str_dup(s->a, row_blob(&r, 0));
}

static bool load(struct tx *t, struct settling *s, int64_t moment, struct job *j)
{
    id own = 0, parent = 0;
    *j = (struct job){ .moment = moment };
    EACH (r, &t->c,
          SQL("SELECT id, parent, quotes, said FROM message WHERE moment=$1 AND (marks & $2)=0"),
          I(moment), I(TALK_MARK_BACK)) {
        own = row_int(&r, 0);
        parent = row_int(&r, 1);
        j->marked = !row_null(&r, 2);
        j->old = str_dup(s->a, row_blob(&r, 2));
        j->said = (unsigned)row_int(&r, 3);
    }
    if (!own) return false;
    load_own(t, s, j, own, parent);
    for (id up = j->own->parent; up && j->n_above < ANCESTORS;) {
        struct text *x = text_of(t, s, up);
        if (!x) break;
        if (!x->answered && x->unpacked) s->fresh[s->n_fresh++] = x;
        x->answered = true;
        j->above[j->n_above++] = x;
        up = x->parent;
    }
    return true;
}

/* ---- computing, on any thread -------------------------------------------- */

static void prepare(void *arg, struct arena *a, int i)
{
    struct text *t = ((struct settling *)arg)->fresh[i];
    struct str whole = S("");
    if (!t->unpacked) {
        if (t->packed.n && !unpack_head(a, t->packed, t->at + t->size, &whole)) whole = S("");
        t->words = str_upto(str_from(whole, t->at), t->size);
        t->unpacked = true;
    }
    if (t->answered) t->quoted = quote_prepare(a, t->words, t->message);
}

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

static void cut(struct arena *a, engine e, const struct job *j, struct quote_marks m, bool quotes,
                struct search_cut *out)
{
    struct str record = j->plain;
    if (j->record.n && !unpack_bytes(a, j->record, LOG_DATA_MOST, &record)) record = S("");
    struct incoming in = incoming_read(a, record);
    struct buf who = { .a = a };
    for (int i = 0; i < in.n_who; i++) {
        if (in.who[i].role > ROLE_CC) continue; /* not for everybody who finds it */
        buf_add(&who, in.who[i].who.name);
        buf_char(&who, ' ');
        buf_add(&who, in.who[i].who.shown);
        buf_char(&who, '\n');
    }
    struct search_doc doc = { .number = j->moment,
                              .who = text_fold(a, buf_str(&who)),
                              .subject = text_fold(a, in.subject),
                              .body = indexed_body(a, j->own->words, m, quotes) };
    search_cut(a, e, &doc, out);
}

/* What the index holds of it now, if anything: then old_cut has its number. */
static void cut_old(const struct settling *s, struct arena *a, struct job *j)
{
    struct quote_marks old;
    if (j->said & SAID_INDEXED && quote_unpack(a, j->old, &old))
        cut(a, s->engine, j, old, j->said & SAID_INDEXED_QUOTES, &j->old_cut);
}

static unsigned said_bits(const struct said *s)
{
    return (s->question ? SAID_QUESTION : 0u) | (s->thanks_only ? SAID_THANKS : 0u) |
           (s->acknowledgement ? SAID_WILL_DO : 0u) | (s->empty ? SAID_NOTHING : 0u);
}

static void judge(void *arg, struct arena *a, int i)
{
    struct settling *s = arg;
    struct job *j = &s->jobs[i];
    const struct quote_text *above[ANCESTORS];
    for (int k = 0; k < j->n_above; k++) above[k] = j->above[k]->quoted;
    struct quote_marks m = quote_mark(a, j->own->words, above, j->n_above, NULL);
    bool quotes = j->n_above == 0;
    unsigned index = SAID_INDEXED | (quotes ? SAID_INDEXED_QUOTES : 0u);
    j->quotes = quote_pack(a, m);
    j->same = j->marked && str_eq(j->quotes, j->old) &&
              (j->said & (SAID_INDEXED | SAID_INDEXED_QUOTES)) == index;
    if (j->same) return;
    j->link = idea_may_link(j->own->words);
    cut_old(s, a, j);
    struct said said = said_read(a, quote_new_text(a, j->own->words, m));
    j->new_said = said_bits(&said) | index;
    j->words_name = said.words > 3 ? (int64_t)(said.same >> 1) : 0;
    cut(a, s->engine, j, m, quotes, &j->cut);
}

/* ---- writing ------------------------------------------------------------- */

static void store(struct tx *t, const struct job *j)
{
    if (j->same) return;
    if (j->old_cut.number) search_drop(t, &j->old_cut);
    search_put(t, &j->cut);
    db_do(t, SQL("UPDATE message SET quotes=$1, said=$2, same=$3 WHERE id=$4"), B(j->quotes),
          I(j->new_said), I(j->words_name), I(j->own->message));
    if (j->link) idea_note_links(t, j->own->message, j->own->words);
}

static void settle_batch(struct tx *t, struct settling *s, const struct dirt *d, int n)
{
    struct ctx *c = &t->c;
    struct arena *whole = c->a, *round = arena_child(whole);
    s->n = s->n_fresh = 0;
    c->a = round;
    for (int i = 0; i < n; i++, arena_clear(round)) s->n += load(t, s, d[i].x, &s->jobs[s->n]);
    c->a = whole;
    arena_close(round);
    crew_run(c, s->crew, s->n_fresh, prepare, s);
    crew_run(c, s->crew, s->n, judge, s);
    for (int i = 0; i < s->n; i++) store(t, &s->jobs[i]);
    if (arena_used(s->a) + crew_used(s->crew) < CACHE_BYTES) return;
    arena_clear(s->a);
    crew_clear(s->crew);
    memset(s->cache, 0, sizeof s->cache);
}

/* In order of time, so that the index grows by ascending numbers and parents come first. */
void text_settle(struct tx *t)
{
    struct dirt d[BATCH];
    int n = log_take_dirty(t, DIRTY_TEXT, d, BATCH);
    if (!n) return;
    struct settling *s = NEW(t->c.a, struct settling, 1);
    s->a = arena_child(t->c.a);
    s->crew = crew_open(t->c.a, LANE_MOST);
    s->engine = db_engine(&t->c);
    for (; n > 0; n = log_take_dirty(t, DIRTY_TEXT, d, BATCH)) settle_batch(t, s, d, n);
    arena_close(s->a);
    crew_clear(s->crew);
}

void note_unindex(struct tx *t, id message)
{
    struct ctx *c = &t->c;
    struct settling *s = NEW(c->a, struct settling, 1);
    struct job *j = &s->jobs[0];
    int64_t moment = db_int(c, -1, SQL("SELECT moment FROM message WHERE id=$1"), I(message));
    struct fresh_one *f = find_fresh(t, message);
    if (f) f->gone = true;
    s->a = c->a;
    s->engine = db_engine(c);
    if (moment < 0 || !load(t, s, moment, j)) return;
    prepare(s, c->a, 0); /* its own text was read first */
    cut_old(s, c->a, j);
    if (j->old_cut.number) search_drop(t, &j->old_cut);
    db_do(t, SQL("UPDATE message SET quotes=NULL, said=0, same=0 WHERE id=$1"), I(message));
    log_dirty(t, DIRTY_TEXT, moment, 0);
}

err talk_text(struct ctx *c, const struct message *m, struct str *out)
{
    struct str whole;
    *out = S("");
    if (!m->text_size) return OK;
    if (m->text_at + m->text_size > TEXT_MOST * 16)
        return fail(c, E_NOTFOUND, "this is too large to show");
    TRY(log_body_head(c, m->raw, m->text_at + m->text_size, &whole));
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
