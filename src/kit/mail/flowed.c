/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kit/mail/flowed.h"

static int quote_depth(struct str *line)
{
    int depth = 0;
    while (line->n && *line->p == '>') {
        *line = str_from(*line, 1);
        depth++;
    }
    return depth;
}

struct str flowed_undo(struct arena *a, struct str text, bool delsp)
{
    struct buf b = { .a = a };
    (void)buf_room(&b, text.n + 1);
    struct str rest = text, line;
    int open = -1; /* depth of a paragraph that goes on, or -1 */
    bool first = true;
    while (str_line(&rest, &line)) {
        int depth = quote_depth(&line);
        if (line.n && *line.p == ' ') line = str_from(line, 1); /* stuffed */
        bool signature = str_eq(line, S("-- "));
        bool soft = line.n && line.p[line.n - 1] == ' ' && !signature;
        if (soft && delsp) line.n--;
        if (open != depth || signature) {
            if (!first) buf_char(&b, '\n');
            for (int i = 0; i < depth; i++) buf_char(&b, '>');
            if (depth && line.n) buf_char(&b, ' ');
        }
        buf_add(&b, line);
        open = soft ? depth : -1;
        first = false;
    }
    if (text.n && text.p[text.n - 1] == '\n') buf_char(&b, '\n');
    return buf_str(&b);
}
