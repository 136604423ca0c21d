/* SPDX-License-Identifier: GPL-3.0-or-later
 * sample_mail.c - one letter to one RFC 5322 message, as its writer's program would send it. */
#include "app/sample_in.h"
#include "kit/base/date.h"
#include "kit/base/hash.h"

static struct str domain(const struct sample_person *p)
{
    return str_from(p->address, str_rchr(p->address, '@') + 1);
}

/* ---- the words ---- */

static void nicks(struct buf *out, const struct sample_letter *l)
{
    if (l->n_to > 2) buf_add(out, S("all"));
    else if (l->n_to == 2) buf_fmt(out, "%.*s and %.*s", STR(l->to[0]->nick), STR(l->to[1]->nick));
    else buf_add(out, l->to[0]->nick);
}

static void spin_greeting(struct buf *out, struct str text, const struct sample_letter *l,
                          struct sample_dice *dice)
{
    struct buf spun = { .a = out->a };
    ptrdiff_t at = str_find(text, S("{to}"));
    sample_spin(&spun, str_upto(text, at < 0 ? text.n : at), l, dice);
    if (at >= 0) {
        nicks(&spun, l);
        sample_spin(&spun, str_from(text, at + 4), l, dice);
    }
    buf_add(out, buf_str(&spun));
}

static void add_aside(struct buf *out, const struct sample_letter *l, struct sample_dice *dice)
{
    if (!l->from->asides.n || sample_upto(dice, 100) >= 24) return;
    int n = 1;
    for (ptrdiff_t i = 0; i < l->from->asides.n; i++) n += l->from->asides.p[i] == '|';
    struct str rest = l->from->asides, part = rest;
    for (int k = sample_upto(dice, n); k >= 0; k--)
        if (!str_cut(&rest, '|', &part)) return;
    buf_char(out, '\n');
    buf_add(out, part);
    buf_char(out, '\n');
}

static struct str lower(struct arena *a, struct str s)
{
    char *p = NEW(a, char, s.n + 1);
    for (ptrdiff_t i = 0; i < s.n; i++)
        p[i] = s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] + 32) : s.p[i];
    return (struct str){ p, s.n };
}

/* Sentences that begin with a slot's word get their capital. */
static void capitals(struct buf *b, ptrdiff_t from)
{
    bool start = true;
    for (ptrdiff_t i = from; i < b->n; i++) {
        char c = b->p[i];
        if (start && c >= 'a' && c <= 'z') b->p[i] = (char)(c - 32);
        if (c == '.' || c == '?' || c == '!') start = i + 1 < b->n && b->p[i + 1] == ' ';
        else if (c == '\n') start = i > from && b->p[i - 1] == '\n';
        else if (c != ' ') start = false;
    }
}

static void add_signature(struct buf *out, const struct sample_letter *l)
{
    if (l->from->sig.n) buf_fmt(out, "\n-- \n%.*s\n", STR(l->from->sig));
    else if (l->from->style & SP_PHONE) buf_add(out, S("\nSent from my phone\n"));
}

/* Greeting, text, sign-off, signature: what the writer typed, without quotes. */
static struct str own_words(struct arena *a, const struct sample_letter *l)
{
    struct sample_dice dice = { sample_mix(l->seed, 2) };
    struct buf out = { .a = a }, text = { .a = a };
    bool bare = (l->flags & SL_BARE) || (l->from->style & SP_BULK);
    bool reply = l->parent && !(l->flags & SL_FWD);
    if (!bare && l->from->greet.n && !(reply && (l->from->style & SP_BRIEF))) {
        spin_greeting(&text, l->from->greet, l, &dice);
        buf_add(&text, S("\n\n"));
    }
    ptrdiff_t first = text.n;
    sample_spin(&text, l->body, l, &dice);
    if (!(l->flags & SL_SCENE)) capitals(&text, first);
    buf_char(&text, '\n');
    if (!bare && !reply && !(l->flags & SL_SCENE)) add_aside(&text, l, &dice);
    bool flowed = (l->from->style & SP_FLOWED) != 0;
    struct str words = l->from->style & SP_LOWER ? lower(a, buf_str(&text)) : buf_str(&text);
    sample_fill(&out, words, l->from->style & (SP_HTML | SP_PHONE) ? 2000 : 72, flowed);
    if (!bare && l->from->bye.n) {
        struct buf bye = { .a = a };
        bool close = l->n_to && ((l->to[0]->gap && l->to[0]->gap <= 36) || !l->from->formal.n);
        sample_spin(&bye, close ? l->from->bye : l->from->formal, l, &dice);
        buf_fmt(&out, "\n%.*s\n", STR(buf_str(&bye)));
    }
    if (!bare) add_signature(&out, l);
    return buf_str(&out);
}

static void quote_lines(struct buf *out, struct str said, int most)
{
    struct str line;
    while (most-- > 0 && str_line(&said, &line)) {
        bool deeper = line.n && line.p[0] == '>';
        line = str_upto(line, line.n);
        while (line.n && line.p[line.n - 1] == ' ') line = str_upto(line, line.n - 1);
        buf_fmt(out, deeper ? ">%.*s\n" : line.n ? "> %.*s\n" : ">%.*s\n", STR(line));
    }
}

static void outlook_head(struct buf *out, const struct sample_letter *p, const char *title)
{
    int offset = sample_offset(p->at);
    struct civil c = date_civil(p->at, offset);
    buf_fmt(out, "\n%s\nFrom: %.*s <%.*s>\n", title, STR(p->from->name), STR(p->from->address));
    buf_fmt(out, "Sent: %02d %s %04d %02d:%02d\n", c.day, date_months[c.month - 1], c.year, c.hour,
            c.minute);
    buf_add(out, S("To: "));
    for (int i = 0; i < p->n_to; i++) buf_fmt(out, "%s%.*s", i ? "; " : "", STR(p->to[i]->name));
    buf_fmt(out, "\nSubject: %.*s\n\n", STR(p->subject));
}

static void attribution(struct buf *out, const struct sample_letter *l)
{
    static const char *const days[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
    const struct sample_letter *p = l->parent;
    struct civil c = date_civil(p->at, sample_offset(p->at));
    if (l->from->style & SP_FLOWED)
        buf_fmt(out, "On %02d/%02d/%04d %02d:%02d, %.*s wrote:\n", c.day, c.month, c.year, c.hour,
                c.minute, STR(p->from->name));
    else if (l->from->style & SP_PHONE)
        buf_fmt(out, "On %d %.3s %04d, at %02d:%02d, %.*s <%.*s> wrote:\n", c.day,
                date_months[c.month - 1], c.year, c.hour, c.minute, STR(p->from->name),
                STR(p->from->address));
    else
        buf_fmt(out, "On %s, %d %.3s %04d at %02d:%02d, %.*s <%.*s> wrote:\n", days[c.weekday],
                c.day, date_months[c.month - 1], c.year, c.hour, c.minute, STR(p->from->name),
                STR(p->from->address));
}

static struct str whole_words(struct arena *a, const struct sample_letter *l)
{
    struct str own = own_words(a, l);
    const struct sample_letter *p = l->parent;
    if (!p || !p->said.n || (l->flags & (SL_AUTO | SL_DSN))) return own;
    if ((l->from->style & SP_NOQUOTE) && !(l->flags & SL_FWD)) return own;
    struct buf out = { .a = a };
    if (str_begins(l->body, S(">"))) { /* quotes chosen by hand: only say whose */
        attribution(&out, l);
        buf_add(&out, own);
        return buf_str(&out);
    }
    buf_add(&out, own);
    if (l->flags & SL_FWD) {
        outlook_head(&out, p, "---------- Forwarded message ----------");
        buf_add(&out, p->said);
    } else if ((l->from->style & SP_OUTLOOK) || (l->flags & SL_OUTLOOK)) {
        outlook_head(&out, p, "-----Original Message-----");
        buf_add(&out, str_upto(p->said, 6000));
    } else {
        buf_char(&out, '\n');
        attribution(&out, l);
        quote_lines(&out, p->said, 60);
    }
    return buf_str(&out);
}

/* ---- headers ---- */

static void people_header(struct buf *b, const char *name, const struct sample_person *const *list,
                          int n)
{
    if (!n) return;
    buf_fmt(b, "%s: ", name);
    for (int i = 0; i < n; i++) {
        if (i) buf_add(b, S(",\r\n "));
        sample_phrase(b, list[i]->name);
        buf_fmt(b, " <%.*s>", STR(list[i]->address));
    }
    buf_add(b, S("\r\n"));
}

static const struct sample_person *first_keeper(const struct sample_letter *l)
{
    for (int i = 0; i < l->n_to; i++)
        if (l->to[i]->style & SP_KEEPER) return l->to[i];
    for (int i = 0; i < l->n_cc; i++)
        if (l->cc[i]->style & SP_KEEPER) return l->cc[i];
    return sample_person(S("marta"));
}

static void trace_headers(struct buf *b, const struct sample_letter *l)
{
    uint64_t x = sample_mix(l->seed, 3);
    struct str host = domain(l->from);
    if (l->from->style & SP_KEEPER) {
        buf_fmt(b,
                "Received: from [192.0.2.%d] (snug.lantern.example [192.0.2.%d])\r\n\tby "
                "mail.lantern.example"
                " with ESMTPSA id %010" PRIX64 ";\r\n\t",
                10 + (int)(x % 9), 10 + (int)(x % 9), x & 0xffffffffff);
        sample_date(b, l->at + 1);
        buf_add(b, S("\r\n"));
        return;
    }
    if (l->flags & SL_DSN) buf_add(b, S("Return-Path: <>\r\n"));
    else buf_fmt(b, "Return-Path: <%.*s>\r\n", STR(l->from->address));
    buf_fmt(b,
            "Received: from mail.%.*s (mail.%.*s [198.51.100.%d])\r\n\tby mail.lantern.example "
            "with ESMTPS id"
            " %010" PRIX64 "\r\n\tfor <%.*s>; ",
            STR(host), STR(host), (int)(hash_fast(host) % 250) + 2, x & 0xffffffffff,
            STR(first_keeper(l)->address));
    sample_date(b, l->at + 2 + (int64_t)(x % 5));
    buf_add(b, S("\r\n"));
    if (!(x & 0x300)) return;
    buf_fmt(b, "Received: from [203.0.113.%d] by mail.%.*s with ESMTPSA; ",
            (int)(x >> 40 & 127) + 2, STR(host));
    sample_date(b, l->at + 1);
    buf_add(b, S("\r\n"));
}

static void message_id(struct arena *keep, struct sample_letter *l)
{
    uint64_t x = sample_mix(l->seed, 4), y = sample_mix(l->talk_seed, l->seed);
    struct str d = domain(l->from);
    if (l->from->style & SP_OUTLOOK)
        l->id = str_fmt(keep, "%08" PRIX64 "%016" PRIX64 "@mail.%.*s", x >> 32, y, STR(d));
    else if (l->from->style & SP_FLOWED)
        l->id =
            str_fmt(keep,
                    "%08" PRIx64 "-%04" PRIx64 "-4%03" PRIx64 "-a%03" PRIx64 "-%012" PRIx64 "@%.*s",
                    x >> 32, x >> 16 & 0xffff, x & 0xfff, y >> 52, y & 0xffffffffffff, STR(d));
    else l->id = str_fmt(keep, "CA%011" PRIx64 "x%016" PRIx64 "@mail.%.*s", x >> 20, y, STR(d));
}

static void thread_headers(struct buf *b, const struct sample_letter *l)
{
    const struct sample_letter *chain[24];
    int n = 0;
    if (!l->parent || (l->flags & (SL_NOREF | SL_FWD))) return;
    buf_fmt(b, "In-Reply-To: <%.*s>\r\n", STR(l->parent->id));
    if (l->from->style & SP_BAREREF) return;
    for (const struct sample_letter *p = l->parent; p && n < COUNT(chain);
         p = p->flags & SL_NOREF ? NULL : p->parent)
        chain[n++] = p;
    buf_add(b, S("References:"));
    while (n > 0) buf_fmt(b, " <%.*s>%s", STR(chain[n - 1]->id), n > 1 ? "\r\n" : ""), n--;
    buf_add(b, S("\r\n"));
}

static void from_header(struct buf *b, const struct sample_letter *l)
{
    if (!(l->flags & SL_LIST) || !(l->from->style & SP_MUNGED)) {
        people_header(b, "From", &l->from, 1);
        return;
    }
    buf_add(b, S("From: "));
    struct str via = str_fmt(b->a, "%.*s via Shelf", STR(l->from->name));
    sample_phrase(b, via);
    buf_fmt(b, " <%.*s>\r\n", STR(sample_person(S("shelf"))->address));
    people_header(b, "Reply-To", &l->from, 1);
}

static void kind_headers(struct buf *b, const struct sample_letter *l)
{
    struct str d = domain(l->from);
    if (l->flags & SL_LIST)
        buf_add(
            b,
            S("List-Id: Shelf, the Saltmere book club <shelf.lists.saltmere.example>\r\n"
              "List-Post: <mailto:shelf@lists.saltmere.example>\r\n"
              "List-Unsubscribe: <mailto:shelf-leave@lists.saltmere.example>\r\n"
              "Sender: \"Shelf\" <shelf-bounces@lists.saltmere.example>\r\nPrecedence: list\r\n"));
    if (l->flags & SL_AUTO)
        buf_add(b, S("Auto-Submitted: auto-replied\r\nX-Auto-Response-Suppress: All\r\n"));
    if ((l->from->style & SP_BULK) && l->from->topics.n && strchr("NM", l->from->topics.p[0]))
        buf_fmt(b,
                "List-Unsubscribe: <https://%.*s/leave/%" PRIx64
                ">\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
                "Precedence: bulk\r\n",
                STR(d), l->seed >> 24);
    if ((l->from->style & SP_BULK) && l->from->topics.n && strchr("RL", l->from->topics.p[0]))
        buf_add(b, S("Auto-Submitted: auto-generated\r\n"));
    if (l->from->style & SP_OUTLOOK) buf_add(b, S("X-Mailer: Lookout 16.0\r\n"));
    else if (l->from->style & SP_FLOWED) buf_add(b, S("User-Agent: Storm Petrel 115\r\n"));
    else if (l->from->style & SP_PHONE) buf_add(b, S("X-Mailer: Pocket Mail (20G75)\r\n"));
}

/* ---- parts ---- */

static const uint8_t tiny_png[] = { /* one grey point */
                                    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00,
                                    0x00, 0x0d, 0x49, 0x48, 0x44, 0x52, 0x00, 0x00, 0x00, 0x01,
                                    0x00, 0x00, 0x00, 0x01, 0x08, 0x00, 0x00, 0x00, 0x00, 0x3a,
                                    0x7e, 0x9b, 0x55, 0x00, 0x00, 0x00, 0x0a, 0x49, 0x44, 0x41,
                                    0x54, 0x78, 0x9c, 0x63, 0x68, 0x00, 0x00, 0x00, 0x82, 0x00,
                                    0x81, 0x77, 0xcd, 0x72, 0xb6, 0x00, 0x00, 0x00, 0x00, 0x49,
                                    0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82
};
static const struct str tiny_pdf =
    S_INIT("%PDF-1.1\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 "
           "R]/Count 1>>endobj\n"
           "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 "
           "R/Resources<</Font<</F<</Type/Font"
           "/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj\n4 0 obj<</Length 49>>stream\n"
           "BT /F 18 Tf 40 120 Td (The Lantern, Saltmere) Tj ET\nendstream endobj\ntrailer<</Root "
           "1 0 R>>\n%%EOF\n");
static const struct str text_file =
    S_INIT("soda crystals\ncandles, the thick ones\nrye flour 2 x 16 kg\nlemons\n"
           "a new lead for the amplifier\nsomething for Walter\n");

static void text_part(struct buf *b, struct str words, const struct sample_letter *l)
{
    struct str latin;
    if (sample_ascii(words) && !(l->from->style & (SP_HTML | SP_PHONE | SP_BASE64))) {
        buf_fmt(b,
                "Content-Type: text/plain; charset=us-ascii%s\r\nContent-Transfer-Encoding: "
                "7bit\r\n\r\n",
                l->from->style & SP_FLOWED ? "; format=flowed" : "");
        sample_crlf(b, words);
    } else if ((l->from->style & SP_LATIN1) && sample_latin1(b->a, words, &latin)) {
        buf_add(b,
                S("Content-Type: text/plain; charset=\"iso-8859-1\"\r\nContent-Transfer-Encoding: "
                  "quoted-printable\r\n\r\n"));
        sample_qp(b, latin);
    } else if (l->from->style & SP_BASE64) {
        struct buf crlf = { .a = b->a };
        sample_crlf(&crlf, words);
        buf_add(b, S("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: "
                     "base64\r\n\r\n"));
        sample_base64(b, buf_str(&crlf));
    } else if (l->from->style & SP_FLOWED) {
        buf_add(b, S("Content-Type: text/plain; charset=UTF-8; "
                     "format=flowed\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"));
        sample_crlf(b, words);
    } else {
        buf_add(b, S("Content-Type: text/plain; charset=\"UTF-8\"\r\nContent-Transfer-Encoding: "
                     "quoted-printable\r\n\r\n"));
        sample_qp(b, words);
    }
}

static void html_part(struct buf *b, struct str words)
{
    struct buf html = { .a = b->a };
    sample_html(&html, words);
    buf_add(b, S("Content-Type: text/html; charset=\"UTF-8\"\r\nContent-Transfer-Encoding: "
                 "quoted-printable\r\n\r\n"));
    sample_qp(b, buf_str(&html));
}

static void file_part(struct buf *b, struct str file)
{
    struct str name = str_from(file, 4);
    bool pdf = str_begins(file, S("pdf=")), png = str_begins(file, S("png="));
    buf_fmt(
        b,
        "Content-Type: %s; name=\"%.*s\"\r\nContent-Disposition: attachment; filename=\"%.*s\"\r\n"
        "Content-Transfer-Encoding: %s\r\n\r\n",
        pdf   ? "application/pdf"
        : png ? "image/png"
              : "text/plain; charset=us-ascii",
        STR(name), STR(name), pdf || png ? "base64" : "7bit");
    if (png) sample_base64(b, (struct str){ (const char *)tiny_png, sizeof tiny_png });
    else if (pdf) sample_base64(b, tiny_pdf);
    else sample_crlf(b, text_file);
}

static void calendar_part(struct buf *b, const struct sample_letter *l)
{
    struct civil c = date_civil(l->talk_day, sample_offset(l->talk_day));
    buf_fmt(b,
            "Content-Type: text/calendar; charset=utf-8; "
            "method=REQUEST\r\nContent-Transfer-Encoding: 7bit\r\n\r\n"
            "BEGIN:VCALENDAR\r\nPRODID:-//Example//Calendar//"
            "EN\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\n"
            "UID:%016" PRIx64 "@%.*s\r\n",
            l->seed, STR(domain(l->from)));
    buf_fmt(b, "DTSTART:%04d%02d%02dT100000Z\r\nDTEND:%04d%02d%02dT110000Z\r\nSUMMARY:%.*s\r\n",
            c.year, c.month, c.day, c.year, c.month, c.day, STR(l->subject));
    buf_fmt(b,
            "ORGANIZER:mailto:%.*s\r\nATTENDEE;RSVP=TRUE:mailto:%.*s\r\nEND:VEVENT\r\nEND:"
            "VCALENDAR\r\n",
            STR(l->from->address), STR(l->to[0]->address));
}

static void report_parts(struct buf *b, const struct sample_letter *l, struct str edge)
{
    struct str lost = l->parent ? l->parent->to[0]->address : S("nobody@example.net");
    buf_fmt(b,
            "--%.*s\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; "
            "mail.lantern.example\r\n\r\n"
            "Final-Recipient: rfc822; %.*s\r\nAction: failed\r\nStatus: 5.1.1\r\n"
            "Diagnostic-Code: smtp; 550 5.1.1 no such user here\r\n\r\n",
            STR(edge), STR(lost));
    if (!l->parent) return;
    buf_fmt(b, "--%.*s\r\nContent-Type: text/rfc822-headers\r\n\r\n", STR(edge));
    people_header(b, "From", &l->parent->from, 1);
    people_header(b, "To", l->parent->to, l->parent->n_to);
    sample_header(b, "Subject", l->parent->subject);
    buf_fmt(b, "Message-ID: <%.*s>\r\n\r\n", STR(l->parent->id));
}

static void body_write(struct buf *b, const struct sample_letter *l, struct str words)
{
    struct str edge = str_fmt(b->a, "=_%012" PRIx64 "_", sample_mix(l->seed, 5) & 0xffffffffffff);
    bool html = ((l->from->style & SP_HTML) || (l->flags & SL_HTML)) && !l->file.n;
    bool parts = html || l->file.n || (l->flags & (SL_DSN | SL_ICS));
    buf_add(b, S("MIME-Version: 1.0\r\n"));
    if (l->flags & SL_HTMLONLY) {
        html_part(b, words);
        return;
    }
    if (!parts) {
        text_part(b, words, l);
        return;
    }
    const char *kind = l->flags & SL_DSN             ? "report; report-type=delivery-status"
                       : html || (l->flags & SL_ICS) ? "alternative"
                                                     : "mixed";
    buf_fmt(b, "Content-Type: multipart/%s;\r\n boundary=\"%.*s\"\r\n\r\n--%.*s\r\n", kind,
            STR(edge), STR(edge));
    text_part(b, words, l);
    buf_add(b, S("\r\n"));
    if (l->flags & SL_DSN) report_parts(b, l, edge);
    else {
        buf_fmt(b, "--%.*s\r\n", STR(edge));
        if (l->flags & SL_ICS) calendar_part(b, l);
        else if (html) html_part(b, words);
        else file_part(b, l->file);
        buf_add(b, S("\r\n"));
    }
    buf_fmt(b, "--%.*s--\r\n", STR(edge));
}

void sample_say(struct arena *keep, struct sample_letter *l, bool words)
{
    message_id(keep, l);
    if (words) l->said = whole_words(keep, l);
}

void sample_write(struct buf *b, struct arena *keep, struct sample_letter *l)
{
    struct str words = whole_words(b->a, l);
    message_id(keep, l);
    trace_headers(b, l);
    buf_fmt(b, "Message-ID: <%.*s>\r\nDate: ", STR(l->id));
    sample_date(b, l->at);
    buf_add(b, S("\r\n"));
    from_header(b, l);
    people_header(b, "To", l->to, l->n_to);
    people_header(b, "Cc", l->cc, l->n_cc);
    sample_header(b, "Subject", l->subject);
    thread_headers(b, l);
    kind_headers(b, l);
    body_write(b, l, words);
    l->said = str_dup(keep, words);
}
