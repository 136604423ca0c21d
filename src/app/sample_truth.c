/* SPDX-License-Identifier: GPL-3.0-or-later
 * sample_truth.c - what the written stories leave behind on the last day. */
/* data */
/* clang-format off */
#include "app/sample.h"

#define ROW(k, addr, d, usual, words) { .kind = k, .address = S_INIT(addr), .days = d, .usual_days = usual, .about = S_INIT(words) }

static const struct sample_truth truth[] = {
    ROW(SAMPLE_WAITS, "olive.marsh@example.com", 11, 0, "Would you do a tea for them"),
    ROW(SAMPLE_WAITS, "k.hollis@stannes.example", 9, 0, "Would a Sunday next month be possible"),
    ROW(SAMPLE_WAITS, "nadia.petrova@example.com", 7, 0, "May they hang for another half year"),
    ROW(SAMPLE_WAITS, "elif.kaya@example.com", 5, 0, "is the crust made with wheat"),
    ROW(SAMPLE_WAITS, "m.quill@example.org", 3, 0, "until what hour?"),
    ROW(SAMPLE_WAITS, "eve.lindon@example.com", 2, 0, "is there a place to practise the piano"),

    ROW(SAMPLE_AWAITED, "ravi.shah@example.org", 13, 0, "How many will you be"),
    ROW(SAMPLE_AWAITED, "crispin@halelettings.example", 10, 0, "When can he come and look?"),
    ROW(SAMPLE_AWAITED, "lukasz@wojcik-repairs.example", 6, 0, "Did the new seal arrive"),

    ROW(SAMPLE_QUIET, "pat.colley@example.com", 62, 11, "Beans"),
    ROW(SAMPLE_QUIET, "gwen.tudor@example.net", 75, 16, "My folder"),
    ROW(SAMPLE_QUIET, "ralf.meier@example.org", 96, 20, "Lamp"),
    ROW(SAMPLE_QUIET, "sylvia.brooke@example.com", 121, 24, "Semicolons"),

    ROW(SAMPLE_NEW, "eve.lindon@example.com", 6, 0, "A new alto with a weakness for rivers"),
    ROW(SAMPLE_PROMISED, "florence.amadi@example.com", 8, 0, "I'll send you the list of free evenings by"),
    /* an automatic answer went out in his name later */
    ROW(SAMPLE_LEFT, "tom@lantern.example", 75, 0, "The key"),
    ROW(SAMPLE_DEAD, "walter.finch@example.org", 606, 0, "Dorothy died on Thursday night"),
};

const struct sample_truth *sample_truth(int *n)
{
    *n = COUNT(truth);
    return truth;
}
