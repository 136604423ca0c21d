/* SPDX-License-Identifier: GPL-3.0-or-later
 * today_web.c - the front room and the lists behind it. */
#include "today/today_web.h"

#include "kit/base/date.h"
#include "kit/web/web.h"
#include "post/mailbox.h"
#include "ties/words.h"
#include "today/today_html.h"

enum { WHOLE = 100, SOURCES = 20, SKIPS = 200, RAW_MOST = 256 * MIB };

/* ---- small things ------------------------------------------------------------- */

struct url today_person_url(struct arena *a, id who) { return url_to(a, "/people/%" PRId64, who); }
struct url today_talk_url(struct arena *a, id message)
{
    return url_to(a, "/talk/%" PRId64, message);
}
struct url today_answer_url(struct arena *a, id message)
{
    return url_to(a, "/talk/%" PRId64 "#answer", message);
}
struct str today_days(struct arena *a, int days)
{
    return days ? tie_say_days(a, days) : S("since today");
}

static struct str first_letter(struct str word)
{
    ptrdiff_t n = 1;
    while (n < word.n && ((unsigned char)word.p[n] & 0xC0) == 0x80) n++;
    return str_upto(word, n);
}

struct str today_letters(struct arena *a, struct str name)
{
    name = str_trim(name);
    ptrdiff_t last = str_rchr(name, ' ');
    struct str one = first_letter(name),
               two = last > 0 ? first_letter(str_from(name, last + 1)) : S("");
    return str_fmt(a, "%.*s%.*s", STR(one), STR(two));
}

/* ---- pages --------------------------------------------------------------------- */

static err show_today(struct ctx *c, struct page *p)
{
    struct today t;
    today_read(c, &t);
    page_title(p, "Today");
    p->wide = true;
    today_page_html(&p->out, p, &t);
    return OK;
}

static void read_waits(struct ctx *c, struct today_whole *w)
{
    struct talk_fresh fresh;
    talk_fresh(c, &fresh);
    talk_waiting(c, true, WHOLE, &w->waiting);
    talk_waiting(c, false, WHOLE, &w->awaited);
    int all;
    w->offset_s = c->offset_s;
    wait_asleep(c, WHOLE, &w->asleep);
    wait_muted(c, WHOLE, &w->muted, &all);
    w->more = w->waiting.n == WHOLE;
    w->none_waiting = today_why_nobody_waits(c->a, &fresh, c->offset_s, true);
    w->none_awaited = today_why_nobody_waits(c->a, &fresh, c->offset_s, false);
}

static err show_waiting(struct ctx *c, struct page *p)
{
    struct today_whole w = { 0 };
    read_waits(c, &w);
    page_title(p, "Waiting");
    waiting_page_html(&p->out, p, &w);
    return OK;
}

static err show_wait(struct ctx *c, struct page *p)
{
    struct today_wait w = { .offset_s = c->offset_s };
    TRY(talk_message(c, page_id(p, "message"), &w.m));
    if (w.m.author && person_get(c, w.m.author, &w.who) != OK) w.who.id = 0;
    w.line = talk_line_of(c, w.m.id);
    page_title(p, "What waits");
    wait_page_html(&p->out, p, &w);
    return OK;
}

static err show_drifting(struct ctx *c, struct page *p)
{
    struct today_whole w = { 0 };
    struct talk_fresh fresh;
    struct tie_owns ties;
    talk_fresh(c, &fresh);
    tie_lately_of(c, c->viewer, &ties);
    ties.stale_days = fresh.stale_days;
    tie_drifts(c, &ties, WHOLE, &w.drifting);
    tie_one_ways(c, &ties, WHOLE, &w.one_way);
    w.none_drifting = today_why_nobody_drifts(c->a, &fresh, c->offset_s, ties.house_days, ties.n);
    page_title(p, "Drifting away");
    drifting_page_html(&p->out, p, &w);
    return OK;
}

/* Names of files and folders are told to who brought them in. */
static void read_skips(struct ctx *c, struct today_skips *out)
{
    *out = (struct today_skips){ NEW(c->a, struct today_skip, SKIPS + 1), 0, false };
    EACH (r, c,
          SQL("SELECT path, why, place FROM skipped WHERE source=(SELECT max(id) FROM source WHERE "
              "keeper IN($1, $2)) ORDER BY number LIMIT $3 /* scan */"),
          I(c->viewer), I(today_brought(c, 0) ? 0 : c->viewer), I(SKIPS + 1))
        out->at[out->n++] = (struct today_skip){ row_str(&r, 0), row_str(&r, 1), row_int(&r, 2) };
    out->more = out->n > SKIPS;
    out->n = MIN(out->n, SKIPS);
}

/* Whose mail it was decides who may read it. */
static void read_unreadables(struct ctx *c, struct today_unreadables *out)
{
    *out = (struct today_unreadables){ NEW(c->a, struct today_unreadable, SKIPS), 0 };
    EACH (r, c,
          SQL("SELECT u.event, u.at, u.why FROM unreadable u JOIN event e ON e.id=u.event WHERE "
              "e.actor IN($1, $2)"
              " ORDER BY u.event DESC LIMIT $3 /* scan */"),
          I(c->viewer), I(today_brought(c, 0) ? 0 : c->viewer), I(SKIPS)) {
        int64_t at = row_int(&r, 1);
        out->at[out->n++] =
            (struct today_unreadable){ row_int(&r, 0), date_people(c->a, at, c->offset_s),
                                       row_str(&r, 2) };
    }
}

static void read_mailboxes(struct ctx *c, struct today_health *h)
{
    struct mailboxes list;
    struct mailbox_folders folders;
    mailbox_list(c, c->viewer, &list);
    h->mailboxes = NEW(c->a, struct today_mailbox, list.n + 1);
    h->n_mailboxes = list.n;
    for (int i = 0; i < list.n; i++) {
        const struct mailbox *m = &list.at[i];
        mailbox_folders(c, m->id, &folders);
        h->mailboxes[i] = (struct today_mailbox){ m->address, mailbox_words(c, m, &folders), m->id,
                                                  mailbox_care(c, m, &folders).n > 0 };
    }
}

static struct str copied_words(struct ctx *c)
{
    struct log_copy l;
    log_copy_last(c, &l);
    struct str done = l.done ? str_fmt(c->a, "The house was copied %.*s.",
                                       STR(date_ago(c->a, l.done, c->now, c->offset_s)))
                             : S("The house was never copied.");
    if (!l.tried) return S("");
    if (!l.said.n) return done;
    return str_fmt(c->a, "%.*s The last try, %.*s, failed: %.*s.", STR(done),
                   STR(date_ago(c->a, l.tried, c->now, c->offset_s)), STR(l.said));
}

static err show_health(struct ctx *c, struct page *p)
{
    struct today_health h;
    struct talk_fresh f;
    talk_fresh(c, &f);
    struct str day = date_people(c->a, f.newest, c->offset_s),
               ago = date_ago(c->a, f.newest, c->now, c->offset_s);
    if (!f.any) h.fresh = S("There is no mail here yet.");
    else if (f.stale)
        h.fresh =
            str_fmt(c->a,
                    "The newest mail is from %.*s, %.*s: what came after it is not known here.",
                    STR(day), STR(ago));
    else
        h.fresh =
            str_fmt(c->a, "The newest mail came %.*s, which is within what is usual.", STR(ago));
    h.copied = copied_words(c);
    read_mailboxes(c, &h);
    today_sources(c, SOURCES, &h.sources);
    read_skips(c, &h.skips);
    read_unreadables(c, &h.unreadables);
    page_title(p, "How the house is");
    health_page_html(&p->out, p, &h);
    return OK;
}

static err show_unreadable(struct ctx *c, struct page *p)
{
    struct event e;
    struct str raw;
    if (log_get(c, page_id(p, "event"), &e) != OK || e.kind != EVENT_MAIL_UNREADABLE ||
        !today_brought(c, e.actor))
        return fail(c, E_NOTFOUND, "there is no such message, or it is not yours to read");
    TRY(log_body(c, e.body, RAW_MOST, &raw));
    page_download(p, str_fmt(c->a, "message-%" PRId64 ".eml", e.id), S("application/octet-stream"),
                  raw);
    return OK;
}

/* ---- deeds ---------------------------------------------------------------------- */

/* Back to the list it was pressed on, which the form says: browsers are told not to. */
static struct url back(struct page *p, const char *otherwise)
{
    struct str from = form_str(p, "back");
    return url_inside(p->a, from.n ? from : str_c(otherwise));
}

/* The button that takes it back sends no fields: then the address says it. */
static bool person_on(const struct page *p)
{
    struct str on = form_find(&p->form, "on") ? form_str(p, "on") : query_str(p, "on");
    return !str_eq(on, S("0"));
}

static err close_wait(struct tx *t, struct page *p)
{
    id event;
    TRY(talk_close(t, page_id(p, "message"), &event));
    page_notice(p, "Nothing waits there any more, until they write again.");
    page_undo(p, url_to(p->a, "/waiting/undo/%" PRId64, event), "Take that back");
    page_go(p, back(p, "/"));
    return OK;
}

/* The beginning of that day by the clock of the house. */
static err put_away(struct tx *t, struct page *p)
{
    struct ctx *c = &t->c;
    id event;
    int64_t day;
    page_again(p, show_wait);
    if (!date_parse_iso(form_str(p, "until"), &day, NULL))
        return fail(c, E_INVALID, "Please choose a day, such as 2026-03-09.");
    TRY(wait_sleep(t, page_id(p, "message"), day - c->offset_s, &event));
    page_notice(p, "Put away until %.*s.", STR(date_people(c->a, day - c->offset_s, c->offset_s)));
    page_undo(p, url_to(p->a, "/waiting/undo/%" PRId64, event), "Take that back");
    page_go(p, URL("/waiting"));
    return OK;
}

static err say_needless(struct tx *t, struct page *p)
{
    id event;
    TRY(wait_needless(t, page_id(p, "message"), &event));
    page_notice(p, "That message asks for no answer.");
    page_undo(p, url_to(p->a, "/waiting/undo/%" PRId64, event), "Take that back");
    page_go(p, URL("/waiting"));
    return OK;
}

static err mute_waits(struct tx *t, struct page *p)
{
    struct person who;
    bool on = person_on(p);
    TRY(person_get(&t->c, page_id(p, "who"), &who));
    TRY(wait_mute(t, who.id, on));
    page_notice(p,
                on ? "Waits of %.*s are not shown to you any more."
                   : "Waits of %.*s are shown again.",
                STR(who.name));
    page_undo(p, url_to(p->a, "/waiting/%" PRId64 "/mute?on=%d", who.id, !on), "Undo");
    page_go(p, URL("/waiting"));
    return OK;
}

static err undo_close(struct tx *t, struct page *p)
{
    TRY(talk_undo(t, page_id(p, "event")));
    page_notice(p, "It waits again.");
    page_go(p, back(p, "/"));
    return OK;
}

static err say_fine(struct tx *t, struct page *p)
{
    id who = page_id(p, "who");
    TRY(tie_leave_be(t, who));
    page_notice(p, "Fine. It comes up again only after you have heard from each other.");
    page_undo(p, url_to(p->a, "/drifting/%" PRId64 "/watch", who), "Take that back");
    page_go(p, back(p, "/drifting"));
    return OK;
}

static err watch_again(struct tx *t, struct page *p)
{
    TRY(tie_watch(t, page_id(p, "who")));
    page_notice(p, "It is watched again.");
    page_go(p, back(p, "/drifting"));
    return OK;
}

const struct route today_routes[] = {
    PAGE("/", NEED_KEEPER, show_today,
         "the day: who waits, who drifts away, who is new, what the house needs"),
    PAGE("/waiting", NEED_KEEPER, show_waiting,
         "everybody who waits on you, and for whom you wait"),
    DEED("/waiting/:message/close", NEED_KEEPER, close_wait,
         "say that nothing waits in this conversation"),
    PAGE("/waiting/:message", NEED_KEEPER, show_wait,
         "put a wait away until a day, or say that it asks for no answer"),
    DEED("/waiting/:message/later", NEED_KEEPER, put_away, "put a wait away until a day"),
    DEED("/waiting/:message/needless", NEED_KEEPER, say_needless,
         "say that one message asks for no answer"),
    DEED("/waiting/:who/mute", NEED_KEEPER, mute_waits,
         "see no more waits of somebody, or see them again"),
    DEED("/waiting/undo/:event", NEED_KEEPER, undo_close, "take back that nothing waits"),
    PAGE("/drifting", NEED_KEEPER, show_drifting,
         "who is going quiet, by your own rhythm with them"),
    DEED("/drifting/:who/fine", NEED_KEEPER, say_fine,
         "say that a silence is fine until the next contact"),
    DEED("/drifting/:who/watch", NEED_KEEPER, watch_again, "take back that a silence is fine"),
    PAGE("/health", NEED_KEEPER, show_health,
         "what mail was read, what was skipped or not understood, and why"),
    PAGE("/health/unreadable/:event", NEED_KEEPER, show_unreadable,
         "a message that was not understood, as it came"),
    { 0 },
};
