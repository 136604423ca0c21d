/* SPDX-License-Identifier: GPL-3.0-or-later
 * news.c - did anything change for the viewer? For open pages; says a number, and no words. */
#include "talk/talk.h"

/* People are every keeper's; ties and what could not be read are one's own; the rest goes by the
 * message it is about, which of taking back stands in what is taken back. */
id talk_news(struct ctx *c, id since)
{
    return db_int(c, 0,
                  SQL("SELECT coalesce(max(e.id), 0) FROM event e WHERE e.id>$2 AND (e.kind<30 OR "
                      "e.actor=$1 OR EXISTS(SELECT 1 FROM sight s WHERE s.who=$1 AND s.message="
                      "CASE e.kind WHEN 30 THEN e.id WHEN 42 THEN (SELECT x.subject FROM event x "
                      "WHERE x.id=e.subject) ELSE e.subject END))"),
                  I(c->viewer), I(since));
}
