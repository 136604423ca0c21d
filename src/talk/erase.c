/* SPDX-License-Identifier: GPL-3.0-or-later
 * erase.c - what goes with a message or a person is worked out here, and nowhere else. */
#include "talk/erase.h"

#include "circles/circle.h"
#include "facts/fact.h"
#include "kit/base/hash.h"
#include "kit/base/text.h"
#include "talk/incoming.h"
#include "talk/participant.h"

#include <stdlib.h>

enum { HANDLES_MOST = 10000, EVENTS_MOST = 1000000 };

/* ---- lists of numbers ----------------------------------------------------- */

struct ids {
    struct arena *a;
    int64_t *at;
    int n, room;
};

static void add(struct ids *l, int64_t x)
{
    if (!x) return;
    if (l->n == l->room) {
        int64_t *old = l->at;
        l->room = MAX(64, 2 * l->room);
        l->at = NEW(l->a, int64_t, l->room);
        if (l->n) memcpy(l->at, old, (size_t)l->n * sizeof *old);
    }
    l->at[l->n++] = x;
}

static int by_number(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
    return (a > b) - (a < b);
}

/* Ascending, each once. */
static void order(struct ids *l)
{
    int n = 0;
    if (l->n) qsort(l->at, (size_t)l->n, sizeof *l->at, by_number);
    for (int i = 0; i < l->n; i++)
        if (!n || l->at[n - 1] != l->at[i]) l->at[n++] = l->at[i];
    l->n = n;
}

static bool has(const struct ids *l, int64_t x) { return erasure_has(l->at, l->n, x); }

/* All that is gathered; each list is in order once it is complete. */
struct work_out {
    struct ctx *c;
    struct ids messages, mentioned, handles, persons, events, never;
    struct erase_plan *plan;
};

static struct work_out work_out(struct ctx *c, struct erase_plan *p)
{
    struct ids none = { .a = c->a };
    *p = (struct erase_plan){ .name = S("") };
    return (struct work_out){ c, none, none, none, none, none, none, p };
}

/* ---- who else loses the name ---------------------------------------------- */

static void add_handles(struct work_out *w, id person)
{
    EACH (r, w->c, SQL("SELECT key FROM handle WHERE person=$1 ORDER BY key LIMIT $2"), I(person),
          I(HANDLES_MOST))
        add(&w->handles, row_int(&r, 0));
}

/* Did somebody say or decide anything about them? Then the house knows them by that as well. */
static bool spoken_of(struct ctx *c, id person)
{
    return db_int(c, 0, SQL("SELECT 1 FROM person WHERE id=$1 AND (ours=1 OR merged<>0)"),
                  I(person)) ||
           db_int(c, 0, SQL("SELECT 1 FROM fact WHERE person=$1 LIMIT 1"), I(person)) ||
           db_int(c, 0, SQL("SELECT 1 FROM consent WHERE person=$1 LIMIT 1"), I(person)) ||
           db_int(c, 0, SQL("SELECT 1 FROM person WHERE merged=$1 AND merged<>0 LIMIT 1"),
                  I(person)) ||
           db_int(c, 0, SQL("SELECT 1 FROM keeper WHERE person=$1"), I(person)) ||
           db_int(
               c, 0,
               SQL("SELECT 1 FROM event WHERE kind>=$1 AND kind<=$2 AND kind<>$3 AND (subject=$4 "
                   "OR other=$4) LIMIT 1"),
               I(EVENT_PERSON_NAMED), I(EVENT_PERSON_ORG), I(EVENT_PERSON_CARD), I(person)) ||
           db_int(c, 0,
                  SQL("SELECT 1 FROM event WHERE kind>=$1 AND kind<=$2 AND subject=$3 LIMIT 1"),
                  I(EVENT_TIE_WANTED), I(EVENT_TIE_ENGINE), I(person));
}

/* On a card of somebody who stays? */
static bool on_a_card(struct work_out *w, id person)
{
    EACH (
        r, w->c,
        SQL("SELECT coalesce(k.person, 0) FROM handle h JOIN card_handle x ON x.handle=h.key LEFT "
            "JOIN card k ON k.event=x.event WHERE h.person=$1 LIMIT $2"),
        I(person), I(EVENTS_MOST))
        if (!has(&w->persons, row_int(&r, 0))) return true;
    return false;
}

static bool occurs_elsewhere(struct work_out *w, id person)
{
    if (talk_takes_part(w->c, person)) return true;
    EACH (r, w->c,
          SQL("SELECT q.message FROM handle h JOIN recipient q ON q.handle=h.key WHERE h.person=$1 "
              "LIMIT $2"),
          I(person), I(EVENTS_MOST))
        if (!has(&w->messages, row_int(&r, 0))) return true;
    return false;
}

static void add_others(struct work_out *w)
{
    struct ids maybe = { .a = w->c->a };
    for (int i = 0; i < w->messages.n; i++)
        EACH (r, w->c,
              SQL("SELECT h.person FROM recipient q JOIN handle h ON h.key=q.handle WHERE "
                  "q.message=$1 LIMIT $2"),
              I(w->messages.at[i]), I(HANDLES_MOST))
            if (!has(&w->persons, row_int(&r, 0))) add(&maybe, row_int(&r, 0));
    order(&maybe);
    for (int i = 0; i < maybe.n; i++) {
        if (spoken_of(w->c, maybe.at[i]) || on_a_card(w, maybe.at[i]) ||
            occurs_elsewhere(w, maybe.at[i]))
            continue;
        add(&w->persons, maybe.at[i]);
        add_handles(w, maybe.at[i]);
        w->plan->others++;
    }
    order(&w->persons);
    order(&w->handles);
}

/* An organisation that has nobody left, and no address in its domain. */
static bool org_goes(struct work_out *w, id org)
{
    if (spoken_of(w->c, org) || on_a_card(w, org)) return false;
    EACH (r, w->c, SQL("SELECT id FROM person WHERE org=$1 AND org<>0 LIMIT $2"), I(org),
          I(EVENTS_MOST))
        if (!has(&w->persons, row_int(&r, 0))) return false;
    EACH (r, w->c,
          SQL("SELECT h.person FROM handle o JOIN handle h ON h.domain=o.shown AND h.domain<>'' "
              "WHERE o.person=$1 LIMIT $2"),
          I(org), I(EVENTS_MOST))
        if (!has(&w->persons, row_int(&r, 0))) return false;
    return true;
}

static void add_orgs(struct work_out *w)
{
    struct ids orgs = { .a = w->c->a };
    for (int i = 0; i < w->persons.n; i++) {
        add(&orgs, db_int(w->c, 0, SQL("SELECT org FROM person WHERE id=$1"), I(w->persons.at[i])));
        EACH (r, w->c,
              SQL("SELECT o.person FROM card k JOIN card_handle x ON x.event=k.event JOIN handle o "
                  "ON o.key=x.handle JOIN person p ON p.id=o.person WHERE k.person=$1 AND "
                  "p.kind=$2 LIMIT $3 /* scan */"),
              I(w->persons.at[i]), I(PERSON_ORG), I(HANDLES_MOST))
            add(&orgs, row_int(&r, 0));
    }
    order(&orgs);
    for (int i = 0; i < orgs.n; i++)
        if (org_goes(w, orgs.at[i])) add_handles(w, orgs.at[i]);
    order(&w->handles);
}

/* ---- whose records change ------------------------------------------------- */

static void add_mentioned(struct work_out *w)
{
    for (int i = 0; i < w->handles.n; i++)
        EACH (r, w->c, SQL("SELECT message FROM recipient WHERE handle=$1 LIMIT $2"),
              I(w->handles.at[i]), I(EVENTS_MOST))
            if (!has(&w->messages, row_int(&r, 0))) add(&w->mentioned, row_int(&r, 0));
    order(&w->mentioned);
    w->plan->mentioned = w->mentioned.n;
}

/* Further copies of these messages; those of what goes are emptied with it. */
static void add_copies(struct work_out *w)
{
    struct ids copies = { .a = w->c->a };
    EACH (r, w->c, SQL("SELECT id, subject FROM event WHERE kind=$1 LIMIT $2"),
          I(EVENT_MAIL_SIGHTED), I(EVENTS_MOST)) {
        if (has(&w->messages, row_int(&r, 1))) add(&copies, row_int(&r, 0));
        else if (has(&w->mentioned, row_int(&r, 1))) add(&w->events, row_int(&r, 0));
    }
    for (int i = 0; i < copies.n; i++) add(&w->messages, copies.at[i]);
    order(&w->messages);
}

static void add_facts(struct work_out *w, id person)
{
    id *events;
    int n = fact_events_about(w->c, person, &events);
    for (int i = 0; i < n; i++) add(&w->events, events[i]);
}

/* Of a message that goes: what points at a place in it; of a fact that goes: what was said of it.
 */
static void add_noticed(struct work_out *w, id message)
{
    id *events;
    int n = fact_events(w->c, message, &events);
    for (int i = 0; i < n; i++) add(&w->events, events[i]);
    EACH (r, w->c, SQL("SELECT id FROM fact WHERE source=$1 AND source<>0 AND origin=$2 LIMIT $3"),
          I(message), I(FACT_OBSERVED), I(EVENTS_MOST))
        add(&w->events, row_int(&r, 0));
}

static void add_said_of(struct work_out *w, id person)
{
    enum { CIRCLES = 1000 };
    struct erasure e = { .handles = w->handles.at, .n_handles = w->handles.n };
    id *seats = NEW(w->c->a, id, CIRCLES);
    int n = circle_events(w->c, person, &e, seats, CIRCLES);
    for (int i = 0; i < n; i++) add(&w->events, seats[i]);
    add_facts(w, person);
    EACH (r, w->c,
          SQL("SELECT id FROM event WHERE kind IN($1, $2, $3, $4, $5, $6, $7, $8) AND subject=$9 "
              "LIMIT $10"),
          I(EVENT_PERSON_NAMED), I(EVENT_PERSON_MARKED), I(EVENT_TIE_WANTED), I(EVENT_TIE_FINE),
          I(EVENT_ADDRESS_RETURNED), I(EVENT_ADDRESS_OPENED), I(EVENT_NOTICE_GIVEN),
          I(EVENT_LOOKED), I(person), I(EVENTS_MOST))
        add(&w->events, row_int(&r, 0));
    EACH (r, w->c, SQL("SELECT event FROM card WHERE person=$1 LIMIT $2 /* scan */"), I(person),
          I(EVENTS_MOST)) {
        add(&w->events, row_int(&r, 0));
        w->plan->cards++;
    }
}

/* An idea that began in a message goes with it, also one that was dropped. */
static void add_ideas(struct work_out *w, id message)
{
    EACH (r, w->c, SQL("SELECT id FROM idea WHERE message=$1 LIMIT $2"), I(message), I(EVENTS_MOST))
        add(&w->events, row_int(&r, 0));
}

/* Who was met by being added to a conversation stands in that event. */
static void add_met(struct work_out *w)
{
    struct ids met = { .a = w->c->a };
    struct erasure e = { .handles = w->handles.at, .n_handles = w->handles.n };
    EACH (r, w->c, SQL("SELECT id FROM event WHERE kind=$1 AND other=0 LIMIT $2"),
          I(EVENT_TALK_ADDED), I(EVENTS_MOST))
        add(&met, row_int(&r, 0));
    for (int i = 0; i < met.n; i++) {
        struct event x;
        struct buf left = { .a = w->c->a };
        if (log_get(w->c, met.at[i], &x) == OK && participant_strip(w->c, x.data, &e, &left))
            add(&w->events, x.id);
    }
}

static void add_records(struct work_out *w)
{
    for (int i = 0; i < w->messages.n; i++) {
        add(&w->events, w->messages.at[i]);
        add_ideas(w, w->messages.at[i]);
        add_noticed(w, w->messages.at[i]);
    }
    for (int i = 0; i < w->mentioned.n; i++) add(&w->events, w->mentioned.at[i]);
    for (int i = 0; i < w->persons.n; i++) add_said_of(w, w->persons.at[i]);
    add_met(w);
    for (int i = 0; i < w->handles.n; i++)
        EACH (r, w->c,
              SQL("SELECT event FROM card_handle WHERE handle=$1 AND event IN(SELECT id FROM event "
                  "WHERE kind=$2) LIMIT $3"),
              I(w->handles.at[i]), I(EVENT_PERSON_CARD), I(EVENTS_MOST))
            add(&w->events, row_int(&r, 0));
    order(&w->events);
}

/* By what it would be known if it came again. */
static void add_traces(struct work_out *w)
{
    struct ctx *c = w->c;
    struct arena *whole = c->a, *round = arena_child(whole);
    for (int i = 0; i < w->messages.n; i++, arena_clear(round)) {
        struct event x;
        c->a = round;
        if (log_get(c, w->messages.at[i], &x) != OK) continue;
        int64_t bytes = body_key(c, x.id);
        c->a = whole;
        add(&w->never, x.ext);
        add(&w->never, bytes);
    }
    c->a = whole;
    arena_close(round);
    order(&w->never);
}

static int count_files(struct work_out *w)
{
    int n = 0;
    for (int i = 0; i < w->messages.n; i++)
        n += (int)db_int(w->c, 0, SQL("SELECT files FROM message WHERE id=$1"),
                         I(w->messages.at[i]));
    return n;
}

static int count_answers(struct work_out *w)
{
    int n = 0;
    for (int i = 0; i < w->messages.n; i++)
        EACH (r, w->c,
              SQL("SELECT a.id FROM message m JOIN message a ON a.conversation=m.conversation AND "
                  "a.parent=m.id WHERE m.id=$1 LIMIT $2"),
              I(w->messages.at[i]), I(EVENTS_MOST))
            n += !has(&w->messages, row_int(&r, 0));
    return n;
}

/* Who became one with them goes with them, and who did with those. */
static void add_merged(struct work_out *w)
{
    for (int i = 0; i < w->persons.n; i++)
        EACH (r, w->c, SQL("SELECT id FROM person WHERE merged=$1 AND merged<>0 LIMIT $2"),
              I(w->persons.at[i]), I(HANDLES_MOST))
            add(&w->persons, row_int(&r, 0));
}

/* From messages, handles and persons to all that follows. */
static void finish(struct work_out *w)
{
    struct erase_plan *p = w->plan;
    add_merged(w);
    order(&w->messages);
    order(&w->persons);
    order(&w->handles);
    p->handles = w->handles.n;
    add_others(w);
    add_orgs(w);
    add_mentioned(w);
    p->files = count_files(w);
    p->answers = count_answers(w);
    add_copies(w);
    add_records(w);
    add_traces(w);
    p->what.messages = w->messages.at;
    p->what.n_messages = w->messages.n;
    p->what.handles = w->handles.at;
    p->what.n_handles = w->handles.n;
    p->what.never = w->never.at;
    p->what.n_never = w->never.n;
    p->events = w->events.at;
    p->n_events = w->events.n;
}

/* ---- plans ---------------------------------------------------------------- */

/* Of what could not be read: whose mail it was decides. */
static bool unreadable(struct ctx *c, id event)
{
    return db_int(
        c, 0,
        SQL("SELECT 1 FROM unreadable u JOIN event e ON e.id=u.event WHERE u.event=$1 AND "
            "e.actor=$2"),
        I(event), I(c->viewer));
}

err erase_message_plan(struct ctx *c, id message, struct erase_plan *out)
{
    struct message m = { .subject = S("") };
    if (!unreadable(c, message)) TRY(talk_message(c, message, &m));
    if (m.marks & TALK_MARK_ERASED) return fail(c, E_CONFLICT, "this message was erased already");
    struct work_out w = work_out(c, out);
    out->what.message = message;
    out->name = m.subject;
    add(&w.messages, message);
    finish(&w);
    return OK;
}

/* What they wrote, and what the house wrote to them and nobody else outside. */
static void add_letters(struct work_out *w, id person)
{
    EACH (r, w->c,
          SQL("SELECT m.id, coalesce(f.person, 0), coalesce(p.ours, 0), EXISTS(SELECT 1 FROM "
              "recipient x JOIN handle g ON g.key=x.handle JOIN person o ON o.id=g.person WHERE "
              "x.message=m.id AND x.role<>$2 AND o.ours=0 AND o.id<>$1) FROM message m LEFT JOIN "
              "handle f ON f.key=m.author LEFT JOIN person p ON p.id=f.person WHERE m.id IN(SELECT "
              "q.message FROM handle h JOIN recipient q ON q.handle=h.key WHERE h.person=$1) ORDER "
              "BY m.id LIMIT $3"),
          I(person), I(ROLE_FROM), I(EVENTS_MOST)) {
        bool wrote = row_int(&r, 1) == person, told = !wrote && row_bool(&r, 2) && !row_bool(&r, 3);
        if (wrote || told) add(&w->messages, row_int(&r, 0));
        w->plan->wrote += wrote;
        w->plan->told += told;
    }
}

/* A letter to them that came back lies in the report of that, which a machine wrote. */
static void add_reports(struct work_out *w)
{
    enum { MOST = 100000 };
    id *reports = NEW(w->c->a, id, MOST);
    w->plan->reports = talk_reports_about(w->c, w->handles.at, w->handles.n, reports, MOST);
    for (int i = 0; i < w->plan->reports; i++) add(&w->messages, reports[i]);
}

static err may_erase(struct ctx *c, const struct person *p)
{
    if (c->viewer != p->id && keeper_role_of(c, c->viewer) != KEEPER_OWNER)
        return fail(c, E_DENIED, "only they, or an owner of the house, can erase a person");
    if (db_int(c, 0, SQL("SELECT 1 FROM keeper WHERE person=$1"), I(p->id)))
        return fail(c, E_INVALID,
                    "%.*s keeps this house, or did: what was done here bears that name",
                    STR(p->name));
    if (p->kind == PERSON_ORG)
        return fail(c, E_INVALID, "an organisation goes with the last of its people");
    return OK;
}

err erase_person_plan(struct ctx *c, id person, struct erase_plan *out)
{
    struct person p;
    TRY(person_get(c, person, &p));
    TRY(may_erase(c, &p));
    struct work_out w = work_out(c, out);
    out->what.person = p.id;
    out->name = p.name;
    add(&w.persons, p.id);
    add_handles(&w, p.id);
    for (int i = 0; i < w.handles.n; i++) add(&w.never, w.handles.at[i]);
    add_letters(&w, p.id);
    add_reports(&w);
    finish(&w);
    return OK;
}

void erase_strangers_plan(struct ctx *c, const id *persons, int n, struct erase_plan *out)
{
    struct work_out w = work_out(c, out);
    for (int i = 0; i < n; i++) {
        add(&w.persons, persons[i]);
        add_handles(&w, persons[i]);
    }
    finish(&w);
}

/* ---- the deed ------------------------------------------------------------- */

static err run(struct tx *t, struct erase_plan *p)
{
    struct ids bodies = { .a = t->c.a };
    for (int i = 0; i < p->what.n_messages; i++)
        add(&bodies,
            db_int(&t->c, 0, SQL("SELECT body FROM event WHERE id=$1"), I(p->what.messages[i])));
    talk_unsend(t, &p->what); /* by names, which go */
    TRY(log_erase(t, &p->what, p->events, p->n_events));
    body_erase(t, bodies.at, bodies.n);
    if (p->what.person)
        db_do(t, SQL("DELETE FROM map_place WHERE person=$1 /* scan */"), I(p->what.person));
    return OK;
}

err erase_do(struct tx *t, struct erase_plan *p, erase_reason why)
{
    p->what.reason = why;
    return run(t, p);
}

erase_reason erase_reason_of(struct str word)
{
    return str_eq(word, S("asked"))      ? ERASE_ASKED
           : str_eq(word, S("unneeded")) ? ERASE_UNNEEDED
           : str_eq(word, S("mistake"))  ? ERASE_MISTAKE
                                         : 0;
}

err erase_again(struct tx *t, const struct erasure *old)
{
    struct ctx *c = &t->c;
    struct erase_plan p;
    struct work_out w = work_out(c, &p);
    for (int i = 0; i < old->n_never; i++) {
        struct event x;
        id event = log_find(c, old->never[i]);
        if (event && log_get(c, event, &x) == OK &&
            (x.kind == EVENT_MAIL_RECEIVED || x.kind == EVENT_FACT_NOTED))
            add(&w.messages, event);
        add(&w.never, old->never[i]);
    }
    for (int i = 0; i < old->n_handles; i++) {
        id who = db_int(c, 0, SQL("SELECT person FROM handle WHERE key=$1"), I(old->handles[i]));
        if (!who) continue;
        add(&w.handles, old->handles[i]);
        add(&w.persons, who);
        if (old->person && erasure_has(old->never, old->n_never, old->handles[i]))
            p.what.person = who;
    }
    finish(&w);
    p.what.message = !old->person && w.messages.n ? w.messages.at[0] : 0;
    p.what.reason = old->reason;
    p.what.at = old->at;
    return run(t, &p);
}

/* ---- in words ------------------------------------------------------------- */

static struct str count(struct arena *a, int n, const char *one, const char *many)
{
    return n == 1 ? str_fmt(a, "1 %s", one) : str_fmt(a, "%d %s", n, many);
}

static int say_person(struct arena *a, const struct erase_plan *p, struct str *out)
{
    int n = 0;
    out[n++] = str_fmt(a, "Goes: the name, %.*s, and what was noted, marked or computed.",
                       STR(count(a, p->handles, "address", "addresses")));
    out[n++] = str_fmt(a, "Goes: %.*s they wrote, and %.*s the house wrote to them alone.",
                       STR(count(a, p->wrote, "message", "messages")),
                       STR(count(a, p->told, "message", "messages")));
    if (p->reports)
        out[n++] = str_fmt(a, "Goes: %.*s that a letter to them came back.",
                           STR(count(a, p->reports, "report", "reports")));
    if (p->mentioned)
        out[n++] = str_fmt(a,
                           "Stays: %.*s of others, without their name among the addresses. What "
                           "others wrote stays theirs, and so do its bytes as they came.",
                           STR(count(a, p->mentioned, "message", "messages")));
    out[n++] = S("Afterwards: an import leaves out what they wrote before today. If they write "
                 "again, they are somebody new.");
    return n;
}

int erase_say(struct arena *a, const struct erase_plan *p, struct str *lines, int most)
{
    struct str all[ERASE_SENTENCES];
    int n = 0;
    if (p->what.person) n = say_person(a, p, all);
    else {
        all[n++] = S("Goes: the subject, the words, the bytes as they came, and what search knew.");
        all[n++] = S("Stays: that it was written, on which day, by whom and to whom.");
    }
    if (p->files) all[n++] = str_fmt(a, "Goes: %.*s.", STR(count(a, p->files, "file", "files")));
    if (p->others)
        all[n++] = str_fmt(a, "Goes: name and address of %.*s who occur nowhere else.",
                           STR(count(a, p->others, "person", "people")));
    if (p->answers)
        all[n++] = str_fmt(a, "Stays: %.*s, with what they quote.",
                           STR(count(a, p->answers, "answer", "answers")));
    for (int i = 0; i < n && i < most; i++) lines[i] = all[i];
    return MIN(n, most);
}
