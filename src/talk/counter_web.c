/* SPDX-License-Identifier: GPL-3.0-or-later
 * counter_web.c - noting what was said at the counter or on the telephone. */
#include "talk/counter_web.h"

#include "kit/base/date.h"
#include "kit/base/text.h"
#include "people/look_web.h"
#include "talk/counter_html.h"
#include "talk/objection.h"

enum { FOUND = 12, OTHERS_BYTES = 1000 };

static page_fn show_counter, show_note, show_new;
static deed_fn do_note, do_new, do_back;

const struct route counter_routes[] = {
    PAGE("/counter", NEED_KEEPER, show_counter, "find somebody you have just talked with"),
    PAGE("/counter/:who", NEED_KEEPER, show_note, "note what was said face to face or by phone"),
    PAGE("/counter/new", NEED_KEEPER, show_new, "note what somebody said who is new to the house"),
    DEED("/counter/:who", NEED_KEEPER, do_note, "keep a note of what was said"),
    DEED("/counter/new", NEED_KEEPER, do_new, "keep such a note, and the person with it"),
    DEED("/counter/:message/back", NEED_KEEPER, do_back, "take such a note back"),
    { 0 },
};

static err show_counter(struct ctx *c, struct page *p)
{
    struct person_lines m = { .n = 0 };
    struct person_query q = { .words = text_oneline(c->a, query_str(p, "q")),
                              .kind = PERSON_HUMAN,
                              .max = FOUND };
    if (q.words.n) person_find(c, &q, &m);
    page_title(p, "Note a talk");
    if (p->piece) counter_found_html(&p->out, p, q.words, &m);
    else counter_page_html(&p->out, p, q.words, &m);
    return OK;
}

/* Of what is asked for by the address, or was chosen in the form. */
static id chosen(struct page *p, const struct waitings *w)
{
    id about = person_deed_int(p, "about", 0);
    for (int i = 0; i < w->n; i++)
        if (w->at[i].message == about) return about;
    return 0;
}

static err show_note(struct ctx *c, struct page *p)
{
    struct counter_form f = { .now = c->now };
    TRY(person_get(c, page_id(p, "who"), &f.who));
    counter_waits(c, f.who.id, &f.waits);
    f.about = chosen(p, &f.waits);
    f.told = !objection_due_by(c, f.who.id);
    fact_mind_also(c, &f.minds, f.who.id);
    look_page(c, p, f.who.id, LOOK_COUNTER);
    page_title(p, "A talk with %.*s", STR(f.who.name));
    counter_note_html(&p->out, c, p, &f);
    return OK;
}

static err show_new(struct ctx *c, struct page *p)
{
    struct counter_form f = { .now = c->now };
    f.name = p->form.n ? form_str(p, "name") : query_str(p, "name");
    page_title(p, "A talk with somebody new");
    counter_note_html(&p->out, c, p, &f);
    return OK;
}

/* ---- deeds --------------------------------------------------------------- */

/* As a browser writes it, by the clock of the house: 2026-03-02T09:00. */
static err when(struct ctx *c, struct str typed, int64_t *at)
{
    int64_t start;
    *at = 0;
    if (!typed.n) return OK;
    struct str whole = str_chr(typed, 'T') > 0 ? str_fmt(c->a, "%.*s:00Z", STR(typed)) : typed;
    if (!date_parse_iso(whole, &start, NULL))
        return fail(c, E_INVALID, "Please write the time as 2026-03-02T09:00.");
    *at = start - c->offset_s;
    return OK;
}

static err others(struct ctx *c, struct page *p, id *out, int *n)
{
    struct str rest, name;
    rest = form_str(p, "others");
    if (rest.n > OTHERS_BYTES) return fail(c, E_INVALID, "Those are too many names.");
    while (str_cut(&rest, ',', &name)) {
        name = str_trim(name);
        if (!name.n) continue;
        if (*n == COUNTER_OTHERS)
            return fail(c, E_INVALID, "At most %d others can be noted.", COUNTER_OTHERS);
        id who = counter_named(c, name);
        if (!who)
            return fail(c, E_INVALID,
                        "Nobody, or more than one, is called %.*s here. Write them as the house "
                        "knows them, or leave them to your words.",
                        STR(name));
        out[(*n)++] = who;
    }
    return OK;
}

static err keep(struct tx *t, struct page *p, struct counter *n)
{
    struct ctx *c = &t->c;
    struct person who;
    id *list = NEW(c->a, id, COUNTER_OTHERS), message;
    n->words = form_str(p, "words");
    n->phoned = str_eq(form_str(p, "how"), S("phoned"));
    n->about = form_int(p, "about", 0);
    n->others = list;
    TRY(when(c, form_str(p, "at"), &n->at));
    TRY(others(c, p, list, &n->n_others));
    TRY(counter_note(t, n, &message, &n->who));
    TRY(person_get(c, n->who, &who));
    int64_t handle = form_on(p, "told") ? objection_due_by(c, who.id) : 0;
    if (handle) objection_said(t, handle, message, CHANNEL_COUNTER);
    page_notice(p, "Noted: you talked with %.*s.", STR(who.name));
    page_undo(p, url_to(p->a, "/counter/%" PRId64 "/back", message), "Undo");
    page_go(p, url_to(p->a, "/people/%" PRId64, who.id));
    return OK;
}

static err do_note(struct tx *t, struct page *p)
{
    struct counter n = { .who = page_id(p, "who") };
    page_again(p, show_note);
    return keep(t, p, &n);
}

static err do_new(struct tx *t, struct page *p)
{
    struct counter n = { .name = form_str(p, "name") };
    page_again(p, show_new);
    return keep(t, p, &n);
}

static err do_back(struct tx *t, struct page *p)
{
    TRY(counter_back(t, page_id(p, "message")));
    page_notice(p, "Taken back: nothing of it counts or is shown.");
    page_go(p, URL("/counter"));
    return OK;
}
