/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "people/link.h"

#include "kit/base/hash.h"
#include "people/code.h"

static struct str six_digits(struct arena *a)
{
    uint32_t n;
    do random_bytes(&n, sizeof n);
    while (n >= 4000000000u); /* the largest multiple of a million that fits */
    return str_fmt(a, "%06u", n % 1000000);
}

struct link_asked link_ask(struct tx *t, struct str browser, id person, struct str next)
{
    struct ctx *c = &t->c;
    struct link_asked out = { person, random_token(c->a), six_digits(c->a) };
    if (db_int(c, 0, SQL("SELECT count(*) FROM sign_in_link WHERE person=$1 AND made>$2"),
               I(person), I(c->now - HOUR)) >= LINK_LETTERS_AN_HOUR)
        out.person = 0;
    db_do(t,
          SQL("INSERT INTO sign_in_link(browser, token, person, made, code, tries, used, next) "
              "VALUES($1, $2, $3, $4, $5, 0, 0, $6)"),
          B(hash_token(c->a, browser)), B(hash_token(c->a, out.token)), I(out.person), I(c->now),
          T(out.code), T(next));
    return out;
}

struct str link_code(struct ctx *c, struct str browser)
{
    struct str code = S("");
    EACH (r, c,
          SQL("SELECT code FROM sign_in_link WHERE browser=$1 AND made>$2 AND used=0 ORDER BY id "
              "DESC LIMIT 1 /* scan */"),
          B(hash_token(c->a, browser)), I(c->now - LINK_S))
        code = row_str(&r, 0);
    return code;
}

err link_gone(struct ctx *c)
{
    return fail(c, E_NOTFOUND,
                "This link has been used or is too old. Ask for another one: it takes a minute.");
}

struct asked {
    id id;
    struct str code;
    struct link link;
};
static err find(struct ctx *c, struct str token, struct str browser, struct asked *out)
{
    *out = (struct asked){ 0 };
    EACH (r, c,
          SQL("SELECT id, person, code, next, browser FROM sign_in_link WHERE token=$1 AND made>$2 "
              "AND used=0 AND tries<$3 AND person<>0"),
          B(hash_token(c->a, token)), I(c->now - LINK_S), I(LINK_TRIES)) {
        out->id = row_int(&r, 0);
        out->code = row_str(&r, 2);
        out->link = (struct link){ .person = row_int(&r, 1), .next = row_str(&r, 3) };
        out->link.here = hash_same(row_blob(&r, 4), hash_token(c->a, browser));
    }
    return out->id ? OK : link_gone(c);
}

err link_look(struct ctx *c, struct str token, struct str browser, struct link *out)
{
    struct asked found;
    TRY(find(c, token, browser, &found));
    *out = found.link;
    return OK;
}

err link_use(struct tx *t, struct str token, struct str browser, struct str code, struct link *out)
{
    struct asked found;
    TRY(find(&t->c, token, browser, &found));
    *out = found.link;
    if (out->here || hash_same(code, found.code)) {
        db_do(t, SQL("UPDATE sign_in_link SET used=1, browser=$2 WHERE id=$1"), I(found.id),
              B(hash_token(t->c.a, browser)));
        return OK;
    }
    out->person = 0;
    if (code.n) db_do(t, SQL("UPDATE sign_in_link SET tries=tries+1 WHERE id=$1"), I(found.id));
    return OK;
}

bool link_fresh(struct ctx *c, struct str browser, id person, struct str next)
{
    return db_int(c, 0,
                  SQL("SELECT 1 FROM sign_in_link WHERE person=$1 AND made>$2 AND browser=$3 AND "
                      "used=1 AND next=$4 LIMIT 1"),
                  I(person), I(c->now - LINK_FRESH_S), B(hash_token(c->a, browser)), T(next)) != 0;
}

/* ---- on paper -------------------------------------------------------------- */

static struct str paper_hash(struct ctx *c, struct str code)
{
    return code_hash(c, S("code on paper"), 0, code);
}

struct str link_paper(struct tx *t, id person)
{
    struct str code = code_draw(t->c.a);
    db_do(t, SQL("DELETE FROM paper_code WHERE person=$1 /* scan */"), I(person));
    db_do(t, SQL("INSERT INTO paper_code(code, person, keeper, made) VALUES($1, $2, $3, $4)"),
          B(paper_hash(&t->c, code)), I(person), I(t->c.viewer), I(t->c.now));
    return code;
}

id link_paper_use(struct tx *t, struct str typed)
{
    struct val hash = B(paper_hash(&t->c, typed));
    id who = db_int(&t->c, 0, SQL("SELECT person FROM paper_code WHERE code=$1 AND made>$2"), hash,
                    I(t->c.now - PAPER_S));
    db_do(t, SQL("DELETE FROM paper_code WHERE code=$1"), hash);
    return who;
}

void link_sweep(struct tx *t)
{
    db_do(t, SQL("DELETE FROM paper_code WHERE made<$1 /* scan */"), I(t->c.now - PAPER_S));
    db_do(t, SQL("DELETE FROM sign_in_link WHERE made<$1"), I(t->c.now - HOUR));
}
