/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "talk/own.h"

#include "kit/base/text.h"

enum { LINE_LETTERS = 160 };

/* Of message m: it is the viewer's, $1. In blind copy as well: they know that. */
#define OWN                                                                                        \
    "EXISTS(SELECT 1 FROM recipient o JOIN handle i ON i.key=o.handle WHERE o.message=m.id AND "   \
    "o.role<=4 AND i.person=$1)"

bool talk_own(struct ctx *c, id message)
{
    return c->viewer &&
           db_int(c, 0, SQL("SELECT 1 FROM message m WHERE m.id=$2 AND (m.marks & $3)=0 AND " OWN),
                  I(c->viewer), I(message), I(TALK_MARK_BACK)) != 0;
}

/* ---- words ------------------------------------------------------------------ */

static bool own_text(struct ctx *c, id message, struct talk_text *out)
{
    id raw = 0;
    int64_t at = 0, size = 0;
    struct str whole;
    *out = (struct talk_text){ .message = message };
    if (!talk_own(c, message)) return false;
    EACH (r, c, SQL("SELECT raw, text_at, text_size, quotes FROM message WHERE id=$1"),
          I(message)) {
        raw = row_int(&r, 0);
        at = row_int(&r, 1);
        size = row_int(&r, 2);
        out->quotes = row_blob(&r, 3);
    }
    if (!raw || log_body_head(c, raw, at + size, &whole) != OK) return false;
    out->words = str_upto(str_from(whole, at), size);
    return true;
}

static struct str one_line(struct arena *a, struct str words)
{
    struct buf out = { .a = a };
    words = str_trim(words);
    for (ptrdiff_t i = 0; i < words.n; i++) {
        bool blank = strchr(" \t\r\n", words.p[i]) != NULL;
        if (!blank) buf_char(&out, words.p[i]);
        else if (out.n && out.p[out.n - 1] != ' ') buf_char(&out, ' ');
    }
    return text_utf8(a, buf_str(&out));
}

struct str talk_own_words(struct ctx *c, id message, int64_t at, int64_t n)
{
    struct talk_text t;
    if (!own_text(c, message, &t)) return S("");
    return one_line(c->a, str_upto(str_from(t.words, at), n));
}

struct str talk_own_line(struct ctx *c, id message)
{
    struct talk_text t;
    if (!own_text(c, message, &t)) return S("");
    struct str line = one_line(c->a, str_upto(talk_new_words(c->a, &t), KIB));
    ptrdiff_t n = LINE_LETTERS;
    if (line.n <= n) return line;
    while (n > 1 && line.p[n] != ' ' && ((unsigned char)line.p[n] & 0xC0) != 0xC0) n--;
    return str_fmt(c->a, "%.*s …", STR(str_trim(str_upto(line, n))));
}

/* ---- conversations ------------------------------------------------------------ */

#define OWN_FROM                                                                                   \
    " FROM handle h JOIN recipient r ON r.handle=h.key JOIN message m ON m.id=r.message WHERE "    \
    "h.person=$1 AND r.role<=4 AND (m.marks & $2)=0"

void talk_own_talks(struct ctx *c, int max, struct own_talks *out)
{
    *out = (struct own_talks){ .at = NEW(c->a, struct own_talk, MAX(max, 1)) };
    if (!c->viewer) return;
    out->all = (int)db_int(c, 0, SQL("SELECT count(DISTINCT m.conversation)" OWN_FROM),
                           I(c->viewer), I(TALK_MARK_BACK));
    EACH (r, c,
          SQL("SELECT m.id, m.subject, m.at, k.n, (SELECT count(*) FROM sight s WHERE "
              "s.message=m.id AND s.who=$1), coalesce((SELECT min(x.message) FROM public_message x "
              "JOIN "
              "message y ON y.id=x.message JOIN handle z ON z.key=y.author WHERE "
              "y.conversation=m.conversation AND z.person=$1), 0) FROM (SELECT count(DISTINCT "
              "m.id) AS n, max(m.moment) "
              "AS last" OWN_FROM " GROUP BY m.conversation ORDER BY max(m.moment) DESC LIMIT $3) k "
              "JOIN message m ON m.moment=k.last ORDER BY m.moment DESC"),
          I(c->viewer), I(TALK_MARK_BACK), I(max))
        out->at[out->n++] = (struct own_talk){ .message = row_int(&r, 0),
                                               .subject = row_str(&r, 1),
                                               .last_at = row_int(&r, 2),
                                               .messages = (int)row_int(&r, 3),
                                               .open = row_int(&r, 4) != 0,
                                               .public = row_int(&r, 5) };
}

void talk_own_waits(struct ctx *c, int max, struct own_waits *out)
{
    *out = (struct own_waits){ .at = NEW(c->a, struct own_wait, MAX(max, 1)) };
    EACH (r, c,
          SQL("SELECT w.keeper, w.message, p.name, w.ours, w.since FROM wait w JOIN person p ON "
              "p.id=w.keeper WHERE w.person=$1 ORDER BY w.since, w.message LIMIT $2 /* scan */"),
          I(c->viewer), I(max))
        out->at[out->n++] = (struct own_wait){ .keeper = row_int(&r, 0),
                                               .message = row_int(&r, 1),
                                               .keeper_name = row_str(&r, 2),
                                               .theirs = row_bool(&r, 3),
                                               .since = row_int(&r, 4) };
    for (int i = 0; i < out->n; i++) out->at[i].line = talk_own_line(c, out->at[i].message);
}
