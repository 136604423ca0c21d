/* SPDX-License-Identifier: GPL-3.0-or-later
 * notice_mail.c - letters the house writes by itself. */
#include "kit/base/hash.h"
#include "kit/base/text.h"
#include "kit/mail/compose.h"
#include "kit/mail/head_write.h"
#include "kit/mail/parse.h"
#include "people/keeper.h"
#include "post/mailbox.h"
#include "post/outbox.h"
#include "talk/notice.h"
#include "talk/objection.h"
#include "talk/thread_mail.h"

/* Through the account of that keeper, else through one of the house. */
static bool account_of(struct ctx *c, id keeper, struct mailbox *out)
{
    return (keeper && mailbox_of_sender(c, keeper, out) == OK) || mailbox_of_house(c, false, out);
}

bool notice_possible(struct ctx *c)
{
    struct mailbox box;
    return mailbox_of_house(c, false, &box);
}

static err compose(struct ctx *c, const struct mailbox *box, const struct notice_letter *n,
                   struct str *raw)
{
    struct house house;
    struct str why = S(""), domain = mail_domain(mail_key(c->a, box->address));
    struct message about;
    struct thread_place place = { 0 };
    house_get(c, &house);
    if (n->answers && talk_message(c, n->answers, &about) == OK)
        thread_of(c, &about, domain, &place);
    struct mail_addr from = { .name = house.name, .addr = box->address },
                     to = { .name = text_oneline(c->a, n->name), .addr = n->address };
    struct mail_letter l = { .id = mail_id_make(c->a, domain),
                             .from = { &from, 1 },
                             .to = { &to, 1 },
                             .subject = text_oneline(c->a, n->subject),
                             .date = c->now,
                             .date_offset_s = c->offset_s,
                             .in_reply_to = place.in_reply_to,
                             .references = place.references,
                             .automatic = n->answers ? MAIL_AUTO_REPLIED : MAIL_AUTO_GENERATED,
                             .text = n->text,
                             .html = n->html };
    if (mail_compose(c->a, &l, raw, &why) == OK) return OK;
    return fail(c, E_INVALID, "%.*s", STR(why));
}

static void with_objection(struct ctx *c, struct notice_letter *n)
{
    struct str words = objection_words(c->a, n->text);
    n->text =
        str_fmt(c->a, "%.*s\n\n" OBJECTION_RULE "\n%.*s\n", STR(str_trim(n->text)), STR(words));
    if (n->html.n) n->html = str_fmt(c->a, "%.*s<hr>\n<p>%.*s</p>\n", STR(n->html), STR(words));
}

struct str notice_words(struct ctx *c, struct str raw)
{
    struct mail m;
    struct str why = S("");
    if (!raw.n || mail_parse(c->a, raw, &m, &why) != OK) return raw;
    return str_fmt(c->a, "%.*s\n%.*s", STR(m.subject), STR(m.text));
}

err notice_send(struct tx *t, const struct notice_letter *n)
{
    struct ctx *c = &t->c;
    struct mailbox box;
    struct str raw;
    struct str uri = str_fmt(c->a, "mailto:%.*s", STR(mail_key(c->a, n->address)));
    struct outbox_to to = { .handle = hash_name(c->secret, uri), .head = S("") };
    if (!account_of(c, n->keeper, &box))
        return fail(c, E_INVALID,
                    "This house can't send letters yet: none of its keepers has connected a "
                    "mailbox.");
    if (!address_wire(c->a, n->address, &to.address))
        return fail(c, E_INVALID, "Mail can't be sent to that address.");
    struct notice_letter whole = *n;
    bool objection = !n->answers && objection_due(c, to.handle);
    if (objection) with_objection(c, &whole);
    TRY(compose(c, &box, &whole, &raw));
    struct buf head = { .a = c->a };
    struct head_out h = { &head, S("") };
    if (n->stop) stop_head(c, &h, to.handle, n->stop, n->stop == STOP_HOUSE ? box.address : S(""));
    to.head = buf_str(&head);
    id viewer = c->viewer;
    c->viewer = box.keeper;
    outbox_notice(t, box.id, &to, raw, n->asked);
    c->viewer = viewer;
    if (objection) objection_said(t, to.handle, 0, CHANNEL_MAIL);
    return OK;
}
