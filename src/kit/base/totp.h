/* SPDX-License-Identifier: GPL-3.0-or-later
 * totp.h - codes of six digits that change every half minute (RFC 6238: HMAC-SHA-1, the one that
 * every program for telephones can do), and the text by which such a program is told the secret. */
#pragma once
#include "kit/base/base.h"

enum { TOTP_SECRET_BYTES = 20, TOTP_STEP_S = 30, TOTP_DIGITS = 6, TOTP_MOST = 1000000 };

/* The code of that step; digits: how many of them, 6 to 8 (RFC 4226 5.3). */
uint32_t totp_code(struct str secret, int64_t step, int digits);
/* The step whose code that is: of now, of one before or of one after, for clocks differ; blanks in
 * it don't count. 0: of none, or not later than after. A code counts once, so the caller keeps the
 * step and brings it as after. */
int64_t totp_step(struct str secret, struct str code, int64_t now, int64_t after);
/* "otpauth://totp/HOUSE:WHO?secret=...&issuer=HOUSE" */
struct str totp_address(struct arena *, struct str house, struct str who, struct str secret);
