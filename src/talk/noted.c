/* SPDX-License-Identifier: GPL-3.0-or-later
 * noted.c - what facts ask of talk: the sentence a fact was read from. */
#include "facts/fact.h"
#include "talk/idea.h"

static struct str sentence(struct ctx *c, id message, int64_t at, int64_t n)
{
    struct talk_texts texts;
    talk_texts_of(c, &message, 1, at + n, &texts);
    return texts.n ? idea_span_words(c->a, &texts.at[0], (struct idea_span){ at, n }) : S("");
}

void talk_start(void) { fact_wire(&(struct fact_wires){ .sentence = sentence }); }
