/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kit/base/conf.h"

#include "kit/base/text.h"

enum { NAME_SHOWN = 60 };
struct row { /* of a house, or of one of its mailboxes */
    const char *kind, *name, *otherwise;
    int64_t low, high;
    size_t at;
    const char *says;
};
static const struct row rows[] = {
#define X(kind, name, otherwise, low, high, says)                                                  \
    { #kind, #name, otherwise, low, high, offsetof(struct conf, name), says },
    CONF_ROWS(X)
#undef X
};
static const struct row mailbox_rows[] = {
#define X(kind, name, otherwise, low, high, says)                                                  \
    { #kind, #name, otherwise, low, high, offsetof(struct conf_mailbox, name), says },
    CONF_MAILBOX_ROWS(X)
#undef X
};

static const char *set(void *into, struct arena *a, const struct row *r, struct str value)
{
    char *field = (char *)into + r->at;
    if (strcmp(r->kind, "str") == 0) {
        *(struct str *)(void *)field = str_dup(a, value);
        return NULL;
    }
    if (strcmp(r->kind, "bool") == 0) {
        if (!str_eq(value, S("yes")) && !str_eq(value, S("no"))) return "is yes or no";
        *(bool *)field = str_eq(value, S("yes"));
        return NULL;
    }
    int64_t v;
    if (!str_int(value, &v)) return "is a whole number";
    if (v < r->low || v > r->high) return "is out of range";
    *(int64_t *)(void *)field = v;
    return NULL;
}

static const struct row *row_of(const struct row *list, int n, struct str name)
{
    for (int i = 0; i < n; i++)
        if (str_eq(name, str_c(list[i].name))) return &list[i];
    return NULL;
}

static void set_usual(void *into, struct arena *a, const struct row *list, int n)
{
    for (int i = 0; i < n; i++) (void)set(into, a, &list[i], str_c(list[i].otherwise));
}

/* "mailbox" begins one, the other rows are about the last that was begun. */
static const char *set_mailbox(struct conf *c, struct arena *a, int line, const struct row *r,
                               struct str value)
{
    if (r == mailbox_rows) {
        if (!value.n) return "needs a mail address";
        if (c->n_mailboxes == CONF_MAILBOXES) return "is one too many (at most 50)";
        struct conf_mailbox *m = &c->mailboxes[c->n_mailboxes++];
        set_usual(m, a, mailbox_rows, COUNT(mailbox_rows));
        m->line = line;
    }
    if (!c->n_mailboxes) return "stands before the line with the mailbox it is about";
    return set(&c->mailboxes[c->n_mailboxes - 1], a, r, value);
}

static err wrong_line(struct arena *a, int line, struct str name, const char *wrong,
                      struct str *why)
{
    struct str shown = text_short(a, text_oneline(a, name), NAME_SHOWN);
    *why = str_fmt(a, "snug.conf:%d: %.*s %s", line, STR(shown), wrong);
    return E_INVALID;
}

static err mailboxes_fit(const struct conf *c, struct arena *a, struct str *why)
{
    for (int i = 0; i < c->n_mailboxes; i++) {
        const struct conf_mailbox *m = &c->mailboxes[i];
        if (!m->mailbox_password_file.n == !m->mailbox_password_credential.n)
            return wrong_line(a, m->line, m->mailbox,
                              "needs one of mailbox_password_file and mailbox_password_credential",
                              why);
        for (int k = 0; k < i; k++)
            if (str_ieq(c->mailboxes[k].mailbox, m->mailbox) &&
                str_ieq(c->mailboxes[k].mailbox_keeper, m->mailbox_keeper))
                return wrong_line(a, m->line, m->mailbox, "stands there twice", why);
    }
    return OK;
}

err conf_read(struct conf *c, struct arena *a, struct str text, struct str *why)
{
    set_usual(c, a, rows, COUNT(rows));
    c->mailboxes = NEW(a, struct conf_mailbox, CONF_MAILBOXES);
    c->n_mailboxes = 0;
    struct str line;
    for (int n = 1; str_line(&text, &line); n++) {
        line = str_trim(line);
        if (!line.n || *line.p == '#') continue;
        ptrdiff_t at = 0;
        while (at < line.n && line.p[at] != ' ' && line.p[at] != '\t') at++;
        struct str name = str_upto(line, at), value = str_trim(str_from(line, at));
        const struct row *r = row_of(rows, COUNT(rows), name),
                         *of = row_of(mailbox_rows, COUNT(mailbox_rows), name);
        const char *wrong = r    ? set(c, a, r, value)
                            : of ? set_mailbox(c, a, n, of, value)
                                 : "is no setting of Snug";
        if (!wrong) continue;
        err e = wrong_line(a, n, name, wrong, why);
        if (r && r->high)
            *why = str_fmt(a, "%.*s (%" PRId64 " to %" PRId64 ")", STR(*why), r->low, r->high);
        return e;
    }
    return mailboxes_fit(c, a, why);
}

static void put_rows(struct buf *o, const struct row *list, int n)
{
    for (int i = 0; i < n; i++)
        buf_fmt(o, "\n# %s\n#%s %s\n", list[i].says, list[i].name, list[i].otherwise);
}

struct str conf_sample(struct arena *a)
{
    struct buf o = { .a = a };
    buf_add(&o, S("# snug.conf - the settings of this house. A line is `name value`; remove the # "
                  "to change one.\n"));
    put_rows(&o, rows, COUNT(rows));
    put_rows(&o, mailbox_rows, COUNT(mailbox_rows));
    return buf_str(&o);
}
