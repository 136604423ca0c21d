/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "talk/incoming.h"

#include "kit/base/hash.h"
#include "kit/base/pack.h"
#include "people/people_log.h"

/* Numbers are for ever. */
enum {
    R_ID = 1,
    R_SUBJECT,
    R_BASE,
    R_REPLY,
    R_CHAIN,
    R_ALSO,
    R_FROM,
    R_TO,
    R_CC,
    R_BCC,
    R_ENVELOPE,
    R_CLASS,
    R_WHY,
    R_MARKS,
    R_TEXT_AT,
    R_TEXT_SIZE,
    R_FILE,
    R_FOLDER,
    R_DSN_RECIPIENT,
    R_DSN_ACTION,
    R_DSN_STATUS,
    R_WRITTEN,
    R_BASE_KEY
};
enum { F_PATH = 1, F_TYPE, F_NAME, F_BYTES };

static void text(struct buf *o, int tag, struct str s)
{
    if (s.n) rec_str(o, tag, s);
}

static void number(struct buf *o, int tag, int64_t v)
{
    if (v) rec_int(o, tag, v);
}

static void put_file(struct buf *o, const struct incoming_file *f)
{
    struct buf in = { .a = o->a };
    text(&in, F_PATH, f->path);
    text(&in, F_TYPE, f->type);
    text(&in, F_NAME, f->name);
    number(&in, F_BYTES, f->bytes);
    rec_str(o, R_FILE, buf_str(&in));
}

struct str incoming_write(struct arena *a, const struct incoming *m)
{
    struct buf o = { .a = a };
    text(&o, R_ID, m->message_id);
    text(&o, R_SUBJECT, m->subject);
    text(&o, R_BASE, m->base);
    number(&o, R_REPLY, m->reply_word);
    text(&o, R_CHAIN, (struct str){ (const char *)m->chain, m->n_chain * 8 });
    text(&o, R_ALSO, (struct str){ (const char *)m->also, m->n_also * 8 });
    for (int i = 0; i < m->n_who; i++)
        meeting_put(&o, R_FROM + m->who[i].role - ROLE_FROM, &m->who[i].who);
    rec_int(&o, R_CLASS, m->class);
    text(&o, R_WHY, m->class_why);
    number(&o, R_MARKS, m->marks);
    number(&o, R_TEXT_AT, m->text_at);
    number(&o, R_TEXT_SIZE, m->text_size);
    for (int i = 0; i < m->n_files; i++) put_file(&o, &m->files[i]);
    text(&o, R_FOLDER, m->folder);
    text(&o, R_DSN_RECIPIENT, m->dsn_recipient);
    text(&o, R_DSN_ACTION, m->dsn_action);
    text(&o, R_DSN_STATUS, m->dsn_status);
    number(&o, R_WRITTEN, m->written_at);
    number(&o, R_BASE_KEY, m->base_key);
    return buf_str(&o);
}

static struct incoming_file get_file(struct str record)
{
    struct incoming_file out = { .path = S(""), .type = S(""), .name = S("") };
    for (struct field f; rec_next(&record, &f);) switch (f.tag) {
        case F_PATH: out.path = f.value; break;
        case F_TYPE: out.type = f.value; break;
        case F_NAME: out.name = f.value; break;
        case F_BYTES: out.bytes = field_int(f); break;
        }
    return out;
}

/* Room for all that repeats. */
static void make_room(struct arena *a, struct str record, struct incoming *m)
{
    int who = 0, files = 0;
    for (struct field f; rec_next(&record, &f);) {
        who += f.tag >= R_FROM && f.tag <= R_ENVELOPE;
        files += f.tag == R_FILE;
    }
    m->who = NEW(a, struct incoming_address, who + 1);
    m->files = NEW(a, struct incoming_file, files + 1);
}

static int64_t *nodes(struct arena *a, struct str bytes, int *n)
{
    *n = (int)(bytes.n / 8);
    int64_t *out = NEW(a, int64_t, *n + 1);
    memcpy(out, bytes.p, (size_t)*n * 8);
    return out;
}

void incoming_strip(struct ctx *c, struct incoming *m, const struct erasure *e, bool all)
{
    for (int i = 0; i < m->n_who; i++) meeting_strip(c, &m->who[i].who, e->handles, e->n_handles);
    if (e->n_handles || all) m->dsn_recipient = S("");
    if (!all) return;
    if (m->base.n) m->base_key = hash_name(c->secret, m->base);
    m->message_id = m->subject = m->base = m->class_why = m->folder = S("");
    m->dsn_action = m->dsn_status = S("");
    m->text_at = m->text_size = 0;
    m->n_files = 0;
    m->marks |= TALK_MARK_ERASED;
}

struct incoming incoming_read(struct arena *a, struct str record)
{
    struct incoming m = { .class = TALK_DIRECT };
    make_room(a, record, &m);
    for (struct field f; rec_next(&record, &f);) switch (f.tag) {
        case R_ID: m.message_id = f.value; break;
        case R_SUBJECT: m.subject = f.value; break;
        case R_BASE: m.base = f.value; break;
        case R_REPLY: m.reply_word = field_int(f); break;
        case R_CHAIN: m.chain = nodes(a, f.value, &m.n_chain); break;
        case R_ALSO: m.also = nodes(a, f.value, &m.n_also); break;
        case R_FROM:
        case R_TO:
        case R_CC:
        case R_BCC:
        case R_ENVELOPE:
            m.who[m.n_who++] =
                (struct incoming_address){ (recipient_role)(f.tag - R_FROM + ROLE_FROM),
                                           meeting_of(f.value) };
            break;
        case R_CLASS: m.class = (talk_class)field_int(f); break;
        case R_WHY: m.class_why = f.value; break;
        case R_MARKS: m.marks = (unsigned)field_int(f); break;
        case R_TEXT_AT: m.text_at = field_int(f); break;
        case R_TEXT_SIZE: m.text_size = field_int(f); break;
        case R_FILE: m.files[m.n_files++] = get_file(f.value); break;
        case R_FOLDER: m.folder = f.value; break;
        case R_DSN_RECIPIENT: m.dsn_recipient = f.value; break;
        case R_DSN_ACTION: m.dsn_action = f.value; break;
        case R_DSN_STATUS: m.dsn_status = f.value; break;
        case R_WRITTEN: m.written_at = field_int(f); break;
        case R_BASE_KEY: m.base_key = field_int(f); break;
        }
    return m;
}

struct str incoming_why(struct str record)
{
    struct str why = S("");
    for (struct field f; rec_next(&record, &f);)
        if (f.tag == R_WHY) why = f.value;
    return why;
}
