/* SPDX-License-Identifier: GPL-3.0-or-later
 * shown_web.c - how the words of one message are laid out: what is new stands open, what is
 * answered stands beside its answer, the rest is folded. */
#include "kit/base/text.h"
#include "talk/talk_web.h"

enum { LINE = 160, SHORT = 15 };

static struct str without_marks(struct arena *a, struct str words)
{
    struct buf o = { .a = a };
    struct str line;
    while (str_line(&words, &line)) {
        ptrdiff_t n = 0;
        while (n < line.n && (line.p[n] == '>' || (line.p[n] == ' ' && n && line.p[n - 1] == '>'))) n++;
        if (n == 0 && line.n > 1 && line.p[0] == ' ' && line.p[1] == '>') n = 2;
        buf_add(&o, str_from(line, n));
        buf_char(&o, '\n');
    }
    return buf_str(&o);
}

static struct str lines_trim(struct str s)
{
    struct str line, rest = s;
    while (str_line(&rest, &line) && !str_trim(line).n) s = rest; /* keeps the indent of the first line that says something */
    while (s.n && strchr(" \t\r\n", s.p[s.n - 1])) s.n--;
    return s;
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

/* A name below a letter stands in older letters too: too short to be called quoted without a mark. */
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

static void add(struct arena *a, struct shown_list *out, shown_kind kind, const struct talk_part *p, const struct messages *m)
{
    struct str words = lines_trim(kind == SHOWN_ANSWERED || kind == SHOWN_BEFORE ? without_marks(a, p->words) : p->words);
    struct shown *last = out->n ? &out->at[out->n - 1] : NULL;
    if (!words.n) return;
    bool folds = last && folded(kind) && folded(last->kind); /* one fold is enough */
    if (last && (folds || (last->kind == kind && (kind != SHOWN_ANSWERED || last->source == p->source)))) {
        if (folds && kind == SHOWN_BEFORE) last->kind = kind;
        last->words = str_fmt(a, "%.*s\n%s%.*s", STR(last->words), kind == SHOWN_WORDS || folds ? "\n" : "", STR(words));
        if (!last->source) last->source = p->source;
    } else {
        out->at[out->n++] = (struct shown){ .kind = kind, .words = words, .source = p->source, .by = message_of(m, p->source) };
    }
}

void talk_shown(struct arena *a, const struct talk_text *t, const struct messages *m, struct shown_list *out)
{
    struct talk_parts parts;
    talk_parts_of(a, t, &parts);
    *out = (struct shown_list){ NEW(a, struct shown, parts.n + 1), 0 };
    for (int i = 0; i < parts.n; i++) {
        const struct talk_part *p = &parts.at[i];
        bool introduces = p->kind == PART_ATTRIBUTION && new_words_follow(&parts, i + 1);
        if (!introduces) add(a, out, kind_of(&parts, i), p, m); /* "Ada wrote:" is said by the link instead */
    }
    for (int i = 0; i < out->n; i++) {
        struct shown *s = &out->at[i];
        if (s->kind == SHOWN_ANSWERED) s->line = text_short(a, text_oneline(a, s->words), LINE);
        if (s->source && !s->by) s->by = message_of(m, s->source);
    }
}
