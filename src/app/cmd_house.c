/* SPDX-License-Identifier: GPL-3.0-or-later
 * cmd_house.c - snug init, import, rebuild, doctor. */
#include "app/command.h"
#include "app/import.h"
#include "app/import_contacts.h"
#include "app/ledger.h"
#include "kit/base/date.h"
#include "kit/net/listen.h"
#include "people/people_mail.h"
#include "post/mailbox.h"
#include "post/outbox.h"
#include "talk/talk.h"

#include <unistd.h>

/* ---- init ---------------------------------------------------------------- */

struct founding {
    struct str name, keeper;
    struct meetings addresses;
    id person;
};

static err found(struct tx *t, void *arg)
{
    struct founding *f = arg;
    if (f->name.n) TRY(house_found(t, f->name, false));
    if (!f->addresses.n) return OK;
    struct keeper_new k = {
        .name = f->keeper, .addresses = f->addresses.at, .n = f->addresses.n, .role = KEEPER_OWNER
    };
    return keeper_join(t, &k, &f->person);
}

/* --address may stand several times, each with one address or several. */
static bool take_addresses(struct call *k, struct meetings *out)
{
    struct buf all = { .a = k->a };
    for (struct str one; call_option(k, "address", &one);) {
        buf_add(&all, one);
        buf_char(&all, ',');
    }
    return meetings_typed(k->a, buf_str(&all), out);
}

static int run_init(struct call *k)
{
    struct founding f = { .name = S(""), .keeper = S("") };
    struct str why = S("");
    call_option(k, "name", &f.name);
    call_option(k, "keeper", &f.keeper);
    if (!take_addresses(k, &f.addresses))
        return call_fail(S("one of the addresses is no mail address"));
    if (k->n) return call_usage(k, &init_command);
    if (home_make(k->a, k->dir, &why) != OK) return call_fail(why);
    if (home_open(k->a, k->dir, false, &k->home, &why) != OK) return call_fail(why);
    struct work w = { .a = k->a };
    if (work_write(k->home.store, &w, found, &f) != OK) return call_fail(w.why);
    printf("The house stands in %.*s.%s\n", STR(k->dir),
           f.name.n && f.addresses.n ? "" : " Its first page will ask for what is missing.");
    return EXIT_OK;
}
const struct command init_command = { "init",
                                      "[--name NAME] [--address ADDRESS]... [--keeper YOUR-NAME]",
                                      "make a house in DIR; asks nothing", WANTS_NOTHING,
                                      run_init };

/* ---- import -------------------------------------------------------------- */

struct progress {
    int64_t last_us, start_us;
    bool tty;
};

static void show_progress(void *arg, const struct import_counts *k)
{
    struct progress *p = arg;
    int64_t now = clock_us();
    if (!p->tty || now - p->last_us < 250000) return;
    p->last_us = now;
    double s = (double)(now - p->start_us) / 1e6;
    fprintf(stderr, "\r%" PRId64 " of %" PRId64 " messages, %.0f a second  ", k->done, k->total,
            (double)k->done / s);
}

static err list_skips(struct ctx *c, void *arg)
{
    (void)arg;
    EACH (r, c,
          SQL("SELECT path, place, why FROM skipped WHERE source=(SELECT max(id) FROM source) "
              "ORDER BY number LIMIT 1000")) {
        struct str path = row_str(&r, 0), why = row_str(&r, 2);
        int64_t place = row_int(&r, 1);
        if (place >= 0)
            fprintf(stderr, "skipped: %.*s at byte %" PRId64 ": %.*s\n", STR(path), place,
                    STR(why));
        else fprintf(stderr, "skipped: %.*s: %.*s\n", STR(path), STR(why));
    }
    return OK;
}

static struct str contacts_json(struct arena *a, const struct import_contacts *c)
{
    return str_fmt(a,
                   "{\"import\":%" PRId64 ",\"cards\":%d,\"new\":%d,\"joined\":%d,\"seen\":%d,"
                   "\"refused\":%d,\"left_out\":%d,\"preview\":%s}",
                   c->preview ? 0 : c->source, c->cards.n, c->made, c->joined, c->seen, c->refused,
                   c->notes.n, c->preview ? "true" : "false");
}

static void print_counts(const struct call *k, const struct import_counts *n,
                         const struct import_contacts *c, double seconds)
{
    if (k->json) {
        struct str contacts =
            c->source ? str_fmt(k->a, ",\"contacts\":%.*s", STR(contacts_json(k->a, c))) : S("");
        printf("{\"read\":%" PRId64 ",\"new\":%" PRId64 ",\"seen\":%" PRId64 ",\"copies\":%" PRId64
               ",\"unreadable\":%" PRId64 ",\"skipped\":%" PRId64 ",\"seconds\":%.2f%.*s}\n",
               n->done, n->fresh, n->seen, n->sighted, n->unreadable, n->skipped, seconds,
               STR(contacts));
    } else
        printf("%" PRId64 " read: %" PRId64 " new, %" PRId64 " seen before, %" PRId64
               " further copies, %" PRId64 " unreadable (kept), %" PRId64
               " skipped; %.1f s, %.0f messages a second\n",
               n->done, n->fresh, n->seen, n->sighted, n->unreadable, n->skipped, seconds,
               seconds > 0 ? (double)n->done / seconds : 0);
}

static int run_revert(struct call *k, struct str number)
{
    struct str why = S("");
    struct import_back r = { .yes = call_flag(k, "yes") };
    if (k->n || !str_int(number, &r.source)) return call_usage(k, &import_command);
    if (home_open(k->a, k->dir, false, &k->home, &why) != OK) return call_fail(why);
    if (import_revert(&k->home, &r, &why) != OK) return call_fail(why);
    if (!r.yes) {
        printf("Goes: the words of %d cards, from the log as well. What mail says of these people "
               "stays.\nEverything derived is computed anew, which takes a while where there is "
               "much mail.\nNothing is taken back yet, and it can't be undone: say it again with "
               "--yes.\n",
               r.cards);
        return EXIT_OK;
    }
    printf("Import %" PRId64 " is taken back: %d cards, and their words are gone; %d of their "
           "addresses stay, because they occur elsewhere.\n",
           r.source, r.cards, r.stay);
    if (store_scrubbed(k->home.store)) return EXIT_OK;
    return call_fail(S("it is taken back, but some of it still stands in the files of the house: "
                       "somebody still reads it, or the disk is full or fails. The next command "
                       "clears it away"));
}

static void print_notes(const struct import_contacts *c)
{
    for (int i = 0; i < c->notes.n; i++) {
        const struct card_note *n = &c->notes.at[i];
        if (n->line)
            fprintf(stderr, "%.*s:%d: %.*s left out: %.*s\n", STR(n->path), n->line, STR(n->what),
                    STR(n->why));
        else fprintf(stderr, "skipped: %.*s: %.*s\n", STR(n->path), STR(n->why));
    }
}

static void print_contacts(const struct import_contacts *c)
{
    static const char *const words[] = { "refused", "new", "joins", "seen before" };
    if (c->mapping.n) printf("The columns are read as\n%.*s\n", STR(c->mapping));
    for (int i = 0; c->preview && i < c->cards.n; i++) {
        const struct card_done *d = &c->done[i];
        printf("%s: %.*s", words[d->how], STR(c->cards.at[i].name));
        if (d->how == CARD_JOINED) printf(" to %.*s", STR(d->name));
        putchar('\n');
    }
    printf("%d cards: %d new people, %d joined to people known, %d seen before, %d refused; %d "
           "left out (above)\n",
           c->cards.n, c->made, c->joined, c->seen, c->refused, c->notes.n);
    if (c->preview) puts("Nothing was changed: this was a preview.");
    else printf("To take it back: snug import --revert %" PRId64 "\n", c->source);
}

static int run_contacts(struct call *k, bool preview)
{
    struct str why = S("");
    struct import_contacts c = { .path = str_c(k->words[0]), .preview = preview };
    if (home_open(k->a, k->dir, false, &k->home, &why) != OK) return call_fail(why);
    if (import_contacts(&k->home, &c, &why) != OK) return call_fail(why);
    print_notes(&c);
    if (k->json) printf("%.*s\n", STR(contacts_json(k->a, &c)));
    else print_contacts(&c);
    return c.notes.n ? EXIT_PARTLY : EXIT_OK;
}

/* Whose mail it is: a keeper, by an address of theirs. */
struct whose {
    struct str as;
    id keeper;
};

static err find_keeper(struct ctx *c, void *arg)
{
    struct whose *w = arg;
    return call_keeper(c, w->as, &w->keeper);
}

static err read_mail(struct call *k, struct import_opts *o, struct whose *whose,
                     struct import_counts *counts, struct str *why)
{
    for (int i = 0; i < 2; i++) o->parsers[i] = mail_parser_open(1);
    err e = home_open(k->a, k->dir, false, &k->home, why);
    struct work w = { .a = k->a };
    if (e == OK && whose->as.n) {
        e = work_read(k->home.store, &w, find_keeper, whose);
        *why = w.why;
    }
    o->keeper = whose->keeper;
    o->limit_bytes = k->home.conf.message_mib * MIB;
    if (e == OK) e = import_path(&k->home, o, counts, why);
    for (int i = 0; i < 2; i++) mail_parser_close(o->parsers[i]);
    return e;
}

static int run_import(struct call *k)
{
    struct str why = S(""), number;
    struct whose whose = { .as = S("") };
    bool preview = call_flag(k, "preview");
    call_option(k, "as", &whose.as);
    if (call_option(k, "revert", &number)) return run_revert(k, number);
    struct import_counts counts = { 0 };
    struct progress p = { .start_us = clock_us(), .tty = isatty(2) };
    if (k->n != 1) return call_usage(k, &import_command);
    struct import_contacts beside = { 0 };
    struct import_opts o = { .path = str_c(k->words[0]),
                             .preview = preview,
                             .contacts = &beside,
                             .progress = show_progress,
                             .arg = &p };
    if (import_is_contacts(k->a, o.path)) return run_contacts(k, preview);
    err e = read_mail(k, &o, &whose, &counts, &why);
    if (p.tty) fputc('\n', stderr);
    if (e != OK) return call_fail(why);
    print_notes(&beside);
    if (!k->json && beside.source) print_contacts(&beside);
    if (!preview) print_counts(k, &counts, &beside, (double)(clock_us() - p.start_us) / 1e6);
    else if (k->json) printf("%.*s\n", STR(contacts_json(k->a, &beside)));
    struct work w = { .a = k->a };
    if (counts.skipped && work_read(k->home.store, &w, list_skips, NULL) != OK)
        return call_fail(w.why);
    return counts.skipped || beside.notes.n ? EXIT_PARTLY : EXIT_OK;
}
const struct command import_command = {
    "import", "[--json] [--as ADDRESS] [--preview] PATH | [--yes] --revert NUMBER",
    "read mail (mbox, Maildir, .eml, a folder or archive of "
    "them) and contacts (vCard, CSV) into the house",
    WANTS_NOTHING, run_import
};

/* ---- rebuild and doctor -------------------------------------------------- */

static int run_rebuild(struct call *k)
{
    struct work w = { .a = k->a };
    if (work_write(k->home.store, &w, log_rebuild, NULL) != OK) return call_fail(w.why);
    printf("Everything derived was computed anew from the log.\n");
    return EXIT_OK;
}
const struct command rebuild_command = {
    "rebuild", "", "throw derived tables away and compute them again from the log", WANTS_HOUSE,
    run_rebuild
};

struct health {
    bool exposed;   /* others reach the house, and nothing stands before it */
    bool kept_out;  /* something must not come in again */
    bool forgetful; /* things were erased, and erased.log does not say so */
    struct log_check log;
    struct talk_counts n;
    struct outbox_counts out;
    struct str digest;
    bool deep, want_digest;
    struct mailboxes mailboxes;
    struct str *mailbox_words;
    int uncared; /* of them, that their keepers have to see to */
};

/* Each as its keeper sees it. */
static void look_at_mailboxes(struct ctx *c, struct health *h)
{
    id viewer = c->viewer;
    mailbox_list(c, 0, &h->mailboxes);
    h->mailbox_words = NEW(c->a, struct str, h->mailboxes.n + 1);
    for (int i = 0; i < h->mailboxes.n; i++) {
        const struct mailbox *m = &h->mailboxes.at[i];
        struct mailbox_folders folders;
        c->viewer = m->keeper;
        mailbox_folders(c, m->id, &folders);
        h->mailbox_words[i] = mailbox_words(c, m, &folders);
        h->uncared += mailbox_care(c, m, &folders).n > 0;
    }
    c->viewer = viewer;
}

static err look(struct ctx *c, void *arg)
{
    struct health *h = arg;
    look_at_mailboxes(c, h);
    log_verify(c, h->deep, &h->log);
    h->kept_out = db_int(c, 0, SQL("SELECT 1 FROM erased LIMIT 1"));
    talk_count(c, &h->n);
    outbox_count(c, &h->out);
    if (h->want_digest) h->digest = log_digest(c);
    return OK;
}

static void print_json(const struct health *h)
{
    const struct {
        const char *name;
        int64_t n;
    } list[] = { { "messages", h->n.messages },   { "conversations", h->n.conversations },
                 { "people", h->n.people },       { "ties", h->n.ties },
                 { "skipped", h->n.skipped },     { "unreadable", h->n.unreadable },
                 { "events", h->log.events },     { "bodies", h->log.bodies },
                 { "erased", h->log.erased },     { "broken", h->log.broken },
                 { "exposed", h->exposed },       { "ledger_missing", h->forgetful },
                 { "mailboxes", h->mailboxes.n }, { "mailboxes_uncared", h->uncared },
                 { "queued", h->out.queued },     { "stuck", h->out.stuck },
                 { "failed", h->out.failed } };
    for (int i = 0; i < COUNT(list); i++)
        printf("%s\"%s\":%" PRId64, i ? "," : "{", list[i].name, list[i].n);
    puts("}");
}

static void print_words(const struct health *h)
{
    printf("%" PRId64 " messages in %" PRId64 " conversations, %" PRId64 " people, %" PRId64
           " ties\n",
           h->n.messages, h->n.conversations, h->n.people, h->n.ties);
    printf("%" PRId64 " skipped, %" PRId64 " unreadable (kept)\n", h->n.skipped, h->n.unreadable);
    printf("%" PRId64 " letters wait to go out, %" PRId64 " of them for more than an hour; %" PRId64
           " failed in the last two weeks\n",
           h->out.queued, h->out.stuck, h->out.failed);
    printf("%" PRId64 " events and %" PRId64 " bodies; the chain of the log %s\n", h->log.events,
           h->log.bodies, h->log.broken ? "is broken" : "holds");
    for (int i = 0; i < h->mailboxes.n; i++)
        printf("mailbox %.*s: %.*s\n", STR(h->mailboxes.at[i].address), STR(h->mailbox_words[i]));
}

static int run_doctor(struct call *k)
{
    struct health h = { .deep = call_flag(k, "deep"), .want_digest = call_flag(k, "digest") };
    struct work w = { .a = k->a };
    const struct conf *conf = &k->home.conf;
    if (k->n) return call_usage(k, &doctor_command);
    h.exposed = !listen_is_local(conf->listen) && !str_begins(conf->url, S("https://"));
    if (work_read(k->home.store, &w, look, &h) != OK) return call_fail(w.why);
    h.forgetful = h.kept_out && ledger_missing(k->a, k->dir);
    if (h.want_digest) {
        printf("%.*s", STR(h.digest));
        return EXIT_OK;
    }
    if (k->json) print_json(&h);
    else print_words(&h);
    if (h.exposed)
        fprintf(stderr,
                "snug: `listen %.*s` is open to others without TLS: let it listen on 127.0.0.1 or "
                "a unix socket, put nginx before it (docs/nginx.conf), and set url\n",
                STR(conf->listen));
    if (h.forgetful)
        fprintf(stderr,
                "snug: something was erased here, but erased.log is missing or empty: put it back "
                "beside snug.conf from the newest backup; until then a house restored from an "
                "older backup brings back what was erased\n");
    if (h.log.broken)
        fprintf(stderr,
                "snug: the log was changed at event %" PRId64 ": restore a backup from before\n",
                h.log.broken);
    return h.log.broken ? EXIT_FAILED : EXIT_OK;
}
const struct command doctor_command = { "doctor", "[--json] [--deep] [--digest]",
                                        "prove the log and count what is in the house", WANTS_HOUSE,
                                        run_doctor };
