/* SPDX-License-Identifier: GPL-3.0-or-later
 * tracks.h - conversations or people as lanes on one time axis, messages as marks on them. */
#pragma once
#include "talk/idea.h"

enum {
    TRACK_LANES = 500,     /* conversations in one picture, the last ones first */
    TRACK_MARKS = 40000,   /* messages in them */
    TRACK_CHOSEN = 500,    /* of each kind that may be asked for */
    TRACK_LEAST_S = 600,   /* the shortest span */
    TRACK_USUAL = 90 * DAY /* what is drawn when nothing is asked for */
};
/* What is to be drawn: all of these together; when nothing is chosen, the last conversations. */
struct track_ask {
    id talk[TRACK_CHOSEN]; /* messages that name conversations */
    id who[TRACK_CHOSEN];  /* persons, or organisations for all their people */
    int n_talk, n_who;
    id idea;          /* where that one went */
    struct str words; /* conversations found by them, see find.h */
    int64_t from, to; /* 0: all there is */
    bool people;      /* a lane for everybody who wrote; else for every conversation */
    bool first;       /* lanes by their first message; else the latest first */
};

struct track_lane {
    id message;            /* of a conversation: one of its messages */
    id who;                /* of a person; 0: somebody who was erased */
    struct str name, with; /* with: who else writes in a conversation */
    int64_t first, last;
    int marks;
};
struct track_mark {
    id message, author;
    int64_t at;
    int lane, name; /* name: place in names */
    int answers;    /* the mark it answers, or -1 */
    id conversation;
    bool ours;
};
struct tracks {
    struct track_lane *lane;
    struct track_mark *mark; /* by time */
    struct str *name;        /* of those who wrote */
    int lanes, marks, names;
    int64_t from, to;    /* what is shown; to is behind the last mark */
    int64_t first, last; /* of all that was chosen */
    bool cut;            /* there is more than is drawn */
};
/* Only what the viewer may see. E_INVALID as talk_find_read() for words. */
err track_read(struct ctx *, const struct track_ask *, struct tracks *out) MUST_USE;
/* The subjects of the conversations of these marks, as far as the viewer may see them. */
void track_subjects(struct ctx *, const struct track_mark *, int n, struct str *out);
