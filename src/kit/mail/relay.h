/* SPDX-License-Identifier: GPL-3.0-or-later
 * relay.h - a mail that is passed on to somebody else, as a mailing list does it. */
#pragma once
#include "kit/base/base.h"

/* head (lines that end with CRLF: who it is from and to, for this copy) before what the mail says
 * of its content and its place in the thread: MIME-Version, Content-*, Subject, Date, Message-ID,
 * In-Reply-To, References. All other headers, addresses above all, are left out. The body stays as
 * it is, with CRLF line ends. False when raw has no header that could be kept. */
bool mail_relay(struct arena *, struct str head, struct str raw, struct str *out) MUST_USE;
