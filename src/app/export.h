/* SPDX-License-Identifier: GPL-3.0-or-later
 * export.h - everything goes out in the formats in which it came in. */
#pragma once
#include "app/house.h"
#include "people/takeout.h"

struct export_opts {
    takeout_format format;
    id person; /* 0: all; only for mbox and vCard */
};
/* Writes to fd in pieces, each read in a snapshot of its own; how many records. E_PEER with *why
 * when the house can't be read or the place be written. As the house, not as one keeper: for its
 * owner. */
err export_to(struct home *, const struct export_opts *, int fd, int64_t *count,
              struct str *why) MUST_USE;
