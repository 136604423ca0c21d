/* SPDX-License-Identifier: GPL-3.0-or-later
 * weigh.c - why the house may keep what nobody agreed to: an interest, that it needs it, and what
 * the person may expect, for each purpose. What stands here holds where an owner wrote nothing
 * else, and is never changed: facts refer to it by number. */
#include "facts/fact_log.h"
#include "kit/base/pack.h"
#include "kit/base/text.h"

static const struct fact_weighing usual[] = {
    [PURPOSE_CARE] = { S_INIT("To look after people who come here as they like it."),
                       S_INIT("It can't be done without remembering what they said they like."),
                       S_INIT(
                           "Who says what they like to somebody who serves them expects it to be "
                           "remembered there. It is shown to who heard it, is never passed on, "
                           "ends by itself, and is gone when they say so.") },
    [PURPOSE_TOUCH] = { S_INIT("To stay in touch with people we know."),
                        S_INIT("Without knowing how and when, we would write too much or wrongly."),
                        S_INIT(
                            "Who writes to us expects an answer in the way that suits them. They "
                            "can stop it with one word.") },
    [PURPOSE_DELIVERY] = { S_INIT("To bring things to where they are wanted."),
                           S_INIT("A place and a time are the least that this takes."),
                           S_INIT(
                               "Who orders something expects us to know where to. Nobody else is "
                               "told.") },
    [PURPOSE_OCCASIONS] = { S_INIT("To think of people on their days."),
                            S_INIT("A day can't be thought of without being noted."),
                            S_INIT("Who tells of a birthday does not mind its being remembered; no "
                                   "year is needed. They can have it forgotten.") },
    [PURPOSE_INTRODUCE] = { S_INIT("To bring people together who would like to know each other."),
                            S_INIT("It needs to be known what somebody does and looks for."),
                            S_INIT("Nobody is introduced, and nothing is told of them, before they "
                                   "were asked.") },
    [PURPOSE_OFFERS] = { S_INIT("To offer what fits instead of everything to everybody."),
                         S_INIT("What fits can only be told from what they said they want."),
                         S_INIT("Own customers may expect it from us, can refuse in every letter, "
                                "and are then left alone.") },
};

bool fact_weighing(struct ctx *c, int64_t number, struct fact_weighing *out)
{
    bool found = false;
    if (number < 0 && number >= -PURPOSE_LAST) {
        *out = usual[-number];
        return true;
    }
    EACH (r, c, SQL("SELECT interest, necessity, balance FROM weighed WHERE event=$1"), I(number)) {
        *out = (struct fact_weighing){ row_str(&r, 0), row_str(&r, 1), row_str(&r, 2) };
        found = true;
    }
    return found;
}

int64_t fact_weighed(struct ctx *c, fact_purpose p)
{
    id said =
        db_int(c, 0, SQL("SELECT event FROM weighed WHERE purpose=$1 ORDER BY event DESC LIMIT 1"),
               I(p));
    return said ? said : -(int64_t)p;
}

err fact_weigh(struct tx *t, fact_purpose p, const struct fact_weighing *w)
{
    struct ctx *c = &t->c;
    struct buf data = { .a = c->a };
    const struct {
        int tag;
        struct str words;
    } parts[] = { { FACT_REC_KEY, w->interest },
                  { FACT_REC_VALUE, w->necessity },
                  { FACT_REC_WORDS, w->balance } };
    if (keeper_role_of(c, c->viewer) != KEEPER_OWNER)
        return fail(c, E_DENIED, "only an owner says why the house may keep something");
    if (p < PURPOSE_CARE || p > PURPOSE_LAST) return fail(c, E_INVALID, "there is no such purpose");
    for (int i = 0; i < COUNT(parts); i++) {
        struct str words = str_trim(text_utf8(c->a, parts[i].words));
        if (!words.n || words.n > FACT_WEIGHING_MOST)
            return fail(c, E_INVALID,
                        "please write all three: the interest, why it is needed, and what they may "
                        "expect, in at most %d letters each",
                        FACT_WEIGHING_MOST);
        rec_str(&data, parts[i].tag, words);
    }
    log_append(t,
               (struct event){ .kind = EVENT_FACT_WEIGHED, .subject = p, .data = buf_str(&data) });
    return OK;
}
