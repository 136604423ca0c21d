/* SPDX-License-Identifier: GPL-3.0-or-later
 * people_mail.h - mail addresses as handles. */
#pragma once
#include "kit/mail/address.h"
#include "people/person.h"

/* Who has no mail address, but some other handle (tel:, met:), still has to stand in what is shaped
 * like a mail: under an address that no server takes, and that reads back as that handle. */
struct str handle_as_mail(struct arena *, struct str uri); /* of mailto: the address itself */
/* So does a person: by their mail address, so that the same words in a mail program lead to them,
 * else by another handle. Empty: they have none. */
struct str person_as_mail(struct ctx *, id person);
/* A new handle for somebody of whom only the name is known. */
struct str handle_of_met(struct arena *);
/* uri is empty when the address is none. own: the name is their own word for themselves. */
struct meeting meeting_of_mail(struct arena *, const struct mail_addr *, bool own);
/* Addresses as a person types them: by comma, blank or line. */
struct meetings {
    struct meeting *at;
    int n;
};
bool meetings_typed(struct arena *, struct str text,
                    struct meetings *out); /* false: one is no address */
/* The same of exactly one. */
bool meeting_typed(struct arena *, struct str text, struct meeting *out);
/* The keeper whose address was typed; 0: nobody who works here, or no address. */
id keeper_by_address(struct ctx *, struct str typed);
