/* SPDX-License-Identifier: GPL-3.0-or-later
 * part.c - what people are found by while somebody types: a name from each of its words on, an
 * address from each of its parts on. A prefix of one of these is found without reading the rest. */
#include "kit/base/text.h"
#include "people/people_log.h"

enum { LOOKED = 200, KEPT = 100 }; /* letters, also in the schema's step that fills the tables */

static struct str letter(struct str s)
{
    ptrdiff_t n = 1;
    while (n < s.n && ((unsigned char)s.p[n] & 0xC0) == 0x80) n++;
    return str_upto(s, n);
}

static struct str some_letters(struct str s, int most)
{
    ptrdiff_t n = 0;
    for (; most && n < s.n; most--) n += letter(str_from(s, n)).n;
    return str_upto(s, n);
}

/* The next one behind a byte of these; false: there is none. */
static bool next_part(struct str *rest, int *looked, const char *marks, struct str *part)
{
    while (rest->n && (*looked)++ < LOOKED) {
        struct str one = letter(*rest);
        *rest = str_from(*rest, one.n);
        if (one.n > 1 || !strchr(marks, *one.p) || !rest->n) continue;
        *part = some_letters(*rest, KEPT);
        return true;
    }
    return false;
}

static void name_parts(struct tx *t, id who, struct str fold, bool there)
{
    int looked = 0;
    for (struct str part; next_part(&fold, &looked, " ", &part);)
        if (there)
            db_do(t,
                  SQL("INSERT INTO name_part(part, person) VALUES($1, $2) ON CONFLICT(part, "
                      "person) DO NOTHING"),
                  T(part), I(who));
        else db_do(t, SQL("DELETE FROM name_part WHERE part=$1 AND person=$2"), T(part), I(who));
}

/* One more, or one less, is called so. */
static void count_name(struct tx *t, struct str fold, bool more)
{
    if (str_chr(fold, ' ') < 0) return;
    if (more)
        db_do(t,
              SQL("INSERT INTO namesake(fold, n) VALUES($1, 1) ON CONFLICT(fold) DO UPDATE SET "
                  "n=namesake.n+1"),
              T(fold));
    else if (!db_do(t, SQL("DELETE FROM namesake WHERE fold=$1 AND n=1"), T(fold)))
        db_do(t, SQL("UPDATE namesake SET n=n-1 WHERE fold=$1"), T(fold));
}

void handle_parts(struct tx *t, int64_t key, struct str uri, bool there)
{
    int looked = 0;
    for (struct str part; next_part(&uri, &looked, ":@.", &part);)
        if (there)
            db_do(t,
                  SQL("INSERT INTO address_part(part, handle) VALUES($1, $2) ON CONFLICT(part, "
                      "handle) DO NOTHING"),
                  T(part), I(key));
        else db_do(t, SQL("DELETE FROM address_part WHERE part=$1 AND handle=$2"), T(part), I(key));
}

void person_parts(struct tx *t, id who, struct str fold)
{
    name_parts(t, who, fold, true);
    count_name(t, fold, true);
}

void person_call(struct tx *t, id who, struct str name)
{
    struct str was = S(""), fold = text_fold(t->c.a, name);
    EACH (r, &t->c, SQL("SELECT fold FROM person WHERE id=$1"), I(who)) was = row_str(&r, 0);
    db_do(t, SQL("UPDATE person SET name=$1, fold=$2 WHERE id=$3"), T(name), T(fold), I(who));
    if (str_eq(was, fold)) return;
    name_parts(t, who, was, false);
    count_name(t, was, false);
    person_parts(t, who, fold);
}
