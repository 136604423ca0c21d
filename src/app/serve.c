/* SPDX-License-Identifier: GPL-3.0-or-later
 * serve.c - snug serve: a house on the web. */
#include "app/command.h"
#include "app/door.h"
#include "app/jobs.h"
#include "app/live.h"
#include "app/mailboxes.h"
#include "app/parts.h"
#include "app/rights.h"
#include "kit/base/trace.h"
#include "kit/mail/jail.h"
#include "log/event.h"
#include "talk/draft.h"

enum { FORM_BYTES = DRAFT_BYTES + MIB }; /* a letter with its files */

static err settle_rest(struct tx *t, void *arg)
{
    (void)arg;
    log_settle(t); /* what a stopped import left undone */
    return OK;
}

static int serve(struct call *k, struct str listen, const struct mailboxes_readers *readers)
{
    struct str why = S("");
    int waiting;
    if (mailboxes_conf(&k->home, k->a, &waiting, &why) != OK) return call_fail(why);
    struct str origin = k->home.conf.url.n ? k->home.conf.url
                        : str_begins(listen, S("unix:"))
                            ? S("http://localhost")
                            : str_fmt(k->a, "http://%.*s", STR(listen));
    struct web_house house;
    serve_house(&k->home, origin, &house);
    struct web *w = web_open(k->a, &house, &why);
    if (!w) return call_fail(why);
    struct http_opts o = { .listen = listen,
                           .workers = (int)k->home.conf.readers,
                           .signals = true,
                           .serve = web_serve,
                           .quick = web_quick,
                           .error = web_error,
                           .arg = w,
                           .arena_bytes = (size_t)k->home.conf.request_mib * MIB,
                           .body_bytes = FORM_BYTES };
    struct http_server *server = http_open(k->a, &o, &why);
    if (!server) return call_fail(why);
    bool socket = str_begins(listen, S("unix:"));
    printf("The house is open at %s%.*s\n", socket ? "" : "http://", STR(http_where(server)));
    fflush(stdout);
    struct work rest = { .a = arena_open((size_t)512 * MIB) };
    if (work_write(k->home.store, &rest, settle_rest, NULL) != OK)
        trace_line(TRACE_WARN, "settle", "ok=0");
    arena_close(rest.a);
    struct mailboxes_run *mailboxes = mailboxes_open(&k->home, readers, waiting);
    struct jobs *jobs = jobs_open(&k->home);
    struct live *live = live_open(k->a, server, k->home.store);
    http_run(server);
    live_close(live);
    jobs_close(jobs);
    http_close(server);
    mailboxes_close(mailboxes);
    web_close(w);
    return store_sound(k->home.store) ? EXIT_OK
                                      : call_fail(S("the disk did not keep what was written to it: "
                                                    "start the house anew, and have the disk "
                                                    "looked at"));
}

static err door_is_safe(struct ctx *c, void *arg)
{
    struct home *h = arg;
    if (!str_begins(h->conf.url, S("https://")) || serve_is_set_up(c, NULL)) return OK;
    return fail(c, E_DENIED,
                "this house has an address for the world and no password yet, so that whoever came "
                "first would own it: run `snug keeper password ADDRESS` first");
}

/* What stands around the processes that read mail. */
static void say_walls(void)
{
    unsigned there = jail_walls();
    trace_line(there == JAIL_ALL ? TRACE_INFO : TRACE_WARN, "jail",
               "limits=%d landlock=%d seccomp=%d", !!(there & JAIL_LIMITS),
               !!(there & JAIL_LANDLOCK), !!(there & JAIL_SECCOMP));
}

static int run_serve(struct call *k)
{
    struct str listen = S(""), why = S("");
    bool given = call_option(k, "listen", &listen);
    if (k->n) return call_usage(k, &serve_command);
    if (serve_give_up_rights(k->a, k->dir, &why) != OK) return call_fail(why);
    say_walls();
    struct mailboxes_readers readers;
    struct parts *parts = parts_open(k->a); /* processes: before there are threads */
    mailboxes_readers_open(&readers);
    talk_part_reader = (struct talk_reader){ parts_read, parts };
    if (home_open(k->a, k->dir, true, &k->home, &why) != OK) return call_fail(why);
    struct work w = { .a = k->a };
    bool safe = work_read(k->home.store, &w, door_is_safe, &k->home) == OK;
    int code = safe ? serve(k, given ? listen : k->home.conf.listen, &readers) : call_fail(w.why);
    mailboxes_readers_close(&readers);
    parts_close(parts);
    return code;
}
const struct command serve_command = { "serve", "[--listen ADDRESS:PORT]",
                                       "serve the house to browsers", WANTS_NOTHING, run_serve };
