/* SPDX-License-Identifier: GPL-3.0-or-later
 * today_text.c - the same page for a terminal, a plain mail, a program. */
#include "today/today.h"

#include "kit/base/json.h"
#include "kit/base/text.h"
#include "ties/words.h"

enum { WIDE = 78 };

/* ---- text ----------------------------------------------------------------------- */

/* One paragraph, filled to the width; later lines stand under the first word. */
static void fill(struct buf *o, const char *first, int indent, struct str words)
{
    int at = 0;
    for (const char *p = first; *p; p++, at++) buf_char(o, *p);
    bool begun = false;
    for (struct str word; words.n;) {
        if (!str_cut(&words, ' ', &word)) break;
        int n = text_letters(word);
        if (!n) continue;
        if (begun && at + 1 + n > WIDE) {
            buf_fmt(o, "\n%*s", indent, "");
            at = indent;
        } else if (begun) {
            buf_char(o, ' ');
            at++;
        }
        buf_add(o, word);
        at += n;
        begun = true;
    }
    buf_char(o, '\n');
}

/* Where a line leads back to, in a letter. */
static void put_link(struct buf *o, struct str origin, const char *place, id which)
{
    if (origin.n) buf_fmt(o, "    %.*s/%s/%" PRId64 "\n", STR(origin), place, which);
}

static void heading(struct buf *o, const char *words, int shown, int all)
{
    if (all <= shown) buf_fmt(o, "\n%s\n", words);
    else if (all > TODAY_COUNT_MOST)
        buf_fmt(o, "\n%s (%d of more than %d)\n", words, shown, TODAY_COUNT_MOST);
    else buf_fmt(o, "\n%s (%d of %d)\n", words, shown, all);
}

static void put_waiting(struct buf *o, const char *words, const struct waitings *list, int all,
                        int old, struct str none, struct str origin)
{
    heading(o, words, list->n, all ? all : old);
    if (!list->n) fill(o, "  ", 2, none);
    for (int i = 0; i < list->n; i++) {
        const struct waiting *w = &list->at[i];
        struct str days = tie_say_days(o->a, w->days);
        fill(o, "  ", 4,
             str_fmt(o->a, "%.*s, %.*s: %.*s", STR(w->who.name), STR(days), STR(w->subject)));
        if (w->line.n) fill(o, "    > ", 6, w->line);
        put_link(o, origin, "talk", w->message);
    }
    if (all && old)
        fill(o, "  ", 2,
             str_fmt(o->a, "And %s%d from more than a month ago.",
                     old > TODAY_COUNT_MOST ? "more than " : "", MIN(old, TODAY_COUNT_MOST)));
}

static void put_drifts(struct buf *o, const char *words, const struct drifts *list, struct str none,
                       struct str origin)
{
    if (!list->n && !none.n) return;
    heading(o, words, list->n, list->all);
    if (!list->n) fill(o, "  ", 2, none);
    for (int i = 0; i < list->n; i++) {
        fill(o, "  ", 4,
             str_fmt(o->a, "%.*s: %.*s", STR(list->at[i].who.name), STR(list->at[i].words)));
        put_link(o, origin, "people", list->at[i].who.id);
    }
}

static void put_news(struct buf *o, const struct today *t, struct str origin)
{
    heading(o, "New faces", t->news.n, t->news.n);
    if (!t->news.n) fill(o, "  ", 2, t->none_new);
    for (int i = 0; i < t->news.n; i++) {
        const struct today_new *n = &t->news.at[i];
        fill(o, "  ", 4,
             str_fmt(o->a, "%.*s: %.*s %.*s", STR(n->met.who.name), STR(n->met.subject),
                     STR(n->shared)));
        if (n->met.line.n) fill(o, "    > ", 6, n->met.line);
        put_link(o, origin, "talk", n->met.message);
    }
}

struct str today_text_with(struct arena *a, const struct today *t, struct str origin)
{
    struct buf o = { .a = a };
    fill(&o, "", 0, str_fmt(a, "%.*s - %.*s", STR(t->house.name), STR(t->date)));
    if (t->sample.n) fill(&o, "", 0, t->sample);
    if (t->summary.n) fill(&o, "", 0, t->summary);
    put_waiting(&o, "Waiting on you", &t->waiting, t->waiting_all, t->waiting_old, t->none_waiting,
                origin);
    if (t->muted.n) fill(&o, "  ", 4, today_muted_words(a, t));
    if (t->asleep) fill(&o, "  ", 4, str_fmt(a, "%d put away until a day.", t->asleep));
    put_waiting(&o, "You wait for", &t->awaited, t->awaited_all, t->awaited_old, t->none_awaited,
                origin);
    put_drifts(&o, "Drifting away", &t->drifting, t->none_drifting, origin);
    put_news(&o, t, origin);
    put_drifts(&o, "Light in one direction", &t->one_way, S(""), origin);
    put_drifts(&o, "A joy", &t->joys, S(""), origin);
    if (t->meet.n) heading(&o, "Who should meet", t->meet.n, t->meet.n);
    for (int i = 0; i < t->meet.n; i++) {
        fill(&o, "  ", 4,
             str_fmt(a, "%.*s and %.*s: %.*s", STR(t->meet.at[i].a_name), STR(t->meet.at[i].b_name),
                     STR(t->meet.at[i].words)));
        put_link(&o, origin, "people", t->meet.at[i].a);
        put_link(&o, origin, "people", t->meet.at[i].b);
    }
    if (t->cares.n || t->health.n) heading(&o, "The house", 0, 0);
    for (int i = 0; i < t->cares.n; i++) {
        fill(&o, "  ", 4, t->cares.at[i].words);
        if (origin.n) buf_fmt(&o, "    %.*s%.*s\n", STR(origin), STR(t->cares.at[i].path));
    }
    if (t->health.n) fill(&o, "  ", 4, str_fmt(a, "Mail: %.*s.", STR(t->health)));
    return buf_str(&o);
}

struct str today_text(struct arena *a, const struct today *t)
{
    return today_text_with(a, t, S(""));
}

/* ---- JSON ------------------------------------------------------------------------- */

static void add_who(struct json *o, const struct person *p)
{
    json_add_int(o, "person", p->id);
    json_add_str(o, "name", p->name);
}

static void add_waitings(struct json *root, const char *key, const struct waitings *list)
{
    struct json *l = json_nest_list(root, key);
    for (int i = 0; i < list->n; i++) {
        struct json *o = json_nest(l, NULL);
        add_who(o, &list->at[i].who);
        json_add_int(o, "message", list->at[i].message);
        json_add_str(o, "subject", list->at[i].subject);
        json_add_str(o, "line", list->at[i].line);
        json_add_int(o, "since", list->at[i].since);
        json_add_int(o, "days", list->at[i].days);
    }
}

static void add_drifts(struct json *root, const char *key, const struct drifts *list)
{
    struct json *l = json_nest_list(root, key);
    for (int i = 0; i < list->n; i++) {
        struct json *o = json_nest(l, NULL);
        add_who(o, &list->at[i].who);
        json_add_str(o, "words", list->at[i].words);
        json_add_int(o, "silent_days", list->at[i].reading.silence_days);
    }
}

static void add_news(struct json *root, const struct today_news *list)
{
    struct json *l = json_nest_list(root, "new");
    for (int i = 0; i < list->n; i++) {
        struct json *o = json_nest(l, NULL);
        add_who(o, &list->at[i].met.who);
        json_add_int(o, "message", list->at[i].met.message);
        json_add_str(o, "subject", list->at[i].met.subject);
        json_add_str(o, "line", list->at[i].met.line);
        json_add_int(o, "at", list->at[i].met.at);
        json_add_str(o, "shared", list->at[i].shared);
    }
}

static void add_meets(struct json *root, const struct tie_meets *list)
{
    struct json *l = json_nest_list(root, "meet");
    for (int i = 0; i < list->n; i++) {
        struct json *o = json_nest(l, NULL), *who = json_nest_list(o, "people");
        json_add_int(who, NULL, list->at[i].a);
        json_add_int(who, NULL, list->at[i].b);
        json_add_int(o, "by", list->at[i].by);
        json_add_str(o, "words", list->at[i].words);
    }
}

struct str today_json(struct arena *a, const struct today *t)
{
    struct json *o = json_begin(a), *health, *muted;
    json_add_str(o, "house", t->house.name);
    json_add_int(o, "now", t->now);
    json_add_str(o, "date", t->date);
    json_add_bool(o, "sample", t->house.sample);
    json_add_bool(o, "mail", t->fresh.any);
    json_add_bool(o, "stale", t->fresh.stale);
    json_add_int(o, "newest", t->fresh.newest);
    add_waitings(o, "waiting", &t->waiting);
    json_add_int(o, "waiting_all", t->waiting_all);
    json_add_int(o, "waiting_old", t->waiting_old);
    if (!t->waiting.n) json_add_str(o, "waiting_why", t->none_waiting);
    add_waitings(o, "awaited", &t->awaited);
    json_add_int(o, "awaited_all", t->awaited_all);
    json_add_int(o, "awaited_old", t->awaited_old);
    json_add_int(o, "asleep", t->asleep);
    muted = json_nest_list(o, "muted");
    for (int i = 0; i < t->muted.n; i++) json_add_str(muted, NULL, t->muted.at[i].name);
    add_drifts(o, "drifting", &t->drifting);
    if (!t->drifting.n) json_add_str(o, "drifting_why", t->none_drifting);
    add_news(o, &t->news);
    add_drifts(o, "one_way", &t->one_way);
    add_drifts(o, "joys", &t->joys);
    add_meets(o, &t->meet);
    health = json_nest_list(o, "health");
    for (int i = 0; i < t->cares.n; i++) json_add_str(health, NULL, t->cares.at[i].words);
    return json_write(o);
}
