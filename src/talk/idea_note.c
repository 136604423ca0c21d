/* SPDX-License-Identifier: GPL-3.0-or-later
 * idea_note.c - what events do to ideas, and where they went: from the marks of keepers, from
 * quotations that are answered, and from addresses. */
#include "kit/base/pack.h"
#include "kit/base/text.h"
#include "talk/idea.h"
#include "talk/idea_log.h"
#include "talk/incoming.h"

enum { MARKS = 200, LATER = 2000, SHORT = 15, KEY = 10 };

/* ---- what events do ------------------------------------------------------ */

static void dirty(struct tx *t, id message)
{
    id in = db_int(&t->c, 0, SQL("SELECT conversation FROM message WHERE id=$1"), I(message));
    if (in) log_dirty(t, DIRTY_WAIT, in, 0);
}

static id began_in(struct ctx *c, id idea)
{
    return db_int(c, 0, SQL("SELECT message FROM idea WHERE id=$1"), I(idea));
}

static void put_mark(struct tx *t, const struct event *e, id idea, struct idea_span span)
{
    db_do(t,
          SQL("INSERT INTO idea_mark(event, idea, message, start, size) VALUES($1, $2, $3, $4, "
              "$5)"),
          I(e->id), I(idea), I(e->subject), I(span.at), I(span.size));
    dirty(t, e->subject);
}

/* Of an erased one nothing but the event is left; then there is no idea. */
static void marked(struct tx *t, const struct event *e)
{
    struct str rest = e->data, name = S("");
    struct idea_span span = { 0, 0 };
    int64_t sign = 0;
    for (struct field f; rec_next(&rest, &f);) switch (f.tag) {
        case IDEA_REC_NAME: name = f.value; break;
        case IDEA_REC_AT: span.at = field_int(f); break;
        case IDEA_REC_SIZE: span.size = field_int(f); break;
        case IDEA_REC_SIGN: sign = field_int(f); break;
        }
    if (e->kind == EVENT_IDEA_MARKED && name.n) {
        db_do(t,
              SQL("INSERT INTO idea(id, message, keeper, name, sign, dropped) VALUES($1, $2, $3, "
                  "$4, $5, 0)"),
              I(e->id), I(e->subject), I(e->actor), T(name), I(sign));
        put_mark(t, e, e->id, span);
    }
    if (e->kind == EVENT_IDEA_CONTINUED && began_in(&t->c, e->other))
        put_mark(t, e, e->other, span);
}

static void dropped(struct tx *t, id idea, id message, id event, bool on)
{
    id began = began_in(&t->c, idea);
    if (!began) return;
    if (!message)
        db_do(t, SQL("UPDATE idea SET dropped=$1 WHERE id=$2"), I(on ? event : 0), I(idea));
    else if (on)
        db_do(t, SQL("INSERT INTO idea_not(idea, message, event) VALUES($1, $2, $3)"), I(idea),
              I(message), I(event));
    else
        db_do(t, SQL("DELETE FROM idea_not WHERE idea=$1 AND message=$2 AND event=$3"), I(idea),
              I(message), I(event));
    dirty(t, began);
}

void idea_apply(struct tx *t, const struct event *e)
{
    struct event d;
    switch (e->kind) {
    case EVENT_IDEA_MARKED:
    case EVENT_IDEA_CONTINUED: marked(t, e); break;
    case EVENT_IDEA_DROPPED: dropped(t, e->subject, e->other, e->id, true); break;
    case EVENT_IDEA_UNDONE:
        if (log_get(&t->c, e->subject, &d) == OK) dropped(t, d.subject, d.other, d.id, false);
        break;
    }
}

bool idea_left(const struct event *e, struct buf *out)
{
    (void)out; /* nothing: its name was made from the words that go */
    return e->kind == EVENT_IDEA_MARKED;
}

static void forget(struct tx *t, id idea)
{
    db_do(t, SQL("DELETE FROM idea_place WHERE idea=$1"), I(idea));
    db_do(t, SQL("DELETE FROM idea_not WHERE idea=$1"), I(idea));
    db_do(t, SQL("DELETE FROM idea_mark WHERE idea=$1"), I(idea));
    db_do(t, SQL("DELETE FROM idea WHERE id=$1"), I(idea));
}

void idea_erased(struct tx *t, id message)
{
    for (id idea;
         (idea = db_int(&t->c, 0, SQL("SELECT id FROM idea WHERE message=$1 ORDER BY id LIMIT 1"),
                        I(message)));)
        forget(t, idea);
    db_do(t, SQL("DELETE FROM idea_place WHERE message=$1"), I(message));
    db_do(t, SQL("DELETE FROM idea_mark WHERE message=$1"), I(message));
    db_do(t, SQL("DELETE FROM idea_not WHERE message=$1 /* scan */"), I(message));
    db_do(t, SQL("DELETE FROM idea_link WHERE message=$1 /* scan */"), I(message));
}

/* ---- addresses ----------------------------------------------------------- */

bool idea_may_link(struct str words) { return str_find(words, S("/ideas/")) >= 0; }

/* The first address of an idea's page in them; *words goes on behind it. 0: there is none. */
static id next_link(struct ctx *c, struct str *words)
{
    for (ptrdiff_t k; (k = str_find(*words, S("/ideas/"))) >= 0;) {
        int64_t n = 0;
        ptrdiff_t i = 0;
        *words = str_from(*words, k + 7);
        for (; i < words->n && i < 18 && words->p[i] >= '0' && words->p[i] <= '9'; i++)
            n = n * 10 + words->p[i] - '0';
        struct str rest = str_from(*words, i);
        if (n && str_begins(rest, S("?k=")) && rest.n >= 3 + KEY &&
            str_eq(str_upto(str_from(rest, 3), KEY), idea_key(c, n)))
            return n;
    }
    return 0;
}

void idea_note_links(struct tx *t, id message, struct str words)
{
    for (id idea; (idea = next_link(&t->c, &words));) {
        id began = began_in(&t->c, idea);
        db_do(t,
              SQL("INSERT INTO idea_link(idea, message) VALUES($1, $2) ON CONFLICT(idea, message) "
                  "DO NOTHING"),
              I(idea), I(message));
        if (began) dirty(t, began);
    }
}

/* ---- where it went ------------------------------------------------------- */

struct mark {
    id message, event;
    int64_t conversation, at;
    struct idea_span span;
};

/* As it is stored, whoever looks. */
static bool text_of(struct ctx *c, id message, struct talk_text *out)
{
    id raw = 0;
    int64_t at = 0, size = 0;
    struct str whole;
    *out = (struct talk_text){ .message = message, .words = S(""), .quotes = S("") };
    EACH (r, c, SQL("SELECT raw, text_at, text_size, quotes FROM message WHERE id=$1"),
          I(message)) {
        raw = row_int(&r, 0);
        at = row_int(&r, 1);
        size = MIN(row_int(&r, 2), TALK_HEAD);
        out->quotes = row_blob(&r, 3);
    }
    if (!raw || !size || log_body_head(c, raw, at + size, &whole) != OK) return false;
    out->words = str_upto(str_from(whole, at), size);
    return true;
}

static void put_place(struct tx *t, id idea, id message, idea_how how, struct idea_span span)
{
    db_do(t,
          SQL("INSERT INTO idea_place(idea, message, how, start, size) VALUES($1, $2, $3, $4, $5) "
              "ON CONFLICT(idea, message) DO NOTHING"),
          I(idea), I(message), I(how), I(span.at), I(span.size));
}

static bool said_not(struct ctx *c, id idea, id message)
{
    return db_int(c, 0, SQL("SELECT 1 FROM idea_not WHERE idea=$1 AND message=$2 LIMIT 1"), I(idea),
                  I(message));
}

static struct str letters_of(struct arena *a, struct str words)
{
    struct buf o = { .a = a };
    struct str rest = text_fold(a, words), word;
    while (text_word(&rest, &word)) buf_add(&o, word);
    return buf_str(&o);
}

/* The same words, or a part of them that is long enough to be no chance. */
static bool quotes_it(struct str quoted, struct str marked_words)
{
    return str_find(quoted, marked_words) >= 0 ||
           (quoted.n >= SHORT && str_find(marked_words, quoted) >= 0);
}

static bool says_something(const struct talk_part *p)
{
    return p->kind == PART_NEW && str_trim(p->words).n > 0;
}

/* Quoted lines that belong together, from *i on; *i goes behind them. */
static struct str quoted_block(struct arena *a, const struct talk_parts *parts, id source, int *i)
{
    struct buf o = { .a = a };
    bool from_it = false;
    for (; *i < parts->n; (*i)++) {
        const struct talk_part *p = &parts->at[*i];
        bool blank = !str_trim(p->words).n;
        bool other = p->source && p->source != source;
        if (!blank && (p->kind != PART_QUOTED || other)) break;
        from_it = from_it || p->source == source;
        buf_add(&o, p->words);
    }
    return from_it ? letters_of(a, buf_str(&o)) : S("");
}

/* What is said to the marked words, where they are quoted and answered. */
static bool answered(struct arena *a, const struct talk_text *t, id source, struct str words,
                     struct idea_span *out)
{
    struct talk_parts parts;
    talk_parts_of(a, t, &parts);
    for (int i = 0; i < parts.n;) {
        if (parts.at[i].kind != PART_QUOTED) {
            i++;
            continue;
        }
        int from = i;
        struct str quoted = quoted_block(a, &parts, source, &i);
        if (i == from) i++; /* of another message */
        if (i >= parts.n || !quoted.n || !says_something(&parts.at[i]) || !quotes_it(quoted, words))
            continue;
        struct idea_sentences s;
        idea_sentences(a, t, &s);
        for (int k = 0; k < s.n; k++)
            if (t->words.p + s.at[k].span.at >= parts.at[i].words.p) {
                *out = s.at[k].span;
                return true;
            }
    }
    return false;
}

static void settle_quoted(struct tx *t, id idea, const struct mark *m)
{
    struct ctx *c = &t->c;
    struct talk_text text;
    struct idea_span span;
    id *later = NEW(c->a, id, LATER);
    int n = 0;
    if (!text_of(c, m->message, &text)) return;
    struct str words = letters_of(c->a, idea_span_words(c->a, &text, m->span));
    if (!words.n) return;
    EACH (r, c,
          SQL("SELECT id, quotes FROM message WHERE conversation=$1 AND at>=$2 AND id<>$3 ORDER BY "
              "at, id LIMIT $4"),
          I(m->conversation), I(m->at), I(m->message), I(LATER))
        if (talk_quotes_from(c->a, row_blob(&r, 1), m->message)) later[n++] = row_int(&r, 0);
    for (int i = 0; i < n; i++)
        if (!said_not(c, idea, later[i]) && text_of(c, later[i], &text) &&
            answered(c->a, &text, m->message, words, &span))
            put_place(t, idea, later[i], IDEA_QUOTED, span);
}

static void settle_links(struct tx *t, id idea)
{
    struct ctx *c = &t->c;
    struct talk_text text;
    struct idea_sentences s;
    id *from = NEW(c->a, id, LATER);
    int n = 0;
    EACH (r, c, SQL("SELECT message FROM idea_link WHERE idea=$1 ORDER BY message LIMIT $2"),
          I(idea), I(LATER))
        from[n++] = row_int(&r, 0);
    for (int i = 0; i < n; i++) {
        if (said_not(c, idea, from[i]) || !text_of(c, from[i], &text)) continue;
        idea_sentences(c->a, &text, &s);
        for (int k = 0; k < s.n; k++) {
            struct str words = s.at[k].words;
            id named = next_link(c, &words);
            while (named && named != idea) named = next_link(c, &words);
            if (named) put_place(t, idea, from[i], IDEA_LINKED, s.at[k].span);
        }
    }
}

static void settle(struct tx *t, id idea)
{
    struct ctx *c = &t->c;
    struct mark *m = NEW(c->a, struct mark, MARKS);
    int n = 0;
    db_do(t, SQL("DELETE FROM idea_place WHERE idea=$1"), I(idea));
    if (!db_int(c, 0, SQL("SELECT 1 FROM idea WHERE id=$1 AND dropped=0"), I(idea))) return;
    EACH (r, c,
          SQL("SELECT k.message, k.event, m.conversation, m.at, k.start, k.size FROM idea_mark k "
              "JOIN message m ON m.id=k.message WHERE k.idea=$1 AND NOT EXISTS(SELECT 1 FROM "
              "idea_not n WHERE n.idea=k.idea AND n.message=k.message AND n.event>k.event) ORDER "
              "BY k.event LIMIT $2"),
          I(idea), I(MARKS))
        m[n++] = (struct mark){ .message = row_int(&r, 0),
                                .event = row_int(&r, 1),
                                .conversation = row_int(&r, 2),
                                .at = row_int(&r, 3),
                                .span = { row_int(&r, 4), row_int(&r, 5) } };
    for (int i = 0; i < n; i++)
        put_place(t, idea, m[i].message, m[i].event == idea ? IDEA_MARKED : IDEA_CARRIED,
                  m[i].span);
    for (int i = 0; i < n; i++) settle_quoted(t, idea, &m[i]);
    settle_links(t, idea);
}

bool idea_any(struct ctx *c) { return db_int(c, 0, SQL("SELECT 1 FROM idea_mark LIMIT 1")) != 0; }

void idea_settle_in(struct tx *t, id conversation)
{
    id ideas[MARKS];
    int n = 0;
    EACH (r, &t->c,
          SQL("SELECT DISTINCT k.idea FROM message m CROSS JOIN idea_mark k WHERE "
              "m.conversation=$1 AND k.message=m.id ORDER BY k.idea LIMIT $2"),
          I(conversation), I(MARKS))
        ideas[n++] = row_int(&r, 0);
    for (int i = 0; i < n; i++) settle(t, ideas[i]);
}
