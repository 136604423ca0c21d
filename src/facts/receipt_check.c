/* SPDX-License-Identifier: GPL-3.0-or-later
 * receipt_check.c - reading a receipt that somebody brings, as strictly as it was written. */
#include "facts/receipt.h"
#include "kit/base/json.h"

#define LACKS "a field is missing: "
static const char *const payload_fields[] = {
    "schema_version", "receipt_id",     "record_id", "pii_principal_id", "issued",
    "jurisdiction",   "privacy_notice", "parties",   "processing",       "events"
};
static const char *const party_fields[] = { "party_id", "party_type", "party_name", "party_address",
                                            "party_contact" };
static const char *const process_fields[] = { "purpose",
                                              "purpose_type",
                                              "lawful_basis",
                                              "pii_information",
                                              "pii_controllers",
                                              "collection_method",
                                              "processing_method",
                                              "storage_locations",
                                              "processing_locations",
                                              "retention_period",
                                              "recipient_third_parties",
                                              "withdrawal_method",
                                              "privacy_rights",
                                              "authority" };
static const char *const event_fields[] = { "event_time", "event_type", "event_state",
                                            "validity_duration", "entity_id" };

static err refuse(struct str *why, struct str with)
{
    *why = with;
    return E_INVALID;
}

static err has_all(struct arena *a, const struct json *o, const char *const *names, int n,
                   struct str *why)
{
    for (int i = 0; i < n; i++)
        if (!json_get(o, names[i])) return refuse(why, str_fmt(a, LACKS "%s", names[i]));
    return OK;
}

static err each_has(struct arena *a, const struct json *payload, const char *list,
                    const char *const *names, int n, struct str *why)
{
    const struct json *l = json_get(payload, list), *one;
    if (!l || !json_item(l, 0)) return refuse(why, str_fmt(a, LACKS "%s", list));
    for (int i = 0; (one = json_item(l, i)); i++) TRY(has_all(a, one, names, n, why));
    return OK;
}

static struct str text_at(const struct json *o, const char *key)
{
    struct str s = S("");
    const struct json *v = o ? json_get(o, key) : NULL;
    return v && json_text(v, &s) ? s : S("");
}

/* What is unknown is no state that anybody could hold in the hand. */
static bool is_state(struct str word)
{
    for (int s = GRANT_REQUESTED; s < GRANT_UNKNOWN; s++)
        if (str_eq(word, receipt_state_name((grant_state)s))) return true;
    return false;
}

static err check_fields(struct arena *a, const struct json *p, struct str *why)
{
    TRY(has_all(a, p, payload_fields, COUNT(payload_fields), why));
    TRY(each_has(a, p, "parties", party_fields, COUNT(party_fields), why));
    TRY(each_has(a, p, "processing", process_fields, COUNT(process_fields), why));
    TRY(each_has(a, p, "events", event_fields, COUNT(event_fields), why));
    const struct json *events = json_get(p, "events"), *one;
    for (int i = 0; (one = json_item(events, i)); i++)
        if (!is_state(text_at(one, "event_state")))
            return refuse(why, S("it names a state that is none"));
    return OK;
}

static err check_signature(const struct json *receipt, struct str *why)
{
    const struct json *s = json_get(receipt, "signature");
    if (json_count(receipt) != 2 || !json_get(receipt, "payload") || !s)
        return refuse(why, S("it is not a payload and its signature"));
    if (json_count(s) != 4 || !str_eq(text_at(s, "alg"), S("Ed25519")) ||
        !str_eq(text_at(s, "canon"), S("RFC8785")) || !text_at(s, "kid").n)
        return refuse(why, S("it is not signed in the way of a receipt"));
    return OK;
}

/* The key of that name: the one given, or one of a list. */
static struct str key_of(const struct json *keys, struct str kid)
{
    const struct json *list = json_get(keys, "keys"), *one;
    if (str_eq(text_at(keys, "kid"), kid)) return text_at(keys, "ed25519");
    for (int i = 0; list && (one = json_item(list, i)); i++)
        if (str_eq(text_at(one, "kid"), kid)) return text_at(one, "ed25519");
    return S("");
}

err receipt_check(struct arena *a, struct str receipt, struct str keys, struct receipt_seen *out,
                  struct str *why)
{
    const struct json *r = json_read(a, receipt, why);
    if (!r) return E_INVALID;
    const struct json *k = json_read(a, keys, why);
    if (!k) return refuse(why, S("the file of keys can't be read"));
    TRY(check_signature(r, why));
    const struct json *p = json_get(r, "payload"), *s = json_get(r, "signature"), *parties;
    TRY(check_fields(a, p, why));
    parties = json_get(p, "parties");
    struct str kid = text_at(s, "kid"), house = text_at(json_item(parties, 0), "party_id"),
               key = key_of(k, kid), text = json_canonical(p);
    if (!house.n || !str_begins(kid, str_fmt(a, "%.*s#", STR(house))))
        return refuse(why, S("it is signed by another house than it names"));
    if (!key.n) return refuse(why, S("it is signed by a key that is not among those given"));
    if (!sign_holds(a, key, text, text_at(s, "value")))
        return refuse(why, S("the signature does not fit: it was changed"));
    const struct json *events = json_get(p, "events");
    *out = (struct receipt_seen){ .id = text_at(p, "receipt_id"),
                                  .state = text_at(json_item(events, json_count(events) - 1),
                                                   "event_state"),
                                  .issued = text_at(p, "issued"),
                                  .house = text_at(json_item(parties, 0), "party_name"),
                                  .signed_bytes = text.n };
    return OK;
}
