/* SPDX-License-Identifier: GPL-3.0-or-later
 * command.h - commands are data: name, words of use, what it needs, one sentence.
 * Exit codes: 0 done; 1 it failed, the sentence is on stderr; 2 the words of the call are off;
 * 3 done, but something was left out (named on stderr). */
#pragma once
#include "app/house.h"

enum { EXIT_OK = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_PARTLY = 3 };

struct call {
    struct arena *a;
    struct str dir;
    bool json;
    int n;
    char **words;     /* behind the command's name; options taken out by call_option() */
    struct home home; /* open, if the command wants it */
};
typedef enum { WANTS_NOTHING, WANTS_HOUSE } command_wants;
struct command {
    const char *name, *use, *says;
    command_wants wants;
    int (*run)(struct call *);
};
struct route;
extern const struct route *const serve_tables[];
extern const int serve_tables_n;
extern const struct command *const commands[];
extern const int n_commands;

/* Takes `--name VALUE` (or --name=VALUE) out of the words; false when it isn't there. */
bool call_option(struct call *, const char *name, struct str *value);
bool call_flag(struct call *, const char *name);
/* The keeper with that mail address, as --as names one. E_NOTFOUND. */
err call_keeper(struct ctx *, struct str address, id *out) MUST_USE;
/* As whom: that keeper, or without an address the first. */
err call_viewer(struct ctx *, struct str as, id *out) MUST_USE;
/* Prints the sentence to stderr and gives EXIT_FAILED. */
int call_fail(struct str why);
/* From the terminal without showing it, or the first line of what is piped in. */
struct str call_secret(struct arena *, const char *prompt);
int call_usage(const struct call *, const struct command *);

extern const struct command init_command, import_command, serve_command, today_command,
    people_command, show_command, search_command, rebuild_command, export_command, backup_command,
    restore_command, doctor_command, sample_command, keeper_command, mailbox_command, send_command,
    erase_command, circle_command, verify_command, facts_command, note_command, help_command;
