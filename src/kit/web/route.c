/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kit/web/route.h"

enum { SEGMENTS = 16 };

static struct str method_of(const struct route *r)
{
    if (r->hook) return str_c(r->method);
    return r->act ? S("POST") : S("GET");
}

/* ---- matching ------------------------------------------------------------------ */

static bool add_var(struct path_vars *v, struct str name, struct str value)
{
    if (v->n == COUNT(v->at)) return false;
    v->at[v->n++] = (struct path_var){ name, value };
    return true;
}

static bool is_number(struct str s)
{
    int64_t n;
    return s.n > 0 && s.p[0] >= '1' && s.p[0] <= '9' && str_int(s, &n);
}

bool route_match(const char *pattern, struct str path, struct path_vars *out)
{
    struct str want = str_c(pattern), seg, got;
    struct path_vars v = { .n = 0 };
    if (path.n == 0 || path.p[0] != '/') return false;
    want = str_from(want, 1);
    path = str_from(path, 1);
    while (str_cut(&want, '/', &seg)) {
        struct str name = str_from(seg, 1);
        bool var = str_begins(seg, S(":"));
        if (var && str_ends(seg, S("**"))) {
            if (path.n == 0 || !add_var(&v, str_upto(name, name.n - 2), path)) return false;
            *out = v;
            return true;
        }
        if (!str_cut(&path, '/', &got)) return false;
        if (!var) {
            if (!str_eq(seg, got)) return false;
            continue;
        }
        bool text = str_ends(seg, S("*"));
        if (got.n == 0 || (!text && !is_number(got))) return false;
        if (!add_var(&v, text ? str_upto(name, name.n - 1) : name, got)) return false;
    }
    if (path.n > 0 || (path.p[-1] == '/' && want.p[-1] != '/')) return false;
    *out = v;
    return true;
}

/* Literal segments first, then numbers, then text, then all that is left. */
static int weight(const char *pattern)
{
    struct str rest = str_from(str_c(pattern), 1), seg;
    int w = 0;
    while (str_cut(&rest, '/', &seg)) {
        bool var = str_begins(seg, S(":"));
        w = w * 4 + (!var ? 3 : str_ends(seg, S("**")) ? 0 : str_ends(seg, S("*")) ? 1 : 2);
    }
    return w;
}

struct route_found route_find(const struct route *const *tables, int n, struct str method,
                              struct str path)
{
    struct route_found best = { .route = NULL };
    int best_weight = -1;
    if (str_eq(method, S("HEAD"))) method = S("GET");
    for (int i = 0; i < n; i++)
        for (const struct route *r = tables[i]; r->path; r++) {
            struct path_vars vars;
            if (!route_match(r->path, path, &vars)) continue;
            if (!str_eq(method_of(r), method)) {
                best.other_method = true;
            } else if (weight(r->path) > best_weight) {
                best.route = r;
                best.vars = vars;
                best_weight = weight(r->path);
            }
        }
    if (best.route) best.other_method = false;
    return best;
}

/* ---- checking ------------------------------------------------------------------- */

static const char *pattern_fault(const char *path)
{
    struct str rest = str_c(path), seg;
    int n = 0, vars = 0;
    if (!str_begins(rest, S("/"))) return "its path doesn't begin with /";
    if (rest.n > 1 && str_ends(rest, S("/"))) return "its path ends with /";
    rest = str_from(rest, 1);
    while (str_cut(&rest, '/', &seg)) {
        bool var = str_begins(seg, S(":"));
        struct str name = var ? str_from(seg, 1) : seg;
        while (var && str_ends(name, S("*"))) name.n--;
        if (++n > SEGMENTS || (vars += var) > COUNT(((struct path_vars *)0)->at))
            return "its path is too long";
        if (name.n == 0) return "a segment of its path is empty";
        if (var && str_ends(seg, S("**")) && rest.n) return "** must end its path";
        for (ptrdiff_t i = 0; i < name.n; i++)
            if ((unsigned char)name.p[i] <= ' ' || strchr("*:?#%", name.p[i]))
                return "its path has an odd letter";
    }
    return NULL;
}

static const char *route_fault(const struct route *r)
{
    if (r->need <= NEED_UNSET || r->need > NEED_LINK) return "it has no need";
    if (!r->says || !*r->says) return "it has no sentence";
    if (r->hook && (r->show || r->act)) return "it has two handlers";
    if (!r->hook && !r->show && !r->act) return "it has no handler";
    if (r->hook && !r->method) return "it has no method";
    if (!r->hook && r->act && r->need == NEED_SIGNED_PEER) return "a signed request is a hook";
    return pattern_fault(r->path);
}

/* Would both take the same requests? Names of variables don't matter. */
static bool same_place(const struct route *a, const struct route *b)
{
    struct str x = str_c(a->path), y = str_c(b->path), s, t;
    if (!str_eq(method_of(a), method_of(b))) return false;
    for (;;) {
        bool more = str_cut(&x, '/', &s), too = str_cut(&y, '/', &t);
        if (more != too) return false;
        if (!more) return true;
        bool var = str_begins(s, S(":")) && str_begins(t, S(":"));
        bool kind = str_ends(s, S("**")) == str_ends(t, S("**")) &&
                    str_ends(s, S("*")) == str_ends(t, S("*"));
        if (var ? !kind : !str_eq(s, t)) return false;
    }
}

static const struct route *double_of(const struct route *const *tables, int n,
                                     const struct route *of)
{
    for (int i = 0; i < n; i++)
        for (const struct route *r = tables[i]; r->path; r++) {
            if (r == of) return NULL; /* only those before it */
            if (same_place(r, of)) return r;
        }
    return NULL;
}

err route_check(const struct route *const *tables, int n, struct arena *a, struct str *why)
{
    for (int i = 0; i < n; i++)
        for (const struct route *r = tables[i]; r->path; r++) {
            const char *fault = route_fault(r);
            if (!fault && double_of(tables, n, r)) fault = "it is there twice";
            if (!fault) continue;
            *why = str_fmt(a, "route %s: %s", r->path, fault);
            return E_INVALID;
        }
    return OK;
}
