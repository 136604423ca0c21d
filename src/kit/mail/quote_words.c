/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kit/mail/quote_words.h"

static const char *const wrote[] = {
    "wrote", "writes", "said", "schrieb", "geschrieben", "a \xC3\xA9" "crit", "a ecrit", "\xC3\xA9" "crit", "escribi\xC3\xB3",
    "escribio", "ha scritto", "scrive", "schreef", "skrev", "escreveu", "napisa\xC5\x82", "napisala", "napsal", "kirjoitti",
    "\xD0\xBD\xD0\xB0\xD0\xBF\xD0\xB8\xD1\x81", "\xD0\xBF\xD0\xB8\xD1\x88\xD0\xB5\xD1\x82", "a scris", "\xC3\xADrta",
    "yazd\xC4\xB1", "\xE5\x86\x99\xE9\x81\x93", "\xE6\x9B\xB8\xE3\x81\x8D\xE3\x81\xBE\xE3\x81\x97\xE3\x81\x9F", "\xE5\xAF\xAB\xE9\x81\x93",
    "\xED\x95\x98\xEC\x85\xA8", "je napisao", "pisze", "nap\xC3\xADsal", "\xCE\xAD\xCE\xB3\xCF\x81\xCE\xB1\xCF\x88\xCE\xB5", "rakstija",
    "\xE3\x81\xAE\xE3\x83\xA1\xE3\x83\xBC\xE3\x83\xAB", "va escriure", "skrifa\xC3\xB0i", "vi\xE1\xBA\xBFt",
};
static const char *const starts[] = {
    "On ", "In ", "At ", "Am ", "Le ", "El ", "Il ", "Op ", "Den ", "Em ", "Dnia ", "W dniu ", "Dne ", "Na ", "Pe ", "La data",
    "Quoting ", "Zitat von ", "Citando ", "Quoth ", "Citát ", "\xD0\x92 ", "\xE5\x9C\xA8", "\xE4\xBA\x8E", "P\xC3\xA5 ", "D\xC5\x88" "a ",
    "Na dan", "El d", "Ter ", "Seg", "Qua", "lun", "mar", "mer", "jeu", "ven", "sam", "dim",
};
static const char *const originals[] = {
    "original message", "original appointment", "urspr\xC3\xBCngliche nachricht", "urspruengliche nachricht", "originalnachricht",
    "original-nachricht", "message d'origine", "message original", "message initial", "mensaje original", "messaggio originale",
    "oorspronkelijk bericht", "originalmeddelande", "ursprungligt meddelande", "oprindelig meddelelse", "opprinnelig melding",
    "mensagem original", "wiadomo\xC5\x9B\xC4\x87 oryginalna", "oryginalna wiadomo", "alkuper\xC3\xA4inen viesti", "p\xC5\xAFvodn\xC3\xAD zpr\xC3\xA1va",
    "\xD0\x98\xD1\x81\xD1\x85\xD0\xBE\xD0\xB4\xD0\xBD\xD0\xBE\xD0\xB5 \xD1\x81\xD0\xBE\xD0\xBE\xD0\xB1\xD1\x89\xD0\xB5\xD0\xBD\xD0\xB8\xD0\xB5",
    "\xE5\x8E\x9F\xE5\xA7\x8B\xE9\x82\xAE\xE4\xBB\xB6", "\xE5\x85\x83\xE3\x81\xAE\xE3\x83\xA1\xE3\x83\x83\xE3\x82\xBB\xE3\x83\xBC\xE3\x82\xB8", "reply message", "reply separator",
};
static const char *const forwards[] = {
    "forwarded message", "forwarded by", "begin forwarded message", "weitergeleitete nachricht", "anfang der weitergeleiteten",
    "message transf\xC3\xA9r\xC3\xA9", "mensaje reenviado", "messaggio inoltrato", "doorgestuurd bericht", "vidarebefordrat meddelande",
    "videresendt", "mensagem encaminhada", "przekazana wiadomo", "v\xC3\xA4litetty viesti", "d\xC3\xA9" "but du message transf",
    "\xD0\x9F\xD0\xB5\xD1\x80\xD0\xB5\xD1\x81\xD0\xBB\xD0\xB0\xD0\xBD\xD0\xBD\xD0\xBE\xD0\xB5", "inicio del mensaje reenviado", "inizio messaggio inoltrato",
};
static const char *const from_heads[] = {
    "From", "Von", "De", "Da", "Van", "Fr\xC3\xA5n", "Fra", "Od", "L\xC3\xA4hett\xC3\xA4j\xC3\xA4", "\xD0\x9E\xD1\x82", "\xD0\x92\xD1\x96\xD0\xB4",
    "\xE5\x8F\x91\xE4\xBB\xB6\xE4\xBA\xBA", "\xE5\xAF\x84\xE4\xBB\xB6\xE8\x80\x85", "\xE5\xB7\xAE\xE5\x87\xBA\xE4\xBA\xBA", "Kimden", "Felad\xC3\xB3",
    "\xEB\xB3\xB4\xEB\x82\xB8 \xEC\x82\xAC\xEB\x9E\x8C", "Expediteur", "Exp\xC3\xA9" "diteur", "Mittente", "Remitente", "De la", "Absender",
};
static const char *const other_heads[] = {
    "Sent", "Date", "To", "Cc", "Subject", "Reply-To", "Importance", "Attachments", "Gesendet", "Datum", "An", "Betreff", "Kopie",
    "Envoy\xC3\xA9", "Envoy\xC3\xA9 le", "\xC3\x80", "A", "Objet", "Enviado", "Enviado el", "Fecha", "Para", "Asunto", "Inviato", "Data", "Oggetto",
    "Verzonden", "Aan", "Onderwerp", "Skickat", "Till", "\xC3\x84mne", "Sendt", "Til", "Emne", "Assunto", "Enviada em", "Wys\xC5\x82" "ano",
    "Do", "Temat", "L\xC3\xA4hetetty", "Vastaanottaja", "Aihe", "Odesl\xC3\xA1no", "Komu", "P\xC5\x99" "edm\xC4\x9Bt", "Kopia", "Copie",
    "\xD0\x9E\xD1\x82\xD0\xBF\xD1\x80\xD0\xB0\xD0\xB2\xD0\xBB\xD0\xB5\xD0\xBD\xD0\xBE", "\xD0\x94\xD0\xB0\xD1\x82\xD0\xB0", "\xD0\x9A\xD0\xBE\xD0\xBC\xD1\x83",
    "\xD0\xA2\xD0\xB5\xD0\xBC\xD0\xB0", "\xE5\x8F\x91\xE9\x80\x81\xE6\x97\xB6\xE9\x97\xB4", "\xE6\x94\xB6\xE4\xBB\xB6\xE4\xBA\xBA", "\xE4\xB8\xBB\xE9\xA2\x98",
    "\xE4\xBB\xB6\xE5\x90\x8D", "\xE5\xAE\x9B\xE5\x85\x88", "\xE9\x80\x81\xE4\xBF\xA1\xE6\x97\xA5\xE6\x99\x82", "Tarih", "Kime", "Konu", "Message-ID", "Organization",
};
static const char *const devices[] = {
    "Sent from my ", "Sent via ", "Sent from Mail for", "Sent from Outlook", "Sent with Proton", "Sent from Yahoo", "Get Outlook for",
    "Von meinem ", "Von meinen ", "Gesendet von ", "Gesendet mit ", "Diese Nachricht wurde von meinem", "Envoy\xC3\xA9 de mon",
    "Envoy\xC3\xA9 depuis", "Enviado desde mi", "Enviado do meu", "Enviado desde ", "Inviato da ", "Verstuurd vanaf mijn", "Verzonden vanaf", "Skickat fr\xC3\xA5n min",
    "Skickat fr\xC3\xA5n ", "Sendt fra min", "Sendt fra ", "Wys\xC5\x82" "ane z ", "L\xC3\xA4hetetty ", "Odesl\xC3\xA1no z ", "\xD0\x9E\xD1\x82\xD0\xBF\xD1\x80\xD0\xB0\xD0\xB2\xD0\xBB\xD0\xB5\xD0\xBD\xD0\xBE \xD1\x81",
};
static const char *const footers[] = {
    "To unsubscribe from this list", "To unsubscribe, e-mail", "To unsubscribe, send", "To unsubscribe from this group",
    "You received this message because you are subscribed", "unsubscribe linux-", "Mailing list:", "List archives", "Archive:",
    "For more options, visit this group", "Um sich aus dieser Liste", "Pour vous d\xC3\xA9sabonner", "Para cancelar la suscripci",
    "More majordomo info at", "Please read the FAQ at", "Mailingliste", "Subscription settings:",
};

static struct str bare(struct str s)
{
    s = str_trim(s);
    while (s.n && strchr("*-_=> \t|", *s.p)) s = str_from(s, 1);
    while (s.n && strchr("*-_= \t", s.p[s.n - 1])) s.n--;
    return s;
}

static bool holds(struct str s, const char *const *list, int n)
{
    for (int i = 0; i < n; i++)
        if (str_ifind(s, str_c(list[i])) >= 0) return true;
    return false;
}

/* Asked of every line: the first byte, in either case, spares most of the comparing. */
static bool begins(struct str s, const char *const *list, int n)
{
    for (int i = 0; i < n && s.n; i++)
        if (((*s.p ^ *list[i]) & ~0x20) == 0 && str_ibegins(s, str_c(list[i]))) return true;
    return false;
}

static bool ends_with_colon(struct str s)
{
    return str_ends(s, S(":")) || str_ends(s, S("\xEF\xBC\x9A")) || str_ends(s, S(":*"));
}

bool quote_says_wrote(struct str line)
{
    line = str_trim(line);
    return line.n < 400 && ends_with_colon(line) && holds(line, wrote, COUNT(wrote));
}

bool quote_begins_attribution(struct str line)
{
    line = str_trim(line);
    if (line.n > 300) return false;
    bool digit = false;
    for (ptrdiff_t i = 0; i < line.n; i++) digit |= (line.p[i] >= '0' && line.p[i] <= '9') || line.p[i] == '@';
    return digit && begins(line, starts, COUNT(starts));
}

static bool ruled(struct str line)
{
    line = str_trim(line);
    return str_begins(line, S("--")) || str_begins(line, S("__")) || str_begins(line, S("==")) || str_begins(line, S("*-"));
}

bool quote_is_original(struct str line)
{
    return line.n < 120 && ruled(line) && holds(bare(line), originals, COUNT(originals));
}

bool quote_is_forward(struct str line)
{
    struct str s = str_trim(line);
    if (line.n > 160 || !(ruled(s) || ends_with_colon(s))) return false;
    return holds(bare(s), forwards, COUNT(forwards));
}

/* "*From:* Ada", "De : Ada": the word before the colon is in the list */
static bool head(struct str line, const char *const *list, int n)
{
    struct str s = str_trim(line);
    while (s.n && *s.p == '*') s = str_from(s, 1);
    ptrdiff_t colon = str_chr(s, ':'), wide = str_find(s, S("\xEF\xBC\x9A"));
    if (colon < 0 || (wide >= 0 && wide < colon)) colon = wide;
    if (colon <= 0 || colon > 40) return false;
    struct str word = str_trim(str_upto(s, colon));
    while (word.n && word.p[word.n - 1] == '*') word.n--;
    if (str_ends(word, S("\xC2\xA0"))) word.n -= 2;
    for (int i = 0; i < n; i++)
        if (str_ieq(word, str_c(list[i]))) return true;
    return false;
}

bool quote_is_from_head(struct str line) { return head(line, from_heads, COUNT(from_heads)); }
bool quote_is_patch_head(struct str line)
{
    static const char *const heads[] = { "Date", "Subject" };
    return head(line, heads, COUNT(heads));
}
bool quote_is_other_head(struct str line) { return head(line, other_heads, COUNT(other_heads)); }

bool quote_is_device(struct str line)
{
    line = str_trim(line);
    return line.n < 120 && begins(line, devices, COUNT(devices));
}

bool quote_is_list_footer(struct str line)
{
    line = bare(line);
    return line.n < 200 && begins(line, footers, COUNT(footers));
}

bool quote_is_rule(struct str line)
{
    line = str_trim(line);
    if (line.n < 10 || !strchr("_-=", *line.p)) return false;
    for (ptrdiff_t i = 1; i < line.n; i++)
        if (line.p[i] != *line.p) return false;
    return true;
}
