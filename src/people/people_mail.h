/* SPDX-License-Identifier: GPL-3.0-or-later
 * people_mail.h - mail addresses as handles. */
#pragma once
#include "kit/mail/address.h"
#include "people/person.h"

/* uri is empty when the address is none. own: the name is their own word for themselves. */
struct meeting meeting_of_mail(struct arena *, const struct mail_addr *, bool own);
/* Addresses as a person types them: by comma, blank or line. */
struct meetings {
    struct meeting *at;
    int n;
};
bool meetings_typed(struct arena *, struct str text,
                    struct meetings *out); /* false: one is no address */
