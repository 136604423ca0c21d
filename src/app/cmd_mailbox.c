/* SPDX-License-Identifier: GPL-3.0-or-later
 * cmd_mailbox.c - snug mailbox: accounts that are read, from a terminal. */
#include "app/command.h"
#include "app/mailboxes.h"
#include "people/keeper.h"
#include "people/people_mail.h"

#include <signal.h>

struct change {
    struct str address, as;
    struct mailbox_settings set;
    struct mailbox box;
    struct mailbox_folder *folders;
    int n_folders, chosen;
    id keeper;
    struct mailboxes list;
    struct str *words;
};

/* ---- whose ------------------------------------------------------------------- */

/* Whose address it is, or who is named; else whose house it is. */
static err find_keeper(struct ctx *c, void *arg)
{
    struct change *k = arg;
    if (!k->as.n && (k->keeper = keeper_by_address(c, k->address))) return OK;
    return call_viewer(c, k->as, &k->keeper);
}

static err list(struct ctx *c, void *arg)
{
    struct change *k = arg;
    mailbox_list(c, 0, &k->list);
    k->words = NEW(c->a, struct str, k->list.n + 1);
    for (int i = 0; i < k->list.n; i++) {
        struct mailbox_folders folders;
        c->viewer = k->list.at[i].keeper;
        mailbox_folders(c, k->list.at[i].id, &folders);
        k->words[i] = mailbox_words(c, &k->list.at[i], &folders);
    }
    return OK;
}

static int print_list(struct call *k)
{
    struct change c = { .as = S("") };
    struct work w = { .a = k->a };
    if (work_read(k->home.store, &w, list, &c) != OK) return call_fail(w.why);
    for (int i = 0; i < c.list.n; i++)
        printf("%.*s  %.*s%s: %.*s\n", STR(c.list.at[i].address), STR(c.list.at[i].name),
               c.list.at[i].filed ? " (snug.conf)" : "", STR(c.words[i]));
    return EXIT_OK;
}

/* ---- add ------------------------------------------------------------------------ */

static bool read_server(struct call *k, const char *option, int tls_port, bool plain,
                        struct mailbox_server *out)
{
    struct str typed = S("");
    return (!call_option(k, option, &typed) || typed.n) &&
           mailboxes_server(typed, tls_port, plain, out);
}

static err add(struct tx *t, void *arg)
{
    struct change *k = arg;
    struct mailbox m;
    id made;
    TRY(mailbox_add(t, &k->set, &made));
    TRY(mailbox_get(&t->c, made, &m));
    k->box.id = made;
    k->box.change = m.change;
    mailbox_note_servers(t, &k->box);
    mailbox_note_folders(t, made, k->folders, k->n_folders);
    mailbox_note(t, &k->box, MAILBOX_READS, S(""));
    return OK;
}

/* Signs in and asks for the folders, before anything is kept. */
static err try_it(struct call *k, struct change *c, struct str *why)
{
    struct ctx far = { .a = arena_child(k->a), .why = S("") };
    struct imap_stop *stop = imap_stop_new(k->a);
    struct imap *imap;
    struct imap_folders found;
    err e =
        stop ? mailboxes_try(&far, &c->box, c->set.password, NULL, stop, &imap, &found) : E_PEER;
    *why = str_dup(k->a, far.why);
    if (e == OK) c->folders = mailboxes_folders(k->a, &found, &c->n_folders);
    for (int i = 0; i < c->n_folders; i++)
        c->chosen += c->folders[i].role == MAILBOX_INBOX || c->folders[i].role == MAILBOX_SENT;
    return e;
}

static int run_add(struct call *k, struct change *c)
{
    struct str why = S("");
    struct work look = { .a = k->a }, w = { .a = k->a };
    bool plain = call_flag(k, "plain");
    c->set = (struct mailbox_settings){ .name = S(""), .login = S("") };
    call_option(k, "name", &c->set.name);
    call_option(k, "login", &c->set.login);
    if (!read_server(k, "imap", 993, plain, &c->set.imap) ||
        !read_server(k, "smtp", 465, plain, &c->set.smtp) || k->n != 2)
        return call_usage(k, &mailbox_command);
    c->set.address = c->address = str_c(k->words[1]);
    if (work_read(k->home.store, &look, find_keeper, c) != OK) return call_fail(look.why);
    c->set.password = call_secret(k->a, "The password of that mailbox: ");
    c->box = (struct mailbox){
        .address = c->address, .imap = c->set.imap, .smtp = c->set.smtp, .login = c->set.login
    };
    if (try_it(k, c, &why) != OK) return call_fail(why);
    w.viewer = c->keeper;
    if (work_write(k->home.store, &w, add, c) != OK) return call_fail(w.why);
    printf(
        "%.*s is connected; its Inbox and Sent are read while the house is served. Other folders "
        "are chosen at /mailboxes.\n",
        STR(c->address));
    return EXIT_OK;
}

/* ---- remove ------------------------------------------------------------------------ */

static err remove_it(struct tx *t, void *arg)
{
    struct change *k = arg;
    mailbox_list(&t->c, k->as.n ? k->keeper : 0, &k->list);
    const struct mailbox *found = NULL;
    for (int i = 0; i < k->list.n; i++) {
        if (!str_ieq(k->list.at[i].address, k->address)) continue;
        if (found)
            return fail(&t->c, E_INVALID, "two keepers have connected it: say whose with --as");
        found = &k->list.at[i];
    }
    if (!found) return fail(&t->c, E_NOTFOUND, "no mailbox of that address is connected");
    t->c.viewer = found->keeper;
    return mailbox_remove(t, found->id);
}

static int run_remove(struct call *k, struct change *c)
{
    struct work look = { .a = k->a }, w = { .a = k->a };
    if (k->n != 2) return call_usage(k, &mailbox_command);
    c->address = str_c(k->words[1]);
    if (c->as.n && work_read(k->home.store, &look, find_keeper, c) != OK)
        return call_fail(look.why);
    if (work_write(k->home.store, &w, remove_it, c) != OK) return call_fail(w.why);
    puts("It is disconnected and its password forgotten. What was read stays.");
    return EXIT_OK;
}

static int run_mailbox(struct call *k)
{
    struct change c = { .as = S(""), .address = S("") };
    struct str why = S("");
    int waiting;
    (void)signal(SIGPIPE, SIG_IGN); /* a server that hangs up */
    if (mailboxes_conf(&k->home, k->a, &waiting, &why) != OK) return call_fail(why);
    if (!k->n || (k->n == 1 && strcmp(k->words[0], "list") == 0)) return print_list(k);
    call_option(k, "as", &c.as);
    if (strcmp(k->words[0], "add") == 0) return run_add(k, &c);
    if (strcmp(k->words[0], "remove") == 0) return run_remove(k, &c);
    return call_usage(k, &mailbox_command);
}
const struct command mailbox_command = {
    "mailbox",
    "[list | add ADDRESS [--as KEEPER] [--name NAME] [--imap HOST[:PORT]] [--smtp HOST[:PORT]] "
    "[--login NAME] [--plain] | remove ADDRESS [--as KEEPER]]",
    "connect mailboxes that are read while the house is served", WANTS_HOUSE, run_mailbox
};
