/* SPDX-License-Identifier: GPL-3.0-or-later
 * rights_test.c - root serves a house of somebody else as somebody else. */
#include "app/rights.h"

#include "../tests/vectors.h"

#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SOMEBODY = 65534 };
static char house[] = "/tmp/snug-rights-XXXXXX";

/* What becomes of a process that serves a house of that owner: its exit code. */
static int serve_house_of(uid_t owner, int (*look)(void))
{
    int status = 0;
    assert_int_equal(chown(house, owner, owner), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        struct str why = S("");
        struct arena *a = arena_open(MIB);
        _exit(serve_give_up_rights(a, str_c(house), &why) == OK ? look() : 100);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static int is_somebody_for_good(void)
{
    uid_t real, now, kept;
    gid_t group[64];
    bool gone = getresuid(&real, &now, &kept) == 0 && real == SOMEBODY && now == SOMEBODY &&
                kept == SOMEBODY && getgid() == SOMEBODY;
    int n = getgroups(COUNT(group), group);
    for (int i = 0; i < n; i++) gone &= group[i] != 0; /* nor of root's group */
    return gone && setuid(0) != 0 && seteuid(0) != 0 ? 0 : 1;
}
static int is_as_before(void)
{
    return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 && geteuid() == 0 ? 0 : 1;
}
static int gains_nothing(void) { return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? 0 : 1; }

static void the_house_decides_who_serves_it(void **state)
{
    (void)state;
    if (geteuid() != 0) { /* who can't become anybody stays */
        assert_int_equal(serve_house_of(geteuid(), gains_nothing), 0);
        return;
    }
    assert_int_equal(serve_house_of(SOMEBODY, is_somebody_for_good), 0);
    assert_int_equal(serve_house_of(0, is_as_before), 0);
}

static int make_house(void **state)
{
    (void)state;
    return mkdtemp(house) == NULL;
}
static int drop_house(void **state)
{
    (void)state;
    return rmdir(house);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(the_house_decides_who_serves_it) };
    return cmocka_run_group_tests(tests, make_house, drop_house);
}
