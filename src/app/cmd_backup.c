/* SPDX-License-Identifier: GPL-3.0-or-later
 * cmd_backup.c - snug backup, snug restore. */
#include "app/command.h"
#include "app/restore.h"

static int run_backup(struct call *k)
{
    struct str why = S(""), word = S("");
    struct backup b;
    int64_t keep = 0;
    bool turns = call_option(k, "keep", &word);
    if (k->n != 1 || (turns && (!str_int(word, &keep) || keep < 1)))
        return call_usage(k, &backup_command);
    struct str to = str_c(k->words[0]);
    err e = turns ? backup_turn(&k->home, k->a, to, keep, NULL, &b, &why)
                  : backup_make(&k->home, k->a, to, NULL, &b, &why);
    if (e != OK) return call_fail(why);
    printf("A copy of the house stands in %.*s: %" PRId64 " events, read back and proved.\n",
           STR(b.dir), b.events);
    if (b.gone) printf("%d older %s gone.\n", b.gone, b.gone == 1 ? "copy is" : "copies are");
    if (b.keyless)
        puts("The key is not in it, as it is not in the house: keep that elsewhere, a copy without "
             "it is of no use.");
    return EXIT_OK;
}
const struct command backup_command = { "backup", "[--keep NUMBER] FOLDER",
                                        "copy the house into a new folder while it is being "
                                        "served; with --keep into one of many, named by the time",
                                        WANTS_HOUSE, run_backup };

static void print_restored(const struct restore *r)
{
    const struct backup_proof *p = &r->proof;
    printf("The house stands in %.*s again, %s%.*s%s%" PRId64 " events, all of it proved.\n",
           STR(r->to), p->made.n ? "as it was copied on " : "", STR(p->made),
           p->made.n ? ": " : "with ", p->events);
    if (r->erased)
        printf("What was erased after the backup was erased again: %" PRId64
               " %s. The backup itself still holds it.\n",
               r->erased, r->erased == 1 ? "erasure" : "erasures");
    else if (!r->told)
        puts("No ledger of erasures was found but that of the backup: what was erased after it is "
             "back. With --ledger FILE it goes again.");
    if (r->held)
        printf("%" PRId64 " %s about to go out then, and may have gone since: not sent again.\n",
               r->held, r->held == 1 ? "letter was" : "letters were");
    puts("Everybody has to sign in again, with the passwords of that time; who left since is a "
         "keeper again, see `snug keeper`.");
    if (r->aside.n)
        printf("The house that stood there is now %.*s. What is erased from now on stays in it: "
               "delete it when you need it no more.\n",
               STR(r->aside));
}

static int run_restore(struct call *k)
{
    struct str why = S("");
    struct restore r = { .to = k->dir, .ledger = S(""), .over = call_flag(k, "yes") };
    call_option(k, "ledger", &r.ledger);
    if (k->n != 1) return call_usage(k, &restore_command);
    r.from = str_c(k->words[0]);
    if (restore_house(k->a, &r, &why) != OK) return call_fail(why);
    print_restored(&r);
    return EXIT_OK;
}
const struct command restore_command = {
    "restore", "[--yes] [--ledger FILE] BACKUP",
    "make DIR the house that a backup holds; a house that stands there is set aside with --yes",
    WANTS_NOTHING, run_restore
};
