/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/backup.h"

#include "app/files.h"
#include "app/ledger.h"
#include "kit/base/date.h"
#include "kit/base/trace.h"
#include "kit/store/backup.h"
#include "log/event.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

enum { SMALL_MOST = MIB, PATIENCE_MS = 600000 };

static struct str in_dir(struct arena *a, struct str dir, struct str name)
{
    return str_fmt(a, "%.*s/%.*s", STR(dir), STR(name));
}

/* ---- files of a copy ------------------------------------------------------ */

static void drop_files(struct arena *a, struct str dir)
{
    struct names n = file_names(a, dir);
    for (int i = 0; i < n.n; i++) (void)unlink(str_z(a, in_dir(a, dir, n.at[i])));
}

void backup_drop(struct arena *a, struct str dir)
{
    struct str keys = in_dir(a, dir, S("keys"));
    drop_files(a, keys);
    (void)rmdir(str_z(a, keys));
    drop_files(a, dir);
    (void)rmdir(str_z(a, dir));
}

static err copy_file(struct arena *a, struct str from, struct str to, struct str name, int mode,
                     struct str *why)
{
    struct str bytes;
    TRY(file_read(a, in_dir(a, from, name), SMALL_MOST, &bytes, why));
    return file_write_new(a, in_dir(a, to, name), bytes, mode, why);
}

err backup_copy_small(struct arena *a, struct str from, struct str to, struct str keys_from,
                      struct str *why)
{
    struct str source = in_dir(a, keys_from, S("keys")), keys = in_dir(a, to, S("keys"));
    struct names n = file_names(a, source);
    TRY(file_folder(a, keys, why));
    for (int i = 0; i < n.n; i++) TRY(copy_file(a, source, keys, n.at[i], 0600, why));
    return copy_file(a, from, to, S("snug.conf"), 0644, why);
}

/* ---- proving one ---------------------------------------------------------- */

struct look {
    struct backup_proof proof;
    bool deep, tables;
    id at; /* whose link is wanted */
    struct str link;
    id broken;
};

static struct str sum_of(struct arena *a, struct str text)
{
    struct hasher h;
    uint8_t sum[HASH_BYTES];
    hasher_start(&h);
    hasher_add(&h, text);
    hasher_end(&h, sum);
    return hash_hex(a, (struct str){ (char *)sum, HASH_BYTES });
}

static err look(struct ctx *c, void *arg)
{
    struct look *l = arg;
    struct log_check all;
    log_verify(c, l->deep, &all);
    l->broken = all.broken;
    l->proof.events = log_end(c);
    if (!l->at) l->at = l->proof.events;
    l->link = log_link(c, l->at);
    l->proof.erased =
        db_int(c, 0, SQL("SELECT count(*) FROM event WHERE kind=$1"), I(EVENT_ERASED));
    l->proof.forgetful = db_int(c, 0, SQL("SELECT 1 FROM erased LIMIT 1")) != 0;
    if (l->tables) l->proof.tables = sum_of(c->a, log_digest(c));
    return OK;
}

static err look_at(struct arena *a, struct str dir, const struct secret *secret, struct look *l,
                   struct str *why)
{
    struct str db = in_dir(a, dir, S("snug.db"));
    struct store_opts o = { .where = db, .patience_ms = PATIENCE_MS };
    struct store *s = store_open(a, &o, secret, why);
    if (!s) return E_PEER;
    struct work w = { .a = a };
    err e = work_read(s, &w, look, l);
    store_close(s);
    *why = w.why;
    if (e == OK && l->broken) {
        e = E_PEER;
        *why = str_fmt(a, "%.*s: the log does not hold at event %" PRId64, STR(dir), l->broken);
    }
    return e == OK ? backup_sole(a, db, why) : E_PEER;
}

static struct str info_write(struct arena *a, const struct look *l)
{
    return str_fmt(a, "made %.*s\nevents %" PRId64 "\nhead %.*s\nschema %.*s\ntables %.*s\n",
                   STR(date_iso(a, clock_now())), l->proof.events, STR(l->link),
                   STR(home_schema(a)), STR(l->proof.tables));
}

static struct str info_of(struct str text, struct str name)
{
    struct str line, word;
    while (str_line(&text, &line))
        if (str_cut(&line, ' ', &word) && str_eq(word, name)) return line;
    return S("");
}

err backup_prove(struct arena *a, struct str dir, const struct secret *secret,
                 struct backup_proof *out, struct str *why)
{
    struct str info = S(""), path = in_dir(a, dir, S("backup.info"));
    struct look l = { .deep = true };
    if (file_exists(a, path)) TRY(file_read(a, path, SMALL_MOST, &info, why));
    struct str head = info_of(info, S("head")), tables = info_of(info, S("tables"));
    int64_t events = 0;
    if (!str_int(info_of(info, S("events")), &events) && info.n) {
        *why = str_fmt(a, "%.*s is damaged", STR(path));
        return E_PEER;
    }
    l.at = events;
    l.tables = str_eq(info_of(info, S("schema")), home_schema(a));
    TRY(look_at(a, dir, secret, &l, why));
    bool off = head.n && !str_eq(head, l.link);
    /* what came after it was copied, or was erased again, changed them */
    off = off || (l.tables && l.proof.events == events && !str_eq(tables, l.proof.tables));
    if (off) {
        *why = str_fmt(a, "%.*s is not what was copied: its log or its tables differ", STR(dir));
        return E_PEER;
    }
    l.proof.made = info_of(info, S("made"));
    l.proof.forgetful = l.proof.forgetful && ledger_missing(a, dir);
    *out = l.proof;
    return OK;
}

/* ---- making one ----------------------------------------------------------- */

/* The ledger last: what was erased since the database was copied is erased from it when opened. */
static err fill(const struct home *h, struct arena *a, struct str to, const atomic_bool *stop,
                struct backup *out, struct str *why)
{
    struct look l = { .tables = true };
    struct str ledger = in_dir(a, h->dir, S("erased.log"));
    TRY(backup_copy_small(a, h->dir, to, h->dir, why));
    TRY(backup_sqlite(a, in_dir(a, h->dir, S("snug.db")), in_dir(a, to, S("snug.db")), stop, why));
    TRY(look_at(a, to, &h->secret, &l, why));
    TRY(ledger_join(a, &ledger, 1, in_dir(a, to, S("erased.log")), why));
    out->events = l.proof.events;
    out->keyless = !file_exists(a, in_dir(a, to, S("keys/house.key")));
    return file_write_new(a, in_dir(a, to, S("backup.info")), info_write(a, &l), 0600, why);
}

err backup_make(const struct home *h, struct arena *a, struct str to, const atomic_bool *stop,
                struct backup *out, struct str *why)
{
    while (to.n > 1 && str_ends(to, S("/"))) to.n--;
    struct str part = str_fmt(a, "%.*s.part", STR(to));
    *out = (struct backup){ .dir = str_dup(a, to) };
    if (h->conf.store.n) {
        *why =
            S("this house is stored in PostgreSQL: back it up with pg_dump, and snug.conf, keys/ "
              "and erased.log with it");
        return E_PEER;
    }
    if (file_exists(a, to)) {
        *why = str_fmt(a, "%.*s is there already: a backup wants a new folder", STR(to));
        return E_CONFLICT;
    }
    if (file_exists(a, part)) {
        *why = str_fmt(a, "%.*s is there already, of a backup that is being made or was cut short",
                       STR(part));
        return E_CONFLICT;
    }
    TRY(file_folder(a, part, why));
    err e = fill(h, a, part, stop, out, why);
    if (e == OK) e = file_rename(a, part, to, why);
    if (e != OK) backup_drop(a, part);
    return e == OK ? OK : E_PEER;
}

/* ---- many ----------------------------------------------------------------- */

struct str backup_name(struct arena *a, int64_t at)
{
    struct buf o = { .a = a };
    struct str iso = date_iso(a, at);
    for (ptrdiff_t i = 0; i < iso.n; i++)
        if (iso.p[i] != ':') buf_char(&o, iso.p[i]);
    return buf_str(&o);
}

static bool is_name(struct str s)
{
    static const char shape[] = "0000-00-00T000000Z";
    if (s.n != sizeof shape - 1) return false;
    for (int i = 0; i < s.n; i++)
        if (shape[i] == '0' ? s.p[i] < '0' || s.p[i] > '9' : s.p[i] != shape[i]) return false;
    return true;
}

struct str backup_newest(struct arena *a, struct str folder)
{
    struct names n = file_names(a, folder);
    for (int i = n.n; i-- > 0;)
        if (is_name(n.at[i])) return n.at[i];
    return S("");
}

/* What was cut short, and what is beyond keep. Only one program is here at a time. */
static int make_room(struct arena *a, struct str folder, int64_t keep)
{
    struct names n = file_names(a, folder);
    int64_t copies = 0;
    int gone = 0;
    for (int i = n.n; i-- > 0;) {
        bool part = str_ends(n.at[i], S(".part")) && is_name(str_upto(n.at[i], n.at[i].n - 5));
        bool old = is_name(n.at[i]) && ++copies > keep;
        if (part || old) backup_drop(a, in_dir(a, folder, n.at[i]));
        gone += old;
    }
    return gone;
}

/* Two houses that made room for each other's copies would end with none. */
static err is_ours(const struct home *h, struct arena *a, struct str folder, struct str *why)
{
    struct str own, other, newest = backup_newest(a, folder),
                           key = str_fmt(a, "%.*s/%.*s/keys/house.key", STR(folder), STR(newest));
    if (!newest.n || !file_exists(a, key)) return OK;
    TRY(file_read(a, key, SMALL_MOST, &other, why));
    if (file_read(a, in_dir(a, h->dir, S("keys/house.key")), SMALL_MOST, &own, why) != OK)
        return OK;
    if (str_eq(own, other)) return OK;
    *why = str_fmt(a, "%.*s holds copies of another house", STR(folder));
    return E_CONFLICT;
}

static err turn(const struct home *h, struct arena *a, struct str folder, int64_t keep,
                const atomic_bool *stop, struct backup *out, struct str *why)
{
    TRY(is_ours(h, a, folder, why));
    (void)make_room(a, folder, INT64_MAX);
    TRY(backup_make(h, a, in_dir(a, folder, backup_name(a, clock_now())), stop, out, why));
    TRY(ledger_spread(a, h->dir, folder, why));
    out->gone = make_room(a, folder, keep);
    return OK;
}

err backup_turn(const struct home *h, struct arena *a, struct str folder, int64_t keep,
                const atomic_bool *stop, struct backup *out, struct str *why)
{
    err e = file_is_folder(a, folder) ? OK : file_folder(a, folder, why);
    if (e != OK) return e;
    int fd = open(str_z(a, folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) != 0) {
        *why = str_fmt(a, "%.*s: %s", STR(folder),
                       fd < 0 ? file_error() : "another backup is being made there");
        e = fd < 0 ? E_PEER : E_CONFLICT;
    } else e = turn(h, a, folder, keep, stop, out, why);
    if (fd >= 0) close(fd);
    return e;
}

/* ---- by itself ------------------------------------------------------------ */

err backup_plan_read(struct home *h, struct str *why)
{
    static const struct {
        struct str name;
        int64_t seconds;
    } often[] = { { S_INIT("hour"), HOUR }, { S_INIT("day"), DAY }, { S_INIT("week"), 7 * DAY } };
    struct str words = h->conf.backup, every = S(" every "), keep = S(" keep ");
    struct backup_plan p = { .folder = S("") };
    if (!words.n) return OK;
    ptrdiff_t at = str_find(words, every);
    struct str rest = at < 0 ? S("") : str_from(words, at + every.n);
    ptrdiff_t till = str_find(rest, keep);
    for (int i = 0; till >= 0 && i < COUNT(often); i++)
        if (str_eq(str_trim(str_upto(rest, till)), often[i].name)) p.every_s = often[i].seconds;
    if (!p.every_s || !str_int(str_trim(str_from(rest, till + keep.n)), &p.keep) || p.keep < 1) {
        *why = S("snug.conf: backup wants FOLDER every hour|day|week keep NUMBER");
        return E_INVALID;
    }
    if (h->conf.store.n) {
        *why = S("snug.conf: backup copies no house that is stored in PostgreSQL: use pg_dump");
        return E_INVALID;
    }
    p.folder = str_trim(str_upto(words, at));
    if (!str_begins(p.folder, S("/"))) p.folder = in_dir(h->a, h->dir, p.folder);
    h->backup = p;
    return OK;
}

struct came {
    struct str why;
};
static err note(struct tx *t, void *arg)
{
    log_copied(t, ((struct came *)arg)->why);
    return OK;
}

static err forget(struct tx *t, void *unused)
{
    (void)unused;
    log_copied_never(t);
    return OK;
}

static err look_tried(struct ctx *c, void *tried)
{
    struct log_copy l;
    log_copy_last(c, &l);
    *(bool *)tried = l.tried != 0;
    return OK;
}

/* A house whose plan was taken away says no more how it went. */
static void no_plan(struct home *h, struct arena *a)
{
    bool tried = false;
    struct work look = { .a = a }, write = { .a = a };
    err e = work_read(h->store, &look, look_tried, &tried);
    if (e == OK && tried) e = work_write(h->store, &write, forget, NULL);
    if (e != OK) trace_line(TRACE_WARN, "backup", "ok=0");
}

void backup_step(struct home *h, struct arena *a, int64_t *again_at, const atomic_bool *stop)
{
    enum { LOOK_S = 10, AGAIN_S = 600 };
    const struct backup_plan *p = &h->backup;
    int64_t now = clock_now();
    struct backup made;
    struct came came = { S("") };
    if (now < *again_at) return;
    *again_at = p->folder.n ? now + LOOK_S : INT64_MAX;
    if (!p->folder.n) {
        no_plan(h, a);
        return;
    }
    struct str newest = backup_newest(a, p->folder);
    if (newest.n && str_cmp(newest, backup_name(a, now - p->every_s)) > 0) return;
    bool ok = backup_turn(h, a, p->folder, p->keep, stop, &made, &came.why) == OK;
    if (atomic_load(stop)) return;
    if (!ok) *again_at = now + AGAIN_S;
    if (ok) came.why = S("");
    struct work w = { .a = a };
    bool noted = work_write(h->store, &w, note, &came) == OK;
    trace_line(ok && noted ? TRACE_INFO : TRACE_WARN, "backup", "ok=%d gone=%d", ok,
               ok ? made.gone : 0);
}
