/* SPDX-License-Identifier: GPL-3.0-or-later
 * imap_talk.c - libetpan reads what a server says; what is said to it is written here, so that a
 * command is one text and one answer. The library's calls never unwind: nothing below them dies. */
#include "kit/mail/imap_talk.h"

#include <stdlib.h>

/* ---- the library's stream over our line ----------------------------------- */

static ssize_t low_read(mailstream_low *low, void *bytes, size_t n)
{
    return imap_line_read(low->data, bytes, n);
}

static ssize_t low_write(mailstream_low *low, const void *bytes, size_t n)
{
    return imap_line_write(low->data, bytes, n);
}

static int low_close(mailstream_low *low)
{
    imap_line_close(low->data);
    return 0;
}

static int low_fd(mailstream_low *low)
{
    (void)low;
    return -1;
}

static void low_free(mailstream_low *low) { free(low); }

static void low_cancel(mailstream_low *low) { (void)low; }

static mailstream_low_driver low_driver = {
    .mailstream_read = low_read,
    .mailstream_write = low_write,
    .mailstream_close = low_close,
    .mailstream_get_fd = low_fd,
    .mailstream_free = low_free,
    .mailstream_cancel = low_cancel,
};

/* ---- sentences ------------------------------------------------------------ */

err imap_broken(struct ctx *c, const struct imap *m)
{
    static const char *const why[] = {
        [LINE_FINE] = "The mail server answers in a way that can't be read.",
        [LINE_NO_HOST] = "No server with this name is known. Is it spelled right?",
        [LINE_NO_ANSWER] = "Nobody answers at this server and port.",
        [LINE_NOT_HERE] = "Without encryption only a server on this machine may be read. Choose "
                          "TLS or STARTTLS.",
        [LINE_CERTIFICATE] = "The server's certificate is not good for its name, so that somebody "
                             "could be listening. Nothing was sent.",
        [LINE_TLS] = "The server does not speak TLS at this port, or only an old one.",
        [LINE_LATE] = "The mail server did not answer in time.",
        [LINE_CANCELLED] = "Stopped.",
        [LINE_BYE] = "The mail server ended the connection; it may be busy or have too many.",
        [LINE_LOST] = "The connection to the mail server broke off.",
        [LINE_TOO_MUCH] = "The mail server sends more than it announced.",
    };
    enum imap_fault fault = imap_line_fault(m->line);
    err e = fault == LINE_NOT_HERE ? E_INVALID : fault == LINE_CERTIFICATE ? E_CONFLICT : E_PEER;
    return fail(c, e, "%s", why[fault]);
}

static err renewed(struct ctx *c)
{
    return fail(c, E_CONFLICT, "The mail server has renumbered this folder; it is read again.");
}

/* ---- one command ----------------------------------------------------------- */

bool imap_put_bytes(struct imap *m, struct str s)
{
    return s.n == 0 || mailstream_write(m->s->imap_stream, s.p, (size_t)s.n) >= 0;
}

bool imap_flush(struct imap *m) { return mailstream_flush(m->s->imap_stream) != -1; }

void imap_allow(struct imap *m, int64_t literal_bytes, int64_t total_bytes)
{
    int64_t slow = total_bytes / (8 * KIB); /* a line this slow still gets through */
    int64_t seconds = m->server.command_s ? m->server.command_s : IMAP_COMMAND_S;
    if (literal_bytes > SMALL_LITERAL) seconds += slow;
    imap_line_allow(m->line, (int)seconds, literal_bytes, total_bytes);
}

/* Reads up to the answer to the last command; what came with it is in imap_response_info. */
enum imap_answer imap_answer_read(struct imap *m)
{
    struct mailimap_response *r = NULL;
    int code = mailimap_parse_response(m->s, &r);
    if (code == MAILIMAP_ERROR_PROTOCOL) return ANSWER_NO; /* BAD */
    if (code != MAILIMAP_NO_ERROR) return ANSWER_NONE;
    int said = r->rsp_resp_done->rsp_data.rsp_tagged->rsp_cond_state->rsp_type;
    mailimap_response_free(r);
    return said == MAILIMAP_RESP_COND_STATE_OK ? ANSWER_OK : ANSWER_NO;
}

bool imap_put(struct imap *m, struct str text)
{
    return mailimap_send_current_tag(m->s) == MAILIMAP_NO_ERROR && imap_put_bytes(m, text) &&
           imap_put_bytes(m, S("\r\n")) && imap_flush(m);
}

enum imap_answer imap_answer(struct imap *m)
{
    return mailimap_read_line(m->s) ? imap_answer_read(m) : ANSWER_NONE;
}

enum imap_answer imap_command(struct imap *m, struct str text)
{
    return imap_put(m, text) ? imap_answer(m) : ANSWER_NONE;
}

void imap_allow_small(struct imap *m) { imap_allow(m, SMALL_LITERAL, SMALL_TOTAL); }

enum imap_answer imap_small(struct imap *m, struct str text)
{
    imap_allow_small(m);
    return imap_command(m, text);
}

bool imap_quote(struct arena *a, struct str s, struct str *out)
{
    struct buf b = { .a = a };
    buf_char(&b, '"');
    for (ptrdiff_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\r' || s.p[i] == '\n' || s.p[i] == '\0') return false;
        if (s.p[i] == '"' || s.p[i] == '\\') buf_char(&b, '\\');
        buf_char(&b, s.p[i]);
    }
    buf_char(&b, '"');
    *out = buf_str(&b);
    return true;
}

/* ---- a session -------------------------------------------------------------- */

/* A connection in good order says goodbye, and does not wait for the answer. */
void imap_close(struct imap *m)
{
    if (!m->s) return;
    if (imap_line_fault(m->line) == LINE_FINE) {
        imap_line_allow(m->line, 1, 0, 0);
        imap_put(m, S("LOGOUT"));
    }
    mailstream_close(m->s->imap_stream);
    m->s->imap_stream = NULL;
    mailimap_free(m->s);
    m->s = NULL;
}

static void close_later(void *m) { imap_close(m); }

struct imap *imap_new(struct ctx *c, const struct imap_server *s, struct imap_stop *stop)
{
    struct imap *m = NEW(c->a, struct imap, 1);
    m->server = *s;
    m->line = imap_line_new(c->a, stop);
    m->server.host = str_dup(c->a, s->host);
    m->s = mailimap_new(0, NULL);
    mailstream_low *low = mailstream_low_new(m->line, &low_driver);
    mailstream *stream = low ? mailstream_new(low, 16 * KIB) : NULL;
    if (!m->s || !stream) die(c, "no memory for a mail connection");
    m->s->imap_stream = stream;
    mmap_string_set_ceil(SIZE_MAX); /* large messages stay in memory: no files in /tmp */
    arena_defer(c->a, close_later, m);
    imap_allow_small(m);
    return m;
}

err imap_in_folder(struct ctx *c, struct imap *m, struct str text, enum imap_answer *said)
{
    if (!m->validity) return fail(c, E_INVALID, "No folder is open.");
    *said = imap_command(m, text);
    if (*said == ANSWER_NONE) return imap_broken(c, m);
    return m->s->imap_selection_info->sel_uidvalidity == m->validity ? OK : renewed(c);
}

bool imap_offers(const struct imap *m, const char *name)
{
    struct mailimap_connection_info *info = m->s->imap_connection_info;
    if (!info || !info->imap_capability) return false;
    for (clistiter *i = imap_first(info->imap_capability->cap_list); i; i = clist_next(i)) {
        const struct mailimap_capability *cap = clist_content(i);
        bool plain = cap->cap_type == MAILIMAP_CAPABILITY_NAME;
        if (plain && str_ieq(str_c(cap->cap_data.cap_name), str_c(name))) return true;
    }
    return false;
}
