/* SPDX-License-Identifier: GPL-3.0-or-later
 * Values of mail's headers: what is read of them is UTF-8, keys are their own keys, dates lie in
 * the years that are promised. The first line names a charset, a parameter or a domain. */
#include "kit/mail/address.h"
#include "kit/mail/charset.h"
#include "kit/mail/date.h"
#include "kit/mail/flowed.h"
#include "kit/mail/header.h"
#include "kit/mail/html_text.h"
#include "kit/mail/message.h"
#include "kit/mail/param.h"

#include "fuzz.h"

enum { MOST = 50 };

static void addresses(struct arena *a, struct str s)
{
    struct mail_addrs list;
    mail_addrs_read(a, s, MOST, &list);
    must(list.n <= MOST);
    for (int i = 0; i < list.n; i++) {
        const struct mail_addr *x = &list.at[i];
        must_be_line(x->name);
        must(text_valid(x->addr) && text_valid(x->key) && text_valid(x->base));
        must_be_line(x->key);
        must(str_chr(x->key, ' ') < 0);
        if (x->key.n) must(str_eq(mail_key_base(a, x->base), x->base));
        if (x->key.n) must(mail_domain(x->key).n > 0);
        must_be_line(mail_display_name(a, x->name));
        (void)(mail_is_role(x->key) || mail_is_noreply(x->key) || mail_is_mailer(x->key));
    }
}

static void dates(struct str s)
{
    int64_t at, last = INT64_C(253402300800) + DAY; /* the end of 9999, somewhere on Earth */
    int zone;
    if (mail_date(s, &at)) must(at > -DAY && at < last);
    if (mail_date_zone(s, &at, &zone)) must(zone > -DAY && zone < DAY);
    if (mail_date_mbox(s, &at)) must(at > -DAY && at < last);
}

static void words(struct arena *a, struct str name, struct str s)
{
    struct str decoded = header_decode(a, s);
    must(text_valid(decoded));
    must_be_line(text_oneline(a, decoded));
    must(text_valid(text_fold(a, decoded)));
    must(text_letters(text_short(a, decoded, 20)) <= 21); /* with its ellipsis */
    must(text_valid(charset_utf8(a, s, name, NULL)));
    must(text_valid(param_get(a, s, name)) && text_valid(param_word(a, s)));
    must(text_valid(mail_html_text(a, text_utf8(a, s), 64 * KIB)));
    must(flowed_undo(a, s, s.n % 2).n <= 2 * s.n); /* a blank behind each > */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *a = arena_open((size_t)256 * MIB);
    struct str s = { (const char *)data, (ptrdiff_t)n }, name = S("");
    str_line(&s, &name);
    addresses(a, s);
    dates(s);
    words(a, name, s);
    struct mail_ids ids = mail_ids_read(a, s);
    for (int i = 0; i < ids.n; i++) must(ids.at[i].n > 0);
    struct headers h = headers_read(a, s);
    must(h.body >= 0 && h.body <= s.n);
    arena_close(a);
    return 0;
}
