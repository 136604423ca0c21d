/* SPDX-License-Identifier: GPL-3.0-or-later
 * terms.h - terms a person proffers (IEEE 7012 in W3C's words): they choose on their page, the
 * house keeps to them, receipts name them. Where none were chosen the house's own hold; where two
 * say different things, the prohibition wins. */
#pragma once
#include "facts/fact.h"

struct terms {
    struct str name;   /* "SD-BASE-DP" */
    bool profiling;    /* closeness may be computed */
    bool anonymous;    /* what names nobody may leave the house */
    bool takes_along;  /* "take it with me" on every view */
    bool about_engine; /* says anything of profiling at all */
};
/* By its IRI, in either of the two vocabularies, or by its bare name. False: none that is known. */
bool terms_read(struct str iri, struct terms *out) MUST_USE;
struct str terms_iri(struct arena *, struct str name);
/* Empty: the house's own from now on. E_DENIED: somebody else's; E_INVALID: not known. */
err terms_choose(struct tx *, id person, struct str iri) MUST_USE;
struct str terms_of(struct ctx *, id person); /* the name; empty: the house's own */
/* What they chose forbids to compute closeness, or they are under age. */
bool terms_engine_off(struct ctx *, id person);

void terms_apply(struct tx *, const struct event *); /* facts' own */
