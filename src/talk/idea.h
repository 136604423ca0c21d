/* SPDX-License-Identifier: GPL-3.0-or-later
 * idea.h - an idea is a marked span of a message that is followed through conversations.
 *
 * It continues where a keeper says so; where an answer quotes a marked span and says something
 * behind it; and where new words hold the address of its page. A quotation that merely stands below
 * an answer, as programs put it there, continues nothing. Who may see the message it began in sees
 * the idea, and each place of it only who may see that message. */
#pragma once
#include "talk/talk.h"

enum {
    IDEA_NAME = 100,
    IDEA_SPAN = 2000,
    IDEA_COLOURS = 7
}; /* letters; bytes; see idea_colour() */

/* Bytes of a message's text, as talk_texts_of() gives it. */
struct idea_span {
    int64_t at, size;
};
struct idea_sentence {
    struct idea_span span;
    struct str words; /* on one line */
};
struct idea_sentences {
    struct idea_sentence *at;
    int n;
};
/* The sentences of what its writer wrote, or passed on; at most 200. */
void idea_sentences(struct arena *, const struct talk_text *, struct idea_sentences *out);
/* Where those words stand among them, blanks apart; false: nowhere. */
bool idea_find_words(struct arena *, const struct talk_text *, struct str words,
                     struct idea_span *out);
bool idea_span_read(struct str text, struct idea_span *out); /* "12-40", as forms write it */
/* Does it lie in the text, between letters? */
bool idea_span_good(const struct talk_text *, struct idea_span);
struct str idea_span_words(struct arena *, const struct talk_text *, struct idea_span);

struct idea {
    id id, message, keeper;
    struct str name, keeper_name;
    int sign;               /* its letter and colour, from 0 */
    int64_t began, last_at; /* of the places that may be seen */
    int places;             /* the same */
};
struct ideas {
    struct idea *at;
    int n;
};
/* E_NOTFOUND also when the viewer may not see it. */
err idea_get(struct ctx *, id idea, struct idea *out) MUST_USE;
/* The youngest first, below that number (0: from the youngest). */
void idea_list(struct ctx *, id below, int max, struct ideas *out);

typedef enum { IDEA_MARKED = 1, IDEA_CARRIED, IDEA_QUOTED, IDEA_LINKED } idea_how;
struct idea_place {
    id idea, message, conversation;
    idea_how how;
    int64_t at;
    struct str subject, words; /* words: the sentence; of a quotation what was said to it */
    id author;
    struct str author_name;
};
struct idea_places {
    struct idea_place *at; /* by time */
    int n;
};
/* Where it went, as far as the viewer may see. */
void idea_places(struct ctx *, id idea, int max, struct idea_places *out);
/* Of all ideas the viewer may see, without words and names: idea, message, how and time; the first
 * max by number of the message. */
void idea_places_all(struct ctx *, int max, struct idea_places *out);

/* Which ideas touch the messages of a conversation. */
struct idea_touch {
    id idea, message;
    int sign;
    struct str name;
};
struct idea_touches {
    struct idea_touch *at;
    int n;
};
void idea_touches(struct ctx *, id conversation, int max, struct idea_touches *out);

char idea_letter(int sign);
int idea_colour(int sign); /* 0 to IDEA_COLOURS - 1 */
/* What an address of its page has behind it, so that nobody else's address is taken for it. */
struct str idea_key(struct ctx *, id idea);

/* ---- deeds: E_NOTFOUND when the viewer may not see the message or the idea ------------------ */
/* E_INVALID: no name, too long, a span that is none. */
err idea_mark(struct tx *, id message, struct idea_span, struct str name, id *idea) MUST_USE;
/* E_CONFLICT: it went there already. */
err idea_carry(struct tx *, id idea, id message, struct idea_span) MUST_USE;
/* message 0: the whole idea; else it did not go there. E_INVALID: it began there. */
err idea_drop(struct tx *, id idea, id message, id *event) MUST_USE;
err idea_undo(struct tx *, id event, id *idea) MUST_USE; /* takes a dropping back */

/* ---- for talk's own apply, settle and erasing ----------------------------------------------- */
void idea_apply(struct tx *, const struct event *);
bool idea_left(const struct event *, struct buf *out);
void idea_erased(struct tx *, id message);
/* Words that may hold the address of an idea were put in. */
bool idea_may_link(struct str words);
void idea_note_links(struct tx *, id message, struct str words);
bool idea_any(struct ctx *);
/* Derives where the ideas of that conversation went. */
void idea_settle_in(struct tx *, id conversation);
