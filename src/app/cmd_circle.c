/* SPDX-License-Identifier: GPL-3.0-or-later
 * cmd_circle.c - snug circle: the circles a keeper sits in, from a terminal. */
#include "app/command.h"
#include "kit/base/date.h"
#include "kit/base/json.h"
#include "people/keeper.h"
#include "talk/circle_talk.h"

#include <stdlib.h>

enum { LINES = 60 };

struct asked {
    bool json;
    struct str as, out;
    id viewer, circle;
};

static err find_viewer(struct ctx *c, void *arg)
{
    struct asked *q = arg;
    return call_viewer(c, q->as, &q->viewer);
}

static err list(struct ctx *c, void *arg)
{
    struct asked *q = arg;
    struct circles mine;
    struct buf o = { .a = c->a };
    struct json *all = json_begin_list(c->a);
    circles_mine(c, &mine);
    for (int i = 0; i < mine.n; i++) {
        const struct circle *k = &mine.at[i];
        struct json *j = json_nest(all, NULL);
        json_add_int(j, "id", k->id);
        json_add_str(j, "name", k->name);
        json_add_str(j, "why", k->why);
        json_add_int(j, "size", k->size);
        buf_fmt(&o, "%6" PRId64 "  %.*s: %.*s\n", k->id, STR(k->name), STR(k->why));
    }
    if (!mine.n) buf_add(&o, S("In no circle.\n"));
    q->out = q->json ? str_fmt(c->a, "%.*s\n", STR(json_write(all))) : buf_str(&o);
    return OK;
}

static err show(struct ctx *c, void *arg)
{
    struct asked *q = arg;
    struct circle k;
    struct circle_seats seats;
    struct talk_lines lines;
    struct buf o = { .a = c->a };
    struct json *j = json_begin(c->a), *in = json_nest_list(j, "members"),
                *said = json_nest_list(j, "talk");
    TRY(circle_get(c, q->circle, &k));
    circle_members(c, k.id, &seats);
    talk_circle_list(c, k.id, LINES, &lines);
    json_add_int(j, "id", k.id);
    json_add_str(j, "name", k.name);
    json_add_str(j, "why", k.why);
    buf_fmt(&o, "%.*s\n%.*s\n\n", STR(k.name), STR(k.why));
    for (int i = 0; i < seats.n; i++) {
        json_add_str(json_nest(in, NULL), "name", seats.at[i].name);
        buf_fmt(&o, "  %.*s%s\n", STR(seats.at[i].name), seats.at[i].masked ? " (a mask)" : "");
    }
    buf_char(&o, '\n');
    for (int i = 0; i < lines.n; i++) {
        const struct talk_line *l = &lines.at[i];
        struct json *one = json_nest(said, NULL);
        json_add_int(one, "message", l->message);
        json_add_str(one, "subject", l->subject);
        json_add_str(one, "last", date_iso(c->a, l->last_at));
        buf_fmt(&o, "%6" PRId64 "  %.*s\n", l->message, STR(l->subject));
    }
    q->out = q->json ? str_fmt(c->a, "%.*s\n", STR(json_write(j))) : buf_str(&o);
    return OK;
}

static int run_circle(struct call *k)
{
    struct asked q = { .json = k->json, .as = S(""), .out = S("") };
    struct work who = { .a = k->a }, w = { .a = k->a };
    call_option(k, "as", &q.as);
    if (k->n > 1 || (k->n && (q.circle = strtoll(k->words[0], NULL, 10)) < 1))
        return call_usage(k, &circle_command);
    if (work_read(k->home.store, &who, find_viewer, &q) != OK) return call_fail(who.why);
    w.viewer = q.viewer;
    if (work_read(k->home.store, &w, k->n ? show : list, &q) != OK) return call_fail(w.why);
    fwrite(q.out.p, 1, (size_t)q.out.n, stdout);
    return EXIT_OK;
}
const struct command circle_command = { "circle", "[--json] [--as ADDRESS] [CIRCLE]",
                                        "the circles a keeper sits in, or what is in one",
                                        WANTS_HOUSE, run_circle };
