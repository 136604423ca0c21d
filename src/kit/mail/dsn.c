/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kit/mail/dsn.h"

#include "kit/base/text.h"
#include "kit/mail/charset.h"
#include "kit/mail/header.h"
#include "kit/mail/param.h"

enum { GROUPS = 200, REPORT_BYTES = 256 * KIB };

static const struct mime_node *find(const struct mime_node *n, struct str type, int depth)
{
    if (str_eq(n->type, type)) return n;
    const struct mime_node *found = NULL;
    for (const struct mime_node *c = n->child; c && !found && depth < 60; c = c->next)
        found = find(c, type, depth + 1);
    return found;
}

/* "rfc822; <ada@example.org>" to the address */
static struct str behind_type(struct arena *a, struct str v)
{
    ptrdiff_t semicolon = str_chr(v, ';');
    v = str_trim(str_from(v, semicolon + 1));
    if (v.n >= 2 && *v.p == '<' && v.p[v.n - 1] == '>') v = (struct str){ v.p + 1, v.n - 2 };
    return text_oneline(a, header_decode(a, v));
}

static struct str status_of(struct arena *a, struct str v)
{
    v = str_trim(v);
    ptrdiff_t n = 0;
    while (n < v.n && ((v.p[n] >= '0' && v.p[n] <= '9') || v.p[n] == '.')) n++;
    return str_dup(a, str_upto(v, n));
}

static void read_status(struct arena *a, struct str s, struct mail_dsn *d)
{
    bool have = false;
    for (int i = 0; i < GROUPS && s.n; i++) {
        struct headers h = headers_read(a, s);
        if (h.body <= 0) break;
        s = str_from(s, h.body);
        struct str who = headers_get(&h, S("Final-Recipient"));
        if (!who.n) who = headers_get(&h, S("Original-Recipient"));
        struct str action = param_word(a, headers_get(&h, S("Action")));
        if (!who.n && !action.n) continue;
        bool failed = str_eq(action, S("failed"));
        if (have && !failed) continue;
        d->recipient = behind_type(a, who);
        d->action = action;
        d->status = status_of(a, headers_get(&h, S("Status")));
        d->diagnostic = text_short(a, behind_type(a, headers_get(&h, S("Diagnostic-Code"))), 300);
        have = true;
        if (failed) return;
    }
}

static struct str returned_id(struct arena *a, const struct mime_node *root)
{
    static const char *const types[] = { "text/rfc822-headers", "message/rfc822",
                                         "message/rfc822-headers" };
    for (int i = 0; i < COUNT(types); i++) {
        const struct mime_node *n = find(root, str_c(types[i]), 0);
        if (!n || n == root) continue;
        bool cut = false;
        struct str s = n->body.n ? mime_decode(a, n, REPORT_BYTES, &cut) : S("");
        struct headers h = headers_read(a, s);
        struct mail_ids ids = mail_ids_read(a, headers_get(&h, S("Message-ID")));
        if (ids.n) return text_utf8(a, ids.at[0]);
    }
    return S("");
}

void dsn_read(struct arena *a, const struct mime_node *root, struct mail_dsn *d)
{
    *d = (struct mail_dsn){ .recipient = S(""),
                            .action = S(""),
                            .status = S(""),
                            .diagnostic = S(""),
                            .message_id = S("") };
    if (!str_begins(root->type, S("multipart/")) && !str_begins(root->type, S("message/"))) return;
    bool cut = false;
    const struct mime_node *status = find(root, S("message/delivery-status"), 0);
    const struct mime_node *abuse = find(root, S("message/feedback-report"), 0);
    if (status) read_status(a, mime_decode(a, status, REPORT_BYTES, &cut), d);
    if (abuse) {
        struct headers h = headers_read(a, mime_decode(a, abuse, REPORT_BYTES, &cut));
        d->abuse = true;
        d->recipient = behind_type(a, headers_get(&h, S("Original-Rcpt-To")));
    }
    if (status || abuse) d->message_id = returned_id(a, root);
}
