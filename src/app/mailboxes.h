/* SPDX-License-Identifier: GPL-3.0-or-later
 * mailboxes.h - reading the mailboxes of a house while it is served: a thread each, one reader of a
 * mailbox at a time (also among several servers on one database), newest mail first. What is read
 * goes the way of an import. */
#pragma once
#include "app/house.h"
#include "kit/mail/imap.h"
#include "kit/mail/parse.h"
#include "post/mailbox.h"

#include <stdatomic.h>

/* Processes that read mail: two for what is new, two for what was there before, so that new mail
 * does not wait. Opened while the program has one thread. */
struct mailboxes_readers {
    struct mail_parser *news[2], *history[2];
};
void mailboxes_readers_open(struct mailboxes_readers *);
void mailboxes_readers_close(struct mailboxes_readers *);

struct mailboxes_run;
/* waiting: as mailboxes_conf() said; they are connected once their keeper is there. */
struct mailboxes_run *mailboxes_open(struct home *, const struct mailboxes_readers *, int waiting);
void mailboxes_close(struct mailboxes_run *); /* waits until all of them have stopped */

/* Connects those of snug.conf, changes those that were changed there, and forgets those that stand
 * there no more. *waiting: so many have no keeper yet. E_INVALID: with file and line. */
err mailboxes_conf(struct home *, struct arena *, int *waiting, struct str *why) MUST_USE;
int mailboxes_conf_waiting(struct home *, struct arena *); /* how many would have none now */
/* "host", "host:port"; by the port it is known how it is made safe. Empty: no host. */
bool mailboxes_server(struct str typed, int tls_port, bool plain, struct mailbox_server *out);

/* Fills in the servers that are not known, from what is published about the address. False: nothing
 * was found. Waits on the network. */
bool mailboxes_find(struct arena *, struct mailbox *, const atomic_bool *cancel);
/* Signs in, and asks for the folders. As imap_open(); E_INVALID also: no server is known. What was
 * found out stands in *m. Waits on the network; cancel (or NULL) is for the time before the stop.
 */
err mailboxes_try(struct ctx *, struct mailbox *m, struct str password, const atomic_bool *cancel,
                  struct imap_stop *, struct imap **out, struct imap_folders *folders) MUST_USE;
/* Signs in where it sends from; nothing is sent. Why that doesn't work, as a sentence; empty: it
 * does, or no server is known to send by. Waits on the network. */
struct str mailboxes_try_sending(struct arena *, const struct mailbox *, struct str password,
                                 const atomic_bool *cancel);
/* As mailbox_note_folders() wants them; those that hold no messages are left out. */
struct mailbox_folder *mailboxes_folders(struct arena *, const struct imap_folders *, int *n);
