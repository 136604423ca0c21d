/* SPDX-License-Identifier: GPL-3.0-or-later
 * foreign.c - the one file that includes gumbo. Its tree is read once, and written anew.
 *
 * The writer keeps the nesting that HTML's own parser would make of it (a p ends before a block,
 * an li before the next one, no link inside a link), so that what is written is parsed back as it
 * stands: cleaning it again changes nothing. */
#include "kit/web/foreign.h"

#include "kit/base/date.h"
#include "kit/base/text.h"

#include <gumbo.h>
#include <setjmp.h>

enum { INPUT_BYTES = MIB, PARSE_BYTES = 96 * MIB, PARSE_US = 1000000, DEPTH = 100, WALK = 400 };

/* ---- the closed list ------------------------------------------------------------- */

enum kind { UNWRAP, BREAK, CELL, DROP, INLINE, BLOCK, LINK, LINE, IMAGE };
struct element {
    GumboTag tag;
    enum kind kind;
    struct str name; /* of those that are written */
};
static const struct element elements[] = {
    { GUMBO_TAG_P, BLOCK, S_INIT("p") },      { GUMBO_TAG_BLOCKQUOTE, BLOCK, S_INIT("blockquote") },
    { GUMBO_TAG_UL, BLOCK, S_INIT("ul") },    { GUMBO_TAG_OL, BLOCK, S_INIT("ol") },
    { GUMBO_TAG_LI, BLOCK, S_INIT("li") },    { GUMBO_TAG_PRE, BLOCK, S_INIT("pre") },
    { GUMBO_TAG_H1, BLOCK, S_INIT("h1") },    { GUMBO_TAG_H2, BLOCK, S_INIT("h2") },
    { GUMBO_TAG_H3, BLOCK, S_INIT("h3") },    { GUMBO_TAG_B, INLINE, S_INIT("b") },
    { GUMBO_TAG_I, INLINE, S_INIT("i") },     { GUMBO_TAG_STRONG, INLINE, S_INIT("strong") },
    { GUMBO_TAG_EM, INLINE, S_INIT("em") },   { GUMBO_TAG_CODE, INLINE, S_INIT("code") },
    { GUMBO_TAG_DEL, INLINE, S_INIT("del") }, { GUMBO_TAG_A, LINK, S_INIT("a") },
    { GUMBO_TAG_BR, LINE, S_INIT("br") },     { GUMBO_TAG_IMG, IMAGE, S_INIT("") },
    { GUMBO_TAG_SCRIPT, DROP, S_INIT("") },   { GUMBO_TAG_STYLE, DROP, S_INIT("") },
    { GUMBO_TAG_IFRAME, DROP, S_INIT("") },   { GUMBO_TAG_OBJECT, DROP, S_INIT("") },
    { GUMBO_TAG_EMBED, DROP, S_INIT("") },    { GUMBO_TAG_NOSCRIPT, DROP, S_INIT("") },
    { GUMBO_TAG_TEMPLATE, DROP, S_INIT("") }, { GUMBO_TAG_TITLE, DROP, S_INIT("") },
    { GUMBO_TAG_HEAD, DROP, S_INIT("") },     { GUMBO_TAG_TEXTAREA, DROP, S_INIT("") },
    { GUMBO_TAG_XMP, DROP, S_INIT("") },      { GUMBO_TAG_NOEMBED, DROP, S_INIT("") },
    { GUMBO_TAG_NOFRAMES, DROP, S_INIT("") }, { GUMBO_TAG_PLAINTEXT, DROP, S_INIT("") },
    { GUMBO_TAG_SVG, DROP, S_INIT("") },      { GUMBO_TAG_MATH, DROP, S_INIT("") },
    { GUMBO_TAG_SELECT, DROP, S_INIT("") },   { GUMBO_TAG_DIV, BREAK, S_INIT("") },
    { GUMBO_TAG_TR, BREAK, S_INIT("") },      { GUMBO_TAG_TABLE, BREAK, S_INIT("") },
    { GUMBO_TAG_SECTION, BREAK, S_INIT("") }, { GUMBO_TAG_ARTICLE, BREAK, S_INIT("") },
    { GUMBO_TAG_HEADER, BREAK, S_INIT("") },  { GUMBO_TAG_FOOTER, BREAK, S_INIT("") },
    { GUMBO_TAG_CENTER, BREAK, S_INIT("") },  { GUMBO_TAG_ADDRESS, BREAK, S_INIT("") },
    { GUMBO_TAG_H4, BREAK, S_INIT("") },      { GUMBO_TAG_H5, BREAK, S_INIT("") },
    { GUMBO_TAG_H6, BREAK, S_INIT("") },      { GUMBO_TAG_DT, BREAK, S_INIT("") },
    { GUMBO_TAG_DD, BREAK, S_INIT("") },      { GUMBO_TAG_HR, BREAK, S_INIT("") },
    { GUMBO_TAG_TD, CELL, S_INIT("") },       { GUMBO_TAG_TH, CELL, S_INIT("") },
};
static const struct element unknown = { GUMBO_TAG_UNKNOWN, UNWRAP, S_INIT("") };
static const struct element foreign_kind = { GUMBO_TAG_UNKNOWN, DROP, S_INIT("") };

static const struct element *element_of(const GumboElement *e)
{
    if (e->tag_namespace != GUMBO_NAMESPACE_HTML) return &foreign_kind;
    for (int i = 0; i < COUNT(elements); i++)
        if (elements[i].tag == e->tag) return &elements[i];
    return &unknown;
}

/* ---- writing ----------------------------------------------------------------------- */

struct writer {
    struct buf o;
    bool plain; /* words only: foreign_text() */
    GumboTag open[DEPTH];
    struct str names[DEPTH];
    int n;
    bool broken; /* a line must end before more words come */
    bool begun;  /* words stand in this block already      */
};

static int topmost(const struct writer *w, GumboTag tag)
{
    int i = w->n - 1;
    while (i >= 0 && w->open[i] != tag) i--;
    return i;
}

static void line_end(struct writer *w)
{
    if (w->plain && w->o.n && w->o.p[w->o.n - 1] != '\n') buf_char(&w->o, '\n');
}

static void close_down_to(struct writer *w, int depth)
{
    while (w->n > depth) {
        w->n--;
        if (w->plain) continue;
        buf_add(&w->o, S("</"));
        buf_add(&w->o, w->names[w->n]);
        buf_char(&w->o, '>');
    }
}

static bool is_heading(GumboTag t)
{
    return t == GUMBO_TAG_H1 || t == GUMBO_TAG_H2 || t == GUMBO_TAG_H3;
}

/* Ends what HTML's parser would end before that block. */
static void make_way(struct writer *w, GumboTag tag)
{
    for (int i = w->n - 1; tag == GUMBO_TAG_LI && i >= 0; i--) {
        GumboTag t = w->open[i];
        if (t == GUMBO_TAG_LI) {
            close_down_to(w, i);
            break;
        }
        if (t == GUMBO_TAG_UL || t == GUMBO_TAG_OL || t == GUMBO_TAG_BLOCKQUOTE ||
            t == GUMBO_TAG_PRE || is_heading(t))
            break;
    }
    int p = topmost(w, GUMBO_TAG_P);
    if (p >= 0) close_down_to(w, p);
    if (is_heading(tag) && w->n && is_heading(w->open[w->n - 1])) close_down_to(w, w->n - 1);
}

/* Bytes of the code point at the beginning when it is a control character or none at all, else 0.
 */
static ptrdiff_t unfit(struct str s)
{
    const unsigned char *c = (const unsigned char *)s.p;
    if (*c < ' ') return *c != '\t' && *c != '\n' && *c != '\f' && *c != '\r';
    if (*c == 0x7F) return 1;
    if (*c == 0xC2 && s.n > 1 && c[1] < 0xA0) return 2;
    if (*c == 0xEF && s.n > 2 && c[1] == 0xB7 && c[2] >= 0x90 && c[2] <= 0xAF) return 3;
    if (*c == 0xEF && s.n > 2 && c[1] == 0xBF && c[2] >= 0xBE) return 3;
    if (*c >= 0xF0 && s.n > 3 && (c[1] & 0x0F) == 0x0F && c[2] == 0xBF && c[3] >= 0xBE) return 4;
    return 0;
}

/* Gumbo replaces those in the text itself, but lets &#3; through. */
static struct str fit(struct arena *a, struct str s)
{
    struct buf o = { .a = a };
    ptrdiff_t i = 0;
    while (i < s.n && !unfit(str_from(s, i))) i++;
    if (i == s.n) return s;
    while (s.n) {
        ptrdiff_t bad = unfit(s);
        buf_add(&o, bad ? S("\xEF\xBF\xBD") : str_upto(s, 1));
        s = str_from(s, MAX(bad, 1));
    }
    return str_c(str_z(a, buf_str(&o)));
}

/* The place it was opened at, or -1 when there is no room so deep. */
static int open_element(struct writer *w, const struct element *e, struct str href)
{
    if (w->n == DEPTH) return -1;
    if (!w->plain) {
        buf_char(&w->o, '<');
        buf_add(&w->o, e->name);
        if (e->kind == LINK) {
            buf_add(&w->o, S(" href=\""));
            html_text(&w->o, fit(w->o.a, href));
            buf_add(&w->o, S("\" rel=\"nofollow noopener noreferrer ugc\""));
        }
        buf_char(&w->o, '>');
    }
    w->open[w->n] = e->tag;
    w->names[w->n] = e->name;
    return w->n++;
}

static bool blank(struct str s) { return str_trim(s).n == 0; }

static void write_words(struct writer *w, struct str s)
{
    s = fit(w->o.a, s);
    bool in_pre = topmost(w, GUMBO_TAG_PRE) >= 0;
    if (w->broken && !blank(s)) {
        if (w->begun && w->plain) line_end(w);
        if (w->begun && !w->plain) buf_add(&w->o, S("<br>"));
        w->broken = false;
    }
    if (!blank(s)) w->begun = true;
    if (!w->plain) {
        /* the parser takes the first line end of a pre away */
        if (in_pre && w->o.n >= 5 && str_ends(buf_str(&w->o), S("<pre>")) && s.n &&
            (*s.p == '\n' || *s.p == '\r'))
            buf_char(&w->o, '\n');
        struct str part;
        while (
            str_cut(&s, '\r', &part)) { /* written as it is, it would come back as another byte */
            html_text(&w->o, part);
            if (s.n || part.p[part.n] == '\r') buf_char(&w->o, '\n');
        }
        return;
    }
    for (ptrdiff_t i = 0; i < s.n; i++) {
        bool gap = s.p[i] == ' ' || (s.p[i] >= '\t' && s.p[i] <= '\r');
        if (!gap || in_pre) buf_char(&w->o, s.p[i]);
        else if (w->o.n && w->o.p[w->o.n - 1] != ' ' && w->o.p[w->o.n - 1] != '\n')
            buf_char(&w->o, ' ');
    }
}

/* ---- attributes ----------------------------------------------------------------------- */

static struct str attribute(const GumboElement *e, const char *name)
{
    const GumboAttribute *at = gumbo_get_attribute(&e->attributes, name);
    return at ? str_c(at->value) : S("");
}

static bool may_link(struct str s) { return url_is_outside(s) && !str_ibegins(s, S("tel:")); }

static bool is_pixel(const GumboElement *e)
{
    int64_t width = 9, height = 9;
    bool given = str_int(attribute(e, "width"), &width);
    given |= str_int(attribute(e, "height"), &height);
    return given && (width <= 2 || height <= 2);
}

/* A picture is never fetched: it is named, and linked where it can be. */
static void write_image(struct writer *w, const GumboElement *e)
{
    static const struct element link = { GUMBO_TAG_A, LINK, S_INIT("a") };
    struct str src = attribute(e, "src"), alt = str_trim(attribute(e, "alt"));
    bool web = may_link(src) && !str_ibegins(src, S("mailto:"));
    if (is_pixel(e) || (!web && !alt.n)) return;
    bool linked =
        web && !w->plain && topmost(w, GUMBO_TAG_A) < 0 && open_element(w, &link, src) >= 0;
    write_words(w, alt.n ? S("[picture: ") : S("[picture"));
    write_words(w, alt);
    write_words(w, S("]"));
    if (linked) close_down_to(w, w->n - 1);
}

/* ---- the walk ----------------------------------------------------------------------------- */

static void walk(struct writer *w, const GumboNode *node, int depth);

static void walk_children(struct writer *w, const GumboElement *e, int depth)
{
    for (unsigned i = 0; i < e->children.length; i++) walk(w, e->children.data[i], depth + 1);
}

static void walk_block(struct writer *w, const GumboElement *e, const struct element *kind,
                       int depth)
{
    line_end(w);
    make_way(w, kind->tag);
    w->broken = w->begun = false;
    int at = open_element(w, kind, S(""));
    walk_children(w, e, depth);
    if (at >= 0 && w->n > at && w->open[at] == kind->tag) close_down_to(w, at);
    line_end(w);
    w->broken = w->begun = false;
}

static void walk_inline(struct writer *w, const GumboElement *e, const struct element *kind,
                        int depth)
{
    struct str href = kind->kind == LINK ? attribute(e, "href") : S("");
    bool link_ok = kind->kind != LINK || (may_link(href) && topmost(w, GUMBO_TAG_A) < 0);
    int at = link_ok ? open_element(w, kind, href) : -1;
    walk_children(w, e, depth);
    /* a block inside may have ended it already */
    if (at >= 0 && w->n > at && w->open[at] == kind->tag) close_down_to(w, at);
}

static void walk_element(struct writer *w, const GumboElement *e, int depth)
{
    const struct element *kind = element_of(e);
    switch (kind->kind) {
    case DROP: return;
    case BLOCK: walk_block(w, e, kind, depth); return;
    case INLINE:
    case LINK: walk_inline(w, e, kind, depth); return;
    case IMAGE: write_image(w, e); return;
    case LINE:
        w->broken = w->begun = false;
        if (w->plain) buf_char(&w->o, '\n');
        else buf_add(&w->o, S("<br>"));
        return;
    case BREAK: w->broken = true; break;
    case CELL: write_words(w, S(" ")); break;
    case UNWRAP: break;
    }
    walk_children(w, e, depth);
    if (kind->kind == BREAK) w->broken = true;
}

static void walk(struct writer *w, const GumboNode *node, int depth)
{
    if (depth > WALK) return;
    switch (node->type) {
    case GUMBO_NODE_ELEMENT: walk_element(w, &node->v.element, depth); break;
    case GUMBO_NODE_TEXT:
    case GUMBO_NODE_CDATA:
    case GUMBO_NODE_WHITESPACE: write_words(w, str_c(node->v.text.text)); break;
    default: break; /* comments, templates */
    }
}

/* ---- parsing --------------------------------------------------------------------------------- */

struct memory {
    struct arena *a;
    jmp_buf *full;
    int64_t end_us;
    unsigned calls;
};

/* Gumbo doesn't check what it is given, and its tree can grow with the square of the input. All it
 * has lies in this arena, so that leaving it in the middle leaves nothing behind. */
static void *take(void *userdata, size_t n)
{
    struct memory *m = userdata;
    if (++m->calls % 256 == 0 && clock_us() > m->end_us) longjmp(*m->full, 1);
    return arena_alloc(m->a, (ptrdiff_t)MAX(n, 1), 1);
}

static void give(void *userdata, void *p) { (void)userdata, (void)p; }

static void close_memory(void *memory)
{
    struct memory *m = memory;
    if (m->a) arena_close(m->a);
    m->a = NULL;
}

/* False when the input asks for more memory or time than any letter needs. */
static bool clean(struct arena *a, struct str in, bool plain, struct str *out)
{
    jmp_buf full;
    struct memory *m = NEW(a, struct memory, 1);
    *m = (struct memory){ .a = arena_open(PARSE_BYTES),
                          .full = &full,
                          .end_us = clock_us() + PARSE_US };
    arena_defer(a, close_memory, m);
    arena_catch(m->a, &full);
    if (setjmp(full) != 0) {
        close_memory(m);
        return false;
    }
    GumboOptions o = kGumboDefaultOptions;
    o.allocator = take;
    o.deallocator = give;
    o.userdata = m;
    o.max_errors = 0;
    o.fragment_context = GUMBO_TAG_BODY;
    const GumboOutput *tree = gumbo_parse_with_options(&o, in.p, (size_t)in.n);
    struct writer w = { .o = { .a = m->a }, .plain = plain };
    walk_children(&w, &tree->root->v.element, 0);
    close_down_to(&w, 0);
    *out = str_dup(a, buf_str(&w.o));
    close_memory(m);
    return true;
}

struct html foreign_html(struct arena *a, struct str html)
{
    struct str out, in = text_utf8(a, str_upto(html, INPUT_BYTES));
    if (!clean(a, in, false, &out)) return html_plain(a, in);
    return (struct html){ out };
}

struct str foreign_text(struct arena *a, struct str html)
{
    struct str out, in = text_utf8(a, str_upto(html, INPUT_BYTES));
    return str_trim(clean(a, in, true, &out) ? out : in);
}
