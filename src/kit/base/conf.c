/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kit/base/conf.h"

#include "kit/base/text.h"

enum { NAME_SHOWN = 60 };
struct row {
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

static const char *set(struct conf *c, struct arena *a, const struct row *r, struct str value)
{
    char *field = (char *)c + r->at;
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

static const struct row *row_of(struct str name)
{
    for (int i = 0; i < COUNT(rows); i++)
        if (str_eq(name, str_c(rows[i].name))) return &rows[i];
    return NULL;
}

err conf_read(struct conf *c, struct arena *a, struct str text, struct str *why)
{
    for (int i = 0; i < COUNT(rows); i++) (void)set(c, a, &rows[i], str_c(rows[i].otherwise));
    struct str line;
    for (int n = 1; str_line(&text, &line); n++) {
        line = str_trim(line);
        if (!line.n || *line.p == '#') continue;
        ptrdiff_t at = 0;
        while (at < line.n && line.p[at] != ' ' && line.p[at] != '\t') at++;
        struct str name = str_upto(line, at), value = str_trim(str_from(line, at));
        const struct row *r = row_of(name);
        const char *wrong = r ? set(c, a, r, value) : "is no setting of Snug";
        if (wrong) {
            struct str shown = text_short(a, text_oneline(a, name), NAME_SHOWN);
            *why = str_fmt(a, "snug.conf:%d: %.*s %s", n, STR(shown), wrong);
            if (r && r->high)
                *why = str_fmt(a, "%.*s (%" PRId64 " to %" PRId64 ")", STR(*why), r->low, r->high);
            return E_INVALID;
        }
    }
    return OK;
}

struct str conf_sample(struct arena *a)
{
    struct buf o = { .a = a };
    buf_add(&o, S("# snug.conf - the settings of this house. A line is `name value`; remove the # "
                  "to change one.\n"));
    for (int i = 0; i < COUNT(rows); i++)
        buf_fmt(&o, "\n# %s\n#%s %s\n", rows[i].says, rows[i].name, rows[i].otherwise);
    return buf_str(&o);
}
