/* SPDX-License-Identifier: GPL-3.0-or-later
 * cmd_keeper.c - snug keeper: who works in the house, from a terminal. */
#include "app/command.h"
#include "app/leave.h"
#include "kit/web/password.h"
#include "people/keeper.h"
#include "people/people_mail.h"
#include "people/second.h"

struct change {
    struct str name, hash, address, to; /* to: of who holds what they held; or empty */
    struct meetings addresses;          /* the same, of somebody new */
    bool owner;
    id who, heir;
    struct keepers list;
};

static err add(struct tx *t, void *arg)
{
    struct change *c = arg;
    struct keeper_new k = { .name = c->name,
                            .addresses = c->addresses.at,
                            .n = c->addresses.n,
                            .role =
                                c->owner || !keeper_first(&t->c) ? KEEPER_OWNER : KEEPER_PLAIN };
    return keeper_join(t, &k, &c->who);
}

static err set_password(struct tx *t, void *arg)
{
    struct change *k = arg;
    TRY(call_keeper(&t->c, k->address, &k->who));
    keeper_set_password(t, k->who, k->hash);
    return OK;
}

static err leave(struct tx *t, void *arg)
{
    struct change *k = arg;
    TRY(call_keeper(&t->c, k->address, &k->who));
    if (k->to.n) TRY(call_keeper(&t->c, k->to, &k->heir));
    return leave_house(t, k->who, k->heir, &k->heir);
}

/* For whoever lost the device and the spare codes. */
static err drop_second(struct tx *t, void *arg)
{
    struct change *k = arg;
    TRY(call_keeper(&t->c, k->address, &k->who));
    return second_drop(t, k->who);
}

static err list(struct ctx *c, void *arg)
{
    struct change *k = arg;
    keeper_list(c, &k->list);
    return OK;
}

static int print_list(struct call *k)
{
    struct change c = { .who = 0 };
    struct work w = { .a = k->a };
    if (work_read(k->home.store, &w, list, &c) != OK) return call_fail(w.why);
    for (int i = 0; i < c.list.n; i++)
        printf("%6" PRId64 "  %.*s%s%s\n", c.list.at[i].person, STR(c.list.at[i].name),
               c.list.at[i].role == KEEPER_OWNER ? "  owner" : "",
               c.list.at[i].has_account ? "" : "  no password yet");
    return EXIT_OK;
}

static int run_keeper(struct call *k)
{
    struct change c = { .name = S(""), .address = S(""), .to = S("") };
    struct work w = { .a = k->a };
    call_option(k, "name", &c.name);
    call_option(k, "to", &c.to);
    c.owner = call_flag(k, "owner");
    if (!k->n) return print_list(k);
    if (k->n == 2) c.address = str_c(k->words[1]);
    if (!meetings_typed(k->a, c.address, &c.addresses) || !c.addresses.n)
        return call_usage(k, &keeper_command);
    write_fn *fn = strcmp(k->words[0], "add") == 0      ? add
                   : strcmp(k->words[0], "leave") == 0  ? leave
                   : strcmp(k->words[0], "second") == 0 ? drop_second
                                                        : NULL;
    if (strcmp(k->words[0], "password") == 0) {
        struct str typed = call_secret(k->a, "A new password (at least 10 letters): ");
        const char *weak = password_weak(typed, NULL, 0);
        if (weak) return call_fail(str_c(weak));
        c.hash = password_hash(k->a, typed);
        fn = set_password;
    }
    if (!fn) return call_usage(k, &keeper_command);
    if (work_write(k->home.store, &w, fn, &c) != OK) return call_fail(w.why);
    puts("Done.");
    return EXIT_OK;
}
const struct command keeper_command = {
    "keeper",
    "[add [--name NAME] [--owner] ADDRESSES | password ADDRESS | second ADDRESS | leave "
    "[--to ADDRESS] ADDRESS]",
    "list, add and remove keepers; set a password; take a second step away", WANTS_HOUSE, run_keeper
};
