/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/parts.h"

#include "kit/mail/parse.h"

#include <pthread.h>

struct parts {
    struct mail_parser *parser;
    pthread_mutex_t lock;
};

struct parts *parts_open(struct arena *a)
{
    struct parts *p = NEW(a, struct parts, 1);
    p->parser = mail_parser_open(1);
    pthread_mutex_init(&p->lock, NULL);
    return p;
}

void parts_close(struct parts *p)
{
    mail_parser_close(p->parser);
    pthread_mutex_destroy(&p->lock);
}

err parts_read(void *arg, struct arena *a, struct str raw, struct str path, struct str *bytes,
               struct str *why)
{
    struct parts *p = arg;
    struct mail_result r = { .why = S("the mail could not be read") };
    pthread_mutex_lock(&p->lock);
    mail_parser_put_part(p->parser, 1, raw, path);
    bool got = mail_parser_next(p->parser, a, &r);
    pthread_mutex_unlock(&p->lock);
    if (!got || !r.ok) return *why = r.why, E_NOTFOUND;
    *bytes = r.part;
    return OK;
}
