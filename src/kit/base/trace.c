/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kit/base/trace.h"

static trace_level shown = TRACE_INFO;

void trace_from(trace_level lowest) { shown = lowest; }

void trace_line(trace_level level, const char *event, const char *fmt, ...)
{
    static const char *const words[] = { "error", "warn", "info", "debug" };
    if (level > shown) return;
    char line[1024];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(line, sizeof line, fmt, ap);
    va_end(ap);
    /* one write: lines of threads stay whole */
    fprintf(stderr, "level=%s event=%s %s\n", words[level], event, line);
}
