/* SPDX-License-Identifier: GPL-3.0-or-later
 * remember_web.c - choosing a sentence of a message to be kept of somebody. */
#include "talk/remember_web.h"

#include "kit/base/text.h"
#include "talk/counter.h"
#include "talk/remember_html.h"

enum { SHOWN = 50 };

static page_fn show_choose;
static deed_fn do_choose;

const struct route remember_routes[] = {
    PAGE("/talk/:message/remember", NEED_KEEPER, show_choose,
         "choose a sentence of a message to be remembered of somebody"),
    DEED("/talk/:message/remember", NEED_KEEPER, do_choose,
         "note what a sentence says about somebody"),
    { 0 },
};

/* ---- beside messages ------------------------------------------------------------ */

void remember_of(struct ctx *c, id conversation, struct remembereds *out)
{
    id *facts = NEW(c->a, id, SHOWN);
    int n = 0;
    *out = (struct remembereds){ NEW(c->a, struct remembered, SHOWN), 0 };
    EACH (r, c,
          SQL("SELECT f.id FROM message m CROSS JOIN fact f WHERE m.conversation=$1 AND "
              "f.source=m.id AND f.source<>0 ORDER BY f.id LIMIT $2"),
          I(conversation), I(SHOWN))
        facts[n++] = row_int(&r, 0);
    for (int i = 0; i < n; i++) {
        struct fact f;
        if (fact_get(c, facts[i], &f) != OK) continue;
        struct remembered *x = &out->at[out->n++];
        x->message = f.source;
        fact_line_read(c, &f, &x->line);
    }
}

/* ---- choosing --------------------------------------------------------------------- */

static void add_person(struct ctx *c, struct remember_view *v, id person)
{
    struct person who;
    if (!person || v->n_people == REMEMBER_PEOPLE || person_get(c, person, &who) != OK ||
        who.id == c->viewer || who.kind != PERSON_HUMAN)
        return;
    for (int i = 0; i < v->n_people; i++)
        if (v->people[i].id == who.id) return;
    v->people[v->n_people++] = who;
}

static err show_choose(struct ctx *c, struct page *p)
{
    struct remember_view v = { .words = str_upto(form_str(p, "words"), IDEA_SPAN) };
    struct talk_texts texts;
    struct recipients to = { .n = 0 };
    id message = page_id(p, "message");
    TRY(talk_message(c, message, &v.message));
    talk_texts_of(c, &message, 1, TALK_HEAD, &texts);
    if (texts.n) {
        idea_sentences(c->a, &texts.at[0], &v.sentences);
        v.selected = !p->form.n && idea_find_words(c->a, &texts.at[0], v.words, &v.span);
        if (v.selected) v.words = idea_span_words(c->a, &texts.at[0], v.span);
    }
    talk_recipients_of(c, &message, 1, &to);
    if (!v.message.author_ours) add_person(c, &v, v.message.author);
    for (int i = 0; i < to.n; i++)
        if (!to.at[i].ours) add_person(c, &v, to.at[i].person);
    v.about = form_int(p, "about", v.n_people ? v.people[0].id : 0);
    page_title(p, "Remember this");
    remember_choose_html(&p->out, c, p, &v);
    return OK;
}

/* ---- noting ------------------------------------------------------------------------- */

static bool is_to_us(const struct recipients *to)
{
    for (int i = 0; i < to->n; i++)
        if (to->at[i].ours && to->at[i].role <= ROLE_CC) return true;
    return false;
}

static bool is_among(const struct recipients *to, id person)
{
    for (int i = 0; i < to->n; i++)
        if (to->at[i].person == person) return true;
    return false;
}

/* Their own words to us are told; what another writes of them is introduced; what they said when a
 * keeper noted it is told as well. All else was only noticed. */
static fact_origin origin_of(const struct message *m, const struct recipients *to, id about)
{
    if (!m->author_ours && m->author == about) return is_to_us(to) ? FACT_TOLD : FACT_OBSERVED;
    if (m->author_ours && m->marks & TALK_MARK_SPOKEN && is_among(to, about)) return FACT_TOLD;
    return m->author ? FACT_INTRODUCED : FACT_OBSERVED;
}

static err about_typed(struct ctx *c, struct page *p, id *out)
{
    struct person who;
    struct str name = form_str(p, "whom");
    *out = name.n ? counter_named(c, name) : form_int(p, "about", 0);
    if (!*out || person_get(c, *out, &who) != OK)
        return fail(c, E_INVALID,
                    name.n ? "Nobody, or more than one, is called %.*s here."
                           : "Please say whom it is about%.*s.",
                    STR(name));
    *out = who.id;
    return OK;
}

static err do_choose(struct tx *t, struct page *p)
{
    struct ctx *c = &t->c;
    struct idea_span span = { 0, 0 };
    struct talk_texts texts;
    struct recipients to = { .n = 0 };
    struct message m;
    struct fact_new f = { .source = page_id(p, "message") };
    id fact;
    page_again(p, show_choose);
    TRY(talk_message(c, f.source, &m));
    talk_texts_of(c, &f.source, 1, TALK_HEAD, &texts);
    if (!texts.n || !idea_span_read(form_str(p, "span"), &span) ||
        !idea_span_good(&texts.at[0], span))
        return fail(c, E_INVALID, "Please choose a sentence.");
    TRY(about_typed(c, p, &f.person));
    talk_recipients_of(c, &f.source, 1, &to);
    f.span_at = span.at;
    f.span_n = span.size;
    f.heard = m.marks & TALK_MARK_SPOKEN ? CHANNEL_COUNTER : CHANNEL_MAIL;
    f.origin =
        str_eq(form_str(p, "as"), S("noticed")) ? FACT_OBSERVED : origin_of(&m, &to, f.person);
    if (f.origin == FACT_INTRODUCED) f.introducer = m.author;
    struct str line = text_oneline(c->a, form_str(p, "line"));
    if (!line.n) line = idea_span_words(c->a, &texts.at[0], span);
    if (line.n && line.p[line.n - 1] == '.') line.n--;
    struct fact_guess g = fact_guess(c->a, line);
    f.key = f.origin == FACT_OBSERVED ? S("note") : g.key;
    if (f.origin != FACT_OBSERVED) {
        f.value = g.value;
        f.valid_from = g.valid_from;
        f.valid_to = g.valid_to;
    }
    TRY(fact_note(t, &f, &fact));
    page_notice(p, f.origin == FACT_TOLD ? "Remembered: it stands with what you may speak of."
                                         : "Remembered: it stands with what you may ask about.");
    page_undo(p, url_to(p->a, "/facts/%" PRId64 "/withdraw", fact), "Undo");
    page_go(p, url_to(p->a, "/talk/%" PRId64 "#m%" PRId64, m.id, m.id));
    return OK;
}
