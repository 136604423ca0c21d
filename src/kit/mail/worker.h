/* SPDX-License-Identifier: GPL-3.0-or-later
 * worker.h - the processes behind a parser: a keeper that can fork cleanly, and its workers. */
#pragma once
#include "kit/base/base.h"

#include <sys/types.h>

/* Forks the keeper: a small process with one thread that starts workers and tells how they
 * ended. Returns its control socket, and its pid. Ends the program if there is no process. */
int keeper_start(pid_t *pid);
/* A new worker and the socket to it; false when the keeper has gone or can't. */
bool keeper_spawn(int control, pid_t *pid, int *fd);
/* Waits for a worker that has ended or was killed: its wait status; -1 when not known. */
int keeper_reap(int control, pid_t pid);
