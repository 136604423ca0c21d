/* SPDX-License-Identifier: GPL-3.0-or-later
 * message.h - what one mail is after reading: plain values, UTF-8, safe to keep and to show.
 * All of it borrows from the arena it was read into (and text perhaps from the raw bytes). */
#pragma once
#include "kit/mail/address.h"

/* What kind of mail it is, by its headers alone; the first that fits, in this order. */
typedef enum mail_class {
    MAIL_BOUNCE,     /* delivery report, abuse report                     */
    MAIL_AUTO_REPLY, /* an absence note or other automatic answer         */
    MAIL_CALENDAR,   /* an invitation or its answer                       */
    MAIL_MACHINE,    /* generated without a human                         */
    MAIL_LIST,       /* people talking over a list                        */
    MAIL_BULK,       /* newsletters and the like                          */
    MAIL_DIRECT,     /* what is left; evidence must still make it a tie   */
    MAIL_CLASSES
} mail_class;
extern const char *const mail_class_words[MAIL_CLASSES]; /* "bounce", "auto-reply" ... */

/* How far the author of `from` is the one who wrote. */
typedef enum mail_author {
    MAIL_AUTHOR_FROM,     /* From says it                                 */
    MAIL_AUTHOR_UNMUNGED, /* a list or relay stood in From; found behind it */
    MAIL_AUTHOR_UNKNOWN   /* a list or relay stood in From; nobody else named */
} mail_author;

/* Oddities worth showing; a set. */
enum {
    MAIL_MARK_TWICE = 1 << 0,      /* From, Date, Subject or Message-ID stood there twice  */
    MAIL_MARK_NO_ID = 1 << 1,      /* no Message-ID that can be used                       */
    MAIL_MARK_NO_DATE = 1 << 2,    /* no Date that can be read                             */
    MAIL_MARK_NO_FROM = 1 << 3,    /* no author's address at all                           */
    MAIL_MARK_BROKEN = 1 << 4,     /* MIME structure damaged (no closing boundary ...)     */
    MAIL_MARK_CHARSET = 1 << 5,    /* charset unknown or wrong: read by rule, may be off   */
    MAIL_MARK_TRUNCATED = 1 << 6,  /* text longer than the limit: its beginning is here    */
    MAIL_MARK_MANY = 1 << 7,       /* more addresses than the limit: the first are here    */
    MAIL_MARK_REPLY_WORD = 1 << 8, /* subject begins with Re:, AW: ...                    */
    MAIL_MARK_SPOKEN = 1 << 12,    /* no letter: a note of what was said, written by From     */
    MAIL_MARK_PHONED = 1 << 13     /* and that was by telephone                               */
};

struct mail_ids {
    struct str *at; /* without <>, case kept */
    int n;
};

/* One leaf (or message/rfc822) of the MIME tree. */
struct mail_part {
    struct str path;        /* as in IMAP: "1", "1.2"                          */
    struct str type;        /* lower case, "image/jpeg"                        */
    struct str file;        /* file name, decoded, one line; empty: none       */
    struct str content_id;  /* without <>                                      */
    struct str disposition; /* lower case: "attachment", "inline", or empty    */
    int64_t bytes;          /* decoded                                         */
    bool attachment;        /* to be offered as a file; false for the text read */
};
struct mail_parts {
    struct mail_part *at;
    int n;
};

/* Delivery report (RFC 3464), first recipient that failed, else the first. All empty: none. */
struct mail_dsn {
    struct str recipient;  /* address as written  */
    struct str action;     /* lower case: failed, delayed, delivered, relayed, expanded */
    struct str status;     /* "5.1.1"             */
    struct str diagnostic; /* what the server said, one line */
    struct str message_id; /* of the mail it speaks about, without <> */
    bool abuse;            /* RFC 5965 feedback report */
};

struct mail {
    struct str id;               /* Message-ID without <>, case kept; empty: MAIL_MARK_NO_ID */
    struct mail_ids in_reply_to; /* ids only; prose and addresses in it are left out */
    struct mail_ids references;  /* oldest first, repeats left out */
    struct str subject;          /* decoded, one line */
    struct str subject_base;     /* without Re:, [tags] ..., see mail_subject_base() */

    struct mail_addrs from, to, cc, bcc, reply_to;
    struct mail_addrs envelope; /* Delivered-To, X-Original-To, Envelope-To */
    struct mail_addr sender;    /* Sender, if any */
    struct mail_addr author;    /* who wrote; key empty when not known */
    mail_author author_how;
    struct str author_why;  /* the header that made From doubtful; empty for MAIL_AUTHOR_FROM */
    struct str return_path; /* key; empty when none or null */
    struct str list_id;     /* within <>, lower case */
    struct str list_post;   /* matching form of the posting address */
    struct mail_ids labels; /* X-Gmail-Labels */

    int64_t date;     /* unix seconds, if has_date */
    int64_t received; /* date of the topmost Received, 0: none */
    bool has_date;
    int date_offset_s; /* the zone the writer's clock was in */

    mail_class class;
    struct str class_why;    /* the header line's name and what it said, one line */
    struct str class_header; /* the header's name alone, lower case: "list-post" */
    unsigned marks;

    struct str text;   /* best text: LF line ends, flowed lines joined */
    ptrdiff_t text_at; /* text is raw[text_at, text_at + text.n) byte for byte; -1: it is not */
    bool text_from_html;
    struct mail_parts parts;
    bool has_attachment;
    struct str method; /* of a text/calendar part, upper case: REQUEST, REPLY, CANCEL */
    struct mail_dsn dsn;
};

/* Reads ids in a References or In-Reply-To value: <...> first of all; in a value without any
 * brackets, words with an @ inside and no comma. Repeats are left out. */
struct mail_ids mail_ids_read(struct arena *, struct str value);
/* The subject without what replies, forwards and lists put before and behind it; blanks are
 * collapsed. *reply (if asked): it began with a word that marks an answer. Borrows if it can. */
struct str mail_subject_base(struct arena *, struct str subject, bool *reply);
