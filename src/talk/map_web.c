/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "talk/map_web.h"

#include "kit/base/json.h"
#include "talk/map_html.h"

#include <stdlib.h>

const char *map_colour(const struct map_view *v, const struct map_node *n)
{
    static const char *const classes[MAP_COLOURS] = {
        "c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7"
    };
    return n->group < v->groups ? classes[n->group % MAP_COLOURS] : "";
}

struct map_label map_label(const struct map_view *v, int node, int radius)
{
    const struct map_node *n = &v->map.node[node];
    int x = (int)n->x, y = (int)n->y, dx = x - MAP_SIDE / 2, dy = y - MAP_SIDE / 2;
    bool aside = !v->house && n->layer >= TIE_FIFTY && abs(dx) * 3 > abs(dy);
    if (aside && dx > 0) return (struct map_label){ x + radius + 5, y + 5, "start" };
    if (aside) return (struct map_label){ x - radius - 5, y + 5, "end" };
    if (v->house || n->layer < TIE_FIFTY) return (struct map_label){ x, y + radius + 15, "middle" };
    bool outside = abs(dx) < 60,
         above = (dy < 0) == outside; /* next to each other: one outside the ring, one inside */
    return (struct map_label){ x, above ? y - radius - 6 : y + radius + 15,
                               !outside ? "middle"
                               : dx > 0 ? "start"
                                        : "end" };
}

struct str map_json(struct arena *a, const struct map_view *v, id viewer)
{
    const struct map *m = &v->map;
    struct json *all = json_begin(a), *list = json_nest_list(all, "people");
    for (int i = 0; i < m->nodes; i++) {
        const struct map_node *n = &m->node[i];
        struct json *one = json_nest_list(list, NULL);
        json_add_int(one, NULL, n->who);
        json_add_str(one, NULL, n->name);
        json_add_int(one, NULL, (int)n->x);
        json_add_int(one, NULL, (int)n->y);
        json_add_int(one, NULL, n->group < v->groups ? n->group : -1);
        json_add_int(one, NULL, n->degree);
    }
    list = json_nest_list(all, "links");
    for (int i = 0; i < m->links; i++) {
        json_add_int(list, NULL, m->link[i].a);
        json_add_int(list, NULL, m->link[i].b);
        json_add_int(list, NULL, map_often(&m->link[i]));
    }
    json_add_int(all, "me", viewer);
    list = json_nest_list(all, "groups");
    for (int g = 0; g < v->groups; g++) json_add_str(list, NULL, v->group[g].name);
    return json_write(all);
}

bool map_often(const struct map_link *l) { return l->strength > .3; }

static err show_map(struct ctx *c, struct page *p)
{
    struct map_view v;
    if (form_int(p, "house", 0)) map_read_house(c, form_on(p, "all"), &v);
    else map_read_own(c, &v);
    p->wide = true;
    page_title(p, "Map");
    map_page_html(&p->out, p, &v);
    return OK;
}

static err keep_map(struct tx *t, struct page *p)
{
    struct map_view v;
    map_read_house(&t->c, form_on(p, "all"), &v);
    map_keep(t, &v);
    page_notice(p, "Everybody keeps their place on your map; who comes new joins those they know.");
    page_undo(p, URL("/map/anew"), "Arrange it anew");
    page_go(p, v.all ? URL("/map?house=1&all=1") : URL("/map?house=1"));
    return OK;
}

static err arrange_anew(struct tx *t, struct page *p)
{
    map_forget(t);
    page_notice(p, "The map is arranged anew, by who writes with whom.");
    page_go(p, form_on(p, "all") ? URL("/map?house=1&all=1") : URL("/map?house=1"));
    return OK;
}

const struct route map_routes[] = {
    PAGE("/map", NEED_KEEPER, show_map,
         "your people in rings and groups; with ?house=1 those in the house who write most, with "
         "&all=1 everybody"),
    DEED("/map/keep", NEED_KEEPER, keep_map, "keep the map of the house as it is arranged now"),
    DEED("/map/anew", NEED_KEEPER, arrange_anew, "arrange the map of the house anew"),
    { 0 },
};
