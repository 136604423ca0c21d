/* SPDX-License-Identifier: GPL-3.0-or-later
 * ask_mail.c - the letter that asks about a fact, and what is answered to it by mail. Anybody can
 * write an answer, so it is believed only from an address of that person, to a Message-ID of ours,
 * which nobody else can know. */
#include "talk/ask.h"

#include "kit/base/hash.h"
#include "kit/base/text.h"
#include "kit/mail/said.h"
#include "people/people_mail.h"
#include "talk/objection.h"
#include "talk/stop.h"
#include "talk/talk_mail.h"

enum { ONCE_DAYS = 30, ANSWER_BYTES = 16 };

static const struct {
    const char *subject, *before, *right, *wrong, *answer, *after;
    const char *yes, *no; /* as text_fold() has them */
} says[LANG_COUNT] = {
    [LANG_EN] = { "Is this right?",
                  "We noted something about you, and would rather ask than assume. Is it right?",
                  "Yes, it is right:", "No, it is wrong:",
                  "Answer this letter with the one word YES or NO.",
                  "Until you say so nobody uses it, and after a month it is forgotten.", "yes",
                  "no" },
    [LANG_DE] = { "Stimmt das?",
                  "Wir haben etwas über Sie notiert und fragen lieber, als es anzunehmen. Stimmt "
                  "es?",
                  "Ja, es stimmt:", "Nein, es stimmt nicht:",
                  "Antworten Sie auf diesen Brief mit dem einen Wort JA oder NEIN.",
                  "Bis dahin verwendet es niemand, und nach einem Monat ist es vergessen.", "ja",
                  "nein" },
    [LANG_FR] = { "Est-ce exact ?",
                  "Nous avons noté quelque chose à votre sujet, et préférons demander que "
                  "supposer. Est-ce exact ?",
                  "Oui, c’est exact :", "Non, c’est faux :",
                  "Répondez à cette lettre par le seul mot OUI ou NON.",
                  "D’ici là personne ne s’en sert, et après un mois c’est oublié.", "oui", "non" },
    [LANG_ES] = { "¿Es correcto?",
                  "Hemos anotado algo sobre usted y preferimos preguntar antes que suponer. ¿Es "
                  "correcto?",
                  "Sí, es correcto:", "No, no es así:",
                  "Responda a esta carta con la sola palabra SÍ o NO.",
                  "Hasta entonces nadie lo usa, y al cabo de un mes se olvida.", "si", "no" },
    [LANG_IT] = { "È giusto?",
                  "Abbiamo annotato qualcosa su di lei, e preferiamo chiedere piuttosto che "
                  "supporre. È giusto?",
                  "Sì, è giusto:", "No, è sbagliato:",
                  "Risponda a questa lettera con la sola parola SÌ o NO.",
                  "Fino ad allora nessuno lo usa, e dopo un mese è dimenticato.", "si", "no" },
    [LANG_NL] = { "Klopt dit?",
                  "We hebben iets over u genoteerd, en vragen het liever dan dat we het aannemen. "
                  "Klopt het?",
                  "Ja, het klopt:", "Nee, het klopt niet:",
                  "Antwoord op deze brief met het ene woord JA of NEE.",
                  "Tot dan gebruikt niemand het, en na een maand is het vergeten.", "ja", "nee" },
    [LANG_PT] = { "Está certo?",
                  "Anotámos algo sobre si, e preferimos perguntar a supor. Está certo?",
                  "Sim, está certo:", "Não, está errado:",
                  "Responda a esta carta com a única palavra SIM ou NÃO.",
                  "Até lá ninguém o usa, e ao fim de um mês é esquecido.", "sim", "nao" },
    [LANG_SV] = { "Stämmer det?",
                  "Vi har antecknat något om dig, och frågar hellre än vi antar. Stämmer det?",
                  "Ja, det stämmer:", "Nej, det är fel:",
                  "Svara på brevet med det enda ordet JA eller NEJ.",
                  "Tills dess använder ingen det, och efter en månad är det glömt.", "ja", "nej" },
    [LANG_DA] = { "Er det rigtigt?",
                  "Vi har noteret noget om dig, og vil hellere spørge end gætte. Er det rigtigt?",
                  "Ja, det er rigtigt:", "Nej, det er forkert:",
                  "Svar på brevet med det ene ord JA eller NEJ.",
                  "Indtil da bruger ingen det, og efter en måned er det glemt.", "ja", "nej" },
    [LANG_NB] = { "Stemmer dette?",
                  "Vi har notert noe om deg, og spør heller enn å anta. Stemmer det?",
                  "Ja, det stemmer:", "Nei, det er feil:",
                  "Svar på brevet med det ene ordet JA eller NEI.",
                  "Inntil da bruker ingen det, og etter en måned er det glemt.", "ja", "nei" },
    [LANG_FI] = { "Pitääkö tämä paikkansa?",
                  "Merkitsimme sinusta jotakin, ja kysymme mieluummin kuin oletamme. Pitääkö se "
                  "paikkansa?",
                  "Kyllä, pitää:", "Ei, se on väärin:",
                  "Vastaa tähän kirjeeseen yhdellä sanalla: KYLLÄ tai EI.",
                  "Siihen asti kukaan ei käytä sitä, ja kuukauden kuluttua se unohdetaan.", "kylla",
                  "ei" },
    [LANG_PL] = { "Czy to prawda?",
                  "Zanotowaliśmy coś o Państwu i wolimy zapytać, niż zakładać. Czy to prawda?",
                  "Tak, to prawda:", "Nie, to nieprawda:",
                  "Proszę odpowiedzieć na ten list jednym słowem: TAK albo NIE.",
                  "Do tego czasu nikt z tego nie korzysta, a po miesiącu zostanie to zapomniane.",
                  "tak", "nie" },
};

/* ---- asking --------------------------------------------------------------------- */

/* What was noticed in a letter is asked of who wrote it: what others write is not passed on. */
static err words_of(struct ctx *c, const struct fact *f, struct str *out)
{
    struct message m;
    *out = fact_words(c, f);
    if (f->value.n) return OK;
    if (talk_message(c, f->source, &m) != OK || m.author != f->person)
        return fail(c, E_DENIED,
                    "It stands in the letter of somebody else: that is not passed on.");
    *out = fact_source_words(c, f);
    return out->n ? OK : fail(c, E_NOTFOUND, "Its words are gone.");
}

static void put_link(struct buf *o, const char *label, id fact, const char *what)
{
    buf_fmt(o, "%s <%.*s/me/facts/%" PRId64 "?say=%s>\n\n", label, STR(stop_rules.origin), fact,
            what);
}

err ask_letter(struct ctx *c, id fact, struct draft *out)
{
    struct fact f;
    struct person me;
    struct str words;
    struct buf o = { .a = c->a };
    TRY(fact_get(c, fact, &f));
    if (!may(c, MAY_CHANGE, THING_FACT, fact))
        return fail(c, E_DENIED, "Who noted it, or an owner of the house, can ask about it.");
    if (f.state == FACT_CONFIRMED && f.origin != FACT_OBSERVED)
        return fail(c, E_CONFLICT, "They have said so themselves: there is nothing to ask.");
    if (f.state >= FACT_DISPUTED)
        return fail(c, E_CONFLICT, "It is in doubt, or they say it is wrong: it is not asked.");
    if (f.asked_at > c->now - (int64_t)ONCE_DAYS * DAY)
        return fail(c, E_CONFLICT, "They were asked already. Once is enough.");
    TRY(words_of(c, &f, &words));
    lang l = objection_lang_of(f.value.n ? f.value : words);
    if (l != LANG_EN && f.value.n) words = f.value; /* what stands before it is English */
    *out = (struct draft){ .kind = DRAFT_NEW, .subject = str_c(says[l].subject) };
    TRY(draft_address(c, f.person, &out->to));
    buf_fmt(&o, "%s\n\n> %.*s\n\n", says[l].before, STR(text_oneline(c->a, words)));
    if (stop_rules.origin.n) {
        put_link(&o, says[l].right, fact, "right");
        put_link(&o, says[l].wrong, fact, "wrong");
    }
    buf_fmt(&o, "%s %s\n", says[l].answer, says[l].after);
    if (person_get(c, c->viewer, &me) == OK) buf_fmt(&o, "\n%.*s\n", STR(me.name));
    out->words = buf_str(&o);
    return OK;
}

/* As who is asked reads it on their own page. */
static struct str seen_by(struct ctx *c, const struct grant *g)
{
    id viewer = c->viewer;
    c->viewer = g->person;
    struct str words = audience_words(c, g->audience);
    c->viewer = viewer;
    return words;
}

/* In the words of the notice that their yes will rest on; nobody says yes by mail, where anybody
 * can write in their name. */
err ask_grant_letter(struct ctx *c, id grant, struct draft *out)
{
    struct grant g;
    struct person me;
    struct buf o = { .a = c->a };
    TRY(grant_get(c, grant, &g));
    if (!grant_open(g.state)) return fail(c, E_CONFLICT, "They have answered already.");
    *out = (struct draft){ .kind = DRAFT_NEW, .subject = S("May we?") };
    TRY(draft_address(c, g.person, &out->to));
    buf_fmt(&o,
            "We would like to ask you for a yes:\n\n> So that we may %.*s\n>\n> Seen by %.*s, "
            "%.*s.\n\n",
            STR(grant_words(c, &g)), STR(seen_by(c, &g)), STR(grant_lasts(c->a, &g)));
    if (stop_rules.origin.n)
        buf_fmt(&o, "Yes or no, with one click on your own page: <%.*s/me/grants/%" PRId64 ">\n\n",
                STR(stop_rules.origin), g.id);
    else buf_add(&o, S("Tell us yes or no when you are here next.\n\n"));
    buf_fmt(&o, "%.*s\n", STR(grant_notice(c->a, g.language)));
    if (person_get(c, c->viewer, &me) == OK) buf_fmt(&o, "\n%.*s\n", STR(me.name));
    out->words = buf_str(&o);
    return OK;
}

/* ---- the answer ------------------------------------------------------------------- */

static bool is_stop(char c) { return strchr(" .!,;:*_\"'", c) != NULL; }

int ask_yes_or_no(struct arena *a, struct str text)
{
    struct str line = said_first_line(text);
    if (line.n > ANSWER_BYTES) return -1;
    line = text_fold(a, line);
    while (line.n && is_stop(line.p[line.n - 1])) line.n--;
    while (line.n && is_stop(line.p[0])) line = str_from(line, 1);
    for (int l = LANG_UNSURE + 1; line.n && l < LANG_COUNT; l++) {
        if (str_eq(line, str_c(says[l].yes))) return 1;
        if (str_eq(line, str_c(says[l].no))) return 0;
    }
    return -1;
}

static id author_of(struct ctx *c, const struct mail *m)
{
    struct meeting who = meeting_of_mail(c->a, &m->author, true);
    id person = who.uri.n ? person_of_uri(c, who.uri) : 0;
    return person ? person_real(c, person) : 0;
}

/* The sentence it was noticed in, as who noticed it may read it. */
static struct str sentence_of(struct tx *t, id fact)
{
    struct ctx *c = &t->c;
    struct fact f;
    id viewer = c->viewer;
    struct str words = S("");
    c->viewer = db_int(c, 0, SQL("SELECT recorder FROM fact WHERE id=$1"), I(fact));
    if (fact_get(c, fact, &f) == OK && f.origin == FACT_OBSERVED) words = fact_source_words(c, &f);
    c->viewer = viewer;
    return words;
}

void talk_note_answer(struct tx *t, const struct mail *m)
{
    struct ctx *c = &t->c;
    int yes = m->in_reply_to.n ? ask_yes_or_no(c->a, m->text) : -1;
    id author = yes >= 0 ? author_of(c, m) : 0;
    for (int i = 0; author && i < m->in_reply_to.n; i++) {
        id asking = log_find(c, hash_name(c->secret, m->in_reply_to.at[i]));
        id fact = asking ? fact_asked_by(c, asking, author) : 0;
        if (!fact) continue;
        if (fact_answer(t, fact, yes == 1, CHANNEL_MAIL, sentence_of(t, fact)) != OK)
            c->why = S(""); /* they said it before, or it is over: then it stands as it does */
        return;
    }
}
