/* SPDX-License-Identifier: GPL-3.0-or-later
 * door_self_web.c - where somebody is signed in, and the second step of keepers. */
#include "app/door.h"
#include "app/door_self_html.h"
#include "kit/base/hash.h"
#include "kit/base/totp.h"
#include "kit/web/password.h"
#include "kit/web/qr.h"

/* ---- devices ------------------------------------------------------------------ */

static err devices_page(struct ctx *c, struct page *p)
{
    struct sessions list = session_list(c, p->viewer);
    page_title(p, "Where you are signed in");
    door_devices_html(&p->out, p, c, &list);
    return OK;
}

static err end_device(struct tx *t, struct page *p)
{
    id which = page_id(p, "session");
    if (which == p->session.id) {
        page_sign_out(t, p);
        page_notice(p, "Until soon.");
        return OK;
    }
    TRY(session_end(t, p->viewer, which));
    page_notice(p, "Signed out there.");
    page_go(p, URL("/settings/devices"));
    return OK;
}

static err end_others(struct tx *t, struct page *p)
{
    int64_t n = session_end_all(t, p->viewer, p->session.id);
    if (n) page_notice(p, "Signed out everywhere else.");
    else page_notice(p, "You were signed in nowhere else.");
    page_go(p, URL("/settings/devices"));
    return OK;
}

/* ---- the second step ------------------------------------------------------------ */

static err second_page(struct ctx *c, struct page *p)
{
    struct door_second d = { .code = S("") };
    struct house h;
    struct person who;
    TRY(person_get(c, p->viewer, &who));
    house_get(c, &h);
    second_get(c, p->viewer, &d.now);
    if (d.now.secret.n) {
        d.code = hash_base32(c->a, d.now.secret);
        d.picture = qr_picture(c->a, totp_address(c->a, h.name, who.name, d.now.secret),
                               S("The same as a picture for the camera"));
    }
    page_title(p, "A second step");
    door_second_html(&p->out, p, c, &d);
    return OK;
}

/* Whoever sits down at a browser that was left open can't change how its keeper signs in. */
err door_own_password(struct ctx *c, struct page *p, struct str typed)
{
    if (page_wait(p, str_fmt(p->a, "password of %" PRId64, p->viewer)))
        return fail(c, E_INVALID, "That was tried too often. Please wait a minute.");
    if (!password_same(keeper_password(c, p->viewer), typed))
        return fail(c, E_INVALID, "Your password is another one.");
    return OK;
}

static err check_password(struct ctx *c, struct page *p)
{
    page_again(p, second_page);
    return door_own_password(c, p, form_str(p, "password"));
}

static err begin_second(struct tx *t, struct page *p)
{
    page_again(p, second_page);
    TRY(second_begin(t));
    page_go(p, URL("/settings/second"));
    return OK;
}

/* Answers with the page itself: the spare codes are in no table and can be shown now or never. */
static err prove_second(struct tx *t, struct page *p)
{
    struct str spares[SECOND_SPARES];
    page_again(p, second_page);
    TRY(second_prove(t, form_str(p, "code"), spares));
    session_end_all(t, p->viewer, p->session.id);
    page_title(p, "Your spare codes");
    door_spares_html(&p->out, spares, SECOND_SPARES);
    return OK;
}

static err drop_second(struct tx *t, struct page *p)
{
    page_again(p, second_page);
    TRY(second_drop(t, p->viewer));
    page_notice(p, "The password alone lets you in from now on.");
    page_go(p, URL("/settings/second"));
    return OK;
}

static err require_second(struct tx *t, struct page *p)
{
    bool on = form_int(p, "on", 0) != 0;
    struct second mine;
    page_again(p, second_page);
    second_get(&t->c, p->viewer, &mine);
    if (on && !mine.on)
        return fail(&t->c, E_INVALID,
                    "Please set up your own first: then you know what you ask for.");
    second_require(t, on);
    if (on) page_notice(p, "Who has none is asked to set one up before anything else.");
    else page_notice(p, "Every keeper decides alone again.");
    page_go(p, URL("/settings/second"));
    return OK;
}

const struct route door_self_routes[] = {
    PAGE("/settings/devices", NEED_REGULAR, devices_page, "where you are signed in"),
    DEED("/settings/devices/:session/end", NEED_REGULAR, end_device, "sign out on one of them"),
    DEED("/settings/devices/others/end", NEED_REGULAR, end_others, "sign out everywhere else"),
    PAGE("/settings/second", NEED_KEEPER, second_page, "a second step besides the password"),
    DEED_AFTER("/settings/second/begin", NEED_KEEPER, check_password, begin_second,
               "begin to set it up"),
    DEED("/settings/second/prove", NEED_KEEPER, prove_second, "prove it by a code"),
    DEED_AFTER("/settings/second/drop", NEED_KEEPER, check_password, drop_second, "take it away"),
    DEED("/settings/second/require", NEED_OWNER, require_second, "want it of every keeper"),
    { 0 },
};
