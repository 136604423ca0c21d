/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "today/morning.h"

#include "kit/base/text.h"
#include "talk/notice.h"
#include "ties/words.h"

/* ---- who wants it, and when ------------------------------------------------- */

int morning_hour(struct ctx *c, id keeper)
{
    return (int)db_int(c, MORNING_NEVER, SQL("SELECT hour FROM morning WHERE keeper=$1"),
                       I(keeper));
}

static int64_t day_of(struct ctx *c) { return (c->now + c->offset_s) / DAY; }
static int64_t hour_of(struct ctx *c) { return (c->now + c->offset_s) % DAY / HOUR; }

err morning_set(struct tx *t, int hour)
{
    struct ctx *c = &t->c;
    if (hour != MORNING_NEVER && (hour < MORNING_FIRST || hour > MORNING_LAST))
        return fail(c, E_INVALID, "Please choose an hour of the morning.");
    db_do(t, SQL("DELETE FROM morning WHERE keeper=$1"), I(c->viewer));
    if (hour != MORNING_NEVER)
        db_do(t, SQL("INSERT INTO morning(keeper, hour, sent) VALUES($1, $2, $3)"), I(c->viewer),
              I(hour), I(hour_of(c) >= hour ? day_of(c) : day_of(c) - 1));
    return OK;
}

/* ---- the letter ------------------------------------------------------------- */

struct letter {
    struct buf out;
    struct str origin;
};

static void heading(struct letter *l, const char *words) { buf_fmt(&l->out, "\n%s\n\n", words); }

static void line(struct letter *l, struct str words, struct str quote, struct str path)
{
    buf_fmt(&l->out, "* %.*s\n", STR(words));
    if (quote.n) buf_fmt(&l->out, "  \"%.*s\"\n", STR(quote));
    buf_fmt(&l->out, "  %.*s%.*s\n", STR(l->origin), STR(path));
}

static void empty(struct letter *l, struct str why) { buf_fmt(&l->out, "%.*s\n", STR(why)); }

static void put_waiting(struct letter *l, const char *words, const struct waitings *list,
                        struct str none)
{
    struct arena *a = l->out.a;
    heading(l, words);
    if (!list->n) empty(l, none);
    for (int i = 0; i < list->n; i++) {
        const struct waiting *w = &list->at[i];
        line(l,
             str_fmt(a, "%.*s, %.*s: %.*s", STR(w->who.name), STR(tie_say_days(a, w->days)),
                     STR(w->subject)),
             w->line, str_fmt(a, "/talk/%" PRId64 "#m%" PRId64, w->message, w->message));
    }
}

static void put_drifts(struct letter *l, const char *words, const struct drifts *list,
                       struct str none)
{
    struct arena *a = l->out.a;
    if (!list->n && !none.n) return;
    heading(l, words);
    if (!list->n) empty(l, none);
    for (int i = 0; i < list->n; i++) {
        const struct drift *d = &list->at[i];
        line(l, str_fmt(a, "%.*s: %.*s", STR(d->who.name), STR(d->words)), S(""),
             str_fmt(a, "/people/%" PRId64, d->who.id));
    }
}

static void put_news(struct letter *l, const struct today *t)
{
    struct arena *a = l->out.a;
    heading(l, "New faces");
    if (!t->news.n) empty(l, t->none_new);
    for (int i = 0; i < t->news.n; i++) {
        const struct newcomer *n = &t->news.at[i].met;
        line(l, str_fmt(a, "%.*s: %.*s", STR(n->who.name), STR(n->subject)), n->line,
             str_fmt(a, "/talk/%" PRId64, n->message));
    }
}

static void put_house(struct letter *l, const struct today *t)
{
    if (!t->cares.n && !t->health.n) return;
    heading(l, "The house");
    for (int i = 0; i < t->cares.n; i++) line(l, t->cares.at[i].words, S(""), t->cares.at[i].path);
    if (t->health.n) empty(l, str_fmt(l->out.a, "Mail: %.*s.", STR(t->health)));
}

struct str morning_text(struct arena *a, const struct today *t, struct str origin)
{
    struct letter l = { { .a = a }, origin };
    buf_fmt(&l.out, "%.*s\n", STR(t->date));
    if (t->summary.n) buf_fmt(&l.out, "%.*s\n", STR(t->summary));
    put_waiting(&l, "Waiting on you", &t->waiting, t->none_waiting);
    put_waiting(&l, "You wait for", &t->awaited, t->none_awaited);
    put_drifts(&l, "Drifting away", &t->drifting, t->none_drifting);
    put_news(&l, t);
    put_drifts(&l, "Light in one direction", &t->one_way, S(""));
    put_drifts(&l, "A joy", &t->joys, S(""));
    put_house(&l, t);
    buf_fmt(&l.out,
            "\n-- \nThe whole page: %.*s/\nTo get this letter at another hour, or no more: "
            "%.*s/settings\n",
            STR(origin), STR(origin));
    return buf_str(&l.out);
}

/* ---- sending it --------------------------------------------------------------- */

struct step {
    id keeper;
    struct str origin, address;
    struct person who;
    struct today page;
};

static err find_due(struct ctx *c, void *arg)
{
    struct step *s = arg;
    s->keeper = db_int(c, 0,
                       SQL("SELECT m.keeper FROM morning m JOIN keeper k ON k.person=m.keeper AND "
                           "k.gone=0 WHERE m.sent<$1 AND m.hour<=$2 ORDER BY m.keeper LIMIT 1 "
                           "/* scan */"),
                       I(day_of(c)), I(hour_of(c)));
    return OK;
}

static err read_page(struct ctx *c, void *arg)
{
    struct step *s = arg;
    struct handles list;
    TRY(person_get(c, s->keeper, &s->who));
    person_handles(c, s->keeper, &list);
    s->address = S("");
    for (int i = 0; i < list.n && !s->address.n; i++)
        if (str_begins(list.at[i].uri, S("mailto:"))) s->address = list.at[i].shown;
    today_read(c, &s->page);
    return OK;
}

/* A house that can't send any more doesn't try all day. */
static err write_letter(struct tx *t, void *arg)
{
    struct step *s = arg;
    struct ctx *c = &t->c;
    if (!db_do(t, SQL("UPDATE morning SET sent=$1 WHERE keeper=$2 AND sent<$1"), I(day_of(c)),
               I(s->keeper)) ||
        !s->address.n || !notice_possible(c))
        return OK;
    struct notice_letter n = { .keeper = s->keeper,
                               .name = s->who.name,
                               .address = s->address,
                               .subject =
                                   str_fmt(c->a, "%.*s: %.*s", STR(s->page.house.name),
                                           STR(s->page.summary.n ? s->page.summary : s->page.date)),
                               .text = morning_text(c->a, &s->page, s->origin) };
    n.subject = text_short(c->a, n.subject, 100);
    return notice_send(t, &n);
}

bool morning_step(struct store *store, struct arena *a, struct str origin)
{
    struct step s = { .origin = origin };
    struct work finding = { .a = a };
    if (work_read(store, &finding, find_due, &s) != OK || !s.keeper) return false;
    struct work reading = { .a = a, .viewer = s.keeper }, writing = reading;
    return work_read(store, &reading, read_page, &s) == OK &&
           work_write(store, &writing, write_letter, &s) == OK;
}
