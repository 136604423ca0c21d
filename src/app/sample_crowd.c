/* SPDX-License-Identifier: GPL-3.0-or-later
 * sample_crowd.c - any number of messages among as many people as such a number needs. Nothing
 * of a conversation is kept but its seed: what a reply quotes is made a second time. */
#include "app/sample_in.h"
#include "kit/base/date.h"

#include <math.h>

enum {
    CROWD_DAYS = 730,
    VOCABULARY = 60000, /* word forms; rank r comes up about 1/r of the time, as in real mail */
    OWN_WORDS = 400,    /* of the vocabulary, which a person uses more than others do */
    LONGEST = 14        /* messages in a conversation */
};

static const struct str common = S_INIT("the to and a of in is for that you it on we with be this "
                                        "have are as at if not will from can but was or my "
                                        "so do all by what there would me your just out up one "
                                        "they when about like time get know how some could our "
                                        "which has an them good see more then any think only into "
                                        "new also after now because here other than over want "
                                        "even back well take way these work us most need make very "
                                        "should day people first come much week next last "
                                        "still before where table evening bring keep house please "
                                        "thanks tomorrow yesterday morning night room call "
                                        "send write read ask tell leave meet help pay open close "
                                        "early late long short warm cold small great kind");

struct talk {
    int64_t at; /* of the next message */
    uint64_t seed;
    int32_t r, other; /* people; other -1: nobody else */
    int16_t turn, length;
};
struct crowd {
    struct arena *a;
    uint64_t seed;
    struct sample_person *people;
    int n_people;
    const struct sample_person *keepers[3];
    struct str *words; /* the vocabulary, most usual first */
    int n_common;
    struct talk *heap;
    int n, cap;
    int64_t midnight;
};

/* ---- words ---- */

static void add_form(struct buf *b, uint64_t rank, uint64_t seed)
{
    static const char *const heads[] = { "b", "br", "c",  "ch", "d",  "dr", "f", "fl", "g",  "gr",
                                         "h", "j",  "k",  "l",  "m",  "n",  "p", "pl", "qu", "r",
                                         "s", "sh", "st", "t",  "th", "tr", "v", "w",  "z",  "sl" };
    static const char *const cores[] = { "a", "e", "i", "o", "u", "ai", "ea", "oo", "ou", "ie" };
    static const char *const tails[] = { "",  "n",  "r",  "l",  "s",  "t",
                                         "m", "nd", "ck", "ng", "st", "" };
    static const char *const ends[] = { "", "", "", "s", "ed", "ing", "er", "ly", "ness", "able" };
    struct sample_dice d = { sample_mix(seed, rank) };
    int n =
        1 + (rank > 900) + (sample_upto(&d, 3) == 0) + (rank > 20000 && sample_upto(&d, 2) == 0);
    for (int i = 0; i < n; i++)
        buf_fmt(b, "%s%s%s", heads[sample_upto(&d, COUNT(heads))],
                cores[sample_upto(&d, COUNT(cores))], tails[sample_upto(&d, COUNT(tails))]);
    buf_fmt(b, "%s", ends[sample_upto(&d, COUNT(ends))]);
}

/* The language is one for every seed: only who says what changes. */
enum { LANGUAGE = 0x1a57e24 };

static void make_words(struct crowd *c)
{
    struct str rest = common, word;
    c->words = NEW(c->a, struct str, VOCABULARY);
    while (rest.n && str_cut(&rest, ' ', &word)) c->words[c->n_common++] = word;
    struct arena *tmp = arena_open(16 * MIB);
    struct buf form = { .a = tmp };
    for (int i = c->n_common; i < VOCABULARY; i++) {
        form.n = 0;
        add_form(&form, (uint64_t)i, LANGUAGE);
        c->words[i] = str_dup(c->a, buf_str(&form));
    }
    arena_close(tmp);
}

static void add_word(struct buf *b, const struct crowd *c, uint64_t who, struct sample_dice *d)
{
    int kind = sample_upto(d, 1000);
    if (kind < 6) {
        buf_fmt(b, "%d", sample_upto(d, 100000));
        return;
    }
    uint64_t rank = (uint64_t)pow(VOCABULARY, sample_part(d)) - 1;
    if (kind < 120) rank = (uint64_t)c->n_common + sample_mix(who, 9) % 97 * 601 + rank % OWN_WORDS;
    buf_add(b, c->words[rank % VOCABULARY]);
}

static void add_sentence(struct buf *b, const struct crowd *c, uint64_t who, struct sample_dice *d)
{
    int n = 3 + sample_upto(d, 6) + sample_upto(d, 9);
    ptrdiff_t first = b->n;
    for (int i = 0; i < n; i++) {
        if (i) buf_add(b, i > 3 && sample_upto(d, 12) == 0 ? S(", ") : S(" "));
        add_word(b, c, who, d);
    }
    if (b->p[first] >= 'a' && b->p[first] <= 'z') b->p[first] = (char)(b->p[first] - 32);
    buf_add(b, sample_upto(d, 6) ? S(".") : S("?"));
}

static struct str body_text(struct arena *a, const struct crowd *c, uint64_t who, uint64_t seed)
{
    struct sample_dice d = { seed };
    struct buf b = { .a = a };
    int paragraphs = 1 + sample_upto(&d, 3) * sample_upto(&d, 2);
    if (sample_upto(&d, 25) == 0) paragraphs += 6; /* now and then somebody has much to say */
    for (int p = 0; p < paragraphs; p++) {
        if (p) buf_add(&b, S("\n\n"));
        for (int n = 1 + sample_upto(&d, 5); n > 0; n--) {
            add_sentence(&b, c, who, &d);
            if (n > 1) buf_char(&b, ' ');
        }
    }
    return buf_str(&b);
}

static struct str title(struct arena *a, const struct crowd *c, uint64_t who, uint64_t seed)
{
    struct sample_dice d = { seed };
    struct buf b = { .a = a };
    for (int n = 2 + sample_upto(&d, 4); n > 0; n--) {
        add_word(&b, c, who, &d);
        if (n > 1) buf_char(&b, ' ');
    }
    return buf_str(&b);
}

/* ---- people ---- */

static struct str a_name(struct arena *a, uint64_t seed)
{
    struct buf b = { .a = a };
    add_form(&b, 50, seed);
    b.p[0] = (char)(b.p[0] - 32);
    return buf_str(&b);
}

static void make_people(struct crowd *c)
{
    static const char *const providers[] = { "example.com", "example.net", "example.org" };
    static const unsigned styles[] = {
        0,       0,       SP_FLOWED, SP_FLOWED,           SP_OUTLOOK, SP_OUTLOOK, SP_HTML,
        SP_HTML, SP_HTML, SP_PHONE,  SP_PHONE | SP_BRIEF, SP_LATIN1,  SP_BASE64,  SP_LOWER
    };
    for (int i = 0; i < c->n_people; i++) {
        struct sample_dice d = { sample_mix(c->seed, (uint64_t)i + 77) };
        struct str first = a_name(c->a, LANGUAGE + (uint64_t)sample_upto(&d, 900));
        struct str last = a_name(c->a, LANGUAGE + 5000 + (uint64_t)sample_upto(&d, 20000));
        struct str lower_first = str_lower(c->a, first), lower_last = str_lower(c->a, last);
        bool bulk = i % 23 == 22;
        int org = sample_upto(&d, 1 + c->n_people / 8);
        struct str org_name = str_lower(c->a, a_name(c->a, LANGUAGE + 90000 + (uint64_t)org));
        struct str at = sample_upto(&d, 10) < 6
                            ? str_fmt(c->a, "%s", providers[sample_upto(&d, 3)])
                            : str_fmt(c->a, "%.*s%d.example", STR(org_name), org);
        c->people[i] = (struct sample_person){
            .key = S("crowd"),
            .nick = first,
            .hour = 8 + sample_upto(&d, 14),
            .name = str_fmt(c->a, "%.*s %.*s", STR(first), STR(last)),
            .address = bulk ? str_fmt(c->a, "no-reply@news%d.example", i)
                            : str_fmt(c->a, "%.*s.%.*s%d@%.*s", STR(lower_first), STR(lower_last),
                                      i, STR(at)),
            .greet = S("[Hi|Hello|Dear] {to},"),
            .bye = first,
            .topics = bulk ? S("N") : S(""),
            .style = bulk ? SP_BULK : styles[sample_upto(&d, COUNT(styles))],
        };
    }
}

/* A few write most: the share of person i falls like that of words. */
static int somebody(const struct crowd *c, struct sample_dice *d)
{
    double u = sample_part(d);
    int i = (int)(c->n_people * u * u * u);
    return MIN(i, c->n_people - 1);
}

/* ---- conversations, the next one first ---- */

static void heap_push(struct crowd *c, struct talk t)
{
    if (c->n == c->cap) {
        struct talk *more = NEW(c->a, struct talk, MAX(64, c->cap * 2));
        if (c->n) memcpy(more, c->heap, (size_t)c->n * sizeof *more);
        c->heap = more;
        c->cap = MAX(64, c->cap * 2);
    }
    int i = c->n++;
    for (int up; i > 0 && c->heap[up = (i - 1) / 2].at > t.at; i = up) c->heap[i] = c->heap[up];
    c->heap[i] = t;
}

static struct talk heap_pop(struct crowd *c)
{
    struct talk top = c->heap[0], t = c->heap[--c->n];
    int i = 0;
    for (int k; (k = i * 2 + 1) < c->n; i = k) {
        if (k + 1 < c->n && c->heap[k + 1].at < c->heap[k].at) k++;
        if (c->heap[k].at >= t.at) break;
        c->heap[i] = c->heap[k];
    }
    c->heap[i] = t;
    return top;
}

static int talk_length(uint64_t seed)
{
    struct sample_dice d = { sample_mix(seed, 21) };
    int n = 1;
    while (n < LONGEST && sample_upto(&d, 100) < 62) n++;
    return n;
}

static struct talk new_talk(const struct crowd *c, int64_t number, int64_t day)
{
    uint64_t seed = sample_mix(c->seed, (uint64_t)number + 1000003);
    struct sample_dice d = { sample_mix(seed, 22) };
    struct talk t = {
        .seed = seed, .r = somebody(c, &d), .other = -1, .length = (int16_t)talk_length(seed)
    };
    if (sample_upto(&d, 6) == 0) t.other = (t.r + 1 + sample_upto(&d, 5)) % c->n_people;
    if (t.other >= 0 && (t.other == t.r || (c->people[t.other].style & SP_BULK))) t.other = -1;
    if (c->people[t.r].style & SP_BULK) t.other = -1;
    t.at = sample_at(day, 0, 7 * 60 + sample_upto(&d, 440) + sample_upto(&d, 440)) +
           sample_upto(&d, 60);
    return t;
}

/* Bulk senders and their like are never answered: their next messages are answers to nothing. */
static void letter_of(struct arena *a, const struct crowd *c, const struct talk *t, int turn,
                      struct sample_letter *l)
{
    struct sample_dice d = { sample_mix(t->seed, 23) };
    const struct sample_person *r = &c->people[t->r],
                               *k = c->keepers[sample_mix((uint64_t)t->r, 3) % 4 % 3];
    const struct sample_person *o = t->other >= 0 ? &c->people[t->other] : NULL;
    bool bulk = r->style & SP_BULK;
    bool keeper = !bulk && (turn + (sample_upto(&d, 100) < 30)) % 2 == 1;
    bool third = o && !keeper && turn > 0 && sample_mix(t->seed, (uint64_t)turn) % 2;
    *l = (struct sample_letter){ .seed = sample_mix(t->seed, (uint64_t)turn + 31),
                                 .talk_seed = t->seed,
                                 .r = r,
                                 .k = k,
                                 .flags = SL_SCENE };
    l->from = keeper ? k : third ? o : r;
    l->to[l->n_to++] = keeper ? r : k;
    if (o) l->to[l->n_to++] = third ? r : o;
    uint64_t who = keeper ? 0 : (uint64_t)t->r;
    l->body = body_text(a, c, who, sample_mix(l->seed, 6));
    struct str subject = title(a, c, (uint64_t)t->r, sample_mix(t->seed, 7));
    l->subject = turn && !bulk ? str_fmt(a, "Re: %.*s", STR(subject)) : subject;
}

static err talk_write(struct crowd *c, const struct talk *t, sample_fn *fn, void *arg)
{
    struct arena *tmp = arena_open(16 * MIB);
    struct sample_letter l[LONGEST];
    bool bulk = c->people[t->r].style & SP_BULK;
    int64_t at = t->at;
    for (int i = t->turn; i >= 0;
         i--) { /* when the earlier ones were sent is only said in quotes: about */
        letter_of(tmp, c, t, i, &l[i]);
        l[i].at = at;
        l[i].parent = i > 0 && !bulk ? &l[i - 1] : NULL;
        at -= HOUR + (int64_t)(l[i].seed % DAY);
    }
    for (int i = bulk ? t->turn : 0; i < t->turn; i++) sample_say(tmp, &l[i], i >= t->turn - 2);
    struct buf raw = { .a = tmp };
    sample_write(&raw, tmp, &l[t->turn]);
    err e = fn(arg, buf_str(&raw), t->at);
    arena_close(tmp);
    return e;
}

static err crowd_run(struct crowd *c, int messages, sample_fn *fn, void *arg)
{
    int64_t talks = 0, begun = 0;
    for (int64_t sum = 0; sum < messages; talks++)
        sum += talk_length(sample_mix(c->seed, (uint64_t)talks + 1000003));
    int64_t day = c->midnight;
    for (int left = messages, d = 0; left > 0;) {
        while (begun < talks && (!c->n || c->heap[0].at >= day)) { /* another day's new ones */
            day = sample_midnight(c->midnight - (int64_t)(CROWD_DAYS - d) * DAY + 12 * HOUR);
            int64_t until = d + 2 >= CROWD_DAYS ? talks : talks * (d + 1) / (CROWD_DAYS - 1);
            for (; begun < until; begun++) heap_push(c, new_talk(c, begun, day));
            day += DAY - 2 * HOUR;
            d++;
        }
        struct talk t = heap_pop(c);
        TRY(talk_write(c, &t, fn, arg));
        left--;
        if (++t.turn >= t.length) continue;
        struct sample_dice dice = { sample_mix(t.seed, (uint64_t)t.turn + 41) };
        int64_t wait = 5 * MINUTE + sample_upto(&dice, 4 * HOUR) +
                       (sample_upto(&dice, 3) ? 0 : sample_upto(&dice, 4 * DAY));
        t.at = MAX(t.at, MIN(t.at + wait, c->midnight - 1 - sample_upto(&dice, 3 * HOUR)));
        heap_push(c, t);
    }
    return OK;
}

err sample_crowd(struct arena *a, const struct sample_opts *o, sample_fn *fn, void *arg)
{
    struct crowd c = { .a = a,
                       .seed = sample_mix(o->seed, 0xc20d),
                       .midnight = sample_midnight(o->end) };
    c.keepers[0] = sample_person(S("marta"));
    c.keepers[1] = sample_person(S("tom"));
    c.keepers[2] = sample_person(S("ida"));
    make_words(&c);
    c.n_people = MAX(24, (int)(3.2 * pow(o->messages, .6)));
    c.people = NEW(a, struct sample_person, c.n_people);
    make_people(&c);
    return crowd_run(&c, o->messages, fn, arg);
}
