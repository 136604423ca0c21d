/* SPDX-License-Identifier: GPL-3.0-or-later
 * vcard.h - cards of people: vCard 3.0 and 4.0 (RFC 2426, RFC 6350), and 2.1 as far as phones still
 * write it: folded lines, groups (item1.EMAIL), quoted-printable, charsets, bare parameters. */
#pragma once
#include "kit/base/base.h"

struct vcard_field {
    struct str group;  /* "item1", or empty */
    struct str name;   /* upper case: EMAIL */
    struct str params; /* as written, without the first semicolon */
    struct str value;  /* UTF-8, still escaped: see vcard_part() and vcard_text() */
    int line;          /* in the file, from 1 */
};
struct vcard {
    struct vcard_field *at; /* without BEGIN, END and VERSION */
    int n;
    int line;
    bool whole; /* its END was there */
};
struct vcards {
    struct str rest;
    int line;
};
bool vcard_looks(struct str first_bytes);
void vcard_open(struct vcards *, struct str text);
/* Words between cards are passed over; false at the end. */
bool vcard_next(struct vcards *, struct arena *, struct vcard *out);
/* The next part of a value before an unescaped sep; false at the end. An empty value has one part.
 */
bool vcard_part(struct str *rest, char sep, struct str *part);
/* Without escapes: \n \, \; \\ */
struct str vcard_text(struct arena *, struct str value);
/* The value of a parameter ("TYPE"), quotes off; empty when it isn't there. */
struct str vcard_param(struct str params, struct str name);
