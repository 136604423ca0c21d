/* SPDX-License-Identifier: GPL-3.0-or-later
 * autoconf_table.h - the providers that most people are with; for autoconf.c. */
#pragma once
#include "kit/mail/autoconf.h"

struct autoconf_known {
    const char *domains; /* of addresses, divided by blanks */
    struct autoconf_provider provider;
    const char *imap, *smtp; /* hosts; NULL: it can't be read by IMAP */
    int smtp_port;           /* 465 TLS, 587 STARTTLS; IMAP is always TLS at 993 */
    bool local;              /* IMAP wants the part before the @ as user */
};
extern const struct autoconf_known autoconf_known[];
extern const int autoconf_known_n;
