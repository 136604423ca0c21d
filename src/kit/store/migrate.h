/* SPDX-License-Identifier: GPL-3.0-or-later
 * migrate.h - the schema of a concept is its x.sql: `-- version N` begins the N-th step;
 * tokens {id} (number given by the engine) {key} (number given by us) {int} {real} {blob} {strict}
 * {rowless} (instead of {strict}: found by its key only); a line may begin with --sqlite: or --pg:
 */
#pragma once
#include "kit/store/work.h"

struct schema {
    const char *concept;
    const char *text;
};
/* Runs the steps that are missing, each with its version row in one transaction.
 * E_CONFLICT when the house was written by a newer program. */
err migrate(struct store *, struct arena *, const struct schema *list, int n,
            struct str *why) MUST_USE;
