/* SPDX-License-Identifier: GPL-3.0-or-later
 * form.c - what forms send (WHATWG URL encoding, RFC 7578). */
#include "kit/web/form.h"

#include "kit/base/text.h"
#include "kit/web/html.h"

static struct form_field *field_new(struct arena *a, struct form *f)
{
    if (f->n == FORM_FIELDS) return NULL;
    if (!f->at) f->at = NEW(a, struct form_field, FORM_FIELDS);
    return &f->at[f->n++];
}

static int count_of(struct str s, char c)
{
    int n = 0;
    for (ptrdiff_t i = 0; i < s.n; i++) n += s.p[i] == c;
    return n;
}

/* False when there are more fields than may be. */
static bool read_pairs(struct arena *a, struct str s, struct form *out)
{
    struct str pair, name;
    int room = MIN(count_of(s, '&') + 1, (int)FORM_FIELDS);
    *out = (struct form){ NEW(a, struct form_field, room), 0 };
    while (str_cut(&s, '&', &pair)) {
        if (!pair.n) continue;
        if (out->n == room) return false;
        ptrdiff_t eq = str_chr(pair, '=');
        name = eq < 0 ? pair : str_upto(pair, eq);
        struct str value = eq < 0 ? S("") : str_from(pair, eq + 1);
        out->at[out->n++] =
            (struct form_field){ .name = text_utf8(a, url_decode(a, name, true)),
                                 .value = text_utf8(a, url_decode(a, value, true)) };
    }
    return true;
}

void form_query(struct arena *a, struct str query, struct form *out)
{
    if (!read_pairs(a, query, out)) return; /* the first ones stand */
}

/* ---- multipart/form-data ------------------------------------------------------- */

/* A parameter of a header value: name="value", with \" and %22 as browsers write them. */
static struct str parameter(struct arena *a, struct str value, struct str name)
{
    struct str rest = value;
    for (ptrdiff_t at; (at = str_chr(rest, ';')) >= 0;) {
        rest = str_trim(str_from(rest, at + 1));
        if (!str_ibegins(rest, name) || rest.n <= name.n || rest.p[name.n] != '=') continue;
        struct str v = str_from(rest, name.n + 1);
        if (!str_begins(v, S("\"")))
            return str_trim(str_upto(v, str_chr(v, ';') < 0 ? v.n : str_chr(v, ';')));
        struct buf b = { .a = a };
        for (ptrdiff_t i = 1; i < v.n && v.p[i] != '"'; i++) {
            if (v.p[i] == '\\' && i + 1 < v.n && v.p[i + 1] == '"') i++;
            if (str_begins(str_from(v, i), S("%22"))) buf_char(&b, '"'), i += 2;
            else buf_char(&b, v.p[i]);
        }
        return buf_str(&b);
    }
    return S("");
}

static struct str base_name(struct arena *a, struct str name)
{
    ptrdiff_t cut = MAX(str_rchr(name, '/'), str_rchr(name, '\\'));
    return text_short(a, text_oneline(a, text_utf8(a, str_from(name, cut + 1))), 200);
}

static bool read_part(struct arena *a, struct str head, struct str body, struct form *out)
{
    struct str line, disposition = S(""), type = S("");
    while (str_line(&head, &line)) {
        if (str_ibegins(line, S("Content-Disposition:")))
            disposition = str_trim(str_from(line, 20));
        if (str_ibegins(line, S("Content-Type:"))) type = str_trim(str_from(line, 13));
    }
    if (!str_ibegins(disposition, S("form-data"))) return false;
    struct form_field *f = field_new(a, out);
    if (!f) return false;
    f->name = text_utf8(a, parameter(a, disposition, S("name")));
    f->file = str_ifind(disposition, S("filename=")) >= 0;
    if (f->file) {
        f->file_name = base_name(a, parameter(a, disposition, S("filename")));
        f->type = text_oneline(a, text_utf8(a, type));
    }
    f->value = f->file ? body : text_utf8(a, body);
    return true;
}

static bool read_multipart(struct arena *a, struct str boundary, struct str body, struct form *out)
{
    struct str mark = str_fmt(a, "\r\n--%.*s", STR(boundary));
    struct str first = str_from(mark, 2);
    if (boundary.n == 0 || boundary.n > 70 || !str_begins(body, first)) return false;
    struct str rest = str_from(body, first.n);
    for (;;) {
        if (str_begins(rest, S("--"))) return true;
        if (!str_begins(rest, S("\r\n"))) return false;
        rest = str_from(rest, 2);
        ptrdiff_t head = str_find(rest, S("\r\n\r\n"));
        if (head < 0 || head > 8 * KIB) return false;
        struct str part = str_from(rest, head + 4);
        /* an empty part's mark begins with the line end of its head */
        ptrdiff_t end = str_find(str_from(rest, head + 2), mark);
        if (end < 0) return false;
        if (!read_part(a, str_upto(rest, head), str_upto(part, end - 2), out)) return false;
        rest = str_from(rest, head + 2 + end + mark.n);
    }
}

bool form_read(struct arena *a, struct str content_type, struct str body, struct form *out,
               struct str *why)
{
    *out = (struct form){ 0 };
    if (body.n == 0 && content_type.n == 0) return true;
    if (str_ibegins(content_type, S("application/x-www-form-urlencoded"))) {
        *why = S("This form has more fields than can be taken.");
        return read_pairs(a, body, out);
    }
    *why = S("What was sent is not a form that can be read here.");
    if (!str_ibegins(content_type, S("multipart/form-data"))) return false;
    return read_multipart(a, parameter(a, content_type, S("boundary")), body, out);
}

/* ---- looking up ------------------------------------------------------------------ */

const struct form_field *form_next(const struct form *f, const char *name, int *at)
{
    struct str n = str_c(name);
    while (*at < f->n) {
        const struct form_field *field = &f->at[(*at)++];
        if (str_eq(field->name, n)) return field;
    }
    return NULL;
}

const struct form_field *form_find(const struct form *f, const char *name)
{
    int at = 0;
    return form_next(f, name, &at);
}

struct str form_value(const struct form *f, const char *name)
{
    const struct form_field *field = form_find(f, name);
    return field && !field->file ? str_trim(field->value) : S("");
}
