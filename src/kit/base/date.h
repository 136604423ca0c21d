/* SPDX-License-Identifier: GPL-3.0-or-later
 * date.h - civil time (proleptic Gregorian, UTC unless an offset is given) and the clock. */
#pragma once
#include "kit/base/base.h"

/* Unix seconds now. With SNUG_CLOCK=FILE in the environment the file's number is
 * the time (for tests); a leading '+' in it means so many seconds ahead. */
int64_t clock_now(void);
int64_t clock_us(void); /* monotonic microseconds, for measuring only */

struct civil {
    int year, month, day; /* month and day from 1 */
    int hour, minute, second;
    int weekday; /* 0 = Sunday */
};
int64_t date_days(int year, int month, int day); /* days since 1970-01-01 */
struct civil date_civil(int64_t at, int offset_s);
int64_t date_seconds(struct civil, int offset_s);
bool date_valid(struct civil); /* fields in range, the day in its month, year 1..9999 */

struct str date_iso(struct arena *, int64_t at);                  /* 2026-11-21T21:40:05Z */
struct str date_day(struct arena *, int64_t at, int offset_s);    /* 2026-11-21 */
struct str date_people(struct arena *, int64_t at, int offset_s); /* 21 November 2026 */
struct str date_mail(struct arena *, int64_t at);                 /* RFC 5322, +0000 */
struct str date_http(struct arena *, int64_t at);                 /* RFC 9110 IMF-fixdate */
/* How long ago, as people speak: "today", "yesterday", "9 days ago", "3 months ago". */
struct str date_ago(struct arena *, int64_t at, int64_t now, int offset_s);
/* A span of days as people speak: "9 days", "about 3 months", "2 years". */
struct str date_span(struct arena *, int64_t days);
extern const char *const date_months[12]; /* January ... */

/* 2026, 2026-11, 2026-11-21, or with T21:40:05Z: start of that span in UTC, and
 * in *end (if asked) the second behind it. */
bool date_parse_iso(struct str, int64_t *start, int64_t *end) MUST_USE;
