/* SPDX-License-Identifier: GPL-3.0-or-later
 * come.h - what comes into the house, on whatever channel: it becomes a message like others,
 * belongs to what it was said to, and is passed on to who takes part. Mail, of which much comes at
 * once, goes the same steps in batches: post_channel.parse, talk_take_mail(), talk_arrived(). */
#pragma once
#include "post/channel.h"

/* The viewer brings it. Errors of the channel; E_CONFLICT: it was erased here before. Of what is
 * here already *message is the one that is held, and nothing happens a second time. */
err talk_come(struct tx *, channel way, const struct channel_came *, id *message) MUST_USE;
/* Looks once at each channel that is to be looked at. False when there was nothing. The arena is
 * of this step alone. */
bool talk_poll_step(struct store *, struct arena *, const atomic_bool *cancel);

/* Guests read and answer on pages of the house: the bytes are their words. */
extern const struct post_channel talk_web_channel;
/* What keepers note of spoken words, which are the bytes; own: see counter.h. Nobody reads there.
 */
extern const struct post_channel counter_channel;
