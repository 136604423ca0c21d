/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kit/mail/compose.h"

#include "kit/base/date.h"
#include "kit/base/hash.h"
#include "kit/base/text.h"
#include "kit/mail/encode.h"
#include "kit/mail/head_write.h"

struct writer {
    struct arena *a;
    const struct mail_letter *l;
    struct buf out;
    struct head_out head;
    struct str why; /* what it fails for; empty: nothing so far */
};

/* ---- headers ----------------------------------------------------------- */

static void put(struct writer *w, struct str name, struct str value)
{
    headers_put(&w->head, name, value);
}

static void put_addrs(struct writer *w, struct str name, const struct mail_addrs *l)
{
    struct str value;
    if (headers_addrs(w->a, l, &value)) put(w, name, value);
    else if (!w->why.n)
        w->why = str_fmt(w->a, "An address of %.*s is none that mail can be sent with.", STR(name));
}

/* Not by a format, which would end at a NUL and hide it from headers_put(). */
static struct str join(struct arena *a, struct str x, struct str y)
{
    struct buf b = { .a = a };
    buf_add(&b, x);
    buf_add(&b, y);
    return buf_str(&b);
}

/* What stands between < and >, or nothing. */
static struct str angle(struct writer *w, struct str s)
{
    return headers_angle(s) ? str_fmt(w->a, "<%.*s>", STR(s)) : S("");
}

static struct str date_value(struct arena *a, int64_t at, int offset_s)
{
    static const char *const days[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
    struct civil c = date_civil(at, offset_s);
    int zone = offset_s / MINUTE, m = zone < 0 ? -zone : zone;
    return str_fmt(a, "%s, %d %.3s %04d %02d:%02d:%02d %c%02d%02d", days[c.weekday], c.day,
                   date_months[c.month - 1], c.year, c.hour, c.minute, c.second,
                   zone < 0 ? '-' : '+', m / 60, m % 60);
}

static void put_list(struct writer *w)
{
    const struct mail_letter *l = w->l;
    if (l->list_id.n) {
        struct str name = headers_phrase(w->a, l->list_name), id = angle(w, l->list_id);
        put(w, S("List-Id"), join(w->a, name.n ? join(w->a, name, S(" ")) : name, id));
        if (!id.n) w->why = S("The list has a name that mail can't be sent with.");
    }
}

static void write_head(struct writer *w)
{
    static const char *const automatic[] = { "", "auto-generated", "auto-replied" };
    const struct mail_letter *l = w->l;
    if (!headers_angle(l->id) || str_chr(l->id, '@') < 1)
        w->why = S("The message has no id that mail can be sent with.");
    if (!l->from.n || !l->to.n) w->why = S("A message needs a sender and a recipient.");
    put(w, S("Date"), date_value(w->a, l->date, l->date_offset_s));
    put_addrs(w, S("From"), &l->from);
    put_addrs(w, S("Reply-To"), &l->reply_to);
    put_addrs(w, S("To"), &l->to);
    put_addrs(w, S("Cc"), &l->cc);
    put(w, S("Subject"), headers_text(w->a, l->subject));
    put(w, S("Message-ID"), angle(w, l->id));
    put(w, S("In-Reply-To"), headers_ids(w->a, &l->in_reply_to));
    put(w, S("References"), headers_ids(w->a, &l->references));
    put(w, S("Auto-Submitted"), str_c(automatic[l->automatic]));
    put(w, S("Contact-Kind"), l->contact);
    put_list(w);
    put(w, S("MIME-Version"), S("1.0"));
}

/* ---- bodies ------------------------------------------------------------ */

/* One letter for each level of parts. Nothing that is quoted-printable or base64 can hold "=_",
 * and all we write is one of the two, so no boundary stands in a part. */
static struct str boundary(struct writer *w, char level)
{
    return str_fmt(w->a, "=_%c%016" PRIx64, level, hash_fast(w->l->id));
}

static void put_multipart(struct writer *w, const char *kind, char level)
{
    struct str b = boundary(w, level);
    put(w, S("Content-Type"), str_fmt(w->a, "multipart/%s; boundary=\"%.*s\"", kind, STR(b)));
}

static void open_part(struct writer *w, char level)
{
    struct str b = boundary(w, level);
    buf_fmt(&w->out, "\r\n--%.*s\r\n", STR(b)); /* the first end of line is not the part's */
}

static void close_parts(struct writer *w, char level)
{
    struct str b = boundary(w, level);
    buf_fmt(&w->out, "\r\n--%.*s--\r\n", STR(b));
}

/* Chinese is half as long in base64, English can be read in quoted-printable. */
static bool mostly_high(struct str s)
{
    ptrdiff_t high = 0;
    for (ptrdiff_t i = 0; i < s.n; i++) high += (unsigned char)s.p[i] >= 0x80;
    return high > s.n / 4;
}

/* LF, CRLF and CR all end a line, and so does the end of the text. */
static struct str with_crlf(struct arena *a, struct str s)
{
    struct buf b = { .a = a };
    for (ptrdiff_t i = 0; i < s.n; i++) {
        bool end = s.p[i] == '\n' || s.p[i] == '\r';
        if (s.p[i] == '\r' && i + 1 < s.n && s.p[i + 1] == '\n') continue;
        if (end) buf_add(&b, S("\r\n"));
        else buf_char(&b, s.p[i]);
    }
    if (b.n && b.p[b.n - 1] != '\n') buf_add(&b, S("\r\n"));
    return buf_str(&b);
}

static void write_text(struct writer *w, const char *kind, struct str words)
{
    words = text_utf8(w->a, words);
    bool base64 = mostly_high(words);
    put(w, S("Content-Type"), str_fmt(w->a, "text/%s; charset=utf-8", kind));
    put(w, S("Content-Transfer-Encoding"), base64 ? S("base64") : S("quoted-printable"));
    buf_add(&w->out, S("\r\n"));
    words = with_crlf(w->a, words);
    if (base64) codec_base64_lines(words, &w->out);
    else codec_quoted_write(words, &w->out);
}

static void write_words(struct writer *w)
{
    if (!w->l->html.n) {
        write_text(w, "plain", w->l->text);
        return;
    }
    put_multipart(w, "alternative", 'a');
    open_part(w, 'a');
    write_text(w, "plain", w->l->text);
    open_part(w, 'a');
    write_text(w, "html", w->l->html);
    close_parts(w, 'a');
}

/* "image/png" and the like: two words of letters, digits, and . + - */
static bool media_type(struct str s)
{
    ptrdiff_t slash = str_chr(s, '/');
    for (ptrdiff_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '.' || c == '+' || c == '-';
        if (!letter && i != slash) return false;
    }
    return slash > 0 && slash + 1 < s.n && s.n <= 100;
}

static void write_file(struct writer *w, const struct mail_file *f)
{
    bool whole = str_ibegins(f->type, S("message/")) || str_ibegins(f->type, S("multipart/"));
    struct str type = whole || !media_type(f->type) ? S("application/octet-stream") : f->type;
    if (f->name.n > MAIL_FILE_NAME_MOST)
        w->why = str_fmt(w->a, "A file has a name of more than %d letters.", MAIL_FILE_NAME_MOST);
    struct str name = f->name.n ? headers_param(w->a, "filename", f->name) : S("");
    put(w, S("Content-Type"), type);
    put(w, S("Content-Disposition"), join(w->a, S("attachment"), name));
    put(w, S("Content-Transfer-Encoding"), S("base64"));
    buf_add(&w->out, S("\r\n"));
    codec_base64_lines(f->bytes, &w->out);
}

static void write_body(struct writer *w)
{
    if (!w->l->n_files) {
        write_words(w);
        return;
    }
    put_multipart(w, "mixed", 'm');
    open_part(w, 'm');
    write_words(w);
    for (int i = 0; i < w->l->n_files; i++) {
        open_part(w, 'm');
        write_file(w, &w->l->files[i]);
    }
    close_parts(w, 'm');
}

err mail_compose(struct arena *a, const struct mail_letter *l, struct str *raw, struct str *why)
{
    struct writer w = { .a = a, .l = l, .out = { .a = a }, .why = S("") };
    w.head.out = &w.out;
    write_head(&w);
    write_body(&w);
    if (!w.why.n && w.head.refused.n)
        w.why = str_fmt(a, "%.*s holds a character that has no place there.", STR(w.head.refused));
    if (w.why.n) {
        *why = w.why;
        return E_INVALID;
    }
    *raw = buf_str(&w.out);
    return OK;
}

struct str mail_id_make(struct arena *a, struct str domain)
{
    uint8_t bits[16];
    random_bytes(bits, sizeof bits);
    struct str hex = hash_hex(a, (struct str){ (const char *)bits, sizeof bits });
    return str_fmt(a, "%.*s@%.*s", STR(hex), STR(domain));
}
