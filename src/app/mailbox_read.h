/* SPDX-License-Identifier: GPL-3.0-or-later
 * mailbox_read.h - the thread that reads one mailbox; for mailboxes.c only. */
#pragma once
#include "app/mailboxes.h"

#include <pthread.h>
#include <stdatomic.h>

/* One mailbox at a time goes through it. */
struct desk {
    struct mail_parser *parsers[2];
    pthread_mutex_t lock;
};
struct mailbox_reader {
    struct home *home;
    struct desk *news, *history;
    id mailbox, keeper;
    int64_t change; /* of the settings it reads by */
    struct arena *own;
    struct imap_stop *stop;
    pthread_t thread;
    atomic_bool ended, cancelled; /* cancelled: as stop, while servers are looked for */
    struct mailbox_reader *next;
};
void *mailbox_read_main(void *reader);

/* What is to be open, or shut again, for the sake of a folder; as its keeper. */
void mailbox_read_share(struct home *, struct arena *, const struct mailbox *);
