/* SPDX-License-Identifier: GPL-3.0-or-later
 * takeout.h - a copy of the whole house leaves it only with a second owner's yes. Where there is
 * but one owner, a day has to pass, in which it can be stopped. Each asking, yes, stop and taking
 * is an event, and every owner sees the list. In a house that nobody signs in to there is nobody to
 * ask.
 *
 * It holds back a hand that is quick, and leaves a trace: whoever has the machine has the files. */
#pragma once
#include "people/keeper.h"

enum {
    TAKEOUT_WAIT_S = DAY,
    TAKEOUT_HOLDS_S = 7 * DAY,
    TAKEOUT_OWNERS = 2,
    TAKEOUT_FORMAT_MOST = 20
};

typedef enum { TAKEOUT_MBOX, TAKEOUT_VCARD, TAKEOUT_CSV, TAKEOUT_JSONL } takeout_format;
enum { TAKEOUT_FORMATS = TAKEOUT_JSONL + 1 };
struct takeout_form {
    struct str word, says; /* "mbox", "all mail (mbox)" */
};
extern const struct takeout_form takeout_forms[TAKEOUT_FORMATS]; /* by takeout_format */
bool takeout_format_of(struct str word, takeout_format *out);

typedef enum {
    TAKEOUT_NEEDS_YES, /* of so many owners more */
    TAKEOUT_NEEDS_TIME,
    TAKEOUT_READY,
    TAKEOUT_STOPPED,
    TAKEOUT_DONE,
    TAKEOUT_OVER /* not taken within a week */
} takeout_state;
struct takeout {
    id id, asker;            /* 0: from a terminal */
    struct str format, name; /* name: of the asker */
    int64_t at, ready, done; /* ready: from when, of TAKEOUT_NEEDS_TIME */
    int missing;
    bool said; /* the viewer said yes */
    takeout_state state;
};
struct takeouts {
    struct takeout *at; /* newest first */
    int n;
};
void takeout_list(struct ctx *, int max, struct takeouts *out);
int64_t takeout_last(struct ctx *); /* when one was taken last; 0: never. For everybody to know */
bool takeout_guarded(struct ctx *); /* does anybody sign in to this house? */

/* The viewer asks, and has said yes with it; viewer 0: a terminal. */
id takeout_ask(struct tx *, struct str format);
/* The viewer is an owner. E_NOTFOUND: nothing like that is asked for; E_CONFLICT: it is over. */
err takeout_agree(struct tx *, id takeout) MUST_USE;
err takeout_stop(struct tx *, id takeout) MUST_USE;
/* Takes the one of that format that is ready, once. E_DENIED: it is not, and what it waits for;
 * E_NOTFOUND: none was asked for. */
err takeout_take(struct tx *, struct str format) MUST_USE;
