/* SPDX-License-Identifier: GPL-3.0-or-later
 * ask.h - asking somebody whether it is right what was noticed of them, or said of them by others:
 * a letter to them alone, in their language, with two links to their own page, and their answer. */
#pragma once
#include "facts/grant.h"
#include "talk/draft.h"

/* The letter that asks, as a draft that is not kept yet. E_NOTFOUND; E_CONFLICT: they have been
 * asked, or have said it themselves; E_DENIED: it stands in the letter of somebody else; E_INVALID:
 * they can't be written to. */
err ask_letter(struct ctx *, id fact, struct draft *out) MUST_USE;

/* The letter that tells somebody what the house would like them to agree to, with a link to their
 * own page, where yes and no are one click. E_NOTFOUND; E_CONFLICT: it waits for no answer;
 * E_INVALID: they can't be written to. */
err ask_grant_letter(struct ctx *, id grant, struct draft *out) MUST_USE;

/* A first line that says yes or no and nothing else, in the languages of lang.h: 1, 0; -1: neither.
 */
int ask_yes_or_no(struct arena *, struct str text);
