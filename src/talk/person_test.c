/* SPDX-License-Identifier: GPL-3.0-or-later
 * person_test.c - two become one and two again, addresses that move, marks, names: each deed and
 * what takes it back. The letters come by way of talk's test house. */
#include "talk/house_test.h"

struct about {
    id who, other;
    int64_t key, value;
    struct str name;
    person_kind kind;
    person_mark mark;
    bool on;
    struct person got;
    struct person_pairs pairs;
    struct person_lines lines;
    struct handles handles;
};

static void put_people(void)
{
    test_put((struct letter){ .id = "1@x",
                              .from = "Ada Bell <ada@bell.example>",
                              .to = "mia@pub.example",
                              .subject = "One",
                              .text = "Here?\n",
                              .at = 100 * DAY });
    test_put((struct letter){ .id = "2@x",
                              .from = "mia@pub.example",
                              .to = "ada@bell.example",
                              .refs = "1@x",
                              .subject = "Re: One",
                              .text = "There.\n",
                              .at = 101 * DAY });
    test_put((struct letter){ .id = "3@x",
                              .from = "Ada Bell <ada@home.example>",
                              .to = "mia@pub.example",
                              .subject = "Two",
                              .text = "Me again.\n",
                              .at = 102 * DAY });
    test_put((struct letter){ .id = "4@x",
                              .from = "Bo Stern <bo@bell.example>",
                              .to = "mia@pub.example",
                              .subject = "Three",
                              .text = "Bo here.\n",
                              .at = 103 * DAY });
}

static err get_it(struct ctx *c, void *arg)
{
    struct about *x = arg;
    person_handles(c, person_real(c, x->who), &x->handles);
    person_alike(c, x->who, 10, &x->pairs);
    return person_get(c, x->who, &x->got);
}

static struct about about(id who)
{
    struct about x = { .who = who };
    assert_int_equal(test_read(get_it, &x), OK);
    return x;
}

static bool writable(id who, int64_t when)
{
    struct about x = about(who);
    return person_may_be_written(&x.got, when);
}

static err merge_(struct tx *t, void *arg)
{
    return person_merge(t, ((struct about *)arg)->who, ((struct about *)arg)->other);
}
static err unmerge_(struct tx *t, void *arg)
{
    return person_unmerge(t, ((struct about *)arg)->who);
}
static err split_(struct tx *t, void *arg)
{
    return person_split(t, ((struct about *)arg)->who, ((struct about *)arg)->key,
                        &((struct about *)arg)->other);
}
static err apart_(struct tx *t, void *arg)
{
    struct about *x = arg;
    return x->on ? person_keep_apart(t, x->who, x->other) : person_ask_again(t, x->who, x->other);
}
static err name_(struct tx *t, void *arg)
{
    return person_name(t, ((struct about *)arg)->who, ((struct about *)arg)->name);
}
static err mark_(struct tx *t, void *arg)
{
    return person_set_mark(t, ((struct about *)arg)->who, ((struct about *)arg)->mark,
                           ((struct about *)arg)->value);
}
static err know_(struct tx *t, void *arg)
{
    return person_know(t, ((struct about *)arg)->who, ((struct about *)arg)->on);
}

/* What stands in the tables about persons, ties and talk; the log itself has grown. */
static void digests_equal(struct str before)
{
    struct str now = test_digest();
    if (!str_eq(before, now)) fail_msg("before:\n%.*s\nnow:\n%.*s", STR(before), STR(now));
}

static void test_merge_and_back(void **state)
{
    (void)state;
    put_people();
    id one = test_person("ada@bell.example"), two = test_person("ada@home.example");
    struct str before = test_digest();
    struct about x = { .who = one, .other = two };
    assert_int_equal(about(one).pairs.n, 1);
    assert_true(about(one).got.met);
    assert_false(about(two).got.met);
    assert_int_equal(test_write(merge_, &x), OK);
    assert_int_equal(about(two).got.id, one);
    assert_int_equal(about(one).handles.n, 2);
    assert_int_equal(about(one).pairs.n, 0);
    assert_int_equal(test_write(merge_, &x), E_CONFLICT);
    x.who = two;
    assert_int_equal(test_write(unmerge_, &x), OK);
    assert_int_equal(test_write(unmerge_, &x), E_CONFLICT);
    digests_equal(before);
}

/* Somebody from outside joined with one of the house is no colleague any more once they are two. */
static void test_merge_with_ours(void **state)
{
    (void)state;
    put_people();
    test_put((struct letter){ .id = "5@x",
                              .from = "Kit <kit@pub.example>",
                              .to = "mia@pub.example",
                              .subject = "Shift",
                              .text = "Late.\n",
                              .at = 104 * DAY });
    struct str before = test_digest();
    struct about x = { .who = test_person("bo@bell.example"),
                       .other = test_person("kit@pub.example") };
    assert_int_equal(test_write(merge_, &x), OK);
    assert_true(about(x.who).got.ours);
    x.who = x.other;
    assert_int_equal(test_write(unmerge_, &x), OK);
    digests_equal(before);
    x = (struct about){ .who = house.mia, .other = house.tom };
    assert_int_equal(test_write(merge_, &x), E_CONFLICT); /* two keepers */
}

static void test_split_address(void **state)
{
    (void)state;
    put_people();
    struct about x = { .who = test_person("ada@bell.example"),
                       .other = test_person("ada@home.example") };
    assert_int_equal(test_write(merge_, &x), OK);
    struct handles h = about(x.who).handles;
    x.key = h.at[1].key; /* by address: ada@home.example */
    id whole = x.who;
    assert_int_equal(test_write(split_, &x), OK);
    assert_int_not_equal(x.other, whole);
    assert_int_equal(test_person("ada@home.example"), x.other);
    assert_true(str_eq(about(x.other).got.name, S("Ada Bell"))); /* as that address signs */
    x.key = h.at[0].key;
    assert_int_equal(test_write(split_, &x), E_CONFLICT); /* their only one */
    assert_int_equal(test_message("3@x").author, x.other);
}

/* A unmerged from B while B has become one with C. */
static void test_unmerge_from_chain(void **state)
{
    (void)state;
    put_people();
    id ada = test_person("ada@bell.example"), second = test_person("ada@home.example"),
       bo = test_person("bo@bell.example");
    struct about x = { .who = ada, .other = second };
    assert_int_equal(test_write(merge_, &x), OK);
    x = (struct about){ .who = bo, .other = ada };
    assert_int_equal(test_write(merge_, &x), OK);
    assert_int_equal(test_person("ada@home.example"), bo);
    x.who = second;
    assert_int_equal(test_write(unmerge_, &x), OK);
    assert_int_equal(test_person("ada@home.example"), second);
    x.who = ada;
    assert_int_equal(test_write(unmerge_, &x), OK);
    assert_int_equal(test_person("ada@bell.example"), ada);
    assert_int_equal(test_person("ada@home.example"), second);
    assert_int_equal(test_person("bo@bell.example"), bo);
}

static void test_apart(void **state)
{
    (void)state;
    put_people();
    struct about x = { .who = test_person("ada@bell.example"),
                       .other = test_person("ada@home.example"),
                       .on = true };
    assert_int_equal(test_write(apart_, &x), OK);
    assert_int_equal(about(x.who).pairs.n, 0);
    x.on = false;
    assert_int_equal(test_write(apart_, &x), OK);
    assert_int_equal(about(x.who).pairs.n, 1);
}

static void test_names_and_marks(void **state)
{
    (void)state;
    put_people();
    struct about x = { .who = test_person("ada@bell.example"), .name = S("  Aunt\n Ada ") };
    assert_int_equal(test_write(name_, &x), OK);
    assert_true(str_eq(about(x.who).got.name, S("Aunt Ada")));
    x.name = S("");
    assert_int_equal(test_write(name_, &x), OK);
    assert_true(str_eq(about(x.who).got.name, S("Ada Bell")));
    x.mark = MARK_PAUSED;
    x.value = TEST_NOW + DAY;
    assert_int_equal(test_write(mark_, &x), OK);
    assert_false(writable(x.who, TEST_NOW));
    assert_true(writable(x.who, TEST_NOW + 2 * DAY));
    x.mark = MARK_DEAD;
    assert_int_equal(test_write(mark_, &x), OK);
    assert_false(writable(x.who, TEST_NOW + 2 * DAY));
    x.value = 0;
    assert_int_equal(test_write(mark_, &x), OK);
    assert_true(writable(x.who, TEST_NOW + 2 * DAY));
}

/* A keeper says that they know somebody who was never answered, and takes it back. */
static void test_know(void **state)
{
    (void)state;
    put_people();
    struct str before = test_digest();
    struct about x = { .who = test_person("bo@bell.example"), .on = true };
    assert_int_equal(test_write(know_, &x), OK);
    assert_true(about(x.who).got.met);
    assert_int_equal(test_write(know_, &x), E_CONFLICT);
    x.on = false;
    assert_int_equal(test_write(know_, &x), OK);
    digests_equal(before);
}

static err find_(struct ctx *c, void *arg)
{
    struct about *x = arg;
    person_find(c, &(struct person_query){ .words = x->name, .max = 10 }, &x->lines);
    return OK;
}

static int found(const char *words)
{
    struct about x = { .name = str_c(words) };
    assert_int_equal(test_read(find_, &x), OK);
    return x.lines.n;
}

static void test_find(void **state)
{
    (void)state;
    put_people();
    assert_int_equal(found("ada"), 2);
    assert_int_equal(found("BELL"),
                     4); /* two names, and the organisation and Bo by their address */
    assert_int_equal(found("stern"), 1);
    assert_int_equal(found("tern"), 0); /* only beginnings of words */
    assert_int_equal(found("mailto"), 0);
    assert_int_equal(found("100%"), 0);
}

int main(void)
{
#undef T
#define T(f) cmocka_unit_test_setup_teardown(f, test_open, test_close)
    const struct CMUnitTest tests[] = { T(test_merge_and_back), T(test_merge_with_ours),
                                        T(test_split_address),  T(test_unmerge_from_chain),
                                        T(test_apart),          T(test_names_and_marks),
                                        T(test_know),           T(test_find) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
