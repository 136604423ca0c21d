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
    TALK_BOUNCE, TALK_AUTO_REPLY, TALK_CALENDAR, TALK_MACHINE, TALK_LIST, TALK_BULK, TALK_DIRECT
} talk_class;
const char *talk_class_word(talk_class);

/* What the new words of a message ask; a set. */
enum { SAID_QUESTION = 1, SAID_THANKS = 2, SAID_WILL_DO = 4, SAID_NOTHING = 8,
       SAID_INDEXED = 16, SAID_INDEXED_QUOTES = 32 /* how it stands in the search index */ };

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
    id author;               /* person, or 0 */
    struct str author_name;
    bool author_ours;
    id raw, text;
    int64_t text_at, text_size;
    struct str quotes;       /* quote_pack */
    int files;
    int depth;               /* in the tree, from 0 */
};
struct messages {
    struct message *at;
    int n;
};
/* E_NOTFOUND also when the viewer may not see it. */
err talk_message(struct ctx *, id message, struct message *out) MUST_USE;
/* The conversation of that message as far as the viewer may see it, by time; at most max. */
err talk_conversation(struct ctx *, id message, int max, struct messages *out) MUST_USE;
void talk_recipients(struct ctx *, id message, struct recipients *out); /* at most 200 */
void talk_files(struct ctx *, id message, struct files *out);           /* at most 200 */
/* The whole text, quotes and all. */
err talk_text(struct ctx *, const struct message *, struct str *out) MUST_USE;
err talk_raw(struct ctx *, id message, struct str *out) MUST_USE;
/* The sentence of its new words that proves a wait: the question, else the first that says something. */
struct str talk_line_of(struct ctx *, id message);

struct talk_line { /* a row of a list of conversations */
    id message;    /* the last one the viewer may see: names the conversation */
    struct str subject, people;
    int64_t last_at;
    int messages;
    bool direct;
};
struct talk_lines {
    struct talk_line *at;
    int n;
};
/* Newest first, before that time (0: from the newest). person 0: everybody's. */
void talk_list(struct ctx *, id person, bool direct_only, int64_t before, int max, struct talk_lines *out);

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

/* How far the house's mail can be trusted to be all there is. */
struct talk_fresh {
    bool any;        /* the house holds mail at all                             */
    bool yours;      /* the viewer may see some of it                           */
    bool stale;      /* the newest is older than any pause that was usual       */
    int stale_days;  /* since the newest, if stale; else 0: for tie_view()      */
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

/* ---- deeds --------------------------------------------------------------- */
err talk_join(struct tx *, id message, id with, id *event) MUST_USE;
err talk_split(struct tx *, id message, id *event) MUST_USE;
err talk_undo(struct tx *, id event) MUST_USE;
err talk_close(struct tx *, id message, id *event) MUST_USE;
err talk_open(struct tx *, id message, bool open) MUST_USE; /* to the whole house */

struct talk_counts {
    int64_t messages, conversations, unreadable, people, ties, skipped;
};
void talk_count(struct ctx *, struct talk_counts *out);

extern const struct concept talk_concept;
