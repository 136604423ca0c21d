/* SPDX-License-Identifier: GPL-3.0-or-later
 * csv.h - tables as text (RFC 4180 and what programs write in its name): comma, semicolon or tab,
 * quotes, quotes doubled inside quotes, line ends inside quotes, CRLF or LF, byte order mark. */
#pragma once
#include "kit/base/base.h"

struct csv {
    struct str rest;
    char between; /* ',', ';' or tab */
    int line;     /* of the next row, from 1 */
};
struct csv_row {
    struct str *at; /* without quotes; blanks outside quotes taken off */
    int n;
    int line; /* on which it begins */
};
/* The separator is the one that the first lines hold most often outside quotes. */
void csv_open(struct csv *, struct str text);
/* Empty lines are passed over; false at the end. Cells live in the arena or in the text. */
bool csv_next(struct csv *, struct arena *, struct csv_row *out);
