/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kit/base/lang.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void a_sentence_tells_its_language(void **state)
{
    static const struct {
        lang is;
        const char *text;
    } of[] = {
        { LANG_EN, "Can you repair the lamp that I bought from you in December?" },
        { LANG_DE, "Kann ich morgen um zehn kommen und den Ofen abholen? Viele Grüße" },
        { LANG_FR, "Bonjour, je voudrais réserver une table pour demain soir, merci." },
        { LANG_ES, "Hola, quiero reservar una mesa para mañana por la noche." },
        { LANG_IT, "Buongiorno, vorrei sapere quando aprite il negozio domani mattina." },
        { LANG_NL, "Kunt u mij vertellen wanneer de winkel morgen opengaat?" },
        { LANG_PT, "Olá, gostaria de saber se a mesa da janela está livre amanhã." },
        { LANG_SV, "Hej, kan vi komma på lördag istället för på söndag?" },
        { LANG_FI, "Hei, voimmeko tulla lauantaina eikä sunnuntaina? Kiitos paljon." },
        { LANG_PL, "Dzień dobry, czy mogę zarezerwować stolik na jutro wieczór?" },
    };
    (void)state;
    for (int i = 0; i < COUNT(of); i++)
        if (lang_of(str_c(of[i].text)) != of[i].is)
            fail_msg("\"%s\" is said to be \"%s\"", of[i].text,
                     lang_code(lang_of(str_c(of[i].text))));
}

static void too_little_or_foreign_is_unsure(void **state)
{
    (void)state;
    assert_int_equal(lang_of(S("")), LANG_UNSURE);
    assert_int_equal(lang_of(S("Ok, at 9")), LANG_UNSURE);
    assert_int_equal(lang_of(S("4711 0815 555 1234 5678 9999 0000 1111")), LANG_UNSURE);
}

static void codes_are_read(void **state)
{
    (void)state;
    assert_int_equal(lang_of_code(S("de")), LANG_DE);
    assert_int_equal(lang_of_code(S("DE-at")), LANG_DE);
    assert_int_equal(lang_of_code(S("deu")), LANG_UNSURE);
    assert_int_equal(lang_of_code(S("")), LANG_UNSURE);
    assert_string_equal(lang_code(LANG_NB), "nb");
    assert_string_equal(lang_code(LANG_UNSURE), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sentence_tells_its_language),
        cmocka_unit_test(too_little_or_foreign_is_unsure),
        cmocka_unit_test(codes_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
