/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/restore.h"

#include "app/files.h"
#include "app/ledger.h"
#include "kit/base/date.h"
#include "kit/store/backup.h"
#include "kit/web/session.h"
#include "log/event.h"
#include "post/outbox.h"
#include "talk/draft.h"

#include <sys/stat.h>
#include <unistd.h>

enum { KEY_MOST = 64 };

static struct str in_dir(struct arena *a, struct str dir, const char *name)
{
    return str_fmt(a, "%.*s/%s", STR(dir), name);
}
static struct str beside(struct arena *a, struct str dir, struct str word)
{
    return str_fmt(a, "%.*s.%.*s", STR(dir), STR(word));
}

static bool same_folder(struct arena *a, struct str x, struct str y)
{
    struct stat one, two;
    return stat(str_z(a, x), &one) == 0 && stat(str_z(a, y), &two) == 0 &&
           one.st_dev == two.st_dev && one.st_ino == two.st_ino;
}

/* ---- may it be? ------------------------------------------------------------ */

static err source_fits(struct arena *a, const struct restore *r, struct home *h, struct str *why)
{
    struct str newest = backup_newest(a, r->from);
    if (newest.n) {
        *why = str_fmt(a, "%.*s holds several backups; the newest is %.*s/%.*s", STR(r->from),
                       STR(r->from), STR(newest));
        return E_INVALID;
    }
    if (!file_exists(a, in_dir(a, r->from, "snug.conf"))) {
        *why = str_fmt(a, "there is no backup in %.*s", STR(r->from));
        return E_INVALID;
    }
    TRY(home_read(a, r->from, h, why));
    if (h->conf.store.n) {
        *why = S("that house is stored in PostgreSQL: bring its database back with pg_restore, put "
                 "snug.conf, keys/ and the newest erased.log into its folder, and open it; what "
                 "was erased since is erased again then");
        return E_INVALID;
    }
    if (file_exists(a, in_dir(a, r->from, "snug.db"))) return OK;
    *why = str_fmt(a, "there is no snug.db in %.*s", STR(r->from));
    return E_INVALID;
}

/* Its settings may be damaged, and so may all else: that is why it is replaced. */
static bool in_postgres(struct arena *a, struct str dir)
{
    struct str text, unread;
    struct conf conf;
    return file_read(a, in_dir(a, dir, "snug.conf"), MIB, &text, &unread) == OK &&
           conf_read(&conf, a, text, &unread) == OK && conf.store.n;
}

static err same_key(struct arena *a, const struct restore *r, struct str *why)
{
    struct str mine, theirs, unread;
    if (file_read(a, in_dir(a, r->to, "keys/house.key"), KEY_MOST, &mine, &unread) != OK ||
        file_read(a, in_dir(a, r->from, "keys/house.key"), KEY_MOST, &theirs, &unread) != OK ||
        mine.n != theirs.n || str_eq(mine, theirs))
        return OK;
    *why =
        str_fmt(a, "%.*s is another house than the one in the backup: its key differs", STR(r->to));
    return E_INVALID;
}

/* A database that is damaged is in nobody's use. */
static err not_in_use(struct arena *a, const struct restore *r, struct str *why)
{
    struct str db = in_dir(a, r->to, "snug.db");
    if (!file_exists(a, db) || backup_sole(a, db, why) != E_CONFLICT) return OK;
    *why = str_fmt(a, "the house in %.*s is in use: stop `snug serve` first", STR(r->to));
    return E_CONFLICT;
}

/* *stands: there is a house that has to make room. */
static err target_fits(struct arena *a, const struct restore *r, bool *stands, struct str *why)
{
    *stands = file_exists(a, in_dir(a, r->to, "snug.conf")) ||
              file_exists(a, in_dir(a, r->to, "snug.db"));
    if (same_folder(a, r->from, r->to)) {
        *why = S("the backup and the place it is for are the same folder");
        return E_INVALID;
    }
    if (!*stands && file_exists(a, r->to) && file_names(a, r->to).n) {
        *why = str_fmt(a, "%.*s holds something else than a house", STR(r->to));
        return E_INVALID;
    }
    if (!*stands) return OK;
    if (in_postgres(a, r->to)) {
        *why = str_fmt(a,
                       "the house in %.*s is stored in PostgreSQL: bring it back with pg_restore, "
                       "or restore the backup into another folder",
                       STR(r->to));
        return E_INVALID;
    }
    TRY(same_key(a, r, why));
    TRY(not_in_use(a, r, why));
    if (r->over) return OK;
    *why = str_fmt(a,
                   "a house stands in %.*s: with --yes it is set aside, under a name beside it, "
                   "and the backup takes its place",
                   STR(r->to));
    return E_CONFLICT;
}

/* ---- beside its place ------------------------------------------------------ */

/* What the house that stands there knows as erased, what lies where copies are kept, and what was
 * given: one of them is newer than the backup. */
static err bring_ledger(struct arena *a, struct restore *r, struct str stage, struct str *why)
{
    struct str files[] = { in_dir(a, r->from, "erased.log"), in_dir(a, r->to, "erased.log"),
                           in_dir(a, file_parent(r->from), "erased.log"), r->ledger };
    r->told = file_exists(a, in_dir(a, r->to, "snug.db")); /* who has none erased nothing */
    for (int i = 1; i < COUNT(files); i++)
        r->told = r->told || (files[i].n && file_exists(a, files[i]));
    if (!r->ledger.n || file_exists(a, r->ledger))
        return ledger_join(a, files, r->ledger.n ? 4 : 3, in_dir(a, stage, "erased.log"), why);
    *why = str_fmt(a, "%.*s can't be read: %s", STR(r->ledger), file_error());
    return E_INVALID;
}

static err count(struct ctx *c, void *arg)
{
    *(int64_t *)arg =
        db_int(c, 0, SQL("SELECT count(*) FROM event WHERE kind=$1"), I(EVENT_ERASED));
    return OK;
}

/* What waited then may have gone out since, and who was signed in may have left. */
static err come_to_rest(struct tx *t, void *arg)
{
    struct restore *r = arg;
    r->held = outbox_hold_all(t, S("this house was restored from a backup, and it may have gone "
                                   "out already"));
    r->held += draft_hold_due(t, S("This house was restored from a backup: the letter may have "
                                   "gone out already. Send it again if it has not."));
    (void)session_end_every(t);
    return OK;
}

/* Opening it erases again what the ledger says. */
static err open_once(struct arena *a, struct restore *r, struct str stage, struct str *why)
{
    struct home h;
    int64_t erased = 0;
    TRY(home_open(a, stage, false, &h, why));
    struct work w = { .a = a };
    err e = work_write(h.store, &w, come_to_rest, r);
    if (e == OK) e = work_read(h.store, &w, count, &erased);
    *why = w.why;
    if (e == OK && !store_scrubbed(h.store)) {
        *why = S("what was erased again has not left the files yet");
        e = E_PEER;
    }
    home_close(&h);
    r->erased = erased - r->proof.erased;
    return e == OK ? backup_sole(a, in_dir(a, stage, "snug.db"), why) : e;
}

/* Keys that were turned since the backup stay published: those of the house that stands there. */
static err fill(struct arena *a, struct restore *r, const struct home *h, struct str stage,
                struct str *why)
{
    bool whole = file_exists(a, in_dir(a, r->to, "keys/house.key"));
    TRY(backup_copy_small(a, r->from, stage, whole ? r->to : r->from, why));
    TRY(backup_sqlite(a, in_dir(a, r->from, "snug.db"), in_dir(a, stage, "snug.db"), NULL, why));
    struct str info, text;
    info = in_dir(a, r->from, "backup.info");
    if (file_exists(a, info)) {
        TRY(file_read(a, info, MIB, &text, why));
        TRY(file_write_new(a, in_dir(a, stage, "backup.info"), text, 0600, why));
    }
    TRY(bring_ledger(a, r, stage, why));
    TRY(backup_prove(a, stage, &h->secret, &r->proof, why));
    (void)unlink(str_z(a, in_dir(a, stage, "backup.info"))); /* it is no copy any more */
    if (r->proof.forgetful) {
        *why = S("something was erased in this house, and no ledger says what: bring erased.log "
                 "from the newest backup, and name it by --ledger");
        return E_PEER;
    }
    return open_once(a, r, stage, why);
}

/* ---- in its place ---------------------------------------------------------- */

static err swap(struct arena *a, struct restore *r, struct str stage, bool stands, struct str *why)
{
    struct str aside =
        beside(a, r->to, str_fmt(a, "before-%.*s", STR(backup_name(a, clock_now()))));
    if (!stands) return file_rename(a, stage, r->to, why);
    TRY(not_in_use(a, r, why));
    TRY(file_rename(a, r->to, aside, why));
    err e = file_rename(a, stage, r->to, why);
    struct str unread;
    if (e != OK && file_rename(a, aside, r->to, &unread) == OK) return e;
    r->aside = aside;
    return e;
}

err restore_house(struct arena *a, struct restore *r, struct str *why)
{
    struct home h;
    bool stands;
    while (r->to.n > 1 && str_ends(r->to, S("/"))) r->to.n--;
    r->aside = S("");
    TRY(source_fits(a, r, &h, why));
    TRY(target_fits(a, r, &stands, why));
    struct str stage = beside(a, r->to, S("restoring"));
    backup_drop(a, stage); /* of one that was cut short */
    TRY(file_folder(a, stage, why));
    err e = fill(a, r, &h, stage, why);
    if (e == OK) e = swap(a, r, stage, stands, why);
    if (e != OK) backup_drop(a, stage);
    return e;
}
