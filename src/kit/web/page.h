/* SPDX-License-Identifier: GPL-3.0-or-later
 * page.h - one request on its way through a house: who asks, what came, what goes back.
 * The door of kit/web for every x_web.c:
 *
 *   static err show_wish(struct ctx *c, struct page *p)
 *   {
 *       struct wish w;
 *       TRY(wish_get(c, page_id(p, "who"), &w));
 *       page_title(p, "What %.*s wishes", STR(w.name));
 *       wish_html(&p->out, p, &w);
 *       return OK;
 *   }
 *   static err keep_wish(struct tx *t, struct page *p)
 *   {
 *       struct str words;
 *       page_again(p, show_wish);                       // first: what is shown when it fails
 *       TRY(form_need(&t->c, p, "words", "the wish", 500, &words));
 *       TRY(wish_keep(t, page_id(p, "who"), words));
 *       page_notice(p, "Kept.");
 *       page_go(p, url_to(p->a, "/people/%" PRId64 "/wish", page_id(p, "who")));
 *       return OK;
 *   }
 *   const struct route wish_routes[] = {
 *       PAGE("/people/:who/wish", NEED_KEEPER, show_wish, "what somebody wishes for"),
 *       DEED("/people/:who/wish", NEED_KEEPER, keep_wish, "keep a wish"),
 *       { 0 },
 *   };
 *
 * Work may be run again after a lost race: handlers keep nothing outside p and the database. */
#pragma once
#include "kit/net/http.h"
#include "kit/store/work.h"
#include "kit/web/form.h"
#include "kit/web/html.h"
#include "kit/web/route.h"
#include "kit/web/session.h"

typedef enum { ROLE_NOBODY, ROLE_REGULAR, ROLE_KEEPER, ROLE_OWNER } role;

struct page {
    const struct http_request *rq;
    struct arena *a; /* as long as the answer */
    struct web *web;
    const struct route *route;
    struct path_vars vars;
    struct form form;  /* fields of a POST; empty for a GET */
    struct form query; /* behind '?'                        */
    id viewer;         /* 0: nobody                         */
    role role;
    struct session session; /* id 0: none                     */
    struct str peer;        /* NEED_SIGNED_PEER: the actor that signed */
    bool piece;             /* htmx asks for the piece without the frame */
    bool by_itself;         /* the page asks, not the person: no notice is used up by it */
    void *mem;              /* from look to deed of a DEED_AFTER */

    /* what the handler fills */
    struct buf out;       /* templates write here: x_html(&p->out, ...) */
    struct str title;     /* of the window and of nothing else */
    struct str problem;   /* the sentence of a failed deed, when its page is shown again */
    bool bare;            /* no navigation: sign-in, setup, a private offer */
    bool wide;            /* a page that uses the whole width: maps, tracks */
    bool welcome;         /* robots may read it and follow its links: said of no other page */
    bool no_script;       /* nothing but HTML and style; always so for NEED_LINK and NEED_SETUP */
    struct page_own *own; /* the rest is kit/web's */
};

/* ---- what came ---------------------------------------------------------- */

id page_id(const struct page *, const char *var); /* :var of the path; 0 if there is none */
struct str page_var(const struct page *, const char *var); /* :var* of the path, decoded */
/* A field of the form, or for a GET of the query: trimmed; "" when there is none. */
struct str form_str(const struct page *, const char *name);
int64_t form_int(const struct page *, const char *name, int64_t otherwise);
bool form_on(const struct page *, const char *name); /* a ticked check box */
struct str query_str(const struct page *, const char *name);
/* E_INVALID "Please fill in LABEL." when empty, or longer than most bytes. */
err form_need(struct ctx *, const struct page *, const char *name, const char *label,
              ptrdiff_t most, struct str *out) MUST_USE;

/* ---- what goes back ----------------------------------------------------- */

void page_title(struct page *, const char *fmt, ...) PRINTF(2, 3);
/* After a deed: 303 to there. Without it a deed goes to "/". */
void page_go(struct page *, struct url);
/* One sentence shown once on the next page. */
void page_notice(struct page *, const char *fmt, ...) PRINTF(2, 3);
/* With a button that posts to a deed which takes it back. */
void page_undo(struct page *, struct url deed, const char *label);
/* When this deed fails with E_INVALID: show that page again (422), with p->problem and the
 * fields as they were sent (form_str() works there). */
void page_again(struct page *, page_fn *);
/* Answers with other bytes than a page: JSON, a calendar, a file. The body lives in p->a or for
 * ever. */
void page_answer(struct page *, int status, struct str type, struct str body);
/* As page_answer, but open behind the body: http_tell() says more to whose, not 0. For hooks. */
void page_stay(struct page *, int64_t whose, struct str type, struct str body);
void page_header(struct page *, struct str name, struct str value);
/* What a page has to write because it was read: by the writer, behind the snapshot and before the
 * answer leaves; who may not be written down is not shown the page. arg lives in p->a. A page that
 * is read again, or only asked for its head, does the same again: fn finds out what is new. */
void page_after(struct page *, write_fn *fn, void *arg);
/* As page_answer, saved by the browser under that name and never shown. */
void page_download(struct page *, struct str file_name, struct str type, struct str body);

/* Inside a deed: begins a session for that person (a new token at every sign-in), or ends this one.
 */
void page_sign_in(struct tx *, struct page *, id person, session_way);
void page_sign_out(struct tx *, struct page *);
/* What this browser alone sends until it is closed: 256 random bits in a cookie, made with the page
 * that has a form. */
struct str page_guest(struct page *);

/* Takes one of the few tries that are left for that name, whoever makes them and from wherever; 0,
 * or the seconds to wait. */
int page_wait(struct page *, struct str name);

/* What this browser is known by for a year, and nothing else is; drawn when there is none yet. */
struct str page_browser(struct page *);

/* For hooks: work on this house's store, as the viewer. */
err page_read(struct page *, read_fn *fn, void *arg, struct str *why) MUST_USE;
err page_write(struct page *, write_fn *fn, void *arg, struct str *why) MUST_USE;
