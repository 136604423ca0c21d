/* SPDX-License-Identifier: GPL-3.0-or-later
 * mailbox_folder.c - the folders of a mailbox, and where reading each of them stands. */
#include "kit/base/text.h"
#include "post/mailbox.h"

enum { MOST = 1000 };
enum { NOT_LOOKED_AT, OPENED, LEFT_BE }; /* mailbox_message.opened */

#define COLUMNS                                                                                    \
    "f.id, f.mailbox, f.raw, f.name, f.role, f.chosen, f.gone, f.shared, f.validity, f.high, "     \
    "f.low, f.total, f.done, f.skipped, f.read_at, f.said"

static struct mailbox_folder folder_row(struct rows *r)
{
    return (struct mailbox_folder){
        .id = row_int(r, 0),
        .mailbox = row_int(r, 1),
        .raw = row_blob(r, 2),
        .name = row_str(r, 3),
        .role = (mailbox_role)row_int(r, 4),
        .chosen = row_bool(r, 5),
        .gone = row_bool(r, 6),
        .shared = row_bool(r, 7),
        .validity = row_int(r, 8),
        .high = row_int(r, 9),
        .low = row_int(r, 10),
        .total = row_int(r, 11),
        .done = row_int(r, 12),
        .skipped = row_int(r, 13),
        .read_at = row_int(r, 14),
        .said = row_str(r, 15),
    };
}

void mailbox_folders(struct ctx *c, id mailbox, struct mailbox_folders *out)
{
    int n =
        (int)db_int(c, 0, SQL("SELECT count(*) FROM mailbox_folder WHERE mailbox=$1"), I(mailbox));
    *out = (struct mailbox_folders){ NEW(c->a, struct mailbox_folder, n + 1), 0 };
    EACH (r, c,
          SQL("SELECT " COLUMNS " FROM mailbox b JOIN mailbox_folder f ON f.mailbox=b.id WHERE "
              "b.id=$1 AND b.keeper=$2 ORDER BY CASE f.role WHEN 1 THEN 0 WHEN 2 THEN 1 ELSE 2 "
              "END, f.name, f.id LIMIT $3"),
          I(mailbox), I(c->viewer), I(MIN(n, MOST)))
        out->at[out->n++] = folder_row(&r);
}

void mailbox_skips(struct ctx *c, id mailbox, int max, struct mailbox_skips *out)
{
    *out = (struct mailbox_skips){ NEW(c->a, struct mailbox_skip, max + 1), 0 };
    EACH (r, c,
          SQL("SELECT l.uid, l.at, f.name, l.why FROM mailbox b JOIN mailbox_folder f ON "
              "f.mailbox=b.id JOIN mailbox_left_out l ON l.folder=f.id WHERE b.id=$1 AND "
              "b.keeper=$2 ORDER BY l.at DESC, l.uid DESC LIMIT $3"),
          I(mailbox), I(c->viewer), I(max))
        out->at[out->n++] =
            (struct mailbox_skip){ row_int(&r, 0), row_int(&r, 1), row_str(&r, 2), row_str(&r, 3) };
}

/* ---- deeds ---------------------------------------------------------------------- */

static void changed(struct tx *t, id mailbox)
{
    db_do(t, SQL("UPDATE mailbox SET change=change+1 WHERE id=$1"), I(mailbox));
    if (mailbox_changed) mailbox_changed();
}

err mailbox_choose(struct tx *t, id mailbox, const id *folders, int n)
{
    struct mailbox m;
    int64_t chosen = 0;
    TRY(mailbox_get(&t->c, mailbox, &m));
    if (m.filed)
        return fail(&t->c, E_CONFLICT, "Its folders stand in snug.conf and are changed there.");
    db_do(t, SQL("UPDATE mailbox_folder SET chosen=0 WHERE mailbox=$1"), I(mailbox));
    for (int i = 0; i < n; i++)
        chosen += db_do(t, SQL("UPDATE mailbox_folder SET chosen=1 WHERE id=$1 AND mailbox=$2"),
                        I(folders[i]), I(mailbox));
    if (!chosen)
        return fail(&t->c, E_INVALID, "Please choose at least one folder, or stop the mailbox.");
    if (m.state == MAILBOX_TRIED)
        db_do(t, SQL("UPDATE mailbox SET stopped=$1, said='' WHERE id=$2"), I(MAILBOX_READS),
              I(mailbox));
    changed(t, mailbox);
    return OK;
}

err mailbox_share(struct tx *t, id folder, bool open, id *mailbox)
{
    id whose = db_int(&t->c, 0,
                      SQL("SELECT b.id FROM mailbox_folder f JOIN mailbox b ON b.id=f.mailbox "
                          "WHERE f.id=$1 AND b.keeper=$2"),
                      I(folder), I(t->c.viewer));
    if (!whose) return fail(&t->c, E_NOTFOUND, "There is no such folder, or it is not yours.");
    db_do(t, SQL("UPDATE mailbox_folder SET shared=$1 WHERE id=$2"), I(open), I(folder));
    db_do(t, SQL("UPDATE mailbox_message SET opened=$1 WHERE folder=$2 AND opened=$3"),
          I(NOT_LOOKED_AT), I(folder), I(LEFT_BE));
    changed(t, whose);
    *mailbox = whose;
    return OK;
}

/* ---- for whoever reads it --------------------------------------------------------- */

static bool is_new(struct ctx *c, id mailbox)
{
    return !db_int(c, 0, SQL("SELECT 1 FROM mailbox_folder WHERE mailbox=$1 AND chosen=1 LIMIT 1"),
                   I(mailbox));
}

/* What snug.conf names is read, and nothing else; what is not there stands as gone. */
static void choose_filed(struct tx *t, id mailbox, struct str names)
{
    struct ctx *c = &t->c;
    struct str one;
    db_do(t, SQL("DELETE FROM mailbox_folder WHERE mailbox=$1 AND gone=1 AND validity=0"),
          I(mailbox));
    db_do(t,
          SQL("UPDATE mailbox_folder SET chosen=CASE WHEN $2=1 AND role IN($3, $4) THEN 1 ELSE 0 "
              "END WHERE mailbox=$1"),
          I(mailbox), I(names.n ? 0 : 1), I(MAILBOX_INBOX), I(MAILBOX_SENT));
    while (str_cut(&names, ',', &one)) {
        one = text_oneline(c->a, str_trim(one));
        if (one.n && !db_do(t,
                            SQL("UPDATE mailbox_folder SET chosen=1 WHERE mailbox=$1 AND "
                                "lower(name)=lower($2)"),
                            I(mailbox), T(one)))
            db_do(t,
                  SQL("INSERT INTO mailbox_folder(mailbox, raw, name, role, chosen, gone, "
                      "validity, high, low, total, done, skipped, read_at, said, shared) "
                      "VALUES($1, $2, $3, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, '', 0) ON "
                      "CONFLICT(mailbox, raw) DO UPDATE SET chosen=1"),
                  I(mailbox), B(one), T(one));
    }
}

void mailbox_note_folders(struct tx *t, id mailbox, const struct mailbox_folder *list, int n)
{
    struct ctx *c = &t->c;
    bool fresh = is_new(c, mailbox);
    db_do(t, SQL("UPDATE mailbox_folder SET gone=1 WHERE mailbox=$1"), I(mailbox));
    for (int i = 0; i < MIN(n, MOST); i++) {
        const struct mailbox_folder *f = &list[i];
        bool ours = f->role == MAILBOX_INBOX || f->role == MAILBOX_SENT;
        db_do(t,
              SQL("INSERT INTO mailbox_folder(mailbox, raw, name, role, chosen, gone, validity, "
                  "high, low, total, done, skipped, read_at, said, shared) VALUES($1, "
                  "$2, $3, $4, $5, 0, 0, 0, 0, 0, 0, 0, 0, '', 0) ON CONFLICT(mailbox, raw) DO "
                  "UPDATE SET gone=0, name=excluded.name, role=excluded.role"),
              I(mailbox), B(f->raw), T(text_oneline(c->a, f->name)), I(f->role), I(fresh && ours));
    }
    struct str names = S("");
    bool filed = false;
    EACH (r, c, SQL("SELECT folders FROM mailbox WHERE id=$1 AND filed<>0"), I(mailbox)) {
        filed = true;
        names = row_str(&r, 0);
    }
    if (filed) choose_filed(t, mailbox, names);
}

void mailbox_note_folder(struct tx *t, const struct mailbox_folder *f)
{
    db_do(t,
          SQL("UPDATE mailbox_folder SET validity=$1, high=$2, low=$3, total=$4, done=$5, "
              "skipped=$6, read_at=$7, said=$8 WHERE id=$9"),
          I(f->validity), I(f->high), I(f->low), I(f->total), I(f->done), I(f->skipped),
          I(f->read_at), T(text_oneline(t->c.a, f->said)), I(f->id));
}

void mailbox_note_skip(struct tx *t, id folder, int64_t uid, struct str why)
{
    db_do(t,
          SQL("INSERT INTO mailbox_left_out(folder, uid, at, why) VALUES($1, $2, $3, $4) ON "
              "CONFLICT(folder, uid) DO UPDATE SET at=excluded.at, why=excluded.why"),
          I(folder), I(uid), I(t->c.now), T(text_oneline(t->c.a, why)));
}

void mailbox_note_progress(struct tx *t, const struct mailbox_progress *p)
{
    db_do(t,
          SQL("UPDATE mailbox_folder SET low=CASE WHEN $1>0 THEN $1 ELSE low END, high=CASE WHEN "
              "$2>0 THEN $2 ELSE high END, done=done+$3, skipped=skipped+$4 WHERE id=$5"),
          I(p->low), I(p->high), I(p->n), I(p->skipped), I(p->folder));
    db_do(t,
          SQL("INSERT INTO mailbox_message(folder, message, opened) SELECT DISTINCT $1 + 0, CASE "
              "kind WHEN 30 THEN id ELSE subject END, 0 FROM event WHERE id>$2 AND kind IN(30, "
              "31) ON CONFLICT(folder, message) DO NOTHING"),
          I(p->folder), I(p->after));
    for (int i = 0; i < p->n_seen; i++)
        db_do(t,
              SQL("INSERT INTO mailbox_message(folder, message, opened) VALUES($1, $2, 0) ON "
                  "CONFLICT(folder, message) DO NOTHING"),
              I(p->folder), I(p->seen[i]));
}

void mailbox_note_renewed(struct tx *t, id folder, int64_t validity)
{
    db_do(t, SQL("DELETE FROM mailbox_left_out WHERE folder=$1"), I(folder));
    db_do(t,
          SQL("UPDATE mailbox_folder SET validity=$1, high=0, low=0, done=0, skipped=0 WHERE "
              "id=$2"),
          I(validity), I(folder));
}

int mailbox_to_share(struct ctx *c, const struct mailbox_folder *f, int max, id *messages)
{
    int n = 0;
    EACH (r, c,
          SQL("SELECT message FROM mailbox_message WHERE folder=$1 AND opened=$2 ORDER BY message "
              "LIMIT $3"),
          I(f->id), I(f->shared ? NOT_LOOKED_AT : OPENED), I(max))
        messages[n++] = row_int(&r, 0);
    return n;
}

void mailbox_note_shared(struct tx *t, const struct mailbox_folder *f, id message, bool done)
{
    db_do(t, SQL("UPDATE mailbox_message SET opened=$1 WHERE folder=$2 AND message=$3"),
          I(!f->shared ? NOT_LOOKED_AT
            : done     ? OPENED
                       : LEFT_BE),
          I(f->id), I(message));
}
