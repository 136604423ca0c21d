/* SPDX-License-Identifier: GPL-3.0-or-later
 * cmd_help.c - snug help: a command, or the pages and who may open them. */
#include "app/command.h"
#include "kit/base/json.h"
#include "kit/web/route.h"

static const char *need_word(route_need n)
{
    static const char *const words[] = { "unset",  "nobody", "setup",       "regular",
                                         "keeper", "owner",  "signed_peer", "link" };
    return n >= 0 && n < COUNT(words) ? words[n] : "unset";
}

static int list_routes(const struct call *k)
{
    struct json *all = json_begin_list(k->a);
    for (int i = 0; i < serve_tables_n; i++)
        for (const struct route *r = serve_tables[i]; r->path; r++) {
            const char *method = r->hook ? r->method : r->act ? "POST" : "GET";
            struct json *j = k->json ? json_nest(all, NULL) : NULL;
            if (!j) {
                printf("%-5s %-36s %-8s %s\n", method, r->path, need_word(r->need), r->says);
                continue;
            }
            json_add_str(j, "method", str_c(method));
            json_add_str(j, "path", str_c(r->path));
            json_add_str(j, "need", str_c(need_word(r->need)));
            json_add_str(j, "says", str_c(r->says));
        }
    if (k->json) printf("%.*s\n", STR(json_write(all)));
    return EXIT_OK;
}

static int run_help(struct call *k)
{
    if (call_flag(k, "routes")) return list_routes(k);
    for (int i = 0; i < n_commands; i++)
        if (!k->n || strcmp(commands[i]->name, k->words[0]) == 0)
            printf("snug [-C DIR] %s %s\n    %s\n", commands[i]->name, commands[i]->use,
                   commands[i]->says);
    return EXIT_OK;
}
const struct command help_command = { "help", "[COMMAND] | --routes [--json]",
                                      "say what a command or a page does", WANTS_NOTHING,
                                      run_help };
