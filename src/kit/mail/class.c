/* SPDX-License-Identifier: GPL-3.0-or-later
 * class.c - what kind of mail it is: rows of evidence, asked in order. */
#include "kit/base/text.h"
#include "kit/mail/author.h"
#include "kit/mail/param.h"

const char *const mail_class_words[MAIL_CLASSES] = { "bounce", "auto-reply", "calendar", "machine",
                                                     "list",   "bulk",       "direct" };

struct evidence {
    struct arena *a;
    const struct headers *h;
    const struct mime_node *root;
    struct mail *m;
};

/* Subjects of automatic answers, as their beginnings; "*" before one: anywhere. */
/* clang-format off */
static const char *const away_subjects[] = {
    "Automatic reply", "Auto-Reply", "Auto Reply", "AutoReply", "Auto Response", "Automated reply",
    "Automated response", "Auto:", "Autoresponder", "Out of Office", "Out of the office", "OOO:",
    "*out of office autoreply", "Abwesenheitsnotiz", "Abwesend", "Automatische Antwort",
    "Abwesenheit:", "AutoAntwort", "Réponse automatique", "Reponse automatique",
    "Absence du bureau", "Absent du bureau", "Message d'absence", "Autosvar", "Automatiskt svar",
    "Automatisk svar", "Frånvaromeddelande", "Ikke til stede", "Fravær", "Poissa",
    "Automaattinen vastaus", "Fuori sede", "Fuori ufficio", "Risposta automatica",
    "Respuesta automática", "Respuesta automatica", "Fuera de la oficina", "Resposta automática",
    "Resposta automatica", "Ausência temporária", "Automatisch antwoord", "Afwezig",
    "Automatische beantwoording", "Afwezigheid", "Autoodpowiedź", "Automatyczna odpowiedź",
    "Odpowiedź automatyczna", "Poza biurem", "Automatická odpověď", "Otomatik yanıt", "Автоответ",
    "自動返信", "自动回复", "自動応答", "不在通知", "Vacation reply", "Vacation:", "Away from my mail",
    "Away from office", "I am out of the office",
};
/* clang-format on */
/* Subjects of mail servers, believed only together with another sign. */
/* clang-format off */
static const char *const bounce_subjects[] = {
    "undeliver", "delivery status notification", "delivery failure", "delivery failed",
    "mail delivery fail", "returned mail", "failure notice", "delivery notification",
    "mail could not be delivered", "returned to sender", "delivery has failed",
    "message could not be delivered", "non remis", "unzustellbar", "mail system error",
    "undelivered", "non-delivery", "could not send", "warning: could not", "delivery error",
    "mail delivery", "message delivery", "rejected mail", "blocked by", "nondeliverable",
    "mail failure", "onbestelbaar",
};
/* clang-format on */
/* clang-format off */
static const char *const service_marks[] = {
    "Feedback-ID", "X-Campaign", "X-CampaignID", "X-Campaign-ID", "X-Campaign-Id", "X-MC-User",
    "X-Mailgun-Tag", "X-CSA-Complaints", "X-Mailer-RecptId", "X-EmailBlast", "X-Mailing-ID",
    "X-MailingID", "X-SFMC-Stack", "X-Mailchimp-ID", "X-cid", "X-Newsletter", "X-ListMember",
    "X-Roving-ID", "X-rpcampaign", "X-EBSERVER", "X-CheetahMail", "X-LinkedIn-Class", "X-Job",
    "X-JobID", "X-Klaviyo-Message-ID", "X-HubSpot-Tenant-Id",
};
/* clang-format on */

static bool found(const struct evidence *e, mail_class class, struct str header, struct str value)
{
    struct str shown = text_short(e->a, text_oneline(e->a, value), 120);
    e->m->class = class;
    e->m->class_header = str_lower(e->a, text_oneline(e->a, header));
    e->m->class_why =
        shown.n ? str_fmt(e->a, "%.*s: %.*s", STR(header), STR(shown)) : str_dup(e->a, header);
    return true;
}

static bool by_header(const struct evidence *e, mail_class class, struct str header)
{
    return headers_has(e->h, header) && found(e, class, header, headers_get(e->h, header));
}

static const struct mime_node *find_type(const struct mime_node *n, struct str type, int depth)
{
    if (str_eq(n->type, type)) return n;
    const struct mime_node *got = NULL;
    for (const struct mime_node *c = depth < 60 ? n->child : NULL; c && !got; c = c->next)
        got = find_type(c, type, depth + 1);
    return got;
}

static bool subject_has(struct str subject, const char *const *list, int n)
{
    for (int i = 0; i < n; i++) {
        struct str s = str_c(list[i]);
        if (*s.p == '*' ? str_ifind(subject, str_from(s, 1)) >= 0 : str_ibegins(subject, s))
            return true;
    }
    return false;
}

static bool subject_of_server(struct str subject)
{
    for (int i = 0; i < COUNT(bounce_subjects); i++)
        if (str_ifind(subject, str_c(bounce_subjects[i])) >= 0) return true;
    return false;
}

/* Mail servers by address or by the name they go under. */
static bool from_server(const struct mail *m)
{
    static const char *const names[] = { "mail delivery", "mailer-daemon", "mailer daemon",
                                         "postmaster",    "mail daemon",   "mail administrator",
                                         "mail router",   "mail system",   "email delivery",
                                         "delivery agent" };
    if (!m->from.n) return false;
    struct mail_addr f = m->from.at[0];
    if (f.key.n && mail_is_mailer(f.key)) return true;
    if (!f.key.n && str_ifind(f.addr, S("mailer-daemon")) >= 0) return true;
    for (int i = 0; i < COUNT(names); i++)
        if (str_ibegins(f.name, str_c(names[i]))) return true;
    return false;
}

static bool null_path(const struct evidence *e)
{
    return headers_has(e->h, S("Return-Path")) &&
           str_eq(str_trim(headers_get(e->h, S("Return-Path"))), S("<>"));
}

static bool is_bounce(const struct evidence *e)
{
    const struct mime_node *r = e->root;
    if (str_eq(param_word(e->a, r->content_type),
               S("multipart/report"))) { /* even where its parts are lost */
        struct str kind = param_get(e->a, r->content_type, S("report-type"));
        bool receipt = str_ieq(kind, S("disposition-notification")) ||
                       find_type(r, S("message/disposition-notification"), 0);
        if (!receipt) return found(e, MAIL_BOUNCE, S("Content-Type"), r->content_type);
    }
    const struct mime_node *status = find_type(r, S("message/delivery-status"), 0);
    if (!status) status = find_type(r, S("message/feedback-report"), 0);
    if (status) return found(e, MAIL_BOUNCE, S("Content-Type"), status->type);
    if (from_server(e->m))
        return found(e, MAIL_BOUNCE, S("From"),
                     e->m->from.at[0].key.n ? e->m->from.at[0].key : e->m->from.at[0].name);
    if (headers_has(e->h, S("X-Failed-Recipients")))
        return by_header(e, MAIL_BOUNCE, S("X-Failed-Recipients"));
    return false;
}

static bool automatic(struct str auto_submitted)
{
    return str_ibegins(auto_submitted, S("auto-replied")) ||
           str_ibegins(auto_submitted, S("auto-reply"));
}

static bool is_auto_reply(const struct evidence *e)
{
    struct str submitted = headers_get(e->h, S("Auto-Submitted"));
    if (automatic(submitted)) return found(e, MAIL_AUTO_REPLY, S("Auto-Submitted"), submitted);
    if (by_header(e, MAIL_AUTO_REPLY, S("X-Autoreply")) ||
        by_header(e, MAIL_AUTO_REPLY, S("X-Autorespond")) ||
        by_header(e, MAIL_AUTO_REPLY, S("X-Autoresponder")))
        return true;
    if (str_ieq(headers_get(e->h, S("Precedence")), S("auto_reply")))
        return by_header(e, MAIL_AUTO_REPLY, S("Precedence"));
    struct str subject = e->m->subject;
    if (subject_has(subject, away_subjects, COUNT(away_subjects)) ||
        subject_has(e->m->subject_base, away_subjects, COUNT(away_subjects)))
        return found(e, MAIL_AUTO_REPLY, S("Subject"), subject);
    const struct mime_node *r = e->root;
    if (find_type(r, S("message/disposition-notification"), 0))
        return found(e, MAIL_AUTO_REPLY, S("Content-Type"), r->content_type);
    return false;
}

/* Signs that mean a server only after it is known not to be an automatic answer of a person. */
static bool is_plain_bounce(const struct evidence *e)
{
    if (null_path(e)) return found(e, MAIL_BOUNCE, S("Return-Path"), S("<>"));
    bool nobody = !e->m->from.n || !e->m->from.at[0].key.n ||
                  mail_is_noreply(e->m->from.at[0].key) || mail_is_role(e->m->from.at[0].key);
    bool answers = e->m->marks & MAIL_MARK_REPLY_WORD;
    if (nobody && !answers && subject_of_server(e->m->subject))
        return found(e, MAIL_BOUNCE, S("Subject"), e->m->subject);
    return false;
}

static bool is_calendar(const struct evidence *e)
{
    return e->m->method.n && found(e, MAIL_CALENDAR, S("Content-Type"),
                                   str_fmt(e->a, "text/calendar; method=%.*s", STR(e->m->method)));
}

static bool is_machine(const struct evidence *e)
{
    struct str v = headers_get(e->h, S("Auto-Submitted"));
    return v.n && !str_ieq(param_word(e->a, v), S("no")) &&
           found(e, MAIL_MACHINE, S("Auto-Submitted"), v);
}

static bool by_service(const struct evidence *e, bool *any)
{
    for (int i = 0; i < COUNT(service_marks); i++) {
        if (!headers_has(e->h, str_c(service_marks[i]))) continue;
        *any = true;
        return found(e, MAIL_BULK, str_c(service_marks[i]),
                     headers_get(e->h, str_c(service_marks[i])));
    }
    return false;
}

static bool is_list(const struct evidence *e)
{
    bool answers = headers_has(e->h, S("In-Reply-To")) || headers_has(e->h, S("References"));
    struct str precedence = headers_get(e->h, S("Precedence"));
    if (e->m->list_post.n) return by_header(e, MAIL_LIST, S("List-Post"));
    if (by_header(e, MAIL_LIST, S("X-Mailing-List")) || by_header(e, MAIL_LIST, S("X-BeenThere")))
        return true;
    bool service = false;
    if (str_ieq(precedence, S("list")) && !by_service(e, &service))
        return found(e, MAIL_LIST, S("Precedence"), precedence);
    return answers && e->m->list_id.n && !by_service(e, &service) &&
           by_header(e, MAIL_LIST, S("List-Id"));
}

static bool is_bulk(const struct evidence *e)
{
    bool any = false;
    if (by_header(e, MAIL_BULK, S("List-Unsubscribe")) ||
        by_header(e, MAIL_BULK, S("List-Unsubscribe-Post")) ||
        by_header(e, MAIL_BULK, S("List-Id")) || by_service(e, &any))
        return true;
    struct str key = e->m->author.key.n ? e->m->author.key
                     : e->m->from.n     ? e->m->from.at[0].key
                                        : S("");
    if (key.n && mail_is_noreply(key)) return found(e, MAIL_BULK, S("From"), key);
    /* whole lists of people carry Precedence: bulk, so it counts only where nobody is answered */
    struct str precedence = headers_get(e->h, S("Precedence"));
    bool answers = headers_has(e->h, S("In-Reply-To")) || headers_has(e->h, S("References"));
    return !answers && (str_ieq(precedence, S("bulk")) || str_ieq(precedence, S("junk"))) &&
           found(e, MAIL_BULK, S("Precedence"), precedence);
}

void class_find(struct arena *a, const struct headers *h, const struct mime_node *root,
                struct mail *m)
{
    struct evidence e = { a, h, root, m };
    m->class_why = m->class_header = S("");
    if (is_bounce(&e) || is_auto_reply(&e) || is_plain_bounce(&e) || is_calendar(&e) ||
        is_machine(&e) || is_list(&e))
        return;
    m->class = MAIL_BULK;
    if (!is_bulk(&e)) m->class = MAIL_DIRECT;
}
