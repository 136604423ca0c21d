/* SPDX-License-Identifier: GPL-3.0-or-later
 * charset.c - the one file that uses iconv. */
#include "kit/mail/charset.h"

#include "kit/base/text.h"
#include "kit/mail/codec.h"

#include <errno.h>
#include <iconv.h>

#define FFFD S("\xEF\xBF\xBD")

/* What a name means to iconv. Two names are ours: those need no converter. */
static const char UTF8[] = "utf-8", LATIN[] = "windows-1252";
/* clang-format off */
static const struct {
    const char *name, *means;
} names[] = {
    { "utf-8", UTF8 }, { "utf8", UTF8 }, { "unicode-1-1-utf-8", UTF8 }, { "x-utf-8", UTF8 },
    { "us-ascii", LATIN }, { "ascii", LATIN }, { "ansi_x3.4-1968", LATIN }, { "iso646-us", LATIN },
    { "ansi_x3.4-1986", LATIN }, { "iso-8859-1", LATIN }, { "iso8859-1", LATIN },
    { "iso_8859-1", LATIN }, { "iso-8859-1-windows-3.1-latin-1", LATIN }, { "latin1", LATIN },
    { "latin-1", LATIN }, { "l1", LATIN }, { "cp819", LATIN }, { "windows-1252", LATIN },
    { "cp1252", LATIN }, { "cp-1252", LATIN }, { "x-cp1252", LATIN }, { "win-1252", LATIN },
    { "gb2312", "GB18030" }, { "gbk", "GB18030" }, { "gb18030", "GB18030" },
    { "gb_2312-80", "GB18030" }, { "x-gbk", "GB18030" }, { "cp936", "GB18030" },
    { "ms936", "GB18030" }, { "euc-cn", "GB18030" }, { "chinesebig5", "BIG5-HKSCS" },
    { "big5", "BIG5-HKSCS" }, { "big5-hkscs", "BIG5-HKSCS" }, { "cn-big5", "BIG5-HKSCS" },
    { "x-x-big5", "BIG5-HKSCS" }, { "cp950", "BIG5-HKSCS" }, { "hz-gb-2312", "GB18030" },
    { "iso-2022-cn", "ISO-2022-CN" }, { "ks_c_5601-1987", "CP949" }, { "ks_c_5601-1989", "CP949" },
    { "ks_c_5601", "CP949" }, { "ksc5601", "CP949" }, { "ksc_5601", "CP949" },
    { "euc-kr", "CP949" }, { "cp949", "CP949" }, { "korean", "CP949" },
    { "iso-2022-kr", "ISO-2022-KR" }, { "windows-949", "CP949" }, { "shift_jis", "CP932" },
    { "shift-jis", "CP932" }, { "sjis", "CP932" }, { "x-sjis", "CP932" }, { "ms_kanji", "CP932" },
    { "windows-31j", "CP932" }, { "cp932", "CP932" }, { "iso-2022-jp", "ISO-2022-JP-3" },
    { "iso-2022-jp-1", "ISO-2022-JP-3" }, { "iso-2022-jp-2", "ISO-2022-JP-2" },
    { "iso-2022-jp-ms", "ISO-2022-JP-3" }, { "euc-jp", "EUC-JP-MS" }, { "x-euc-jp", "EUC-JP-MS" },
    { "iso-8859-2", "ISO-8859-2" }, { "latin2", "ISO-8859-2" }, { "iso-8859-3", "ISO-8859-3" },
    { "iso-8859-4", "ISO-8859-4" }, { "iso-8859-5", "ISO-8859-5" }, { "iso-8859-6", "ISO-8859-6" },
    { "iso-8859-7", "ISO-8859-7" }, { "iso-8859-8", "ISO-8859-8" },
    { "iso-8859-8-i", "ISO-8859-8" }, { "iso-8859-8-e", "ISO-8859-8" }, { "iso-8859-9", "CP1254" },
    { "latin5", "CP1254" }, { "iso-8859-10", "ISO-8859-10" }, { "iso-8859-11", "CP874" },
    { "tis-620", "CP874" }, { "windows-874", "CP874" }, { "iso-8859-13", "ISO-8859-13" },
    { "iso-8859-14", "ISO-8859-14" }, { "iso-8859-15", "ISO-8859-15" },
    { "iso8859-15", "ISO-8859-15" }, { "latin9", "ISO-8859-15" }, { "iso-8859-16", "ISO-8859-16" },
    { "koi8-r", "KOI8-R" }, { "koi8-u", "KOI8-U" }, { "koi8-ru", "KOI8-U" },
    { "windows-1250", "CP1250" }, { "cp1250", "CP1250" }, { "windows-1251", "CP1251" },
    { "cp1251", "CP1251" }, { "windows-1253", "CP1253" }, { "cp1253", "CP1253" },
    { "windows-1254", "CP1254" }, { "cp1254", "CP1254" }, { "windows-1255", "CP1255" },
    { "cp1255", "CP1255" }, { "windows-1256", "CP1256" }, { "cp1256", "CP1256" },
    { "windows-1257", "CP1257" }, { "cp1257", "CP1257" }, { "windows-1258", "CP1258" },
    { "cp1258", "CP1258" }, { "cp437", "CP437" }, { "ibm437", "CP437" }, { "cp850", "CP850" },
    { "ibm850", "CP850" }, { "cp852", "CP852" }, { "cp866", "CP866" }, { "ibm866", "CP866" },
    { "macintosh", "MACINTOSH" }, { "x-mac-roman", "MACINTOSH" }, { "utf-7", "UTF-7" },
    { "unicode-1-1-utf-7", "UTF-7" }, { "utf-16", "UTF-16" }, { "utf-16le", "UTF-16LE" },
    { "utf-16be", "UTF-16BE" }, { "unicode", "UTF-16" },
};
/* clang-format on */
static _Thread_local iconv_t opened[COUNT(names)]; /* a converter keeps its state: one a thread */

static int find_name(struct str name)
{
    name = str_trim(name);
    while (name.n && (*name.p == '"' || *name.p == '\'')) name = str_from(name, 1);
    while (name.n && (name.p[name.n - 1] == '"' || name.p[name.n - 1] == '\'')) name.n--;
    for (int i = 0; i < COUNT(names) && name.n; i++)
        if (str_ieq(name, str_c(names[i].name))) return i;
    return -1;
}

static iconv_t open_name(int at)
{
    for (int i = 0; i < at; i++) /* aliases share one */
        if (opened[i] && names[i].means == names[at].means) return opened[i];
    if (!opened[at]) opened[at] = iconv_open("UTF-8", names[at].means);
    return opened[at];
}

void charset_preload(void)
{
    for (int i = 0; i < COUNT(names); i++)
        if (names[i].means != UTF8 && names[i].means != LATIN) (void)open_name(i);
}

static struct str from_latin(struct arena *a, struct str s)
{
    static const uint16_t high[32] = {
        0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
        0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD, 0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
        0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178,
    };
    char *p = NEW(a, char, s.n * 3 + 1);
    ptrdiff_t n = 0;
    for (ptrdiff_t i = 0; i < s.n; i++) {
        unsigned c = (unsigned char)s.p[i];
        if (c >= 0x80 && c < 0xA0) c = high[c - 0x80];
        if (c < 0x80) {
            p[n++] = (char)c;
        } else if (c < 0x800) {
            p[n++] = (char)(0xC0 | (c >> 6));
            p[n++] = (char)(0x80 | (c & 0x3F));
        } else {
            p[n++] = (char)(0xE0 | (c >> 12));
            p[n++] = (char)(0x80 | ((c >> 6) & 0x3F));
            p[n++] = (char)(0x80 | (c & 0x3F));
        }
    }
    return (struct str){ p, n };
}

static struct str convert(struct arena *a, struct str s, iconv_t with)
{
    struct buf b = { .a = a };
    char *in = (char *)s.p;
    size_t left = (size_t)s.n;
    iconv(with, NULL, NULL, NULL, NULL);
    while (left) {
        char *out = buf_room(&b, (ptrdiff_t)left + left / 2 + 16);
        size_t room = (size_t)(b.cap - b.n), had = room;
        size_t did = iconv(with, &in, &left, &out, &room);
        b.n += (ptrdiff_t)(had - room);
        if (did != (size_t)-1 || errno == E2BIG) continue;
        buf_add(&b, FFFD);
        in++, left--;
    }
    char *out = buf_room(&b, 16);
    size_t room = 16;
    iconv(with, NULL, NULL, &out, &room); /* what a stateful charset still holds */
    b.n += (ptrdiff_t)(16 - room);
    return text_utf8(a, buf_str(&b));
}

static bool plain_ascii(struct str s)
{
    for (ptrdiff_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] >= 0x80) return false;
    return true;
}

struct str charset_utf8(struct arena *a, struct str bytes, struct str name, bool *unsure)
{
    int at = find_name(name);
    if (at < 0 || names[at].means == UTF8) {
        if (text_valid(bytes)) return bytes;
        if (unsure) *unsure = true;
        return at < 0 ? from_latin(a, bytes) : text_utf8(a, bytes);
    }
    if (names[at].means == LATIN) return plain_ascii(bytes) ? bytes : from_latin(a, bytes);
    iconv_t with = open_name(at);
    if (with != (iconv_t)-1) return convert(a, bytes, with);
    if (unsure) *unsure = true;
    return text_valid(bytes) ? bytes : from_latin(a, bytes);
}

/* ---- RFC 2047 ---------------------------------------------------------- */

struct coded {
    struct str charset, text;
    bool base64;
    ptrdiff_t length; /* of the whole word */
};

/* Is there an encoded word at the beginning of s? */
static bool coded_word(struct str s, struct coded *out)
{
    if (!str_begins(s, S("=?"))) return false;
    ptrdiff_t q = str_chr(str_from(s, 2), '?');
    if (q <= 0 || q > 60 || s.n < q + 5 || s.p[q + 4] != '?') return false;
    char how = s.p[q + 3];
    if (how != 'b' && how != 'B' && how != 'q' && how != 'Q') return false;
    struct str text = str_from(s, q + 5);
    ptrdiff_t end = str_find(text, S("?="));
    if (end < 0) return false;
    struct str charset = str_upto(str_from(s, 2), q);
    ptrdiff_t star = str_chr(charset, '*'); /* RFC 2231 language */
    *out = (struct coded){ star < 0 ? charset : str_upto(charset, star), str_upto(text, end),
                           how == 'b' || how == 'B', q + 5 + end + 2 };
    return str_chr(out->charset, ' ') < 0;
}

/* Bytes of neighbouring words of one charset, converted together: a character may be cut. */
struct joined {
    struct buf bytes;
    struct str charset;
    struct base64 bits;
    bool any;
};

static void flush(struct joined *j, struct buf *out)
{
    if (j->any) buf_add(out, charset_utf8(out->a, buf_str(&j->bytes), j->charset, NULL));
    *j = (struct joined){ .bytes = { .a = out->a } };
}

static void join(struct joined *j, const struct coded *w, struct buf *out)
{
    if (j->any && !str_ieq(j->charset, w->charset)) flush(j, out);
    j->any = true;
    j->charset = w->charset;
    if (w->base64) {
        base64_add(&j->bits, w->text, &j->bytes);
        base64_settle(&j->bits);
    } else {
        codec_q(w->text, &j->bytes);
    }
}

static void add_plain(struct buf *out, struct str s)
{
    if (!plain_ascii(s)) s = charset_utf8(out->a, s, S(""), NULL);
    for (struct str part; s.n;) { /* unfold */
        ptrdiff_t cut = 0;
        while (cut < s.n && s.p[cut] != '\r' && s.p[cut] != '\n') cut++;
        part = str_upto(s, cut);
        buf_add(out, part);
        s = str_from(s, cut + 1);
    }
}

static bool only_blanks(struct str s) { return str_trim(s).n == 0; }

struct str header_decode(struct arena *a, struct str value)
{
    if (str_chr(value, '\n') < 0 && str_chr(value, '\r') < 0 && str_find(value, S("=?")) < 0)
        return plain_ascii(value) ? value : charset_utf8(a, value, S(""), NULL);
    struct buf out = { .a = a };
    struct joined j = { .bytes = { .a = a } };
    for (;;) {
        struct coded w;
        ptrdiff_t at = 0, next;
        while ((next = str_find(str_from(value, at), S("=?"))) >= 0 &&
               !coded_word(str_from(value, at + next), &w))
            at += next + 2;
        struct str before = next < 0 ? value : str_upto(value, at + next);
        if (!j.any || next < 0 || !only_blanks(before)) {
            flush(&j, &out);
            add_plain(&out, before);
        }
        if (next < 0) break;
        join(&j, &w, &out);
        value = str_from(value, before.n + w.length);
    }
    return buf_str(&out);
}
