/* SPDX-License-Identifier: GPL-3.0-or-later
 * incoming.h - what a message's event holds: written by the channel that brought it, read by
 * the tables that are derived from it. Inside talk only. */
#pragma once
#include "talk/talk.h"

/* A compressed body can be cut behind the bytes that are wanted: its blocks are at most 128 KiB. */
enum { PACKED_ROOM = 160 * KIB };

struct incoming_address {
    recipient_role role;
    struct meeting who;
};
struct incoming_file {
    struct str path, type, name;
    int64_t bytes;
};
struct incoming {
    struct str message_id; /* or "sha256:..." for one without */
    struct str subject;
    struct str base;  /* subject to join by; empty: none */
    int64_t base_key; /* its hash, where erasing took the words */
    bool reply_word;  /* began with Re: ... */
    int64_t *chain;   /* nodes: hash_name() of References, oldest first; else of the first id of
                         In-Reply-To. The ids themselves stand in the raw bytes, and nowhere else */
    int n_chain;
    int64_t *also; /* nodes that join, but say nothing of the tree */
    int n_also;
    struct incoming_address *who;
    int n_who;
    talk_class class;
    struct str class_why;
    unsigned marks;
    int64_t text_at, text_size; /* in what is kept of it, see mail_pack */
    struct incoming_file *files;
    int n_files;
    struct str folder;
    struct str dsn_recipient, dsn_action, dsn_status;
    int64_t written_at; /* the Date header, when it was not believed */
};
struct str incoming_write(struct arena *, const struct incoming *);
struct incoming incoming_read(struct arena *, struct str record);
struct str incoming_why(struct str record); /* class_why alone */

/* What erasing leaves of it: no words at all, or only not those of some handles. */
void incoming_strip(struct ctx *, struct incoming *, const struct erasure *, bool all);

/* read.c's, for view.c. Goes with `s.message=m.id AND s.who=$viewer` in WHERE: CROSS keeps SQLite
 * from beginning with all the viewer may see. */
#define MESSAGE_COLUMNS                                                                            \
    "m.id, m.conversation, m.parent, m.guessed, m.at, m.class, m.marks, m.said, m.subject, "       \
    "coalesce(p.id, 0),"                                                                           \
    " coalesce(p.name, ''), coalesce(p.ours, 0), m.raw, m.text_at, m.text_size, "                  \
    "m.quotes, m.files, m.base,"                                                                   \
    " coalesce(h.shown, '')"
#define MESSAGE_FROM                                                                               \
    " FROM message m CROSS JOIN sight s LEFT JOIN handle h ON h.key=m.author LEFT JOIN person p "  \
    "ON p.id=h.person"
/* Of conversations k: the viewer, $1, may see some of it. One inside the other, so that no engine
 * begins with all the viewer may see. */
#define LINE_SEEN                                                                                  \
    " AND EXISTS(SELECT 1 FROM message n WHERE n.conversation=k.id AND EXISTS(SELECT 1 FROM "      \
    "sight q WHERE q.message=n.id AND q.who=$1))"

/* Of waits w and asleep z: behind the word that put it away who waits wrote to us again, in
 * whatever conversation the viewer, $1, may see, and said something: neither thanks nor "will do",
 * and not in copy. Old mail that is read in later is none, and no machine wakes anything. */
#define WROTE_AGAIN                                                                                \
    "EXISTS(SELECT 1 FROM handle i CROSS JOIN recipient f CROSS JOIN message n CROSS JOIN sight "  \
    "q WHERE i.person=w.person AND f.handle=i.key AND f.role=1 AND f.message>z.event AND "         \
    "n.id=f.message AND n.at>=w.since AND n.class=6 AND (n.said & 6)=0 AND ((n.said & 8)=0 OR "    \
    "n.files>0) AND q.message=n.id AND q.who=$1 AND EXISTS(SELECT 1 FROM recipient b JOIN handle " \
    "g ON g.key=b.handle JOIN person o ON o.id=g.person WHERE b.message=n.id AND o.ours<>0 AND "   \
    "(b.role=2 OR (b.role=5 AND NOT EXISTS(SELECT 1 FROM recipient d WHERE d.message=n.id AND "    \
    "d.role=2)))))"
_Static_assert((SAID_THANKS | SAID_WILL_DO) == 6 && SAID_NOTHING == 8, "WROTE_AGAIN names them");

/* As LINE_SEEN, of messages in which somebody stands: who is $2 or belongs to it. */
#define LINE_SEEN_WITH(who)                                                                        \
    " AND EXISTS(SELECT 1 FROM message n WHERE n.conversation=k.id AND EXISTS(SELECT 1 FROM "      \
    "sight q WHERE q.message=n.id AND q.who=$1) AND EXISTS(SELECT 1 FROM recipient i CROSS JOIN "  \
    "handle h CROSS JOIN person x WHERE i.message=n.id AND i.role<=3 AND h.key=i.handle AND "      \
    "x.id=h.person AND " who "=$2))"

struct message message_row(struct rows *);

/* A row `r` of table recipient that the viewer may see: who was in blind copy, or is only known
 * from whose mailbox a copy lay in, is for the writer's eyes, and for their own. */
#define RECIPIENT_SEEN(viewer)                                                                     \
    "(r.role<=3 OR EXISTS(SELECT 1 FROM handle o WHERE o.person=" viewer " AND (o.key=r.handle "   \
    "OR o.key=(SELECT w.author FROM message w WHERE w.id=r.message))))"
/* A mail without the header lines that tell of others than the viewer. */
struct str talk_without_blind(struct ctx *, struct str raw);
void talk_depths(struct messages *); /* from the parents among them */

/* Does it quote that message? packed: quote_pack. parts_mail.c's, for idea_note.c. */
bool talk_quotes_from(struct arena *, struct str packed, id source);

/* seen.c's, for read.c, view.c and deeds.c. Lines come with how many messages there are, and get
 * what the viewer may see of them. */
void talk_see_lines(struct ctx *, const id *conversations, struct talk_lines *);
/* Who is in it, most words first, at most max; *all: how many there are. whole: as
 * talk_sees_whole() said. */
void talk_see_members(struct ctx *, id conversation, bool whole, int max, struct person_lines *,
                      int *all);
bool talk_sees_whole(struct ctx *, id conversation); /* may the viewer read every message of it? */

/* settle.c's parts */
void tree_settle(struct tx *, id conversation);
void text_settle(struct tx *);
/* What many of those in a row remember of people: nothing of that may change between them. */
struct wait_known *wait_known(struct arena *);
void wait_settle(struct tx *, struct wait_known *, id conversation);
void note_why_settle(struct tx *, id message);
void note_message(struct tx *, const struct event *);
/* By which line its class is known; of talk nothing is kept. */
void note_why(struct tx *, id message, talk_class, struct str why);
void note_sighting(struct tx *, const struct event *);
void note_deed(struct tx *, const struct event *);
void participant_apply(struct tx *, const struct event *);
/* Of the data of EVENT_TALK_ADDED: without the words of handles that go. True when it held any. */
bool participant_strip(struct ctx *, struct str data, const struct erasure *, struct buf *out);
/* Out of the index, by the record as it stands; it is settled again. */
void note_unindex(struct tx *, id message);
/* The text of a message that comes with this piece of work, and its record: so that they need not
 * be read and unpacked again when it settles. Both live as long as the work. text_mail.c's. */
void note_fresh(struct tx *, id message, struct str words, struct str record);
bool note_left(struct tx *, const struct event *, const struct erasure *, struct buf *out);
void note_erased(struct tx *, const struct event *);
/* What keepers say of waits and of conversations (said.c). */
void wait_noted(struct tx *, const struct event *);
void wait_undone(struct tx *, id event);
/* Reports that a letter to one of these handles (ascending) came back, which hold the letter: the
 * newest first, among the last most of all. bounce_mail.c's. */
int talk_reports_about(struct ctx *, const int64_t *handles, int n, id *out, int most);
/* Letters of the house itself that wait to go out and name who goes, or what: taken back.
 * noted.c's. */
void talk_unsend(struct tx *, const struct erasure *);
/* Joins conversations under their least number; the tree is settled later. */
void conversation_unite(struct tx *, id into, id other);
