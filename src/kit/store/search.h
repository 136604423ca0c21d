/* SPDX-License-Identifier: GPL-3.0-or-later
 * search.h - full text behind one door: FTS5 on SQLite, tsvector with GIN on PostgreSQL.
 *
 * Both engines give the same hits, because the cutting into words happens here: a word is a run
 * of letters and digits (text_word), at most 64 bytes of it; each Han or kana character is a word
 * of its own. Of one document the first 65,536 words and 512 KiB of them are indexed. On PostgreSQL
 * a phrase is not found behind position 16,383, nor in the 256th and later place of its word.
 *
 * Settings, as measured on 19,526 mails (168 MB): SQLite merges segments 8 at a time and only past
 * 200 at once (a merge in the middle of a large transaction costs a third of its time). Numbers
 * should ascend within a transaction: each step back flushes what was gathered. Across
 * transactions any order is as good: 1,000 at a time, the newest thousand first, took the same
 * time and gave the same size as ascending order. No prefix index (it would add 13 MB a length);
 * words begun with up to three letters are indexed by `starts` instead: of the first column the
 * index holds two bytes less for each word of a document, which makes up for most of it. */
#pragma once
#include "kit/store/work.h"

extern const char search_schema[]; /* for migrate(), as "search" */

/* Texts folded by text_fold(). The number grows with time: newest first is descending number. */
struct search_doc {
    int64_t number;
    struct str who, subject, body;
};
/* A document cut into words for one engine: pure computation, some two times the text. */
enum { SEARCH_FIELDS = 3 };
struct search_cut {
    int64_t number;
    struct str field[SEARCH_FIELDS], starts, vector;
};
void search_cut(struct arena *, engine, const struct search_doc *, struct search_cut *out);
/* A number that is not in the index. */
void search_put(struct tx *, const struct search_cut *);
/* Exactly what was put: with other words a SQLite index is damaged without a word. */
void search_drop(struct tx *, const struct search_cut *);
void search_clear(struct tx *); /* before a rebuild */
/* After an import: one bounded step (some 50 ms) of merging what was added; on PostgreSQL also the
 * statistics, without which rare words are slow. */
void search_settle(struct tx *);
/* What was dropped is physically gone once this is committed and the log checkpointed; half a
 * second for 20,000 mails. In a later piece of work than the dropping. On PostgreSQL the words go
 * with the index that is built anew, the rows with the vacuum that follows within a minute. */
void search_scrub(struct tx *);

typedef enum { SEARCH_ANY, SEARCH_WHO, SEARCH_SUBJECT, SEARCH_BODY } search_field;
enum { SEARCH_TERMS = 16, SEARCH_PHRASE = 16 };
/* How the last word of a term is meant. One that is still being typed may go on as well, but when
 * more documents than are asked for hold it as it stands, these are given: so a common word costs
 * no more with its last letter than in the end. */
typedef enum { SEARCH_WHOLE, SEARCH_BEGUN, SEARCH_TYPED } search_last;
/* Words that stand one behind the other in one field. */
struct search_term {
    search_field field;
    bool negated;
    search_last last;
    int n;
    struct str word[SEARCH_PHRASE];
};
/* All terms that are not negated, and none of those that are. */
struct search_words {
    int n;
    struct search_term at[SEARCH_TERMS];
};
/* Adds a term from typed text, cut as documents are: "don't" looks for the phrase "don t". False
 * when it holds no word or there is no room; more words than fit are left out. */
bool search_add(struct arena *, struct search_words *, search_field, struct str typed, bool negated,
                search_last);
/* Reads a whole line: words, "phrases", -without, who:anna, subject:"boat trip", begin*. While
 * typing the last word may go on. Nothing typed is an error. */
void search_parse(struct arena *, struct search_words *out, struct str typed, bool typing);

/* Numbers of the documents that match, newest first, below before (0: no bound) and above after,
 * at most max; how many. None when nothing is asked for but what shall be absent. */
int search_find(struct ctx *, const struct search_words *, int64_t before, int64_t after,
                int64_t *numbers, int max);
