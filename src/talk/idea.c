/* SPDX-License-Identifier: GPL-3.0-or-later
 * idea.c - ideas as somebody may see them, and what keepers do about them. */
#include "talk/idea.h"

#include "kit/base/hash.h"
#include "kit/base/pack.h"
#include "kit/base/text.h"
#include "talk/idea_log.h"
#include "talk/incoming.h"

enum { SIGNS = 200 };

char idea_letter(int sign) { return (char)('A' + sign % 26); }
int idea_colour(int sign) { return sign % IDEA_COLOURS; }

struct str idea_key(struct ctx *c, id idea)
{
    int64_t n = hash_name(c->secret, str_fmt(c->a, "idea %" PRId64, idea));
    return str_fmt(c->a, "%010" PRIx64, (uint64_t)n & 0xFFFFFFFFFFu);
}

/* ---- reading ------------------------------------------------------------- */

/* $1 the viewer: s for where it began, q for each place. */
#define IDEA_ROWS                                                                                  \
    "SELECT i.id, i.message, i.keeper, i.name, coalesce(k.name, ''), i.sign, b.at, count(*), "     \
    "max(m.at) FROM idea i CROSS JOIN sight s CROSS JOIN message b CROSS JOIN idea_place p CROSS " \
    "JOIN message m CROSS JOIN sight q LEFT JOIN person k ON k.id=i.keeper WHERE "                 \
    "s.message=i.message AND s.who=$1 AND b.id=i.message AND p.idea=i.id AND m.id=p.message AND "  \
    "q.message=m.id AND q.who=$1 AND i.dropped=0"
#define IDEA_GROUP " GROUP BY i.id, i.message, i.keeper, i.name, k.name, i.sign, b.at"

static struct idea idea_row(struct rows *r)
{
    return (struct idea){ .id = row_int(r, 0),
                          .message = row_int(r, 1),
                          .keeper = row_int(r, 2),
                          .name = row_str(r, 3),
                          .keeper_name = row_str(r, 4),
                          .sign = (int)row_int(r, 5),
                          .began = row_int(r, 6),
                          .places = (int)row_int(r, 7),
                          .last_at = row_int(r, 8) };
}

err idea_get(struct ctx *c, id idea, struct idea *out)
{
    bool found = false;
    EACH (r, c, SQL(IDEA_ROWS " AND i.id=$2" IDEA_GROUP), I(c->viewer), I(idea)) {
        *out = idea_row(&r);
        found = true;
    }
    return found ? OK : fail(c, E_NOTFOUND, "there is no such idea, or it is not yours to read");
}

void idea_list(struct ctx *c, id below, int max, struct ideas *out)
{
    *out = (struct ideas){ NEW(c->a, struct idea, MAX(max, 1)), 0 };
    EACH (r, c, SQL(IDEA_ROWS " AND i.id<$2" IDEA_GROUP " ORDER BY i.id DESC LIMIT $3"),
          I(c->viewer), I(below ? below : INT64_MAX), I(max))
        out->at[out->n++] = idea_row(&r);
}

static void add_words(struct ctx *c, struct idea_places *out, const struct idea_span *span)
{
    struct talk_texts texts;
    id *ids = NEW(c->a, id, out->n + 1);
    for (int i = 0; i < out->n; i++) ids[i] = out->at[i].message;
    talk_texts_of(c, ids, out->n, TALK_HEAD, &texts);
    for (int k = 0; k < texts.n; k++)
        for (int i = 0; i < out->n; i++)
            if (out->at[i].message == texts.at[k].message)
                out->at[i].words = idea_span_words(c->a, &texts.at[k], span[i]);
}

void idea_places(struct ctx *c, id idea, int max, struct idea_places *out)
{
    struct idea_span *span = NEW(c->a, struct idea_span, MAX(max, 1));
    *out = (struct idea_places){ NEW(c->a, struct idea_place, MAX(max, 1)), 0 };
    EACH (r, c,
          SQL("SELECT p.message, m.conversation, p.how, m.at, m.subject, coalesce(n.id, 0), "
              "coalesce(n.name, ''), p.start, p.size FROM idea_place p CROSS JOIN message m CROSS "
              "JOIN sight s LEFT JOIN handle h ON h.key=m.author LEFT JOIN person n ON "
              "n.id=h.person WHERE p.idea=$1 AND m.id=p.message AND s.message=m.id AND s.who=$2 "
              "ORDER BY m.at, m.id LIMIT $3"),
          I(idea), I(c->viewer), I(max)) {
        span[out->n] = (struct idea_span){ row_int(&r, 7), row_int(&r, 8) };
        out->at[out->n++] = (struct idea_place){ .idea = idea,
                                                 .message = row_int(&r, 0),
                                                 .conversation = row_int(&r, 1),
                                                 .how = (idea_how)row_int(&r, 2),
                                                 .at = row_int(&r, 3),
                                                 .subject = row_str(&r, 4),
                                                 .author = row_int(&r, 5),
                                                 .author_name = row_str(&r, 6),
                                                 .words = S("") };
    }
    add_words(c, out, span);
}

void idea_places_all(struct ctx *c, int max, struct idea_places *out)
{
    *out = (struct idea_places){ NEW(c->a, struct idea_place, MAX(max, 1)), 0 };
    EACH (r, c,
          SQL("SELECT p.idea, p.message, p.how, m.at, m.conversation FROM idea i CROSS JOIN sight "
              "s CROSS JOIN idea_place p CROSS JOIN message m CROSS JOIN sight q WHERE i.dropped=0 "
              "AND s.message=i.message AND s.who=$1 AND p.idea=i.id AND m.id=p.message AND "
              "q.message=m.id AND q.who=$1 ORDER BY p.message, p.idea LIMIT $2 /* scan */"),
          I(c->viewer), I(max))
        out->at[out->n++] = (struct idea_place){ .idea = row_int(&r, 0),
                                                 .message = row_int(&r, 1),
                                                 .how = (idea_how)row_int(&r, 2),
                                                 .at = row_int(&r, 3),
                                                 .conversation = row_int(&r, 4),
                                                 .subject = S(""),
                                                 .words = S(""),
                                                 .author_name = S("") };
}

void idea_touches(struct ctx *c, id conversation, int max, struct idea_touches *out)
{
    *out = (struct idea_touches){ NEW(c->a, struct idea_touch, MAX(max, 1)), 0 };
    if (!idea_any(c)) return;
    EACH (r, c,
          SQL("SELECT i.id, m.id, i.sign, i.name FROM message m CROSS JOIN idea_place p CROSS JOIN "
              "idea i CROSS JOIN sight s CROSS JOIN sight q WHERE m.conversation=$1 AND "
              "p.message=m.id AND i.id=p.idea AND s.message=i.message AND s.who=$2 AND "
              "q.message=m.id AND q.who=$2 ORDER BY m.at, m.id, i.id LIMIT $3"),
          I(conversation), I(c->viewer), I(max))
        out->at[out->n++] = (struct idea_touch){ row_int(&r, 0), row_int(&r, 1),
                                                 (int)row_int(&r, 2), row_str(&r, 3) };
}

/* ---- deeds --------------------------------------------------------------- */

static err span_there(struct tx *t, id message, struct idea_span span)
{
    struct message m;
    struct talk_texts texts;
    TRY(talk_message(&t->c, message, &m));
    talk_texts_of(&t->c, &message, 1, TALK_HEAD, &texts);
    if (!texts.n || !idea_span_words(t->c.a, &texts.at[0], span).n)
        return fail(&t->c, E_INVALID, "Please choose a sentence of this message.");
    return OK;
}

/* The first letter that none of those the keeper sees has. */
static int free_sign(struct ctx *c)
{
    struct ideas have;
    bool taken[SIGNS + 1] = { false };
    int sign = 0;
    idea_list(c, 0, SIGNS, &have);
    for (int i = 0; i < have.n; i++)
        if (have.at[i].sign < SIGNS) taken[have.at[i].sign] = true;
    while (taken[sign]) sign++;
    return sign;
}

err idea_mark(struct tx *t, id message, struct idea_span span, struct str name, id *idea)
{
    struct ctx *c = &t->c;
    struct buf data = { .a = c->a };
    TRY(span_there(t, message, span));
    name = str_trim(text_oneline(c->a, text_utf8(c->a, name)));
    if (!name.n || text_letters(name) > IDEA_NAME)
        return fail(c, E_INVALID, "Please give the idea a name of 1 to %d letters.", IDEA_NAME);
    rec_str(&data, IDEA_REC_NAME, name);
    rec_int(&data, IDEA_REC_AT, span.at);
    rec_int(&data, IDEA_REC_SIZE, span.size);
    rec_int(&data, IDEA_REC_SIGN, free_sign(c));
    *idea =
        log_append(t, (struct event){
                          .kind = EVENT_IDEA_MARKED, .subject = message, .data = buf_str(&data) });
    return OK;
}

static idea_how goes_there(struct ctx *c, id idea, id message)
{
    return (idea_how)db_int(c, 0, SQL("SELECT how FROM idea_place WHERE idea=$1 AND message=$2"),
                            I(idea), I(message));
}

err idea_carry(struct tx *t, id idea, id message, struct idea_span span)
{
    struct idea i;
    struct buf data = { .a = t->c.a };
    TRY(span_there(t, message, span));
    TRY(idea_get(&t->c, idea, &i));
    idea_how how = goes_there(&t->c, idea, message);
    if (how == IDEA_MARKED || how == IDEA_CARRIED)
        return fail(&t->c, E_CONFLICT, "this idea is followed through that message already");
    rec_int(&data, IDEA_REC_AT, span.at);
    rec_int(&data, IDEA_REC_SIZE, span.size);
    log_append(t, (struct event){ .kind = EVENT_IDEA_CONTINUED,
                                  .subject = message,
                                  .other = idea,
                                  .data = buf_str(&data) });
    return OK;
}

err idea_drop(struct tx *t, id idea, id message, id *event)
{
    struct idea i;
    TRY(idea_get(&t->c, idea, &i));
    if (message && (!may_see(&t->c, message) || !goes_there(&t->c, idea, message)))
        return fail(&t->c, E_NOTFOUND, "the idea does not go there, or it is not yours to read");
    if (message == i.message)
        return fail(&t->c, E_INVALID, "The idea began there: drop the whole of it instead.");
    *event =
        log_append(t,
                   (struct event){ .kind = EVENT_IDEA_DROPPED, .subject = idea, .other = message });
    return OK;
}

err idea_undo(struct tx *t, id event, id *idea)
{
    struct ctx *c = &t->c;
    struct event e = { .kind = 0 };
    bool there =
        log_get(c, event, &e) == OK && e.kind == EVENT_IDEA_DROPPED &&
        (!e.other || may_see(c, e.other)) &&
        db_int(c, 0,
               SQL("SELECT 1 FROM idea i CROSS JOIN sight s WHERE i.id=$1 AND s.message=i.message "
                   "AND s.who=$2 AND (i.dropped=$3 OR EXISTS(SELECT 1 FROM idea_not n WHERE "
                   "n.idea=i.id AND n.message=$4 AND n.event=$3))"),
               I(e.subject), I(c->viewer), I(event), I(e.other));
    if (!there) return fail(c, E_NOTFOUND, "there is nothing here that you could take back");
    log_append(t, (struct event){ .kind = EVENT_IDEA_UNDONE, .subject = event });
    *idea = e.subject;
    return OK;
}
