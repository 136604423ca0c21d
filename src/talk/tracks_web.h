/* SPDX-License-Identifier: GPL-3.0-or-later
 * tracks_web.h - the picture of tracks: where everything stands, in units of the drawing. */
#pragma once
#include "kit/web/page.h"
#include "talk/tracks.h"

extern const struct route track_routes[], idea_routes[];

/* ---- for tracks_draw.c, tracks_web.c and tracks.html only -------------------- */

enum {
    TRACK_WIDTH = 1240,
    TRACK_LEFT = 286, /* where the axis begins; names stand before it */
    TRACK_RIGHT = 1212,
    TRACK_HEAD = 30, /* height of the axis */
    TRACK_TICKS = 24,
    TRACK_IDEAS = 12,   /* threads in one picture, the youngest */
    TRACK_LISTED = 300, /* messages in the text form */
    TRACK_DOTS = 2600   /* more marks than that are drawn together, in wider steps */
};
struct track_tick {
    int x;
    struct str says;
    const char *anchor;
};
/* One message, or several that would lie on each other. */
struct track_dot {
    int x, y, r, n, lane;
    int first, last; /* marks */
    bool ours;       /* all of them */
};
struct track_badge { /* where an idea touches a message */
    int x, y, mark;
};
struct track_thread {
    struct idea idea;
    struct str path;
    struct track_badge *at;
    int n;
};
struct track_picture {
    const struct tracks *t;
    int height, row; /* of the whole; of a lane */
    struct track_tick tick[TRACK_TICKS];
    int ticks;
    struct track_dot *dot; /* by lane and time */
    int dots;
    int *of;            /* the dot of each mark */
    struct str answers; /* one path: from each message to its answer */
    struct str lines, rules,
        steps; /* from first to last of each lane; between lanes; down from the axis */
    struct track_thread thread[TRACK_IDEAS];
    int threads;
};
/* idea: the only one whose thread is drawn; 0: all. */
void track_draw(struct ctx *, const struct tracks *, id idea, struct track_picture *out);
int track_y(const struct track_picture *, int lane);

/* ---- for the template ----------------------------------------------------------- */
struct track_page {
    const struct track_ask *ask;
    struct tracks t;
    struct track_picture picture;
    struct str what, span; /* what is drawn, from when to when; in words */
    struct str fields;     /* of an address: what was chosen, without the span */
    bool list, chosen;
    struct track_mark *listed; /* the text form: these messages, their subjects, and what follows */
    struct str *subject;
    int n;
    struct url further;
    struct track_way {
        const char *says;
        struct url to; /* empty: not from here */
    } way[5];
    struct person_lines who; /* that were chosen, at most 8 */
};
struct url track_place(struct arena *, const struct track_page *, int64_t from, int64_t to);
struct url track_other(struct arena *, const struct track_page *, const char *more);
struct url track_dot_to(struct arena *, const struct track_page *, const struct track_dot *);
struct str track_dot_says(struct ctx *, const struct track_page *, const struct track_dot *);
struct str track_when(struct ctx *, int64_t at);
