/* SPDX-License-Identifier: GPL-3.0-or-later
 * receipt.c - writing receipts. */
#include "facts/receipt.h"

#include "facts/fact_log.h"
#include "kit/base/date.h"
#include "kit/base/hash.h"
#include "kit/base/json.h"
#include "kit/base/pack.h"
#include "kit/base/text.h"

enum { STEPS_MOST = 50, KEPT_MOST = 100 };

static struct receipt_house us;

void receipt_wire(const struct receipt_house *h) { us = *h; }
struct str receipt_keys(void) { return us.keys; }

struct str receipt_key_id(struct arena *a, struct str url, int turned)
{
    return turned ? str_fmt(a, "%.*s/actor#ed25519-key-%d", STR(url), turned + 1)
                  : str_fmt(a, "%.*s/actor#ed25519-key", STR(url));
}

/* ---- words of the standard ---------------------------------------------------- */

struct str receipt_state_name(grant_state s)
{
    switch (s) {
    case GRANT_REQUESTED: return S("ConsentRequested");
    case GRANT_GIVEN: return S("ConsentGiven");
    case GRANT_RENEWED: return S("RenewedConsentGiven");
    case GRANT_DEFERRED: return S("ConsentRequestDeferred");
    case GRANT_REFUSED: return S("ConsentRefused");
    case GRANT_WITHDRAWN: return S("ConsentWithdrawn");
    case GRANT_REVOKED: return S("ConsentRevoked");
    case GRANT_EXPIRED: return S("ConsentExpired");
    case GRANT_INVALIDATED: return S("ConsentInvalidated");
    case GRANT_UNKNOWN: return S("ConsentUnknown");
    }
    return S("ConsentUnknown");
}

static struct str purpose_type(int purpose)
{
    static const struct str types[] = { [PURPOSE_CARE] = S_INIT("dpv:CommunicationForCustomerCare"),
                                        [PURPOSE_TOUCH] = S_INIT("dpv:CommunicationManagement"),
                                        [PURPOSE_DELIVERY] = S_INIT("dpv:DeliveryOfGoods"),
                                        [PURPOSE_OCCASIONS] = S_INIT("dpv:PersonalisedBenefits"),
                                        [PURPOSE_INTRODUCE] = S_INIT("dpv:ServiceProvision"),
                                        [PURPOSE_OFFERS] = S_INIT("dpv:DirectMarketing") };
    return types[purpose];
}

static struct str way_words(struct ctx *c, grant_way way, id actor, id person)
{
    struct person who;
    struct str by = S("a keeper");
    if (actor && person_get(c, actor, &who) == OK && who.name.n) by = text_oneline(c->a, who.name);
    switch (way) {
    case GRANT_BY_PAGE:
        if (person_real(c, actor) == person) return S("a button on their own page");
        return str_fmt(c->a, "a button on a page of the house, by %.*s", STR(by));
    case GRANT_BY_MAIL: return S("an answer by mail");
    case GRANT_BY_WORD: return str_fmt(c->a, "said to %.*s, who wrote it down", STR(by));
    case GRANT_BY_PAPER: return str_fmt(c->a, "written on paper, kept by %.*s", STR(by));
    case GRANT_BY_CLOCK: return S("its time was over");
    }
    return S("");
}

/* 16 bytes in the form of a UUID of version 4. */
static struct str uuid(struct arena *a, const uint8_t from[16])
{
    uint8_t b[16];
    memcpy(b, from, sizeof b);
    b[6] = (uint8_t)((b[6] & 0x0f) | 0x40);
    b[8] = (uint8_t)((b[8] & 0x3f) | 0x80);
    struct str h = hash_hex(a, (struct str){ (char *)b, sizeof b });
    return str_fmt(a, "%.8s-%.4s-%.4s-%.4s-%.12s", h.p, h.p + 8, h.p + 12, h.p + 16, h.p + 20);
}

static struct str random_uuid(struct arena *a)
{
    uint8_t b[16];
    random_bytes(b, sizeof b);
    return uuid(a, b);
}

/* The same for every step of one grant; nobody can tell the grant from it. */
static struct str record_uuid(struct ctx *c, const struct grant *g)
{
    struct str name = str_fmt(c->a, "%.*s %" PRId64, STR(g->principal), g->begun);
    return uuid(c->a, (const uint8_t *)hash_body(c->secret, c->a, name).p);
}

static struct str days_between(struct arena *a, int64_t from, int64_t until)
{
    return str_fmt(a, "P%" PRId64 "D", MAX(0, (until - from + DAY - 1) / DAY));
}

/* ---- the payload ---------------------------------------------------------------- */

static void add_parties(struct ctx *c, struct json *p)
{
    struct house h = { .name = S("") };
    house_get(c, &h);
    struct json *one = json_nest(json_nest_list(p, "parties"), NULL);
    json_add_str(one, "party_id", str_fmt(c->a, "%.*s/actor", STR(us.url)));
    json_add_str(one, "party_type", S("pii_controller"));
    json_add_str(one, "party_name", text_oneline(c->a, h.name));
    json_add_str(one, "party_address", us.postal);
    json_add_str(one, "party_contact", us.contact);
}

static void add_who(struct ctx *c, struct json *list, const struct party *p, int n)
{
    for (int i = 0; i < n; i++) switch (p[i].kind) {
        case PARTY_PERSON:
            json_add_str(list, NULL, str_fmt(c->a, "person:%" PRId64, p[i].who));
            break;
        case PARTY_CIRCLE:
            json_add_str(list, NULL, str_fmt(c->a, "circle:%" PRId64, p[i].who));
            break;
        case PARTY_KEEPERS: json_add_str(list, NULL, S("keepers")); break;
        case PARTY_PUBLIC: json_add_str(list, NULL, S("public")); break;
        }
}

static void add_key(struct arena *a, struct json *list, const struct grant *g, struct str key)
{
    struct json *one = json_nest(list, NULL);
    json_add_str(one, "pii_type", str_fmt(a, "fact.%.*s", STR(key)));
    json_add_bool(one, "pii_optional", true);
    json_add_bool(one, "special", g->special);
    json_add_str(one, "data_source", S("dpv:DataSubjectDataSource"));
    json_add_str(one, "origin", S("told"));
}

static void add_information(struct arena *a, struct json *p, const struct grant *g)
{
    struct json *list = json_nest_list(p, "pii_information");
    struct str rest = g->keys, word;
    int n;
    const struct fact_key *keys = fact_keys(&n);
    while (str_cut(&rest, ' ', &word))
        if (word.n) add_key(a, list, g, word);
    for (int i = 0; i < n && !g->keys.n; i++)
        if (keys[i].class != FACT_SPECIAL) add_key(a, list, g, keys[i].word);
}

static void add_place(struct json *p, const char *name, struct str place)
{
    json_add_str(json_nest_list(p, name), NULL, place);
}

static void add_purpose(struct ctx *c, struct json *list, const struct receipt_step *s, int purpose)
{
    struct json *p = json_nest(list, NULL);
    struct str actor = str_fmt(c->a, "%.*s/actor", STR(us.url));
    json_add_str(p, "purpose", fact_purpose_words((fact_purpose)purpose));
    json_add_str(p, "purpose_type", purpose_type(purpose));
    json_add_str(p, "lawful_basis", s->g->special ? S("eu-gdpr:A9-2-a") : S("eu-gdpr:A6-1-a"));
    add_information(c->a, p, s->g);
    add_place(p, "pii_controllers", actor);
    json_add_str(p, "collection_method", way_words(c, s->way, c->viewer, s->g->person));
    struct json *how = json_nest_list(p, "processing_method");
    json_add_str(how, NULL, S("store"));
    json_add_str(how, NULL, S("show to the audience"));
    json_add_bool(p, "profiling", false);
    struct json *who = json_nest(p, "audience");
    add_who(c, json_nest_list(who, "any_of"), s->who->any, s->who->n_any);
    add_who(c, json_nest_list(who, "none_of"), s->who->none, s->who->n_none);
    add_place(p, "storage_locations", us.country);
    add_place(p, "processing_locations", us.country);
    add_place(p, "geographic_restrictions", us.country);
    json_add_str(p, "retention_period", days_between(c->a, s->g->changed, s->g->until));
    (void)json_nest_list(p, "recipient_third_parties");
    json_add_str(p, "withdrawal_method", str_fmt(c->a, "%.*s/me", STR(us.url)));
    json_add_str(p, "privacy_rights", str_fmt(c->a, "%.*s/me", STR(us.url)));
    json_add_str(p, "authority", us.authority);
}

static void add_event(struct ctx *c, struct json *list, const struct grant *g,
                      const struct grant_step_line *l)
{
    struct json *e = json_nest(list, NULL);
    json_add_str(e, "event_time", date_iso(c->a, l->at));
    json_add_str(e, "event_type",
                 g->special ? S("dpv:ExplicitlyExpressedConsent") : S("dpv:ExpressedConsent"));
    json_add_str(e, "event_state", receipt_state_name(l->state));
    json_add_str(e, "validity_duration", str_fmt(c->a, "P%" PRId64 "D", g->lasts / DAY));
    json_add_str(e, "entity_id", str_fmt(c->a, "urn:snug:person:%.*s", STR(g->principal)));
    json_add_str(e, "indication_method", way_words(c, l->way, l->actor, g->person));
}

static void add_events(struct ctx *c, struct json *p, const struct receipt_step *s)
{
    struct json *list = json_nest_list(p, "events");
    struct grant_chain before = { .n = 0 };
    struct grant_step_line now = {
        .at = s->g->changed, .actor = c->viewer, .way = s->way, .state = s->g->state
    };
    if (s->g->id) grant_chain(c, s->g->id, STEPS_MOST, &before);
    for (int i = 0; i < before.n; i++) add_event(c, list, s->g, &before.at[i]);
    add_event(c, list, s->g, &now);
}

/* After a step that ends it: which facts went, and which of the same kind stay, why, how long. */
static void add_outcome(struct ctx *c, struct json *p, const struct receipt_step *s)
{
    struct json *out = json_nest(p, "outcome"), *gone = json_nest_list(out, "erased"),
                *kept = json_nest_list(out, "kept");
    for (int i = 0; i < s->n_gone; i++)
        json_add_str(gone, NULL, str_fmt(c->a, "fact-%" PRId64, s->gone[i]));
    EACH (r, c,
          SQL("SELECT id, basis, expires_at FROM fact WHERE person=$1 AND coalesce(consent, "
              "0)<>$2 AND expires_at>$3 ORDER BY key, id LIMIT $4"),
          I(s->g->person), I(s->g->id), I(c->now), I(KEPT_MOST)) {
        struct json *one = json_nest(kept, NULL);
        json_add_str(one, "pii_attribute_id", str_fmt(c->a, "fact-%" PRId64, row_int(&r, 0)));
        json_add_str(one, "lawful_basis", str_fmt(c->a, "eu-gdpr:A%.*s", STR(row_str(&r, 1))));
        json_add_str(one, "until", date_iso(c->a, row_int(&r, 2)));
    }
    (void)json_nest_list(out, "told");
}

static void add_payload(struct ctx *c, struct json *p, const struct receipt_step *s)
{
    const struct grant *g = s->g;
    json_add_str(p, "format", S("snug-receipt/1"));
    json_add_str(p, "schema_version", S("https://w3id.org/dpv/schema/dpv-27560#receipt-eu-gdpr"));
    json_add_str(p, "receipt_id", random_uuid(c->a));
    json_add_str(p, "record_id", record_uuid(c, g));
    json_add_str(p, "pii_principal_id", str_fmt(c->a, "urn:snug:person:%.*s", STR(g->principal)));
    json_add_str(p, "issued", date_iso(c->a, c->now));
    json_add_str(p, "language", g->language);
    json_add_str(p, "jurisdiction", us.country);
    struct json *notice = json_nest(p, "privacy_notice");
    json_add_str(notice, "url",
                 str_fmt(c->a, "%.*s/notice?language=%.*s", STR(us.url), STR(g->language)));
    json_add_str(notice, "sha256", g->notice);
    json_add_str(notice, "language", g->language);
    add_parties(c, p);
    struct json *processing = json_nest_list(p, "processing");
    for (int i = PURPOSE_CARE; i <= PURPOSE_LAST; i++)
        if (g->purposes & PURPOSE(i)) add_purpose(c, processing, s, i);
    add_events(c, p, s);
    if (!grant_permits(g->state)) add_outcome(c, p, s);
    if (g->terms.n) json_add_str(p, "proffered_terms", g->terms);
    struct json *log = json_nest(p, "log");
    json_add_int(log, "event", log_end(c) + 1);
    json_add_str(log, "head", log_head(c));
}

struct str receipt_make(struct ctx *c, const struct receipt_step *s)
{
    if (!us.ready) return S("");
    struct json *all = json_begin(c->a), *payload = json_nest(all, "payload"),
                *signature = json_nest(all, "signature");
    add_payload(c, payload, s);
    json_add_str(signature, "alg", S("Ed25519"));
    json_add_str(signature, "canon", S("RFC8785"));
    json_add_str(signature, "kid", us.kid);
    json_add_str(signature, "value", sign_text(c->a, &us.key, json_canonical(payload)));
    return json_canonical(all);
}

err receipt_get(struct ctx *c, id event, struct str *out)
{
    struct event x;
    id grant = db_int(c, 0, SQL("SELECT consent FROM consent_step WHERE event=$1"), I(event));
    if (!grant || !grant_may(c, MAY_SEE, grant) || log_get(c, event, &x) != OK)
        return fail(c, E_NOTFOUND, "there is no such receipt");
    for (struct field f; rec_next(&x.data, &f);)
        if (f.tag == GRANT_REC_RECEIPT && f.value.n) {
            *out = f.value;
            return OK;
        }
    return fail(c, E_NOTFOUND, "no receipt was written then");
}

err receipt_last(struct ctx *c, id grant, id *event, struct str *out)
{
    *event = db_int(c, 0, SQL("SELECT max(event) FROM consent_step WHERE consent=$1"), I(grant));
    return receipt_get(c, *event, out);
}
