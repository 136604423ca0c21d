/* SPDX-License-Identifier: GPL-3.0-or-later
 * me_deed_web.c - what somebody does about what is kept of them. Each deed is the viewer's own and
 * about the viewer alone; what can be taken back comes with a button that does. */
#include "facts/fact_web.h"
#include "kit/base/date.h"
#include "today/me_web.h"

enum { PAUSE_DAYS = 30, UNDO_WORDS = 100 };

static deed_fn do_tell, do_right, do_wrong, do_words, do_forget, do_engine, do_never, do_pause,
    do_yes, do_answer, do_renew, do_withdraw, do_share, do_keep, do_terms;

const struct route me_deed_routes[] = {
    DEED("/me/facts", NEED_REGULAR, do_tell, "tell the house something about yourself"),
    DEED("/me/facts/:fact/right", NEED_REGULAR, do_right,
         "say that something noted of you is right"),
    DEED("/me/facts/:fact/wrong", NEED_REGULAR, do_wrong, "say that it is wrong: nobody uses it"),
    DEED("/me/facts/:fact/words", NEED_REGULAR, do_words, "put your own words beside it"),
    DEED("/me/facts/:fact/share", NEED_REGULAR, do_share, "choose who may see it"),
    DEED("/me/facts/:fact/keep", NEED_REGULAR, do_keep, "have it kept for two more years"),
    DEED("/me/facts/:fact/forget", NEED_REGULAR, do_forget, "have it forgotten"),
    DEED("/me/engine", NEED_REGULAR, do_engine, "stop, or start again, that ties are computed"),
    DEED("/me/never", NEED_REGULAR, do_never, "never be written to, or take that back"),
    DEED("/me/pause", NEED_REGULAR, do_pause, "be left in peace for a month, or end that"),
    DEED("/me/yes", NEED_REGULAR, do_yes, "say yes to a purpose"),
    DEED("/me/grants/:grant/answer", NEED_REGULAR, do_answer, "answer what the house asked for"),
    DEED("/me/grants/:grant/renew", NEED_REGULAR, do_renew, "say yes for as long again"),
    DEED("/me/grants/:grant/withdraw", NEED_REGULAR, do_withdraw, "take a yes back"),
    DEED("/me/terms", NEED_REGULAR, do_terms, "choose the terms the house keeps to"),
    { 0 },
};

/* ---- what is noted --------------------------------------------------------------- */

/* What is about health or belief is kept by a yes in so many words: the box beside the line, which
 * becomes an agreement of its own, with a receipt. */
static err say_explicitly(struct tx *t, struct page *p, struct fact_new *n)
{
    struct ctx *c = &t->c;
    const struct fact_key *k = fact_key_of(n->key);
    bool special = (k && k->class == FACT_SPECIAL) || fact_special_word(c->a, n->value).n;
    if (!special) return OK;
    if (!form_int(p, "explicit", 0))
        return fail(c, E_INVALID,
                    "That sounds like health, belief or the like. Please tick that you want it "
                    "kept, and send it once more; without that it is not kept.");
    n->basis = S(BASIS_EXPLICIT);
    n->purposes = k ? k->purposes : PURPOSE(PURPOSE_CARE);
    struct grant_new g = { .person = n->person,
                           .purposes = n->purposes,
                           .keys = n->key,
                           .special = true,
                           .audience = n->audience,
                           .way = GRANT_BY_PAGE };
    return grant_give(t, &g, &n->grant);
}

static err do_tell(struct tx *t, struct page *p)
{
    struct ctx *c = &t->c;
    struct str line;
    id fact;
    page_again(p, me_show);
    TRY(form_need(c, p, "words", "what the house should know", FACT_VALUE_MOST, &line));
    struct fact_guess g = fact_guess(p->a, line);
    struct fact_new n = { .person = c->viewer,
                          .key = g.key,
                          .value = g.value,
                          .valid_from = g.valid_from,
                          .origin = FACT_TOLD,
                          .heard = CHANNEL_WEB };
    TRY(fact_choice_typed(c, form_str(p, "seen"), &n.audience));
    if (!n.audience.n_any) n.audience = audience_keepers();
    TRY(say_explicitly(t, p, &n));
    TRY(fact_note(t, &n, &fact));
    page_notice(p, "Noted, for those you chose.");
    page_undo(p, url_to(p->a, "/me/facts/%" PRId64 "/forget", fact), "Undo");
    page_go(p, url_to(p->a, "/me#f%" PRId64, fact));
    return OK;
}

/* Where they came from: their page, or the page of that one thing. */
static err begin(struct tx *t, struct page *p, struct me_fact *out)
{
    TRY(me_fact(&t->c, page_id(p, "fact"), out));
    page_go(p, url_to(p->a, "/me#f%" PRId64, out->fact.id));
    return OK;
}

/* What was noticed is a place in a letter. Once they say that it is right it is their own word, and
 * the place is needed no more. */
static err say_it(struct tx *t, struct page *p, const struct me_fact *f)
{
    id told;
    if (!f->source.n)
        return fail(&t->c, E_INVALID,
                    "It stands in a letter of somebody else, which can't be shown to you. Tell us "
                    "in your own words, and have this one forgotten.");
    struct fact_new n = { .person = t->c.viewer,
                          .key = f->fact.key,
                          .value = f->source,
                          .origin = FACT_TOLD,
                          .heard = CHANNEL_WEB,
                          .audience = audience_keepers() };
    TRY(fact_note(t, &n, &told));
    TRY(fact_forget(t, f->fact.id));
    page_go(p, url_to(p->a, "/me#f%" PRId64, told));
    return OK;
}

static err do_right(struct tx *t, struct page *p)
{
    struct me_fact f;
    page_again(p, me_show);
    TRY(begin(t, p, &f));
    bool noticed = f.fact.origin == FACT_OBSERVED;
    if (noticed) TRY(say_it(t, p, &f));
    else TRY(fact_right(t, f.fact.id, CHANNEL_WEB));
    page_notice(p, "Thank you. It is right by your word, and may be used.");
    if (!noticed)
        page_undo(p, url_to(p->a, "/me/facts/%" PRId64 "/wrong", f.fact.id), "No, it is wrong");
    return OK;
}

static err do_wrong(struct tx *t, struct page *p)
{
    struct me_fact f;
    TRY(begin(t, p, &f));
    TRY(fact_wrong(t, f.fact.id));
    page_notice(p, "Hidden at once: nobody uses it. You can also have it forgotten.");
    if (f.fact.origin != FACT_OBSERVED)
        page_undo(p, url_to(p->a, "/me/facts/%" PRId64 "/right", f.fact.id), "No, it is right");
    return OK;
}

static err do_words(struct tx *t, struct page *p)
{
    struct me_fact f;
    struct str words = person_deed_str(p, "words");
    page_again(p, me_show_fact);
    TRY(begin(t, p, &f));
    TRY(fact_add_words(t, f.fact.id, words));
    page_notice(p, words.n ? "Your words stand beside it, for everybody who sees it."
                           : "Your words beside it are gone.");
    if (f.fact.words.n <= UNDO_WORDS)
        page_undo(p,
                  url_to(p->a, "/me/facts/%" PRId64 "/words?words=%.*s", f.fact.id,
                         STR(f.fact.words)),
                  "Undo");
    return OK;
}

static err do_share(struct tx *t, struct page *p)
{
    struct me_fact f;
    struct audience seen;
    page_again(p, me_show_fact);
    TRY(begin(t, p, &f));
    TRY(fact_choice_typed(&t->c, form_str(p, "seen"), &seen));
    TRY(fact_share(t, f.fact.id, &seen));
    page_notice(p, "From now on it is for those you chose, and for nobody else.");
    return OK;
}

static err do_keep(struct tx *t, struct page *p)
{
    struct ctx *c = &t->c;
    struct me_fact f;
    int64_t until = c->now + (int64_t)FACT_TOLD_DAYS * DAY;
    TRY(begin(t, p, &f));
    TRY(fact_keep_longer(t, f.fact.id, until));
    page_notice(p, "Kept until %.*s, unless you have it forgotten before.",
                STR(date_people(p->a, until, c->offset_s)));
    return OK;
}

static err do_forget(struct tx *t, struct page *p)
{
    struct me_fact f;
    TRY(begin(t, p, &f));
    TRY(fact_forget(t, f.fact.id));
    page_notice(p, "Forgotten: its words are gone from everywhere.");
    page_go(p, URL("/me#facts"));
    return OK;
}

/* ---- what is done with it ---------------------------------------------------------- */

static err do_engine(struct tx *t, struct page *p)
{
    bool on = person_deed_int(p, "on", 0) != 0;
    TRY(tie_set_engine(t, t->c.viewer, on));
    page_notice(p, on ? "How things stand is worked out again."
                      : "Nothing is worked out about you any more, and what was is gone.");
    page_undo(p, url_to(p->a, "/me/engine?on=%d", !on), "Undo");
    page_go(p, URL("/me#between"));
    return OK;
}

static err do_never(struct tx *t, struct page *p)
{
    bool never = person_deed_int(p, "never", 1) != 0;
    TRY(person_set_mark(t, t->c.viewer, MARK_MUTE, never));
    page_notice(p, never ? "Nobody here writes to you any more."
                         : "The house may write to you again.");
    page_undo(p, url_to(p->a, "/me/never?never=%d", !never), "Undo");
    page_go(p, URL("/me#mail"));
    return OK;
}

static err do_pause(struct tx *t, struct page *p)
{
    struct ctx *c = &t->c;
    int64_t days = MIN(MAX(person_deed_int(p, "days", PAUSE_DAYS), 0), 366),
            until = days ? c->now + days * DAY : 0;
    TRY(person_set_mark(t, c->viewer, MARK_PAUSED, until));
    if (until)
        page_notice(p, "Left in peace until %.*s.", STR(date_people(p->a, until, c->offset_s)));
    else page_notice(p, "The house may write to you again.");
    page_undo(p, url_to(p->a, "/me/pause?days=%d", until ? 0 : PAUSE_DAYS), "Undo");
    page_go(p, URL("/me#mail"));
    return OK;
}

/* ---- saying yes and taking it back --------------------------------------------------- */

static err do_yes(struct tx *t, struct page *p)
{
    int64_t purpose = form_int(p, "purpose", 0);
    id grant;
    page_again(p, me_show);
    if (purpose < 1 || purpose > PURPOSE_LAST)
        return fail(&t->c, E_INVALID, "There is no such purpose.");
    TRY(grant_give(t,
                   &(struct grant_new){ .person = t->c.viewer,
                                        .purposes = PURPOSE(purpose),
                                        .audience = audience_keepers(),
                                        .way = GRANT_BY_PAGE },
                   &grant));
    page_notice(p, "Thank you. The receipt stands beside it.");
    page_undo(p, url_to(p->a, "/me/grants/%" PRId64 "/withdraw", grant), "Take it back");
    page_go(p, URL("/me#yes"));
    return OK;
}

static err own_grant(struct tx *t, struct page *p, struct grant *out)
{
    struct me_grant g;
    page_go(p, URL("/me#yes"));
    TRY(me_grant(&t->c, page_id(p, "grant"), &g));
    *out = g.grant;
    return OK;
}

static err do_answer(struct tx *t, struct page *p)
{
    struct grant g;
    bool yes = form_int(p, "yes", 0) != 0;
    TRY(own_grant(t, p, &g));
    grant_state no = grant_permits(g.state) ? GRANT_WITHDRAWN : GRANT_REFUSED;
    TRY(grant_step(t, g.id, yes ? GRANT_GIVEN : no, GRANT_BY_PAGE));
    page_notice(p, yes ? "Thank you. The receipt stands beside it."
                       : "No it is. Nothing else changes for you.");
    if (yes) page_undo(p, url_to(p->a, "/me/grants/%" PRId64 "/withdraw", g.id), "Take it back");
    return OK;
}

static err do_renew(struct tx *t, struct page *p)
{
    struct grant g;
    TRY(own_grant(t, p, &g));
    TRY(grant_step(t, g.id, GRANT_RENEWED, GRANT_BY_PAGE));
    page_notice(p, "Thank you. It holds %.*s from today.", STR(grant_lasts(p->a, &g)));
    page_undo(p, url_to(p->a, "/me/grants/%" PRId64 "/withdraw", g.id), "Take it back");
    return OK;
}

static err do_withdraw(struct tx *t, struct page *p)
{
    struct grant g;
    TRY(own_grant(t, p, &g));
    TRY(grant_step(t, g.id, GRANT_WITHDRAWN, GRANT_BY_PAGE));
    page_notice(p, "Taken back. What rested on it alone is gone.");
    return OK;
}

static err do_terms(struct tx *t, struct page *p)
{
    struct str name = person_deed_str(p, "name"), was = terms_of(&t->c, t->c.viewer);
    page_again(p, me_show);
    TRY(terms_choose(t, t->c.viewer, name.n ? terms_iri(p->a, name) : S("")));
    page_notice(p, name.n ? "Those are your terms. The house keeps to them from now on."
                          : "The house's own terms hold for you again.");
    page_undo(p, url_to(p->a, "/me/terms?name=%.*s", STR(was)), "Undo");
    page_go(p, URL("/me#terms"));
    return OK;
}
