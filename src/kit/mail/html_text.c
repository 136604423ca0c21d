/* SPDX-License-Identifier: GPL-3.0-or-later
 * html_text.c - walking gumbo's tree without recursion; the one kit file that reads mail's HTML. */
#include "kit/mail/html_text.h"

#include "kit/base/text.h"

#include <gumbo.h>

enum { DEPTH = 400 };

struct out {
    struct buf b;
    ptrdiff_t limit;
    int quote;    /* depth of quoted spans  */
    int last;     /* that of the last line  */
    int breaks;   /* line ends owed         */
    bool blank;   /* a blank owed           */
    bool started; /* the line holds a word  */
    int pre;      /* depth of preformatted  */
};

typedef enum { INLINE, BLOCK, APART, HIDDEN } shape; /* APART: with an empty line around it */

static shape shape_of(GumboTag t)
{
    switch (t) {
    case GUMBO_TAG_HEAD:
    case GUMBO_TAG_SCRIPT:
    case GUMBO_TAG_STYLE:
    case GUMBO_TAG_TITLE:
    case GUMBO_TAG_TEMPLATE:
    case GUMBO_TAG_NOSCRIPT:
    case GUMBO_TAG_SVG:
    case GUMBO_TAG_MATH:
    case GUMBO_TAG_OBJECT:
    case GUMBO_TAG_SELECT:
    case GUMBO_TAG_TEXTAREA:
    case GUMBO_TAG_IFRAME: return HIDDEN;
    case GUMBO_TAG_P:
    case GUMBO_TAG_H1:
    case GUMBO_TAG_H2:
    case GUMBO_TAG_H3:
    case GUMBO_TAG_H4:
    case GUMBO_TAG_H5:
    case GUMBO_TAG_H6:
    case GUMBO_TAG_UL:
    case GUMBO_TAG_OL:
    case GUMBO_TAG_DL:
    case GUMBO_TAG_PRE:
    case GUMBO_TAG_BLOCKQUOTE:
    case GUMBO_TAG_TABLE: return APART;
    case GUMBO_TAG_DIV:
    case GUMBO_TAG_LI:
    case GUMBO_TAG_TR:
    case GUMBO_TAG_DT:
    case GUMBO_TAG_DD:
    case GUMBO_TAG_SECTION:
    case GUMBO_TAG_ARTICLE:
    case GUMBO_TAG_HEADER:
    case GUMBO_TAG_FOOTER:
    case GUMBO_TAG_CENTER:
    case GUMBO_TAG_ADDRESS:
    case GUMBO_TAG_FORM:
    case GUMBO_TAG_FIELDSET:
    case GUMBO_TAG_HR:
    case GUMBO_TAG_BODY:
    case GUMBO_TAG_MAIN:
    case GUMBO_TAG_NAV:
    case GUMBO_TAG_ASIDE:
    case GUMBO_TAG_FIGURE:
    case GUMBO_TAG_CAPTION:
    case GUMBO_TAG_TBODY:
    case GUMBO_TAG_THEAD:
    case GUMBO_TAG_DETAILS:
    case GUMBO_TAG_SUMMARY: return BLOCK;
    default: return INLINE;
    }
}

static struct str attribute(const GumboElement *e, const char *name)
{
    GumboAttribute *at = gumbo_get_attribute(&e->attributes, name);
    return at ? str_c(at->value) : S("");
}

static bool style_hides(struct str style)
{
    static const char *const signs[] = { "display:none", "visibility:hidden", "mso-hide:all",
                                         "font-size:0px", "font-size:0;" };
    if (!style.n) return false;
    char room[256];
    ptrdiff_t n = 0;
    for (ptrdiff_t i = 0; i < style.n && n < (ptrdiff_t)sizeof room; i++)
        if (style.p[i] != ' ' && style.p[i] != '\t' && style.p[i] != '\n') room[n++] = style.p[i];
    for (int i = 0; i < COUNT(signs); i++)
        if (str_ifind((struct str){ room, n }, str_c(signs[i])) >= 0) return true;
    return false;
}

/* Classes and ids by which the usual programs mark what they quote. A quote block that also
 * holds the attribution (gmail_quote) is left to the block inside it. */
static bool quotes(const GumboElement *e)
{
    static const char *const classes[] = { "protonmail_quote",      "yahoo_quoted",
                                           "moz-cite-prefix-quote", "gmx_quote",
                                           "zmail_extra_quote",     "tutanota_quote",
                                           "freebirdNoticesQuote" };
    if (e->tag == GUMBO_TAG_BLOCKQUOTE)
        return !str_eq(attribute(e, "class"), S("webkit-indent-blockquote")) &&
               str_ifind(attribute(e, "style"), S("margin: 0 0 0 40px")) < 0;
    struct str class = attribute(e, "class");
    for (int i = 0; i < COUNT(classes) && class.n; i++)
        if (str_ifind(class, str_c(classes[i])) >= 0) return true;
    return false;
}

static void end_line(struct out *o, int breaks)
{
    if (o->started || o->b.n) o->breaks = MAX(o->breaks, breaks);
    o->blank = false;
}

/* Writes what is owed, so that a word can follow. */
static void settle(struct out *o)
{
    if (o->breaks && o->b.n) {
        for (int i = 0; i < o->breaks; i++) {
            buf_char(&o->b, '\n');
            for (int q = 0; q < MIN(o->quote, o->last) && i + 1 < o->breaks; q++)
                buf_char(&o->b, '>');
        }
        o->started = false;
    }
    o->breaks = 0;
    if (!o->started) {
        for (int q = 0; q < o->quote; q++) buf_char(&o->b, '>');
        if (o->quote) buf_char(&o->b, ' ');
        o->blank = false;
        o->last = o->quote;
    }
    if (o->blank) buf_char(&o->b, ' ');
    o->blank = false;
    o->started = true;
}

static bool space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

static void put_pre(struct out *o, struct str s)
{
    while (s.n) {
        ptrdiff_t n = str_chr(s, '\n');
        struct str line = n < 0 ? s : str_upto(s, n);
        if (line.n && line.p[line.n - 1] == '\r') line.n--;
        if (str_trim(line).n) {
            settle(o);
            buf_add(&o->b, line);
        }
        if (n < 0) break;
        end_line(o, MIN(o->breaks + 1, 3));
        s = str_from(s, n + 1);
    }
}

static void put_text(struct out *o, struct str s)
{
    if (o->pre) {
        put_pre(o, s);
        return;
    }
    while (s.n && o->b.n < o->limit) {
        ptrdiff_t n = 0;
        bool nbsp = str_begins(s, S("\xC2\xA0"));
        if (nbsp || space(*s.p)) {
            o->blank = o->started && !o->breaks;
            s = str_from(s, nbsp ? 2 : 1);
            continue;
        }
        while (n < s.n && !space(s.p[n]) &&
               !(s.p[n] == '\xC2' && n + 1 < s.n && s.p[n + 1] == '\xA0'))
            n++;
        struct str word = str_upto(s, n);
        /* invisible joiners by which newsletters pad their preview line */
        if (!str_eq(word, S("\xE2\x80\x8C")) && !str_eq(word, S("\xE2\x80\x8B")) &&
            !str_eq(word, S("\xCD\x8F"))) {
            settle(o);
            buf_add(&o->b, word);
        }
        s = str_from(s, n);
    }
}

struct level {
    const GumboNode *node;
    unsigned next; /* child to visit */
    bool quote, pre;
    shape shape;
};

static bool open_element(struct out *o, const GumboElement *e, struct level *l)
{
    l->shape = shape_of(e->tag);
    if (l->shape == HIDDEN || style_hides(attribute(e, "style")) ||
        gumbo_get_attribute(&e->attributes, "hidden"))
        return false;
    if (e->tag == GUMBO_TAG_BR) {
        o->breaks = o->started || o->breaks || o->b.n ? MIN(o->breaks + 1, 3) : 0;
        o->blank = false;
        return false;
    }
    if (e->tag == GUMBO_TAG_TD || e->tag == GUMBO_TAG_TH) o->blank = o->started && !o->breaks;
    if (e->tag == GUMBO_TAG_IMG) {
        struct str alt = attribute(e, "alt");
        if (alt.n && alt.n < 200) put_text(o, alt);
        return false;
    }
    if (l->shape >= BLOCK) end_line(o, l->shape == APART ? 2 : 1);
    l->quote = quotes(e);
    l->pre = e->tag == GUMBO_TAG_PRE || e->tag == GUMBO_TAG_PLAINTEXT || e->tag == GUMBO_TAG_XMP;
    if (l->quote) end_line(o, 1);
    o->quote += l->quote;
    o->pre += l->pre;
    if (e->tag == GUMBO_TAG_LI) {
        settle(o);
        buf_add(&o->b, S("-"));
        o->blank = true;
    }
    return true;
}

static void close_element(struct out *o, const struct level *l)
{
    if (l->shape >= BLOCK || l->quote) end_line(o, l->shape == APART ? 2 : 1);
    o->quote -= l->quote;
    o->pre -= l->pre;
}

static void walk(struct out *o, const GumboNode *root)
{
    struct level stack[DEPTH];
    int depth = 0;
    stack[0] = (struct level){ .node = root };
    while (depth >= 0 && o->b.n < o->limit) {
        struct level *l = &stack[depth];
        const GumboVector *children = l->node->type == GUMBO_NODE_DOCUMENT
                                          ? &l->node->v.document.children
                                          : &l->node->v.element.children;
        if (l->next >= children->length) {
            if (l->node->type == GUMBO_NODE_ELEMENT) close_element(o, l);
            depth--;
            continue;
        }
        const GumboNode *n = children->data[l->next++];
        if (n->type == GUMBO_NODE_TEXT || n->type == GUMBO_NODE_CDATA) {
            put_text(o, str_c(n->v.text.text));
        } else if (n->type == GUMBO_NODE_WHITESPACE) {
            put_text(o, o->pre ? str_c(n->v.text.text) : S(" "));
        } else if (n->type == GUMBO_NODE_ELEMENT && depth + 1 < DEPTH) {
            struct level in = { .node = n };
            if (open_element(o, &n->v.element, &in)) stack[++depth] = in;
        }
    }
}

static void destroy(void *output) { gumbo_destroy_output(&kGumboDefaultOptions, output); }

struct str mail_html_text(struct arena *a, struct str html, ptrdiff_t limit)
{
    GumboOptions options = kGumboDefaultOptions;
    options.max_errors = 0;
    GumboOutput *output = gumbo_parse_with_options(&options, html.p, (size_t)html.n);
    arena_defer(a, destroy, output);
    struct out o = { .b = { .a = a }, .limit = limit };
    walk(&o, output->document);
    struct str s = buf_str(&o.b);
    return text_utf8(a, str_upto(s, limit));
}
