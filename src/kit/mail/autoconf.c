/* SPDX-License-Identifier: GPL-3.0-or-later
 * autoconf.c - the format is that of Thunderbird's autoconfiguration, version 1.1. Its reader knows
 * as much of XML as such a file needs and refuses the rest: no document types, no own entities. */
#include "kit/mail/autoconf.h"

#include "kit/base/text.h"
#include "kit/mail/autoconf_table.h"

#include <ctype.h>

/* ---- addresses ------------------------------------------------------------- */

static bool is_host(struct str s)
{
    if (s.n == 0 || s.n > 253 || s.p[0] == '.' || s.p[0] == '-' || s.p[s.n - 1] == '.')
        return false;
    for (ptrdiff_t i = 0; i < s.n; i++) {
        unsigned char b = (unsigned char)s.p[i];
        if (!isalnum(b) && b != '-' && (b != '.' || s.p[i - 1] == '.')) return false;
    }
    return true;
}

/* false: no address whose domain could be asked */
static bool address_cut(struct arena *a, struct str address, struct str *local, struct str *domain)
{
    address = str_trim(address);
    ptrdiff_t at = str_rchr(address, '@');
    if (at <= 0 || address.n > 320 || !text_valid(address)) return false;
    struct str d = str_from(address, at + 1);
    if (!is_host(d) || str_chr(d, '.') < 0) return false;
    *local = str_upto(address, at);
    *domain = str_lower(a, d);
    return true;
}

/* ---- the table --------------------------------------------------------------- */

static bool is_or_below(struct str host, struct str domain)
{
    if (host.n <= domain.n) return str_ieq(host, domain);
    return str_ieq(str_from(host, host.n - domain.n), domain) &&
           host.p[host.n - domain.n - 1] == '.';
}

static const struct autoconf_known *known_find(struct str host, bool below)
{
    for (int i = 0; i < autoconf_known_n; i++) {
        const struct autoconf_known *k = &autoconf_known[i];
        struct str rest = str_c(k->domains), domain;
        while (str_cut(&rest, ' ', &domain))
            if (below ? is_or_below(host, domain) : str_ieq(host, domain)) return k;
        if (below && k->imap && (str_ieq(host, str_c(k->imap)) || str_ieq(host, str_c(k->smtp))))
            return k;
    }
    return NULL;
}

const struct autoconf_provider *autoconf_provider(struct str domain_or_host)
{
    const struct autoconf_known *k = known_find(domain_or_host, true);
    return k ? &k->provider : NULL;
}

static void known_fill(struct arena *a, const struct autoconf_known *k, struct str address,
                       struct str local, struct autoconf *out)
{
    out->provider = &k->provider;
    if (!k->imap) return;
    struct str user = str_dup(a, str_trim(address));
    enum mail_safety smtp = k->smtp_port == 465 ? MAIL_TLS : MAIL_STARTTLS;
    out->imap = (struct autoconf_server){ str_c(k->imap), 993, MAIL_TLS,
                                          k->local ? str_dup(a, local) : user };
    out->smtp = (struct autoconf_server){ str_c(k->smtp), k->smtp_port, smtp, user };
}

/* ---- XML ---------------------------------------------------------------------- */

enum { XML_DEEP = 16 };
enum xml_kind { XML_OPEN, XML_TEXT, XML_CLOSE, XML_END, XML_BAD };
struct xml {
    struct str rest;
    struct str open[XML_DEEP]; /* names of what is open */
    int deep;
    bool closing; /* <x/>: its end comes next */
    bool seen;    /* the root */
    struct str attributes, text;
};

static bool is_blank(char b) { return b == ' ' || b == '\t' || b == '\r' || b == '\n'; }

static struct str xml_name(struct str *s)
{
    ptrdiff_t n = 0;
    while (n < s->n && (isalnum((unsigned char)s->p[n]) || strchr("_-.:", s->p[n]))) n++;
    struct str name = str_upto(*s, n);
    *s = str_from(*s, n);
    return name;
}

/* The next name="value" of a tag. 1 there is one, 0 no more, -1 not well formed. */
static int xml_attribute(struct str *s, struct str *name, struct str *value)
{
    struct str trimmed = str_trim(*s);
    if (trimmed.n == 0) return 0;
    if (!is_blank(s->p[0])) return -1;
    *s = trimmed;
    *name = xml_name(s);
    if (name->n == 0 || s->n < 3 || s->p[0] != '=' || (s->p[1] != '"' && s->p[1] != '\''))
        return -1;
    struct str v = str_from(*s, 2);
    ptrdiff_t end = str_chr(v, s->p[1]);
    if (end < 0 || str_chr(str_upto(v, end), '<') >= 0) return -1;
    *value = str_upto(v, end);
    *s = str_from(v, end + 1);
    return 1;
}

static bool attributes_good(struct str s)
{
    struct str name, value;
    int more;
    while ((more = xml_attribute(&s, &name, &value)) > 0) {}
    return more == 0;
}

static struct str attribute(struct str s, struct str wanted)
{
    struct str name, value;
    while (xml_attribute(&s, &name, &value) > 0)
        if (str_eq(name, wanted)) return value;
    return S("");
}

static enum xml_kind xml_close(struct xml *x)
{
    x->rest = str_from(x->rest, 2);
    struct str name = xml_name(&x->rest);
    while (x->rest.n && is_blank(x->rest.p[0])) x->rest = str_from(x->rest, 1);
    if (x->rest.n == 0 || x->rest.p[0] != '>' || x->deep == 0) return XML_BAD;
    x->rest = str_from(x->rest, 1);
    return str_eq(name, x->open[--x->deep]) ? XML_CLOSE : XML_BAD;
}

static enum xml_kind xml_open(struct xml *x)
{
    x->rest = str_from(x->rest, 1);
    struct str name = xml_name(&x->rest);
    ptrdiff_t end = 0;
    char quoted = 0;
    for (; end < x->rest.n && (quoted || x->rest.p[end] != '>'); end++) {
        char b = x->rest.p[end];
        if (quoted) quoted = b == quoted ? 0 : quoted;
        else if (b == '"' || b == '\'') quoted = b;
    }
    if (name.n == 0 || end == x->rest.n || x->deep == XML_DEEP || (x->deep == 0 && x->seen))
        return XML_BAD;
    x->attributes = str_upto(x->rest, end);
    x->rest = str_from(x->rest, end + 1);
    x->closing = str_ends(x->attributes, S("/"));
    if (x->closing) x->attributes.n--;
    if (!attributes_good(x->attributes)) return XML_BAD;
    x->open[x->deep++] = name;
    x->seen = true;
    return XML_OPEN;
}

/* Behind <!-- or <?; false: it does not end. */
static bool xml_skip(struct xml *x, struct str end)
{
    ptrdiff_t at = str_find(x->rest, end);
    if (at < 0) return false;
    x->rest = str_from(x->rest, at + end.n);
    return true;
}

static enum xml_kind xml_next(struct xml *x)
{
    for (;;) {
        if (x->closing) {
            x->closing = false;
            x->deep--;
            return XML_CLOSE;
        }
        if (x->rest.n == 0) return x->deep == 0 && x->seen ? XML_END : XML_BAD;
        if (str_begins(x->rest, S("</"))) return xml_close(x);
        if (str_begins(x->rest, S("<!--"))) {
            if (!xml_skip(x, S("-->"))) return XML_BAD;
        } else if (str_begins(x->rest, S("<?"))) {
            if (!xml_skip(x, S("?>"))) return XML_BAD;
        } else if (x->rest.p[0] == '<') {
            return xml_open(x);
        } else {
            ptrdiff_t n = str_chr(x->rest, '<');
            x->text = n < 0 ? x->rest : str_upto(x->rest, n);
            x->rest = str_from(x->rest, x->text.n);
            if (x->deep > 0) return XML_TEXT;
            if (str_trim(x->text).n) return XML_BAD;
        }
    }
}

/* &amp; and its four sisters; what else begins with & stays and is refused by who reads it. */
static struct str xml_text(struct arena *a, struct str s)
{
    static const struct {
        struct str name;
        char letter;
    } entities[] = { { S_INIT("&amp;"), '&' },
                     { S_INIT("&lt;"), '<' },
                     { S_INIT("&gt;"), '>' },
                     { S_INIT("&quot;"), '"' },
                     { S_INIT("&apos;"), '\'' } };
    struct buf b = { .a = a };
    for (s = str_trim(s); s.n;) {
        int hit = -1;
        for (int i = 0; s.p[0] == '&' && i < COUNT(entities); i++)
            if (str_begins(s, entities[i].name)) hit = i;
        buf_char(&b, hit < 0 ? s.p[0] : entities[hit].letter);
        s = str_from(s, hit < 0 ? 1 : entities[hit].name.n);
    }
    return buf_str(&b);
}

/* ---- clientConfig ---------------------------------------------------------------- */

/* A server as it is read; bad: something in it can't be used. */
struct offer {
    struct autoconf_server server;
    bool inside, smtp, bad, safe, password;
};

struct reading {
    struct arena *a;
    struct str address, local, domain;
    struct autoconf found;
    struct offer offer;
};

static struct str fill_in(const struct reading *r, struct str s)
{
    const struct {
        struct str mark, value;
    } marks[] = { { S_INIT("%EMAILADDRESS%"), r->address },
                  { S_INIT("%EMAILLOCALPART%"), r->local },
                  { S_INIT("%EMAILDOMAIN%"), r->domain } };
    struct buf b = { .a = r->a };
    while (s.n) {
        int hit = -1;
        for (int i = 0; s.p[0] == '%' && i < COUNT(marks); i++)
            if (str_begins(s, marks[i].mark)) hit = i;
        if (hit < 0) buf_char(&b, s.p[0]);
        else buf_add(&b, marks[hit].value);
        s = str_from(s, hit < 0 ? 1 : marks[hit].mark.n);
    }
    return buf_str(&b);
}

static bool is_user(struct str s)
{
    for (ptrdiff_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] <= ' ' || s.p[i] == 0x7f) return false;
    return s.n > 0 && s.n <= 320;
}

static void offer_word(struct reading *r, struct str name, struct str word)
{
    struct offer *o = &r->offer;
    int64_t port;
    if (str_eq(name, S("hostname"))) {
        o->server.host = str_lower(r->a, fill_in(r, word));
        o->bad |= !is_host(o->server.host);
    } else if (str_eq(name, S("port"))) {
        bool good = str_int(word, &port) && port > 0 && port < 65536;
        o->server.port = good ? (int)port : 0;
    } else if (str_eq(name, S("socketType"))) {
        o->safe = str_eq(word, S("SSL")) || str_eq(word, S("STARTTLS"));
        o->server.safety = str_eq(word, S("SSL")) ? MAIL_TLS : MAIL_STARTTLS;
    } else if (str_eq(name, S("authentication"))) {
        o->password |= str_eq(word, S("password-cleartext")) || str_eq(word, S("plain")) ||
                       str_eq(word, S("password-encrypted")) || str_eq(word, S("secure"));
    } else if (str_eq(name, S("username"))) {
        o->server.user = fill_in(r, word);
        o->bad |= !is_user(o->server.user);
    }
}

static void offer_open(struct reading *r, const struct xml *x)
{
    struct str name = x->open[2], type = attribute(x->attributes, S("type"));
    bool in = str_eq(name, S("incomingServer")) && str_eq(type, S("imap"));
    bool out = str_eq(name, S("outgoingServer")) && str_eq(type, S("smtp"));
    bool place = str_eq(x->open[0], S("clientConfig")) && str_eq(x->open[1], S("emailProvider"));
    r->offer = (struct offer){ .inside = place && (in || out), .smtp = out };
}

static void offer_close(struct reading *r)
{
    const struct offer *o = &r->offer;
    struct autoconf_server *have = o->smtp ? &r->found.smtp : &r->found.imap;
    bool good = o->inside && !o->bad && o->safe && o->password && o->server.host.n &&
                o->server.port && o->server.user.n;
    bool better = !have->host.n || (have->safety == MAIL_STARTTLS && o->server.safety == MAIL_TLS);
    if (good && better) *have = o->server;
    r->offer.inside = false;
}

bool autoconf_read(struct arena *a, struct str xml, struct str address, struct autoconf *out)
{
    struct reading r = { .a = a };
    if (xml.n == 0 || xml.n > AUTOCONF_MOST || !text_valid(xml) || memchr(xml.p, 0, (size_t)xml.n))
        return false;
    if (!address_cut(a, address, &r.local, &r.domain)) return false;
    if (str_begins(xml, S("\xEF\xBB\xBF"))) xml = str_from(xml, 3);
    r.address = str_trim(address);
    struct xml x = { .rest = xml };
    for (enum xml_kind kind; (kind = xml_next(&x)) != XML_END;) {
        if (kind == XML_BAD) return false;
        if (kind == XML_OPEN && x.deep == 3) offer_open(&r, &x);
        if (kind == XML_CLOSE && x.deep == 2) offer_close(&r);
        if (kind == XML_TEXT && x.deep == 4 && r.offer.inside)
            offer_word(&r, x.open[3], xml_text(a, x.text));
    }
    if (!r.found.imap.host.n) return false;
    r.found.provider = autoconf_provider(r.found.imap.host);
    *out = r.found;
    return true;
}

/* ---- asking ------------------------------------------------------------------------ */

int autoconf_urls(struct arena *a, struct str address, const char *out[AUTOCONF_URLS])
{
    static const char *const forms[AUTOCONF_URLS] = { "https://autoconfig.", "https://",
                                                      "https://autoconfig.thunderbird.net/v1.1/" };
    static const char *const ends[AUTOCONF_URLS] = { "/mail/config-v1.1.xml",
                                                     "/.well-known/autoconfig/mail/config-v1.1.xml",
                                                     "" };
    struct str local, domain;
    if (!address_cut(a, address, &local, &domain)) return 0;
    for (int i = 0; i < AUTOCONF_URLS; i++)
        out[i] = str_z(a, str_fmt(a, "%s%.*s%s", forms[i], STR(domain), ends[i]));
    return AUTOCONF_URLS;
}

bool autoconf_find(struct arena *a, struct str address, autoconf_fetch *fetch, void *arg,
                   struct autoconf *out)
{
    struct str local, domain, body;
    *out = (struct autoconf){ .provider = NULL };
    if (!address_cut(a, address, &local, &domain)) return false;
    const struct autoconf_known *k = known_find(domain, false);
    if (k) {
        known_fill(a, k, address, local, out);
        return true;
    }
    const char *url[AUTOCONF_URLS];
    int n = fetch ? autoconf_urls(a, address, url) : 0;
    for (int i = 0; i < n; i++)
        if (fetch(arg, a, url[i], &body) && autoconf_read(a, body, address, out)) return true;
    return false;
}

int autoconf_srv(struct arena *a, struct str address, struct autoconf_srv out[AUTOCONF_SRVS])
{
    static const struct {
        const char *name;
        enum mail_safety safety;
        bool smtp;
    } kinds[AUTOCONF_SRVS] = { { "_imaps", MAIL_TLS, false },
                               { "_imap", MAIL_STARTTLS, false },
                               { "_submissions", MAIL_TLS, true },
                               { "_submission", MAIL_STARTTLS, true } };
    struct str local, domain;
    if (!address_cut(a, address, &local, &domain)) return 0;
    for (int i = 0; i < AUTOCONF_SRVS; i++) {
        out[i].name = str_fmt(a, "%s._tcp.%.*s", kinds[i].name, STR(domain));
        out[i].safety = kinds[i].safety;
        out[i].smtp = kinds[i].smtp;
    }
    return AUTOCONF_SRVS;
}
