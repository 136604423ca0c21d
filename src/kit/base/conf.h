/* SPDX-License-Identifier: GPL-3.0-or-later
 * conf.h - snug.conf: every setting is one row; the manual, the defaults and the checks come from
 * it. A line is `name value`; '#' begins a remark. Unknown or impossible words refuse to start. */
#pragma once
#include "kit/base/base.h"

#define CONF_ROWS(X) /* kind, name, default, low, high, what it says */                            \
    X(str, store, "", 0, 0,                                                                        \
      "where the house is stored: empty for snug.db in its folder, or postgresql://...#schema")    \
    X(str, listen, "127.0.0.1:8420", 0, 0, "address and port to serve, or unix:/path/of/socket")   \
    X(str, url, "", 0, 0,                                                                          \
      "how the world reaches this house, https://house.example; empty: only this machine")         \
    X(str, language, "en", 0, 0,                                                                   \
      "what the house speaks where it can't tell: en de fr es it nl pt sv da nb fi pl")            \
    X(str, postal, "", 0, 0, "the house's postal address, for receipts")                           \
    X(str, contact, "", 0, 0, "where people ask what the house holds of them, for receipts")       \
    X(str, country, "", 0, 0, "where the house keeps what it holds, as NL, for receipts")          \
    X(str, authority, "", 0, 0, "who watches over it: address of the authority, for receipts")     \
    X(int, offset_minutes, "0", -720, 840,                                                         \
      "the house's midnight, minutes east of UTC; to change it, run snug rebuild")                 \
    X(int, readers, "3", 1, 16, "pages worked on at the same time")                                \
    X(int, request_mib, "64", 8, 1024, "memory one request may use")                               \
    X(int, message_mib, "64", 1, 256, "largest message taken in")                                  \
    X(int, undo_s, "20", 0, 600, "seconds in which a letter that is sent can be taken back")       \
    X(int, hour_most, "200", 1, 100000, "letters sent within an hour, each recipient counted")     \
    X(str, authorities, "", 0, 0,                                                                  \
      "file of certificates (PEM) to believe of mail servers; empty: those of the system")

struct conf {
#define CONF_FIELD_str                            struct str
#define CONF_FIELD_int                            int64_t
#define CONF_FIELD_bool                           bool
#define X(kind, name, otherwise, low, high, says) CONF_FIELD_##kind name;
    CONF_ROWS(X)
#undef X
};
/* Reads text over the defaults. E_INVALID with *why naming the line. */
err conf_read(struct conf *, struct arena *, struct str text, struct str *why) MUST_USE;
/* A commented file with all rows at their defaults. */
struct str conf_sample(struct arena *);
