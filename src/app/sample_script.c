/* SPDX-License-Identifier: GPL-3.0-or-later
 * sample_script.c - reads scripts, makes their choices, gives each message its time. */
#include "app/sample_in.h"
#include "kit/base/date.h"
#include "kit/base/hash.h"

/* ---- chance and time ---- */

uint64_t sample_mix(uint64_t a, uint64_t b)
{
    struct sample_dice d = { a ^ (b * 0x9e3779b97f4a7c15u) };
    return sample_roll(&d);
}

uint64_t sample_roll(struct sample_dice *d)
{
    uint64_t z = d->s += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

int sample_upto(struct sample_dice *d, int n)
{
    return n > 0 ? (int)(sample_roll(d) % (uint64_t)n) : 0;
}
double sample_part(struct sample_dice *d) { return (double)(sample_roll(d) >> 11) * 0x1p-53; }

static int64_t last_sunday(int year, int month)
{
    int64_t day = date_days(year, month, 31);
    return day - date_civil(day * DAY, 0).weekday;
}

int sample_offset(int64_t at)
{
    int year = date_civil(at, 0).year;
    bool summer =
        at >= last_sunday(year, 3) * DAY + HOUR && at < last_sunday(year, 10) * DAY + HOUR;
    return summer ? HOUR : 0;
}

int64_t sample_at(int64_t midnight, int hour, int minute)
{
    int64_t local = midnight + sample_offset(midnight);
    int64_t at = local - local % DAY + hour * HOUR + minute * MINUTE;
    return at - sample_offset(at);
}

int64_t sample_midnight(int64_t at)
{
    int64_t local = at + sample_offset(at);
    int64_t midnight = local - local % DAY;
    return midnight - sample_offset(midnight);
}

/* The local midnight so many days from another one, whatever the summer time did between. */
static int64_t days_on(int64_t midnight, int days)
{
    return sample_midnight(midnight + (int64_t)days * DAY + 12 * HOUR);
}

/* ---- choices ---- */

static struct str slot_text(struct str name, int month)
{
    static const char seasons[] = "wwpppsssaaaw"; /* winter, spring, summer, autumn */
    for (int i = 0; i < sample_n_slots; i++) {
        struct str s = sample_slots[i].name;
        if (str_eq(s, name)) return sample_slots[i].text;
        if (s.n == name.n + 2 && str_begins(s, name) && s.p[s.n - 2] == '/' &&
            s.p[s.n - 1] == seasons[month - 1])
            return sample_slots[i].text;
    }
    fprintf(stderr, "level=error event=sample_slot name=%.*s\n", STR(name));
    return name;
}

static struct str spin_choice(struct buf *, struct str, const struct sample_letter *,
                              struct sample_dice *, int shift);

/* One exchange, one value; {beer2} is another beer than {beer}. */
static void spin_slot(struct buf *out, struct str name, const struct sample_letter *l)
{
    bool second = str_ends(name, S("2"));
    if (second) name = str_upto(name, name.n - 1);
    struct str text = slot_text(name, date_civil(l->talk_at, 0).month);
    struct sample_dice fixed = { sample_mix(l->talk_seed, hash_fast(name)) };
    if (str_begins(text, S("["))) (void)spin_choice(out, str_from(text, 1), l, &fixed, second);
    else buf_add(out, text);
}

/* The weekday one to three days before the exchange began; the pub is closed on Mondays. */
static int lately(const struct sample_letter *l)
{
    int64_t day = days_on(sample_midnight(l->talk_at), -1 - (int)(l->talk_seed % 3));
    int weekday = date_civil(day, sample_offset(day)).weekday;
    return weekday == 1 ? 0 : weekday;
}

static void spin_named(struct buf *out, struct str name, const struct sample_letter *l)
{
    static const char *const days[] = { "Sunday",   "Monday", "Tuesday", "Wednesday",
                                        "Thursday", "Friday", "Saturday" };
    int64_t ahead = 0;
    int64_t day = l->talk_day;
    bool counted =
        name.n > 2 && (name.p[1] == '+' || name.p[1] == '-') && str_int(str_from(name, 1), &ahead);
    if (counted) day = days_on(sample_midnight(l->at), (int)ahead);
    struct civil c = date_civil(day, sample_offset(day));
    if (str_eq(name, S("lately"))) buf_fmt(out, "%s", days[lately(l)]);
    else if (str_eq(name, S("day")) || (counted && name.p[0] == 'w'))
        buf_fmt(out, "%s", days[c.weekday]);
    else if (counted) buf_fmt(out, "%d %s", c.day, date_months[c.month - 1]);
    else if (str_eq(name, S("date")))
        buf_fmt(out, "%s %d %s", days[c.weekday], c.day, date_months[c.month - 1]);
    else if (str_eq(name, S("month")))
        buf_fmt(out, "%s", date_months[date_civil(l->at, 0).month - 1]);
    else if (str_eq(name, S("lastmonth")))
        buf_fmt(out, "%s", date_months[(date_civil(l->at, 0).month + 10) % 12]);
    else if (str_eq(name, S("R"))) buf_add(out, l->r->nick);
    else if (str_eq(name, S("K"))) buf_add(out, l->k->nick);
    else if (str_eq(name, S("H"))) buf_add(out, l->h ? l->h->nick : S("the others"));
    else spin_slot(out, name, l);
}

/* The part of s up to the ']' or '|' that belongs to this level; its length. */
static ptrdiff_t choice_end(struct str s)
{
    int depth = 0;
    for (ptrdiff_t i = 0; i < s.n; i++) {
        if (s.p[i] == '[') depth++;
        else if (s.p[i] == ']' && depth-- == 0) return i;
        else if (s.p[i] == '|' && depth == 0) return i;
    }
    return s.n;
}

/* shift: takes the alternative so far behind the one that was thrown. */
static struct str spin_choice(struct buf *out, struct str s, const struct sample_letter *l,
                              struct sample_dice *dice, int shift)
{
    int n = 1;
    struct str rest = s;
    for (;;) {
        rest = str_from(rest, choice_end(rest));
        if (!rest.n || rest.p[0] == ']') break;
        n++;
        rest = str_from(rest, 1);
    }
    for (int k = (sample_upto(dice, n) + shift) % n; k > 0; k--) s = str_from(s, choice_end(s) + 1);
    sample_spin(out, str_upto(s, choice_end(s)), l, dice);
    return str_from(rest, 1);
}

void sample_spin(struct buf *out, struct str s, const struct sample_letter *l,
                 struct sample_dice *dice)
{
    while (s.n) {
        char c = s.p[0];
        s = str_from(s, 1);
        ptrdiff_t end = c == '{' ? str_chr(s, '}') : -1;
        if (c == '[') s = spin_choice(out, s, l, dice, 0);
        else if (end >= 0) {
            spin_named(out, str_upto(s, end), l);
            s = str_from(s, end + 1);
        } else buf_char(out, c);
    }
}

/* ---- scripts ---- */

const struct sample_person *sample_person(struct str key)
{
    for (int i = 0; i < sample_n_people; i++)
        if (str_eq(sample_people[i].key, key)) return &sample_people[i];
    return NULL;
}

static void add_person(const struct sample_person **list, int *n, const struct sample_person *p)
{
    for (int i = 0; i < *n; i++)
        if (list[i] == p) return;
    if (p && *n < SAMPLE_TO) list[(*n)++] = p;
}

static void add_people(struct str names, const struct sample_cast *c,
                       const struct sample_person **list, int *n)
{
    struct str key;
    while (str_cut(&names, ',', &key)) {
        key = str_trim(key);
        if (str_eq(key, S("R"))) add_person(list, n, c->r);
        else if (str_eq(key, S("K"))) add_person(list, n, c->k);
        else if (str_eq(key, S("H"))) add_person(list, n, c->n_friends ? c->friends[0] : NULL);
        else if (str_eq(key, S("G")))
            for (int i = 0; i < c->n_friends; i++) add_person(list, n, c->friends[i]);
        else if (sample_person(key)) add_person(list, n, sample_person(key));
        else fprintf(stderr, "level=error event=sample_person name=%.*s\n", STR(key));
    }
}

/* -30, -30/tu, y1-12-20: local midnight. */
static int64_t day_named(const struct sample_book *b, struct str word)
{
    int64_t v = 0, month = 0, day = 0;
    if (word.p[0] == 'y') {
        struct civil end = date_civil(b->midnight, sample_offset(b->midnight));
        bool ok =
            str_int(str_upto(str_from(word, 3), 2), &month) && str_int(str_from(word, 6), &day);
        struct civil c = {
            .year = end.year, .month = ok ? (int)month : 1, .day = ok ? (int)day : 1, .hour = 12
        };
        bool later = c.month * 32 + c.day >= end.month * 32 + end.day;
        c.year -= (later ? 1 : 0) + (word.p[1] == '1' ? 1 : 0);
        return sample_midnight(date_seconds(c, 0));
    }
    ptrdiff_t slash = str_chr(word, '/');
    if (!str_int(str_upto(word, slash < 0 ? word.n : slash), &v)) return 0;
    int64_t at = days_on(b->midnight, (int)v);
    if (slash < 0) return at;
    static const char names[] = "sumotuwethfrsa";
    int want = 0;
    while (want < 6 && memcmp(names + want * 2, word.p + slash + 1, 2) != 0) want++;
    int have = date_civil(at, sample_offset(at)).weekday;
    return days_on(at, -((have - want + 7) % 7));
}

/* An hour this person writes at; keepers have Mondays off, more or less. */
static int64_t own_hour(int64_t midnight, const struct sample_person *p, struct sample_dice *dice)
{
    bool monday = date_civil(midnight, sample_offset(midnight)).weekday == 1;
    if ((p->style & SP_KEEPER) && monday && sample_upto(dice, 3)) midnight = days_on(midnight, 1);
    int minute = p->hour * 60 + sample_upto(dice, 180) - 90;
    return sample_at(midnight, 0, MAX(minute, 6 * 60)) + sample_upto(dice, 60);
}

/* start: the day of a first letter that says none. */
static int64_t letter_time(const struct sample_book *b, struct str when, int64_t before,
                           int64_t start, const struct sample_person *from,
                           struct sample_dice *dice)
{
    struct str word;
    int64_t day = 0, ahead = 0, h = -1, m = 0;
    while (str_cut(&when, ' ', &word)) {
        if (!word.n) continue;
        ptrdiff_t colon = str_chr(word, ':');
        if (colon > 0) {
            if (!str_int(str_upto(word, colon), &h) || !str_int(str_from(word, colon + 1), &m))
                h = -1;
        } else if (word.p[0] == '+') {
            if (!str_int(str_from(word, 1), &ahead)) ahead = 0;
        } else day = day_named(b, word);
    }
    if (!day) day = before ? days_on(sample_midnight(before), (int)ahead) : start;
    if (h >= 0) return sample_at(day, (int)h, (int)m) + sample_upto(dice, 60);
    if (ahead || !before || before < day) return own_hour(day, from, dice);
    int64_t soon = before + 12 * MINUTE + sample_upto(dice, 150 * MINUTE);
    if (soon < sample_at(day, 22, 40) && soon >= sample_at(day, 6, 30)) return soon;
    return own_hour(days_on(day, 1), from, dice);
}

struct head { /* of one message in a script */
    struct str when, from, to, cc, flags, subject;
};

static struct head head_read(struct str line)
{
    struct head h = { 0 };
    struct str rest = line, part;
    ptrdiff_t bar = str_find(line, S(" | "));
    if (bar >= 0) {
        h.subject = str_trim(str_from(line, bar + 3));
        rest = str_upto(line, bar);
    }
    ptrdiff_t colon = str_find(rest, S(" : "));
    if (colon >= 0) {
        h.flags = str_trim(str_from(rest, colon + 3));
        rest = str_upto(rest, colon);
    }
    ptrdiff_t arrow = str_find(rest, S(" > "));
    h.to = str_trim(str_from(rest, arrow + 3));
    rest = str_trim(str_upto(rest, arrow));
    if (str_cut(&h.to, '/', &part)) {
        h.cc = str_trim(h.to);
        h.to = str_trim(part);
    }
    ptrdiff_t blank = str_rchr(rest, ' ');
    h.from = str_from(rest, blank + 1);
    h.when = str_upto(rest, MAX(blank, 0));
    return h;
}

static const struct {
    struct str word;
    unsigned bit;
} flag_words[] = {
    { S_INIT("noref"), SL_NOREF }, { S_INIT("bare"), SL_BARE },
    { S_INIT("fwd"), SL_FWD },     { S_INIT("outlook"), SL_OUTLOOK },
    { S_INIT("html"), SL_HTML },   { S_INIT("htmlonly"), SL_HTMLONLY },
    { S_INIT("auto"), SL_AUTO },   { S_INIT("dsn"), SL_DSN },
    { S_INIT("ics"), SL_ICS },     { S_INIT("list"), SL_LIST },
    { S_INIT("new"), SL_NEW },
};

/* Sets the flags of l; *answers is the number of the message it answers; false: it doesn't happen.
 */
static bool flags_read(struct str flags, struct sample_letter *l, int64_t *answers,
                       struct sample_dice *dice)
{
    struct str word;
    int64_t percent = 100;
    while (str_cut(&flags, ' ', &word)) {
        for (int i = 0; i < COUNT(flag_words); i++)
            if (str_eq(word, flag_words[i].word)) l->flags |= flag_words[i].bit;
        if (str_begins(word, S("to=")) && !str_int(str_from(word, 3), answers)) return false;
        if (str_begins(word, S("pdf=")) || str_begins(word, S("png=")) ||
            str_begins(word, S("txt=")))
            l->file = word;
        if (word.n && word.p[0] >= '0' && word.p[0] <= '9' && !str_int(word, &percent))
            return false;
    }
    return sample_upto(dice, 100) < percent;
}

static void book_add(struct sample_book *b, struct sample_letter *l)
{
    if (b->n == b->cap) {
        int cap = MAX(256, b->cap * 2);
        struct sample_letter **at = NEW(b->a, struct sample_letter *, cap);
        if (b->n) memcpy(at, b->at, (size_t)b->n * sizeof *at);
        b->at = at;
        b->cap = cap;
    }
    l->order = b->n;
    b->at[b->n++] = l;
}

static struct str subject_of(struct arena *a, struct str given, const struct sample_letter *l,
                             struct sample_dice *dice)
{
    if (given.n) {
        struct buf out = { .a = a };
        sample_spin(&out, given, l, dice);
        return buf_str(&out);
    }
    if (!l->parent) return S("");
    struct str s = l->parent->subject;
    const char *re = l->flags & SL_FWD ? "Fwd" : (l->from->style & SP_OUTLOOK) ? "RE" : "Re";
    if (str_ibegins(s, S("re: "))) s = str_from(s, 4);
    return str_fmt(a, "%s: %.*s", re, STR(s));
}

/* An everyday exchange speaks of a day three to eight days on, not of a Monday, when the pub is
 * closed, and not of Christmas. */
static int64_t talk_day(int64_t start, uint64_t seed)
{
    int64_t day = days_on(sample_midnight(start), 3 + (int)(seed % 6));
    struct civil c = date_civil(day, sample_offset(day));
    if ((c.month == 12 && c.day >= 23) || (c.month == 1 && c.day == 1)) day = days_on(day, 10);
    return date_civil(day, sample_offset(day)).weekday == 1 ? days_on(day, 1) : day;
}

static bool letter_read(struct sample_book *b, struct head h, const struct sample_cast *c,
                        int first, struct sample_letter *l)
{
    struct sample_dice dice = { l->seed };
    int64_t answers = b->n - first;
    const struct sample_person *from[SAMPLE_TO];
    int n = 0;
    add_people(h.from, c, from, &n);
    if (!n || !flags_read(h.flags, l, &answers, &dice)) return false;
    l->from = from[0];
    add_people(h.to, c, l->to, &l->n_to);
    add_people(h.cc, c, l->cc, &l->n_cc);
    int64_t before = b->n > first ? b->at[b->n - 1]->at : 0;
    bool given = !before && c->start && !(l->from->style & SP_KEEPER);
    l->at = given ? c->start
                  : letter_time(b, h.when, before, sample_midnight(c->start), l->from, &dice);
    if (l->at <= before) l->at = before + 60;
    if (answers > 0 && answers <= b->n - first && !(l->flags & SL_NEW))
        l->parent = b->at[first + answers - 1];
    l->talk_at = b->n > first ? b->at[first]->at : l->at;
    l->talk_day = talk_day(l->talk_at, c->seed);
    l->subject = subject_of(b->a, h.subject, l, &dice);
    return true;
}

int64_t sample_play(struct sample_book *b, struct str script, const struct sample_cast *c)
{
    int first = b->n;
    struct str line, rest = script;
    while (rest.n && str_line(&rest, &line)) {
        if (!str_begins(line, S("@ "))) continue;
        ptrdiff_t next = str_find(rest, S("\n@ "));
        struct str body = str_trim(str_upto(rest, next < 0 ? rest.n : next));
        struct sample_letter *l = NEW(b->a, struct sample_letter, 1);
        *l = (struct sample_letter){ .body = body,
                                     .talk_seed = c->seed,
                                     .r = c->r,
                                     .k = c->k,
                                     .seed = sample_mix(c->seed, (uint64_t)(b->n - first + 1)),
                                     .h = c->n_friends ? c->friends[0] : NULL };
        if (!c->start) l->flags = SL_SCENE;
        struct head h = head_read(str_from(line, 2));
        if (!letter_read(b, h, c, first, l)) {
            if (str_eq(h.from, S("H"))) continue; /* a friend may have nothing to say */
            break;
        }
        if (l->at >= b->midnight) {
            b->n = first;
            return 0;
        }
        book_add(b, l);
    }
    return b->n > first ? b->at[b->n - 1]->at : 0;
}
