/* SPDX-License-Identifier: GPL-3.0-or-later
 * idea_web.c - the pages of ideas, and marking one. */
#include "talk/find.h"
#include "talk/idea_view.h"

#include "talk/idea_html.h"

enum { LIST = 50, PLACES = 200, KNOWN = 30, FOUND = 15, WORDS_BYTES = 1000 };

static page_fn show_ideas, show_idea, show_add, show_choose;
static deed_fn do_choose, do_drop, do_undo;

const struct route idea_routes[] = {
    PAGE("/ideas", NEED_KEEPER, show_ideas, "ideas that are followed through conversations"),
    PAGE("/ideas/:idea", NEED_KEEPER, show_idea, "everywhere an idea went, and who carried it"),
    PAGE("/ideas/:idea/add", NEED_KEEPER, show_add, "look for a message where an idea went"),
    DEED("/ideas/:idea/drop", NEED_KEEPER, do_drop,
         "drop an idea, or say that it did not go somewhere"),
    DEED("/ideas/undo/:event", NEED_KEEPER, do_undo, "take the dropping of an idea back"),
    PAGE("/talk/:message/idea", NEED_KEEPER, show_choose, "choose a sentence to follow as an idea"),
    DEED("/talk/:message/idea", NEED_KEEPER, do_choose, "mark an idea, or where one went on"),
    { 0 },
};

/* ---- lists ----------------------------------------------------------------- */

static err show_ideas(struct ctx *c, struct page *p)
{
    struct ideas m;
    struct url next = { S("") };
    idea_list(c, form_int(p, "below", 0), LIST, &m);
    if (m.n == LIST) next = url_to(c->a, "/ideas?below=%" PRId64, m.at[m.n - 1].id);
    page_title(p, "Ideas");
    ideas_page_html(&p->out, c, p, &m, next);
    return OK;
}

static bool carried_before(const struct idea_places *m, int i)
{
    for (int k = 0; k < i; k++)
        if (m->at[k].author == m->at[i].author) return true;
    return false;
}

static int count_talks(const struct idea_places *m)
{
    int n = 0;
    for (int i = 0; i < m->n; i++) {
        bool before = false;
        for (int k = 0; k < i; k++)
            before = before || m->at[k].conversation == m->at[i].conversation;
        n += !before;
    }
    return n;
}

/* "Ada Bell, Bo Stern and Marta": who carried it, each once, in order of time. */
static struct str carriers(struct ctx *c, const struct idea_places *m)
{
    enum { NAMED = 8 };
    struct str name[NAMED];
    struct buf o = { .a = c->a };
    int n = 0, more = 0;
    for (int i = 0; i < m->n; i++) {
        if (carried_before(m, i) || !m->at[i].author) continue;
        if (n < NAMED) name[n++] = m->at[i].author_name;
        else more++;
    }
    for (int i = 0; i < n; i++) {
        buf_add(&o, !i ? S("") : i == n - 1 && !more ? S(" and ") : S(", "));
        buf_add(&o, name[i]);
    }
    if (more) buf_fmt(&o, " and %d more", more);
    return buf_str(&o);
}

static err show_idea(struct ctx *c, struct page *p)
{
    struct idea_view v = { .carriers = S("") };
    TRY(idea_get(c, page_id(p, "idea"), &v.idea));
    idea_places(c, v.idea.id, PLACES, &v.places);
    v.talks = count_talks(&v.places);
    v.carriers = carriers(c, &v.places);
    v.key = idea_key(c, v.idea.id);
    page_title(p, "%.*s", STR(v.idea.name));
    idea_page_html(&p->out, c, p, &v);
    return OK;
}

static err show_add(struct ctx *c, struct page *p)
{
    struct idea idea;
    struct find_query q;
    struct find_hits m = { .n = 0 };
    struct str words = str_upto(query_str(p, "q"), WORDS_BYTES);
    TRY(idea_get(c, page_id(p, "idea"), &idea));
    if (words.n && talk_find_read(c, words, p->piece, &q) != OK) p->problem = c->why;
    else if (words.n) talk_find_by(c, &q, 0, FOUND, &m);
    page_title(p, "Where %.*s went", STR(idea.name));
    if (p->piece) idea_found_html(&p->out, c, p, &idea, words, &m);
    else idea_add_html(&p->out, c, p, &idea, words, &m);
    return OK;
}

/* ---- choosing a sentence ------------------------------------------------------ */

static err show_choose(struct ctx *c, struct page *p)
{
    struct idea_choice v = { .words = str_upto(form_str(p, "words"), IDEA_SPAN) };
    struct talk_texts texts;
    id message = page_id(p, "message");
    TRY(talk_message(c, message, &v.message));
    talk_texts_of(c, &message, 1, TALK_HEAD, &texts);
    if (texts.n) {
        idea_sentences(c->a, &texts.at[0], &v.sentences);
        v.selected = idea_find_words(c->a, &texts.at[0], v.words, &v.span);
        if (v.selected) v.words = idea_span_words(c->a, &texts.at[0], v.span);
    }
    idea_list(c, 0, KNOWN, &v.known);
    v.idea = form_int(p, "idea", 0);
    page_title(p, "Follow an idea");
    idea_choose_html(&p->out, c, p, &v);
    return OK;
}

static err do_choose(struct tx *t, struct page *p)
{
    struct idea_span span = { 0, 0 };
    struct message m;
    id message = page_id(p, "message"), idea = form_int(p, "idea", 0);
    page_again(p, show_choose);
    TRY(talk_message(&t->c, message, &m));
    if (!idea_span_read(form_str(p, "span"), &span))
        return fail(&t->c, E_INVALID, "Please choose a sentence.");
    if (idea) {
        TRY(idea_carry(t, idea, message, span));
        page_notice(p, "The idea went on there.");
        page_undo(p, url_to(p->a, "/ideas/%" PRId64 "/drop?message=%" PRId64, idea, message),
                  "Undo");
    } else {
        TRY(idea_mark(t, message, span, form_str(p, "name"), &idea));
        page_notice(p, "It is followed from here on.");
        page_undo(p, url_to(p->a, "/ideas/%" PRId64 "/drop", idea), "Undo");
    }
    page_go(p, url_to(p->a, "/ideas/%" PRId64, idea));
    return OK;
}

/* ---- dropping ------------------------------------------------------------------ */

static err do_drop(struct tx *t, struct page *p)
{
    id idea = page_id(p, "idea"), message = person_deed_int(p, "message", 0), event;
    TRY(idea_drop(t, idea, message, &event));
    page_notice(p, message ? "It did not go there." : "It is not followed any more.");
    page_undo(p, url_to(p->a, "/ideas/undo/%" PRId64, event), "Undo");
    page_go(p, message ? url_to(p->a, "/ideas/%" PRId64, idea) : URL("/ideas"));
    return OK;
}

static err do_undo(struct tx *t, struct page *p)
{
    id idea;
    TRY(idea_undo(t, page_id(p, "event"), &idea));
    page_notice(p, "Taken back.");
    page_go(p, url_to(p->a, "/ideas/%" PRId64, idea));
    return OK;
}
