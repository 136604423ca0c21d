/* SPDX-License-Identifier: GPL-3.0-or-later
 * lang.h - languages that the house can say a sentence in, and which one a text is in
 * (libexttextcat, by its letters; https://wiki.documentfoundation.org/Libexttextcat). */
#pragma once
#include "kit/base/base.h"

#define LANGS(X)                                                                                   \
    X(EN, "en")                                                                                    \
    X(DE, "de")                                                                                    \
    X(FR, "fr")                                                                                    \
    X(ES, "es")                                                                                    \
    X(IT, "it")                                                                                    \
    X(NL, "nl")                                                                                    \
    X(PT, "pt")                                                                                    \
    X(SV, "sv")                                                                                    \
    X(DA, "da")                                                                                    \
    X(NB, "nb")                                                                                    \
    X(FI, "fi")                                                                                    \
    X(PL, "pl")
typedef enum {
    LANG_UNSURE,
#define X(name, code) LANG_##name,
    LANGS(X)
#undef X
        LANG_COUNT
} lang;

const char *lang_code(lang);   /* "de"; "" when unsure */
lang lang_of_code(struct str); /* of "de", also of "de-AT"; LANG_UNSURE: none of ours */
/* LANG_UNSURE when it is too short to tell, in another language, or in either of two. Any number of
 * threads; costs about as much as reading 2 KiB twice. */
lang lang_of(struct str text);
