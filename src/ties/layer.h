/* SPDX-License-Identifier: GPL-3.0-or-later
 * layer.h - the layers of a person's ties (5, 15, 50, 150 after Dunbar), attention, two axes.
 *
 * A layer is for its owner only: in which layer somebody has you is never shown. */
#pragma once
#include "ties/engine.h"

typedef enum tie_layer {
    TIE_FIVE,
    TIE_FIFTEEN,
    TIE_FIFTY,
    TIE_HUNDREDFIFTY,
    TIE_KNOWN, /* below the floors, or beyond rank 150 */
} tie_layer;
extern const int tie_layer_size[TIE_KNOWN];     /* 5, 15, 50, 150: with the layers inside */
extern const double tie_layer_floor[TIE_KNOWN]; /* least closeness: monthly both ways .. yearly */

struct tie_member {
    uint32_t other;
    tie_layer wanted; /* declared: "how close I want this"; its computed layer if undeclared */
    double closeness;
    tie_layer layer; /* computed, by tie_layers() */
};
/* Sorts one person's ties by falling closeness (equal ones by number) and sets their layers. */
void tie_layers(struct tie_member *, int n);
/* The layer of the tie at rank (from 1). */
tie_layer tie_layer_at(int rank, double closeness);
bool tie_layer_full(const struct tie_member *, int n, tie_layer);
/* Who would move out if one more came into this layer: the last of its members by (wanted
 * layer, then closeness). Index into the array; -1 when there is room. */
int tie_layer_last(const struct tie_member *, int n, tie_layer);

/* Turns one person's year memories (tie_year() of every tie) into shares that add up to 1. */
void tie_shares(double *years, int n);

/* ---- two axes; definitions that no public log could prove ---- */

typedef enum tie_factor {
    TIE_I_OPEN,
    TIE_THEY_SEE,
    TIE_THEY_OPEN,
    TIE_I_SEE,
    TIE_FACTORS
} tie_factor;
/* Both sides open, both sides perceive it: the fourth root of four factors in 0 .. 1.
 * said[f] >= 0 replaces a factor by the person's own statement (NULL: none said). *weakest
 * is the factor that limits. No light in one direction gives 0 unless said otherwise. */
double tie_intimacy(double out, double in, const double *said, tie_factor *weakest);
/* Bits by which somebody is hidden among people who share their seen facts, each held by the
 * share q of all (taken as independent), after Diaz et al. and Serjantov and Danezis 2002. */
double tie_anonymity(int64_t people, const double *q, int n);
