/* SPDX-License-Identifier: GPL-3.0-or-later
 * person_web.c - the page of one person: people, ties and talk together. */
#include "people/look_web.h"
#include "talk/person_html.h"
#include "talk/person_view.h"

#include "kit/base/date.h"
#include "kit/base/text.h"

enum {
    TALKS = 20,
    CHART_LEAST = 4,
    NAMES = 8,
    COMMON = 10,
    ORG_PEOPLE = 60,
    ALIKE = 3,
    SHUT = 10,
    BAR = 22,
    STEP = 26,
    ARM = 60,
    FOOT = 20
};

static page_fn show_person;
static deed_fn do_want, do_fine, do_engine;

const struct route talk_person_routes[] = {
    PAGE("/people/:who", NEED_KEEPER, show_person,
         "one person: addresses, the tie, conversations, whom you both know"),
    DEED("/people/:who/want", NEED_KEEPER, do_want, "say how close you want somebody to be"),
    DEED("/people/:who/fine", NEED_KEEPER, do_fine,
         "say that a silence is fine, until the next contact"),
    DEED("/people/:who/engine", NEED_KEEPER, do_engine, "stop or start computing ties of somebody"),
    { 0 },
};

/* ---- the chart ----------------------------------------------------------- */

static int height_of(int n, int most) { return n ? MAX(2, n * ARM / most) : 0; }

/* Their letters above the line, yours below, a bar a month. */
static void draw(struct ctx *c, const struct person *who, struct contact_chart *k)
{
    struct talk_month m[CHART_MONTHS];
    int most = 1, them = 0, us = 0;
    talk_months(c, who->id, CHART_MONTHS, m);
    for (int i = 0; i < CHART_MONTHS; i++) {
        most = MAX(most, MAX(m[i].from_them, m[i].to_them));
        them += m[i].from_them;
        us += m[i].to_them;
    }
    *k = (struct contact_chart){ .n = them + us >= CHART_LEAST ? CHART_MONTHS : 0,
                                 .width = CHART_MONTHS * STEP,
                                 .height = 2 * ARM + FOOT,
                                 .middle = ARM,
                                 .them = who->name };
    for (int i = 0; i < k->n; i++) {
        k->at[i] = (struct contact_bar){ .x = i * STEP,
                                         .width = BAR,
                                         .up = height_of(m[i].from_them, most),
                                         .down = height_of(m[i].to_them, most),
                                         .says = str_fmt(c->a, "%s %d: %d from them, %d from you",
                                                         date_months[m[i].month - 1], m[i].year,
                                                         m[i].from_them, m[i].to_them) };
        if (m[i].month == 1 || i == 0)
            k->at[i].year =
                m[i].month == 1 || m[i].month < 10 ? str_fmt(c->a, "%d", m[i].year) : S("");
    }
    k->says = str_fmt(c->a, "Letters in the last two years: %d from %.*s, %d from you", them,
                      STR(who->name), us);
}

/* ---- the page ------------------------------------------------------------ */

static struct str no_tie_words(struct ctx *c, const struct person_view *v)
{
    if (v->who.engine_off) return S("Nothing is computed here: that was asked for.");
    if (v->who.ours || v->who.met) return S("Nothing has passed between the two of you yet.");
    return str_fmt(c->a,
                   "%.*s has not been answered yet, so nothing counts so far. It will, from the "
                   "first letter on, once one of you writes back or says that you know them.",
                   STR(v->short_name));
}

static void load_tie(struct ctx *c, struct person_view *v)
{
    struct talk_fresh fresh;
    talk_fresh(c, &fresh);
    v->tie = tie_view(c, c->viewer, v->who.id, fresh.stale_days);
    v->said = tie_said(c, c->viewer, v->who.id);
    v->may_want = v->tie.known && !v->who.dead_at;
    v->keeper = keeper_role_of(c, v->who.id) != 0;
    v->can_know = !v->who.met && !v->who.ours && !v->who.engine_off;
    v->can_note = !v->who.dead_at;
    v->why_no_tie = no_tie_words(c, v);
    draw(c, &v->who, &v->chart);
    v->has_chart = v->chart.n > 0 && !v->who.engine_off;
}

static void load_talk(struct ctx *c, int64_t before, struct person_view *v)
{
    bool direct = v->who.kind == PERSON_HUMAN || v->who.kind == PERSON_ROLE;
    if (v->who.kind == PERSON_ORG) talk_list_org(c, v->who.id, before, TALKS, &v->talk);
    else talk_list(c, v->who.id, direct, before, TALKS, &v->talk);
    if (direct && !v->talk.n && !before)
        talk_list(c, v->who.id, false, before, TALKS, &v->talk); /* then only newsletters */
    if (v->talk.n == TALKS)
        v->older = url_to(c->a, "/people/%" PRId64 "?before=%" PRId64, v->who.id,
                          v->talk.at[TALKS - 1].last_at);
}

static err show_person(struct ctx *c, struct page *p)
{
    struct person_view v = { .now = c->now, .older = { S("") }, .write = { S("") } };
    id asked = page_id(p, "who");
    TRY(person_get(c, asked, &v.who));
    if (v.who.id != asked) {
        page_go(p, url_to(p->a, "/people/%" PRId64, v.who.id)); /* it became one with this person */
        return OK;
    }
    v.short_name = person_first_name(v.who.name);
    v.mark = person_mark_words(c, &v.who);
    person_handles(c, v.who.id, &v.handles);
    person_names(c, v.who.id, NAMES, &v.names);
    person_alike(c, v.who.id, ALIKE, &v.alike);
    person_merged_into(c, v.who.id, &v.merged);
    const struct handle *mail = handle_mail(&v.handles);
    if (mail) v.write = url_outside(c->a, mail->uri);
    v.mail = mail != NULL;
    v.may_write = v.mail && person_may_be_written(&v.who, c->now);
    struct mailbox box; /* without one a letter is written in a program of one's own */
    if (v.may_write && mailbox_of_sender(c, c->viewer, &box) == OK)
        v.write = url_to(c->a, "/talk/new?to=%" PRId64, v.who.id);
    outbox_shut_list(c, v.who.id, SHUT, &v.shut);
    if (v.who.kind == PERSON_HUMAN && v.who.id != c->viewer) {
        load_tie(c, &v);
        talk_common(c, v.who.id, c->viewer, COMMON, &v.common);
        fact_view(c, &v.who, &v.facts);
        fact_mind_also(c, &v.minds, v.who.id);
    }
    if (v.who.kind == PERSON_ORG) {
        person_of_org(c, v.who.id, ORG_PEOPLE, &v.people);
        talk_with_org(c, v.who.id, COMMON, &v.touch);
    }
    load_talk(c, form_int(p, "before", 0), &v);
    look_page(c, p, v.who.id, LOOK_PAGE);
    page_title(p, "%.*s", STR(v.who.name));
    person_page_html(&p->out, c, p, &v);
    return OK;
}

/* ---- deeds --------------------------------------------------------------- */

static err begin(struct tx *t, struct page *p, struct person *out)
{
    TRY(person_get(&t->c, page_id(p, "who"), out));
    struct str back = person_deed_str(p, "back");
    page_go(p, back.n ? url_inside(p->a, back) : url_to(p->a, "/people/%" PRId64, out->id));
    return OK;
}

static err do_want(struct tx *t, struct page *p)
{
    struct person who;
    TRY(begin(t, p, &who));
    struct tie_said was = tie_said(&t->c, t->c.viewer, who.id);
    int wanted = (int)person_deed_int(p, "wanted", 0);
    TRY(tie_want(t, who.id, wanted));
    page_notice(p,
                wanted ? "Noted: only you see how close you want %.*s to be."
                       : "Taken back: you haven't said how close you want %.*s to be.",
                STR(who.name));
    page_undo(p, url_to(p->a, "/people/%" PRId64 "/want?wanted=%d", who.id, was.wanted), "Undo");
    return OK;
}

static err do_fine(struct tx *t, struct page *p)
{
    struct person who;
    TRY(begin(t, p, &who));
    bool fine = person_deed_int(p, "fine", 1) != 0;
    if (fine) TRY(tie_leave_be(t, who.id));
    else TRY(tie_watch(t, who.id));
    page_notice(p,
                fine ? "It's fine: nothing is said of %.*s until you hear from each other."
                     : "You will be told when it goes quiet with %.*s.",
                STR(who.name));
    page_undo(p, url_to(p->a, "/people/%" PRId64 "/fine?fine=%d", who.id, !fine), "Undo");
    return OK;
}

static err do_engine(struct tx *t, struct page *p)
{
    struct person who;
    TRY(begin(t, p, &who));
    bool on = person_deed_int(p, "on", 0) != 0;
    TRY(tie_set_engine(t, who.id, on));
    page_notice(p,
                on ? "Ties of %.*s are computed again, the past included."
                   : "Ties of %.*s are no longer computed, and what was is gone.",
                STR(who.name));
    page_undo(p, url_to(p->a, "/people/%" PRId64 "/engine?on=%d", who.id, !on), "Undo");
    return OK;
}
