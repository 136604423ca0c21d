/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "talk/map_web.h"

#include "talk/map_html.h"

const char *map_colour(const struct map_view *v, const struct map_node *n)
{
    static const char *const classes[MAP_COLOURS] = { "c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7" };
    return n->group < v->groups ? classes[n->group % MAP_COLOURS] : "";
}

static err show_map(struct ctx *c, struct page *p)
{
    struct map_view v;
    if (form_int(p, "house", 0)) map_read_house(c, &v);
    else map_read_own(c, &v);
    p->wide = true;
    page_title(p, "Map");
    map_page_html(&p->out, p, &v);
    return OK;
}

const struct route map_routes[] = {
    PAGE("/map", NEED_KEEPER, show_map, "your people in rings and groups; with ?house=1 everybody in the house"),
    { 0 },
};
