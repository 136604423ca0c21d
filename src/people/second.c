/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "people/second.h"

#include "kit/base/hash.h"
#include "kit/base/secretbox.h"
#include "kit/base/totp.h"
#include "people/code.h"

static struct str purpose(struct arena *a, id keeper)
{
    return str_fmt(a, "second step %" PRId64, keeper);
}

/* ---- reading --------------------------------------------------------------- */

struct row_of {
    struct str sealed;
    int64_t made, since, step;
};
static bool read_row(struct ctx *c, id keeper, struct row_of *out)
{
    bool found = false;
    EACH (r, c, SQL("SELECT secret, made, since, step FROM second_step WHERE keeper=$1"),
          I(keeper)) {
        *out = (struct row_of){ row_blob(&r, 0), row_int(&r, 1), row_int(&r, 2), row_int(&r, 3) };
        found = true;
    }
    return found;
}

static struct str secret_of(struct ctx *c, id keeper, const struct row_of *row)
{
    struct str secret = S("");
    if (!secret_unseal(c->secret, c->a, purpose(c->a, keeper), row->sealed, &secret))
        die(c, "a second step that this house did not seal");
    return secret;
}

void second_get(struct ctx *c, id keeper, struct second *out)
{
    struct row_of row = { .since = 0 };
    bool any = read_row(c, keeper, &row);
    *out = (struct second){ .on = any && row.since, .since = row.since, .secret = S("") };
    if (any && !row.since && row.made > c->now - SECOND_BEGUN_S)
        out->secret = secret_of(c, keeper, &row);
    out->spares =
        (int)db_int(c, 0, SQL("SELECT count(*) FROM second_spare WHERE keeper=$1"), I(keeper));
    out->needed = db_int(c, 0, SQL("SELECT 1 FROM second_rule WHERE id=1")) != 0;
}

bool second_any(struct ctx *c)
{
    return db_int(c, 0, SQL("SELECT 1 FROM second_step WHERE since>0 LIMIT 1 /* scan */")) != 0;
}

/* ---- deeds ------------------------------------------------------------------- */

err second_begin(struct tx *t)
{
    struct ctx *c = &t->c;
    struct row_of row;
    uint8_t secret[TOTP_SECRET_BYTES];
    if (read_row(c, c->viewer, &row) && row.since)
        return fail(c, E_CONFLICT, "You have a second step already.");
    random_bytes(secret, sizeof secret);
    struct str sealed = secret_seal(c->secret, c->a, purpose(c->a, c->viewer),
                                    (struct str){ (char *)secret, sizeof secret });
    db_do(t,
          SQL("INSERT INTO second_step(keeper, secret, made, since, step) VALUES($1, $2, $3, 0, 0) "
              "ON "
              "CONFLICT(keeper) DO UPDATE SET secret=excluded.secret, made=excluded.made, step=0"),
          I(c->viewer), B(sealed), I(c->now));
    return OK;
}

static struct str spare_hash(struct ctx *c, id keeper, struct str typed)
{
    return code_hash(c, S("spare code"), keeper, typed);
}

err second_prove(struct tx *t, struct str code, struct str spares[SECOND_SPARES])
{
    struct ctx *c = &t->c;
    struct row_of row;
    if (!read_row(c, c->viewer, &row) || row.since || row.made <= c->now - SECOND_BEGUN_S)
        return fail(c, E_CONFLICT, "That was begun too long ago, or is done. Please begin anew.");
    int64_t step = totp_step(secret_of(c, c->viewer, &row), code, c->now, row.step);
    if (!step)
        return fail(c, E_INVALID,
                    "That is not the code of this moment. Is the clock of your device right?");
    db_do(t, SQL("UPDATE second_step SET since=$2, step=$3 WHERE keeper=$1"), I(c->viewer),
          I(c->now), I(step));
    db_do(t, SQL("DELETE FROM second_spare WHERE keeper=$1"), I(c->viewer));
    for (int i = 0; i < SECOND_SPARES; i++) {
        spares[i] = code_draw(c->a);
        db_do(t, SQL("INSERT INTO second_spare(keeper, code) VALUES($1, $2)"), I(c->viewer),
              B(spare_hash(c, c->viewer, spares[i])));
    }
    return OK;
}

bool second_forget(struct tx *t, id keeper)
{
    db_do(t, SQL("DELETE FROM second_spare WHERE keeper=$1"), I(keeper));
    return db_do(t, SQL("DELETE FROM second_step WHERE keeper=$1"), I(keeper)) > 0;
}

err second_drop(struct tx *t, id keeper)
{
    struct ctx *c = &t->c;
    bool needed = db_int(c, 0, SQL("SELECT 1 FROM second_rule WHERE id=1")) != 0;
    if (needed && c->viewer && keeper_role_of(c, c->viewer) != KEEPER_OWNER)
        return fail(c, E_DENIED,
                    "The owners of this house want every keeper to have a second step.");
    if (!second_forget(t, keeper))
        return fail(c, E_NOTFOUND, "There is no second step to take away.");
    return OK;
}

bool second_use(struct tx *t, id keeper, struct str code)
{
    struct ctx *c = &t->c;
    struct row_of row;
    if (!read_row(c, keeper, &row) || !row.since) return true;
    int64_t step = totp_step(secret_of(c, keeper, &row), code, c->now, row.step);
    if (step)
        return db_do(t, SQL("UPDATE second_step SET step=$2 WHERE keeper=$1 AND step<$2"),
                     I(keeper), I(step)) == 1;
    return db_do(t, SQL("DELETE FROM second_spare WHERE keeper=$1 AND code=$2"), I(keeper),
                 B(spare_hash(c, keeper, code))) == 1;
}

void second_require(struct tx *t, bool on)
{
    if (!on) db_do(t, SQL("DELETE FROM second_rule WHERE id=1"));
    else
        db_do(t,
              SQL("INSERT INTO second_rule(id, who, at) VALUES(1, $1, $2) ON CONFLICT(id) DO "
                  "NOTHING"),
              I(t->c.viewer), I(t->c.now));
}
