/* SPDX-License-Identifier: GPL-3.0-or-later
 * relay_mail.c - copies for those who take part, and what comes back from them by mail. */
#include "kit/base/hash.h"
#include "kit/base/text.h"
#include "kit/mail/head_write.h"
#include "kit/mail/header.h"
#include "people/people_mail.h"
#include "post/mailbox.h"
#include "post/outbox.h"
#include "talk/circle_talk.h"
#include "talk/draft_mail.h"
#include "talk/notice.h"
#include "talk/objection.h"
#include "talk/participant.h"
#include "talk/stop.h"
#include "talk/talk_mail.h"
#include "talk/thread_mail.h"

/* ---- copies --------------------------------------------------------------------- */

/* A message on its way to several: what is the same for all of them. */
struct relayed {
    struct message m;
    id circle; /* it was said in; 0: in none */
    /* of mail only: */
    struct headers head;
    struct str house;   /* its name */
    struct mailbox box; /* of a circle: whose account it goes through, whoever speaks, and wherever
                           they keep their own mail */
    bool can;           /* there is such an account */
};

static void look_up(struct ctx *c, struct relayed *r)
{
    struct house house;
    house_get(c, &house);
    r->house = house.name;
    r->head = thread_head(c, &r->m);
    r->can = r->circle && talk_circle_post(c, &r->box);
}

/* The account of who added them; who left has none any more, then that of whoever passes it on. */
static bool account_of(struct ctx *c, const struct participant *p, struct mailbox *box, id *keeper)
{
    *keeper = p->keeper;
    if (mailbox_of_sender(c, p->keeper, box) == OK) return true;
    *keeper = c->viewer;
    return mailbox_of_sender(c, c->viewer, box) == OK;
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
static struct str from_name(struct ctx *c, const struct relayed *r, const struct mailbox *box)
{
    const struct message *m = &r->m;
    if (m->author == box->keeper && !r->circle) return box->name.n ? box->name : m->author_name;
    return str_fmt(c->a, "%.*s via %.*s", STR(m->author_name), STR(r->house));
}

/* What names nothing it answers, as a new mail to a reply address, would begin a thread of its own
 * with those who get the copy: it names what it was put to here, else the message by which they
 * take part. */
static void put_place(struct ctx *c, const struct relayed *r, const struct participant *p,
                      struct str domain, struct head_out *h)
{
    const struct message *m = &r->m;
    struct message about;
    struct thread_place place;
    id before = m->guessed ? 0 : m->parent;
    if (thread_names_any(&r->head)) return;
    if (talk_message(c, before ? before : p->message, &about) != OK || about.at >= m->at) return;
    thread_of(c, &about, domain, &place);
    headers_put(h, S("In-Reply-To"), headers_ids(c->a, &place.in_reply_to));
    headers_put(h, S("References"), headers_ids(c->a, &place.references));
}

static struct str head_of(struct ctx *c, const struct relayed *r, const struct participant *p,
                          const struct mailbox *box)
{
    struct buf o = { .a = c->a };
    struct head_out h = { &o, S("") };
    struct str back = box->plus ? draft_reply_address(c, box, p->event) : box->address;
    struct str from = from_name(c, r, box), domain = mail_domain(mail_key(c->a, box->address));
    draft_put_addr(&h, c->a, S("From"), from, box->address);
    draft_put_addr(&h, c->a, S("To"), p->name, p->address);
    if (box->plus) draft_put_addr(&h, c->a, S("Reply-To"), from, back);
    stop_head(c, &h, p->handle, STOP_HOUSE, back);
    struct str made = thread_id(c, &r->m, &r->head, domain);
    if (made.n) headers_put(&h, S("Message-ID"), headers_ids(c->a, &(struct mail_ids){ &made, 1 }));
    put_place(c, r, p, domain, &h);
    return buf_str(&o);
}

/* Copies go as they came: what the first letter to somebody has to say goes before them, on its
 * own. */
static void tell_first(struct tx *t, const struct relayed *r, const struct participant *p)
{
    struct ctx *c = &t->c;
    struct str subject = r->m.subject;
    if (!objection_due(c, p->handle)) return;
    struct notice_letter n = { .keeper = p->keeper,
                               .name = p->name,
                               .address = p->address,
                               .subject = str_fmt(c->a, "You take part: %.*s", STR(subject)),
                               .html = S(""),
                               .stop = STOP_HOUSE };
    n.text = str_fmt(c->a,
                     "%.*s has added you to a conversation, \"%.*s\".\n\nWhat is said in it "
                     "reaches you by mail from now on. Answer any of these letters, and everybody "
                     "who takes part gets it.",
                     STR(r->house), STR(subject));
    if (notice_send(t, &n) != OK) c->why = S(""); /* then the copy can't go either, and says why */
}

static void send_mail(struct tx *t, const struct relayed *r, const struct participant *p)
{
    struct ctx *c = &t->c;
    struct mailbox box = r->box;
    bool apart = r->circle != 0;
    id viewer = c->viewer, keeper = box.keeper;
    struct outbox_letter l = {
        .message = r->m.id, .channel = CHANNEL_MAIL, .relay = true, .apart = apart
    };
    struct outbox_to to = { .handle = p->handle, .head = S("") };
    if (apart ? r->can : account_of(c, p, &box, &keeper)) {
        if (!apart) tell_first(t, r, p);
        l.account = box.id;
        to.head = head_of(c, r, p, &box);
    }
    if (!address_wire(c->a, p->address, &to.address)) return;
    c->viewer = keeper;
    outbox_put(t, &l, &to, 1);
    c->viewer = viewer;
}

static void send_otherwise(struct tx *t, const struct message *m, const struct participant *p)
{
    const struct post_channel *way = channel_get(p->way);
    struct outbox_letter l = { .message = m->id, .channel = p->way, .relay = true };
    struct outbox_to to = { .handle = p->handle, .head = S("") };
    id viewer = t->c.viewer;
    to.address = way && way->fetched ? S("") : p->address;
    t->c.viewer = p->keeper;
    outbox_put(t, &l, &to, 1);
    t->c.viewer = viewer;
}

static void send_copies(struct tx *t, struct relayed *r, const struct participant *to, int n)
{
    bool looked = false;
    for (int i = 0; i < n; i++) {
        if (to[i].way != CHANNEL_MAIL) {
            send_otherwise(t, &r->m, &to[i]);
            continue;
        }
        if (!looked) look_up(&t->c, r);
        looked = true;
        send_mail(t, r, &to[i]);
    }
}

void talk_relay(struct tx *t, id message)
{
    struct participants list;
    struct relayed r = { .circle = talk_circle_of(&t->c, message) };
    if (r.circle) talk_circle_seat(t, message, r.circle);
    talk_pass(t, message, &list);
    if (list.n && talk_message(&t->c, message, &r.m) == OK) send_copies(t, &r, list.at, list.n);
}

void talk_relay_past(struct tx *t, id event)
{
    enum { MOST = 50 };
    struct ctx *c = &t->c;
    struct participant p;
    id messages[MOST];
    int n = 0;
    if (talk_participant(c, event, &p) != OK) return;
    EACH (r, c,
          SQL("SELECT message FROM passed WHERE participant=$1 ORDER BY message DESC LIMIT $2 "
              "/* scan */"),
          I(event), I(MOST))
        messages[n++] = row_int(&r, 0);
    while (n--) {
        struct relayed r = { .circle = talk_circle_of(c, messages[n]) };
        if (talk_message(c, messages[n], &r.m) == OK && r.m.class >= TALK_LIST)
            send_copies(t, &r, &p, 1);
    }
}

/* ---- what comes back --------------------------------------------------------------- */

/* Who is in the circle under their own name speaks to it by their reply address; whoever else found
 * it, and who wears a mask by now, writes to the house, and nobody is told whose it is. */
static void circle_home(struct tx *t, const struct message *m, id person, id circle, id about)
{
    struct ctx *c = &t->c;
    id viewer = c->viewer;
    if (m->author != person || !circle_way_of(c, circle, person)) return;
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
    if (talk_message(&t->c, message, &m) != OK) return;
    if (participation) bring_home(t, &m, participation);
    if (stop_arrived(t, &m)) return;
    id viewer = t->c.viewer;
    if (m.author && talk_circle_of(&t->c, message))
        t->c.viewer = m.author; /* it is not its taker's to read */
    talk_relay(t, message);
    t->c.viewer = viewer;
}

/* ---- whom ---------------------------------------------------------------------------- */

err talk_typed(struct ctx *c, struct str address, struct str name, struct meeting *out)
{
    if (!meeting_typed(c->a, address, out))
        return fail(c, E_INVALID,
                    "This is no mail address: please write one, as ann@shop.example.");
    out->name = text_short(c->a, text_oneline(c->a, name), TALK_NAME_LETTERS);
    return OK;
}
