/* SPDX-License-Identifier: GPL-3.0-or-later
 * draft_mail.c - to whom a letter goes: names and addresses as they are typed, and whoever stood in
 * the mail that is answered. */
#include "talk/draft_mail.h"

#include "kit/base/pack.h"
#include "kit/base/text.h"
#include "people/people_mail.h"
#include "talk/incoming.h"
#include "talk/objection.h"

enum { HEAD_BYTES = 256 * KIB };

/* ---- the head of a mail that is here -------------------------------------------- */

/* A text that is no slice of the bytes stands before them, see mail_pack(). */
struct headers draft_head(struct ctx *c, const struct message *m)
{
    struct str bytes;
    int64_t before = m->text_at ? 0 : m->text_size;
    if (log_body_head(c, m->raw, before + HEAD_BYTES, &bytes) != OK) bytes = S("");
    return headers_read(c->a, str_from(bytes, before));
}

/* ---- what is typed ---------------------------------------------------------------- */

/* The next piece before a comma or semicolon that stands in no quotes. */
static bool next_typed(struct str *rest, struct str *out)
{
    bool quoted = false;
    ptrdiff_t n = 0;
    if (!rest->n) return false;
    for (; n < rest->n; n++) {
        char x = rest->p[n];
        if (x == '"') quoted = !quoted;
        if (!quoted && (x == ',' || x == ';')) break;
    }
    *out = str_trim(str_upto(*rest, n));
    *rest = str_from(*rest, n + 1);
    return true;
}

static id person_called(struct ctx *c, struct str words, struct draft_person *out)
{
    id found = 0;
    int n = 0;
    EACH (r, c, SQL("SELECT id FROM person WHERE fold=$1 AND merged=0 ORDER BY id LIMIT 2"),
          T(text_fold(c->a, words))) {
        found = row_int(&r, 0);
        n++;
    }
    if (!n) {
        struct person_lines list;
        person_find(c, &(struct person_query){ .words = words, .after = S(""), .max = 2 }, &list);
        n = list.n;
        if (n) found = list.at[0].id;
    }
    if (n > 1)
        out->why =
            str_fmt(c->a, "Several people are called \"%.*s\": please choose one.", STR(words));
    if (!n) out->why = str_fmt(c->a, "Nobody here is called \"%.*s\".", STR(words));
    return n == 1 ? found : 0;
}

/* The address they wrote from last that still takes mail. */
static bool address_of(struct ctx *c, id person, struct str *shown)
{
    EACH (r, c,
          SQL("SELECT h.shown, h.uri FROM handle h WHERE h.person=$1 AND h.uri LIKE 'mailto:%' "
              "AND h.shown<>'' ORDER BY EXISTS(SELECT 1 FROM address_shut a WHERE "
              "a.handle=h.key), (SELECT coalesce(max(n.last_at), 0) FROM handle_name n WHERE "
              "n.handle=h.key) DESC, h.key LIMIT 1"),
          I(person)) {
        *shown = row_str(&r, 0);
        return true;
    }
    return false;
}

static struct str written(struct arena *a, struct str name, struct str address)
{
    struct buf o = { .a = a };
    bool plain = true;
    if (!name.n || str_eq(name, address)) return address;
    for (ptrdiff_t i = 0; i < name.n; i++) plain = plain && !strchr(",;<>\"\\()@:[]", name.p[i]);
    if (plain) return str_fmt(a, "%.*s <%.*s>", STR(name), STR(address));
    buf_char(&o, '"');
    for (ptrdiff_t i = 0; i < name.n; i++)
        if (name.p[i] != '"' && name.p[i] != '\\') buf_char(&o, name.p[i]);
    buf_fmt(&o, "\" <%.*s>", STR(address));
    return buf_str(&o);
}

static void by_address(struct ctx *c, const struct mail_addr *m, struct draft_person *out)
{
    struct meeting who = meeting_of_mail(c->a, m, false);
    struct person p;
    struct str wire;
    out->address = m->addr;
    out->name = m->name;
    out->handle = meeting_key(c, &who);
    out->person = person_of_uri(c, who.uri);
    if (!out->name.n && out->person && person_get(c, out->person, &p) == OK) out->name = p.name;
    if (!address_wire(c->a, m->addr, &wire))
        out->why = str_fmt(c->a, "Mail can't be sent to %.*s.", STR(m->addr));
    else out->why = outbox_gate(c, out->handle);
}

static struct draft_person resolve(struct ctx *c, recipient_role role, struct str typed)
{
    struct draft_person out = { .role = role, .typed = typed };
    struct mail_addrs list;
    struct person who;
    if (str_chr(typed, '@') >= 0) {
        mail_addrs_read(c->a, typed, 1, &list);
        if (list.n == 1 && list.at[0].key.n) by_address(c, &list.at[0], &out);
        else out.why = str_fmt(c->a, "\"%.*s\" is no mail address.", STR(typed));
        return out;
    }
    id person = person_called(c, typed, &out);
    if (!person) return out;
    if (person_get(c, person, &who) != OK || !address_of(c, who.id, &out.address)) {
        out.why = str_fmt(c->a, "No mail address of %.*s is known.", STR(typed));
        return out;
    }
    struct mail_addr m = { .name = who.name,
                           .addr = out.address,
                           .key = mail_key(c->a, out.address) };
    by_address(c, &m, &out);
    return out;
}

static void add_typed(struct ctx *c, struct draft_people *l, recipient_role role, struct str line)
{
    for (struct str one; next_typed(&line, &one);) {
        if (!one.n) continue;
        if (l->n == DRAFT_PEOPLE) {
            if (!l->problem.n)
                l->problem = str_fmt(c->a, "One letter goes to at most %d.", DRAFT_PEOPLE);
            return;
        }
        struct draft_person who = resolve(c, role, one);
        bool twice = false;
        for (int i = 0; i < l->n && who.handle; i++) twice |= l->at[i].handle == who.handle;
        if (twice) continue;
        if (who.why.n && !l->problem.n) l->problem = who.why;
        l->at[l->n++] = who;
    }
}

void draft_people(struct ctx *c, const struct draft *d, struct draft_people *out)
{
    *out = (struct draft_people){ NEW(c->a, struct draft_person, DRAFT_PEOPLE), 0, S("") };
    add_typed(c, out, ROLE_TO, d->to);
    add_typed(c, out, ROLE_CC, d->cc);
    add_typed(c, out, ROLE_BCC, d->bcc);
}

struct str draft_line(struct ctx *c, const struct draft_people *l, recipient_role role)
{
    struct buf o = { .a = c->a };
    for (int i = 0; i < l->n; i++) {
        const struct draft_person *p = &l->at[i];
        if (p->role != role) continue;
        if (o.n) buf_add(&o, S(", "));
        buf_add(&o, p->address.n ? written(c->a, p->name, p->address) : p->typed);
    }
    return buf_str(&o);
}

err draft_address(struct ctx *c, id person, struct str *out)
{
    struct person who;
    struct str address;
    TRY(person_get(c, person, &who));
    if (!address_of(c, who.id, &address))
        return fail(c, E_INVALID, "No mail address of %.*s is known.", STR(who.name));
    *out = written(c->a, who.name, address);
    return OK;
}

/* ---- whom an answer goes to ------------------------------------------------------- */

/* Of the viewer, or a door of the house, through which the letter came in. */
static bool is_own(struct ctx *c, const struct mail_addr *m)
{
    struct meeting who = meeting_of_mail(c->a, m, false);
    struct person p;
    id person = who.uri.n ? person_of_uri(c, who.uri) : 0;
    if (!person || person_get(c, person, &p) != OK) return false;
    return p.id == c->viewer || (p.ours && p.kind == PERSON_ROLE);
}

struct line {
    struct buf out;
    struct str seen[DRAFT_PEOPLE];
    int n;
};

static void add_addresses(struct ctx *c, struct line *l, struct str value, bool own)
{
    struct mail_addrs list;
    mail_addrs_read(c->a, value, DRAFT_PEOPLE, &list);
    for (int i = 0; i < list.n && l->n < DRAFT_PEOPLE; i++) {
        const struct mail_addr *m = &list.at[i];
        bool twice = !m->key.n;
        for (int k = 0; k < l->n; k++) twice |= str_eq(l->seen[k], m->key);
        if (twice || (!own && is_own(c, m))) continue;
        l->seen[l->n++] = m->key;
        if (l->out.n) buf_add(&l->out, S(", "));
        buf_add(&l->out, written(c->a, m->name, m->addr));
    }
}

static void offer_recipients(struct ctx *c, const struct message *m, struct draft *out,
                             struct str *writer)
{
    struct headers h = draft_head(c, m);
    struct line *l = NEW(c->a, struct line, 1);
    struct str to = headers_get(&h, S("To")), cc = headers_get(&h, S("Cc")),
               from = headers_get(&h, S("Reply-To"));
    l->out.a = c->a;
    if (!from.n) from = headers_get(&h, S("From"));
    if (m->author == c->viewer) {
        add_addresses(c, l, to, false);
        *writer = S("");
    } else {
        add_addresses(c, l, from, true);
        *writer = buf_str(&l->out);
    }
    out->to = buf_str(&l->out);
    l->out = (struct buf){ .a = c->a };
    if (m->author != c->viewer) add_addresses(c, l, to, false);
    add_addresses(c, l, cc, false);
    out->cc = buf_str(&l->out);
    if (!out->to.n) out->to = out->cc, out->cc = S("");
    if (str_eq(*writer, out->to) && !out->cc.n) *writer = S("");
}

err draft_begin(struct ctx *c, draft_kind kind, id about, struct draft *out, struct str *writer)
{
    struct message m;
    bool reply;
    *writer = S("");
    TRY(talk_message(c, about, &m));
    *out = (struct draft){ .kind = kind, .about = about, .to = S(""), .cc = S(""), .bcc = S("") };
    struct str base = mail_subject_base(c->a, m.subject, &reply);
    if (kind == DRAFT_FORWARD) out->subject = str_fmt(c->a, "Fwd: %.*s", STR(base));
    else if (reply) out->subject = m.subject;
    else out->subject = str_fmt(c->a, "Re: %.*s", STR(m.subject));
    if (kind == DRAFT_ANSWER) offer_recipients(c, &m, out, writer);
    return OK;
}

/* ---- erasing ------------------------------------------------------------------------- */

static bool names_erased(struct ctx *c, struct str line, const struct erasure *e)
{
    struct mail_addrs list;
    mail_addrs_read(c->a, line, DRAFT_PEOPLE, &list);
    for (int i = 0; i < list.n; i++) {
        struct meeting who = meeting_of_mail(c->a, &list.at[i], false);
        if (who.uri.n && erasure_has(e->handles, e->n_handles, meeting_key(c, &who))) return true;
    }
    return false;
}

/* What was written later is to somebody who came back by their own act. */
void draft_erase(struct tx *t, const struct erasure *e, int64_t until)
{
    enum { MOST = 1000 };
    struct ctx *c = &t->c;
    id *gone = NEW(c->a, id, MOST);
    int n = 0;
    EACH (r, c,
          SQL("SELECT id, about, to_typed, cc_typed, bcc_typed FROM draft WHERE saved_at<=$1 ORDER "
              "BY id DESC LIMIT $2 /* scan */"),
          I(until), I(MOST)) {
        bool goes = erasure_has(e->messages, e->n_messages, row_int(&r, 1));
        for (int i = 2; i <= 4 && !goes; i++) goes = names_erased(c, row_str(&r, i), e);
        if (goes) gone[n++] = row_int(&r, 0);
    }
    for (int i = 0; i < n; i++) {
        db_do(t, SQL("DELETE FROM draft_file WHERE draft=$1"), I(gone[i]));
        db_do(t, SQL("DELETE FROM draft WHERE id=$1"), I(gone[i]));
    }
}

/* ---- from which account ------------------------------------------------------------- */

static bool stood_in(struct ctx *c, id message, struct str address)
{
    struct str uri = str_fmt(c->a, "mailto:%.*s", STR(mail_key(c->a, address)));
    return db_int(c, 0,
                  SQL("SELECT 1 FROM recipient q JOIN handle h ON h.key=q.handle WHERE "
                      "q.message=$1 AND h.uri=$2 LIMIT 1"),
                  I(message), T(uri)) != 0;
}

err draft_mailbox(struct ctx *c, const struct draft *d, struct mailbox *out)
{
    struct mailboxes list;
    mailbox_list(c, c->viewer, &list);
    for (int i = 0; d->kind == DRAFT_ANSWER && i < list.n; i++)
        if (list.at[i].state == MAILBOX_READS && list.at[i].smtp.host.n &&
            stood_in(c, d->about, list.at[i].address))
            return *out = list.at[i], OK;
    if (mailbox_of_sender(c, c->viewer, out) == OK) return OK;
    return fail(c, E_INVALID, "There is no mailbox to send it from: connect one first.");
}

struct str draft_objection(struct ctx *c, const struct draft *d, const struct draft_people *to)
{
    struct str words = d->words;
    struct message about;
    bool due = false;
    for (int i = 0; i < to->n; i++) due = due || objection_due(c, to->at[i].handle);
    if (!due) return S("");
    if (d->kind == DRAFT_ANSWER && talk_message(c, d->about, &about) == OK &&
        talk_text(c, &about, &words) != OK)
        words = d->words;
    return objection_words(c->a, words);
}
