/* SPDX-License-Identifier: GPL-3.0-or-later
 * sending.c - what of the viewer's letters wants to be seen to. */
#include "kit/base/date.h"
#include "post/outbox.h"
#include "talk/draft.h"
#include "talk/stranger.h"
#include "today/today.h"

enum { DRAFTS = 20, SHUT = 2, SHUT_DAYS = 14 };

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
        if (list.at[i].at > c->now - SHUT_DAYS * DAY)
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

void today_sending(struct ctx *c, struct today *t)
{
    struct outbox_counts n;
    outbox_count(c, &n);
    drafts(c, t);
    if (n.full)
        care(t, S("As many letters went out as may within an hour; the others follow."),
             S("/talk/drafts"), S("See which"));
    else if (n.stuck)
        care(t, letters(c->a, n.stuck, "did not go out within an hour and will be tried again"),
             S("/talk/drafts#kept"), S("See why"));
    if (n.failed)
        care(t, letters(c->a, n.failed, "did not arrive"), S("/talk/drafts#kept"), S("See why"));
    if (n.ours && keeper_role_of(c, c->viewer) == KEEPER_OWNER)
        care(t, letters(c->a, n.ours, "came back because of how this house sends"),
             S("/talk/drafts#kept"), S("See why"));
    addresses(c, t);
    strangers(c, t);
}
