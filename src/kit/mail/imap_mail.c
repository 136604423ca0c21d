/* SPDX-License-Identifier: GPL-3.0-or-later
 * imap_mail.c - messages: fetching them, waiting for new ones, laying one into a folder. */
#include "kit/mail/imap_talk.h"

#include "kit/base/date.h"

/* ---- fetching --------------------------------------------------------------- */

/* One batch; sizes may be wrong by a little, so more than the size said may come. */
struct batch {
    struct imap_mail at[IMAP_BATCH];
    bool sized[IMAP_BATCH], answered[IMAP_BATCH];
    int n;
};

/* The numbers from..to-1 of a batch that wait for their bytes, as an IMAP set. */
static struct str batch_set(struct arena *a, const struct batch *b, int from, int to)
{
    struct buf set = { .a = a };
    for (int i = from; i < to;) {
        if (b->answered[i]) {
            i++;
            continue;
        }
        int last = i;
        while (last + 1 < to && !b->answered[last + 1] &&
               b->at[last + 1].uid + 1 == b->at[last].uid)
            last++;
        buf_fmt(&set, "%s%" PRIu32, set.n ? "," : "", b->at[last].uid);
        if (last > i) buf_fmt(&set, ":%" PRIu32, b->at[i].uid);
        i = last + 1;
    }
    return buf_str(&set);
}

static int64_t arrival(const struct mailimap_date_time *t)
{
    struct civil when = { t->dt_year, t->dt_month, t->dt_day, t->dt_hour, t->dt_min, t->dt_sec, 0 };
    int zone = t->dt_zone < 0 ? -t->dt_zone : t->dt_zone;
    int offset_s = zone / 100 * HOUR + zone % 100 * MINUTE;
    if (!date_valid(when) || offset_s > DAY) return 0;
    return date_seconds(when, t->dt_zone < 0 ? -offset_s : offset_s);
}

/* What one FETCH response says; servers may tell of messages that nobody asked for. */
struct told {
    uint32_t uid;
    bool sized, bytes;
    struct imap_mail mail;
};

static struct told told_read(const struct mailimap_msg_att *att)
{
    struct told t = { 0 };
    for (clistiter *i = imap_first(att->att_list); i; i = clist_next(i)) {
        const struct mailimap_msg_att_item *item = clist_content(i);
        if (item->att_type != MAILIMAP_MSG_ATT_ITEM_STATIC) continue;
        const struct mailimap_msg_att_static *s = item->att_data.att_static;
        const struct mailimap_msg_att_body_section *body;
        switch (s->att_type) {
        case MAILIMAP_MSG_ATT_UID: t.uid = s->att_data.att_uid; break;
        case MAILIMAP_MSG_ATT_RFC822_SIZE:
            t.sized = true;
            t.mail.size = s->att_data.att_rfc822_size;
            break;
        case MAILIMAP_MSG_ATT_INTERNALDATE:
            if (s->att_data.att_internal_date)
                t.mail.arrived = arrival(s->att_data.att_internal_date);
            break;
        case MAILIMAP_MSG_ATT_BODY_SECTION:
            body = s->att_data.att_body_section;
            if (!body || !body->sec_body_part) break;
            t.bytes = true;
            t.mail.raw = (struct str){ body->sec_body_part, (ptrdiff_t)body->sec_length };
            break;
        default: break;
        }
    }
    return t;
}

/* Takes what a command was told; bytes only for from..to-1, which it asked for: they go with the
 * next command, before which others would not be given. */
static void batch_tell(struct batch *b, const struct imap *m, int from, int to)
{
    const clist *list = m->s->imap_response_info->rsp_fetch_list;
    for (clistiter *i = imap_first(list); i; i = clist_next(i)) {
        struct told t = told_read(clist_content(i));
        for (int k = 0; t.uid && k < b->n; k++) {
            struct imap_mail *mail = &b->at[k];
            if (mail->uid != t.uid) continue;
            if (t.sized) {
                mail->size = t.mail.size;
                b->sized[k] = true;
            }
            if (t.mail.arrived) mail->arrived = t.mail.arrived;
            if (!t.bytes || b->answered[k] || k < from || k >= to) continue;
            mail->raw = t.mail.raw;
            mail->what = IMAP_WHOLE;
            b->answered[k] = true;
        }
    }
}

/* Sizes and arrival of a batch; what is too big or gone has its answer with that. */
static err batch_sizes(struct ctx *c, struct imap *m, struct batch *b, int64_t limit)
{
    enum imap_answer said;
    struct str set = batch_set(c->a, b, 0, b->n);
    imap_allow_small(m);
    TRY(imap_in_folder(c, m,
                       str_fmt(c->a, "UID FETCH %.*s (UID RFC822.SIZE INTERNALDATE)", STR(set)),
                       &said));
    batch_tell(b, m, 0, 0);
    for (int i = 0; i < b->n; i++) {
        struct imap_mail *mail = &b->at[i];
        b->answered[i] = !b->sized[i] || mail->size > limit;
        if (b->answered[i])
            mail->what = b->sized[i] ? IMAP_TOO_BIG : said == ANSWER_OK ? IMAP_GONE : IMAP_REFUSED;
    }
    return OK;
}

/* The bytes of from..to-1. A server that says NO for one says it for all: then each alone. */
static err batch_bytes(struct ctx *c, struct imap *m, struct batch *b, int from, int to,
                       int64_t limit)
{
    struct str set = batch_set(c->a, b, from, to);
    if (set.n == 0) return OK;
    int64_t total = MIB;
    for (int i = from; i < to; i++) total += b->answered[i] ? 0 : 2 * b->at[i].size + KIB;
    enum imap_answer said;
    imap_allow(m, MAX(2 * limit, (int64_t)MIB), total);
    TRY(imap_in_folder(c, m, str_fmt(c->a, "UID FETCH %.*s (UID BODY.PEEK[])", STR(set)), &said));
    batch_tell(b, m, from, to);
    for (int i = from; i < to; i++) {
        if (b->answered[i]) continue;
        b->at[i].what = said == ANSWER_OK ? IMAP_GONE : IMAP_REFUSED;
        if (said == ANSWER_OK || to - from == 1) b->answered[i] = true;
    }
    return OK;
}

static err batch_give(const struct batch *b, int from, int to, imap_take *take, void *arg)
{
    for (int i = from; i < to; i++) TRY(take(arg, &b->at[i]));
    return OK;
}

/* Gives from..to-1: what the server refused together one by one. The bytes belong to the last
 * answer, so each is given before the next command. */
static err batch_part(struct ctx *c, struct imap *m, struct batch *b, int from, int to,
                      int64_t limit, imap_take *take, void *arg)
{
    TRY(batch_bytes(c, m, b, from, to, limit));
    int first = from;
    for (int i = from; i < to; i++) {
        if (b->answered[i]) continue;
        TRY(batch_give(b, first, i, take, arg));
        for (int k = i; k < to; k++) /* these bytes go with the next command: ask again */
            if (b->at[k].raw.p) {
                b->answered[k] = false;
                b->at[k].raw = (struct str){ 0 };
            }
        for (int k = i; k < to; k++) {
            TRY(batch_bytes(c, m, b, k, k + 1, limit));
            TRY(batch_give(b, k, k + 1, take, arg));
        }
        return OK;
    }
    return batch_give(b, first, to, take, arg);
}

static err batch_fetch(struct ctx *c, struct imap *m, struct batch *b, int64_t limit,
                       imap_take *take, void *arg)
{
    TRY(batch_sizes(c, m, b, limit));
    for (int from = 0; from < b->n;) {
        int64_t bytes = 0;
        int to = from;
        while (to < b->n && (to == from || bytes + b->at[to].size <= IMAP_BATCH_BYTES)) {
            if (!b->answered[to]) bytes += b->at[to].size;
            to++;
        }
        TRY(batch_part(c, m, b, from, to, limit, take, arg));
        from = to;
    }
    return OK;
}

err imap_fetch(struct ctx *c, struct imap *m, struct imap_uids uids, int64_t limit_bytes,
               imap_take *take, void *arg)
{
    struct arena *a = arena_child(c->a);
    struct ctx work = *c; /* its texts go after each batch */
    work.a = a;
    struct batch *b = NEW(c->a, struct batch, 1);
    err e = OK;
    for (int from = 0; e == OK && from < uids.n; from += IMAP_BATCH) {
        arena_clear(a);
        *b = (struct batch){ .n = MIN(IMAP_BATCH, uids.n - from) };
        for (int i = 0; i < b->n; i++) b->at[i].uid = uids.at[from + i];
        e = batch_fetch(&work, m, b, limit_bytes, take, arg);
    }
    if (e != OK && work.err == e && work.why.n) e = fail(c, e, "%.*s", STR(work.why));
    arena_clear(a);
    return e;
}

/* ---- waiting ----------------------------------------------------------------- */

/* "* 12 EXISTS" and "* 3 EXPUNGE" are news; "* OK Still here" is none. */
static bool is_news(struct imap *m, struct str line)
{
    struct str word;
    int64_t number;
    if (!str_begins(line, S("* "))) return false;
    line = str_from(line, 2);
    if (!str_cut(&line, ' ', &word) || !str_int(word, &number)) return false;
    line = str_trim(line);
    uint32_t *exists = &m->s->imap_selection_info->sel_exists;
    bool came = str_ieq(line, S("EXISTS")), went = str_ieq(line, S("EXPUNGE"));
    if (came) *exists = (uint32_t)number;
    if (went && *exists > 0) --*exists;
    return came || went;
}

static bool read_line(struct imap *m, struct str *line)
{
    if (!mailimap_read_line(m->s)) return false;
    *line = (struct str){ m->s->imap_stream_buffer->str, (ptrdiff_t)m->s->imap_stream_buffer->len };
    return true;
}

/* One IDLE. False: broken. The server says it in words, so that only whole lines are waited for. */
static bool idle_once(struct imap *m, int most_s, enum imap_news *out)
{
    struct str line;
    bool begun = false;
    *out = IMAP_QUIET;
    int64_t until_us = clock_us() + (int64_t)most_s * 1000000;
    imap_allow_small(m);
    if (!imap_put(m, S("IDLE"))) return false;
    for (;;) {
        if (begun && m->s->imap_stream->read_buffer_len == 0) {
            if (*out == IMAP_NEWS) break;
            int64_t left_us = until_us - clock_us();
            enum imap_wait w = imap_line_wait(m->line, (int)MAX((left_us + 999999) / 1000000, 0));
            if (w == WAIT_FAILED) return false;
            if (w == WAIT_WOKEN) *out = IMAP_WOKEN;
            if (w != WAIT_BYTES) break;
            imap_allow_small(m);
        }
        if (!read_line(m, &line)) return false;
        if (str_begins(line, S("+"))) begun = true;
        else if (is_news(m, line)) *out = IMAP_NEWS;
        else if (!str_begins(line, S("* "))) {
            m->no_idle = true; /* it offers what it does not do */
            return imap_answer_read(m) != ANSWER_NONE;
        }
    }
    imap_allow_small(m);
    if (!imap_put_bytes(m, S("DONE\r\n")) || !imap_flush(m)) return false;
    /* what still comes before the answer may be news as well */
    while (read_line(m, &line) && str_begins(line, S("* ")))
        if (is_news(m, line)) *out = IMAP_NEWS;
    return imap_line_fault(m->line) == LINE_FINE && imap_answer_read(m) != ANSWER_NONE;
}

/* Where there is no IDLE: waits, then asks. */
static bool poll_once(struct imap *m, int most_s, enum imap_news *out)
{
    *out = IMAP_QUIET;
    enum imap_wait w = imap_line_wait(m->line, most_s);
    if (w == WAIT_FAILED) return false;
    struct mailimap_selection_info *s = m->s->imap_selection_info;
    s->sel_has_exists = 0;
    if (imap_small(m, S("NOOP")) == ANSWER_NONE) return false;
    bool went = clist_count(m->s->imap_response_info->rsp_expunged) > 0;
    if (s->sel_has_exists || went) *out = IMAP_NEWS;
    else if (w == WAIT_WOKEN) *out = IMAP_WOKEN;
    return true;
}

err imap_idle(struct ctx *c, struct imap *m, int most_s, enum imap_news *out)
{
    if (!m->validity) return fail(c, E_INVALID, "No folder is open.");
    int64_t until_us = clock_us() + (int64_t)most_s * 1000000;
    int longest_s = m->server.idle_s ? m->server.idle_s : IMAP_IDLE_S;
    *out = IMAP_QUIET;
    for (int64_t left_us; *out == IMAP_QUIET && (left_us = until_us - clock_us()) > 0;) {
        bool idles = imap_offers(m, "IDLE") && !m->no_idle;
        int part_s = (int)MIN((left_us + 999999) / 1000000, idles ? longest_s : IMAP_POLL_S);
        bool good = idles ? idle_once(m, part_s, out) : poll_once(m, part_s, out);
        if (!good) return imap_broken(c, m);
    }
    return OK;
}

/* ---- Sent ---------------------------------------------------------------------- */

/* Until the server wants the bytes; false: it answered something else, read into *said. */
static bool append_wanted(struct imap *m, enum imap_answer *said)
{
    struct str line;
    *said = ANSWER_NONE;
    while (read_line(m, &line)) {
        if (str_begins(line, S("+"))) return true;
        if (str_begins(line, S("* "))) continue;
        *said = imap_answer_read(m);
        return false;
    }
    return false;
}

static struct str append_date(struct arena *a, int64_t at)
{
    struct civil t = date_civil(at, 0);
    return str_fmt(a, "\"%02d-%.3s-%04d %02d:%02d:%02d +0000\"", t.day, date_months[t.month - 1],
                   t.year, t.hour, t.minute, t.second);
}

static bool crlf_only(struct str s)
{
    for (ptrdiff_t i = 0; i < s.n; i++)
        if (s.p[i] == '\0' || (s.p[i] == '\n' && (i == 0 || s.p[i - 1] != '\r'))) return false;
    return true;
}

err imap_append(struct ctx *c, struct imap *m, struct str folder, struct str message,
                int64_t arrived)
{
    struct str name;
    if (!imap_quote(c->a, folder, &name) || !message.n || !crlf_only(message))
        return fail(c, E_INVALID, "This message can't be laid into this folder.");
    struct str date = append_date(c->a, arrived);
    enum imap_answer said = ANSWER_NONE;
    imap_allow(m, SMALL_LITERAL + 1, MIB + 2 * (int64_t)message.n);
    if (!imap_put(m, str_fmt(c->a, "APPEND %.*s (\\Seen) %.*s {%td}", STR(name), STR(date),
                             message.n)))
        return imap_broken(c, m);
    if (append_wanted(m, &said)) {
        bool sent = imap_put_bytes(m, message) && imap_put_bytes(m, S("\r\n")) && imap_flush(m);
        said = sent ? imap_answer(m) : ANSWER_NONE;
    }
    if (said == ANSWER_NONE) return imap_broken(c, m);
    if (said == ANSWER_NO)
        return fail(c, E_NOTFOUND, "The mail server does not take the copy into this folder.");
    return OK;
}

err imap_holds(struct ctx *c, struct imap *m, struct str message_id, bool *out)
{
    struct str quoted;
    enum imap_answer said;
    if (!message_id.n || !imap_quote(c->a, message_id, &quoted))
        return fail(c, E_INVALID, "This is no Message-ID.");
    imap_allow_small(m);
    TRY(imap_in_folder(c, m, str_fmt(c->a, "UID SEARCH HEADER Message-ID %.*s", STR(quoted)),
                       &said));
    if (said == ANSWER_NO) return fail(c, E_PEER, "The mail server does not search this folder.");
    const clist *list = m->s->imap_response_info->rsp_search_result;
    *out = list && clist_count(list) > 0;
    return OK;
}
