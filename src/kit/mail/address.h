/* SPDX-License-Identifier: GPL-3.0-or-later
 * address.h - mail addresses: reading lists of them, the form in which two are the same, and
 * what an address says about who is behind it. Everything borrows from the arena given. */
#pragma once
#include "kit/base/base.h"

struct mail_addr {
    struct str name; /* decoded, one line, without quotes; empty when none was written */
    struct str addr; /* as written, without <>; empty for a group's name or for junk */
    struct str key;  /* matching form, see mail_key(); empty when addr is none */
    struct str base; /* key without +tag, at Gmail also without dots; the same as key if equal */
};
struct mail_addrs {
    struct mail_addr *at;
    int n;
};

/* Reads an address header as it stands in a message (folded, RFC 2047 words, comments, groups,
 * obsolete routes, raw 8-bit bytes, missing brackets and commas): at most max addresses.
 * Members of groups count, the group's name does not. False when there were more. */
bool mail_addrs_read(struct arena *, struct str value, int max, struct mail_addrs *out);

/* The matching form: domain in lower case and as A-labels (UTS 46), local part in lower case
 * and without quotes. Empty when addr is no address: exactly one @ outside quotes, both sides
 * present, no blank or control character. */
struct str mail_key(struct arena *, struct str addr);
/* key without +tag; at gmail.com and googlemail.com also without dots and as gmail.com. */
struct str mail_key_base(struct arena *, struct str key);
struct str mail_domain(struct str key); /* behind the @; empty when there is none */

/* All four take a matching form (or a domain in it). */
bool mail_is_role(struct str key);               /* info@, office@ ...: a door, not a person */
bool mail_is_noreply(struct str key);            /* no-reply@, bounces+x@ ...: nobody reads it */
bool mail_is_mailer(struct str key);             /* mailer-daemon@, postmaster@ */
bool mail_is_public_provider(struct str domain); /* gmail.com, web.de ...: no organisation */

/* A name as people say it: "Last, First" turned round unless a company suffix follows the comma;
 * quotes, an address in the name's place and " via List" left off. */
struct str mail_display_name(struct arena *, struct str name);
