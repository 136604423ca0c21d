/* SPDX-License-Identifier: GPL-3.0-or-later
 * mailbox.c - accounts, and what their keepers do with them. */
#include "post/mailbox.h"

#include "kit/base/hash.h"
#include "kit/base/secretbox.h"
#include "kit/base/text.h"
#include "people/keeper.h"

enum { MOST = 200, WORDS_MOST = 320, HOST_MOST = 253, SECRET_MOST = 1000 };

void (*mailbox_changed)(void);

static void changed(void)
{
    if (mailbox_changed) mailbox_changed();
}

/* ---- reading ---------------------------------------------------------------- */

#define COLUMNS                                                                                    \
    "b.id, b.keeper, b.address, coalesce(nullif(b.name, ''), p.name, ''), b.imap_host, "           \
    "b.imap_port, b.imap_safety, b.smtp_host, b.smtp_port, b.smtp_safety, b.login, b.keeps_sent, " \
    "b.plus, b.made, b.stopped, b.said, b.tried_at, b.read_at, b.change, b.unsent, "               \
    "b.filed"
#define FROM                                                                                       \
    " FROM mailbox b JOIN keeper k ON k.person=b.keeper AND k.gone=0 LEFT JOIN person p ON "       \
    "p.id=b.keeper"

static struct mailbox mailbox_row(struct rows *r)
{
    return (struct mailbox){
        .id = row_int(r, 0),
        .keeper = row_int(r, 1),
        .address = row_str(r, 2),
        .name = row_str(r, 3),
        .imap = { row_str(r, 4), (int)row_int(r, 5), (mailbox_safety)row_int(r, 6) },
        .smtp = { row_str(r, 7), (int)row_int(r, 8), (mailbox_safety)row_int(r, 9) },
        .login = row_str(r, 10),
        .keeps_sent = row_bool(r, 11),
        .plus = row_bool(r, 12),
        .made = row_int(r, 13),
        .state = (mailbox_state)row_int(r, 14),
        .said = row_str(r, 15),
        .tried_at = row_int(r, 16),
        .read_at = row_int(r, 17),
        .change = row_int(r, 18),
        .unsent = row_str(r, 19),
        .filed = row_int(r, 20) != 0,
    };
}

static err nothing(struct ctx *c)
{
    return fail(c, E_NOTFOUND, "There is no such mailbox, or it is not yours.");
}

err mailbox_get(struct ctx *c, id mailbox, struct mailbox *out)
{
    bool found = false;
    EACH (r, c, SQL("SELECT " COLUMNS FROM " WHERE b.id=$1 AND b.keeper=$2"), I(mailbox),
          I(c->viewer)) {
        *out = mailbox_row(&r);
        found = true;
    }
    return found ? OK : nothing(c);
}

void mailbox_list(struct ctx *c, id keeper, struct mailboxes *out)
{
    int n =
        (int)(keeper ? db_int(c, 0, SQL("SELECT count(*) FROM mailbox WHERE keeper=$1"), I(keeper))
                     : db_int(c, 0, SQL("SELECT count(*) FROM mailbox /* scan */")));
    *out = (struct mailboxes){ NEW(c->a, struct mailbox, n + 1), 0 };
    if (!n) return;
    if (keeper)
        EACH (r, c, SQL("SELECT " COLUMNS FROM " WHERE b.keeper=$1 ORDER BY b.id LIMIT $2"),
              I(keeper), I(MIN(n, MOST)))
            out->at[out->n++] = mailbox_row(&r);
    else
        EACH (r, c, SQL("SELECT " COLUMNS FROM " ORDER BY b.id LIMIT $1 /* scan */"),
              I(MIN(n, MOST)))
            out->at[out->n++] = mailbox_row(&r);
}

err mailbox_of_sender(struct ctx *c, id keeper, struct mailbox *out)
{
    struct mailboxes list;
    mailbox_list(c, keeper, &list);
    for (int i = 0; keeper && i < list.n; i++)
        if (list.at[i].state == MAILBOX_READS && list.at[i].smtp.host.n) {
            *out = list.at[i];
            return OK;
        }
    return fail(c, E_NOTFOUND, "No mailbox is connected from which this could be sent.");
}

bool mailbox_of_house(struct ctx *c, bool plus, struct mailbox *out)
{
    struct keepers list;
    struct mailbox box;
    keeper_list(c, &list);
    for (int i = 0; i < list.n; i++) {
        if (mailbox_of_sender(c, list.at[i].person, &box) != OK || (plus && !box.plus)) continue;
        *out = box;
        return true;
    }
    return false;
}

static struct str purpose(struct ctx *c, id mailbox)
{
    return str_fmt(c->a, "mailbox %" PRId64, mailbox);
}

err mailbox_secret(struct ctx *c, id mailbox, struct str *out)
{
    struct str sealed = S("");
    EACH (r, c, SQL("SELECT secret FROM mailbox WHERE id=$1 AND keeper=$2"), I(mailbox),
          I(c->viewer))
        sealed = row_blob(&r, 0);
    if (secret_unseal(c->secret, c->a, purpose(c, mailbox), sealed, out)) return OK;
    return fail(c, E_NOTFOUND, "The password can't be read any more: please enter it again.");
}

bool mailbox_stands_still(const struct mailbox *m)
{
    return m->state == MAILBOX_PASSWORD || m->state == MAILBOX_UNSAFE ||
           m->state == MAILBOX_FAILED || m->state == MAILBOX_TRIED;
}

static err on_a_page(struct ctx *c, const struct mailbox *m)
{
    return m->filed ? fail(c, E_CONFLICT, "It stands in snug.conf and is changed there.") : OK;
}

/* ---- what may be typed -------------------------------------------------------- */

static bool one_word(struct str s, ptrdiff_t most)
{
    for (ptrdiff_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] <= ' ' || s.p[i] == 127) return false;
    return s.n <= most;
}

static bool one_line(struct str s, ptrdiff_t most)
{
    for (ptrdiff_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < ' ' || s.p[i] == 127) return false;
    return s.n <= most;
}

static bool address_fits(struct str s)
{
    ptrdiff_t at = str_rchr(s, '@');
    return at > 0 && at < s.n - 3 && str_chr(str_from(s, at), '.') > 1 && one_word(s, WORDS_MOST);
}

static err server_fits(struct ctx *c, const struct mailbox_server *s, const char *what)
{
    bool word = s->host.n <= HOST_MOST;
    for (ptrdiff_t i = 0; i < s->host.n; i++) {
        char x = s->host.p[i];
        word = word && ((x >= 'a' && x <= 'z') || (x >= 'A' && x <= 'Z') ||
                        (x >= '0' && x <= '9') || x == '.' || x == '-' || x == ':');
    }
    if (!word) return fail(c, E_INVALID, "The name of the %s server can't be right.", what);
    if (s->port < 0 || s->port > 65535)
        return fail(c, E_INVALID, "The port of the %s server is a number from 1 to 65535.", what);
    return OK;
}

static err settings_fit(struct ctx *c, const struct mailbox_settings *s)
{
    if (!one_word(s->login, WORDS_MOST))
        return fail(c, E_INVALID, "The login is one word of at most %d letters.", WORDS_MOST);
    if (!one_line(s->password, SECRET_MOST))
        return fail(c, E_INVALID, "The password is one line of at most %d letters.", SECRET_MOST);
    if (!one_line(s->name, WORDS_MOST))
        return fail(c, E_INVALID, "The name is one line of at most %d letters.", WORDS_MOST);
    TRY(server_fits(c, &s->imap, "IMAP"));
    return server_fits(c, &s->smtp, "SMTP");
}

/* ---- deeds ---------------------------------------------------------------------- */

static void seal(struct tx *t, id mailbox, struct str password)
{
    struct ctx *c = &t->c;
    struct str sealed = secret_seal(c->secret, c->a, purpose(c, mailbox), password);
    db_do(t, SQL("UPDATE mailbox SET secret=$1 WHERE id=$2"), B(sealed), I(mailbox));
}

static err may_be_connected(struct ctx *c, const struct mailbox_settings *s)
{
    struct house h;
    house_get(c, &h);
    if (h.sample) /* anybody may be its guest */
        return fail(c, E_INVALID, "This house is invented: no mailbox can be connected to it.");
    if (!address_fits(s->address))
        return fail(c, E_INVALID, "This is no mail address: name@domain.");
    if (!s->password.n) return fail(c, E_INVALID, "Please fill in the password.");
    return settings_fit(c, s);
}

err mailbox_add(struct tx *t, const struct mailbox_settings *s, id *out)
{
    struct ctx *c = &t->c;
    TRY(may_be_connected(c, s));
    if (db_int(c, 0, SQL("SELECT 1 FROM mailbox WHERE keeper=$1 AND address=$2"), I(c->viewer),
               T(s->address)))
        return fail(c, E_CONFLICT, "This mailbox is connected already.");
    *out = db_new(
        t,
        SQL("INSERT INTO mailbox(keeper, address, name, imap_host, imap_port, imap_safety, "
            "smtp_host, smtp_port, smtp_safety, login, secret, keeps_sent, plus, made, stopped, "
            "said, tried_at, read_at, change, reader, until) VALUES($1, $2, $3, $4, $5, $6, $7, "
            "$8, $9, $10, $11, 0, $14, $12, $13, '', 0, 0, 1, 0, 0) RETURNING id"),
        I(c->viewer), T(s->address), T(text_utf8(c->a, s->name)), T(s->imap.host), I(s->imap.port),
        I(s->imap.safety), T(s->smtp.host), I(s->smtp.port), I(s->smtp.safety),
        T(text_utf8(c->a, s->login)), B(S("")), I(c->now), I(MAILBOX_NEW), I(s->plus));
    seal(t, *out, s->password);
    changed();
    return OK;
}

static err change(struct tx *t, id mailbox, const struct mailbox_settings *s)
{
    struct ctx *c = &t->c;
    TRY(settings_fit(c, s));
    db_do(t,
          SQL("UPDATE mailbox SET name=$1, imap_host=$2, imap_port=$3, imap_safety=$4, "
              "smtp_host=$5, smtp_port=$6, smtp_safety=$7, login=$8, stopped=$9, plus=$11, "
              "said='', change=change+1 WHERE id=$10"),
          T(text_utf8(c->a, s->name)), T(s->imap.host), I(s->imap.port), I(s->imap.safety),
          T(s->smtp.host), I(s->smtp.port), I(s->smtp.safety), T(text_utf8(c->a, s->login)),
          I(MAILBOX_NEW), I(mailbox), I(s->plus));
    if (s->password.n) seal(t, mailbox, s->password);
    changed();
    return OK;
}

err mailbox_change(struct tx *t, id mailbox, const struct mailbox_settings *s)
{
    struct mailbox m;
    TRY(mailbox_get(&t->c, mailbox, &m));
    TRY(on_a_page(&t->c, &m));
    return change(t, mailbox, s);
}

static err set_state(struct tx *t, id mailbox, mailbox_state state)
{
    if (!db_do(t,
               SQL("UPDATE mailbox SET stopped=$1, said='', change=change+1 WHERE id=$2 AND "
                   "keeper=$3"),
               I(state), I(mailbox), I(t->c.viewer)))
        return nothing(&t->c);
    changed();
    return OK;
}

err mailbox_stop(struct tx *t, id mailbox) { return set_state(t, mailbox, MAILBOX_BY_HAND); }
err mailbox_go_on(struct tx *t, id mailbox) { return set_state(t, mailbox, MAILBOX_NEW); }

int64_t mailbox_hand_over(struct tx *t, id from, id heir)
{
    return db_do(t, SQL("UPDATE mailbox SET keeper=$2, change=change+1 WHERE keeper=$1"), I(from),
                 I(heir));
}

static void forget(struct tx *t, id mailbox)
{
    db_do(t, SQL("DELETE FROM mailbox WHERE id=$1"), I(mailbox));
    db_do(t,
          SQL("DELETE FROM mailbox_left_out WHERE folder IN(SELECT id FROM mailbox_folder WHERE "
              "mailbox=$1)"),
          I(mailbox));
    db_do(t,
          SQL("DELETE FROM mailbox_message WHERE folder IN(SELECT id FROM mailbox_folder WHERE "
              "mailbox=$1)"),
          I(mailbox));
    db_do(t, SQL("DELETE FROM mailbox_folder WHERE mailbox=$1"), I(mailbox));
    changed();
}

err mailbox_remove(struct tx *t, id mailbox)
{
    struct mailbox m;
    TRY(mailbox_get(&t->c, mailbox, &m));
    TRY(on_a_page(&t->c, &m));
    forget(t, mailbox);
    return OK;
}

/* ---- from snug.conf ----------------------------------------------------------------- */

/* Another number when anything of it is another. */
static int64_t number_of(struct ctx *c, const struct mailbox_settings *s, struct str folders)
{
    struct buf o = { .a = c->a };
    const struct str words[] = { s->address,   s->name,      s->login, s->password,
                                 s->imap.host, s->smtp.host, folders };
    for (int i = 0; i < COUNT(words); i++) buf_fmt(&o, "%.*s\n", STR(words[i]));
    buf_fmt(&o, "%d %d %d %d %d", s->imap.port, s->imap.safety, s->smtp.port, s->smtp.safety,
            s->plus);
    int64_t number = hash_name(c->secret, buf_str(&o));
    return number ? number : 1;
}

err mailbox_file(struct tx *t, const struct mailbox_settings *s, struct str folders, id *out)
{
    struct ctx *c = &t->c;
    int64_t filed = number_of(c, s, folders), was = 0;
    *out = 0;
    TRY(may_be_connected(c, s));
    EACH (r, c, SQL("SELECT id, filed FROM mailbox WHERE keeper=$1 AND address=$2"), I(c->viewer),
          T(s->address)) {
        *out = row_int(&r, 0);
        was = row_int(&r, 1);
    }
    if (was == filed) return OK;
    if (*out) TRY(change(t, *out, s));
    else TRY(mailbox_add(t, s, out));
    db_do(t, SQL("UPDATE mailbox SET filed=$1, folders=$2 WHERE id=$3"), I(filed),
          T(text_utf8(c->a, folders)), I(*out));
    return OK;
}

void mailbox_file_only(struct tx *t, const id *filed, int n)
{
    id gone[MOST];
    int n_gone = 0;
    EACH (r, &t->c, SQL("SELECT id FROM mailbox WHERE filed<>0 ORDER BY id LIMIT $1 /* scan */"),
          I(MOST)) {
        bool kept = false;
        for (int i = 0; i < n; i++) kept |= filed[i] == row_int(&r, 0);
        if (!kept) gone[n_gone++] = row_int(&r, 0);
    }
    for (int i = 0; i < n_gone; i++) forget(t, gone[i]);
}

/* ---- for whoever reads it --------------------------------------------------------- */

bool mailbox_claim(struct tx *t, id mailbox, int64_t reader)
{
    return db_do(t,
                 SQL("UPDATE mailbox SET reader=$1, until=$2 WHERE id=$3 AND (reader=$1 OR "
                     "until<$4)"),
                 I(reader), I(t->c.now + MAILBOX_LEASE_S), I(mailbox), I(t->c.now)) > 0;
}

void mailbox_release(struct tx *t, id mailbox, int64_t reader)
{
    db_do(t, SQL("UPDATE mailbox SET until=0 WHERE id=$1 AND reader=$2"), I(mailbox), I(reader));
}

void mailbox_note(struct tx *t, const struct mailbox *m, mailbox_state state, struct str said)
{
    db_do(t, SQL("UPDATE mailbox SET stopped=$1, said=$2, tried_at=$3 WHERE id=$4 AND change=$5"),
          I(state), T(text_oneline(t->c.a, said)), I(t->c.now), I(m->id), I(m->change));
}

void mailbox_note_sending(struct tx *t, const struct mailbox *m, struct str unsent)
{
    db_do(t, SQL("UPDATE mailbox SET unsent=$1 WHERE id=$2 AND change=$3"),
          T(text_oneline(t->c.a, unsent)), I(m->id), I(m->change));
}

void mailbox_note_servers(struct tx *t, const struct mailbox *m)
{
    db_do(t,
          SQL("UPDATE mailbox SET imap_host=$1, imap_port=$2, imap_safety=$3, smtp_host=$4, "
              "smtp_port=$5, smtp_safety=$6, login=$7, keeps_sent=$8 WHERE id=$9 AND change=$10"),
          T(m->imap.host), I(m->imap.port), I(m->imap.safety), T(m->smtp.host), I(m->smtp.port),
          I(m->smtp.safety), T(m->login), I(m->keeps_sent), I(m->id), I(m->change));
}

void mailbox_note_read(struct tx *t, id mailbox)
{
    db_do(t, SQL("UPDATE mailbox SET read_at=$1, tried_at=$1, said='' WHERE id=$2"), I(t->c.now),
          I(mailbox));
}

static const char schema[] =
#include "post/post_sql.inc"
    ;
const struct concept post_concept = { .name = "post", .schema = schema };
