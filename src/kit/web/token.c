/* SPDX-License-Identifier: GPL-3.0-or-later
 * token.c - form tokens, the origin of a request, and notices that travel in a cookie. */
#include "kit/web/own.h"

enum { MAC_BYTES = 16 };

static int hex_of(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool unhex(struct arena *a, struct str hex, struct str *out)
{
    if (hex.n % 2) return false;
    char *p = NEW(a, char, hex.n / 2 + 1);
    for (ptrdiff_t i = 0; i < hex.n; i += 2) {
        int hi = hex_of(hex.p[i]), lo = hex_of(hex.p[i + 1]);
        if (hi < 0 || lo < 0) return false;
        p[i / 2] = (char)(hi * 16 + lo);
    }
    *out = (struct str){ p, hex.n / 2 };
    return true;
}

/* ---- form tokens ------------------------------------------------------------- */

/* Bound to the cookie that came, and to the place the form is sent to. */
static void form_mac(const struct page *p, struct str bind, struct str action,
                     uint8_t out[HASH_BYTES])
{
    struct str path = str_upto(action, str_chr(action, '?') < 0 ? action.n : str_chr(action, '?'));
    struct str text = str_fmt(p->a, "%.*s %.*s", STR(bind), STR(path));
    hash_sign(p->web->house->secret, S("form"), text, out);
}

struct str page_guest(struct page *p)
{
    struct page_own *own = p->own;
    if (!own->cookie.n && !own->guest.n) {
        own->guest = random_token(p->a);
        own->set_guest = true;
    }
    return own->cookie.n ? own->cookie : own->guest;
}

void page_token(struct page *p, struct buf *o, struct url action)
{
    uint8_t mac[HASH_BYTES], masked[2 * MAC_BYTES];
    form_mac(p, page_guest(p), action.s, mac);
    random_bytes(masked,
                 MAC_BYTES); /* another one in every answer: compression would tell it bit by bit */
    for (int i = 0; i < MAC_BYTES; i++) masked[MAC_BYTES + i] = mac[i] ^ masked[i];
    buf_add(o, S("<input type=\"hidden\" name=\"_token\" value=\""));
    buf_add(o, hash_hex(o->a, (struct str){ (char *)masked, sizeof masked }));
    buf_add(o, S("\">"));
}

bool token_good(struct page *p, struct str action, struct str token)
{
    struct str bind = p->own->cookie.n ? p->own->cookie : p->own->guest, raw;
    if (!bind.n || token.n != 4 * MAC_BYTES || !unhex(p->a, token, &raw)) return false;
    uint8_t mac[HASH_BYTES], sent[MAC_BYTES];
    form_mac(p, bind, action, mac);
    for (int i = 0; i < MAC_BYTES; i++) sent[i] = (uint8_t)(raw.p[i] ^ raw.p[MAC_BYTES + i]);
    return hash_same((struct str){ (char *)mac, MAC_BYTES },
                     (struct str){ (char *)sent, MAC_BYTES });
}

/* Browsers send Sec-Fetch-Site to https and localhost; with our no-referrer policy they write
 * "Origin: null" under a form, so that null proves nothing either way without TLS. */
bool origin_good(const struct web *w, const struct http_request *r, bool strict)
{
    struct str site = http_header(r, S("Sec-Fetch-Site")), origin = http_header(r, S("Origin"));
    if (site.n) return str_eq(site, S("same-origin"));
    if (origin.n && !str_eq(origin, S("null"))) return str_eq(origin, w->house->origin);
    return strict ? false : !(origin.n && w->https);
}

/* ---- notices -------------------------------------------------------------------- */

static struct str notice_mac(const struct page *p, struct str payload)
{
    uint8_t *mac = NEW(p->a, uint8_t, HASH_BYTES);
    struct buf b = { .a = p->a };
    buf_fmt(&b, "%.*s ", STR(p->own->cookie));
    buf_add(&b, payload);
    hash_sign(p->web->house->secret, S("notice"), buf_str(&b), mac);
    return (struct str){ (char *)mac, MAC_BYTES };
}

struct str notice_pack(const struct page *p, const struct notice *n, int64_t now)
{
    struct buf b = { .a = p->a };
    buf_fmt(&b, "%" PRId64 "\n%.*s\n%.*s\n%.*s", now, STR(n->undo_path), STR(n->undo_label),
            STR(n->words));
    struct buf out = { .a = p->a };
    buf_add(&out, notice_mac(p, buf_str(&b)));
    buf_add(&out, buf_str(&b));
    return hash_hex(p->a, buf_str(&out));
}

bool notice_unpack(const struct page *p, struct str cookie, int64_t now, struct notice *out)
{
    struct str raw, at;
    int64_t when;
    if (!cookie.n || cookie.n > 4 * KIB || !unhex(p->a, cookie, &raw) || raw.n <= MAC_BYTES)
        return false;
    struct str payload = str_from(raw, MAC_BYTES);
    if (!hash_same(str_upto(raw, MAC_BYTES), notice_mac(p, payload))) return false;
    if (!str_cut(&payload, '\n', &at) || !str_int(at, &when)) return false;
    if (now < when || now - when > NOTICE_SECONDS) return false;
    if (!str_cut(&payload, '\n', &out->undo_path) || !str_cut(&payload, '\n', &out->undo_label))
        return false;
    out->words = payload;
    return true;
}
