/* SPDX-License-Identifier: GPL-3.0-or-later
 * talk.h - messages, the conversations they make, who waits for whom.
 *
 * A conversation is the connected set over all message ids that its messages name; its tree
 * follows the last reference (Zawinski's algorithm, taken in order of time so that the order of
 * arrival doesn't matter). Its number is the least number of its messages: it can change when
 * conversations join, so links name a message. Everything a viewer gets is joined with sight. */
#pragma once
#include "may/may.h"
#include "people/person.h"
#include "ties/tie.h"

/* How a message came to be; the classes of mail first (kit/mail/message.h, same numbers). */
typedef enum {
    TALK_BOUNCE,
    TALK_AUTO_REPLY,
    TALK_CALENDAR,
    TALK_MACHINE,
    TALK_LIST,
    TALK_BULK,
    TALK_DIRECT
} talk_class;
const char *talk_class_word(talk_class);

/* What a conversation is, as a keeper said. */
typedef enum {
    KIND_UNSAID,
    KIND_TALK,
    KIND_QUESTION,
    KIND_IDEA,
    KIND_PROBLEM,
    KIND_PRAISE
} talk_kind;
const char *talk_kind_word(talk_kind);   /* "question"; "" when unsaid */
talk_kind talk_kind_of(struct str word); /* KIND_UNSAID when unknown */

/* What the new words of a message ask; a set. */
enum {
    SAID_QUESTION = 1,
    SAID_THANKS = 2,
    SAID_WILL_DO = 4,
    SAID_NOTHING = 8,
    SAID_INDEXED = 16,
    SAID_INDEXED_QUOTES = 32 /* how it stands in the search index */
};

/* Of a message's marks: the first two as mail has them, the others above those of mail. */
enum {
    TALK_MARK_SPOKEN = 1 << 12, /* said face to face or, with the next, by telephone */
    TALK_MARK_PHONED = 1 << 13,
    TALK_MARK_BACK = 1 << 29, /* a note of that kind, taken back: shown to nobody */
    TALK_MARK_ERASED = 1 << 30
};

typedef enum { ROLE_FROM = 1, ROLE_TO, ROLE_CC, ROLE_BCC, ROLE_ENVELOPE } recipient_role;
struct recipient {
    recipient_role role;
    id person;
    bool ours;
    struct str name, handle;
};
struct recipients {
    struct recipient *at;
    int n;
};
struct file {
    struct str path, type, name;
    int64_t bytes;
};
struct files {
    struct file *at;
    int n;
};

struct message {
    id id, conversation, parent;
    bool guessed;
    int64_t at;
    talk_class class;
    unsigned marks, said;
    struct str subject;
    id author; /* person, or 0 */
    struct str author_name, author_handle;
    bool author_ours;
    id raw;
    int64_t text_at, text_size;
    struct str quotes; /* quote_pack */
    int files;
    int64_t base; /* hash of the subject without Re: and so on; 0: too short to tell */
    int depth;    /* in the tree, from 0 */
};
struct messages {
    struct message *at;
    int n;
};
/* E_NOTFOUND also when the viewer may not see it. */
err talk_message(struct ctx *, id message, struct message *out) MUST_USE;
/* The conversation of that message as far as the viewer may see it, by time; at most max. */
err talk_conversation(struct ctx *, id message, int max, struct messages *out) MUST_USE;
/* To whom each of these messages went, besides its writer, and as far as the viewer may know it:
 * who was in blind copy is told to the writer and to themselves, and so is whose mailbox it was
 * laid in if they are not named anyway. out has n places, all empty. Of 64 messages in a row at
 * most 5,000 in all. */
void talk_recipients_of(struct ctx *, const id *messages, int n, struct recipients *out);
void talk_files(struct ctx *, id message, struct files *out); /* at most 200 */
/* The whole text, quotes and all. */
err talk_text(struct ctx *, const struct message *, struct str *out) MUST_USE;
/* The bytes as they came; for others than the writer without what tells of blind copies. */
err talk_raw(struct ctx *, id message, struct str *out) MUST_USE;
/* The subject of an answer to that one. */
struct str talk_re(struct arena *, struct str subject);
/* The sentence of its new words that proves a wait: the question, else the first that says
 * something. */
struct str talk_line_of(struct ctx *, id message);

/* ---- many messages at once: a fixed number of statements for each 64 of them ---- */

struct talk_text {
    id message;
    struct str words;  /* the whole text, quotes and all, or its head */
    struct str quotes; /* quote_pack */
    bool cut;          /* there is more of it */
};
struct talk_texts {
    struct talk_text *at; /* in no order; none for what the viewer may not see */
    int n;
};
/* The first head bytes of each text. */
void talk_texts_of(struct ctx *, const id *messages, int n, int64_t head, struct talk_texts *out);
/* What its writer wrote, without what was said before. */
struct str talk_new_words(struct arena *, const struct talk_text *);

typedef enum {
    PART_NEW,
    PART_QUOTED,
    PART_ATTRIBUTION,
    PART_SIGNATURE,
    PART_FOOTER,
    PART_FORWARDED
} talk_part_kind;
struct talk_part {
    talk_part_kind kind;
    struct str words; /* borrowed from the text */
    id source;        /* of quoted words: the message that said them, and the line; or 0 */
    int source_line;
};
struct talk_parts {
    struct talk_part *at;
    int n;
};
void talk_parts_of(struct arena *, const struct talk_text *, struct talk_parts *out);

/* A conversation as far as the viewer may see it, by time; a long one in stretches, of which this
 * is the one that holds the message asked for. A stretch ends after TALK_STRETCH messages, or where
 * their texts would be more than TALK_STRETCH_BYTES. In a conversation of more than TALK_FEW a text
 * is cut behind TALK_HEAD_OF_MANY, but not that of the message asked for. */
enum {
    TALK_STRETCH = 100,
    TALK_FEW = 10,
    TALK_HEAD = 64 * KIB,
    TALK_HEAD_OF_MANY = 8 * KIB,
    TALK_STRETCH_BYTES = 128 * KIB
};
struct talk_view {
    struct messages messages;
    int all, first;          /* how many messages there are; place of the first one shown, from 0 */
    id earlier, later;       /* a message of the stretch before and behind; 0: none */
    struct talk_text *texts; /* these four: in the places of messages */
    struct recipients *to;   /* without who wrote it */
    struct files *files;
    struct str *why;             /* of what is no talk: the header or look that says so */
    struct person_lines members; /* who is in it, most words first; at most 50 */
    int members_all;
    bool whole; /* the viewer may read every message of it */
    bool open;  /* to the whole house */
    id public;  /* to everybody: under this address; 0: no */
    int since;  /* messages that strangers do not see, for they came later */
    talk_kind kind;
    struct message settled; /* id 0: nothing settles it, or not for the viewer's eyes */
    bool waits;             /* somebody waits in it, as far as the viewer is concerned */
};
err talk_view(struct ctx *, id message, struct talk_view *out) MUST_USE;
/* Those the viewer may not see become 0. */
void talk_see_of(struct ctx *, id *messages, int n);

struct talk_line { /* a row of a list of conversations */
    id message;    /* the last one the viewer may see: names the conversation */
    struct str subject, people;
    int64_t last_at;
    int messages;
    bool direct;
    id who; /* the first of them, for a face */
    struct str who_name;
    unsigned marks; /* of the last message */
    talk_kind kind;
    bool settled;
    int others, named; /* how many people besides the viewer; how many of them are named */
};
struct talk_lines {
    struct talk_line *at;
    int n;
};
/* Newest first, before that time (0: from the newest). person 0: everybody's. Of a conversation
 * the viewer may see in part only that part counts. */
void talk_list(struct ctx *, id person, bool direct_only, int64_t before, int max,
               struct talk_lines *out);
/* Those that a keeper said are of that kind. */
void talk_list_kind(struct ctx *, talk_kind, int64_t before, int max, struct talk_lines *out);
/* Those with anybody of that organisation. */
void talk_list_org(struct ctx *, id org, int64_t before, int max, struct talk_lines *out);

struct waiting {
    id conversation, message;
    struct person who;
    struct str subject, line; /* line: the sentence that proves it */
    int64_t since;
    int days;
};
struct waitings {
    struct waiting *at;
    int n;
};
/* Who waits on the viewer (ours) or for whom the viewer waits: longest first, but those who have
 * waited longer than TALK_OLD_WAIT behind the others, youngest first. */
enum { TALK_OLD_WAIT = 30 * DAY };
void talk_waiting(struct ctx *, bool ours, int max, struct waitings *out);
/* How many of them have waited less, or longer, than TALK_OLD_WAIT; counts no further than most. */
int talk_waiting_count(struct ctx *, bool ours, bool old, int most);
int64_t talk_usual_answer_s(struct ctx *); /* median of the last answers, at least a day */

/* What the viewer put away until a day to come, and is still away; the next day first. */
struct sleeping {
    struct waiting wait;
    int64_t until;
    id event; /* to be taken back by talk_undo() */
};
struct sleepings {
    struct sleeping *at;
    int n;
};
void wait_asleep(struct ctx *, int max, struct sleepings *out);
/* Whose waits the viewer does not want to see, by name; at most max. *all: how many there are. */
void wait_muted(struct ctx *, int max, struct person_lines *out, int *all);

/* The last event behind since that concerns what the viewer may see; 0: none. */
id talk_news(struct ctx *, id since);

struct newcomer {
    struct person who;
    id message;
    int64_t at;
    struct str subject, line;
};
struct newcomers {
    struct newcomer *at;
    int n;
};
/* People whose first message to the viewer came since then. */
void talk_newcomers(struct ctx *, int64_t since, int max, struct newcomers *out);

/* By whose addresses the mail most likely came: "ann@corner.example, shop@corner.example", those
 * that stand in most of the newest messages, at most three; empty: there are none. For a house that
 * has no keeper yet, and so nobody's sight to ask. */
struct str talk_likely_own(struct ctx *);

/* How far the house's mail can be trusted to be all there is. */
struct talk_fresh {
    bool any;       /* the house holds mail at all                             */
    bool yours;     /* the viewer may see some of it                           */
    bool stale;     /* the newest is older than any pause that was usual       */
    int stale_days; /* since the newest, if stale; else 0: for tie_view()      */
    int64_t newest;
};
void talk_fresh(struct ctx *, struct talk_fresh *out);

/* Messages a day of that person with the viewer: counts per month, oldest first. */
struct talk_month {
    int year, month, from_them, to_them;
};
void talk_months(struct ctx *, id person, int months, struct talk_month *out);
/* Persons in conversation with both, by last contact. */
void talk_common(struct ctx *, id a, id b, int max, struct person_lines *out);

/* Keepers in touch with people of an organisation, the last contact first. */
struct org_touch {
    id keeper;
    struct str keeper_name, with; /* with: the one they wrote with last */
    int more;                     /* how many others */
    int64_t last_at;
};
struct org_touches {
    struct org_touch *at;
    int n;
};
void talk_with_org(struct ctx *, id org, int max, struct org_touches *out);

/* ---- deeds --------------------------------------------------------------- */
/* E_DENIED: one of them is open to the house, and in the other is more than the viewer may read. */
err talk_join(struct tx *, id message, id with, id *event) MUST_USE;
err talk_split(struct tx *, id message, id *event) MUST_USE;
/* E_NOTFOUND also when there is nothing there to take back. E_DENIED as talk_join(). */
err talk_undo(struct tx *, id event) MUST_USE;
err talk_close(struct tx *, id message, id *event) MUST_USE;
/* Opens the whole conversation, what is to come included, to every keeper; or takes that back.
 * E_DENIED: there is more in it than the viewer may read. */
err talk_open(struct tx *, id message, bool open) MUST_USE;

/* Not to be seen by the viewer until then, or until who waits writes again. E_INVALID: that is no
 * time to come. */
err wait_sleep(struct tx *, id message, int64_t until, id *event) MUST_USE;
/* This one message asks for no answer; nothing else is taken from it. */
err wait_needless(struct tx *, id message, id *event) MUST_USE;
/* Waits of that person are never shown to the viewer, or again. E_CONFLICT: it is so already. */
err wait_mute(struct tx *, id person, bool mute) MUST_USE;
/* What the conversation of that message is. */
err talk_set_kind(struct tx *, id message, talk_kind, id *event) MUST_USE;
/* That message is the answer. */
err talk_settled_by(struct tx *, id message, id *event) MUST_USE;

struct talk_counts {
    int64_t messages, conversations, unreadable, people, ties, skipped;
};
void talk_count(struct ctx *, struct talk_counts *out);

/* Opens one part of a mail. The bytes are foreign: read() has to hand them to a process without
 * rights (kit/mail/parse.h: mail_parser_put_part) and is called outside any piece of work, from
 * several threads. Set once by the program before it serves; without it files can't be opened.
 * E_NOTFOUND, E_INVALID with *why, safe to show. */
struct talk_reader {
    err (*read)(void *arg, struct arena *, struct str raw, struct str path, struct str *bytes,
                struct str *why);
    void *arg;
};
extern struct talk_reader talk_part_reader;

void talk_start(void); /* once: what facts ask of it, see fact_wire() */
extern const struct concept talk_concept;
