/* SPDX-License-Identifier: GPL-3.0-or-later
 * totp.c - the one file that asks OpenSSL for HMAC-SHA-1, which libsodium leaves out. */
#include "kit/base/totp.h"

#include "kit/base/hash.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>

uint32_t totp_code(struct str secret, int64_t step, int digits)
{
    enum { SHA1_BYTES = 20 };
    uint8_t counter[8], mac[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    for (int i = 0; i < 8; i++) counter[i] = (uint8_t)((uint64_t)step >> (56 - 8 * i));
    if (!HMAC(EVP_sha1(), secret.p, (int)secret.n, counter, sizeof counter, mac, &n) ||
        n != SHA1_BYTES)
        abort(); /* no memory, or an OpenSSL without SHA-1 */
    const uint8_t *p = mac + (mac[SHA1_BYTES - 1] & 15);
    uint32_t bits =
        (uint32_t)(p[0] & 127) << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
    uint32_t most = 1;
    for (int i = 0; i < digits; i++) most *= 10;
    return bits % most;
}

int64_t totp_step(struct str secret, struct str code, int64_t now, int64_t after)
{
    char typed[TOTP_DIGITS + 1] = "", right[TOTP_DIGITS + 1];
    int n = 0;
    int64_t found = 0;
    for (ptrdiff_t i = 0; i < code.n; i++) {
        if (code.p[i] == ' ') continue;
        if (n == TOTP_DIGITS) return 0;
        typed[n++] = code.p[i];
    }
    /* all three are computed, whichever fits */
    for (int64_t step = now / TOTP_STEP_S - 1; step <= now / TOTP_STEP_S + 1; step++) {
        snprintf(right, sizeof right, "%06u", totp_code(secret, step, TOTP_DIGITS) % TOTP_MOST);
        if (hash_same((struct str){ typed, n }, (struct str){ right, TOTP_DIGITS }) && step > after)
            found = step;
    }
    return found;
}

/* All but letters and digits as %XX: what such programs make of others differs. */
static void put_encoded(struct buf *o, struct str s)
{
    for (ptrdiff_t i = 0; i < s.n; i++) {
        char c = s.p[i], low = (char)(c | 32);
        if ((c >= '0' && c <= '9') || (low >= 'a' && low <= 'z')) buf_char(o, c);
        else buf_fmt(o, "%%%02X", (unsigned)(uint8_t)c);
    }
}

struct str totp_address(struct arena *a, struct str house, struct str who, struct str secret)
{
    struct buf o = { .a = a };
    buf_add(&o, S("otpauth://totp/"));
    put_encoded(&o, house);
    buf_char(&o, ':');
    put_encoded(&o, who);
    buf_fmt(&o, "?secret=%.*s&issuer=", STR(hash_base32(a, secret)));
    put_encoded(&o, house);
    return buf_str(&o);
}
