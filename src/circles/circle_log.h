/* SPDX-License-Identifier: GPL-3.0-or-later
 * circle_log.h - fields of the records of circles; numbers are for ever. Inside circles only. */
#pragma once
#include "circles/circle.h"

enum {
    CIRCLE_REC_NAME = 1,
    CIRCLE_REC_WHY = 2,
    CIRCLE_REC_SIZE = 3,
    CIRCLE_REC_CARDS = 4,
    CIRCLE_REC_TOLD = 5,
    CIRCLE_REC_TOKEN = 7,
    CIRCLE_REC_UNTIL = 8,
    CIRCLE_REC_INVITE = 9,
    CIRCLE_REC_WAY = 10,
    CIRCLE_REC_SEAL = 11,
    CIRCLE_REC_ADDRESS = 12,
    CIRCLE_REC_KIND = 13,
    CIRCLE_REC_MEETING = 14
};
#define CIRCLE_SEAL "persona"
enum { PERSONA_MASK = 1 };

void circle_apply(struct tx *, const struct event *);
bool circle_left(struct tx *, const struct event *, const struct erasure *, struct buf *out);
