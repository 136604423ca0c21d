/* SPDX-License-Identifier: GPL-3.0-or-later
 * date.h - dates as mail writes them (RFC 5322 with its obsolete forms, and the From_ line). */
#pragma once
#include "kit/base/base.h"

/* Date header to unix seconds: weekday, seconds and zone may be missing (then UTC), obsolete
 * zones, two-digit years (00-49 are 20xx, three digits count from 1900), comments, a name of
 * the month in any case. Junk, days that don't exist and years before 1970 or past 9999: false. */
bool mail_date(struct str, int64_t *out) MUST_USE;
/* As mail_date(), and the writer's zone in seconds east of UTC. */
bool mail_date_zone(struct str, int64_t *out, int *zone_s) MUST_USE;
/* The date that ends a From_ line ("Mon Jan  2 03:04:05 2006", also with a zone, without
 * seconds, or as RFC 5322); no zone is UTC. */
bool mail_date_mbox(struct str, int64_t *out) MUST_USE;
