/* SPDX-License-Identifier: GPL-3.0-or-later
 * sample.c - two years at the Lantern: scenes, everyday exchanges, then all in order of time. */
#include "app/sample_in.h"
#include "kit/base/date.h"
#include "kit/base/hash.h"

#include <stdlib.h>

static const struct str addresses[] = { S_INIT("marta@lantern.example"),
                                        S_INIT("tom@lantern.example"),
                                        S_INIT("ida@lantern.example"),
                                        S_INIT("hello@lantern.example") };
static const struct sample_house house = {
    .name = S_INIT("The Lantern"),
    .addresses = addresses,
    .n_addresses = COUNT(addresses),
    .owner_name = S_INIT("Marta Veselá"),
    .owner_address = S_INIT("marta@lantern.example"),
    .role_address = S_INIT("hello@lantern.example"),
};

const struct sample_house *sample_house(void) { return &house; }

static const struct sample_idea idea = {
    .name = S_INIT("Children singing in the yard"),
    .words = { S_INIT("Might they sing in your yard, one afternoon in the last week of term?"),
               S_INIT("In the yard, on the steps and out of the windows if they like."),
               S_INIT("They sang all the way back, on the pavement, in two parts."),
               S_INIT("The first form would like to come and sing for your Sunday guests, as the "
                      "bigger ones did.") },
};

const struct sample_idea *sample_idea(void) { return &idea; }

enum {
    TOM_LEAVES = 75, /* days before the end; his work is Ida's from then on */
    YEARS_DAYS = 730
};

/* Which exchanges a person has had: each topic's scripts come in a shuffled round. */
struct round {
    int order[256];
    int n, next;
};

static void round_fill(struct round *r, struct str topics, struct sample_dice *dice)
{
    *r = (struct round){ 0 };
    for (ptrdiff_t t = 0; t < topics.n; t++)
        for (int i = 0; i < sample_n_talks && r->n < COUNT(r->order); i++)
            if (sample_talks[i].topic == topics.p[t]) r->order[r->n++] = i;
    for (int i = r->n - 1; i > 0; i--) {
        int j = sample_upto(dice, i + 1), k = r->order[i];
        r->order[i] = r->order[j];
        r->order[j] = k;
    }
}

static const struct sample_person *keeper_for(const struct sample_person *p, int days,
                                              struct sample_dice *dice)
{
    char c = p->keepers.n ? p->keepers.p[sample_upto(dice, (int)p->keepers.n)] : 'm';
    if (c == 't' && days <= TOM_LEAVES + 4) c = 'i';
    return sample_person(c == 't'   ? S("tom")
                         : c == 'i' ? S("ida")
                         : c == 'h' ? S("hello")
                                    : S("marta"));
}

/* Friends who are still around on that day, in a shuffled order. */
static void friends_for(struct sample_cast *c, int days, struct sample_dice *dice)
{
    struct str rest = c->r->friends, key;
    const struct sample_person *all[16];
    int n = 0;
    while (rest.n && str_cut(&rest, ' ', &key)) {
        const struct sample_person *f = sample_person(key);
        if (f && n < COUNT(all) && days > f->until + 8 && days < f->from) all[n++] = f;
    }
    for (c->n_friends = 0; n > 0 && c->n_friends < 3;) {
        int i = sample_upto(dice, n);
        c->friends[c->n_friends++] = all[i];
        all[i] = all[--n];
    }
}

static bool quiet_time(int64_t at)
{
    struct civil c = date_civil(at, 0);
    return (c.month == 12 && c.day >= 23) || (c.month == 1 && c.day <= 2);
}

/* Who writes for a firm seldom does so at the weekend, and others less on Sundays. */
static int64_t working_day(int64_t day, const struct sample_person *p, struct sample_dice *dice)
{
    int weekday = date_civil(day, sample_offset(day)).weekday;
    bool firm = p->topics.n && strchr("oukelsdvp", p->topics.p[0]);
    if ((weekday == 0 && sample_upto(dice, 3) == 0) || (firm && weekday == 0)) return day - 2 * DAY;
    if (firm && weekday == 6) return day - DAY;
    return day;
}

/* Backwards from the last exchange, so that the end is as the person's entry says. */
static void play_person(struct sample_book *b, const struct sample_person *p)
{
    struct sample_dice dice = { sample_mix(b->seed, hash_fast(p->key)) };
    struct round round;
    round_fill(&round, p->topics, &dice);
    if (!p->gap || !round.n) return;
    double days = p->until ? p->until : 1 + p->gap * (.1 + .7 * sample_part(&dice));
    for (; days < p->from; days += MAX(1., p->gap * (.6 + .8 * sample_part(&dice)))) {
        struct sample_cast c = { .r = p, .seed = sample_roll(&dice) };
        int64_t day = sample_midnight(b->midnight - (int64_t)(days * DAY));
        int minute = p->hour * 60 + sample_upto(&dice, 240) - 120;
        day = working_day(day, p, &dice);
        c.start = sample_at(day, 0, minute < 380 ? 360 + sample_upto(&dice, 50) : minute) +
                  sample_upto(&dice, 60);
        c.k = keeper_for(p, (int)days, &dice);
        friends_for(&c, (int)days, &dice);
        if (quiet_time(c.start) && sample_upto(&dice, 8)) continue;
        const struct sample_script *s = &sample_talks[round.order[round.next]];
        round.next = (round.next + 1) % round.n;
        for (int tries = 0; tries < 8 && !sample_play(b, s->text, &c); tries++) c.start -= DAY;
    }
}

static int letter_order(const void *a, const void *b)
{
    const struct sample_letter *x = *(struct sample_letter *const *)a,
                               *y = *(struct sample_letter *const *)b;
    if (x->at != y->at) return x->at < y->at ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

static err hand_over(struct sample_book *b, sample_fn *fn, void *arg)
{
    for (int i = 0; i < b->n; i++) {
        struct arena *tmp = arena_open(4 * MIB);
        struct buf raw = { .a = tmp };
        sample_write(&raw, b->a, b->at[i]);
        err e = fn(arg, buf_str(&raw), b->at[i]->at);
        arena_close(tmp);
        TRY(e);
    }
    return OK;
}

err sample_make(struct arena *a, const struct sample_opts *o, sample_fn *fn, void *arg)
{
    if (o->messages > 0) return sample_crowd(a, o, fn, arg);
    struct sample_book b = { .a = a,
                             .midnight = sample_midnight(o->end),
                             .seed = sample_mix(o->seed, 0x5a17) };
    for (int i = 0; i < sample_n_scenes; i++) {
        struct sample_cast c = { .seed = sample_mix(b.seed, (uint64_t)i + 1000) };
        if (!sample_play(&b, sample_scenes[i], &c))
            fprintf(stderr, "level=error event=sample_scene number=%d\n", i);
    }
    for (int i = 0; i < sample_n_people; i++) play_person(&b, &sample_people[i]);
    if (b.n) qsort(b.at, (size_t)b.n, sizeof *b.at, letter_order);
    return hand_over(&b, fn, arg);
}
