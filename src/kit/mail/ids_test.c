/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../tests/vectors.h"
#include "kit/mail/message.h"

static void ids(struct arena *a, struct str f[3])
{
    struct mail_ids l = mail_ids_read(a, f[0]);
    struct buf b = { .a = a };
    for (int i = 0; i < l.n; i++) buf_fmt(&b, "%s%.*s", i ? " " : "", STR(l.at[i]));
    assert_text(buf_str(&b), f[1]);
}

static void base(struct arena *a, struct str f[3])
{
    bool reply;
    assert_text(mail_subject_base(a, f[0], &reply), f[1]);
    if (reply != str_eq(f[2], S("yes")))
        fail_msg("%.*s: taken for %s answer", STR(f[0]), reply ? "an" : "no");
}

static void ids_are_read(void **state) { (void)state, each_vector("mail_ids_valid.txt", 14, ids); }
static void subjects_are_stripped(void **state)
{
    (void)state, each_vector("mail_subject_valid.txt", 24, base);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(ids_are_read),
                                        cmocka_unit_test(subjects_are_stripped) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
