/* SPDX-License-Identifier: GPL-3.0-or-later
 * draft.c - drafts as rows. */
#include "talk/draft.h"

#include "kit/base/date.h"
#include "kit/base/hash.h"
#include "kit/base/text.h"

enum { SUBJECT_BYTES = 900, NAME_BYTES = 64, KEPT_S = DAY };

struct draft_rules draft_rules = { .undo_s = 20 };

#define DRAFT_COLUMNS                                                                              \
    "d.id, d.name, d.kind, d.about, d.to_typed, d.cc_typed, d.bcc_typed, d.subject, d.words, "     \
    "d.html, d.saved_at, d.due, d.problem"

struct str draft_new_name(struct arena *a)
{
    char bytes[16];
    random_bytes(bytes, sizeof bytes);
    return hash_hex(a, (struct str){ bytes, sizeof bytes });
}

static struct draft draft_row(struct rows *r)
{
    return (struct draft){ .id = row_int(r, 0),
                           .name = row_str(r, 1),
                           .kind = (draft_kind)row_int(r, 2),
                           .about = row_int(r, 3),
                           .to = row_str(r, 4),
                           .cc = row_str(r, 5),
                           .bcc = row_str(r, 6),
                           .subject = row_str(r, 7),
                           .words = row_str(r, 8),
                           .html = row_str(r, 9),
                           .saved_at = row_int(r, 10),
                           .due = row_int(r, 11),
                           .problem = row_str(r, 12) };
}

static void no_drafts(struct ctx *c, int max, struct drafts *out)
{
    *out = (struct drafts){ NEW(c->a, struct draft, max), 0 };
}

err draft_get(struct ctx *c, id draft, struct draft *out)
{
    EACH (r, c,
          SQL("SELECT " DRAFT_COLUMNS " FROM draft d WHERE d.id=$1 AND d.keeper=$2 AND d.due>=0"),
          I(draft), I(c->viewer)) {
        *out = draft_row(&r);
        return OK;
    }
    return fail(c, E_NOTFOUND, "This draft is not there any more: it was sent or thrown away.");
}

void draft_list(struct ctx *c, int max, struct drafts *out)
{
    no_drafts(c, max, out);
    EACH (r, c,
          SQL("SELECT " DRAFT_COLUMNS " FROM draft d WHERE d.keeper=$1 AND d.due=0 ORDER BY "
              "d.saved_at DESC, d.id DESC LIMIT $2"),
          I(c->viewer), I(max))
        out->at[out->n++] = draft_row(&r);
}

int draft_count(struct ctx *c, int most)
{
    return (int)db_int(c, 0,
                       SQL("SELECT count(*) FROM (SELECT id FROM draft WHERE keeper=$1 AND due=0 "
                           "LIMIT $2) d"),
                       I(c->viewer), I(most));
}

void draft_of_conversation(struct ctx *c, id conversation, int max, struct drafts *out)
{
    no_drafts(c, max, out);
    EACH (r, c,
          SQL("SELECT " DRAFT_COLUMNS " FROM draft d JOIN message m ON m.id=d.about JOIN sight s "
              "ON s.message=m.id AND s.who=$1 WHERE d.keeper=$1 AND d.due>=0 AND "
              "m.conversation=$2 ORDER BY d.id LIMIT $3"),
          I(c->viewer), I(conversation), I(max))
        out->at[out->n++] = draft_row(&r);
}

void draft_going(struct ctx *c, int max, struct drafts *out)
{
    no_drafts(c, max, out);
    EACH (r, c,
          SQL("SELECT " DRAFT_COLUMNS " FROM draft d WHERE d.keeper=$1 AND d.due>0 ORDER BY d.due, "
              "d.id LIMIT $2"),
          I(c->viewer), I(max))
        out->at[out->n++] = draft_row(&r);
}

void draft_files(struct ctx *c, id draft, bool bytes, struct draft_files *out)
{
    *out = (struct draft_files){ NEW(c->a, struct draft_file, DRAFT_FILES), 0 };
    EACH (r, c,
          SQL("SELECT f.number, f.name, f.type, f.size, f.message, f.path, CASE WHEN $1=1 THEN "
              "f.bytes ELSE NULL END FROM draft_file f JOIN draft d ON d.id=f.draft WHERE "
              "f.draft=$2 AND d.keeper=$3 ORDER BY f.number LIMIT $4"),
          I(bytes), I(draft), I(c->viewer), I(DRAFT_FILES))
        out->at[out->n++] =
            (struct draft_file){ .number = (int)row_int(&r, 0),
                                 .name = row_str(&r, 1),
                                 .type = row_str(&r, 2),
                                 .size = row_int(&r, 3),
                                 .message = row_int(&r, 4),
                                 .path = row_str(&r, 5),
                                 .bytes = row_null(&r, 6) ? S("") : row_blob(&r, 6) };
}

void draft_sent(struct ctx *c, id conversation, int64_t from, int64_t to, struct outbox_rows *out)
{
    enum { MOST = 500 };
    *out = (struct outbox_rows){ NEW(c->a, struct outbox_row, MOST), 0 };
    EACH (r, c,
          SQL("SELECT " OUTBOX_COLUMNS " FROM message m CROSS JOIN "
              "outbox o JOIN sight s ON s.message=m.id AND s.who=$1 LEFT JOIN handle h ON "
              "h.key=o.handle LEFT JOIN person p ON p.id=h.person WHERE m.conversation=$2 AND "
              "m.at>=$3 AND m.at<=$4 AND o.message=m.id ORDER BY o.message, o.id LIMIT $5"),
          I(c->viewer), I(conversation), I(from), I(to), I(MOST))
        out->at[out->n++] = outbox_row(&r);
}

/* ---- keeping ------------------------------------------------------------------- */

static err fits(struct ctx *c, const struct draft *d)
{
    if (d->words.n > DRAFT_WORDS)
        return fail(c, E_INVALID, "This is too long for one letter: %d letters at most.",
                    DRAFT_WORDS);
    if (d->to.n > DRAFT_LINE || d->cc.n > DRAFT_LINE || d->bcc.n > DRAFT_LINE)
        return fail(c, E_INVALID, "These are too many recipients for one letter.");
    if (d->subject.n > SUBJECT_BYTES) return fail(c, E_INVALID, "Please shorten the subject.");
    if (!d->name.n || d->name.n > NAME_BYTES)
        return fail(c, E_INVALID, "This form was not made here. Load the page again.");
    return OK;
}

/* What one answers or passes on has to be one's own to read. */
static err about_seen(struct ctx *c, const struct draft *d)
{
    struct message m;
    bool any = d->kind != DRAFT_NEW;
    if (d->kind < DRAFT_NEW || d->kind > DRAFT_FORWARD || any != (d->about != 0))
        return fail(c, E_INVALID, "This form was not made here. Load the page again.");
    return any ? talk_message(c, d->about, &m) : OK;
}

err draft_save(struct tx *t, const struct draft *d, id *out)
{
    struct ctx *c = &t->c;
    TRY(fits(c, d));
    TRY(about_seen(c, d));
    if (db_int(c, 0, SQL("SELECT 1 FROM draft WHERE keeper=$1 AND name=$2 AND due<>0"),
               I(c->viewer), T(d->name)))
        return fail(c, E_CONFLICT,
                    "This letter is on its way or thrown away: take that back first, then it can "
                    "be changed.");
    *out = db_new(
        t,
        SQL("INSERT INTO draft(keeper, name, kind, about, to_typed, cc_typed, bcc_typed, subject, "
            "words, html, saved_at, due, problem) VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, '', "
            "$10, 0, '') ON CONFLICT(keeper, name) DO UPDATE SET to_typed=excluded.to_typed, "
            "cc_typed=excluded.cc_typed, bcc_typed=excluded.bcc_typed, subject=excluded.subject, "
            "words=excluded.words, saved_at=excluded.saved_at, problem='' RETURNING id"),
        I(c->viewer), T(d->name), I(d->kind), I(d->about), T(text_oneline(c->a, d->to)),
        T(text_oneline(c->a, d->cc)), T(text_oneline(c->a, d->bcc)),
        T(text_oneline(c->a, d->subject)), T(text_utf8(c->a, d->words)), I(c->now));
    return OK;
}

static err being_written(struct ctx *c, id draft, struct draft *out)
{
    TRY(draft_get(c, draft, out));
    return out->due ? fail(c, E_CONFLICT, "It is on its way: take that back first.") : OK;
}

err draft_add_file(struct tx *t, id draft, const struct draft_file *f)
{
    struct ctx *c = &t->c;
    struct draft d;
    int64_t n = 0, last = 0, sum = 0;
    TRY(being_written(c, draft, &d));
    EACH (r, c,
          SQL("SELECT count(*), coalesce(max(number), 0), coalesce(sum(size), 0) FROM draft_file "
              "WHERE draft=$1"),
          I(draft)) {
        n = row_int(&r, 0);
        last = row_int(&r, 1);
        sum = row_int(&r, 2);
    }
    if (n >= DRAFT_FILES) return fail(c, E_INVALID, "Not more than %d files.", DRAFT_FILES);
    if (sum + f->size > DRAFT_BYTES)
        return fail(c, E_INVALID, "Together these files are too large for a mail: %d MB at most.",
                    DRAFT_BYTES / MIB);
    db_do(t,
          SQL("INSERT INTO draft_file(draft, number, name, type, size, bytes, message, path) "
              "VALUES($1, $2, $3, $4, $5, $6, $7, $8)"),
          I(draft), I(last + 1), T(text_oneline(c->a, f->name)), T(text_oneline(c->a, f->type)),
          I(f->size), f->message ? NUL : B(f->bytes), I(f->message), T(f->path));
    return OK;
}

err draft_drop_file(struct tx *t, id draft, int number)
{
    struct draft d;
    TRY(being_written(&t->c, draft, &d));
    db_do(t, SQL("DELETE FROM draft_file WHERE draft=$1 AND number=$2"), I(draft), I(number));
    return OK;
}

/* What was thrown away longer ago leaves for good. */
static void sweep(struct tx *t)
{
    int64_t before = t->c.now - KEPT_S;
    db_do(t,
          SQL("DELETE FROM draft_file WHERE draft IN(SELECT id FROM draft WHERE keeper=$1 AND "
              "due<0 AND saved_at<$2)"),
          I(t->c.viewer), I(before));
    db_do(t, SQL("DELETE FROM draft WHERE keeper=$1 AND due<0 AND saved_at<$2"), I(t->c.viewer),
          I(before));
}

err draft_drop(struct tx *t, id draft)
{
    struct draft d;
    TRY(being_written(&t->c, draft, &d));
    sweep(t);
    db_do(t, SQL("UPDATE draft SET due=-1, saved_at=$1 WHERE id=$2"), I(t->c.now), I(draft));
    return OK;
}

err draft_restore(struct tx *t, id draft)
{
    struct ctx *c = &t->c;
    if (!db_do(t, SQL("UPDATE draft SET due=0 WHERE id=$1 AND keeper=$2 AND due<0"), I(draft),
               I(c->viewer)))
        return fail(c, E_NOTFOUND, "It can't be brought back any more.");
    return OK;
}

/* ---- on its way ------------------------------------------------------------------ */

static err can_be_sent(struct ctx *c, const struct draft *d)
{
    struct draft_people to;
    struct mailbox box;
    draft_people(c, d, &to);
    bool open = false;
    for (int i = 0; i < to.n; i++) open = open || to.at[i].role == ROLE_TO;
    if (to.problem.n) return fail(c, E_INVALID, "%.*s", STR(to.problem));
    if (!open) return fail(c, E_INVALID, "Please say to whom it goes.");
    if (!d->words.n && d->kind != DRAFT_FORWARD &&
        !db_int(c, 0, SQL("SELECT 1 FROM draft_file WHERE draft=$1 LIMIT 1"), I(d->id)))
        return fail(c, E_INVALID, "There are no words in it yet.");
    return draft_mailbox(c, d, &box);
}

err draft_send(struct tx *t, id draft, struct str html, int64_t due)
{
    struct ctx *c = &t->c;
    struct draft d;
    TRY(being_written(c, draft, &d));
    TRY(can_be_sent(c, &d));
    if (due < c->now)
        return fail(c, E_INVALID, "The moment to send it at has to be in the future.");
    if (due > c->now + DRAFT_LATEST)
        return fail(c, E_INVALID, "A letter can wait for at most a year.");
    db_do(t, SQL("UPDATE draft SET html=$1, due=$2, problem='' WHERE id=$3"), T(html),
          I(MAX(due, 1)), I(draft));
    return OK;
}

void draft_asks(struct tx *t, id draft, id fact)
{
    db_do(t, SQL("UPDATE draft SET asks=$1 WHERE id=$2 AND keeper=$3"), I(fact), I(draft),
          I(t->c.viewer));
}

void draft_refuse(struct tx *t, id draft, struct str why)
{
    db_do(t, SQL("UPDATE draft SET problem=$1 WHERE id=$2 AND keeper=$3"), T(why), I(draft),
          I(t->c.viewer));
}

err draft_undo(struct tx *t, id draft)
{
    struct ctx *c = &t->c;
    if (!db_do(t, SQL("UPDATE draft SET due=0 WHERE id=$1 AND keeper=$2 AND due>0"), I(draft),
               I(c->viewer)))
        return fail(c, E_NOTFOUND, "It has gone out already, or was never there.");
    return OK;
}

int64_t draft_hold_due(struct tx *t, struct str why)
{
    return db_do(t, SQL("UPDATE draft SET due=0, problem=$1 WHERE due>0 AND due<=$2"), T(why),
                 I(t->c.now));
}
