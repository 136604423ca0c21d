/* SPDX-License-Identifier: GPL-3.0-or-later
 * post_mail.h - the channel mail, and copies for Sent. */
#pragma once
#include "post/outbox.h"

extern const struct post_channel channel_mail;
/* File with the authorities to believe (PEM); empty: those of the system. Set once. */
extern struct str post_authorities;

/* Lays the copy of one letter that was handed over into the Sent folder of its account, unless the
 * server has put one there by itself; looks for its Message-ID first, so that there is never a
 * second one. False when none is due. The arena is of this step alone; another thread may cancel
 * by the stop (kit/mail/imap.h), and it is tried again later. */
struct imap_stop;
bool outbox_copy_step(struct store *, struct arena *, struct imap_stop *);
