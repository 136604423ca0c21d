/* SPDX-License-Identifier: GPL-3.0-or-later
 * web.h - a house on the web: joins routes, sessions, the frame and the server. For app.
 * kit/web knows no product word: what it must know of people it asks through struct web_house. */
#pragma once
#include "kit/net/rate.h"
#include "kit/web/page.h"

struct nav_item {
    struct str label;
    struct url url;
    bool current;
    int64_t count; /* a badge; 0: none */
};
/* What the frame shows around a page; filled by the house in the page's own reading work. */
struct frame {
    struct str house; /* its name today; empty: web_house.name */
    struct nav_item nav[12];
    int nav_n;
    struct str viewer_name; /* empty: nobody is signed in */
    struct url viewer_url;  /* their own page             */
};

/* How often one address may come; a burst of 0 takes the usual one. */
struct web_limits {
    struct rate_class page;  /* 20 a second, 60 at once                            */
    struct rate_class entry; /* deeds that anybody may send: 10 a minute, 10 at once */
    struct rate_class peer;  /* signed requests: 300 in 5 minutes                  */
    struct rate_class wrong; /* addresses of NEED_LINK that don't exist: 20 a minute */
    struct rate_class named; /* page_wait(): 10 at once, then one a minute */
};

struct web_house {
    struct str name;   /* "The Copper Kettle"                       */
    struct str origin; /* "https://house.example", without a slash  */
    struct store *store;
    const struct secret *secret;
    const struct route *const *tables; /* each ends with {0} */
    int tables_n;
    struct url sign_in;  /* the page; "?next=" is appended */
    struct url come_in;  /* the same for pages of NEED_REGULAR; empty: sign_in */
    struct url hall;     /* where regulars are led who go to "/"; empty: nowhere else */
    struct url sign_out; /* the deed                       */
    struct url search;   /* a GET page that takes q; an empty url: no search box */
    struct str footer;   /* one line of words               */
    struct web_limits limits;
    void *arg;
    /* What that person is here; ROLE_NOBODY when they no longer may sign in. *owes: who signed in
     * gets nothing but what lies at `owed`, and signing out, until they did something there. */
    role (*role_of)(struct ctx *, void *arg, id person, bool *owes);
    struct url owed;
    bool (*has_keeper)(struct ctx *, void *arg); /* for NEED_SETUP */
    /* As whom somebody comes in who did not sign in; 0: as nobody. For a house that holds nothing
     * of anybody (the invented one). May be NULL. */
    id (*guest)(struct ctx *, void *arg);
    void (*frame)(struct ctx *, void *arg, const struct page *,
                  struct frame *out); /* may be NULL */
    /* Outside work: is the request signed by a peer? False: 401. May be NULL. */
    bool (*peer)(void *arg, struct page *, struct str *actor);
};
/* Checks the routes; NULL with *why when they can't be served. The house stays the caller's. */
struct web *web_open(struct arena *a, const struct web_house *, struct str *why);
void web_close(struct web *);
const struct web_house *web_house_of(const struct page *);

/* For http_opts: arg is the struct web. Several houses in one process: a serve function of app's
 * own chooses one by http_header(rq, S("Host")) and calls web_serve() for it. */
void web_serve(void *web, const struct http_request *, struct http_answer *);
bool web_quick(void *web, const struct http_request *, struct http_answer *); /* assets */
void web_error(void *web, struct http_answer *); /* headers, kind words */

/* The address of an embedded file with its hash in the name; "snug.css" -> /assets/snug.1f3a….css
 */
struct url asset_url(const char *name);
