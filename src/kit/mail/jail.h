/* SPDX-License-Identifier: GPL-3.0-or-later
 * jail.h - what a process gives up before it meets foreign bytes. */
#pragma once
#include "kit/base/base.h"

/* Walls; most doors are shut by more than one of them. */
enum {
    JAIL_LIMITS = 1,   /* no new descriptor, no byte into a file, no core, so much memory */
    JAIL_LANDLOCK = 2, /* no file, no connection, no signal to others */
    JAIL_SECCOMP = 4,  /* no calls but those about memory, time and what is open */
    JAIL_ALL = 7,
};
void jail_close_fds(int keep); /* all but keep; the standard ones become /dev/null */
void jail_signals(void);       /* as if just started */
/* The walls this kernel has. None in a build with sanitizers, which need their files. */
unsigned jail_walls(void);
/* Puts up those walls for this process, for good; at most so much more memory than it has.
 * Returns those that stand. */
unsigned jail_enter(unsigned walls, size_t memory_bytes);
