/* SPDX-License-Identifier: GPL-3.0-or-later
 * person.h - somebody, or an organisation, role address, list or machine, whom the house has met.
 *
 * Handles resolve to persons: the same handle; the untagged form of a tagged address; what a
 * keeper said. Same name and shared correspondents is suggested, never merged by itself. */
#pragma once
#include "log/event.h"

typedef enum { PERSON_HUMAN = 1, PERSON_ORG, PERSON_ROLE, PERSON_LIST, PERSON_MACHINE } person_kind;
const char *person_kind_word(person_kind); /* "person", "organisation", "role", "list", "machine" */
person_kind person_kind_of(struct str word); /* 0 when unknown */

struct person {
    id id;
    person_kind kind;
    struct str name;
    id org;
    struct str org_name;
    bool ours; /* of the house's side: keepers and people of its mail domains */
    bool met;  /* it went both ways, or a keeper says so: ties count */
    id merged; /* became one with that person */
    int64_t left_at, dead_at, paused; /* 0: no; paused: until */
    bool mute, engine_off;
};
err person_get(struct ctx *, id person, struct person *out) MUST_USE; /* follows merges */
id person_real(struct ctx *, id person);                              /* what it was merged into */
bool person_may_be_written(const struct person *, int64_t now);       /* the suppression rule */

struct handle {
    int64_t key;
    struct str uri, shown;
};
struct handles {
    struct handle *at;
    int n;
};
void person_handles(struct ctx *, id person, struct handles *out); /* at most 50 */
const struct handle *handle_mail(const struct handles *); /* the first mail address; NULL: none */
struct str person_mail(struct ctx *, id person);          /* that of theirs, as written; or empty */
id person_of_uri(struct ctx *, struct str uri);           /* 0: never met */
/* Has a page of their own, on which they see what is kept of them: people and offices that can be
 * reached somehow. Not lists and machines, which others read; not who was erased; and not who kept
 * the house and left, for a session of then must not go on as a guest's. */
bool person_may_come_in(struct ctx *, id person);

/* An address as it stood in an event. */
struct meeting {
    struct str uri, shown;
    struct str base_uri; /* without +tag; equal to uri or empty when there is none */
    struct str name;     /* as written beside it */
    struct str domain;   /* of an organisation; empty for public providers */
    person_kind kind;    /* by the look of the address */
    bool own;            /* the name is their own word for themselves */
    int64_t at;
    int64_t key, base_key, domain_key; /* instead of uri, base_uri, domain: what erasing leaves */
};
int64_t meeting_key(struct ctx *, const struct meeting *);
/* Without the words of the handles that are given (keys, ascending). True when that changed it. */
bool meeting_strip(struct ctx *, struct meeting *, const int64_t *handles, int n);
int64_t handle_of_domain(struct ctx *, struct str domain); /* key of the organisation's handle */
struct met {
    int64_t handle;
    id person;
    bool ours;
};
/* A face: a name and a handle, by which what somebody says under it can be told apart, and nothing
 * else. It is on no list and no page, person_get() knows nobody of that number. In an apply. */
id person_face(struct tx *, struct str name, struct str uri);
/* Finds or makes handle and person. A handle that lost its words gets those of the meeting. */
struct met person_meet(struct tx *, const struct meeting *);
/* Before meeting anybody after a deed that changed whose a handle is, or who is ours. */
void person_forget(struct tx *);
/* A keeper says we know them: their ties count from now on, the past included. True when that is
 * new. */
bool person_open(struct tx *, id person);

struct person_line { /* a row of a list */
    id id;
    person_kind kind;
    struct str name, fold, org_name, handle;
    bool ours, met, dead, gone, mute;
    int64_t paused; /* until; 0: no */
};
struct person_lines {
    struct person_line *at;
    int n;
};
/* By beginnings of words of name or of an address; kind 0: humans; `after` pages by name. */
struct person_query {
    struct str words;
    person_kind kind;
    bool met_only;
    struct str after; /* folded name and number of the last one shown: the next page */
    id after_id;
    int max;
};
void person_find(struct ctx *, const struct person_query *, struct person_lines *out);

/* Two who may be one: same full name of two words or more. */
struct person_pair {
    id a, b;
    struct str name, handle_a, handle_b;
    struct str org; /* they share; or empty */
};
struct person_pairs {
    struct person_pair *at;
    int n;
};
void person_alike(struct ctx *, id only, int max, struct person_pairs *out); /* only: 0 = anybody */

int person_alike_count(struct ctx *,
                       int most); /* among those who were met; counts no further than most */

/* ---- deeds; each appends one event --------------------------------------- */
/* An empty name: as they sign themselves. */
err person_name(struct tx *, id person, struct str name) MUST_USE;
err person_set_kind(struct tx *, id person, person_kind) MUST_USE;
typedef enum { MARK_LEFT = 1, MARK_DEAD, MARK_MUTE, MARK_PAUSED } person_mark;
/* value: when (left, dead), until (paused), 1 (mute); 0 takes the mark back. */
err person_set_mark(struct tx *, id person, person_mark, int64_t value) MUST_USE;
/* The person says that nobody here is to write to them: MARK_MUTE, by them. False when that was
 * said before. */
bool person_stop(struct tx *, id person);
/* Those who said so themselves since then, and whom it still holds for; newest first. */
struct person_stopped {
    id person;
    struct str name;
    int64_t at;
};
int person_stopped(struct ctx *, int64_t since, int max, struct person_stopped *out);
err person_merge(struct tx *, id stays, id goes) MUST_USE;
/* Gives one handle a person of its own; *out is that person. */
err person_split(struct tx *, id from, int64_t handle, id *out) MUST_USE;
err person_unmerge(struct tx *, id gone) MUST_USE;
err person_keep_apart(struct tx *, id a, id b) MUST_USE;
err person_ask_again(struct tx *, id a, id b) MUST_USE; /* takes that back */
/* A keeper says we know them, or takes that back. E_CONFLICT when it is so already. */
err person_know(struct tx *, id person, bool known) MUST_USE;

/* Those who became one with this person, and can be taken apart again; at most 50. */
void person_merged_into(struct ctx *, id person, struct person_lines *out);
/* The people of an organisation, those we know first; at most max. */
void person_of_org(struct ctx *, id org, int max, struct person_lines *out);
/* Names they used, the usual one first; at most max. */
struct person_name_used {
    struct str name;
    int64_t n, last_at;
};
struct person_names {
    struct person_name_used *at;
    int n;
};
void person_names(struct ctx *, id person, int max, struct person_names *out);

void person_apply(struct tx *, const struct event *);
void person_settle(struct tx *);
extern const struct concept people_concept;
