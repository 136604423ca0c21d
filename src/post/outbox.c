/* SPDX-License-Identifier: GPL-3.0-or-later
 * outbox.c - filling the outbox and emptying it: claim, deliver, note. */
#include "post/outbox.h"

#include "kit/base/date.h"
#include "kit/base/hash.h"
#include "kit/store/work.h"

enum {
    RAW_MOST = 64 * MIB,
    SAID_BYTES = 500,
    STOPPED_S = 5 * MINUTE,
    PEACE_S = HOUR, /* how soon a pause that was ended early is noticed */
    ASKED_S = DAY,
    LATELY = 14 * DAY
};

enum { RELAY_APART = 2 }; /* in the column relay */
struct outbox_rules outbox_rules = { .hour_most = 200 };

static const struct post_channel *channels[CHANNELS_MOST];

void channel_add(const struct post_channel *c) { channels[c->number] = c; }
const struct post_channel *channel_get(channel number)
{
    return (unsigned)number < CHANNELS_MOST ? channels[number] : NULL;
}

const char *channel_reads(channel number)
{
    const struct post_channel *c = channel_get(number);
    return c && c->reads ? c->reads : "in a way that this house has no more";
}

/* ---- filling --------------------------------------------------------------- */

static void put(struct tx *t, const struct outbox_letter *l, const struct outbox_to *to,
                struct val raw, bool asked)
{
    struct ctx *c = &t->c;
    db_do(t,
          SQL("INSERT INTO outbox(message, keeper, channel, account, handle, address, head, relay, "
              "raw, state, tries, made, next_at, lease, tried_at, done_at, said, asked) VALUES($1, "
              "$2, "
              "$3, $4, $5, $6, $7, $8, $9, 0, 0, $10, $10, 0, 0, 0, '', $11) ON CONFLICT(message, "
              "channel, handle) DO NOTHING"),
          I(l->message), I(c->viewer), I(l->channel), I(l->account), I(to->handle), T(to->address),
          T(to->head), I(l->apart ? RELAY_APART : l->relay), raw, I(c->now), I(asked));
}

void outbox_put(struct tx *t, const struct outbox_letter *l, const struct outbox_to *to, int n)
{
    struct ctx *c = &t->c;
    for (int i = 0; i < n; i++) put(t, l, &to[i], NUL, false);
    if (l->copy)
        db_do(t,
              SQL("INSERT INTO outbox_copy(message, account, keeper, tries, next_at, lease) "
                  "VALUES($1, $2, $3, 0, $4, 0) ON CONFLICT(message) DO NOTHING"),
              I(l->message), I(l->account), I(c->viewer), I(c->now));
}

void outbox_notice(struct tx *t, id account, const struct outbox_to *to, struct str raw, bool asked)
{
    int64_t number;
    random_bytes(&number, sizeof number);
    struct outbox_letter l = { .message = -1 - (number & INT64_MAX >> 1),
                               .channel = CHANNEL_MAIL,
                               .account = account };
    put(t, &l, to, B(raw), asked);
}

/* ---- the gate ---------------------------------------------------------------- */

static struct str why_not(struct ctx *c, const struct person *who)
{
    struct str until = date_people(c->a, who->paused, c->offset_s);
    if (who->dead_at) return str_fmt(c->a, "%.*s is marked as deceased.", STR(who->name));
    if (who->left_at) return str_fmt(c->a, "%.*s is marked as left.", STR(who->name));
    if (who->mute) return str_fmt(c->a, "%.*s is not to be contacted.", STR(who->name));
    return str_fmt(c->a, "%.*s is left in peace until %.*s.", STR(who->name), STR(until));
}

struct gate {
    struct str why; /* empty: it is open */
    int64_t until;  /* when it opens by itself; 0: it does not */
};

/* Who asked for it themselves just now wants it, whatever was said before; but an address that
 * somebody has left may be another's by now. */
static struct gate gate_of(struct ctx *c, int64_t handle, bool asked)
{
    struct person who;
    id person = db_int(c, 0, SQL("SELECT person FROM handle WHERE key=$1"), I(handle));
    if (person && person_get(c, person, &who) == OK) {
        bool peace = !who.dead_at && !who.left_at && !who.mute;
        if (asked) who.mute = false, who.paused = 0;
        if (!person_may_be_written(&who, c->now))
            return (struct gate){ why_not(c, &who), peace ? who.paused : 0 };
    }
    EACH (r, c,
          SQL("SELECT coalesce(h.shown, ''), a.said FROM address_shut a LEFT JOIN handle h ON "
              "h.key=a.handle WHERE a.handle=$1"),
          I(handle)) {
        struct str shown = row_str(&r, 0), said = row_str(&r, 1);
        return (struct gate){ str_fmt(c->a, "Mail to %.*s came back: %.*s", STR(shown), STR(said)),
                              0 };
    }
    return (struct gate){ S(""), 0 };
}

struct str outbox_gate(struct ctx *c, int64_t handle) { return gate_of(c, handle, false).why; }

/* ---- one delivery -------------------------------------------------------------- */

struct step {
    struct channel_parcel parcel;
    const struct post_channel *way;
    int64_t handle;
    int tries;
    int64_t made;
    bool asked, found, held;
    struct channel_result result;
};

static bool ceiling_reached(struct ctx *c)
{
    return db_int(c, 0,
                  SQL("SELECT count(*) FROM outbox WHERE done_at>$1 AND state=$2 AND address<>''"),
                  I(c->now - HOUR), I(OUTBOX_HANDED)) >= outbox_rules.hour_most;
}

/* The account's keeper has to see to it first; that is seen from its row. */
static bool next_due(struct ctx *c, struct step *s)
{
    EACH (r, c,
          SQL("SELECT o.id, o.message, o.keeper, o.account, o.channel, o.address, o.head, o.tries, "
              "o.made, o.handle, o.relay, o.asked FROM outbox o WHERE o.state=0 AND o.next_at<=$1 "
              "AND "
              "o.lease<=$1 AND NOT "
              "EXISTS(SELECT 1 FROM mailbox b WHERE b.id=o.account AND b.stopped<>0) ORDER BY "
              "o.next_at, o.id LIMIT 1"),
          I(c->now)) {
        s->parcel = (struct channel_parcel){ .row = row_int(&r, 0),
                                             .message = row_int(&r, 1),
                                             .keeper = row_int(&r, 2),
                                             .account = row_int(&r, 3),
                                             .address = row_str(&r, 5),
                                             .head = row_str(&r, 6),
                                             .relay = row_bool(&r, 10) };
        s->way = channel_get((channel)row_int(&r, 4));
        s->tries = (int)row_int(&r, 7);
        s->made = row_int(&r, 8);
        s->handle = row_int(&r, 9);
        s->asked = row_bool(&r, 11) && c->now - s->made < ASKED_S;
        return true;
    }
    return false;
}

static void end_row(struct tx *t, id row, outbox_state state, struct str said)
{
    db_do(t, SQL("UPDATE outbox SET state=$1, done_at=$2, said=$3, lease=0, raw=NULL WHERE id=$4"),
          I(state), I(t->c.now), T(str_upto(said, SAID_BYTES)), I(row));
}

int64_t outbox_hold_all(struct tx *t, struct str why)
{
    return db_do(t,
                 SQL("UPDATE outbox SET state=$1, done_at=$2, said=$3, lease=0, raw=NULL WHERE "
                     "state=$4 AND channel=$5 /* scan */"),
                 I(OUTBOX_HELD), I(t->c.now), T(why), I(OUTBOX_QUEUED), I(CHANNEL_MAIL));
}

/* It is asked again every hour, for who is left in peace may be so no longer. How long it is tried
 * counts from then. */
static void wait_for_peace(struct tx *t, id row, const struct gate *g)
{
    int64_t next = MIN(g->until, t->c.now + PEACE_S);
    db_do(t, SQL("UPDATE outbox SET next_at=$1, made=$2, said=$3 WHERE id=$4"), I(next),
          I(t->c.now), T(str_upto(g->why, SAID_BYTES)), I(row));
}

static err claim(struct tx *t, void *arg)
{
    struct step *s = arg;
    struct ctx *c = &t->c;
    *s = (struct step){ 0 };
    if (ceiling_reached(c) || !next_due(c, s)) return OK;
    struct gate g = { S(""), 0 };
    s->found = true;
    if (!s->way || !s->way->deliver) g.why = S("This house has no such channel.");
    else if (!s->way->fetched) g = gate_of(c, s->handle, s->asked);
    if (g.why.n) {
        if (g.until) wait_for_peace(t, s->parcel.row, &g);
        else end_row(t, s->parcel.row, OUTBOX_HELD, g.why);

        s->held = true;
        return OK;
    }
    /* somebody of another program may have been quicker */
    s->found = db_do(t,
                     SQL("UPDATE outbox SET lease=$1, carrier=$4, tries=tries+1, tried_at=$2 WHERE "
                         "id=$3 AND lease<=$2 AND state=0"),
                     I(c->now + OUTBOX_LEASE_S), I(c->now), I(s->parcel.row),
                     I(outbox_rules.carrier)) == 1;
    s->tries++;
    return OK;
}

static err load(struct ctx *c, void *arg)
{
    struct step *s = arg;
    struct channel_parcel *p = &s->parcel;
    struct event e;
    if (p->message > 0) {
        TRY(log_get(c, p->message, &e));
        TRY(log_body(c, e.body, RAW_MOST, &p->raw));
    } else
        EACH (r, c, SQL("SELECT raw FROM outbox WHERE id=$1"), I(p->row)) p->raw = row_blob(&r, 0);
    if (!p->relay) p->raw = str_fmt(c->a, "%.*s%.*s", STR(p->head), STR(p->raw));
    return s->way->ready ? s->way->ready(c, p) : OK;
}

/* 1, 5, 15, 60 minutes, then every hour; after five days (RFC 5321, 4.5.4.1) every six. */
static int64_t pause_s(int tries, int64_t age_s)
{
    static const int minutes[] = { 1, 5, 15, 60 };
    if (age_s >= OUTBOX_LATE_S) return 6 * HOUR;
    return minutes[MIN(MAX(tries, 1), COUNT(minutes)) - 1] * MINUTE;
}

static void try_later(struct tx *t, const struct step *s)
{
    struct ctx *c = &t->c;
    if (c->now - s->made >= s->way->patience_s) {
        end_row(t, s->parcel.row, OUTBOX_GIVEN_UP, s->result.said);
        return;
    }
    db_do(t, SQL("UPDATE outbox SET next_at=$1, lease=0, said=$2 WHERE id=$3"),
          I(c->now + pause_s(s->tries, c->now - s->made)), T(str_upto(s->result.said, SAID_BYTES)),
          I(s->parcel.row));
}

static void refuse(struct tx *t, const struct step *s)
{
    end_row(t, s->parcel.row, OUTBOX_REFUSED, s->result.said);
    if (s->result.address == CHANNEL_SAYS_NOTHING) return;
    struct outbox_report r = { .message = s->parcel.message,
                               .handle = s->handle,
                               .what = s->result.address == CHANNEL_SAYS_GONE ? RETURN_GONE
                                                                              : RETURN_SOFT,
                               .said = s->result.said };
    outbox_report(t, &r);
}

static err note(struct tx *t, void *arg)
{
    struct step *s = arg;
    switch (s->result.outcome) {
    case CHANNEL_HANDED: end_row(t, s->parcel.row, OUTBOX_HANDED, S("")); break;
    case CHANNEL_LATER: try_later(t, s); break;
    case CHANNEL_REFUSED: refuse(t, s); break;
    case CHANNEL_STOPPED: /* the letter waits for the account; that was no try of it */
        if (s->way->stop) s->way->stop(t, &s->parcel, s->result.said);
        db_do(t, SQL("UPDATE outbox SET next_at=$1, lease=0, tries=tries-1, said=$2 WHERE id=$3"),
              I(t->c.now + STOPPED_S), T(str_upto(s->result.said, SAID_BYTES)), I(s->parcel.row));
        break;
    }
    return OK;
}

/* Most of the time nothing is due, and writing that down would cost a commit. */
static err look(struct ctx *c, void *arg)
{
    struct step *s = arg;
    s->found = next_due(c, s) && !ceiling_reached(c);
    return OK;
}

bool outbox_step(struct store *store, struct arena *a, const atomic_bool *cancel)
{
    struct step s = { 0 };
    struct work looking = { .a = a }, claiming = { .a = a };
    if (work_read(store, &looking, look, &s) != OK || !s.found) return false;
    if (work_write(store, &claiming, claim, &s) != OK || !s.found) return false;
    if (s.held) return true;
    struct work loading = { .a = a, .viewer = s.parcel.keeper };
    err e = work_read(store, &loading, load, &s);
    if (e == OK) s.result = s.way->deliver(a, &s.parcel, cancel);
    else if (loading.broken)
        s.result = (struct channel_result){ CHANNEL_LATER, CHANNEL_SAYS_NOTHING,
                                            S("It could not be read here.") };
    else s.result = (struct channel_result){ CHANNEL_REFUSED, CHANNEL_SAYS_NOTHING, loading.why };
    struct work noting = { .a = a, .viewer = s.parcel.keeper };
    return work_write(store, &noting, note, &s) == OK;
}

bool outbox_carries(struct ctx *c)
{
    return db_int(c, 0,
                  SQL("SELECT 1 FROM outbox WHERE state=0 AND lease<>0 AND carrier=$1 AND "
                      "tried_at>$2 LIMIT 1 /* scan */"),
                  I(outbox_rules.carrier), I(c->now - OUTBOX_CARRY_S)) != 0;
}

void outbox_renew(struct tx *t)
{
    db_do(t,
          SQL("UPDATE outbox SET lease=$1 WHERE state=0 AND lease<>0 AND carrier=$2 AND "
              "tried_at>$3 /* scan */"),
          I(t->c.now + OUTBOX_LEASE_S), I(outbox_rules.carrier), I(t->c.now - OUTBOX_CARRY_S));
}

/* ---- for pages ------------------------------------------------------------------ */

struct outbox_row outbox_row(struct rows *r)
{
    return (struct outbox_row){ .id = row_int(r, 0),
                                .message = row_int(r, 1),
                                .person = row_int(r, 2),
                                .name = row_str(r, 3),
                                .address = row_str(r, 4),
                                .state = (outbox_state)row_int(r, 5),
                                .tries = (int)row_int(r, 6),
                                .next_at = row_int(r, 7),
                                .tried_at = row_int(r, 8),
                                .done_at = row_int(r, 9),
                                .said = row_str(r, 10),
                                .made = row_int(r, 11),
                                .channel = (channel)row_int(r, 12) };
}

void outbox_count(struct ctx *c, struct outbox_counts *out)
{
    int64_t lately = c->now - LATELY;
    *out = (struct outbox_counts){ 0 };
    EACH (r, c,
          SQL("SELECT count(*), coalesce(sum(CASE WHEN made<$1 THEN 1 ELSE 0 END), 0), "
              "coalesce(sum(CASE WHEN next_at<=$2 THEN 1 ELSE 0 END), 0), coalesce(sum(CASE WHEN "
              "made<=$4 THEN 1 ELSE 0 END), 0) FROM outbox WHERE state=0 AND ($3=0 OR keeper=$3 "
              "AND relay<$5) /* scan */"),
          I(c->now - HOUR), I(c->now), I(c->viewer), I(c->now - OUTBOX_LATE_S), I(RELAY_APART)) {
        out->queued = row_int(&r, 0);
        out->stuck = row_int(&r, 1);
        out->full = row_int(&r, 2) > 0;
        out->late = row_int(&r, 3);
    }
    out->full = out->full && ceiling_reached(c);
    out->failed = db_int(c, 0,
                         SQL("SELECT count(*) FROM outbox WHERE done_at>$1 AND state IN($2, $3, "
                             "$4) AND ($5=0 OR keeper=$5 AND relay<$6)"),
                         I(lately), I(OUTBOX_REFUSED), I(OUTBOX_RETURNED), I(OUTBOX_GIVEN_UP),
                         I(c->viewer), I(RELAY_APART));
    out->ours = db_int(c, 0, SQL("SELECT count(*) FROM returned WHERE at>$1 AND what=$2"),
                       I(lately), I(RETURN_OURS));
}

void outbox_list(struct ctx *c, int max, struct outbox_rows *out)
{
    *out = (struct outbox_rows){ NEW(c->a, struct outbox_row, max), 0 };
    EACH (r, c,
          SQL("SELECT " OUTBOX_COLUMNS " FROM outbox o LEFT JOIN "
              "handle h ON h.key=o.handle LEFT JOIN person p ON p.id=h.person WHERE o.keeper=$1 "
              "AND o.message>0 AND o.relay<$5 AND o.state<>$2 AND (o.state=0 OR o.done_at>$3) "
              "ORDER BY o.id DESC LIMIT $4 /* scan */"),
          I(c->viewer), I(OUTBOX_HANDED), I(c->now - LATELY), I(max), I(RELAY_APART))
        out->at[out->n++] = outbox_row(&r);
}
