/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kit/mail/head_write.h"
#include "kit/mail/said.h"
#include "people/keeper.h"
#include "talk/notice.h"
#include "talk/signed.h"
#include "talk/talk.h"

struct stop_rules stop_rules = { .origin = S_INIT("") };

/* ---- the line in the head ----------------------------------------------------------- */

#define PURPOSE_STOP S("stop")
static const char scopes[] = "-hm"; /* a letter a scope */

struct str stop_token(struct ctx *c, int64_t handle, stop_scope scope)
{
    struct str digits = talk_signed_digits(c->a, handle),
               what = str_fmt(c->a, "%.*s%c", STR(digits), scopes[scope]);
    return str_fmt(c->a, "%.*s%.*s", STR(what),
                   STR(hash_sign_word(c->a, c->secret, PURPOSE_STOP, what)));
}

err stop_find(struct ctx *c, struct str token, struct stop *out)
{
    struct str what = str_upto(token, SIGNED_DIGITS + 1), word = str_from(token, SIGNED_DIGITS + 1);
    int64_t handle;
    if (what.n != SIGNED_DIGITS + 1 || !talk_signed_number(c, PURPOSE_STOP, what, word, &handle))
        return fail(c, E_NOTFOUND, "There is nothing at this address.");
    bool morning = what.p[SIGNED_DIGITS] == scopes[STOP_MORNING];
    *out = (struct stop){ .handle = handle, .scope = morning ? STOP_MORNING : STOP_HOUSE };
    id person = db_int(c, 0, SQL("SELECT person FROM handle WHERE key=$1"), I(out->handle));
    out->person = person ? person_real(c, person) : 0;
    return OK;
}

void stop_head(struct ctx *c, struct head_out *h, int64_t handle, stop_scope scope,
               struct str address)
{
    struct str page = S("");
    if (str_begins(stop_rules.origin, S("https://")))
        page = str_fmt(c->a, "%.*s/stop/%.*s", STR(stop_rules.origin),
                       STR(stop_token(c, handle, scope)));
    headers_unsubscribe(h, c->a, page, address);
}

/* ---- by mail --------------------------------------------------------------------------- */

/* To us, and to nobody else besides. */
static bool to_us_alone(struct ctx *c, id message)
{
    int64_t ours = 0, others = 0;
    EACH (r, c,
          SQL("SELECT sum(CASE WHEN p.ours<>0 THEN 1 ELSE 0 END), sum(CASE WHEN p.ours=0 AND "
              "q.role<>$2 THEN 1 ELSE 0 END) FROM recipient q JOIN handle h ON h.key=q.handle "
              "JOIN person p ON p.id=h.person WHERE q.message=$1 AND q.role<>$3 HAVING "
              "count(*)>0"),
          I(message), I(ROLE_ENVELOPE), I(ROLE_FROM)) {
        ours = row_int(&r, 0);
        others = row_int(&r, 1);
    }
    return ours && !others;
}

static struct str first_line(struct ctx *c, id message)
{
    enum { HEAD = 4 * KIB };
    struct talk_texts list;
    talk_texts_of(c, &message, 1, HEAD, &list);
    return said_first_line(list.n ? talk_new_words(c->a, &list.at[0]) : S(""));
}

static void say_back(struct tx *t, const struct message *m, struct str address)
{
    struct ctx *c = &t->c;
    struct house house;
    house_get(c, &house);
    struct notice_letter n = {
        .keeper = c->viewer,
        .name = m->author_name,
        .address = address,
        .answers = m->id,
        .asked = true,
        .subject = str_fmt(c->a, "You get no more mail from %.*s", STR(house.name)),
        .text = str_fmt(c->a,
                        "Hello %.*s,\n\nyou asked for no more mail. Nobody at %.*s writes to you "
                        "from now on; this is the last letter.\n\nIt was not you, or you think "
                        "otherwise one day? Answer this letter: a keeper reads it.\n",
                        STR(m->author_name), STR(house.name))
    };
    /* where nothing can be sent it holds all the same */
    if (notice_possible(c) && notice_send(t, &n) != OK) c->why = S("");
}

bool stop_arrived(struct tx *t, const struct message *m)
{
    struct ctx *c = &t->c;
    struct str address = m->author_handle;
    if (m->class != TALK_DIRECT || !m->author || m->author_ours) return false;
    if (!said_stop(c->a, first_line(c, m->id)) && !str_ieq(str_trim(m->subject), S("unsubscribe")))
        return false;
    if (!to_us_alone(c, m->id)) return false;
    if (person_stop(t, m->author)) say_back(t, m, address);
    return true;
}
