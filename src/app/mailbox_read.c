/* SPDX-License-Identifier: GPL-3.0-or-later
 * mailbox_read.c - one mailbox: what is new above the highest number seen first, then what was
 * there before, from the newest down; then waiting for more. */
#include "app/mailbox_read.h"

#include "app/import.h"
#include "kit/base/date.h"
#include "kit/base/hash.h"
#include "kit/base/trace.h"
#include "talk/talk.h"

#include <time.h>

enum {
    SESSION_ARENA = 512 * MIB,
    FIRST_BLOCK = 256, /* so that there is soon something to see */
    BLOCK = 2048,
    BLOCK_MOST = 8192,
    BLOCK_S = 5, /* so long a block may take: news have to wait for its end */
    BATCH = 512, /* a batch keeps everybody else who writes waiting */
    POLL_S = 3 * MINUTE,
    LONGEST_S = 12 * HOUR, /* then it is connected anew */
    SHARE_BATCH = 50
};

struct session {
    struct mailbox_reader *r;
    struct arena *a, *round;    /* of the connection; of what is done just now */
    struct arena *db, *scratch; /* of what was read from the house; of one piece of work */
    struct ctx c;
    struct mailbox box;
    struct str password;
    struct mailbox_folders folders;
    struct imap *imap;
    id listed; /* folder whose numbers these are */
    struct imap_uids list;
    struct desk *desk; /* held */
    struct import_feed *feed;
    struct mailbox_folder *folder; /* what is being fed belongs to it */
    bool upwards;                  /* what is new, oldest first */
    int block;                     /* how much of what was there before is read at once */
    int64_t began, asked;          /* when; when all folders were asked for news */
    bool fruitful;                 /* something was read: the next failure is a first one */
    struct str said;               /* of a folder that can't be read */
};

/* ---- the house -------------------------------------------------------------- */

static struct work work_of(struct session *s)
{
    arena_clear(s->scratch);
    return (struct work){ .a = s->scratch, .viewer = s->r->keeper };
}

static err house_fault(struct session *s, struct str why)
{
    return fail(&s->c, E_PEER, "%.*s", STR(why));
}

static err note(struct session *s, write_fn *fn, void *arg)
{
    struct work w = work_of(s);
    return work_write(s->r->home->store, &w, fn, arg) == OK ? OK : house_fault(s, w.why);
}

static err load(struct ctx *c, void *arg)
{
    struct session *s = arg;
    TRY(mailbox_get(c, s->r->mailbox, &s->box));
    TRY(mailbox_secret(c, s->r->mailbox, &s->password));
    mailbox_folders(c, s->r->mailbox, &s->folders);
    return OK;
}

static err load_folders(struct ctx *c, void *arg)
{
    struct session *s = arg;
    mailbox_folders(c, s->r->mailbox, &s->folders);
    return OK;
}

/* In the memory of the session: there are few, and it is closed twice a day. */
static err reload(struct session *s)
{
    struct work w = { .a = s->db, .viewer = s->r->keeper };
    s->folder = NULL;
    if (work_read(s->r->home->store, &w, load_folders, s) != OK) return house_fault(s, w.why);
    return OK;
}

/* The same, and the folder that was being read as it is now. */
static err reload_folder(struct session *s)
{
    id at = s->folder->id;
    TRY(reload(s));
    for (int i = 0; i < s->folders.n; i++)
        if (s->folders.at[i].id == at) s->folder = &s->folders.at[i];
    return s->folder ? OK : house_fault(s, S("It is no longer connected."));
}

static err write_folder(struct tx *t, void *arg)
{
    struct session *s = arg;
    mailbox_note_folder(t, s->folder);
    return OK;
}

static err write_renewed(struct tx *t, void *arg)
{
    struct session *s = arg;
    mailbox_note_renewed(t, s->folder->id, s->folder->validity);
    return OK;
}

static err write_read(struct tx *t, void *arg)
{
    struct session *s = arg;
    mailbox_note_read(t, s->r->mailbox);
    if (s->said.n) mailbox_note(t, &s->box, MAILBOX_READS, s->said);
    return OK;
}

/* ---- feeding ------------------------------------------------------------------ */

static void left_out(struct tx *t, void *arg, int64_t uid, struct str why)
{
    struct session *s = arg;
    mailbox_note_skip(t, s->folder->id, uid, why);
}

static void wrote(struct tx *t, void *arg, const struct import_wrote *w)
{
    struct session *s = arg;
    mailbox_note_progress(t, &(struct mailbox_progress){ .folder = s->folder->id,
                                                         .after = w->after,
                                                         .low = s->upwards ? 0 : w->lowest,
                                                         .high = s->upwards ? w->highest : 0,
                                                         .n = w->n,
                                                         .skipped = w->skipped,
                                                         .seen = w->seen,
                                                         .n_seen = w->n_seen });
}

static void feed_open(struct session *s)
{
    struct import_by by = { .batch = BATCH,
                            .newest_first = !s->upwards,
                            .arriving = s->upwards,
                            .left_out = left_out,
                            .wrote = wrote,
                            .arg = s };
    s->desk = s->upwards ? s->r->news : s->r->history;
    pthread_mutex_lock(&s->desk->lock);
    s->feed = import_feed_open(s->r->home, s->desk->parsers, s->r->keeper);
    import_feed_by(s->feed, &by);
}

static err feed_close(struct session *s)
{
    struct import_counts counts;
    if (!s->feed) return OK;
    err e = import_feed_close(s->feed, &counts);
    s->feed = NULL;
    pthread_mutex_unlock(&s->desk->lock);
    s->fruitful |= counts.done > 0;
    trace_line(TRACE_INFO, "mailbox", "id=%" PRId64 " read=%" PRId64 " new=%" PRId64, s->r->mailbox,
               counts.done, counts.fresh);
    return e;
}

static err take(void *arg, const struct imap_mail *m)
{
    struct session *s = arg;
    struct import_came came = { .raw = m->raw,
                                .left_out = S(""),
                                .folder = s->folder->name,
                                .arrived = m->arrived,
                                .about = m->arrived,
                                .place = m->uid };
    if (m->what == IMAP_GONE) return OK;
    if (m->what == IMAP_REFUSED) came.left_out = S("the mail server would not give it out");
    if (m->what == IMAP_TOO_BIG)
        came.left_out = str_fmt(s->round, "larger than %" PRId64 " MiB (message_mib in snug.conf)",
                                s->r->home->conf.message_mib);
    if (came.left_out.n) came.raw = S("");
    return import_feed_come(s->feed, &came);
}

/* Reads these of the selected folder; *s->folder is afterwards as the house has it. */
static err read_uids(struct session *s, struct imap_uids uids)
{
    feed_open(s);
    err e = imap_fetch(&s->c, s->imap, uids, s->r->home->conf.message_mib * MIB, take, s);
    err ended = feed_close(s);
    TRY(reload_folder(s));
    if (e != OK) return e;
    return ended == OK ? OK : house_fault(s, S("The house could not be written."));
}

/* ---- folders -------------------------------------------------------------------- */

static int known_of(const struct imap_uids *list, const struct mailbox_folder *f)
{
    int n = 0;
    for (int i = 0; i < list->n; i++) n += list->at[i] >= f->low && list->at[i] <= f->high;
    return n;
}

/* The numbers of all that is in the selected folder, kept until another one is asked for. */
static err list_all(struct session *s)
{
    struct ctx whole = s->c;
    whole.a = s->a;
    if (s->listed == s->folder->id) return OK;
    err e = imap_uids(&whole, s->imap, 0, &s->list);
    if (e != OK) return fail(&s->c, e, "%.*s", STR(whole.why));
    s->listed = s->folder->id;
    return OK;
}

/* Where reading begins: everything there is now is history, and what comes is new. */
static err begin(struct session *s, const struct imap_state *state)
{
    struct mailbox_folder *f = s->folder;
    TRY(list_all(s));
    f->high = state->next ? (int64_t)state->next - 1 : 0;
    if (s->list.n) f->high = MAX(f->high, s->list.at[0]);
    f->low = f->high + 1;
    return note(s, write_folder, s);
}

/* Opens the folder; false in *open: it can't be, which its line then says. */
static err enter(struct session *s, struct mailbox_folder *f, struct imap_state *state, bool *open)
{
    s->folder = f;
    err e = imap_select(&s->c, s->imap, f->raw, state);
    *open = e == OK;
    if (e != E_NOTFOUND && e != E_INVALID) TRY(e);
    f->said = *open ? S("") : str_dup(s->db, s->c.why);
    if (!*open) {
        s->said = str_fmt(s->db, "The folder %.*s can't be read: %.*s", STR(f->name), STR(f->said));
        return note(s, write_folder, s);
    }
    if (f->validity != state->validity) {
        f->validity = state->validity;
        f->high = f->low = f->done = f->skipped = 0;
        if (s->listed == f->id) s->listed = 0;
        TRY(note(s, write_renewed, s));
    }
    return f->low ? OK : begin(s, state);
}

/* What is new in a folder, oldest first: parents before answers. */
static err news(struct session *s, struct mailbox_folder *f)
{
    struct imap_state state;
    struct imap_uids above;
    bool open;
    TRY(enter(s, f, &state, &open));
    if (!open) return OK;
    TRY(imap_uids(&s->c, s->imap, (uint32_t)s->folder->high, &above));
    for (int i = 0; i < above.n / 2; i++) {
        uint32_t last = above.at[above.n - 1 - i];
        above.at[above.n - 1 - i] = above.at[i];
        above.at[i] = last;
    }
    s->upwards = true;
    if (above.n) TRY(read_uids(s, above));
    s->folder->high = MAX(s->folder->high, (int64_t)state.next - 1); /* the rest is gone */
    s->folder->total = state.exists;
    if (s->folder->low <= 1) s->folder->done = state.exists;
    s->folder->read_at = clock_now();
    return note(s, write_folder, s);
}

/* From a quick server more comes in the same time, and each end of a block costs a pause. */
static err read_block(struct session *s, struct imap_uids block)
{
    int64_t began = clock_us();
    TRY(read_uids(s, block));
    int64_t took_s = (clock_us() - began) / 1000000;
    if (took_s >= BLOCK_S) s->block = MAX(s->block / 2, FIRST_BLOCK);
    else if (block.n == s->block && took_s < BLOCK_S / 2) s->block = MIN(s->block * 2, BLOCK_MOST);
    return OK;
}

/* The next block of what was there before. */
static err history(struct session *s, struct mailbox_folder *f)
{
    struct imap_state state;
    struct imap_uids block = { NULL, 0 };
    bool open;
    TRY(enter(s, f, &state, &open));
    if (!open) return OK;
    TRY(list_all(s));
    f = s->folder;
    f->total = s->list.n;
    f->done = known_of(&s->list, f);
    int first = 0, most = f->low > f->high ? FIRST_BLOCK : s->block;
    while (first < s->list.n && s->list.at[first] >= f->low) first++;
    block.at = s->list.at + first;
    block.n = MIN(most, s->list.n - first);
    TRY(note(s, write_folder, s));
    s->upwards = false;
    if (block.n) TRY(read_block(s, block));
    bool last = first + block.n >= s->list.n;
    s->folder->low = last ? 1 : MIN(s->folder->low, block.at[block.n - 1]);
    if (last) s->folder->done = s->folder->total;
    return note(s, write_folder, s);
}

/* ---- sharing ---------------------------------------------------------------------- */

struct sharing {
    const struct mailbox_folder *folder;
    int n;
};

static err share_some(struct tx *t, void *arg)
{
    struct sharing *s = arg;
    const struct mailbox_folder *f = s->folder;
    id list[SHARE_BATCH];
    s->n = mailbox_to_share(&t->c, f, SHARE_BATCH, list);
    for (int i = 0; i < s->n; i++) {
        /* else it is open or shut already, by hand perhaps, or not all of it is theirs to open */
        bool done = talk_open(t, list[i], f->shared) == OK;
        mailbox_note_shared(t, f, list[i], done);
    }
    return OK;
}

struct folders_of {
    id mailbox;
    struct mailbox_folders list;
};

static err read_folders_of(struct ctx *c, void *arg)
{
    struct folders_of *f = arg;
    mailbox_folders(c, f->mailbox, &f->list);
    return OK;
}

void mailbox_read_share(struct home *h, struct arena *a, const struct mailbox *m)
{
    struct folders_of f = { .mailbox = m->id };
    struct work look = { .a = a, .viewer = m->keeper };
    if (work_read(h->store, &look, read_folders_of, &f) != OK) return;
    for (int i = 0; i < f.list.n; i++)
        for (struct sharing s = { &f.list.at[i], 1 }; s.n;) {
            struct arena *one = arena_open(64 * MIB);
            struct work w = { .a = one, .viewer = m->keeper };
            if (work_write(h->store, &w, share_some, &s) != OK) s.n = 0;
            arena_close(one);
        }
}

/* ---- a connection ------------------------------------------------------------------ */

static bool unfinished(const struct mailbox_folder *f)
{
    return f->chosen && !f->gone && !f->said.n && f->low > 1;
}

/* The folder whose news can't wait: the Inbox, else the first. */
static struct mailbox_folder *foremost(struct session *s)
{
    for (int i = 0; i < s->folders.n; i++)
        if (s->folders.at[i].chosen && !s->folders.at[i].gone) return &s->folders.at[i];
    return NULL;
}

static err ask_for_news(struct session *s)
{
    int64_t now = clock_now();
    bool all = now - s->asked >= POLL_S;
    if (all) s->said = S("");
    for (int i = 0; i < s->folders.n; i++)
        if (s->folders.at[i].chosen && !s->folders.at[i].gone) {
            TRY(news(s, &s->folders.at[i]));
            if (!all) break;
        }
    if (all) s->asked = now;
    return OK;
}

static err wait_for_more(struct session *s)
{
    enum imap_news what;
    struct imap_state state;
    bool open;
    TRY(note(s, write_read, s));
    TRY(enter(s, foremost(s), &state, &open));
    if (open && s->folder->high + 1 < state.next) return OK;
    if (open) return imap_idle(&s->c, s->imap, POLL_S, &what);
    return fail(&s->c, E_PEER, "%.*s", STR(s->folder->said));
}

static err one_round(struct session *s)
{
    TRY(ask_for_news(s));
    struct mailbox_folder *next = NULL;
    for (int i = 0; i < s->folders.n && !next; i++)
        if (unfinished(&s->folders.at[i])) next = &s->folders.at[i];
    if (next) TRY(history(s, next));
    mailbox_read_share(s->r->home, s->scratch, &s->box);
    arena_clear(s->scratch);
    return next ? OK : wait_for_more(s);
}

static err read_on(struct session *s)
{
    if (!foremost(s)) return fail(&s->c, E_PEER, "None of the chosen folders is there any more.");
    while (!imap_stop_cancelled(s->r->stop) && clock_now() - s->began < LONGEST_S) {
        s->round = s->c.a = arena_child(s->a);
        err e = one_round(s);
        if (e == E_CONFLICT) { /* renewed on the way: its numbers are looked at again */
            s->listed = 0;
            e = OK;
        }
        if (e != OK) {
            s->c.why = str_dup(s->a, s->c.why);
            return e;
        }
        s->c.a = s->a;
        arena_close(s->round);
    }
    return OK;
}

static err write_servers(struct tx *t, void *arg)
{
    struct session *s = arg;
    mailbox_note_servers(t, &s->box);
    return OK;
}

struct found {
    struct session *s;
    struct mailbox_folder *at;
    int n;
};

static err write_folders(struct tx *t, void *arg)
{
    struct found *f = arg;
    mailbox_note_folders(t, f->s->r->mailbox, f->at, f->n);
    return OK;
}

static bool was_read(const struct session *s)
{
    for (int i = 0; i < s->folders.n; i++)
        if (s->folders.at[i].validity) return true;
    return false;
}

static err write_state(struct tx *t, void *arg)
{
    struct session *s = arg;
    mailbox_note(t, &s->box, s->box.state, s->box.said);
    return OK;
}

static err write_sending(struct tx *t, void *arg)
{
    struct session *s = arg;
    mailbox_note_sending(t, &s->box, s->box.unsent);
    return OK;
}

/* What failed stands until it was tried again, with the next connection. */
static err try_sending(struct session *s)
{
    struct str unsent = mailboxes_try_sending(s->db, &s->box, s->password, &s->r->cancelled);
    if (atomic_load(&s->r->cancelled)) return OK;
    s->box.unsent = unsent;
    return note(s, write_sending, s);
}

static err session(struct session *s)
{
    struct work w = { .a = s->db, .viewer = s->r->keeper };
    struct imap_folders list;
    struct found found = { .s = s };
    err e = work_read(s->r->home->store, &w, load, s);
    if (e != OK) return fail(&s->c, e == E_NOTFOUND ? E_DENIED : e, "%.*s", STR(w.why));
    e = mailboxes_try(&s->c, &s->box, s->password, &s->r->cancelled, s->r->stop, &s->imap, &list);
    if (s->box.imap.host.n) TRY(note(s, write_servers, s));
    TRY(e);
    found.at = mailboxes_folders(s->a, &list, &found.n);
    TRY(note(s, write_folders, &found));
    bool fresh = s->box.state == MAILBOX_NEW;
    if (fresh || s->box.unsent.n) TRY(try_sending(s));
    if (fresh) {
        s->box.state = was_read(s) || s->box.filed ? MAILBOX_READS : MAILBOX_TRIED;
        TRY(note(s, write_state, s));
    }
    TRY(reload(s));
    return s->box.state == MAILBOX_READS ? read_on(s) : OK;
}

/* ---- again and again --------------------------------------------------------------- */

/* What its keeper is told, and whether it is tried again. */
static bool judge(struct session *s, err e)
{
    bool fresh = s->box.state == MAILBOX_NEW;
    if (imap_stop_cancelled(s->r->stop)) return false;
    if (e == OK) return s->box.state == MAILBOX_READS;
    if (fresh && (e != E_PEER || !(was_read(s) || s->box.filed))) s->box.state = MAILBOX_FAILED;
    else if (e == E_DENIED) s->box.state = MAILBOX_PASSWORD;
    else if (e == E_CONFLICT) s->box.state = MAILBOX_UNSAFE;
    else if (e == E_INVALID) s->box.state = MAILBOX_FAILED;
    else s->box.state = MAILBOX_READS;
    s->box.said = str_dup(s->db, s->c.why);
    (void)note(s, write_state, s);
    trace_line(TRACE_WARN, "mailbox", "id=%" PRId64 " state=%d", s->r->mailbox, s->box.state);
    return s->box.state == MAILBOX_READS;
}

/* From open to closed; true: to be tried again. An arena that is full lands here. */
static bool connect_and_read(struct mailbox_reader *r, bool *fruitful)
{
    jmp_buf stop;
    struct arena *a = arena_open(SESSION_ARENA);
    struct session *s = NEW(a, struct session, 1);
    volatile err e = E_PEER;
    *s = (struct session){
        .r = r, .a = a, .round = a, .began = clock_now(), .said = S(""), .block = BLOCK
    };
    s->db = arena_open(SESSION_ARENA);
    s->scratch = arena_open(SESSION_ARENA);
    s->c = (struct ctx){ .a = a, .secret = &r->home->secret, .stop = &stop, .now = s->began };
    s->c.why = s->box.said = S("");
    arena_catch(a, &stop);
    if (setjmp(stop) == 0) e = session(s);
    else s->c.why = S("Something broke while it was read.");
    arena_catch(a, NULL);
    (void)feed_close(s);
    bool again = judge(s, e);
    *fruitful = s->fruitful;
    arena_close(s->scratch);
    arena_close(s->db);
    arena_close(a); /* says goodbye as well */
    return again;
}

/* Until it is time to try again, or to stop. */
static void rest(const struct mailbox_reader *r, int seconds)
{
    for (int64_t until_us = clock_us() + (int64_t)seconds * 1000000;
         clock_us() < until_us && !imap_stop_cancelled(r->stop);)
        (void)nanosleep(&(struct timespec){ .tv_nsec = 100000000 }, NULL);
}

void *mailbox_read_main(void *arg)
{
    struct mailbox_reader *r = arg;
    uint64_t dice;
    int tries = 0;
    (void)pthread_setname_np(pthread_self(), "snug-mailbox");
    for (bool fruitful = false; connect_and_read(r, &fruitful);) {
        tries = fruitful ? 1 : tries + 1;
        random_bytes(&dice, sizeof dice);
        rest(r, imap_delay_s(tries, dice));
    }
    atomic_store(&r->ended, true);
    return NULL;
}
