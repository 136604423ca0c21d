/* SPDX-License-Identifier: GPL-3.0-or-later
 * sample.h - an invented pub and its regulars: two years of mail, the same for the same seed.
 *
 * "The Lantern" in Saltmere and everybody around it are made up. Organisations have domains of
 * their own below .example; private people write from example.com, example.net and example.org,
 * which stand for public mail providers (RFC 2606). Knows nothing of storage: it makes bytes. */
#pragma once
#include "kit/base/base.h"

struct sample_opts {
    int64_t end;   /* the last day, unix seconds: mail ends the evening before */
    uint32_t seed; /* another seed, other everyday talk; the written scenes stay */
    int messages;  /* 0: the pub as written, about 2,500; else exactly so many, for benchmarks */
};

struct sample_house {
    struct str name;
    const struct str *addresses; /* of the keepers and the role address: owner first */
    int n_addresses;
    struct str owner_name, owner_address, role_address;
};
const struct sample_house *sample_house(void);

/* An idea that went through several of the scenes: the words by which each place is found, the
 * first where it began. */
enum { SAMPLE_IDEA_PLACES = 4 };
struct sample_idea {
    struct str name, words[SAMPLE_IDEA_PLACES];
};
const struct sample_idea *sample_idea(void);

/* What the keepers have noted of their regulars: of whom, by which keeper, in one line, and by
 * whom they were told; empty: by themselves, "noticed": the keeper saw it. house: every keeper may
 * see it. */
struct sample_fact {
    struct str about, by, line, from;
    bool house;
};
const struct sample_fact *sample_facts(int *n);

/* Takes one whole message: CRLF line ends, all headers, no mbox "From " line; at is its Date.
 * raw is gone after the call. What it returns other than OK ends sample_make with that. */
typedef err sample_fn(void *arg, struct str raw, int64_t at);

/* Hands the mail of all three keepers, inbox and sent together, to fn in order of time: two
 * years, the last message on the evening before opts.end's day. The pub takes about 3 MiB of
 * the arena, a benchmark 3 MiB and about a KiB for each person. */
err sample_make(struct arena *, const struct sample_opts *, sample_fn *fn, void *arg) MUST_USE;

/* What is true of the pub as written on the last day, for tests: what Today should find. */
enum sample_kind {
    SAMPLE_WAITS,    /* asked us and waits: days since the question                */
    SAMPLE_AWAITED,  /* was asked by us and owes the answer: days since            */
    SAMPLE_QUIET,    /* used to write, went quiet: days since the last contact     */
    SAMPLE_NEW,      /* a new face: days since the first message                   */
    SAMPLE_PROMISED, /* was promised something by us, still open: days since       */
    SAMPLE_LEFT,     /* a keeper who left: days since the last message             */
    SAMPLE_DEAD,     /* died, as a message of somebody else says: days since that  */
};
struct sample_truth {
    enum sample_kind kind;
    struct str address; /* of the person; SAMPLE_DEAD: of who said so */
    int days;           /* before opts.end's day */
    int usual_days;     /* SAMPLE_QUIET: days between contacts before, about */
    struct str about;   /* a sentence or name to look for in that message */
};
const struct sample_truth *sample_truth(int *n);
