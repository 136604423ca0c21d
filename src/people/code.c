/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "people/code.h"

#include "kit/base/hash.h"

enum { LETTERS = 12, GROUP = 4 };

struct str code_draw(struct arena *a)
{
    static const char letters[] = "abcdefghijkmnpqrstuvwxyz23456789";
    uint8_t bits[LETTERS];
    struct buf o = { .a = a };
    random_bytes(bits, sizeof bits);
    for (int i = 0; i < LETTERS; i++) {
        if (i && i % GROUP == 0) buf_char(&o, '-');
        buf_char(&o, letters[bits[i] & 31]);
    }
    return buf_str(&o);
}

struct str code_hash(struct ctx *c, struct str purpose, id whose, struct str typed)
{
    uint8_t *mac = NEW(c->a, uint8_t, HASH_BYTES);
    struct buf plain = { .a = c->a };
    buf_fmt(&plain, "%" PRId64 " ", whose);
    for (ptrdiff_t i = 0; i < typed.n; i++) {
        char x = typed.p[i];
        if (x != ' ' && x != '-') buf_char(&plain, x >= 'A' && x <= 'Z' ? (char)(x | 32) : x);
    }
    hash_sign(c->secret, purpose, buf_str(&plain), mac);
    return (struct str){ (char *)mac, HASH_BYTES };
}
