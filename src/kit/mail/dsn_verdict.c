/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kit/mail/dsn_verdict.h"

/* The numbers of "5.1.10", or false. */
static bool status_numbers(struct str s, int64_t out[3])
{
    struct str part;
    for (int i = 0; i < 3; i++)
        if (!str_cut(&s, '.', &part) || part.n > 3 || !str_int(part, &out[i])) return false;
    return !s.n && (out[0] == 2 || out[0] == 4 || out[0] == 5);
}

/* The first word of said that is a status. */
static bool status_within(struct str said, int64_t out[3])
{
    for (struct str word; str_cut(&said, ' ', &word);) {
        while (word.n && strchr("#(", *word.p)) word = str_from(word, 1);
        while (word.n && strchr(",;:)", word.p[word.n - 1])) word.n--;
        if (status_numbers(word, out)) return true;
    }
    return false;
}

/* Where the number says no more than "something": in servers' usual English. */
static bool says_gone(struct str said)
{
    static const char *const words[] = {
        "user unknown",      "unknown user",     "no such user",
        "unknown recipient", "does not exist",   "no mailbox",
        "mailbox disabled",  "account disabled", "no longer valid"
    };
    for (int i = 0; i < COUNT(words); i++)
        if (str_ifind(said, str_c(words[i])) >= 0) return true;
    return false;
}

static dsn_verdict judge_for_ever(int64_t subject, int64_t detail, struct str said)
{
    switch (subject) {
    case 1:
        return detail == 7 || detail == 8 ? DSN_OURS : DSN_GONE; /* 7, 8: the sender's address */
    case 2:
        if (detail == 1) return DSN_GONE;
        if (detail == 3) return DSN_OURS;
        return detail == 0 && says_gone(said) ? DSN_GONE : DSN_SOFT;
    case 3: return detail == 4 ? DSN_OURS : DSN_SOFT;
    case 4: return detail == 4 ? DSN_GONE : DSN_SOFT;
    case 0: return says_gone(said) ? DSN_GONE : DSN_SOFT;
    default: return DSN_OURS;
    }
}

dsn_verdict dsn_judge(struct str action, struct str status, struct str said)
{
    int64_t n[3];
    static const char *const fine[] = { "delivered", "relayed", "expanded" };
    for (int i = 0; i < COUNT(fine); i++)
        if (str_eq(action, str_c(fine[i]))) return DSN_FINE;
    if (str_eq(action, S("delayed"))) return DSN_TRYING;
    bool known = status_numbers(status, n);
    if (!known || (n[1] == 0 && n[2] == 0)) { /* 5.0.0: the words may know better */
        int64_t better[3];
        if (status_within(said, better)) memcpy(n, better, sizeof n), known = true;
    }
    if (!known) return says_gone(said) ? DSN_GONE : action.n || said.n ? DSN_SOFT : DSN_NONE;
    return n[0] == 2 ? DSN_FINE : n[0] == 4 ? DSN_SOFT : judge_for_ever(n[1], n[2], said);
}

dsn_verdict dsn_judge_report(const struct mail_dsn *d)
{
    if (d->abuse) return DSN_COMPLAINT;
    return dsn_judge(d->action, d->status, d->diagnostic);
}
