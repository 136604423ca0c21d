/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kit/mail/body.h"

#include "kit/base/text.h"
#include "kit/mail/charset.h"
#include "kit/mail/dsn.h"
#include "kit/mail/flowed.h"
#include "kit/mail/html_text.h"
#include "kit/mail/param.h"
#include "kit/mail/parse.h"

struct body {
    struct arena *a;
    struct str raw;
    struct mail *m;
    const struct mime_node *spoken[64]; /* parts whose words are the message's */
    int spoken_n, parts_cap;
    struct buf text;
    struct str only; /* the text while it is still one piece */
    int pieces;
};

static bool is_multi(const struct mime_node *n) { return str_begins(n->type, S("multipart/")); }
static bool is_text(const struct mime_node *n) { return str_begins(n->type, S("text/")); }

struct str body_path(struct arena *a, const struct mime_node *n)
{
    if (!n->parent) return S("1");
    if (!n->parent->parent) return str_fmt(a, "%d", n->place);
    return str_fmt(a, "%.*s.%d", STR(body_path(a, n->parent)), n->place);
}

static struct str file_name(struct arena *a, const struct mime_node *n)
{
    struct str name = param_get(a, n->disposition, S("filename"));
    if (!name.n) name = param_get(a, n->content_type, S("name"));
    name = text_oneline(a, name);
    ptrdiff_t slash = MAX(str_rchr(name, '/'), str_rchr(name, '\\')); /* a name, never a path */
    return str_from(name, slash + 1);
}

/* ---- text -------------------------------------------------------------- */

/* Does it hold bytes a reader must not get, or CRs? */
static bool unclean(struct str s)
{
    ptrdiff_t i = 0;
    uint64_t w;
    for (; i + 8 <= s.n; i += 8) {
        memcpy(&w, s.p + i, 8);
        if (!((w - 0x2020202020202020u) & ~w & 0x8080808080808080u)) continue;
        for (int k = 0; k < 8; k++) {
            unsigned char c = (unsigned char)s.p[i + k];
            if (c < ' ' && c != '\n' && c != '\t') return true;
        }
    }
    for (; i < s.n; i++)
        if ((unsigned char)s.p[i] < ' ' && s.p[i] != '\n' && s.p[i] != '\t') return true;
    return false;
}

/* LF line ends, no control characters. */
static struct str clean(struct arena *a, struct str s)
{
    if (!unclean(s)) return s;
    char *p = NEW(a, char, s.n + 1);
    ptrdiff_t n = 0;
    for (ptrdiff_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '\r') {
            if (i + 1 < s.n && s.p[i + 1] == '\n') continue;
            c = '\n';
        }
        if ((unsigned char)c >= ' ' || c == '\n' || c == '\t') p[n++] = c;
    }
    return (struct str){ p, n };
}

/* The whole characters among the first n bytes. */
static struct str cut_text(struct str s, ptrdiff_t n)
{
    while (n > 0 && n < s.n && ((unsigned char)s.p[n] & 0xC0) == 0x80) n--;
    return str_upto(s, n);
}

static struct str words_of(struct body *b, const struct mime_node *n)
{
    bool cut = false, unsure = false;
    struct str bytes = mime_decode(b->a, n, MAIL_LIMIT_TEXT, &cut);
    struct str charset = param_get(b->a, n->content_type, S("charset"));
    if (str_eq(n->type, S("text/html"))) {
        struct str html = charset_utf8(b->a, bytes, charset, &unsure);
        b->m->text_from_html = true;
        return clean(b->a, mail_html_text(b->a, html, MAIL_LIMIT_TEXT));
    }
    struct str s = clean(b->a, charset_utf8(b->a, bytes, charset, &unsure));
    if (str_ieq(param_get(b->a, n->content_type, S("format")), S("flowed")))
        s = flowed_undo(b->a, s, str_ieq(param_get(b->a, n->content_type, S("delsp")), S("yes")));
    if (cut) b->m->marks |= MAIL_MARK_TRUNCATED;
    if (unsure ||
        (charset.n == 0 && s.p != bytes.p && n->encoding == MIME_PLAIN && !text_valid(bytes)))
        b->m->marks |= MAIL_MARK_CHARSET;
    return s;
}

static void speak(struct body *b, const struct mime_node *n)
{
    if (b->spoken_n == COUNT(b->spoken)) return;
    b->spoken[b->spoken_n++] = n;
    struct str s = words_of(b, n);
    if (!str_trim(s).n) return;
    if (b->pieces == 0) {
        b->only = s;
    } else {
        if (b->pieces == 1) buf_add(&b->text, b->only);
        if (b->text.n && b->text.p[b->text.n - 1] != '\n') buf_char(&b->text, '\n');
        buf_char(&b->text, '\n');
        buf_add(&b->text, s);
    }
    b->pieces++;
}

static bool is_file(struct arena *a, const struct mime_node *n)
{
    struct str how = param_word(a, n->disposition);
    return str_eq(how, S("attachment")) || (!str_eq(how, S("inline")) && file_name(a, n).n > 0);
}

/* The first text of that type below n, attachments left out. */
static const struct mime_node *find_text(struct body *b, const struct mime_node *n, struct str type)
{
    if (str_eq(n->type, type) && !is_file(b->a, n)) return n;
    const struct mime_node *found = NULL;
    for (const struct mime_node *c = is_multi(n) ? n->child : NULL; c && !found; c = c->next)
        found = find_text(b, c, type);
    return found;
}

/* Text that only says that the real thing is elsewhere. */
static bool says_nothing(struct body *b, const struct mime_node *n)
{
    static const char *const lines[] = {
        "this is html",
        "this is an html",
        "this message is in html",
        "html email",
        "html e-mail",
        "your mail client does not support html",
        "your email client does not support html",
        "does not support html",
        "to view this email as a web page",
        "view this email in your browser",
        "please use an html",
        "html-mail",
        "im html-format",
        "affichage html",
        "formato html",
    };
    bool cut = false;
    struct str s = str_trim(mime_decode(b->a, n, 4096, &cut));
    if (!s.n) return true;
    for (int i = 0; i < COUNT(lines) && s.n < 300; i++)
        if (str_ifind(s, str_c(lines[i])) >= 0) return true;
    return false;
}

static void choose(struct body *b, const struct mime_node *n, int depth);

static void choose_alternative(struct body *b, const struct mime_node *n, int depth)
{
    const struct mime_node *plain = find_text(b, n, S("text/plain"));
    const struct mime_node *html = find_text(b, n, S("text/html"));
    if (plain && (!html || !says_nothing(b, plain))) speak(b, plain);
    else if (html) speak(b, html);
    else if (n->child) choose(b, n->child, depth + 1);
}

static void choose(struct body *b, const struct mime_node *n, int depth)
{
    if (depth > MAIL_LIMIT_DEPTH) return;
    if (str_eq(n->type, S("multipart/alternative"))) {
        choose_alternative(b, n, depth);
    } else if (str_eq(n->type, S("multipart/report"))) {
        if (n->child) choose(b, n->child, depth + 1);
    } else if (is_multi(n)) {
        for (const struct mime_node *c = n->child; c; c = c->next) choose(b, c, depth + 1);
    } else if (is_text(n) && !str_eq(n->type, S("text/calendar")) &&
               !str_eq(n->type, S("text/rfc822-headers")) && (!n->parent || !is_file(b->a, n)) &&
               !(b->spoken_n && file_name(b->a, n).n)) {
        speak(b, n);
    }
}

static void settle_text(struct body *b)
{
    struct str s = b->pieces > 1 ? buf_str(&b->text) : b->pieces ? b->only : S("");
    if (s.n > MAIL_LIMIT_TEXT) {
        s = cut_text(s, MAIL_LIMIT_TEXT);
        b->m->marks |= MAIL_MARK_TRUNCATED;
    }
    b->m->text = s;
    bool within = s.n && s.p >= b->raw.p && s.p + s.n <= b->raw.p + b->raw.n;
    b->m->text_at = within ? s.p - b->raw.p : -1;
}

/* ---- parts ------------------------------------------------------------- */

static int64_t decoded_size(struct body *b, const struct mime_node *n)
{
    if (n->encoding == MIME_PLAIN) return n->body.n;
    if (n->encoding != MIME_BASE64) {
        bool cut = false;
        return mime_decode(b->a, n, PTRDIFF_MAX, &cut).n;
    }
    int64_t letters = 0; /* of base64: three bytes in four, without making them */
    for (ptrdiff_t i = 0; i < n->body.n; i++) {
        char c = n->body.p[i];
        if (c == '=') break;
        letters += c > ' ' && c != '-';
    }
    return letters * 3 / 4;
}

static void push_part(struct body *b, struct mail_part part)
{
    struct mail_parts *l = &b->m->parts;
    if (l->n == b->parts_cap) {
        b->parts_cap = b->parts_cap ? b->parts_cap * 2 : 4;
        struct mail_part *at = NEW(b->a, struct mail_part, b->parts_cap);
        if (l->n) memcpy(at, l->at, sizeof *at * (size_t)l->n);
        l->at = at;
    }
    l->at[l->n++] = part;
}

static struct str bare_id(struct str s)
{
    s = str_trim(s);
    if (s.n >= 2 && *s.p == '<' && s.p[s.n - 1] == '>') s = (struct str){ s.p + 1, s.n - 2 };
    return s;
}

static void note_calendar(struct body *b, const struct mime_node *n)
{
    if (b->m->method.n) return;
    struct str method = str_trim(param_get(b->a, n->content_type, S("method")));
    if (!method.n) {
        bool cut = false;
        struct str s = mime_decode(b->a, n, 64 * KIB, &cut), line;
        while (!method.n && str_line(&s, &line))
            if (str_ibegins(line, S("METHOD:"))) method = str_trim(str_from(line, 7));
    }
    char *p = str_z(b->a, text_oneline(b->a, method));
    for (char *c = p; *c; c++)
        if (*c >= 'a' && *c <= 'z') *c = (char)(*c - 32);
    b->m->method = str_c(p);
}

static bool spoken(const struct body *b, const struct mime_node *n)
{
    for (int i = 0; i < b->spoken_n; i++)
        if (b->spoken[i] == n) return true;
    return false;
}

/* Was its twin in another form read, or is it machinery of a report or signature? */
static bool part_of_text(const struct mime_node *n)
{
    if (str_eq(n->type, S("application/pgp-signature")) ||
        str_eq(n->type, S("application/pkcs7-signature")))
        return true;
    if (str_eq(n->type, S("message/delivery-status")) ||
        str_eq(n->type, S("message/feedback-report")) ||
        str_eq(n->type, S("message/disposition-notification")))
        return true;
    return is_text(n) && n->parent &&
           (str_eq(n->parent->type, S("multipart/alternative")) ||
            str_eq(n->parent->type, S("multipart/related")));
}

static void list_parts(struct body *b, const struct mime_node *n, int depth)
{
    if (n->unclosed) b->m->marks |= MAIL_MARK_BROKEN;
    if (is_multi(n) && depth <= MAIL_LIMIT_DEPTH) {
        for (const struct mime_node *c = n->child; c; c = c->next) list_parts(b, c, depth + 1);
        if (n->child) return;
        b->m->marks |= MAIL_MARK_BROKEN; /* a multipart without parts */
        return;
    }
    if (str_eq(n->type, S("text/calendar"))) note_calendar(b, n);
    struct mail_part p = { .path = body_path(b->a, n),
                           .type = text_oneline(b->a, n->type),
                           .file = file_name(b->a, n),
                           .bytes = decoded_size(b, n),
                           .content_id = text_oneline(b->a, bare_id(n->content_id)),
                           .disposition = text_oneline(b->a, param_word(b->a, n->disposition)) };
    p.attachment = !spoken(b, n) && (!part_of_text(n) || str_eq(p.disposition, S("attachment"))) &&
                   n->body.n > 0;
    if (p.attachment) b->m->has_attachment = true;
    push_part(b, p);
}

void body_read(struct arena *a, struct str raw, const struct mime_node *root, struct mail *m)
{
    struct body b = { .a = a, .raw = raw, .m = m, .text = { .a = a } };
    m->text = m->method = S("");
    choose(&b, root, 0);
    settle_text(&b);
    list_parts(&b, root, 0);
    dsn_read(a, root, &m->dsn);
}
