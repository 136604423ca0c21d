/* SPDX-License-Identifier: GPL-3.0-or-later
 * html.h - typed output: a str is escaped, an html is not, a url was checked when it was made.
 * Templates (x.html, see tools/tpl.c) write through html_put, html_attr and html_url. */
#pragma once
#include "kit/base/base.h"

/* Markup that is safe already: made by templates, foreign.h, markdown.h and functions here. */
struct html {
    struct str s;
};
/* A place: a path of this house, or an https:, http:, mailto: or tel: address. */
struct url {
    struct str s;
};

void html_text(struct buf *, struct str);
void html_cstr(struct buf *, const char *);
void html_safe(struct buf *, struct html);
void html_int(struct buf *, int64_t);
void html_url(struct buf *, struct url);
/* {{x}} between tags: str, html, const char *, whole numbers. */
#define html_put(o, x)                                                                             \
    _Generic((x), struct str: html_text, struct html: html_safe, const char *: html_cstr,          \
             char *: html_cstr, int: html_int, long: html_int, long long: html_int,                \
             unsigned: html_int, unsigned long: html_int)((o), (x))
/* {{x}} in an attribute that holds no address: no html, no url. */
#define html_attr(o, x)                                                                            \
    _Generic((x), struct str: html_text, const char *: html_cstr, char *: html_cstr,               \
             int: html_int, long: html_int, long long: html_int, unsigned: html_int,            \
             unsigned long: html_int)((o), (x))
/* What a template wrote, as a value for another template. */
struct html html_of(const struct buf *);
/* Plain text with its line ends as <br> and blank lines as paragraphs; addresses become links. */
struct html html_plain(struct arena *, struct str text);
/* The same, written where it stands in a page: {{> html_words(text)}}. */
void html_words_html(struct buf *, struct str text);

#define URL(lit) ((struct url){ S(lit) }) /* a literal path */
/* A path of this house. fmt begins with one '/', or with '?' or '#'; every string argument (%s,
 * or %.*s with STR) is percent-encoded as a path segment or query value; numbers as printf:
 * url_to(a, "/people/%" PRId64 "?q=%.*s", who, STR(words)). */
struct url url_to(struct arena *, const char *fmt, ...) PRINTF(2, 3);
/* A foreign address: http, https, mailto, tel; anything else is "#". */
struct url url_outside(struct arena *, struct str);
bool url_is_outside(struct str); /* would url_outside() take it? */
/* What a client wants to go back to: a path of this house, else "/". */
struct url url_inside(struct arena *, struct str);
void url_encode(struct buf *, struct str); /* all but unreserved bytes (RFC 3986) */
struct str url_decode(struct arena *, struct str, bool plus_is_blank);

/* ---- for templates ------------------------------------------------------ */

struct page;
/* The hidden field of a POST form; templates write it by themselves, see tools/tpl.c. */
void page_token(struct page *, struct buf *, struct url action);
