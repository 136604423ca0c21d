/* SPDX-License-Identifier: GPL-3.0-or-later
 * public.h - a conversation opened to strangers, by a keeper who may read the whole of it.
 *
 * They read what stood there when it was opened, letter by letter, and nothing that comes later:
 * what its people wrote themselves and how they are called. Never addresses, also not in the words;
 * no quotes, no signatures, no notes of what was said; attachments only that were ticked. */
#pragma once
#include "talk/talk.h"

typedef enum { PUBLIC_FIRST_NAMES = 1, PUBLIC_NAMES } public_names;
enum { PUBLIC_MOST = 200, PUBLIC_LIST = 50, PUBLIC_FEW = 5 };

struct public_item {
    id message;
    int64_t at;
    struct str name, words;
    struct files files;
    bool ours;
    id raw;
};
struct public_items {
    struct public_item *at;
    int n;
};
struct public_talk {
    id message; /* its address, the same whenever it is opened again */
    int64_t at, changed;
    public_names names;
    struct str subject, uuid;
    int me_too, messages;
};
struct public_talks {
    struct public_talk *at;
    int n;
};

/* What strangers would read of it, for who may read the whole: E_DENIED, E_NOTFOUND; E_INVALID: it
 * is too long, or says nothing that could be shown. *out holds all its files. */
err public_plan(struct ctx *, id message, public_names, struct public_talk *,
                struct public_items *out) MUST_USE;
struct public_files { /* those that were ticked */
    struct public_file {
        id message;
        struct str path;
    } * at;
    int n;
};
/* Opens it, or opens it anew with what came since: messages up to the number upto. As
 * public_plan(). */
err public_open(struct tx *, id message, public_names, id upto,
                const struct public_files *) MUST_USE;
/* Shut again at once, by who may read any of it. E_NOTFOUND: it is not public. */
err public_shut(struct tx *, id message) MUST_USE;
/* How that conversation is public, as far as the viewer may read it; 0: it is not. *more: messages
 * that came since. */
id public_of(struct ctx *, id message, int *more);

/* ---- for anybody --------------------------------------------------------- */

/* Newest first, before that time (0: from the newest). */
void public_list(struct ctx *, int64_t before, int max, struct public_talks *out);
/* E_NOTFOUND. */
err public_get(struct ctx *, id talk, struct public_talk *, struct public_items *out) MUST_USE;
/* The raw letter a file that was ticked came with, and its name. E_NOTFOUND. */
err public_file_of(struct ctx *, id talk, id message, struct str path, struct str *raw,
                   struct str *name) MUST_USE;
/* By a browser, once. E_CONFLICT: it has said so. E_NOTFOUND. */
err public_me_too(struct tx *, id talk, struct str browser) MUST_USE;
/* For ids of feeds that stay, wherever the house is found; 0: of the feed itself. */
struct str public_uuid(struct ctx *, id talk);
/* Without whatever looks like a mail address. */
struct str public_words(struct arena *, struct str words);

/* ---- for the events ------------------------------------------------------ */

void public_noted(struct tx *, const struct event *);
void public_forget(struct tx *, id message); /* it was erased, or taken back */
