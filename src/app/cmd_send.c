/* SPDX-License-Identifier: GPL-3.0-or-later
 * cmd_send.c - snug send: what is due goes out, for a house that is not always open. */
#include "app/command.h"
#include "app/jobs.h"
#include "app/parts.h"
#include "post/outbox.h"
#include "talk/talk.h"

#include <signal.h>

static err count(struct ctx *c, void *arg)
{
    outbox_count(c, arg);
    return OK;
}

static int run_send(struct call *k)
{
    struct str why = S("");
    struct outbox_counts left;
    struct work w = { .a = k->a };
    if (k->n) return call_usage(k, &send_command);
    signal(SIGPIPE, SIG_IGN);
    struct parts *parts = parts_open(k->a); /* a process: before there are threads */
    talk_part_reader = (struct talk_reader){ parts_read, parts };
    if (home_open(k->a, k->dir, false, &k->home, &why) != OK) return call_fail(why);
    jobs_run(&k->home);
    err e = work_read(k->home.store, &w, count, &left);
    parts_close(parts);
    if (e != OK) return call_fail(w.why);
    if (k->json)
        printf("{\"queued\":%" PRId64 ",\"stuck\":%" PRId64 ",\"failed\":%" PRId64 "}\n",
               left.queued, left.stuck, left.failed);
    else
        printf("%" PRId64 " wait for their next try, %" PRId64 " failed in the last two weeks\n",
               left.queued, left.failed);
    return left.queued ? EXIT_PARTLY : EXIT_OK;
}
const struct command send_command = { "send", "[--json]",
                                      "send what is due, as the open house does by itself",
                                      WANTS_NOTHING, run_send };
