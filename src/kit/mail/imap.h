/* SPDX-License-Identifier: GPL-3.0-or-later
 * imap.h - reading a mailbox of somebody's by IMAP (libetpan), and laying a copy into Sent. Folders
 * are opened with EXAMINE and messages fetched with BODY.PEEK: nothing that is there is changed.
 *
 * One thread uses a connection; another may wake or stop it through its struct imap_stop. Each
 * command has a deadline. After E_PEER the connection is of no more use: close it, wait
 * imap_delay_s(), open another. What fails says so in the context's `why`, for a person, without
 * address or password. What is returned lives in the context's arena, which must not outlive the
 * one that the connection was opened with. */
#pragma once
#include "kit/base/ctx.h"
#include "kit/mail/autoconf.h"

struct imap_server {
    struct str host;
    int port; /* 0: 993 for MAIL_TLS, else 143 */
    enum mail_safety safety;
    struct str user, password;
    struct str ca_file; /* PEM with the authorities to believe; empty: those of the system */
    int command_s;      /* a command's deadline; 0: 60. Fetching gets more, by the size */
    int idle_s;         /* IDLE is restarted after so long; 0: 25 minutes */
};
enum { IMAP_IDLE_S = 25 * MINUTE, IMAP_POLL_S = 2 * MINUTE, IMAP_COMMAND_S = 60 };

/* ---- from another thread ------------------------------------------------ */

struct imap_stop;
struct imap_stop *imap_stop_new(struct arena *); /* NULL: no file descriptors left */
void imap_stop_wake(struct imap_stop *);   /* ends the imap_idle() that runs, or the next one */
void imap_stop_cancel(struct imap_stop *); /* what runs fails with E_PEER, and all that follows */
bool imap_stop_cancelled(const struct imap_stop *);

/* ---- the connection ------------------------------------------------------ */

struct imap;
/* Connects and signs in. The certificate is checked against the host's name. MAIL_STARTTLS never
 * goes on in clear: not when the server does not offer it, refuses it, says it is signed in
 * already, or sends anything behind its answer. MAIL_PLAIN only reaches this machine.
 * E_INVALID the settings can't be right, E_DENIED the server does not take user and password,
 * E_CONFLICT its certificate does not hold for the host's name, E_PEER anything else. Looking up
 * the host's name keeps the resolver's own time limits. */
err imap_open(struct ctx *, const struct imap_server *, struct imap_stop *, struct imap **out);
/* The same on a socket that is connected already, without TLS; it is closed with the connection. */
err imap_open_fd(struct ctx *, int fd, const struct imap_server *, struct imap_stop *,
                 struct imap **out);
void imap_close(struct imap *); /* says goodbye if it can; also done with the arena */

/* Seconds to wait before try number `tries` (from 1) after a failure: doubles from 5 seconds to an
 * hour, and random (any bits) moves it by up to a quarter down or up. */
int imap_delay_s(int tries, uint64_t random);

/* ---- folders ------------------------------------------------------------- */

enum imap_role {
    IMAP_NO_ROLE,
    IMAP_INBOX,
    IMAP_SENT,
    IMAP_DRAFTS,
    IMAP_TRASH,
    IMAP_JUNK,
    IMAP_ARCHIVE,
    IMAP_ALL,
    IMAP_FLAGGED,
    IMAP_ROLES
};
struct imap_folder {
    struct str raw;  /* as the server writes it: for imap_select() and imap_append() */
    struct str name; /* for people: decoded, UTF-8, one line */
    char level;      /* what divides its levels, such as '/', or 0 */
    enum imap_role role;
    bool guessed; /* the role was not said by the server (RFC 6154) but read from the name */
    bool closed;  /* holds no messages, only folders */
};
struct imap_folders {
    struct imap_folder *at;
    int n;
};
/* All folders. Where the server names no folder of a role, the first whose name means it in one of
 * the common languages gets it, guessed. E_PEER. */
err imap_folders(struct ctx *, struct imap *, struct imap_folders *out);
/* What a folder's name says to people; a name that is not modified UTF-7 stays, made UTF-8. */
struct str imap_folder_name(struct arena *, struct str raw);
/* The role of a decoded name such as "Gesendet" or "INBOX/Sent Items"; level as above. */
enum imap_role imap_folder_role(struct str name, char level);

struct imap_state {
    uint32_t validity; /* UIDVALIDITY: when it differs from last time, all numbers are void */
    uint32_t next;     /* UIDNEXT, 0 if not said */
    uint32_t exists;   /* how many messages */
    uint64_t modseq;   /* HIGHESTMODSEQ, 0 where the server has none */
};
/* Opens a folder for reading; what follows is about it. E_NOTFOUND it can't be opened (gone, or
 * not allowed), E_INVALID no such name can be, E_PEER. */
err imap_select(struct ctx *, struct imap *, struct str raw, struct imap_state *out);

/* ---- messages ------------------------------------------------------------ */

struct imap_uids {
    uint32_t *at; /* newest first */
    int n;
};
/* The numbers of all messages above `after` (0: all), each once, highest first. Fewer than the
 * server says it holds is E_PEER. E_CONFLICT: the server has renewed the folder meanwhile, the
 * numbers are void, select again; also from the calls below. */
err imap_uids(struct ctx *, struct imap *, uint32_t after, struct imap_uids *out);

enum imap_what {
    IMAP_WHOLE,   /* raw is the message */
    IMAP_TOO_BIG, /* over the limit: not fetched */
    IMAP_REFUSED, /* the server would not give it out */
    IMAP_GONE,    /* no longer there */
};
struct imap_mail {
    uint32_t uid;
    enum imap_what what;
    int64_t size;    /* as the server says; 0 if gone */
    int64_t arrived; /* INTERNALDATE, unix seconds; 0 if not said */
    struct str raw;  /* borrowed until the callback returns */
};
/* May die(); an error ends the fetching and is returned by imap_fetch(). */
typedef err imap_take(void *arg, const struct imap_mail *);
/* Gives every message of the list, in its order, once. Asks sizes first, fetches in batches of at
 * most 200 messages or 8 MiB, so that no more than a batch and one message is in memory. */
err imap_fetch(struct ctx *, struct imap *, struct imap_uids, int64_t limit_bytes, imap_take *,
               void *arg);
enum { IMAP_BATCH = 200, IMAP_BATCH_BYTES = 8 * MIB };

enum imap_news { IMAP_QUIET, IMAP_NEWS, IMAP_WOKEN };
/* Waits up to most_s for a change of the selected folder: IMAP_NEWS messages came or went,
 * IMAP_WOKEN by imap_stop_wake(), IMAP_QUIET neither. By IDLE, or where the server has none by
 * asking every IMAP_POLL_S. E_PEER, E_CONFLICT. */
err imap_idle(struct ctx *, struct imap *, int most_s, enum imap_news *out);

/* Lays a message into a folder, as read. Lines must end with CRLF. E_NOTFOUND the server does not
 * take it there, E_INVALID, E_PEER. Nobody can tell whether E_PEER came before or after it was
 * stored: look for its Message-ID before trying again. */
err imap_append(struct ctx *, struct imap *, struct str folder, struct str message,
                int64_t arrived);
/* Whether a message with this Message-ID, given without angle brackets, is in the selected folder:
 * servers that keep a copy of what is sent by themselves need none from us. E_PEER, E_INVALID. */
err imap_holds(struct ctx *, struct imap *, struct str message_id, bool *out);
