/* SPDX-License-Identifier: GPL-3.0-or-later
 * web.c - a request's way: rate, route, token, work, frame, headers. */
#include "kit/web/web.h"

#include "kit/base/date.h"
#include "kit/base/trace.h"
#include "kit/web/cookie.h"
#include "kit/web/frame_html.h"
#include "kit/web/own.h"

/* ---- opening ------------------------------------------------------------------- */

static struct rate_class or_else(struct rate_class c, double per_second, double burst)
{
    return c.burst > 0 ? c : (struct rate_class){ per_second, burst };
}

/* Cookies of two houses on one machine differ only by port, which browsers don't mind: the name
 * says it. */
static void name_cookies(struct web *w, struct arena *a)
{
    ptrdiff_t at = str_rchr(w->host, ':');
    struct str port = at < 0 || str_ends(w->host, S("]")) ? S("") : str_from(w->host, at + 1);
    struct str base =
        w->https ? S("__Host-snug") : str_fmt(a, "snug%s%.*s", port.n ? "_" : "", STR(port));
    w->cookie = base;
    w->guest_cookie = str_fmt(a, "%.*s_guest", STR(base));
    w->browser_cookie = str_fmt(a, "%.*s_browser", STR(base));
    w->notice_cookie = str_fmt(a, "%.*s_say", STR(base));
}

struct web *web_open(struct arena *a, const struct web_house *h, struct str *why)
{
    if (route_check(h->tables, h->tables_n, a, why) != OK) return NULL;
    bool https = str_begins(h->origin, S("https://"));
    if (!https && !str_begins(h->origin, S("http://"))) {
        *why = S("the origin of a house begins with https:// or http://");
        return NULL;
    }
    struct web *w = NEW(a, struct web, 1);
    w->house = h;
    w->https = https;
    w->host = str_from(h->origin, https ? 8 : 7);
    w->limits.page = or_else(h->limits.page, 20, 60);
    w->limits.entry = or_else(h->limits.entry, 10.0 / 60, 10);
    w->limits.peer = or_else(h->limits.peer, 1, 300);
    w->limits.wrong = or_else(h->limits.wrong, 20.0 / 60, 20);
    w->limits.named = or_else(h->limits.named, 1.0 / 60, 10);
    rate_open(&w->rate, a, 8192);
    pthread_mutex_init(&w->lock, NULL);
    name_cookies(w, a);
    return w;
}

void web_close(struct web *w) { pthread_mutex_destroy(&w->lock); }
const struct web_house *web_house_of(const struct page *p) { return p->web->house; }

/* ---- rates ----------------------------------------------------------------------- */

static const struct rate_class *class_of(const struct web *w, int class)
{
    return class == WRONG   ? &w->limits.wrong
           : class == ENTRY ? &w->limits.entry
           : class == PEER  ? &w->limits.peer
           : class == NAMED ? &w->limits.named
                            : &w->limits.page;
}

static int rate_ask_of(struct page *p, int class, bool take, struct str whose)
{
    struct web *w = p->web;
    uint64_t key = hash_fast(whose) * 31 + (uint64_t) class;
    pthread_mutex_lock(&w->lock);
    int wait = take ? rate_take(&w->rate, class_of(w, class), key, clock_us())
                    : rate_wait(&w->rate, class_of(w, class), key, clock_us());
    pthread_mutex_unlock(&w->lock);
    return wait;
}

static int rate_ask(struct page *p, int class, bool take)
{
    return rate_ask_of(p, class, take, p->rq->remote);
}

int page_wait(struct page *p, struct str name) { return rate_ask_of(p, NAMED, true, name); }

static int rate_of(struct page *p)
{
    const struct route *r = p->route;
    int class = ORDINARY;
    if (r && r->act && (r->need == NEED_NOBODY || r->need == NEED_SETUP)) class = ENTRY;
    if (r && r->need == NEED_SIGNED_PEER) class = PEER;
    int wait = rate_ask(p, class, true);
    if (!wait && r && r->need == NEED_LINK) wait = rate_ask(p, WRONG, false);
    return wait;
}

/* ---- who asks, and may they ------------------------------------------------------- */

static void enter(struct ctx *c, struct page *p)
{
    const struct web_house *h = p->web->house;
    struct session s;
    p->viewer = c->viewer = 0;
    p->role = ROLE_NOBODY;
    p->session = (struct session){ 0 };
    p->own->owes = false;
    bool owes = false;
    if (!p->own->cookie.n || !session_find(c, p->own->cookie, &s)) {
        p->viewer = c->viewer = h->guest ? h->guest(c, h->arg) : 0;
        if (p->viewer) p->role = h->role_of(c, h->arg, p->viewer, &owes);
        return;
    }
    role r = h->role_of(c, h->arg, s.person, &owes);
    if (r == ROLE_NOBODY) return;
    p->session = s;
    p->role = r;
    p->own->owes = owes;
    p->viewer = c->viewer = s.person;
}

static err need(struct ctx *c, struct page *p)
{
    const struct web_house *h = p->web->house;
    role least = ROLE_NOBODY;
    switch (p->route->need) {
    case NEED_NOBODY:
    case NEED_LINK: return OK;
    case NEED_SETUP:
        return h->has_keeper(c, h->arg) ? fail(c, E_NOTFOUND, "This house is set up already.") : OK;
    case NEED_SIGNED_PEER: return p->peer.n ? OK : fail(c, E_DENIED, "The request is not signed.");
    case NEED_REGULAR: least = ROLE_REGULAR; break;
    case NEED_KEEPER: least = ROLE_KEEPER; break;
    case NEED_OWNER: least = ROLE_OWNER; break;
    default: return fail(c, E_DENIED, "This page says nothing of who may see it.");
    }
    if (p->role >= least && p->own->owes && !str_begins(p->rq->path, h->owed.s) &&
        !str_eq(p->rq->path, h->sign_out.s))
        return fail(c, E_DENIED, "There is something to be done first: %.*s", STR(h->owed.s));
    if (p->role >= least) return OK;
    if (!p->viewer) return fail(c, E_DENIED, "Please sign in first.");
    if (least == ROLE_OWNER) return fail(c, E_DENIED, "This is for the owners of this house.");
    return fail(c, E_DENIED, "This is for those who keep this house.");
}

/* ---- the frame --------------------------------------------------------------------- */

static void frame(struct ctx *c, struct page *p)
{
    const struct web_house *h = p->web->house;
    struct page_own *own = p->own;
    struct frame f = { .nav_n = 0 };
    if (c && h->frame) h->frame(c, h->arg, p, &f);
    if (!f.house.n) f.house = h->name;
    if (p->bare) f.nav_n = 0, f.viewer_name = S("");
    own->whole = (struct buf){ .a = p->a };
    if (p->piece) piece_html(&own->whole, p, &own->said, html_of(&p->out));
    else page_frame_html(&own->whole, p, h, &f, &own->said, html_of(&p->out));
    own->clear_notice = own->said.words.n > 0;
}

/* ---- pieces of work ----------------------------------------------------------------- */

/* Work may be run again after a lost race: what an earlier try wrote is forgotten. */
static void begin(struct ctx *c, struct page *p)
{
    struct page_own *own = p->own;
    p->out = (struct buf){ .a = p->a };
    p->title = own->go = S("");
    p->welcome = false;
    own->notice = (struct notice){ .words = S("") };
    own->answered = own->set_cookie = false;
    own->again = NULL;
    own->after = NULL;
    own->answer->headers_n = 0;
    own->status = 200;
    enter(c, p);
}

static err do_show(struct ctx *c, void *arg)
{
    struct page *p = arg;
    begin(c, p);
    TRY(need(c, p));
    TRY(p->route->show(c, p));
    if (!p->own->answered && !p->own->go.n) frame(c, p);
    return OK;
}

static err do_look(struct ctx *c, void *arg)
{
    struct page *p = arg;
    begin(c, p);
    TRY(need(c, p));
    return p->route->show ? p->route->show(c, p) : OK;
}

static err do_deed(struct tx *t, void *arg)
{
    struct page *p = arg;
    page_fn *again = p->own->again;
    begin(&t->c, p);
    p->own->again = again; /* what look said holds, until the deed says otherwise */
    TRY(need(&t->c, p));
    return p->route->act(t, p);
}

static err do_again(struct ctx *c, void *arg)
{
    struct page *p = arg;
    page_fn *again = p->own->again;
    struct str problem = p->problem;
    begin(c, p);
    p->own->again = again;
    p->problem = problem;
    TRY(need(c, p));
    TRY(again(c, p));
    frame(c, p);
    return OK;
}

static err do_frame(struct ctx *c, void *arg)
{
    struct page *p = arg;
    enter(c, p);
    frame(c, p);
    return OK;
}

static err do_need(struct ctx *c, void *arg)
{
    begin(c, arg);
    return need(c, arg);
}

static err do_touch(struct tx *t, void *arg)
{
    session_touch(t, ((struct page *)arg)->session.id);
    return OK;
}

/* ---- answers --------------------------------------------------------------------------- */

static int status_of(err e, bool broken)
{
    if (broken) return 500;
    switch (e) {
    case OK: return 200;
    case E_NOTFOUND: return 404;
    case E_DENIED: return 403;
    case E_INVALID: return 422;
    case E_CONFLICT: return 409;
    default: return 502;
    }
}

static void problem_page(struct page *p, int status, struct str why)
{
    struct page_own *own = p->own;
    struct str unused;
    p->out = (struct buf){ .a = p->a };
    p->wide = false;
    p->problem = S("");
    own->answered = false;
    own->go = S("");
    own->again = NULL;
    own->answer->headers_n = 0;
    own->notice = (struct notice){ .words = S("") };
    page_title(p, "%s",
               status == 404   ? "Not here"
               : status >= 500 ? "Something broke"
                               : "That did not work");
    problem_html(&p->out, p, why);
    own->status = status;
    if (status >= 500 || page_read(p, do_frame, p, &unused) != OK) frame(NULL, p);
}

static void redirect(struct page *p, struct str to)
{
    p->own->status = 303;
    http_put(p->own->answer, S("Location"), to);
}

/* A page asked for by nobody: to the door, and back here afterwards. */
static void to_sign_in(struct page *p)
{
    struct buf b = { .a = p->a };
    p->own->answer->headers_n = 0;
    bool regular = p->route->need == NEED_REGULAR && p->web->house->come_in.s.n;
    buf_add(&b, regular ? p->web->house->come_in.s : p->web->house->sign_in.s);
    if (p->rq->target.n < 1000 && p->rq->method != HTTP_POST) {
        buf_add(&b, S("?next="));
        url_encode(&b, p->rq->target);
    }
    if (!p->piece) {
        redirect(p, buf_str(&b));
        return;
    }
    p->own->status = 401;
    http_put(p->own->answer, S("HX-Redirect"), buf_str(&b));
}

static void failed(struct page *p, err e, const struct str *why, bool broken)
{
    struct page_own *own = p->own;
    struct str again_why = *why;
    if (p->route->need == NEED_LINK && e == E_NOTFOUND) rate_ask(p, WRONG, true);
    if (e == E_DENIED && !broken && !p->viewer && !p->route->act &&
        p->route->need < NEED_SIGNED_PEER) {
        to_sign_in(p);
        return;
    }
    if (e == E_DENIED && own->owes && p->route->show && !p->route->act) {
        redirect(p, p->web->house->owed.s);
        return;
    }
    if (e == E_DENIED && p->role == ROLE_REGULAR && p->web->house->hall.s.n &&
        str_eq(p->rq->path, S("/"))) {
        redirect(p, p->web->house->hall.s);
        return;
    }
    if (e == E_INVALID && own->again && !broken) {
        p->problem = *why;
        if (page_read(p, do_again, p, &again_why) == OK) {
            own->status = 422;
            return;
        }
    }
    problem_page(p, status_of(e, broken), again_why);
}

/* ---- the three kinds of routes ------------------------------------------------------------ */

static void serve_page(struct page *p)
{
    struct work w = { .a = p->a };
    err e = work_read(p->web->house->store, &w, do_show, p);
    arena_catch(p->a, p->own->answer->full);
    p->own->queries += w.queries;
    if (e == OK && !w.broken && p->own->after) {
        e = page_write(p, p->own->after, p->own->after_arg, &w.why);
        w.broken = e != OK;
    }
    if (e != OK || w.broken) failed(p, e, &w.why, w.broken);
    else if (p->own->go.n) redirect(p, p->own->go);
}

static bool deed_may_run(struct page *p)
{
    struct str why;
    if (!origin_good(p->web, p->rq, false)) {
        problem_page(p, 403, S("This was sent by another site, so nothing was done."));
        return false;
    }
    if (!form_read(p->a, http_header(p->rq, S("Content-Type")), p->rq->body, &p->form, &why)) {
        problem_page(p, 422, why);
        return false;
    }
    if (!token_good(p, p->rq->path, form_value(&p->form, "_token"))) {
        problem_page(
            p, 403,
            S("This form is too old or was not made here. Go back, load the page again and send it"
              " once more: nothing was done."));
        return false;
    }
    return true;
}

static void serve_deed(struct page *p)
{
    struct page_own *own = p->own;
    struct str unused;
    if (!deed_may_run(p)) return;
    struct work w = { .a = p->a };
    err e = OK;
    if (p->route->show) e = work_read(p->web->house->store, &w, do_look, p);
    if (e == OK && !w.broken) e = work_write(p->web->house->store, &w, do_deed, p);
    arena_catch(p->a, own->answer->full);
    own->queries += w.queries;
    if (e != OK || w.broken) failed(p, e, &w.why, w.broken);
    else if (own->answered || (p->out.n && !own->go.n && page_read(p, do_frame, p, &unused) == OK))
        return;
    else redirect(p, own->go.n ? own->go : S("/"));
}

static void serve_hook(struct page *p)
{
    const struct web_house *h = p->web->house;
    struct str why = S("");
    route_need n = p->route->need;
    bool by_cookie = n == NEED_REGULAR || n == NEED_KEEPER || n == NEED_OWNER;
    err e = OK;
    if (by_cookie && p->rq->method >= HTTP_POST && !origin_good(p->web, p->rq, true)) e = E_DENIED;
    if (n == NEED_SIGNED_PEER && (!h->peer || !h->peer(h->arg, p, &p->peer))) {
        page_answer(p, 401, S("text/plain; charset=utf-8"),
                    S("The request is not signed by a house we can check.\n"));
        return;
    }
    if (e == OK && n != NEED_SIGNED_PEER) e = page_read(p, do_need, p, &why);
    if (e == OK) e = p->route->hook(p);
    if (e == OK) return;
    if (n == NEED_LINK && e == E_NOTFOUND) rate_ask(p, WRONG, true);
    if (!p->own->answered) page_answer(p, status_of(e, false), S("text/plain; charset=utf-8"), why);
}

/* ---- from request to answer ------------------------------------------------------------------ */

static struct page *page_new(struct web *w, const struct http_request *rq, struct http_answer *an)
{
    struct page *p = NEW(an->a, struct page, 1);
    p->own = NEW(an->a, struct page_own, 1);
    p->rq = rq;
    p->a = p->out.a = an->a;
    p->web = w;
    p->own->answer = an;
    p->own->status = 200;
    p->own->cookie = cookie_find(rq, w->cookie);
    p->own->guest = cookie_find(rq, w->guest_cookie);
    p->own->browser = cookie_find(rq, w->browser_cookie);
    p->piece = http_header(rq, S("HX-Request")).n && !http_header(rq, S("HX-Boosted")).n &&
               !http_header(rq, S("HX-History-Restore-Request")).n;
    p->by_itself = http_header(rq, S("Snug-Live")).n > 0;
    form_query(p->a, rq->query, &p->query);
    if (p->by_itself ||
        !notice_unpack(p, cookie_find(rq, w->notice_cookie), clock_now(), &p->own->said))
        p->own->said = (struct notice){ .words = S("") };
    return p;
}

static void cookies(struct page *p)
{
    struct web *w = p->web;
    struct page_own *own = p->own;
    struct http_answer *an = own->answer;
    if (own->set_cookie)
        cookie_set(an, w->cookie, own->cookie, own->cookie.n ? SESSION_TOTAL_S : -1, w->https);
    if (own->set_guest) cookie_set(an, w->guest_cookie, own->guest, 0, w->https);
    if (own->set_browser)
        cookie_set(an, w->browser_cookie, own->browser, (int64_t)365 * DAY, w->https);
    if (own->notice.words.n)
        cookie_set(an, w->notice_cookie, notice_pack(p, &own->notice, clock_now()), NOTICE_SECONDS,
                   w->https);
    else if (own->clear_notice) cookie_set(an, w->notice_cookie, S(""), -1, w->https);
}

static void finish(struct page *p)
{
    struct page_own *own = p->own;
    struct http_answer *an = own->answer;
    an->status = own->status;
    an->body = own->answered                              ? own->body
               : own->status == 303 || own->status == 401 ? S("")
                                                          : buf_str(&own->whole);
    struct str type = own->answered ? own->type : S("text/html; charset=utf-8");
    if (type.n && an->body.n) http_put(an, S("Content-Type"), type);
    headers_common(p->web, an, !own->answered && !p->no_script);
    if (!http_header(&(struct http_request){ .headers = an->headers, .headers_n = an->headers_n },
                     S("Cache-Control"))
             .n)
        http_put(an, S("Cache-Control"), S("no-store"));
    if (!own->answered) http_put(an, S("Vary"), S("Cookie, HX-Request"));
    if (!p->welcome || an->status != 200) http_put(an, S("X-Robots-Tag"), S("noindex, nofollow"));
    cookies(p);
}

static void dispatch(struct page *p)
{
    struct str method = str_c(http_method_names[p->rq->method]);
    struct route_found f =
        route_find(p->web->house->tables, p->web->house->tables_n, method, p->rq->path);
    p->route = f.route;
    p->vars = f.vars;
    int wait = rate_of(p);
    if (wait) {
        problem_page(p, 429, S("That was a lot at once. Please wait a moment and try again."));
        http_put(p->own->answer, S("Retry-After"), str_fmt(p->a, "%d", wait));
    } else if (!p->route) {
        problem_page(p, f.other_method ? 405 : 404,
                     f.other_method ? S("This place takes no such request.")
                                    : S("There is nothing at this address."));
    } else {
        p->no_script = p->route->need == NEED_LINK || p->route->need == NEED_SETUP;
        (p->route->hook ? serve_hook : p->route->act ? serve_deed : serve_page)(p);
    }
}

static void touch(struct page *p)
{
    struct str why;
    if (!p->session.id || p->by_itself || p->own->set_cookie ||
        clock_now() - p->session.seen < SESSION_TOUCH_S)
        return;
    if (page_write(p, do_touch, p, &why) != OK) trace_line(TRACE_WARN, "touch", "failed=1");
}

void web_serve(void *arg, const struct http_request *rq, struct http_answer *an)
{
    struct page *p = page_new(arg, rq, an);
    dispatch(p);
    touch(p);
    finish(p);
    trace_line(TRACE_INFO, "page", "route=%s method=%s status=%d sql=%d bytes=%zu us=%" PRId64,
               p->route ? p->route->path : "-", http_method_names[rq->method], an->status,
               p->own->queries, arena_used(p->a), clock_us() - rq->came_us);
}

bool web_quick(void *arg, const struct http_request *rq, struct http_answer *an)
{
    struct web *w = arg;
    if (!asset_serve(rq, an)) return false;
    headers_common(w, an, false);
    return true;
}

void web_error(void *arg, struct http_answer *an)
{
    headers_common(arg, an, false);
    http_put(an, S("Cache-Control"), S("no-store"));
    http_put(an, S("X-Robots-Tag"), S("noindex, nofollow"));
}
