/* SPDX-License-Identifier: GPL-3.0-or-later
 * relay_mail.c - copies for those who take part by mail, what comes back from them, and what those
 * write who take part in the browser. */
#include "kit/base/hash.h"
#include "kit/base/text.h"
#include "kit/mail/compose.h"
#include "kit/mail/head_write.h"
#include "kit/mail/header.h"
#include "people/people_mail.h"
#include "post/mailbox.h"
#include "post/outbox.h"
#include "talk/circle_talk.h"
#include "talk/draft_mail.h"
#include "talk/participant.h"
#include "talk/talk_mail.h"

/* ---- copies --------------------------------------------------------------------- */

/* The account of who added them; who left has none any more, then that of whoever passes it on. */
static bool account_of(struct ctx *c, const struct participant *p, struct mailbox *box, id *keeper)
{
    *keeper = p->keeper;
    if (mailbox_of_sender(c, p->keeper, box) == OK) return true;
    *keeper = c->viewer;
    return mailbox_of_sender(c, c->viewer, box) == OK;
}

/* Whoever speaks, and wherever they keep their own mail. */
static bool circle_account(struct ctx *c, struct mailbox *box, id *keeper)
{
    *keeper = 0;
    if (!talk_circle_account(c, box)) return false;
    *keeper = box->keeper;
    return true;
}

struct str draft_reply_address(struct ctx *c, const struct mailbox *box, id event)
{
    ptrdiff_t at = str_chr(box->address, '@');
    struct str token = reply_token(c, event);
    return str_fmt(c->a, "%.*s+%.*s%.*s", STR(str_upto(box->address, at)), STR(token),
                   STR(str_from(box->address, at)));
}

void draft_put_addr(struct head_out *h, struct arena *a, struct str header, struct str name,
                    struct str address)
{
    struct mail_addr one = { .name = text_oneline(a, name), .addr = address };
    struct str value;
    if (headers_addrs(a, &(struct mail_addrs){ &one, 1 }, &value)) headers_put(h, header, value);
}

/* Who wrote it, by way of whose account it goes. */
static struct str from_name(struct ctx *c, const struct message *m, const struct mailbox *box)
{
    struct house house;
    if (m->author == box->keeper && !talk_circle_of(c, m->id))
        return box->name.n ? box->name : m->author_name;
    house_get(c, &house);
    return str_fmt(c->a, "%.*s via %.*s", STR(m->author_name), STR(house.name));
}

/* A mail without an id of its own gets one, always the same, so that answers can name it. */
static struct str id_of(struct ctx *c, const struct message *m, const struct mailbox *box)
{
    struct headers h = draft_head(c, m);
    if (headers_has(&h, S("Message-ID"))) return S("");
    struct str domain = mail_domain(mail_key(c->a, box->address));
    return str_fmt(c->a, "<%.*s@%.*s>", STR(reply_token(c, -m->id)), STR(domain));
}

/* What names nothing it answers, as a new mail to a reply address, would begin a thread of its own
 * with those who get the copy: it names the message by which they take part. */
static void put_place(struct ctx *c, const struct message *m, const struct participant *p,
                      const struct mailbox *box, struct head_out *h)
{
    struct message about;
    struct headers had = draft_head(c, m);
    if (headers_has(&had, S("In-Reply-To")) || headers_has(&had, S("References"))) return;
    if (talk_message(c, p->message, &about) != OK || about.at >= m->at) return;
    had = draft_head(c, &about);
    struct mail_ids own = mail_ids_read(c->a, headers_get(&had, S("Message-ID")));
    struct str name = own.n ? str_fmt(c->a, "<%.*s>", STR(own.at[0])) : id_of(c, &about, box);
    headers_put(h, S("In-Reply-To"), name);
    headers_put(h, S("References"), name);
}

static struct str head_of(struct ctx *c, const struct message *m, const struct participant *p,
                          const struct mailbox *box)
{
    struct buf o = { .a = c->a };
    struct head_out h = { &o, S("") };
    struct str back = box->plus ? draft_reply_address(c, box, p->event) : box->address;
    draft_put_addr(&h, c->a, S("From"), from_name(c, m, box), box->address);
    draft_put_addr(&h, c->a, S("To"), p->name, p->address);
    if (box->plus) draft_put_addr(&h, c->a, S("Reply-To"), from_name(c, m, box), back);
    headers_put(&h, S("List-Unsubscribe"),
                str_fmt(c->a, "<mailto:%.*s?subject=unsubscribe>", STR(back)));
    headers_put(&h, S("Message-ID"), id_of(c, m, box));
    put_place(c, m, p, box, &h);
    return buf_str(&o);
}

static void send_copy(struct tx *t, const struct message *m, const struct participant *p)
{
    struct ctx *c = &t->c;
    struct mailbox box = { .address = S("") };
    id viewer = c->viewer, keeper;
    struct outbox_letter l = { .message = m->id, .channel = CHANNEL_MAIL, .relay = true };
    struct outbox_to to = { .handle = hash_name(c->secret, p->uri), .head = S("") };
    l.apart = talk_circle_of(c, m->id) != 0;
    if (l.apart ? circle_account(c, &box, &keeper) : account_of(c, p, &box, &keeper)) {
        l.account = box.id;
        to.head = head_of(c, m, p, &box);
    }
    if (!address_wire(c->a, p->address, &to.address)) return;
    c->viewer = keeper;
    outbox_put(t, &l, &to, 1);
    c->viewer = viewer;
}

void talk_relay(struct tx *t, id message)
{
    struct participants list;
    struct message m;
    id circle = talk_circle_of(&t->c, message);
    if (circle) talk_circle_seat(t, message, circle);
    talk_pass(t, message, &list);
    if (!list.n || talk_message(&t->c, message, &m) != OK) return;
    for (int i = 0; i < list.n; i++) send_copy(t, &m, &list.at[i]);
}

void talk_relay_past(struct tx *t, id event)
{
    enum { MOST = 50 };
    struct ctx *c = &t->c;
    struct participant p;
    id messages[MOST];
    int n = 0;
    if (talk_participant(c, event, &p) != OK || p.way != CHANNEL_MAIL) return;
    EACH (r, c,
          SQL("SELECT message FROM passed WHERE participant=$1 ORDER BY message DESC LIMIT $2 "
              "/* scan */"),
          I(event), I(MOST))
        messages[n++] = row_int(&r, 0);
    while (n--) {
        struct message m;
        if (talk_message(c, messages[n], &m) == OK && m.class >= TALK_LIST) send_copy(t, &m, &p);
    }
}

/* ---- what comes back --------------------------------------------------------------- */

/* Who is in the circle speaks to it by their reply address; whoever else found it writes to the
 * house, and nobody is told whose it is. */
static void circle_home(struct tx *t, const struct message *m, id person, id circle, id about)
{
    struct ctx *c = &t->c;
    id viewer = c->viewer;
    if (m->author != person || !circle_has(c, circle, person)) return;
    c->viewer = person;
    talk_circle_mark(t, m->id, circle);
    draft_hold_together(t, m->id, about);
    c->viewer = viewer;
}

static void bring_home(struct tx *t, const struct message *m, id participation)
{
    struct ctx *c = &t->c;
    id person = 0, about = 0;
    EACH (r, c, SQL("SELECT person, message FROM participant WHERE event=$1"), I(participation)) {
        person = row_int(&r, 0);
        about = row_int(&r, 1);
    }
    id circle = talk_circle_of(c, about);
    if (circle) {
        circle_home(t, m, person, circle, about);
        return;
    }
    if (m->author != person) {
        log_append(t,
                   (struct event){ .kind = EVENT_TALK_STRANGE, .subject = m->id, .other = person });
        return;
    }
    /* its ids have brought it somewhere already, or it names nothing */
    if (db_int(c, 0, SQL("SELECT count(*) FROM message WHERE conversation=$1"),
               I(m->conversation)) == 1)
        log_append(t,
                   (struct event){ .kind = EVENT_TALK_JOINED, .subject = m->id, .other = about });
}

void talk_arrived(struct tx *t, id message, struct str token)
{
    struct message m = { .author = 0 };
    id participation = reply_token_find(&t->c, token);
    if (participation && talk_message(&t->c, message, &m) == OK) bring_home(t, &m, participation);
    id viewer = t->c.viewer;
    if (m.author && talk_circle_of(&t->c, message))
        t->c.viewer = m.author; /* it is not its taker's to read */
    talk_relay(t, message);
    t->c.viewer = viewer;
}

/* ---- from the web ------------------------------------------------------------------- */

/* One who came in by a letter has an address; the keeper has those of the house. */
static err address_of(struct ctx *c, id person, struct mail_addr *out)
{
    struct person who;
    TRY(person_get(c, person, &who));
    struct str address = person_mail(c, who.id), key = mail_key(c->a, address);
    if (!address.n) return fail(c, E_DENIED, "%.*s has no mail address here.", STR(who.name));
    *out = (struct mail_addr){ .name = text_oneline(c->a, who.name),
                               .addr = address,
                               .key = key,
                               .base = mail_key_base(c->a, key) };
    return OK;
}

static err compose(struct ctx *c, const struct message *about, const struct participant *p,
                   struct str words, struct mail_result *out)
{
    struct mail_addr from, to;
    struct mail_ids refs = { NEW(c->a, struct str, 1), 0 };
    struct str why = S(""), raw;
    TRY(address_of(c, c->viewer, &from));
    TRY(address_of(c, p->keeper, &to));
    struct headers h = draft_head(c, about);
    struct mail_ids named = mail_ids_read(c->a, headers_get(&h, S("Message-ID")));
    if (named.n) refs.at[refs.n++] = named.at[0];
    struct mail_letter l = { .id = mail_id_make(c->a, mail_domain(to.key)),
                             .from = { &from, 1 },
                             .to = { &to, 1 },
                             .subject = text_oneline(c->a, talk_re(c->a, about->subject)),
                             .date = c->now,
                             .date_offset_s = c->offset_s,
                             .in_reply_to = refs,
                             .references = refs,
                             .text = words };
    if (mail_compose(c->a, &l, &raw, &why) != OK) return fail(c, E_INVALID, "%.*s", STR(why));
    if (talk_own_read(c->a, raw, out, &why) != OK) die(c, "a letter of our own can't be read");
    return OK;
}

static err not_too_often(struct ctx *c)
{
    if (db_int(c, 0,
               SQL("SELECT count(*) FROM handle h JOIN message m ON m.author=h.key WHERE "
                   "h.person=$1 AND m.at>$2 /* scan */"),
               I(c->viewer), I(c->now - HOUR)) < TALK_SAY_HOUR)
        return OK;
    return fail(c, E_INVALID, "That is a lot for one hour. Please go on a little later.");
}

err talk_typed(struct ctx *c, struct str address, struct str name, struct meeting *out)
{
    if (!meeting_typed(c->a, address, out))
        return fail(c, E_INVALID,
                    "This is no mail address: please write one, as ann@shop.example.");
    out->name = text_short(c->a, text_oneline(c->a, name), TALK_NAME_LETTERS);
    return OK;
}

err talk_say(struct tx *t, id about, struct str words, id *message)
{
    struct ctx *c = &t->c;
    struct message m;
    struct participant p = { 0 };
    struct mail_result result;
    words = str_trim(text_utf8(c->a, words));
    TRY(talk_message(c, about, &m));
    if (!talk_own_part(c, about, &p))
        return fail(c, E_DENIED, "You do not take part in this conversation any more.");
    if (!words.n || words.n > TALK_SAY_BYTES)
        return fail(c, E_INVALID, "Please write something, of at most %d letters.", TALK_SAY_BYTES);
    TRY(not_too_often(c));
    TRY(compose(c, &m, &p, str_fmt(c->a, "%.*s\n", STR(words)), &result));
    id viewer = c->viewer;
    *message = talk_own_take(t, &result, c->now, CHANNEL_WEB);
    draft_hold_together(t, *message, about);
    c->viewer = p.keeper; /* who may read it */
    talk_relay(t, *message);
    c->viewer = viewer;
    return OK;
}
