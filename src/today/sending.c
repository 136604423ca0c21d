/* SPDX-License-Identifier: GPL-3.0-or-later
 * sending.c - what of the viewer's letters wants to be seen to. */
#include "kit/base/date.h"
#include "kit/base/text.h"
#include "post/outbox.h"
#include "talk/draft.h"
#include "talk/stranger.h"
#include "today/today.h"

enum { DRAFTS = 20, SHUT = 2, NAMED = 3, LATELY = 14 * DAY, SUBJECT_LETTERS = 40 };

static void care(struct today *t, struct str words, struct str path, struct str label)
{
    if (t->cares.n < COUNT(t->cares.at))
        t->cares.at[t->cares.n++] = (struct today_care){ words, path, label };
}

static struct str letters(struct arena *a, int64_t n, const char *what)
{
    return str_fmt(a, "%" PRId64 " %s %s.", n, n == 1 ? "letter" : "letters", what);
}

static void drafts(struct ctx *c, struct today *t)
{
    struct drafts list;
    draft_list(c, DRAFTS, &list);
    for (int i = 0; i < list.n; i++)
        if (list.at[i].problem.n) {
            care(t, str_fmt(c->a, "A letter could not go out: %.*s", STR(list.at[i].problem)),
                 str_fmt(c->a, "/talk/drafts/%" PRId64, list.at[i].id), S("See to it"));
            break;
        }
    if (list.n)
        care(t,
             str_fmt(c->a, "You are writing %s%d %s.", list.n == DRAFTS ? "at least " : "", list.n,
                     list.n == 1 ? "letter" : "letters"),
             S("/talk/drafts"), S("Go on writing"));
}

static void addresses(struct ctx *c, struct today *t)
{
    struct outbox_shuts list;
    outbox_shut_list(c, 0, SHUT, &list);
    for (int i = 0; i < list.n; i++)
        if (list.at[i].at > c->now - LATELY)
            care(t,
                 str_fmt(c->a, "Mail to %.*s comes back, and is held back from now on.",
                         STR(list.at[i].address)),
                 str_fmt(c->a, "/people/%" PRId64, list.at[i].person), S("See why"));
}

static void strangers(struct ctx *c, struct today *t)
{
    int64_t first;
    int n = stranger_count(c, &first);
    if (!n) return;
    care(t,
         str_fmt(c->a, "%d %s known only from others’ mail: forgotten from %.*s on.", n,
                 n == 1 ? "person is" : "people are", STR(date_people(c->a, first, c->offset_s))),
         S("/people/strangers"), S("See who"));
}

/* Of those with whom the viewer has to do. */
static void stopped(struct ctx *c, struct today *t)
{
    enum { LOOKED = 20 };
    struct person_stopped list[LOOKED];
    struct talk_lines talks;
    int n = person_stopped(c, c->now - LATELY, LOOKED, list), named = 0;
    for (int i = 0; i < n && named < NAMED; i++) {
        talk_list(c, list[i].person, false, 0, 1, &talks);
        if (!talks.n) continue;
        named++;
        care(t,
             str_fmt(c->a, "%.*s asked for no more mail: nothing is sent to them from now on.",
                     STR(list[i].name)),
             str_fmt(c->a, "/people/%" PRId64, list[i].person), S("See who that is"));
    }
}

static bool failed(const struct outbox_row *r)
{
    return r->state == OUTBOX_REFUSED || r->state == OUTBOX_RETURNED ||
           r->state == OUTBOX_GIVEN_UP || r->state == OUTBOX_HELD;
}

static void name_failed(struct ctx *c, struct today *t, const struct outbox_row *r)
{
    struct message m;
    struct str name = r->name.n ? r->name : r->address, said = str_trim(r->said);
    bool whole = !said.n || str_ends(said, S(".")) || str_ends(said, S("!"));
    if (talk_message(c, r->message, &m) != OK) return;
    care(t,
         str_fmt(c->a, "\u201C%.*s\u201D %s %.*s%s%.*s%s",
                 STR(text_short(c->a, m.subject, SUBJECT_LETTERS)),
                 r->state == OUTBOX_HELD ? "was not sent to" : "did not reach", STR(name),
                 said.n ? ": " : ".", STR(said), whole ? "" : "."),
         str_fmt(c->a, "/talk/%" PRId64, r->message), S("See the letter"));
}

/* The newest by name, each with what was said; the rest as a number. */
static void failures(struct ctx *c, struct today *t, int64_t all)
{
    enum { LOOKED = 30 };
    struct outbox_rows list;
    int named = 0;
    outbox_list(c, LOOKED, &list);
    for (int i = 0; i < list.n && named < NAMED; i++) {
        if (!failed(&list.at[i])) continue;
        name_failed(c, t, &list.at[i]);
        named++;
        all -= list.at[i].state != OUTBOX_HELD;
    }
    if (all > 0)
        care(t, letters(c->a, all, named ? "besides did not arrive" : "did not arrive"),
             S("/talk/drafts#kept"), S("See why"));
}

void today_sending(struct ctx *c, struct today *t)
{
    struct outbox_counts n;
    outbox_count(c, &n);
    drafts(c, t);
    if (n.full)
        care(t, S("As many letters went out as may within an hour; the others follow."),
             S("/talk/drafts"), S("See which"));
    else if (n.late)
        care(t, letters(c->a, n.late, "could not be handed over for five days; try another way"),
             S("/talk/drafts#kept"), S("See why"));
    else if (n.stuck)
        care(t, letters(c->a, n.stuck, "did not go out within an hour and will be tried again"),
             S("/talk/drafts#kept"), S("See why"));
    failures(c, t, n.failed);
    if (n.ours && keeper_role_of(c, c->viewer) == KEEPER_OWNER)
        care(t, letters(c->a, n.ours, "came back because of how this house sends"),
             S("/talk/drafts#kept"), S("See why"));
    addresses(c, t);
    strangers(c, t);
    stopped(c, t);
}
