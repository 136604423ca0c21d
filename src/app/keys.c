/* SPDX-License-Identifier: GPL-3.0-or-later
 * keys.c - the key that receipts are signed with. It is turned by renaming keys/sign.key to
 * keys/sign.key.1 (or the next number): a new one is made, and the old ones stay published. */
#include "app/files.h"
#include "app/house.h"
#include "facts/receipt.h"
#include "kit/base/json.h"

enum { TURNED_MOST = 99 };
_Static_assert((int)HOME_KEY_BYTES == (int)SIGN_SEED_BYTES, "a key of the house is a seed");

static struct str name_of(const struct home *h, int turned)
{
    return turned ? str_fmt(h->a, "sign.key.%d", turned) : S("sign.key");
}

static bool is_there(const struct home *h, int turned)
{
    return file_exists(h->a, home_key_path(h, name_of(h, turned)));
}

/* Two programs may find it missing at once: the first one's holds. */
static err make_key(struct home *h, struct str *why)
{
    char seed[SIGN_SEED_BYTES];
    if (is_there(h, 0)) return OK;
    random_bytes(seed, sizeof seed);
    err e = file_write_new(h->a, home_key_path(h, name_of(h, 0)), (struct str){ seed, sizeof seed },
                           0600, why);
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
    while (turned < TURNED_MOST && is_there(h, turned + 1)) turned++;
    TRY(make_key(h, why));
    for (int i = 1; i <= turned + 1; i++) { /* the oldest first: numbers are for ever */
        struct str kid = receipt_key_id(h->a, r.url, i - 1);
        uint8_t seed[HOME_KEY_BYTES];
        TRY(home_key(h, name_of(h, i <= turned ? i : 0), seed, why));
        sign_key_of(&r.key, seed);
        publish(list, kid, sign_key_text(h->a, &r.key));
        r.kid = kid;
    }
    r.keys = json_write(all);
    r.ready = true;
    receipt_wire(&r);
    return OK;
}
