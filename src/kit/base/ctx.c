/* SPDX-License-Identifier: GPL-3.0-or-later
 * ctx.c - the two ways to fail. */
#include "kit/base/ctx.h"

#include "kit/base/trace.h"

#include <stdlib.h>

err(fail)(struct ctx *c, err e, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    c->why = str_vfmt(c->a, fmt, ap);
    va_end(ap);
    return c->err = e;
}

void die(struct ctx *c, const char *fmt, ...)
{
    char line[512];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(line, sizeof line, fmt, ap);
    va_end(ap);
    trace_line(TRACE_ERROR, "die", "msg=\"%s\"", line);
    if (!c->stop) abort();
    longjmp(*c->stop, 1);
}
