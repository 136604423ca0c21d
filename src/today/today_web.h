/* SPDX-License-Identifier: GPL-3.0-or-later
 * today_web.h - the pages of today: the day, who waits, who drifts, how the house is. */
#pragma once
#include "kit/web/page.h"
#include "today/today.h"

extern const struct route today_routes[], stop_routes[];

/* The day as a letter, each line leading back; for compose.h. origin: "https://house.example". */
struct today_letter {
    struct str subject, text, html;
};
void today_letter(struct arena *, const struct today *, struct str origin, struct today_letter *);
struct url today_far(struct arena *, struct str origin, const char *place,
                     id); /* for letter.html */

/* ---- for today.html only ----------------------------------------------------- */

struct today_whole { /* the lists behind "all" */
    struct waitings waiting, awaited;
    struct drifts drifting, one_way;
    bool more;
    int offset_s;
    struct sleepings asleep;
    struct person_lines muted;
    struct str none_waiting, none_awaited, none_drifting;
};
struct today_wait { /* what can be done about one */
    struct message m;
    struct person who;
    struct str line;
    int offset_s;
};
struct today_skip {
    struct str path, why;
    int64_t place;
};
struct today_skips {
    struct today_skip *at;
    int n;
    bool more;
};
struct today_unreadable {
    id event;
    struct str day, why;
};
struct today_unreadables {
    struct today_unreadable *at;
    int n;
};
struct today_mailbox {
    struct str address, words;
    id id;
    bool stopped;
};
struct today_health {
    struct str fresh;
    struct today_mailbox *mailboxes; /* the viewer's */
    int n_mailboxes;
    struct today_sources sources;
    struct today_skips skips;
    struct today_unreadables unreadables;
    struct str copied; /* the last copy of the house; empty: it makes none by itself */
};
struct url today_person_url(struct arena *, id who);
struct url today_talk_url(struct arena *, id message);
struct url today_answer_url(struct arena *, id message);   /* where one writes to them */
struct str today_letters(struct arena *, struct str name); /* one or two, for a face */
struct str today_days(struct arena *, int days);
