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
 * sum, which then can't be guessed from. What takes the place of the data has no words in it,
 * only what the order of things rests on: numbers and keyed hashes. It is not in the chain. */
#pragma once
#include "kit/store/work.h"

typedef enum {
    CHANNEL_NONE,
    CHANNEL_MAIL,
    CHANNEL_FEDIVERSE,
    CHANNEL_WEB,
    CHANNEL_COUNTER
} channel;

/* Numbers are for ever: they stand in the log. */
#define EVENT_KINDS(X)                                                                             \
    X(1, HOUSE_FOUNDED, "house.founded") /* data: name */                                          \
    X(2, KEEPER_JOINED, "keeper.joined") /* subject: person; data: name, addresses, role */        \
    X(3, KEEPER_LEFT, "keeper.left")     /* subject: person; other: who holds what they held */    \
    X(4, TAKEOUT_ASKED, "takeout.asked") /* actor: owner, 0: a terminal; data: format */           \
    X(5, TAKEOUT_SAID, "takeout.said")   /* subject: the asking; data: value 1 yes, 0 stop */      \
    X(6, TAKEOUT_DONE, "takeout.done")   /* subject: the asking */                                 \
    X(9, ERASED, "erased") /* subject: message, other: person, or 0; data: see struct erasure */   \
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
    X(20, ADDRESS_RETURNED,                                                                        \
      "address.returned") /* subject: person; data: handle, message, what came back */             \
    X(21, ADDRESS_OPENED, "address.opened") /* subject: person; data: handle that takes mail */    \
    X(30, MAIL_RECEIVED, "mail.received")   /* subject: message; data: see talk; body: raw */      \
    X(31, MAIL_SIGHTED, "mail.sighted") /* subject: message seen before; data, body: as above */   \
    X(32, MAIL_UNREADABLE, "mail.unreadable") /* data: reason; body: raw */                        \
    X(40, TALK_JOINED, "talk.joined")         /* subject, other: messages */                       \
    X(41, TALK_SPLIT, "talk.split")   /* subject: message that begins a new conversation */        \
    X(42, TALK_UNDONE, "talk.undone") /* subject: the event taken back */                          \
    X(43, TALK_CLOSED, "talk.closed") /* subject: message up to which nothing waits */             \
    X(44, TALK_OPENED, "talk.opened") /* subject: message whose conversation the house may see */  \
    X(45, TALK_SHUT, "talk.shut")     /* subject: message; takes the opening back */               \
    X(46, COUNTER_BACK, "counter.back")   /* subject: a note of what was said, taken back */       \
    X(47, WAIT_ASLEEP, "wait.asleep")     /* subject: message; data: until */                      \
    X(48, WAIT_NEEDLESS, "wait.needless") /* subject: message that asks for no answer */           \
    X(49, WAIT_MUTED, "wait.muted")       /* subject: person; data: value 1 takes it back */       \
    X(50, TIE_WANTED, "tie.wanted")       /* subject: person; data: layer wanted */                \
    X(51, TIE_FINE,                                                                                \
      "tie.fine") /* subject: person; quiet is fine until next contact; data: taken back */        \
    X(52, TIE_ENGINE, "tie.engine") /* subject: person; data: on/off */                            \
    X(60, TALK_ADDED,                                                                              \
      "talk.added") /* subject: message; other: person, 0: met by it; data: how they take part */  \
    X(61, TALK_PARTED, "talk.parted")   /* subject: the event that added them; other: person */    \
    X(62, TALK_PASSED, "talk.passed")   /* subject: message; data: to which of them it went */     \
    X(63, TALK_STRANGE, "talk.strange") /* subject: message; other: whose reply address it used */ \
    X(66, TALK_KIND, "talk.kind")       /* subject: message; data: kind */                         \
    X(67, TALK_SETTLED, "talk.settled") /* subject: message that settles its conversation */       \
    X(68, TALK_PUBLIC, "talk.public")   /* subject: message; data: how, or shut again */           \
    X(69, TALK_ME_TOO, "talk.me_too")   /* subject: message; ext: of the browser */                \
    X(70, IDEA_MARKED, "idea.marked")   /* subject: message; data: name, span, sign */             \
    X(71, IDEA_CONTINUED, "idea.continued") /* subject: message; other: idea; data: span */        \
    X(72, IDEA_DROPPED, "idea.dropped")     /* subject: idea; other: a message of it, or 0: all */ \
    X(73, IDEA_UNDONE, "idea.undone")       /* subject: the dropping that is taken back */         \
    X(80, FACT_NOTED, "fact.noted") /* subject: person; other: fact it supersedes; data: facts */  \
    X(81, FACT_SAID, "fact.said")   /* subject: fact; other: person; data: what changed */         \
    X(82, FACT_ASKED, "fact.asked") /* subject: fact; other: person; data: message that asks */    \
    X(83, FACT_WEIGHED, "fact.weighed") /* subject: purpose; data: why the house may, see weigh */ \
    X(84, GRANT_SAID,                                                                              \
      "grant.said") /* subject: grant, 0: begins one; other: person; data: grant */                \
    X(85, TERMS_CHOSEN, "terms.chosen")     /* subject: person; data: IRI, or empty */             \
    X(86, NOTICE_GIVEN, "notice.given")     /* subject: person told that they may object; other:   \
                                               message, 0: by word of mouth; data: handle */       \
    X(87, OBJECTED, "objected")             /* subject: person; data: to what, or taken back */    \
    X(88, LOOKED, "looked")                 /* subject: person; data: at what, why; no values */   \
    X(90, CIRCLE_MADE, "circle.made")       /* data: name, why, size, how it is kept */            \
    X(91, CIRCLE_CHANGED, "circle.changed") /* subject: circle; data: what is new */               \
    X(92, CIRCLE_IN, "circle.in")   /* subject: circle; other: person or mask; data: way */        \
    X(93, CIRCLE_OUT, "circle.out") /* subject: circle; other: person or mask */                   \
    X(94, CIRCLE_INVITED, "circle.invited") /* subject: circle; data: hash of a link, until */     \
    X(96, PERSONA_MADE, "persona.made") /* subject: circle; data: its name; sealed: whose it is */ \
    X(97, PERSONA_SHED, "persona.shed") /* subject: circle; other: mask */                         \
    X(98, TALK_FOR, "talk.for")         /* subject: message; data: audience it is for */
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
/* What has a greater number was noted in this piece of work; in a rebuild nothing has. */
id log_before(struct tx *);
id log_end(struct ctx *);                      /* number of the last event; 0: none */
struct str log_head(struct ctx *);             /* the chain's end in hex; empty: no event yet */
struct str log_link(struct ctx *, id event);   /* the chain at that event, the same way */
id log_find(struct ctx *, int64_t ext);        /* event with that external id, or 0 */
id log_holding(struct ctx *, struct str name); /* that keeps bytes of that name, or 0 */
/* E_NOTFOUND when there is none. */
err log_get(struct ctx *, id event, struct event *out) MUST_USE;

/* The last event of that kind about `other`. E_NOTFOUND when there is none. */
err log_last(struct ctx *, int kind, id other, struct event *out) MUST_USE;

enum { LOG_DATA_MOST = 16 * MIB }; /* of one event, unpacked */

/* ---- bodies: stored once, compressed, found by keyed hash ---------------- */

/* The name bytes are found by: hash_body(), in the arena. */
struct str log_name(struct ctx *, struct str bytes);
typedef enum { BODY_NEW, BODY_KEPT, BODY_ERASED } body_state;
body_state body_known(struct ctx *, struct str name); /* were these bytes here before? */
/* Stores bytes of that name and size; 0 when they are kept already. packed: pack_bytes() of the
 * bytes, with what was read from them standing before, if anything. */
id log_keep(struct tx *, struct str name, int64_t size, struct str packed);
/* What was kept in this piece of work can be read from now on; log_settle() begins with it. */
void log_shelve(struct tx *);
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
struct erasure;
struct concept {
    const char *name;
    const char *schema;            /* text of x.sql */
    const struct derived *derived; /* in the order in which they can be emptied */
    int n_derived;
    void (*apply)(struct tx *, const struct event *); /* notes one event */
    void (*settle)(struct tx *);                      /* derives what is dirty */
    void (*reset)(struct tx *); /* empties what is no table, before a rebuild */
    /* An event of its kinds is about to lose its words: takes out of indexes what was made of them,
     * and writes what stays of the record. False: none of its kinds. */
    bool (*left)(struct tx *, const struct event *, const struct erasure *, struct buf *out);
};
/* Once, at the start of the program, in order of rank. */
void log_wire(const struct concept *const *concepts, int n);

/* What has to be derived again: settle() of the concept takes it. */
typedef enum {
    DIRTY_WHY,
    DIRTY_PERSON,
    DIRTY_CONVERSATION,
    DIRTY_TEXT,
    DIRTY_WAIT,
    DIRTY_GATE,
    DIRTY_PAIR,
    DIRTY_FILES, /* what was erased may still stand in the files, see log_scrub */
    DIRTY_REACH, /* x: audience */
    DIRTY_LAST = DIRTY_REACH
} dirt_kind;
void log_dirty(struct tx *, dirt_kind what, id x, id y);
/* At most max of them, lowest first, taken off the list; how many. */
struct dirt {
    id x, y;
};
int log_take_dirty(struct tx *, dirt_kind what, struct dirt *out, int max);

/* ---- erasing -------------------------------------------------------------- */

/* What goes. Its record is all that an EVENT_ERASED holds, and a line of the ledger: numbers and
 * keyed hashes, no words. Each concept's apply() empties its own tables by it. */
typedef enum {
    ERASE_UNNEEDED = 1,
    ERASE_ASKED,
    ERASE_MISTAKE,
    ERASE_TAKEN_BACK, /* contacts: may come again, so the ledger has nothing of it */
    ERASE_UNNOTICED   /* known only from the mail of others: the same */
} erase_reason;
struct erasure {
    id message, person; /* what was asked for; the other one is 0 */
    erase_reason reason;
    int64_t at;       /* 0: now */
    id *messages;     /* events that lose all words and their bodies, ascending */
    int64_t *handles; /* keys of handles that lose their names, ascending */
    int64_t
        *never; /* by these names nothing is taken in again: ids and bytes of messages, handles */
    int n_messages, n_handles, n_never;
};
struct str erasure_write(struct arena *, const struct erasure *);
void erasure_read(struct arena *, struct str record, struct erasure *out);
bool erasure_has(const int64_t *ascending, int n, int64_t key);

/* The one way: each event of the list gets the record that is left() of it, those among
 * e->messages lose their body as well; one EVENT_ERASED says so, and everything is settled. What
 * was deleted leaves the files when the work is committed. What may come again (nothing in never)
 * does not stand in the ledger. E_PEER: the ledger can't be written. */
err log_erase(struct tx *, const struct erasure *e, const id *events, int n) MUST_USE;
/* Two pieces of work: what was erased leaves the files, in case that was cut short before; and,
 * once store_scrubbed() says so, that is noted. */
err log_scrub(struct tx *, void *unused) MUST_USE;
err log_scrubbed(struct tx *, void *unused) MUST_USE;
bool log_scrub_due(struct ctx *);
/* Empties stored bytes but for those that an event still names. */
void body_erase(struct tx *, const id *bodies, int n);
/* The name by which the bytes of an event are known after they were erased; 0: it has none. */
int64_t body_key(struct ctx *, id event);

/* When what has that name was erased; 0: it was not, or came back by its own act. */
int64_t erasure_of(struct ctx *, int64_t key);
bool erasure_any(struct tx *); /* in most houses there is none */
/* They came back by their own act. */
void erasure_over(struct tx *, int64_t key);
/* Is all of it known as erased here, or as come back since? */
bool erasure_known(struct ctx *, const struct erasure *);

/* Keeps the record somewhere outside of the database, before the transaction is committed. Set once
 * by the program. */
struct ledger {
    err (*add)(void *arg, struct ctx *, const struct erasure *, struct str record);
    void *arg;
};
extern struct ledger log_ledger;

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
/* How copying the house by itself went, for pages to see. why: what went wrong, or empty. */
void log_copied(struct tx *, struct str why);
void log_copied_never(struct tx *); /* forgets it: the house does so no more */
struct log_copy {
    int64_t tried, done; /* 0: never */
    struct str said;     /* why the last one failed; empty: it did not */
};
void log_copy_last(struct ctx *, struct log_copy *out);
extern const struct concept log_concept;
