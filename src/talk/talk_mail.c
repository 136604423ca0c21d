/* SPDX-License-Identifier: GPL-3.0-or-later
 * talk_mail.c - from a parsed mail to an event of the log. */
#include "talk/talk_mail.h"

#include "kit/base/hash.h"
#include "kit/base/pack.h"
#include "kit/base/text.h"
#include "kit/mail/compose.h"
#include "people/people_mail.h"
#include "talk/incoming.h"
#include "talk/participant.h"
#include "talk/thread_mail.h"

enum { BACK = 30 * DAY, AHEAD = DAY, COMPARE = 64 * KIB };
_Static_assert((int)MAIL_MARK_SPOKEN == TALK_MARK_SPOKEN, "one bit");
_Static_assert((int)MAIL_MARK_PHONED == TALK_MARK_PHONED, "one bit");

/* When it happened: the Date header if it is believable against the arrival. */
static int64_t when(const struct mail *m, const struct mail_hints *h, int64_t now, bool *doubted)
{
    int64_t arrival = m->received ? m->received : h->arrived;
    *doubted = false;
    if (!m->has_date) return arrival ? arrival : h->about ? h->about : now;
    if (!arrival) arrival = m->date > now + AHEAD ? (h->about ? h->about : now) : m->date;
    *doubted = m->date < arrival - BACK || m->date > arrival + AHEAD;
    return *doubted ? arrival : m->date;
}

/* "mia+TOKEN@pub.example": the token; empty when there is none. */
static struct str token_of(struct str key)
{
    ptrdiff_t at = str_chr(key, '@'), plus = str_chr(key, '+');
    if (plus < 0 || plus > at) return S("");
    struct str tag = str_upto(str_from(key, plus + 1), at - plus - 1);
    return reply_token_is(tag) ? tag : S("");
}

static struct str find_token(const struct mail_addrs *list)
{
    for (int i = 0; i < list->n; i++)
        if (token_of(list->at[i].key).n) return token_of(list->at[i].key);
    return S("");
}

struct str talk_reply_token(struct arena *a, const struct mail *m)
{
    const struct mail_addrs *const lists[] = { &m->to, &m->envelope, &m->cc, &m->bcc };
    for (int i = 0; i < COUNT(lists); i++) {
        struct str token = find_token(lists[i]);
        if (token.n) return str_dup(a, token);
    }
    return S("");
}

static struct mail_addr without_token(struct arena *a, const struct mail_addr *m)
{
    struct mail_addr out = *m;
    struct str token = token_of(m->key);
    if (!token.n) return out;
    ptrdiff_t plus = str_chr(m->key, '+'), at = str_chr(m->key, '@');
    out.addr = out.key =
        str_fmt(a, "%.*s%.*s", STR(str_upto(m->key, plus)), STR(str_from(m->key, at)));
    out.base = mail_key_base(a, out.key);
    return out;
}

static void add_addresses(struct arena *a, struct incoming *in, recipient_role role,
                          const struct mail_addrs *list)
{
    for (int i = 0; i < list->n; i++) {
        struct mail_addr plain = without_token(a, &list->at[i]);
        struct meeting who = meeting_of_mail(a, &plain, role == ROLE_FROM);
        if (who.uri.n) in->who[in->n_who++] = (struct incoming_address){ role, who };
    }
}

/* A list's own address is a list, whatever it looks like. */
static void mark_lists(struct arena *a, const struct mail *m, struct incoming *in)
{
    if (!m->list_post.n) return;
    struct str uri = str_fmt(a, "mailto:%.*s", STR(m->list_post));
    for (int i = 0; i < in->n_who; i++)
        if (str_eq(in->who[i].who.uri, uri)) in->who[i].who.kind = PERSON_LIST;
}

static void mark_machine(const struct mail *m, struct incoming *in)
{
    bool machine = m->class == MAIL_BOUNCE || m->class == MAIL_MACHINE;
    if (machine && in->n_who && in->who[0].role == ROLE_FROM) in->who[0].who.kind = PERSON_MACHINE;
}

static void add_people(struct arena *a, const struct mail *m, struct incoming *in)
{
    struct mail_addrs author = { (struct mail_addr *)&m->author, m->author.key.n ? 1 : 0 };
    in->who = NEW(a, struct incoming_address, 1 + m->to.n + m->cc.n + m->bcc.n + m->envelope.n);
    add_addresses(a, in, ROLE_FROM, &author);
    add_addresses(a, in, ROLE_TO, &m->to);
    add_addresses(a, in, ROLE_CC, &m->cc);
    add_addresses(a, in, ROLE_BCC, &m->bcc);
    add_addresses(a, in, ROLE_ENVELOPE, &m->envelope);
    mark_lists(a, m, in);
    mark_machine(m, in);
}

static bool has(const int64_t *list, int n, int64_t node)
{
    for (int i = 0; i < n; i++)
        if (list[i] == node) return true;
    return false;
}

/* The tree follows References, else the first id of In-Reply-To; the others only join. */
static void add_ids(struct ctx *c, const struct mail *m, struct incoming *in)
{
    const struct mail_ids *refs = &m->references, *to = &m->in_reply_to;
    in->chain = NEW(c->a, int64_t, refs->n + 1);
    in->also = NEW(c->a, int64_t, to->n + 1);
    for (int i = 0; i < refs->n; i++) in->chain[in->n_chain++] = thread_key(c, refs->at[i]);
    if (!refs->n && to->n) in->chain[in->n_chain++] = thread_key(c, to->at[0]);
    for (int i = 0; i < to->n; i++) {
        int64_t node = thread_key(c, to->at[i]);
        if (!has(in->chain, in->n_chain, node)) in->also[in->n_also++] = node;
    }
}

static void add_files(struct arena *a, const struct mail *m, struct incoming *in)
{
    in->files = NEW(a, struct incoming_file, m->parts.n + 1);
    for (int i = 0; i < m->parts.n; i++) {
        const struct mail_part *p = &m->parts.at[i];
        if (p->attachment)
            in->files[in->n_files++] =
                (struct incoming_file){ p->path, p->type, p->file, p->bytes };
    }
}

static struct str name_of_bytes(struct arena *a, struct str bytes)
{
    struct hasher h;
    uint8_t sum[HASH_BYTES];
    hasher_start(&h);
    hasher_add(&h, bytes);
    hasher_end(&h, sum);
    struct str hex = hash_hex(a, (struct str){ (char *)sum, HASH_BYTES });
    return str_fmt(a, "bytes:%.*s", STR(hex));
}

/* Without an id of its own: named by what it says, so that another copy has the same name. */
static struct str name_of_words(struct arena *a, const struct mail *m)
{
    struct buf b = { .a = a };
    buf_fmt(&b, "%" PRId64 "\n%.*s\n%.*s\n", m->date, STR(m->author.key), STR(m->subject));
    buf_add(&b, m->text);
    return name_of_bytes(a, buf_str(&b));
}

static struct incoming incoming_of(struct ctx *c, const struct mail_result *r,
                                   const struct mail_hints *h, struct str name)
{
    struct arena *a = c->a;
    const struct mail *m = &r->mail;
    struct incoming in = { .message_id = name,
                           .subject = m->subject,
                           .class = (talk_class)m->class,
                           .class_why = m->class_header,
                           .marks = m->marks,
                           .text_at = MAX(m->text_at, 0),
                           .text_size = m->text.n,
                           .folder = h->folder,
                           .dsn_recipient = m->dsn.recipient,
                           .dsn_action = m->dsn.action,
                           .dsn_status = m->dsn.status,
                           .reply_word = (m->marks & MAIL_MARK_REPLY_WORD) != 0 };
    if (text_letters(m->subject_base) >= 4) in.base = text_fold(a, m->subject_base);
    add_people(a, m, &in);
    add_ids(c, m, &in);
    add_files(a, m, &in);
    return in;
}

/* Who was erased is named by key only; who writes again after that comes back by it. */
static void without_erased(struct ctx *c, struct incoming *in)
{
    for (int i = 0; i < in->n_who; i++) {
        struct meeting *m = &in->who[i].who;
        int64_t keys[] = { meeting_key(c, m), hash_name(c->secret, m->base_uri),
                           handle_of_domain(c, m->domain) };
        if (in->who[i].role == ROLE_FROM || !erasure_of(c, keys[0])) continue;
        for (int k = 0; k < COUNT(keys); k++) meeting_strip(c, m, &keys[k], 1);
    }
}

/* marks, and that somebody was erased: what only the house it comes to can know. */
static void write_record(struct ctx *c, struct talk_mail *t, unsigned marks, bool erased)
{
    bool doubted;
    const struct mail *m = &t->from->mail;
    struct incoming in = incoming_of(c, t->from, t->hints, t->id);
    t->e = (struct event){ .kind = EVENT_MAIL_RECEIVED,
                           .channel = m->marks & MAIL_MARK_SPOKEN ? CHANNEL_COUNTER : CHANNEL_MAIL,
                           .at = when(m, t->hints, c->now, &doubted),
                           .ext = hash_name(c->secret, t->id) };
    if (doubted) in.written_at = m->date;
    in.marks |= marks;
    if (erased) without_erased(c, &in);
    t->e.data = incoming_write(c->a, &in);
    t->e.packed = pack_bytes(c->a, PACK_RECORD, t->e.data);
}

void talk_mail_ready(struct ctx *c, const struct mail_result *r, const struct mail_hints *h,
                     struct talk_mail *out)
{
    *out = (struct talk_mail){ .from = r, .hints = h };
    out->id = r->mail.id.n ? r->mail.id : name_of_words(c->a, &r->mail);
    write_record(c, out, 0, false);
}

/* ---- the same message twice ---------------------------------------------- */

static struct str letters(struct arena *a, struct str text)
{
    struct buf o = { .a = a };
    struct str rest = text_fold(a, str_upto(text, COMPARE)), word;
    while (text_word(&rest, &word)) buf_add(&o, word);
    return buf_str(&o);
}

/* A list's footer below the same words is no other text. */
static bool same_words(struct ctx *c, id held, struct str text)
{
    struct message m = { .id = held };
    struct str old;
    EACH (r, c, SQL("SELECT raw, text_at, text_size FROM message WHERE id=$1"), I(held)) {
        m.raw = row_int(&r, 0);
        m.text_at = row_int(&r, 1);
        m.text_size = row_int(&r, 2);
    }
    if (talk_text(c, &m, &old) != OK) return false;
    struct str a = letters(c->a, old), b = letters(c->a, text);
    return str_begins(a, b) || str_begins(b, a);
}

static bool author_erased(struct ctx *c, const struct mail *m, int64_t at)
{
    struct meeting author = meeting_of_mail(c->a, &m->author, true);
    int64_t gone = author.uri.n ? erasure_of(c, meeting_key(c, &author)) : 0;
    return gone && at <= gone;
}

taken talk_take_mail(struct tx *t, const struct talk_mail *mail)
{
    struct ctx *c = &t->c;
    const struct mail_result *r = mail->from;
    struct talk_mail m = *mail;
    bool erased = erasure_any(t);
    if (erased && (body_known(c, m.hints->name) == BODY_ERASED || erasure_of(c, m.e.ext) ||
                   author_erased(c, &r->mail, m.e.at)))
        return TAKEN_ERASED;
    struct str packed = r->packed.n ? r->packed : mail_pack(c->a, &r->mail, r->raw);
    id held = log_find(c, m.e.ext);
    if (held) log_shelve(t); /* it may have come with this batch */
    bool again = held && same_words(c, held, r->mail.text), stranger = held && !again;
    if (stranger) m.id = name_of_bytes(c->a, r->raw); /* may send any id: never overwrite */
    if (stranger || erased) write_record(c, &m, stranger ? MAIL_MARK_TWICE : 0, erased);
    m.e.body = log_keep(t, m.hints->name, r->raw.n, packed);
    if (!m.e.body) return TAKEN_SEEN;
    if (again) {
        m.e.kind = EVENT_MAIL_SIGHTED;
        m.e.subject = held;
        m.e.ext = 0;
    }
    id event = log_note(t, m.e);
    if (!again && m.e.data.p == mail->e.data.p) note_fresh(t, event, r->mail.text, m.e.data);
    if (!again && r->mail.dsn.message_id.n) talk_note_report(t, &r->mail.dsn);
    if (!again) talk_note_answer(t, &r->mail);
    return again ? TAKEN_SIGHTED : TAKEN_NEW;
}

id talk_seen_again(struct tx *t, struct str name)
{
    struct event e;
    id holds = log_holding(&t->c, name);
    if (!holds || log_get(&t->c, holds, &e) != OK) return 0;
    id message = e.kind == EVENT_MAIL_SIGHTED ? e.subject : e.id;
    id who = t->c.viewer ? t->c.viewer : keeper_first(&t->c);
    if (e.kind == EVENT_MAIL_UNREADABLE) return 0;
    struct incoming nobody_else = { .class = TALK_BULK };
    if (who && !may_see_own(&t->c, who, message))
        log_note(t, (struct event){ .kind = EVENT_MAIL_SIGHTED,
                                    .channel = CHANNEL_MAIL,
                                    .at = t->c.now,
                                    .subject = message,
                                    .data = incoming_write(t->c.a, &nobody_else) });
    return message;
}

err talk_own_read(struct arena *a, struct str raw, struct mail_result *out, struct str *why)
{
    *out = (struct mail_result){ .ok = true, .raw = raw };
    TRY(mail_parse(a, raw, &out->mail, why));
    out->packed = mail_pack(a, &out->mail, raw);
    return OK;
}

err talk_own_write(struct ctx *c, const struct mail_letter *l, struct mail_result *out)
{
    struct str raw, why = S("");
    if (mail_compose(c->a, l, &raw, &why) != OK) return fail(c, E_INVALID, "%.*s", STR(why));
    if (talk_own_read(c->a, raw, out, &why) != OK) die(c, "a letter of our own can't be read");
    return OK;
}

taken talk_own_bring(struct tx *t, const struct mail_result *r, int64_t arrived, channel way,
                     id *message)
{
    struct ctx *c = &t->c;
    struct mail_hints hints = {
        .folder = S(""), .name = log_name(c, r->raw), .arrived = arrived, .about = arrived
    };
    struct talk_mail mail;
    talk_mail_ready(c, r, &hints, &mail);
    if (way) mail.e.channel = way;
    taken how = talk_take_mail(t, &mail);
    if (how == TAKEN_SEEN) *message = talk_seen_again(t, hints.name);
    log_settle(t);
    if (how != TAKEN_SEEN) *message = log_find(c, mail.e.ext);
    return how;
}

id talk_own_take(struct tx *t, const struct mail_result *r, int64_t arrived, channel way)
{
    id message = 0;
    if (talk_own_bring(t, r, arrived, way, &message) != TAKEN_NEW)
        die(&t->c, "a letter of our own was here before");
    return message;
}

taken talk_take_unreadable(struct tx *t, struct str raw, struct str why, const struct mail_hints *h)
{
    struct ctx *c = &t->c;
    if (erasure_any(t) && body_known(c, h->name) == BODY_ERASED) return TAKEN_ERASED;
    id body = log_keep(t, h->name, raw.n, pack_bytes(c->a, PACK_MAIL, raw));
    if (!body) return TAKEN_SEEN;
    struct buf data = { .a = c->a };
    rec_str(&data, 1, why);
    log_note(t, (struct event){ .kind = EVENT_MAIL_UNREADABLE,
                                .channel = CHANNEL_MAIL,
                                .at = h->arrived ? h->arrived : h->about,
                                .body = body,
                                .data = buf_str(&data) });
    return TAKEN_NEW;
}
