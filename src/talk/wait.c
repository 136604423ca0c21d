/* SPDX-License-Identifier: GPL-3.0-or-later
 * wait.c - what a conversation amounts to: who is in it, who addressed whom, who waits.
 * A pure function of the conversation's rows, computed anew whenever one of them changes. */
#include "talk/incoming.h"

#include <stdlib.h>

enum {
    SIDES = 64,
    ANSWER_MOST = 30 * DAY,
    MEMBERS_MOST = 500,
    ROWS_MOST = 1 << 20,
    SPOKEN_MOST = TIE_DIRECT_MAX + 2
};

struct wmessage {
    id id, parent, author;
    int64_t at;
    talk_class class;
    unsigned said;
    int64_t same;
    int reach, files;
    bool ours;        /* the author is of the house */
    bool spoken;      /* a note of ours: it went both ways, whatever it says */
    bool apart;       /* said in a circle: of no concern to others */
    bool needless;    /* a keeper said that it asks for no answer */
    bool first;       /* nothing was derived from it before */
    person_kind kind; /* of the author */
    int from, to;     /* its recipients in the list */
    int parent_at;    /* place of the parent, -1: not in this conversation */
    struct str subject;
};
struct wrecipient {
    id person;
    recipient_role role;
    person_kind kind;
    bool ours, keeper;
};
struct talk {
    id id;
    struct wmessage *at;
    int n, room;
    struct wrecipient *who;
    int n_who, who_room;
    bool first; /* nothing was derived from any of it before */
};

/* ---- what is new --------------------------------------------------------- */

/* Messages of this piece of work that have been here, a bit for each. */
struct settled {
    id before; /* the last one of earlier work */
    uint8_t *bits;
    int64_t room;
};

static struct settled *settled_of(struct tx *t)
{
    struct settled *s = tx_memo(t, &settled_of, sizeof *s, NULL);
    s->before = log_before(t);
    return s;
}

/* Did it come with this piece of work, and not settle yet? Then no row was derived from it. */
static bool first_time(struct tx *t, struct settled *s, id message)
{
    int64_t bit = message - s->before;
    if (bit <= 0) return false;
    if (bit / 8 >= s->room) {
        int64_t room = MAX(KIB, bit / 4);
        uint8_t *more = NEW(t->a, uint8_t, room);
        if (s->room) memcpy(more, s->bits, (size_t)s->room);
        s->bits = more;
        s->room = room;
    }
    bool before = s->bits[bit / 8] & 1 << bit % 8;
    s->bits[bit / 8] |= (uint8_t)(1 << bit % 8);
    return !before;
}

/* ---- loading ------------------------------------------------------------- */

/* The list, with room for one more. */
static void *grown(struct arena *a, void *list, int n, int *room, ptrdiff_t size)
{
    if (n < *room) return list;
    *room = MAX(16, n * 2);
    void *more = arena_alloc(a, size, *room);
    if (n) memcpy(more, list, (size_t)n * (size_t)size);
    return more;
}

static void load_messages(struct tx *t, struct talk *k)
{
    struct ctx *c = &t->c;
    struct settled *s = settled_of(t);
    k->first = true;
    EACH (r, c,
          SQL("SELECT m.id, m.parent, m.at, m.class, m.said, m.same, m.reach, m.files, m.subject, "
              "p.id, p.ours, p.kind, m.marks, "
              "EXISTS(SELECT 1 FROM needless z WHERE z.message=m.id), "
              "EXISTS(SELECT 1 FROM message_for z WHERE z.message=m.id)"
              " FROM message m LEFT JOIN handle h ON h.key=m.author LEFT JOIN person p ON "
              "p.id=h.person"
              " WHERE m.conversation=$1 ORDER BY m.at, m.node LIMIT $2"),
          I(k->id), I(ROWS_MOST)) {
        bool first = first_time(t, s, row_int(&r, 0));
        k->first = k->first && first;
        if (row_int(&r, 12) & TALK_MARK_BACK) continue;
        k->at = grown(c->a, k->at, k->n, &k->room, sizeof *k->at);
        k->at[k->n++] =
            (struct wmessage){ .id = row_int(&r, 0),
                               .parent = row_int(&r, 1),
                               .at = row_int(&r, 2),
                               .class = (talk_class)row_int(&r, 3),
                               .said = (unsigned)row_int(&r, 4),
                               .same = row_int(&r, 5),
                               .reach = (int)row_int(&r, 6),
                               .files = (int)row_int(&r, 7),
                               .subject = row_str(&r, 8),
                               .author = row_int(&r, 9),
                               .ours = row_bool(&r, 10),
                               .kind = (person_kind)row_int(&r, 11),
                               .spoken = row_bool(&r, 10) && (row_int(&r, 12) & TALK_MARK_SPOKEN),
                               .needless = row_bool(&r, 13),
                               .first = first,
                               .apart = row_bool(&r, 14),
                               .parent_at = -1 };
    }
}

/* Who stands behind the addresses met last: in a batch it is the same few, over and over. */
enum { KNOWN = 512 };
struct wait_known {
    struct known {
        int64_t handle;
        struct wrecipient who; /* person 0: nobody */
    } at[KNOWN];
};

struct wait_known *wait_known(struct arena *a) { return NEW(a, struct wait_known, 1); }

static struct wrecipient behind(struct ctx *c, struct wait_known *all, int64_t handle)
{
    struct known *k = &all->at[(uint64_t)handle % KNOWN];
    if (k->handle == handle) return k->who;
    *k = (struct known){ .handle = handle };
    EACH (r, c,
          SQL("SELECT p.id, p.kind, p.ours, e.person FROM handle h JOIN person p ON p.id=h.person "
              "LEFT JOIN keeper e ON e.person=p.id WHERE h.key=$1"),
          I(handle))
        k->who = (struct wrecipient){ .person = row_int(&r, 0),
                                      .kind = (person_kind)row_int(&r, 1),
                                      .ours = row_bool(&r, 2),
                                      .keeper = !row_null(&r, 3) };
    return k->who;
}

static int by_role(const void *x, const void *y)
{
    const struct wrecipient *a = x, *b = y;
    if (a->role != b->role) return a->role < b->role ? -1 : 1;
    return (a->person > b->person) - (a->person < b->person);
}

static void load_recipients(struct ctx *c, struct wait_known *known, struct talk *k, int message)
{
    struct wmessage *m = &k->at[message];
    m->from = m->to = k->n_who;
    EACH (r, c,
          SQL("SELECT role, handle FROM recipient WHERE message=$1 ORDER BY role, handle LIMIT $2"),
          I(m->id), I(ROWS_MOST - k->n_who)) {
        k->who = grown(c->a, k->who, k->n_who, &k->who_room, sizeof *k->who);
        k->who[k->n_who++] = (struct wrecipient){ .role = (recipient_role)row_int(&r, 0),
                                                  .person = row_int(&r, 1) }; /* its handle yet */
    }
    for (int i = m->from; i < k->n_who; i++) {
        struct wrecipient w = behind(c, known, k->who[i].person);
        w.role = k->who[i].role;
        if (w.person) k->who[m->to++] = w;
    }
    k->n_who = m->to;
    if (m->to - m->from > 1)
        qsort(k->who + m->from, (size_t)(m->to - m->from), sizeof *k->who, by_role);
}

/* Of one second the question comes before its answer, whichever arrived first. */
static void put_parents_first(struct talk *k)
{
    for (int i = 0; i < k->n; i++)
        for (int j = i + 1; j < k->n && k->at[j].at == k->at[i].at; j++) {
            if (k->at[j].id != k->at[i].parent) continue;
            struct wmessage parent = k->at[j];
            memmove(&k->at[i + 1], &k->at[i], sizeof parent * (size_t)(j - i));
            k->at[i] = parent;
            j = i; /* it may have one of its own */
        }
}

/* Mostly before, but by a wrong clock also behind. */
static void find_parents(struct talk *k)
{
    for (int i = 0; i < k->n; i++) {
        struct wmessage *m = &k->at[i];
        for (int j = i - 1; m->parent && j >= 0 && m->parent_at < 0; j--)
            if (k->at[j].id == m->parent) m->parent_at = j;
        for (int j = i + 1; m->parent && j < k->n && m->parent_at < 0; j++)
            if (k->at[j].id == m->parent) m->parent_at = j;
    }
}

/* ---- who addressed whom -------------------------------------------------- */

/* A door is answered by a human: the next of ours who writes, else the one it answers, else the
 * last of ours before. 0: nobody known. */
static id behind_door(const struct talk *k, int i)
{
    for (int j = i + 1; j < k->n; j++)
        if (k->at[j].ours && k->at[j].kind == PERSON_HUMAN) return k->at[j].author;
    int p = k->at[i].parent_at;
    if (p >= 0 && k->at[p].ours && k->at[p].kind == PERSON_HUMAN) return k->at[p].author;
    for (int j = i - 1; j >= 0; j--)
        if (k->at[j].ours && k->at[j].kind == PERSON_HUMAN) return k->at[j].author;
    return 0;
}

static void add(struct contact *list, int *n, id from, id to)
{
    for (int i = 0; i < *n; i++)
        if (list[i].to == to) return;
    if (to && to != from && *n < TIE_DIRECT_MAX + 2)
        list[(*n)++] = (struct contact){ .from = from, .to = to };
}

static int contacts_of(const struct talk *k, int i, struct contact *out)
{
    const struct wmessage *m = &k->at[i];
    int n = 0;
    if (!m->author || m->kind != PERSON_HUMAN || m->reach > TIE_DIRECT_MAX) return 0;
    if (m->class != TALK_DIRECT && m->class != TALK_LIST) return 0;
    bool any_to = false;
    for (int j = m->from; j < m->to; j++) {
        const struct wrecipient *w = &k->who[j];
        if (w->role != ROLE_TO) continue;
        any_to = true;
        if (w->kind == PERSON_HUMAN) add(out, &n, m->author, w->person);
        if (w->kind == PERSON_ROLE && w->ours && m->class == TALK_DIRECT)
            add(out, &n, m->author, behind_door(k, i));
    }
    if (m->class == TALK_LIST && m->parent_at >= 0 && k->at[m->parent_at].kind == PERSON_HUMAN)
        add(out, &n, m->author, k->at[m->parent_at].author);
    for (int j = m->from; !any_to && m->class == TALK_DIRECT && j < m->to; j++)
        if ((k->who[j].role == ROLE_BCC || k->who[j].role == ROLE_ENVELOPE) &&
            k->who[j].kind == PERSON_HUMAN) {
            add(out, &n, m->author, k->who[j].person);
            break;
        }
    return n;
}

/* A talk goes both ways, between each of ours and each of the others who were there. */
static int spoken_contacts(const struct talk *k, int i, struct contact *out)
{
    const struct wmessage *m = &k->at[i];
    int n = 0;
    for (int a = m->from; a < m->to; a++)
        for (int b = m->from; b < m->to; b++) {
            const struct wrecipient *us = &k->who[a], *them = &k->who[b];
            if (!us->ours || them->ours || us->kind != PERSON_HUMAN || them->kind != PERSON_HUMAN ||
                n > SPOKEN_MOST - 2)
                continue;
            out[n++] = (struct contact){ us->person, them->person, them->person };
            out[n++] = (struct contact){ them->person, us->person, them->person };
        }
    return n;
}

/* The gate: ours wrote to them, or they answered one of ours by its id. */
static void set_gates(const struct talk *k, int i, struct contact *list, int n)
{
    const struct wmessage *m = &k->at[i];
    bool answers = m->parent_at >= 0 && k->at[m->parent_at].ours && !m->ours;
    for (int j = 0; j < n; j++) list[j].opens = m->ours ? list[j].to : answers ? m->author : 0;
}

static void settle_contacts(struct tx *t, const struct talk *k)
{
    struct contact list[SPOKEN_MOST];
    for (int i = 0; i < k->n; i++) {
        int n = k->at[i].apart    ? 0
                : k->at[i].spoken ? spoken_contacts(k, i, list)
                                  : contacts_of(k, i, list);
        if (!k->at[i].spoken) set_gates(k, i, list, n);
        tie_contacts(t, k->at[i].id, k->at[i].at, k->at[i].first, list, n);
    }
}

/* ---- members and summary ------------------------------------------------- */

struct tally {
    id person;
    int64_t wrote;
};

static void count_in(struct tally *list, int *n, int most, id person, int wrote)
{
    for (int i = 0; i < *n; i++)
        if (list[i].person == person) {
            list[i].wrote += wrote;
            return;
        }
    if (person && *n < most) list[(*n)++] = (struct tally){ person, wrote };
}

static void settle_members(struct tx *t, const struct talk *k)
{
    int most = MIN(k->n_who, MEMBERS_MOST), n = 0;
    struct tally *list = NEW(t->c.a, struct tally, most + 1);
    int64_t last = k->at[k->n - 1].at;
    for (int i = 0; i < k->n; i++)
        for (int j = k->at[i].from; j < k->at[i].to; j++)
            if (k->who[j].role != ROLE_ENVELOPE && k->who[j].role != ROLE_BCC)
                count_in(list, &n, most, k->who[j].person, k->who[j].role == ROLE_FROM);
    if (!k->first) db_do(t, SQL("DELETE FROM member WHERE conversation=$1"), I(k->id));
    for (int i = 0; i < n; i++)
        db_do(
            t,
            SQL("INSERT INTO member(conversation, person, wrote, last_at) VALUES($1, $2, $3, $4)"),
            I(k->id), I(list[i].person), I(list[i].wrote), I(last));
}

/* The last word that keepers said of it; in most houses none has been said yet. */
struct said_of {
    talk_kind kind;
    id kinded, settled;
};
static struct said_of said_of(struct ctx *c, id conversation)
{
    struct said_of s = { .kind = KIND_UNSAID };
    if (!db_int(c, 0, SQL("SELECT 1 FROM verdict LIMIT 1"))) return s;
    EACH (r, c,
          SQL("SELECT v.kind, v.message FROM message m CROSS JOIN verdict v WHERE "
              "m.conversation=$1 AND v.message=m.id ORDER BY v.event DESC LIMIT 200"),
          I(conversation)) {
        talk_kind kind = (talk_kind)row_int(&r, 0);
        if (!kind && !s.settled) s.settled = row_int(&r, 1);
        if (kind && !s.kind) s = (struct said_of){ kind, row_int(&r, 1), s.settled };
    }
    return s;
}

static void settle_summary(struct tx *t, const struct talk *k)
{
    bool direct = false;
    for (int i = 0; i < k->n; i++)
        direct = direct || k->at[i].class == TALK_DIRECT || k->at[i].class == TALK_LIST;
    struct said_of s = said_of(&t->c, k->id);
    db_do(t,
          SQL("INSERT INTO conversation(id, subject, first_at, last_at, last_message, messages, "
              "direct, kind, kinded, settled)"
              " VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT(id) DO UPDATE SET "
              "subject=excluded.subject,"
              " first_at=excluded.first_at, last_at=excluded.last_at, "
              "last_message=excluded.last_message,"
              " messages=excluded.messages, direct=excluded.direct, kind=excluded.kind, "
              "kinded=excluded.kinded, settled=excluded.settled"),
          I(k->id), T(k->at[0].subject), I(k->at[0].at), I(k->at[k->n - 1].at),
          I(k->at[k->n - 1].id), I(k->n), I(direct), I(s.kind), I(s.kinded), I(s.settled));
}

/* ---- who waits ----------------------------------------------------------- */

struct side { /* one person of the other side in this conversation */
    id person, keeper;
    int64_t they_since, we_since;
    id they_message, we_message, we_keeper;
};

static struct side *side_of(struct side *list, int *n, id person)
{
    for (int i = 0; i < *n; i++)
        if (list[i].person == person) return &list[i];
    if (!person || *n == SIDES) return NULL;
    list[*n] = (struct side){ .person = person };
    return &list[(*n)++];
}

/* Is it addressed to us, and to which keeper? A door or a copy-less envelope is everybody's (0). */
static bool addressed(const struct talk *k, const struct wmessage *m, id *keeper)
{
    bool to_us = false, any_to = false;
    *keeper = 0;
    for (int j = m->from; j < m->to; j++) {
        const struct wrecipient *w = &k->who[j];
        any_to = any_to || w->role == ROLE_TO;
        if (w->role != ROLE_TO || !w->ours) continue;
        to_us = true;
        if (!*keeper && w->keeper) *keeper = w->person;
    }
    for (int j = m->from; !any_to && j < m->to; j++)
        if (k->who[j].role == ROLE_ENVELOPE && k->who[j].ours) {
            to_us = true;
            *keeper = k->who[j].keeper ? k->who[j].person : 0;
        }
    return to_us;
}

static bool substantive(const struct wmessage *m)
{
    return !(m->said & (SAID_THANKS | SAID_WILL_DO)) && (!(m->said & SAID_NOTHING) || m->files);
}

static void theirs(const struct talk *k, const struct wmessage *m, struct side *list, int *n)
{
    id keeper;
    struct side *s = side_of(list, n, m->author);
    if (!s || m->kind != PERSON_HUMAN) return;
    if (!(m->said & SAID_THANKS)) s->we_since = 0;
    if (m->needless || !substantive(m) || !addressed(k, m, &keeper) || s->they_since) return;
    s->they_since = m->at; /* a nudge doesn't restart the clock */
    s->they_message = m->id;
    s->keeper = keeper;
}

static void note_answer(struct tx *t, const struct wmessage *m, const struct side *s)
{
    if (m->at > s->they_since && m->at - s->they_since < ANSWER_MOST)
        db_do(t,
              SQL("INSERT INTO answer(message, keeper, at, took) VALUES($1, $2, $3, $4) ON "
                  "CONFLICT(message)"
                  " DO UPDATE SET keeper=excluded.keeper, at=excluded.at, took=excluded.took"),
              I(m->id), I(m->author), I(m->at), I(m->at - s->they_since));
}

static void ours(struct tx *t, const struct talk *k, const struct wmessage *m, struct side *list,
                 int *n)
{
    bool thanks = !m->spoken && m->said & SAID_THANKS, asks = !m->spoken && m->said & SAID_QUESTION;
    id answered = m->parent_at >= 0 ? k->at[m->parent_at].author : 0;
    for (int i = 0; i < *n; i++) {
        struct side *s = &list[i];
        bool reached = s->person == answered;
        for (int j = m->from; j < m->to && !reached; j++)
            reached = k->who[j].person == s->person &&
                      (k->who[j].role == ROLE_TO || k->who[j].role == ROLE_CC);
        if (reached && m->spoken) s->we_since = 0;
        if (!reached || thanks || !s->they_since) continue;
        note_answer(t, m, s);
        s->they_since = 0;
    }
    for (int j = m->from; asks && m->reach <= TIE_DIRECT_MAX && j < m->to; j++) {
        const struct wrecipient *w = &k->who[j];
        struct side *s = w->role == ROLE_TO && !w->ours && w->kind == PERSON_HUMAN
                             ? side_of(list, n, w->person)
                             : NULL;
        if (!s || s->we_since) continue;
        s->we_since = m->at;
        s->we_message = m->id;
        s->we_keeper = m->author;
    }
}

static void put_wait(struct tx *t, id conversation, id keeper, id person, bool on_us, int64_t since,
                     id message)
{
    keeper = keeper_holder(&t->c, keeper);
    db_do(t,
          SQL("INSERT INTO wait(conversation, keeper, person, ours, since, message) VALUES($1, $2, "
              "$3, $4, $5, $6)"
              " ON CONFLICT(conversation, keeper, person) DO NOTHING"),
          I(conversation), I(keeper), I(person), I(on_us), I(since), I(message));
}

static void settle_waits(struct tx *t, const struct talk *k)
{
    struct side list[SIDES];
    int n = 0;
    int64_t closed =
        db_int(&t->c, INT64_MIN,
               SQL("SELECT max(c.at) FROM message m JOIN closed c ON c.conversation_of=m.id"
                   " WHERE m.conversation=$1 HAVING count(*)>0"),
               I(k->id));
    if (!k->first)
        db_do(t,
              SQL("DELETE FROM answer WHERE message IN(SELECT id FROM message WHERE "
                  "conversation=$1)"),
              I(k->id));
    for (int i = 0; i < k->n; i++) {
        const struct wmessage *m = &k->at[i];
        if (m->at <= closed || m->class != TALK_DIRECT || !m->author || m->apart) continue;
        if (m->ours) ours(t, k, m, list, &n);
        else theirs(k, m, list, &n);
    }
    if (!k->first) db_do(t, SQL("DELETE FROM wait WHERE conversation=$1"), I(k->id));
    for (int i = 0; i < n; i++) {
        if (list[i].they_since)
            put_wait(t, k->id, list[i].keeper, list[i].person, true, list[i].they_since,
                     list[i].they_message);
        else if (list[i].we_since)
            put_wait(t, k->id, list[i].we_keeper, list[i].person, false, list[i].we_since,
                     list[i].we_message);
    }
}

/* What is open to the house, every keeper may see; what is no longer, only those who may anyway. */
static void settle_sight(struct tx *t, id conversation)
{
    if (!db_int(&t->c, 0, SQL("SELECT 1 FROM opened LIMIT 1"))) return;
    if (db_int(&t->c, 0,
               SQL("SELECT 1 FROM message m JOIN opened o ON o.message=m.id WHERE "
                   "m.conversation=$1 AND o.at>0 LIMIT 1"),
               I(conversation)))
        db_do(t,
              SQL("INSERT INTO sight(who, message, lent) SELECT k.person, m.id, 1 FROM message m "
                  "JOIN keeper k ON true"
                  " WHERE m.conversation=$1 AND (m.marks & $2)=0 AND NOT EXISTS(SELECT 1 FROM "
                  "message_for f WHERE f.message=m.id) ON CONFLICT(who, message) DO NOTHING "
                  "/* scan */"),
              I(conversation), I(TALK_MARK_BACK));
    else
        db_do(t,
              SQL("DELETE FROM sight WHERE lent=1 AND message IN(SELECT id FROM message WHERE "
                  "conversation=$1)"),
              I(conversation));
}

void wait_settle(struct tx *t, struct wait_known *known, id conversation)
{
    struct talk k = { .id = conversation };
    load_messages(t, &k);
    if (!k.n) {
        db_do(t,
              SQL("DELETE FROM answer WHERE message IN(SELECT id FROM message WHERE "
                  "conversation=$1)"),
              I(conversation));
        db_do(t, SQL("DELETE FROM member WHERE conversation=$1"), I(conversation));
        db_do(t, SQL("DELETE FROM wait WHERE conversation=$1"), I(conversation));
        db_do(t, SQL("DELETE FROM conversation WHERE id=$1"), I(conversation));
        return;
    }
    for (int i = 0; i < k.n; i++) load_recipients(&t->c, known, &k, i);
    put_parents_first(&k);
    find_parents(&k);
    settle_contacts(t, &k);
    settle_members(t, &k);
    settle_summary(t, &k);
    settle_waits(t, &k);
    settle_sight(t, k.id);
}
