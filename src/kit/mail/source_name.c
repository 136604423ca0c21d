/* SPDX-License-Identifier: GPL-3.0-or-later
 * source_name.c - what names of files and folders say. */
#include "kit/base/text.h"
#include "kit/mail/charset.h"
#include "kit/mail/codec.h"
#include "kit/mail/header.h"
#include "kit/mail/mbox.h"
#include "kit/mail/source_list.h"

/* Folded: no accents, lower case. */
/* clang-format off */
static const struct {
    source_role role;
    const char *names[40];
} roles[] = {
    { SOURCE_SENT, {
        "sent", "sent items", "sent mail", "sent messages", "sent-mail", "sentbox", "gesendet",
        "gesendete elemente", "gesendete objekte", "gesendete nachrichten", "envoyes",
        "elements envoyes", "messages envoyes", "courrier envoye", "enviados", "elementos enviados",
        "mensajes enviados", "correo enviado", "itens enviados", "mensagens enviadas", "inviata",
        "posta inviata", "inviati", "messaggi inviati", "verzonden", "verzonden items",
        "verzonden berichten", "skickat", "skickade objekt", "sendt", "sendte elementer",
        "sendt post", "wysłane", "elementy wysłane", "lahetetyt", "odeslana posta", "отправленные",
        "已发送" } },
    { SOURCE_DRAFTS, {
        "drafts", "draft", "entwurfe", "entwurf", "brouillons", "borradores", "rascunhos", "bozze",
        "concepten", "utkast", "kladder", "wersje robocze", "szkice", "luonnokset", "koncepty",
        "черновики", "草稿" } },
    { SOURCE_TRASH, {
        "trash", "bin", "deleted", "deleted items", "deleted messages", "papierkorb",
        "geloschte elemente", "geloschte objekte", "gelöscht", "corbeille", "elements supprimes",
        "papelera", "elementos eliminados", "lixeira", "itens excluidos", "lixo", "cestino",
        "posta eliminata", "prullenbak", "verwijderde items", "papperskorg", "borttagna objekt",
        "papirkurv", "slettet post", "slettede elementer", "kosz", "elementy usuniete", "roskakori",
        "kos", "корзина", "удаленные", "已删除" } },
    { SOURCE_SPAM, {
        "spam", "junk", "junk email", "junk e-mail", "junk mail", "bulk mail", "spamverdacht",
        "junk-e-mail", "unerwunscht", "pourriel", "courrier indesirable", "indesirables",
        "correo no deseado", "no deseado", "lixo eletronico", "posta indesiderata", "ongewenst",
        "ongewenste e-mail", "ongewenste reclame", "skrappost", "uonsket e-mail", "soppelpost",
        "wiadomosci-smieci", "roskaposti", "нежелательная почта", "спам", "垃圾邮件" } },
    { SOURCE_INBOX, {
        "inbox", "posteingang", "boite de reception", "bandeja de entrada", "entrada",
        "caixa de entrada", "posta in arrivo", "postvak in", "inkorgen", "indbakke", "innboks",
        "odebrane", "saapuneet", "dorucena posta", "входящие", "收件箱" } },
};
/* clang-format on */

static source_role role_of(struct arena *a, struct str part)
{
    part = text_fold(a, str_trim(part));
    for (int i = 0; i < COUNT(roles); i++)
        for (int k = 0; k < COUNT(roles[i].names) && roles[i].names[k]; k++)
            if (str_eq(part, text_fold(a, str_c(roles[i].names[k])))) return roles[i].role;
    return SOURCE_PLAIN;
}

source_role source_folder_role(struct str folder)
{
    struct arena *a = arena_open(MIB);
    source_role role = SOURCE_PLAIN;
    struct str rest = str_upto(folder, 2000), part;
    while (str_cut(&rest, '/', &part)) { /* the innermost that says something; Sent/2019 is sent */
        source_role r = role_of(a, part);
        if (r != SOURCE_PLAIN && (r != SOURCE_INBOX || role == SOURCE_PLAIN)) role = r;
    }
    arena_close(a);
    return role;
}

/* Modified UTF-7 of IMAP: "Entw&APw-rfe" */
static struct str imap_name(struct arena *a, struct str s)
{
    if (str_chr(s, '&') < 0) return s;
    struct buf b = { .a = a };
    while (s.n) {
        ptrdiff_t end = *s.p == '&' ? str_chr(s, '-') : -1;
        if (end < 0) {
            buf_char(&b, *s.p);
            s = str_from(s, 1);
            continue;
        }
        struct buf wide = { .a = a };
        struct base64 bits = { 0 };
        char *inner = str_z(a, str_from(str_upto(s, end), 1));
        for (char *c = inner; *c; c++)
            if (*c == ',') *c = '/';
        base64_add(&bits, str_c(inner), &wide);
        if (end == 1) buf_char(&b, '&');
        else buf_add(&b, charset_utf8(a, buf_str(&wide), S("utf-16be"), NULL));
        s = str_from(s, end + 1);
    }
    return buf_str(&b);
}

static struct str without_suffix(struct str part)
{
    static const char *const suffixes[] = { ".sbd", ".mbox", ".mbx", ".mboxrd", ".mbs", ".eml" };
    for (int i = 0; i < COUNT(suffixes); i++) {
        ptrdiff_t n = (ptrdiff_t)strlen(suffixes[i]);
        if (part.n > n && str_ieq(str_from(part, part.n - n), str_c(suffixes[i])))
            return str_upto(part, part.n - n);
    }
    return part;
}

struct str source_label(struct arena *a, struct str relative)
{
    struct buf b = { .a = a };
    struct str part;
    while (str_cut(&relative, '/', &part)) {
        bool plusplus = part.n > 1 && *part.p == '.';
        if (str_eq(part, S("mbox")) && b.n) continue; /* Apple's "Work.mbox/mbox" */
        part = imap_name(a, without_suffix(plusplus ? str_from(part, 1) : part));
        if (!part.n) continue;
        if (b.n) buf_char(&b, '/');
        for (ptrdiff_t i = 0; i < part.n; i++)
            buf_char(&b, plusplus && part.p[i] == '.' ? '/' : part.p[i]);
    }
    return text_oneline(a, buf_str(&b));
}

bool source_is_archive(struct str name)
{
    static const char *const ends[] = { ".zip", ".tar",    ".tgz", ".tar.gz", ".tar.bz2",
                                        ".tbz", ".tar.xz", ".txz", ".tar.zst" };
    for (int i = 0; i < COUNT(ends); i++) {
        ptrdiff_t n = (ptrdiff_t)strlen(ends[i]);
        if (name.n > n && str_ieq(str_from(name, name.n - n), str_c(ends[i]))) return true;
    }
    return false;
}

bool source_is_housekeeping(struct str name)
{
    static const char *const begins[] = { "dovecot",       "maildirfolder", "subscriptions",
                                          "courierimap",   ".mh_sequences", ".xmhcache",
                                          ".ds_store",     "maildirsize",   ".uidvalidity",
                                          ".subscriptions" };
    static const char *const ends[] = { ".msf",   ".dat",        ".sqlite", ".plist",
                                        ".cmeta", ".ibex.index", ".lock" };
    for (int i = 0; i < COUNT(begins); i++)
        if (str_ibegins(name, str_c(begins[i]))) return true;
    for (int i = 0; i < COUNT(ends); i++) {
        ptrdiff_t n = (ptrdiff_t)strlen(ends[i]);
        if (name.n > n && str_ieq(str_from(name, name.n - n), str_c(ends[i]))) return true;
    }
    return false;
}

source_bytes source_look(struct arena *a, struct str first)
{
    static const char *const known[] = {
        "From",         "To",           "Date", "Subject", "Received", "Return-Path", "Message-ID",
        "MIME-Version", "Delivered-To", "Cc",   "Sender",  "Reply-To", "X-Mailer"
    };
    if (!first.n) return BYTES_EMPTY;
    if (mbox_looks(first)) return BYTES_MBOX;
    struct headers h = headers_read(a, first);
    if (!h.n && str_chr(first, '\n') < 0) { /* old Macintosh line ends */
        char *p = str_z(a, first);
        for (ptrdiff_t i = 0; i < first.n; i++)
            if (p[i] == '\r') p[i] = '\n';
        h = headers_read(a, (struct str){ p, first.n });
    }
    for (int i = 0; i < COUNT(known); i++)
        if (headers_has(&h, str_c(known[i]))) return BYTES_MESSAGE;
    return BYTES_OTHER;
}

const char *source_why_not(source_bytes looks)
{
    return looks == BYTES_EMPTY ? "It is empty." : "It does not look like mail.";
}
