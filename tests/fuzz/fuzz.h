/* SPDX-License-Identifier: GPL-3.0-or-later
 * fuzz.h - what the targets share. One file is one parser of foreign bytes: any input is read or
 * refused, and what comes out keeps the promise its door makes. `make fuzz` runs them. */
#pragma once
#include "kit/base/text.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#define must(x) ((x) ? (void)0 : must_stop(__FILE__, __LINE__, #x))
static inline NORETURN void must_stop(const char *file, int line, const char *what)
{
    fprintf(stderr, "%s:%d: not so: %s\n", file, line, what);
    abort();
}
/* What may stand on one line of a page. */
static inline void must_be_line(struct str s)
{
    must(text_valid(s));
    for (ptrdiff_t i = 0; i < s.n; i++) must((unsigned char)s.p[i] >= ' ' && s.p[i] != 0x7f);
}
