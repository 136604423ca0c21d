/* SPDX-License-Identifier: GPL-3.0-or-later
 * serve.h - what a house is on the web: its routes, its frame, who may come in. */
#pragma once
#include "app/house.h"
#include "kit/web/web.h"

/* For web_open(); holds what it is given. origin: "https://house.example", without a slash. */
struct web_house serve_house(const struct home *, struct str origin);
bool serve_has_keeper(struct ctx *); /* has anybody a password yet? An invented house needs none */
