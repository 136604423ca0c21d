/* SPDX-License-Identifier: GPL-3.0-or-later
 * house.c - opening and making a house. */
#include "app/house.h"

#include "app/backup.h"
#include "app/files.h"
#include "app/ledger.h"
#include "circles/circle.h"
#include "facts/fact.h"
#include "facts/receipt.h"
#include "kit/store/migrate.h"
#include "kit/store/search.h"
#include "log/event.h"
#include "may/may.h"
#include "post/mailbox.h"
#include "post/post_mail.h"
#include "talk/come.h"
#include "talk/draft.h"
#include "talk/objection.h"
#include "talk/stop.h"
#include "ties/tie.h"

#include <stdlib.h>
#include <sys/stat.h>

extern const char session_schema[];
static const struct concept *const concepts[] = { &log_concept,  &people_concept, &circles_concept,
                                                  &may_concept,  &facts_concept,  &ties_concept,
                                                  &post_concept, &outbox_concept, &talk_concept };

void home_wire(void)
{
    hash_start();
    tie_start();
    fact_start();
    talk_start();
    log_wire(concepts, COUNT(concepts));
    random_bytes(&outbox_rules.carrier, sizeof outbox_rules.carrier);
    channel_add(&channel_mail);
    channel_add(&talk_web_channel);
    channel_add(&counter_channel);
}

static struct str in_dir(struct arena *a, struct str dir, const char *name)
{
    return str_fmt(a, "%.*s/%s", STR(dir), name);
}

static err make_folder(struct arena *a, struct str path, struct str *why)
{
    if (mkdir(str_z(a, path), 0700) == 0 || file_is_folder(a, path)) return OK;
    *why = str_fmt(a, "the folder %.*s can't be made: %s", STR(path), file_error());
    return E_INVALID;
}

err home_make(struct arena *a, struct str dir, struct str *why)
{
    struct str keys = in_dir(a, dir, "keys"), key = in_dir(a, dir, "keys/house.key"),
               conf = in_dir(a, dir, "snug.conf");
    uint8_t master[HOME_KEY_BYTES];
    TRY(make_folder(a, dir, why));
    TRY(make_folder(a, keys, why));
    if (!file_exists(a, key)) {
        random_bytes(master, sizeof master);
        TRY(file_write_new(a, key, (struct str){ (char *)master, sizeof master }, 0600, why));
    }
    if (!file_exists(a, conf)) TRY(file_write_new(a, conf, conf_sample(a), 0644, why));
    return OK;
}

struct str home_key_path(const struct home *h, struct str name)
{
    struct str own = str_fmt(h->a, "%.*s/keys/%.*s", STR(h->dir), STR(name));
    const char *given = getenv("CREDENTIALS_DIRECTORY");
    struct str other = str_fmt(h->a, "%s/%.*s", given ? given : "", STR(name));
    return given && !file_exists(h->a, own) && file_exists(h->a, other) ? other : own;
}

err home_key(const struct home *h, struct str name, uint8_t out[HOME_KEY_BYTES], struct str *why)
{
    struct str key, path = home_key_path(h, name);
    TRY(file_read(h->a, path, 2 * HOME_KEY_BYTES, &key, why));
    if (key.n != HOME_KEY_BYTES) {
        *why = str_fmt(h->a, "%.*s is damaged: it must hold 32 bytes; restore it from a backup",
                       STR(path));
        return E_INVALID;
    }
    memcpy(out, key.p, HOME_KEY_BYTES);
    return OK;
}

static err read_settings(struct home *h, struct str *why)
{
    struct str text;
    uint8_t master[HOME_KEY_BYTES];
    TRY(file_read(h->a, in_dir(h->a, h->dir, "snug.conf"), MIB, &text, why));
    TRY(conf_read(&h->conf, h->a, text, why));
    TRY(home_key(h, S("house.key"), master, why));
    secret_derive(&h->secret, master);
    draft_rules.undo_s = h->conf.undo_s;
    outbox_rules.hour_most = h->conf.hour_most;
    objection_lang = lang_of_code(h->conf.language);
    stop_rules.origin = h->conf.url;

    post_authorities = h->conf.authorities;
    return backup_plan_read(h, why);
}

err home_read(struct arena *a, struct str dir, struct home *h, struct str *why)
{
    *h = (struct home){ .a = a, .dir = str_dup(a, dir) };
    if (file_exists(a, in_dir(a, dir, "snug.conf"))) return read_settings(h, why);
    *why = str_fmt(a, "there is no house in %.*s: make one with `snug -C %.*s init`", STR(dir),
                   STR(dir));
    return E_NOTFOUND;
}

enum { SCHEMAS = COUNT(concepts) + 2 };

static void schemas(struct schema *list)
{
    int n = 0;
    list[n++] = (struct schema){ "search", search_schema };
    for (int i = 0; i < COUNT(concepts); i++)
        list[n++] = (struct schema){ concepts[i]->name, concepts[i]->schema };
    list[n++] = (struct schema){ "session", session_schema };
}

struct str home_schema(struct arena *a)
{
    enum { SHOWN = 8 };
    struct schema list[SCHEMAS];
    struct hasher h;
    uint8_t sum[HASH_BYTES];
    schemas(list);
    hasher_start(&h);
    for (int i = 0; i < SCHEMAS; i++) hasher_add(&h, str_c(list[i].text));
    hasher_end(&h, sum);
    return hash_hex(a, (struct str){ (char *)sum, SHOWN });
}

static err bring_up(struct home *h, struct str *why)
{
    struct schema list[SCHEMAS];
    schemas(list);
    return migrate(h->store, h->a, list, SCHEMAS, why);
}

static err look_due(struct ctx *c, void *arg)
{
    *(bool *)arg = log_scrub_due(c);
    return OK;
}

/* An erasure that was cut short behind its commit: the words leave the files now. */
static err finish_erasing(struct home *h, struct str *why)
{
    bool due = false;
    struct work look = { .a = h->a }, scrub = { .a = h->a }, note = { .a = h->a };
    TRY(ledger_replay(h, why));
    err e = work_read(h->store, &look, look_due, &due);
    if (e == OK && due) e = work_write(h->store, &scrub, log_scrub, NULL);
    if (e == OK && due && store_scrubbed(h->store))
        e = work_write(h->store, &note, log_scrubbed, NULL);
    *why = look.why.n ? look.why : scrub.why.n ? scrub.why : note.why;
    return e;
}

err home_open(struct arena *a, struct str dir, bool threads, struct home *h, struct str *why)
{
    TRY(home_read(a, dir, h, why));
    struct str where = h->conf.store.n ? h->conf.store : in_dir(a, dir, "snug.db");
    struct store_opts opts = { .where = where,
                               .threads = threads,
                               .readers = (int)h->conf.readers,
                               .offset_s = (int)h->conf.offset_minutes * MINUTE,
                               .patience_ms = threads ? 0 : 600000 };
    h->store = store_open(a, &opts, &h->secret, why);
    if (!h->store) return E_PEER;
    err e = bring_up(h, why);
    ledger_open(h);
    if (e == OK) e = finish_erasing(h, why);
    if (e == OK) e = home_keys(h, why);
    if (e != OK) home_close(h);
    return e;
}

void home_close(struct home *h)
{
    if (h->store) store_close(h->store);
    receipt_wire(&(struct receipt_house){ .url = S("") });
    h->store = NULL;
}
