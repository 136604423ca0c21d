/* SPDX-License-Identifier: GPL-3.0-or-later
 * migrate.h - the schema of a concept is its x.sql: `-- version N` begins the N-th step;
 * tokens {id} {int} {real} {blob} {json} {strict}; a line may begin with --sqlite: or --pg: */
#pragma once
#include "kit/store/work.h"

struct schema {
    const char *concept;
    const char *text;
};
/* Runs the steps that are missing, each with its version row in one transaction.
 * E_CONFLICT when the house was written by a newer program. */
err migrate(struct store *, struct arena *, const struct schema *list, int n, struct str *why) MUST_USE;
