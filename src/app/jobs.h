/* SPDX-License-Identifier: GPL-3.0-or-later
 * jobs.h - what a house does by itself while it is open: letters that are due, deliveries, copies
 * for Sent, and of the house. Threads of their own, which work on the store as everybody does. */
#pragma once
#include "app/house.h"

struct jobs;
/* Begins them. The home stays the caller's and open until jobs_close(). */
struct jobs *jobs_open(struct home *);
void jobs_close(struct jobs *); /* within about a second, also in the middle of a delivery */

/* Once, in this thread: all that is due. How many steps that took. */
int64_t jobs_run(struct home *);
