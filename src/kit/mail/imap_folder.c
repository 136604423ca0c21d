/* SPDX-License-Identifier: GPL-3.0-or-later
 * imap_folder.c - what folders are called, and what people call the folders that mean something. */
#include "kit/base/text.h"
#include "kit/mail/imap.h"

#include <iconv.h>

/* Every & begins a run that ends with -, of whole UTF-16 units: glibc is not as strict. */
static bool utf7_looks(struct str s)
{
    for (ptrdiff_t at; (at = str_chr(s, '&')) >= 0;) {
        s = str_from(s, at + 1);
        ptrdiff_t n = str_chr(s, '-');
        if (n < 0 || n * 6 % 16 >= 6) return false;
        s = str_from(s, n + 1);
    }
    return true;
}

/* Modified UTF-7 (RFC 3501, 5.1.3), which glibc knows; false when it is none. */
static bool utf7_decode(struct str raw, char *to, size_t room, struct str *out)
{
    iconv_t cd = iconv_open("UTF-8", "UTF-7-IMAP");
    if (cd == (iconv_t)-1) return false;
    char *in = (char *)(uintptr_t)raw.p, *end = to;
    size_t left = (size_t)raw.n;
    bool good = iconv(cd, &in, &left, &end, &room) != (size_t)-1 && left == 0;
    iconv_close(cd);
    if (good) *out = (struct str){ to, end - to };
    return good;
}

struct str imap_folder_name(struct arena *a, struct str raw)
{
    size_t room = (size_t)raw.n * 3 + 4;
    struct str name = raw;
    if (str_chr(raw, '&') >= 0 && utf7_looks(raw))
        utf7_decode(raw, NEW(a, char, (ptrdiff_t)room), room, &name);
    return text_oneline(a, text_utf8(a, name));
}

/* Folded, without marks: as text_fold() leaves them. */
static const struct {
    const char *name;
    enum imap_role role;
} folder_words[] = {
    { "sent", IMAP_SENT },
    { "sent items", IMAP_SENT },
    { "sent mail", IMAP_SENT },
    { "sent messages", IMAP_SENT },
    { "gesendet", IMAP_SENT },
    { "gesendete objekte", IMAP_SENT },
    { "gesendete elemente", IMAP_SENT },
    { "gesendete nachrichten", IMAP_SENT },
    { "envoyes", IMAP_SENT },
    { "messages envoyes", IMAP_SENT },
    { "elements envoyes", IMAP_SENT },
    { "enviados", IMAP_SENT },
    { "elementos enviados", IMAP_SENT },
    { "itens enviados", IMAP_SENT },
    { "inviati", IMAP_SENT },
    { "inviata", IMAP_SENT },
    { "posta inviata", IMAP_SENT },
    { "verzonden", IMAP_SENT },
    { "verzonden items", IMAP_SENT },
    { "skickat", IMAP_SENT },
    { "sendt", IMAP_SENT },
    { "sendte elementer", IMAP_SENT },
    { "lahetetyt", IMAP_SENT },
    { "wyslane", IMAP_SENT },
    { "odeslane", IMAP_SENT },
    { "\xD0\xBE\xD1\x82\xD0\xBF\xD1\x80\xD0\xB0\xD0\xB2\xD0\xBB\xD0\xB5\xD0\xBD\xD0\xBD\xD1\x8B"
      "\xD0\xB5",
      IMAP_SENT },
    { "drafts", IMAP_DRAFTS },
    { "entwurfe", IMAP_DRAFTS },
    { "brouillons", IMAP_DRAFTS },
    { "borradores", IMAP_DRAFTS },
    { "rascunhos", IMAP_DRAFTS },
    { "bozze", IMAP_DRAFTS },
    { "concepten", IMAP_DRAFTS },
    { "utkast", IMAP_DRAFTS },
    { "trash", IMAP_TRASH },
    { "deleted", IMAP_TRASH },
    { "deleted items", IMAP_TRASH },
    { "deleted messages", IMAP_TRASH },
    { "papierkorb", IMAP_TRASH },
    { "geloschte objekte", IMAP_TRASH },
    { "geloschte elemente", IMAP_TRASH },
    { "corbeille", IMAP_TRASH },
    { "papelera", IMAP_TRASH },
    { "lixeira", IMAP_TRASH },
    { "cestino", IMAP_TRASH },
    { "prullenbak", IMAP_TRASH },
    { "junk", IMAP_JUNK },
    { "junk e-mail", IMAP_JUNK },
    { "spam", IMAP_JUNK },
    { "spamverdacht", IMAP_JUNK },
    { "indesirables", IMAP_JUNK },
    { "correo no deseado", IMAP_JUNK },
    { "archive", IMAP_ARCHIVE },
    { "archiv", IMAP_ARCHIVE },
    { "archives", IMAP_ARCHIVE },
};

enum imap_role imap_folder_role(struct str name, char level)
{
    if (str_ieq(name, S("INBOX"))) return IMAP_INBOX;
    ptrdiff_t cut = level ? str_rchr(name, level) : -1;
    if (cut >= 0 && !str_ieq(str_upto(name, cut), S("INBOX"))) return IMAP_NO_ROLE;
    struct arena *a = arena_open(MIB);
    struct str last = text_fold(a, text_short(a, str_from(name, cut + 1), 64));
    enum imap_role role = IMAP_NO_ROLE;
    for (int i = 0; i < COUNT(folder_words); i++)
        if (str_eq(last, str_c(folder_words[i].name))) role = folder_words[i].role;
    arena_close(a);
    return role;
}
