/* SPDX-License-Identifier: GPL-3.0-or-later
 * part_web.c - who takes part in a conversation: adding, and leaving. */
#include "kit/web/web.h"
#include "talk/notice.h"
#include "talk/part_html.h"
#include "talk/participant.h"
#include "talk/talk_web.h"

enum { FOUND = 12 };

static void find_people(struct ctx *c, struct part_view *v)
{
    struct person_lines found;
    struct person_query q = { .words = v->words, .kind = PERSON_HUMAN, .max = FOUND };
    person_find(c, &q, &found);
    v->found = NEW(c->a, struct part_candidate, found.n + 1);
    for (int i = 0; i < found.n; i++) {
        struct part_candidate *x = &v->found[v->n_found];
        bool there = found.at[i].dead || found.at[i].gone || found.at[i].mute ||
                     found.at[i].paused > c->now || found.at[i].id == c->viewer;
        for (int k = 0; k < v->list.n; k++) there = there || v->list.at[k].person == found.at[i].id;
        if (there) continue;
        *x = (struct part_candidate){ .who = found.at[i] };
        person_handles(c, x->who.id, &x->handles);
        v->n_found++;
    }
    struct person known;
    bool address = str_chr(v->words, '@') > 0 && talk_typed(c, v->words, S(""), &v->fresh) == OK;
    if (!address || person_get(c, person_of_uri(c, v->fresh.uri), &known) == OK)
        v->fresh = (struct meeting){ .uri = S("") };
}

static err show_part(struct ctx *c, struct page *p)
{
    struct talk_view t;
    struct part_view v = { .message = page_id(p, "message"), .words = query_str(p, "q") };
    TRY(talk_view(c, v.message, &t));
    v.subject = t.messages.at[0].subject;
    v.before = t.all;
    talk_participants(c, v.message, &v.list);
    if (v.words.n) find_people(c, &v);
    page_title(p, "Who takes part");
    if (p->piece) part_found_html(&p->out, p, &v);
    else part_page_html(&p->out, c, p, &v);
    return OK;
}

/* They are told where to read; without an address, or a mailbox to send from, the keeper tells
 * them. */
static err invite(struct tx *t, struct page *p, id who, struct str name)
{
    struct ctx *c = &t->c;
    struct message m;
    struct person keeper;
    struct str address = person_mail(c, who);
    if (!address.n || !notice_possible(c)) return OK;
    TRY(talk_message(c, page_id(p, "message"), &m));
    TRY(person_get(c, c->viewer, &keeper));
    struct notice_letter n = {
        .keeper = c->viewer,
        .name = name,
        .address = address,
        .stop = STOP_HOUSE,
        .subject = str_fmt(c->a, "%.*s asks you in: %.*s", STR(keeper.name), STR(m.subject)),
        .text = str_fmt(c->a,
                        "Hello %.*s,\n\n%.*s has added you to the conversation \"%.*s\".\nRead "
                        "and answer it here, without account or password:\n\n%.*s/with\n\nIt asks "
                        "for this address, and sends you a link that works once.\n",
                        STR(name), STR(keeper.name), STR(m.subject), STR(web_house_of(p)->origin))
    };
    return notice_send(t, &n);
}

static err do_add(struct tx *t, struct page *p)
{
    struct str way = form_str(p, "way");
    id event;
    struct str address = form_str(p, "address");
    struct participant who;
    struct meeting typed;
    struct participant_new n = { .message = page_id(p, "message"),
                                 .person = form_int(p, "who", 0),
                                 .way = str_eq(way, S("web")) ? CHANNEL_WEB : CHANNEL_MAIL,
                                 .uri = way,
                                 .past = form_on(p, "past") };
    page_again(p, show_part);
    if (address.n) {
        TRY(talk_typed(&t->c, address, form_str(p, "name"), &typed));
        n.meet = &typed;
    }
    TRY(talk_add(t, &n, &event));
    TRY(talk_participant(&t->c, event, &who));
    if (n.past) talk_relay_past(t, event);
    if (n.way == CHANNEL_WEB) TRY(invite(t, p, who.person, who.name));
    page_notice(p, "%.*s takes part %s.", STR(who.name),
                n.past ? "and was given what was said before" : "from now on");
    page_undo(p, url_to(p->a, "/talk/part/%" PRId64 "/end", event), "Undo");
    page_go(p, url_to(p->a, "/talk/%" PRId64, n.message));
    return OK;
}

static err do_end(struct tx *t, struct page *p)
{
    struct participant one;
    TRY(talk_participant(&t->c, page_id(p, "event"), &one));
    TRY(talk_part(t, one.event));
    page_notice(p, "%.*s gets nothing more of it.", STR(one.name));
    page_go(p, url_to(p->a, "/talk/%" PRId64, one.message));
    return OK;
}

const struct route part_routes[] = {
    PAGE("/talk/:message/with", NEED_KEEPER, show_part, "who takes part in a conversation"),
    DEED("/talk/:message/with", NEED_KEEPER, do_add, "add somebody to a conversation"),
    DEED("/talk/part/:event/end", NEED_KEEPER, do_end, "let somebody take part no more"),
    { 0 },
};
