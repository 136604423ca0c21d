/* SPDX-License-Identifier: GPL-3.0-or-later
 * words.c - the sentences. */
#include "ties/words.h"

#include "kit/base/date.h"

#include <math.h>

enum { PLAIN_DAYS = 90, MONTHS_TO = 700, WEEK = 7 };

/* ---- parts ---- */

/* Pieces in a row make a sentence. */
#define SAY(a, ...)                                                                                \
    join(a, (const struct str[]){ __VA_ARGS__ }, COUNT(((const struct str[]){ __VA_ARGS__ })))
static struct str join(struct arena *a, const struct str *piece, int n)
{
    struct buf b = { .a = a };
    for (int i = 0; i < n; i++) buf_add(&b, piece[i]);
    return buf_str(&b);
}

static struct str digits(struct arena *a, int64_t n) { return str_fmt(a, "%" PRId64, n); }

static struct str number(struct arena *a, int64_t n, const char *one)
{
    return n == 1 ? str_fmt(a, "1 %s", one) : str_fmt(a, "%" PRId64 " %ss", n, one);
}

static int64_t months(int64_t days) { return (days * 12 + 182) / 365; }
static int64_t years(int64_t days) { return (days + 182) / 365; }

struct str tie_say_days(struct arena *a, int64_t days)
{
    if (days < PLAIN_DAYS) return number(a, days, "day");
    if (days < MONTHS_TO && months(days) == 12) return S("about a year");
    struct str span =
        days < MONTHS_TO ? number(a, months(days), "month") : number(a, years(days), "year");
    return str_fmt(a, "about %.*s", STR(span));
}

struct str tie_say_every(struct arena *a, double days)
{
    int64_t d = MAX(1, (int64_t)llround(MIN(days, 1e6)));
    if (d == 1) return S("every day");
    if (d < PLAIN_DAYS) return str_fmt(a, "every %" PRId64 " days", d);
    if (d < MONTHS_TO && months(d) == 12) return S("every year");
    if (d < MONTHS_TO) return str_fmt(a, "every %" PRId64 " months", months(d));
    return str_fmt(a, "every %" PRId64 " years", years(d));
}

struct str tie_say_odds(struct arena *a, double share)
{
    int tenths = (int)lround(share * 10);
    if (tenths < 1) return S("fewer than 1 in 10");
    if (tenths > 9) return S("nearly all");
    return str_fmt(a, "about %d in 10", tenths);
}

/* The rhythm that both sides would have to keep to be as close, in days. */
static double rhythm_of(double closeness)
{
    return closeness > TIE_FLOOR ? TIE_RHYTHM / (closeness - TIE_FLOOR) : HUGE_VAL;
}

struct str tie_say_often(double closeness)
{
    double days = rhythm_of(closeness);
    if (days <= 2) return S("daily");
    if (days <= 10) return S("weekly");
    if (days <= 20) return S("fortnightly");
    if (days <= 45) return S("monthly");
    if (days <= 130) return S("quarterly");
    if (days <= 270) return S("half-yearly");
    return days <= 550 ? S("yearly") : S("rare");
}

static struct str he(const struct tie_about *w) { return w->he.n ? w->he : w->name; }
static struct str him(const struct tie_about *w) { return w->him.n ? w->him : w->name; }

/* At the head of a sentence. */
static struct str capital(struct arena *a, struct str s)
{
    char *p = str_z(a, s);
    if (s.n && *p >= 'a' && *p <= 'z') *p = (char)(*p - 'a' + 'A');
    return (struct str){ p, s.n };
}

static bool uneven(const struct tie_reading *r) { return r->reciprocity < .5; }

struct str tie_say_balance(struct arena *a, const struct tie_reading *r, const struct tie_about *w)
{
    if (!uneven(r)) return S("even");
    return r->out > r->in ? S("mostly you") : SAY(a, S("mostly "), him(w));
}

/* "last Tuesday", "last 20 days ago"; today and yesterday stand by themselves. */
static struct str last_time(struct arena *a, const struct tie_reading *r, int32_t offset)
{
    static const char *const weekday[] = { "Sunday",   "Monday", "Tuesday", "Wednesday",
                                           "Thursday", "Friday", "Saturday" };
    int64_t at = r->n_out && r->last_out > r->last_in ? r->last_out : r->last_in;
    if (r->silence_days == 0) return S("today");
    if (r->silence_days == 1) return S("yesterday");
    if (r->silence_days < WEEK)
        return str_fmt(a, "last %s", weekday[date_civil(at, offset).weekday]);
    return SAY(a, S("last "), tie_say_days(a, r->silence_days), S(" ago"));
}

/* ---- how it stands ---- */

static struct str say_new(struct arena *a, const struct tie_reading *r, const struct tie_about *w)
{
    struct str days = number(a, r->days, "day");
    if (!r->n_in) return SAY(a, S("You wrote on "), days, S("."));
    if (!r->n_out) return SAY(a, capital(a, he(w)), S(" wrote on "), days, S("."));
    return SAY(a, S("You have met on "), days, S("."));
}

/* The receiver is told first; the sender later, and never that the receiver was. */
static struct str say_one_way(struct arena *a, const struct tie_reading *r,
                              const struct tie_about *w)
{
    if (!r->n_out)
        return SAY(a, capital(a, he(w)), S(" wrote on "), digits(a, r->run_in),
                   S(" days and you have not answered. Answer, mute, or ask "), him(w),
                   S(" to stop?"));
    if (r->run_out < TIE_ONE_WAY_SENDER) return say_new(a, r, w);
    struct str s = SAY(a, S("You wrote on "), digits(a, r->run_out),
                       S(" days; no answer has come. People who never answered seldom begin to."));
    return w->propose_stop ? SAY(a, s, S(" Stop writing to "), him(w), S("?")) : s;
}

static struct str say_stale(struct arena *a, const struct tie_about *w)
{
    struct str what = w->stale.n ? w->stale : S("The mailbox");
    return SAY(a, capital(a, what), S(" was last fetched "), tie_say_days(a, w->stale_days),
               S(" ago, so the silence may not be one."));
}

static struct str say_young(struct arena *a, const struct tie_about *w)
{
    struct str span = w->house_days < 2 * WEEK ? number(a, w->house_days, "day")
                                               : number(a, (w->house_days + 3) / WEEK, "week");
    return SAY(a, S("I have known these people for only "), span, S("."));
}

static struct str say_rhythm(struct arena *a, const struct tie_reading *r,
                             const struct tie_about *w)
{
    struct str about = SAY(a, S(" about "), tie_say_every(a, r->gap));
    struct str last = SAY(a, S("; "), last_time(a, r, w->offset), S("."));
    if (!r->n_in) return SAY(a, S("You write"), about, last);
    if (!r->n_out) return SAY(a, capital(a, he(w)), S(" writes"), about, last);
    struct str who = uneven(r) ? SAY(a, S(", "), tie_say_balance(a, r, w)) : S("");
    return SAY(a, S("You write each other"), about, who, last);
}

/* "every 9 days; it has been 31": the unit is said once where it is the same. */
static struct str say_quiet(struct arena *a, const struct tie_reading *r)
{
    int64_t gap = llround(r->gap);
    bool same_unit = gap > 1 && gap < PLAIN_DAYS && r->silence_days < PLAIN_DAYS;
    struct str been = same_unit ? digits(a, r->silence_days) : tie_say_days(a, r->silence_days);
    return SAY(a, S("You used to write "), tie_say_every(a, r->gap), S("; it has been "), been,
               S("."));
}

static struct str say_drift(struct arena *a, const struct tie_reading *r, const struct tie_about *w)
{
    switch (tie_drift_state(r, w->house_days, w->about)) {
    case TIE_STEADY: return S("");
    case TIE_LOST:
        return SAY(a, S("This one has gone quiet: "), tie_say_every(a, r->gap), S(" once, "),
                   tie_say_days(a, r->silence_days), S(" now. Write, or let it rest?"));
    case TIE_MENTION: return say_quiet(a, r);
    case TIE_ALARM: break;
    }
    struct str s = say_quiet(a, r);
    if (!w->has_odds) return s;
    return SAY(a, s, S(" In your house "), tie_say_odds(a, w->odds),
               S(" come back within a month."));
}

static bool hushed(const struct tie_about *w)
{
    const unsigned silent = TIE_SILENT_UNSETTLED | TIE_SILENT_HOLIDAY | TIE_SILENT_ELSEWHERE;
    return (w->silent & silent) || (w->about & (TIE_DECEASED | TIE_PAUSED));
}

static struct str say_off(struct arena *a, const struct tie_about *w)
{
    return SAY(a, S("Not computed: "), w->name, S(" asked for that."));
}

struct str tie_say_state(struct arena *a, const struct tie_reading *r, const struct tie_about *w)
{
    bool one_way = (!r->n_out && r->run_in >= TIE_ONE_WAY_DAYS) ||
                   (!r->n_in && r->run_out >= TIE_ONE_WAY_DAYS);
    if (w->silent & TIE_SILENT_OFF) return say_off(a, w);
    if (hushed(w) || !r->days) return S("");
    bool rhythm = r->days >= TIE_DRIFT_DAYS_MIN && r->gap > 0;
    if ((one_way || rhythm) && w->stale_days > MAX(r->gap, 1.)) return say_stale(a, w);
    if (one_way) return say_one_way(a, r, w);
    if (!rhythm) return say_new(a, r, w);
    if (tie_drift_ratio(r) < 2) return say_rhythm(a, r, w);
    if (!w->about && w->house_days <= TIE_HOUSE_DAYS_MIN) return say_young(a, w);
    return say_drift(a, r, w);
}

/* ---- why ---- */

struct str tie_say_close(struct arena *a, const struct tie_reading *r, const struct tie_about *w)
{
    if (w->silent & TIE_SILENT_OFF) return say_off(a, w);
    if (hushed(w) || !r->days) return S("");
    if (r->days < TIE_DRIFT_DAYS_MIN) return say_new(a, r, w);
    if (w->house_days <= TIE_HOUSE_DAYS_MIN) return say_young(a, w);
    struct str days = S("");
    if (w->days_out > 0 && w->days_in > 0)
        days = SAY(a, S(": "), number(a, w->days_out, "day"), S(" from you, "),
                   digits(a, w->days_in), S(" from "), him(w));
    return SAY(a, S("As close as a "), tie_say_often(r->closeness), S(" exchange, "),
               uneven(r) ? S("") : S("and "), tie_say_balance(a, r, w), days, S("."));
}

struct str tie_say_warm(struct arena *a, const struct tie_reading *r)
{
    if (!(r->rhythm_days < 10 * 365)) return S("");
    return SAY(a, S("as warm as somebody you hear from "), tie_say_every(a, r->rhythm_days));
}

struct str tie_say_above(struct arena *a, int days_in_30, double gap_before)
{
    return SAY(a, S("You write more than you used to: on "), digits(a, days_in_30),
               S(" of the last 30 days, "), tie_say_every(a, gap_before), S(" before."));
}

struct str tie_say_room(struct arena *a, int size, struct str name, const struct tie_reading *r)
{
    struct str s =
        SAY(a, S("There's room for "), digits(a, size), S("; "), name, S(" would move out."));
    if (!(r->gap > 0)) return s;
    struct str when = r->silence_days == 0   ? S("today")
                      : r->silence_days == 1 ? S("yesterday")
                                             : SAY(a, tie_say_days(a, r->silence_days), S(" ago"));
    return SAY(a, s, S(" You wrote each other "), tie_say_every(a, r->gap), S(", last "), when,
               S("."));
}

static struct str adverb(double closeness)
{
    struct str often = tie_say_often(closeness);
    return str_eq(often, S("rare")) ? S("rarely") : often;
}

struct str tie_say_introducer(struct arena *a, struct str by, double closeness_to_you,
                              double closeness_to_them, struct str him_said, struct str name)
{
    return SAY(a, by, S(" knows you both: "), adverb(closeness_to_you), S(" with you, "),
               adverb(closeness_to_them), S(" with "), him_said.n ? him_said : name, S("."));
}
