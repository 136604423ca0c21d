/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/ledger.h"

#include "app/files.h"
#include "kit/base/date.h"
#include "kit/base/trace.h"
#include "talk/erase.h"

#include <stdlib.h>

enum { LEDGER_MOST = 256 * MIB };

static struct str path_of(struct arena *a, struct str dir)
{
    return str_fmt(a, "%.*s/erased.log", STR(dir));
}

static err add(void *arg, struct ctx *c, const struct erasure *e, struct str record)
{
    struct home *h = arg;
    struct str why, line = str_fmt(c->a, "%.*s %s %.*s\n", STR(date_iso(c->a, e->at)),
                                   e->person ? "person" : "message", STR(hash_hex(c->a, record)));
    if (file_append(c->a, path_of(c->a, h->dir), line, &why) != OK)
        return fail(c, E_PEER, "nothing was erased: %.*s", STR(why));
    if (h->backup.folder.n && ledger_spread(c->a, h->dir, h->backup.folder, &why) != OK)
        trace_line(TRACE_WARN, "ledger", "spread=0"); /* the next backup brings it there */
    return OK;
}

err ledger_spread(struct arena *a, struct str from, struct str folder, struct str *why)
{
    struct str there = path_of(a, folder), both[] = { path_of(a, from), there };
    return file_is_folder(a, folder) ? ledger_join(a, both, COUNT(both), there, why) : OK;
}

void ledger_open(struct home *h) { log_ledger = (struct ledger){ add, h }; }

static int digit(char x)
{
    return x >= '0' && x <= '9' ? x - '0' : x >= 'a' && x <= 'f' ? x - 'a' + 10 : -1;
}

static bool unhex(struct arena *a, struct str hex, struct str *out)
{
    struct buf o = { .a = a };
    if (!hex.n || hex.n % 2) return false;
    for (ptrdiff_t i = 0; i < hex.n; i += 2) {
        int high = digit(hex.p[i]), low = digit(hex.p[i + 1]);
        if (high < 0 || low < 0) return false;
        buf_char(&o, (char)(high << 4 | low));
    }
    *out = buf_str(&o);
    return true;
}

static bool read_line(struct arena *a, struct str line, struct erasure *out)
{
    struct str when, what, record;
    if (!str_cut(&line, ' ', &when) || !str_cut(&line, ' ', &what) || !unhex(a, line, &record))
        return false;
    erasure_read(a, record, out);
    return out->n_never > 0;
}

struct replay {
    struct str text;
    struct erasure one;
    bool open; /* some of it is not known here */
};

static err look(struct ctx *c, void *arg)
{
    struct replay *r = arg;
    struct str rest = r->text, line;
    int n = 0;
    r->open = false;
    while (str_line(&rest, &line) && ++n) {
        struct erasure e;
        if (!read_line(c->a, line, &e))
            return fail(c, E_INVALID,
                        "erased.log is damaged in line %d: bring it back from where it was copied "
                        "to, or take that line out and what it says will not be erased again",
                        n);
        if (erasure_known(c, &e)) continue;
        r->one = e;
        r->open = true;
        break;
    }
    return OK;
}

static err again(struct tx *t, void *arg)
{
    struct replay *r = arg;
    return erase_again(t, &r->one);
}

err ledger_replay(struct home *h, struct str *why)
{
    struct replay r = { .text = S("") };
    struct ledger wanted = log_ledger;
    err e = OK;
    if (!file_exists(h->a, path_of(h->a, h->dir))) return OK;
    TRY(file_read(h->a, path_of(h->a, h->dir), LEDGER_MOST, &r.text, why));
    /* a line that was cut short, or is being written, erased nothing yet */
    r.text = str_upto(r.text, str_rchr(r.text, '\n') + 1);
    log_ledger = (struct ledger){ 0 }; /* what is read from it is not written to it */
    do {
        struct work w = { .a = h->a };
        e = work_read(h->store, &w, look, &r);
        if (e == OK && r.open) e = work_write(h->store, &w, again, &r);
        *why = w.why;
    } while (e == OK && r.open);
    log_ledger = wanted;
    return e;
}

bool ledger_missing(struct arena *a, struct str dir)
{
    struct str text, why;
    return file_read(a, path_of(a, dir), LEDGER_MOST, &text, &why) != OK || !str_trim(text).n;
}

/* Behind what is there. A line that is being written has no end yet. */
static err take_lines(struct arena *a, struct str path, struct buf *all, struct str *why)
{
    struct str text, rest, line;
    TRY(file_read(a, path, LEDGER_MOST, &text, why));
    rest = text = str_upto(text, str_rchr(text, '\n') + 1);
    for (int n = 1; str_line(&rest, &line); n++) {
        struct erasure e;
        if (read_line(a, line, &e)) continue;
        *why = str_fmt(a, "%.*s is damaged in line %d", STR(path), n);
        return E_INVALID;
    }
    buf_add(all, text);
    return OK;
}

static int by_line(const void *x, const void *y) /* a line begins with its time */
{
    return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

err ledger_join(struct arena *a, const struct str *files, int n, struct str to, struct str *why)
{
    struct buf all = { .a = a }, out = { .a = a };
    struct str rest, line;
    int had = 0;
    for (int i = 0; i < n; i++)
        if (file_exists(a, files[i])) TRY(take_lines(a, files[i], &all, why));
    rest = buf_str(&all);
    while (str_line(&rest, &line)) had++;
    if (!had) return OK;
    struct str *lines = NEW(a, struct str, had);
    rest = buf_str(&all);
    for (int i = 0; i < had; i++) (void)str_line(&rest, &lines[i]);
    qsort(lines, (size_t)had, sizeof *lines, by_line);
    for (int i = 0; i < had; i++)
        if (!i || !str_eq(lines[i], lines[i - 1])) buf_fmt(&out, "%.*s\n", STR(lines[i]));
    return file_replace(a, to, buf_str(&out), 0600, why);
}
