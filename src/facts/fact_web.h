/* SPDX-License-Identifier: GPL-3.0-or-later
 * fact_web.h - what keepers note of people, on pages: the list on a person's page, one fact with
 * all that is known of it, and the box that says what somebody wants before anything is done. */
#pragma once
#include "facts/fact.h"
#include "people/people_web.h"

extern const struct route fact_routes[];

/* A fact in words. */
struct fact_line {
    struct fact fact;
    struct str says;   /* "likes the table by the window" */
    struct str state;  /* "in doubt"; empty: they said so themselves */
    struct str from;   /* "told Mia on 3 May 2026" */
    struct str seen;   /* "only you see it" */
    struct str until;  /* "kept until 3 May 2028" */
    struct str source; /* the sentence it was read from; or empty */
    struct str before; /* what it followed: "was: beer, until 1998"; or empty */
    bool change;       /* the viewer may */
};
struct fact_lines {
    struct fact_line *at;
    int n;
};
/* What is noted of one person, as far as the viewer may see it. */
struct fact_view {
    struct person who;
    struct str first_name;
    struct fact_lines spoken; /* may be said to them */
    struct fact_lines asked;  /* may only be asked about */
    struct fact_lines doubted;
    struct fact_lines over; /* was so once, and nothing that is shown followed it */
    int64_t now;
    struct str today; /* 2026-05-03: the first day something can be kept until is behind it */
};
void fact_view(struct ctx *, const struct person *, struct fact_view *out);
void fact_line_read(struct ctx *, const struct fact *, struct fact_line *out);

/* Who may be chosen to see something: the viewer alone, the house, they and one of its keepers, a
 * circle in which they sit by their own name (a mask that shares would be seen through). For who is
 * no keeper the house comes first, and nobody is left alone with it. */
struct fact_choice {
    struct str value, says;
};
struct fact_choices {
    struct fact_choice *at;
    int n;
};
struct fact_choices fact_choices(struct ctx *);
/* What was chosen; of nothing, nobody: then it is for the caller to say. E_INVALID: not offered. */
err fact_choice_typed(struct ctx *, struct str typed, struct audience *out) MUST_USE;

/* One fact: everything about it. */
struct fact_whole {
    struct person who;
    struct fact_line line;
    struct fact_choices seen_by;
    struct str purposes, basis, label;
    int64_t now;
};

/* People by words of what is noted of them, for a page that looks for people. */
struct fact_hit {
    struct person who;
    struct str says;
};
/* Of facts that were read: how many have somebody they are about. */
int fact_hits_of(struct ctx *, const struct facts *, struct fact_hit **out);
void fact_found(struct ctx *, struct str words, struct buf *out);

/* What somebody wants and does not want, for whoever is about to write to them or to serve them:
 * marks of the person first. */
struct fact_wish {
    struct str says;
    fact_state state;
    bool speakable;
};
enum { FACT_MINDS = 4, FACT_WISHES = 12, FACT_MINDS_ASKED = 32 };
struct fact_mind {
    struct person who;
    struct str mark; /* "do not contact"; or empty */
    struct fact_wish wants[FACT_WISHES];
    int n_wants;
};
/* Of several, at most FACT_MINDS, each once, without those of whom nothing is to be told. */
struct fact_minds {
    struct fact_mind at[FACT_MINDS];
    int n;
    id asked[FACT_MINDS_ASKED]; /* who was looked up already; more than fit are looked up again */
    int n_asked;
};
void fact_mind_also(struct ctx *, struct fact_minds *, id person);
