/* SPDX-License-Identifier: GPL-3.0-or-later
 * said_words.c - phrases without punctuation ("can't" is "can t"), folded when first asked. In the
 * order of languages: en, de, fr, es, it, nl, sv, da and nb, pt, pl, fi, ru. */
#include "kit/mail/said_words.h"

#include "kit/base/text.h"

#include <pthread.h>

/* clang-format off */
static const char *const asks[] = {
    "could you", "can you", "would you", "will you please", "please let me know", "let me know",
    "please advise", "please confirm", "any news", "any update", "any thoughts",
    "what do you think", "i was wondering", "do you know", "please send", "please tell me",
    "konnten sie", "konntest du", "konnt ihr", "konnen sie", "kannst du", "wurden sie",
    "wurdest du", "bitte um", "bitte teilen sie", "sag bescheid", "sagen sie bescheid",
    "gib bescheid", "was meinst du", "was meinen sie", "gibt es neuigkeiten", "ich wollte fragen",
    "pourriez vous", "pouvez vous", "peux tu", "pourrais tu", "merci de me dire",
    "merci de confirmer", "merci de m envoyer", "tenez moi au courant", "dites moi", "dis moi",
    "qu en pensez vous", "je voulais savoir", "podria usted", "podrias", "podria", "puedes",
    "puede usted", "me puede", "por favor confirme", "diganme", "digame", "dime si", "que opinas",
    "que le parece", "queria saber", "quisiera saber", "potrebbe", "potresti", "puoi", "puo",
    "fammi sapere", "mi faccia sapere", "cosa ne pensi", "che ne dice", "volevo sapere", "zou je",
    "zou u", "kun je", "kunt u", "wil je", "laat me weten", "laat het me weten", "wat vind je",
    "ik vroeg me af", "kan du", "kan ni", "skulle du kunna", "hor av dig", "hor garna av dig",
    "lat mig veta", "vad tycker du", "jag undrar", "vil du", "kunne du", "giv mig besked",
    "lad mig vide", "gi meg beskjed", "hvad synes du", "hva synes du", "jeg vil høre", "voce pode",
    "voce poderia", "poderia", "pode me", "me diga", "me avise", "o que acha", "gostaria de saber",
    "queria saber", "czy mógłby", "czy mogłaby", "czy mozesz", "czy moze pan", "czy moze pani",
    "prosze o", "daj znac", "prosze dac znac", "co myslisz", "voisitko", "voitko", "voisitteko",
    "kerro", "ilmoita", "mita mielta", "не могли бы", "можете ли", "можешь ли", "дайте знать",
    "дай знать", "подскажите", "сообщите", "что думаете", "хотел узнать",
};
/* clang-format on */
/* clang-format off */
static const char *const thanks[] = {
    "thank you", "thanks", "thank u", "thx", "ty", "many thanks", "cheers", "much appreciated",
    "appreciate it", "great thanks", "grateful", "danke", "dankeschon", "vielen dank",
    "besten dank", "herzlichen dank", "merci vielmals", "merci", "je vous remercie",
    "je te remercie", "gracias", "muchas gracias", "mil gracias", "se lo agradezco", "grazie",
    "ti ringrazio", "la ringrazio", "bedankt", "dank je", "dank u", "dankjewel", "dankuwel",
    "hartelijk dank", "tack", "tack sa mycket", "tusen tack", "tak", "mange tak", "tusind tak",
    "takk", "tusen takk", "obrigado", "obrigada", "agradeco", "valeu", "dziekuje", "dziekujemy",
    "dzieki", "kiitos", "kiitoksia", "спасибо", "благодарю", "dekuji", "diky", "koszonom",
    "tesekkurler", "multumesc", "hvala", "谢谢", "感谢", "ありがとう", "ありがとうございます", "감사합니다",
};
/* clang-format on */
/* clang-format off */
static const char *const wills[] = {
    "will do", "on it", "i m on it", "got it", "noted", "understood", "ok", "okay", "sure",
    "sounds good", "will get back to you", "i ll get back to you", "i will look into it",
    "i ll look into it", "i ll take a look", "will check", "i ll check", "received", "roger",
    "ill get back", "no problem", "perfect", "fine with me", "works for me", "agreed", "done",
    "mach ich", "mache ich", "machen wir", "wird gemacht", "wird erledigt", "verstanden",
    "alles klar", "ist notiert", "in ordnung", "passt", "einverstanden", "ich melde mich",
    "ich kummere mich", "erledigt", "geht klar", "c est note", "bien note", "bien recu", "entendu",
    "d accord", "ca marche", "je m en occupe", "je reviens vers vous", "compris", "de acuerdo",
    "entendido", "recibido", "lo hare", "me encargo", "vale", "anotado", "lo miro", "hecho",
    "va bene", "ricevuto", "d accordo", "lo faro", "me ne occupo", "capito", "fatto", "doe ik",
    "doen we", "komt goed", "begrepen", "akkoord", "genoteerd", "prima", "oke",
    "ik ga ermee aan de slag", "det fixar jag", "fixar jag", "jag fixar det", "noterat", "forstatt",
    "uppfattat", "det gor jag", "later bra", "jag aterkommer", "det gor jeg", "forstaet",
    "modtaget", "noteret", "aftalt", "mottatt", "notert", "den er god", "det er i orden",
    "jeg vender tilbage", "combinado", "pode deixar", "recebido", "farei", "certo", "feito",
    "esta bem", "zrobie", "zrozumiałem", "zrozumiałam", "przyjąłem", "przyjęłam", "zrobi sie",
    "jasne", "dobrze", "zajme sie tym", "odebrałem", "hoidan", "selva", "ymmarretty", "sopii",
    "kuittaan", "хорошо", "понял", "поняла", "сделаю", "принято", "ок", "договорились",
};
/* clang-format on */
/* clang-format off */
static const char *const turns[] = {
    "but", "however", "although", "aber", "jedoch", "allerdings", "mais", "cependant", "toutefois",
    "pero", "sin embargo", "ma", "pero", "tuttavia", "maar", "echter", "men", "mas", "porem", "ale",
    "jednak", "mutta", "но", "однако", "wait", "problem", "wrong", "still", "not", "nicht", "pas",
    "non", "niet", "inte", "ikke", "nao", "nie", "не",
};
/* clang-format on */
/* clang-format off */
static const char *const greets[] = {
    "dear", "hi", "hello", "hey", "good morning", "good afternoon", "good evening", "greetings",
    "sehr geehrte", "sehr geehrter", "liebe", "lieber", "hallo", "guten tag", "guten morgen",
    "guten abend", "moin", "servus", "gruss gott", "bonjour", "bonsoir", "cher", "chere", "salut",
    "coucou", "hola", "buenos dias", "buenas tardes", "buenas noches", "estimado", "estimada",
    "querido", "querida", "ciao", "buongiorno", "buonasera", "gentile", "caro", "cara", "egregio",
    "beste", "geachte", "goedemorgen", "goedemiddag", "dag", "hej", "hejsan", "basta", "god morgon",
    "kære", "kjære", "goddag", "hei", "ola", "bom dia", "boa tarde", "prezado", "prezada", "caro",
    "dzien dobry", "czesc", "witam", "szanowny", "szanowna", "drogi", "droga", "moi", "terve",
    "hyva", "здравствуйте", "привет", "добрый день", "уважаемый", "уважаемая", "您好", "你好",
};
/* clang-format on */
/* clang-format off */
static const char *const closes[] = {
    "kind regards", "best regards", "regards", "best wishes", "best", "sincerely",
    "yours sincerely", "yours", "warm regards", "warmly", "all the best", "cheers", "take care",
    "see you", "love", "talk soon", "mit freundlichen grussen", "freundliche grusse",
    "viele grusse", "liebe grusse", "beste grusse", "schone grusse", "grusse", "gruss", "lg", "mfg",
    "vg", "bis bald", "herzliche grusse", "cordialement", "bien cordialement", "amities",
    "a bientot", "bien a vous", "bonne journee", "sinceres salutations", "saludos", "un saludo",
    "atentamente", "un abrazo", "cordiales saludos", "cordiali saluti", "distinti saluti", "saluti",
    "a presto", "un saluto", "met vriendelijke groet", "vriendelijke groet", "groetjes", "groeten",
    "groet", "mvg", "med vanliga halsningar", "vanliga halsningar", "halsningar", "mvh", "hilsen",
    "med venlig hilsen", "med vennlig hilsen", "venlig hilsen", "vh", "kh", "atenciosamente",
    "abraco", "abracos", "cumprimentos", "com os melhores cumprimentos", "pozdrawiam",
    "z powazaniem", "pozdrowienia", "terveisin", "ystavallisin terveisin", "с уважением",
    "всего доброго",
};
/* clang-format on */

/* Offers of help that look like wishes. */
/* clang-format off */
static const char *const polite[] = {
    "if you have any questions", "if you have questions", "should you have any",
    "if there is anything", "if you need anything", "bei fragen", "bei ruckfragen",
    "falls sie fragen haben", "wenn du fragen hast", "si vous avez des questions", "n hesitez pas",
    "si tiene alguna pregunta", "no dude en", "per qualsiasi", "mocht je vragen hebben",
    "om du har fragor", "hvis du har sporgsmal", "se tiver alguma duvida", "w razie pytan",
};
/* clang-format on */

static struct list {
    const char *const *words;
    int n;
    struct str *folded;
} lists[] = {
    [SAID_ASKS] = { asks, COUNT(asks), NULL },
    [SAID_THANKS] = { thanks, COUNT(thanks), NULL },
    [SAID_WILLS] = { wills, COUNT(wills), NULL },
    [SAID_TURNS] = { turns, COUNT(turns), NULL },
    [SAID_GREETS] = { greets, COUNT(greets), NULL },
    [SAID_CLOSES] = { closes, COUNT(closes), NULL },
    [SAID_POLITE] = { polite, COUNT(polite), NULL },
};
static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct arena
    *volatile program; /* lives as long as it does; volatile: never read, yet to be held */

static void fold_all(void)
{
    struct arena *a = program = arena_open(MIB);
    for (int k = 0; k < COUNT(lists); k++) {
        lists[k].folded = NEW(a, struct str, lists[k].n);
        for (int i = 0; i < lists[k].n; i++)
            lists[k].folded[i] = text_fold(a, str_c(lists[k].words[i]));
    }
}

struct str said_fold(struct arena *a, struct str text)
{
    struct str rest = text_fold(a, text), word;
    struct buf b = { .a = a };
    while (text_word(&rest, &word)) {
        buf_char(&b, ' ');
        buf_add(&b, word);
    }
    if (b.n) buf_char(&b, ' ');
    return buf_str(&b);
}

static bool stands_at(struct str folded, struct str phrase)
{
    return str_begins(folded, phrase) && folded.n > phrase.n && folded.p[phrase.n] == ' ';
}

/* Scripts without blanks between words. */
static bool wide(struct str phrase) { return (unsigned char)*phrase.p >= 0xE3; }

bool said_begins(said_kind kind, struct str folded)
{
    pthread_once(&once, fold_all);
    folded = str_from(folded, 1);
    for (int i = 0; i < lists[kind].n; i++)
        if (stands_at(folded, lists[kind].folded[i])) return true;
    return false;
}

bool said_holds(said_kind kind, struct str folded)
{
    pthread_once(&once, fold_all);
    for (int i = 0; i < lists[kind].n; i++) {
        struct str phrase = lists[kind].folded[i], rest = folded;
        if (wide(phrase) && str_find(folded, phrase) >= 0) return true;
        for (ptrdiff_t at; (at = str_find(rest, phrase)) >= 0; rest = str_from(rest, at + 1)) {
            struct str end = str_from(rest, at + phrase.n);
            char before = at > 0 ? rest.p[at - 1] : folded.p == rest.p ? ' ' : rest.p[-1];
            if (before == ' ' && end.n && *end.p == ' ') return true;
        }
    }
    return false;
}
