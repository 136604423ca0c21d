/* SPDX-License-Identifier: GPL-3.0-or-later
 * mailbox.h - accounts of keepers at a mail server: read by IMAP, sent from by SMTP. What is read
 * belongs to the keeper whose account it is. Nothing here is in the log, which keeps no secrets; so
 * connecting and disconnecting change nothing of what was read. Asks no server itself. */
#pragma once
#include "people/keeper.h"

/* As enum mail_safety in kit/mail/autoconf.h. */
typedef enum { MAILBOX_TLS, MAILBOX_STARTTLS, MAILBOX_PLAIN } mailbox_safety;
struct mailbox_server {
    struct str host; /* empty: not known */
    int port;
    mailbox_safety safety;
};
typedef enum {
    MAILBOX_READS,    /* in use: is read, and may be sent from                     */
    MAILBOX_PASSWORD, /* stopped: its server does not take login and password      */
    MAILBOX_UNSAFE,   /* stopped: its server's certificate does not hold           */
    MAILBOX_BY_HAND,  /* stopped by its keeper                                     */
    MAILBOX_NEW,      /* to be tried: servers, password, folders                   */
    MAILBOX_FAILED,   /* that went wrong: `said` tells why                         */
    MAILBOX_TRIED,    /* that went well; its keeper has not chosen the folders yet */
} mailbox_state;
struct mailbox {
    id id, keeper;
    struct str address, name; /* name: for From, the keeper's own if they gave none */
    struct mailbox_server imap, smtp;
    struct str login;
    bool filed;            /* by snug.conf; then it is changed there and on no page */
    bool keeps_sent, plus; /* its SMTP server copies to Sent; mail to local+token@ arrives */
    int64_t made;
    mailbox_state state; /* column stopped */
    struct str said;     /* a sentence for its keeper; may stand while it reads: what fails */
    struct str unsent;   /* why nothing can be sent from it, as far as it was tried; or empty */
    int64_t tried_at, read_at;
    int64_t change; /* another number when a keeper changed anything */
};
struct mailboxes {
    struct mailbox *at;
    int n;
};
/* The viewer's own. E_NOTFOUND also for those of others. */
err mailbox_get(struct ctx *, id mailbox, struct mailbox *out) MUST_USE;
/* A keeper's, oldest first; 0: those of all present keepers, for the reader. At most 200. */
void mailbox_list(struct ctx *, id keeper, struct mailboxes *out);
/* The one a keeper sends from: the oldest of theirs that is in use and has an SMTP server.
 * E_NOTFOUND. */
err mailbox_of_sender(struct ctx *, id keeper, struct mailbox *out) MUST_USE;
/* The one the house sends from: so that of the first keeper who has one, owners first; plus: and
 * that takes answers to addresses of their own. False: there is none. */
bool mailbox_of_house(struct ctx *, bool plus, struct mailbox *out);
/* Its password. E_NOTFOUND when it can't be unsealed: the house has another key than then. */
err mailbox_secret(struct ctx *, id mailbox, struct str *out) MUST_USE;
bool mailbox_stands_still(const struct mailbox *); /* its keeper has to see to it */

/* ---- deeds of the viewer ------------------------------------------------- */

struct mailbox_settings {
    struct str address, name, login;  /* login empty: the address */
    struct str password;              /* empty in mailbox_change(): as it was */
    struct mailbox_server imap, smtp; /* host empty: to be found */
    bool plus;                        /* mail to local+anything@ arrives */
};
/* To be tried next. E_INVALID: address, password or server can't be right, or the house is
 * invented, and everybody its guest; E_CONFLICT: it is
 * connected already. */
err mailbox_add(struct tx *, const struct mailbox_settings *, id *out) MUST_USE;
/* The same again, under other settings; the address stays. E_NOTFOUND, E_INVALID; E_CONFLICT: it
 * stands in snug.conf, as in mailbox_remove() and mailbox_choose(). */
err mailbox_change(struct tx *, id mailbox, const struct mailbox_settings *) MUST_USE;
err mailbox_stop(struct tx *, id mailbox) MUST_USE;  /* E_NOTFOUND */
err mailbox_go_on(struct tx *, id mailbox) MUST_USE; /* is tried anew if it never was. E_NOTFOUND */
/* Forgets the account and its password. What was read stays. E_NOTFOUND */
err mailbox_remove(struct tx *, id mailbox) MUST_USE;

/* The viewer's as snug.conf says; filed and its folders are read as they are named there (by
 * comma; empty: Inbox and Sent). To be tried next if that is new, or was changed. Takes over one
 * that was connected on a page. Errors as mailbox_add(). */
err mailbox_file(struct tx *, const struct mailbox_settings *, struct str folders,
                 id *out) MUST_USE;
/* Those that were, and are not among these any more, are forgotten. */
void mailbox_file_only(struct tx *, const id *filed, int n);

/* ---- folders --------------------------------------------------------------- */

/* As enum imap_role in kit/mail/imap.h. */
typedef enum {
    MAILBOX_NO_ROLE,
    MAILBOX_INBOX,
    MAILBOX_SENT,
    MAILBOX_DRAFTS,
    MAILBOX_TRASH,
    MAILBOX_JUNK,
    MAILBOX_ARCHIVE,
    MAILBOX_ALL,
    MAILBOX_FLAGGED
} mailbox_role;
struct mailbox_folder {
    id id, mailbox;
    struct str raw, name;
    mailbox_role role;
    bool chosen, gone, shared;
    int64_t validity, high, low, total, done, skipped, read_at;
    struct str said;
};
struct mailbox_folders {
    struct mailbox_folder *at; /* the Inbox first, then Sent, then by name */
    int n;
};
/* Of a mailbox of the viewer's. At most 1,000. */
void mailbox_folders(struct ctx *, id mailbox, struct mailbox_folders *out);
/* Chooses exactly these, and begins to read if it was tried only. E_NOTFOUND; E_INVALID: none. */
err mailbox_choose(struct tx *, id mailbox, const id *folders, int n) MUST_USE;
/* Whether the mail of a folder is open to all keepers, what is to come included. *mailbox: whose
 * folder it is. E_NOTFOUND. */
err mailbox_share(struct tx *, id folder, bool open, id *mailbox) MUST_USE;

struct mailbox_skip {
    int64_t uid, at;
    struct str folder, why;
};
struct mailbox_skips {
    struct mailbox_skip *at; /* newest first */
    int n;
};
/* What was left out of a mailbox of the viewer's. */
void mailbox_skips(struct ctx *, id mailbox, int max, struct mailbox_skips *out);

/* ---- in words -------------------------------------------------------------- */

enum { MAILBOX_STALE_S = 10 * MINUTE };
/* "12,410 of 12,410, last today at 09:14, 3 skipped"; or why it can't be read. */
struct str mailbox_folder_words(struct ctx *, const struct mailbox_folder *);
/* The same of all that is chosen, in a sentence; or why it stands still, and what to do. */
struct str mailbox_words(struct ctx *, const struct mailbox *, const struct mailbox_folders *);
/* What its keeper has to know of it today: it stopped, is behind, waits for them. Empty: nothing.
 */
struct str mailbox_care(struct ctx *, const struct mailbox *, const struct mailbox_folders *);
/* What to do about the password, by the domain of an address or the name of a server; or empty. */
struct str mailbox_hint(struct str domain_or_host);

/* All accounts of a keeper who leaves, passwords too, are the heir's; how many. */
int64_t mailbox_hand_over(struct tx *, id from, id heir);

/* ---- for whoever reads it (the viewer is its keeper) ---------------------- */

enum { MAILBOX_LEASE_S = 90 };
/* One reader at a time: true when it is this reader's for MAILBOX_LEASE_S from now. */
bool mailbox_claim(struct tx *, id mailbox, int64_t reader);
void mailbox_release(struct tx *, id mailbox, int64_t reader);
/* What came of asking its server. Only if no keeper changed it meanwhile (change as it was). */
void mailbox_note(struct tx *, const struct mailbox *, mailbox_state, struct str said);
/* What came of signing in where it is sent from; the same condition. */
void mailbox_note_sending(struct tx *, const struct mailbox *, struct str unsent);
/* The servers that were found or tried. */
void mailbox_note_servers(struct tx *, const struct mailbox *);
/* The folders it has now: new ones are added, missing ones marked. Inbox and Sent of a new mailbox
 * are chosen. Of each: raw, name, role. */
void mailbox_note_folders(struct tx *, id mailbox, const struct mailbox_folder *, int n);
/* Where reading a folder stands: validity, high, low, total, done, skipped, read_at, said. */
void mailbox_note_folder(struct tx *, const struct mailbox_folder *);
void mailbox_note_skip(struct tx *, id folder, int64_t uid, struct str why);
/* A batch of it was written: low and high as they are now (0: as before), how many more were dealt
 * with, and left out; and what the log took after that event came from there. */
struct mailbox_progress {
    id folder, after;
    int64_t low, high;
    int n, skipped;
    const id *seen; /* messages in it that were here before, byte for byte */
    int n_seen;
};
void mailbox_note_progress(struct tx *, const struct mailbox_progress *);
/* The server gave all its messages new numbers: it is read again. */
void mailbox_note_renewed(struct tx *, id folder, int64_t validity);
void mailbox_note_read(struct tx *, id mailbox); /* nothing is missing */
/* The next messages, at most max, of a folder that is shared and that were not looked at for that;
 * of one that is not, those that are open for its sake. */
int mailbox_to_share(struct ctx *, const struct mailbox_folder *, int max, id *messages);
/* It was looked at. done: it was opened for the folder's sake, or shut. */
void mailbox_note_shared(struct tx *, const struct mailbox_folder *, id message, bool done);

extern void (*mailbox_changed)(void); /* called when a deed is done, if the program has set it */
extern const struct concept post_concept;
