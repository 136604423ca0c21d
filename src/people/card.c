/* SPDX-License-Identifier: GPL-3.0-or-later
 * card.c - taking a contact in, and taking it back.
 * The record of a card: name, kind, handles, organisation, marks (death, do not contact), import.
 */
#include "people/card.h"

#include "kit/base/hash.h"
#include "kit/base/pack.h"
#include "kit/base/text.h"
#include "people/people_log.h"

enum {
    HANDLES_MOST = 50,
    BROUGHT_MOST = 4 * (HANDLES_MOST + 1),
    NAME_MOST = 200,
    BACK_MOST = 200000
};

/* ---- deeds --------------------------------------------------------------- */

/* An organisation is known by its domain, if that is its name, else by its name. */
static struct str org_uri(struct arena *a, struct str name)
{
    bool domain = str_chr(name, '.') > 0 && str_chr(name, ' ') < 0;
    return str_fmt(a, "%s:%.*s", domain ? "domain" : "org", STR(text_fold(a, name)));
}

/* Names the event; after being taken back the same card may come again. */
static int64_t free_name(struct ctx *c, const struct card *card, id *held)
{
    for (int again = 0;; again++) {
        int64_t ext = hash_name(c->secret, str_fmt(c->a, "card:%d:%.*s", again, STR(card->key)));
        *held = log_find(c, ext);
        if (!*held || db_int(c, 0, SQL("SELECT 1 FROM card WHERE event=$1"), I(*held))) return ext;
    }
}

static struct str record_of(struct arena *a, const struct card *card, int64_t source)
{
    struct buf o = { .a = a };
    rec_str(&o, REC_NAME, text_short(a, text_oneline(a, card->name), NAME_MOST));
    rec_int(&o, REC_KIND, card->kind);
    rec_int(&o, REC_SOURCE, source);
    if (card->org.n) rec_str(&o, REC_ORG, text_short(a, text_oneline(a, card->org), NAME_MOST));
    if (card->dead_at) {
        rec_int(&o, REC_MARK, MARK_DEAD);
        rec_int(&o, REC_VALUE, card->dead_at);
    }
    if (card->mute) {
        rec_int(&o, REC_MARK, MARK_MUTE);
        rec_int(&o, REC_VALUE, 1);
    }
    for (int i = 0; i < card->n && i < HANDLES_MOST; i++)
        meeting_put(&o, REC_MEETING, &card->at[i]);
    if (card->kind == PERSON_ORG) {
        struct meeting org = { .uri = org_uri(a, card->name),
                               .shown = card->name,
                               .kind = PERSON_ORG };
        meeting_put(&o, REC_MEETING, &org);
    }
    return buf_str(&o);
}

static void tell(struct ctx *c, id event, struct card_done *out)
{
    out->person =
        person_real(c, db_int(c, 0, SQL("SELECT person FROM card WHERE event=$1"), I(event)));
    EACH (r, c, SQL("SELECT name FROM person WHERE id=$1"), I(out->person))
        out->name = row_str(&r, 0);
}

/* Addresses of people who were erased are not taken in again. False: no other is left. */
static bool without_erased(struct ctx *c, struct card *card)
{
    const struct meeting *all = card->at;
    int n = card->n;
    card->at = NEW(c->a, struct meeting, n + 1);
    card->n = 0;
    for (int i = 0; i < n; i++)
        if (!erasure_of(c, meeting_key(c, &all[i]))) card->at[card->n++] = all[i];
    return card->n == n || card->n;
}

err card_take(struct tx *t, const struct card *card, int64_t source, struct card_done *out)
{
    struct ctx *c = &t->c;
    id held;
    *out = (struct card_done){ .how = CARD_SEEN, .name = S("") };
    if (!card->n && card->kind != PERSON_ORG)
        return fail(c, E_INVALID,
                    "no mail address, phone number or link: there is nothing to know them by");
    struct card whole = *card;
    if (!without_erased(c, &whole)) return fail(c, E_INVALID, "erased here before: it is left out");
    card = &whole;
    int64_t ext = free_name(c, card, &held);
    if (held) return tell(c, held, out), OK;
    id done = log_note(t, (struct event){ .kind = EVENT_PERSON_CARD,
                                          .channel = CHANNEL_COUNTER,
                                          .ext = ext,
                                          .data = record_of(c->a, card, source) });
    tell(c, done, out);
    out->how = db_int(c, 0, SQL("SELECT made FROM card WHERE event=$1"), I(done)) ? CARD_MADE
                                                                                  : CARD_JOINED;
    for (int i = 0; i < card->n; i++) {
        id who = person_of_uri(c, card->at[i].uri);
        out->others += who && who != out->person;
    }
    return OK;
}

int card_of_source(struct ctx *c, int64_t source, id *out, int max)
{
    int n = 0;
    EACH (r, c, SQL("SELECT event FROM card WHERE source=$1 ORDER BY event LIMIT $2"), I(source),
          I(max))
        out[n++] = row_int(&r, 0);
    return n;
}

void card_brought(struct ctx *c, id event, struct card_handles *out)
{
    *out = (struct card_handles){ NEW(c->a, int64_t, BROUGHT_MOST), 0 };
    EACH (r, c,
          SQL("SELECT x.handle FROM card_handle x WHERE x.event=$1 AND x.made=1 AND NOT "
              "EXISTS(SELECT 1 FROM card_handle y"
              " WHERE y.handle=x.handle AND y.event<>x.event) ORDER BY x.handle LIMIT $2"),
          I(event), I(BROUGHT_MOST))
        out->at[out->n++] = row_int(&r, 0);
}

static bool among(int64_t x, const struct card_handles *list)
{
    for (int i = 0; i < list->n; i++)
        if (list->at[i] == x) return true;
    return false;
}

err card_take_back(struct tx *t, id event, const struct card_handles *stays)
{
    struct ctx *c = &t->c;
    struct card_handles mine;
    struct buf data = { .a = c->a };
    if (!db_int(c, 0, SQL("SELECT 1 FROM card WHERE event=$1"), I(event)))
        return fail(c, E_CONFLICT, "this card was taken back already");
    card_brought(c, event, &mine);
    for (int i = 0; i < mine.n; i++)
        if (!among(mine.at[i], stays)) rec_int(&data, REC_HANDLE, mine.at[i]);
    log_note(t, (struct event){
                    .kind = EVENT_PERSON_UNCARD, .subject = event, .data = buf_str(&data) });
    return OK;
}

/* Ascending; also those that were taken back when that left their words. */
static int cards_back(struct ctx *c, id after, id *out, int max)
{
    int n = 0;
    EACH (r, c,
          SQL("SELECT DISTINCT x.id FROM event u JOIN event x ON x.id=u.subject WHERE u.kind=$1 "
              "AND x.kind=$2 AND (u.id>$3 OR x.salt IS NOT NULL) ORDER BY x.id LIMIT $4"),
          I(EVENT_PERSON_UNCARD), I(EVENT_PERSON_CARD), I(after), I(max))
        out[n++] = row_int(&r, 0);
    return n;
}

static int names_back(struct ctx *c, id *out, int max)
{
    int n = 0;
    EACH (r, c,
          SQL("SELECT e.id FROM event e JOIN person p ON p.id=e.subject WHERE e.kind=$1 AND "
              "p.merged=-1 AND e.salt IS NOT NULL ORDER BY e.id LIMIT $2"),
          I(EVENT_PERSON_NAMED), I(max))
        out[n++] = row_int(&r, 0);
    return n;
}

err card_forget(struct tx *t, id after)
{
    id *list = NEW(t->c.a, id, 2 * BACK_MOST);
    int cards = cards_back(&t->c, after, list, BACK_MOST),
        all = cards + names_back(&t->c, list + cards, BACK_MOST);
    struct erasure e = { .reason = ERASE_TAKEN_BACK, .messages = list, .n_messages = cards };
    TRY(log_erase(t, &e, list, all));
    return log_rebuild(t, NULL);
}

/* ---- what events do ------------------------------------------------------ */

struct told { /* the record of a card, read */
    struct str name, org;
    person_kind kind;
    int64_t source, dead_at, org_key;
    bool mute;
    struct meeting at[HANDLES_MOST + 1];
    int n;
};

static void read_told(struct str data, struct told *out)
{
    int64_t mark = 0;
    *out = (struct told){ .name = S(""), .org = S(""), .kind = PERSON_HUMAN };
    for (struct field f; rec_next(&data, &f);) switch (f.tag) {
        case REC_NAME: out->name = f.value; break;
        case REC_ORG: out->org = f.value; break;
        case REC_KIND: out->kind = (person_kind)field_int(f); break;
        case REC_ORG_KEY: out->org_key = field_int(f); break;
        case REC_SOURCE: out->source = field_int(f); break;
        case REC_MARK: mark = field_int(f); break;
        case REC_VALUE:
            if (mark == MARK_DEAD) out->dead_at = field_int(f);
            if (mark == MARK_MUTE) out->mute = field_int(f) != 0;
            break;
        case REC_MEETING:
            if (out->n <= HANDLES_MOST) out->at[out->n++] = meeting_of(f.value);
            break;
        }
}

static id owner(struct tx *t, int64_t key)
{
    return db_int(&t->c, 0, SQL("SELECT person FROM handle WHERE key=$1"), I(key));
}

/* Of the handle without its tag, of the organisation; 0: there is none. */
static int64_t base_of(struct ctx *c, const struct meeting *m)
{
    bool is = m->base_uri.n && !str_eq(m->base_uri, m->uri);
    return is ? hash_name(c->secret, m->base_uri) : m->base_key;
}

static int64_t domain_of(struct ctx *c, const struct meeting *m)
{
    return m->domain.n ? handle_of_domain(c, m->domain) : m->domain_key;
}

int64_t card_org_key(struct ctx *c, struct str name)
{
    return hash_name(c->secret, org_uri(c->a, name));
}

/* The person of the first handle that is known; else one is made of the first. */
static id find_or_make(struct tx *t, struct told *k, bool *made)
{
    struct ctx *c = &t->c;
    for (int i = 0; i < k->n; i++) {
        id who = owner(t, meeting_key(c, &k->at[i]));
        if (who) return who;
    }
    struct meeting first = k->at[0];
    int64_t base = base_of(c, &first);
    first.own = false;
    first.name = k->name;
    *made = !(base && owner(t, base));
    return person_meet(t, &first).person;
}

/* All handles that the card names or implies, and which of them nobody has yet. */
struct named {
    int64_t at[BROUGHT_MOST];
    bool new[BROUGHT_MOST];
    int n;
};

static void name_handle(struct tx *t, struct named *l, int64_t key)
{
    if (!key) return;
    l->at[l->n] = key;
    l->new[l->n] = !db_int(&t->c, 0, SQL("SELECT 1 FROM handle WHERE key=$1"), I(l->at[l->n]));
    l->n++;
}

static void name_handles(struct tx *t, const struct told *k, struct named *l)
{
    struct ctx *c = &t->c;
    for (int i = 0; i < k->n; i++) {
        name_handle(t, l, meeting_key(c, &k->at[i]));
        name_handle(t, l, base_of(c, &k->at[i]));
        name_handle(t, l, domain_of(c, &k->at[i]));
    }
    name_handle(t, l, k->org_key);
}

static void put_handles(struct tx *t, const struct told *k, id who)
{
    for (int i = 0; i < k->n; i++) {
        int64_t key = meeting_key(&t->c, &k->at[i]);
        db_do(t,
              SQL("INSERT INTO handle(key, uri, shown, person, domain) VALUES($1, $2, $3, $4, $5) "
                  "ON CONFLICT(key) DO NOTHING"),
              I(key), T(k->at[i].uri), T(k->at[i].shown), I(who), T(k->at[i].domain));
        handle_parts(t, key, k->at[i].uri, true);
    }
}

static void note_handles(struct tx *t, id event, const struct named *l)
{
    for (int i = 0; i < l->n; i++)
        db_do(t,
              SQL("INSERT INTO card_handle(event, handle, made) SELECT $1 + 0, key, $3 + 0 FROM "
                  "handle WHERE key=$2"
                  " ON CONFLICT(event, handle) DO NOTHING"),
              I(event), I(l->at[i]), I(l->new[i]));
}

/* The card's name where nobody signed with a better one and no keeper gave one. */
static struct str name_it(struct tx *t, id who, struct str name)
{
    struct ctx *c = &t->c;
    struct str was = S("");
    EACH (r, c,
          SQL("SELECT p.name FROM person p WHERE p.id=$1 AND p.named=0 AND p.name<>$2 AND NOT "
              "EXISTS(SELECT 1 FROM handle h"
              " JOIN handle_name n ON n.handle=h.key WHERE h.person=p.id)"),
          I(who), T(name))
        was = row_str(&r, 0);
    if (was.n && name.n) person_call(t, who, name);
    return name.n ? was : S("");
}

/* What is told goes before what the mail domain says. Gives back the organisation before, or -1. */
static id join_org(struct tx *t, id who, struct str name, int64_t key)
{
    struct ctx *c = &t->c;
    if (!key) return -1;
    id was = db_int(c, 0, SQL("SELECT org FROM person WHERE id=$1"), I(who));
    if (was &&
        !db_int(c, 0, SQL("SELECT 1 FROM handle WHERE person=$1 AND uri LIKE 'domain:%' LIMIT 1"),
                I(was)))
        return -1;
    struct meeting org = { .uri = name.n ? org_uri(c->a, name) : S(""),
                           .shown = name,
                           .key = key,
                           .name = name,
                           .kind = PERSON_ORG };
    id it = person_meet(t, &org).person;
    if (it == who || it == was) return -1;
    db_do(t, SQL("UPDATE person SET org=$1 WHERE id=$2"), I(it), I(who));
    return was;
}

/* Whose words were erased with a message, and whom the card names, has them again. */
static void wake(struct tx *t, const struct told *k)
{
    for (int i = 0; i < k->n; i++) {
        struct meeting m = k->at[i];
        m.name = k->name;
        m.own = false;
        if (m.shown.n && db_int(&t->c, 0, SQL("SELECT 1 FROM handle WHERE key=$1 AND shown=''"),
                                I(meeting_key(&t->c, &m))))
            person_meet(t, &m);
    }
}

static void taken_in(struct tx *t, const struct event *e)
{
    struct told *k = NEW(t->c.a, struct told, 1);
    struct named *l = NEW(t->c.a, struct named, 1);
    bool made = false;
    read_told(e->data, k);
    if (k->org.n) k->org_key = card_org_key(&t->c, k->org);
    if (!k->n) return;
    wake(t, k);
    name_handles(t, k, l);
    id who = find_or_make(t, k, &made);
    put_handles(t, k, who);
    struct str was = made ? S("") : name_it(t, who, k->name);
    id org = join_org(t, who, k->org, k->org_key);
    note_handles(t, e->id, l);
    bool dead =
        k->dead_at && db_do(t, SQL("UPDATE person SET dead_at=$1 WHERE id=$2 AND dead_at=0"),
                            I(k->dead_at), I(who));
    bool mute =
        k->mute && db_do(t, SQL("UPDATE person SET mute=1 WHERE id=$1 AND mute<>1"), I(who));
    db_do(t,
          SQL("INSERT INTO card(event, person, source, made, was, org, dead, mute) VALUES($1, $2, "
              "$3, $4, $5, $6, $7, $8)"),
          I(e->id), I(who), I(k->source), I(made), T(was), I(org), I(dead), I(mute));
}

/* What another card names as well is from then on that card's. */
static void hand_on(struct tx *t, id event)
{
    db_do(t,
          SQL("UPDATE card_handle SET made=1 WHERE handle IN(SELECT handle FROM card_handle WHERE "
              "event=$1 AND made=1)"
              " AND event=(SELECT min(y.event) FROM card_handle y WHERE "
              "y.handle=card_handle.handle AND y.event<>$1) /* scan */"),
          I(event));
    db_do(t, SQL("DELETE FROM card_handle WHERE event=$1"), I(event));
}

struct given { /* a row of table card */
    id who, org;
    struct str was;
    bool dead, mute;
};

static void undo_words(struct tx *t, const struct given *g)
{
    if (g->was.n &&
        db_int(&t->c, 0, SQL("SELECT 1 FROM person WHERE id=$1 AND named=0"), I(g->who)))
        person_call(t, g->who, g->was);
    if (g->org >= 0) db_do(t, SQL("UPDATE person SET org=$1 WHERE id=$2"), I(g->org), I(g->who));
    if (g->dead) db_do(t, SQL("UPDATE person SET dead_at=0 WHERE id=$1"), I(g->who));
    if (g->mute) {
        db_do(t, SQL("UPDATE person SET mute=2 WHERE id=$1 AND mute=1"), I(g->who));
        person_mute_again(t, g->who);
    }
}

/* Whoever has no handle left was only a card: number and row stay, so that no number is given
 * twice. */
static void take_handle(struct tx *t, int64_t key, bool of_org)
{
    struct ctx *c = &t->c;
    id who = 0;
    struct str uri = S("");
    EACH (r, c, SQL("SELECT person, uri FROM handle WHERE key=$1"), I(key)) {
        who = row_int(&r, 0);
        uri = row_str(&r, 1);
    }
    bool org = db_int(c, 0, SQL("SELECT kind FROM person WHERE id=$1"), I(who)) == PERSON_ORG;
    if (!who || org != of_org) return;
    if (org &&
        db_int(c, 0, SQL("SELECT 1 FROM person WHERE org=$1 AND org<>0 AND merged=0 LIMIT 1"),
               I(who)))
        return;
    db_do(t, SQL("DELETE FROM handle_name WHERE handle=$1"), I(key));
    db_do(t, SQL("DELETE FROM handle WHERE key=$1"), I(key));
    handle_parts(t, key, uri, false);
    db_do(t,
          SQL("UPDATE person SET merged=-1 WHERE id=$1 AND merged=0 AND NOT EXISTS(SELECT 1 FROM "
              "handle h WHERE h.person=person.id)"),
          I(who));
}

static void taken_back(struct tx *t, const struct event *e)
{
    struct given g = { 0 };
    EACH (r, &t->c, SQL("SELECT person, org, was, dead, mute FROM card WHERE event=$1"),
          I(e->subject))
        g = (struct given){ row_int(&r, 0), row_int(&r, 1), row_str(&r, 2), row_bool(&r, 3),
                            row_bool(&r, 4) };
    if (!g.who) return;
    undo_words(t, &g);
    for (int orgs = 0; orgs < 2;
         orgs++) { /* people first: an organisation stays as long as it has any */
        struct str rest = e->data;
        for (struct field f; rec_next(&rest, &f);)
            if (f.tag == REC_HANDLE) take_handle(t, field_int(f), orgs);
    }
    hand_on(t, e->subject);
    db_do(t, SQL("DELETE FROM card WHERE event=$1"), I(e->subject));
    log_dirty(t, DIRTY_PERSON, g.who, 0);
}

void card_apply(struct tx *t, const struct event *e)
{
    if (e->kind == EVENT_PERSON_CARD) taken_in(t, e);
    else taken_back(t, e);
}
