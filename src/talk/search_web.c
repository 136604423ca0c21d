/* SPDX-License-Identifier: GPL-3.0-or-later
 * search_web.c - search over all the viewer may see. */
#include "talk/find.h"
#include "talk/search_html.h"
#include "talk/talk_web.h"

enum { FOUND = 20, PEOPLE = 6, WORDS_BYTES = 1000 };

static page_fn show_search;

const struct route search_routes[] = {
    PAGE("/search", NEED_KEEPER, show_search, "find messages and people by words, names and dates"),
    { 0 },
};

struct html talk_find_excerpt(struct arena *a, const struct find_hit *h)
{
    struct buf o = { .a = a };
    for (int i = 0; i < h->spans; i++) {
        if (h->excerpt[i].hit) buf_add(&o, S("<mark>"));
        html_text(&o, h->excerpt[i].words);
        if (h->excerpt[i].hit) buf_add(&o, S("</mark>"));
    }
    return html_of(&o);
}

static err show_search(struct ctx *c, struct page *p)
{
    struct find_query q;
    struct find_hits m = { .n = 0 };
    struct person_lines people = { .n = 0 };
    struct str words = str_upto(query_str(p, "q"), WORDS_BYTES);
    int64_t before = form_int(p, "before", 0);
    if (words.n && talk_find_read(c, words, p->piece, &q) != OK) p->problem = c->why;
    else if (words.n) {
        talk_find_by(c, &q, before, FOUND, &m);
        struct person_query who = { .words = q.people, .max = PEOPLE };
        if (q.people.n && !before) person_find(c, &who, &people);
    }
    struct buf noted = { .a = c->a };
    if (words.n && !before) fact_found(c, words, &noted);
    page_title(p, words.n ? "%.*s" : "Search%.*s", STR(words));
    if (p->piece) find_found_html(&p->out, c, p, words, &m, &people, html_of(&noted));
    else search_page_html(&p->out, c, p, words, &m, &people, html_of(&noted));
    return OK;
}
