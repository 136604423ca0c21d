/* SPDX-License-Identifier: GPL-3.0-or-later
 * keys.c - the key that receipts are signed with. It is turned by renaming keys/sign.key to
 * keys/sign.key.1 (or the next number): a new one is made, and the old ones stay published. */
#include "app/files.h"
#include "app/house.h"
#include "facts/receipt.h"
#include "kit/base/json.h"

#include <stdlib.h>

enum { TURNED_MOST = 99 };

/* In the house; or given by systemd, beside house.key. */
static struct str place(const struct home *h, int turned)
{
    struct str name = turned ? str_fmt(h->a, "sign.key.%d", turned) : S("sign.key"),
               own = str_fmt(h->a, "%.*s/keys/%.*s", STR(h->dir), STR(name));
    const char *given = getenv("CREDENTIALS_DIRECTORY");
    struct str other = str_fmt(h->a, "%s/%.*s", given ? given : "", STR(name));
    return given && !file_exists(h->a, own) && file_exists(h->a, other) ? other : own;
}

static err read_key(struct home *h, int turned, struct sign_key *out, struct str *why)
{
    struct str seed;
    TRY(file_read(h->a, place(h, turned), 64, &seed, why));
    if (seed.n != SIGN_SEED_BYTES) {
        *why = str_fmt(h->a, "%.*s is damaged: it must hold 32 bytes; restore it from a backup",
                       STR(place(h, turned)));
        return E_INVALID;
    }
    sign_key_of(out, (const uint8_t *)seed.p);
    return OK;
}

/* Two programs may find it missing at once: the first one's holds. */
static err make_key(struct home *h, struct str *why)
{
    char seed[SIGN_SEED_BYTES];
    if (file_exists(h->a, place(h, 0))) return OK;
    random_bytes(seed, sizeof seed);
    err e = file_write_new(h->a, place(h, 0), (struct str){ seed, sizeof seed }, 0600, why);
    return e == E_CONFLICT ? OK : e;
}

static void publish(struct json *list, struct str kid, struct str key)
{
    struct json *one = json_nest(list, NULL);
    json_add_str(one, "kid", kid);
    json_add_str(one, "ed25519", key);
}

err home_keys(struct home *h, struct str *why)
{
    const struct conf *conf = &h->conf;
    struct receipt_house r = { .url = conf->url.n ? conf->url
                                                  : str_fmt(h->a, "http://%.*s", STR(conf->listen)),
                               .postal = conf->postal,
                               .contact = conf->contact,
                               .country = conf->country,
                               .authority = conf->authority };
    struct json *all = json_begin(h->a), *list = json_nest_list(all, "keys");
    int turned = 0;
    while (turned < TURNED_MOST && file_exists(h->a, place(h, turned + 1))) turned++;
    TRY(make_key(h, why));
    for (int i = 1; i <= turned + 1; i++) { /* the oldest first: numbers are for ever */
        struct str kid = receipt_key_id(h->a, r.url, i - 1);
        TRY(read_key(h, i <= turned ? i : 0, &r.key, why));
        publish(list, kid, sign_key_text(h->a, &r.key));
        r.kid = kid;
    }
    r.keys = json_write(all);
    r.ready = true;
    receipt_wire(&r);
    return OK;
}
