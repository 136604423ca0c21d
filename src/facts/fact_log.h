/* SPDX-License-Identifier: GPL-3.0-or-later
 * fact_log.h - fields of the records of facts and grants; numbers are for ever. For facts only. */
#pragma once
#include "facts/grant.h"

enum {
    FACT_REC_KEY = 1,
    FACT_REC_VALUE,
    FACT_REC_TYPE,
    FACT_REC_ORIGIN,
    FACT_REC_SOURCE,
    FACT_REC_SPAN_AT,
    FACT_REC_SPAN_N,
    FACT_REC_INTRODUCER,
    FACT_REC_PURPOSES,
    FACT_REC_BASIS,
    FACT_REC_GRANT,
    FACT_REC_ASSESSMENT,
    FACT_REC_AUDIENCE,
    FACT_REC_CLASS,
    FACT_REC_MINOR,
    FACT_REC_FROM,
    FACT_REC_TO,
    FACT_REC_EXPIRES,
    FACT_REC_STATE,
    FACT_REC_WORDS
};
enum {
    GRANT_REC_STATE = 1,
    GRANT_REC_WAY,
    GRANT_REC_PURPOSES,
    GRANT_REC_KEYS,
    GRANT_REC_AUDIENCE,
    GRANT_REC_UNTIL,
    GRANT_REC_SPECIAL,
    GRANT_REC_SEEN,
    GRANT_REC_PARENT,
    GRANT_REC_PRINCIPAL,
    GRANT_REC_LANGUAGE,
    GRANT_REC_NOTICE,
    GRANT_REC_TERMS,
    GRANT_REC_RECEIPT
};

/* The numbers of facts that go with their words, whatever the reason. */
err fact_drop(struct tx *, const id *facts, int n, erase_reason) MUST_USE;
void grant_apply(struct tx *, const struct event *);
/* Does inner name only whom outer names? */
bool fact_within(const struct audience *inner, const struct audience *outer);
bool fact_may_change(struct ctx *, id fact);
bool grant_may(struct ctx *, verb, id grant);
