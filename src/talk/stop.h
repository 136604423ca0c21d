/* SPDX-License-Identifier: GPL-3.0-or-later
 * stop.h - a way out: somebody outside says that nobody here is to write to them, by the line
 * List-Unsubscribe in the head of a letter, or by a mail that says STOP. Both end in the mark that
 * stands before every letter out (person_stop()); a keeper sees on Today who said so, and can take
 * the mark off when they are told to. */
#pragma once
#include "people/person.h"

/* What one way out stops. */
typedef enum {
    STOP_NOTHING,
    STOP_HOUSE,  /* all mail of this house */
    STOP_MORNING /* a keeper's own letter in the morning */
} stop_scope;

/* For the address of a page: it names one handle and one scope, is good for that alone, and only
 * this house can make it. It holds for as long as the letter it stands in is kept. */
struct str stop_token(struct ctx *, int64_t handle, stop_scope);
struct stop {
    int64_t handle;
    stop_scope scope;
    id person; /* 0: nobody has that handle any more */
};
/* E_NOTFOUND: this house has not made that. */
err stop_find(struct ctx *, struct str token, struct stop *out) MUST_USE;

/* List-Unsubscribe of a letter to that handle, with the page of stop_token() where this house has
 * an address of its own, and the address to write to. */
struct head_out;
void stop_head(struct ctx *, struct head_out *, int64_t handle, stop_scope, struct str address);

/* Somebody outside wrote to the house, and to nobody else, a word to be left alone, on the first
 * line of their own or as the subject that List-Unsubscribe asks for: it is done, and said back to
 * them once. False: the message says something else. In the work that took it, once it is settled.
 */
struct message;
bool stop_arrived(struct tx *, const struct message *);

struct stop_rules {
    struct str origin; /* "https://house.example"; empty: nobody could reach a page */
};
extern struct stop_rules stop_rules; /* set once by the program */
