/* SPDX-License-Identifier: GPL-3.0-or-later
 * shown_web.c - how the words of one message are laid out: what is new stands open, what is
 * answered stands beside its answer, the rest is folded. */
#include "kit/base/text.h"
#include "talk/talk_web.h"

enum { LINE = 160, SHORT = 15, WRAP_LEAST = 50, WRAP_MOST = 80 };

static struct str without_marks(struct arena *a, struct str words)
{
    struct buf o = { .a = a };
    struct str line;
    while (str_line(&words, &line)) {
        ptrdiff_t n = 0;
        while (n < line.n && (line.p[n] == '>' || (line.p[n] == ' ' && n && line.p[n - 1] == '>')))
            n++;
        if (n == 0 && line.n > 1 && line.p[0] == ' ' && line.p[1] == '>') n = 2;
        buf_add(&o, str_from(line, n));
        buf_char(&o, '\n');
    }
    return buf_str(&o);
}

static struct str lines_trim(struct str s)
{
    struct str line, rest = s;
    while (str_line(&rest, &line) && !str_trim(line).n)
        s = rest; /* keeps the indent of the first line that says something */
    while (s.n && strchr(" \t\r\n", s.p[s.n - 1])) s.n--;
    return s;
}

static int longest(struct str text)
{
    int most = 0;
    for (struct str line; str_line(&text, &line);) most = MAX(most, text_letters(line));
    return most;
}

/* Does a line begin something of its own: an indent, a point of a list, a quotation? */
static bool stands_alone(struct str line)
{
    return !line.n || strchr(" \t-*+>|#=_~", line.p[0]) ||
           (line.n > 1 && line.p[0] >= '0' && line.p[0] <= '9' && strchr(".)", line.p[1]));
}

/* Programs break lines at some width, which on a narrow screen breaks them twice. A break is theirs
 * when the next word would not have fitted; such lines are joined again. */
static struct str unwrap(struct arena *a, struct str text)
{
    int width = longest(text);
    struct buf o = { .a = a };
    struct str line, next, word;
    if (width < WRAP_LEAST || width > WRAP_MOST) return text;
    for (bool more = str_line(&text, &line); more; line = next) {
        more = str_line(&text, &next);
        struct str rest = more ? next : S("");
        if (!str_cut(&rest, ' ', &word)) word = S("");
        bool theirs = more && !stands_alone(next) && !stands_alone(line) &&
                      text_letters(line) + 1 + text_letters(word) > width;
        buf_add(&o, theirs ? str_trim(line) : line);
        buf_char(&o, theirs ? ' ' : '\n');
        if (!more) break;
    }
    return buf_str(&o);
}

static const struct message *message_of(const struct messages *list, id message)
{
    for (int i = 0; i < list->n && message; i++)
        if (list->at[i].id == message) return &list->at[i];
    return NULL;
}

static bool says_something(const struct talk_part *p)
{
    return p->kind == PART_NEW && str_trim(p->words).n > 0;
}

static bool new_words_follow(const struct talk_parts *list, int from)
{
    for (int i = from; i < list->n; i++)
        if (says_something(&list->at[i])) return true;
    return false;
}

/* A name below a letter stands in older letters too: too short to be called quoted without a mark.
 */
static bool too_short(const struct talk_part *p)
{
    struct str words = str_trim(p->words);
    return p->kind == PART_QUOTED && words.n && words.p[0] != '>' && text_letters(words) < SHORT;
}

static shown_kind kind_of(const struct talk_parts *list, int i)
{
    if (too_short(&list->at[i])) return SHOWN_WORDS;
    switch (list->at[i].kind) {
    case PART_NEW: return SHOWN_WORDS;
    case PART_FORWARDED: return SHOWN_FORWARDED;
    case PART_SIGNATURE:
    case PART_FOOTER: return SHOWN_SIGNATURE;
    case PART_QUOTED: return new_words_follow(list, i + 1) ? SHOWN_ANSWERED : SHOWN_BEFORE;
    case PART_ATTRIBUTION: return SHOWN_BEFORE;
    }
    return SHOWN_WORDS;
}

static bool folded(shown_kind k) { return k == SHOWN_BEFORE || k == SHOWN_SIGNATURE; }

/* What is laid out so far, and the words of its last part while they are joined of several. */
struct layout {
    struct shown_list *out;
    struct buf joined;
};

static void add(struct layout *l, shown_kind kind, const struct talk_part *p,
                const struct messages *m)
{
    struct arena *a = l->joined.a;
    struct shown_list *out = l->out;
    struct str words = lines_trim(
        kind == SHOWN_ANSWERED || kind == SHOWN_BEFORE ? without_marks(a, p->words) : p->words);
    struct shown *last = out->n ? &out->at[out->n - 1] : NULL;
    if (!words.n) return;
    bool folds = last && folded(kind) && folded(last->kind); /* one fold is enough */
    if (last &&
        (folds || (last->kind == kind && (kind != SHOWN_ANSWERED || last->source == p->source)))) {
        if (folds && kind == SHOWN_BEFORE) last->kind = kind;
        if (!l->joined.n) buf_add(&l->joined, last->words);
        buf_add(&l->joined, kind == SHOWN_WORDS || folds ? S("\n\n") : S("\n"));
        buf_add(&l->joined, words);
        last->words = buf_str(&l->joined);
        if (!last->source) last->source = p->source;
    } else {
        l->joined = (struct buf){ .a = a };
        out->at[out->n++] = (struct shown){
            .kind = kind, .words = words, .source = p->source, .by = message_of(m, p->source)
        };
    }
}

/* The beginning of what is quoted; of a long one not more is looked at than that takes. */
static struct str first_words(struct arena *a, struct str words)
{
    struct str head = text_oneline(a, str_upto(words, 8 * LINE));
    if (words.n > 8 * LINE && text_letters(head) <= LINE) head = text_oneline(a, words);
    return text_short(a, head, LINE);
}

void talk_shown(struct arena *a, const struct talk_text *t, const struct messages *m,
                struct shown_list *out)
{
    struct talk_parts parts;
    talk_parts_of(a, t, &parts);
    *out = (struct shown_list){ NEW(a, struct shown, parts.n + 1), 0 };
    struct layout l = { out, { .a = a } };
    for (int i = 0; i < parts.n; i++) {
        const struct talk_part *p = &parts.at[i];
        bool introduces = p->kind == PART_ATTRIBUTION && new_words_follow(&parts, i + 1);
        if (!introduces)
            add(&l, kind_of(&parts, i), p, m); /* "Ada wrote:" is said by the link instead */
    }
    for (int i = 0; i < out->n; i++) {
        struct shown *s = &out->at[i];
        if (s->kind == SHOWN_WORDS || s->kind == SHOWN_FORWARDED) s->words = unwrap(a, s->words);
        if (s->kind == SHOWN_ANSWERED) s->line = first_words(a, s->words);
        if (s->source && !s->by) s->by = message_of(m, s->source);
    }
}
