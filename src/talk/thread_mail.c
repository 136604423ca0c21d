/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "talk/thread_mail.h"

#include "kit/mail/compose.h"
#include "kit/mail/header.h"
#include "talk/signed.h"

enum { HEAD_BYTES = 256 * KIB };
#define PURPOSE_ID S("message id")

/* A text that is no slice of the bytes stands before them, see mail_pack(). */
struct headers thread_head(struct ctx *c, const struct message *m)
{
    struct str bytes;
    int64_t before = m->text_at ? 0 : m->text_size;
    if (log_body_head(c, m->raw, before + HEAD_BYTES, &bytes) != OK) bytes = S("");
    return headers_read(c->a, str_from(bytes, before));
}

/* ---- ids of our own making --------------------------------------------------------- */

static struct str made_id(struct ctx *c, const struct message *m, struct str domain)
{
    int64_t key = db_int(c, 0, SQL("SELECT node FROM message WHERE id=$1"), I(m->id));
    struct str digits = talk_signed_digits(c->a, key),
               word = hash_sign_word(c->a, c->secret, PURPOSE_ID, digits);
    return str_fmt(c->a, "%.*s.%.*s@%.*s", STR(digits), STR(word), STR(domain));
}

struct str thread_id(struct ctx *c, const struct message *m, const struct headers *h,
                     struct str domain)
{
    return mail_ids_read(c->a, headers_get(h, S("Message-ID"))).n ? S("") : made_id(c, m, domain);
}

int64_t thread_key(struct ctx *c, struct str name)
{
    struct str word = str_upto(name, str_chr(name, '@')), digits;
    int64_t key;
    bool ours = str_cut(&word, '.', &digits) && digits.n == SIGNED_DIGITS &&
                talk_signed_number(c, PURPOSE_ID, digits, word, &key);
    return ours ? key : hash_name(c->secret, name);
}

/* Copies of its messages have left under ids of our own making, where they had none. */
static bool goes_round(struct ctx *c, const struct message *m)
{
    return db_int(c, 0,
                  SQL("SELECT 1 FROM participant p JOIN message m ON m.id=p.message WHERE "
                      "m.conversation=$1 AND p.way=$2 LIMIT 1 /* scan */"),
                  I(m->conversation), I(CHANNEL_MAIL)) != 0;
}

/* ---- the line of ancestors ------------------------------------------------------------ */

/* Without References one id of In-Reply-To takes their place; of several none is the parent for
 * certain. */
static struct mail_ids named_by(struct arena *a, const struct headers *h)
{
    struct mail_ids refs = mail_ids_read(a, headers_get(h, S("References")));
    if (refs.n) return refs;
    refs = mail_ids_read(a, headers_get(h, S("In-Reply-To")));
    return refs.n == 1 ? refs : (struct mail_ids){ 0 };
}

bool thread_names_any(const struct headers *h)
{
    return headers_has(h, S("References")) || headers_has(h, S("In-Reply-To"));
}

static void add(struct mail_ids *l, struct str one)
{
    for (int i = 0; i < l->n; i++)
        if (str_eq(l->at[i], one)) return;
    if (one.n) l->at[l->n++] = one;
}

static struct str own_id(struct ctx *c, const struct message *m, const struct headers *h,
                         struct str domain)
{
    struct mail_ids own = mail_ids_read(c->a, headers_get(h, S("Message-ID")));
    if (own.n) return own.at[0];
    return goes_round(c, m) ? made_id(c, m, domain) : S("");
}

void thread_of(struct ctx *c, const struct message *about, struct str domain,
               struct thread_place *out)
{
    struct message m = *about;
    struct str line[MAIL_REFERENCES_MOST]; /* upwards: those that name nothing, or nobody here */
    struct mail_ids before = { 0 };
    int n = 0;
    for (bool more = true; more && n < COUNT(line);) {
        struct headers h = thread_head(c, &m);
        line[n++] = own_id(c, &m, &h, domain);
        before = named_by(c->a, &h);
        more =
            !thread_names_any(&h) && m.parent && !m.guessed && talk_message(c, m.parent, &m) == OK;
    }
    *out = (struct thread_place){ 0 };
    if (!line[0].n) return;
    struct mail_ids refs = { NEW(c->a, struct str, before.n + n), 0 };
    for (int i = 0; i < before.n; i++)
        if (!str_eq(before.at[i], line[0])) add(&refs, before.at[i]);
    while (n > 1)
        if (!str_eq(line[--n], line[0])) add(&refs, line[n]);
    add(&refs, line[0]);
    out->in_reply_to = (struct mail_ids){ refs.at + refs.n - 1, 1 };
    out->references = refs;
}
