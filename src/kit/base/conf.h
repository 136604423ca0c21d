/* SPDX-License-Identifier: GPL-3.0-or-later
 * conf.h - snug.conf: every setting is one row; the manual, the defaults and the checks come from
 * it. A line is `name value`; '#' begins a remark. Unknown or impossible words refuse to start.
 * `mailbox` begins a mailbox; the settings of mailboxes behind it are that one's. */
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
    X(str, backup, "", 0, 0,                                                                       \
      "copies of the house by itself: FOLDER every day keep 7 (or hour, week); empty: none")       \
    X(str, authorities, "", 0, 0,                                                                  \
      "file of certificates (PEM) to believe of mail servers; empty: those of the system")

#define CONF_MAILBOX_ROWS(X)                                                                       \
    X(str, mailbox, "", 0, 0,                                                                      \
      "connects the mailbox of that address; the lines behind are about it")                       \
    X(str, mailbox_keeper, "", 0, 0,                                                               \
      "address of the keeper whose it is; empty: who has its address, else the first keeper")      \
    X(str, mailbox_password_file, "", 0, 0, "file whose first line is its password")               \
    X(str, mailbox_password_credential, "", 0, 0,                                                  \
      "or the name of a systemd credential that holds it")                                         \
    X(str, mailbox_imap, "", 0, 0, "where it is read, HOST or HOST:PORT; empty: to be found")      \
    X(str, mailbox_smtp, "", 0, 0, "where it is sent from, the same")                              \
    X(str, mailbox_login, "", 0, 0, "who signs in; empty: the address")                            \
    X(str, mailbox_name, "", 0, 0, "name in what is sent; empty: the keeper's")                    \
    X(str, mailbox_folders, "", 0, 0, "folders that are read, by comma; empty: Inbox and Sent")    \
    X(bool, mailbox_plain, "no", 0, 0, "yes: without encryption, on this machine only")            \
    X(bool, mailbox_plus, "no", 0, 0, "yes: mail to name+anything@domain arrives in it")

enum { CONF_MAILBOXES = 50 };
struct conf_mailbox;
struct conf {
#define CONF_FIELD_str                            struct str
#define CONF_FIELD_int                            int64_t
#define CONF_FIELD_bool                           bool
#define X(kind, name, otherwise, low, high, says) CONF_FIELD_##kind name;
    CONF_ROWS(X)
#undef X
    struct conf_mailbox *mailboxes;
    int n_mailboxes;
};
struct conf_mailbox {
    int line; /* of the file */
#define X(kind, name, otherwise, low, high, says) CONF_FIELD_##kind name;
    CONF_MAILBOX_ROWS(X)
#undef X
};
/* Reads text over the defaults. E_INVALID with *why naming the line. */
err conf_read(struct conf *, struct arena *, struct str text, struct str *why) MUST_USE;
/* A commented file with all rows at their defaults. */
struct str conf_sample(struct arena *);
