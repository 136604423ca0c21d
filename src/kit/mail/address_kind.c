/* SPDX-License-Identifier: GPL-3.0-or-later
 * address_kind.c - what an address or a name says about who is behind it: data, and how to ask it.
 */
#include "kit/mail/address.h"

/* RFC 2142 and what houses use beside it, in several languages. */
/* clang-format off */
static const char *const roles[] = {
    "abuse", "accounting", "accounts", "admin", "administration", "administrator", "anfrage",
    "anmeldung", "atendimento", "aide", "all", "ask", "assistance", "bestellung", "bestellungen",
    "billing", "biuro", "booking", "bookings", "buchhaltung", "buchung", "careers", "commercial",
    "compta", "comptabilite", "contact", "contacto", "contato", "contatti", "customerservice",
    "customercare", "dpo", "datenschutz", "direction", "editor", "einkauf", "empfang", "enquiries",
    "events", "everyone", "facturacion", "faktura", "feedback", "finance", "ftp", "geral", "hallo",
    "hei", "hej", "hello", "help", "helpdesk", "hi", "hola", "hostmaster", "hr", "impressum",
    "info", "information", "infos", "inquiries", "invoice", "invoices", "jobs", "kasse",
    "klantenservice", "kontakt", "kundenservice", "kundtjanst", "legal", "list", "mail", "mailbox",
    "marketing", "media", "news", "newsletter", "noc", "office", "oficina", "order", "orders",
    "pedidos", "personal", "post", "praxis", "presse", "press", "privacy", "purchasing",
    "reception", "rechnung", "recruiting", "redaktion", "reservation", "reservations", "root",
    "rsvp", "sales", "secretariat", "secretary", "security", "sekretariat", "service", "services",
    "shop", "staff", "store", "studio", "subscribe", "suporte", "support", "team", "tech",
    "technik", "usenet", "ventas", "verkauf", "verwaltung", "vendas", "vendite", "vertrieb",
    "webmaster", "welcome", "werkstatt", "www", "zentrale",
};
/* clang-format on */
/* clang-format off */
static const char *const deaf[] = {
    "noreply", "donotreply", "dontreply", "noresponse", "neverreply", "nepasrepondre",
    "keineantwort", "nichtantworten", "noresponder", "naoresponda", "nonrispondere", "ingensvar",
    "svarinte", "svaraej", "nieodpowiadaj", "nietbeantwoorden", "autoreply", "autoresponder",
    "automailer", "mailrobot", "unattended", "devnull",
};
/* clang-format on */
/* clang-format off */
static const char *const providers[] = {
    "126.com", "139.com", "163.com", "abv.bg", "aim.com", "aliyun.com", "alice.it", "aol.com",
    "arcor.de", "att.net", "bellsouth.net", "bigpond.com", "bk.ru", "bluewin.ch", "bol.com.br",
    "bt.com", "btinternet.com", "centrum.cz", "charter.net", "comcast.net", "cox.net",
    "daum.net", "disroot.org", "duck.com", "earthlink.net", "email.cz", "email.de", "email.it",
    "example.com", "example.net", "example.org", /* RFC 2606: in examples they stand for these */
    "fastmail.com", "fastmail.fm", "foxmail.com", "free.fr", "freenet.de", "gmail.com",
    "gmx.at", "gmx.ch", "gmx.com", "gmx.de", "gmx.net", "googlemail.com", "hanmail.net",
    "hey.com", "home.nl", "hushmail.com", "icloud.com", "inbox.lv", "inbox.ru", "interia.pl",
    "juno.com", "kpnmail.nl", "laposte.net", "libero.it", "list.ru", "mac.com", "mail.com",
    "mail.de", "mail.ru", "mailbox.org", "me.com", "msn.com", "myyahoo.com", "naver.com",
    "neuf.fr", "ntlworld.com", "numericable.fr", "o2.pl", "online.de", "online.no", "op.pl",
    "optonline.net", "orange.fr", "outlook.com", "pm.me", "posteo.de", "posteo.net",
    "proton.me", "protonmail.ch", "protonmail.com", "qq.com", "rambler.ru", "rediffmail.com",
    "riseup.net", "rocketmail.com", "sapo.pt", "sbcglobal.net", "seznam.cz", "sfr.fr",
    "shaw.ca", "sina.com", "skynet.be", "sohu.com", "sympatico.ca", "t-online.de", "telenet.be",
    "telia.com", "terra.com.br", "tiscali.it", "tuta.com", "tuta.io", "tutanota.com",
    "tutanota.de", "uol.com.br", "ukr.net", "verizon.net", "virgilio.it", "virginmedia.com",
    "vodafone.it", "wanadoo.fr", "web.de", "wp.pl", "xs4all.nl", "xtra.co.nz", "yandex.com",
    "yandex.ru", "yeah.net", "ymail.com", "ziggo.nl", "zoho.com", "zohomail.com",
};
/* clang-format on */
/* one name under many top domains */
static const char *const families[] = { "yahoo.", "hotmail.", "outlook.", "live.", "gmx." };
/* clang-format off */
static const char *const suffixes[] = {
    "ab", "ag", "aps", "as", "asa", "bv", "cfa", "co", "company", "corp", "corporation", "cpa",
    "dds", "dr", "ek", "esq", "ev", "gbr", "ggmbh", "gmbh", "ii", "iii", "inc", "incorporated",
    "iv", "jr", "kft", "kg", "limited", "lda", "llc", "llp", "lp", "ltd", "ltda", "ma", "mba", "md",
    "msc", "nv", "oy", "oyj", "phd", "plc", "pty", "sa", "sarl", "sas", "se", "sl", "spa", "sr",
    "srl", "sro", "ug", "zoo",
};
/* clang-format on */

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c; }

/* By the first letter: every address of every mail is looked for, and few are found. */
static bool listed(const char *const *list, int n, struct str word)
{
    char first = word.n ? lower(*word.p) : '\0';
    for (int i = 0; i < n; i++)
        if (*list[i] == first && str_ieq(word, str_c(list[i]))) return true;
    return false;
}

static struct str local_part(struct str key)
{
    ptrdiff_t at = str_rchr(key, '@');
    struct str local = at < 0 ? key : str_upto(key, at);
    ptrdiff_t plus = str_chr(local, '+');
    return plus > 0 ? str_upto(local, plus) : local;
}

bool mail_is_role(struct str key)
{
    struct str local = local_part(key);
    return listed(roles, COUNT(roles), local) || mail_is_mailer(key) || mail_is_noreply(key);
}

bool mail_is_mailer(struct str key)
{
    static const char *const mailers[] = { "mailer-daemon", "mailerdaemon", "postmaster",
                                           "post_master", "mail-daemon" };
    return listed(mailers, COUNT(mailers), local_part(key));
}

bool mail_is_noreply(struct str key)
{
    ptrdiff_t at = str_rchr(key, '@');
    struct str whole = at < 0 ? key : str_upto(key, at);
    char room[64];
    ptrdiff_t n = 0;
    for (ptrdiff_t i = 0; i < whole.n && n < (ptrdiff_t)sizeof room; i++)
        if (!strchr("-_.", whole.p[i])) room[n++] = lower(whole.p[i]);
    struct str plain = { room, n };
    for (; plain.n; plain = str_from(plain, 1))
        for (int i = 0; i < COUNT(deaf); i++)
            if (*deaf[i] == *plain.p && str_begins(plain, str_c(deaf[i]))) return true;
    if (!str_ibegins(whole, S("bounce"))) return false;
    struct str tail = str_from(whole, 6);
    if (tail.n && *tail.p == 's') tail = str_from(tail, 1);
    return !tail.n || strchr("+-=_.", *tail.p);
}

bool mail_is_public_provider(struct str domain)
{
    ptrdiff_t at = str_rchr(domain, '@');
    if (at >= 0) domain = str_from(domain, at + 1);
    if (listed(providers, COUNT(providers), domain)) return true;
    for (int i = 0; i < COUNT(families); i++) {
        struct str family = str_c(families[i]), tail = str_from(domain, family.n);
        if (str_ibegins(domain, family) && tail.n <= 6 &&
            (str_chr(tail, '.') < 0 || tail.n == 5 || tail.n == 6))
            return true;
    }
    return false;
}

/* ---- names ------------------------------------------------------------- */

static bool is_suffix(struct str word)
{
    char room[16];
    ptrdiff_t n = 0;
    for (ptrdiff_t i = 0; i < word.n; i++) {
        if (strchr(". ", word.p[i])) continue;
        if (n == (ptrdiff_t)sizeof room) return false;
        room[n++] = word.p[i];
    }
    return listed(suffixes, COUNT(suffixes), (struct str){ room, n });
}

static int word_count(struct str s)
{
    int n = 0;
    struct str word;
    while (str_cut(&s, ' ', &word))
        if (word.n) n++;
    return n;
}

struct str mail_display_name(struct arena *a, struct str name)
{
    name = str_trim(name);
    while (name.n >= 2 && strchr("\"'", *name.p) && name.p[name.n - 1] == *name.p)
        name = str_trim((struct str){ name.p + 1, name.n - 2 });
    ptrdiff_t via = str_ifind(name, S(" via "));
    if (via > 0) name = str_trim(str_upto(name, via));
    if (str_chr(name, '@') >= 0 && str_chr(name, ' ') < 0) return S("");
    ptrdiff_t comma = str_chr(name, ',');
    if (comma <= 0 || str_chr(str_from(name, comma + 1), ',') >= 0) return name;
    struct str last = str_trim(str_upto(name, comma)), first = str_trim(str_from(name, comma + 1));
    struct str tail = S("");
    ptrdiff_t paren = str_chr(first, '(');
    if (paren > 0) {
        tail = str_from(first, paren);
        first = str_trim(str_upto(first, paren));
    }
    if (!first.n || word_count(first) > 3 || word_count(last) > 3 || is_suffix(first)) return name;
    struct str word, rest = first;
    while (str_cut(&rest, ' ', &word)) /* "Weber, Inc Berlin" */
        if (is_suffix(word) && word.n > 1) return name;
    return str_fmt(a, "%.*s %.*s%s%.*s", STR(first), STR(last), tail.n ? " " : "", STR(tail));
}
