/* SPDX-License-Identifier: GPL-3.0-or-later
 * axes.h - where a tie stands on two axes, which are not one: how close it is, and how far each
 * side could name the other. A friend is close and known; one can confide in somebody one could not
 * name; and everybody knows the name of who is famous.
 *
 * Closeness here asks four things of a tie: is each side open, and does each take in what the other
 * says? It is the fourth root of their product, so that the weakest one limits it and much light
 * from one side alone is none. Nothing of it is said as a number, and only to the side it concerns.
 */
#pragma once
#include "ties/engine.h"

typedef enum {
    AXES_I_OPEN,    /* out/(out+1/2): do I say much, lately? */
    AXES_THEY_TAKE, /* (in+.03)/(out+.03), at most 1: does it come back? An answer is its trace */
    AXES_THEY_OPEN,
    AXES_I_TAKE,
    AXES_FACTORS
} axes_factor;
struct tie_axes {
    bool shown;                  /* false: too little is known, or nothing may be said */
    double factor[AXES_FACTORS]; /* 0 .. 1 */
    axes_factor weakest;         /* the first of them, if several are */
    double close;                /* 0 .. 1 */
    double i_hide, they_hide;    /* 0: named; 1: could be anybody of the house */
    struct str words[AXES_FACTORS], limit, known; /* a sentence each */
};
/* Fills factor, weakest and close. */
void tie_axes_of(const struct tie_reading *, struct tie_axes *out);
/* Of somebody whose name is not known: what is left of log2 of all people once it is known that
 * they are one of so many, as a share of it. 0 when they are the only one. */
double tie_hidden(int64_t among, int64_t people);
/* The sentences; he: the other's name. */
void tie_axes_say(struct arena *, struct str he, struct tie_axes *);
