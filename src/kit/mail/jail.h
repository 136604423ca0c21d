/* SPDX-License-Identifier: GPL-3.0-or-later
 * jail.h - what a process gives up before it meets foreign bytes. */
#pragma once
#include "kit/base/base.h"

void jail_close_fds(int keep); /* all but keep; the standard ones become /dev/null */
void jail_signals(void);       /* as if just started */
void jail_enter(
    size_t memory_bytes); /* no new files, sockets, processes; at most so much more memory */
