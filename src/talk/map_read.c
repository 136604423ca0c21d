/* SPDX-License-Identifier: GPL-3.0-or-later
 * map_read.c - who stands on a map, and what the groups on it are called. */
#include "kit/base/text.h"
#include "talk/in_list.h"
#include "talk/map_web.h"

#include <stdlib.h>

enum { SAMPLED = 4, SUBJECTS = 20, WORDS = 4000, TWO_YEARS = 730 };

/* ---- what a group is called ------------------------------------------------------ */

struct word {
    struct str word;
    id conversation;
    int group;
};
struct words {
    struct word *at;
    int n;
};

static bool says_nothing(struct str w)
{
    static const char *const idle[] = {
        "about",    "after",    "again",     "been",     "before",    "could",    "from",
        "have",     "hello",    "here",      "into",     "just",      "last",     "like",
        "mail",     "more",     "next",      "only",     "please",    "question", "reply",
        "some",     "than",     "thank",     "thanks",   "that",      "their",    "them",
        "then",     "there",    "they",      "this",     "today",     "tomorrow", "very",
        "were",     "week",     "what",      "when",     "where",     "which",    "will",
        "with",     "would",    "your",      "yours",    "news",      "update",   "something",
        "somebody", "anything", "monday",    "tuesday",  "wednesday", "thursday", "friday",
        "saturday", "sunday",   "january",   "february", "march",     "april",    "june",
        "july",     "august",   "september", "october",  "november",  "december", "evening",
        "morning",  "night",    "tonight",   "month",    "year",      "years",    "weekend",
        "another"
    };
    if (text_letters(w) < 4 || (w.p[0] >= '0' && w.p[0] <= '9')) return true;
    for (int i = 0; i < COUNT(idle); i++)
        if (str_eq(w, str_c(idle[i]))) return true;
    return false;
}

static void gather(struct ctx *c, id who, int group, struct words *out)
{
    EACH (r, c,
          SQL("SELECT k.id, (SELECT m.subject FROM message m CROSS JOIN sight q WHERE "
              "m.conversation=k.id AND q.message=m.id AND q.who=$2 ORDER BY m.at, m.id LIMIT 1)"
              " FROM member b JOIN conversation k ON k.id=b.conversation "
              "WHERE b.person=$1 AND k.direct=1 AND"
              " EXISTS(SELECT 1 FROM sight s WHERE s.who=$2 AND s.message=k.last_message) ORDER BY "
              "b.last_at DESC LIMIT $3"),
          I(who), I(c->viewer), I(SUBJECTS)) {
        id conversation = row_int(&r, 0);
        struct str rest = text_fold(c->a, row_str(&r, 1));
        for (struct str w; text_word(&rest, &w) && out->n < WORDS;)
            if (!says_nothing(w)) out->at[out->n++] = (struct word){ w, conversation, group };
    }
}

static int by_word(const void *x, const void *y)
{
    const struct word *a = x, *b = y;
    int order = str_cmp(a->word, b->word);
    if (order) return order;
    if (a->group != b->group) return a->group - b->group;
    return (a->conversation > b->conversation) - (a->conversation < b->conversation);
}

struct name_words {
    struct str best[2];
    double score[2];
};

static void offer(struct name_words *n, struct str word, double score)
{
    int place = score > n->score[0] ? 0 : score > n->score[1] ? 1 : 2;
    if (place == 0) n->best[1] = n->best[0], n->score[1] = n->score[0];
    if (place < 2) n->best[place] = word, n->score[place] = score;
}

/* The words that are often here and seldom elsewhere, each conversation counting once. */
static void choose(struct words *w, struct name_words *out)
{
    if (w->n > 1) qsort(w->at, (size_t)w->n, sizeof *w->at, by_word);
    for (int i = 0, n; i < w->n; i += n) {
        int in[MAP_GROUPS] = { 0 }, all = 0;
        for (n = 0; i + n < w->n && str_eq(w->at[i + n].word, w->at[i].word); n++) {
            const struct word *x = &w->at[i + n];
            if (n && x[-1].conversation == x->conversation && x[-1].group == x->group) continue;
            in[x->group]++;
            all++;
        }
        for (int g = 0; g < MAP_GROUPS; g++)
            if (in[g] > 1) offer(&out[g], w->at[i].word, (double)in[g] * in[g] / all);
    }
}

/* An organisation to which most of those looked at belong, or nothing. */
static struct str organisation(struct ctx *c, const struct map *m, const struct map_group *g)
{
    struct str name[SAMPLED];
    int looked = MIN(g->n, SAMPLED);
    for (int i = 0; i < looked; i++) {
        name[i] = S("");
        EACH (r, c, SQL("SELECT o.name FROM person p JOIN person o ON o.id=p.org WHERE p.id=$1"),
              I(m->node[g->members[i]].who))
            name[i] = row_str(&r, 0);
    }
    for (int i = 0; i < looked; i++) {
        int same = 0;
        for (int k = 0; k < looked; k++) same += name[i].n && str_eq(name[i], name[k]);
        if (2 * same > looked) return name[i];
    }
    return S("");
}

static void name_groups(struct ctx *c, struct map_view *v)
{
    struct words w = { NEW(c->a, struct word, WORDS), 0 };
    struct name_words best[MAP_GROUPS] = { 0 };
    for (int g = 0; g < v->groups; g++)
        for (int i = 0; i < MIN(v->group[g].n, SAMPLED); i++)
            gather(c, v->map.node[v->group[g].members[i]].who, g, &w);
    choose(&w, best);
    for (int g = 0; g < v->groups; g++) {
        struct map_group *x = &v->group[g];
        x->name = organisation(c, &v->map, x);
        if (x->name.n) continue;
        struct str first = v->map.node[x->members[0]].name;
        if (best[g].score[1] > 0)
            x->name =
                str_fmt(c->a, "“%.*s” and “%.*s”", STR(best[g].best[0]), STR(best[g].best[1]));
        else if (best[g].score[0] > 0) x->name = str_fmt(c->a, "“%.*s”", STR(best[g].best[0]));
        else x->name = str_fmt(c->a, "Around %.*s", STR(first));
    }
}

/* ---- groups as lists ------------------------------------------------------------------ */

static void list_groups(struct ctx *c, struct map_view *v)
{
    const struct map *m = &v->map;
    for (int g = 0; g < m->groups; g++) {
        int n = 0, *members = NEW(c->a, int, m->nodes + 1);
        for (int i = 0; i < m->nodes; i++)
            if (m->node[i].group == g) members[n++] = i;
        if (n >= MAP_GROUP_MIN && v->groups < MAP_GROUPS && v->groups == g)
            v->group[v->groups++] = (struct map_group){ .members = members, .n = n };
        else v->loose += n;
    }
    name_groups(c, v);
    v->bridges = map_bridges(c->a, m, COUNT(v->bridge), v->bridge);
    for (int i = 0; i < v->bridges; i++)
        if (v->bridge[i].from >= v->groups || v->bridge[i].to >= v->groups)
            v->bridge[i--] = v->bridge[--v->bridges];
}

static void act(struct map_group *g, const struct map_node *who, const char *words)
{
    g->action = str_c(words);
    g->action_who = who->who;
    g->action_name = who->name;
}

/* ---- one keeper's people ------------------------------------------------------------------ */

static int node_of(const struct map *m, id who)
{
    for (int i = 0; i < m->nodes; i++)
        if (m->node[i].who == who) return i;
    return -1;
}

static void link_own(struct ctx *c, struct map *m, const struct tie_owns *ties)
{
    struct tie_lines l;
    int32_t today = tie_day(c->now, c->offset_s);
    tie_around(c, ties, tie_layer_size[TIE_HUNDREDFIFTY], true, &l);
    m->link = NEW(c->a, struct map_link, MAX(l.n, 1));
    for (int i = 0; i < l.n; i++) {
        int a = node_of(m, l.at[i].a), b = node_of(m, l.at[i].b);
        if (a < 0 || b < 0) continue;
        double x = tie_memory(&l.at[i], 0, today, c->offset_s),
               y = tie_memory(&l.at[i], 1, today, c->offset_s);
        m->link[m->links++] = (struct map_link){ a, b, tie_closeness(x, y) };
    }
}

/* Whoever has gone quiet comes first; else the one closest to the keeper. */
static void own_actions(struct map_view *v, const struct tie_owns *ties)
{
    for (int g = 0; g < v->groups; g++) {
        struct map_group *x = &v->group[g];
        act(x, &v->map.node[x->members[0]], "closest to you here");
        for (int i = 0; i < x->n; i++) {
            const struct tie_own *o = tie_own_find(ties, v->map.node[x->members[i]].who);
            if (ties->stale_days || o->ours ||
                tie_drift_state(&o->reading, ties->house_days, o->about) == TIE_STEADY)
                continue;
            act(x, &v->map.node[x->members[i]], "has gone quiet");
            break;
        }
    }
}

void map_read_own(struct ctx *c, struct map_view *v)
{
    struct tie_owns ties;
    struct talk_fresh fresh;
    *v = (struct map_view){ 0 };
    talk_fresh(c, &fresh);
    tie_near_of(c, c->viewer, &ties);
    ties.stale_days = fresh.stale_days;
    v->map.node = NEW(c->a, struct map_node, tie_layer_size[TIE_HUNDREDFIFTY] + 1);
    for (int i = 0; i < ties.n && v->map.nodes < tie_layer_size[TIE_HUNDREDFIFTY]; i++)
        if (ties.at[i].layer < TIE_KNOWN && ties.at[i].kind == PERSON_HUMAN)
            v->map.node[v->map.nodes++] = (struct map_node){ .who = ties.at[i].other,
                                                             .name = ties.at[i].name,
                                                             .layer = ties.at[i].layer };
    link_own(c, &v->map, &ties);
    map_groups(c->a, &v->map);
    map_rings(c->a, &v->map);
    v->drawn = v->map.nodes;
    v->named = MIN(v->drawn, 40);
    list_groups(c, v);
    own_actions(v, &ties);
}

/* ---- the whole house -------------------------------------------------------------------- */

/* What the first screen shows, and what "everybody" does. */
static const struct reach {
    int pairs, people;
} strongest = { 300, MAP_DRAWN }, everybody = { 6000, MAP_PEOPLE };

struct house_person {
    id who;
    double weight;
};

static struct house_person *seat(struct house_person *at, uint64_t mask, id who)
{
    uint64_t i = ((uint64_t)who * 0x9E3779B97F4A7C15u >> 20) & mask;
    while (at[i].who && at[i].who != who) i = (i + 1) & mask;
    at[i].who = who;
    return &at[i];
}

static int by_weight(const void *x, const void *y)
{
    const struct house_person *a = x, *b = y;
    if (a->weight != b->weight) return a->weight > b->weight ? -1 : 1;
    return (a->who > b->who) - (a->who < b->who);
}

/* Those of these bonds, by how close they are to all they know; how many. */
static int weigh_people(struct ctx *c, const struct tie_bonds *bonds, struct house_person **out)
{
    uint64_t mask = 1;
    int n = 0;
    while (mask < 4 * (uint64_t)bonds->n) mask *= 2;
    struct house_person *people = NEW(c->a, struct house_person, (ptrdiff_t)mask);
    for (int i = 0; i < bonds->n; i++) {
        const struct tie_bond *b = &bonds->at[i];
        seat(people, mask - 1, b->a)->weight += b->closeness;
        seat(people, mask - 1, b->b)->weight += b->closeness;
    }
    for (uint64_t i = 0; i < mask; i++)
        if (people[i].who) people[n++] = people[i];
    if (n > 1) qsort(people, (size_t)n, sizeof *people, by_weight);
    *out = people;
    return n;
}

/* Where each number stands on the map, from 1; 0: not there. */
struct places {
    int *at;
    id last;
};

static struct places places_of(struct ctx *c, const struct map *m)
{
    struct places p = { 0 };
    for (int i = 0; i < m->nodes; i++) p.last = MAX(p.last, m->node[i].who);
    p.at = NEW(c->a, int, (ptrdiff_t)p.last + 1);
    for (int i = 0; i < m->nodes; i++) p.at[m->node[i].who] = i + 1;
    return p;
}

static int place_in(const struct places *p, id who) { return who <= p->last ? p->at[who] : 0; }

static void link_house(struct ctx *c, struct map *m, const struct places *p,
                       const struct tie_bonds *bonds)
{
    m->link = NEW(c->a, struct map_link, MAX(bonds->n, 1));
    for (int i = 0; i < bonds->n; i++) {
        const struct tie_bond *b = &bonds->at[i];
        int from = place_in(p, b->a), to = place_in(p, b->b);
        if (from && to) m->link[m->links++] = (struct map_link){ from - 1, to - 1, b->closeness };
    }
}

static void name_nodes(struct ctx *c, struct map *m, const struct places *p)
{
    id who[IN_LIST_N];
    for (int from = 0, n; from < m->nodes; from += n) {
        for (n = 0; n < MIN(m->nodes - from, IN_LIST_N); n++) who[n] = m->node[from + n].who;
        struct val *v = in_list(c->a, who, n, 1);
        in_list_int(v, 1, IN_LIST_N);
        IN_EACH(r, c, SQL("SELECT id, name FROM person WHERE id IN(" IN_LIST_2 ") LIMIT $1"), v)
        m->node[place_in(p, row_int(&r, 0)) - 1].name = row_str(&r, 1);
    }
}

static void take_places(struct ctx *c, struct map_view *v, const struct places *p)
{
    EACH (r, c, SQL("SELECT person, x, y FROM map_place WHERE viewer=$1 LIMIT $2"), I(c->viewer),
          I(MAP_PEOPLE)) {
        int i = place_in(p, row_int(&r, 0));
        if (!i) continue;
        struct map_node *n = &v->map.node[i - 1];
        n->x = row_real(&r, 1);
        n->y = row_real(&r, 2);
        n->placed = v->kept = true;
    }
}

void map_keep(struct tx *t, const struct map_view *v)
{
    db_do(t, SQL("DELETE FROM map_place WHERE viewer=$1"), I(t->c.viewer));
    for (int i = 0; i < v->map.nodes; i++)
        db_do(t, SQL("INSERT INTO map_place(viewer, person, x, y) VALUES($1, $2, $3, $4)"),
              I(t->c.viewer), I(v->map.node[i].who), R(v->map.node[i].x), R(v->map.node[i].y));
}

void map_forget(struct tx *t)
{
    db_do(t, SQL("DELETE FROM map_place WHERE viewer=$1"), I(t->c.viewer));
}

void map_read_house(struct ctx *c, bool all, struct map_view *v)
{
    const struct reach *reach = all ? &everybody : &strongest;
    struct tie_bonds bonds;
    struct house_person *people;
    *v = (struct map_view){ .house = true, .all = all };
    tie_bonds(c, c->now - (int64_t)TWO_YEARS * DAY, reach->pairs, &bonds);
    int n = weigh_people(c, &bonds, &people);
    v->more = n > reach->people || bonds.n == reach->pairs;
    v->map.node = NEW(c->a, struct map_node, reach->people);
    for (int i = 0; i < MIN(n, reach->people); i++)
        v->map.node[v->map.nodes++] = (struct map_node){ .who = people[i].who, .name = S("") };
    struct places p = places_of(c, &v->map);
    name_nodes(c, &v->map, &p);
    link_house(c, &v->map, &p, &bonds);
    map_groups(c->a, &v->map);
    v->drawn = MIN(v->map.nodes, MAP_DRAWN);
    v->named = MIN(v->drawn, 30);
    take_places(c, v, &p);
    map_discs(c->a, &v->map);
    list_groups(c, v);
    for (int g = 0; g < v->groups; g++) {
        const struct map_group *x = &v->group[g];
        int most = x->members[0];
        for (int i = 0; i < x->n; i++)
            if (v->map.node[x->members[i]].degree > v->map.node[most].degree) most = x->members[i];
        act(&v->group[g], &v->map.node[most], "holds this group together");
    }
}
