/* SPDX-License-Identifier: GPL-3.0-or-later
 * mailbox_mail.c - what is known of providers. */
#include "kit/mail/autoconf.h"
#include "post/mailbox.h"

struct str mailbox_hint(struct str domain_or_host)
{
    const struct autoconf_provider *p = autoconf_provider(domain_or_host);
    return p ? p->hint : S("");
}
