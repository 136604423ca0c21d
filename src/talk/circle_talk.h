/* SPDX-License-Identifier: GPL-3.0-or-later
 * circle_talk.h - what is said in a circle.
 *
 * Each message that is for a circle is marked as such by an event of its own, and the mark rules
 * over everything else: who sat in the circle when it was said, and still does, sees it; nobody
 * else does, whoever's mailbox it came through, whatever conversation it was joined with, and also
 * when that is opened to the house. It makes no ties and no waits, for those are the house's to
 * see, and it leaves by no export.
 *
 * Members get it on their way: in the browser, or as a copy with an address of their own to answer
 * to, through the account of a keeper who takes such answers (the first, owners first). Whoever
 * reads that mailbox with a mail program can read what passes through it; the page where one
 * chooses says so. A mask reads and writes in the browser only. */
#pragma once
#include "circles/circle.h"
#include "talk/participant.h"

/* The circle a message was said in; 0: none. */
id talk_circle_of(struct ctx *, id message);

/* Conversations of a circle as far as the viewer may see them, newest first. */
void talk_circle_list(struct ctx *, id circle, int max, struct talk_lines *out);
/* Has the viewer said nothing there for long, while others did? For the viewer's eyes alone. */
enum { TALK_QUIET_S = 180 * DAY };
bool talk_circle_quiet(struct ctx *, id circle);

/* Says something to a circle the viewer is in, under the name they bear there; about: a message of
 * it that is answered, 0: something new, with a subject. Who gets letters gets one. E_NOTFOUND: no
 * such circle or message, E_INVALID: no words, no subject, too long, or too often. */
struct talk_circle_words {
    id circle, about;
    struct str subject, words;
};
err talk_circle_say(struct tx *, const struct talk_circle_words *, id *message) MUST_USE;

/* Can members take part by mail: has a keeper a mailbox that takes answers? Which one. */
struct mailbox;
bool talk_circle_post(struct ctx *, struct mailbox *out);

/* ---- inside talk ------------------------------------------------------------- */

/* That message, come from who it seems, was said in that circle. */
void talk_circle_mark(struct tx *, id message, id circle);
/* Those who get letters and take no part in the conversation of that message yet: from now on. */
void talk_circle_seat(struct tx *, id message, id circle);
bool talk_circle_any(struct ctx *); /* has anything been said in one? */
/* A deed that would show it to others. */
err talk_circle_keeps(struct ctx *, id message) MUST_USE;
void talk_circle_apply(struct tx *, const struct event *);
