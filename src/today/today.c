/* SPDX-License-Identifier: GPL-3.0-or-later
 * today.c - gathers the day's lines from the concepts and says why a list is empty. */
#include "today/today.h"

#include "kit/base/date.h"
#include "kit/base/text.h"
#include "post/mailbox.h"
#include "ties/words.h"

enum {
    BEAT_MOST = 2 * MINUTE,
    COMMON = 3,
    UNREADABLE_MOST = 1000,
    ALIKE_MOST = 20,
    MAILBOXES_MOST = 3
};

/* ---- words --------------------------------------------------------------------- */

static struct str counted(struct arena *a, int64_t n, const char *one, const char *many)
{
    struct str number = text_grouped(a, n);
    return str_fmt(a, "%.*s %s", STR(number), n == 1 ? one : many);
}

static struct str date_of(struct ctx *c)
{
    static const char *const days[] = { "Sunday",   "Monday", "Tuesday", "Wednesday",
                                        "Thursday", "Friday", "Saturday" };
    struct str day = date_people(c->a, c->now, c->offset_s);
    return str_fmt(c->a, "%s, %.*s", days[date_civil(c->now, c->offset_s).weekday], STR(day));
}

static struct str clock_words(struct ctx *c, int64_t at)
{
    struct civil t = date_civil(at, c->offset_s);
    struct str day = date_ago(c->a, at, c->now, c->offset_s);
    return str_fmt(c->a, "%.*s at %02d:%02d", STR(day), t.hour, t.minute);
}

static struct str newest(struct arena *a, const struct talk_fresh *f, int offset_s)
{
    struct str day = date_people(a, f->newest, offset_s);
    return str_fmt(a, "The newest mail here is from %.*s; what came after it is not known.",
                   STR(day));
}

struct str today_why_nobody_waits(struct arena *a, const struct talk_fresh *f, int offset_s,
                                  bool ours)
{
    if (!f->any)
        return S("No mail has been brought into this house yet, so nobody can be seen waiting.");
    if (!f->yours)
        return S("None of the mail in this house is yours to read, so nobody can be seen waiting "
                 "on you.");
    if (f->stale) {
        struct str old = newest(a, f, offset_s);
        return str_fmt(a, "Nobody is seen waiting, but that is no all-clear. %.*s", STR(old));
    }
    return ours ? S("Nobody waits on you: whoever wrote has an answer, or wrote only just now.")
                : S("You wait for nobody: your questions have been answered, or are younger than "
                    "three days.");
}

struct str today_why_nobody_drifts(struct arena *a, const struct talk_fresh *f, int offset_s,
                                   int house_days, int ties)
{
    if (!f->any) return S("Without mail I know nobody yet.");
    if (!ties) return S("Nobody has written with you both ways yet: a rhythm needs two.");
    if (house_days <= TIE_HOUSE_DAYS_MIN) {
        struct str span = house_days < 14 ? counted(a, house_days, "day", "days")
                                          : counted(a, (house_days + 3) / 7, "week", "weeks");
        return str_fmt(
            a,
            "I have known these people for only %.*s; after two months I can tell who goes quiet.",
            STR(span));
    }
    if (f->stale) {
        struct str old = newest(a, f, offset_s);
        return str_fmt(a, "A silence may not be one. %.*s", STR(old));
    }
    return S("Nobody: everyone you have a rhythm with was heard from in it.");
}

static struct str summary(struct ctx *c, const struct today *t)
{
    struct str part[3];
    struct buf o = { .a = c->a };
    int n = 0;
    if (t->waiting_all > TODAY_COUNT_MOST) part[n++] = S("more than a hundred people wait on you");
    else if (t->waiting_all)
        part[n++] = counted(c->a, t->waiting_all, "person waits on you", "people wait on you");
    if (t->drifting.all)
        part[n++] = counted(c->a, t->drifting.all, "is going quiet", "are going quiet");
    if (t->news.n) part[n++] = counted(c->a, t->news.n, "face is new", "faces are new");
    if (!n) return S("");
    for (int i = 0; i < n; i++) {
        if (i) buf_add(&o, i == n - 1 ? S(" and ") : S(", "));
        buf_add(&o, part[i]);
    }
    buf_char(&o, '.');
    if (*o.p == 'm') *o.p = 'M';
    return buf_str(&o);
}

/* ---- lists ---------------------------------------------------------------------- */

static struct str names_of(struct arena *a, const struct person_lines *list)
{
    struct buf o = { .a = a };
    for (int i = 0; i < list->n; i++) {
        if (i) buf_add(&o, i == list->n - 1 ? S(" and ") : S(", "));
        buf_add(&o, list->at[i].name);
    }
    return buf_str(&o);
}

struct str today_muted_words(struct arena *a, const struct today *t)
{
    int more = t->muted_all - t->muted.n;
    if (!t->muted.n) return S("");
    struct str names = names_of(a, &t->muted);
    return more > 0 ? str_fmt(a, "Waits of %.*s and %d more are muted.", STR(names), more)
                    : str_fmt(a, "Waits of %.*s are muted.", STR(names));
}

static void read_news(struct ctx *c, struct today_news *out)
{
    struct newcomers list;
    struct person_lines common;
    talk_newcomers(c, c->now - TODAY_NEW_DAYS * DAY, TODAY_LINES, &list);
    *out = (struct today_news){ NEW(c->a, struct today_new, MAX(list.n, 1)), list.n };
    for (int i = 0; i < list.n; i++) {
        out->at[i] = (struct today_new){ list.at[i], S("") };
        talk_common(c, c->viewer, list.at[i].who.id, COMMON, &common);
        struct str names = names_of(c->a, &common);
        if (common.n) out->at[i].shared = str_fmt(c->a, "You both know %.*s.", STR(names));
    }
}

/* The list, how many there are of the last month, and how many older. Old ones stand on the page
 * only when nothing else does: what waits since last year is not a day's work. */
static void read_waits(struct ctx *c, bool ours, struct waitings *out, int *all, int *old)
{
    int fresh = 0;
    talk_waiting(c, ours, TODAY_LINES, out);
    while (fresh < out->n && c->now - out->at[fresh].since < TALK_OLD_WAIT) fresh++;
    *all = fresh < TODAY_LINES ? fresh : talk_waiting_count(c, ours, false, TODAY_COUNT_MOST + 1);
    *old = talk_waiting_count(c, ours, true, TODAY_COUNT_MOST + 1);
    if (fresh) out->n = fresh;
}

/* ---- the house ------------------------------------------------------------------- */

static struct str source_words(struct ctx *c, const struct today_source *s, int64_t beat)
{
    struct str done = text_grouped(c->a, s->done), total = text_grouped(c->a, s->total),
               when = clock_words(c, s->ended ? s->ended : beat);
    if (s->state == SOURCE_RUNNING)
        return str_fmt(c->a, "%.*s of %.*s messages read so far", STR(done), STR(total));
    if (s->state == SOURCE_STOPPED)
        return str_fmt(
            c->a,
            "stopped %.*s after %.*s of %.*s messages: start it again, nothing is lost or doubled",
            STR(when), STR(done), STR(total));
    struct str skips = text_grouped(c->a, s->skipped);
    return str_fmt(c->a, "%.*s of %.*s messages, last read %.*s, %.*s skipped", STR(done),
                   STR(total), STR(when), STR(skips));
}

bool today_brought(struct ctx *c, id who)
{
    return who ? who == c->viewer : keeper_role_of(c, c->viewer) == KEEPER_OWNER;
}

void today_sources(struct ctx *c, int max, struct today_sources *out)
{
    bool owner = keeper_role_of(c, c->viewer) == KEEPER_OWNER;
    *out = (struct today_sources){ NEW(c->a, struct today_source, MAX(max, 1)), 0 };
    int64_t *beat = NEW(c->a, int64_t, MAX(max, 1));
    EACH (
        r, c,
        SQL("SELECT s.id, s.path, s.started, s.ended, s.total, s.done, s.fresh, s.skipped, "
            "s.unreadable, s.beat, s.keeper, coalesce(p.name, '') FROM source s LEFT JOIN person "
            "p ON p.id=s.keeper WHERE s.keeper=$2 OR $3<>0 ORDER BY s.id DESC LIMIT $1 /* scan */"),
        I(max), I(c->viewer), I(owner)) {
        bool own = row_int(&r, 10) == c->viewer || !row_int(&r, 10);
        beat[out->n] = row_int(&r, 9);
        out->at[out->n++] = (struct today_source){ .id = row_int(&r, 0),
                                                   .own = own,
                                                   .path = own ? row_str(&r, 1) : S(""),
                                                   .by = row_str(&r, 11),
                                                   .started = row_int(&r, 2),
                                                   .ended = row_int(&r, 3),
                                                   .total = row_int(&r, 4),
                                                   .done = row_int(&r, 5),
                                                   .fresh = row_int(&r, 6),
                                                   .skipped = row_int(&r, 7),
                                                   .unreadable = row_int(&r, 8) };
    }
    for (int i = 0; i < out->n; i++) {
        struct today_source *s = &out->at[i];
        s->state = s->ended                       ? SOURCE_DONE
                   : c->now - beat[i] < BEAT_MOST ? SOURCE_RUNNING
                                                  : SOURCE_STOPPED;
        s->words = source_words(c, s, beat[i]);
    }
}

static void care(struct today *t, struct str words, struct str path, struct str label)
{
    if (t->cares.n < COUNT(t->cares.at))
        t->cares.at[t->cares.n++] = (struct today_care){ words, path, label };
}

/* Mailboxes of the viewer that stopped or are behind. */
static void read_mailboxes(struct ctx *c, struct today *t)
{
    struct mailboxes list;
    struct mailbox_folders folders;
    mailbox_list(c, c->viewer, &list);
    for (int i = 0, n = 0; i < list.n && n < MAILBOXES_MOST; i++) {
        mailbox_folders(c, list.at[i].id, &folders);
        struct str words = mailbox_care(c, &list.at[i], &folders);
        if (!words.n) continue;
        n++;
        care(t, words, str_fmt(c->a, "/mailboxes/%" PRId64, list.at[i].id), S("See to it"));
    }
    if (list.n && !t->health.n) {
        mailbox_folders(c, list.at[0].id, &folders);
        struct str words = mailbox_words(c, &list.at[0], &folders);
        t->health = str_upto(words, words.n - str_ends(words, S(".")));
    }
    t->mailboxes = list.n;
}

static void read_health(struct ctx *c, struct today *t)
{
    struct today_sources s;
    struct log_copy copy;
    int unreadable =
        (int)db_int(c, 0,
                    SQL("SELECT count(*) FROM (SELECT 1 FROM unreadable u CROSS JOIN event e "
                        "WHERE e.id=u.event AND e.actor IN($1, $2) LIMIT $3) mine /* scan */"),
                    I(c->viewer), I(today_brought(c, 0) ? 0 : c->viewer), I(UNREADABLE_MOST));
    int alike = person_alike_count(c, ALIKE_MOST);
    today_sources(c, 1, &s);
    t->health = s.n ? s.at[0].words : S("");
    read_mailboxes(c, t);
    if (t->fresh.stale) {
        struct str ago = date_ago(c->a, t->fresh.newest, c->now, c->offset_s),
                   day = date_people(c->a, t->fresh.newest, c->offset_s);
        care(t,
             str_fmt(c->a, "Mail was last read %.*s: the newest is from %.*s.", STR(ago), STR(day)),
             S("/health"), S("See the sources"));
    }
    if (!t->fresh.any && !s.n && !t->mailboxes)
        care(t, S("No mail has been brought in yet."), S("/health#bring"), S("How to bring it in"));
    if (s.n && s.at[0].state != SOURCE_DONE) {
        const char *what = s.at[0].state == SOURCE_RUNNING ? "Mail is being read" : "Reading mail";
        const char *join = s.at[0].state == SOURCE_RUNNING ? ": " : " ";
        care(t, str_fmt(c->a, "%s%s%.*s.", what, join, STR(s.at[0].words)), S("/health"),
             S("See the sources"));
    }
    if (s.n && s.at[0].skipped) {
        struct str n =
            counted(c->a, s.at[0].skipped, "message was skipped", "messages were skipped");
        care(t, str_fmt(c->a, "%.*s at the last reading.", STR(n)), S("/health"),
             s.at[0].own ? S("See which, and why") : S("See the sources"));
    }
    if (unreadable) {
        struct str n = counted(c->a, unreadable, "message could not be understood; it is",
                               "messages could not be understood; they are");
        care(t, str_fmt(c->a, "%.*s kept as it came.", STR(n)), S("/health"),
             S("See which, and why"));
    }
    log_copy_last(c, &copy);
    if (copy.said.n)
        care(t, str_fmt(c->a, "The house could not be copied: %.*s.", STR(copy.said)), S("/health"),
             S("How the house is"));
    if (alike) {
        struct str n = alike == 1 ? S("One name belongs")
                                  : str_fmt(c->a, "%s%d names belong",
                                            alike == ALIKE_MOST ? "At least " : "", alike);
        care(t, str_fmt(c->a, "%.*s to more than one entry: the same person, or two?", STR(n)),
             S("/people/alike"), S("Decide"));
    }
}

/* ---- the whole -------------------------------------------------------------------- */

void today_read(struct ctx *c, struct today *out)
{
    struct tie_owns ties;
    struct sleepings asleep;
    *out = (struct today){ .now = c->now, .at = log_end(c), .date = date_of(c), .sample = S("") };
    house_get(c, &out->house);
    talk_fresh(c, &out->fresh);
    read_waits(c, true, &out->waiting, &out->waiting_all, &out->waiting_old);
    read_waits(c, false, &out->awaited, &out->awaited_all, &out->awaited_old);
    wait_muted(c, TODAY_MUTED, &out->muted, &out->muted_all);
    wait_asleep(c, TODAY_ASLEEP, &asleep);
    out->asleep = asleep.n;
    tie_lately_of(c, c->viewer, &ties);
    ties.stale_days = out->fresh.stale_days;
    tie_drifts(c, &ties, TIE_DRIFT_A_DAY, &out->drifting);
    tie_joys(c, &ties, TODAY_FEW, &out->joys);
    tie_one_ways(c, &ties, TODAY_FEW, &out->one_way);
    tie_should_meet(c, &ties, TODAY_FEW, &out->meet);
    read_news(c, &out->news);
    read_health(c, out);
    today_sending(c, out);
    if (out->house.sample)
        out->sample = S("This house and everybody in it are invented, for looking around. For your "
                        "own, make a house with `snug init`"
                        " and bring your mail in with `snug import`.");
    out->none_waiting = today_why_nobody_waits(c->a, &out->fresh, c->offset_s, true);
    out->none_awaited = today_why_nobody_waits(c->a, &out->fresh, c->offset_s, false);
    out->none_drifting =
        today_why_nobody_drifts(c->a, &out->fresh, c->offset_s, ties.house_days, ties.n);
    out->none_new = out->fresh.any ? S("Nobody wrote for the first time in the last two weeks.")
                                   : S("Nobody yet.");
    out->summary = summary(c, out);
}
