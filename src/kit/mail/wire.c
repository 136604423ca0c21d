/* SPDX-License-Identifier: GPL-3.0-or-later
 * wire.c - one description of the order of fields serves both directions. */
#include "kit/mail/wire.h"

#include "kit/base/text.h"

struct wire {
    struct arena *a;
    bool taking, bad;
    struct buf out;
    struct str in;
};

static void wire_int(struct wire *w, int64_t *v)
{
    if (!w->taking) {
        buf_add(&w->out, (struct str){ (const char *)v, sizeof *v });
    } else if (w->in.n < (ptrdiff_t)sizeof *v) {
        w->bad = true;
        *v = 0;
    } else {
        memcpy(v, w->in.p, sizeof *v);
        w->in = str_from(w->in, sizeof *v);
    }
}

static int64_t wire_number(struct wire *w, int64_t v, int64_t low, int64_t high)
{
    wire_int(w, &v);
    if (v < low || v > high) w->bad = true;
    return w->bad ? low : v;
}

static void wire_bytes(struct wire *w, struct str *s)
{
    int64_t n = wire_number(w, s->n, 0, INT64_MAX);
    if (!w->taking) {
        buf_add(&w->out, *s);
    } else if (n > w->in.n) {
        w->bad = true;
        *s = S("");
    } else {
        *s = str_upto(w->in, (ptrdiff_t)n);
        w->in = str_from(w->in, (ptrdiff_t)n);
    }
}

static void wire_str(struct wire *w, struct str *s)
{
    wire_bytes(w, s);
    if (w->taking && !text_valid(*s)) w->bad = true;
}

/* How many follow, each of at least least bytes: so a wrong number can't ask for much memory. */
static int wire_count(struct wire *w, int n, ptrdiff_t least)
{
    return (int)wire_number(w, n, 0, w->taking ? w->in.n / least : INT32_MAX);
}

static void wire_addr(struct wire *w, struct mail_addr *a)
{
    wire_str(w, &a->name);
    wire_str(w, &a->addr);
    wire_str(w, &a->key);
    wire_str(w, &a->base);
}

static void wire_addrs(struct wire *w, struct mail_addrs *l)
{
    l->n = wire_count(w, l->n, 32);
    if (w->taking && l->n) l->at = NEW(w->a, struct mail_addr, l->n);
    for (int i = 0; i < l->n; i++) wire_addr(w, &l->at[i]);
}

static void wire_ids(struct wire *w, struct mail_ids *l)
{
    l->n = wire_count(w, l->n, 8);
    if (w->taking && l->n) l->at = NEW(w->a, struct str, l->n);
    for (int i = 0; i < l->n; i++) wire_str(w, &l->at[i]);
}

static void wire_parts(struct wire *w, struct mail_parts *l)
{
    l->n = wire_count(w, l->n, 56);
    if (w->taking && l->n) l->at = NEW(w->a, struct mail_part, l->n);
    for (int i = 0; i < l->n; i++) {
        struct mail_part *p = &l->at[i];
        wire_str(w, &p->path);
        wire_str(w, &p->type);
        wire_str(w, &p->file);
        wire_str(w, &p->content_id);
        wire_str(w, &p->disposition);
        p->bytes = wire_number(w, p->bytes, 0, INT64_MAX);
        p->attachment = wire_number(w, p->attachment, 0, 1);
    }
}

static void wire_text(struct wire *w, struct str raw, struct mail *m)
{
    m->text_at = (ptrdiff_t)wire_number(w, m->text_at, -1, raw.n);
    m->text_from_html = wire_number(w, m->text_from_html, 0, 1);
    if (m->text_at < 0) {
        wire_str(w, &m->text);
        return;
    }
    ptrdiff_t n = (ptrdiff_t)wire_number(w, m->text.n, 0, raw.n - m->text_at);
    if (w->taking) {
        m->text = (struct str){ raw.p + m->text_at, n };
        if (!text_valid(m->text)) w->bad = true;
    }
}

static void wire_mail(struct wire *w, struct str raw, struct mail *m)
{
    struct str *const strs[] = { &m->id,         &m->subject,        &m->subject_base,
                                 &m->author_why, &m->return_path,    &m->list_id,
                                 &m->list_post,  &m->class_why,      &m->class_header,
                                 &m->method,     &m->dsn.recipient,  &m->dsn.action,
                                 &m->dsn.status, &m->dsn.diagnostic, &m->dsn.message_id };
    struct mail_addrs *const lists[] = { &m->from, &m->to,       &m->cc,
                                         &m->bcc,  &m->reply_to, &m->envelope };
    struct mail_ids *const ids[] = { &m->in_reply_to, &m->references, &m->labels };
    for (int i = 0; i < COUNT(strs); i++) wire_str(w, strs[i]);
    for (int i = 0; i < COUNT(lists); i++) wire_addrs(w, lists[i]);
    for (int i = 0; i < COUNT(ids); i++) wire_ids(w, ids[i]);
    wire_addr(w, &m->sender);
    wire_addr(w, &m->author);
    wire_parts(w, &m->parts);
    m->author_how = (mail_author)wire_number(w, m->author_how, 0, MAIL_AUTHOR_UNKNOWN);
    m->date = wire_number(w, m->date, 0, INT64_MAX);
    m->received = wire_number(w, m->received, 0, INT64_MAX);
    m->has_date = wire_number(w, m->has_date, 0, 1);
    m->date_offset_s = (int)wire_number(w, m->date_offset_s, -DAY, DAY);
    m->class = (mail_class)wire_number(w, m->class, 0, MAIL_CLASSES - 1);
    m->marks = (unsigned)wire_number(w, m->marks, 0, UINT32_MAX);
    m->has_attachment = wire_number(w, m->has_attachment, 0, 1);
    m->dsn.abuse = wire_number(w, m->dsn.abuse, 0, 1);
    wire_text(w, raw, m);
}

static void wire_result(struct wire *w, struct str raw, struct mail_result *r, bool part)
{
    if (part) {
        wire_str(w, &r->type);
        wire_bytes(w, &r->part);
        return;
    }
    wire_mail(w, raw, &r->mail);
    wire_bytes(w, &r->packed);
}

struct str wire_put(struct arena *a, struct str raw, const struct mail_result *r, bool part)
{
    struct wire w = { .a = a, .out = { .a = a } };
    struct mail_result copy = *r;
    (void)buf_room(&w.out, 4096 + copy.packed.n + copy.part.n +
                               (copy.mail.text_at < 0 ? copy.mail.text.n : 0));
    wire_result(&w, raw, &copy, part);
    return buf_str(&w.out);
}

bool wire_take(struct arena *a, struct str raw, struct str bytes, struct mail_result *r, bool part)
{
    struct wire w = { .a = a, .taking = true, .in = bytes };
    wire_result(&w, raw, r, part);
    return !w.bad && w.in.n == 0;
}
