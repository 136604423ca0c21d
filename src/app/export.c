/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/export.h"

#include "kit/base/date.h"
#include "kit/base/json.h"
#include "kit/base/pack.h"
#include "kit/mail/mbox.h"
#include "log/event.h"
#include "people/card.h"
#include "people/person.h"
#include "talk/talk.h"

#include <unistd.h>

enum { STEP = 200, MESSAGE_MOST = 256 * MIB };

struct piece {
    const struct export_opts *o;
    id after; /* number of the last record written */
    int n;    /* records in this piece */
    struct buf out;
};

/* What was said in a circle, and who sits in one, is its members' and leaves by no export: read in
 * again, it would be mail of whoever reads it in. */

/* ---- mbox ---------------------------------------------------------------- */

struct held {
    id event, raw;
    int64_t at;
};

static int next_messages(struct ctx *c, const struct piece *p, struct held *out)
{
    int n = 0;
    if (p->o->person)
        EACH (
            r, c,
            SQL("SELECT DISTINCT m.id, m.raw, m.at FROM handle h JOIN recipient q ON "
                "q.handle=h.key JOIN message m ON m.id=q.message"
                " WHERE h.person=$1 AND m.id>$2 AND (m.marks & $4)=0 AND NOT EXISTS(SELECT 1 FROM "
                "message_for f WHERE f.message=m.id) ORDER BY m.id LIMIT $3"),
            I(p->o->person), I(p->after), I(STEP), I(TALK_MARK_BACK))
            out[n++] = (struct held){ row_int(&r, 0), row_int(&r, 1), row_int(&r, 2) };
    else
        EACH (r, c,
              SQL("SELECT id, body, at FROM event WHERE id>$1 AND kind IN($2, $3, $4) AND body IS "
                  "NOT NULL AND NOT EXISTS(SELECT 1 FROM message m WHERE m.id=event.id AND "
                  "(m.marks & $6)<>0) AND NOT EXISTS(SELECT 1 FROM message_for f WHERE f.message "
                  "IN(event.id, event.subject)) ORDER BY id LIMIT $5"),
              I(p->after), I(EVENT_MAIL_RECEIVED), I(EVENT_MAIL_SIGHTED), I(EVENT_MAIL_UNREADABLE),
              I(STEP), I(TALK_MARK_BACK))
            out[n++] = (struct held){ row_int(&r, 0), row_int(&r, 1), row_int(&r, 2) };
    return n;
}

static err write_mbox(struct ctx *c, struct piece *p)
{
    struct held list[STEP];
    int n = next_messages(c, p, list);
    for (int i = 0; i < n && p->out.n < 16 * MIB; i++, p->n++) {
        struct str raw;
        if (log_body(c, list[i].raw, MESSAGE_MOST, &raw) == OK)
            mbox_write(&p->out, raw, S("snug@localhost"), list[i].at);
        p->after = list[i].event;
    }
    return OK;
}

/* ---- cards --------------------------------------------------------------- */

static int next_persons(struct ctx *c, const struct piece *p, id *out)
{
    int n = 0;
    EACH (r, c,
          SQL("SELECT id FROM person WHERE id>$1 AND (id=$2 OR $2=0) AND merged=0 ORDER BY id "
              "LIMIT $3"),
          I(p->after), I(p->o->person), I(STEP))
        out[n++] = row_int(&r, 0);
    return n;
}

static err write_cards(struct ctx *c, struct piece *p)
{
    id list[STEP];
    int n = next_persons(c, p, list);
    for (int i = 0; i < n; i++, p->n++) {
        struct person who;
        TRY(person_get(c, list[i], &who));
        if (who.kind == PERSON_HUMAN || who.kind == PERSON_ORG) card_write(c, &p->out, &who);
        p->after = list[i];
    }
    return OK;
}

/* ---- CSV (RFC 4180) ------------------------------------------------------ */

/* Quoted always; a cell that a spreadsheet would run as a formula begins with a quote
 * (ASVS 1.2.10). */
static void cell(struct buf *o, struct str s, bool last)
{
    buf_char(o, '"');
    if (s.n && strchr("=+-@\t", *s.p)) buf_char(o, '\'');
    for (ptrdiff_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"') buf_char(o, '"');
        buf_char(o, s.p[i]);
    }
    buf_add(o, last ? S("\"\r\n") : S("\","));
}

enum { ROW_MAILS = 3, ROW_PHONES = 2, ROW_LINKS = 2 };

static void write_row(struct ctx *c, struct buf *o, const struct person *who)
{
    struct handles h;
    struct str mail[ROW_MAILS] = { S(""), S(""), S("") }, phone[ROW_PHONES] = { S(""), S("") },
               link[ROW_LINKS] = { S(""), S("") };
    int mails = 0, phones = 0, links = 0;
    person_handles(c, who->id, &h);
    for (int k = 0; k < h.n; k++) {
        struct str uri = h.at[k].uri;
        if (str_begins(uri, S("mailto:")) && mails < ROW_MAILS) mail[mails++] = str_from(uri, 7);
        if (str_begins(uri, S("tel:")) && phones < ROW_PHONES) phone[phones++] = str_from(uri, 4);
        if ((str_begins(uri, S("http")) || str_begins(uri, S("acct:"))) && links < ROW_LINKS)
            link[links++] = uri;
    }
    cell(o, who->name, false);
    cell(o, str_c(person_kind_word(who->kind)), false);
    cell(o, who->org_name, false);
    for (int k = 0; k < ROW_MAILS; k++) cell(o, mail[k], false);
    for (int k = 0; k < ROW_PHONES; k++) cell(o, phone[k], false);
    for (int k = 0; k < ROW_LINKS; k++) cell(o, link[k], false);
    cell(o, who->dead_at ? date_day(c->a, who->dead_at, c->offset_s) : S(""), false);
    cell(o, who->left_at ? date_day(c->a, who->left_at, c->offset_s) : S(""), false);
    cell(o, who->mute ? S("yes") : S(""), true);
}

static err write_rows(struct ctx *c, struct piece *p)
{
    id list[STEP];
    int n = next_persons(c, p, list);
    if (!p->after)
        buf_add(&p->out, S("name,kind,organization,email,email2,email3,phone,phone2,url,url2,"
                           "deceased,left,do_not_contact\r\n"));
    for (int i = 0; i < n; i++, p->n++) {
        struct person who;
        TRY(person_get(c, list[i], &who));
        write_row(c, &p->out, &who);
        p->after = list[i];
    }
    return OK;
}

/* ---- the log as lines of JSON -------------------------------------------- */

/* Fields of a record by their numbers: text where it is text, else hexadecimal. */
static void add_fields(struct arena *a, struct json *j, struct str record)
{
    struct json *fields = json_nest_list(j, "data");
    for (struct field f; rec_next(&record, &f);) {
        struct json *one = json_nest(fields, NULL);
        json_add_int(one, "tag", f.tag);
        json_add_str(one, "hex", hash_hex(a, f.value));
    }
}

static bool of_circle(struct ctx *c, const struct event *e)
{
    if (e->kind >= EVENT_CIRCLE_MADE && e->kind <= EVENT_TALK_FOR) return true;
    return db_int(c, 0, SQL("SELECT 1 FROM message_for WHERE message IN($1, $2) LIMIT 1"), I(e->id),
                  I(e->subject)) != 0;
}

static err write_lines(struct ctx *c, struct piece *p)
{
    id from = p->after;
    for (int i = 0; i < STEP; i++) {
        struct event e;
        id next =
            db_int(c, 0, SQL("SELECT id FROM event WHERE id>$1 ORDER BY id LIMIT 1"), I(from));
        if (!next) break;
        TRY(log_get(c, next, &e));
        struct json *j = json_begin(c->a);
        json_add_int(j, "id", e.id);
        json_add_str(j, "at", date_iso(c->a, e.at));
        json_add_str(j, "seen", date_iso(c->a, e.seen));
        json_add_str(j, "kind", str_c(event_word(e.kind)));
        if (!of_circle(c, &e)) {
            json_add_int(j, "actor", e.actor);
            json_add_int(j, "subject", e.subject);
            json_add_int(j, "other", e.other);
            json_add_int(j, "body", e.body);
            add_fields(c->a, j, e.data);
        }
        buf_add(&p->out, json_write(j));
        buf_char(&p->out, '\n');
        from = p->after = next;
        p->n++;
    }
    return OK;
}

/* ---- all of it ----------------------------------------------------------- */

static err read_piece(struct ctx *c, void *arg)
{
    struct piece *p = arg;
    p->out = (struct buf){ .a = c->a };
    switch (p->o->format) {
    case TAKEOUT_MBOX: return write_mbox(c, p);
    case TAKEOUT_VCARD: return write_cards(c, p);
    case TAKEOUT_CSV: return write_rows(c, p);
    case TAKEOUT_JSONL: return write_lines(c, p);
    }
    return OK;
}

static bool put(int fd, struct str s)
{
    while (s.n) {
        ssize_t n = write(fd, s.p, (size_t)s.n);
        if (n < 0) return false;
        s = str_from(s, n);
    }
    return true;
}

err export_to(struct home *h, const struct export_opts *o, int fd, int64_t *count, struct str *why)
{
    struct piece p = { .o = o, .n = 1 };
    *count = 0;
    while (p.n) {
        struct work w = { .a = arena_open((size_t)1024 * MIB) };
        p.n = 0;
        err e = work_read(h->store, &w, read_piece, &p);
        bool written = e == OK && put(fd, buf_str(&p.out));
        *why = str_dup(h->a, e == OK ? S("the file can't be written: is the disk full?") : w.why);
        arena_close(w.a);
        if (!written) return E_PEER;
        *count += p.n;
    }
    return OK;
}
