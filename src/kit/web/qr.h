/* SPDX-License-Identifier: GPL-3.0-or-later
 * qr.h - a text as a square of dots for a camera (libqrencode), drawn into the page. */
#pragma once
#include "kit/web/html.h"

/* An inline picture, with a quiet margin, named by says for who can't see it. Empty when the text
 * is too long for one. */
struct html qr_picture(struct arena *, struct str text, struct str says);
