/* SPDX-License-Identifier: GPL-3.0-or-later
 * fact.h - what the house knows about people beyond who wrote to whom: each statement with its
 * origin, purpose, basis, audience and end. What lacks one of them is refused by the schema.
 *
 * A house may act kindly on what it was told, and only ask about what it noticed. What is withdrawn
 * or over loses its words in the same transaction, in the tables and in the log. */
#pragma once
#include "may/may.h"

/* Numbers stand in the log. What is inferred is computed when it is read, and is no fact. */
typedef enum {
    FACT_TOLD = 1,
    FACT_INTRODUCED, /* by somebody else */
    FACT_OBSERVED,   /* in a message: a place in its text, no copy */
    FACT_IMPORTED,
    FACT_PUBLIC,  /* on their own page */
    FACT_RECEIVED /* from another house, with its grant */
} fact_origin;
typedef enum { FACT_NORMAL = 1, FACT_SENSITIVE, FACT_SPECIAL } fact_class;
typedef enum { FACT_TEXT = 1, FACT_DATE } fact_type;
typedef enum {
    FACT_PROPOSED = 1, /* may only be asked about */
    FACT_HELD,
    FACT_CONFIRMED,  /* by the person */
    FACT_DISPUTED,   /* a keeper doubts it: still shown, not spoken */
    FACT_RESTRICTED, /* the person says it is wrong: only they and who noted it see it */
    FACT_WITHDRAWN,  /* these two have no row any more */
    FACT_ERASED
} fact_state;
/* What it is for; several are a set of bits, PURPOSE(p). */
typedef enum {
    PURPOSE_CARE = 1, /* look after them as they like it */
    PURPOSE_TOUCH,    /* stay in touch */
    PURPOSE_DELIVERY,
    PURPOSE_OCCASIONS,
    PURPOSE_INTRODUCE,
    PURPOSE_OFFERS,
    PURPOSE_LAST = PURPOSE_OFFERS
} fact_purpose;
#define PURPOSE(p) (1u << ((p)-1))
/* The law it rests on, as GDPR counts; "" is chosen by fact_note. */
#define BASIS_CONSENT  "6-1-a"
#define BASIS_CONTRACT "6-1-b"
#define BASIS_LAW      "6-1-c"
#define BASIS_INTEREST "6-1-f"
#define BASIS_EXPLICIT "9-2-a"

/* ---- the closed list of what is noted (keys.c) ----------------------------- */

struct fact_key {
    struct str word;  /* "likes": stands in tables and files */
    struct str says;  /* "likes", "never"...: between the name and the value */
    struct str label; /* above a field */
    fact_type type;
    fact_class class;
    unsigned purposes; /* unless others are given */
};
const struct fact_key *fact_keys(int *n);
const struct fact_key *fact_key_of(struct str word); /* NULL: there is none */
/* What one typed line says: "no alcohol since 2012" is diet, "no alcohol", from 2012; "drank beer
 * until 1998" is usual, "beer", until 1998. Unsure: a note, as it stands. Borrows from the line. */
struct fact_guess {
    struct str key, value;
    int64_t valid_from; /* 0: not said */
    int64_t valid_to;   /* the same */
};
struct fact_guess fact_guess(struct arena *, struct str line);
/* The same where somebody chose the key; "": they did not. */
struct fact_guess fact_guess_as(struct arena *, struct str key, struct str line);
/* Does it speak of health, belief, politics, a union, origin or sex life? A reminder by words in
 * twelve languages, no judge. The word found, or empty. */
struct str fact_special_word(struct arena *, struct str text);
struct str fact_purpose_words(fact_purpose); /* "look after you as you like it" */
struct str fact_purposes_words(struct arena *, unsigned purposes);
struct str fact_origin_word(fact_origin);
struct str fact_state_word(fact_state);

/* ---- deeds ----------------------------------------------------------------- */

enum { FACT_VALUE_MOST = 500, FACT_WORDS_MOST = 1000 }; /* bytes */
enum {
    FACT_TOLD_DAYS = 730,
    FACT_PROPOSED_DAYS = 30,
    FACT_IMPORTED_DAYS = 365,
    FACT_PUBLIC_DAYS = 90
};
struct fact_new {
    id person;
    struct str key, value;
    fact_origin origin;
    channel heard; /* where it was said */
    id source;     /* message, with the place in its text */
    int64_t span_at, span_n;
    id introducer;
    unsigned purposes;        /* 0: those of the key */
    struct str basis;         /* empty: consent if a grant covers it, else weighed interest */
    id grant;                 /* 0: one that covers it, if there is one */
    struct audience audience; /* n_any 0: the grant's, or as the origin has it */
    fact_class class;         /* 0: the key's */
    int64_t valid_from, valid_to;
    int64_t expires_at; /* 0: as long as the origin allows */
    bool minor;         /* they are under age; also known by fact_minor() */
    id supersedes;      /* fact that this one follows: it was so until now */
};
/* By a keeper, by the person themselves, or by the house (viewer 0). E_DENIED: somebody else.
 * E_INVALID: what is missing or refused, in a sentence; nothing was noted. */
err fact_note(struct tx *, const struct fact_new *, id *out) MUST_USE;

/* Each E_NOTFOUND when there is none that the viewer may change; E_DENIED, E_INVALID with a
 * sentence. */
/* "Right", by the person; or a keeper to whom the person said so, on that channel. */
err fact_right(struct tx *, id fact, channel said) MUST_USE;
/* "Wrong": by the person it is restricted at once; by a keeper it is disputed. */
err fact_wrong(struct tx *, id fact) MUST_USE;
err fact_add_words(struct tx *, id fact, struct str words) MUST_USE; /* the person alone */
/* Noted by mistake; what it followed is so still. */
err fact_withdraw(struct tx *, id fact) MUST_USE;
err fact_forget(struct tx *, id fact) MUST_USE; /* by the person, or an owner */
/* Until then, the person alone; no longer than FACT_TOLD_DAYS from now. */
err fact_keep_longer(struct tx *, id fact, int64_t until) MUST_USE;
/* Who may see it. Keepers can't go beyond the grant, or without one beyond the keepers. */
err fact_share(struct tx *, id fact, const struct audience *) MUST_USE;
err fact_ask(struct tx *, id fact, id message) MUST_USE; /* this message asks the person */
/* The fact of that person about which that message asked; 0: none. */
id fact_asked_by(struct ctx *, id message, id person);
/* What the person answered, whoever brings it in: right, or wrong. sentence: of what was noticed,
 * its place in the words it becomes theirs by. Errors as fact_right() has them. */
err fact_answer(struct tx *, id fact, bool right, channel, struct str sentence) MUST_USE;
/* Takes the last thing back that was said of it, by who said it: it stands as before. E_CONFLICT:
 * somebody else has said something since, or nobody anything. */
err fact_unsay(struct tx *, id fact) MUST_USE;
/* What is over loses its words; what was told lives on with the person's own acts (see
 * fact_wire). At most max a call; how many. */
int fact_sweep(struct tx *, int max);

/* ---- reading ---------------------------------------------------------------- */

struct fact {
    id id, person;
    struct str key, value;
    fact_type type;
    fact_origin origin;
    fact_class class;
    fact_state state;
    id source;
    int64_t span_at, span_n;
    id introducer, recorder, grant, supersedes;
    int64_t noticed_at, recorded_at, valid_from, valid_to, asked_at, review_by, expires_at;
    unsigned purposes;
    struct str basis;
    int64_t assessment;
    int64_t audience;
    struct str words;
    bool minor;
    bool speakable; /* may be said to the person; else only asked about */
};
struct facts {
    struct fact *at;
    int n;
};
struct fact_query {
    id person;
    bool history; /* also what was so once */
    int max;
};
/* What the viewer may see, by key, the newest first. */
void fact_list(struct ctx *, const struct fact_query *, struct facts *out);
/* What was told for that circle, as far as the viewer may see it, the newest first. */
void fact_in_circle(struct ctx *, id circle, int max, struct facts *out);
err fact_get(struct ctx *, id fact, struct fact *out) MUST_USE; /* E_NOTFOUND also: not for you */
/* Those whose words begin with each of these, the newest first; of the last FACT_LOOKED ones that
 * the viewer may see. */
enum { FACT_LOOKED = 5000 };
void fact_find(struct ctx *, struct str words, int max, struct facts *out);
/* The sentence it was read from, as far as the viewer may read that message; or empty. */
struct str fact_source_words(struct ctx *, const struct fact *);
/* "likes the table by the window", "was: no alcohol, from 2012" */
struct str fact_words(struct ctx *, const struct fact *);
bool fact_minor(struct ctx *, id person); /* a fact says that they are under age */

/* A fact's value for a text that the house itself makes and that leaves it. None is made of facts
 * yet, but for the letter that asks the person about one; what comes to be takes the words from
 * here. NULL, with the reason in c->why: it may only be asked about, or is not the viewer's. */
struct speakable;
const struct speakable *fact_speakable(struct ctx *, id fact);
void fact_say(struct buf *out, const struct speakable *);

/* ---- why the house may, where nobody agreed ---------------------------------- */

/* The three parts of weighing a legitimate interest (GDPR 6-1-f, recital 47). A fact refers to
 * what was weighed by number, which keeps saying what it said then. */
struct fact_weighing {
    struct str interest, necessity, balance;
};
enum { FACT_WEIGHING_MOST = 1000 };                                          /* bytes of each */
bool fact_weighing(struct ctx *, int64_t number, struct fact_weighing *out); /* false: none */
int64_t fact_weighed(struct ctx *, fact_purpose); /* the number that holds now */
/* In words of the house's own, from now on. E_DENIED: not an owner; E_INVALID: a part is missing.
 */
err fact_weigh(struct tx *, fact_purpose, const struct fact_weighing *) MUST_USE;

/* ---- what later concepts add ------------------------------------------------ */

/* Values that are about to go, of one person: drafts and letters on their way that carry one. */
struct fact_trace {
    id fact, person;
    struct str value;
};
struct fact_wires {
    struct str (*sentence)(struct ctx *, id message, int64_t at, int64_t n);
    void (*gone)(struct tx *, const struct fact_trace *, int n);
    int64_t (*last_act)(struct ctx *, id person); /* when they last did something; 0: never */
};
void fact_wire(const struct fact_wires *); /* once, when the program starts */

/* All events that hold words of that fact, in their order; how many. 0: that number is no fact's.
 */
int fact_events(struct ctx *, id fact, id **out);
void fact_start(void); /* once: the rules of may() */
/* The events that hold words about that person: what was noted, said and asked of it, what they
 * agreed to, and on what terms; for erasing. How many, in the arena. */
int fact_events_about(struct ctx *, id person, id **out);
extern const struct concept facts_concept;
