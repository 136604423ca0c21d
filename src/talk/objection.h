/* SPDX-License-Identifier: GPL-3.0-or-later
 * objection.h - the first message to each person says that they may object to being known here and
 * to being written to, and how (GDPR 21(4)): in a paragraph of its own at the end, in the language
 * of the conversation. That it was said is an event. */
#pragma once
#include "kit/base/lang.h"
#include "log/event.h"

/* What is said where the language can't be told; LANG_UNSURE: English. Set once by the program. */
extern lang objection_lang;
/* In which language the house answers those words; never LANG_UNSURE. */
lang objection_lang_of(struct str about);

/* The paragraph, in the arena, with no letter in it that means something in HTML; about: words of
 * the conversation. */
struct str objection_words(struct arena *, struct str about);

/* Stands above it in a plain text. */
#define OBJECTION_RULE "________________________________"

/* Is it still to be said to whom that handle belongs? Never to those of the house, to lists and to
 * machines. */
bool objection_due(struct ctx *, int64_t handle);
/* A handle of theirs by which it is still to be said; 0: it is not. */
int64_t objection_due_by(struct ctx *, id person);
/* It was: with that message (0: by word of mouth), on that channel. */
void objection_said(struct tx *, int64_t handle, id message, channel);
void objection_apply(struct tx *, const struct event *);
