/* SPDX-License-Identifier: GPL-3.0-or-later
 * pack.c - the one file that includes zstd. */
#include "kit/base/pack.h"

#include "kit/base/pack_tables.h"
#include "kit/base/pack_words.h"

#include <pthread.h>
#include <stdlib.h>
#include <zstd.h>

enum { LEVEL = 3, PLAIN = 'p' };

/* The first byte says by which dictionary the others are packed. */
static const struct {
    char mark;
    const unsigned char *tables;
    size_t n;
} known[] = {
    [PACK_MAIL] = { 'm', pack_mail, sizeof pack_mail },
    [PACK_RECORD] = { 'r', pack_record, sizeof pack_record },
};
static struct {
    ZSTD_CDict *c;
    ZSTD_DDict *d;
} dicts[COUNT(known)];
static pthread_once_t once = PTHREAD_ONCE_INIT;
/* One a thread, for its whole life: making one costs more than using it. */
static _Thread_local ZSTD_CCtx *cctx;
static _Thread_local ZSTD_DCtx *dctx;

static pthread_key_t cctx_key, dctx_key; /* so that they end with their thread */

static void free_cctx(void *p) { ZSTD_freeCCtx(p); }
static void free_dctx(void *p) { ZSTD_freeDCtx(p); }

static void start(void)
{
    if (pthread_key_create(&cctx_key, free_cctx) || pthread_key_create(&dctx_key, free_dctx))
        abort();
    for (int i = 0; i < COUNT(known); i++) {
        size_t words = sizeof pack_words - 1, n = known[i].n + words;
        char *whole = malloc(n);
        if (!whole) abort();
        memcpy(whole, known[i].tables, known[i].n);
        memcpy(whole + known[i].n, pack_words, words);
        dicts[i].c = ZSTD_createCDict(whole, n, LEVEL);
        dicts[i].d = ZSTD_createDDict(whole, n);
        if (!dicts[i].c || !dicts[i].d) abort();
        free(whole);
    }
}

/* NULL: of no dictionary. */
static ZSTD_DDict *dict_of(char mark)
{
    pthread_once(&once, start);
    for (int i = 0; i < COUNT(known); i++)
        if (known[i].mark == mark) return dicts[i].d;
    return NULL;
}

struct str pack_bytes(struct arena *a, pack_kind kind, struct str plain)
{
    pthread_once(&once, start);
    if (!cctx && (!(cctx = ZSTD_createCCtx()) || pthread_setspecific(cctx_key, cctx))) abort();
    size_t room = ZSTD_compressBound((size_t)plain.n);
    char *p = NEW(a, char, (ptrdiff_t)room + 1);
    size_t n = ZSTD_compress_usingCDict(cctx, p + 1, room, plain.p, (size_t)plain.n, dicts[kind].c);
    if (ZSTD_isError(n)) abort();
    p[0] = known[kind].mark;
    if ((ptrdiff_t)n < plain.n) return (struct str){ p, (ptrdiff_t)n + 1 };
    p[0] = PLAIN;
    if (plain.n) memcpy(p + 1, plain.p, (size_t)plain.n);
    return (struct str){ p, plain.n + 1 };
}

bool unpack_head(struct arena *a, struct str packed, ptrdiff_t want, struct str *plain)
{
    if (packed.n < 1) return false;
    struct str in = str_from(packed, 1);
    if (packed.p[0] == PLAIN) return *plain = str_upto(in, want), true;
    const ZSTD_DDict *dict = dict_of(packed.p[0]);
    if (!dict) return false;
    if (!dctx && (!(dctx = ZSTD_createDCtx()) || pthread_setspecific(dctx_key, dctx))) abort();
    unsigned long long size = ZSTD_getFrameContentSize(in.p, (size_t)in.n);
    if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN) return false;
    bool all = (unsigned long long)want >= size;
    ptrdiff_t room = all ? (ptrdiff_t)size : want;
    char *p = NEW(a, char, room + 1);
    if (all) {
        size_t n = ZSTD_decompress_usingDDict(dctx, p, (size_t)room, in.p, (size_t)in.n, dict);
        if (ZSTD_isError(n) || (ptrdiff_t)n != room) return false;
    } else {
        ZSTD_DCtx_reset(dctx, ZSTD_reset_session_only);
        ZSTD_DCtx_refDDict(dctx, dict);
        ZSTD_inBuffer i = { in.p, (size_t)in.n, 0 };
        ZSTD_outBuffer o = { p, (size_t)room, 0 };
        size_t left = 1;
        while (o.pos < o.size && left && i.pos < i.size) {
            left = ZSTD_decompressStream(dctx, &o, &i);
            if (ZSTD_isError(left)) return false;
        }
        ZSTD_DCtx_reset(dctx, ZSTD_reset_session_and_parameters);
        if (o.pos != o.size) return false;
    }
    *plain = (struct str){ p, room };
    return true;
}

bool unpack_bytes(struct arena *a, struct str packed, ptrdiff_t limit, struct str *plain)
{
    struct str got;
    if (!unpack_head(a, packed, limit, &got)) return false;
    if (got.n == limit && packed.p[0] != PLAIN &&
        ZSTD_getFrameContentSize(packed.p + 1, (size_t)packed.n - 1) > (unsigned long long)limit)
        return false;
    *plain = got;
    return true;
}

static void put_varint(struct buf *b, uint64_t v)
{
    for (; v >= 0x80; v >>= 7) buf_char(b, (char)(v | 0x80));
    buf_char(b, (char)v);
}

static bool take_varint(struct str *s, uint64_t *v)
{
    *v = 0;
    for (int shift = 0; shift < 64 && s->n; shift += 7) {
        uint8_t byte = (uint8_t)*s->p;
        *s = str_from(*s, 1);
        *v |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80) return true;
    }
    return false;
}

void rec_str(struct buf *b, int tag, struct str value)
{
    buf_char(b, (char)tag);
    put_varint(b, (uint64_t)value.n);
    buf_add(b, value);
}

void rec_int(struct buf *b, int tag, int64_t value)
{
    char room[16];
    struct buf v = { .p = room, .cap = sizeof room };
    put_varint(&v, ((uint64_t)value << 1) ^ (uint64_t)(value >> 63));
    rec_str(b, tag, buf_str(&v));
}

bool rec_next(struct str *rest, struct field *out)
{
    if (!rest->n) return false;
    int tag = (uint8_t)*rest->p;
    struct str s = str_from(*rest, 1);
    uint64_t n;
    if (!take_varint(&s, &n) || n > (uint64_t)s.n) return false;
    *out = (struct field){ tag, str_upto(s, (ptrdiff_t)n) };
    *rest = str_from(s, (ptrdiff_t)n);
    return true;
}

int64_t field_int(struct field f)
{
    uint64_t v;
    struct str s = f.value;
    if (!take_varint(&s, &v)) return 0;
    return (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
}
