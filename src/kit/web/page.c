/* SPDX-License-Identifier: GPL-3.0-or-later
 * page.c - what handlers call. */
#include "kit/base/date.h"
#include "kit/base/text.h"
#include "kit/web/cookie.h"
#include "kit/web/own.h"

/* ---- what came ------------------------------------------------------------------ */

struct str page_var(const struct page *p, const char *var)
{
    struct str name = str_c(var);
    for (int i = 0; i < p->vars.n; i++)
        if (str_eq(p->vars.at[i].name, name)) return p->vars.at[i].value;
    return S("");
}

id page_id(const struct page *p, const char *var)
{
    int64_t n;
    return str_int(page_var(p, var), &n) && n > 0 ? n : 0;
}

struct str query_str(const struct page *p, const char *name) { return form_value(&p->query, name); }

struct str form_str(const struct page *p, const char *name)
{
    return form_value(p->rq->method == HTTP_POST ? &p->form : &p->query, name);
}

int64_t form_int(const struct page *p, const char *name, int64_t otherwise)
{
    int64_t n;
    return str_int(form_str(p, name), &n) ? n : otherwise;
}

bool form_on(const struct page *p, const char *name)
{
    return form_find(p->rq->method == HTTP_POST ? &p->form : &p->query, name) != NULL;
}

err form_need(struct ctx *c, const struct page *p, const char *name, const char *label,
              ptrdiff_t most, struct str *out)
{
    struct str s = form_str(p, name);
    if (!s.n) return fail(c, E_INVALID, "Please fill in %s.", label);
    if (s.n > most)
        return fail(c, E_INVALID, "Please shorten %s to at most %td characters.", label, most);
    *out = s;
    return OK;
}

/* ---- what goes back ---------------------------------------------------------------- */

void page_title(struct page *p, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    p->title = text_oneline(p->a, str_vfmt(p->a, fmt, ap));
    va_end(ap);
}

void page_go(struct page *p, struct url u) { p->own->go = u.s; }

void page_notice(struct page *p, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    struct str s = text_oneline(p->a, text_utf8(p->a, str_vfmt(p->a, fmt, ap)));
    va_end(ap);
    p->own->notice.words = text_short(p->a, s, NOTICE_BYTES / 2);
}

void page_undo(struct page *p, struct url deed, const char *label)
{
    p->own->notice.undo_path = deed.s;
    p->own->notice.undo_label = str_c(label);
}

void page_again(struct page *p, page_fn *show) { p->own->again = show; }

void page_after(struct page *p, write_fn *fn, void *arg)
{
    p->own->after = fn;
    p->own->after_arg = arg;
}

void page_answer(struct page *p, int status, struct str type, struct str body)
{
    p->own->answered = true;
    p->own->status = status;
    p->own->type = type;
    p->own->body = body;
}

void page_stay(struct page *p, int64_t whose, struct str type, struct str body)
{
    page_answer(p, 200, type, body);
    page_header(p, S("X-Accel-Buffering"), S("no")); /* a proxy is to pass it on at once */
    p->own->answer->whose = whose;
}

void page_header(struct page *p, struct str name, struct str value)
{
    http_put(p->own->answer, name, value);
}

void page_download(struct page *p, struct str file_name, struct str type, struct str body)
{
    struct buf b = { .a = p->a };
    buf_add(&b, S("attachment; filename*=UTF-8''"));
    url_encode(&b, file_name);
    page_header(p, S("Content-Disposition"), buf_str(&b));
    page_answer(p, 200, type, body);
}

/* ---- signing in --------------------------------------------------------------------- */

void page_sign_in(struct tx *t, struct page *p, id person, session_way way)
{
    if (p->session.id && session_end(t, p->session.person, p->session.id) != OK)
        die(&t->c, "session of nobody");
    p->session =
        session_start(t, person, way, http_header(p->rq, S("User-Agent")), &p->own->cookie);
    p->own->set_cookie = true;
    p->viewer = t->c.viewer = person;
}

void page_sign_out(struct tx *t, struct page *p)
{
    if (p->session.id && session_end(t, p->session.person, p->session.id) != OK)
        die(&t->c, "session of nobody");
    p->session = (struct session){ 0 };
    p->own->cookie = S("");
    p->own->set_cookie = true;
    p->viewer = t->c.viewer = 0;
}

struct str page_browser(struct page *p)
{
    uint8_t bits[16];
    if (p->own->browser.n != 2 * sizeof bits) {
        random_bytes(bits, sizeof bits);
        p->own->browser = hash_hex(p->a, (struct str){ (const char *)bits, sizeof bits });
        p->own->set_browser = true;
    }
    return p->own->browser;
}

/* ---- work of hooks ------------------------------------------------------------------- */

/* Work takes the arena's catch away when it ends. */
static err worked(struct page *p, const struct work *w, err e, struct str *why)
{
    arena_catch(p->a, p->own->answer->full);
    p->own->queries += w->queries;
    *why = w->why;
    return e;
}

err page_read(struct page *p, read_fn *fn, void *arg, struct str *why)
{
    struct work w = { .a = p->a, .viewer = p->viewer };
    err e = work_read(p->web->house->store, &w, fn, arg);
    return worked(p, &w, e, why);
}

err page_write(struct page *p, write_fn *fn, void *arg, struct str *why)
{
    struct work w = { .a = p->a, .viewer = p->viewer };
    err e = work_write(p->web->house->store, &w, fn, arg);
    return worked(p, &w, e, why);
}

/* ---- headers -------------------------------------------------------------------------- */

void headers_common(const struct web *w, struct http_answer *an, bool script)
{
    struct buf csp = { .a = an->a };
    buf_add(&csp, S("default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
                    "frame-ancestors 'none'; base-uri 'none'"));
    if (script) buf_add(&csp, S("; script-src 'self'; connect-src 'self'"));
    http_put(an, S("Content-Security-Policy"), buf_str(&csp));
    http_put(an, S("Cross-Origin-Opener-Policy"), S("same-origin"));
    http_put(an, S("X-Content-Type-Options"), S("nosniff"));
    http_put(an, S("Referrer-Policy"), S("no-referrer"));
    if (w->https) http_put(an, S("Strict-Transport-Security"), S("max-age=31536000"));
}
