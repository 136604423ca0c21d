/* SPDX-License-Identifier: GPL-3.0-or-later
 * said_words.c - phrases without punctuation ("can't" is "can t"), folded when first asked. In the
 * order of languages: en, de, fr, es, it, nl, sv, da and nb, pt, pl, fi, ru. */
#include "kit/mail/said_words.h"

#include "kit/base/text.h"

#include <pthread.h>
#include <stdlib.h>

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

/* clang-format off */
/* Folded as they stand; they count as a whole line only. */
static const char *const stops[] = {
    " stop ", " stop all ", " stop mail ", " unsubscribe ", " unsubscribe me ", " opt out ",
    " please unsubscribe ", " please unsubscribe me ", " remove me ",
    " stopp ", " abmelden ", " abbestellen ", " austragen ", " bitte abmelden ", " bitte austragen ",
    " stopper ", " desabonner ", " me desabonner ", " desabonnement ", " me desinscrire ",
    " desinscription ", " baja ", " darme de baja ", " cancelar suscripcion ", " disiscrivi ",
    " disiscrivimi ", " disiscrizione ", " cancellami ", " afmelden ", " uitschrijven ", " stoppa ",
    " avregistrera ", " avprenumerera ", " afmeld ", " frameld ", " avmeld ", " descadastrar ",
    " cancelar inscricao ", " parar ", " wypisz ", " wypisz mnie ", " lopeta ", " peruuta tilaus ",
    " стоп ", " отписаться ", " отпишите меня ",
};
/* clang-format on */

#define LIST(words)                                                                                \
    {                                                                                              \
        words, COUNT(words)                                                                        \
    }
static const struct list {
    const char *const *words;
    int n;
} lists[] = {
    [SAID_ASKS] = LIST(asks),     [SAID_THANKS] = LIST(thanks), [SAID_WILLS] = LIST(wills),
    [SAID_TURNS] = LIST(turns),   [SAID_GREETS] = LIST(greets), [SAID_CLOSES] = LIST(closes),
    [SAID_POLITE] = LIST(polite),
};

/* All phrases by the hash of their first word, so that each word of a text is looked up once. Those
 * of scripts without blanks stand apart: they are looked for anywhere. */
enum { SLOTS = 2048, MOST = 1024, MOST_WIDE = 32 };
static struct phrase {
    struct str words;
    said_kind kind;
    int next; /* with the same hash; 0: none */
} phrases[MOST + 1], wides[MOST_WIDE];
static int first[SLOTS], n_phrases, n_wides;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct arena
    *volatile program; /* lives as long as it does; volatile: never read, yet to be held */

static bool wide(struct str phrase) { return (unsigned char)*phrase.p >= 0xE3; }

/* The slot of a word, taken letter by letter. */
static const uint64_t no_letters = 0xcbf29ce484222325u;
static uint64_t with_letter(uint64_t h, char c) { return (h ^ (unsigned char)c) * 0x100000001b3u; }
static unsigned slot(uint64_t h) { return (unsigned)((h ^ h >> 32) % SLOTS); }

static unsigned slot_of(const char *p, const char *end)
{
    uint64_t h = no_letters;
    for (; p < end && *p != ' '; p++) h = with_letter(h, *p);
    return slot(h);
}

static void add_phrase(struct arena *a, said_kind kind, struct str words)
{
    struct phrase x = { text_fold(a, words), kind, 0 };
    if (n_phrases == MOST || n_wides == MOST_WIDE) abort();
    if (wide(x.words)) {
        wides[n_wides++] = x;
        return;
    }
    int *head = &first[slot_of(x.words.p, x.words.p + x.words.n)];
    x.next = *head;
    phrases[ *head = ++n_phrases] = x;
}

static void fold_all(void)
{
    struct arena *a = program = arena_open(MIB);
    for (int kind = 0; kind < COUNT(lists); kind++)
        for (int i = 0; i < lists[kind].n; i++)
            add_phrase(a, (said_kind)kind, str_c(lists[kind].words[i]));
}

static bool is_letter(unsigned char c) { return (c | 32) >= 'a' && (c | 32) <= 'z'; }
static bool is_plain(char c) { return is_letter((unsigned char)c) || (c >= '0' && c <= '9'); }

/* The usual case, ASCII, in one go; false leaves it to the Unicode tables. */
static bool fold_plain(struct str text, char *to, ptrdiff_t *n)
{
    char *p = to;
    *p++ = ' ';
    for (ptrdiff_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        if (is_letter(c)) *p++ = (char)(c | 32);
        else if (c >= '0' && c <= '9') *p++ = (char)c;
        else if (c >= 0x80) return false;
        else if (p[-1] != ' ') *p++ = ' ';
    }
    if (p[-1] != ' ') *p++ = ' ';
    *n = p - to > 1 ? p - to : 0;
    return true;
}

struct str said_fold(struct arena *a, struct str text)
{
    struct buf b = { .a = a, .p = NEW(a, char, text.n + 2), .cap = text.n + 2 };
    if (fold_plain(text, b.p, &b.n)) return buf_str(&b);
    struct str rest = text_fold(a, text), word;
    while (text_word(&rest, &word)) {
        buf_char(&b, ' ');
        buf_add(&b, word);
    }
    if (b.n) buf_char(&b, ' ');
    return buf_str(&b);
}

int said_words(struct str folded)
{
    int n = 0;
    for (ptrdiff_t i = 1; i < folded.n; i++) n += folded.p[i] == ' ';
    return n;
}

/* The kinds of the phrases that rest begins with; i: the first one in the slot of its first word.
 */
static unsigned kinds_at(struct str rest, int i)
{
    unsigned kinds = 0;
    for (; i; i = phrases[i].next) {
        struct str words = phrases[i].words;
        if (str_begins(rest, words) && rest.n > words.n && rest.p[words.n] == ' ')
            kinds |= 1u << phrases[i].kind;
    }
    return kinds;
}

unsigned said_begins(struct str folded)
{
    pthread_once(&once, fold_all);
    struct str rest = str_from(folded, 1);
    return rest.n ? kinds_at(rest, first[slot_of(rest.p, rest.p + rest.n)]) : 0;
}

bool said_begins_none(struct str text)
{
    const char *p = text.p, *end = p + text.n, *word;
    uint64_t h = no_letters;
    pthread_once(&once, fold_all);
    while (p < end && (unsigned char)*p < 0x80 && !is_plain(*p)) p++;
    for (word = p; p < end && is_plain(*p); p++) h = with_letter(h, *p < 'A' ? *p : *p | 32);
    return p > word && (p == end || (unsigned char)*p < 0x80) && !first[slot(h)];
}

unsigned said_holds(struct str folded)
{
    unsigned kinds = 0;
    bool high = false;
    const char *end = folded.p + folded.n;
    pthread_once(&once, fold_all);
    for (const char *p = folded.p, *word; p + 1 < end;) { /* at the blank before a word */
        uint64_t h = no_letters;
        for (word = ++p; p < end && *p != ' '; p++) {
            high |= (unsigned char)*p >= 0xE3;
            h = with_letter(h, *p);
        }
        int i = first[slot(h)];
        if (i) kinds |= kinds_at((struct str){ word, end - word }, i);
    }
    for (int i = 0; high && i < n_wides; i++)
        if (str_find(folded, wides[i].words) >= 0) kinds |= 1u << wides[i].kind;
    return kinds;
}

bool said_stops(struct str folded)
{
    for (int i = 0; i < COUNT(stops); i++)
        if (str_eq(folded, str_c(stops[i]))) return true;
    return false;
}
