/* SPDX-License-Identifier: GPL-3.0-or-later
 * autoconf.h - from a mail address to the servers it is read from and sent by: a table of the big
 * providers, what the domain itself publishes (autoconfig XML, RFC 6186 names), and what is known
 * of the kind of password each wants. Asks nobody itself: the caller fetches. */
#pragma once
#include "kit/base/base.h"

enum mail_safety {
    MAIL_TLS,      /* from the first byte */
    MAIL_STARTTLS, /* after a word in clear, or not at all */
    MAIL_PLAIN,    /* in clear: only on this machine */
};

enum autoconf_login {
    LOGIN_ANY,         /* nothing known */
    LOGIN_PASSWORD,    /* the password of the account */
    LOGIN_APP,         /* a password of its own for each program ("app password") */
    LOGIN_SWITCH,      /* the account's, once reading by programs is switched on in its settings */
    LOGIN_NO_PASSWORD, /* takes no passwords at all */
};
struct autoconf_provider {
    struct str name; /* "Gmail" */
    struct str hint; /* what to do about the password, a sentence; empty if nothing special */
    enum autoconf_login login;
    bool keeps_sent; /* lays what is sent by its SMTP server into Sent by itself */
};
/* By the domain of an address or the name of an IMAP or SMTP server; NULL: not in the table. */
const struct autoconf_provider *autoconf_provider(struct str domain_or_host);

struct autoconf_server {
    struct str host; /* empty: not known */
    int port;
    enum mail_safety safety;
    struct str user; /* what to sign in as: the address, or the part before the @ */
};
struct autoconf {
    struct autoconf_server imap, smtp;
    const struct autoconf_provider *provider; /* or NULL */
};

/* Gives the body of an https address, at most AUTOCONF_MOST bytes, redirects only to https;
 * false: none, for whatever reason. */
typedef bool autoconf_fetch(void *arg, struct arena *, const char *url, struct str *out);
enum { AUTOCONF_MOST = 64 * KIB };

/* Fills *out for an address: from the table, else from what the domain publishes through fetch
 * (NULL: not asked). False when nothing was found or the address is none; *out is then empty. */
bool autoconf_find(struct arena *, struct str address, autoconf_fetch *fetch, void *arg,
                   struct autoconf *out);

/* The addresses that are asked, in order, NUL-terminated: the domain's own, its well-known one, and
 * Thunderbird's list of providers. The mail address itself goes into none of them. */
enum { AUTOCONF_URLS = 3 };
int autoconf_urls(struct arena *, struct str address, const char *out[AUTOCONF_URLS]);
/* Reads a clientConfig document; %EMAILADDRESS% and the like are filled in. The first server of a
 * kind that can be used with a password over TLS or STARTTLS is taken, TLS before STARTTLS. False
 * when it is not well formed, too long, or has no such IMAP server. */
bool autoconf_read(struct arena *, struct str xml, struct str address, struct autoconf *out);

/* Names to ask for SRV records (RFC 6186 and 8314), best first, each with what its port speaks. */
struct autoconf_srv {
    struct str name; /* "_imaps._tcp.example.org" */
    enum mail_safety safety;
    bool smtp;
};
enum { AUTOCONF_SRVS = 4 };
int autoconf_srv(struct arena *, struct str address, struct autoconf_srv out[AUTOCONF_SRVS]);
