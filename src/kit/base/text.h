/* SPDX-License-Identifier: GPL-3.0-or-later
 * text.h - words of people: Unicode (utf8proc), folding, cleaning. */
#pragma once
#include "kit/base/base.h"

/* Valid UTF-8 whatever comes in: bad bytes become U+FFFD, one for each maximal bad run
 * (WHATWG). Borrows s when it is valid already. */
struct str text_utf8(struct arena *, struct str s);
bool text_valid(struct str s); /* RFC 3629 */
/* For comparing and for the search index: NFKC, case folded, marks removed.
 * "Ångström" and "angstrom" fold to the same. Borrows s when it is plain lower-case ASCII. */
struct str text_fold(struct arena *, struct str s);
/* What may be shown on one line: control characters and bidi overrides gone, blanks collapsed.
 * Borrows s when it is such a line of ASCII already. */
struct str text_oneline(struct arena *, struct str s);
/* At most n code points of s, cut at a blank where one is near, with an ellipsis if cut. */
struct str text_short(struct arena *, struct str s, int n);
int text_letters(struct str s); /* code points */
/* Takes the next word (letters and digits of any script) of a folded text; false at the end. */
bool text_word(struct str *rest, struct str *word);
/* For LIKE ... ESCAPE '!': '%', '_' and the escape itself are plain to the person who types them.
 */
struct str text_like(struct arena *, struct str s);
struct str text_grouped(struct arena *, int64_t n); /* 12,410; n from 0 */
