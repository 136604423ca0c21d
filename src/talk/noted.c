/* SPDX-License-Identifier: GPL-3.0-or-later
 * noted.c - what facts ask of talk: the sentence a fact was read from, when somebody last wrote,
 * and that what they take back is in no draft and no letter on its way. */
#include "facts/fact.h"
#include "kit/base/text.h"
#include "talk/draft.h"
#include "talk/erase.h"
#include "talk/idea.h"
#include "talk/incoming.h"
#include "talk/notice.h"

enum { MANY = 1000, HEAD = 1 * MIB, DISTINCT = 8 };

static struct str sentence(struct ctx *c, id message, int64_t at, int64_t n)
{
    struct talk_texts texts;
    talk_texts_of(c, &message, 1, at + n, &texts);
    return texts.n ? idea_span_words(c->a, &texts.at[0], (struct idea_span){ at, n }) : S("");
}

static int64_t last_act(struct ctx *c, id person)
{
    return db_int(c, 0,
                  SQL("SELECT coalesce(max(m.at), 0) FROM handle h JOIN message m ON "
                      "m.author=h.key WHERE h.person=$1"),
                  I(person));
}

/* ---- what was taken back ------------------------------------------------------- */

/* A value, and whose it was: short ones are words like any other, and count only where the person
 * is spoken of or to. */
struct taken {
    struct str value, first_name, address;
    id person;
};

static bool is_letter(struct str s, ptrdiff_t at)
{
    if (at < 0 || at >= s.n) return false;
    unsigned char c = (unsigned char)s.p[at];
    return c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* Where those words stand by themselves, from there on; or -1. */
static ptrdiff_t find_words(struct str text, struct str words, ptrdiff_t from)
{
    for (ptrdiff_t at = from; words.n && at < text.n; at++) {
        ptrdiff_t next = str_ifind(str_from(text, at), words);
        if (next < 0) return -1;
        at += next;
        if (!is_letter(text, at - 1) && !is_letter(text, at + words.n)) return at;
    }
    return -1;
}

static bool carries(const struct taken *k, struct str text, struct str beside, bool theirs)
{
    if (find_words(text, k->value, 0) < 0) return false;
    return theirs || text_letters(k->value) >= DISTINCT ||
           find_words(text, k->first_name, 0) >= 0 || find_words(beside, k->first_name, 0) >= 0 ||
           find_words(beside, k->address, 0) >= 0;
}

static struct taken taken_of(struct ctx *c, const struct fact_trace *f)
{
    struct person who = { .name = S("") };
    struct taken k = { .value = f->value, .person = f->person };
    if (person_get(c, f->person, &who) != OK) who.name = S("");
    k.address = person_mail(c, f->person);
    (void)str_cut(&who.name, ' ', &k.first_name);
    return k;
}

/* ---- drafts ------------------------------------------------------------------ */

static struct str without(struct arena *a, struct str text, struct str value)
{
    struct buf out = { .a = a };
    for (ptrdiff_t at; (at = find_words(text, value, 0)) >= 0;
         text = str_from(text, at + value.n)) {
        buf_add(&out, str_upto(text, at));
        buf_add(&out, S("[taken back]"));
    }
    buf_add(&out, text);
    return buf_str(&out);
}

struct written {
    id draft;
    struct str subject, words, to;
};

/* It stays the keeper's, to be read again before it goes. */
static void clean_draft(struct tx *t, const struct written *d, struct str value)
{
    db_do(t,
          SQL("UPDATE draft SET subject=$1, words=$2, html='', due=least(due, 0), problem=$3 WHERE "
              "id=$4"),
          T(without(t->c.a, d->subject, value)), T(without(t->c.a, d->words, value)),
          T(S("Something in it was taken back by the person who had told it. Please read it "
              "again before you send it.")),
          I(d->draft));
}

static void clean_drafts(struct tx *t, const struct taken *k)
{
    struct ctx *c = &t->c;
    struct written *found = NEW(c->a, struct written, MANY);
    int n = 0;
    EACH (r, c,
          SQL("SELECT id, subject, words, to_typed || ' ' || cc_typed || ' ' || bcc_typed FROM "
              "draft ORDER BY id LIMIT $1 /* scan */"),
          I(MANY))
        found[n++] =
            (struct written){ row_int(&r, 0), row_str(&r, 1), row_str(&r, 2), row_str(&r, 3) };
    for (int i = 0; i < n; i++) {
        struct str all = str_fmt(c->a, "%.*s\n%.*s", STR(found[i].subject), STR(found[i].words));
        if (carries(k, all, found[i].to, false)) clean_draft(t, &found[i], k->value);
    }
}

/* ---- letters on their way ------------------------------------------------------ */

struct on_its_way {
    id row, message, keeper;
    bool theirs;
};

static bool says(struct ctx *c, const struct on_its_way *w, const struct taken *k)
{
    struct talk_texts texts;
    struct message m;
    struct str raw = S("");
    EACH (r, c, SQL("SELECT raw FROM outbox WHERE id=$1"), I(w->row)) raw = row_blob(&r, 0);
    if (w->message <= 0) return carries(k, notice_words(c, raw), S(""), w->theirs);
    talk_texts_of(c, &w->message, 1, HEAD, &texts);
    if (texts.n && carries(k, texts.at[0].words, S(""), w->theirs)) return true;
    return talk_message(c, w->message, &m) == OK && carries(k, m.subject, S(""), w->theirs);
}

/* A letter of which no copy has left was never written: its words go as well. */
static void unsend(struct tx *t, const struct on_its_way *w)
{
    struct erase_plan p;
    db_do(t, SQL("DELETE FROM outbox WHERE id=$1"), I(w->row));
    if (w->message <= 0 ||
        db_int(&t->c, 0, SQL("SELECT 1 FROM outbox WHERE message=$1 LIMIT 1"), I(w->message)))
        return;
    db_do(t, SQL("DELETE FROM outbox_copy WHERE message=$1"), I(w->message));
    if (erase_message_plan(&t->c, w->message, &p) == OK && erase_do(t, &p, ERASE_ASKED) != OK)
        die(&t->c, "a letter that says what was taken back can't be erased");
}

static void stop_letters(struct tx *t, const struct taken *k)
{
    struct ctx *c = &t->c;
    struct on_its_way *w = NEW(c->a, struct on_its_way, MANY);
    id viewer = c->viewer;
    int n = 0;
    EACH (r, c,
          SQL("SELECT o.id, o.message, o.keeper, coalesce(h.person, 0) FROM outbox o LEFT JOIN "
              "handle h ON h.key=o.handle WHERE o.state=$1 ORDER BY o.id LIMIT $2 /* scan */"),
          I(OUTBOX_QUEUED), I(MANY))
        w[n++] = (struct on_its_way){ row_int(&r, 0), row_int(&r, 1), row_int(&r, 2),
                                      row_int(&r, 3) == k->person };
    for (int i = 0; i < n; i++) {
        c->viewer = w[i].keeper; /* it is theirs to see */
        if (says(c, &w[i], k)) unsend(t, &w[i]);
    }
    c->viewer = viewer;
}

/* ---- letters of the house itself ------------------------------------------------ */

struct named {
    struct ctx *c;
    struct str *at;
    int n, room;
};

static void name(struct named *l, struct str words, int letters)
{
    if (l->n < l->room && text_letters(words) >= letters) l->at[l->n++] = words;
}

static void name_all(struct named *l, const struct erasure *e)
{
    enum { NAME = 2, SUBJECT = 5 }; /* letters; shorter ones are words like any other */
    for (int i = 0; i < e->n_handles; i++) {
        EACH (r, l->c,
              SQL("SELECT h.shown, coalesce(p.name, '') FROM handle h LEFT JOIN person p ON "
                  "p.id=h.person WHERE h.key=$1"),
              I(e->handles[i]))
            name(l, row_str(&r, 0), NAME), name(l, row_str(&r, 1), NAME);
        EACH (r, l->c, SQL("SELECT name FROM handle_name WHERE handle=$1 LIMIT $2"),
              I(e->handles[i]), I(MANY))
            name(l, row_str(&r, 0), NAME);
    }
    for (int i = 0; i < e->n_messages; i++)
        EACH (r, l->c, SQL("SELECT subject FROM message WHERE id=$1"), I(e->messages[i]))
            name(l, row_str(&r, 0), SUBJECT);
}

static bool names_any(const struct named *l, struct str text)
{
    for (int i = 0; i < l->n; i++)
        if (find_words(text, l->at[i], 0) >= 0) return true;
    return false;
}

/* What waits for a keeper is Today, with the words of who waits: there is another one tomorrow. */
void talk_unsend(struct tx *t, const struct erasure *e)
{
    struct ctx *c = &t->c;
    struct named l = { .c = c };
    struct waiting {
        id row;
        bool keepers;
    } *w = NEW(c->a, struct waiting, MANY);
    int n = 0;
    EACH (r, c,
          SQL("SELECT o.id, EXISTS(SELECT 1 FROM handle h JOIN keeper k ON k.person=h.person WHERE "
              "h.key=o.handle) FROM outbox o WHERE o.state=$1 AND o.raw IS NOT NULL AND o.asked=0 "
              "ORDER BY o.id LIMIT $2 /* scan */"),
          I(OUTBOX_QUEUED), I(MANY))
        w[n++] = (struct waiting){ row_int(&r, 0), row_bool(&r, 1) };
    if (!n) return;
    l.room = 2 * MANY + 4 * e->n_handles + e->n_messages;
    l.at = NEW(c->a, struct str, l.room);
    name_all(&l, e);
    for (int i = 0; i < n; i++) {
        struct str raw = S("");
        EACH (r, c, SQL("SELECT raw FROM outbox WHERE id=$1"), I(w[i].row)) raw = row_blob(&r, 0);
        if (w[i].keepers || names_any(&l, notice_words(c, raw)))
            db_do(t, SQL("DELETE FROM outbox WHERE id=$1"), I(w[i].row));
    }
}

static void gone(struct tx *t, const struct fact_trace *list, int n)
{
    for (int i = 0; i < n; i++) {
        struct taken k = taken_of(&t->c, &list[i]);
        if (k.value.n < 2) continue;
        clean_drafts(t, &k);
        stop_letters(t, &k);
    }
}

void talk_start(void)
{
    fact_wire(&(struct fact_wires){ .sentence = sentence, .gone = gone, .last_act = last_act });
}
