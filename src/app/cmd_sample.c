/* SPDX-License-Identifier: GPL-3.0-or-later
 * cmd_sample.c - snug sample: an invented house, so that the first screen is never empty. */
#include "app/command.h"
#include "app/files.h"
#include "app/import.h"
#include "app/sample.h"
#include "facts/fact.h"
#include "kit/base/date.h"
#include "kit/mail/mbox.h"
#include "people/keeper.h"
#include "people/people_mail.h"
#include "talk/find.h"
#include "talk/idea.h"

static struct meeting address_of(struct arena *a, struct str address)
{
    struct meeting m;
    return meeting_typed(a, address, &m) ? m : (struct meeting){ .uri = S("") };
}

/* The keepers of the pub: everybody with an address of the house of their own. */
static err found_sample(struct tx *t, void *arg)
{
    const struct sample_house *s = arg;
    id who;
    TRY(house_found(t, s->name, true));
    struct meeting owner[2] = { address_of(t->c.a, s->owner_address),
                                address_of(t->c.a, s->role_address) };
    struct keeper_new k = {
        .name = s->owner_name, .addresses = owner, .n = 2, .role = KEEPER_OWNER
    };
    TRY(keeper_join(t, &k, &who));
    for (int i = 0; i < s->n_addresses; i++) {
        struct meeting m = address_of(t->c.a, s->addresses[i]);
        if (str_eq(m.uri, owner[0].uri) || m.kind != PERSON_HUMAN) continue;
        struct keeper_new other = { .name = S(""), .addresses = &m, .n = 1, .role = KEEPER_PLAIN };
        TRY(keeper_join(t, &other, &who));
    }
    return OK;
}

/* Where those words were written first. */
static err find_place(struct ctx *c, struct str words, id *message, struct idea_span *span)
{
    struct find_hits m;
    struct talk_texts texts;
    TRY(talk_find(c, str_fmt(c->a, "\"%.*s\"", STR(words)), 0, FIND_MOST, &m));
    for (int i = m.n - 1; i >= 0; i--) {
        *message = m.at[i].message;
        talk_texts_of(c, message, 1, TALK_HEAD, &texts);
        if (texts.n && idea_find_words(c->a, &texts.at[0], words, span)) return OK;
    }
    return fail(c, E_NOTFOUND, "the idea of the invented house is not in its mail");
}

/* So that the page of ideas and the tracks are not empty. */
static err follow_idea(struct tx *t, void *arg)
{
    const struct sample_idea *s = arg;
    struct idea_span span;
    id message, idea;
    t->c.viewer = keeper_first(&t->c);
    TRY(find_place(&t->c, s->words[0], &message, &span));
    TRY(idea_mark(t, message, span, s->name, &idea));
    for (int i = 1; i < SAMPLE_IDEA_PLACES; i++) {
        TRY(find_place(&t->c, s->words[i], &message, &span));
        TRY(idea_carry(t, idea, message, span));
    }
    return OK;
}

static id of_address(struct ctx *c, struct str address)
{
    return person_real(c, person_of_uri(c, address_of(c->a, address).uri));
}

/* So that a person's page shows what it is for. */
static err note_facts(struct tx *t, void *unused)
{
    struct ctx *c = &t->c;
    int n;
    const struct sample_fact *s = sample_facts(&n);
    (void)unused;
    for (int i = 0; i < n; i++) {
        struct fact_guess g = fact_guess(c->a, s[i].line);
        struct fact_new f = { .person = of_address(c, s[i].about),
                              .key = g.key,
                              .value = g.value,
                              .valid_from = g.valid_from,
                              .valid_to = g.valid_to,
                              .origin = s[i].from.n ? FACT_INTRODUCED : FACT_TOLD,
                              .heard = CHANNEL_COUNTER };
        id fact;
        c->viewer = of_address(c, s[i].by);
        if (s[i].from.n)
            f.introducer = str_eq(s[i].from, S("noticed")) ? c->viewer : of_address(c, s[i].from);
        if (s[i].house) f.audience = audience_keepers();
        TRY(fact_note(t, &f, &fact));
    }
    return OK;
}

static err feed(void *arg, struct str raw, int64_t at) { return import_feed_put(arg, raw, at); }

struct target {
    FILE *file;
};

static err print_mbox(void *arg, struct str raw, int64_t at)
{
    struct target *t = arg;
    struct arena *a = arena_open(64 * MIB);
    struct buf o = { .a = a };
    mbox_write(&o, raw, S("sample@lantern.example"), at);
    bool ok = fwrite(o.p, 1, (size_t)o.n, t->file) == (size_t)o.n;
    arena_close(a);
    return ok ? OK : E_PEER;
}

static int make_house(struct call *k, const struct sample_opts *o)
{
    struct str why = S("");
    struct mail_parser *parsers[2] = { mail_parser_open(1), mail_parser_open(1) };
    struct import_counts counts;
    if (file_exists(k->a, str_fmt(k->a, "%.*s/snug.conf", STR(k->dir))))
        return call_fail(str_fmt(
            k->a,
            "there is a house in %.*s already; the invented one wants a folder of its own (-C DIR)",
            STR(k->dir)));
    if (home_make(k->a, k->dir, &why) != OK || home_open(k->a, k->dir, false, &k->home, &why) != OK)
        return call_fail(why);
    struct work w = { .a = k->a };
    if (work_write(k->home.store, &w, found_sample, (void *)sample_house()) != OK)
        return call_fail(w.why);
    struct import_feed *f = import_feed_open(&k->home, parsers, 0);
    err e = sample_make(k->a, o, feed, f);
    err ended = import_feed_close(f, &counts);
    for (int i = 0; i < 2; i++) mail_parser_close(parsers[i]);
    if (e != OK || ended != OK) return call_fail(S("the invented house could not be written"));
    if (!o->messages &&
        work_write(k->home.store, &w, follow_idea, (void *)(uintptr_t)sample_idea()) != OK)
        return call_fail(w.why);
    struct work noting = { .a = k->a };
    if (!o->messages && work_write(k->home.store, &noting, note_facts, NULL) != OK)
        return call_fail(noting.why);
    printf("%.*s stands in %.*s: %" PRId64 " invented messages.\n", STR(sample_house()->name),
           STR(k->dir), counts.fresh);
    return EXIT_OK;
}

static int run_sample(struct call *k)
{
    struct str text;
    int64_t messages = 0, seed = 1;
    bool mbox = call_flag(k, "mbox");
    if ((call_option(k, "messages", &text) && !str_int(text, &messages)) ||
        (call_option(k, "seed", &text) && !str_int(text, &seed)) || k->n || messages < 0 ||
        messages > 10000000)
        return call_usage(k, &sample_command);
    struct sample_opts o = { .end = clock_now(),
                             .seed = (uint32_t)seed,
                             .messages = (int)messages };
    if (!mbox) return make_house(k, &o);
    struct target t = { stdout };
    return sample_make(k->a, &o, print_mbox, &t) == OK
               ? EXIT_OK
               : call_fail(S("the messages could not be written"));
}
const struct command sample_command = {
    "sample", "[--seed N] [--messages N] [--mbox]",
    "make an invented pub with two years of mail (--mbox: print the mail instead)", WANTS_NOTHING,
    run_sample
};
