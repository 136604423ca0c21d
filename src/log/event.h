/* SPDX-License-Identifier: GPL-3.0-or-later
 * event.h - the log: what was said or done, when, by whom; append only.
 *
 * Everything else in a house is derived from it: in the transaction that appends an
 * event each concept's apply() notes it in its own tables, and settle() derives what
 * depends on more than one event (trees, ties, waits). Rebuild throws the derived tables
 * away, applies all events again in their order and settles; the tables must be equal.
 *
 * The chain: chain(n) = BLAKE2b-256(chain(n-1), skeleton(n), sum(n)) where sum(n) =
 * BLAKE2b-256(salt, data, body hash). Erasure forgets salt, data and body and keeps the
 * sum, which then can't be guessed from. */
#pragma once
#include "kit/store/db.h"

typedef enum {
    CHANNEL_NONE,
    CHANNEL_MAIL,
    CHANNEL_FEDIVERSE,
    CHANNEL_WEB,
    CHANNEL_COUNTER
} channel;

/* Numbers are for ever: they stand in the log. */
#define EVENT_KINDS(X)                                                                             \
    X(1, HOUSE_FOUNDED, "house.founded")  /* data: name */                                         \
    X(2, KEEPER_JOINED, "keeper.joined")  /* subject: person; data: name, addresses, role */       \
    X(3, KEEPER_LEFT, "keeper.left")      /* subject: person */                                    \
    X(10, PERSON_NAMED, "person.named")   /* subject: person; data: name */                        \
    X(11, PERSON_KIND, "person.kind")     /* subject: person; data: kind */                        \
    X(12, PERSON_MARKED, "person.marked") /* subject: person; data: mark, value */                 \
    X(13, PERSON_MERGED, "person.merged") /* subject: stays; other: goes; data: handles */         \
    X(14, PERSON_SPLIT, "person.split")   /* subject: from; other: to (0: new); data: handles */   \
    X(15, PERSON_APART,                                                                            \
      "person.apart") /* subject, other: said to be two; data: value 1 takes it back */            \
    X(16, PERSON_MET,                                                                              \
      "person.met") /* subject: person; a keeper says we know them; data: value 1 takes it back */ \
    X(17, PERSON_CARD,                                                                             \
      "person.card") /* data: name, handles and more of a card, see people/card.c */               \
    X(18, PERSON_ORG, "person.org") /* subject: person; other: organisation; data: from, until */  \
    X(19, PERSON_UNCARD,                                                                           \
      "person.uncard") /* subject: the card's event, taken back; data: handles that go */          \
    X(30, MAIL_RECEIVED, "mail.received") /* subject: message; data: see talk; body: raw */        \
    X(31, MAIL_SIGHTED, "mail.sighted")   /* subject: message seen before; data, body: as above */ \
    X(32, MAIL_UNREADABLE, "mail.unreadable") /* data: reason; body: raw */                        \
    X(40, TALK_JOINED, "talk.joined")         /* subject, other: messages */                       \
    X(41, TALK_SPLIT, "talk.split")   /* subject: message that begins a new conversation */        \
    X(42, TALK_UNDONE, "talk.undone") /* subject: the event taken back */                          \
    X(43, TALK_CLOSED, "talk.closed") /* subject: message up to which nothing waits */             \
    X(44, TALK_OPENED, "talk.opened") /* subject: message whose conversation the house may see */  \
    X(45, TALK_SHUT, "talk.shut")     /* subject: message; takes the opening back */               \
    X(50, TIE_WANTED, "tie.wanted")   /* subject: person; data: layer wanted */                    \
    X(51, TIE_FINE,                                                                                \
      "tie.fine") /* subject: person; quiet is fine until next contact; data: taken back */        \
    X(52, TIE_ENGINE, "tie.engine") /* subject: person; data: on/off */
typedef enum {
#define X(number, name, word) EVENT_##name = (number),
    EVENT_KINDS(X)
#undef X
} event_kind;
const char *event_word(int kind);   /* "mail.received"; "unknown" */
int event_kind_of(struct str word); /* 0 when unknown */

struct event {
    id id;        /* given by log_append: one more than the last */
    int64_t at;   /* when it happened; 0: now */
    int64_t seen; /* when it was logged */
    id actor;     /* the person who did it; 0: the house itself */
    int kind;
    id subject, other;
    channel channel;
    int64_t ext;       /* hash_name of the external id (Message-ID ...); 0: none */
    struct str data;   /* a record (pack.h); tags belong to the kind's concept */
    struct str packed; /* when appending: pack_bytes(data), if at hand */
    id body;           /* stored bytes, see log_keep; 0: none */
};

/* Appends, applies and settles. The external id must be new: ask log_find first. */
id log_append(struct tx *, struct event);
/* Appends and applies; the caller settles later in this or a later piece of work (imports). */
id log_note(struct tx *, struct event);
void log_settle(struct tx *);
id log_find(struct ctx *, int64_t ext); /* event with that external id, or 0 */
/* E_NOTFOUND when there is none. */
err log_get(struct ctx *, id event, struct event *out) MUST_USE;

/* The last event of that kind about `other`. E_NOTFOUND when there is none. */
err log_last(struct ctx *, int kind, id other, struct event *out) MUST_USE;

enum { LOG_DATA_MOST = 16 * MIB }; /* of one event, unpacked */

/* ---- bodies: stored once, compressed, found by keyed hash ---------------- */

/* The name bytes are found by: hash_body(), in the arena. */
struct str log_name(struct ctx *, struct str bytes);
id log_kept(struct ctx *, struct str name); /* number of bytes stored before, or 0 */
/* Stores bytes of that name, which are not kept yet, and size. packed: pack_bytes() of
 * the bytes, with what was read from them standing before, if anything. */
id log_keep(struct tx *, struct str name, int64_t size, struct str packed);
/* The bytes. E_NOTFOUND when erased or never there. limit: most bytes to unpack. */
err log_body(struct ctx *, id body, ptrdiff_t limit, struct str *out) MUST_USE;
/* The first want bytes of all that was packed. */
err log_body_head(struct ctx *, id body, ptrdiff_t want, struct str *out) MUST_USE;

/* ---- what concepts register --------------------------------------------- */

struct derived {
    const char *table;
    const char *columns;    /* of rows: i int, r real, s text, b bytes */
    struct sql empty, rows; /* DELETE; SELECT in a fixed order */
};
struct concept {
    const char *name;
    const char *schema;            /* text of x.sql */
    const struct derived *derived; /* in the order in which they can be emptied */
    int n_derived;
    void (*apply)(struct tx *, const struct event *); /* notes one event */
    void (*settle)(struct tx *);                      /* derives what is dirty */
    void (*reset)(struct tx *); /* empties what is no table, before a rebuild */
};
/* Once, at the start of the program, in order of rank. */
void log_wire(const struct concept *const *concepts, int n);

/* What has to be derived again: settle() of the concept takes it. */
typedef enum {
    DIRTY_PERSON = 1,
    DIRTY_CONVERSATION,
    DIRTY_TEXT,
    DIRTY_WAIT,
    DIRTY_GATE,
    DIRTY_PAIR
} dirt_kind;
void log_dirty(struct tx *, dirt_kind what, id x, id y);
/* At most max of them, lowest first, taken off the list; how many. */
struct dirt {
    id x, y;
};
int log_take_dirty(struct tx *, dirt_kind what, struct dirt *out, int max);

/* ---- care ---------------------------------------------------------------- */

/* Empties the derived tables and replays the log. In one transaction. */
err log_rebuild(struct tx *, void *unused) MUST_USE;
struct log_check {
    int64_t events, bodies, erased;
    id broken; /* first event whose chain doesn't fit, or 0 */
};
/* Proves the chain; deep: also unpacks every body and compares its hash. */
void log_verify(struct ctx *, bool deep, struct log_check *out);
/* One line a derived table: name and a hash of all its rows; for proving that rebuild = live. */
struct str log_digest(struct ctx *);
extern const struct concept log_concept;
