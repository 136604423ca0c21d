/* SPDX-License-Identifier: GPL-3.0-or-later
 * matrix_test.c - every route, asked by everybody about everything, judged by a model of its own:
 * the tables below and sees(). It knows nothing of table sight; what a route of the program needs
 * is said here once more, on purpose. A new route fails until it is written down here. */
#include "app/matrix_test.h"

#include "kit/base/hash.h"
#include "kit/base/totp.h"
#include "kit/web/password.h"
#include "log/event.h"

#define PASSWORD "a green kettle in the window"

/* ---- what is expected of routes ------------------------------------------------- */

/* CLOSED: set up once, then not there; LINK: only for who has the address */
/* LETTER: signed in, and a second letter, which nobody here has opened */
typedef enum { OPEN, CLOSED, LINK, REGULARS, LETTER, KEEPERS, OWNERS } gate;
/* TAKING: part in a conversation; UNIDEA: what became of an idea, taken back; PLAN: a letter of a
 * conversation that may be more than the visitor may open; PUBLIC: a letter as a stranger would ask
 * for it; DEVICE: a browser of Ann, of the guest, of others; COPY: of the house, asked for; TICKED:
 * a file of one, but none was ticked; CIRCLE, SAID: Ann's and the guest's, and what she said there;
 * ASKED_IN: an invitation of hers; FACT: something noted, NOTED: the same for who may take it back;
 * GRANT: something agreed to, by whomever;
 * OWN_FACT to OWN_RECEIPT: the guest's, or somebody else's */
typedef enum {
    NOTHING,
    MESSAGE,
    PART,
    PERSON,
    UNDO,
    UNREAD,
    MAILBOX,
    FOLDER,
    DRAFT,
    TAKING,
    IDEA,
    UNIDEA,
    PLAN,
    PUBLIC,
    TICKED,
    DEVICE,
    KEEPER,
    COPY,
    CIRCLE,
    SAID,
    ASKED_IN,
    FACT,
    NOTED,
    GRANT,
    OWN_FACT,
    OWN_GRANT,
    OWN_RECEIPT
} thing;
struct expected {
    const char *method, *path;
    gate gate;
    thing of;            /* what the variable of the path names */
    bool everybody;      /* tells of all persons the house has met: names are not secret there */
    const char *also[4]; /* queries to ask it with as well */
};
static const struct expected table[] = {
    { "GET", "/", KEEPERS, NOTHING, 0, { 0 } },
    { "GET", "/waiting", KEEPERS, NOTHING, 0, { 0 } },
    { "GET", "/waiting/:message", KEEPERS, MESSAGE, 0, { 0 } },
    { "GET", "/drifting", KEEPERS, NOTHING, 0, { 0 } },
    { "GET", "/health", KEEPERS, NOTHING, 0, { 0 } },
    { "GET", "/health/unreadable/:event", KEEPERS, UNREAD, 0, { 0 } },
    { "GET", "/talk", KEEPERS, NOTHING, 0, { "all=1", "before=1779000000" } },
    { "GET", "/talk/:message", KEEPERS, MESSAGE, 0, { 0 } },
    { "GET", "/talk/:message/raw", KEEPERS, MESSAGE, 0, { 0 } },
    { "GET", "/talk/:message/join", KEEPERS, MESSAGE, 0, { "q=friday", "q=has:file" } },
    { "GET", "/talk/:message/erase", KEEPERS, MESSAGE, 0, { 0 } },
    { "GET", "/talk/:message/files/:path*", KEEPERS, PART, 0, { 0 } },
    { "GET", "/talk/new", KEEPERS, NOTHING, 0, { 0 } },
    { "GET", "/talk/recipients", KEEPERS, NOTHING, 1, { "to=lind", "cc=lind", "bcc=x,lind" } },
    { "GET", "/talk/drafts", KEEPERS, NOTHING, 0, { 0 } },
    { "GET", "/talk/drafts/:draft", KEEPERS, DRAFT, 0, { 0 } },
    { "GET", "/talk/:message/answer", KEEPERS, MESSAGE, 0, { 0 } },
    { "GET", "/talk/:message/forward", KEEPERS, MESSAGE, 0, { 0 } },
    { "GET", "/talk/:message/with", KEEPERS, MESSAGE, 0, { 0 } },
    { "GET", "/talk/:message/with", KEEPERS, MESSAGE, 1, { "q=lind" } },
    { "GET", "/with", REGULARS, NOTHING, 0, { "before=1779000000" } },
    { "GET", "/with/:message", REGULARS, MESSAGE, 0, { 0 } },
    { "GET", "/with/:message/files/:path*", REGULARS, PART, 0, { 0 } },
    { "GET", "/search", KEEPERS, NOTHING, 0, { "q=friday", "q=has:file", "q=before:2030" } },
    { "GET", "/search", KEEPERS, NOTHING, 1, { "q=lind" } },
    { "GET", "/people", KEEPERS, NOTHING, 1, { "all=1", "kind=organisation&all=1", "q=lind" } },
    { "GET", "/people/alike", KEEPERS, NOTHING, 1, { 0 } },
    { "GET", "/people/strangers", KEEPERS, NOTHING, 1, { 0 } },
    { "GET", "/people/:who", KEEPERS, PERSON, 0, { "before=1779000000" } },
    { "GET", "/people/:who/merge", KEEPERS, PERSON, 1, { "q=lind" } },
    { "GET", "/keepers/:who/leave", OWNERS, KEEPER, 0, { 0 } },
    { "GET", "/settings/why", OWNERS, NOTHING, 0, { 0 } },
    { "GET", "/takeout", OWNERS, NOTHING, 0, { 0 } },
    { "GET", "/people/:who/erase", OWNERS, PERSON, 0, { 0 } },
    { "GET", "/people/:who/facts", KEEPERS, PERSON, 0, { "words=likes+tea" } },
    { "GET", "/people", KEEPERS, NOTHING, 1, { "q=likes" } },
    { "GET", "/search", KEEPERS, NOTHING, 1, { "q=likes" } },
    { "GET", "/facts/:fact", KEEPERS, FACT, 0, { 0 } },
    { "GET", "/facts/:fact/ask", KEEPERS, FACT, 0, { 0 } },
    { "GET", "/people/:who/agreed", KEEPERS, PERSON, 0, { 0 } },
    { "GET", "/agreed/:grant/ask", KEEPERS, GRANT, 0, { 0 } },
    { "GET", "/agreed/:grant/receipt", KEEPERS, GRANT, 0, { 0 } },
    { "GET", "/talk/:message/remember", KEEPERS, MESSAGE, 0, { "words=friday" } },
    { "GET", "/map", KEEPERS, NOTHING, 0, { 0 } },
    { "GET", "/map", KEEPERS, NOTHING, 2, { "house=1", "house=1&all=1" } },
    { "GET",
      "/tracks",
      KEEPERS,
      NOTHING,
      0,
      { "all=1&by=talk", "all=1&as=list", "q=friday&by=people", "talk=5&talk=9&idea=40" } },
    { "GET", "/tracks", KEEPERS, NOTHING, 1, { "who=7", "who=7&who=8&by=people&as=list" } },
    { "GET", "/ideas", KEEPERS, NOTHING, 0, { 0 } },
    { "GET", "/ideas/:idea", KEEPERS, IDEA, 0, { 0 } },
    { "GET", "/ideas/:idea/add", KEEPERS, IDEA, 0, { "q=friday" } },
    { "GET", "/talk/:message/idea", KEEPERS, MESSAGE, 0, { "words=friday" } },
    { "GET", "/circles", REGULARS, NOTHING, 0, { 0 } },
    { "GET", "/circles/new", REGULARS, NOTHING, 0, { 0 } },
    { "GET", "/circles/:circle", REGULARS, CIRCLE, 0, { 0 } },
    { "GET", "/circles/:circle/change", REGULARS, CIRCLE, 0, { 0 } },
    { "GET", "/circles/:circle/leave", REGULARS, CIRCLE, 0, { 0 } },
    { "GET", "/circles/:circle/talk/:message", REGULARS, SAID, 0, { 0 } },
    { "GET", "/circles/join/:token*", LINK, NOTHING, 0, { 0 } },
    { "POST", "/circles/new", REGULARS, NOTHING, 0, { 0 } },
    { "POST", "/circles/:circle", REGULARS, CIRCLE, 0, { 0 } },
    { "POST", "/circles/:circle/talk/:message", REGULARS, SAID, 0, { 0 } },
    { "POST", "/circles/:circle/invite", REGULARS, CIRCLE, 0, { 0 } },
    { "POST", "/circles/:circle/change", REGULARS, CIRCLE, 0, { 0 } },
    { "POST", "/circles/:circle/way", REGULARS, CIRCLE, 0, { 0 } },
    { "POST", "/circles/:circle/leave", REGULARS, CIRCLE, 0, { 0 } },
    { "POST", "/circles/links/:event/back", REGULARS, ASKED_IN, 0, { 0 } },
    { "POST", "/circles/join/:token*", LINK, NOTHING, 0, { 0 } },
    { "GET", "/public", OPEN, NOTHING, 0, { "before=1779000000" } },
    { "GET", "/public/feed.atom", OPEN, NOTHING, 0, { 0 } },
    { "GET", "/public/:message", OPEN, PUBLIC, 0, { 0 } },
    { "GET", "/public/:message/files/:of/:path*", OPEN, TICKED, 0, { 0 } },
    { "GET", "/robots.txt", OPEN, NOTHING, 0, { 0 } },
    { "GET", "/.well-known/snug-keys.json", OPEN, NOTHING, 0, { 0 } },
    { "GET", "/notice", OPEN, NOTHING, 0, { "language=de" } },
    { "GET", "/talk/:message/public", KEEPERS, PLAN, 0, { "names=whole" } },
    { "GET", "/counter", KEEPERS, NOTHING, 1, { "q=lind" } },
    { "GET", "/counter/new", KEEPERS, NOTHING, 0, { "name=Tom" } },
    { "GET", "/counter/:who", KEEPERS, PERSON, 0, { "about=1" } },
    { "GET", "/live", KEEPERS, NOTHING, 0, { "since=1" } },
    { "GET", "/settings", KEEPERS, NOTHING, 0, { 0 } },
    { "GET", "/settings/devices", REGULARS, NOTHING, 0, { 0 } },
    { "GET", "/settings/second", KEEPERS, NOTHING, 0, { 0 } },
    { "GET", "/mailboxes", KEEPERS, NOTHING, 0, { 0 } },
    { "GET", "/mailboxes/:box", KEEPERS, MAILBOX, 0, { 0 } },
    { "GET", "/sign-in", OPEN, NOTHING, 0, { "next=/talk" } },
    { "GET", "/in", OPEN, NOTHING, 0, { "next=/with" } },
    { "GET", "/in/asked", OPEN, NOTHING, 0, { 0 } },
    { "GET", "/in/by/:token*", LINK, NOTHING, 0, { 0 } },
    { "GET", "/stop/:token*", LINK, NOTHING, 0, { 0 } },
    { "POST", "/stop/:token*", LINK, NOTHING, 0, { 0 } },
    { "POST", "/stop/:token*/now", LINK, NOTHING, 0, { 0 } },
    { "GET", "/in/paper", OPEN, NOTHING, 0, { 0 } },
    { "GET", "/.well-known/snug-keys.json", OPEN, NOTHING, 0, { 0 } },
    { "GET", "/notice", OPEN, NOTHING, 0, { "language=de" } },
    { "GET", "/me", REGULARS, NOTHING, 0, { 0 } },
    { "GET", "/me/facts/:fact", REGULARS, OWN_FACT, 0, { 0 } },
    { "GET", "/me/grants/:grant", REGULARS, OWN_GRANT, 0, { 0 } },
    { "GET", "/me/held", REGULARS, NOTHING, 0, { 0 } },
    { "GET", "/me/receipts/:event", REGULARS, OWN_RECEIPT, 0, { 0 } },
    { "GET", "/me/take", REGULARS, NOTHING, 0, { 0 } },
    { "GET", "/me/take/card.vcf", REGULARS, NOTHING, 0, { 0 } },
    { "GET", "/me/take/all.json", LETTER, NOTHING, 0, { 0 } },
    { "GET", "/me/take/letters.mbox", LETTER, NOTHING, 0, { "last=999999" } },
    { "GET", "/me/forget", REGULARS, NOTHING, 0, { 0 } },
    { "GET", "/me/by/:token*", LINK, NOTHING, 0, { 0 } },
    { "POST", "/me/facts", REGULARS, NOTHING, 0, { 0 } },
    { "POST", "/me/facts/:fact/right", REGULARS, OWN_FACT, 0, { 0 } },
    { "POST", "/me/facts/:fact/wrong", REGULARS, OWN_FACT, 0, { 0 } },
    { "POST", "/me/facts/:fact/words", REGULARS, OWN_FACT, 0, { 0 } },
    { "POST", "/me/facts/:fact/share", REGULARS, OWN_FACT, 0, { 0 } },
    { "POST", "/me/facts/:fact/keep", REGULARS, OWN_FACT, 0, { 0 } },
    { "POST", "/me/grants/:grant/renew", REGULARS, OWN_GRANT, 0, { 0 } },
    { "POST", "/me/facts/:fact/forget", REGULARS, OWN_FACT, 0, { 0 } },
    { "POST", "/me/engine", REGULARS, NOTHING, 0, { 0 } },
    { "POST", "/me/never", REGULARS, NOTHING, 0, { 0 } },
    { "POST", "/me/pause", REGULARS, NOTHING, 0, { 0 } },
    { "POST", "/me/yes", REGULARS, NOTHING, 0, { 0 } },
    { "POST", "/me/grants/:grant/answer", REGULARS, OWN_GRANT, 0, { 0 } },
    { "POST", "/me/grants/:grant/withdraw", REGULARS, OWN_GRANT, 0, { 0 } },
    { "POST", "/me/terms", REGULARS, NOTHING, 0, { 0 } },
    { "POST", "/me/take", REGULARS, NOTHING, 0, { 0 } },
    { "POST", "/me/forget", REGULARS, NOTHING, 0, { 0 } },
    { "POST", "/me/by/:token*", LINK, NOTHING, 0, { 0 } },
    { "POST", "/in/paper", OPEN, NOTHING, 0, { 0 } },
    { "POST", "/people/:who/paper", KEEPERS, PERSON, 0, { 0 } },
    { "GET", "/help", OPEN, NOTHING, 0, { 0 } },
    { "GET", "/setup", CLOSED, NOTHING, 0, { 0 } },
    { "POST", "/setup", CLOSED, NOTHING, 0, { 0 } },
    { "POST", "/sign-in", OPEN, NOTHING, 0, { 0 } },
    { "POST", "/sign-out", REGULARS, NOTHING, 0, { 0 } },
    { "POST", "/in", OPEN, NOTHING, 0, { 0 } },
    { "POST", "/in/by/:token*", LINK, NOTHING, 0, { 0 } },
    { "POST", "/settings/house", OWNERS, NOTHING, 0, { 0 } },
    { "POST", "/settings/password", KEEPERS, NOTHING, 0, { 0 } },
    { "POST", "/settings/why", OWNERS, NOTHING, 0, { 0 } },
    { "POST", "/settings/morning", KEEPERS, NOTHING, 0, { 0 } },
    { "POST", "/settings/devices/:session/end", REGULARS, DEVICE, 0, { 0 } },
    { "POST", "/settings/devices/others/end", REGULARS, NOTHING, 0, { 0 } },
    { "POST", "/settings/second/begin", KEEPERS, NOTHING, 0, { 0 } },
    { "POST", "/settings/second/prove", KEEPERS, NOTHING, 0, { 0 } },
    { "POST", "/settings/second/drop", KEEPERS, NOTHING, 0, { 0 } },
    { "POST", "/settings/second/require", OWNERS, NOTHING, 0, { 0 } },
    { "POST", "/keepers", OWNERS, NOTHING, 0, { 0 } },
    { "POST", "/takeout", OWNERS, NOTHING, 0, { 0 } },
    { "POST", "/takeout/:takeout/agree", OWNERS, COPY, 0, { 0 } },
    { "POST", "/takeout/:takeout/stop", OWNERS, COPY, 0, { 0 } },
    { "POST", "/keepers/:who/leave", OWNERS, PERSON, 0, { 0 } },
    { "POST", "/people/:who/name", KEEPERS, PERSON, 0, { 0 } },
    { "POST", "/people/:who/kind", KEEPERS, PERSON, 0, { 0 } },
    { "POST", "/people/:who/mark", KEEPERS, PERSON, 0, { 0 } },
    { "POST", "/people/:who/merge", KEEPERS, PERSON, 0, { 0 } },
    { "POST", "/people/:who/unmerge", KEEPERS, PERSON, 0, { 0 } },
    { "POST", "/people/:who/split", KEEPERS, PERSON, 0, { 0 } },
    { "POST", "/people/:who/apart", KEEPERS, PERSON, 0, { 0 } },
    { "POST", "/people/:who/know", KEEPERS, PERSON, 0, { 0 } },
    { "POST", "/people/:who/want", KEEPERS, PERSON, 0, { 0 } },
    { "POST", "/people/:who/fine", KEEPERS, PERSON, 0, { 0 } },
    { "POST", "/people/:who/engine", KEEPERS, PERSON, 0, { 0 } },
    { "POST", "/people/:who/erase", OWNERS, PERSON, 0, { 0 } },
    { "POST", "/people/:who/address", KEEPERS, PERSON, 0, { 0 } },
    { "POST", "/people/:who/facts", KEEPERS, PERSON, 0, { 0 } },
    { "POST", "/facts/:fact/right", KEEPERS, FACT, 0, { 0 } },
    { "POST", "/facts/:fact/doubt", KEEPERS, FACT, 0, { 0 } },
    { "POST", "/facts/:fact/change", KEEPERS, FACT, 0, { 0 } },
    { "POST", "/facts/:fact/share", KEEPERS, FACT, 0, { 0 } },
    { "POST", "/facts/:fact/unsay", KEEPERS, FACT, 0, { 0 } },
    { "POST", "/facts/:fact/ask", KEEPERS, FACT, 0, { 0 } },
    { "POST", "/facts/:fact/withdraw", KEEPERS, NOTED, 0, { 0 } },
    { "POST", "/facts/:fact/forget", KEEPERS, NOTED, 0, { 0 } },
    { "POST", "/people/:who/agreed", KEEPERS, PERSON, 0, { 0 } },
    { "POST", "/agreed/:grant/said", KEEPERS, GRANT, 0, { 0 } },
    { "POST", "/agreed/:grant/let-go", KEEPERS, GRANT, 0, { 0 } },
    { "POST", "/agreed/:grant/ask", KEEPERS, GRANT, 0, { 0 } },
    { "POST", "/talk/:message/remember", KEEPERS, MESSAGE, 0, { 0 } },
    { "POST", "/talk/write", KEEPERS, NOTHING, 0, { 0 } },
    { "POST", "/talk/drafts/:draft/undo", KEEPERS, DRAFT, 0, { 0 } },
    { "POST", "/talk/drafts/:draft/drop", KEEPERS, DRAFT, 0, { 0 } },
    { "POST", "/talk/drafts/:draft/restore", KEEPERS, DRAFT, 0, { 0 } },
    { "POST", "/talk/drafts/:draft/files/:number/drop", KEEPERS, DRAFT, 0, { 0 } },
    { "POST", "/talk/:message/erase", KEEPERS, MESSAGE, 0, { 0 } },
    { "POST", "/talk/:message/split", KEEPERS, MESSAGE, 0, { 0 } },
    { "POST", "/talk/:message/join", KEEPERS, MESSAGE, 0, { 0 } },
    { "POST", "/talk/:message/close", KEEPERS, MESSAGE, 0, { 0 } },
    { "POST", "/talk/:message/open", KEEPERS, MESSAGE, 0, { 0 } },
    { "POST", "/talk/:message/kind", KEEPERS, MESSAGE, 0, { 0 } },
    { "POST", "/talk/:message/settle", KEEPERS, MESSAGE, 0, { 0 } },
    { "POST", "/talk/:message/public", KEEPERS, MESSAGE, 0, { 0 } },
    { "POST", "/public/:message/me-too", OPEN, PUBLIC, 0, { 0 } },
    { "POST", "/talk/undo/:event", KEEPERS, UNDO, 0, { 0 } },
    { "POST", "/talk/:message/with", KEEPERS, MESSAGE, 0, { 0 } },
    { "POST", "/talk/part/:event/end", KEEPERS, TAKING, 0, { 0 } },
    { "POST", "/with/:message", REGULARS, MESSAGE, 0, { 0 } },
    { "POST", "/with/:message/leave", REGULARS, MESSAGE, 0, { 0 } },
    { "POST", "/talk/:message/idea", KEEPERS, MESSAGE, 0, { 0 } },
    { "POST", "/ideas/:idea/drop", KEEPERS, IDEA, 0, { 0 } },
    { "POST", "/ideas/undo/:event", KEEPERS, UNIDEA, 0, { 0 } },
    { "POST", "/counter/new", KEEPERS, NOTHING, 0, { 0 } },
    { "POST", "/counter/:who", KEEPERS, PERSON, 0, { 0 } },
    { "POST", "/counter/:message/back", KEEPERS, MESSAGE, 0, { 0 } },
    { "POST", "/waiting/:message/later", KEEPERS, MESSAGE, 0, { 0 } },
    { "POST", "/waiting/:message/needless", KEEPERS, MESSAGE, 0, { 0 } },
    { "POST", "/waiting/:who/mute", KEEPERS, PERSON, 0, { 0 } },
    { "POST", "/waiting/:message/close", KEEPERS, MESSAGE, 0, { 0 } },
    { "POST", "/waiting/undo/:event", KEEPERS, UNDO, 0, { 0 } },
    { "POST", "/drifting/:who/fine", KEEPERS, PERSON, 0, { 0 } },
    { "POST", "/drifting/:who/watch", KEEPERS, PERSON, 0, { 0 } },
    { "POST", "/map/keep", KEEPERS, NOTHING, 0, { 0 } },
    { "POST", "/map/anew", KEEPERS, NOTHING, 0, { 0 } },
    { "POST", "/mailboxes", KEEPERS, NOTHING, 0, { 0 } },
    { "POST", "/mailboxes/:box/settings", KEEPERS, MAILBOX, 0, { 0 } },
    { "POST", "/mailboxes/:box/folders", KEEPERS, MAILBOX, 0, { 0 } },
    { "POST", "/mailboxes/:box/stop", KEEPERS, MAILBOX, 0, { 0 } },
    { "POST", "/mailboxes/:box/go-on", KEEPERS, MAILBOX, 0, { 0 } },
    { "POST", "/mailboxes/:box/disconnect", KEEPERS, MAILBOX, 0, { 0 } },
    { "POST", "/mailboxes/folders/:folder/open", KEEPERS, FOLDER, 0, { 0 } },
    { "POST", "/mailboxes/folders/:folder/shut", KEEPERS, FOLDER, 0, { 0 } },
};

static bool is_post(const struct expected *e) { return e->method[0] == 'P'; }

/* ---- who asks -------------------------------------------------------------------- */

typedef enum {
    NOBODY,
    FORGED,
    ENDED,
    EXPIRED,
    LEFT,
    GUEST,
    CLEO,
    BEN,
    ANN,
    OLGA,
    VISITORS
} visitor;
static char letter_of[VISITORS]; /* of keepers with a session */
static const char *const called[VISITORS] = { "nobody",
                                              "a forged cookie",
                                              "an ended session",
                                              "an old session",
                                              "a former keeper",
                                              "a guest",
                                              "Cleo",
                                              "Ben",
                                              "Ann",
                                              "Olga" };
static struct str cookie[VISITORS];
static char guest; /* as whom those come in who bring no session; 0: as nobody */

/* Whoever has a session is who it says, or nobody once they have left. */
static char who_is(visitor v)
{
    return v >= GUEST && v < VISITORS ? letter_of[v] : v == LEFT ? 0 : guest;
}

/* ---- who may see what ------------------------------------------------------------- */

static bool opened[LETTERS];    /* to the house */
static bool passed[LETTERS];    /* to the guest */
static bool published[LETTERS]; /* to everybody */
static bool addressed[LETTERS]; /* and it gives the conversation its address */

static bool is_keeper(char who) { return who >= 'A' && who <= 'Z'; }

static bool stands_in(const struct letter *l, char who)
{
    return strchr(l->from, who) || strchr(l->to, who) || strchr(l->cc, who);
}

/* Who sits in the circle: no keeper besides her, not even the owner. */
static bool sits(char who) { return who == 'A' || who == 'n'; }

static bool sees(char who, int i)
{
    if (who && !is_keeper(who)) return passed[i];
    return who && (stands_in(&letters[i], who) || letters[i].brought == who || opened[i]);
}

/* What a letter quotes is told by it. */
static bool is_quoted_to(char who, int quoted)
{
    for (int i = 0; i < LETTERS; i++)
        if (sees(who, i) && with(i, 'q') && letter_named(str_c(letters[i].answers)) == quoted)
            return true;
    return false;
}

/* Is that stranger in anything they may read? */
static bool has_read_of(char who, int stranger)
{
    for (int i = 0; i < LETTERS; i++)
        if (sees(who, i) && stands_in(&letters[i], (char)('a' + stranger))) return true;
    return false;
}

static bool has_read_topic(char who, int topic)
{
    for (int i = 0; i < LETTERS; i++)
        if (sees(who, i) && letters[i].topic == 'a' + topic) return true;
    return false;
}

/* What is noted, each with a word of its own: the last two are there to be let go. */
static const struct noted {
    char by, about;
    const char *seen, *fields; /* seen: by which keepers */
} noted[] = { { 'A', 'a', "A", "seen=me" },
              { 'B', 'a', "ABCO", "seen=house" },
              { 'A', 'g', "AB", "seen={k:B}" },
              { 'B', 'g', "B", "how=other&whom=zqnamah+Lind" },
              { 'A', 'c', "A", "" },
              { 'A', 'c', "A", "" } };
enum { FACTS = COUNT(noted), FACTS_KEPT = FACTS - 2 };
static id fact_of[FACTS];

/* There letters are told of in which one stands, whoever passed them on. */
static bool on_own_page(const struct expected *e)
{
    return !strcmp(e->path, "/me") || !strncmp(e->path, "/me/", 4);
}

/* May that word be told? about: the stranger that was asked for, or -1. */
static bool may_be_told(char who, struct str kind, int n, const struct expected *e, int about)
{
    for (int i = 0; i < LETTERS && e->gate == OPEN; i++) {
        bool names = str_eq(kind, S("nam")) && strchr(letters[i].from, 'a' + n);
        bool topic = str_eq(kind, S("top")) && letters[i].topic == 'a' + n;
        if (published[i] && (names || topic)) return true;
    }
    if (str_eq(kind, S("fct"))) return n >= 0 && n < FACTS && who && strchr(noted[n].seen, who);
    for (int i = 0; i < LETTERS && on_own_page(e) && who && str_eq(kind, S("top")); i++)
        if (letters[i].topic == 'a' + n && stands_in(&letters[i], who)) return true;
    if (str_eq(kind, S("top"))) return has_read_topic(who, n);
    if (str_eq(kind, S("nam")) || str_eq(kind, S("adr")) || str_eq(kind, S("dom")))
        return (is_keeper(who) && e->everybody) || n == about || who == 'a' + n ||
               has_read_of(who, n);
    if (str_eq(kind, S("fac"))) return who == 'a' + n || is_keeper(who);
    assert_in_range(n, 0, LETTERS - 1);
    if (on_own_page(e) && who && stands_in(&letters[n], who)) return true;
    if (e->gate == OPEN && published[n]) return str_eq(kind, S("sub")) || str_eq(kind, S("txt"));
    if (str_eq(kind, S("txt")) && is_quoted_to(who, n)) return true;
    return sees(who, n);
}

/* ---- what went wrong --------------------------------------------------------------- */

static int bad, asked;

static void PRINTF(1, 2) wrong(const char *fmt, ...)
{
    enum { SHOWN = 30 };
    va_list v;
    if (bad++ >= SHOWN) return;
    va_start(v, fmt);
    printf("# ");
    vprintf(fmt, v);
    printf("\n");
    va_end(v);
}

static void begin(void) { bad = asked = 0; }
static void end(int least)
{
    if (bad) fail_msg("%d answers are wrong", bad);
    assert_true(asked >= least); /* the loops did run */
}

/* ---- asking ------------------------------------------------------------------------- */

struct wish {
    visitor as;
    http_method method;
    struct str target, body;
    struct http_header more; /* one header besides */
    bool piece;              /* as htmx asks */
};

static struct http_answer ask(struct arena *a, const struct wish *w)
{
    struct http_header hs[8] = { { S("Host"), S("house.example") } };
    int n = 1;
    if (cookie[w->as].n) hs[n++] = (struct http_header){ S("Cookie"), cookie[w->as] };
    if (w->method == HTTP_POST)
        hs[n++] = (struct http_header){ S("Content-Type"), S("application/x-www-form-urlencoded") };
    if (w->piece) hs[n++] = (struct http_header){ S("HX-Request"), S("true") };
    if (w->more.name.n) hs[n++] = w->more;
    ptrdiff_t q = str_chr(w->target, '?');
    struct http_request rq = { .method = w->method,
                               .target = w->target,
                               .path = q < 0 ? w->target : str_upto(w->target, q),
                               .query = str_from(w->target, q < 0 ? w->target.n : q + 1),
                               .headers = hs,
                               .headers_n = n,
                               .body = w->body,
                               .remote = S("192.0.2.1"),
                               .came_us = clock_us() };
    struct http_answer an = { .a = a };
    web_serve(at.w, &rq, &an);
    asked++;
    return an;
}

static struct str header(const struct http_answer *an, struct str name)
{
    return http_header(&(struct http_request){ .headers = an->headers, .headers_n = an->headers_n },
                       name);
}

/* A browser's first cookie pair of an answer. */
static struct str pair_of(const struct http_answer *an)
{
    struct str v = header(an, S("Set-Cookie")), pair = S("");
    (void)str_cut(&v, ';', &pair);
    return str_dup(at.a, pair);
}

/* As a page of this browser would hold it. */
static struct str token_for(struct arena *a, visitor v, struct str deed)
{
    struct wish w = { .as = v, .target = str_fmt(a, "/matrix/token?for=%.*s", STR(deed)) };
    struct http_answer an = ask(a, &w);
    struct str mark = S("name=\"_token\" value=\""), rest = an.body, last = S("");
    if (!cookie[v].n) cookie[v] = pair_of(&an);
    for (ptrdiff_t k; (k = str_find(rest, mark)) >= 0;) rest = last = str_from(rest, k + mark.n);
    assert_true(last.n > 64);
    return str_dup(a, str_upto(last, 64)); /* the last form; the frame's stand before */
}

static struct http_answer post(struct arena *a, visitor v, struct str path, struct str fields)
{
    struct str plain = str_upto(path, str_chr(path, '?') < 0 ? path.n : str_chr(path, '?'));
    struct str token = token_for(a, v, plain);
    struct wish w = { .as = v,
                      .method = HTTP_POST,
                      .target = path,
                      .body = str_fmt(a, "_token=%.*s&%.*s", STR(token), STR(fields)) };
    return ask(a, &w);
}

/* ---- the test's own routes ------------------------------------------------------------ */

static err show_token(struct ctx *c, struct page *p)
{
    (void)c;
    buf_add(&p->out, S("<form>"));
    page_token(p, &p->out, (struct url){ query_str(p, "for") });
    return OK;
}

static err enter_house(struct tx *t, struct page *p)
{
    page_sign_in(t, p, form_int(p, "who", 0), SESSION_BY_PASSWORD);
    return OK;
}

static const struct route own_routes[] = {
    PAGE("/matrix/token", NEED_NOBODY, show_token, "a form token"),
    DEED("/matrix/enter", NEED_NOBODY, enter_house, "sign in without a password"),
    { 0 },
};

static err age_session(struct tx *t, void *who)
{
    db_do(t, SQL("UPDATE web_session SET seen=seen-$2 WHERE person=$1"), I(*(id *)who),
          I(SESSION_IDLE_S));
    return OK;
}

static err leave(struct tx *t, void *who) { return keeper_leave(t, *(id *)who, 0, NULL); }

static err give_password(struct tx *t, void *hash)
{
    keeper_set_password(t, at.keeper['O'], *(struct str *)hash);
    return OK;
}

static struct str enter(struct arena *a, char who)
{
    cookie[NOBODY] = S("");
    id person = who < 'a' ? at.keeper[(int)who] : at.stranger[who - 'a'];
    struct http_answer an = post(a, NOBODY, S("/matrix/enter"), str_fmt(a, "who=%" PRId64, person));
    cookie[NOBODY] = S("");
    assert_int_equal(an.status, 303);
    return pair_of(&an);
}

static id circle, said, asked_in; /* Ann's */

/* Ann lets n read what was said of the kiln, and what will be. */
static id taking;
static err add_guest(struct tx *t, void *unused)
{
    (void)unused;
    struct participant_new n = { .message = at.message[letter_named(S("kiln1"))],
                                 .person = at.stranger['n' - 'a'],
                                 .way = CHANNEL_WEB,
                                 .past = true };
    return talk_add(t, &n, &taking);
}

/* Ann makes a circle, n comes into it, and she says something there. */
static err make_circle(struct tx *t, void *unused)
{
    struct circle_new k = { .name = S("zqciraa"), .why = S("zqcirab") };
    struct talk_circle_words w = { .subject = S("zqcirac"), .words = S("The zqcirad is zqcirae.") };
    struct circle_entry e = { .mask = S("") };
    id ann = t->c.viewer;
    (void)unused;
    TRY(circle_make(t, &k, &circle));
    TRY(circle_invite(t, circle, NULL, &e.token));
    t->c.viewer = at.stranger['n' - 'a'];
    TRY(circle_join(t, &e, &circle));
    t->c.viewer = ann;
    TRY(circle_invite(t, circle, NULL, &e.token));
    asked_in = log_end(&t->c);
    w.circle = circle;
    return talk_circle_say(t, &w, &said);
}

/* Letters of the house itself go out through Olga's. */
static id box_of_olga;

static err connect_olga(struct tx *t, void *unused)
{
    struct mailbox box;
    struct mailbox_settings s = { .address = S("olga@house.example"),
                                  .password = S("a kettle"),
                                  .smtp = { .host = S("smtp.house.example"), .port = 465 } };
    id which;
    (void)unused;
    TRY(mailbox_add(t, &s, &which));
    box_of_olga = which;
    TRY(mailbox_get(&t->c, which, &box));
    mailbox_note(t, &box, MAILBOX_READS, S(""));
    return OK;
}

static void enter_all(void)
{
    static char kept[200]; /* it is slow on purpose: once */
    if (!*kept) snprintf(kept, sizeof kept, "%.*s", STR(password_hash(at.a, S(PASSWORD))));
    struct str hash = str_c(kept);
    assert_int_equal(place_write(0, give_password, &hash), OK);
    cookie[EXPIRED] = enter(at.a, 'C');
    assert_int_equal(place_write(0, age_session, &at.keeper['C']), OK);
    cookie[LEFT] = enter(at.a, 'D');
    assert_int_equal(place_write(0, leave, &at.keeper['D']), OK);
    assert_int_equal(place_write(at.keeper[(int)'O'], connect_olga, NULL), OK);
    assert_int_equal(place_write(at.keeper['A'], add_guest, NULL), OK);
    assert_int_equal(place_write(at.keeper['A'], make_circle, NULL), OK);
    for (int i = 0; i < LETTERS; i++) passed[i] = !strncmp(letters[i].name, "kiln", 4);
    for (int v = GUEST; v < VISITORS; v++) cookie[v] = enter(at.a, letter_of[v]);
    cookie[ENDED] = enter(at.a, 'A');
    assert_int_equal(post(at.a, ENDED, S("/sign-out"), S("")).status, 303);
    cookie[FORGED] = str_dup(at.a, cookie[ANN]);
    char *last = (char *)(uintptr_t)cookie[FORGED].p + cookie[FORGED].n - 1;
    *last = *last == 'A' ? 'B' : 'A';
}

/* ---- judging bytes --------------------------------------------------------------------- */

static bool is_kind(struct str kind)
{
    static const char *const kinds[] = { "top", "nam", "adr", "dom", "txt", "fil",
                                         "sub", "unr", "cir", "fct", "fac" };
    for (int i = 0; i < COUNT(kinds); i++)
        if (str_eq(kind, str_c(kinds[i]))) return true;
    return false;
}

/* Every word of the letters that occurs must be one that may be told. */
static void judge_words(const char *where, struct str target, visitor v, struct str text,
                        const struct expected *e, int about)
{
    for (struct str rest = text;;) {
        ptrdiff_t k = str_ifind(rest, S("zq"));
        if (k < 0 || rest.n - k < 7) return;
        rest = str_from(rest, k + 2);
        struct str kind = str_lower(at.a, str_upto(rest, 3));
        int n = ((rest.p[3] | 32) - 'a') * 26 + (rest.p[4] | 32) - 'a';
        if (!is_kind(kind)) continue; /* of something random */
        bool told = str_eq(kind, S("unr"))   ? who_is(v) == 'A'
                    : str_eq(kind, S("cir")) ? sits(who_is(v))
                                             : may_be_told(who_is(v), kind, n, e, about);
        if (!told)
            wrong("%s %s of %.*s tells %s: zq%.*s", e->method, where, STR(target), called[v],
                  STR(str_upto(rest, 5)));
    }
}

static struct str unhex(struct arena *a, struct str hex)
{
    struct buf o = { .a = a };
    for (ptrdiff_t i = 0; i + 1 < hex.n; i += 2) {
        char two[3] = { hex.p[i], hex.p[i + 1], 0 };
        buf_char(&o, (char)strtol(two, NULL, 16));
    }
    return buf_str(&o);
}

/* A link to a letter leads nowhere for whom it is not there, and tells that there is one. The one
 * asked for may be named. */
static void judge_links_of(struct str kind, struct str target, visitor v, struct str text)
{
    for (ptrdiff_t k; (k = str_find(text, kind)) >= 0;) {
        int64_t n = 0;
        text = str_from(text, k + kind.n);
        for (ptrdiff_t i = 0; i < text.n && text.p[i] >= '0' && text.p[i] <= '9'; i++)
            n = n * 10 + text.p[i] - '0';
        struct str link = str_fmt(at.a, "%.*s%" PRId64, STR(kind), n);
        for (int i = 0; i < LETTERS; i++)
            if (at.message[i] == n && !sees(who_is(v), i) && str_find(target, link) < 0)
                wrong("%.*s leads %s to %s", STR(target), called[v], letters[i].name);
    }
}

static void judge_links(struct str target, visitor v, struct str text)
{
    judge_links_of(S("/talk/"), target, v, text);
    judge_links_of(S("/with/"), target, v, text);
}

/* Letters of one conversation have one name but for the number. */
static bool has_read_of_in(char who, int stranger, const char *name)
{
    for (int i = 0; i < LETTERS; i++)
        if (!strncmp(letters[i].name, name, strlen(name) - 1) && sees(who, i) &&
            stands_in(&letters[i], (char)('a' + stranger)))
            return true;
    return false;
}

/* On a page about a stranger: only conversations in which they were read of. */
static void judge_list(struct str target, visitor v, const struct http_answer *an, int stranger)
{
    for (int i = 0; i < LETTERS; i++) {
        struct str link = str_fmt(at.a, "/talk/%" PRId64 "\"", at.message[i]);
        if (str_find(an->body, link) >= 0 && !has_read_of_in(who_is(v), stranger, letters[i].name))
            wrong("%.*s tells %s who stands in %s", STR(target), called[v], letters[i].name);
    }
}

/* Body and headers. A notice travels in a cookie, in hex; other cookies are random. */
static void judge_answer(struct str target, visitor v, const struct http_answer *an,
                         const struct expected *e, int about)
{
    judge_words("body", target, v, an->body, e, about);
    judge_links(target, v, an->body);
    for (int i = 0; i < an->headers_n; i++) {
        struct str value = an->headers[i].value, name = S("");
        bool is_cookie = str_eq(an->headers[i].name, S("Set-Cookie"));
        if (!is_cookie) judge_words("header", target, v, value, e, about);
        else if (str_cut(&value, '=', &name) && str_ends(name, S("_say")))
            judge_words("notice", target, v, unhex(an->a, value), e, about);
    }
}

static bool wordly(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The same but for the two things asked for, and form tokens, which are new each time. */
static struct str levelled(struct arena *a, struct str text, struct str one, struct str two)
{
    enum { TOKEN = 64 };
    struct buf o = { .a = a };
    for (ptrdiff_t i = 0; i < text.n;) {
        ptrdiff_t n = 0;
        while (i + n < text.n && wordly(text.p[i + n])) n++;
        struct str word = str_upto(str_from(text, i), n ? n : 1);
        bool asked_for = str_eq(word, one) || str_eq(word, two);
        buf_add(&o, n == TOKEN ? S("TOKEN") : asked_for ? S("THIS") : word);
        i += n ? n : 1;
    }
    return buf_str(&o);
}

static void judge_same(struct arena *a, struct str target, visitor v, const struct http_answer *x,
                       struct str x_asked, const struct http_answer *y, struct str y_asked)
{
    struct buf one = { .a = a }, two = { .a = a };
    const struct http_answer *both[2] = { x, y };
    struct buf *out[2] = { &one, &two };
    for (int k = 0; k < 2; k++) {
        buf_fmt(out[k], "%d\n", both[k]->status);
        for (int i = 0; i < both[k]->headers_n; i++)
            buf_fmt(out[k], "%.*s: %.*s\n", STR(both[k]->headers[i].name),
                    STR(both[k]->headers[i].value));
        buf_add(out[k], both[k]->body);
    }
    struct str p = levelled(a, buf_str(&one), x_asked, y_asked),
               q = levelled(a, buf_str(&two), x_asked, y_asked);
    if (str_eq(p, q)) return;
    ptrdiff_t i = 0;
    while (i < p.n && i < q.n && p.p[i] == q.p[i]) i++;
    i = MAX(i - 20, 0);
    wrong("%.*s tells %s that something is there: ...%.*s against ...%.*s", STR(target), called[v],
          STR(str_upto(str_from(p, i), 60)), STR(str_upto(str_from(q, i), 60)));
}

/* ---- places ------------------------------------------------------------------------------ */

static struct str number(struct arena *a, id n) { return str_fmt(a, "%" PRId64, n); }

/* The path with its variable filled in; a file is the first one. */
static struct str path_of(struct arena *a, const char *pattern, id n)
{
    struct str rest = str_c(pattern), part;
    struct buf o = { .a = a };
    while (str_cut(&rest, '/', &part)) {
        if (!part.n && o.n) continue;
        if (o.n != 1 && (part.n || rest.n)) buf_char(&o, '/');
        if (str_eq(part, S(":path*"))) buf_char(&o, '2');
        else if (str_eq(part, S(":circle")) && strstr(pattern, ":message"))
            buf_add(&o, number(a, circle));
        else if (str_begins(part, S(":"))) buf_add(&o, number(a, n));
        else buf_add(&o, part);
    }
    return o.n ? buf_str(&o) : S("/");
}

struct asked_thing {
    id id;
    int about;  /* a stranger, or -1 */
    bool there; /* for whom asks it */
};

static id draft, going; /* Ann's: being written, and on its way */
static id talk_event;   /* something of Ann's that can be taken back */
static id copy;         /* somebody at a terminal wants one of the house */
static id device;       /* another browser of Ann's */

/* Ann's idea began where Ben was not, and went where he was; his began before both. */
static id idea_of[2], idea_event; /* a dropping that can be taken back */
static const char *const began[2] = { "late1", "plan1" };

/* Of the guest, and of somebody else whom the house knows. */
static id own_fact[2], own_grant[2], own_receipt[2], own_device[2];

static int own_of(thing kind, char who, struct asked_thing *out)
{
    const id *both = kind == OWN_FACT      ? own_fact
                     : kind == OWN_GRANT   ? own_grant
                     : kind == OWN_RECEIPT ? own_receipt
                                           : own_device;
    out[0] = (struct asked_thing){ both[0], -1, who == letter_of[GUEST] };
    out[1] = (struct asked_thing){ both[1], -1, false };
    return 2;
}

/* All things of that kind, as they are for one who asks. */
static int things_of(thing kind, char who, struct asked_thing *out)
{
    int n = 0;
    if (kind == NOTHING) out[n++] = (struct asked_thing){ 0, -1, true };
    for (int i = 0; i < LETTERS && (kind == PUBLIC || kind == TICKED || kind == PLAN); i++)
        out[n++] =
            (struct asked_thing){ at.message[i], -1,
                                  kind == PUBLIC ? addressed[i] : kind == PLAN && sees(who, i) };
    for (int i = 0; i < LETTERS && (kind == MESSAGE || kind == PART); i++)
        if (kind == MESSAGE || with(i, 'f'))
            out[n++] = (struct asked_thing){ at.message[i], -1, sees(who, i) };
    for (int i = 0; i < STRANGERS && kind == PERSON; i++) {
        out[n++] = (struct asked_thing){ at.stranger[i], i, true };
        out[n++] = (struct asked_thing){ at.org[i], i, true };
    }
    for (const char *k = "OABCD"; *k && kind == PERSON; k++)
        out[n++] = (struct asked_thing){ at.keeper[(int)*k], -1, true };
    if (kind == UNREAD) out[n++] = (struct asked_thing){ at.unreadable, -1, who == 'A' };
    if (kind == UNREAD || kind == UNDO) /* an event that is something else */
        out[n++] = (struct asked_thing){ at.message[0], -1, false };
    for (int i = 0; i < COUNT(began) && kind == IDEA; i++)
        out[n++] = (struct asked_thing){ idea_of[i], -1, sees(who, letter_named(str_c(began[i]))) };
    if (kind == UNIDEA)
        out[n++] = (struct asked_thing){ idea_event, -1, sees(who, letter_named(S("late1"))) };
    if (kind == IDEA || kind == UNIDEA) out[n++] = (struct asked_thing){ at.message[0], -1, false };
    if (kind == UNDO)
        out[n++] = (struct asked_thing){ talk_event, -1, sees(who, letter_named(S("kiln2"))) };
    for (int i = 0; i < FACTS_KEPT && (kind == FACT || kind == NOTED); i++) {
        bool there = who && (kind == FACT ? strchr(noted[i].seen, who) != NULL
                                          : noted[i].by == who || who == 'O');
        out[n++] = (struct asked_thing){ fact_of[i], noted[i].about - 'a', there };
    }
    for (int i = 0; i < COUNT(own_grant) && kind == GRANT; i++)
        out[n++] = (struct asked_thing){ own_grant[i], i ? 0 : 'n' - 'a', is_keeper(who) };
    if (kind == FACT || kind == NOTED) out[n++] = (struct asked_thing){ at.message[0], -1, false };
    if (kind == MAILBOX) out[n++] = (struct asked_thing){ at.mailbox, -1, who == 'A' };
    if (kind == FOLDER) out[n++] = (struct asked_thing){ at.folder, -1, who == 'A' };
    if (kind == DRAFT) out[n++] = (struct asked_thing){ draft, -1, who == 'A' };
    for (const char *k = "OAB"; *k && kind == KEEPER; k++)
        out[n++] = (struct asked_thing){ at.keeper[(int)*k], -1, true };
    if (kind == KEEPER) out[n++] = (struct asked_thing){ at.keeper['D'], -1, false };
    if (kind == COPY) out[n++] = (struct asked_thing){ copy, -1, true };
    if (kind == DEVICE) out[n++] = (struct asked_thing){ device, -1, who == 'A' };
    if (kind == DEVICE) n += own_of(kind, who, out + n);
    if (kind == CIRCLE) out[n++] = (struct asked_thing){ circle, -1, sits(who) };
    if (kind == SAID) out[n++] = (struct asked_thing){ said, -1, sits(who) };
    if (kind == ASKED_IN) out[n++] = (struct asked_thing){ asked_in, -1, who == 'A' };
    if (kind == TAKING)
        out[n++] = (struct asked_thing){ taking, -1, sees(who, letter_named(S("kiln1"))) };
    if (kind >= OWN_FACT) n += own_of(kind, who, out);
    if (kind != NOTHING) out[n++] = (struct asked_thing){ ABSENT, -1, false };
    return n;
}
enum { THINGS = LETTERS + 2 * STRANGERS + 8, NUMBERS = 200 };

/* ---- every page ---------------------------------------------------------------------------- */

static bool is_hook(const struct expected *e) { return e->of == PART || !strcmp(e->path, "/live"); }

static int status_of(const struct expected *e, char who, const struct asked_thing *x, bool piece)
{
    if (e->gate == OPEN) return x->there ? 200 : 404;
    if (e->gate == CLOSED || e->gate == LINK) return 404;
    if (!who) return is_hook(e) ? 403 : piece ? 401 : 303;
    if (e->gate == LETTER) return 403;
    if (!is_keeper(who) && e->gate >= KEEPERS) return e->path[1] ? 403 : 303; /* to the hall */
    if (e->gate == OWNERS && who != 'O') return 403;
    return x->there ? 200 : 404;
}

static void judge_page(const struct expected *e, visitor v, const struct asked_thing *x,
                       const char *query, bool piece)
{
    struct arena *a = arena_open((size_t)64 * MIB);
    struct str path = path_of(a, e->path, x->id);
    struct str target = query ? str_fmt(a, "%.*s?%s", STR(path), query) : path;
    struct wish w = { .as = v, .target = target, .piece = piece };
    struct http_answer an = ask(a, &w);
    int right = status_of(e, who_is(v), x, piece);
    bool not_whole = e->of == PLAN && right == 200 && (an.status == 403 || an.status == 422);
    if (not_whole) right = an.status; /* more than theirs, or nothing to be shown */
    if (an.status != right)
        wrong("%.*s answers %s by %d, not %d", STR(target), called[v], an.status, right);
    const char *to = who_is(v)                                  ? "/with"
                     : e->gate == REGULARS || e->gate == LETTER ? "/in?next="
                                                                : "/sign-in?next=";
    if (an.status == 303 && !str_begins(header(&an, S("Location")), str_c(to)))
        wrong("%.*s sends %s to %.*s", STR(target), called[v], STR(header(&an, S("Location"))));
    judge_answer(target, v, &an, e, x->about);
    if (x->about >= 0) judge_list(target, v, &an, x->about);
    if (x->id && !x->there && right == 404) {
        struct wish none = { .as = v, .target = path_of(a, e->path, ABSENT), .piece = piece };
        if (query) none.target = str_fmt(a, "%.*s?%s", STR(none.target), query);
        struct http_answer other = ask(a, &none);
        judge_same(a, target, v, &an, number(a, x->id), &other, number(a, ABSENT));
    }
    arena_close(a);
}

static void judge_pages(visitor from, visitor to)
{
    struct asked_thing x[THINGS];
    for (int k = 0; k < COUNT(table); k++)
        for (int v = from; v <= (int)to && !is_post(&table[k]); v++) {
            int n = things_of(table[k].of, who_is((visitor)v), x);
            for (int i = 0; i < n; i++) {
                judge_page(&table[k], (visitor)v, &x[i], NULL, false);
                judge_page(&table[k], (visitor)v, &x[i], NULL, true);
                for (int q = 0; q < COUNT(table[k].also) && table[k].also[q]; q++)
                    judge_page(&table[k], (visitor)v, &x[i], table[k].also[q], false);
            }
        }
}

/* Not in the lists above, but theirs: what was said in a circle, what could not be read, a message
 * without a file, a letter on its way; and whomever the house has met is known to its keepers. */
static bool theirs(thing kind, char who, id number)
{
    if (kind == PERSON) return is_keeper(who);
    if (kind == DRAFT) return number == going && who == 'A';
    if (kind == KEEPER) return number == at.keeper['C'];
    if (kind == MAILBOX) return number == (who == 'O' ? box_of_olga : who == 'A' ? at.spare : 0);
    for (int i = 0; i < FACTS && kind == FACT; i++)
        if (fact_of[i] == number) return who && strchr(noted[i].seen, who) != NULL;
    if (kind == FACT) return who == 'A' && (number == own_fact[0] || number == own_fact[1]);
    if (kind == NOTED) return is_keeper(who);
    if (kind != MESSAGE && kind != PART && kind != PLAN) return false;
    if ((number == said && sits(who)) || (number == at.unreadable && who == 'A')) return true;
    for (int i = 0; i < LETTERS && kind == PART; i++)
        if (at.message[i] == number) return sees(who, i);
    return false;
}

/* Numbers of other things, and of nothing: whatever a number means elsewhere, here it is nothing.
 */
static void judge_numbers(const struct expected *e, visitor v)
{
    struct asked_thing x[THINGS];
    int n = things_of(e->of, who_is(v), x);
    for (id number = 1; number <= NUMBERS; number++) {
        bool known = theirs(e->of, who_is(v), number);
        for (int i = 0; i < n; i++) known = known || x[i].id == number;
        struct asked_thing other = { number, -1, false };
        if (!known) judge_page(e, v, &other, NULL, false);
    }
}

/* ---- every deed, refused ----------------------------------------------------------------------
 */

static err count_events(struct ctx *c, void *out)
{
    *(int64_t *)out = db_int(c, 0, SQL("SELECT max(id) FROM event"));
    return OK;
}

static int64_t events(void)
{
    int64_t n = 0;
    assert_int_equal(place_read(count_events, &n), OK);
    return n;
}

/* What each deed is told: enough for it to be done, if it were allowed. */
static struct str fields_for(struct arena *a)
{
    return str_fmt(a,
                   "with=%" PRId64 "&other=%" PRId64 "&handle=1&open=1&name=New&kind=role&mark=mute"
                   "&on=1&words=Hello&until=2031-01-01&wanted=2&house=Taken&password=a+long+new+"
                   "password&old=none&addresses=new@house.example&address=ann@house.example&who="
                   "%" PRId64 "&way=web",
                   at.message[0], at.stranger[1], at.stranger[2]);
}

static void judge_status(struct str target, visitor v, const char *how, int status, int right)
{
    if (status != right)
        wrong("POST %.*s %s answers %s by %d, not %d", STR(target), how, called[v], status, right);
}

/* By who may: but not from a page of ours. */
static void judge_strays(const struct expected *e, visitor v, id what)
{
    struct arena *a = arena_open((size_t)64 * MIB);
    struct str path = path_of(a, e->path, what), fields = fields_for(a);
    visitor other = v == ANN ? OLGA : ANN;
    struct wish w = { .as = v, .method = HTTP_POST, .target = path, .body = fields };
    judge_status(path, v, "without a token", ask(a, &w).status, 403);
    w.body = str_fmt(a, "_token=%.*s&%.*s", STR(token_for(a, other, path)), STR(fields));
    judge_status(path, v, "with a token of somebody else", ask(a, &w).status, 403);
    w.body = str_fmt(a, "_token=%.*s&%.*s", STR(token_for(a, v, S("/elsewhere"))), STR(fields));
    judge_status(path, v, "with a token for another deed", ask(a, &w).status, 403);
    w.body = str_fmt(a, "_token=%.*s&%.*s", STR(token_for(a, v, path)), STR(fields));
    w.more = (struct http_header){ S("Origin"), S("http://elsewhere.example") };
    judge_status(path, v, "from another site", ask(a, &w).status, 403);
    w.more = (struct http_header){ S("Sec-Fetch-Site"), S("cross-site") };
    judge_status(path, v, "from another site, as the browser says", ask(a, &w).status, 403);
    w.more = (struct http_header){ S(""), S("") };
    w.method = HTTP_PUT;
    judge_status(path, v, "by another method", ask(a, &w).status, 405);
    arena_close(a);
}

/* Of what one may not see nothing can be done, and it is as if it were not there. */
static void judge_blind(const struct expected *e, visitor v, const struct asked_thing *x)
{
    struct arena *a = arena_open((size_t)64 * MIB);
    struct str path = path_of(a, e->path, x->id), none = path_of(a, e->path, ABSENT);
    struct http_answer an = post(a, v, path, fields_for(a)),
                       other = post(a, v, none, fields_for(a));
    judge_status(path, v, "of what is not theirs", an.status, 404);
    judge_answer(path, v, &an, e, -1);
    judge_same(a, path, v, &an, number(a, x->id), &other, number(a, ABSENT));
    arena_close(a);
}

static void judge_refused(const struct expected *e, visitor v)
{
    struct asked_thing x[THINGS];
    char who = who_is(v);
    int n = things_of(e->of, who, x);
    bool allowed = (who && e->gate == REGULARS) || (is_keeper(who) && e->gate == KEEPERS) ||
                   (e->gate == OWNERS && who == 'O');
    struct arena *a = arena_open((size_t)64 * MIB);
    struct str path = path_of(a, e->path, x[0].id);
    if (e->gate == CLOSED || e->gate == LINK)
        judge_status(path, v, "once more", post(a, v, path, fields_for(a)).status, 404);
    else if (e->gate == OPEN || allowed) judge_strays(e, v, x[0].id);
    else {
        struct http_answer an = post(a, v, path, fields_for(a));
        judge_status(path, v, "without the right", an.status, 403);
        judge_answer(path, v, &an, e, -1);
    }
    arena_close(a);
    for (int i = 0; i < n && allowed; i++)
        if (!x[i].there) judge_blind(e, v, &x[i]);
}

/* ---- every deed, done
 * ---------------------------------------------------------------------------- */

/* {b} Ann's mailbox, {f} its folder, {s} another, {n} the last note of what was said, {m:kiln1} a
 * message, {p:a} a stranger, {k:B} a keeper, {v:a} something noted, {h:a} an address of theirs, {e}
 * the last event that can be taken back. */
struct play {
    visitor by;
    const char *deed, *fields;
    const char *route; /* of the table */
};
#define CLICK "/stop/:token*" /* by a mail program: answers where it stands */
static const struct play plays[] = {
    { ANN, "/people/{p:d}/name", "name=Somebody+Else", "/people/:who/name" },
    { BEN, "/people/{p:h}/kind", "kind=role", "/people/:who/kind" },
    { BEN, "/people/{p:h}/kind", "kind=person", "/people/:who/kind" },
    { ANN, "/people/{p:d}/mark", "mark=mute&on=1", "/people/:who/mark" },
    { ANN, "/people/{p:s}/merge", "other={p:t}", "/people/:who/merge" },
    { ANN, "/people/{gone}/unmerge", "", "/people/:who/unmerge" },
    { ANN, "/people/{p:s}/merge", "other={p:t}", "/people/:who/merge" },
    { ANN, "/people/{whole}/split", "handle={h:t}", "/people/:who/split" },
    { ANN, "/people/{p:s}/apart", "other={p:e}", "/people/:who/apart" },
    { ANN, "/people/{p:f}/know", "", "/people/:who/know" },
    { ANN, "/people/{p:a}/want", "wanted=2", "/people/:who/want" },
    { ANN, "/people/{p:a}/fine", "fine=1", "/people/:who/fine" },
    { ANN, "/drifting/{p:a}/watch", "", "/drifting/:who/watch" },
    { ANN, "/drifting/{p:a}/fine", "", "/drifting/:who/fine" },
    { BEN, "/people/{p:g}/engine", "on=0", "/people/:who/engine" },
    { ANN, "/people/{p:t}/address", "handle={h:t}", "/people/:who/address" },
    { ANN, "/talk/write", "act=save&name=third&kind=1&about=0&to=zqadrac@zqdomac.example&words=Hi",
      "/talk/write" },
    { ANN, "/talk/drafts/{d}/files/1/drop", "", "/talk/drafts/:draft/files/:number/drop" },
    { ANN, "/talk/drafts/{d}/drop", "", "/talk/drafts/:draft/drop" },
    { ANN, "/talk/drafts/{d}/restore", "", "/talk/drafts/:draft/restore" },
    { ANN, "/talk/drafts/{u}/undo", "", "/talk/drafts/:draft/undo" },
    { ANN, "/people/{p:b}/facts", "words=likes+tea", "/people/:who/facts" },
    { BEN, "/facts/{v:d}/ask", "act=change", "/facts/:fact/ask" },
    { BEN, "/facts/{v:d}/right", "said=mail", "/facts/:fact/right" },
    { BEN, "/facts/{v:d}/unsay", "", "/facts/:fact/unsay" },
    { ANN, "/facts/{v:a}/doubt", "", "/facts/:fact/doubt" },
    { ANN, "/facts/{v:a}/share", "seen=me", "/facts/:fact/share" },
    { ANN, "/facts/{v:c}/change", "words=likes+coffee&why=now", "/facts/:fact/change" },
    { ANN, "/facts/{v:e}/withdraw", "", "/facts/:fact/withdraw" },
    { OLGA, "/facts/{v:f}/forget", "", "/facts/:fact/forget" },
    { ANN, "/people/{p:b}/agreed", "for-1=1&key-likes=1&seen=me&days=365&how=word",
      "/people/:who/agreed" },
    { BEN, "/agreed/{asked}/said", "said=longer", "/agreed/:grant/said" },
    { ANN, "/agreed/{asked}/let-go", "", "/agreed/:grant/let-go" },
    { ANN, "/agreed/{request}/ask", "act=change", "/agreed/:grant/ask" },
    { ANN, "/talk/{m:kiln1}/remember", "span=0-10&about={p:a}", "/talk/:message/remember" },
    { ANN, "/talk/{m:kiln2}/split", "", "/talk/:message/split" },
    { ANN, "/talk/undo/{e}", "", "/talk/undo/:event" },
    { BEN, "/talk/{m:hops1}/join", "with={m:malt1}", "/talk/:message/join" },
    { BEN, "/talk/{m:malt1}/close", "", "/talk/:message/close" },
    { BEN, "/waiting/undo/{e}", "", "/waiting/undo/:event" },
    { BEN, "/waiting/{m:yeast1}/close", "", "/waiting/:message/close" },
    { BEN, "/waiting/{m:yeast1}/later", "until=2031-01-01", "/waiting/:message/later" },
    { BEN, "/waiting/{m:yeast1}/needless", "", "/waiting/:message/needless" },
    { BEN, "/waiting/{p:a}/mute", "on=1", "/waiting/:who/mute" },
    { BEN, "/talk/{m:malt1}/kind", "kind=question", "/talk/:message/kind" },
    { BEN, "/talk/{m:malt1}/settle", "", "/talk/:message/settle" },
    { ANN, "/talk/{m:open1}/public", "open=1&upto=999999", "/talk/:message/public" },
    { NOBODY, "/public/{m:open1}/me-too", "", "/public/:message/me-too" },
    { ANN, "/counter/{p:a}", "words=Hello", "/counter/:who" },
    { ANN, "/counter/{n}/back", "", "/counter/:message/back" },
    { ANN, "/counter/new", "words=Hello&name=Tom", "/counter/new" },
    { ANN, "/people/{tom}/paper", "", "/people/:who/paper" },
    { NOBODY, "/in/paper", "code={paper}", "/in/paper" },
    { GUEST, "/me/facts", "words=likes+tea", "/me/facts" },
    { GUEST, "/me/facts/{fact}/wrong", "", "/me/facts/:fact/wrong" },
    { GUEST, "/me/facts/{fact}/right", "", "/me/facts/:fact/right" },
    { GUEST, "/me/facts/{fact}/words", "words=Green", "/me/facts/:fact/words" },
    { GUEST, "/me/facts/{fact}/share", "seen=house", "/me/facts/:fact/share" },
    { GUEST, "/me/facts/{fact}/keep", "", "/me/facts/:fact/keep" },
    { GUEST, "/me/facts/{told}/forget", "", "/me/facts/:fact/forget" },
    { GUEST, "/me/engine", "on=0", "/me/engine" },
    { GUEST, "/me/never", "never=1", "/me/never" },
    { GUEST, "/me/never", "never=0", "/me/never" },
    { GUEST, "/me/pause", "days=30", "/me/pause" },
    { GUEST, "/me/pause", "days=0", "/me/pause" },
    { GUEST, "/me/yes", "purpose=1", "/me/yes" },
    { GUEST, "/me/grants/{request}/answer", "yes=1", "/me/grants/:grant/answer" },
    { GUEST, "/me/grants/{asked}/renew", "", "/me/grants/:grant/renew" },
    { GUEST, "/me/grants/{asked}/withdraw", "", "/me/grants/:grant/withdraw" },
    { GUEST, "/me/terms", "name=SD-BASE", "/me/terms" },
    { GUEST, "/me/take", "", "/me/take" },
    { GUEST, "/me/forget", "", "/me/forget" },
    { NOBODY, "/me/by/{me}", "", "/me/by/:token*" },
    { OLGA, "/talk/{m:roof1}/open", "open=1", "/talk/:message/open" },
    { ANN, "/talk/{m:kiln3}/with", "who={p:o}&way=web&past=1", "/talk/:message/with" },
    { ANN, "/talk/part/{part}/end", "", "/talk/part/:event/end" },
    { ANN, "/circles/{c}", "subject=zqciraa&words=zqcirab", "/circles/:circle" },
    { ANN, "/circles/{c}/talk/{cm}", "words=zqcirac", "/circles/:circle/talk/:message" },
    { ANN, "/circles/{c}/change", "name=zqcirad&why=zqcirae", "/circles/:circle/change" },
    { ANN, "/circles/{c}/way", "way=mail", "/circles/:circle/way" },
    { ANN, "/circles/{c}/invite", "address=new@else.example&name=New", "/circles/:circle/invite" },
    { ANN, "/circles/links/{cl}/back", "", "/circles/links/:event/back" },
    { OLGA, "/circles/new", "name=Ours&why=Because", "/circles/new" },
    { BEN, "/circles/join/{cj}", "masked=1&mask=Heron", "/circles/join/:token*" },
    { BEN, "/circles/{c}/leave", "", "/circles/:circle/leave" },
    { GUEST, "/with/{m:kiln1}", "words=Here+it+is", "/with/:message" },
    { GUEST, "/with/{m:kiln1}/leave", "", "/with/:message/leave" },
    { NOBODY, "/in", "address=ann@house.example", "/in" },
    { NOBODY, "/in/by/{link}", "", "/in/by/:token*" },
    { NOBODY, "/stop/{out}/now", "", "/stop/:token*/now" },
    { NOBODY, "/stop/{out}", "List-Unsubscribe=One-Click", CLICK },
    { ANN, "/talk/{m:glaze1}/idea", "name=Glaze&span=0-5", "/talk/:message/idea" },
    { ANN, "/ideas/{i}/drop", "", "/ideas/:idea/drop" },
    { ANN, "/ideas/undo/{j}", "", "/ideas/undo/:event" },
    { ANN, "/map/keep", "", "/map/keep" },
    { ANN, "/map/anew", "", "/map/anew" },
    { ANN, "/mailboxes/{b}/folders", "folder-{f}=1", "/mailboxes/:box/folders" },
    { ANN, "/mailboxes/{b}/settings", "imap_host=mail.house.example&imap_port=993&imap_safety=tls",
      "/mailboxes/:box/settings" },
    { ANN, "/mailboxes/{b}/stop", "", "/mailboxes/:box/stop" },
    { ANN, "/mailboxes/{b}/go-on", "", "/mailboxes/:box/go-on" },
    { ANN, "/mailboxes/folders/{f}/open", "", "/mailboxes/folders/:folder/open" },
    { ANN, "/mailboxes/folders/{f}/shut", "", "/mailboxes/folders/:folder/shut" },
    { ANN, "/mailboxes/{s}/disconnect", "", "/mailboxes/:box/disconnect" },
    { BEN, "/mailboxes", "address=ben@mail.example&password=two+pints", "/mailboxes" },
    { OLGA, "/settings/why", "purpose=1&interest=One&necessity=Two&balance=Three",
      "/settings/why" },
    { OLGA, "/settings/morning", "hour=7", "/settings/morning" },
    { OLGA, "/settings/house", "house=Another+Name", "/settings/house" },
    { BEN, "/settings/devices/others/end", "", "/settings/devices/others/end" },
    { ANN, "/settings/devices/{device}/end", "", "/settings/devices/:session/end" },
    { GUEST, "/settings/devices/{telephone}/end", "", "/settings/devices/:session/end" },
    { OLGA, "/takeout", "format=vcard", "/takeout" },
    { OLGA, "/takeout/{copy}/agree", "", "/takeout/:takeout/agree" },
    { OLGA, "/takeout/{copy}/stop", "", "/takeout/:takeout/stop" },
    { OLGA, "/settings/second/begin", "password=a+green+kettle+in+the+window",
      "/settings/second/begin" },
    { OLGA, "/settings/second/prove", "code={totp}", "/settings/second/prove" },
    { OLGA, "/settings/second/require", "on=1", "/settings/second/require" },
    { OLGA, "/settings/second/require", "on=0", "/settings/second/require" },
    { OLGA, "/settings/second/drop", "password=a+green+kettle+in+the+window",
      "/settings/second/drop" },
    { OLGA, "/settings/password", "old=a+green+kettle+in+the+window&password=a+blue+kettle+here",
      "/settings/password" },
    { OLGA, "/keepers", "name=Eve&addresses=eve@house.example&password=a+red+kettle+there",
      "/keepers" },
    { OLGA, "/keepers/{k:C}/leave", "", "/keepers/:who/leave" },
    { NOBODY, "/sign-in", "address=eve@house.example&password=a+red+kettle+there", "/sign-in" },
    { ANN, "/talk/{m:kiln2}/erase", "reason=unneeded", "/talk/:message/erase" },
    { OLGA, "/people/{p:f}/erase", "reason=asked", "/people/:who/erase" },
    { ANN, "/sign-out", "", "/sign-out" },
};

static err read_handle(struct ctx *c, void *key)
{
    *(id *)key = db_int(c, 0, SQL("SELECT key FROM handle WHERE uri=$1"),
                        T(str_fmt(c->a, "mailto:%.*s", STR(address_of(c->a, 't')))));
    return OK;
}

static err read_merged(struct ctx *c, void *out)
{
    id *both = out;
    EACH (r, c, SQL("SELECT id, merged FROM person WHERE merged>0 ORDER BY id DESC LIMIT 1")) {
        both[0] = row_int(&r, 0);
        both[1] = row_int(&r, 1);
    }
    return OK;
}

static err read_undo(struct ctx *c, void *event)
{
    *(id *)event = db_int(c, 0, SQL("SELECT max(id) FROM event WHERE kind IN($1, $2, $3)"),
                          I(EVENT_TALK_JOINED), I(EVENT_TALK_SPLIT), I(EVENT_TALK_CLOSED));
    return OK;
}

static err read_part(struct ctx *c, void *event)
{
    *(id *)event = db_int(c, 0, SQL("SELECT max(event) FROM participant"));
    return OK;
}

/* What stands on the guest's own page, and the same of the stranger a. */
static err note_own(struct tx *t, void *unused)
{
    const char of[] = { 'n', 'a' };
    (void)unused;
    for (int i = 0; i < 2; i++) {
        id who = at.stranger[of[i] - 'a'];
        struct fact_new f = { .person = who,
                              .key = S("likes"),
                              .value = word_of(t->c.a, "fac", of[i] - 'a'),
                              .origin = FACT_TOLD,
                              .heard = CHANNEL_COUNTER };
        struct grant_new g = { .person = who,
                               .purposes = PURPOSE(PURPOSE_TOUCH),
                               .audience = audience_keepers(),
                               .way = GRANT_BY_WORD };
        struct grant_chain chain;
        struct str token;
        TRY(fact_note(t, &f, &own_fact[i]));
        TRY(grant_give(t, &g, &own_grant[i]));
        grant_chain(&t->c, own_grant[i], 9, &chain);
        own_receipt[i] = chain.at[chain.n - 1].event;
        own_device[i] = session_start(t, who, SESSION_BY_LINK, S("a telephone"), &token).id;
    }
    return OK;
}

static err ask_grant(struct tx *t, void *grant)
{
    return grant_request(t,
                         &(struct grant_new){ .person = at.stranger['n' - 'a'],
                                              .purposes = PURPOSE(PURPOSE_OCCASIONS),
                                              .audience = audience_keepers(),
                                              .way = GRANT_BY_WORD },
                         grant);
}

static err read_asked(struct ctx *c, void *grant)
{
    *(id *)grant = db_int(c, 0, SQL("SELECT max(id) FROM consent"));
    return OK;
}

static err read_told(struct ctx *c, void *fact)
{
    *(id *)fact = db_int(c, 0, SQL("SELECT max(id) FROM fact"));
    return OK;
}

static err read_tom(struct ctx *c, void *who)
{
    *(id *)who = db_int(c, 0, SQL("SELECT max(id) FROM person WHERE name=$1"), T(S("Tom")));
    return OK;
}

static err ask_paper(struct tx *t, void *code)
{
    *(struct str *)code = link_paper(t, at.stranger['n' - 'a']);
    return OK;
}

static err ask_second(struct tx *t, void *token)
{
    *(struct str *)token =
        link_ask(t, S("another browser"), at.stranger['n' - 'a'], S("!take")).token;
    return OK;
}

static err ask_link(struct tx *t, void *token)
{
    *(struct str *)token = link_ask(t, S("another browser"), at.stranger['n' - 'a'], S("")).token;
    return OK;
}

static err read_way_out(struct ctx *c, void *token)
{
    id key = 0;
    TRY(read_handle(c, &key));
    *(struct str *)token = str_dup(at.a, stop_token(c, key, STOP_HOUSE));
    return OK;
}

static err read_code(struct ctx *c, void *code)
{
    struct second s;
    second_get(c, at.keeper['O'], &s);
    *(struct str *)code =
        str_fmt(at.a, "%06u", totp_code(s.secret, c->now / TOTP_STEP_S, TOTP_DIGITS));
    return OK;
}

static err read_device(struct ctx *c, void *session)
{
    *(id *)session = db_int(c, 0, SQL("SELECT max(id) FROM web_session"));
    return OK;
}

static err read_idea(struct ctx *c, void *idea)
{
    *(id *)idea = db_int(c, 0, SQL("SELECT max(id) FROM idea"));
    return OK;
}

static err read_drop(struct ctx *c, void *event)
{
    *(id *)event =
        db_int(c, 0, SQL("SELECT max(id) FROM event WHERE kind=$1"), I(EVENT_IDEA_DROPPED));
    return OK;
}

static err read_note(struct ctx *c, void *event)
{
    *(id *)event =
        db_int(c, 0, SQL("SELECT max(id) FROM event WHERE channel=$1"), I(CHANNEL_COUNTER));
    return OK;
}

static id named_id(struct str name)
{
    id n = 0, both[2] = { 0 };
    struct str rest = str_from(name, 2);
    if (str_eq(name, S("b"))) return at.mailbox;
    if (str_eq(name, S("s"))) return at.spare;
    if (str_eq(name, S("f"))) return at.folder;
    if (str_begins(name, S("m:"))) return at.message[letter_named(rest)];
    if (str_begins(name, S("p:"))) return at.stranger[rest.p[0] - 'a'];
    if (str_begins(name, S("k:"))) return at.keeper[(int)rest.p[0]];
    if (str_eq(name, S("c"))) return circle;
    if (str_eq(name, S("cm"))) return said;
    if (str_eq(name, S("cl"))) return asked_in;
    if (str_begins(name, S("v:"))) return fact_of[rest.p[0] - 'a'];
    if (str_eq(name, S("d"))) return draft;
    if (str_eq(name, S("device"))) return device;
    if (str_eq(name, S("copy"))) return copy;
    if (str_eq(name, S("u"))) return going;
    if (str_begins(name, S("h:"))) assert_int_equal(place_read(read_handle, &n), OK);
    else if (str_eq(name, S("i"))) assert_int_equal(place_read(read_idea, &n), OK);
    else if (str_eq(name, S("j"))) assert_int_equal(place_read(read_drop, &n), OK);
    else if (str_eq(name, S("n"))) assert_int_equal(place_read(read_note, &n), OK);
    else if (str_eq(name, S("e"))) assert_int_equal(place_read(read_undo, &n), OK);
    else if (str_eq(name, S("tom"))) assert_int_equal(place_read(read_tom, &n), OK);
    else if (str_eq(name, S("asked"))) assert_int_equal(place_read(read_asked, &n), OK);
    else if (str_eq(name, S("request")))
        assert_int_equal(place_write(at.keeper['A'], ask_grant, &n), OK);
    else if (str_eq(name, S("told"))) assert_int_equal(place_read(read_told, &n), OK);
    else if (str_eq(name, S("fact"))) n = own_fact[0];
    else if (str_eq(name, S("telephone"))) n = own_device[0];
    else if (str_eq(name, S("part"))) assert_int_equal(place_read(read_part, &n), OK);
    else {
        assert_int_equal(place_read(read_merged, both), OK);
        n = both[str_eq(name, S("whole"))];
    }
    return n;
}

static err ask_in(struct tx *t, void *token)
{
    TRY(circle_invite(t, circle, NULL, token));
    asked_in = log_end(&t->c);
    return OK;
}

static struct str filled(struct arena *a, const char *text)
{
    struct str rest = str_c(text), part;
    struct buf o = { .a = a };
    while (str_cut(&rest, '{', &part)) {
        ptrdiff_t close = str_chr(part, '}');
        struct str name = str_upto(part, MAX(close, 0)), token;
        if (str_eq(name, S("totp"))) {
            assert_int_equal(place_read(read_code, &token), OK);
            buf_add(&o, token);
        } else if (str_eq(name, S("link"))) {
            assert_int_equal(place_write(0, ask_link, &token), OK);
            buf_add(&o, token);
        } else if (str_eq(name, S("out"))) {
            assert_int_equal(place_read(read_way_out, &token), OK);
            buf_add(&o, token);
        } else if (str_eq(name, S("cj"))) {
            assert_int_equal(place_write(at.keeper['A'], ask_in, &token), OK);
            buf_add(&o, token);
        } else if (str_eq(name, S("me"))) {
            assert_int_equal(place_write(0, ask_second, &token), OK);
            buf_add(&o, token);
        } else if (str_eq(name, S("paper"))) {
            assert_int_equal(place_write(0, ask_paper, &token), OK);
            buf_add(&o, token);
        } else if (close >= 0) buf_add(&o, number(a, named_id(name)));
        buf_add(&o, str_from(part, close + 1));
    }
    return buf_str(&o);
}

static const struct expected *expected_of(const char *method, struct str path)
{
    for (int k = 0; k < COUNT(table); k++)
        if (str_eq(str_c(table[k].path), path) && !strcmp(table[k].method, method))
            return &table[k];
    return NULL;
}

static void play(const struct play *p)
{
    struct arena *a = arena_open((size_t)64 * MIB);
    struct str path = filled(a, p->deed);
    struct http_answer an = post(a, p->by, path, filled(a, p->fields));
    bool shown = !strcmp(p->route, CLICK) ||
                 !strcmp(p->route, "/people/:who/paper") || /* codes are shown now or never */
                 !strcmp(p->route, "/settings/second/prove");
    judge_status(path, p->by, "with every right", an.status, shown ? 200 : 303);
    judge_answer(path, p->by, &an, expected_of("POST", str_c(p->route)), -1);
    arena_close(a);
}

/* ---- tests
 * ------------------------------------------------------------------------------------------ */

static bool remote; /* on PostgreSQL */

static err last_draft(struct ctx *c, void *out)
{
    *(id *)out = db_int(c, 0, SQL("SELECT max(id) FROM draft"));
    return OK;
}

static err send_draft(struct tx *t, void *unused)
{
    (void)unused;
    db_do(t, SQL("UPDATE draft SET due=$1 WHERE id=$2"), I(t->c.now + DAY), I(going));
    return OK;
}

/* Mail to the stranger t came back. */
static err shut_address(struct tx *t, void *unused)
{
    id handle;
    (void)unused;
    TRY(read_handle(&t->c, &handle));
    outbox_report(t, &(struct outbox_report){ at.message[letter_named(S("pair1"))], handle,
                                              RETURN_GONE, S("nobody there") });
    log_settle(t);
    return OK;
}

/* What Ann is writing, as an answer to a letter of hers. */
static id write_draft(const char *name)
{
    id out = 0;
    struct str fields =
        str_fmt(at.a, "act=save&name=%s&kind=2&about=%" PRId64 "&to=%.*s&subject=Re&words=Yes",
                name, at.message[letter_named(S("kiln3"))], STR(address_of(at.a, 'a')));
    assert_int_equal(post(at.a, ANN, S("/talk/write"), fields).status, 303);
    assert_int_equal(place_read(last_draft, &out), OK);
    return out;
}

/* Named by a word of the letter it began in; carried on by the whole of what stands there. */
static void follow(visitor v, const char *letter, id idea)
{
    int i = letter_named(str_c(letter));
    struct str path = path_of(at.a, "/talk/:message/idea", at.message[i]),
               name = word_of(at.a, "txt", i);
    struct http_answer an =
        post(at.a, v, path, str_fmt(at.a, "span=0-40&name=%.*s&idea=%" PRId64, STR(name), idea));
    assert_int_equal(an.status, 303);
}

static void follow_ideas(void)
{
    follow(ANN, "late1", 0);
    assert_int_equal(place_read(read_idea, &idea_of[0]), OK);
    follow(BEN, "plan1", 0);
    assert_int_equal(place_read(read_idea, &idea_of[1]), OK);
    follow(ANN, "late3", idea_of[0]);
    follow(ANN, "plan1", idea_of[0]);
    follow(ANN, "kiln1", idea_of[1]);
    follow(BEN, "hops1", idea_of[1]);
    struct str path = path_of(at.a, "/ideas/:idea/drop", idea_of[0]);
    id message = at.message[letter_named(S("plan1"))];
    assert_int_equal(post(at.a, ANN, path, str_fmt(at.a, "message=%" PRId64, message)).status, 303);
    assert_int_equal(place_read(read_drop, &idea_event), OK);
}

static err ask_copy(struct tx *t, void *unused)
{
    (void)unused;
    copy = takeout_ask(t, S("mbox"));
    return OK;
}

static err last_fact(struct ctx *c, void *out)
{
    *(id *)out = db_int(c, 0, SQL("SELECT max(id) FROM fact"));
    return OK;
}

static void note_facts(void)
{
    for (int i = 0; i < FACTS; i++) {
        struct str path = path_of(at.a, "/people/:who/facts", at.stranger[noted[i].about - 'a']),
                   word = word_of(at.a, "fct", i),
                   fields = str_fmt(at.a, "words=likes+%.*s&%.*s", STR(word),
                                    STR(filled(at.a, noted[i].fields)));
        assert_int_equal(post(at.a, noted[i].by == 'A' ? ANN : BEN, path, fields).status, 303);
        assert_int_equal(place_read(last_fact, &fact_of[i]), OK);
    }
}

static int open_place(void **state)
{
    (void)state;
    place_open(remote, own_routes);
    memset(cookie, 0, sizeof cookie);
    memset(opened, 0, sizeof opened);
    memcpy(letter_of + GUEST, "nCBAO", 5);
    guest = 0;
    enter_all();
    struct str path = path_of(at.a, "/talk/:message/open", at.message[letter_named(S("open1"))]);
    assert_int_equal(post(at.a, ANN, path, S("open=1")).status, 303);
    opened[letter_named(S("open1"))] = opened[letter_named(S("open2"))] = true;
    path = path_of(at.a, "/talk/:message/public", at.message[letter_named(S("open1"))]);
    assert_int_equal(post(at.a, ANN, path, S("open=1&upto=999999&names=whole")).status, 303);
    memset(published, 0, sizeof published);
    memset(addressed, 0, sizeof addressed);
    published[letter_named(S("open1"))] = published[letter_named(S("open2"))] = true;
    addressed[letter_named(S("open1"))] = true;
    path = path_of(at.a, "/talk/:message/close", at.message[letter_named(S("kiln2"))]);
    assert_int_equal(post(at.a, ANN, path, S("")).status, 303);
    assert_int_equal(place_read(read_undo, &talk_event), OK);
    draft = write_draft("first");
    going = write_draft("second");
    assert_int_equal(place_write(at.keeper['A'], send_draft, NULL), OK);
    assert_int_equal(place_write(at.keeper['A'], shut_address, NULL), OK);
    follow_ideas();
    (void)enter(at.a, 'A');
    assert_int_equal(place_read(read_device, &device), OK);
    assert_int_equal(place_write(0, ask_copy, NULL), OK);
    note_facts();
    assert_int_equal(place_write(at.keeper['A'], note_own, NULL), OK);
    return 0;
}

static int close_place(void **state)
{
    (void)state;
    place_close();
    return 0;
}

static void every_route_is_written_down(void **state)
{
    (void)state;
    int routes = 0;
    begin();
    for (int t = 0; t < serve_tables_n; t++)
        for (const struct route *r = serve_tables[t]; r->path; r++, routes++) {
            const char *method = r->hook ? r->method : r->act ? "POST" : "GET";
            if (!expected_of(method, str_c(r->path)))
                wrong("%s %s is not in the table of this test", method, r->path);
        }
    for (int k = 0; k < COUNT(table); k++) {
        struct str path = path_of(at.a, table[k].path, 1);
        struct route_found f =
            route_find(serve_tables, serve_tables_n, str_c(table[k].method), path);
        if (!f.route) wrong("%s %s is there no more", table[k].method, table[k].path);
        bool done = !is_post(&table[k]) || table[k].gate == CLOSED;
        for (int i = 0; i < COUNT(plays) && !done; i++)
            done = !strcmp(plays[i].route, table[k].path);
        if (!done) wrong("POST %s is done by nobody in this test", table[k].path);
    }
    asked = routes;
    end(40);
}

static void every_page_tells_what_it_may(void **state)
{
    (void)state;
    begin();
    judge_pages(NOBODY, OLGA);
    end(4000);
}

static void a_number_opens_nothing_else(void **state)
{
    (void)state;
    begin();
    for (int k = 0; k < COUNT(table); k++)
        for (int v = NOBODY; v <= OLGA && !is_post(&table[k]) && table[k].of != NOTHING; v++)
            judge_numbers(&table[k], (visitor)v);
    end(20000);
}

static void what_is_found_may_be_read(void **state)
{
    (void)state;
    static const char *const kinds[] = { "sub", "txt", "fil" };
    begin();
    for (int v = CLEO; v < VISITORS; v++)
        for (int i = 0; i < LETTERS * COUNT(kinds); i++) {
            struct arena *a = arena_open((size_t)64 * MIB);
            const char *kind = kinds[i % COUNT(kinds)];
            struct str word = word_of(a, kind, i / COUNT(kinds)), none = S("zqxxxxx");
            struct wish w = { .as = (visitor)v, .target = str_fmt(a, "/search?q=%.*s", STR(word)) };
            struct http_answer an = ask(a, &w);
            w.target = str_fmt(a, "/search?q=%.*s", STR(none));
            struct http_answer other = ask(a, &w);
            struct str hit = str_fmt(a, "/talk/%" PRId64 "#", at.message[i / COUNT(kinds)]);
            bool told = kind[0] == 't' && is_quoted_to(letter_of[v], i / COUNT(kinds));
            if (!sees(letter_of[v], i / COUNT(kinds)) && !told)
                judge_same(a, w.target, (visitor)v, &an, word, &other, none);
            else if (kind[0] != 'f' && !told && str_find(an.body, hit) < 0)
                wrong("%s does not find %.*s", called[v], STR(word));
            if (an.status != 200) wrong("%.*s answers by %d", STR(w.target), an.status);
            arena_close(a);
        }
    end(400);
}

static void what_is_refused_is_not_done(void **state)
{
    (void)state;
    int64_t before = events();
    begin();
    for (int k = 0; k < COUNT(table); k++)
        for (int v = 0; v < VISITORS && is_post(&table[k]); v++)
            judge_refused(&table[k], (visitor)v);
    assert_int_equal(events(), before);
    end(2000);
}

/* The same requests, by who may: or else the refusals above would prove nothing. Afterwards all
 * pages once more, for what was done has changed who may see what. */
static void what_is_allowed_is_done(void **state)
{
    enum { LAST = COUNT(plays) - 3 }; /* they take away what pages are judged by */
    (void)state;
    begin();
    for (int i = 0; i < LAST; i++) play(&plays[i]);
    for (int i = 0; i < LETTERS; i++)
        if (str_begins(str_c(letters[i].name), S("roof"))) opened[i] = true;
    letter_of[CLEO] = 0;
    judge_pages(NOBODY, OLGA);
    for (int i = LAST; i < COUNT(plays); i++) play(&plays[i]);
    letter_of[ANN] = 0;
    judge_pages(ANN, ANN);
    end(4000);
}

static err call_it_sample(struct tx *t, void *unused)
{
    (void)unused;
    return house_found(t, S("The Sample"), true);
}

/* Whoever brings no session comes in as the owner of an invented house; who has left does not. */
static void a_sample_house_is_open(void **state)
{
    (void)state;
    assert_int_equal(place_write(0, call_it_sample, NULL), OK);
    guest = 'O';
    (void)token_for(at.a, NOBODY, S("/")); /* the browser has been here before */
    begin();
    judge_pages(NOBODY, LEFT);
    end(1000);
}

static int post_status(visitor v, const char *deed, const char *letter, struct str fields)
{
    struct arena *a = arena_open((size_t)64 * MIB);
    struct str path = path_of(a, deed, at.message[letter_named(str_c(letter))]);
    int status = post(a, v, path, fields).status;
    arena_close(a);
    return status;
}

/* Of one conversation Ben may read the third letter only, of another one all. Whatever he does
 * with what he sees must not bring him what he doesn't. */
static void nobody_opens_more_than_they_may_read(void **state)
{
    (void)state;
    struct str with = str_fmt(at.a, "with=%" PRId64, at.message[letter_named(S("open1"))]);
    begin();
    if (post_status(BEN, "/talk/:message/open", "late3", S("open=1")) != 403)
        wrong("Ben opens a conversation of which he may read a part");
    if (post_status(BEN, "/talk/:message/join", "late3", with) != 403)
        wrong("Ben opens it by joining it with one that is open");
    if (post_status(BEN, "/talk/:message/open", "hops1", S("open=1")) != 303)
        wrong("Ben can't open his own");
    for (int i = 0; i < LETTERS; i++)
        if (str_begins(str_c(letters[i].name), S("hops"))) opened[i] = true;
    judge_pages(BEN, BEN);
    end(100);
}

static void what_joins_with_nothing_joins_with_the_unseen(void **state)
{
    (void)state;
    struct arena *a = arena_open((size_t)64 * MIB);
    struct str path = path_of(a, "/talk/:message/join", at.message[letter_named(S("hops1"))]);
    id unseen = at.message[letter_named(S("kiln1"))];
    begin();
    struct http_answer an = post(a, BEN, path, str_fmt(a, "with=%" PRId64, unseen)),
                       other = post(a, BEN, path, str_fmt(a, "with=%d", ABSENT));
    judge_status(path, BEN, "with a letter of Ann's", an.status, 404);
    judge_same(a, path, BEN, &an, number(a, unseen), &other, number(a, ABSENT));
    arena_close(a);
    end(2);
}

/* Nor is anything answered, or passed on, that is not one's own to read. */
static void what_answers_nothing_answers_the_unseen(void **state)
{
    (void)state;
    struct arena *a = arena_open((size_t)64 * MIB);
    id unseen = at.message[letter_named(S("kiln1"))];
    begin();
    for (int kind = 2; kind <= 3; kind++)
        for (int act = 0; act < 2; act++) {
            struct str what = act ? S("keep") : S("send"), path = S("/talk/write");
            struct http_answer an = post(a, BEN, path,
                                         str_fmt(a, "act=%.*s&name=x&pass=2&kind=%d&about=%" PRId64,
                                                 STR(what), kind, unseen));
            struct http_answer other = post(a, BEN, path,
                                            str_fmt(a, "act=%.*s&name=x&pass=2&kind=%d&about=%d",
                                                    STR(what), kind, ABSENT));
            judge_status(path, BEN, "about a letter of Ann's", an.status, 404);
            judge_same(a, path, BEN, &an, number(a, unseen), &other, number(a, ABSENT));
        }
    arena_close(a);
    end(8);
}

static void who_comes_too_often_waits(void **state)
{
    enum { OFTEN = 300 };
    (void)state;
    struct str why = S("");
    struct web *easy = at.w;
    at.h.limits = (struct web_limits){ 0 };
    at.w = web_open(at.a, &at.h, &why);
    int kept = 0, refused = 0;
    for (int i = 0; i < 12; i++) {
        struct wish w = {
            .as = FORGED, .method = HTTP_POST, .target = S("/sign-in"), .body = S("")
        };
        struct arena *a = arena_open((size_t)64 * MIB);
        int status = ask(a, &w).status;
        kept += status == 403;
        refused += status == 429;
        arena_close(a);
    }
    assert_int_equal(kept, 10); /* ten at once, then one in six seconds */
    assert_int_equal(refused, 2);
    for (int i = refused = 0; i < OFTEN; i++) {
        struct wish w = { .as = FORGED, .target = S("/sign-in") };
        struct arena *a = arena_open((size_t)64 * MIB);
        refused += ask(a, &w).status == 429;
        arena_close(a);
    }
    assert_true(refused > 0);
    web_close(at.w);
    at.w = easy;
}

/* ---- every answer is dressed ---------------------------------------------------------------- */

#define POLICY                                                                                     \
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors "   \
    "'none'; base-uri 'none'"

static int times(const struct http_answer *an, const char *name)
{
    int n = 0;
    for (int i = 0; i < an->headers_n; i++) n += str_ieq(an->headers[i].name, str_c(name));
    return n;
}

static void judge_cookie(struct str where, struct str set)
{
    struct str rest = set, pair, name;
    (void)str_cut(&rest, ';', &pair);
    struct str value = pair;
    (void)str_cut(&value, '=', &name);
    if (!str_begins(name, S("__Host-snug"))) wrong("%.*s sets %.*s", STR(where), STR(name));
    if (!str_begins(rest, S(" Path=/; HttpOnly; SameSite=Lax")) || !str_ends(rest, S("; Secure")) ||
        str_ifind(rest, S("domain")) >= 0)
        wrong("%.*s sets a cookie that says %.*s", STR(where), STR(rest));
    bool session = str_eq(name, S("__Host-snug"));
    if (session && value.n && (value.n != 43 || str_find(rest, S("Max-Age=1209600;")) < 0))
        wrong("%.*s begins a session by %.*s", STR(where), STR(rest));
}

/* stored: may be kept by the browser, for nobody's data is in it. */
static void judge_dress(struct str where, const struct http_answer *an, bool stored)
{
    static const char *const worn[][2] = { { "Cross-Origin-Opener-Policy", "same-origin" },
                                           { "X-Content-Type-Options", "nosniff" },
                                           { "Referrer-Policy", "no-referrer" },
                                           { "Strict-Transport-Security", "max-age=31536000" } };
    static const char *const once[] = { "Content-Security-Policy", "Cache-Control" };
    for (int i = 0; i < COUNT(worn); i++)
        if (times(an, worn[i][0]) != 1 || !str_eq(header(an, str_c(worn[i][0])), str_c(worn[i][1])))
            wrong("%.*s says %s: %.*s, %d times", STR(where), worn[i][0],
                  STR(header(an, str_c(worn[i][0]))), times(an, worn[i][0]));
    for (int i = 0; i < COUNT(once); i++)
        if (times(an, once[i]) != 1)
            wrong("%.*s says %s %d times", STR(where), once[i], times(an, once[i]));
    struct str policy = header(an, S("Content-Security-Policy"));
    if (!str_eq(policy, S(POLICY)) &&
        !str_eq(policy, S(POLICY "; script-src 'self'; connect-src 'self'")))
        wrong("%.*s has the policy %.*s", STR(where), STR(policy));
    if (!stored && !str_eq(header(an, S("Cache-Control")), S("no-store")))
        wrong("%.*s may be stored: %.*s", STR(where), STR(header(an, S("Cache-Control"))));
    if (!stored && times(an, "X-Robots-Tag") > 1) wrong("%.*s says noindex twice", STR(where));
    for (int i = 0; i < an->headers_n; i++)
        if (str_ieq(an->headers[i].name, S("Set-Cookie")))
            judge_cookie(where, an->headers[i].value);
    if (times(an, "Server") || times(an, "X-Powered-By")) wrong("%.*s says who serves", STR(where));
}

static void dress_of(visitor v, http_method m, struct str target, struct str body, bool piece)
{
    struct arena *a = arena_open((size_t)64 * MIB);
    struct wish w = { .as = v, .method = m, .target = target, .body = body, .piece = piece };
    struct http_answer an = ask(a, &w);
    struct str where =
        str_fmt(a, "%s %.*s, %d to %s,", http_method_names[m], STR(target), an.status, called[v]);
    judge_dress(where, &an, false);
    arena_close(a);
}

/* The same house, as it stands in the world. */
static void move_to_https(void)
{
    struct str why = S("");
    web_close(at.w);
    at.h.origin = S("https://house.example");
    at.w = web_open(at.a, &at.h, &why);
    if (!at.w) fail_msg("%.*s", STR(why));
    memset(cookie, 0, sizeof cookie);
    for (int v = GUEST; v < VISITORS; v++) cookie[v] = enter(at.a, letter_of[v]);
}

static void every_answer_is_dressed(void **state)
{
    static const visitor who[] = { NOBODY, FORGED, GUEST, ANN, OLGA };
    struct asked_thing x[THINGS];
    (void)state;
    begin();
    move_to_https();
    cookie[FORGED] = S("__Host-snug=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    for (int k = 0; k < COUNT(table); k++)
        for (int v = 0; v < COUNT(who); v++) {
            int n = things_of(table[k].of, who_is(who[v]), x);
            for (int i = 0; i < n; i += MAX(1, n - 1)) { /* one that is there, one that isn't */
                struct str path = path_of(at.a, table[k].path, x[i].id);
                dress_of(who[v], HTTP_GET, path, S(""), false);
                dress_of(who[v], HTTP_HEAD, path, S(""), false);
                dress_of(who[v], HTTP_GET, path, S(""), true);
                dress_of(who[v], HTTP_POST, path, S("words=x"), false);
                dress_of(who[v], HTTP_PUT, path, S("x"), false);
                dress_of(who[v], HTTP_DELETE, path, S(""), false);
            }
            dress_of(who[v], HTTP_GET, S("/nowhere/at/all"), S(""), false);
            dress_of(who[v], HTTP_POST, S("/nowhere"), S("%%%"), false);
        }
    end(5000);
}

/* What the server says by itself, and the files that are part of the program. */
static void what_no_page_says_is_dressed_as_well(void **state)
{
    (void)state;
    begin();
    move_to_https();
    struct arena *a = arena_open(MIB);
    struct http_answer refused = { .a = a, .status = 413 }, style = { .a = a };
    web_error(at.w, &refused);
    judge_dress(S("a refusal"), &refused, false);
    struct http_request rq = { .method = HTTP_GET, .path = asset_url("snug.css").s };
    assert_true(web_quick(at.w, &rq, &style));
    judge_dress(S("the style"), &style, true);
    if (times(&style, "Set-Cookie")) wrong("a file sets a cookie");
    arena_close(a);
    struct http_answer in =
        post(at.a, NOBODY, S("/matrix/enter"), str_fmt(at.a, "who=%" PRId64, at.keeper['A']));
    if (!str_begins(header(&in, S("Set-Cookie")), S("__Host-snug="))) wrong("no session begins");
    judge_dress(S("signing in"), &in, false);
    end(2);
}

/* ---- signing in ---------------------------------------------------------------------------------
 */

static struct http_answer try_at_door(struct arena *a, visitor v, struct str address,
                                      const char *password, int64_t *hashes)
{
    int64_t before = password_runs();
    struct http_answer an =
        post(a, v, S("/sign-in"), str_fmt(a, "address=%.*s&password=%s", STR(address), password));
    *hashes = password_runs() - before;
    return an;
}

/* A keeper with a password, one without, one who left, somebody they write to, nobody at all, and
 * what is no address. */
static void the_door_does_not_tell_who_lives_here(void **state)
{
    static const char *const typed[] = { "olga@house.example",  "ann@house.example",
                                         "dan@house.example",   "",
                                         "nobody@else.example", "olga",
                                         "OLGA@House.Example" };
    struct arena *a = arena_open((size_t)64 * MIB);
    struct http_answer first = { 0 };
    struct str known = S("olga@house.example");
    int64_t n = 0;
    (void)state;
    begin();
    (void)token_for(a, NOBODY, S("/sign-in")); /* a browser that was here before */
    for (int i = 0; i < COUNT(typed); i++) {
        struct str address = *typed[i] ? str_c(typed[i]) : address_of(a, 'a');
        struct http_answer an = try_at_door(a, NOBODY, address, "a+wrong+kettle+in+there", &n);
        if (an.status != 422 || n != 1)
            wrong("%.*s is answered by %d after %" PRId64 " hashes", STR(address), an.status, n);
        if (!i) first = an;
        /* but for what was typed, which the form shows again */
        struct str mine = str_fmt(a, "value=\"%.*s\"", STR(address)),
                   its = str_fmt(a, "value=\"%.*s\"", STR(known));
        ptrdiff_t k = str_find(an.body, mine), j = str_find(first.body, its);
        if (k < 0 || j < 0) wrong("what was typed is not shown again");
        struct http_answer x = an, y = first;
        x.body =
            str_fmt(a, "%.*s%.*s", STR(str_upto(an.body, k)), STR(str_from(an.body, k + mine.n)));
        y.body = str_fmt(a, "%.*s%.*s", STR(str_upto(first.body, j)),
                         STR(str_from(first.body, j + its.n)));
        judge_same(a, S("/sign-in"), NOBODY, &x, S("-"), &y, S("-"));
    }
    arena_close(a);
    end(COUNT(typed));
}

/* From a thousand places at once nobody gets more than ten tries at a name, known or not, and
 * hardly a hash is computed for them. Who is signed in does not notice, and may go on. */
static void tries_run_out_by_name(void **state)
{
    enum { FLOOD = 500, AT_ONCE = 10 };
    static const char *const names[] = { "olga@house.example", "nobody@else.example" };
    struct str why = S("");
    (void)state;
    begin();
    struct web *easy = at.w;
    at.h.limits.named = (struct rate_class){ 0 }; /* the usual one */
    at.w = web_open(at.a, &at.h, &why);
    for (int i = 0; i < COUNT(names); i++) {
        int64_t all = 0, n;
        for (int k = 0; k < FLOOD; k++) {
            struct arena *a = arena_open((size_t)64 * MIB);
            (void)try_at_door(a, NOBODY, str_c(names[i]), "a+wrong+kettle+in+there", &n);
            all += n;
            arena_close(a);
        }
        if (all < AT_ONCE || all > AT_ONCE + 2) /* and what a slow machine gives back */
            wrong("%" PRId64 " hashes for %d tries at %s", all, FLOOD, names[i]);
    }
    struct wish w = { .as = OLGA, .target = S("/settings") };
    if (ask(at.a, &w).status != 200) wrong("who is signed in is locked out");
    if (post(at.a, OLGA, S("/settings/morning"), S("hour=7")).status != 303)
        wrong("who is signed in can do nothing");
    web_close(at.w);
    at.w = easy;
    end(2 * FLOOD);
}

/* ---- addresses that are keys
 * ---------------------------------------------------------------------- */

struct key {
    const char *path; /* GET shows it, POST uses it */
    /* A new one, made out to somebody by who has the browser of v; *code: what opens it elsewhere.
     */
    struct str (*make)(visitor v, struct str *code);
    void (*revoke)(void);
    int64_t lasts_s;
    int tries; /* wrong codes that end it */
};

static err read_effects(struct ctx *c, void *out)
{
    *(int64_t *)out =
        db_int(c, 0, SQL("SELECT max(id) FROM event")) * 1000000 +
        db_int(c, 0, SQL("SELECT count(*) FROM web_session /* scan */")) * 1000 +
        db_int(c, 0, SQL("SELECT count(*) FROM sign_in_link WHERE used=1 /* scan */"));
    return OK;
}

static int64_t effects(void)
{
    int64_t n = 0;
    assert_int_equal(place_read(read_effects, &n), OK);
    return n;
}

struct asked_link {
    struct str browser, token, code;
};
static err ask_link_of(struct tx *t, void *arg)
{
    struct asked_link *l = arg;
    struct link_asked out = link_ask(t, l->browser, at.stranger['n' - 'a'], S(""));
    l->token = out.token;
    l->code = out.code;
    return OK;
}

/* Or else the fifth letter in an hour is the last one. */
static err forget_links(struct tx *t, void *unused)
{
    (void)unused;
    db_do(t, SQL("DELETE FROM sign_in_link WHERE person<>0 /* scan */"));
    return OK;
}

static struct str make_link(visitor v, struct str *code)
{
    struct asked_link l = { .browser = str_from(cookie[v], str_chr(cookie[v], '=') + 1) };
    assert_int_equal(place_write(0, forget_links, NULL), OK);
    assert_int_equal(place_write(0, ask_link_of, &l), OK);
    *code = l.code;
    return l.token;
}

static void revoke_link(void)
{
    struct str path = path_of(at.a, "/people/:who/erase", at.stranger['n' - 'a']);
    assert_int_equal(post(at.a, OLGA, path, S("reason=asked")).status, 303);
}

static const struct key keys[] = { { "/in/by/:token*", make_link, revoke_link, LINK_S,
                                     LINK_TRIES } };

/* These open nothing and are good again and again, or open only for who is signed in: what is
 * guessed, revoked, too old or only looked at is tried in the tests of what they belong to. */
static const char *const other_keys[] = {
    "/stop/:token*", "/stop/:token*/now", /* talk/stop_mail_test.c, tests/story/stop_test.py */
    "/me/by/:token*",                     /* tests/story/me_test.py: for who is signed in as well */
    "/circles/join/:token*",              /* talk/circle_talk_test.c, tests/story/circles_test.py */
};

static struct str key_path(struct arena *a, const struct key *k, struct str token)
{
    ptrdiff_t n = str_chr(str_c(k->path), ':');
    return str_fmt(a, "%.*s%.*s", (int)n, k->path, STR(token));
}

/* Browsers of this test that were here before: SAME asked for it, OTHER has seen it. */
static const visitor SAME = NOBODY, OTHER = ENDED;

static void key_is_dead(const struct key *k, struct str token, struct str code, const char *why)
{
    struct arena *a = arena_open((size_t)64 * MIB);
    struct str path = key_path(a, k, token), none = key_path(a, k, random_token(a));
    for (int i = 0; i < 2; i++) {
        visitor v = i ? OTHER : SAME;
        struct wish w = { .as = v, .target = path }, x = { .as = v, .target = none };
        struct str fields = str_fmt(a, "code=%.*s", STR(code));
        (void)token_for(a, v, path);
        int64_t before = effects();
        struct http_answer an = ask(a, &w), other = ask(a, &x);
        judge_same(a, path, v, &an, token, &other, str_from(none, none.n - token.n));
        if (an.status != 404) wrong("%s that %s answers by %d", k->path, why, an.status);
        an = post(a, v, path, fields);
        other = post(a, v, none, fields);
        judge_same(a, path, v, &an, token, &other, str_from(none, none.n - token.n));
        if (an.status != 404) wrong("%s that %s is used: %d", k->path, why, an.status);
        if (effects() != before) wrong("%s that %s does something", k->path, why);
    }
    arena_close(a);
}

static void scan(const struct key *k, struct str token)
{
    int64_t before = effects();
    for (int i = 0; i < 10; i++) {
        struct arena *a = arena_open((size_t)64 * MIB);
        visitor v = i % 2 ? OTHER : FORGED;
        struct wish w = { .as = v,
                          .method = i % 3 ? HTTP_GET : HTTP_HEAD,
                          .target = key_path(a, k, token) };
        if (ask(a, &w).status != 200) wrong("%s is gone after a look", k->path);
        w.method = HTTP_POST; /* a scanner that presses buttons has no token of ours */
        if (ask(a, &w).status != 403) wrong("%s is used by who only looked", k->path);
        (void)post(a, OTHER, w.target, S("")); /* and one that has one has no code */
        arena_close(a);
    }
    if (effects() != before) wrong("looking at %s does something", k->path);
}

static void at_time(int64_t now)
{
    FILE *f = fopen(getenv("SNUG_CLOCK"), "w");
    assert_non_null(f);
    fprintf(f, "%" PRId64 "\n", now);
    fclose(f);
}

static void judge_key(const struct key *k)
{
    struct str code, token = k->make(SAME, &code);
    char last = token.p[token.n - 1];
    struct str near = str_fmt(at.a, "%.*s%c", (int)token.n - 1, token.p, last == 'A' ? 'Q' : 'A');
    scan(k, token);
    key_is_dead(k, near, code, "was guessed");
    for (int i = 0; i < 20; i++) key_is_dead(k, random_token(at.a), code, "was guessed");
    struct http_answer an = post(at.a, SAME, key_path(at.a, k, token), S(""));
    if (an.status != 303 || !str_begins(header(&an, S("Set-Cookie")), S("snug=")))
        wrong("%s opens nothing where it was asked for: %d", k->path, an.status);
    key_is_dead(k, token, code, "was used");
    token = k->make(SAME, &code);
    at_time(MATRIX_NOW + k->lasts_s - 1);
    scan(k, token);
    at_time(MATRIX_NOW + k->lasts_s);
    key_is_dead(k, token, code, "is too old");
    at_time(MATRIX_NOW);
    token = k->make(SAME, &code);
    int64_t before = effects();
    struct str other = str_fmt(at.a, "code=%06d", str_eq(code, S("000000")));
    for (int i = 0; i < k->tries; i++)
        if (post(at.a, OTHER, key_path(at.a, k, token), other).status != 303)
            wrong("a wrong code for %s is not asked for again", k->path);
    if (effects() != before) wrong("%s opens by a wrong code", k->path);
    key_is_dead(k, token, code, "was tried too often");
    token = k->make(SAME, &code);
    k->revoke();
    key_is_dead(k, token, code, "is revoked");
}

static bool is_key(const char *path)
{
    static const char *const words[] = { ":token", ":code", ":key", ":secret", ":invitation" };
    for (int i = 0; i < COUNT(words); i++)
        if (strstr(path, words[i])) return true;
    return false;
}

/* Every route that is for whoever has its address, or is found by a word of its own, is in the list
 * above: a new one fails here until it says how it is made, used up and revoked. */
static void addresses_that_are_keys_open_once(void **state)
{
    (void)state;
    begin();
    for (int t = 0; t < serve_tables_n; t++)
        for (const struct route *r = serve_tables[t]; r->path; r++) {
            bool known = r->need != NEED_LINK && !is_key(r->path);
            for (int i = 0; i < COUNT(keys) && !known; i++) known = !strcmp(keys[i].path, r->path);
            for (int i = 0; i < COUNT(other_keys) && !known; i++)
                known = !strcmp(other_keys[i], r->path);
            if (!known) wrong("%s is a key, and nobody tries it here", r->path);
        }
    for (int i = 0; i < COUNT(keys); i++) {
        cookie[SAME] = cookie[OTHER] = S("");
        (void)token_for(at.a, SAME, S("/"));
        (void)token_for(at.a, OTHER, S("/"));
        judge_key(&keys[i]);
    }
    end(200);
}

#define IN_A_PLACE(test) cmocka_unit_test_setup_teardown(test, open_place, close_place)

int main(void)
{
    home_wire();
    const struct CMUnitTest tests[] = {
        IN_A_PLACE(every_route_is_written_down),
        IN_A_PLACE(every_page_tells_what_it_may),
        IN_A_PLACE(a_number_opens_nothing_else),
        IN_A_PLACE(what_is_found_may_be_read),
        IN_A_PLACE(what_is_refused_is_not_done),
        IN_A_PLACE(what_is_allowed_is_done),
        IN_A_PLACE(a_sample_house_is_open),
        IN_A_PLACE(nobody_opens_more_than_they_may_read),
        IN_A_PLACE(what_joins_with_nothing_joins_with_the_unseen),
        IN_A_PLACE(what_answers_nothing_answers_the_unseen),
        IN_A_PLACE(who_comes_too_often_waits),
        IN_A_PLACE(every_answer_is_dressed),
        IN_A_PLACE(what_no_page_says_is_dressed_as_well),
        IN_A_PLACE(the_door_does_not_tell_who_lives_here),
        IN_A_PLACE(tries_run_out_by_name),
        IN_A_PLACE(addresses_that_are_keys_open_once),
    };
    /* one text serves both engines: who sees some of everything is enough on the second */
    const struct CMUnitTest again[] = { IN_A_PLACE(nobody_opens_more_than_they_may_read) };
    int failed = cmocka_run_group_tests_name("routes on SQLite", tests, NULL, NULL);
    remote = getenv("SNUG_TEST_PG") != NULL;
    if (remote) failed += cmocka_run_group_tests_name("routes on PostgreSQL", again, NULL, NULL);
    return failed;
}
