/* SPDX-License-Identifier: GPL-3.0-or-later
 * keys.c - the closed list of what is noted, and how one typed line is understood. Data first. */
#include "facts/fact.h"
#include "kit/base/date.h"
#include "kit/base/text.h"

#define CARE PURPOSE(PURPOSE_CARE)
static const struct fact_key keys[] = {
    { S_INIT("likes"), S_INIT("likes"), S_INIT("Likes"), FACT_TEXT, FACT_NORMAL, CARE },
    { S_INIT("dislikes"), S_INIT("does not like"), S_INIT("Does not like"), FACT_TEXT, FACT_NORMAL,
      CARE },
    { S_INIT("usual"), S_INIT("usually has"), S_INIT("The usual"), FACT_TEXT, FACT_NORMAL, CARE },
    { S_INIT("diet"), S_INIT("eats and drinks:"), S_INIT("Eats and drinks"), FACT_TEXT,
      FACT_SENSITIVE, CARE },
    { S_INIT("allergy"), S_INIT("is allergic to"), S_INIT("Allergic to"), FACT_TEXT, FACT_SPECIAL,
      CARE },
    { S_INIT("health"), S_INIT("health:"), S_INIT("Health"), FACT_TEXT, FACT_SPECIAL, CARE },
    { S_INIT("belief"), S_INIT("believes:"), S_INIT("Belief"), FACT_TEXT, FACT_SPECIAL, CARE },
    { S_INIT("birthday"), S_INIT("has a birthday on"), S_INIT("Birthday"), FACT_DATE, FACT_NORMAL,
      PURPOSE(PURPOSE_OCCASIONS) },
    { S_INIT("occasion"), S_INIT("celebrates"), S_INIT("An occasion"), FACT_TEXT, FACT_NORMAL,
      PURPOSE(PURPOSE_OCCASIONS) },
    { S_INIT("delivery"), S_INIT("delivery:"), S_INIT("Delivery"), FACT_TEXT, FACT_NORMAL,
      PURPOSE(PURPOSE_DELIVERY) },
    { S_INIT("language"), S_INIT("speaks"), S_INIT("Speaks"), FACT_TEXT, FACT_NORMAL,
      CARE | PURPOSE(PURPOSE_TOUCH) },
    { S_INIT("contact"), S_INIT("is best reached"), S_INIT("Best reached"), FACT_TEXT, FACT_NORMAL,
      PURPOSE(PURPOSE_TOUCH) },
    { S_INIT("family"), S_INIT("family:"), S_INIT("Family"), FACT_TEXT, FACT_SENSITIVE, CARE },
    { S_INIT("work"), S_INIT("works"), S_INIT("Work"), FACT_TEXT, FACT_NORMAL,
      CARE | PURPOSE(PURPOSE_INTRODUCE) },
    { S_INIT("wants"), S_INIT("wants"), S_INIT("Wants"), FACT_TEXT, FACT_NORMAL,
      CARE | PURPOSE(PURPOSE_OFFERS) },
    { S_INIT("minor"), S_INIT("is under age:"), S_INIT("Under age"), FACT_TEXT, FACT_SENSITIVE,
      CARE },
    { S_INIT("note"), S_INIT(""), S_INIT("A note"), FACT_TEXT, FACT_NORMAL, CARE },
};

/* How a line begins, folded, and what the rest of it is then. keep: the beginning belongs to it. */
static const struct opening {
    struct str words, key;
    bool keep;
} openings[] = {
    { S_INIT("likes "), S_INIT("likes"), false },
    { S_INIT("i like "), S_INIT("likes"), false },
    { S_INIT("i love "), S_INIT("likes"), false },
    { S_INIT("i don't like "), S_INIT("dislikes"), false },
    { S_INIT("i do not like "), S_INIT("dislikes"), false },
    { S_INIT("i'm allergic to "), S_INIT("allergy"), false },
    { S_INIT("i am allergic to "), S_INIT("allergy"), false },
    { S_INIT("my birthday is "), S_INIT("birthday"), false },
    { S_INIT("i speak "), S_INIT("language"), false },
    { S_INIT("i work "), S_INIT("work"), false },
    { S_INIT("loves "), S_INIT("likes"), false },
    { S_INIT("prefers "), S_INIT("likes"), false },
    { S_INIT("dislikes "), S_INIT("dislikes"), false },
    { S_INIT("hates "), S_INIT("dislikes"), false },
    { S_INIT("does not like "), S_INIT("dislikes"), false },
    { S_INIT("doesn't like "), S_INIT("dislikes"), false },
    { S_INIT("usual: "), S_INIT("usual"), false },
    { S_INIT("usually has "), S_INIT("usual"), false },
    { S_INIT("usually takes "), S_INIT("usual"), false },
    { S_INIT("drinks "), S_INIT("usual"), false },
    { S_INIT("drank "), S_INIT("usual"), false },
    { S_INIT("allergic to "), S_INIT("allergy"), false },
    { S_INIT("is allergic to "), S_INIT("allergy"), false },
    { S_INIT("allergy: "), S_INIT("allergy"), false },
    { S_INIT("no "), S_INIT("diet"), true },
    { S_INIT("vegetarian"), S_INIT("diet"), true },
    { S_INIT("vegan"), S_INIT("diet"), true },
    { S_INIT("eats "), S_INIT("diet"), true },
    { S_INIT("birthday "), S_INIT("birthday"), false },
    { S_INIT("birthday: "), S_INIT("birthday"), false },
    { S_INIT("born "), S_INIT("birthday"), false },
    { S_INIT("delivery "), S_INIT("delivery"), false },
    { S_INIT("delivery: "), S_INIT("delivery"), false },
    { S_INIT("deliver "), S_INIT("delivery"), false },
    { S_INIT("speaks "), S_INIT("language"), false },
    { S_INIT("best reached "), S_INIT("contact"), false },
    { S_INIT("is best reached "), S_INIT("contact"), false },
    { S_INIT("works "), S_INIT("work"), false },
    { S_INIT("married "), S_INIT("family"), true },
    { S_INIT("wife "), S_INIT("family"), true },
    { S_INIT("husband "), S_INIT("family"), true },
    { S_INIT("daughter "), S_INIT("family"), true },
    { S_INIT("son "), S_INIT("family"), true },
    { S_INIT("wants "), S_INIT("wants"), false },
    { S_INIT("looks for "), S_INIT("wants"), false },
};

/* Beginnings of folded words that often speak of what must not be kept without being asked. */
static const char *const special[] = {
    /* en */ "diabet",
    "cancer",
    "depress",
    "disab",
    "pregnan",
    "epilep",
    "allerg",
    "religio",
    "muslim",
    "jewish",
    "catholic",
    "protestant",
    "homosex",
    "lesbian",
    "bisex",
    "transgender",
    "hiv",
    /* nl */ "kanker",
    "zwanger",
    "ziekte",
    "handicap",
    "godsdienst",
    "joods",
    "vakbond",
    /* de */ "krebs",
    "schwanger",
    "krank",
    "behinder",
    "schwul",
    "judisch",
    "gewerkschaft",
    "katholi",
    "evangeli",
    /* fr */ "enceinte",
    "maladie",
    "handicape",
    "musulman",
    "syndicat",
    "juif",
    "juive",
    /* es, pt, it */ "embaraz",
    "enfermedad",
    "discapac",
    "sindicat",
    "gravid",
    "doenca",
    "deficien",
    "malattia",
    "cancro",
    "incinta",
    "ebre",
    "ebrai",
    "cattolic",
    /* da, sv, no */ "sygdom",
    "sjukdom",
    "sykdom",
    "kraeft",
    "fagforening",
    "fackforening",
    /* pl, fi, tr */ "choroba",
    "ciaza",
    "zydow",
    "raskaana",
    "sairaus",
    "ammattiliit",
    "hamile",
    "hastalik",
    "engelli",
    "sendika",
    /* politics, in most of them */ "communis",
    "kommunis",
    "socialist",
    "sozialist",
    "conservativ",
    "konservativ",
    "liberal",
    "partij",
    "partei"
};

static const struct str purposes[] = {
    S_INIT("look after you as you like it"), S_INIT("stay in touch"),
    S_INIT("bring or send you things"),      S_INIT("think of occasions"),
    S_INIT("introduce you to people"),       S_INIT("offer you what fits")
};

const struct fact_key *fact_keys(int *n)
{
    *n = COUNT(keys);
    return keys;
}

const struct fact_key *fact_key_of(struct str word)
{
    for (int i = 0; i < COUNT(keys); i++)
        if (str_eq(word, keys[i].word)) return &keys[i];
    return NULL;
}

struct str fact_special_word(struct arena *a, struct str text)
{
    struct str rest = text_fold(a, text), word;
    while (text_word(&rest, &word))
        for (int i = 0; i < COUNT(special); i++)
            if (str_begins(word, str_c(special[i]))) return word;
    return S("");
}

struct str fact_purpose_words(fact_purpose p)
{
    return p >= PURPOSE_CARE && p <= PURPOSE_LAST ? purposes[p - 1] : S("");
}

struct str fact_purposes_words(struct arena *a, unsigned set)
{
    struct buf out = { .a = a };
    for (int p = PURPOSE_CARE; p <= PURPOSE_LAST; p++) {
        if (!(set & PURPOSE(p))) continue;
        if (out.n) buf_add(&out, S(", "));
        buf_add(&out, purposes[p - 1]);
    }
    return buf_str(&out);
}

struct str fact_origin_word(fact_origin o)
{
    switch (o) {
    case FACT_TOLD: return S("told");
    case FACT_INTRODUCED: return S("introduced");
    case FACT_OBSERVED: return S("observed");
    case FACT_IMPORTED: return S("imported");
    case FACT_PUBLIC: return S("public");
    case FACT_RECEIVED: return S("received");
    }
    return S("unknown");
}

struct str fact_state_word(fact_state s)
{
    switch (s) {
    case FACT_PROPOSED: return S("proposed");
    case FACT_HELD: return S("held");
    case FACT_CONFIRMED: return S("confirmed");
    case FACT_DISPUTED: return S("disputed");
    case FACT_RESTRICTED: return S("restricted");
    case FACT_WITHDRAWN: return S("withdrawn");
    case FACT_ERASED: return S("erased");
    }
    return S("unknown");
}

/* ---- one typed line -------------------------------------------------------- */

/* "... since 2012", "... until 1998": takes it off the value. */
static int64_t take_time(struct str word, struct str *value)
{
    ptrdiff_t at = str_ifind(*value, word);
    int64_t from;
    if (at <= 0 || !date_parse_iso(str_trim(str_from(*value, at + word.n)), &from, NULL)) return 0;
    *value = str_trim(str_upto(*value, at));
    return from;
}

static int month_of(struct str word)
{
    for (int m = 0; m < 12 && word.n >= 3; m++)
        if (str_ibegins(str_c(date_months[m]), word)) return m + 1;
    return 0;
}

/* "3 May", "May 3", "3 May 1970", 1970-05-03, 05-03; written as --05-03 or 1970-05-03. */
static struct str day_of(struct arena *a, struct str text)
{
    struct str rest = text_fold(a, text), word;
    int64_t year = 0, day = 0, month = 0, n;
    if (text.n == 10 && date_parse_iso(text, &n, NULL)) return text;
    while (text_word(&rest, &word)) {
        while (word.n > 1 && word.p[0] >= '0' && word.p[0] <= '9' && word.p[word.n - 1] >= 'a')
            word.n--; /* 3rd */
        if (month_of(word)) month = month_of(word);
        else if (!str_int(word, &n)) continue;
        else if (n > 31) year = n;
        else day = n;
    }
    struct civil d = { .year = (int)(year ? year : 2000), .month = (int)month, .day = (int)day };
    if (!month || !day || year > 9999 || !date_valid(d)) return S("");
    return year ? str_fmt(a, "%04d-%02d-%02d", d.year, d.month, d.day)
                : str_fmt(a, "--%02d-%02d", d.month, d.day);
}

/* How the line begins decides, unless a key was chosen; *found: it was understood. */
static struct fact_guess read_line(struct arena *a, struct str chosen, struct str line, bool *found)
{
    struct fact_guess g = { .key = chosen, .value = str_trim(line) };
    for (int i = 0; i < COUNT(openings); i++) {
        if ((chosen.n && !str_eq(chosen, openings[i].key)) ||
            !str_ibegins(g.value, openings[i].words))
            continue;
        g.key = openings[i].key;
        if (!openings[i].keep) g.value = str_trim(str_from(g.value, openings[i].words.n));
        break;
    }
    if (!g.key.n) g.key = S("note");
    g.valid_to = take_time(S(" until "), &g.value);
    g.valid_from = take_time(S(" since "), &g.value);
    const struct fact_key *k = fact_key_of(g.key);
    struct str day = k && k->type == FACT_DATE ? day_of(a, g.value) : S("");
    *found = !k || k->type != FACT_DATE || day.n;
    if (day.n) g.value = day;
    return g;
}

struct fact_guess fact_guess(struct arena *a, struct str line)
{
    bool found;
    struct fact_guess g = read_line(a, S(""), line, &found);
    return found ? g : (struct fact_guess){ .key = S("note"), .value = str_trim(line) };
}

struct fact_guess fact_guess_as(struct arena *a, struct str key, struct str line)
{
    bool found; /* a day that is none is refused, with a word, when it is noted */
    return key.n ? read_line(a, key, line, &found) : fact_guess(a, line);
}
