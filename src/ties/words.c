/* SPDX-License-Identifier: GPL-3.0-or-later
 * words.c - the sentences. */
#include "ties/words.h"

#include "kit/base/date.h"

#include <math.h>

enum { PLAIN_DAYS = 90, MONTHS_TO = 700, WEEK = 7 };

/* ---- parts ---- */

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
    return r->out > r->in ? S("mostly you") : str_fmt(a, "mostly %.*s", STR(him(w)));
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
    return str_fmt(a, "last %.*s ago", STR(tie_say_days(a, r->silence_days)));
}

/* ---- how it stands ---- */

static struct str say_new(struct arena *a, const struct tie_reading *r, const struct tie_about *w)
{
    struct str days = number(a, r->days, "day");
    if (!r->n_in) return str_fmt(a, "You wrote on %.*s.", STR(days));
    if (!r->n_out) return str_fmt(a, "%.*s wrote on %.*s.", STR(capital(a, he(w))), STR(days));
    return str_fmt(a, "You have met on %.*s.", STR(days));
}

/* The receiver is told first; the sender later, and never that the receiver was. */
static struct str say_one_way(struct arena *a, const struct tie_reading *r,
                              const struct tie_about *w)
{
    if (!r->n_out)
        return str_fmt(a,
                       "%.*s wrote on %d days and you have not answered."
                       " Answer, mute, or ask %.*s to stop?",
                       STR(capital(a, he(w))), r->run_in, STR(him(w)));
    if (r->run_out < TIE_ONE_WAY_SENDER) return say_new(a, r, w);
    struct str s = str_fmt(a,
                           "You wrote on %d days; no answer has come."
                           " People who never answered seldom begin to.",
                           r->run_out);
    if (!w->propose_stop) return s;
    return str_fmt(a, "%.*s Stop writing to %.*s?", STR(s), STR(him(w)));
}

static struct str say_stale(struct arena *a, const struct tie_about *w)
{
    struct str what = w->stale.n ? w->stale : S("The mailbox");
    return str_fmt(a, "%.*s was last fetched %.*s ago, so the silence may not be one.",
                   STR(capital(a, what)), STR(tie_say_days(a, w->stale_days)));
}

static struct str say_young(struct arena *a, const struct tie_about *w)
{
    struct str span = w->house_days < 2 * WEEK ? number(a, w->house_days, "day")
                                               : number(a, (w->house_days + 3) / WEEK, "week");
    return str_fmt(a, "I have known these people for only %.*s.", STR(span));
}

static struct str say_rhythm(struct arena *a, const struct tie_reading *r,
                             const struct tie_about *w)
{
    struct str every = tie_say_every(a, r->gap), last = last_time(a, r, w->offset);
    if (!r->n_in) return str_fmt(a, "You write about %.*s; %.*s.", STR(every), STR(last));
    if (!r->n_out)
        return str_fmt(a, "%.*s writes about %.*s; %.*s.", STR(capital(a, he(w))), STR(every),
                       STR(last));
    struct str who = uneven(r) ? str_fmt(a, ", %.*s", STR(tie_say_balance(a, r, w))) : S("");
    return str_fmt(a, "You write each other about %.*s%.*s; %.*s.", STR(every), STR(who),
                   STR(last));
}

/* "every 9 days; it has been 31": the unit is said once where it is the same. */
static struct str say_quiet(struct arena *a, const struct tie_reading *r)
{
    bool same_unit = llround(r->gap) > 1 && r->gap < PLAIN_DAYS - 1 && r->silence_days < PLAIN_DAYS;
    struct str been =
        same_unit ? str_fmt(a, "%d", r->silence_days) : tie_say_days(a, r->silence_days);
    return str_fmt(a, "You used to write %.*s; it has been %.*s.", STR(tie_say_every(a, r->gap)),
                   STR(been));
}

static struct str say_drift(struct arena *a, const struct tie_reading *r, const struct tie_about *w)
{
    switch (tie_drift_state(r, w->house_days, w->about)) {
    case TIE_STEADY: return S("");
    case TIE_LOST:
        return str_fmt(a, "This one has gone quiet: %.*s once, %.*s now. Write, or let it rest?",
                       STR(tie_say_every(a, r->gap)), STR(tie_say_days(a, r->silence_days)));
    case TIE_MENTION: return say_quiet(a, r);
    case TIE_ALARM: break;
    }
    struct str s = say_quiet(a, r);
    if (!w->has_odds) return s;
    return str_fmt(a, "%.*s In your house %.*s come back within a month.", STR(s),
                   STR(tie_say_odds(a, w->odds)));
}

static bool hushed(const struct tie_about *w)
{
    const unsigned silent = TIE_SILENT_UNSETTLED | TIE_SILENT_HOLIDAY | TIE_SILENT_ELSEWHERE;
    return (w->silent & silent) || (w->about & (TIE_DECEASED | TIE_PAUSED));
}

static struct str say_off(struct arena *a, const struct tie_about *w)
{
    return str_fmt(a, "Not computed: %.*s asked for that.", STR(w->name));
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
        days = str_fmt(a, ": %.*s from you, %d from %.*s", STR(number(a, w->days_out, "day")),
                       w->days_in, STR(him(w)));
    return str_fmt(a, "As close as a %.*s exchange, %s%.*s%.*s.", STR(tie_say_often(r->closeness)),
                   uneven(r) ? "" : "and ", STR(tie_say_balance(a, r, w)), STR(days));
}

struct str tie_say_warm(struct arena *a, const struct tie_reading *r)
{
    if (!(r->rhythm_days < 10 * 365)) return S("");
    return str_fmt(a, "as warm as somebody you hear from %.*s",
                   STR(tie_say_every(a, r->rhythm_days)));
}

struct str tie_say_above(struct arena *a, int days_in_30, double gap_before)
{
    return str_fmt(a, "You write more than you used to: on %d of the last 30 days, %.*s before.",
                   days_in_30, STR(tie_say_every(a, gap_before)));
}

struct str tie_say_room(struct arena *a, int size, struct str name, const struct tie_reading *r)
{
    struct str s = str_fmt(a, "There's room for %d; %.*s would move out.", size, STR(name));
    if (!(r->gap > 0)) return s;
    struct str when = r->silence_days == 0 ? S("last today")
                      : r->silence_days == 1
                          ? S("last yesterday")
                          : str_fmt(a, "last %.*s ago", STR(tie_say_days(a, r->silence_days)));
    return str_fmt(a, "%.*s You wrote each other %.*s, %.*s.", STR(s),
                   STR(tie_say_every(a, r->gap)), STR(when));
}

struct str tie_say_introducer(struct arena *a, struct str by, double closeness_to_you,
                              double closeness_to_them, struct str him_said, struct str name)
{
    struct str them = him_said.n ? him_said : name;
    struct str yours = tie_say_often(closeness_to_you), theirs = tie_say_often(closeness_to_them);
    return str_fmt(a, "%.*s knows you both: %s with you, %s with %.*s.", STR(by),
                   str_eq(yours, S("rare")) ? "rarely" : str_z(a, yours),
                   str_eq(theirs, S("rare")) ? "rarely" : str_z(a, theirs), STR(them));
}
