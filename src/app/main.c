/* SPDX-License-Identifier: GPL-3.0-or-later
 * main.c - finds the command, opens the house, runs it. */
#include "app/command.h"
#include "people/keeper.h"
#include "people/people_mail.h"

#include <locale.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

const struct command *const commands[] = {
    &init_command,    &import_command,  &serve_command,   &today_command,  &people_command,
    &circle_command,  &show_command,    &search_command,  &send_command,   &export_command,
    &backup_command,  &restore_command, &rebuild_command, &doctor_command, &keeper_command,
    &mailbox_command, &erase_command,   &verify_command,  &sample_command, &facts_command,
    &note_command,    &help_command,
};
const int n_commands = COUNT(commands);

err call_keeper(struct ctx *c, struct str address, id *out)
{
    id who = keeper_by_address(c, address);
    if (!who) return fail(c, E_NOTFOUND, "%.*s is not the address of a keeper", STR(address));
    *out = who;
    return OK;
}

err call_viewer(struct ctx *c, struct str as, id *out)
{
    if (as.n) return call_keeper(c, as, out);
    *out = keeper_first(c);
    return *out ? OK
                : fail(c, E_INVALID,
                       "this house has no keeper yet: open it in a browser, or run `snug keeper "
                       "add`");
}

int call_fail(struct str why)
{
    fprintf(stderr, "snug: %.*s\n", STR(why));
    return EXIT_FAILED;
}

int call_usage(const struct call *k, const struct command *c)
{
    (void)k;
    fprintf(stderr, "usage: snug [-C DIR] %s %s\n%s\n", c->name, c->use, c->says);
    return EXIT_USAGE;
}

struct str call_secret(struct arena *a, const char *prompt)
{
    char line_[1024] = { 0 };
    struct termios old, quiet;
    bool tty = tcgetattr(0, &old) == 0;
    if (tty) {
        quiet = old;
        quiet.c_lflag &= (tcflag_t)~ECHO;
        fputs(prompt, stderr);
        tcsetattr(0, TCSAFLUSH, &quiet);
    }
    bool got = fgets(line_, sizeof line_, stdin) != NULL;
    if (tty) {
        tcsetattr(0, TCSAFLUSH, &old);
        fputc('\n', stderr);
    }
    return got ? str_dup(a, str_trim(str_c(line_))) : S("");
}

static void take_words(struct call *k, int at, int n)
{
    for (int i = at; i + n < k->n; i++) k->words[i] = k->words[i + n];
    k->n -= n;
}

bool call_option(struct call *k, const char *name, struct str *value)
{
    size_t len = strlen(name);
    for (int i = 0; i < k->n; i++) {
        const char *w = k->words[i];
        if (strncmp(w, "--", 2) != 0 || strncmp(w + 2, name, len) != 0) continue;
        if (w[2 + len] == '=') {
            *value = str_c(w + 3 + len);
            take_words(k, i, 1);
            return true;
        }
        if (w[2 + len] == 0 && i + 1 < k->n) {
            *value = str_c(k->words[i + 1]);
            take_words(k, i, 2);
            return true;
        }
    }
    return false;
}

bool call_flag(struct call *k, const char *name)
{
    for (int i = 0; i < k->n; i++)
        if (strncmp(k->words[i], "--", 2) == 0 && strcmp(k->words[i] + 2, name) == 0) {
            take_words(k, i, 1);
            return true;
        }
    return false;
}

static int usage(FILE *to)
{
    fputs("snug - a relationship server, personal at scale\n\nusage: snug [-C DIR] COMMAND "
          "[WORDS]\n\n",
          to);
    for (int i = 0; i < n_commands; i++)
        fprintf(to, "  %-9s %s\n", commands[i]->name, commands[i]->says);
    fputs("\nDIR is the house's folder (default: $SNUG_HOUSE, else ./house). `snug COMMAND --help` "
          "says more.\n",
          to);
    return to == stdout ? EXIT_OK : EXIT_USAGE;
}

static const struct command *find(const char *name)
{
    for (int i = 0; i < n_commands; i++)
        if (strcmp(commands[i]->name, name) == 0) return commands[i];
    return NULL;
}

static int run(struct call *k, const struct command *c)
{
    struct str why = S("");
    if (call_flag(k, "help")) {
        printf("usage: snug [-C DIR] %s %s\n\n%s\n", c->name, c->use, c->says);
        return EXIT_OK;
    }
    k->json = call_flag(k, "json");
    home_wire();
    if (c->wants == WANTS_HOUSE && home_open(k->a, k->dir, false, &k->home, &why) != OK)
        return call_fail(why);
    int code = c->run(k);
    home_close(&k->home);
    return code;
}

int main(int argc, char **argv)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    umask(077); /* a house is nobody else's on this machine */
    const char *dir = getenv("SNUG_HOUSE");
    int at = 1;
    if (argc > 2 && strcmp(argv[1], "-C") == 0) {
        dir = argv[2];
        at = 3;
    }
    if (at >= argc) return usage(stderr);
    if (strcmp(argv[at], "--help") == 0 || strcmp(argv[at], "-h") == 0) return usage(stdout);
    const struct command *c = find(argv[at]);
    if (!c) {
        fprintf(stderr, "snug: there is no command `%s`; `snug --help` lists them\n", argv[at]);
        return EXIT_USAGE;
    }
    struct arena *a = arena_open((size_t)1024 * MIB);
    struct call k = {
        .a = a, .dir = str_c(dir ? dir : "house"), .n = argc - at - 1, .words = argv + at + 1
    };
    int code = run(&k, c);
    arena_close(a);
    return code;
}
