/* SPDX-License-Identifier: GPL-3.0-or-later
 * date.c - days by Hinnant's days_from_civil (public domain note
 * "chrono-Compatible Low-Level Date Algorithms"). */
#include "kit/base/date.h"

#include <stdlib.h>
#include <time.h>

const char *const date_months[12] = { "January",   "February", "March",    "April",
                                      "May",       "June",     "July",     "August",
                                      "September", "October",  "November", "December" };
static const char *const weekdays[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };

static int64_t clock_file(const char *path, int64_t real)
{
    FILE *f = fopen(path, "re");
    if (!f) return real;
    char line[32] = { 0 };
    bool got = fgets(line, sizeof line, f) != NULL;
    fclose(f);
    int64_t v = 0;
    if (!got || !str_int(str_trim(str_c(line)), &v)) return real;
    return line[0] == '+' ? real + v : v;
}

int64_t clock_now(void)
{
    int64_t real = (int64_t)time(NULL);
    const char *path = getenv("SNUG_CLOCK");
    return path ? clock_file(path, real) : real;
}

int64_t clock_us(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

int64_t date_days(int year, int month, int day)
{
    int64_t y = (int64_t)year - (month <= 2);
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t yoe = y - era * 400;
    int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146097 + doe - 719468;
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b != 0 && (a % b < 0) != (b < 0));
}

struct civil date_civil(int64_t at, int offset_s)
{
    int64_t t = at + offset_s;
    int64_t days = floor_div(t, DAY);
    int rest = (int)(t - days * DAY);
    int64_t z = days + 719468;
    int64_t era = floor_div(z, 146097);
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    int month = (int)(mp < 10 ? mp + 3 : mp - 9);
    return (struct civil){ .year = (int)(yoe + era * 400 + (month <= 2)),
                           .month = month,
                           .day = (int)(doy - (153 * mp + 2) / 5 + 1),
                           .hour = rest / HOUR,
                           .minute = rest / MINUTE % 60,
                           .second = rest % 60,
                           .weekday = (int)((days % 7 + 11) % 7) };
}

int64_t date_seconds(struct civil c, int offset_s)
{
    return date_days(c.year, c.month, c.day) * DAY + c.hour * HOUR + c.minute * MINUTE + c.second -
           offset_s;
}

bool date_valid(struct civil c)
{
    static const int8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    if (c.year < 1 || c.year > 9999 || c.month < 1 || c.month > 12 || c.day < 1) return false;
    bool leap = c.year % 4 == 0 && (c.year % 100 != 0 || c.year % 400 == 0);
    if (c.day > days[c.month - 1] + (c.month == 2 && leap)) return false;
    return c.hour >= 0 && c.hour < 24 && c.minute >= 0 && c.minute < 60 && c.second >= 0 &&
           c.second <= 60;
}

struct str date_iso(struct arena *a, int64_t at)
{
    struct civil c = date_civil(at, 0);
    return str_fmt(a, "%04d-%02d-%02dT%02d:%02d:%02dZ", c.year, c.month, c.day, c.hour, c.minute,
                   c.second);
}

struct str date_day(struct arena *a, int64_t at, int offset_s)
{
    struct civil c = date_civil(at, offset_s);
    return str_fmt(a, "%04d-%02d-%02d", c.year, c.month, c.day);
}

struct str date_people(struct arena *a, int64_t at, int offset_s)
{
    struct civil c = date_civil(at, offset_s);
    return str_fmt(a, "%d %s %d", c.day, date_months[c.month - 1], c.year);
}

static struct str named_day(struct arena *a, int64_t at, const char *zone)
{
    struct civil c = date_civil(at, 0);
    return str_fmt(a, "%s, %02d %.3s %04d %02d:%02d:%02d %s", weekdays[c.weekday], c.day,
                   date_months[c.month - 1], c.year, c.hour, c.minute, c.second, zone);
}

struct str date_mail(struct arena *a, int64_t at) { return named_day(a, at, "+0000"); }
struct str date_http(struct arena *a, int64_t at) { return named_day(a, at, "GMT"); }

struct str date_span(struct arena *a, int64_t days)
{
    if (days == 1) return S("1 day");
    if (days < 60) return str_fmt(a, "%" PRId64 " days", days);
    if (days < 700) return str_fmt(a, "about %" PRId64 " months", (days + 15) / 30);
    return str_fmt(a, "about %" PRId64 " years", (days + 182) / 365);
}

struct str date_ago(struct arena *a, int64_t at, int64_t now, int offset_s)
{
    int64_t days = floor_div(now + offset_s, DAY) - floor_div(at + offset_s, DAY);
    if (days < 0) return date_people(a, at, offset_s);
    if (days == 0) return S("today");
    if (days == 1) return S("yesterday");
    struct str span = date_span(a, days);
    return str_fmt(a, "%.*s ago", STR(span));
}

static bool digits(struct str *s, int n, int *out)
{
    int64_t v;
    if (s->n < n || !str_int(str_upto(*s, n), &v) || v < 0) return false;
    *out = (int)v;
    *s = str_from(*s, n);
    return true;
}

static bool word(struct str *s, char c)
{
    if (!s->n || *s->p != c) return false;
    *s = str_from(*s, 1);
    return true;
}

bool date_parse_iso(struct str s, int64_t *start, int64_t *end)
{
    struct civil c = { .month = 1, .day = 1 };
    bool month = false, day = false, clock = false;
    if (!digits(&s, 4, &c.year)) return false;
    if (s.n && (month = word(&s, '-')) && !digits(&s, 2, &c.month)) return false;
    if (s.n && month && (day = word(&s, '-')) && !digits(&s, 2, &c.day)) return false;
    if (s.n && day && (clock = word(&s, 'T')) &&
        (!digits(&s, 2, &c.hour) || !word(&s, ':') || !digits(&s, 2, &c.minute) || !word(&s, ':') ||
         !digits(&s, 2, &c.second) || !word(&s, 'Z')))
        return false;
    if (s.n || !date_valid(c)) return false;
    *start = date_seconds(c, 0);
    if (!end) return true;
    if (clock) *end = *start + 1;
    else if (day) *end = *start + DAY;
    else if (month) *end = date_days(c.year + c.month / 12, c.month % 12 + 1, 1) * DAY;
    else *end = date_days(c.year + 1, 1, 1) * DAY;
    return true;
}
