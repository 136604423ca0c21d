/* SPDX-License-Identifier: GPL-3.0-or-later
 * today.h - one page a day: who waits, who drifts away, who is new, what the house itself needs.
 *
 * Reading only; nothing here is stored. The same data at the same time gives the same lines in
 * the same order. Each list holds what can be done in a day; the whole is one click away. An empty
 * list says why it is empty, and never "all clear" when the mail is older than usual. */
#pragma once
#include "people/keeper.h"
#include "talk/talk.h"

enum {
    TODAY_MUTED = 3,
    TODAY_ASLEEP = 100,
    TODAY_LINES = 7,
    TODAY_FEW = 2,
    TODAY_NEW_DAYS = 14,
    TODAY_COUNT_MOST = 100
};

struct today_new {
    struct newcomer met;
    struct str shared; /* "You both know Ana and Tom."; may be empty */
};
struct today_news {
    struct today_new *at;
    int n;
};

typedef enum { SOURCE_DONE, SOURCE_RUNNING, SOURCE_STOPPED } source_state;
struct today_source {
    id id;
    bool own;               /* the viewer brought it in */
    struct str path, words; /* "12,410 of 12,410 messages read, last today at 09:14; 3 skipped"; of
                             * a colleague's the path is empty */
    struct str by;          /* whose it is */
    source_state state;
    int64_t started, ended, total, done, fresh, skipped, unreadable;
};
struct today_sources {
    struct today_source *at;
    int n;
};

/* What the house itself needs; path is where to see to it. */
struct today_care {
    struct str words, path, label;
};
struct today_cares {
    struct today_care at[16];
    int n;
};

struct today {
    struct house house;
    int64_t now;
    id at;              /* the log's end it was read at */
    struct str date;    /* "Sunday, 22 November 2026" */
    struct str summary; /* "3 people wait on you and 2 are going quiet." */
    struct talk_fresh fresh;
    struct waitings waiting, awaited;
    int waiting_all, awaited_all; /* of the last month; up to TODAY_COUNT_MOST + 1 */
    int waiting_old,
        awaited_old; /* longer than a month, the same; listed only when there are no others */
    struct person_lines muted; /* the first of those whose waits the viewer doesn't want to see */
    int muted_all, asleep;     /* asleep: waits put away until a day */
    struct drifts drifting, joys, one_way;
    struct today_news news;
    struct tie_meets meet;
    struct today_cares cares;
    int mailboxes;     /* how many the viewer has connected */
    struct str health; /* the last import in a line; or that there was none */
    struct str none_waiting, none_awaited, none_drifting, none_new; /* why the list is empty */
    struct str sample; /* empty, or that this house is invented and how to get one's own */
};
/* For the viewer of the context, a keeper. */
void today_read(struct ctx *, struct today *out);

/* For a terminal or a plain mail: lines of at most 78 columns as far as names allow. */
struct str today_text(struct arena *, const struct today *);
/* The same with the address of each line below it; origin: "https://house.example". */
struct str today_text_with(struct arena *, const struct today *, struct str origin);
struct str today_json(struct arena *, const struct today *);

/* What is being written, and what did not go out: among the cares. */
void today_sending(struct ctx *, struct today *);
/* What the viewer brought in, newest first; the owner gets those of the others as well, and as
 * their own what came before there was a keeper. */
void today_sources(struct ctx *, int max, struct today_sources *out);
/* Did the viewer bring in what that person did (0: whoever did before there was a keeper)? */
bool today_brought(struct ctx *, id who);
/* "Waits of Ada and Bo are muted." Empty when there are none. */
struct str today_muted_words(struct arena *, const struct today *);
/* The two sentences of WAIT-10 and its third: why nothing stands here. */
struct str today_why_nobody_waits(struct arena *, const struct talk_fresh *, int offset_s,
                                  bool ours);
struct str today_why_nobody_drifts(struct arena *, const struct talk_fresh *, int offset_s,
                                   int house_days, int ties);
