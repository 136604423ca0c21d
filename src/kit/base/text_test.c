/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../tests/vectors.h"
#include "kit/base/text.h"

static const struct {
    const char *text, *folded;
} folds[] = {
    { "plain words 12", "plain words 12" },
    { "Plain Words", "plain words" },
    { "Ångström", "angstrom" },
    { "A\xCC\x8Angstro\xCC\x88m", "angstrom" }, /* marks that stand by themselves */
    { "Straße, ﬁnd Ⅳ", "strasse, find iv" },    /* sharp s, ligature, Roman four */
    { "ΣΊΣΥΦΟΣ σίσυφος", "σισυφοσ σισυφοσ" },   /* final sigma */
    { "Привет, Ёлка", "привет, елка" },
    { "ＦＵＬＬ　width", "full width" },
    { "soft\xC2\xAD"
      "hyphen",
      "softhyphen" }, /* default ignorable */
    { "bad \xFF\xFE Bytes \xC3", "bad \xEF\xBF\xBD\xEF\xBF\xBD bytes \xEF\xBF\xBD" },
    { "", "" },
};

static void words_fold(void **state)
{
    (void)state;
    for (int i = 0; i < COUNT(folds); i++) {
        struct arena *a = arena_open(MIB);
        assert_text(text_fold(a, str_c(folds[i].text)), str_c(folds[i].folded));
        arena_close(a);
    }
}

/* Every character by itself: folding what is folded changes nothing, and nothing depends on what
 * stands before or behind. */
static void folding_is_by_character(void **state)
{
    (void)state;
    struct arena *a = arena_open(64 * MIB);
    struct str pieces[] = {
        S("Ä"), S("b"), S("ß"), S("한"), S("\xCC\x81"), S("Σ"), S("ﬃ"), S("İ")
    };
    for (int i = 0; i < COUNT(pieces) * COUNT(pieces) * COUNT(pieces); i++) {
        struct buf whole = { .a = a }, parts = { .a = a };
        for (int k = i, n = 0; n < 3; n++, k /= COUNT(pieces)) {
            buf_add(&whole, pieces[k % COUNT(pieces)]);
            buf_add(&parts, text_fold(a, pieces[k % COUNT(pieces)]));
        }
        struct str folded = text_fold(a, buf_str(&whole));
        assert_text(folded, buf_str(&parts));
        assert_text(text_fold(a, folded), folded);
    }
    arena_close(a);
}

static void words_are_cut(void **state)
{
    (void)state;
    struct str rest = S(" (one) two2-три, 茶碗!  "), word;
    const char *want[] = { "one", "two2", "три", "茶碗" };
    for (int i = 0; i < COUNT(want); i++) {
        assert_true(text_word(&rest, &word));
        assert_text(word, str_c(want[i]));
    }
    assert_false(text_word(&rest, &word));
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(words_fold),
                                        cmocka_unit_test(folding_is_by_character),
                                        cmocka_unit_test(words_are_cut) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
