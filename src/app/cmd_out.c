/* SPDX-License-Identifier: GPL-3.0-or-later
 * cmd_out.c - snug export. */
#include "app/command.h"
#include "app/export.h"
#include "app/files.h"
#include "people/takeout.h"

#include <fcntl.h>
#include <unistd.h>

static err take(struct tx *t, void *format) { return takeout_take(t, *(struct str *)format); }
static err ask(struct tx *t, void *format)
{
    takeout_ask(t, *(struct str *)format);
    return OK;
}
static err guarded(struct ctx *c, void *out)
{
    *(bool *)out = takeout_guarded(c);
    return OK;
}

/* A copy of everything waits for the owners, see takeout.h; of one person it doesn't. */
static err let_out(struct call *k, struct str format, struct str *why)
{
    bool guard = true;
    struct work w = { .a = k->a };
    err e = work_read(k->home.store, &w, guarded, &guard);
    if (e == OK && guard) {
        e = work_write(k->home.store, &w, take, &format);
        if (e == E_NOTFOUND && (e = work_write(k->home.store, &w, ask, &format)) == OK)
            e = work_write(k->home.store, &w, take, &format);
    }
    *why = w.why;
    return e;
}

static int run_export(struct call *k)
{
    struct export_opts o = { .format = TAKEOUT_MBOX };
    struct str word = takeout_forms[TAKEOUT_MBOX].word, person, why = S("");
    int64_t count = 0;
    call_option(k, "format", &word);
    if (call_option(k, "person", &person) && !str_int(person, &o.person))
        return call_fail(S("--person wants the number that `snug people` shows"));
    if (!takeout_format_of(word, &o.format) || k->n > 1) return call_usage(k, &export_command);
    /* before the owners are asked: their yes is used up by asking */
    int fd = k->n ? open(k->words[0], O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600) : 1;
    if (fd < 0) return call_fail(str_fmt(k->a, "%s can't be made: %s", k->words[0], file_error()));
    if (!o.person && let_out(k, word, &why) != OK) {
        if (k->n) (void)unlink(k->words[0]);
        return call_fail(why);
    }
    err e = export_to(&k->home, &o, fd, &count, &why);
    if (k->n && (fsync(fd) != 0 || close(fd) != 0) && e == OK)
        return call_fail(S("the file can't be written: is the disk full?"));
    if (e != OK) return call_fail(why);
    if (k->n) printf("%" PRId64 " records in %s\n", count, k->words[0]);
    return EXIT_OK;
}
const struct command export_command = { "export",
                                        "[--format mbox|vcard|csv|jsonl] [--person NUMBER] [FILE]",
                                        "write everything out: mail, people, or the log itself",
                                        WANTS_HOUSE, run_export };
