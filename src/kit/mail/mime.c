/* SPDX-License-Identifier: GPL-3.0-or-later
 * mime.c - the one file that includes GMime. Of it we take the splitting into parts and the
 * transfer encodings; header values, charsets and addresses are read by our own rules. */
#include "kit/mail/mime.h"

#include "kit/mail/param.h"

#include <gmime/gmime.h>

struct walk {
    struct arena *a;
    struct str raw;
    ptrdiff_t shift; /* GMime's offset of a byte minus its offset in raw */
    int depth_max, left;
    struct str why;
};

static GMimeParser *parser;
static GMimeParserOptions *options;

void mime_start(void)
{
    if (parser) return;
    g_mime_init();
    options = g_mime_parser_options_new();
    parser = g_mime_parser_new();
}

static struct str value_of(struct walk *w, GMimeObject *o, const char *name)
{
    GMimeHeader *h = g_mime_header_list_get_header(g_mime_object_get_header_list(o), name);
    if (!h) return S("");
    return str_trim(str_dup(w->a, str_c(g_mime_header_get_raw_value(h))));
}

static struct str type_of(struct walk *w, GMimeObject *o)
{
    GMimeContentType *t = g_mime_object_get_content_type(o);
    const char *type = t ? g_mime_content_type_get_media_type(t) : NULL;
    const char *sub = t ? g_mime_content_type_get_media_subtype(t) : NULL;
    if (!type || !*type) return S("text/plain");
    return str_lower(w->a, str_fmt(w->a, "%s/%s", type, sub && *sub ? sub : "plain"));
}

static struct str slice(struct walk *w, gint64 start, gint64 end)
{
    start -= w->shift;
    end = end < 0 ? w->raw.n : end - w->shift;
    if (end > w->raw.n) end = w->raw.n;
    if (start < 0 || start > end) return S("");
    return (struct str){ w->raw.p + start, (ptrdiff_t)(end - start) };
}

static struct mime_node *read_object(struct walk *w, GMimeObject *o, int depth);

static void read_leaf(struct walk *w, GMimePart *part, struct mime_node *n)
{
    switch (g_mime_part_get_content_encoding(part)) {
    case GMIME_CONTENT_ENCODING_BASE64: n->encoding = MIME_BASE64; break;
    case GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE: n->encoding = MIME_QUOTED; break;
    case GMIME_CONTENT_ENCODING_UUENCODE: n->encoding = MIME_UU; break;
    default: break;
    }
    GMimeDataWrapper *content = g_mime_part_get_content(part);
    GMimeStream *stream = content ? g_mime_data_wrapper_get_stream(content) : NULL;
    if (stream) n->body = slice(w, stream->bound_start, stream->bound_end);
}

static struct str last_bytes(const struct mime_node *n)
{
    struct str last = n->body;
    for (const struct mime_node *c = n->child; c; c = c->next) {
        struct str inner = last_bytes(c);
        if (inner.n && inner.p + inner.n > last.p + last.n) last = inner;
    }
    return last;
}

/* A message within: from its first header to the end of its last part. */
static bool read_message(struct walk *w, GMimeMessagePart *part, struct mime_node *n, int depth)
{
    GMimeMessage *m = g_mime_message_part_get_message(part);
    GMimeObject *inner = m ? g_mime_message_get_mime_part(m) : NULL;
    if (!inner) return true;
    struct mime_node *tree = read_object(w, inner, depth + 1);
    if (!tree) return false;
    struct str last = last_bytes(tree);
    gint64 start = -1;
    GMimeHeaderList *list = g_mime_object_get_header_list((GMimeObject *)m);
    if (list && g_mime_header_list_get_count(list) > 0)
        start = g_mime_header_get_offset(g_mime_header_list_get_header_at(list, 0));
    GMimeHeaderList *own = g_mime_object_get_header_list(inner);
    if (own && g_mime_header_list_get_count(own) > 0) {
        gint64 at = g_mime_header_get_offset(g_mime_header_list_get_header_at(own, 0));
        if (at >= 0 && (start < 0 || at < start)) start = at;
    }
    if (!last.n) last = slice(w, start, start);
    if (start >= 0) n->body = slice(w, start, last.p + last.n - w->raw.p + w->shift);
    return true;
}

static bool read_children(struct walk *w, GMimeMultipart *mp, struct mime_node *n, int depth)
{
    struct mime_node **end = &n->child;
    int count = g_mime_multipart_get_count(mp);
    for (int i = 0; i < count; i++) {
        struct mime_node *c = read_object(w, g_mime_multipart_get_part(mp, i), depth + 1);
        if (!c) return false;
        c->parent = n;
        c->place = i + 1;
        *end = c;
        end = &c->next;
    }
    n->unclosed = !mp->write_end_boundary;
    return true;
}

static struct mime_node *read_object(struct walk *w, GMimeObject *o, int depth)
{
    if (depth > w->depth_max) return w->why = S("its parts are nested too deep"), NULL;
    if (w->left-- <= 0) return w->why = S("it has too many parts"), NULL;
    struct mime_node *n = NEW(w->a, struct mime_node, 1);
    *n = (struct mime_node){ .type = type_of(w, o),
                             .place = 1,
                             .body = S(""),
                             .content_type = value_of(w, o, "Content-Type"),
                             .disposition = value_of(w, o, "Content-Disposition"),
                             .content_id = value_of(w, o, "Content-Id") };
    bool fine = true;
    if (GMIME_IS_MULTIPART(o)) fine = read_children(w, (GMimeMultipart *)o, n, depth);
    else if (GMIME_IS_MESSAGE_PART(o)) fine = read_message(w, (GMimeMessagePart *)o, n, depth);
    else if (GMIME_IS_PART(o)) read_leaf(w, (GMimePart *)o, n);
    return fine ? n : NULL;
}

static void drop(void *object) { g_object_unref(object); }

/* Of the message's own headers GMime gets only those of MIME: making objects of all of them
 * takes longer than the rest. */
static GMimeObject *split(struct walk *w, const struct headers *h)
{
    struct buf b = { .a = w->a };
    struct str body = str_from(w->raw, h->body);
    (void)buf_room(&b, body.n + 1024);
    buf_fmt(&b, "Content-Type: %.*s\n\n", STR(headers_get(h, S("Content-Type"))));
    w->shift = b.n - h->body;
    buf_add(&b, body);
    GByteArray bytes = { (guint8 *)b.p, (guint)b.n };
    GMimeStream *stream = g_mime_stream_mem_new_with_byte_array(&bytes);
    g_mime_stream_mem_set_owner((GMimeStreamMem *)stream, FALSE);
    g_mime_parser_init_with_stream(parser, stream);
    g_object_unref(stream);
    g_mime_parser_set_persist_stream(parser, TRUE);
    GMimeObject *o = g_mime_parser_construct_part(parser, options);
    if (o) arena_defer(w->a, drop, o);
    return o;
}

static mime_encoding encoding_of(struct str word)
{
    if (str_ieq(word, S("base64"))) return MIME_BASE64;
    if (str_ieq(word, S("quoted-printable"))) return MIME_QUOTED;
    return str_ieq(word, S("x-uuencode")) || str_ieq(word, S("uuencode")) ||
                   str_ieq(word, S("x-uue"))
               ? MIME_UU
               : MIME_PLAIN;
}

err mime_read(struct arena *a, struct str raw, const struct headers *h, int depth, int parts,
              struct mime_node **out, struct str *why)
{
    mime_start();
    struct str content_type = headers_get(h, S("Content-Type"));
    struct str type = param_word(a, content_type);
    struct mime_node *root = NULL;
    struct walk w = { .a = a, .raw = raw, .depth_max = depth, .left = parts };
    if (str_begins(type, S("multipart/")) || str_begins(type, S("message/"))) {
        GMimeObject *o = split(&w, h);
        if (o && !(root = read_object(&w, o, 0))) return *why = w.why, E_INVALID;
    }
    if (!root || root->type.n == 0 ||
        (!root->child && !str_begins(root->type, S("message/")))) { /* nothing to split */
        root = NEW(a, struct mime_node, 1);
        root->body = str_from(raw, h->body);
        root->encoding = encoding_of(param_word(a, headers_get(h, S("Content-Transfer-Encoding"))));
        root->unclosed = str_begins(type, S("multipart/")); /* it says so and has none */
        root->type = str_chr(type, '/') > 0 && !root->unclosed ? type : S("text/plain");
        root->place = 1;
    }
    root->content_type = content_type;
    root->disposition = headers_get(h, S("Content-Disposition"));
    root->content_id = headers_get(h, S("Content-Id"));
    *out = root;
    return OK;
}

struct str mime_decode(struct arena *a, const struct mime_node *n, ptrdiff_t limit, bool *cut)
{
    static const GMimeContentEncoding means[] = { GMIME_CONTENT_ENCODING_DEFAULT,
                                                  GMIME_CONTENT_ENCODING_BASE64,
                                                  GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE,
                                                  GMIME_CONTENT_ENCODING_UUENCODE };
    struct str in = n->body;
    if (n->encoding == MIME_PLAIN) {
        if (in.n > limit) *cut = true;
        return str_upto(in, limit);
    }
    ptrdiff_t most = limit < PTRDIFF_MAX / 8 ? limit * 4 + 64
                                             : limit; /* no encoding grows fourfold but in jest */
    if (in.n > most) in.n = most, *cut = true;
    GMimeEncoding state;
    g_mime_encoding_init_decode(&state, means[n->encoding]);
    char *p = NEW(a, char, (ptrdiff_t)g_mime_encoding_outlen(&state, (size_t)in.n) + 16);
    ptrdiff_t got = (ptrdiff_t)g_mime_encoding_step(&state, in.p, (size_t)in.n, p);
    if (got > limit) *cut = true;
    return (struct str){ p, MIN(got, limit) };
}
