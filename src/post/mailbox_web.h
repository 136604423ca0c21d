/* SPDX-License-Identifier: GPL-3.0-or-later
 * mailbox_web.h - the pages on which a keeper connects mailboxes. */
#pragma once
#include "kit/web/page.h"
#include "post/mailbox.h"

extern const struct route mailbox_routes[];

/* For templates. */
struct mailbox_shown {
    struct mailbox box;
    struct mailbox_folders folders;
    struct mailbox_skips skips;
    struct str words;
    struct str *folder_words; /* in the places of folders */
    struct str hint;          /* about its provider's passwords */
};
struct mailbox_lines {
    struct mailbox_shown *at;
    int n;
};
struct url mailbox_url(struct arena *, id mailbox, const char *deed); /* deed: "" or "stop" ... */
/* What stands in a field: what was typed, else what is kept. */
struct str mailbox_field(const struct page *, const char *name, struct str kept);
struct str mailbox_port(const struct page *, const char *name, int kept); /* 0: empty */
