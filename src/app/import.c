/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/import.h"

#include "kit/base/date.h"
#include "kit/base/text.h"
#include "kit/mail/source.h"
#include "kit/store/search.h"
#include "post/channel.h"
#include "talk/participant.h"
#include "talk/talk_mail.h"

#include <pthread.h>
#include <stdlib.h>

enum {
    BATCH = 3072,
    BATCH_BYTES = 8 * MIB,
    BLOCK = 1024,
    ARENA = 1024 * MIB,
    MERGE_FROM = 256 /* so much is worth a step of merging the index */
};

struct item {
    struct mail_hints hints;
    struct str raw;
    struct mail_result result;
    struct talk_mail ready;
    body_state known; /* byte for byte */
    struct str path;  /* where it lay, to name it if it is left out */
    int64_t place;
    id seen;        /* its message, when it was here before */
    struct str out; /* why it is left out, before it was read */
};
/* What is read together and written together. */
struct batch {
    struct arena *a;
    struct item at[BATCH];
    int n, parser;
    int64_t bytes;
};
struct import_feed {
    struct arena *own;
    struct home *home;
    struct import_by by;
    struct mail_parser *const *parsers; /* two: one works while the other is given more */
    id keeper, source;
    struct batch three[3], *filling, *reading, *writing;
    int turns;
    pthread_t writer; /* writes one batch while the next is read */
    err wrote;
    struct import_counts counts; /* the writer's, while there is one */
    const struct import_opts *opts;
};

/* ---- writing ------------------------------------------------------------- */

static void say_skip(struct tx *t, id source, struct str path, int64_t place, struct str why)
{
    db_do(t,
          SQL("INSERT INTO skipped(source, number, path, place, why) VALUES($1, (SELECT "
              "coalesce(max(number), 0) + 1 FROM skipped"
              " WHERE source=$1), $2, $3, $4)"),
          I(source), T(path), I(place), T(why));
}

static void leave_out(struct tx *t, struct import_feed *f, const struct item *it, struct str why)
{
    f->counts.skipped++;
    if (f->source) say_skip(t, f->source, it->path, it->place, why);
    if (f->by.left_out) f->by.left_out(t, f->by.arg, it->place, why);
}

/* Mail programs name files by who wrote and of what: such a name is not noted again. */
static void leave_erased_out(struct tx *t, struct import_feed *f, const struct item *it)
{
    struct item nameless = *it;
    f->counts.erased++;
    if (!it->place) {
        ptrdiff_t at = MAX(str_rchr(it->path, '/'), str_rchr(it->path, ':'));
        nameless.path = str_upto(it->path, MAX(at, 0));
        nameless.place = -1;
    }
    leave_out(t, f, &nameless, S("erased here before"));
}

static void take(struct tx *t, struct import_feed *f, struct item *it)
{
    if (it->out.n) {
        f->counts.done++;
        leave_out(t, f, it, it->out);
        return;
    }
    taken how = it->known == BODY_ERASED ? TAKEN_ERASED : TAKEN_SEEN;
    if (!it->known && it->result.ok) how = talk_take_mail(t, &it->ready);
    else if (!it->known) how = talk_take_unreadable(t, it->raw, it->result.why, &it->hints);
    it->seen = how == TAKEN_SEEN ? talk_seen_again(t, it->hints.name) : 0;
    f->counts.done++;
    f->counts.unreadable += !it->known && !it->result.ok && how == TAKEN_NEW;
    f->counts.fresh += how == TAKEN_NEW && it->result.ok;
    f->counts.seen += how == TAKEN_SEEN;
    f->counts.sighted += how == TAKEN_SIGHTED;
    if (how == TAKEN_ERASED) leave_erased_out(t, f, it);
}

struct writing {
    struct import_feed *f;
    struct batch *b;
    struct import_counts before;
    id after;
};

static void note_progress(struct tx *t, const struct import_feed *f, bool ended)
{
    const struct import_counts *k = &f->counts;
    if (!f->source) return;
    db_do(t,
          SQL("UPDATE source SET beat=$1, total=$2, done=$3, fresh=$4, seen=$5, unreadable=$6, "
              "skipped=$7, ended=$8 WHERE id=$9"),
          I(clock_now()), I(k->total), I(k->done), I(k->fresh), I(k->seen + k->sighted),
          I(k->unreadable), I(k->skipped), I(ended ? clock_now() : 0), I(f->source));
}

static void tell_caller(struct tx *t, const struct writing *w)
{
    const struct import_by *by = &w->f->by;
    struct import_wrote wrote = { .n = w->b->n,
                                  .lowest = w->b->at[0].place,
                                  .highest = w->b->at[0].place,
                                  .after = w->after,
                                  .skipped = (int)(w->f->counts.skipped - w->before.skipped) };
    id *seen = NEW(t->c.a, id, w->b->n);
    for (int i = 0; i < w->b->n; i++) {
        wrote.lowest = MIN(wrote.lowest, w->b->at[i].place);
        wrote.highest = MAX(wrote.highest, w->b->at[i].place);
        if (w->b->at[i].seen) seen[wrote.n_seen++] = w->b->at[i].seen;
    }
    wrote.seen = seen;
    if (by->wrote) by->wrote(t, by->arg, &wrote);
}

static void pass_on(struct tx *t, const struct writing *w)
{
    for (int i = 0; i < w->b->n; i++) {
        const struct item *it = &w->b->at[i];
        id message = !it->known && it->result.ok ? log_find(&t->c, it->ready.e.ext) : 0;
        if (message > w->after)
            talk_arrived(t, message, talk_reply_token(t->c.a, &it->result.mail));
    }
}

static err write_batch(struct tx *t, void *arg)
{
    struct writing *w = arg;
    struct arena *whole = t->c.a, *round = arena_child(whole);
    w->f->counts = w->before; /* a step that is tried again counts once */
    w->after = db_int(&t->c, 0, SQL("SELECT coalesce(max(id), 0) FROM event"));
    t->c.a = round;
    int n = w->b->n;
    for (int i = 0; i < n; i++, arena_clear(round))
        take(t, w->f, &w->b->at[w->f->by.newest_first ? n - 1 - i : i]);
    t->c.a = whole;
    arena_close(round);
    log_settle(t);
    if (w->f->by.arriving) pass_on(t, w);
    tell_caller(t, w);
    note_progress(t, w->f, false);
    return OK;
}

static void *writer_main(void *arg)
{
    struct import_feed *f = arg;
    (void)pthread_setname_np(pthread_self(), "snug-write");
    struct writing w = { f, f->writing, f->counts, 0 };
    struct work work = { .a = f->writing->a, .viewer = f->keeper };
    f->wrote = work_write(f->home->store, &work, write_batch, &w);
    return NULL;
}

/* Waits for the batch that is being written. Nothing else may write before. */
static err finish_writing(struct import_feed *f)
{
    struct batch *b = f->writing;
    if (!b) return OK;
    if (pthread_join(f->writer, NULL) != 0) abort();
    if (f->opts && f->opts->progress) f->opts->progress(f->opts->arg, &f->counts);
    arena_clear(b->a);
    b->n = 0;
    b->bytes = 0;
    f->writing = NULL;
    return f->wrote;
}

/* Waits until all of the batch being read has been read, and has it written. */
static err finish_reading(struct import_feed *f)
{
    struct batch *b = f->reading;
    struct mail_result r;
    if (!b) return OK;
    struct ctx c = { .a = b->a, .secret = &f->home->secret, .now = clock_now() };
    const struct post_channel *mail = channel_get(CHANNEL_MAIL);
    while (mail_parser_next(f->parsers[b->parser], b->a, &r)) {
        struct item *it = &b->at[r.tag];
        if (mail->parse(&c, &(struct channel_came){ .own = &r }, &it->result) == OK)
            talk_mail_ready(&c, &it->result, &it->hints, &it->ready);
    }
    TRY(finish_writing(f));
    f->reading = NULL;
    f->writing = b;
    if (pthread_create(&f->writer, NULL, writer_main, f) != 0) abort();
    return OK;
}

/* ---- reading ------------------------------------------------------------- */

static err mark_known(struct ctx *c, void *arg)
{
    struct batch *b = arg;
    for (int i = 0; i < b->n; i++) {
        if (b->at[i].out.n) continue;
        b->at[i].hints.name = log_name(c, b->at[i].raw);
        b->at[i].known = body_known(c, b->at[i].hints.name);
    }
    return OK;
}

static struct batch *idle_one(struct import_feed *f)
{
    struct batch *b = f->three;
    while (b == f->reading || b == f->writing) b++;
    return b;
}

/* Sends the filled batch to the readers; the one before is then written meanwhile. */
static err turn(struct import_feed *f)
{
    struct batch *b = f->filling;
    if (!b->n) return OK;
    struct work work = { .a = b->a };
    if (work_read(f->home->store, &work, mark_known, b) != OK) return E_PEER;
    b->parser = f->turns++ % 2;
    for (int i = 0; i < b->n; i++)
        if (!b->at[i].known && !b->at[i].out.n)
            mail_parser_put(f->parsers[b->parser], (uint64_t)i, b->at[i].raw, MAIL_PUT_PACK);
    TRY(finish_reading(f));
    f->reading = b;
    f->filling = idle_one(f);
    return OK;
}

struct import_feed *import_feed_open(struct home *h, struct mail_parser *const parsers[2],
                                     id keeper)
{
    struct arena *own = arena_open(ARENA);
    struct import_feed *f = NEW(own, struct import_feed, 1);
    f->own = own;
    f->home = h;
    f->parsers = parsers;
    f->keeper = keeper;
    for (int i = 0; i < COUNT(f->three); i++) f->three[i].a = arena_open(ARENA);
    f->filling = f->three;
    return f;
}

static err feed(struct import_feed *f, const struct item *it)
{
    struct batch *b = f->filling;
    int most = f->by.batch ? MIN(f->by.batch, BATCH) : BATCH;
    b->at[b->n++] = *it;
    b->bytes += it->raw.n;
    return b->n >= most || b->bytes >= BATCH_BYTES ? turn(f) : OK;
}

err import_feed_put(struct import_feed *f, struct str raw, int64_t at)
{
    struct item it = { .raw = str_dup(f->filling->a, raw),
                       .hints = { .folder = S(""), .arrived = at, .about = at } };
    return feed(f, &it);
}

void import_feed_by(struct import_feed *f, const struct import_by *by) { f->by = *by; }

err import_feed_come(struct import_feed *f, const struct import_came *m)
{
    struct arena *a = f->filling->a;
    struct item it = { .raw = str_dup(a, m->raw),
                       .out = str_dup(a, m->left_out),
                       .hints = { .folder = m->folder, .arrived = m->arrived, .about = m->about },
                       .place = m->place };
    return feed(f, &it);
}

static err write_end(struct tx *t, void *arg)
{
    log_settle(t);
    note_progress(t, arg, true);
    return OK;
}

static err write_merge(struct tx *t, void *arg)
{
    (void)arg;
    search_settle(t);
    return OK;
}

static void drain(struct import_feed *f, int parser)
{
    struct mail_result r;
    while (mail_parser_next(f->parsers[parser], f->three[0].a, &r)) {}
}

err import_feed_close(struct import_feed *f, struct import_counts *out)
{
    err e = turn(f);
    if (e == OK) e = finish_reading(f);
    err wrote = finish_writing(f);
    if (e == OK) e = wrote;
    if (!f->opts) f->counts.total = f->counts.done; /* fed one by one: nobody knew before */
    struct work end = { .a = f->three[0].a, .viewer = f->keeper }, merge = { .a = f->three[1].a };
    if (e == OK) e = work_write(f->home->store, &end, write_end, f);
    if (e == OK && (f->source || f->counts.done >= MERGE_FROM))
        e = work_write(f->home->store, &merge, write_merge, NULL);
    *out = f->counts;
    for (int i = 0; i < 2; i++) drain(f, i); /* after a failure: it borrows what goes now */
    for (int i = 0; i < COUNT(f->three); i++) arena_close(f->three[i].a);
    arena_close(f->own);
    return e;
}

/* ---- a path -------------------------------------------------------------- */

struct begin {
    struct import_feed *f;
    const struct import_opts *o;
    const struct source_skip *skip;
    int skips;
};

static err write_begin(struct tx *t, void *arg)
{
    struct begin *b = arg;
    struct import_feed *f = b->f;
    if (!f->keeper) f->keeper = keeper_first(&t->c);
    f->source =
        db_new(t,
               SQL("INSERT INTO source(path, keeper, started, ended, beat, total, done, fresh, "
                   "seen, unreadable, skipped,"
                   " newest) VALUES($1, $2, $3, 0, $3, $4, 0, 0, 0, 0, $5, 0) RETURNING id"),
               T(text_oneline(t->c.a, b->o->path)), I(f->keeper), I(clock_now()),
               I(f->counts.total), I(f->counts.skipped));
    for (int i = 0; i < b->skips; i++)
        db_do(
            t,
            SQL("INSERT INTO skipped(source, number, path, place, why) VALUES($1, $2, $3, $4, $5)"),
            I(f->source), I(i + 1), T(b->skip[i].path), I(b->skip[i].offset), T(b->skip[i].why));
    log_settle(t); /* what an import that was stopped left behind */
    return OK;
}

static err write_skip(struct tx *t, void *arg)
{
    struct begin *b = arg;
    say_skip(t, b->f->source, b->skip->path, b->skip->offset, b->skip->why);
    return OK;
}

static err skip_one(struct import_feed *f, const struct source_item *it, struct str why)
{
    struct source_skip skip = { it->path, it->offset, why };
    struct begin b = { f, f->opts, &skip, 1 };
    struct work w = { .a = f->filling->a };
    TRY(finish_writing(f));
    f->counts.skipped++;
    f->counts.done++;
    return work_write(f->home->store, &w, write_skip, &b);
}

static err read_one(struct ctx *c, struct import_feed *f, struct source *s, int i)
{
    struct source_item it;
    struct str raw;
    struct arena *a = f->filling->a;
    source_item(s, a, i, &it);
    if (source_read(c, s, a, i, f->opts->limit_bytes, &raw) != OK) return skip_one(f, &it, c->why);
    struct item mail = {
        .raw = raw,
        .hints = { .folder = it.folder, .arrived = it.from_date, .about = it.about },
        .path = it.path,
        .place = it.offset
    };
    return feed(f, &mail);
}

/* Blocks newest first; inside a block the oldest first, so that parents come before answers. */
static err read_all(struct ctx *c, struct import_feed *f, struct source *s)
{
    int n = source_count(s);
    for (int from = 0, size = BLOCK / 4; from < n; from += size, size = BLOCK)
        for (int i = MIN(from + size, n) - 1; i >= from; i--) TRY(read_one(c, f, s, i));
    return OK;
}

static err read_mail(struct ctx *c, struct home *h, const struct import_opts *o, struct source *s,
                     struct import_counts *out)
{
    source_newest_first(s);
    struct import_feed *f = import_feed_open(h, o->parsers, o->keeper);
    struct begin b = { .f = f, .o = o };
    int total = 0;
    b.skip = source_skipped(s, &b.skips, &total);
    f->opts = o;
    f->counts.total = source_count(s);
    f->counts.skipped = total;
    struct work w = { .a = f->three[0].a };
    err e = work_write(h->store, &w, write_begin, &b);
    if (e == OK) e = read_all(c, f, s);
    err ended = import_feed_close(f, out);
    return e == OK ? ended : e;
}

/* Neither mail nor contacts: why, by the first that looked like contacts. */
static err nothing(struct ctx *c, const struct source *s, const struct import_opts *o)
{
    int kept, total;
    const struct source_skip *skip = source_skipped(s, &kept, &total);
    for (int i = 0; i < kept; i++)
        if (str_find(skip[i].why, S("contacts")) >= 0)
            return fail(c, E_INVALID, "Nothing in %.*s looks like mail. %.*s: %.*s", STR(o->path),
                        STR(skip[i].path), STR(skip[i].why));
    return fail(c, E_INVALID, "Nothing in %.*s can be read.", STR(o->path));
}

static err read_source(struct ctx *c, struct home *h, const struct import_opts *o,
                       struct import_counts *out)
{
    struct source *s;
    int books, kept, skips;
    struct import_contacts *k = o->contacts;
    TRY(source_open(c, o->path, &s));
    k->path = o->path;
    k->keeper = o->keeper;
    k->preview = o->preview;
    if (import_contacts_beside(c, h, s, k, &books, &c->why) != OK) return E_PEER;
    if (o->preview && !books && !k->notes.n)
        return fail(c, E_INVALID,
                    "A preview is for contacts, and there are none: mail that was read stays in "
                    "the log.");
    if (o->preview) return OK;
    if (!source_count(s) && !books) return nothing(c, s, o);
    source_skipped(s, &kept, &skips);
    return source_count(s) || skips ? read_mail(c, h, o, s, out) : OK;
}

err import_path(struct home *h, const struct import_opts *o, struct import_counts *out,
                struct str *why)
{
    struct ctx c = { .a = arena_child(h->a), .now = clock_now() };
    err e = read_source(&c, h, o, out);
    *why = e == OK || e == E_NOTFOUND || e == E_INVALID
               ? str_dup(h->a, c.why)
               : S("the house could not be written: see the lines above; what was read so far is "
                   "kept, run it again");
    return e;
}
