/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ties/axes.h"

#include <math.h>

static const double half_open = .5; /* fresh days at which somebody counts as half open */

void tie_axes_of(const struct tie_reading *r, struct tie_axes *out)
{
    double ratio = (r->in + TIE_FLOOR) / (r->out + TIE_FLOOR);
    out->factor[AXES_I_OPEN] = r->out / (r->out + half_open);
    out->factor[AXES_THEY_TAKE] = MIN(1.0, ratio);
    out->factor[AXES_THEY_OPEN] = r->in / (r->in + half_open);
    out->factor[AXES_I_TAKE] = MIN(1.0, 1 / ratio);
    double product = 1;
    out->weakest = AXES_I_OPEN;
    for (int i = 0; i < AXES_FACTORS; i++) {
        product *= out->factor[i];
        if (out->factor[i] < out->factor[out->weakest]) out->weakest = (axes_factor)i;
    }
    out->close = sqrt(sqrt(product));
}

double tie_hidden(int64_t among, int64_t people)
{
    if (among < 2 || people < 2) return 0;
    return MIN(1.0, log2((double)among) / log2((double)people));
}

/* ---- words ------------------------------------------------------------------ */

static int level(double factor)
{
    return factor <= 0 ? 0 : factor < .34 ? 1 : factor < .67 ? 2 : 3;
}

/* What is said of each, from nothing to much; %s is the other one. */
static const char *const said[AXES_FACTORS][4] = {
    { "You have not written to %.*s.", "You have written little to %.*s lately.",
      "You write to %.*s now and then.", "You write to %.*s often." },
    { "Nothing of it was answered.", "Little of it is answered.", "Part of it is answered.",
      "What you say is answered." },
    { "%.*s has not written to you.", "%.*s has written little lately.",
      "%.*s writes to you now and then.", "%.*s writes to you often." },
    { "You answered nothing of it.", "You answer little of it.", "You answer part of it.",
      "You answer what is said to you." },
};
static const char *const limits[AXES_FACTORS] = {
    "It could be closer if you said more.",
    "At present you carry more of it than %.*s does.",
    "%.*s is the quieter one of you at present.",
    "%.*s says more than comes back from you.",
};

/* A name, or none, in a sentence that may be without. */
static struct str put_name(struct arena *a, const char *words, struct str he)
{
    struct str s = str_c(words), gap = S("%.*s");
    ptrdiff_t at = str_find(s, gap);
    if (at < 0) return s;
    return str_fmt(a, "%.*s%.*s%.*s", STR(str_upto(s, at)), STR(he), STR(str_from(s, at + gap.n)));
}

static struct str say_known(struct arena *a, struct str he, double i_hide, double they_hide)
{
    bool mine = i_hide <= 0, theirs = they_hide <= 0;
    if (mine && theirs) return S("You know each other by name.");
    if (mine)
        return str_fmt(a, "%.*s knows you by name; you could not say for sure who %.*s is.",
                       STR(he), STR(he));
    if (theirs)
        return str_fmt(a, "You know %.*s by name, who could not say for sure who you are.",
                       STR(he));
    return S("Neither of you could say for sure who the other is.");
}

void tie_axes_say(struct arena *a, struct str he, struct tie_axes *x)
{
    for (int i = 0; i < AXES_FACTORS; i++)
        x->words[i] = put_name(a, said[i][level(x->factor[i])], he);
    /* where nothing is weak there is nothing to be told */
    bool even = x->factor[x->weakest] >= .67;
    x->limit = even ? S("Both of you are open, and both take it in.")
                    : put_name(a, limits[x->weakest], he);
    x->known = say_known(a, he, x->i_hide, x->they_hide);
}
