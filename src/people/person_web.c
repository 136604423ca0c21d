/* SPDX-License-Identifier: GPL-3.0-or-later
 * person_web.c - the list of people, who may be one, and the deeds about a person. The page of
 * one person joins people, ties and talk, and so is talk's. */
#include "kit/base/date.h"
#include "kit/base/text.h"
#include "people/people_html.h"
#include "people/people_web.h"

enum { LIST_PAGE = 50, TYPED = 20, ALIKE = 50, NAME_BYTES = 800 };

static page_fn show_people, show_alike, show_merge;
static deed_fn do_name, do_kind, do_mark, do_merge, do_unmerge, do_split, do_apart, do_know;

const struct route people_routes[] = {
    PAGE("/people", NEED_KEEPER, show_people,
         "find people, organisations, roles, lists and machines"),
    PAGE("/people/alike", NEED_KEEPER, show_alike, "who may be one person under two addresses"),
    PAGE("/people/:who/merge", NEED_KEEPER, show_merge, "look for the other half of a person"),
    DEED("/people/:who/name", NEED_KEEPER, do_name,
         "give a person another name; empty: as they sign themselves"),
    DEED("/people/:who/kind", NEED_KEEPER, do_kind,
         "say that an address is a person, organisation, role, list or machine"),
    DEED("/people/:who/mark", NEED_KEEPER, do_mark,
         "mark somebody as left, deceased, not to be contacted, or paused"),
    DEED("/people/:who/merge", NEED_KEEPER, do_merge, "say that two are one person"),
    DEED("/people/:who/unmerge", NEED_KEEPER, do_unmerge, "take two people apart again"),
    DEED("/people/:who/split", NEED_KEEPER, do_split, "give one address a person of its own"),
    DEED("/people/:who/apart", NEED_KEEPER, do_apart, "say that two are not one person"),
    DEED("/people/:who/know", NEED_KEEPER, do_know,
         "say that you know somebody, so that their letters count"),
    { 0 },
};

/* ---- for pages ----------------------------------------------------------- */

struct str person_mark_words(struct ctx *c, const struct person *p)
{
    if (p->dead_at) return S("deceased");
    if (p->left_at) return S("left");
    if (p->mute) return S("do not contact");
    if (p->paused > c->now)
        return str_fmt(c->a, "paused until %.*s", STR(date_people(c->a, p->paused, c->offset_s)));
    return S("");
}

struct str person_first_name(struct str name)
{
    ptrdiff_t n = str_chr(name, ' ');
    return n > 1 ? str_upto(name, n) : name;
}

struct str person_initial(struct arena *a, struct str name)
{
    struct str rest = name, word;
    if (!text_word(&rest, &word)) return S("·");
    ptrdiff_t n = 1;
    while (n < word.n && ((unsigned char)word.p[n] & 0xC0) == 0x80) n++;
    char *up = str_z(a, str_upto(word, n));
    if (n == 1 && up[0] >= 'a' && up[0] <= 'z') up[0] = (char)(up[0] - 32);
    return (struct str){ up, n };
}

int person_hue(id who) { return (int)((uint64_t)who * 0x9E3779B97F4A7C15u >> 61); }

struct str person_deed_str(const struct page *p, const char *name)
{
    return form_find(&p->form, name) ? form_str(p, name) : query_str(p, name);
}

int64_t person_deed_int(const struct page *p, const char *name, int64_t otherwise)
{
    int64_t n;
    return str_int(person_deed_str(p, name), &n) ? n : otherwise;
}

/* ---- lists --------------------------------------------------------------- */

static struct url next_page(struct page *p, const struct person_query *q,
                            const struct person_lines *m, bool everybody)
{
    if (m->n < q->max || q->words.n) return (struct url){ S("") };
    const struct person_line *last = &m->at[m->n - 1];
    return url_to(p->a, "/people?kind=%s&all=%d&after=%.*s&id=%" PRId64, person_kind_word(q->kind),
                  everybody, STR(last->fold), last->id);
}

static person_also_fn *find_also;

void person_also(person_also_fn *fn) { find_also = fn; }

static err show_people(struct ctx *c, struct page *p)
{
    struct person_lines m;
    struct person_pairs pairs;
    struct person_query q = { .words = text_oneline(c->a, query_str(p, "q")),
                              .kind = person_kind_of(query_str(p, "kind")),
                              .after = query_str(p, "after"),
                              .after_id = form_int(p, "id", 0),
                              .max = LIST_PAGE };
    bool everybody = form_int(p, "all", 0) != 0;
    if (!q.kind) q.kind = PERSON_HUMAN;
    if (q.words.n) q.max = p->piece ? TYPED : LIST_PAGE;
    q.met_only = q.kind == PERSON_HUMAN && !everybody;
    person_find(c, &q, &m);
    page_title(p, "People");
    struct url next = next_page(p, &q, &m, everybody);
    struct buf also = { .a = c->a };
    if (find_also && q.words.n) find_also(c, q.words, &also);
    if (p->piece) {
        people_found_html(&p->out, p, &q, &m, next, html_of(&also));
        return OK;
    }
    person_alike(c, 0, 1, &pairs);
    people_page_html(&p->out, p, &q, &m, next, everybody, pairs.n > 0, html_of(&also));
    return OK;
}

static err show_alike(struct ctx *c, struct page *p)
{
    struct person_pairs m;
    person_alike(c, 0, ALIKE, &m);
    page_title(p, "One person or two?");
    alike_page_html(&p->out, p, &m, ALIKE);
    return OK;
}

static err show_merge(struct ctx *c, struct page *p)
{
    struct person who;
    struct person_lines m = { .n = 0 };
    struct person_query q = { .words = text_oneline(c->a, query_str(p, "q")), .max = TYPED };
    TRY(person_get(c, page_id(p, "who"), &who));
    if (q.words.n) person_find(c, &q, &m);
    for (int i = 0; i < m.n; i++)
        if (m.at[i].id == who.id) {
            memmove(&m.at[i], &m.at[i + 1], (size_t)(m.n - i - 1) * sizeof m.at[0]);
            m.n--;
        }
    page_title(p, "Who else is %.*s?", STR(who.name));
    if (p->piece) merge_rows_html(&p->out, p, &who, q.words, &m);
    else merge_page_html(&p->out, p, &who, q.words, &m);
    return OK;
}

/* ---- deeds --------------------------------------------------------------- */

/* The person, and where to go afterwards: to their page, or back to where the form stood. */
static err begin(struct ctx *c, struct page *p, struct person *out)
{
    TRY(person_get(c, page_id(p, "who"), out));
    struct str back = person_deed_str(p, "back");
    page_go(p, back.n ? url_inside(p->a, back) : url_to(p->a, "/people/%" PRId64, out->id));
    return OK;
}

static err do_name(struct tx *t, struct page *p)
{
    struct person who;
    TRY(begin(&t->c, p, &who));
    struct str name = person_deed_str(p, "name");
    if (name.n > NAME_BYTES) return fail(&t->c, E_INVALID, "Please shorten the name.");
    bool named = db_int(&t->c, 0, SQL("SELECT named FROM person WHERE id=$1"), I(who.id));
    struct str before = named ? who.name : S("");
    TRY(person_name(t, who.id, name));
    TRY(person_get(&t->c, who.id, &who));
    page_notice(p, name.n ? "The name is %.*s now." : "Named as they sign themselves: %.*s.",
                STR(who.name));
    page_undo(p, url_to(p->a, "/people/%" PRId64 "/name?name=%.*s", who.id, STR(before)), "Undo");
    return OK;
}

static err do_kind(struct tx *t, struct page *p)
{
    struct person who;
    TRY(begin(&t->c, p, &who));
    person_kind kind = person_kind_of(person_deed_str(p, "kind"));
    TRY(person_set_kind(t, who.id, kind));
    page_notice(p, "%.*s is now kept as %s %s.", STR(who.name), kind == PERSON_ORG ? "an" : "a",
                person_kind_word(kind));
    page_undo(p,
              url_to(p->a, "/people/%" PRId64 "/kind?kind=%s", who.id, person_kind_word(who.kind)),
              "Undo");
    return OK;
}

static const char *const marks[] = { "", "left", "deceased", "mute", "paused" };

static person_mark mark_of(struct str word)
{
    for (int i = MARK_LEFT; i <= MARK_PAUSED; i++)
        if (str_eq(word, str_c(marks[i]))) return (person_mark)i;
    return 0;
}

static int64_t mark_value(const struct person *who, person_mark mark)
{
    switch (mark) {
    case MARK_LEFT: return who->left_at;
    case MARK_DEAD: return who->dead_at;
    case MARK_MUTE: return who->mute;
    case MARK_PAUSED: return who->paused;
    }
    return 0;
}

/* on: "1", "0", or a day; without a day it happened today. value: as it was, for taking back. */
static err mark_from(struct ctx *c, const struct page *p, person_mark mark, int64_t *out)
{
    struct str day = person_deed_str(p, "day");
    int64_t end;
    *out = person_deed_int(p, "value", 0);
    if (form_find(&p->query, "value") || !person_deed_int(p, "on", 0)) return OK;
    *out = mark == MARK_MUTE ? 1 : c->now;
    if (!day.n && mark == MARK_PAUSED)
        return fail(c, E_INVALID, "Please give the day until which to pause.");
    if (!day.n || mark == MARK_MUTE) return OK;
    if (!date_parse_iso(day, out, &end))
        return fail(c, E_INVALID, "Please write the day like 2027-05-01.");
    *out -= c->offset_s;
    if (mark == MARK_PAUSED && *out <= c->now)
        return fail(c, E_INVALID, "The pause has to end in the future.");
    return OK;
}

static const char *mark_notice(person_mark mark, bool on)
{
    switch (mark) {
    case MARK_LEFT:
        return on ? "%.*s is marked as left: nothing waits on them any more."
                  : "%.*s is no longer marked as left.";
    case MARK_DEAD:
        return on ? "%.*s is marked as deceased. Nothing will be sent to them again."
                  : "%.*s is no longer marked as deceased.";
    case MARK_MUTE: return on ? "%.*s will not be contacted." : "%.*s may be contacted again.";
    case MARK_PAUSED:
        return on ? "%.*s is left in peace until then." : "The pause of %.*s has ended.";
    }
    return "%.*s";
}

static err do_mark(struct tx *t, struct page *p)
{
    struct person who;
    int64_t value;
    TRY(begin(&t->c, p, &who));
    person_mark mark = mark_of(person_deed_str(p, "mark"));
    if (!mark) return fail(&t->c, E_INVALID, "There is no such mark.");
    TRY(mark_from(&t->c, p, mark, &value));
    TRY(person_set_mark(t, who.id, mark, value));
    struct str words = str_c(mark_notice(mark, value != 0));
    ptrdiff_t at = str_find(words, S("%.*s"));
    page_notice(p, "%.*s%.*s%.*s", STR(str_upto(words, at)), STR(who.name),
                STR(str_from(words, at + 4)));
    page_undo(p,
              url_to(p->a, "/people/%" PRId64 "/mark?mark=%s&value=%" PRId64, who.id, marks[mark],
                     mark_value(&who, mark)),
              "Undo");
    return OK;
}

static err do_merge(struct tx *t, struct page *p)
{
    struct person a, b;
    TRY(begin(&t->c, p, &a));
    TRY(person_get(&t->c, person_deed_int(p, "other", 0), &b));
    TRY(person_merge(t, a.id, b.id));
    id stays = person_real(&t->c, b.id),
       gone = stays == b.id ? a.id : b.id; /* a keeper's own record stays */
    if (!person_deed_str(p, "back").n) page_go(p, url_to(p->a, "/people/%" PRId64, stays));
    page_notice(p, "%.*s and %.*s are one person now.", STR(a.name), STR(b.name));
    page_undo(p, url_to(p->a, "/people/%" PRId64 "/unmerge", gone), "Take them apart");
    return OK;
}

static err do_unmerge(struct tx *t, struct page *p)
{
    id gone = page_id(p, "who");
    struct person whole, part;
    TRY(person_get(&t->c, gone, &whole));
    TRY(person_unmerge(t, gone));
    TRY(person_get(&t->c, gone, &part));
    TRY(person_get(&t->c, whole.id, &whole)); /* the name may have come with the other's letters */
    page_go(p, url_to(p->a, "/people/%" PRId64, whole.id));
    page_notice(p, "%.*s and %.*s are two people again.", STR(whole.name), STR(part.name));
    page_undo(p, url_to(p->a, "/people/%" PRId64 "/merge?other=%" PRId64, whole.id, gone),
              "They are one after all");
    return OK;
}

static err do_split(struct tx *t, struct page *p)
{
    struct person who;
    id out;
    TRY(begin(&t->c, p, &who));
    TRY(person_split(t, who.id, person_deed_int(p, "handle", 0), &out));
    page_notice(p, "That address belongs to somebody else now.");
    page_undo(p, url_to(p->a, "/people/%" PRId64 "/merge?other=%" PRId64, who.id, out), "Undo");
    return OK;
}

static err do_apart(struct tx *t, struct page *p)
{
    struct person a, b;
    TRY(begin(&t->c, p, &a));
    TRY(person_get(&t->c, person_deed_int(p, "other", 0), &b));
    if (person_deed_int(p, "again", 0)) {
        TRY(person_ask_again(t, a.id, b.id));
        page_notice(p, "The question is open again.");
        return OK;
    }
    TRY(person_keep_apart(t, a.id, b.id));
    page_notice(p, "Two people called %.*s: noted, and not asked again.", STR(a.name));
    page_undo(p,
              url_to(p->a, "/people/%" PRId64 "/apart?again=1&other=%" PRId64 "&back=%.*s", a.id,
                     b.id, STR(person_deed_str(p, "back"))),
              "Undo");
    return OK;
}

static err do_know(struct tx *t, struct page *p)
{
    struct person who;
    bool back = person_deed_int(p, "back", 0) != 0;
    TRY(begin(&t->c, p, &who));
    page_go(p, url_to(p->a, "/people/%" PRId64, who.id));
    TRY(person_know(t, who.id, !back));
    if (back) {
        page_notice(p, "Taken back: %.*s counts as known once letters go both ways.",
                    STR(who.name));
        return OK;
    }
    page_notice(p, "You know %.*s: what passed between you counts from now on, the past included.",
                STR(who.name));
    page_undo(p, url_to(p->a, "/people/%" PRId64 "/know?back=1", who.id), "Undo");
    return OK;
}
