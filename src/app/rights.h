/* SPDX-License-Identifier: GPL-3.0-or-later
 * rights.h - as whom a house is served. */
#pragma once
#include "kit/base/base.h"

/* Gives up, for good, what serving doesn't need; while the program has one thread. Started by root
 * it becomes whoever the house's folder belongs to; a house of root's own is served as root, and
 * the trace says so. E_DENIED with a sentence in *why: that can't be done. */
err serve_give_up_rights(struct arena *, struct str dir, struct str *why) MUST_USE;
