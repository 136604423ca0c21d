/* SPDX-License-Identifier: GPL-3.0-or-later
 * cmd_keeper.c - snug keeper: who works in the house, from a terminal. */
#include "app/command.h"
#include "app/leave.h"
#include "kit/web/password.h"
#include "people/keeper.h"
#include "people/people_mail.h"
#include "people/second.h"

struct change {
    struct str name, hash;
    struct meetings addresses, heirs;
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

static err keeper_of(struct ctx *c, struct change *k)
{
    k->who = person_of_uri(c, k->addresses.at[0].uri);
    return k->who && keeper_role_of(c, k->who)
               ? OK
               : fail(c, E_NOTFOUND, "this is not the address of a keeper");
}

static err set_password(struct tx *t, void *arg)
{
    struct change *k = arg;
    TRY(keeper_of(&t->c, k));
    keeper_set_password(t, k->who, k->hash);
    return OK;
}

static err leave(struct tx *t, void *arg)
{
    struct change *k = arg;
    TRY(keeper_of(&t->c, k));
    if (k->heirs.n) k->heir = person_of_uri(&t->c, k->heirs.at[0].uri);
    if (k->heirs.n && !k->heir)
        return fail(&t->c, E_NOTFOUND, "who is to hold what they held is nobody of the house");
    return leave_house(t, k->who, k->heir, &k->heir);
}

/* For whoever lost the device and the spare codes. */
static err drop_second(struct tx *t, void *arg)
{
    struct change *k = arg;
    TRY(keeper_of(&t->c, k));
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
    struct change c = { .name = S("") };
    struct work w = { .a = k->a };
    call_option(k, "name", &c.name);
    struct str to = S("");
    c.owner = call_flag(k, "owner");
    if (call_option(k, "to", &to) && (!meetings_typed(k->a, to, &c.heirs) || !c.heirs.n))
        return call_fail(S("--to wants the mail address of a keeper"));
    if (!k->n) return print_list(k);
    if (k->n != 2 || !meetings_typed(k->a, str_c(k->words[1]), &c.addresses) || !c.addresses.n)
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
