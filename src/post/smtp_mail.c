/* SPDX-License-Identifier: GPL-3.0-or-later
 * smtp_mail.c - the channel mail: a letter goes out through the account of who wrote it. */
#include "kit/mail/compose.h"
#include "kit/mail/dsn_verdict.h"
#include "kit/mail/parse.h"
#include "kit/mail/relay.h"
#include "kit/mail/smtp.h"
#include "post/mailbox.h"
#include "post/post_mail.h"

/* Foreign mail is read by workers: own is what one made of it. */
static err parse(struct ctx *c, const struct channel_came *came, struct mail_result *out)
{
    const struct mail_result *read = came->own;
    *out = *read;
    return read->ok ? OK : fail(c, E_INVALID, "%.*s", STR(read->why));
}

struct way {
    struct mailbox box;
    struct smtp_server server;
    struct str from;
};

static smtp_security security_of(mailbox_safety s)
{
    return s == MAILBOX_TLS ? SMTP_TLS : s == MAILBOX_STARTTLS ? SMTP_STARTTLS : SMTP_PLAIN;
}

static err put_head(struct ctx *c, struct channel_parcel *p)
{
    if (!p->relay || mail_relay(c->a, p->head, p->raw, &p->raw)) return OK;
    return fail(c, E_NOTFOUND, "There is nothing in it that could be passed on.");
}

static err ready(struct ctx *c, struct channel_parcel *p)
{
    struct way *w = NEW(c->a, struct way, 1);
    struct str password = S("");
    TRY(put_head(c, p));
    if (mailbox_get(c, p->account, &w->box) != OK || !w->box.smtp.host.n)
        return fail(c, E_NOTFOUND, "The mailbox it was to go out from is not connected any more.");
    if (w->box.login.n) TRY(mailbox_secret(c, p->account, &password));
    if (!address_wire(c->a, w->box.address, &w->from))
        return fail(c, E_NOTFOUND, "The mailbox has an address nobody could answer to.");
    w->server = (struct smtp_server){ .host = w->box.smtp.host,
                                      .port = w->box.smtp.port,
                                      .security = security_of(w->box.smtp.safety),
                                      .user = password.n ? w->box.login : S(""),
                                      .password = password,
                                      .authorities = post_authorities };
    p->way = w;
    return OK;
}

/* Only what is said of the recipient speaks of the address. */
static channel_says about_address(const struct smtp_result *r)
{
    if (r->stage != SMTP_AT_RECIPIENT) return CHANNEL_SAYS_NOTHING;
    switch (dsn_judge(S(""), r->status, r->said)) {
    case DSN_GONE: return CHANNEL_SAYS_GONE;
    case DSN_SOFT: return CHANNEL_SAYS_SOFT;
    default: return CHANNEL_SAYS_NOTHING;
    }
}

static struct channel_result deliver(struct arena *a, const struct channel_parcel *p,
                                     const atomic_bool *cancel)
{
    struct way *w = p->way;
    struct smtp_result r = smtp_send(a, &w->server, w->from, p->address, p->raw, cancel);
    struct channel_result out = { .outcome = CHANNEL_LATER, .said = r.said };
    switch (r.outcome) {
    case SMTP_ACCEPTED: out.outcome = CHANNEL_HANDED; break;
    case SMTP_LATER:
    case SMTP_CANCELLED: break;
    case SMTP_REFUSED:
        out.outcome = CHANNEL_REFUSED;
        out.address = about_address(&r);
        break;
    case SMTP_INVALID: out.outcome = CHANNEL_REFUSED; break;
    case SMTP_PASSWORD:
    case SMTP_UNSAFE:
        out.outcome = CHANNEL_STOPPED;
        w->box.state = r.outcome == SMTP_UNSAFE ? MAILBOX_UNSAFE : MAILBOX_PASSWORD;
        break;
    }
    return out;
}

static void stop(struct tx *t, const struct channel_parcel *p, struct str said)
{
    const struct way *w = p->way;
    mailbox_note(t, &w->box, w->box.state, said);
}

struct str post_authorities = S_INIT("");
const struct post_channel channel_mail = { .number = CHANNEL_MAIL,
                                           .name = "mail",
                                           .reads = "by mail",
                                           .patience_s = OUTBOX_PATIENCE_S,
                                           .parse = parse,
                                           .ready = ready,
                                           .deliver = deliver,
                                           .stop = stop };
