/* SPDX-License-Identifier: GPL-3.0-or-later
 * find.h - finding messages by a line of words; newest first, only what the viewer may see.
 *
 *   boat trip           both words            "boat trip"     one behind the other
 *   -boat               without it            boat*           begun so
 *   from:ada to:bo      who wrote, who got it (a name, an address, or "me"); with: either
 *   subject:"boat trip" only in the subject
 *   in:list             people, lists, newsletters, machines, calendar, automatic, or a folder's
 * name before:2024-05-01   also 2024, 2024-05, 7d, 2w, 3m, 1y; after: the same has:file also
 * has:question
 *
 * Each may be negated by a '-' before it. Full text is kit/store/search.h's; everything else is
 * checked on at most FIND_LOOKS messages a call: next says where the following call goes on. */
#pragma once
#include "kit/store/search.h"
#include "talk/talk.h"

enum {
    FIND_WHO = 8,
    FIND_KEYS = 256,
    FIND_IN = 4,
    FIND_SPANS = 16,
    FIND_LOOKS = 10000,
    FIND_MOST = 100
};

/* One of from:, to:, with:. */
struct find_who {
    unsigned roles; /* bits 1 << recipient_role */
    bool negated;
    struct str typed;
    int64_t *keys; /* handles it may mean, ascending */
    int n;
};
struct find_in {
    bool negated;
    unsigned classes; /* bits 1 << talk_class; 0: a folder */
    int64_t folder;   /* hash_name of its folded name */
};
/* A line of words, read. */
struct find_query {
    struct search_words words;
    int positive; /* how many of them have to be there */
    struct find_who who[FIND_WHO];
    int n_who;
    struct find_in in[FIND_IN];
    int n_in;
    int64_t after, before; /* at >= after, at < before; INT64_MIN and INT64_MAX: no bound */
    int file, question;    /* 1: has, -1: has not, 0: either */
    struct str people;     /* the words that may name somebody */
    bool asks;             /* something was asked at all */
};
/* typing: the last word may go on, and what is not finished is left out instead of refused.
 * E_INVALID with a sentence that says how to write it. */
err talk_find_read(struct ctx *, struct str query, bool typing, struct find_query *out) MUST_USE;

struct find_span {
    struct str words;
    bool hit;
};
struct find_hit {
    id message;
    int64_t at;
    struct str subject;
    id author; /* person, or 0 */
    struct str author_name;
    bool author_ours;
    struct str to; /* "Ada and 2 more" */
    talk_class class;
    int files;
    struct find_span *excerpt;
    int spans;
};
struct find_hits {
    struct find_hit *at;
    int n;
    int64_t next;        /* `before` of the following call; 0: that was all */
    int64_t searched_to; /* with next: the time down to which was looked */
    struct str nobody;   /* what was typed after from:, to: or with: and fits nobody; or empty */
};
/* before: 0, or next of the call before. max: at most FIND_MOST. E_INVALID as talk_find_read(). */
err talk_find(struct ctx *, struct str query, int64_t before, int max,
              struct find_hits *out) MUST_USE;
/* The same for a query that has been read. */
void talk_find_by(struct ctx *, const struct find_query *, int64_t before, int max,
                  struct find_hits *out);
