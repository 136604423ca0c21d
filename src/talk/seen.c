/* SPDX-License-Identifier: GPL-3.0-or-later
 * seen.c - conversations as far as the viewer may read them: of one they may read in part, nothing
 * but that part has a subject, counts, or names anybody. */
#include "talk/in_list.h"
#include "talk/incoming.h"

/* Who stands in the messages of $1 that may be read, by conversation; as table member has it. */
#define SEEN_MEMBERS(of)                                                                           \
    "(SELECT m.conversation, h.person, sum(CASE WHEN r.role=1 THEN 1 ELSE 0 END) wrote FROM "      \
    "message m CROSS JOIN sight s"                                                                 \
    " CROSS JOIN recipient r CROSS JOIN handle h WHERE m.conversation" of                          \
    " AND s.message=m.id AND s.who=$1 AND r.message=m.id AND r.role<=3 AND h.key=r.handle"         \
    " GROUP BY m.conversation, h.person) b"
_Static_assert(ROLE_FROM == 1 && ROLE_CC == 3, "as SEEN_MEMBERS has them");

#define NAMED_COLUMNS                                                                              \
    "SELECT conversation, name, n, id FROM (SELECT b.conversation, p.id, p.name, count(*) OVER "   \
    "(PARTITION BY b.conversation) n,"                                                             \
    " row_number() OVER (PARTITION BY b.conversation ORDER BY b.wrote DESC, p.ours, p.fold, "      \
    "p.id) k FROM "
#define NAMED_FIRST " x WHERE k<=3 ORDER BY conversation, k"

/* ---- rows of lists ----------------------------------------------------------------- */

static void add_name(struct arena *a, struct talk_line *l, id who, struct str name, int others)
{
    if (!l->named) {
        l->who = who;
        l->who_name = name;
    }
    bool last = l->named == others - 1;
    l->people = l->named
                    ? str_fmt(a, "%.*s%s%.*s", STR(l->people), last ? " and " : ", ", STR(name))
                    : name;
    l->others = others;
    l->named++;
}

struct page_of_lines {
    const id *conversations;
    struct talk_line *at;
    int n;
};

static struct talk_line *line_of(const struct page_of_lines *x, id conversation)
{
    for (int i = 0; i < x->n; i++)
        if (x->conversations[i] == conversation) return &x->at[i];
    return NULL;
}

static void add_named(struct arena *a, const struct page_of_lines *x, struct rows *r)
{
    struct talk_line *l = line_of(x, row_int(r, 0));
    if (l) add_name(a, l, row_int(r, 3), row_str(r, 1), (int)row_int(r, 2));
}

static void name_whole(struct ctx *c, const struct page_of_lines *x, const id *ids, int n)
{
    struct val *v = in_list(c->a, ids, n, 1);
    in_list_int(v, 1, c->viewer);
    IN_EACH(r, c,
            SQL(NAMED_COLUMNS "member b JOIN person p ON p.id=b.person WHERE b.person<>$1 AND "
                              "b.conversation IN(" IN_LIST_2 "))" NAMED_FIRST),
            v)
    add_named(c->a, x, &r);
}

static void name_part(struct ctx *c, const struct page_of_lines *x, const id *ids, int n)
{
    struct val *v = in_list(c->a, ids, n, 1);
    in_list_int(v, 1, c->viewer);
    IN_EACH(r, c,
            SQL(NAMED_COLUMNS SEEN_MEMBERS(" IN(" IN_LIST_2
                                           ")") " JOIN person p ON p.id=b.person WHERE "
                                                "b.person<>$1)" NAMED_FIRST),
            v)
    add_named(c->a, x, &r);
}

/* The first subject that may be read, and how many messages; then the names. */
static void see_some(struct ctx *c, const struct page_of_lines *x)
{
    id whole[IN_LIST_N], part[IN_LIST_N];
    int n_whole = 0, n_part = 0;
    struct val *v = in_list(c->a, x->conversations, x->n, 1);
    in_list_int(v, 1, c->viewer);
    IN_EACH(r, c,
            SQL("SELECT conversation, subject, n FROM (SELECT m.conversation, m.subject, count(*) "
                "OVER (PARTITION BY m.conversation) n,"
                " row_number() OVER (PARTITION BY m.conversation ORDER BY m.at, m.id) k FROM "
                "message m CROSS JOIN sight s"
                " WHERE m.conversation IN(" IN_LIST_2 ") AND s.message=m.id AND s.who=$1) x "
                "WHERE k=1"),
            v)
    {
        struct talk_line *l = line_of(x, row_int(&r, 0));
        int n = (int)row_int(&r, 2);
        if (!l) continue;
        if (n == l->messages) whole[n_whole++] = row_int(&r, 0);
        else part[n_part++] = row_int(&r, 0);
        l->messages = n;
        l->subject = row_str(&r, 1);
    }
    if (n_whole) name_whole(c, x, whole, n_whole);
    if (n_part) name_part(c, x, part, n_part);
}

/* Which of the last messages were notes of what was said. */
static void see_marks(struct ctx *c, const struct page_of_lines *x)
{
    id *last = NEW(c->a, id, x->n + 1);
    for (int i = 0; i < x->n; i++) last[i] = x->at[i].message;
    struct val *v = in_list(c->a, last, x->n, 1);
    in_list_int(v, 1, TALK_MARK_SPOKEN);
    IN_EACH(r, c,
            SQL("SELECT id, marks FROM message WHERE (marks & $1)<>0 AND id IN(" IN_LIST_2 ")"), v)
    for (int i = 0; i < x->n; i++)
        if (last[i] == row_int(&r, 0)) x->at[i].marks = (unsigned)row_int(&r, 1);
}

void talk_see_lines(struct ctx *c, const id *conversations, struct talk_lines *out)
{
    for (int from = 0; from < out->n; from += IN_LIST_N) {
        struct page_of_lines x = { conversations + from, out->at + from,
                                   MIN(out->n - from, IN_LIST_N) };
        see_some(c, &x);
        see_marks(c, &x);
    }
    for (int i = 0; i < out->n; i++) {
        struct talk_line *l = &out->at[i];
        if (!l->people.n) l->people = S("nobody else");
        if (l->others > 3)
            l->people = str_fmt(c->a, "%.*s and %d more", STR(l->people), l->others - 3);
    }
}

/* ---- one conversation ---------------------------------------------------------------- */

#define MEMBER_COLUMNS                                                                             \
    "SELECT p.id, p.kind, p.name, p.ours, p.met, p.dead_at, p.left_at, p.mute, count(*) OVER () "  \
    "FROM "
#define MEMBER_ORDER " ORDER BY b.wrote DESC, p.ours, p.fold, p.id LIMIT "

static void add_member(struct person_lines *out, struct rows *r, int *all)
{
    out->at[out->n++] = (struct person_line){ .id = row_int(r, 0),
                                              .kind = (person_kind)row_int(r, 1),
                                              .name = row_str(r, 2),
                                              .ours = row_bool(r, 3),
                                              .met = row_bool(r, 4),
                                              .dead = row_int(r, 5) != 0,
                                              .gone = row_int(r, 6) != 0,
                                              .mute = row_bool(r, 7) };
    *all = (int)row_int(r, 8);
}

void talk_see_members(struct ctx *c, id conversation, bool whole, int max, struct person_lines *out,
                      int *all)
{
    *out = (struct person_lines){ NEW(c->a, struct person_line, MAX(max, 1)), 0 };
    *all = 0;
    if (whole)
        EACH (r, c,
              SQL(MEMBER_COLUMNS "member b JOIN person p ON p.id=b.person WHERE "
                                 "b.conversation=$1" MEMBER_ORDER "$2"),
              I(conversation), I(max))
            add_member(out, &r, all);
    else
        EACH (r, c,
              SQL(MEMBER_COLUMNS SEEN_MEMBERS("=$2") " JOIN person p ON "
                                                     "p.id=b.person" MEMBER_ORDER "$3"),
              I(c->viewer), I(conversation), I(max))
            add_member(out, &r, all);
}

bool talk_sees_whole(struct ctx *c, id conversation)
{
    return !db_int(c, 0,
                   SQL("SELECT 1 FROM message m WHERE m.conversation=$1 AND (m.marks & $3)=0 AND "
                       "NOT EXISTS(SELECT 1 FROM sight s WHERE s.message=m.id AND s.who=$2) "
                       "LIMIT 1"),
                   I(conversation), I(c->viewer), I(TALK_MARK_BACK));
}

static void see_of(struct ctx *c, id *messages, int n)
{
    id seen[IN_LIST_N];
    int n_seen = 0;
    struct val *v = in_list(c->a, messages, n, 1);
    in_list_int(v, 1, c->viewer);
    IN_EACH(r, c, SQL("SELECT message FROM sight WHERE who=$1 AND message IN(" IN_LIST_2 ")"), v)
    seen[n_seen++] = row_int(&r, 0);
    for (int i = 0; i < n; i++) {
        bool there = false;
        for (int k = 0; k < n_seen; k++) there = there || seen[k] == messages[i];
        if (!there) messages[i] = 0;
    }
}

void talk_see_of(struct ctx *c, id *messages, int n)
{
    for (int from = 0; from < n; from += IN_LIST_N)
        see_of(c, messages + from, MIN(n - from, IN_LIST_N));
}
