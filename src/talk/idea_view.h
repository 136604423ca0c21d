/* SPDX-License-Identifier: GPL-3.0-or-later
 * idea_view.h - what the pages of ideas show; for idea_web.c and its template. */
#pragma once
#include "talk/talk_web.h"
#include "talk/tracks_web.h"

struct idea_view {
    struct idea idea;
    struct idea_places places;
    int talks;
    struct str carriers, key;
};
struct idea_choice {
    struct message message;
    struct idea_sentences sentences;
    struct str words; /* selected before */
    struct idea_span span;
    bool selected; /* they were found */
    struct ideas known;
    id idea; /* of these, the one that goes on; 0: a new one */
};
