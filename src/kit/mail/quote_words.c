/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kit/mail/quote_words.h"

/* clang-format off */
static const char *const wrote[] = {
    "wrote", "writes", "said", "schrieb", "geschrieben", "a écrit", "a ecrit", "écrit", "escribió",
    "escribio", "ha scritto", "scrive", "schreef", "skrev", "escreveu", "napisał", "napisala",
    "napsal", "kirjoitti", "напис", "пишет", "a scris", "írta", "yazdı", "写道", "書きました", "寫道", "하셨",
    "je napisao", "pisze", "napísal", "έγραψε", "rakstija", "のメール", "va escriure", "skrifaði",
    "viết",
};
/* clang-format on */
/* clang-format off */
static const char *const starts[] = {
    "On ", "In ", "At ", "Am ", "Le ", "El ", "Il ", "Op ", "Den ", "Em ", "Dnia ", "W dniu ",
    "Dne ", "Na ", "Pe ", "La data", "Quoting ", "Zitat von ", "Citando ", "Quoth ", "Citát ", "В ",
    "在", "于", "På ", "Dňa ", "Na dan", "El d", "Ter ", "Seg", "Qua", "lun", "mar", "mer", "jeu",
    "ven", "sam", "dim",
};
/* clang-format on */
/* clang-format off */
static const char *const originals[] = {
    "original message", "original appointment", "ursprüngliche nachricht",
    "urspruengliche nachricht", "originalnachricht", "original-nachricht", "message d'origine",
    "message original", "message initial", "mensaje original", "messaggio originale",
    "oorspronkelijk bericht", "originalmeddelande", "ursprungligt meddelande",
    "oprindelig meddelelse", "opprinnelig melding", "mensagem original", "wiadomość oryginalna",
    "oryginalna wiadomo", "alkuperäinen viesti", "původní zpráva", "Исходное сообщение", "原始邮件",
    "元のメッセージ", "reply message", "reply separator",
};
/* clang-format on */
/* clang-format off */
static const char *const forwards[] = {
    "forwarded message", "forwarded by", "begin forwarded message", "weitergeleitete nachricht",
    "anfang der weitergeleiteten", "message transféré", "mensaje reenviado", "messaggio inoltrato",
    "doorgestuurd bericht", "vidarebefordrat meddelande", "videresendt", "mensagem encaminhada",
    "przekazana wiadomo", "välitetty viesti", "début du message transf", "Пересланное",
    "inicio del mensaje reenviado", "inizio messaggio inoltrato",
};
/* clang-format on */
/* clang-format off */
static const char *const from_heads[] = {
    "From", "Von", "De", "Da", "Van", "Från", "Fra", "Od", "Lähettäjä", "От", "Від", "发件人", "寄件者",
    "差出人", "Kimden", "Feladó", "보낸 사람", "Expediteur", "Expéditeur", "Mittente", "Remitente",
    "De la", "Absender",
};
/* clang-format on */
/* clang-format off */
static const char *const other_heads[] = {
    "Sent", "Date", "To", "Cc", "Subject", "Reply-To", "Importance", "Attachments", "Gesendet",
    "Datum", "An", "Betreff", "Kopie", "Envoyé", "Envoyé le", "À", "A", "Objet", "Enviado",
    "Enviado el", "Fecha", "Para", "Asunto", "Inviato", "Data", "Oggetto", "Verzonden", "Aan",
    "Onderwerp", "Skickat", "Till", "Ämne", "Sendt", "Til", "Emne", "Assunto", "Enviada em",
    "Wysłano", "Do", "Temat", "Lähetetty", "Vastaanottaja", "Aihe", "Odesláno", "Komu", "Předmět",
    "Kopia", "Copie", "Отправлено", "Дата", "Кому", "Тема", "发送时间", "收件人", "主题", "件名", "宛先", "送信日時",
    "Tarih", "Kime", "Konu", "Message-ID", "Organization",
};
/* clang-format on */
/* clang-format off */
static const char *const devices[] = {
    "Sent from my ", "Sent via ", "Sent from Mail for", "Sent from Outlook", "Sent with Proton",
    "Sent from Yahoo", "Get Outlook for", "Von meinem ", "Von meinen ", "Gesendet von ",
    "Gesendet mit ", "Diese Nachricht wurde von meinem", "Envoyé de mon", "Envoyé depuis",
    "Enviado desde mi", "Enviado do meu", "Enviado desde ", "Inviato da ", "Verstuurd vanaf mijn",
    "Verzonden vanaf", "Skickat från min", "Skickat från ", "Sendt fra min", "Sendt fra ",
    "Wysłane z ", "Lähetetty ", "Odesláno z ", "Отправлено с",
};
/* clang-format on */
/* clang-format off */
static const char *const footers[] = {
    "To unsubscribe from this list", "To unsubscribe, e-mail", "To unsubscribe, send",
    "To unsubscribe from this group", "You received this message because you are subscribed",
    "unsubscribe linux-", "Mailing list:", "List archives", "Archive:",
    "For more options, visit this group", "Um sich aus dieser Liste", "Pour vous désabonner",
    "Para cancelar la suscripci", "More majordomo info at", "Please read the FAQ at",
    "Mailingliste", "Subscription settings:",
};
/* clang-format on */

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
    return str_ends(s, S(":")) || str_ends(s, S("：")) || str_ends(s, S(":*"));
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
    for (ptrdiff_t i = 0; i < line.n; i++)
        digit |= (line.p[i] >= '0' && line.p[i] <= '9') || line.p[i] == '@';
    return digit && begins(line, starts, COUNT(starts));
}

static bool ruled(struct str line)
{
    line = str_trim(line);
    return str_begins(line, S("--")) || str_begins(line, S("__")) || str_begins(line, S("==")) ||
           str_begins(line, S("*-"));
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
enum { HEAD_MOST = 40 };
static bool head(struct str line, const char *const *list, int n)
{
    struct str s = str_trim(line);
    while (s.n && *s.p == '*') s = str_from(s, 1);
    s = str_upto(s, HEAD_MOST + 3); /* its colon, wide or not, stands within */
    ptrdiff_t colon = str_chr(s, ':'), wide = str_find(s, S("："));
    if (colon < 0 || (wide >= 0 && wide < colon)) colon = wide;
    if (colon <= 0 || colon > HEAD_MOST) return false;
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
