/* SPDX-License-Identifier: GPL-3.0-or-later
 * read.c - what pages and commands get of talk; everything joined with what the viewer may see. */
#include "kit/base/date.h"
#include "talk/in_list.h"
#include "talk/incoming.h"

#include <stdlib.h>

enum { TREE_MOST = 2000 };

const char *talk_class_word(talk_class k)
{
    static const char *const words[] = {
        "bounce", "automatic answer", "calendar", "machine", "list", "bulk", "direct"
    };
    return k >= 0 && k < COUNT(words) ? words[k] : "unknown";
}

struct talk_reader talk_part_reader;

struct message message_row(struct rows *r)
{
    struct message m = { .id = row_int(r, 0),
                         .conversation = row_int(r, 1),
                         .parent = row_int(r, 2),
                         .guessed = row_bool(r, 3),
                         .at = row_int(r, 4),
                         .class = (talk_class)row_int(r, 5),
                         .marks = (unsigned)row_int(r, 6),
                         .said = (unsigned)row_int(r, 7),
                         .subject = row_str(r, 8),
                         .author = row_int(r, 9),
                         .author_name = row_str(r, 10),
                         .author_ours = row_bool(r, 11),
                         .raw = row_int(r, 12),
                         .text_at = row_int(r, 13),
                         .text_size = row_int(r, 14),
                         .quotes = row_blob(r, 15),
                         .files = (int)row_int(r, 16),
                         .base = row_int(r, 17),
                         .author_handle = row_str(r, 18) };
    if (!m.author && m.marks & TALK_MARK_ERASED) m.author_name = S("somebody who was erased");
    return m;
}

err talk_message(struct ctx *c, id message, struct message *out)
{
    bool found = false;
    EACH (r, c,
          SQL("SELECT " MESSAGE_COLUMNS MESSAGE_FROM
              " WHERE m.id=$1 AND s.message=m.id AND s.who=$2"),
          I(message), I(c->viewer)) {
        *out = message_row(&r);
        found = true;
    }
    return found ? OK : fail(c, E_NOTFOUND, "there is no such message, or it is not yours to read");
}

/* Parents mostly stand a little before their children. */
static int place_before(const struct messages *list, int from, id message)
{
    for (int i = from - 1; i >= 0; i--)
        if (list->at[i].id == message) return i;
    return -1;
}

void talk_depths(struct messages *list)
{
    for (int i = 0; i < list->n; i++) {
        int p = list->at[i].parent ? place_before(list, i, list->at[i].parent) : -1;
        list->at[i].depth = p >= 0 ? MIN(list->at[p].depth + 1, 50) : 0;
    }
}

err talk_conversation(struct ctx *c, id message, int max, struct messages *out)
{
    struct message one;
    TRY(talk_message(c, message, &one));
    *out = (struct messages){ NEW(c->a, struct message, MAX(max, 1)), 0 };
    EACH (r, c,
          SQL("SELECT " MESSAGE_COLUMNS MESSAGE_FROM " WHERE m.conversation=$1 AND s.message=m.id "
              "AND s.who=$2 ORDER BY m.at, m.id LIMIT $3"),
          I(one.conversation), I(c->viewer), I(MIN(max, TREE_MOST)))
        out->at[out->n++] = message_row(&r);
    talk_depths(out);
    return OK;
}

void talk_files(struct ctx *c, id message, struct files *out)
{
    enum { MOST = 200 };
    *out = (struct files){ NEW(c->a, struct file, MOST), 0 };
    EACH (r, c,
          SQL("SELECT path, type, name, size FROM file WHERE message=$1 ORDER BY path LIMIT $2"),
          I(message), I(MOST))
        out->at[out->n++] =
            (struct file){ row_str(&r, 0), row_str(&r, 1), row_str(&r, 2), row_int(&r, 3) };
}

struct str talk_re(struct arena *a, struct str subject)
{
    return str_ibegins(subject, S("re:")) ? subject : str_fmt(a, "Re: %.*s", STR(subject));
}

err talk_raw(struct ctx *c, id message, struct str *out)
{
    struct message m;
    TRY(talk_message(c, message, &m));
    TRY(log_body(c, m.raw, 256 * MIB, out));
    if (m.author != c->viewer) *out = talk_without_blind(c, *out);
    return OK;
}

/* ---- lists --------------------------------------------------------------- */

/* A row of the list: the conversation's last message, or the last one the viewer may see. */
#define LINE_COLUMNS                                                                               \
    "k.id, k.messages, k.direct, (SELECT m.id FROM message m JOIN sight s ON "                     \
    "s.message=m.id AND s.who=$1"                                                                  \
    " WHERE m.conversation=k.id ORDER BY m.at DESC, m.id DESC LIMIT 1), k.last_at, CASE WHEN "     \
    "k.kinded>0 AND EXISTS(SELECT 1 FROM sight e WHERE e.message=k.kinded AND e.who=$1) THEN "     \
    "k.kind ELSE 0 END, CASE WHEN k.settled>0 AND EXISTS(SELECT 1 FROM sight e WHERE "             \
    "e.message=k.settled AND e.who=$1) THEN 1 ELSE 0 END"

static void add_talk_line(struct talk_lines *out, struct rows *r, id *conversations)
{
    conversations[out->n] = row_int(r, 0);
    out->at[out->n++] = (struct talk_line){ .messages = (int)row_int(r, 1),
                                            .direct = row_bool(r, 2),
                                            .message = row_int(r, 3),
                                            .last_at = row_int(r, 4),
                                            .kind = (talk_kind)row_int(r, 5),
                                            .settled = row_bool(r, 6),
                                            .people = S("") };
}

void talk_list(struct ctx *c, id person, bool direct_only, int64_t before, int max,
               struct talk_lines *out)
{
    *out = (struct talk_lines){ NEW(c->a, struct talk_line, MAX(max, 1)), 0 };
    id *conversations = NEW(c->a, id, MAX(max, 1));
    if (!before) before = INT64_MAX;
    if (person)
        EACH (r, c,
              SQL("SELECT " LINE_COLUMNS " FROM member b JOIN conversation k ON "
                  "k.id=b.conversation WHERE b.person=$2"
                  " AND b.last_at<$3 AND k.direct>=$4" LINE_SEEN_WITH(
                      "x.id") " ORDER BY b.last_at DESC, k.id DESC LIMIT $5"),
              I(c->viewer), I(person), I(before), I(direct_only), I(max))
            add_talk_line(out, &r, conversations);
    else
        EACH (r, c,
              SQL("SELECT " LINE_COLUMNS
                  " FROM conversation k WHERE k.last_at<$2 AND k.direct>=$3" LINE_SEEN
                  " ORDER BY k.last_at DESC, k.id DESC LIMIT $4"),
              I(c->viewer), I(before), I(direct_only), I(max))
            add_talk_line(out, &r, conversations);
    talk_see_lines(c, conversations, out);
}

void talk_list_kind(struct ctx *c, talk_kind kind, int64_t before, int max, struct talk_lines *out)
{
    *out = (struct talk_lines){ NEW(c->a, struct talk_line, MAX(max, 1)), 0 };
    id *conversations = NEW(c->a, id, MAX(max, 1));
    if (!before) before = INT64_MAX;
    EACH (r, c,
          SQL("SELECT " LINE_COLUMNS " FROM conversation k WHERE k.kind=$2 AND k.kind>1 AND "
              "k.last_at<$3 AND EXISTS(SELECT 1 FROM sight e WHERE e.message=k.kinded AND "
              "e.who=$1)" LINE_SEEN " ORDER BY k.last_at DESC, k.id DESC LIMIT $4"),
          I(c->viewer), I(kind), I(before), I(max))
        add_talk_line(out, &r, conversations);
    talk_see_lines(c, conversations, out);
}

void talk_list_org(struct ctx *c, id org, int64_t before, int max, struct talk_lines *out)
{
    *out = (struct talk_lines){ NEW(c->a, struct talk_line, MAX(max, 1)), 0 };
    id *conversations = NEW(c->a, id, MAX(max, 1));
    if (!before) before = INT64_MAX;
    EACH (r, c,
          SQL("SELECT " LINE_COLUMNS " FROM conversation k WHERE k.id IN(SELECT "
              "b.conversation FROM person o JOIN member b"
              " ON b.person=o.id WHERE o.org=$2 AND o.org<>0) AND k.last_at<$3" LINE_SEEN_WITH(
                  "x.org") " ORDER BY k.last_at DESC, k.id DESC LIMIT $4"),
          I(c->viewer), I(org), I(before), I(max))
        add_talk_line(out, &r, conversations);
    talk_see_lines(c, conversations, out);
}

void talk_with_org(struct ctx *c, id org, int max, struct org_touches *out)
{
    *out = (struct org_touches){ NEW(c->a, struct org_touch, MAX(max, 1)), 0 };
    EACH (r, c,
          SQL("SELECT keeper, keeper_name, name, n, at FROM (SELECT e.person keeper, q.name "
              "keeper_name, o.name, t.at,"
              " count(*) OVER (PARTITION BY e.person) n, row_number() OVER (PARTITION BY e.person "
              "ORDER BY t.at DESC, o.id) k"
              " FROM person o JOIN (SELECT a, b, greatest(last0, last1) at FROM tie UNION ALL "
              "SELECT b, a, greatest(last0, last1)"
              " FROM tie) t ON t.a=o.id JOIN keeper e ON e.person=t.b AND e.gone=0 JOIN person q "
              "ON q.id=e.person"
              " WHERE o.org=$1 AND o.org<>0 AND o.ours=0) x WHERE k=1 ORDER BY at DESC, keeper "
              "LIMIT $2 /* scan */"),
          I(org), I(max))
        out->at[out->n++] = (struct org_touch){ row_int(&r, 0), row_str(&r, 1), row_str(&r, 2),
                                                (int)row_int(&r, 3) - 1, row_int(&r, 4) };
}

int64_t talk_usual_answer_s(struct ctx *c)
{
    enum { LAST = 200 };
    int64_t took[LAST];
    int n = 0;
    EACH (r, c, SQL("SELECT took FROM answer ORDER BY at DESC LIMIT $1"), I(LAST)) {
        int64_t v = row_int(&r, 0);
        int i = n++;
        for (; i > 0 && took[i - 1] > v; i--) took[i] = took[i - 1];
        took[i] = v;
    }
    return MAX(n ? took[n / 2] : 0, DAY);
}

struct talk_row {
    id conversation, message, person;
    int64_t at;
    struct str subject;
};

static struct talk_row talk_row(struct rows *r)
{
    return (struct talk_row){ row_int(r, 0), row_int(r, 1), row_int(r, 2), row_int(r, 3),
                              row_str(r, 4) };
}

/* $1 viewer, $2 ours, $3 < since <= $4, $5 now, $6 at most. Nobody is named who can't or shall not
 * be written to. Each keeper's rows come off the index in order: a house with a long past costs no
 * more. */
#define WAIT_PICK "SELECT * FROM (SELECT w.conversation, w.message, w.person, w.since, m.subject"
#define WAIT_COUNT                                                                                 \
    "SELECT * FROM (SELECT 1 FROM wait w JOIN person p ON p.id=w.person WHERE w.keeper="
#define WAIT_FROM                                                                                  \
    " FROM wait w JOIN person p ON p.id=w.person JOIN message m ON m.id=w.message WHERE w.keeper="
#define WAIT_IF                                                                                    \
    " AND w.ours=$2 AND w.since>$3 AND w.since<=$4 AND p.dead_at=0 AND p.left_at=0 AND p.mute=0 "  \
    "AND p.paused<=$5"                                                                             \
    " AND EXISTS(SELECT 1 FROM sight s WHERE s.who=$1 AND s.message=w.message)"                    \
    " AND NOT EXISTS(SELECT 1 FROM asleep z WHERE z.keeper=$1 AND z.message=w.message AND "        \
    "z.until>$5 AND NOT " WROTE_AGAIN ")"                                                          \
    " AND NOT EXISTS(SELECT 1 FROM muted u CROSS JOIN person q WHERE u.keeper=$1 AND "             \
    "q.id=u.person AND (q.id=w.person OR q.merged=w.person))"

static int64_t wait_until(struct ctx *c, bool ours)
{
    return c->now - (ours ? talk_usual_answer_s(c) : 3 * DAY);
}

void talk_waiting(struct ctx *c, bool ours, int max, struct waitings *out)
{
    int64_t until = wait_until(c, ours), old = c->now - TALK_OLD_WAIT;
    struct talk_row *rows = NEW(c->a, struct talk_row, max + 1);
    int n = 0;
    *out = (struct waitings){ NEW(c->a, struct waiting, MAX(max, 1)), 0 };
    EACH (r, c,
          SQL(WAIT_PICK WAIT_FROM
              "$1" WAIT_IF " ORDER BY w.since LIMIT $6) part UNION ALL " WAIT_PICK WAIT_FROM
              "0" WAIT_IF " ORDER BY w.since LIMIT $6) part ORDER BY 4, 1 LIMIT $6"),
          I(c->viewer), I(ours), I(old), I(until), I(c->now), I(max))
        rows[n++] = talk_row(&r);
    if (n < max)
        EACH (r, c,
              SQL(WAIT_PICK WAIT_FROM
                  "$1" WAIT_IF
                  " ORDER BY w.since DESC LIMIT $6) part UNION ALL " WAIT_PICK WAIT_FROM "0" WAIT_IF
                  " ORDER BY w.since DESC LIMIT $6) part ORDER BY 4 DESC, 1 LIMIT $6"),
              I(c->viewer), I(ours), I(0), I(MIN(old, until)), I(c->now), I(max - n))
            rows[n++] = talk_row(&r);
    for (int i = 0; i < n; i++) {
        struct waiting *w = &out->at[out->n];
        *w = (struct waiting){ .conversation = rows[i].conversation,
                               .message = rows[i].message,
                               .subject = rows[i].subject,
                               .since = rows[i].at,
                               .days = (int)((c->now - rows[i].at) / DAY) };
        if (person_get(c, rows[i].person, &w->who) != OK) continue;
        w->line = talk_line_of(c, rows[i].message);
        out->n++;
    }
}

int talk_waiting_count(struct ctx *c, bool ours, bool old, int most)
{
    int64_t until = wait_until(c, ours), edge = c->now - TALK_OLD_WAIT;
    return (int)db_int(c, 0,
                       SQL("SELECT count(*) FROM (" WAIT_COUNT "$1" WAIT_IF
                           " LIMIT $6) part UNION ALL " WAIT_COUNT "0" WAIT_IF
                           " LIMIT $6) part LIMIT $6) whole"),
                       I(c->viewer), I(ours), I(old ? 0 : edge), I(old ? MIN(edge, until) : until),
                       I(c->now), I(most));
}

_Static_assert(TALK_DIRECT == 6, "as the index message_direct and talk_newcomers() have it");

/* Somebody who stood in any message before since is no newcomer, whatever conversation it was in.
 * Most are left out because they wrote before, which an index tells. */
void talk_newcomers(struct ctx *c, int64_t since, int max, struct newcomers *out)
{
    enum { LOOK = 300 };
    struct talk_row *rows = NEW(c->a, struct talk_row, LOOK);
    int n = 0;
    *out = (struct newcomers){ NEW(c->a, struct newcomer, MAX(max, 1)), 0 };
    EACH (
        r, c,
        SQL("SELECT m.conversation, m.id, p.id, m.at, m.subject FROM (SELECT author + 0 AS author, "
            "min(moment) AS first FROM message"
            " w WHERE moment>=$5 AND class=6 AND at>=$2 AND NOT EXISTS(SELECT 1 FROM message o "
            "WHERE "
            "o.author=w.author AND o.moment<$5) GROUP BY author + 0) n CROSS JOIN handle h "
            "CROSS JOIN person p CROSS JOIN message m"
            " WHERE h.key=n.author AND p.id=h.person AND m.moment=n.first AND p.ours=0 AND "
            "p.kind=$3 AND p.merged=0 AND p.dead_at=0"
            " AND p.mute=0 AND NOT EXISTS(SELECT 1 FROM member b WHERE b.person=p.id AND "
            "b.last_at<$2)"
            " AND EXISTS(SELECT 1 FROM sight s WHERE s.message=m.id AND s.who=$1)"
            " AND NOT EXISTS(SELECT 1 FROM member b CROSS JOIN message o CROSS JOIN recipient q "
            "CROSS JOIN handle g WHERE b.person=p.id"
            " AND o.conversation=b.conversation AND o.at<m.at AND q.message=o.id AND "
            "g.key=q.handle AND g.person=p.id)"
            " ORDER BY m.at DESC, m.id DESC LIMIT $4"),
        I(c->viewer), I(since), I(PERSON_HUMAN), I(LOOK), I(since / 4))
        rows[n++] = talk_row(&r);
    for (int i = 0; i < n && out->n < max; i++) {
        struct newcomer *x = &out->at[out->n];
        *x = (struct newcomer){ .message = rows[i].message,
                                .at = rows[i].at,
                                .subject = rows[i].subject };
        if (person_get(c, rows[i].person, &x->who) != OK) continue;
        x->line = talk_line_of(c, rows[i].message);
        out->n++;
    }
}

/* ---- whose mail it is ------------------------------------------------------- */

struct str talk_likely_own(struct ctx *c)
{
    enum { LOOK = 2000, NAMED = 3 };
    struct buf o = { .a = c->a };
    EACH (
        r, c,
        SQL("SELECT h.shown FROM (SELECT id FROM message ORDER BY moment DESC LIMIT $1) m CROSS "
            "JOIN recipient x CROSS JOIN handle h CROSS JOIN person p WHERE x.message=m.id AND "
            "h.key=x.handle AND p.id=h.person AND p.kind IN($2, $3) GROUP BY h.key, h.shown "
            "HAVING 3 * count(DISTINCT x.message) >= (SELECT count(*) FROM (SELECT 1 FROM message "
            "LIMIT $1) n) ORDER BY count(DISTINCT x.message) DESC, h.shown LIMIT $4 /* scan */"),
        I(LOOK), I(PERSON_HUMAN), I(PERSON_ROLE), I(NAMED)) {
        if (o.n) buf_add(&o, S(", "));
        buf_add(&o, row_str(&r, 0));
    }
    return buf_str(&o);
}

/* ---- how fresh the mail is ------------------------------------------------- */

void talk_fresh(struct ctx *c, struct talk_fresh *out)
{
    enum { LAST = 100 };
    int64_t before = 0, longest = 0;
    *out = (struct talk_fresh){ 0 };
    EACH (
        r, c,
        SQL("SELECT at FROM message WHERE moment<=$1 AND (marks & $3)=0 ORDER BY moment DESC LIMIT "
            "$2"),
        I(c->now / 4), I(LAST), I(TALK_MARK_SPOKEN)) {
        int64_t at = row_int(&r, 0);
        if (before) longest = MAX(longest, before - at);
        else out->newest = at;
        before = at;
    }
    out->any = out->newest != 0;
    out->yours =
        out->any && db_int(c, 0, SQL("SELECT 1 FROM sight WHERE who=$1 LIMIT 1"), I(c->viewer));
    out->stale = out->any && c->now - out->newest > MAX(DAY + DAY / 2, longest + longest / 2);
    if (out->stale) out->stale_days = (int)((c->now - out->newest) / DAY);
}

/* ---- a person's dealings with the viewer --------------------------------- */

void talk_months(struct ctx *c, id person, int months, struct talk_month *out)
{
    struct civil now = date_civil(c->now, c->offset_s);
    int last = now.year * 12 + now.month - 1;
    for (int i = 0; i < months; i++) {
        int m = last - months + 1 + i;
        out[i] = (struct talk_month){ .year = m / 12, .month = m % 12 + 1 };
    }
    int64_t from = date_days(out[0].year, out[0].month, 1) * DAY - c->offset_s;
    EACH (r, c,
          SQL("SELECT at, side FROM contact WHERE a=$1 AND b=$2 AND at>=$3 ORDER BY at DESC LIMIT "
              "20000"),
          I(MIN(person, c->viewer)), I(MAX(person, c->viewer)), I(from)) {
        struct civil d = date_civil(row_int(&r, 0), c->offset_s);
        int at = d.year * 12 + d.month - 1 - (last - months + 1);
        bool from_a = row_int(&r, 1) == 0;
        if (at < 0 || at >= months) continue;
        if (from_a == (person < c->viewer)) out[at].from_them++;
        else out[at].to_them++;
    }
}

/* Members of a conversation may stand in what the viewer may not read: of the few that come out, a
 * letter has to say so. */
void talk_common(struct ctx *c, id a, id b, int max, struct person_lines *out)
{
    *out = (struct person_lines){ NEW(c->a, struct person_line, MAX(max, 1)), 0 };
    EACH (r, c,
          SQL("SELECT k.id, k.kind, k.name, k.ours, k.met FROM (SELECT p.id, p.kind, p.name, "
              "p.ours, p.met, count(*) AS n, max(x.last_at) AS last"
              " FROM (SELECT conversation, last_at FROM member WHERE person=$2"
              " ORDER BY last_at DESC LIMIT 500) y CROSS JOIN member x CROSS JOIN member z CROSS "
              "JOIN person p WHERE"
              " x.conversation=y.conversation AND x.person=$1 AND z.conversation=y.conversation "
              "AND p.id=z.person AND z.person<>$1"
              " AND z.person<>$2 AND p.kind=$3 AND p.merged=0 GROUP BY p.id, p.kind, p.name, "
              "p.ours, p.met"
              " ORDER BY count(*) DESC, max(x.last_at) DESC, p.id LIMIT 5 * $4) k WHERE "
              "EXISTS(SELECT 1 FROM member i CROSS JOIN member j CROSS JOIN member l CROSS JOIN "
              "message m CROSS JOIN sight s CROSS JOIN recipient q CROSS JOIN handle h"
              " WHERE i.person=$6 AND j.conversation=i.conversation AND j.person=$5 AND "
              "l.conversation=i.conversation AND l.person=k.id"
              " AND m.conversation=i.conversation AND s.message=m.id AND s.who=$5 AND "
              "q.message=m.id AND q.role<=3 AND h.key=q.handle AND h.person=k.id)"
              " ORDER BY k.n DESC, k.last DESC, k.id LIMIT $4"),
          I(a), I(b), I(PERSON_HUMAN), I(max), I(c->viewer), I(a == c->viewer ? b : a))
        out->at[out->n++] = (struct person_line){ .id = row_int(&r, 0),
                                                  .kind = (person_kind)row_int(&r, 1),
                                                  .name = row_str(&r, 2),
                                                  .ours = row_bool(&r, 3),
                                                  .met = row_bool(&r, 4) };
}

void talk_count(struct ctx *c, struct talk_counts *out)
{
    out->messages = db_int(c, 0, SQL("SELECT count(*) FROM message /* scan */"));
    out->conversations = db_int(c, 0, SQL("SELECT count(*) FROM conversation /* scan */"));
    out->unreadable = db_int(c, 0, SQL("SELECT count(*) FROM unreadable /* scan */"));
    out->people =
        db_int(c, 0, SQL("SELECT count(*) FROM person WHERE kind<>$1 AND merged=0 /* scan */"),
               I(PERSON_ORG));
    out->ties = db_int(c, 0, SQL("SELECT count(*) FROM tie /* scan */"));
    out->skipped = db_int(c, 0, SQL("SELECT coalesce(sum(skipped), 0) FROM source /* scan */"));
}
