/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/import_contacts.h"

#include "app/files.h"
#include "kit/base/date.h"
#include "kit/base/hash.h"
#include "kit/base/text.h"
#include "kit/mail/address.h"
#include "kit/mail/charset.h"
#include "kit/mail/source_list.h"
#include "kit/mail/vcard.h"
#include "people/card_mail.h"
#include "people/keeper.h"

#include <fcntl.h>
#include <unistd.h>

enum { FILE_MOST = 64 * MIB, HEAD = 16 * KIB, NOTES_KEPT = 1000, CARDS_MOST = 100000 };

/* UTF-16 as spreadsheets save it, else as it stands. */
static struct str plain(struct arena *a, struct str text)
{
    if (str_begins(text, S("\xFF\xFE")))
        return charset_utf8(a, str_from(text, 2), S("utf-16le"), NULL);
    if (str_begins(text, S("\xFE\xFF")))
        return charset_utf8(a, str_from(text, 2), S("utf-16be"), NULL);
    return text;
}

bool import_is_contacts(struct arena *a, struct str path)
{
    char *head = NEW(a, char, HEAD);
    if (file_is_folder(a, path)) return false;
    int fd = open(str_z(a, path), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    ssize_t n = fd < 0 ? -1 : read(fd, head, HEAD);
    if (fd >= 0) close(fd);
    if (n <= 0) return false;
    struct str text = plain(a, (struct str){ head, n }), mapping;
    struct cards cards = { 0 };
    struct card_notes notes = { 0 };
    if (vcard_looks(text)) return true;
    source_bytes looks = source_look(a, text);
    return looks != BYTES_MBOX && looks != BYTES_MESSAGE &&
           card_read_table(a, text, &cards, &notes, &mapping);
}

/* ---- taking in ----------------------------------------------------------- */

/* The line says where it stands: names and addresses are printed and not kept, for nobody would
 * find them here when somebody is erased. */
static void keep_notes(struct tx *t, const struct import_contacts *k)
{
    for (int i = 0; i < k->notes.n && i < NOTES_KEPT; i++) {
        const struct card_note *n = &k->notes.at[i];
        struct str path = text_oneline(t->c.a, n->path);
        db_do(
            t,
            SQL("INSERT INTO skipped(source, number, path, place, why) VALUES($1, $2, $3, -1, $4)"),
            I(k->source), I(i + 1), T(str_fmt(t->c.a, "%.*s:%d", STR(path), n->line)), T(n->why));
    }
}

static void take_all(struct tx *t, struct import_contacts *k, struct arena *lasting)
{
    struct arena *whole = t->c.a, *round = arena_child(whole);
    t->c.a = round;
    for (int i = 0; i < k->cards.n; i++, arena_clear(round)) {
        const struct card *card = &k->cards.at[i];
        struct card_done *d = &k->done[i];
        k->notes.path = card->path;
        if (card_take(t, card, k->source, d) != OK) {
            d->how = 0;
            k->refused++;
            card_say(lasting, &k->notes, card->line, card->name.n ? card->name : S("card"),
                     str_dup(lasting, t->c.why));
            continue;
        }
        d->name = str_dup(lasting, d->name);
        k->made += d->how == CARD_MADE;
        k->joined += d->how == CARD_JOINED;
        k->seen += d->how == CARD_SEEN;
        if (d->others && d->how != CARD_SEEN)
            card_say(lasting, &k->notes, card->line, card->name,
                     S("some of its addresses belong to somebody else here and stay there; join "
                       "the two if they are one"));
    }
    t->c.a = whole;
    arena_close(round);
}

struct taking {
    struct import_contacts *k;
    struct arena *lasting;
    int notes; /* from reading the file */
};

static err write_contacts(struct tx *t, void *arg)
{
    struct taking *w = arg;
    struct import_contacts *k = w->k;
    k->made = k->joined = k->seen = k->refused = 0; /* a step that is tried again counts once */
    k->notes.n = w->notes;
    t->c.viewer = k->keeper ? k->keeper : keeper_first(&t->c);
    k->source =
        db_new(t,
               SQL("INSERT INTO source(path, keeper, started, ended, beat, total, done, fresh, "
                   "seen, unreadable, skipped,"
                   " newest) VALUES($1, $2, $3, $3, $3, $4, $4, 0, 0, 0, 0, 0) RETURNING id"),
               T(text_oneline(t->c.a, k->path)), I(t->c.viewer), I(t->c.now), I(k->cards.n));
    take_all(t, k, w->lasting);
    keep_notes(t, k);
    db_do(t, SQL("UPDATE source SET fresh=$1, seen=$2, skipped=$3 WHERE id=$4"),
          I(k->made + k->joined), I(k->seen), I(k->notes.n), I(k->source));
    log_settle(t);
    return k->preview ? fail(&t->c, E_CONFLICT, "only looked at") : OK; /* rolled back */
}

/* What was read, into the house. */
static err take_in(struct home *h, struct arena *lasting, struct import_contacts *k,
                   struct str *why)
{
    k->done = NEW(lasting, struct card_done, k->cards.n + 1);
    struct taking t = { k, lasting, k->notes.n };
    struct work w = { .a = arena_open((size_t)512 * MIB) };
    err e = work_write(h->store, &w, write_contacts, &t);
    *why = str_dup(h->a, w.why);
    arena_close(w.a);
    return k->preview && e == E_CONFLICT ? OK : e;
}

/* False: it is no address book. sure: nor a table of which there is a doubt. */
static bool read_book(struct arena *a, struct str path, struct str text, bool sure,
                      struct import_contacts *k)
{
    struct str mapping;
    k->cards.path = k->notes.path = path;
    if (vcard_looks(text)) {
        card_read_vcards(a, text, &k->cards, &k->notes);
        return true;
    }
    if (!(sure ? card_read_sure_table : card_read_table)(a, text, &k->cards, &k->notes, &mapping))
        return false;
    k->mapping = k->mapping.n ? str_fmt(a, "%.*s\n%.*s", STR(k->mapping), STR(mapping)) : mapping;
    return true;
}

err import_contacts(struct home *h, struct import_contacts *k, struct str *why)
{
    struct str text;
    k->mapping = S("");
    TRY(file_read(h->a, k->path, FILE_MOST, &text, why));
    if (read_book(h->a, k->path, plain(h->a, text), false, k)) return take_in(h, h->a, k, why);
    *why = S("nothing in it looks like contacts");
    return E_INVALID;
}

/* ---- beside mail ---------------------------------------------------------- */

static void leave_out(struct ctx *c, struct source *s, struct import_contacts *k, struct str path,
                      struct str why)
{
    k->notes.path = path;
    if (k->preview) card_say(c->a, &k->notes, 0, S("file"), str_dup(c->a, why));
    else source_skip_add(s, path, -1, str_z(c->a, why));
}

err import_contacts_beside(struct ctx *c, struct home *h, struct source *s,
                           struct import_contacts *k, int *books, struct str *why)
{
    int64_t room = FILE_MOST;
    *books = 0;
    k->mapping = S("");
    for (int i = 0; i < source_books(s); i++) {
        struct source_book b = source_book(s, i);
        struct str text;
        if (source_book_read(c, s, c->a, i, room, &text) != OK) {
            leave_out(c, s, k, b.path, c->why);
            continue;
        }
        room -= text.n;
        if (read_book(c->a, b.path, plain(c->a, text), true, k)) ++*books;
        else
            leave_out(c, s, k, b.path,
                      b.archived ? S("It is a table: if it holds contacts, unpack it and import it "
                                     "by itself.")
                                 : S("It is a table: if it holds contacts, import it by itself."));
    }
    return *books ? take_in(h, c->a, k, why) : OK;
}

/* ---- taking back --------------------------------------------------------- */

static bool in_list(int64_t x, const int64_t *list, int n)
{
    for (int i = 0; i < n; i++)
        if (list[i] == x) return true;
    return false;
}

/* Addresses that occur in mail stay, and with a tagged one its plain form. */
static void staying(struct ctx *c, id event, struct card_handles *out)
{
    struct card_handles all;
    card_brought(c, event, &all);
    *out = (struct card_handles){ NEW(c->a, int64_t, 2 * all.n + 1), 0 };
    for (int i = 0; i < all.n; i++) {
        struct str uri = S("");
        EACH (r, c,
              SQL("SELECT h.uri FROM handle h WHERE h.key=$1 AND EXISTS(SELECT 1 FROM recipient r "
                  "WHERE r.handle=h.key)"),
              I(all.at[i]))
            uri = row_str(&r, 0);
        if (!uri.n) continue;
        struct str base = mail_key_base(c->a, str_from(uri, 7)); /* without mailto: */
        int64_t plain_key = hash_name(c->secret, str_fmt(c->a, "mailto:%.*s", STR(base)));
        out->at[out->n++] = all.at[i];
        if (plain_key != all.at[i] && in_list(plain_key, all.at, all.n))
            out->at[out->n++] = plain_key;
    }
}

static err find_cards(struct ctx *c, struct import_back *r, id *list)
{
    r->stay = 0;
    r->cards = card_of_source(c, r->source, list, CARDS_MOST);
    if (r->cards) return OK;
    return fail(c, E_NOTFOUND,
                "import %" PRId64
                " brought no contacts, or was taken back already; only contacts can be taken back",
                r->source);
}

static err look_revert(struct ctx *c, void *arg)
{
    return find_cards(c, arg, NEW(c->a, id, CARDS_MOST));
}

static err write_revert(struct tx *t, void *arg)
{
    struct import_back *r = arg;
    id *list = NEW(t->c.a, id, CARDS_MOST), before = log_end(&t->c);
    t->c.viewer = keeper_first(&t->c);
    TRY(find_cards(&t->c, r, list));
    for (int i = r->cards - 1; i >= 0; i--) { /* the last one first, as they built on each other */
        struct card_handles stay;
        staying(&t->c, list[i], &stay);
        r->stay += stay.n;
        TRY(card_take_back(t, list[i], &stay));
    }
    log_settle(t);
    return card_forget(t, before);
}

err import_revert(struct home *h, struct import_back *r, struct str *why)
{
    struct work w = { .a = h->a };
    err e = r->yes ? work_write(h->store, &w, write_revert, r)
                   : work_read(h->store, &w, look_revert, r);
    *why = w.why;
    return e;
}
