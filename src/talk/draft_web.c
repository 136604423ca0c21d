/* SPDX-License-Identifier: GPL-3.0-or-later
 * draft_web.c - writing: the form and the deeds about drafts. */
#include "talk/draft_web.h"

#include "kit/base/date.h"
#include "kit/base/text.h"
#include "kit/web/markdown.h"
#include "talk/draft_html.h"

enum { LIST = 100, FOUND = 6, QUOTE_BYTES = 500 };

static page_fn show_new, show_answer, show_forward, show_draft, show_drafts, show_found;
static deed_fn do_write, do_undo, do_drop, do_restore, do_drop_file, do_open_address;

const struct route draft_routes[] = {
    PAGE("/talk/new", NEED_KEEPER, show_new,
         "write to somebody, or to two at once: to introduce them"),
    PAGE("/talk/:message/answer", NEED_KEEPER, show_answer, "answer one message"),
    PAGE("/talk/:message/forward", NEED_KEEPER, show_forward, "pass a message on"),
    PAGE("/talk/drafts", NEED_KEEPER, show_drafts, "what you are writing, and what is on its way"),
    PAGE("/talk/drafts/:draft", NEED_KEEPER, show_draft, "go on writing a draft"),
    PAGE("/talk/recipients", NEED_KEEPER, show_found, "people to write to, while typing"),
    DEED("/talk/write", NEED_KEEPER, do_write, "keep a draft, or send it"),
    DEED("/talk/drafts/:draft/undo", NEED_KEEPER, do_undo, "take a letter back before it is gone"),
    DEED("/talk/drafts/:draft/drop", NEED_KEEPER, do_drop, "throw a draft away"),
    DEED("/talk/drafts/:draft/restore", NEED_KEEPER, do_restore, "take that back"),
    DEED("/talk/drafts/:draft/files/:number/drop", NEED_KEEPER, do_drop_file,
         "take a file out of a draft"),
    DEED("/people/:who/address", NEED_KEEPER, do_open_address,
         "say that an address takes mail again"),
    { 0 },
};

/* ---- in words ---------------------------------------------------------------------- */

static struct str clock_of(struct ctx *c, int64_t at)
{
    struct civil d = date_civil(at, c->offset_s);
    return str_fmt(c->a, "%02d:%02d", d.hour, d.minute);
}

static struct str moment_words(struct ctx *c, int64_t at)
{
    struct str day = date_day(c->a, at, c->offset_s), people = date_people(c->a, at, c->offset_s);
    if (str_eq(day, date_day(c->a, c->now, c->offset_s)))
        return str_fmt(c->a, "at %.*s", STR(clock_of(c, at)));
    return str_fmt(c->a, "on %.*s at %.*s", STR(people), STR(clock_of(c, at)));
}

struct str draft_first_words(struct ctx *c, const struct draft *d)
{
    enum { LETTERS = 80 };
    struct str words =
        text_short(c->a, text_oneline(c->a, str_upto(d->words, 4 * LETTERS)), LETTERS);
    return words.n ? words : d->subject.n ? d->subject : S("(no words yet)");
}

struct str draft_kept(struct ctx *c, const struct draft *d) { return moment_words(c, d->saved_at); }

struct str draft_when(struct ctx *c, int64_t at)
{
    int64_t left = at - c->now;
    if (left <= 0) return S("now");
    if (left < 2 * MINUTE) return str_fmt(c->a, "in %" PRId64 " s", left);
    return moment_words(c, at);
}

struct str draft_state(struct ctx *c, const struct outbox_row *r)
{
    const struct post_channel *way = channel_get(r->channel);
    switch (r->state) {
    case OUTBOX_HANDED:
        return str_fmt(c->a, "%s %.*s", way && way->fetched ? "put on their page" : "handed over",
                       STR(moment_words(c, r->done_at)));
    case OUTBOX_REFUSED: return str_fmt(c->a, "refused: %.*s", STR(r->said));
    case OUTBOX_RETURNED: return str_fmt(c->a, "came back: %.*s", STR(r->said));
    case OUTBOX_GIVEN_UP: return str_fmt(c->a, "given up: %.*s", STR(r->said));
    case OUTBOX_HELD: return str_fmt(c->a, "not sent: %.*s", STR(r->said));
    case OUTBOX_QUEUED: break;
    }
    if (!r->tries || !r->said.n) return S("queued");
    bool late = c->now - r->made >= OUTBOX_LATE_S;
    return str_fmt(c->a, "not taken %s, tried again %.*s: %.*s", late ? "for days" : "yet",
                   STR(moment_words(c, r->next_at)), STR(r->said));
}

/* ---- the form ------------------------------------------------------------------------ */

static struct str zone_of(struct ctx *c)
{
    int m = c->offset_s / MINUTE;
    if (!m) return S("UTC");
    return str_fmt(c->a, "UTC%c%d:%02d", m < 0 ? '-' : '+', (m < 0 ? -m : m) / 60,
                   (m < 0 ? -m : m) % 60);
}

/* What stands around the fields of w->d. False: there is no mailbox to send from. */
static bool fill(struct ctx *c, struct write_view *w)
{
    struct mailbox box;
    struct message m = { .author = 0 };
    struct person me;
    w->zone = zone_of(c);
    if (!w->d.name.n) w->d.name = draft_new_name(c->a);
    if (w->d.id) draft_files(c, w->d.id, false, &w->files);
    if (w->d.about && talk_message(c, w->d.about, &m) == OK) {
        w->about = m.subject.n ? m.subject : S("(no subject)");
        w->who = m.author_name;
        if (!w->d.words.n) w->quote = text_short(c->a, talk_line_of(c, m.id), QUOTE_BYTES);
        if (w->d.kind == DRAFT_FORWARD) talk_files(c, m.id, &w->passed);
    }
    if (w->d.kind == DRAFT_FORWARD || m.author == c->viewer) w->quote = S("");
    if (draft_mailbox(c, &w->d, &box) != OK) return false;
    struct str name = box.name;
    if (!name.n && person_get(c, c->viewer, &me) == OK) name = me.name;
    w->from = str_fmt(c->a, "%.*s <%.*s>", STR(name), STR(box.address));
    return true;
}

bool draft_answer(struct ctx *c, id message, const struct drafts *there, struct write_view *out)
{
    struct mailbox box;
    *out = (struct write_view){ .said = S("") };
    if (mailbox_of_sender(c, c->viewer, &box) != OK) return false;
    if (draft_begin(c, DRAFT_ANSWER, message, &out->d, &out->writer) != OK) return false;
    for (int i = 0; i < there->n; i++)
        if (there->at[i].kind == DRAFT_ANSWER && !there->at[i].due) {
            out->d = there->at[i];
            out->writer = S("");
            out->said = there->at[i].problem;
        }
    return fill(c, out);
}

static err show_form(struct ctx *c, struct page *p, struct write_view *w)
{
    w->whole = true;
    fill(c, w);
    draft_people(c, &w->d, &w->to);
    for (int i = 0; i < w->to.n; i++) fact_mind_also(c, &w->minds, w->to.at[i].person);
    w->objection = draft_objection(c, &w->d, &w->to);
    if (w->d.words.n) w->preview = markdown_html(c->a, w->d.words);
    page_title(p, "%s",
               w->d.kind == DRAFT_NEW      ? "Write"
               : w->d.kind == DRAFT_ANSWER ? "Answer"
                                           : "Pass on");
    write_page_html(&p->out, c, p, w);
    return OK;
}

static err show_new(struct ctx *c, struct page *p)
{
    struct write_view w = { .d = { .kind = DRAFT_NEW } };
    id to = form_int(p, "to", 0), and = form_int(p, "and", 0);
    struct str other = S("");
    if (to && draft_address(c, to, &w.d.to) != OK) w.said = c->why;
    if (and&&draft_address(c, and, &other) != OK) w.said = c->why;
    if (other.n)
        w.d.to = str_fmt(c->a, "%.*s%s%.*s", STR(w.d.to), w.d.to.n ? ", " : "", STR(other));
    return show_form(c, p, &w);
}

static err show_answer(struct ctx *c, struct page *p)
{
    struct write_view w = { .said = S("") };
    TRY(draft_begin(c, DRAFT_ANSWER, page_id(p, "message"), &w.d, &w.writer));
    return show_form(c, p, &w);
}

static err show_forward(struct ctx *c, struct page *p)
{
    struct write_view w = { .said = S("") };
    TRY(draft_begin(c, DRAFT_FORWARD, page_id(p, "message"), &w.d, &w.writer));
    return show_form(c, p, &w);
}

static err show_draft(struct ctx *c, struct page *p)
{
    struct write_view w = { .said = S("") };
    TRY(draft_get(c, page_id(p, "draft"), &w.d));
    if (w.d.due) {
        page_go(p, URL("/talk/drafts"));
        return OK;
    }
    w.said = w.d.problem;
    return show_form(c, p, &w);
}

static err show_drafts(struct ctx *c, struct page *p)
{
    struct drafts writing, going;
    struct outbox_rows kept;
    outbox_list(c, LIST, &kept);
    draft_list(c, LIST, &writing);
    draft_going(c, LIST, &going);
    page_title(p, "Drafts");
    drafts_page_html(&p->out, c, p, &writing, &going, &kept);
    return OK;
}

/* What was typed behind the last comma of a line of recipients. */
static err show_found(struct ctx *c, struct page *p)
{
    static const char *const lines[] = { "to", "cc", "bcc" };
    struct person_lines m = { .n = 0 };
    int at = 0;
    for (int i = 0; i < COUNT(lines); i++)
        if (form_find(&p->query, lines[i])) at = i;
    struct str typed = query_str(p, lines[at]);
    typed = str_trim(str_from(typed, str_rchr(typed, ',') + 1));
    if (text_letters(typed) > 1 && str_chr(typed, '<') < 0)
        person_find(c, &(struct person_query){ .words = typed, .after = S(""), .max = FOUND }, &m);
    page_title(p, "People to write to");
    if (!p->piece) found_head_html(&p->out);
    found_list_html(&p->out, c, lines[at], &m);
    return OK;
}

/* ---- what was typed --------------------------------------------------------------------- */

static struct draft typed(const struct page *p)
{
    struct draft d = { .name = form_str(p, "name"),
                       .kind = (draft_kind)form_int(p, "kind", 0),
                       .about = form_int(p, "about", 0),
                       .to = form_str(p, "to"),
                       .cc = form_str(p, "cc"),
                       .bcc = form_str(p, "bcc"),
                       .subject = form_str(p, "subject"),
                       .words = form_str(p, "words") };
    if (str_eq(form_str(p, "reach"), S("writer"))) {
        d.to = form_str(p, "writer");
        d.cc = d.bcc = S("");
    }
    return d;
}

static err again(struct ctx *c, struct page *p)
{
    struct write_view w = { .d = typed(p), .when = form_str(p, "when"), .said = S("") };
    return show_form(c, p, &w);
}

/* With the sentence it answers, and names made addresses. */
static err keep(struct tx *t, struct page *p, struct draft *d)
{
    struct ctx *c = &t->c;
    struct draft_people to;
    struct str quote = form_on(p, "quote") ? form_str(p, "line") : S("");
    if (quote.n)
        d->words = str_fmt(c->a, "> %.*s\n\n%.*s", STR(text_oneline(c->a, quote)), STR(d->words));
    draft_people(c, d, &to);
    d->to = draft_line(c, &to, ROLE_TO);
    d->cc = draft_line(c, &to, ROLE_CC);
    d->bcc = draft_line(c, &to, ROLE_BCC);
    return draft_save(t, d, &d->id);
}

static err add_files(struct tx *t, const struct page *p, const struct draft *d)
{
    int at = 0;
    for (const struct form_field *f; (f = form_next(&p->form, "file", &at));) {
        if (!f->file || (!f->value.n && !f->file_name.n)) continue;
        struct draft_file one = { .name = f->file_name,
                                  .type = f->type,
                                  .bytes = f->value,
                                  .size = f->value.n,
                                  .path = S("") };
        TRY(draft_add_file(t, d->id, &one));
    }
    return OK;
}

/* Files of a message that is passed on stay in it until the letter is made. */
static err pass_files(struct tx *t, const struct page *p, const struct draft *d)
{
    struct files list;
    int at = 0;
    if (d->kind != DRAFT_FORWARD) return OK;
    talk_files(&t->c, d->about, &list);
    for (const struct form_field *f; (f = form_next(&p->form, "pass", &at));)
        for (int i = 0; i < list.n; i++) {
            if (!str_eq(list.at[i].path, f->value)) continue;
            struct draft_file one = { .name = list.at[i].name,
                                      .type = list.at[i].type,
                                      .size = list.at[i].bytes,
                                      .message = d->about,
                                      .path = list.at[i].path };
            TRY(draft_add_file(t, d->id, &one));
        }
    return OK;
}

static err moment_typed(struct ctx *c, const struct page *p, int64_t *due)
{
    struct str when = form_str(p, "when");
    int64_t end;
    *due = c->now + draft_rules.undo_s;
    if (!str_eq(form_str(p, "act"), S("later"))) return OK;
    if (when.n == 16) when = str_fmt(c->a, "%.*s:00Z", STR(when));
    if (!date_parse_iso(when, due, &end))
        return fail(c, E_INVALID, "Please say when to send it: a day and a time.");
    *due -= c->offset_s;
    return OK;
}

static struct html html_of_letter(struct ctx *c, const struct draft *d)
{
    struct buf o = { .a = c->a };
    struct message m;
    struct str text;
    html_safe(&o, markdown_html(c->a, d->words));
    if (d->kind == DRAFT_FORWARD && talk_message(c, d->about, &m) == OK &&
        talk_text(c, &m, &text) == OK)
        passed_on_html(&o, c, &m, text);
    return html_of(&o);
}

static struct url place_of(struct page *p, const struct draft *d)
{
    if (!d->about) return URL("/talk/drafts");
    return url_to(p->a, "/talk/%" PRId64 "#going", d->about);
}

static void send(struct tx *t, struct page *p, const struct draft *d)
{
    struct ctx *c = &t->c;
    int64_t due;
    err e = moment_typed(c, p, &due);
    if (e == OK) e = draft_send(t, d->id, html_of_letter(c, d).s, due);
    if (e != OK) {
        draft_refuse(t, d->id, c->why);
        page_go(p, url_to(p->a, "/talk/drafts/%" PRId64, d->id));
        return;
    }
    page_notice(p, "Going out %.*s.", STR(draft_when(c, due)));
    page_undo(p, url_to(p->a, "/talk/drafts/%" PRId64 "/undo", d->id), "Undo");
    page_go(p, place_of(p, d));
}

static err do_write(struct tx *t, struct page *p)
{
    struct draft d = typed(p);
    struct str act = form_str(p, "act");
    page_again(p, again);
    if (str_eq(act, S("keep"))) { /* while typing: as it is, and no page */
        TRY(draft_save(t, &d, &d.id));
        kept_html(&p->out, clock_of(&t->c, t->c.now));
        return OK;
    }
    TRY(keep(t, p, &d));
    TRY(add_files(t, p, &d));
    TRY(pass_files(t, p, &d));
    if (str_eq(act, S("send")) || str_eq(act, S("later"))) {
        send(t, p, &d);
        return OK;
    }
    page_notice(p, "Kept as a draft.");
    page_go(p, url_to(p->a, "/talk/drafts/%" PRId64, d.id));
    return OK;
}

/* ---- other deeds -------------------------------------------------------------------------- */

static err do_undo(struct tx *t, struct page *p)
{
    id draft = page_id(p, "draft");
    TRY(draft_undo(t, draft));
    page_notice(p, "Taken back: it is a draft again.");
    page_go(p, url_to(p->a, "/talk/drafts/%" PRId64, draft));
    return OK;
}

static err do_drop(struct tx *t, struct page *p)
{
    id draft = page_id(p, "draft");
    TRY(draft_drop(t, draft));
    page_notice(p, "Thrown away.");
    page_undo(p, url_to(p->a, "/talk/drafts/%" PRId64 "/restore", draft), "Undo");
    page_go(p, URL("/talk/drafts"));
    return OK;
}

static err do_restore(struct tx *t, struct page *p)
{
    id draft = page_id(p, "draft");
    TRY(draft_restore(t, draft));
    page_go(p, url_to(p->a, "/talk/drafts/%" PRId64, draft));
    return OK;
}

static err do_drop_file(struct tx *t, struct page *p)
{
    id draft = page_id(p, "draft");
    TRY(draft_drop_file(t, draft, (int)page_id(p, "number")));
    page_go(p, url_to(p->a, "/talk/drafts/%" PRId64, draft));
    return OK;
}

static err do_open_address(struct tx *t, struct page *p)
{
    struct person who;
    TRY(person_get(&t->c, page_id(p, "who"), &who));
    TRY(outbox_open(t, person_deed_int(p, "handle", 0)));
    page_notice(p, "It is written to again.");
    page_go(p, url_to(p->a, "/people/%" PRId64, who.id));
    return OK;
}
