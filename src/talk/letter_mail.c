/* SPDX-License-Identifier: GPL-3.0-or-later
 * letter_mail.c - a draft that is due becomes a letter: composed and read outside of transactions,
 * then taken as any mail is, with its rows of the outbox, in one. */
#include "kit/base/hash.h"
#include "kit/mail/head_write.h"
#include "talk/draft_mail.h"
#include "talk/objection.h"
#include "talk/participant.h"
#include "talk/talk_mail.h"

enum { PASSED_ON_BYTES = MIB };

struct making {
    id draft, keeper;
    int64_t due;
    struct draft d;
    struct draft_people to;
    struct draft_files files;
    struct str *raws; /* of files that are parts of messages: the message */
    struct mailbox box;
    struct participants parts; /* who takes part in what is answered */
    struct str from_name, passed_on;
    struct mail_ids in_reply_to, references;
    int strangers;        /* recipients who never wrote */
    struct str objection; /* the last paragraph, if anybody has to be told that they may object */
    int64_t now;
    int offset_s;
    struct mail_result result;
    struct str why;
};

/* ---- what it is made of ------------------------------------------------------------- */

static err find_due(struct ctx *c, void *arg)
{
    struct making *m = arg;
    EACH (r, c,
          SQL("SELECT id, keeper, due FROM draft WHERE due>0 AND due<=$1 ORDER BY due, id LIMIT 1"),
          I(c->now)) {
        m->draft = row_int(&r, 0);
        m->keeper = row_int(&r, 1);
        m->due = row_int(&r, 2);
    }
    return OK;
}

/* RFC 5322, 3.6.4. What names nothing leaves the thread to be found by its subject. */
static void thread_on(struct ctx *c, const struct message *about, struct making *m)
{
    struct headers h = draft_head(c, about);
    struct mail_ids own = mail_ids_read(c->a, headers_get(&h, S("Message-ID"))),
                    before = mail_ids_read(c->a, headers_get(&h, S("References")));
    if (!before.n) before = mail_ids_read(c->a, headers_get(&h, S("In-Reply-To")));
    if (!own.n) return;
    m->in_reply_to = (struct mail_ids){ own.at, 1 };
    m->references = (struct mail_ids){ NEW(c->a, struct str, before.n + 1), 0 };
    for (int i = 0; i < before.n; i++)
        if (!str_eq(before.at[i], own.at[0])) m->references.at[m->references.n++] = before.at[i];
    m->references.at[m->references.n++] = own.at[0];
}

static err pass_on(struct ctx *c, const struct message *about, struct making *m)
{
    struct str text = S("");
    struct headers h = draft_head(c, about);
    struct buf o = { .a = c->a };
    TRY(talk_text(c, about, &text));
    buf_add(&o, S("---------- Forwarded message ----------\n"));
    buf_fmt(&o, "From: %.*s <%.*s>\n", STR(about->author_name), STR(about->author_handle));
    buf_fmt(&o, "Date: %.*s\n", STR(headers_get(&h, S("Date"))));
    buf_fmt(&o, "Subject: %.*s\n\n", STR(about->subject));
    buf_add(&o, str_upto(text, PASSED_ON_BYTES));
    m->passed_on = buf_str(&o);
    return OK;
}

static void count_strangers(struct ctx *c, struct making *m)
{
    for (int i = 0; i < m->to.n; i++)
        m->strangers += !db_int(c, 0, SQL("SELECT 1 FROM message WHERE author=$1 LIMIT 1"),
                                I(m->to.at[i].handle));
}

static err load(struct ctx *c, void *arg)
{
    struct making *m = arg;
    struct message about = { .id = 0 };
    struct person keeper;
    TRY(draft_get(c, m->draft, &m->d));
    m->now = c->now;
    m->offset_s = c->offset_s;
    draft_people(c, &m->d, &m->to);
    if (m->to.problem.n) return fail(c, E_INVALID, "%.*s", STR(m->to.problem));
    TRY(draft_mailbox(c, &m->d, &m->box));
    TRY(person_get(c, m->keeper, &keeper));
    m->from_name = m->box.name.n ? m->box.name : keeper.name;
    if (m->d.about) TRY(talk_message(c, m->d.about, &about));
    if (m->d.kind == DRAFT_ANSWER) {
        thread_on(c, &about, m);
        talk_participants(c, m->d.about, &m->parts);
    }
    if (m->d.kind == DRAFT_FORWARD) TRY(pass_on(c, &about, m));
    draft_files(c, m->draft, true, &m->files);
    m->raws = NEW(c->a, struct str, m->files.n + 1);
    for (int i = 0; i < m->files.n; i++)
        if (m->files.at[i].message) TRY(talk_raw(c, m->files.at[i].message, &m->raws[i]));
    count_strangers(c, m);
    m->objection = draft_objection(c, &m->d, &m->to);
    return OK;
}

/* ---- composing ------------------------------------------------------------------------ */

static struct mail_addrs addrs_of(struct arena *a, const struct draft_people *to,
                                  recipient_role role)
{
    struct mail_addrs out = { NEW(a, struct mail_addr, to->n + 1), 0 };
    for (int i = 0; i < to->n; i++) {
        const struct draft_person *p = &to->at[i];
        if (p->role != role) continue;
        struct str key = mail_key(a, p->address);
        out.at[out.n++] = (struct mail_addr){
            .name = p->name, .addr = p->address, .key = key, .base = mail_key_base(a, key)
        };
    }
    return out;
}

static err read_files(struct arena *a, struct making *m, struct mail_file *out)
{
    for (int i = 0; i < m->files.n; i++) {
        const struct draft_file *f = &m->files.at[i];
        out[i] = (struct mail_file){ .name = f->name, .type = f->type, .bytes = f->bytes };
        if (!f->message) continue;
        m->why = S("Files can't be passed on here just now.");
        if (!talk_part_reader.read) return E_PEER;
        TRY(talk_part_reader.read(talk_part_reader.arg, a, m->raws[i], f->path, &out[i].bytes,
                                  &m->why));
    }
    return OK;
}

/* The words as they were written, and the same as HTML. */
static void put_words(struct arena *a, const struct making *m, struct mail_letter *l)
{
    struct buf text = { .a = a };
    buf_add(&text, m->d.words);
    if (m->passed_on.n && m->d.words.n) buf_add(&text, S("\n\n"));
    buf_add(&text, m->passed_on);
    buf_char(&text, '\n');
    if (m->objection.n) buf_fmt(&text, "\n" OBJECTION_RULE "\n%.*s\n", STR(m->objection));
    l->text = buf_str(&text);
    if (!m->d.html.n) return;
    struct buf html = { .a = a };
    buf_fmt(&html, "<!doctype html>\n<html><head><meta charset=\"utf-8\"></head><body>\n%.*s\n",
            STR(m->d.html));
    if (m->objection.n) buf_fmt(&html, "<hr>\n<p>%.*s</p>\n", STR(m->objection));
    buf_add(&html, S("</body></html>\n"));
    l->html = buf_str(&html);
}

static err compose(struct arena *a, struct making *m)
{
    struct mail_file *files = NEW(a, struct mail_file, m->files.n + 1);
    struct mail_addr from = { .name = m->from_name, .addr = m->box.address };
    struct str raw;
    TRY(read_files(a, m, files));
    struct mail_letter l = { .id = mail_id_make(a, mail_domain(mail_key(a, m->box.address))),
                             .from = { &from, 1 },
                             .to = addrs_of(a, &m->to, ROLE_TO),
                             .cc = addrs_of(a, &m->to, ROLE_CC),
                             .subject = m->d.subject,
                             .date = m->now,
                             .date_offset_s = m->offset_s,
                             .in_reply_to = m->in_reply_to,
                             .references = m->references,
                             .files = files,
                             .n_files = m->files.n };
    put_words(a, m, &l);
    TRY(mail_compose(a, &l, &raw, &m->why));
    TRY(talk_own_read(a, raw, &m->result, &m->why));
    m->result.mail.bcc = addrs_of(a, &m->to, ROLE_BCC);
    return OK;
}

/* ---- into the log and the outbox -------------------------------------------------------- */

static const struct participant *part_of(const struct making *m, id person)
{
    for (int i = 0; i < m->parts.n; i++)
        if (person && m->parts.at[i].person == person) return &m->parts.at[i];
    return NULL;
}

/* Header lines of one recipient's copy: who takes part has an address of their own to answer to. */
static struct str own_head(struct ctx *c, const struct making *m, const struct participant *part)
{
    struct arena *a = c->a;
    struct buf o = { .a = a };
    struct head_out h = { &o, S("") };
    struct str from;
    if (part && m->box.plus)
        draft_put_addr(&h, a, S("Reply-To"), m->from_name,
                       draft_reply_address(c, &m->box, part->event));
    if (m->strangers > 1 && address_wire(a, m->box.address, &from))
        headers_put(&h, S("List-Unsubscribe"),
                    str_fmt(a, "<mailto:%.*s?subject=unsubscribe>", STR(from)));
    return buf_str(&o);
}

/* Who takes part in the browser reads it there. */
static int fill(struct ctx *c, const struct making *m, struct outbox_to *out)
{
    int n = 0;
    for (int i = 0; i < m->to.n; i++) {
        const struct participant *part = part_of(m, m->to.at[i].person);
        if (part && part->way == CHANNEL_WEB) continue;
        out[n] = (struct outbox_to){ .handle = m->to.at[i].handle, .head = own_head(c, m, part) };
        if (address_wire(c->a, m->to.at[i].address, &out[n].address)) n++;
    }
    return n;
}

static void forget(struct tx *t, id draft)
{
    db_do(t, SQL("DELETE FROM draft_file WHERE draft=$1"), I(draft));
    db_do(t, SQL("DELETE FROM draft WHERE id=$1"), I(draft));
}

/* What was answered may carry no id to name. */
void draft_hold_together(struct tx *t, id message, id about)
{
    struct ctx *c = &t->c;
    int64_t apart = db_int(c, 0,
                           SQL("SELECT 1 FROM message a JOIN message b ON b.id=$1 WHERE a.id=$2 "
                               "AND a.conversation<>b.conversation"),
                           I(message), I(about));
    if (apart)
        log_append(t,
                   (struct event){ .kind = EVENT_TALK_JOINED, .subject = message, .other = about });
}

static err take(struct tx *t, void *arg)
{
    struct making *m = arg;
    struct ctx *c = &t->c;
    struct draft d;
    struct outbox_to *to = NEW(c->a, struct outbox_to, DRAFT_PEOPLE);
    if (draft_get(c, m->draft, &d) != OK || d.due != m->due || d.saved_at != m->d.saved_at)
        return OK; /* it was taken back meanwhile */
    id message = talk_own_take(t, &m->result, c->now, CHANNEL_NONE);
    struct outbox_letter l = { .message = message,
                               .channel = CHANNEL_MAIL,
                               .account = m->box.id,
                               .copy = !m->box.keeps_sent };
    outbox_put(t, &l, to, fill(c, m, to));
    for (int i = 0; m->objection.n && i < m->to.n; i++)
        if (objection_due(c, m->to.at[i].handle))
            objection_said(t, m->to.at[i].handle, message, CHANNEL_MAIL);
    forget(t, m->draft);
    if (d.kind == DRAFT_ANSWER) draft_hold_together(t, message, d.about);
    talk_relay(t, message);
    return OK;
}

static err come_back(struct tx *t, void *arg)
{
    struct making *m = arg;
    db_do(t, SQL("UPDATE draft SET due=0, problem=$1 WHERE id=$2 AND due=$3"), T(m->why),
          I(m->draft), I(m->due));
    return OK;
}

bool draft_step(struct store *store, struct arena *a)
{
    struct making *m = NEW(a, struct making, 1);
    struct work finding = { .a = a };
    *m = (struct making){ .why = S(""), .passed_on = S("") };
    if (work_read(store, &finding, find_due, m) != OK || !m->draft) return false;
    struct work loading = { .a = a, .viewer = m->keeper }, taking = loading, back = loading;
    err e = work_read(store, &loading, load, m);
    m->why = loading.why;
    if (e == OK) e = compose(a, m);
    if (e == OK) {
        e = work_write(store, &taking, take, m);
        m->why = taking.why;
    }
    if (loading.broken || taking.broken)
        m->why = S("Something broke in the house while it was sent.");
    return e == OK || work_write(store, &back, come_back, m) == OK;
}
