/* SPDX-License-Identifier: GPL-3.0-or-later
 * me_held.c - every table in which something is somebody's, as data: what it is called, where they
 * see it or why they don't, and which rows. me_test.c finds what is missing here. */
#include "today/me.h"

enum { ROWS = 100000 };

/* $1 is the viewer, $2 the most rows. Some tables follow merges, others keep the number of then. */
#define ME      "(SELECT y.id FROM person y WHERE y.id=$1 OR (y.merged=$1 AND y.merged<>0))"
#define HANDLES "(SELECT y.key FROM handle y WHERE y.person=$1)"
#define MOST    " LIMIT $2 /* scan */"
/* Of events e: what they are about is a person, by subject or by other. */
#define ABOUT_SUBJECT                                                                              \
    "3, 10, 11, 12, 13, 14, 15, 16, 18, 20, 21, 49, 50, 51, 52, 80, 85, 86, 87, 88"
#define ABOUT_OTHER "3, 9, 13, 14, 15, 18, 60, 61, 63, 81, 82, 84, 92, 93"

static const struct place {
    const char *table;
    struct str what, where;
    struct sql rows;
    enum { SHOWN, WITHHELD } how;
} places[] = {
    { "person", S_INIT("Your entry: name, kind, what was said of it"),
      S_INIT("at the top, and under how the house reaches you"),
      SQL("SELECT id, 0 FROM person WHERE id IN" ME MOST), SHOWN },
    { "handle", S_INIT("Addresses"), S_INIT("under how the house reaches you"),
      SQL("SELECT key, 0 FROM handle WHERE person IN" ME MOST), SHOWN },
    { "handle_name", S_INIT("Names you signed with"), S_INIT("under how the house reaches you"),
      SQL("SELECT handle, last_at FROM handle_name WHERE handle IN" HANDLES MOST), SHOWN },
    { "name_part", S_INIT("Beginnings of the words of your name"),
      S_INIT("the same name once more, so that you are found while somebody types"),
      SQL("SELECT person, 0 FROM name_part WHERE person IN" ME MOST), WITHHELD },
    { "address_part", S_INIT("Beginnings of the parts of your addresses"),
      S_INIT("the same addresses once more, so that you are found while somebody types"),
      SQL("SELECT handle, 0 FROM address_part WHERE handle IN" HANDLES MOST), WITHHELD },
    { "apart", S_INIT("That you are not somebody else of the same name"),
      S_INIT("it would name the other one"),
      SQL("SELECT a, b FROM apart WHERE a IN" ME " OR b IN" ME MOST), WITHHELD },
    { "keeper", S_INIT("That you keep this house"), S_INIT("at Settings"),
      SQL("SELECT person, 0 FROM keeper WHERE person IN" ME MOST), SHOWN },
    { "account", S_INIT("What your password is known by"),
      S_INIT("a secret, also to the house: it can be compared and not be read"),
      SQL("SELECT person, 0 FROM account WHERE person IN" ME MOST), WITHHELD },
    { "card", S_INIT("Entries of an address book somebody brought"),
      S_INIT("under how the house reaches you"),
      SQL("SELECT event, person FROM card WHERE person IN" ME MOST), SHOWN },
    { "card_handle", S_INIT("Addresses in those"), S_INIT("under how the house reaches you"),
      SQL("SELECT event, handle FROM card_handle WHERE handle IN" HANDLES MOST), SHOWN },
    { "sign_in_link", S_INIT("Links you asked for"),
      S_INIT("kept as hashes for an hour, so that each works once"),
      SQL("SELECT id, 0 FROM sign_in_link WHERE person IN" ME MOST), WITHHELD },
    { "paper_code", S_INIT("A code on paper"), S_INIT("kept as a hash for a day"),
      SQL("SELECT person, keeper FROM paper_code WHERE person IN" ME MOST), WITHHELD },
    { "morning", S_INIT("When you want Today as a letter"), S_INIT("at Settings"),
      SQL("SELECT keeper, 0 FROM morning WHERE keeper IN" ME MOST), SHOWN },
    { "stopped", S_INIT("That you asked for no more mail"),
      S_INIT("under how the house reaches you"),
      SQL("SELECT person, 0 FROM stopped WHERE person IN" ME MOST), SHOWN },
    { "second_step", S_INIT("Your second step of signing in"), S_INIT("at Settings"),
      SQL("SELECT keeper, 0 FROM second_step WHERE keeper IN" ME MOST), SHOWN },
    { "second_spare", S_INIT("Spare codes for it"),
      S_INIT("kept as hashes: they can be compared and not be read"),
      SQL("SELECT keeper, 0 FROM second_spare WHERE keeper IN" ME MOST), WITHHELD },
    { "second_rule", S_INIT("That you asked a second step of every keeper"), S_INIT("at Settings"),
      SQL("SELECT id, 0 FROM second_rule WHERE who IN" ME MOST), SHOWN },
    { "heir", S_INIT("Who holds what you held, or what of others you hold"),
      S_INIT("under who keeps this house, at Settings"),
      SQL("SELECT keeper, heir FROM heir WHERE keeper IN" ME " OR heir IN" ME MOST), SHOWN },
    { "takeout", S_INIT("Copies of the house you asked for or stopped"),
      S_INIT("at the page of copies"),
      SQL("SELECT id, 0 FROM takeout WHERE asker IN" ME " OR stopped IN" ME MOST), SHOWN },
    { "takeout_yes", S_INIT("Copies of the house you agreed to"), S_INIT("at the page of copies"),
      SQL("SELECT takeout, 0 FROM takeout_yes WHERE owner IN" ME MOST), SHOWN },
    { "look", S_INIT("Who looked"), S_INIT("under who looked"),
      SQL("SELECT event, 0 FROM look WHERE person IN" ME MOST), SHOWN },
    { "look", S_INIT("What you looked at"), S_INIT("it stands on the pages of those it was about"),
      SQL("SELECT event, 1 FROM look WHERE keeper IN" ME MOST), WITHHELD },
    { "circle_member", S_INIT("Circles you are in, or were"), S_INIT("in the circles themselves"),
      SQL("SELECT circle, person FROM circle_member WHERE person IN" ME MOST), SHOWN },
    { "circle_invite", S_INIT("Whom you asked into circles"), S_INIT("in the circles themselves"),
      SQL("SELECT event, 0 FROM circle_invite WHERE person IN" ME MOST), SHOWN },
    { "persona", S_INIT("Masks you wear"), S_INIT("in the circles themselves"),
      SQL("SELECT face, 0 FROM persona WHERE person IN" ME MOST), SHOWN },
    { "sight", S_INIT("Letters you may open here"), S_INIT("under letters and talks"),
      SQL("SELECT message, 0 FROM sight WHERE who IN" ME MOST), SHOWN },
    { "audience_part", S_INIT("That you are named among those who may see something"),
      S_INIT("it may be about somebody else; what is about you says who sees it"),
      SQL("SELECT audience, yes FROM audience_part WHERE kind=1 AND who IN" ME MOST), WITHHELD },
    { "reach", S_INIT("The same, worked out"), S_INIT("as above"),
      SQL("SELECT audience, yes FROM reach WHERE who IN" ME MOST), WITHHELD },
    { "fact", S_INIT("What is noted about you"), S_INIT("under what is noted about you"),
      SQL("SELECT id, 0 FROM fact WHERE person IN" ME " OR about IN" ME MOST), SHOWN },
    { "fact", S_INIT("What you said of others"), S_INIT("it is about them, and theirs to see"),
      SQL("SELECT id, 1 FROM fact WHERE (introducer IN" ME " OR recorder IN" ME
          ") AND person NOT IN" ME MOST),
      WITHHELD },
    { "consent", S_INIT("What you were asked, and said yes or no to"),
      S_INIT("under what you said yes to"),
      SQL("SELECT id, 0 FROM consent WHERE person IN" ME " OR about IN" ME MOST), SHOWN },
    { "consent_step", S_INIT("Each step of that"), S_INIT("in the receipts"),
      SQL("SELECT event, 0 FROM consent_step WHERE consent IN(SELECT id FROM consent WHERE person "
          "IN" ME ")" MOST),
      SHOWN },
    { "consent_step", S_INIT("Steps you wrote down for others"), S_INIT("theirs to see"),
      SQL("SELECT event, 1 FROM consent_step WHERE actor IN" ME
          " AND consent NOT IN(SELECT id FROM consent WHERE person IN" ME ")" MOST),
      WITHHELD },
    { "terms", S_INIT("Terms you chose"), S_INIT("under my terms"),
      SQL("SELECT event, 0 FROM terms WHERE person IN" ME MOST), SHOWN },
    { "contact", S_INIT("Who wrote to whom on which day"), S_INIT("under between you and others"),
      SQL("SELECT event, a+b-$1 FROM contact WHERE a IN" ME " OR b IN" ME MOST), SHOWN },
    { "gate", S_INIT("The letters by which it went both ways"),
      S_INIT("under between you and others"),
      SQL("SELECT event, 0 FROM gate WHERE person IN" ME MOST), SHOWN },
    { "tie", S_INIT("How things stand between two"), S_INIT("under between you and others"),
      SQL("SELECT a, b FROM tie WHERE a IN" ME " OR b IN" ME MOST), SHOWN },
    { "tie_said", S_INIT("What you said of how near you want to be"), S_INIT("on the page of each"),
      SQL("SELECT other, 0 FROM tie_said WHERE owner IN" ME MOST), SHOWN },
    { "tie_said", S_INIT("How near somebody wants to be to you"),
      S_INIT("a wish is told by who has it, and by nobody else"),
      SQL("SELECT owner, 1 FROM tie_said WHERE other IN" ME MOST), WITHHELD },
    { "mailbox", S_INIT("Mailboxes you connected"), S_INIT("at Mailboxes"),
      SQL("SELECT id, 0 FROM mailbox WHERE keeper IN" ME MOST), SHOWN },
    { "outbox", S_INIT("Letters on their way to you, and what became of them"),
      S_INIT("under letters and talks"),
      SQL("SELECT id, 0 FROM outbox WHERE handle IN" HANDLES MOST), SHOWN },
    { "outbox", S_INIT("Letters on their way from you"), S_INIT("at Drafts"),
      SQL("SELECT id, 1 FROM outbox WHERE keeper IN" ME MOST), SHOWN },
    { "outbox_copy", S_INIT("Copies for your Sent folder"), S_INIT("in that folder"),
      SQL("SELECT message, 0 FROM outbox_copy WHERE keeper IN" ME MOST), SHOWN },
    { "returned", S_INIT("Letters to you that came back"),
      S_INIT("under how the house reaches you"),
      SQL("SELECT event, 0 FROM returned WHERE handle IN" HANDLES MOST), SHOWN },
    { "address_shut", S_INIT("Addresses that take no mail"),
      S_INIT("under how the house reaches you"),
      SQL("SELECT handle, 0 FROM address_shut WHERE handle IN" HANDLES MOST), SHOWN },
    { "message", S_INIT("Letters you wrote"), S_INIT("under letters and talks"),
      SQL("SELECT id, 0 FROM message WHERE author IN" HANDLES MOST), SHOWN },
    { "recipient", S_INIT("Letters you stand in"), S_INIT("under letters and talks"),
      SQL("SELECT message, role FROM recipient WHERE handle IN" HANDLES MOST), SHOWN },
    { "member", S_INIT("Conversations you are in"), S_INIT("under letters and talks"),
      SQL("SELECT conversation, 0 FROM member WHERE person IN" ME MOST), SHOWN },
    { "wait", S_INIT("Who waits for whom"), S_INIT("under letters and talks"),
      SQL("SELECT conversation, person FROM wait WHERE person IN" ME " OR keeper IN" ME MOST),
      SHOWN },
    { "answer", S_INIT("How long your answers took"),
      S_INIT("counted once for the whole house, and for nobody by name"),
      SQL("SELECT message, 0 FROM answer WHERE keeper IN" ME MOST), WITHHELD },
    { "participant", S_INIT("Conversations somebody added you to"),
      S_INIT("under letters and talks"),
      SQL("SELECT event, 0 FROM participant WHERE person IN" ME MOST), SHOWN },
    { "participant", S_INIT("Whom you added to conversations"), S_INIT("in the conversations"),
      SQL("SELECT event, 1 FROM participant WHERE keeper IN" ME MOST), SHOWN },
    { "passed", S_INIT("Letters that were handed on to you"), S_INIT("under letters and talks"),
      SQL("SELECT message, participant FROM passed WHERE participant IN(SELECT event FROM "
          "participant WHERE person IN" ME ")" MOST),
      SHOWN },
    { "strange", S_INIT("Letters of others that came to your own reply address"),
      S_INIT("they are letters of somebody else"),
      SQL("SELECT message, 0 FROM strange WHERE person IN" ME MOST), WITHHELD },
    { "idea", S_INIT("Ideas you follow"), S_INIT("at Ideas"),
      SQL("SELECT id, 0 FROM idea WHERE keeper IN" ME MOST), SHOWN },
    { "asleep", S_INIT("What you put away until a day"), S_INIT("at Waiting"),
      SQL("SELECT message, 0 FROM asleep WHERE keeper IN" ME MOST), SHOWN },
    { "muted", S_INIT("Whose waits you don't want to see"), S_INIT("at Waiting"),
      SQL("SELECT person, 0 FROM muted WHERE keeper IN" ME MOST), SHOWN },
    { "muted", S_INIT("That a keeper leaves waits of yours off their own list"),
      S_INIT("how somebody sorts their own day is theirs"),
      SQL("SELECT keeper, 1 FROM muted WHERE person IN" ME MOST), WITHHELD },
    { "objection", S_INIT("That you were told that you may object"),
      S_INIT("under how the house reaches you"),
      SQL("SELECT handle, 0 FROM objection WHERE handle IN" HANDLES MOST), SHOWN },
    { "stranger", S_INIT("That the house knows you only from the letters of others"),
      S_INIT("under how the house reaches you"),
      SQL("SELECT person, 0 FROM stranger WHERE goes_at>0 AND person IN" ME MOST), SHOWN },
    { "map_place", S_INIT("Where people stood on your map"), S_INIT("at Map"),
      SQL("SELECT person, 0 FROM map_place WHERE viewer IN" ME MOST), SHOWN },
    { "map_place", S_INIT("Where you stood on a keeper's own map"),
      S_INIT("two numbers of a drawing, and that keeper's"),
      SQL("SELECT viewer, 1 FROM map_place WHERE person IN" ME MOST), WITHHELD },
    { "draft", S_INIT("What you are writing"), S_INIT("at Drafts"),
      SQL("SELECT id, 0 FROM draft WHERE keeper IN" ME MOST), SHOWN },
    { "source", S_INIT("Mail you brought in"), S_INIT("at House"),
      SQL("SELECT id, 0 FROM source WHERE keeper IN" ME MOST), SHOWN },
    { "public_message", S_INIT("Letters of yours that anybody may read"),
      S_INIT("under letters and talks"),
      SQL("SELECT p.message, 0 FROM public_message p JOIN message m ON m.id=p.message WHERE "
          "m.author IN" HANDLES MOST),
      SHOWN },
    { "web_session", S_INIT("Browsers signed in"), S_INIT("at Where you are signed in"),
      SQL("SELECT id, 0 FROM web_session WHERE person IN" ME MOST), SHOWN },
    { "erased", S_INIT("A mark of an earlier forgetting"),
      S_INIT("a keyed hash without words, by which nothing of then is taken in again"),
      SQL("SELECT key, 0 FROM erased WHERE key IN" HANDLES MOST), WITHHELD },
    { "event", S_INIT("Lines of the log about you"), S_INIT("all that stands on your page"),
      SQL("SELECT id, 0 FROM event WHERE (kind IN(" ABOUT_SUBJECT ") AND subject IN" ME
          ") OR (kind IN(" ABOUT_OTHER ") AND other IN" ME ")" MOST),
      SHOWN },
    { "event", S_INIT("Lines of the log about what you did"),
      S_INIT("each stands where it led to: letters, notes, what you said here"),
      SQL("SELECT id, 1 FROM event WHERE actor IN" ME MOST), SHOWN },
};

void me_held(struct ctx *c, bool keys, struct me_helds *out)
{
    *out = (struct me_helds){ .at = NEW(c->a, struct me_held, COUNT(places)) };
    for (int i = 0; i < COUNT(places); i++) {
        struct me_held *h = &out->at[out->n++];
        struct buf found = { .a = c->a };
        *h = (struct me_held){ .table = places[i].table,
                               .what = places[i].what,
                               .where = places[i].where,
                               .withheld = places[i].how == WITHHELD };
        EACH (r, c, places[i].rows, I(c->viewer), I(ROWS)) {
            struct me_key k = { row_int(&r, 0), row_int(&r, 1) };
            if (keys) buf_add(&found, (struct str){ (const char *)&k, sizeof k });
            h->n++;
        }
        h->at = (struct me_key *)(void *)found.p;
    }
}
