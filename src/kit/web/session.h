/* SPDX-License-Identifier: GPL-3.0-or-later
 * session.h - who is signed in: 256-bit tokens, of which only a hash is stored (session.sql).
 * Who signed in with a password stays for 14 days, and 12 hours after the last use; who came by a
 * link for 12 hours, and 30 minutes. */
#pragma once
#include "kit/store/db.h"

enum {
    SESSION_IDLE_S = 12 * HOUR,
    SESSION_TOTAL_S = 14 * DAY,
    SESSION_LINK_IDLE_S = 30 * MINUTE,
    SESSION_LINK_TOTAL_S = 12 * HOUR,
    SESSION_TOUCH_S = 10 * MINUTE
};
typedef enum { SESSION_BY_PASSWORD, SESSION_BY_LINK } session_way;
struct session {
    id id;
    id person;
    int64_t since, seen; /* unix seconds */
    struct str agent;    /* the browser, as it calls itself, shortened */
    session_way way;
};
struct sessions {
    struct session *at;
    int n;
};
/* A new session; the token goes into the cookie and nowhere else. See page_sign_in(). */
struct session session_start(struct tx *, id person, session_way, struct str agent,
                             struct str *token);
/* False when there is none, or it has ended. */
bool session_find(struct ctx *, struct str token, struct session *out);
void session_touch(struct tx *, id session);
struct sessions session_list(struct ctx *, id person); /* newest first, at most 50 */
/* What a person would call that browser: "Firefox on Linux"; empty when it is none we know. */
struct str session_device(struct arena *, struct str agent);
/* E_NOTFOUND when it isn't that person's. */
err session_end(struct tx *, id person, id session) MUST_USE;
/* Ends all of a person's but one (0: all); how many. */
int64_t session_end_all(struct tx *, id person, id but);
int64_t session_end_every(struct tx *); /* of everybody */
int64_t session_sweep(struct tx *);     /* forgets the ended ones; how many. For the nightly job */
extern const char session_schema[];     /* for migrate() */
