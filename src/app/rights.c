/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/rights.h"

#include "kit/base/trace.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

static bool become(uid_t user, gid_t group, const char *name)
{
    int groups = name ? initgroups(name, group) : setgroups(0, NULL);
    return groups == 0 && setresgid(group, group, group) == 0 && setresuid(user, user, user) == 0 &&
           setuid(0) != 0; /* there is no way back */
}

err serve_give_up_rights(struct arena *a, struct str dir, struct str *why)
{
    struct stat st;
    (void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (geteuid() != 0 || stat(str_z(a, dir), &st) != 0) return OK;
    if (st.st_uid == 0) {
        trace_line(TRACE_WARN, "root",
                   "msg=\"the house belongs to root, so root serves it: better give it to a user "
                   "of its own\"");
        return OK;
    }
    char room[4096];
    struct passwd entry, *who = NULL;
    (void)getpwuid_r(st.st_uid, &entry, room, sizeof room, &who);
    if (become(st.st_uid, who ? who->pw_gid : st.st_gid, who ? who->pw_name : NULL)) return OK;
    *why = str_fmt(a, "the house belongs to user %u, and root can't become that user: %s",
                   (unsigned)st.st_uid, strerror(errno));
    return E_DENIED;
}
