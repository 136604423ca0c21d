/* SPDX-License-Identifier: GPL-3.0-or-later
 * smtp.h - one delivery of one message to one recipient (libcurl).
 *
 * Nothing is sent over a line that is not safe: with SMTP_STARTTLS and SMTP_TLS the certificate
 * must hold for the host's name, and a server that doesn't offer STARTTLS, or says more than its
 * answer to it, is left. May be called by several threads at once, in a program that ignores
 * SIGPIPE; waits on the network, so never inside a transaction. */
#pragma once
#include "kit/base/base.h"

#include <stdatomic.h>

typedef enum smtp_security {
    SMTP_STARTTLS, /* usually port 587 */
    SMTP_TLS,      /* from the first byte, usually port 465 */
    SMTP_PLAIN     /* no protection: only to this machine (127.x.x.x, ::1, localhost) */
} smtp_security;

struct smtp_server {
    struct str host; /* a name (A-labels) or an address */
    int port;
    smtp_security security;
    struct str user, password; /* empty user: no sign-in */
    struct str authorities;    /* file of certificates to trust (PEM); empty: the system's */
    int connect_s, reply_s;    /* how long for a connection, for one reply; 0: 30 and 120 seconds */
    int total_s;               /* how long in all; 0: 15 minutes */
};

typedef enum smtp_outcome {
    SMTP_ACCEPTED, /* the server has it and answers for it from now on */
    SMTP_LATER,    /* 4xx, or the network: the same message again, later. It may have arrived, if
                      the line broke while the server was to answer for it (SMTP_AT_CONTENT): its
                      Message-ID tells */
    SMTP_REFUSED,  /* 5xx: the same again would be refused again. stage says what was refused; only
                      SMTP_AT_RECIPIENT speaks of the recipient's address */
    SMTP_PASSWORD, /* user or password is wrong, or one is asked for and none is set */
    SMTP_UNSAFE,  /* the certificate doesn't hold, or there is no TLS: nobody's password was sent */
    SMTP_INVALID, /* an address, host or port that nothing can be sent with: nothing was tried */
    SMTP_CANCELLED /* *cancel became true; as with SMTP_LATER it may have arrived */
} smtp_outcome;

/* How far it came. */
typedef enum smtp_stage {
    SMTP_AT_CONNECT,   /* network, greeting, EHLO, STARTTLS */
    SMTP_AT_SIGN_IN,   /* AUTH */
    SMTP_AT_SENDER,    /* MAIL FROM: may this account send as that, and that much */
    SMTP_AT_RECIPIENT, /* RCPT TO */
    SMTP_AT_CONTENT    /* DATA and what follows it */
} smtp_stage;

struct smtp_result {
    smtp_outcome outcome;
    smtp_stage stage;
    int code;          /* the server's last answer at that stage: 250, 550 ...; 0: none */
    struct str status; /* "5.1.1" (RFC 3463), empty when the server gave none */
    struct str said;   /* one sentence, safe to show: the server's words, or ours if it has none.
                          Never holds the password */
};

/* Delivers raw (CRLF line ends, see mail_compose()) from one address (empty: the null sender) to
 * one recipient. cancel (if given) may be set by another thread: it ends within about a second.
 * What the result holds lives in the arena. */
struct smtp_result smtp_send(struct arena *, const struct smtp_server *, struct str from,
                             struct str to, struct str raw, const atomic_bool *cancel);

/* Signs in as smtp_send() from that address would, and leaves; no letter is begun. SMTP_ACCEPTED:
 * that went well, or the server offers no sign-in. */
struct smtp_result smtp_try(struct arena *, const struct smtp_server *, struct str from,
                            const atomic_bool *cancel);
