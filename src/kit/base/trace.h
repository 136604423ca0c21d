/* SPDX-License-Identifier: GPL-3.0-or-later
 * trace.h - logfmt on stderr. Ids and counts only: never names, addresses, words. */
#pragma once
#include "kit/base/base.h"

typedef enum { TRACE_ERROR, TRACE_WARN, TRACE_INFO, TRACE_DEBUG } trace_level;
/* One line per piece of work, at its end:
 * trace_line(TRACE_INFO, "page", "route=%s status=%d sql=%d us=%d", ...) */
void trace_line(trace_level, const char *event, const char *fmt, ...) PRINTF(3, 4);
void trace_from(trace_level lowest); /* says nothing below it; TRACE_INFO at start */
