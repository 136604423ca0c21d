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

#define SAYS(about_, by_, line_, house_)                                                           \
    {                                                                                              \
        S_INIT(about_), S_INIT(by_), S_INIT(line_), S_INIT(""), house_                             \
    }
#define HEARD(about_, by_, line_, from_)                                                           \
    {                                                                                              \
        S_INIT(about_), S_INIT(by_), S_INIT(line_), S_INIT(from_), false                           \
    }
static const struct sample_fact facts[] = {
    SAYS("jo.harker@example.com", "marta@lantern.example", "likes the table under the stairs", true),
    SAYS("jo.harker@example.com", "marta@lantern.example", "drank cider until 2024", true),
    SAYS("jo.harker@example.com", "marta@lantern.example", "drinks ginger beer since 2024", true),
    SAYS("jo.harker@example.com", "ida@lantern.example", "hates coriander", true),
    SAYS("ruth@saltmerechoir.example", "marta@lantern.example", "no alcohol since 2012", true),
    SAYS("ruth@saltmerechoir.example", "ida@lantern.example", "birthday 3 May", true),
    SAYS("ruth@saltmerechoir.example", "marta@lantern.example", "likes the piano lid open", true),
    SAYS("ruth@saltmerechoir.example", "marta@lantern.example",
         "please call in the mornings, never on Sundays", true),
    SAYS("henrik@oldpilot.example", "marta@lantern.example", "delivery through the yard gate", true),
    SAYS("henrik@oldpilot.example", "marta@lantern.example", "usually has the soup", true),
    SAYS("aggie@pellsbakery.example", "ida@lantern.example", "dislikes raisins in anything", true),
    SAYS("walter.finch@example.org", "marta@lantern.example", "likes the chair by the fire", true),
    HEARD("walter.finch@example.org", "marta@lantern.example", "has a new hearing of old jokes",
          "noticed"),
    HEARD("henrik@oldpilot.example", "marta@lantern.example", "wants to give up the dray",
          "aggie@pellsbakery.example"),
    HEARD("jo.harker@example.com", "marta@lantern.example", "works nights again", "noticed"),
};

const struct sample_fact *sample_facts(int *n)
{
    *n = COUNT(facts);
    return facts;
}
