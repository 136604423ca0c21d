/* SPDX-License-Identifier: GPL-3.0-or-later
 * draft.h - what a keeper is writing: a new conversation, an answer, something passed on. Only
 * they see it.
 *
 * Sending sets the time at which it becomes a letter; until then it can be taken back. Then one
 * transaction appends the message, fills the outbox and forgets the draft, so that the log never
 * holds what was taken back, and a letter goes out once or not at all, wherever the program ends.
 */
#pragma once
#include "post/mailbox.h"
#include "post/outbox.h"
#include "talk/talk.h"

enum {
    DRAFT_WORDS = 1 * MIB,   /* of the words */
    DRAFT_LINE = 8 * KIB,    /* of one line of recipients */
    DRAFT_PEOPLE = 50,       /* recipients in all */
    DRAFT_FILES = 50,        /* files */
    DRAFT_BYTES = 18 * MIB,  /* of them together: as base64 most servers still take it */
    DRAFT_LATEST = 366 * DAY /* farthest moment to send at */
};
typedef enum { DRAFT_NEW = 1, DRAFT_ANSWER, DRAFT_FORWARD } draft_kind;
struct draft {
    id id;
    struct str name; /* drawn by the page; of the same name there is one */
    draft_kind kind;
    id about;
    struct str to, cc, bcc; /* as typed: names or addresses, by comma */
    struct str subject, words, html;
    int64_t saved_at, due; /* due: 0 not sent, -1 thrown away */
    struct str problem;    /* why it came back */
};
struct drafts {
    struct draft *at;
    int n;
};
struct draft_file {
    int number;
    struct str name, type, bytes;
    int64_t size;
    id message; /* a part of that message; then bytes are empty */
    struct str path;
};
struct draft_files {
    struct draft_file *at;
    int n;
};

/* The viewer's. E_NOTFOUND also for those of others and for what was thrown away. */
err draft_get(struct ctx *, id draft, struct draft *out) MUST_USE;
/* Those being written, newest first. */
void draft_list(struct ctx *, int max, struct drafts *out);
int draft_count(struct ctx *, int most); /* counts no further than most */
/* Those about a message of that conversation that the viewer may see, oldest first: being written,
 * and on their way out. */
void draft_of_conversation(struct ctx *, id conversation, int max, struct drafts *out);
/* Those on their way out that are about no message, newest first. */
void draft_going(struct ctx *, int max, struct drafts *out);
void draft_files(struct ctx *, id draft, bool bytes, struct draft_files *out);

/* An answer to that message, or a letter that passes it on, as it is offered: subject, recipients.
 * For an answer to all: whoever stood in it openly, without the viewer's own addresses and the
 * doors of the house. *writer: the line of recipients that answers its writer only. E_NOTFOUND. */
err draft_begin(struct ctx *, draft_kind, id about, struct draft *out, struct str *writer) MUST_USE;
/* "Ada Berg <ada@berg.example>" for a person who can be written to; E_INVALID says why not. */
err draft_address(struct ctx *, id person, struct str *out) MUST_USE;

struct str draft_new_name(struct arena *); /* for one that a page begins */
/* Keeps it under its name, whatever it says (id and times are not read). E_CONFLICT: it is on its
 * way. E_INVALID: it is too long. */
err draft_save(struct tx *, const struct draft *, id *out) MUST_USE;
/* E_INVALID: too many, or too large. */
err draft_add_file(struct tx *, id draft, const struct draft_file *) MUST_USE;
err draft_drop_file(struct tx *, id draft, int number) MUST_USE;
err draft_drop(struct tx *, id draft) MUST_USE;    /* thrown away; a day long it comes back */
err draft_restore(struct tx *, id draft) MUST_USE; /* takes that back */
/* When it goes out, it asks the person it is about whether that fact is right. */
void draft_asks(struct tx *, id draft, id fact);
/* It becomes a letter at that time; html is what its words are. E_INVALID with what is missing. */
err draft_send(struct tx *, id draft, struct str html, int64_t due) MUST_USE;
void draft_refuse(struct tx *, id draft, struct str why); /* said on its page, until it is saved */
/* Takes it back before. E_NOTFOUND: it has gone out already. */
err draft_undo(struct tx *, id draft) MUST_USE;

/* What became of the letters of a conversation that were written in that time and that the viewer
 * may see, a row a recipient, by message. At most 500. */
void draft_sent(struct ctx *, id conversation, int64_t from, int64_t to, struct outbox_rows *out);

/* ---- to whom --------------------------------------------------------------- */

struct draft_person {
    recipient_role role;
    struct str typed, name, address; /* address empty: nobody was found by what was typed */
    int64_t handle;
    id person;      /* 0: not met yet */
    struct str why; /* why they can't be written to; empty: they can */
};
struct draft_people {
    struct draft_person *at;
    int n;
    struct str problem; /* the first, in a sentence; empty: none */
};
/* Everybody it would go to, each once: names are looked up, addresses taken as they are. */
void draft_people(struct ctx *, const struct draft *, struct draft_people *out);
/* The paragraph that ends it where somebody has still to be told that they may object
 * (objection.h): in the language of what is answered, else of the letter. Empty: nobody. */
struct str draft_objection(struct ctx *, const struct draft *, const struct draft_people *);
/* A line of recipients with names made addresses, as far as they are known. */
struct str draft_line(struct ctx *, const struct draft_people *, recipient_role);

/* Letters being written, until then, to whom was erased or about what was erased, go as well. */
void draft_erase(struct tx *, const struct erasure *, int64_t until);

/* Those whose moment has come wait for their keeper instead, who is told why; how many. */
int64_t draft_hold_due(struct tx *, struct str why);

/* ---- becoming a letter -------------------------------------------------------- */

/* The mailbox it goes out from: for an answer the one that got the letter, else the first.
 * E_NOTFOUND: the keeper has none. */
err draft_mailbox(struct ctx *, const struct draft *, struct mailbox *out) MUST_USE;
/* One draft that is due becomes a letter, or comes back with its problem. False when none is. The
 * arena is of this step alone. */
bool draft_step(struct store *, struct arena *);

struct draft_rules {
    int64_t undo_s; /* how long a letter can be taken back */
};
extern struct draft_rules draft_rules; /* set once by the program */
