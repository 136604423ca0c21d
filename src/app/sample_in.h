/* SPDX-License-Identifier: GPL-3.0-or-later
 * sample_in.h - what the files of the sample share; nobody else includes it.
 *
 * A script is one conversation in plain text. Each message begins with a line
 *     @ [when] from > to,to [/ cc,cc] [: flags] [| subject]
 * when: -30 18:15 (30 days before the end), -30/tu (the Tuesday on or before that),
 * y1-12-20 (the first 20 December of the two years; y2 the second), +2 (days after the message
 * before); the hour may be left out. Names are keys of sample_people; R is the regular of an
 * everyday exchange, K the keeper, G the regular's friends, H one of them.
 * In the text [a|b] takes one of both, {slot} a word from sample_slots, the same all through
 * the exchange. Blank lines part paragraphs; lines that begin with '>' or a blank stay lines.
 * Flags: new (starts another thread), noref (a reply without its headers), to=N (answers the
 * Nth message), bare (no greeting, no sign-off), fwd, inline, outlook, html, htmlonly, auto,
 * dsn, ics, list, pdf=NAME, png=NAME, txt=NAME, NN (happens NN times of a hundred). */
#pragma once
#include "app/sample.h"

enum {                   /* how a person's mail program writes */
       SP_LOWER = 1,     /* no capitals                              */
       SP_FLOWED = 2,    /* format=flowed, 8bit                      */
       SP_OUTLOOK = 4,   /* -----Original Message-----               */
       SP_HTML = 8,      /* text and HTML                            */
       SP_PHONE = 16,    /* "Sent from my phone"                     */
       SP_LATIN1 = 32,   /* ISO-8859-1 where it fits                 */
       SP_BASE64 = 64,   /* UTF-8 in base64                          */
       SP_NOQUOTE = 128, /* never quotes                             */
       SP_BRIEF = 256,   /* no greeting in replies                   */
       SP_BULK = 512,    /* newsletters, receipts: no greeting       */
       SP_LIST = 1024,   /* a mailing list                           */
       SP_MUNGED = 2048, /* lists rewrite this person's From         */
       SP_KEEPER = 4096,
       SP_BAREREF = 8192, /* In-Reply-To but no References           */
};

struct sample_person {
    struct str key, name, nick, address;
    struct str greet, bye, sig; /* with {to} and [a|b]; an empty sig is none */
    struct str formal;          /* keepers: the sign-off for people less close */
    unsigned style;
    struct str topics;  /* letters: which everyday exchanges; repeated ones come more often */
    struct str keepers; /* m, t, i: with whom, repeated ones more often */
    struct str friends; /* keys, by blanks */
    struct str asides;  /* sentences of their own, parted by '|' */
    int gap;            /* days between everyday exchanges; 0 = none */
    int from, until;    /* days before the end: the first and the last of them */
    int hour;           /* of writing, about */
};
extern const struct sample_person sample_people[];
extern const int sample_n_people;

struct sample_script {
    char topic;
    struct str text;
};
extern const struct sample_script sample_talks[]; /* everyday exchanges */
extern const int sample_n_talks;
extern const struct str sample_scenes[]; /* written stories */
extern const int sample_n_scenes;
struct sample_slot {
    struct str name, text;
};
extern const struct sample_slot sample_slots[];
extern const int sample_n_slots;

/* ---- chance: SplitMix64 (Steele, Lea, Flood 2014) ---- */
struct sample_dice {
    uint64_t s;
};
uint64_t sample_mix(uint64_t, uint64_t);
uint64_t sample_roll(struct sample_dice *);
int sample_upto(struct sample_dice *, int n); /* 0 .. n-1 */
double sample_part(struct sample_dice *);     /* 0 .. 1 */

/* ---- local time of the pub: summer time from the last Sunday of March to that of October ---- */
int sample_offset(int64_t at);
int64_t sample_midnight(int64_t at); /* local, of the day at lies in */
int64_t sample_at(int64_t midnight, int hour, int minute);

/* ---- letters ---- */
enum {
    SL_NOREF = 1,
    SL_BARE = 2,
    SL_FWD = 4,
    SL_OUTLOOK = 8,
    SL_HTML = 16,
    SL_HTMLONLY = 32,
    SL_AUTO = 64,
    SL_DSN = 128,
    SL_ICS = 256,
    SL_LIST = 512,
    SL_SCENE = 1024,
    SL_NEW = 2048
};
enum { SAMPLE_TO = 8 };
struct sample_letter {
    int64_t at;
    int order; /* among letters of the same second */
    struct str id;
    const struct sample_person *from, *to[SAMPLE_TO], *cc[SAMPLE_TO];
    int n_to, n_cc;
    struct str subject, body; /* body as in the script, not yet spun */
    unsigned flags;
    struct str file;              /* pdf=NAME, png=NAME, txt=NAME */
    struct sample_letter *parent; /* answered, or forwarded; NULL */
    uint64_t seed, talk_seed;     /* of this letter, of its exchange */
    int64_t talk_at;              /* when the exchange began */
    int64_t talk_day;             /* the day the exchange speaks of, local midnight */
    const struct sample_person *r, *k, *h;
    struct str said; /* once written: the words, for quoting */
};

struct sample_cast {
    int64_t start; /* 0: the script says when */
    const struct sample_person *r, *k, *friends[3];
    int n_friends;
    uint64_t seed;
};
struct sample_book {
    struct arena *a;
    struct sample_letter **at;
    int n, cap;
    int64_t midnight; /* of the last day: everything is before */
    uint64_t seed;
};
const struct sample_person *sample_person(struct str key); /* NULL when there is none */
/* Adds the letters of one script; 0 or the time of its last letter. Letters not before
 * book->midnight take the whole script out again, and 0 comes back. */
int64_t sample_play(struct sample_book *, struct str script, const struct sample_cast *);
/* Writes text with its choices made. */
void sample_spin(struct buf *out, struct str text, const struct sample_letter *,
                 struct sample_dice *);
/* The whole message into out; fills l->said in keep. */
void sample_write(struct buf *out, struct arena *keep, struct sample_letter *l);
/* Gives l its id and, if asked, what it says, as sample_write would. */
void sample_say(struct arena *keep, struct sample_letter *l, bool words);
/* Raw mail for benchmarks. */
err sample_crowd(struct arena *, const struct sample_opts *, sample_fn *, void *arg) MUST_USE;

/* ---- MIME, sample_mime.c ---- */
void sample_header(struct buf *, const char *name, struct str value); /* encoded words, folded */
void sample_phrase(struct buf *, struct str name); /* a display name: atom, quoted or encoded */
void sample_date(struct buf *, int64_t at);        /* with the pub's offset */
void sample_base64(struct buf *, struct str bytes);
void sample_qp(struct buf *, struct str text);
bool sample_ascii(struct str);
/* The text as UTF-8 to ISO-8859-1; false when a letter is not in it. */
bool sample_latin1(struct arena *, struct str text, struct str *out) MUST_USE;
/* Fills paragraphs to width; flowed leaves the soft blank. Quoted and indented lines stay. */
void sample_fill(struct buf *, struct str text, int width, bool flowed);
void sample_crlf(struct buf *, struct str text); /* LF to CRLF */
void sample_html(struct buf *, struct str text);
