/* SPDX-License-Identifier: GPL-3.0-or-later
 * mbox.c - finding messages in an mbox through a window, so that its size doesn't matter. */
#include "kit/mail/mbox.h"

#include "kit/base/date.h"
#include "kit/mail/date.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WINDOW = MIB, HEAD = 64 * KIB, LINE = 2048 };

struct mbox {
    int fd;
    int64_t base, size;
    char *p; /* bytes [at, at + n) of the file */
    int64_t at;
    ptrdiff_t n, window;
    int64_t next; /* where the next From_ line begins, -1: no more */
    bool started;
};

struct mbox *mbox_open_range(struct arena *a, int fd, int64_t at, int64_t bytes)
{
    struct mbox *m = NEW(a, struct mbox, 1);
    *m = (struct mbox){ .fd = fd, .base = at, .size = bytes };
    m->window = (ptrdiff_t)MIN(WINDOW, MAX(bytes, 1));
    m->p = NEW(a, char, m->window);
    return m;
}

struct mbox *mbox_open(struct arena *a, int fd)
{
    struct stat st;
    return mbox_open_range(a, fd, 0, fstat(fd, &st) == 0 ? st.st_size : 0);
}

/* Up to want bytes from offset at; fewer at the end of the file. */
static struct str peek(struct mbox *m, int64_t at, ptrdiff_t want)
{
    if (at < 0 || at >= m->size) return S("");
    want = (ptrdiff_t)MIN(want, m->size - at);
    if (at < m->at || at + want > m->at + m->n) {
        m->at = at;
        m->n = 0;
        while (m->n < m->window) {
            ssize_t got =
                pread(m->fd, m->p + m->n, (size_t)(m->window - m->n), (off_t)(m->base + at + m->n));
            if (got < 0 && errno == EINTR) continue;
            if (got <= 0) break;
            m->n += got;
        }
    }
    ptrdiff_t from = (ptrdiff_t)(at - m->at);
    return (struct str){ m->p + from, MAX(0, MIN(want, m->n - from)) };
}

/* ---- From_ lines ------------------------------------------------------- */

static bool header_line(struct str line)
{
    ptrdiff_t n = 0;
    while (n < line.n && (unsigned char)line.p[n] > ' ' && line.p[n] != ':' && line.p[n] != 0x7F)
        n++;
    return n > 0 && n < line.n && line.p[n] == ':';
}

static bool mozilla(struct str line)
{
    return str_begins(line, S("From -")) && (line.n == 6 || line.p[6] == ' ');
}

/* "From 1234@xxx": some exports give no date */
static bool undated(struct str line)
{
    struct str rest = str_trim(str_from(line, 5));
    return str_chr(rest, ' ') < 0 && str_chr(rest, '@') > 0;
}

/* after_empty: the line before it was empty, or there is none. Some writers forget that line when
 * a message does not end with a line end; then what follows must look like headers, and must not
 * be a patch as git writes it. */
static bool from_line(struct str s, bool after_empty, int64_t *date)
{
    enum { GIT_DATE = 1000684800 }; /* Mon Sep 17 00:00:00 2001 */
    struct str line, second = S(""), third = S("");
    *date = 0;
    if (!str_begins(s, S("From ")) || !str_line(&s, &line)) return false;
    (void)str_line(&s, &second);
    (void)str_line(&s, &third);
    bool dated = mail_date_mbox(str_from(line, 5), date);
    if (after_empty && dated) return true;
    if (!header_line(second)) return false;
    if (after_empty) return mozilla(line) || undated(line);
    if (mozilla(line)) return true; /* Netscape never wrote it */
    bool folded = third.n && (*third.p == ' ' || *third.p == '\t');
    return dated && *date != GIT_DATE && (folded || header_line(third));
}

static bool empty_before(struct mbox *m, int64_t at)
{
    if (at == 0) return true;
    struct str s = peek(m, MAX(at - 3, 0), MIN(3, (ptrdiff_t)at));
    return str_ends(s, S("\n\n")) || str_ends(s, S("\n\r\n")) || str_eq(s, S("\n")) ||
           str_eq(s, S("\r\n"));
}

bool mbox_looks(struct str first)
{
    int64_t date;
    struct str line, rest = first;
    if (str_begins(rest, S("\xEF\xBB\xBF"))) rest = str_from(rest, 3);
    while (rest.n && (*rest.p == '\n' || *rest.p == '\r')) rest = str_from(rest, 1);
    if (from_line(rest, true, &date)) return true;
    return str_begins(rest, S("From ")) && str_line(&rest, &line) && str_line(&rest, &line) &&
           header_line(line);
}

/* The first From_ line at or behind at; -1: none. */
static int64_t find_from(struct mbox *m, int64_t at)
{
    while (at < m->size) {
        struct str s = peek(m, at, WINDOW / 2);
        if (!s.n) return -1;
        ptrdiff_t i = str_find(s, S("\nFrom "));
        if (i < 0) {
            if (at + s.n >= m->size) return -1;
            at += MAX(1, s.n - 5);
            continue;
        }
        int64_t from = at + i + 1, date;
        bool empty = empty_before(m, from);
        if (from_line(peek(m, from, LINE), empty, &date)) return from;
        at = from;
    }
    return -1;
}

/* ---- messages ---------------------------------------------------------- */

/* Where the next From_ line is if Content-Length tells the truth; -1 if it doesn't. */
static int64_t by_length(struct mbox *m, int64_t at, bool *last)
{
    struct str s = peek(m, at, HEAD), rest = s, line;
    int64_t length = -1;
    while (str_line(&rest, &line) && line.n) {
        if (*line.p != 'C' && *line.p != 'c') continue;
        if (str_ibegins(line, S("Content-Length:")) &&
            !str_int(str_trim(str_from(line, 15)), &length))
            return -1;
    }
    if (length < 0 || !rest.n || length > m->size) return -1;
    int64_t end = at + (s.n - rest.n) + length;
    if (end == m->size) return *last = true, end;
    struct str tail = peek(m, end, 8);
    if (str_begins(tail, S("From "))) return end;
    if (str_begins(tail, S("\nFrom "))) return end + 1;
    return str_begins(tail, S("\r\nFrom ")) ? end + 2 : -1;
}

static int64_t without_separator(struct mbox *m, int64_t at, int64_t end)
{
    if (end <= at) return at;
    struct str s = peek(m, MAX(end - 2, at), 2);
    return MAX(at, end - (str_ends(s, S("\r\n")) ? 2 : str_ends(s, S("\n")) ? 1 : 0));
}

static void start(struct mbox *m)
{
    m->started = true;
    struct str s = peek(m, 0, LINE);
    int64_t at = str_begins(s, S("\xEF\xBB\xBF")) ? 3 : 0;
    while (at < m->size && str_chr(S("\r\n"), *peek(m, at, 1).p) >= 0) at++;
    m->next = mbox_looks(s) ? at : find_from(m, 0);
}

bool mbox_next(struct mbox *m, struct mbox_entry *out)
{
    if (!m->started) start(m);
    if (m->next < 0 || m->next >= m->size) return false;
    struct mbox_entry e = { .from_at = m->next };
    struct str s = peek(m, e.from_at, LINE), line, rest = s;
    if (!str_line(&rest, &line)) return false;
    if (!mail_date_mbox(str_from(line, 5), &e.date)) e.date = 0;
    e.at = e.from_at + (s.n - rest.n);
    bool last = false;
    int64_t next = by_length(m, e.at, &last);
    if (next < 0) next = find_from(m, MAX(e.at - 1, 0));
    m->next = last ? -1 : next;
    int64_t end = next < 0 || last ? m->size : next;
    bool separated = next >= 0 && !last;
    if (separated || empty_before(m, end)) end = without_separator(m, e.at, end);
    e.bytes = MAX(end - e.at, 0);
    *out = e;
    return true;
}

/* ---- quoting ----------------------------------------------------------- */

/* Is there "From " behind any number of > at the beginning of s? */
static bool quoted_from(struct str s, ptrdiff_t least)
{
    ptrdiff_t n = 0;
    while (n < s.n && s.p[n] == '>') n++;
    return n >= least && str_begins(str_from(s, n), S("From "));
}

struct str mbox_unquote(struct arena *a, struct str message)
{
    if (str_find(message, S(">From ")) < 0) return message;
    struct buf b = { .a = a };
    (void)buf_room(&b, message.n);
    struct str rest = message;
    while (rest.n) {
        ptrdiff_t end = str_chr(rest, '\n');
        struct str line = end < 0 ? rest : str_upto(rest, end + 1);
        buf_add(&b, quoted_from(line, 1) ? str_from(line, 1) : line);
        rest = str_from(rest, line.n);
    }
    return buf_str(&b);
}

void mbox_write(struct buf *b, struct str message, struct str sender, int64_t date)
{
    static const char days[] = "SunMonTueWedThuFriSat";
    struct civil c = date_civil(date, 0);
    bool plain = sender.n > 0;
    for (ptrdiff_t i = 0; i < sender.n; i++)
        if ((unsigned char)sender.p[i] <= ' ') plain = false;
    buf_add(b, S("From "));
    buf_add(b, plain ? sender : S("MAILER-DAEMON"));
    char line[64];
    int n = snprintf(line, sizeof line, " %.3s %.3s %2d %02d:%02d:%02d %d\n",
                     days + (ptrdiff_t)3 * c.weekday, date_months[c.month - 1], c.day, c.hour,
                     c.minute, c.second, c.year);
    buf_add(b, (struct str){ line, n });
    struct str rest = message;
    while (rest.n) {
        ptrdiff_t end = str_chr(rest, '\n');
        struct str whole = end < 0 ? rest : str_upto(rest, end + 1);
        if (quoted_from(whole, 0)) buf_char(b, '>');
        buf_add(b, whole);
        rest = str_from(rest, whole.n);
    }
    if (message.n && message.p[message.n - 1] != '\n') buf_char(b, '\n');
    buf_char(b, '\n');
}
