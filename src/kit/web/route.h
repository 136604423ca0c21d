/* SPDX-License-Identifier: GPL-3.0-or-later
 * route.h - routes are data: a row per page or deed, with its need and a sentence of help.
 *
 * Paths: "/people/:who" - :who is a whole number from 1, "/tags/:word*" - one segment of text,
 * "/files/:rest**" - all that is left. A literal segment wins over a variable. */
#pragma once
#include "kit/store/db.h"

typedef enum {
    NEED_UNSET,   /* a fault: the server does not start       */
    NEED_NOBODY,  /* open to all                              */
    NEED_SETUP,   /* only while the house has no keeper       */
    NEED_REGULAR, /* signed in as anybody the house knows     */
    NEED_KEEPER,  /* works here                               */
    NEED_OWNER,
    NEED_SIGNED_PEER, /* a house that signed the request          */
    NEED_LINK         /* whoever has the address; not to be found */
} route_need;

struct page;
typedef err page_fn(struct ctx *, struct page *); /* GET: reads, writes HTML to p->out       */
typedef err deed_fn(struct tx *, struct page *);  /* POST: one transaction, then page_go()   */
typedef err hook_fn(struct page *);               /* outside any work: see HOOK              */

struct route {
    const char *path;
    route_need need;
    page_fn *show; /* a page; of a deed: what is done before it, see DEED_AFTER */
    deed_fn *act;
    hook_fn *hook;
    const char *method; /* of a hook */
    const char *says;
};
#define PAGE(path_, need_, fn, says_)                                                              \
    {                                                                                              \
        .path = (path_), .need = (need_), .show = (fn), .says = (says_)                            \
    }
/* A POST form's end. The form token, Sec-Fetch-Site and Origin were checked. */
#define DEED(path_, need_, fn, says_)                                                              \
    {                                                                                              \
        .path = (path_), .need = (need_), .act = (fn), .says = (says_)                             \
    }
/* A deed that first needs something slow (a password): look runs before it in reading work, and
 * hands over by p->mem. */
#define DEED_AFTER(path_, need_, look, fn, says_)                                                  \
    {                                                                                              \
        .path = (path_), .need = (need_), .show = (look), .act = (fn), .says = (says_)             \
    }
/* For machines: no form token, no frame, any method; runs outside work (may use the network) and
 * calls work_read() and work_write() itself with page_work(). Answers by page_answer(). */
#define HOOK(method_, path_, need_, fn, says_)                                                     \
    {                                                                                              \
        .path = (path_), .need = (need_), .hook = (fn), .method = (method_), .says = (says_)       \
    }

struct path_var {
    struct str name, value;
};
struct path_vars {
    struct path_var at[8];
    int n;
};
/* Does the decoded path fit the pattern? Fills the variables. */
bool route_match(const char *pattern, struct str path, struct path_vars *out);
/* E_INVALID with *why: a need unset, no sentence, no or two handlers, a pattern that doesn't
 * parse, the same place twice (also under other names of variables). */
err route_check(const struct route *const *tables, int n, struct arena *, struct str *why) MUST_USE;
struct route_found {
    const struct route *route; /* NULL: none */
    bool other_method;         /* the path is known, the method isn't: 405 */
    struct path_vars vars;
};
struct route_found route_find(const struct route *const *tables, int n, struct str method,
                              struct str path);
