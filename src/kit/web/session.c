/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kit/web/session.h"

#include "kit/base/hash.h"
#include "kit/base/text.h"

const char session_schema[] =
#include "kit/web/session_sql.inc"
    ;

enum { TOKEN_LETTERS = 43, AGENT_LETTERS = 120, LISTED = 50 };

struct session session_start(struct tx *t, id person, session_way way, struct str agent,
                             struct str *token)
{
    struct ctx *c = &t->c;
    struct session s = { .person = person, .since = c->now, .seen = c->now, .way = way };
    s.agent = text_short(c->a, text_oneline(c->a, text_utf8(c->a, agent)), AGENT_LETTERS);
    *token = random_token(c->a);
    bool brief = way == SESSION_BY_LINK;
    s.id =
        db_new(t,
               SQL("INSERT INTO web_session (token, person, since, seen, agent, idle, total, way)"
                   " VALUES ($1, $2, $3, $3, $4, $5, $6, $7) RETURNING id"),
               B(hash_token(c->a, *token)), I(person), I(c->now), T(s.agent),
               I(brief ? SESSION_LINK_IDLE_S : SESSION_IDLE_S),
               I(brief ? SESSION_LINK_TOTAL_S : SESSION_TOTAL_S), I(way));
    return s;
}

bool session_find(struct ctx *c, struct str token, struct session *out)
{
    bool found = false;
    if (token.n != TOKEN_LETTERS) return false;
    EACH (r, c,
          SQL("SELECT id, person, since, seen, agent, way FROM web_session WHERE token=$1 AND "
              "seen+idle>$2 AND since+total>$2 LIMIT 1"),
          B(hash_token(c->a, token)), I(c->now)) {
        *out = (struct session){ row_int(&r, 0), row_int(&r, 1), row_int(&r, 2),
                                 row_int(&r, 3), row_str(&r, 4), (session_way)row_int(&r, 5) };
        found = true;
    }
    return found;
}

void session_touch(struct tx *t, id session)
{
    db_do(t, SQL("UPDATE web_session SET seen=$2 WHERE id=$1 AND seen<$2"), I(session),
          I(t->c.now));
}

struct sessions session_list(struct ctx *c, id person)
{
    struct sessions all = { NEW(c->a, struct session, LISTED), 0 };
    EACH (r, c,
          SQL("SELECT id, since, seen, agent, way FROM web_session WHERE person=$1 AND "
              "seen+idle>$2 AND "
              "since+total>$2 ORDER BY since DESC, id DESC LIMIT 50"),
          I(person), I(c->now))
        all.at[all.n++] =
            (struct session){ row_int(&r, 0), person,         row_int(&r, 1),
                              row_int(&r, 2), row_str(&r, 3), (session_way)row_int(&r, 4) };
    return all;
}

/* The first name that occurs holds: browsers claim to be the older ones as well. */
static const char *first_in(struct str agent, const char *const (*names)[2], int n)
{
    for (int i = 0; i < n; i++)
        if (str_find(agent, str_c(names[i][0])) >= 0) return names[i][1];
    return NULL;
}

struct str session_device(struct arena *a, struct str agent)
{
    static const char *const browsers[][2] = { { "Edg", "Edge" },         { "OPR/", "Opera" },
                                               { "Firefox/", "Firefox" }, { "FxiOS/", "Firefox" },
                                               { "CriOS/", "Chrome" },    { "Chrome/", "Chrome" },
                                               { "Safari/", "Safari" } };
    static const char *const systems[][2] = { { "Android", "Android" }, { "iPhone", "an iPhone" },
                                              { "iPad", "an iPad" },    { "CrOS", "a Chromebook" },
                                              { "Windows", "Windows" }, { "Macintosh", "a Mac" },
                                              { "Linux", "Linux" },     { "BSD", "BSD" } };
    const char *browser = first_in(agent, browsers, COUNT(browsers)),
               *system = first_in(agent, systems, COUNT(systems));
    if (!browser) return S("");
    return system ? str_fmt(a, "%s on %s", browser, system) : str_c(browser);
}

err session_end(struct tx *t, id person, id session)
{
    if (db_do(t, SQL("DELETE FROM web_session WHERE id=$1 AND person=$2"), I(session), I(person)) ==
        0)
        return fail(&t->c, E_NOTFOUND, "That sign-in has ended already.");
    return OK;
}

int64_t session_end_all(struct tx *t, id person, id but)
{
    return db_do(t, SQL("DELETE FROM web_session WHERE person=$1 AND id<>$2"), I(person), I(but));
}

int64_t session_end_every(struct tx *t)
{
    return db_do(t, SQL("DELETE FROM web_session /* scan */"));
}

/* Whoever is past the total can't be touched any more, and is idle half a day later. */
int64_t session_sweep(struct tx *t)
{
    return db_do(t, SQL("DELETE FROM web_session WHERE seen<=$1"), I(t->c.now - SESSION_IDLE_S));
}
