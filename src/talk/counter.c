/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "talk/counter.h"

#include "kit/base/text.h"

err counter_back(struct tx *t, id message)
{
    struct ctx *c = &t->c;
    struct message m;
    struct event e;
    TRY(talk_message(c, message, &m));
    TRY(log_get(c, message, &e));
    if (!(m.marks & TALK_MARK_SPOKEN) || !m.author_ours || e.actor != c->viewer)
        return fail(c, E_NOTFOUND, "there is nothing here that you could take back");
    log_append(t, (struct event){ .kind = EVENT_COUNTER_BACK, .subject = message });
    return OK;
}

void counter_waits(struct ctx *c, id who, struct waitings *out)
{
    *out = (struct waitings){ NEW(c->a, struct waiting, COUNTER_WAITS), 0 };
    EACH (r, c,
          SQL("SELECT w.conversation, w.message, w.since, m.subject FROM wait w JOIN message m ON "
              "m.id=w.message JOIN sight s ON s.message=m.id AND s.who=$1 WHERE w.person=$2 AND "
              "w.keeper IN($1, 0) ORDER BY w.ours DESC, w.since LIMIT $3 /* scan */"),
          I(c->viewer), I(who), I(COUNTER_WAITS))
        out->at[out->n++] = (struct waiting){ .conversation = row_int(&r, 0),
                                              .message = row_int(&r, 1),
                                              .since = row_int(&r, 2),
                                              .days = (int)((c->now - row_int(&r, 2)) / DAY),
                                              .subject = row_str(&r, 3) };
    for (int i = 0; i < out->n; i++) out->at[i].line = talk_line_of(c, out->at[i].message);
}

id counter_named(struct ctx *c, struct str name)
{
    id found = 0;
    int n = 0;
    EACH (r, c,
          SQL("SELECT id FROM person WHERE fold=$1 AND kind=$2 AND merged=0 ORDER BY id LIMIT 2"),
          T(text_fold(c->a, str_trim(name))), I(PERSON_HUMAN)) {
        found = row_int(&r, 0);
        n++;
    }
    return n == 1 ? found : 0;
}
