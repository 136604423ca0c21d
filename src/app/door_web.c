/* SPDX-License-Identifier: GPL-3.0-or-later
 * door_web.c - setting up, signing in and out, settings, help. */
#include "app/door.h"
#include "app/door_html.h"
#include "app/leave.h"
#include "kit/base/text.h"
#include "kit/web/password.h"
#include "people/people_mail.h"
#include "people/second.h"
#include "talk/notice.h"
#include "talk/talk.h"
#include "today/morning.h"

const struct route *const *door_tables;
int door_tables_n;

/* ---- setting up ---------------------------------------------------------- */

static err setup_page(struct ctx *c, struct page *p)
{
    struct house h;
    struct person who;
    struct door_setup d = { .addresses = form_str(p, "addresses"),
                            .keeper = S(""),
                            .likely = S("") };
    house_get(c, &h);
    d.house = h.name;
    id first = keeper_first(c);
    if (first && person_get(c, first, &who) == OK) d.keeper = who.name;
    d.has_keeper = first != 0;
    if (!d.has_keeper && !d.addresses.n) d.addresses = d.likely = talk_likely_own(c);
    p->bare = true;
    page_title(p, "A new house");
    door_setup_html(&p->out, p, &d);
    return OK;
}

/* Before the deed: Argon2id takes too long for writing work. */
static err hash_new(struct ctx *c, struct page *p)
{
    struct str password = form_str(p, "password");
    const char *weak = password_weak(password, NULL, 0);
    struct str *hash = NEW(p->a, struct str, 1);
    p->mem = hash;
    if (weak) return fail(c, E_INVALID, "%s", weak);
    *hash = password_hash(p->a, password);
    return OK;
}

static err hash_of_founder(struct ctx *c, struct page *p)
{
    page_again(p, setup_page);
    return hash_new(c, p);
}

static err setup(struct tx *t, struct page *p)
{
    struct ctx *c = &t->c;
    struct house h;
    struct str *hash = p->mem, typed;
    id owner = keeper_first(c);
    page_again(p, setup_page);
    house_get(c, &h);
    if (!h.name.n) {
        TRY(form_need(c, p, "house", "the name of the house", 200, &typed));
        TRY(house_found(t, typed, false));
    }
    if (!owner) {
        struct meetings list;
        TRY(form_need(c, p, "addresses", "your mail address", 1000, &typed));
        if (!meetings_typed(p->a, typed, &list))
            return fail(c, E_INVALID, "One of these is no mail address.");
        struct keeper_new k = {
            .name = S(""), .addresses = list.at, .n = list.n, .role = KEEPER_OWNER
        };
        TRY(keeper_join(t, &k, &owner));
    }
    keeper_set_password(t, owner, *hash);
    page_sign_in(t, p, owner, SESSION_BY_PASSWORD);
    page_notice(p, "The house is open.");
    return OK;
}

/* ---- signing in ---------------------------------------------------------- */

#define WRONG_PASSWORD "Address and password don't belong together."
#define WRONG_CODE     "Address, password and code don't belong together."

static err sign_in_page(struct ctx *c, struct page *p)
{
    if (!keeper_any_account(c)) return setup_page(c, p);
    p->bare = true;
    page_title(p, "Come in");
    door_sign_in_html(&p->out, p, form_str(p, "next"), second_any(c));
    return OK;
}

/* Known or not: one statement, one hash, the same words. Tries are counted by what was typed, so
 * that they run out for an address nobody has as well. Who is signed in stays so, whatever others
 * try. */
static err look_at_password(struct ctx *c, struct page *p)
{
    id *who = NEW(p->a, id, 1), maybe = 0;
    struct meeting typed;
    struct str address = form_str(p, "address");
    page_again(p, sign_in_page);
    p->mem = who;
    struct str uri = meeting_typed(c->a, address, &typed) ? typed.uri : address;
    int wait = page_wait(p, uri);
    if (wait)
        return fail(c, E_INVALID,
                    "That was tried too often. Please wait a minute, then try once more.");
    struct str hash = keeper_at_door(c, uri, &maybe);
    *who = password_same(hash, form_str(p, "password")) ? maybe : 0;
    return OK;
}

static err sign_in(struct tx *t, struct page *p)
{
    id *who = p->mem;
    page_again(p, sign_in_page);
    if (!*who || !second_use(t, *who, form_str(p, "code")))
        return fail(&t->c, E_INVALID, "%s", second_any(&t->c) ? WRONG_CODE : WRONG_PASSWORD);
    page_sign_in(t, p, *who, SESSION_BY_PASSWORD);
    page_go(p, url_inside(p->a, form_str(p, "next")));
    return OK;
}

static err sign_out(struct tx *t, struct page *p)
{
    page_sign_out(t, p);
    page_notice(p, "Until soon.");
    return OK;
}

/* ---- settings ------------------------------------------------------------ */

static err settings_page(struct ctx *c, struct page *p)
{
    struct house h;
    struct door_settings d;
    house_get(c, &h);
    d.house = h.name;
    keeper_list(c, &d.keepers);
    d.morning = morning_hour(c, p->viewer);
    d.sends = notice_possible(c);
    page_title(p, "The house and you");
    door_settings_html(&p->out, p, &d);
    return OK;
}

static err rename_house(struct tx *t, struct page *p)
{
    struct str name;
    page_again(p, settings_page);
    TRY(form_need(&t->c, p, "house", "the name of the house", 200, &name));
    TRY(house_found(t, name, false));
    page_notice(p, "The house is called %.*s now.", STR(name));
    page_go(p, URL("/settings"));
    return OK;
}

static err change_morning(struct tx *t, struct page *p)
{
    int hour = (int)form_int(p, "hour", MORNING_NEVER);
    page_again(p, settings_page);
    TRY(morning_set(t, hour));
    if (hour == MORNING_NEVER) page_notice(p, "No letter in the morning any more.");
    else page_notice(p, "Today comes as a letter from the next %02d:00 on.", hour);
    page_go(p, URL("/settings"));
    return OK;
}

static err hash_of_keeper(struct ctx *c, struct page *p)
{
    page_again(p, settings_page);
    return hash_new(c, p);
}

static err check_old(struct ctx *c, struct page *p)
{
    page_again(p, settings_page);
    TRY(door_own_password(c, p, form_str(p, "old")));
    return hash_new(c, p);
}

static err change_password(struct tx *t, struct page *p)
{
    struct str *hash = p->mem;
    page_again(p, settings_page);
    keeper_set_password(t, p->viewer, *hash);
    session_end_all(t, p->viewer, p->session.id);
    page_notice(p, "Your password is changed; other browsers were signed out.");
    page_go(p, URL("/settings"));
    return OK;
}

static err add_keeper(struct tx *t, struct page *p)
{
    struct ctx *c = &t->c;
    struct str *hash = p->mem, name, typed;
    struct meetings list;
    id who;
    page_again(p, settings_page);
    TRY(form_need(c, p, "name", "the name", 200, &name));
    TRY(form_need(c, p, "addresses", "the mail addresses", 1000, &typed));
    if (!meetings_typed(p->a, typed, &list))
        return fail(c, E_INVALID, "One of these is no mail address.");
    struct keeper_new k = { .name = name,
                            .addresses = list.at,
                            .n = list.n,
                            .role = form_on(p, "owner") ? KEEPER_OWNER : KEEPER_PLAIN };
    TRY(keeper_join(t, &k, &who));
    keeper_set_password(t, who, *hash);
    page_notice(p, "%.*s keeps this house with you from now on.", STR(name));
    page_go(p, URL("/settings"));
    return OK;
}

static err leave_page(struct ctx *c, struct page *p)
{
    struct door_leave d = { .who = { 0 } };
    id who = page_id(p, "who");
    if (!keeper_role_of(c, who)) return fail(c, E_NOTFOUND, "This is not a keeper of the house.");
    TRY(person_get(c, who, &d.who));
    talk_held(c, who, &d.held);
    keeper_list(c, &d.keepers);
    page_title(p, "%.*s leaves", STR(d.who.name));
    door_leave_html(&p->out, p, &d);
    return OK;
}

static err keeper_left(struct tx *t, struct page *p)
{
    struct person heir;
    id who = page_id(p, "who"), to = 0;
    page_again(p, leave_page);
    TRY(leave_house(t, who, form_int(p, "heir", 0), &to));
    TRY(person_get(&t->c, to, &heir));
    page_notice(p, "They can't sign in any more. What they held is with %.*s.", STR(heir.name));
    page_go(p, URL("/settings"));
    return OK;
}

static err help_page(struct ctx *c, struct page *p)
{
    (void)c;
    page_title(p, "Help");
    door_help_html(&p->out, p, door_tables, door_tables_n);
    return OK;
}

const struct route door_routes[] = {
    PAGE("/setup", NEED_SETUP, setup_page, "the three questions of a new house"),
    DEED_AFTER("/setup", NEED_SETUP, hash_of_founder, setup, "answer them"),
    PAGE("/sign-in", NEED_NOBODY, sign_in_page, "sign in"),
    DEED_AFTER("/sign-in", NEED_NOBODY, look_at_password, sign_in, "sign in"),
    DEED("/sign-out", NEED_REGULAR, sign_out, "sign out"),
    PAGE("/settings", NEED_KEEPER, settings_page, "name of the house, password, keepers"),
    DEED("/settings/house", NEED_OWNER, rename_house, "rename the house"),
    DEED_AFTER("/settings/password", NEED_KEEPER, check_old, change_password,
               "change the password"),
    DEED("/settings/morning", NEED_KEEPER, change_morning, "have Today as a letter in the morning"),
    DEED_AFTER("/keepers", NEED_OWNER, hash_of_keeper, add_keeper, "add a keeper"),
    PAGE("/keepers/:who/leave", NEED_OWNER, leave_page,
         "what a keeper holds who is about to leave"),
    DEED("/keepers/:who/leave", NEED_OWNER, keeper_left, "a keeper leaves"),
    PAGE("/help", NEED_NOBODY, help_page, "what each page is for"),
    { 0 },
};
