/* SPDX-License-Identifier: GPL-3.0-or-later
 * sample_test.c - the sample is mail, is always the same, and keeps what its stories promise. */
#include "app/sample_in.h"
#include "kit/base/date.h"
#include "kit/base/hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
// clang-format off
#include <cmocka.h>
// clang-format on

enum { END = 1795219200 /* 2026-11-21 */, MOST = 8192 };

struct seen {
    struct arena *a;
    struct str raw[MOST];
    int64_t at[MOST];
    uint64_t ids[MOST]; /* of Message-IDs, in order of coming */
    int n;
    uint64_t sum;
};

static err keep(void *arg, struct str raw, int64_t at)
{
    struct seen *s = arg;
    assert_true(s->n < MOST);
    s->raw[s->n] = str_dup(s->a, raw);
    s->at[s->n++] = at;
    s->sum = sample_mix(s->sum, hash_fast(raw));
    return OK;
}

static struct seen *make(struct arena *a, int64_t end, uint32_t seed, int messages)
{
    struct seen *s = NEW(a, struct seen, 1);
    s->a = a;
    struct sample_opts o = { .end = end, .seed = seed, .messages = messages };
    assert_int_equal(sample_make(a, &o, keep, s), OK);
    return s;
}

/* The value of a header, unfolded; empty when there is none. */
static struct str header(struct arena *a, struct str raw, struct str name)
{
    struct str head = str_upto(raw, str_find(raw, S("\r\n\r\n"))), line;
    struct buf out = { .a = a };
    bool in = false;
    while (str_line(&head, &line)) {
        bool folded = line.n && (line.p[0] == ' ' || line.p[0] == '\t');
        if (!folded) in = str_ibegins(line, name) && line.n > name.n && line.p[name.n] == ':';
        if (in) buf_add(&out, folded ? line : str_from(line, name.n + 1));
    }
    return str_trim(buf_str(&out));
}

static bool id_known(const struct seen *s, int before, uint64_t id)
{
    for (int i = 0; i < before; i++)
        if (s->ids[i] == id) return true;
    return false;
}

static void check_references(struct seen *s, struct arena *a, int i)
{
    struct str refs = header(a, s->raw[i], S("References")), id;
    while (refs.n && str_cut(&refs, ' ', &id))
        if (id.n) assert_true(id_known(s, i, hash_fast(id)));
    id = header(a, s->raw[i], S("In-Reply-To"));
    if (id.n) assert_true(id_known(s, i, hash_fast(id)));
}

static void check_mail(struct seen *s, int64_t end)
{
    int64_t first = sample_midnight(end) - 735 * DAY;
    for (int i = 0; i < s->n; i++) {
        struct arena *tmp = arena_open(4 * MIB);
        struct str id = header(tmp, s->raw[i], S("Message-ID"));
        assert_true(id.n > 10);
        s->ids[i] = hash_fast(id);
        assert_false(id_known(s, i, s->ids[i]));
        assert_true(str_chr(header(tmp, s->raw[i], S("From")), '@') > 0);
        assert_true(str_chr(header(tmp, s->raw[i], S("To")), '@') > 0);
        assert_true(header(tmp, s->raw[i], S("Date")).n == 31);
        assert_true(header(tmp, s->raw[i], S("MIME-Version")).n > 0);
        assert_true(header(tmp, s->raw[i], S("Received")).n > 0);
        check_references(s, tmp, i);
        assert_true(s->at[i] >= first && s->at[i] < sample_midnight(end));
        assert_true(i == 0 || s->at[i] >= s->at[i - 1]);
        assert_true(s->raw[i].n > 300 && s->raw[i].n < 120000);
        for (ptrdiff_t k = 0; k < s->raw[i].n; k++)
            if (s->raw[i].p[k] == '\n') assert_true(k > 0 && s->raw[i].p[k - 1] == '\r');
        arena_close(tmp);
    }
}

static void test_mail_is_sound(void **state)
{
    (void)state;
    struct arena *a = arena_open(64 * MIB);
    struct seen *s = make(a, END, 1, 0);
    assert_in_range(s->n, 2300, 2900);
    check_mail(s, END);
    arena_close(a);
}

/* No slot, choice or key is left unresolved in what people read. */
static void test_nothing_left_unspun(void **state)
{
    (void)state;
    struct arena *a = arena_open(64 * MIB);
    struct seen *s = make(a, END, 3, 0);
    for (int i = 0; i < s->n; i++) {
        struct str body = str_from(s->raw[i], str_find(s->raw[i], S("\r\n\r\n")));
        assert_true(str_chr(body, '{') < 0 && str_chr(body, '|') < 0 && str_chr(body, ']') < 0);
        assert_true(str_chr(header(a, s->raw[i], S("Subject")), '{') < 0);
    }
    arena_close(a);
}

static void test_same_seed_same_bytes(void **state)
{
    (void)state;
    uint64_t sums[3];
    for (int i = 0; i < 3; i++) {
        struct arena *a = arena_open(64 * MIB);
        sums[i] = make(a, END, i < 2 ? 7 : 8, 0)->sum;
        arena_close(a);
    }
    assert_true(sums[0] == sums[1]);
    assert_true(sums[0] != sums[2]);
}

static int days_before(int64_t at, int64_t end)
{
    return (int)((sample_midnight(end) + 12 * HOUR - sample_midnight(at)) / DAY);
}

/* In the header, whole address: both for senders and for those written to. */
static bool names(struct arena *a, struct str raw, struct str name, struct str address)
{
    struct str all = header(a, raw, name);
    return str_find(all, str_fmt(a, "<%.*s>", STR(address))) >= 0;
}

static bool keeper_wrote(struct arena *a, struct str raw)
{
    return str_find(header(a, raw, S("From")), S("@lantern.example>")) >= 0;
}

/* The last message the person sent (or, with ours, was sent by a keeper in To); -1: none. */
static int last_of(const struct seen *s, struct arena *a, struct str address, bool ours)
{
    for (int i = s->n - 1; i >= 0; i--) {
        bool from = names(a, s->raw[i], S("From"), address);
        if (!ours && from) return i;
        if (ours && keeper_wrote(a, s->raw[i]) && names(a, s->raw[i], S("To"), address)) return i;
    }
    return -1;
}

static void check_truth(const struct seen *s, struct arena *a, const struct sample_truth *t,
                        int64_t end)
{
    int theirs = last_of(s, a, t->address, false), ours = last_of(s, a, t->address, true);
    if (t->kind == SAMPLE_WAITS) {
        assert_true(theirs > ours);
        assert_int_equal(days_before(s->at[theirs], end), t->days);
    } else if (t->kind == SAMPLE_AWAITED) {
        assert_true(ours > theirs);
        assert_int_equal(days_before(s->at[ours], end), t->days);
    } else if (t->kind == SAMPLE_QUIET) {
        assert_int_equal(days_before(s->at[MAX(theirs, ours)], end), t->days);
        assert_true(t->days > 3 * t->usual_days);
    } else if (t->kind == SAMPLE_NEW) {
        int first = 0;
        while (!names(a, s->raw[first], S("From"), t->address)) first++;
        assert_int_equal(days_before(s->at[first], end), t->days);
    } else if (t->kind == SAMPLE_LEFT) {
        while (header(a, s->raw[theirs], S("Auto-Submitted")).n) do
                theirs--;
            while (!names(a, s->raw[theirs], S("From"), t->address));
        assert_int_equal(days_before(s->at[theirs], end), t->days);
    }
}

static void check_stories(int64_t end, uint32_t seed)
{
    struct arena *a = arena_open(512 * MIB);
    struct seen *s = make(a, end, seed, 0);
    int n;
    const struct sample_truth *t = sample_truth(&n);
    for (int i = 0; i < n; i++) check_truth(s, a, &t[i], end);
    arena_close(a);
}

static void test_stories_keep_their_word(void **state)
{
    (void)state;
    check_stories(END, 1);
    check_stories(END + 130 * DAY + 5 * HOUR, 2); /* spring, summer time between */
    check_stories(END - 333 * DAY - 7 * HOUR, 3); /* Christmas */
}

/* The people whom the stories call quiet used to be in touch about as often as is said. */
static void test_quiet_ones_had_a_rhythm(void **state)
{
    (void)state;
    struct arena *a = arena_open(512 * MIB);
    struct seen *s = make(a, END, 1, 0);
    int n;
    const struct sample_truth *t = sample_truth(&n);
    for (int i = 0; i < n; i++) {
        if (t[i].kind != SAMPLE_QUIET) continue;
        int wrote = 0;
        for (int k = 0; k < s->n; k++)
            wrote += s->at[k] > END - 500 * DAY && names(a, s->raw[k], S("From"), t[i].address);
        assert_in_range(wrote, (500 - t[i].days) / t[i].usual_days / 2,
                        (500 - t[i].days) / t[i].usual_days * 4);
    }
    arena_close(a);
}

static void test_crowd_is_sound(void **state)
{
    (void)state;
    uint64_t sums[2];
    for (int i = 0; i < 2; i++) {
        struct arena *a = arena_open(256 * MIB);
        struct seen *s = make(a, END, 5, 3000);
        assert_int_equal(s->n, 3000);
        check_mail(s, END);
        sums[i] = s->sum;
        arena_close(a);
    }
    assert_true(sums[0] == sums[1]);
}

static err stop_at_ten(void *arg, struct str raw, int64_t at)
{
    (void)raw, (void)at;
    return ++*(int *)arg == 10 ? E_CONFLICT : OK;
}

static void test_receiver_may_stop(void **state)
{
    (void)state;
    for (int messages = 0; messages <= 100; messages += 100) {
        struct arena *a = arena_open(64 * MIB);
        int n = 0;
        struct sample_opts o = { .end = END, .messages = messages };
        assert_int_equal(sample_make(a, &o, stop_at_ten, &n), E_CONFLICT);
        assert_int_equal(n, 10);
        arena_close(a);
    }
}

static void test_house_is_its_keepers(void **state)
{
    (void)state;
    const struct sample_house *h = sample_house();
    assert_int_equal(h->n_addresses, 4);
    assert_true(str_eq(h->addresses[0], h->owner_address));
    for (int i = 0; i < sample_n_people; i++)
        for (int k = 0; k < i; k++) {
            assert_false(str_eq(sample_people[i].key, sample_people[k].key));
            assert_false(str_eq(sample_people[i].address, sample_people[k].address));
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mail_is_sound),
        cmocka_unit_test(test_nothing_left_unspun),
        cmocka_unit_test(test_same_seed_same_bytes),
        cmocka_unit_test(test_stories_keep_their_word),
        cmocka_unit_test(test_quiet_ones_had_a_rhythm),
        cmocka_unit_test(test_crowd_is_sound),
        cmocka_unit_test(test_receiver_may_stop),
        cmocka_unit_test(test_house_is_its_keepers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
