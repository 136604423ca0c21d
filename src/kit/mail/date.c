/* SPDX-License-Identifier: GPL-3.0-or-later
 * date.c - dates as mail writes them: words in any usual order, judged at the end. */
#include "kit/mail/date.h"

#include "kit/base/date.h"

struct reading {
    int day, month, year, year_digits;
    int hour, minute, second;
    int zone_s;
    bool has_time, has_zone, afternoon, morning;
    bool odd; /* a word or number that no date has */
};

/* clang-format off */
static const struct {
    const char *name;
    int hours;
} zones[] = {
    { "UT", 0 }, { "GMT", 0 }, { "UTC", 0 }, { "Z", 0 }, { "EST", -5 }, { "EDT", -4 },
    { "CST", -6 }, { "CDT", -5 }, { "MST", -7 }, { "MDT", -6 }, { "PST", -8 }, { "PDT", -7 },
    { "WET", 0 }, { "WEST", 1 }, { "BST", 1 }, { "CET", 1 }, { "MET", 1 }, { "CEST", 2 },
    { "MEST", 2 }, { "MESZ", 2 }, { "MEZ", 1 }, { "EET", 2 }, { "EEST", 3 }, { "MSK", 3 },
    { "MSD", 4 }, { "JST", 9 }, { "KST", 9 }, { "AEST", 10 }, { "AEDT", 11 }, { "HST", -10 },
    { "AKST", -9 }, { "AKDT", -8 }, { "NZST", 12 }, { "NZDT", 13 }, { "HKT", 8 }, { "SGT", 8 },
};
/* clang-format on */

static bool digit(char c) { return c >= '0' && c <= '9'; }
static bool alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

static int month_of(struct str word)
{
    for (int i = 0; i < 12 && word.n >= 3; i++)
        if (str_ieq(str_upto(word, 3), str_upto(str_c(date_months[i]), 3))) return i + 1;
    return 0;
}

static bool weekday(struct str word)
{
    static const char days[] = "sunmontuewedthufrisat";
    for (int i = 0; i < 7 && word.n >= 3; i++)
        if (str_ieq(str_upto(word, 3), (struct str){ days + (ptrdiff_t)3 * i, 3 })) return true;
    return false;
}

static void take_word(struct reading *r, struct str word)
{
    int month = month_of(word);
    if (!r->month && month) {
        r->month = month;
        return;
    }
    if (r->has_time && str_ieq(word, S("PM"))) r->afternoon = true;
    else if (r->has_time && str_ieq(word, S("AM"))) r->morning = true;
    else if (r->has_time && !r->has_zone) {
        for (int i = 0; i < COUNT(zones); i++) {
            if (!str_ieq(word, str_c(zones[i].name))) continue;
            r->zone_s = zones[i].hours * HOUR;
            r->has_zone = true;
            return;
        }
        if (word.n > 5) r->odd = true;
    } else if (!weekday(word) && !(r->has_zone && word.n <= 5)) {
        r->odd = true;
    }
}

static int number(struct str s)
{
    int v = 0;
    for (ptrdiff_t i = 0; i < s.n && i < 6; i++) v = v * 10 + (s.p[i] - '0');
    return s.n > 6 ? 999999 : v;
}

static struct str take_digits(struct str *s)
{
    ptrdiff_t n = 0;
    while (n < s->n && digit(s->p[n])) n++;
    struct str d = str_upto(*s, n);
    *s = str_from(*s, n);
    return d;
}

/* "03:04", "03:04:05", "3.04.05" is not one */
static void take_time(struct reading *r, int hour, struct str *rest)
{
    r->has_time = true;
    r->hour = hour;
    *rest = str_from(*rest, 1);
    struct str minute = take_digits(rest);
    r->minute = minute.n ? number(minute) : 99;
    if (rest->n > 1 && *rest->p == ':' && digit(rest->p[1])) {
        *rest = str_from(*rest, 1);
        r->second = number(take_digits(rest));
        if (r->second == 60) r->second = 59; /* a leap second */
        if (rest->n > 1 && *rest->p == '.' && digit(rest->p[1])) {
            *rest = str_from(*rest, 1);
            (void)take_digits(rest);
        }
    }
}

static void take_zone(struct reading *r, char sign, struct str digits, struct str *rest)
{
    int v = number(digits);
    if (digits.n <= 2 && rest->n > 2 && *rest->p == ':') {
        *rest = str_from(*rest, 1);
        v = v * 100 + number(take_digits(rest));
    } else if (digits.n <= 2) {
        v *= 100;
    }
    int seconds = (v / 100) * HOUR + (v % 100) * MINUTE;
    r->has_zone = true;
    r->zone_s = seconds > 15 * HOUR ? 0 : sign == '-' ? -seconds : seconds;
}

static void take_number(struct reading *r, char before, struct str *rest)
{
    struct str d = take_digits(rest);
    if (rest->n && *rest->p == ':' && !r->has_time) {
        take_time(r, number(d), rest);
    } else if (r->has_time && (before == '+' || before == '-') && (d.n >= 3 || !r->has_zone)) {
        take_zone(r, before, d, rest);
    } else if (!r->day && d.n <= 2) {
        r->day = number(d);
    } else if (!r->year_digits && d.n <= 4) {
        r->year = number(d);
        r->year_digits = (int)d.n;
    } else {
        r->odd = true;
    }
}

static void skip_comment(struct str *rest)
{
    int depth = 0;
    while (rest->n) {
        char c = *rest->p;
        if (c == '(') depth++;
        if (c == ')' && --depth <= 0) break;
        *rest = str_from(*rest, c == '\\' ? 2 : 1);
    }
    *rest = str_from(*rest, 1);
}

static struct reading read_words(struct str s)
{
    struct reading r = { 0 };
    char before = ' ';
    while (s.n) {
        char c = *s.p;
        if (c == '(') {
            skip_comment(&s);
        } else if (digit(c)) {
            take_number(&r, before, &s);
        } else if (alpha(c)) {
            ptrdiff_t n = 1;
            while (n < s.n && alpha(s.p[n])) n++;
            take_word(&r, str_upto(s, n));
            s = str_from(s, n);
        } else {
            s = str_from(s, 1);
        }
        before = c;
    }
    return r;
}

static bool judge(struct reading *r, int64_t *out, int *zone_s)
{
    if (!r->has_time || !r->month || !r->year_digits) return false;
    if (r->year_digits <= 2) r->year += r->year < 50 ? 2000 : 1900;
    else if (r->year_digits == 3) r->year += 1900;
    if (r->afternoon && r->hour < 12) r->hour += 12;
    if (r->morning && r->hour == 12) r->hour = 0;
    struct civil c = { .year = r->year,
                       .month = r->month,
                       .day = r->day,
                       .hour = r->hour,
                       .minute = r->minute,
                       .second = r->second };
    if (r->year < 1970 || !date_valid(c)) return false;
    int64_t at = date_seconds(c, r->zone_s);
    if (at < 0) return false;
    *out = at;
    *zone_s = r->zone_s;
    return true;
}

bool mail_date_zone(struct str s, int64_t *out, int *zone_s)
{
    struct reading r = read_words(str_upto(s, 200));
    return judge(&r, out, zone_s);
}

bool mail_date(struct str s, int64_t *out)
{
    int zone_s;
    return mail_date_zone(s, out, &zone_s);
}

bool mail_date_mbox(struct str line, int64_t *out)
{
    line = str_trim(str_upto(line, 400));
    for (ptrdiff_t i = 0; i + 3 < line.n; i++) {
        if (i && line.p[i - 1] != ' ' && line.p[i - 1] != '\t') continue;
        struct str rest = str_from(line, i);
        if (!weekday(str_upto(rest, 3)) || (rest.p[3] != ' ' && rest.p[3] != ',')) continue;
        struct reading r = read_words(rest);
        int zone_s;
        if (!r.odd && judge(&r, out, &zone_s)) return true;
    }
    return false;
}
